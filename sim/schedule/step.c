/* Composes plans into a step. */
#include "sim/schedule/step.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"

/* One plan of the step. */
struct place {
    const struct plan *plan;
    size_t first;  /* position in the step of the plan's first operator */
    size_t layers; /* before it */
};

struct composing {
    struct plan *step;
    struct place *places;
    size_t place_count;
    bool *awaited; /* [operator of the step]: somebody waits for it, or nobody ever shall */
    struct diag *diag;
};

/* What plans say of themselves with one number; 0: nothing. */
static int agree(struct composing *composing, size_t p, const char *what, size_t *step, size_t plan)
{
    if (*step && plan && *step != plan)
        return diag_say(composing->diag, "step: plan %zu has %s %zu, plans before it %zu", p + 1,
                        what, plan, *step);
    *step = plan ? plan : *step;
    return 0;
}

static int add_group(struct composing *composing, size_t p, const struct plan_group *group)
{
    size_t g = plan_need_group(composing->step, group);
    const struct plan_group *has = &composing->step->groups[g];
    if (has->size == group->size && has->stride == group->stride)
        return 0;
    return diag_say(composing->diag,
                    "step: plan %zu has groups \"%s\" of %zu ranks, %zu apart, plans before it of "
                    "%zu, %zu apart",
                    p + 1, group->name, group->size, group->stride, has->size, has->stride);
}

/* All but the operators. */
static int add_frame(struct composing *composing, size_t p)
{
    const struct plan *plan = composing->places[p].plan;
    struct plan *step = composing->step;
    int r = agree(composing, p, "ranks", &step->ranks, plan->ranks) |
            agree(composing, p, "ep", &step->ep, plan->ep) |
            agree(composing, p, "experts", &step->experts, plan->experts) |
            agree(composing, p, "top_k", &step->top_k, plan->top_k);
    for (size_t g = 0; g < plan->group_count; g++)
        r |= add_group(composing, p, &plan->groups[g]);
    for (size_t q = 0; q < plan->queue_count; q++)
        plan_need_queue(step, plan->queues[q]);
    step->layers += plan->layers ? plan->layers : 1;
    step->chunks = plan->chunks > step->chunks ? plan->chunks : step->chunks;
    step->backward &= plan->backward;
    return r;
}

/* "expert" and "expert@1" after two layers: "expert@3". What stands behind the number stays. */
static char *name_after(const char *name, size_t layers)
{
    size_t stem = strcspn(name, "@");
    char *rest = (char *)name + stem;
    size_t layer = *rest ? strtoul(rest + 1, &rest, 10) : 1;
    return mem_format("%.*s@%zu%s", (int)stem, name, layers + layer, rest);
}

/* Whether it is as plan_add_beside adds collectives, beside other operators. */
static bool stands_beside(const struct plan *plan, size_t index)
{
    const struct plan_operator *op = &plan->operators[index];
    if (!operator_communicates(op->kind) || operator_is_all_to_all(op->kind) ||
        op->kind == OPERATOR_SEND_RECEIVE || op->after_count || op->earlier_count)
        return false;
    for (size_t o = index + 1; o < plan->operator_count; o++)
        for (size_t a = 0; a < plan->operators[o].after_count; a++)
            if (plan->operators[o].after[a] == index)
                return false;
    return plan->operator_count > 1;
}

static bool waits_for_earlier(const struct plan *plan)
{
    for (size_t o = 0; o < plan->operator_count; o++)
        if (plan->operators[o].earlier_count)
            return true;
    return false;
}

static void add_wait(struct composing *composing, struct plan_operator *op, size_t before)
{
    op->after[op->after_count++] = before;
    composing->awaited[before] = true;
}

static int add_earlier(struct composing *composing, size_t p, const struct plan_operator *from,
                       struct plan_operator *op)
{
    const struct plan *plan = composing->places[p].plan;
    for (size_t i = 0; i < from->earlier_count; i++) {
        const struct earlier_wait *wait = &from->earlier[i];
        if (wait->plans > p)
            continue;
        const struct place *place = &composing->places[p - wait->plans];
        const char *name = plan->operators[wait->operator_index].name;
        size_t before =
            place->plan == plan ? wait->operator_index : plan_operator_named(place->plan, name);
        if (before == place->plan->operator_count)
            return diag_say(composing->diag,
                            "step: \"%s\" waits for \"%s\" of plan %zu, which has no such operator",
                            op->name, name, p - wait->plans + 1);
        add_wait(composing, op, place->first + before);
    }
    return 0;
}

