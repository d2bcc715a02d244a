/* What a replay found, as a file (scmoesim/timeline/1). */
#ifndef PROBE_TIMELINE_H
#define PROBE_TIMELINE_H

#include "nvml.h"
#include "options.h"
#include "sim/schedule/plan.h"
#include "tally.h"
#include "timing_result.h"

struct timeline {
    const struct plan *plan;
    const char *plan_path;
    int ranks;
    double factor;
    bool in_graph;
    const struct options *options;
    const char *gpu;
    struct nvml_facts facts;
    size_t turns;       /* plans that took turns; 1: it played alone */
    struct timing pair; /* without events between operators, over all rounds */
    const struct tally
        *tally; /* the rest; operators' places are medians from the pair's beginning */
};

int timeline_write(const struct timeline *timeline, const char *path, struct diag *diag);

#endif
