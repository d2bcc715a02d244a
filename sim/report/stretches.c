#include "sim/report/stretches.h"

#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"

/* An operator starts (change 1) or ends (change -1). */
struct edge {
    double at_s;
    int change;
    const struct plan_operator *op;
};

static int compare_edges(const void *a, const void *b)
{
    double left_s = ((const struct edge *)a)->at_s, right_s = ((const struct edge *)b)->at_s;
    return (left_s > right_s) - (left_s < right_s);
}

static size_t find_edges(const struct plan *plan, const struct timeline *timeline, size_t rank,
                         struct edge *ret)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->operator_count; i++) {
        const struct span *span = timeline_span(timeline, rank, i);
        if (span->end_s > span->start_s) {
            ret[count++] = (struct edge){span->start_s, 1, &plan->operators[i]};
            ret[count++] = (struct edge){span->end_s, -1, &plan->operators[i]};
        }
    }
    qsort(ret, count, sizeof *ret, compare_edges);
    return count;
}

static void cross_edge(const struct edge *edge, struct stretch *now)
{
    size_t *running = operator_computes(edge->op->kind) ? &now->computing
                      : goes_to_experts(edge->op)       ? &now->to_experts
                                                        : &now->to_owners;
    if (!operator_computes(edge->op->kind) && !operator_is_all_to_all(edge->op->kind))
        return;
    size_t step = edge->change > 0 ? 1 : (size_t)-1;
    *running += step;
    now->running[edge->op->kind] += step;
}

size_t stretches_find(const struct plan *plan, const struct timeline *timeline, size_t rank,
                      struct stretch **ret)
{
    struct edge *edges = mem_zeroed(2 * plan->operator_count + 1, sizeof *edges);
    size_t edge_count = find_edges(plan, timeline, rank, edges);
    struct stretch *stretches = mem_zeroed(edge_count + 1, sizeof *stretches);
    struct stretch now = {0};
    size_t count = 0;
    /* Edges at one instant may come in any order: a stretch is kept only where time passes, and by
     * then all of them were crossed. */
    for (size_t i = 0; i < edge_count; i++) {
        now.to_s = edges[i].at_s;
        if (i > 0 && now.to_s > now.from_s)
            stretches[count++] = now;
        now.from_s = edges[i].at_s;
        cross_edge(&edges[i], &now);
    }
    free(edges);
    *ret = stretches;
    return count;
}

size_t last_partner(const struct plan *plan, const struct timeline *timeline, size_t rank,
                    size_t operator_index)
{
    const struct span *own = timeline_span(timeline, rank, operator_index);
    if (!operator_is_all_to_all(plan->operators[operator_index].kind) ||
        own->transfer_s <= own->ready_s || plan->ep == 0)
        return rank;
    size_t first = rank - rank % plan->ep, last = rank;
    double latest_s = own->ready_s;
    for (size_t i = first; i < first + plan->ep && i < timeline->ranks; i++) {
        double ready_s = timeline_span(timeline, i, operator_index)->ready_s;
        if (ready_s > latest_s) {
            latest_s = ready_s;
            last = i;
        }
    }
    return last;
}

static size_t find_lane(struct lanes *lanes, const char *name)
{
    size_t lane = 0;
    while (lane < lanes->count && strcmp(lanes->names[lane], name) != 0)
        lane++;
    if (lane == lanes->count)
        lanes->names[lanes->count++] = name;
    return lane;
}

static size_t *place_queues(struct lanes *lanes, const struct plan *plan)
{
    if (!plan)
        return NULL;
    size_t *places = mem_zeroed(plan->queue_count + 1, sizeof *places);
    for (size_t i = 0; i < plan->queue_count; i++)
        places[i] = find_lane(lanes, plan->queues[i]);
    return places;
}

void lanes_init(struct lanes *lanes, const struct result *result)
{
    const struct plan *forward = result->forward.plan, *backward = result->backward.plan;
    size_t most = forward->queue_count + (backward ? backward->queue_count : 0);
    *lanes = (struct lanes){.names = mem_zeroed(most + 1, sizeof *lanes->names)};
    lanes->forward = place_queues(lanes, forward);
    lanes->backward = place_queues(lanes, backward);
}

void lanes_done(struct lanes *lanes)
{
    free(lanes->names);
    free(lanes->forward);
    free(lanes->backward);
    *lanes = (struct lanes){0};
}
