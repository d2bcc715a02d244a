#include "recording.h"

#include <math.h>
#include <stdlib.h>
#include "base.h"
#include "sim/base/mem.h"

static double between(cudaEvent_t begin, cudaEvent_t end)
{
    float ms;
    try_cuda(cudaEventElapsedTime(&ms, begin, end));
    return 1e-3 * (double)ms;
}

/* The timer was read right behind each boundary, the same little later on every GPU. */
static void place_pairs(struct recording *to, const struct series *series,
                        const struct clock_pair clock[2])
{
    unsigned long long *stamp_ns = mem_zeroed(to->pairs, sizeof *stamp_ns);
    try_cuda(cudaMemcpy(stamp_ns, series->stamp_ns, to->pairs * sizeof *stamp_ns,
                        cudaMemcpyDeviceToHost));
    for (size_t i = 0; i < to->pairs; i++)
        to->begin_s[i] = clock_host_s(&clock[0], &clock[1], stamp_ns[i]);
    free(stamp_ns);
}

void recording_take(struct recording *ret, const struct series *series, size_t player,
                    const struct clock_pair clock[2])
{
    const struct plan *plan = series->players[player].plan;
    size_t operators = series->with_operators ? plan->operator_count : 0;
    *ret = (struct recording){.pairs = series->pairs, .operators = operators};
    ret->begin_s = mem_zeroed(ret->pairs, sizeof *ret->begin_s);
    ret->pair_s = mem_zeroed(ret->pairs, sizeof *ret->pair_s);
    ret->start_s = mem_zeroed(ret->pairs * operators, sizeof *ret->start_s);
    ret->end_s = mem_zeroed(ret->pairs * operators, sizeof *ret->end_s);
    for (size_t i = 0; i < ret->pairs; i++) {
        const cudaEvent_t *boundary = &series->boundary[i * series->player_count + player];
        ret->pair_s[i] = between(boundary[0], boundary[1]);
        for (size_t o = i * operators; o < (i + 1) * operators; o++) {
            ret->start_s[o] = between(boundary[0], series->begin[o]);
            ret->end_s[o] = between(boundary[0], series->end[o]);
        }
    }
    if (clock)
        place_pairs(ret, series, clock);
}

void recording_done(struct recording *recording)
{
    free(recording->begin_s);
    free(recording->pair_s);
    free(recording->start_s);
    free(recording->end_s);
    *recording = (struct recording){0};
}

void recording_pairs(const struct recording *of_rank, int ranks, double *ret_s)
{
    for (size_t i = 0; i < of_rank[0].pairs; i++) {
        ret_s[i] = 0;
        for (int r = 0; r < ranks; r++)
            ret_s[i] += of_rank[r].pair_s[i] / ranks;
    }
}

struct timing recording_pair_time(const struct recording *of_rank, int ranks)
{
    size_t pairs = of_rank[0].pairs;
    double *time_s = mem_zeroed(pairs, sizeof *time_s);
    recording_pairs(of_rank, ranks, time_s);
    struct timing timing = {quantile(time_s, pairs, 0.5), quantile(time_s, pairs, 0.1),
                            quantile(time_s, pairs, 0.9), pairs};
    free(time_s);
    return timing;
}

static double first_begin_s(const struct recording *of_rank, int ranks, size_t pair)
{
    double first_s = INFINITY;
    for (int r = 0; r < ranks; r++)
        first_s = fmin(first_s, of_rank[r].begin_s[pair]);
    return first_s;
}

/* Median over the pairs of one rank's place in them; late_s: how long after the first rank it
 * began. */
static double median_place(const struct recording *of, const double *place_s, size_t op,
                           const double *late_s)
{
    double *sample_s = mem_zeroed(of->pairs, sizeof *sample_s);
    for (size_t i = 0; i < of->pairs; i++)
        sample_s[i] = late_s[i] + place_s[i * of->operators + op];
    double median_s = quantile(sample_s, of->pairs, 0.5);
    free(sample_s);
    return median_s;
}

void recording_places(const struct recording *of_rank, int ranks, double *ret_start_s,
                      double *ret_end_s)
{
    size_t pairs = of_rank[0].pairs, operators = of_rank[0].operators;
    double *late_s = mem_zeroed(pairs, sizeof *late_s);
    for (int r = 0; r < ranks; r++) {
        for (size_t i = 0; i < pairs; i++)
            late_s[i] = of_rank[r].begin_s[i] - first_begin_s(of_rank, ranks, i);
        for (size_t op = 0; op < operators; op++) {
            size_t place = (size_t)r * operators + op;
            ret_start_s[place] = median_place(&of_rank[r], of_rank[r].start_s, op, late_s);
            ret_end_s[place] = median_place(&of_rank[r], of_rank[r].end_s, op, late_s);
        }
    }
    free(late_s);
}
