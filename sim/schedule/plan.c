#include "sim/schedule/plan.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"
#include "sim/schedule/graph.h"

#define NONE ((size_t)-1)

/* A plan in the making: operators in issue order, each with the template operator it comes from. */
struct draft {
    struct plan_operator *operators;
    size_t *origins;
    size_t count;
};

static void add_wait(struct plan_operator *op, size_t before)
{
    for (size_t i = 0; i < op->after_count; i++)
        if (op->after[i] == before)
            return;
    op->after = mem_resized(op->after, op->after_count + 1, sizeof *op->after);
    op->after[op->after_count++] = before;
}

static size_t draft_add(struct draft *draft, struct plan_operator op, size_t origin)
{
    draft->operators = mem_resized(draft->operators, draft->count + 1, sizeof *draft->operators);
    draft->origins = mem_resized(draft->origins, draft->count + 1, sizeof *draft->origins);
    draft->operators[draft->count] = op;
    draft->origins[draft->count] = origin;
    return draft->count++;
}

static void draft_done(struct draft *draft)
{
    for (size_t i = 0; i < draft->count; i++) {
        free(draft->operators[i].name);
        free(draft->operators[i].after);
    }
    free(draft->operators);
    free(draft->origins);
    *draft = (struct draft){0};
}

/* One operator of the template at the request's size, waiting for nobody yet. */
static struct plan_operator instance(const struct plan_request *request,
                                     const struct template_operator *from, enum operator_pass pass,
                                     const char *ending)
{
    const struct model *model = request->model;
    struct model_stage part = *request->stage; /* with the tokens that the operator works on */
    part.token_ratio *= from->token_ratio;
    size_t top_k = from->top_k                       ? from->top_k
                   : request->schedule->routed_top_k ? request->schedule->routed_top_k
                                                     : model->top_k;
    struct plan_operator op = {
        .name = mem_format("%s%s", from->name, ending),
        .kind = from->kind,
        .pass = pass,
        .queue = from->queue,
        .shape = model_shape(model, &part, from->kind, top_k, model->experts / request->ep),
        .dtype = model_dtype(model, from->kind),
    };
    op.shape.shared = from->kind == OPERATOR_DECODE && request->schedule->shared_expert;
    if (operator_is_all_to_all(from->kind))
        op.comm_bytes = model_a2a_bytes(model, &part, from->kind, pass, top_k);
    if (from->kind == OPERATOR_EXPERT_FETCH)
        op.fetch_bytes = model_fetch_bytes(model, &part, top_k, model->experts / request->ep);
    return op;
}

static void draft_forward(const struct plan_request *request, const struct schedule_graph *graph,
                          struct draft *draft)
{
    for (size_t i = 0; i < graph->operator_count; i++) {
        const struct template_operator *from = &graph->operators[i];
        size_t at = draft_add(draft, instance(request, from, from->pass, ""), i);
        for (size_t a = 0; a < from->after_count; a++)
            add_wait(&draft->operators[at], from->after[a]);
    }
}

/* Edges and issue order reversed. An operator's two gradients both wait for the gradients of
 * whatever used its output; nobody waits for a weight gradient, except that frameworks which
 * compute both gradients in one node start the All-to-All that follows only after both. */
static void draft_backward(const struct plan_request *request, const struct schedule_graph *graph,
                           struct draft *draft)
{
    size_t n = graph->operator_count;
    size_t *input = mem_zeroed(n, sizeof *input), *weight = mem_zeroed(n, sizeof *weight);
    for (size_t i = n; i-- > 0;) {
        const struct template_operator *from = &graph->operators[i];
        input[i] = draft_add(draft, instance(request, from, PASS_INPUT_GRADIENT, ".dgrad"), i);
        weight[i] =
            operator_has_weights(from->kind)
                ? draft_add(draft, instance(request, from, PASS_WEIGHT_GRADIENT, ".wgrad"), i)
                : NONE;
        bool a2a = operator_is_all_to_all(from->kind);
        for (size_t user = i + 1; user < n; user++)
            for (size_t a = 0; a < graph->operators[user].after_count; a++) {
                if (graph->operators[user].after[a] != i)
                    continue;
                add_wait(&draft->operators[input[i]], input[user]);
                if (weight[i] != NONE)
                    add_wait(&draft->operators[weight[i]], input[user]);
                if (a2a && weight[user] != NONE && !request->schedule->delay_weight_gradient)
                    add_wait(&draft->operators[input[i]], weight[user]);
            }
    }
    free(input);
    free(weight);
}

/* Puts the operators in a new order; order[new position] = old position. */
static void draft_reorder(struct draft *draft, const size_t *order)
{
    size_t n = draft->count;
    struct plan_operator *operators = mem_zeroed(n, sizeof *operators);
    size_t *origins = mem_zeroed(n, sizeof *origins), *moved = mem_zeroed(n, sizeof *moved);
    for (size_t i = 0; i < n; i++) {
        operators[i] = draft->operators[order[i]];
        origins[i] = draft->origins[order[i]];
        moved[order[i]] = i;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t a = 0; a < operators[i].after_count; a++)
            operators[i].after[a] = moved[operators[i].after[a]];
    free(moved);
    free(draft->operators);
    free(draft->origins);
    draft->operators = operators;
    draft->origins = origins;
}

