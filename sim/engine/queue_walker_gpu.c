/* What the SMs of a walk's rows do: who shares them, and when somebody's work is done. */
#include <math.h>

#include "sim/cost/cost.h"
#include "sim/engine/queue_walker_private.h"

/* Kernels that end within this of a moment have ended: sums of their shares round. */
#define SAME_S 1e-10

/* Whoever works or holds SMs gets an even part, but of those that hold a share none gets more. */
static double work_rate(const struct walk *walk, size_t row)
{
    const struct item *items = items_of(walk, row);
    double left = 1, parts = 0;
    bool bounded = true;
    for (size_t q = 0; q < walk->queues; q++)
        parts += items[q].works + (items[q].share_ratio > 0);
    double even = parts > 0 ? 1 / parts : 1, taken = 0;
    while (bounded && parts > 0) {
        double below = taken;
        bounded = false;
        left = 1, parts = 0;
        for (size_t q = 0; q < walk->queues; q++) {
            bool holds = items[q].share_ratio > 0 && items[q].share_ratio <= even;
            left -= holds ? items[q].share_ratio : 0;
            parts += items[q].works + (items[q].share_ratio > 0 && !holds);
        }
        taken = 1 - left;
        bounded = taken > below;
        even = parts > 0 ? left / parts : even;
    }
    return even;
}

void walk_touch(struct walk *walk, size_t at)
{
    struct row *row = &walk->rows[at];
    double passed_s = walk->now_s - row->updated_s;
    struct item *items = items_of(walk, at);
    for (size_t q = 0; q < walk->queues && passed_s > 0; q++)
        if (items[q].works)
            items[q].left_s -= passed_s * row->rate;
    row->updated_s = walk->now_s;
    if (!row->touched)
        walk->touched[walk->touched_count++] = at;
    row->touched = true;
}

void walk_work(struct walk *walk, struct item *item, double time_s)
{
    walk_touch(walk, item->row);
    item->works = true;
    item->left_s = item->whole_s = time_s;
}

void walk_set_row_alarm(struct walk *walk, size_t at)
{
    struct row *row = &walk->rows[at];
    const struct item *items = items_of(walk, at);
    double least_s = INFINITY;
    row->rate = work_rate(walk, at);
    for (size_t q = 0; q < walk->queues; q++) {
        if (items[q].works)
            least_s = fmin(least_s, items[q].left_s);
        if (items[q].phase == AWAITING_SMS)
            least_s = fmin(least_s, items[items[q].behind].left_s - items[q].behind_left_s);
    }
    row->version++;
    if (!isinf(least_s))
        events_add(&walk->events, (struct event){.at_s = walk->now_s + fmax(0, least_s) / row->rate,
                                                 .what = ALARM_ROW,
                                                 .version = row->version,
                                                 .index = at});
}

void walk_set_alarm(struct walk *walk, struct item *item, enum phase phase, double at_s)
{
    item->phase = phase;
    events_add(&walk->events, (struct event){.at_s = at_s,
                                             .what = ALARM_ITEM,
                                             .version = ++item->version,
                                             .index = item->row * walk->queues + item->queue});
}

/* What is left of an operator's work when its kernel at work ends. */
static double left_after_kernel_s(const struct walk *walk, const struct item *item)
{
    const struct plan_operator *op = op_of(walk, item);
    double shares[OPERATOR_KERNELS_MAX], left_s = item->whole_s;
    size_t count =
        roofline_shares(walk->job->gpu, op->kind, op->pass, &op->shape, op->dtype, shares);
    for (size_t k = 0; k < count; k++) {
        left_s -= shares[k] * item->whole_s;
        if (left_s < item->left_s - SAME_S)
            return fmax(0, left_s);
    }
    return item->left_s;
}

/* A compute kernel has blocks on all SMs. A communication kernel's blocks, each of which needs
 * nearly a whole SM's registers, find room only as those end. Seen on two H200s: beside an operator
 * that begins with a product of 0.85 ms, an All-to-All of 0.39 ms alone took 1.18 ms
 * (traces/validation/2xh200-sxm.csv, w4096-t8192.scmoe-pos2-pipelined.s2.c2, combine#1); beside
 * operators that begin with a short norm it did not wait. Of operators that begin with it, the
 * first kernel is there first: what computes needs no event of another queue. */
bool walk_must_await_sms(struct walk *walk, struct item *item)
{
    const struct item *items = items_of(walk, item->row);
    double most_s = 0;
    if (!communication_of(walk, item)->waits_for_sms)
        return false;
    for (size_t q = 0; q < walk->queues; q++) {
        if (items[q].phase != COMPUTING)
            continue;
        double left_s = left_after_kernel_s(walk, &items[q]);
        if (items[q].left_s - left_s > fmax(most_s, SAME_S)) {
            most_s = items[q].left_s - left_s;
            item->behind = q;
            item->behind_left_s = left_s;
        }
    }
    return most_s > 0;
}
