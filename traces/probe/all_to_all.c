/* --gpus: the time of an All-to-All among the GPUs of this machine, over sizes and channels. */
#include "bench.h"

#include <math.h>
#include <stdlib.h>
#include "collective.h"
#include "kernels.h"
#include "sim/base/mem.h"
#include "team.h"

#define SMALLEST ((size_t)4 << 10)
#define LARGEST ((size_t)2 << 30) /* sent by a rank to all, its own share included */
#define WARM_UP 5
/* All-to-Alls of one sample follow each other: so long, and so many at most, that what the ranks'
 * first starts lie apart does not count. */
#define SAMPLE_S 400e-6
#define REPEATS_MAX 20

struct rank {
    const struct member *me;
    struct collective *collective;
    cudaStream_t stream;
    cudaEvent_t begin, end;
    char *send, *receive;
    size_t largest;
    double host_s; /* that handing over one All-to-All took, at most */
};

struct measurement {
    struct bench *bench;
    double time_s[TEAM_MAX]; /* of the present sample */
};

/* By the first rank's memory, of which the rest of the measurement has a part already. */
static size_t largest_size(const struct member *me)
{
    size_t unused, total, largest = LARGEST;
    try_cuda(cudaMemGetInfo(&unused, &total));
    while (largest > unused / 3)
        largest /= 2;
    team_share(me, &largest, sizeof largest);
    return largest;
}

static void open_rank(struct rank *rank, const struct member *me)
{
    *rank = (struct rank){.me = me};
    try_cuda(cudaSetDevice(me->rank));
    rank->largest = largest_size(me);
    try_cuda(cudaStreamCreateWithFlags(&rank->stream, cudaStreamNonBlocking));
    try_cuda(cudaEventCreate(&rank->begin));
    try_cuda(cudaEventCreate(&rank->end));
    try_cuda(cudaMalloc((void **)&rank->send, rank->largest));
    try_cuda(cudaMalloc((void **)&rank->receive, rank->largest));
    try_cuda(cudaMemset(rank->send, me->rank + 1, rank->largest));
    try_cuda(cudaDeviceSynchronize());
}

static void close_rank(struct rank *rank)
{
    try_cuda(cudaFree(rank->send));
    try_cuda(cudaFree(rank->receive));
    try_cuda(cudaEventDestroy(rank->begin));
    try_cuda(cudaEventDestroy(rank->end));
    try_cuda(cudaStreamDestroy(rank->stream));
}

static void exchange(struct rank *rank, size_t bytes)
{
    double begin_s = host_seconds();
    collective_all_to_all(rank->collective, rank->send, rank->receive, bytes, rank->stream);
    rank->host_s = fmax(rank->host_s, host_seconds() - begin_s);
}

/* First and last byte of every part, after the receiving side was cleared. */
static void warm_up_and_check(struct rank *rank, size_t bytes)
{
    size_t part = bytes / (size_t)rank->me->count;
    try_cuda(cudaMemsetAsync(rank->receive, 0, bytes, rank->stream));
    exchange(rank, bytes); /* connects the ranks: how long it takes the host says nothing */
    try_cuda(cudaStreamSynchronize(rank->stream));
    for (int peer = 0; peer < rank->me->count; peer++) {
        char ends[2];
        const char *from = rank->receive + (size_t)peer * part;
        try_cuda(cudaMemcpy(&ends[0], from, 1, cudaMemcpyDeviceToHost));
        try_cuda(cudaMemcpy(&ends[1], from + part - 1, 1, cudaMemcpyDeviceToHost));
        if (ends[0] != peer + 1 || ends[1] != peer + 1)
            die(EXIT_CHECK_FAILED, "All-to-All of %zu bytes: rank %d has not what rank %d sent",
                bytes, rank->me->rank, peer);
    }
    rank->host_s = 0;
    for (int i = 0; i < WARM_UP; i++)
        exchange(rank, bytes);
    try_cuda(cudaStreamSynchronize(rank->stream));
}

/* The time of one All-to-All at the slowest rank: repeats of them, enqueued while the GPU pauses.
 */
