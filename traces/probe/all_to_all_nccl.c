/* All-to-All among the GPUs of this machine: NCCL's grouped sends and receives, one thread for all.
 */
#include "bench.h"

#include <nccl.h>
#include <stdlib.h>

#define GPUS_MAX 64
#define SMALLEST ((size_t)64 << 10)
#define LARGEST ((size_t)512 << 20) /* sent by a rank to all, its own share included */
#define WARM_UP 5

struct rank {
    ncclComm_t communicator;
    cudaStream_t stream;
    cudaEvent_t begin, end;
    char *send, *receive;
};

#define try_nccl(call) check_nccl((call), #call, __LINE__)
static void check_nccl(ncclResult_t result, const char *call, int line)
{
    if (result != ncclSuccess)
        die(EXIT_BUG, "%s:%d: %s: %s", __FILE__, line, call, ncclGetErrorString(result));
}

const char *collective_library_name(void)
{
    static char name[32];
    int version = 0;
    if (ncclGetVersion(&version) != ncclSuccess) return "NCCL of unknown version";
    snprintf(name, sizeof name, "NCCL %d.%d.%d", version / 10000, version / 100 % 100,
             version % 100);
    return name;
}

static void open_ranks(struct rank *ranks, int count)
{
    int devices[GPUS_MAX];
    ncclComm_t communicators[GPUS_MAX];
    for (int r = 0; r < count; r++)
        devices[r] = r;
    try_nccl(ncclCommInitAll(communicators, count, devices));
    for (int r = 0; r < count; r++) {
        ranks[r].communicator = communicators[r];
        try_cuda(cudaSetDevice(r));
        try_cuda(cudaStreamCreateWithFlags(&ranks[r].stream, cudaStreamNonBlocking));
        try_cuda(cudaEventCreate(&ranks[r].begin));
        try_cuda(cudaEventCreate(&ranks[r].end));
        try_cuda(cudaMalloc((void **)&ranks[r].send, LARGEST));
        try_cuda(cudaMalloc((void **)&ranks[r].receive, LARGEST));
        try_cuda(cudaMemset(ranks[r].send, 0x5a + r, LARGEST));
    }
}

static void close_ranks(struct rank *ranks, int count)
{
    for (int r = 0; r < count; r++) {
        try_cuda(cudaSetDevice(r));
        try_nccl(ncclCommDestroy(ranks[r].communicator));
        try_cuda(cudaFree(ranks[r].send));
        try_cuda(cudaFree(ranks[r].receive));
        try_cuda(cudaEventDestroy(ranks[r].begin));
        try_cuda(cudaEventDestroy(ranks[r].end));
        try_cuda(cudaStreamDestroy(ranks[r].stream));
    }
}

static void enqueue(struct rank *ranks, int count, size_t bytes)
{
    size_t part = bytes / (size_t)count;
    try_nccl(ncclGroupStart());
    for (int r = 0; r < count; r++) {
        for (int peer = 0; peer < count; peer++) {
            size_t at = (size_t)peer * part;
            try_nccl(ncclSend(ranks[r].send + at, part, ncclInt8, peer, ranks[r].communicator,
                              ranks[r].stream));
            try_nccl(ncclRecv(ranks[r].receive + at, part, ncclInt8, peer, ranks[r].communicator,
                              ranks[r].stream));
        }
    }
    try_nccl(ncclGroupEnd());
}

/* The time of the slowest rank. */
static double time_once(struct rank *ranks, int count, size_t bytes)
{
    for (int r = 0; r < count; r++) {
        try_cuda(cudaSetDevice(r));
        try_cuda(cudaEventRecord(ranks[r].begin, ranks[r].stream));
    }
    enqueue(ranks, count, bytes);
    double slowest_s = 0;
    for (int r = 0; r < count; r++) {
        float ms;
        try_cuda(cudaSetDevice(r));
        try_cuda(cudaEventRecord(ranks[r].end, ranks[r].stream));
        try_cuda(cudaEventSynchronize(ranks[r].end));
        try_cuda(cudaEventElapsedTime(&ms, ranks[r].begin, ranks[r].end));
        slowest_s = 1e-3 * (double)ms > slowest_s ? 1e-3 * (double)ms : slowest_s;
    }
    return slowest_s;
}

static void measure_size(struct bench *bench, struct rank *ranks, int count, size_t bytes)
{
    size_t samples = bench->options->samples;
    double *time_s = need_memory(samples, sizeof *time_s);
    for (int i = 0; i < WARM_UP; i++)
        time_once(ranks, count, bytes);
    for (size_t i = 0; i < samples; i++)
        time_s[i] = time_once(ranks, count, bytes);
    struct row row = {.kind = "all_to_all", .bytes = (double)bytes};
    row.timing = (struct timing){quantile(time_s, samples, 0.5), quantile(time_s, samples, 0.1),
                                 quantile(time_s, samples, 0.9), samples};
    rows_add(&bench->rows, &row);
    free(time_s);
}

void measure_all_to_all(struct bench *bench)
{
    int wanted = bench->options->gpus, there = 0;
    try_cuda(cudaGetDeviceCount(&there));
    if (wanted < 2 || wanted > there || wanted > GPUS_MAX) {
        note("--gpus %d: an All-to-All needs 2 to %d GPUs, and this machine has %d: none was "
             "measured",
             wanted, GPUS_MAX, there);
        return;
    }
    struct rank ranks[GPUS_MAX] = {{0}};
    open_ranks(ranks, wanted);
    facts_add(&bench->left_out, "ranks: %d", wanted);
    for (size_t bytes = SMALLEST; bytes <= LARGEST && !bench_time_is_up(bench); bytes *= 2)
        measure_size(bench, ranks, wanted, bytes);
    close_ranks(ranks, wanted);
    try_cuda(cudaSetDevice(bench->lab.device));
}