/* Operators of the step that nobody waits for yet. */
static size_t find_ends(const struct composing *composing, size_t **ret)
{
    size_t count = 0;
    *ret = mem_zeroed(composing->step->operator_count, sizeof **ret);
    for (size_t o = 0; o < composing->step->operator_count; o++)
        if (!composing->awaited[o])
            (*ret)[count++] = o;
    return count;
}

/* Waits for nobody yet, and has room for so many more waits than it has in its plan. */
static struct plan_operator copied(struct plan *step, const struct place *place,
                                   const struct plan_operator *from, size_t more)
{
    struct plan_operator op = *from;
    op.name = name_after(from->name, place->layers);
    op.queue = plan_need_queue(step, place->plan->queues[from->queue]);
    if (operator_communicates(from->kind) && !operator_is_all_to_all(from->kind))
        op.group = plan_need_group(step, &place->plan->groups[from->group]);
    op.after = mem_zeroed(from->after_count + from->earlier_count + more, sizeof *op.after);
    op.earlier = NULL;
    op.earlier_count = op.after_count = 0;
    return op;
}

static int add_operators(struct composing *composing, size_t p)
{
    const struct place *place = &composing->places[p];
    struct plan *step = composing->step;
    size_t *ends, end_count = find_ends(composing, &ends);
    bool plain = !waits_for_earlier(place->plan);
    int r = 0;
    for (size_t o = 0; o < place->plan->operator_count && r == 0; o++) {
        const struct plan_operator *from = &place->plan->operators[o];
        struct plan_operator *op = &step->operators[step->operator_count];
        bool beside = stands_beside(place->plan, o);
        size_t begins_after = !from->after_count && (plain || beside) ? end_count : 0;
        *op = copied(step, place, from, begins_after);
        composing->awaited[step->operator_count++] = beside;
        for (size_t a = 0; a < from->after_count; a++)
            add_wait(composing, op, place->first + from->after[a]);
        for (size_t e = 0; e < begins_after; e++)
            add_wait(composing, op, ends[e]);
        r = add_earlier(composing, p, from, op);
    }
    free(ends);
    return r;
}

/* Returns how many operators there are in all; stops counting where there are too many. */
static size_t lay_out(struct composing *composing, const struct step_part *parts, size_t count)
{
    size_t operators = 0, layers = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t t = 0; t < parts[i].times && operators <= PLAN_OPERATORS_MAX; t++) {
            const struct plan *plan = parts[i].plan;
            composing->places = mem_resized(composing->places, composing->place_count + 1,
                                            sizeof *composing->places);
            composing->places[composing->place_count++] = (struct place){plan, operators, layers};
            operators += plan->operator_count;
            layers += plan->layers ? plan->layers : 1;
        }
    return operators;
}

int step_build(const struct step_part *parts, size_t count, struct diag *diag, struct plan **ret)
{
    struct composing composing = {.step = mem_zeroed(1, sizeof(struct plan)), .diag = diag};
    size_t operators = lay_out(&composing, parts, count);
    int r = operators >= 1 && operators <= PLAN_OPERATORS_MAX
                ? 0
                : diag_say(diag, "step: expected 1 to %d operators, got %s", PLAN_OPERATORS_MAX,
                           operators ? "more" : "none");
    if (r == 0) {
        const struct plan *first = composing.places[0].plan;
        composing.step->schedule = mem_copy_string(first->schedule);
        composing.step->dtype = first->dtype;
        composing.step->backward = true; /* where all are */
        composing.step->operators = mem_zeroed(operators, sizeof *composing.step->operators);
        composing.awaited = mem_zeroed(operators, sizeof *composing.awaited);
    }
    for (size_t p = 0; p < composing.place_count && r == 0; p++)
        r = add_frame(&composing, p) || add_operators(&composing, p) ? -EINVAL : 0;
    free(composing.awaited);
    free(composing.places);
    if (r < 0)
        plan_free(composing.step);
    else
        *ret = composing.step;
    return r;
}
