/* GPUs of one machine on one clock: the host's. A GPU's own timer runs evenly but starts anywhere,
 * so its distance from the host's clock is measured, before and behind what is to be placed. */
#ifndef PROBE_GPU_CLOCK_H
#define PROBE_GPU_CLOCK_H

#include "lab.h"

/* One reading of both clocks at the same moment. */
struct clock_pair {
    unsigned long long gpu_ns;
    double host_s;  /* on host_seconds() */
    double error_s; /* at most so far from the same moment */
};

/* Asks the GPU for its time some hundred times and keeps the answer that came back fastest. Needs
 * an idle GPU; takes about a millisecond. */
struct clock_pair clock_compare(struct lab *lab);

/* The host's time at a time of the GPU, on the line through both readings. */
double clock_host_s(const struct clock_pair *before, const struct clock_pair *behind,
                    unsigned long long gpu_ns);

#endif
