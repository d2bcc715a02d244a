/* Plans and timelines written as rows, for the tests of this room. */
#ifndef SCMOESIM_TESTS_REPORT_FIXTURE_H
#define SCMOESIM_TESTS_REPORT_FIXTURE_H

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"
#include "sim/engine/timeline.h"
#include "sim/schedule/plan.h"

#define AFTER_MAX 6
#define END_OF_AFTER ((size_t)-1)

/* One operator. In `after` positions count from 1, so that the zeros of an initialiser end it. */
struct row {
    const char *name;
    enum operator_kind kind;
    enum operator_pass pass;
    size_t queue;
    size_t after[AFTER_MAX];
    double time_s; /* for play() */
    size_t chunk;
};

static inline struct plan *build_plan(const char *schedule, size_t ranks, size_t ep,
                                      const char *const *queues, const struct row *rows,
                                      size_t count)
{
    struct plan *plan = mem_zeroed(1, sizeof *plan);
    plan->schedule = mem_copy_string(schedule);
    plan->ranks = ranks;
    plan->ep = ep;
    plan->chunks = 1;
    while (queues[plan->queue_count])
        plan->queue_count++;
    plan->queues = mem_zeroed(plan->queue_count, sizeof *plan->queues);
    for (size_t i = 0; i < plan->queue_count; i++)
        plan->queues[i] = mem_copy_string(queues[i]);
    plan->operator_count = count;
    plan->operators = mem_zeroed(count, sizeof *plan->operators);
    for (size_t i = 0; i < count; i++) {
        struct plan_operator *op = &plan->operators[i];
        op->name = mem_copy_string(rows[i].name);
        op->kind = rows[i].kind;
        op->pass = rows[i].pass;
        op->queue = rows[i].queue;
        op->chunk = rows[i].chunk;
        op->comm_bytes = operator_is_all_to_all(rows[i].kind) ? 32e6 : 0;
        op->after = mem_zeroed(AFTER_MAX, sizeof *op->after);
        while (op->after_count < AFTER_MAX && rows[i].after[op->after_count] > 0) {
            op->after[op->after_count] = rows[i].after[op->after_count] - 1;
            op->after_count++;
        }
    }
    return plan;
}

static inline void drop_plan(struct plan *plan)
{
    for (size_t i = 0; i < plan->operator_count; i++) {
        free(plan->operators[i].name);
        free(plan->operators[i].after);
    }
    for (size_t i = 0; i < plan->queue_count; i++)
        free(plan->queues[i]);
    free(plan->operators);
    free(plan->queues);
    free(plan->schedule);
    free(plan);
}

static inline struct timeline *empty_timeline(size_t ranks, size_t operators)
{
    struct timeline *timeline = mem_zeroed(1, sizeof *timeline);
    timeline->ranks = ranks;
    timeline->operators = operators;
    timeline->spans = mem_zeroed(ranks * operators, sizeof *timeline->spans);
    return timeline;
}

/* Fills a span that began when it was ready and waited for no partner. */
static inline void set_span(struct timeline *timeline, size_t rank, size_t i, double start_s,
                            double end_s)
{
    timeline->spans[rank * timeline->operators + i] =
        (struct span){start_s, start_s, start_s, end_s};
    timeline->end_s = fmax(timeline->end_s, end_s);
}

static inline void drop_timeline(struct timeline *timeline)
{
    free(timeline->spans);
    free(timeline);
}

static inline double ready_at(const struct plan *plan, const struct timeline *timeline, size_t rank,
                              size_t i)
{
    double ready_s = 0;
    for (size_t k = 0; k < plan->operators[i].after_count; k++)
        ready_s = fmax(ready_s, timeline_span(timeline, rank, plan->operators[i].after[k])->end_s);
    for (size_t k = 0; k < i; k++)
        if (plan->operators[k].queue == plan->operators[i].queue)
            ready_s = fmax(ready_s, timeline_span(timeline, rank, k)->end_s);
    return ready_s;
}

/* A toy engine: operators in order, each after those it names and those before it on its queue; an
 * All-to-All takes its time from when its whole group is ready. times_s: [rank * operators +
 * operator]. */
static inline struct timeline *play(const struct plan *plan, const double *times_s)
{
    struct timeline *timeline = empty_timeline(plan->ranks, plan->operator_count);
    for (size_t i = 0; i < plan->operator_count; i++) {
        for (size_t rank = 0; rank < plan->ranks; rank++) {
            double ready_s = ready_at(plan, timeline, rank, i);
            double from_s = ready_s;
            size_t first = rank - rank % plan->ep;
            if (operator_is_all_to_all(plan->operators[i].kind))
                for (size_t k = first; k < first + plan->ep; k++)
                    from_s = fmax(from_s, ready_at(plan, timeline, k, i));
            set_span(timeline, rank, i, ready_s, from_s + times_s[rank * plan->operator_count + i]);
            timeline->spans[rank * plan->operator_count + i].transfer_s = from_s;
        }
    }
    return timeline;
}

/* A number in [0, limit): the same sequence on every machine. */
static inline size_t random_below(unsigned long long *state, size_t limit)
{
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL; /* Knuth, MMIX */
    return (size_t)(*state >> 33) % limit;
}

#endif
