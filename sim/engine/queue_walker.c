#include "sim/engine/queue_walker.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/engine/queue_walker_private.h"

/* ---- Operators ---- */

static struct span *span_of(const struct walk *walk, const struct item *item)
{
    return &walk->timeline->spans[item->row * walk->operators + item->op];
}

static void finish(struct walk *walk, struct item *item)
{
    walk_touch(walk, item->row);
    span_of(walk, item)->end_s = walk->now_s;
    walk->done[item->row * walk->operators + item->op] = 1;
    item->share_ratio = 0;
    item->phase = WAITING;
    item->op = walk->next_op[item->op];
}

/* ---- Flows: they start when all their ends have come, and a step's go at once ---- */

static void wait_for_kernels(struct walk *walk, struct item *item)
{
    item->phase = LEAVING;
    if (!item->works)
        finish(walk, item);
}

static void after_flows(struct walk *walk, struct item *item)
{
    const struct walk_communication *how = communication_of(walk, item);
    double until_s =
        how->measured_s > 0 ? walk->now_s + how->measured_s : item->begin_s + how->floor_s;
    if (until_s > walk->now_s)
        walk_set_alarm(walk, item, LINGERING, until_s);
    else
        wait_for_kernels(walk, item);
}

static void start_flow(struct walk *walk, size_t number)
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
        start_flow(walk, number);
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

static void start_flows(struct walk *walk, struct item *item)
{
    size_t group = communication_of(walk, item)->set * walk->table->rows + item->row;
    if (communication_of(walk, item)->alone) {
        after_flows(walk, item);
        return;
    }
    item->end = walk->table->first_end ? walk->table->first_end[group] : 0;
    next_step(walk, item);
}

static void end_flow(struct walk *walk, size_t number)
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

/* ---- Beginning ---- */

/* When the engine to the GPU has served what other queues gave it; a queue's own copies are in
 * order anyway. */
static double engine_wait_s(const struct walk *walk, const struct item *item)
{
    const struct item *items = items_of(walk, item->row);
    double wait_s = 0;
    for (size_t q = 0; q < walk->queues; q++)
        if (q != item->queue)
            wait_s = fmax(wait_s, items[q].copied_s - walk->now_s);
    return wait_s;
}

static void copy(struct walk *walk, struct item *item, enum phase phase, double time_s)
{
    item->copied_s = walk->now_s + time_s;
    walk_set_alarm(walk, item, phase, item->copied_s);
}

/* To and from the host at once: its part to the GPU waits for the engine, and then goes alone. */
static void copy_both_ways(struct walk *walk, struct item *item)
{
    const struct walk_communication *how = communication_of(walk, item);
    double wait_s = engine_wait_s(walk, item), time_s = how->measured_s;
    if (wait_s > 0)
        time_s = fmax(time_s, wait_s + fmin(how->inbound_s, time_s));
    copy(walk, item, LINGERING, time_s);
}

static void communicate(struct walk *walk, struct item *item)
{
    const struct walk_communication *how = communication_of(walk, item);
    walk_touch(walk, item->row);
    item->begin_s = walk->now_s;
    item->share_ratio = how->sm_share_ratio;
    if (how->kernels_s > 0)
        walk_work(walk, item, how->kernels_s);
    if (how->host_copies && how->measured_s > 0)
        copy_both_ways(walk, item);
    else if (how->setup_s > 0 && how->measured_s <= 0)
        walk_set_alarm(walk, item, SETTING_UP, walk->now_s + how->setup_s);
    else
        start_flows(walk, item);
}

static void begin(struct walk *walk, struct item *item)
{
    const struct plan_operator *op = op_of(walk, item);
    double time_s = walk->job->compute_s[item->row * walk->operators + item->op];
    struct span *span = span_of(walk, item);
    span->ready_s = span->start_s = span->transfer_s = walk->now_s;
    if (communication_of(walk, item)->communicates) {
        if (walk_must_await_sms(walk, item))
            item->phase = AWAITING_SMS;
        else
            communicate(walk, item);
    } else if (time_s <= 0) {
        finish(walk, item);
    } else if (op->kind == OPERATOR_EXPERT_FETCH) {
        copy(walk, item, FETCHING, engine_wait_s(walk, item) + time_s);
    } else {
        item->phase = COMPUTING;
        walk_work(walk, item, time_s);
    }
}

