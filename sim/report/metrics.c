#include "sim/report/metrics.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"
#include "sim/report/stretches.h"

static void add_operators(const struct stretch *stretch, double length_s, struct exposure *to)
{
    for (size_t k = 0; k < OPERATOR_KIND_COUNT; k++)
        if (operator_computes((enum operator_kind)k))
            to->operator_s[k] +=
                length_s * (double)stretch->running[k] / (double)stretch->computing;
}

static void add_stretch(const struct stretch *stretch, struct exposure *to)
{
    double length_s = stretch->to_s - stretch->from_s;
    if (stretch->computing > 0) {
        to->compute_s += length_s;
        add_operators(stretch, length_s, to);
    }
    if (stretch->to_experts + stretch->to_owners > 0)
        to->a2a_s += length_s;
    if (!stretch_exposed(stretch))
        return;
    to->exposed_s += length_s;
    double share = stretch->to_experts > 0 && stretch->to_owners > 0 ? 0.5 : 1;
    if (stretch->to_experts > 0)
        to->exposed_dispatch_s += share * length_s;
    if (stretch->to_owners > 0)
        to->exposed_combine_s += share * length_s;
}

static bool belongs_to_moe(enum operator_kind kind)
{
    return kind == OPERATOR_GATE || kind == OPERATOR_ENCODE || kind == OPERATOR_DISPATCH ||
           kind == OPERATOR_EXPERT || kind == OPERATOR_COMBINE || kind == OPERATOR_DECODE;
}

static void add_moe(const struct plan *plan, const struct timeline *timeline, size_t rank,
                    struct exposure *to)
{
    for (size_t i = 0; i < plan->operator_count; i++) {
        const struct span *span = timeline_span(timeline, rank, i);
        enum operator_kind kind = plan->operators[i].kind;
        if (belongs_to_moe(kind))
            to->moe_s += span->end_s - span->start_s;
        if (operator_is_all_to_all(kind))
            to->moe_a2a_s += span->end_s - span->start_s;
    }
}

/* All members are times, so that an exposure is walked as an array of them. */
#define TIMES (sizeof(struct exposure) / sizeof(double))

void exposure_add(const struct exposure *from, double weight, struct exposure *to)
{
    for (size_t i = 0; i < TIMES; i++)
        ((double *)to)[i] += weight * ((const double *)from)[i];
}

static void divide(struct exposure *sum, double by)
{
    for (size_t i = 0; i < TIMES; i++)
        ((double *)sum)[i] /= by;
}

static struct exposure measure_rank(const struct plan *plan, const struct timeline *timeline,
                                    size_t rank)
{
    struct exposure exposure = {0};
    struct stretch *stretches;
    size_t count = stretches_find(plan, timeline, rank, &stretches);
    for (size_t i = 0; i < count; i++)
        add_stretch(&stretches[i], &exposure);
    free(stretches);
    add_moe(plan, timeline, rank, &exposure);
    return exposure;
}

void exposure_measure(const struct plan *plan, const struct timeline *timeline,
                      struct exposure *ret)
{
    struct shared_row *rows = timeline_list_rows(timeline);
    double of_first = timeline->ranks > 0 ? (double)rows[0].ranks : 1;
    *ret = (struct exposure){0};
    for (size_t i = 0; i < timeline_rows(timeline); i++) {
        struct exposure one = measure_rank(plan, timeline, rows[i].rank);
        exposure_add(&one, (double)rows[i].ranks / of_first, ret); /* 1 where all rows are alike */
    }
    if (timeline->ranks > 0)
        divide(ret, (double)timeline->ranks / of_first * plan_layers(plan));
    free(rows);
}

double overlap_ratio(const struct exposure *exposure)
{
    return exposure->a2a_s > 0 ? 1 - exposure->exposed_s / exposure->a2a_s : 1;
}

/* ---- The critical path ---- */

#define NO_OPERATOR ((size_t)-1)

/* The (rank, operator) that ends last, the lowest of equals. Gradients' All-Reduces go beside the
 * path: nobody waits for them. */
static struct critical_step find_end(const struct plan *plan, const struct timeline *timeline)
{
    struct critical_step last = {0};
    for (size_t rank = 0; rank < timeline->ranks; rank++) {
        for (size_t i = 0; i < plan->operator_count; i++) {
            double end_s = timeline_span(timeline, rank, i)->end_s;
            if (plan->operators[i].kind == OPERATOR_ALL_REDUCE)
                continue;
            if (end_s > timeline_span(timeline, last.rank, last.operator_index)->end_s) {
                last.rank = rank;
                last.operator_index = i;
            }
        }
    }
    return last;
}

static size_t previous_on_queue(const struct plan *plan, size_t operator_index)
{
    for (size_t i = operator_index; i-- > 0;)
        if (plan->operators[i].queue == plan->operators[operator_index].queue)
            return i;
    return NO_OPERATOR;
}

/* What the operator waited for last on its own rank. Of equals an operator that it names wins over
 * the one before it on its queue: the data arrived just then, so speeding the queue up would not
 * help. */
static size_t find_cause(const struct plan *plan, const struct timeline *timeline, size_t rank,
                         size_t operator_index)
{
    const struct plan_operator *op = &plan->operators[operator_index];
    size_t cause = NO_OPERATOR;
    double cause_end_s = -1;
    for (size_t i = 0; i < op->after_count; i++) {
        size_t candidate = op->after[i];
        double end_s = timeline_span(timeline, rank, candidate)->end_s;
        if (end_s > cause_end_s || (end_s == cause_end_s && candidate < cause)) {
            cause = candidate;
            cause_end_s = end_s;
        }
    }
    size_t previous = previous_on_queue(plan, operator_index);
    if (previous != NO_OPERATOR && timeline_span(timeline, rank, previous)->end_s > cause_end_s)
        cause = previous;
    return cause;
}

size_t critical_path(const struct plan *plan, const struct timeline *timeline,
                     struct critical_step **ret_steps)
{
    /* Each step goes to an operator that must come before, on whichever rank: none comes twice. */
    struct critical_step *steps = mem_zeroed(plan->operator_count + 1, sizeof *steps);
    size_t most = plan->operator_count, count = 0;
    *ret_steps = steps;
    if (timeline->ranks == 0 || plan->operator_count == 0)
        return 0;
    struct critical_step step = find_end(plan, timeline);
    for (;;) {
        assert(count < most);
        step.to_s = timeline_span(timeline, step.rank, step.operator_index)->end_s;
        /* The time before the last partner came belongs to whatever kept that partner. */
        size_t rank = last_partner(plan, timeline, step.rank, step.operator_index);
        step.from_s = timeline_span(timeline, rank, step.operator_index)->start_s;
        steps[most - ++count] = step; /* the last one first */
        size_t cause = find_cause(plan, timeline, rank, step.operator_index);
        if (cause == NO_OPERATOR)
            break;
        step = (struct critical_step){.rank = rank, .operator_index = cause};
    }
    memmove(steps, &steps[most - count], count * sizeof *steps);
    return count;
}
