/* A played series as numbers: of each rank, and of all ranks together on one clock. */
#ifndef PROBE_RECORDING_H
#define PROBE_RECORDING_H

#include "gpu_clock.h"
#include "player.h"
#include "timing_result.h"

struct recording {
    size_t pairs, operators; /* operators 0: only the pairs were timed */
    double *begin_s;         /* of each pair, on the common clock; zeros without one */
    double *pair_s;          /* from a pair's beginning to the next one's */
    double *start_s, *end_s; /* pairs * operators, from the pair's own beginning */
};

/* Of one player of the series. clock: readings before and behind the series, which then has one
 * player; NULL without a common clock. */
void recording_take(struct recording *ret, const struct series *series, size_t player,
                    const struct clock_pair clock[2]);
void recording_done(struct recording *recording);

/* A pair's time is the mean over the ranks: they take turns in waiting for each other. */
void recording_pairs(const struct recording *of_rank, int ranks, double *ret_s);
/* Their median and spread. */
struct timing recording_pair_time(const struct recording *of_rank, int ranks);

/* Medians over the pairs, from the moment when the first rank began the pair. ret_start_s and
 * ret_end_s: ranks * operators. */
void recording_places(const struct recording *of_rank, int ranks, double *ret_start_s,
                      double *ret_end_s);

#endif