/* Moves whatever comes from the slot operator before the slot's backbone operator, or after the
 * last one. Backwards the backbone is met in the other direction. */
static void draft_place(struct draft *draft, const struct schedule_graph *graph, size_t slot,
                        bool backward)
{
    size_t n = graph->among_count;
    bool last = slot == n + 1;
    size_t turn = last ? n - 1 : slot - 1;
    size_t anchor = graph->among[backward ? n - 1 - turn : turn], at = NONE;
    for (size_t i = 0; i < draft->count; i++)
        if (draft->origins[i] == anchor && (last || at == NONE))
            at = i;
    size_t *order = mem_zeroed(draft->count, sizeof *order), filled = 0;
    for (size_t i = 0; i < draft->count; i++) {
        if (draft->origins[i] == graph->slot_operator)
            continue;
        if (last && i == at)
            order[filled++] = i;
        for (size_t s = 0; i == at && s < draft->count; s++)
            if (draft->origins[s] == graph->slot_operator)
                order[filled++] = s;
        if (!last || i != at)
            order[filled++] = i;
    }
    draft_reorder(draft, order);
    free(order);
}

static bool is_pipelined(const struct plan_request *request, const struct schedule_graph *graph,
                         size_t origin)
{
    const struct schedule *schedule = request->schedule;
    for (size_t i = 0; i < schedule->pipelined_count; i++)
        if (strcmp(schedule->pipelined[i], graph->operators[origin].name) == 0)
            return true;
    return false;
}

static struct plan_operator chunk_of(const struct plan_operator *whole, size_t chunk, size_t chunks)
{
    struct plan_operator op = *whole;
    op.name = mem_format("%s#%zu", whole->name, chunk + 1);
    op.after = NULL;
    op.after_count = 0;
    op.chunk = chunk + 1;
    op.shape.tokens = ceil(whole->shape.tokens / (double)chunks);
    op.comm_bytes = whole->comm_bytes / (double)chunks;
    op.fetch_bytes = whole->fetch_bytes / (double)chunks;
    return op;
}

/* Cuts the pipelined operators. Neighbours of one origin (the two gradients) are cut together, so
 * that a chunk's gradients stay side by side. */
static void draft_cut(struct draft *draft, const struct plan_request *request,
                      const struct schedule_graph *graph)
{
    size_t chunks = request->chunks;
    struct draft cut = {0};
    size_t *first = mem_zeroed(draft->count * chunks, sizeof *first); /* [old * chunks + chunk] */
    for (size_t i = 0, end; i < draft->count; i = end) {
        for (end = i + 1; end < draft->count && draft->origins[end] == draft->origins[i];)
            end++;
        bool pipelined = is_pipelined(request, graph, draft->origins[i]);
        for (size_t c = 0; c < (pipelined ? chunks : 1); c++)
            for (size_t o = i; o < end; o++) {
                struct plan_operator op = chunk_of(&draft->operators[o], c, pipelined ? chunks : 1);
                if (!pipelined) {
                    free(op.name);
                    op.name = mem_copy_string(draft->operators[o].name);
                    op.chunk = 0;
                }
                size_t at = draft_add(&cut, op, draft->origins[o]);
                for (size_t all = c; all < chunks; all += pipelined ? chunks : 1)
                    first[o * chunks + all] = at;
            }
    }
    /* Chunk c of an operator that is not cut is the whole operator, so this covers all four cases.
     */
    for (size_t i = 0; i < draft->count; i++)
        for (size_t a = 0; a < draft->operators[i].after_count; a++)
            for (size_t c = 0; c < chunks; c++)
                add_wait(&cut.operators[first[i * chunks + c]],
                         first[draft->operators[i].after[a] * chunks + c]);
    free(first);
    draft_done(draft);
    *draft = cut;
}

/* Counts off operators whose waits and queue predecessor are done; what is left can never run. Puts
 * them in the order found, which differs from the draft's only where one waits for a later one. */
