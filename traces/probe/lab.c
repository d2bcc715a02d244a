#include "lab.h"

#include <string.h>
#include "base.h"
#include "kernels.h"

void check_cuda(cudaError_t error, const char *call, const char *file, int line)
{
    if (error != cudaSuccess)
        die(EXIT_BUG, "%s:%d: %s: %s", file, line, call, cudaGetErrorString(error));
}

static void take_memory(struct lab *lab, double share)
{
    size_t unused, total;
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
    try_cuda(cudaFree(lab->memory));
    try_cuda(cudaFreeHost((void *)lab->flag));
    try_cuda(cudaStreamDestroy(lab->stream));
    *lab = (struct lab){0};
}

void *lab_take(struct lab *lab, size_t bytes)
{
    size_t rounded = (bytes + 255) / 256 * 256;
    if (rounded < bytes || rounded > lab->memory_bytes - lab->memory_used) return NULL;
    char *at = lab->memory + lab->memory_used;
    lab->memory_used += rounded;
    try_cuda(cudaMemsetAsync(at, 0xff, rounded, lab->stream));
    return at;
}

size_t lab_mark(const struct lab *lab)
{
    return lab->memory_used;
}

void lab_release(struct lab *lab, size_t mark)
{
    lab->memory_used = mark;
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
