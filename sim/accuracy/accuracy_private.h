/* What the files of this room share. */
#ifndef SCMOESIM_ACCURACY_ACCURACY_PRIVATE_H
#define SCMOESIM_ACCURACY_ACCURACY_PRIVATE_H

#include "sim/accuracy/accuracy.h"

/* The same but for schedule and slot. */
bool outcomes_comparable(const struct outcome *a, const struct outcome *b);
bool outcome_belongs(const struct outcome *outcome, const struct part *part);
double outcome_estimated_s(const struct outcome *outcome, enum estimate estimate);
/* A replayed operator as the plan has it, with its waits and shape: outcome_set_timeline has found
 * it. */
const struct plan_operator *outcome_operator(const struct outcome *outcome, size_t operator_index);

#endif
