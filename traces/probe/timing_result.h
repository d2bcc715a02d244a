/* One timed thing: the median over samples, its spread, and how many there were. */
#ifndef PROBE_TIMING_RESULT_H
#define PROBE_TIMING_RESULT_H

#include <stddef.h>

struct timing {
    double median_s, p10_s, p90_s;
    size_t samples;
};

#endif
