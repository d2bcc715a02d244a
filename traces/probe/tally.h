/* What the rounds of one replay have given so far: a plan at one factor, launched one way. */
#ifndef PROBE_TALLY_H
#define PROBE_TALLY_H

#include "nvml.h"
#include "recording.h"
#include "timing_result.h"

struct tally {
    double *pair_s; /* of every round's pairs */
    size_t pairs;
    double *round_s; /* each round's median */
    size_t rounds;
    struct nvml_average average; /* while the first round's pairs ran */
    /* From the first round alone, which also plays pairs with events around the operators. */
    struct timing instrumented_pair;
    double *start_s, *end_s; /* ranks * operators */
};

/* Adds a round of pairs, the mean over the ranks for each. */
void tally_add(struct tally *tally, const struct recording *of_rank, int ranks);
/* Keeps where the operators stood. */
void tally_place(struct tally *tally, const struct recording *of_rank, int ranks);
/* Median and spread over the pairs of all rounds. */
struct timing tally_pair(const struct tally *tally);
void tally_done(struct tally *tally);

#endif
