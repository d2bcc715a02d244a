/* What runs at the same time on one rank, the sweep that metrics and pictures share, which looks at
 * operator kinds only, never at queue names; and the rows of pictures, which are queues. */
#ifndef SCMOESIM_REPORT_STRETCHES_H
#define SCMOESIM_REPORT_STRETCHES_H

#include "sim/engine/timeline.h"
#include "sim/report/result.h"
#include "sim/schedule/plan.h"

/* A time during which the same operators run. */
struct stretch {
    double from_s, to_s;                 /* from_s < to_s */
    size_t computing;                    /* operators that run on the SMs */
    size_t running[OPERATOR_KIND_COUNT]; /* operators of each kind */
    size_t to_experts;                   /* All-to-Alls from token owners to expert owners */
    size_t to_owners;                    /* and back */
};

/* Cuts a rank's time at every start and end. Stretches touch, in order of time. Caller frees *ret.
 * Returns their number. */
size_t stretches_find(const struct plan *plan, const struct timeline *timeline, size_t rank,
                      struct stretch **ret);

/* An All-to-All runs and the GPU computes nothing. */
static inline bool stretch_exposed(const struct stretch *stretch)
{
    return stretch->computing == 0 && stretch->to_experts + stretch->to_owners > 0;
}

/* Whether an All-to-All carries data from token owners to expert owners. Gradients travel against
 * their operator: that of combine goes to the experts, that of dispatch to the tokens' owners. */
static inline bool goes_to_experts(const struct plan_operator *op)
{
    return (op->kind == OPERATOR_DISPATCH) == (op->pass == PASS_FORWARD);
}

/* The rank in the All-to-All group of `rank` that was ready for the operator last, the lowest of
 * equals. `rank` itself where it waited for no partner. */
size_t last_partner(const struct plan *plan, const struct timeline *timeline, size_t rank,
                    size_t operator_index);

/* The queues of a result as rows of a picture: backward goes on the rows of forward. */
struct lanes {
    const char **names; /* each queue name once, forward's order first; borrowed from the plans */
    size_t count;
    size_t *forward, *backward; /* queue of the plan -> lane */
};

/* The result has a forward plan. Release with lanes_done. */
void lanes_init(struct lanes *lanes, const struct result *result);
void lanes_done(struct lanes *lanes);

#endif
