/* Timing what a stream does: the queue is held until work is enqueued, events stand between steps,
 * medians are taken over many repetitions. */
#ifndef PROBE_TIMING_H
#define PROBE_TIMING_H

#include <cuda_runtime_api.h>
#include <stddef.h>
#include "lab.h"
#include "timing_result.h"

/* One thing in a repetition. Steps with the same slot add samples to the same result; slot -1 is
 * run but not timed. */
struct step {
    void (*run)(void *context, int repetition, cudaStream_t stream);
    void *context;
    int launches; /* commands it enqueues, at most */
    int slot;
};

struct timing_limits {
    double warm_up_s; /* of GPU time before the first sample */
    double sample_s;  /* of GPU time at least */
    size_t samples_min, samples_max;
};

/* Repeats the steps in order on the lab's stream. ret has one entry for each slot 0..slots - 1. A
 * team's GPUs repeat them equally often, since steps among them wait for each other: rank 0
 * decides. */
void time_steps(struct lab *lab, const struct step *steps, int step_count, int slots,
                const struct timing_limits *limits, struct timing *ret);

/* Seconds of one run of a step, roughly: the mean of a few after a first. */
double estimate_step(struct lab *lab, const struct step *step);

/* Runs shorter than this are repeated inside one sample, so that an event's cost (about 1 us) and
 * resolution (0.5 us) vanish. */
#define SAMPLE_MIN_S 200e-6
/* How often a step of a duration must be repeated for that, within the launches a hold allows. */
int repeats_for(double time_s, int launches);

#endif
