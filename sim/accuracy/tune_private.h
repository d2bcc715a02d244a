/* How this room finds overheads. */
#ifndef SCMOESIM_ACCURACY_TUNE_PRIVATE_H
#define SCMOESIM_ACCURACY_TUNE_PRIVATE_H

#include "sim/accuracy/outcome.h"
#include "sim/accuracy/tune.h"

/* Whether a plan of a tuned shape was replayed by a graph. */
bool have_graphs(const struct outcome *outcomes, size_t count);
int tune_on_graphs(const struct outcome *outcomes, size_t count, struct diag *diag,
                   struct overheads *ret);

#endif
