#include <assert.h>
#include <stdlib.h>
#include "sim/base/mem.h"
#include "sim/report/metrics.h"
#include "sim/report/sweep.h"

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

static void reverse(struct critical_step *steps, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        struct critical_step keep = steps[i];
        steps[i] = steps[count - 1 - i];
        steps[count - 1 - i] = keep;
    }
}

size_t critical_path(const struct plan *plan, const struct timeline *timeline,
                     struct critical_step **ret_steps)
{
    /* Each step goes to an operator that must come before, on whichever rank: none comes twice. */
    struct critical_step *steps = mem_zeroed(plan->operator_count + 1, sizeof *steps);
    size_t count = 0;
    *ret_steps = steps;
    if (timeline->ranks == 0 || plan->operator_count == 0)
        return 0;
    struct critical_step step = find_end(plan, timeline);
    for (;;) {
        assert(count < plan->operator_count);
        step.to_s = timeline_span(timeline, step.rank, step.operator_index)->end_s;
        /* The time before the last partner came belongs to whatever kept that partner. */
        size_t rank = last_partner(plan, timeline, step.rank, step.operator_index);
        step.from_s = timeline_span(timeline, rank, step.operator_index)->start_s;
        steps[count++] = step;
        size_t cause = find_cause(plan, timeline, rank, step.operator_index);
        if (cause == NO_OPERATOR)
            break;
        step = (struct critical_step){.rank = rank, .operator_index = cause};
    }
    reverse(steps, count);
    return count;
}
