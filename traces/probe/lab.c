#include "lab.h"

#include <stdlib.h>
#include "base.h"
#include "kernels.h"
#include "sim/base/mem.h"

/* Sets are rotated until this much memory lies between two uses of the same bytes: the H100's L2 is
 * 50 MB, the H200's reads 60 MB. */
#define ROTATION_BYTES ((size_t)160 << 20)
#define SETS_MAX 64

void check_cuda(cudaError_t error, const char *call, const char *file, int line)
{
    if (error != cudaSuccess)
        die(EXIT_BUG, "%s:%d: %s: %s", file, line, call, cudaGetErrorString(error));
}

static void take_memory(struct lab *lab, double share)
{
    size_t unused, total;
    if (share <= 0)
        return;
    try_cuda(cudaMemGetInfo(&unused, &total));
    lab->memory_bytes = (size_t)((double)unused * share) / 256 * 256;
    try_cuda(cudaMalloc((void **)&lab->memory, lab->memory_bytes));
}

/* A kernel is loaded when it is first launched, and loading may wait for the GPU: instruments that
 * others wait for must be there before. */
static void warm_instruments(struct lab *lab)
{
    launch_empty(lab->stream);
    launch_pause(0, lab->stream);
    launch_hold(lab->flag_on_device, 0, lab->stream);
    try_cuda(cudaStreamSynchronize(lab->stream));
}

void lab_init(struct lab *lab, int device, double share)
{
    int count = 0;
    cudaError_t error = cudaGetDeviceCount(&count);
    if (error != cudaSuccess || device >= count)
        die(EXIT_NO_GPU, "no GPU %d here (%s)", device,
            error == cudaSuccess ? "fewer are installed" : cudaGetErrorString(error));
    *lab = (struct lab){.device = device, .seed = 1};
    try_cuda(cudaSetDevice(device));
    try_cuda(cudaGetDeviceProperties(&lab->about, device));
    try_cuda(cudaStreamCreateWithFlags(&lab->stream, cudaStreamNonBlocking));
    try_cuda(cudaHostAlloc((void **)&lab->flag, sizeof *lab->flag, cudaHostAllocMapped));
    *lab->flag = 0;
    try_cuda(cudaHostGetDevicePointer((void **)&lab->flag_on_device, (void *)lab->flag, 0));
    warm_instruments(lab);
    lab->gemm = gemm_open();
    lab->attention = attention_open();
    take_memory(lab, share);
}

void lab_done(struct lab *lab)
{
    attention_close(lab->attention);
    gemm_close(lab->gemm);
    lab_release(lab, 0);
    free(lab->piece);
    try_cuda(cudaFree(lab->memory));
    try_cuda(cudaFreeHost((void *)lab->flag));
    try_cuda(cudaStreamDestroy(lab->stream));
    *lab = (struct lab){0};
}

int rotation_sets(size_t set_bytes)
{
    if (set_bytes >= 3 * ROTATION_BYTES)
        return 1; /* one run already sweeps the cache */
    size_t sets = 1 + ROTATION_BYTES / (set_bytes ? set_bytes : 1);
    return sets < 2 ? 2 : sets > SETS_MAX ? SETS_MAX : (int)sets;
}

static void *take_piece(struct lab *lab, size_t bytes)
{
    void *at;
    if (cudaMalloc(&at, bytes ? bytes : 1) != cudaSuccess) {
        (void)cudaGetLastError(); /* the caller learns it from NULL */
        return NULL;
    }
    lab->piece = mem_resized(lab->piece, lab->piece_count + 1, sizeof *lab->piece);
    return lab->piece[lab->piece_count++] = at;
}

static void *carve(struct lab *lab, size_t bytes)
{
    size_t rounded = (bytes + 255) / 256 * 256;
    if (rounded < bytes || rounded > lab->memory_bytes - lab->memory_used)
        return NULL;
    char *at = lab->memory + lab->memory_used;
    lab->memory_used += rounded;
    return at;
}

void *lab_take(struct lab *lab, size_t bytes)
{
    void *at = lab->memory ? carve(lab, bytes) : take_piece(lab, bytes);
    if (at)
        try_cuda(cudaMemsetAsync(at, 0xff, bytes, lab->stream));
    return at;
}

size_t lab_mark(const struct lab *lab)
{
    return lab->memory ? lab->memory_used : lab->piece_count;
}

void lab_release(struct lab *lab, size_t mark)
{
    if (lab->memory) {
        lab->memory_used = mark;
        return;
    }
    while (lab->piece_count > mark)
        try_cuda(cudaFree(lab->piece[--lab->piece_count]));
}

unsigned lab_hold(struct lab *lab, cudaStream_t stream)
{
    unsigned number = ++lab->holds;
    launch_hold(lab->flag_on_device, number, stream);
    return number;
}

void lab_let_go(struct lab *lab, unsigned number)
{
    __sync_synchronize();
    *lab->flag = number;
    __sync_synchronize();
}
