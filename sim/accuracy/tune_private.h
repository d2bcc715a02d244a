/* How this room finds overheads. */
#ifndef SCMOESIM_ACCURACY_TUNE_PRIVATE_H
#define SCMOESIM_ACCURACY_TUNE_PRIVATE_H

#include "sim/accuracy/tune.h"

/* Share of a measured or predicted operator's time beside those of the other sort. */
double beside_ratio_of(const struct plan *plan, const struct span *spans, size_t index);

/* Whether a plan of a tuned shape was replayed by a graph. */
bool have_graphs(const struct outcome *outcomes, size_t count);
int tune_on_graphs(const struct outcome *outcomes, size_t count, struct diag *diag, struct overheads *ret);

#endif