static bool is_ready(const struct walk *walk, const struct item *item)
{
    if (item->phase != WAITING || item->op == NOTHING)
        return false;
    const struct plan_operator *op = op_of(walk, item);
    for (size_t i = 0; i < op->after_count; i++)
        if (!walk->done[item->row * walk->operators + op->after[i]])
            return false;
    return true;
}

/* What can begin on a row now, computation before communication and copies, each in the plan's
 * order. Operators of no time end at once and may let others begin. */
static struct item *next_ready(const struct walk *walk, size_t row, bool computes)
{
    struct item *items = items_of(walk, row), *first = NULL;
    for (size_t q = 0; q < walk->queues; q++)
        if (is_ready(walk, &items[q]) &&
            operator_computes(op_of(walk, &items[q])->kind) == computes &&
            (!first || items[q].op < first->op))
            first = &items[q];
    return first;
}

static void begin_ready(struct walk *walk, size_t row)
{
    struct item *item;
    while ((item = next_ready(walk, row, true)) || (item = next_ready(walk, row, false)))
        begin(walk, item);
}

/* ---- Time ---- */

static void end_work(struct walk *walk, struct item *item)
{
    item->works = false;
    if (item->phase == COMPUTING || item->phase == LEAVING)
        finish(walk, item);
}

static void ring_row(struct walk *walk, size_t row)
{
    struct item *items = items_of(walk, row);
    walk_touch(walk, row);
    for (size_t q = 0; q < walk->queues; q++)
        if (items[q].phase == AWAITING_SMS &&
            items[items[q].behind].left_s <= items[q].behind_left_s + instant_s(walk))
            communicate(walk, &items[q]);
    for (size_t q = 0; q < walk->queues; q++)
        if (items[q].works && items[q].left_s <= instant_s(walk))
            end_work(walk, &items[q]);
}

static void ring_item(struct walk *walk, struct item *item)
{
    walk_touch(walk, item->row);
    if (item->phase == SETTING_UP)
        start_flows(walk, item);
    else if (item->phase == LINGERING)
        wait_for_kernels(walk, item);
    else
        finish(walk, item);
}

static void handle(struct walk *walk, const struct event *event)
{
    if (event->what == FLOW_STARTS)
        start_flow(walk, event->index);
    else if (event->what == FLOW_ENDS)
        end_flow(walk, event->index);
    else if (event->what == ALARM_ROW && walk->rows[event->index].version == event->version)
        ring_row(walk, event->index);
    else if (event->what == ALARM_ITEM && walk->items[event->index].version == event->version)
        ring_item(walk, &walk->items[event->index]);
}

static void go_on_touched(struct walk *walk)
{
    for (size_t i = 0; i < walk->touched_count; i++)
        begin_ready(walk, walk->touched[i]);
    for (size_t i = 0; i < walk->touched_count; i++) {
        walk_set_row_alarm(walk, walk->touched[i]);
        walk->rows[walk->touched[i]].touched = false;
    }
    walk->touched_count = 0;
}

static void pass_time(struct walk *walk, double to_s, const struct network_end *ends, size_t count)
{
    walk->now_s = fmax(walk->now_s, to_s);
    for (size_t i = 0; i < count; i++) {
        if (ends[i].end_s > walk->now_s + instant_s(walk))
            events_add(
                &walk->events,
                (struct event){.at_s = ends[i].end_s, .what = FLOW_ENDS, .index = ends[i].flow});
        else
            end_flow(walk, ends[i].flow);
    }
    while (events_next_s(&walk->events) <= walk->now_s + instant_s(walk)) {
        struct event event = events_take(&walk->events);
        handle(walk, &event);
    }
}

static void run(void *context)
{
    struct walk *walk = context;
    struct network *network = walk->job->network;
    for (size_t r = 0; r < walk->table->rows; r++)
        walk_touch(walk, r);
    for (;;) {
        const struct network_end *ends = NULL;
        size_t count = 0;
        go_on_touched(walk);
        double next_s =
            network->advance(network, walk->now_s, events_next_s(&walk->events), &ends, &count);
        if (isinf(next_s))
            return;
        pass_time(walk, next_s, ends, count);
    }
}

