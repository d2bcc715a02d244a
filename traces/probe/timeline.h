/* What a replay found, as a file (scmoesim/timeline/1). */
#ifndef PROBE_TIMELINE_H
#define PROBE_TIMELINE_H

#include "nvml.h"
#include "options.h"
#include "plan.h"
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
    struct nvml_average average;     /* while whole pairs ran, on the first rank's GPU */
    struct timing pair;              /* without events between operators */
    struct timing instrumented_pair; /* with them */
    double *start_s, *end_s;         /* ranks * operators, from the pair's beginning; medians */
};

int timeline_write(const struct timeline *timeline, const char *path, struct complaint *why);
void timeline_done(struct timeline *timeline);

#endif
