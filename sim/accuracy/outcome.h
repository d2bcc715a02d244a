/* What the files of this room share. */
#ifndef SCMOESIM_ACCURACY_OUTCOME_H
#define SCMOESIM_ACCURACY_OUTCOME_H

#include "sim/accuracy/accuracy.h"

/* The same but for schedule and slot. */
bool outcomes_alike(const struct outcome *a, const struct outcome *b);

#endif
