#include "sim/predict/copies.h"

#include <math.h>
#include <stdlib.h>
#include "sim/base/mem.h"

struct transfer {
    size_t index; /* of the operator */
    double begin_s;
};

static int by_begin(const void *a, const void *b)
{
    const struct transfer *x = a, *y = b;
    if (x->begin_s != y->begin_s)
        return (x->begin_s > y->begin_s) - (x->begin_s < y->begin_s);
    return (x->index > y->index) - (x->index < y->index);
}

static size_t find_transfers(const struct plan *plan, const struct timeline *seen,
                             struct transfer *ret)
{
    size_t count = 0;
    for (size_t o = 0; o < plan->operator_count; o++)
        if (!operator_computes(plan->operators[o].kind))
            ret[count++] = (struct transfer){o, timeline_span(seen, 0, o)->start_s};
    qsort(ret, count, sizeof *ret, by_begin);
    return count;
}

/* Its part to the GPU alone; what it takes at all where copies one way were not measured. */
static double inbound_s(const struct predict_settings *settings, const struct plan_operator *op,
                        double exchange_s)
{
    double time_s;
    bool known =
        cost_copy_s(settings->costs, "copy_h2d", op->comm_bytes * settings->factor_ratio, &time_s);
    return known ? fmin(time_s, exchange_s) : exchange_s;
}

/* When the engine to the GPU has served what other queues gave it; a queue's own copies are in
 * order anyway. */
static double others_done_s(const double *done_s, size_t queues, size_t own)
{
    double last_s = 0;
    for (size_t q = 0; q < queues; q++)
        if (q != own)
            last_s = fmax(last_s, done_s[q]);
    return last_s;
}

/* Returns what the copy takes with its wait. */
static double wait_for_engine(const struct predict_settings *settings,
                              const struct plan_operator *op, double wait_s, double *time_s)
{
    if (op->kind == OPERATOR_EXPERT_FETCH)
        *time_s += wait_s;
    else if (wait_s > 0)
        *time_s = fmax(*time_s, wait_s + inbound_s(settings, op, *time_s));
    return *time_s;
}

void copies_wait(const struct plan *plan, const struct predict_settings *settings,
                 const struct timeline *seen, double *fetch_s, double *exchange_s)
{
    struct transfer *transfers = mem_zeroed(plan->operator_count, sizeof *transfers);
    double *done_s = mem_zeroed(plan->queue_count, sizeof *done_s);
    size_t count = find_transfers(plan, seen, transfers);
    for (size_t i = 0; i < count; i++) {
        const struct plan_operator *op = &plan->operators[transfers[i].index];
        bool fetches = op->kind == OPERATOR_EXPERT_FETCH;
        double *time_s = fetches ? &fetch_s[transfers[i].index] : &exchange_s[transfers[i].index];
        double begin_s = transfers[i].begin_s;
        double wait_s = fmax(others_done_s(done_s, plan->queue_count, op->queue) - begin_s, 0);
        done_s[op->queue] = begin_s + wait_for_engine(settings, op, wait_s, time_s);
    }
    free(done_s);
    free(transfers);
}
