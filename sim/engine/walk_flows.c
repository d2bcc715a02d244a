/* Flows of a walk: they start when all their ends have come, and a step's go at once. */
#include "sim/engine/walk_private.h"

void walk_wait_for_kernels(struct walk *walk, struct item *item)
{
    item->phase = LEAVING;
    if (!item->works)
        walk_finish(walk, item);
}

static void after_flows(struct walk *walk, struct item *item)
{
    const struct walk_communication *how = communication_of(walk, item);
    double until_s =
        how->measured_s > 0 ? walk->now_s + how->measured_s : item->begin_s + how->floor_s;
    if (until_s > walk->now_s)
        walk_set_alarm(walk, item, LINGERING, until_s);
    else
        walk_wait_for_kernels(walk, item);
}

void walk_start_flow(struct walk *walk, size_t number)
{
    walk->job->network->start(walk->job->network, number, walk->bytes[number], walk->now_s);
}

/* One end of a flow has come; with the last one it starts, a latency from now. */
static void come(struct walk *walk, const struct item *item, uint32_t flow)
{
    const struct walk_communication *how = communication_of(walk, item);
    const struct table_flow *is = &walk->table->flows[flow];
    size_t number = walk->lane_of[item->queue] * walk->table->flow_count + flow;
    if (++walk->came[number] < is->row_count)
        return;
    bool moves = how->measured_s <= 0;
    walk->came[number] = 0;
    walk->bytes[number] = moves ? (double)flow_bytes(how->sent_bytes, is->share_ratio) : 0;
    if (moves && is->latency_s > 0)
        events_add(&walk->events, (struct event){.at_s = walk->now_s + is->latency_s,
                                                 .what = FLOW_STARTS,
                                                 .index = number});
    else
        walk_start_flow(walk, number);
}

/* The next step's flows, all at once. */
static void next_step(struct walk *walk, struct item *item)
{
    const struct flow_table *table = walk->table;
    size_t group = communication_of(walk, item)->set * table->rows + item->row;
    size_t stop = table->first_end ? table->first_end[group + 1] : 0;
    item->phase = FLOWING;
    if (item->end == stop) {
        after_flows(walk, item);
        return;
    }
    size_t first = item->end;
    uint32_t step = table->flows[table->ends[first]].step;
    while (item->end < stop && table->flows[table->ends[item->end]].step == step)
        item->end++;
    item->open = item->end - first;
    for (size_t i = first, last = item->end; i < last; i++)
        come(walk, item, table->ends[i]);
}

void walk_start_flows(struct walk *walk, struct item *item)
{
    size_t group = communication_of(walk, item)->set * walk->table->rows + item->row;
    if (communication_of(walk, item)->alone) {
        after_flows(walk, item);
        return;
    }
    item->end = walk->table->first_end ? walk->table->first_end[group] : 0;
    next_step(walk, item);
}

void walk_end_flow(struct walk *walk, size_t number)
{
    const struct flow_table *table = walk->table;
    const struct table_flow *flow = &table->flows[number % table->flow_count];
    size_t queue = walk->queue_of[number / table->flow_count];
    for (uint32_t i = 0; i < flow->row_count; i++) {
        struct item *item = &items_of(walk, table->flow_rows[flow->first_row + i])[queue];
        if (--item->open == 0)
            next_step(walk, item);
    }
}