static int order_runnable(struct draft *draft, const char *schedule, struct diag *diag)
{
    size_t n = draft->count, finished = 0, *order = mem_zeroed(n, sizeof *order);
    unsigned char *done = mem_zeroed(n, 1);
    for (bool progress = true; progress;) {
        progress = false;
        for (size_t i = 0; i < n; i++) {
            bool ready = !done[i];
            for (size_t a = 0; a < draft->operators[i].after_count && ready; a++)
                ready = done[draft->operators[i].after[a]];
            for (size_t b = 0; b < i && ready; b++)
                ready = done[b] || draft->operators[b].queue != draft->operators[i].queue;
            if (ready) {
                done[i] = 1;
                order[finished++] = i;
                progress = true;
            }
        }
    }
    int r = 0;
    if (finished < n) {
        struct text names = {0};
        for (size_t i = 0; i < n; i++)
            if (!done[i])
                text_add(&names, "%s%s", names.length ? ", " : "", draft->operators[i].name);
        r = diag_say(diag, "schedule %s: waits of %s can never end in this order", schedule,
                     text_get(&names));
        text_done(&names);
    } else {
        draft_reorder(draft, order);
    }
    free(order);
    free(done);
    return r;
}

int plan_build(const struct plan_request *request, struct diag *diag, struct plan **ret)
{
    const struct schedule *schedule = request->schedule;
    const struct schedule_graph *graph = schedule_graph_for(schedule, request->stage->moe_every);
    if (!graph)
        return diag_say(diag, "schedule %s has no \"%s\" graph, which stage %s of model %s needs",
                        schedule->name, request->stage->moe_every == 1 ? "block" : "pair",
                        request->stage->name, request->model->name);
    if (request->slot > graph->among_count + 1 || (request->slot && !graph->among_count))
        return diag_say(diag, "schedule %s: slot %zu does not exist; it has %zu", schedule->name,
                        request->slot, graph->among_count ? graph->among_count + 1 : 0);
    struct draft draft = {0};
    if (request->backward)
        draft_backward(request, graph, &draft);
    else
        draft_forward(request, graph, &draft);
    if (request->slot)
        draft_place(&draft, graph, request->slot, request->backward);
    if (request->chunks > 1)
        draft_cut(&draft, request, graph);
    int r = order_runnable(&draft, schedule->name, diag);
    if (r < 0) {
        draft_done(&draft);
        return r;
    }
    struct plan *plan = mem_zeroed(1, sizeof *plan);
    plan->schedule = mem_copy_string(schedule->name);
    plan->dtype = request->model->dtype;
    plan->ranks = request->ranks;
    plan->ep = request->ep;
    plan->experts = request->model->experts;
    plan->top_k = schedule->routed_top_k ? schedule->routed_top_k : request->model->top_k;
    for (size_t q = 0; q < graph->queue_count; q++)
        plan_need_queue(plan, graph->queues[q]);
    plan->operators = draft.operators;
    plan->operator_count = draft.count;
    plan->slot = request->slot;
    plan->chunks = request->chunks;
    plan->layers = graph->layers;
    plan->backward = request->backward;
    free(draft.origins);
    *ret = plan;
    return 0;
}

size_t plan_operator_named(const struct plan *plan, const char *name)
{
    size_t o = 0;
    while (o < plan->operator_count && strcmp(plan->operators[o].name, name) != 0)
        o++;
    return o;
}

struct plan_group plan_group_of(const struct plan *plan, const struct plan_operator *op)
{
    static char ep[] = "ep";
    return operator_is_all_to_all(op->kind)
               ? (struct plan_group){.name = ep, .size = plan->ep, .stride = 1}
               : plan->groups[op->group];
}

size_t plan_need_queue(struct plan *plan, const char *name)
{
    return graph_need_queue(&plan->queues, &plan->queue_count, name);
}

size_t plan_need_group(struct plan *plan, const struct plan_group *group)
{
    size_t g = 0;
    while (g < plan->group_count && strcmp(plan->groups[g].name, group->name) != 0)
        g++;
    if (g == plan->group_count) {
        plan->groups = mem_resized(plan->groups, g + 1, sizeof *plan->groups);
        plan->groups[plan->group_count++] =
            (struct plan_group){mem_copy_string(group->name), group->size, group->stride};
    }
    return g;
}

void plan_add_beside(struct plan *plan, enum operator_kind kind, const struct plan_group *group,
                     enum dtype dtype, double comm_bytes)
{
    char *name = mem_format("%s_%s", operator_kind_names[kind], group->name);
    plan->operators =
        mem_resized(plan->operators, plan->operator_count + 1, sizeof *plan->operators);
    plan->operators[plan->operator_count++] =
        (struct plan_operator){.name = name,
                               .kind = kind,
                               .queue = plan_need_queue(plan, name),
                               .dtype = dtype,
                               .group = plan_need_group(plan, group),
                               .comm_bytes = comm_bytes};
}

void plan_free(struct plan *plan)
{
    if (!plan)
        return;
    for (size_t g = 0; g < plan->group_count; g++)
        free(plan->groups[g].name);
    free(plan->groups);
    for (size_t i = 0; i < plan->operator_count; i++) {
        free(plan->operators[i].name);
        free(plan->operators[i].after);
        free(plan->operators[i].earlier);
    }
    for (size_t q = 0; q < plan->queue_count; q++)
        free(plan->queues[q]);
    free(plan->operators);
    free(plan->queues);
    free(plan->schedule);
    free(plan);
}