static double time_sample(struct measurement *of, struct rank *rank, size_t bytes, int repeats)
{
    float ms;
    team_wait(rank->me);
    launch_pause(50e-6 + 1.5 * rank->host_s * repeats, rank->stream);
    try_cuda(cudaEventRecord(rank->begin, rank->stream));
    for (int i = 0; i < repeats; i++)
        collective_all_to_all(rank->collective, rank->send, rank->receive, bytes, rank->stream);
    try_cuda(cudaEventRecord(rank->end, rank->stream));
    try_cuda(cudaEventSynchronize(rank->end));
    try_cuda(cudaEventElapsedTime(&ms, rank->begin, rank->end));
    of->time_s[rank->me->rank] = 1e-3 * (double)ms / repeats;
    team_wait(rank->me);
    double slowest_s = 0;
    for (int r = 0; r < rank->me->count; r++)
        slowest_s = fmax(slowest_s, of->time_s[r]);
    return slowest_s;
}

/* algbw is bytes over time; busbw counts what crosses a link, (ranks - 1) / ranks of them: the
 * senses of nccl-tests, so that the two can be laid side by side. */
static void keep(struct bench *bench, int ranks, size_t bytes, int channels, struct timing timing)
{
    struct row row = {.kind = "all_to_all",
                      .bytes = (double)bytes,
                      .sm_count = channels,
                      .ranks = ranks,
                      .timing = timing};
    double algbw = row.bytes / timing.median_s, busbw = algbw * (ranks - 1) / ranks;
    char limit[32] = "";
    if (channels)
        snprintf(limit, sizeof limit, " on %d channels", channels);
    rows_add(&bench->rows, &row);
    facts_add(&bench->left_out, "all_to_all: %zu bytes%s: algbw %.4g, busbw %.4g bytes/s", bytes,
              limit, algbw, busbw);
    note("%2d ranks %11zu bytes%s: %10.1f us, algbw %6.1f GB/s, busbw %6.1f GB/s", ranks, bytes,
         limit, 1e6 * timing.median_s, 1e-9 * algbw, 1e-9 * busbw);
}

static void measure_size(struct measurement *of, struct rank *rank, size_t bytes, int channels)
{
    size_t samples = of->bench->options->samples;
    double *time_s = mem_zeroed(samples, sizeof *time_s);
    warm_up_and_check(rank, bytes);
    double once_s = fmax(time_sample(of, rank, bytes, 1), 1e-6);
    int repeats = (int)fmin(REPEATS_MAX, ceil(SAMPLE_S / once_s));
    for (size_t i = 0; i < samples; i++)
        time_s[i] = time_sample(of, rank, bytes, repeats);
    struct timing timing = {quantile(time_s, samples, 0.5), quantile(time_s, samples, 0.1),
                            quantile(time_s, samples, 0.9), samples};
    if (rank->me->rank == 0)
        keep(of->bench, rank->me->count, bytes, channels, timing);
    free(time_s);
}

static bool time_is_up(struct measurement *of, const struct member *me)
{
    return !team_agree(me, me->rank > 0 || !bench_time_is_up(of->bench));
}

static void work(const struct member *me, void *context)
{
    struct measurement *of = context;
    const struct options *options = of->bench->options;
    struct rank rank;
    open_rank(&rank, me);
    if (me->rank == 0 && rank.largest < LARGEST)
        facts_add(&of->bench->left_out, "left_out: All-to-Alls above %zu bytes: not enough memory",
                  rank.largest);
    for (size_t c = 0; c <= options->channel_count && !time_is_up(of, me); c++) {
        int channels = c ? (int)options->channels[c - 1] : 0;
        rank.collective = collective_join(me, channels);
        for (size_t bytes = SMALLEST; bytes <= rank.largest && !time_is_up(of, me); bytes *= 2)
            measure_size(of, &rank, bytes, channels);
        collective_leave(rank.collective);
    }
    close_rank(&rank);
}

bool bench_has_gpus(const struct bench *bench)
{
    int wanted = bench->options->gpus, there = 0;
    try_cuda(cudaGetDeviceCount(&there));
    if (collective_problem()) {
        note("--gpus: %s, so no All-to-All was measured", collective_problem());
        return false;
    }
    if (wanted < 2 || wanted > there || wanted > TEAM_MAX) {
        note("--gpus %d: an All-to-All needs 2 to %d GPUs, and this machine has %d: none was "
             "measured",
             wanted, TEAM_MAX, there);
        return false;
    }
    return true;
}

void measure_all_to_all(struct bench *bench)
{
    struct measurement of = {.bench = bench};
    facts_add(&bench->left_out, "ranks: %d", bench->options->gpus);
    team_run(bench->options->gpus, work, &of);
    try_cuda(cudaSetDevice(bench->lab.device));
}
