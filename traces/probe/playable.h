/* What of the program's operators and plans this probe can play: everything else is refused by
 * name, never played as something else. */
#ifndef PROBE_PLAYABLE_H
#define PROBE_PLAYABLE_H

#include "sim/schedule/plan.h"

/* A plan's tokens may be a fraction (a mean over ranks); a GPU runs whole rows. */
size_t shape_rows(const struct operator_shape *shape);
/* Field by field. */
bool shape_equal(const struct operator_shape *a, const struct operator_shape *b);

/* NULL where the operator can be computed, else what is wrong with it (a constant text). */
const char *operator_problem(enum operator_kind kind, enum operator_pass pass, enum dtype dtype,
                             const struct operator_shape *shape);

/* Complains about the plan's first operator that cannot be played. path stands for the file. */
int plan_check(const struct plan *plan, const char *path, struct diag *diag);

/* Whether both are one schedule with the same work, each operator found by its name: they may
 * differ in the slot, so in where operators stand and what they wait for. */
bool plans_differ_in_slot(const struct plan *a, const struct plan *b);

#endif
