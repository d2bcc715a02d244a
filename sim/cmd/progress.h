/* How far a long command has come: a bar on a terminal, now and then a line elsewhere. */
#ifndef SCMOESIM_CMD_PROGRESS_H
#define SCMOESIM_CMD_PROGRESS_H

#include <stdbool.h>
#include "sim/sweep/play.h"

struct progress {
    bool terminal, quiet;
    double began_s, shown_s; /* by the machine's clock */
};

void progress_begin(struct progress *progress, bool quiet);
/* A sweep_order's report; context is the struct progress. */
void progress_report(void *context, const struct sweep_progress *at);
void progress_end(struct progress *progress);

#endif
