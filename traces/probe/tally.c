#include "tally.h"

#include <stdlib.h>
#include <string.h>
#include "base.h"
#include "sim/base/mem.h"

void tally_add(struct tally *tally, const struct recording *of_rank, int ranks)
{
    size_t pairs = of_rank[0].pairs;
    tally->pair_s = mem_resized(tally->pair_s, tally->pairs + pairs, sizeof *tally->pair_s);
    recording_pairs(of_rank, ranks, tally->pair_s + tally->pairs);
    tally->pairs += pairs;
    tally->round_s = mem_resized(tally->round_s, tally->rounds + 1, sizeof *tally->round_s);
    tally->round_s[tally->rounds++] = recording_pair_time(of_rank, ranks).median_s;
}

void tally_place(struct tally *tally, const struct recording *of_rank, int ranks)
{
    size_t places = (size_t)ranks * of_rank[0].operators;
    tally->instrumented_pair = recording_pair_time(of_rank, ranks);
    tally->start_s = mem_zeroed(places, sizeof *tally->start_s);
    tally->end_s = mem_zeroed(places, sizeof *tally->end_s);
    recording_places(of_rank, ranks, tally->start_s, tally->end_s);
}

struct timing tally_pair(const struct tally *tally)
{
    double *sorted = mem_zeroed(tally->pairs, sizeof *sorted);
    memcpy(sorted, tally->pair_s, tally->pairs * sizeof *sorted);
    struct timing timing = {quantile(sorted, tally->pairs, 0.5),
                            quantile(sorted, tally->pairs, 0.1),
                            quantile(sorted, tally->pairs, 0.9), tally->pairs};
    free(sorted);
    return timing;
}

void tally_done(struct tally *tally)
{
    free(tally->pair_s);
    free(tally->round_s);
    free(tally->start_s);
    free(tally->end_s);
}
