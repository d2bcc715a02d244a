/* A step: plans one after the other, as one plan. Layers of a model, its forward and its backward
 * pass, stages of different sizes. */
#ifndef SCMOESIM_SCHEDULE_STEP_H
#define SCMOESIM_SCHEDULE_STEP_H

#include "sim/schedule/plan.h"

struct step_part {
    const struct plan *plan; /* borrowed */
    size_t times;            /* so often in a row; 0: left out */
};

/* Queues and groups of the same name become one. An operator's name tells its layer in the step:
 * "attention@3", and layers of a part that has several are counted on.
 *
 * A part whose operators have waits in `earlier` begins where these allow. What they say of plans
 * before the step's first is done already. Other parts begin when all before them is done:
 * operators that wait for nobody wait for all operators that nobody waits for. Collectives of
 * plan_add_beside begin with their part, and nobody waits for them.
 *
 * Fails, and names the plan or operator, where ranks, ep, experts, top_k or groups of a name
 * differ, where an earlier plan lacks the operator that is waited for, and where there are more
 * operators than PLAN_OPERATORS_MAX or none. */
int step_build(const struct step_part *parts, size_t count, struct diag *diag, struct plan **ret);

#endif
