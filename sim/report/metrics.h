/* From a plan and its timeline to the figures that people ask for. */
#ifndef SCMOESIM_REPORT_METRICS_H
#define SCMOESIM_REPORT_METRICS_H

#include "sim/engine/timeline.h"
#include "sim/schedule/plan.h"

/* Communication of one plan, averaged over ranks, per layer. Time is exposed on a rank while one of
 * its All-to-Alls runs and the GPU computes nothing. When both directions run then, each gets half.
 */
struct exposure {
    double a2a_s;              /* time with an All-to-All running */
    double exposed_s;          /* of that, exposed */
    double exposed_dispatch_s; /* token owners to expert owners (backward: combine's gradient) */
    double exposed_combine_s;
    double compute_s;                       /* time with an operator on a compute queue running */
    double operator_s[OPERATOR_KIND_COUNT]; /* of that, by kind; where several run at once each gets
                                               an equal part, so that they add up. 0: All-to-Alls */
    double moe_s;     /* gate, encode, dispatch, expert, combine, decode durations */
    double moe_a2a_s; /* of that, dispatch and combine */
};

void exposure_measure(const struct plan *plan, const struct timeline *timeline,
                      struct exposure *ret);

/* Adds weight times the one to the other. */
void exposure_add(const struct exposure *from, double weight, struct exposure *to);

/* 1 - exposed / total; 1 where there is no communication. */
double overlap_ratio(const struct exposure *exposure);

/* One step of the critical path, from the end backwards. */
struct critical_step {
    size_t rank, operator_index;
    double from_s, to_s; /* the part of the path that the operator accounts for */
};

/* Walks back from the last end: from each operator to what it waited for last. That is an operator
 * before it on its queue or in its waits, or, for an All-to-All, the partner that came last.
 *
 * Steps are in order of time. They touch end to start where operators start as soon as they are
 * ready. Caller frees *ret_steps. Returns their number. */
size_t critical_path(const struct plan *plan, const struct timeline *timeline,
                     struct critical_step **ret_steps);

#endif