/* ---- Setting up ---- */

static void index_queues(struct walk *walk)
{
    const struct plan *plan = walk->plan;
    walk->next_op = mem_zeroed(walk->operators + 1, sizeof *walk->next_op);
    walk->first_op = mem_zeroed(walk->queues + 1, sizeof *walk->first_op);
    walk->lane_of = mem_zeroed(walk->queues + 1, sizeof *walk->lane_of);
    walk->queue_of = mem_zeroed(walk->queues + 1, sizeof *walk->queue_of);
    for (size_t q = 0; q < walk->queues; q++) {
        walk->first_op[q] = NOTHING;
        walk->lane_of[q] = NO_LANE;
    }
    for (size_t o = walk->operators; o-- > 0;) {
        walk->next_op[o] = walk->first_op[plan->operators[o].queue];
        walk->first_op[plan->operators[o].queue] = o;
    }
}

static void make_lanes(struct walk *walk)
{
    uint32_t lanes = 0;
    for (size_t o = 0; o < walk->operators; o++) {
        uint32_t *lane = &walk->lane_of[walk->plan->operators[o].queue];
        if (walk->job->communication[o].communicates && *lane == NO_LANE) {
            walk->queue_of[lanes] = walk->plan->operators[o].queue;
            *lane = lanes++;
        }
    }
    walk->came = mem_zeroed(lanes * walk->table->flow_count + 1, sizeof *walk->came);
    walk->bytes = mem_zeroed(lanes * walk->table->flow_count + 1, sizeof *walk->bytes);
}

static void open_walk(const struct walk_job *job, struct walk *ret)
{
    const struct plan *plan = job->plan;
    size_t rows = job->table->rows;
    *ret = (struct walk){.job = job,
                         .plan = plan,
                         .table = job->table,
                         .queues = plan->queue_count,
                         .operators = plan->operator_count};
    ret->timeline = timeline_new(job->table->ranks, plan->operator_count, job->table->row_of, rows);
    ret->items = mem_zeroed(rows * plan->queue_count + 1, sizeof *ret->items);
    ret->rows = mem_zeroed(rows, sizeof *ret->rows);
    ret->touched = mem_zeroed(rows, sizeof *ret->touched);
    ret->done = mem_zeroed(rows * plan->operator_count + 1, 1);
    index_queues(ret);
    make_lanes(ret);
    for (size_t r = 0; r < rows; r++)
        for (size_t q = 0; q < plan->queue_count; q++)
            items_of(ret, r)[q] = (struct item){.row = r, .queue = q, .op = ret->first_op[q]};
}

static void close_walk(struct walk *walk)
{
    free(walk->items);
    free(walk->rows);
    free(walk->touched);
    free(walk->done);
    free(walk->next_op);
    free(walk->first_op);
    free(walk->lane_of);
    free(walk->queue_of);
    free(walk->came);
    free(walk->bytes);
    events_done(&walk->events);
}

static int check_done(const struct walk *walk, struct diag *diag)
{
    struct text names = {0};
    size_t missing = 0;
    for (size_t o = 0; o < walk->operators; o++)
        for (size_t r = 0; r < walk->table->rows; r++)
            if (!walk->done[r * walk->operators + o] && missing++ < 8)
                text_add(&names, "%s%s on rank %zu", missing > 1 ? ", " : "",
                         walk->plan->operators[o].name, walk->table->rank_of[r]);
    int r = missing
                ? diag_say(diag, "schedule %s: %zu operators never ran: %s%s", walk->plan->schedule,
                           missing, text_get(&names), missing > 8 ? ", …" : "")
                : 0;
    text_done(&names);
    return r;
}

int walk_plan(const struct walk_job *job, struct diag *diag, struct timeline **ret)
{
    struct walk walk;
    open_walk(job, &walk);
    job->network->run(job->network, run, &walk);
    struct timeline *timeline = walk.timeline;
    int r = check_done(&walk, diag);
    for (size_t i = 0; i < job->table->rows * walk.operators; i++)
        timeline->end_s = fmax(timeline->end_s, timeline->spans[i].end_s);
    close_walk(&walk);
    if (r < 0) {
        timeline_free(timeline);
        return r;
    }
    timeline_find_transfers(timeline, job->plan);
    *ret = timeline;
    return 0;
}
