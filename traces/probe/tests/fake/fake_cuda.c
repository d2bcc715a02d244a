/* A CUDA runtime for tests without a GPU: memory is the host's, streams run at once, every command
 * takes ten microseconds of a clock that events read. There are PROBE_FAKE_GPUS of them, one unless
 * it is set, with PROBE_FAKE_BYTES of memory each; a thread works on one, so each has a clock of
 * its own. */
#include <cuda_runtime_api.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <string.h>
#include "fake.h"

#undef cudaGetDeviceProperties

static _Thread_local double now_s;

static size_t setting(const char *name, size_t otherwise)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : otherwise;
}

static int gpus(void)
{
    return (int)setting("PROBE_FAKE_GPUS", 1);
}

bool fake_command(void)
{
    now_s += 10e-6;
    return !getenv("PROBE_FAKE_IDLE");
}

double fake_now_s(void)
{
    return now_s;
}

struct CUevent_st {
    double time_s;
};

const char *cudaGetErrorString(cudaError_t error)
{
    return error ? "an error" : "no error";
}

cudaError_t cudaGetLastError(void)
{
    return cudaSuccess;
}
cudaError_t cudaSetDevice(int device)
{
    return device < gpus() ? cudaSuccess : cudaErrorInvalidDevice;
}
cudaError_t cudaRuntimeGetVersion(int *version)
{
    return *version = 13000, cudaSuccess;
}
cudaError_t cudaDriverGetVersion(int *version)
{
    return *version = 13000, cudaSuccess;
}

cudaError_t cudaGetDeviceCount(int *count)
{
    *count = gpus();
    return cudaSuccess;
}

cudaError_t cudaGetDeviceProperties(struct cudaDeviceProp *properties, int device)
{
    (void)device;
    memset(properties, 0, sizeof *properties);
    strcpy(properties->name, "no GPU at all");
    properties->multiProcessorCount = 132;
    return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int *value, enum cudaDeviceAttr attribute, int device)
{
    (void)attribute, (void)device;
    *value = 1;
    return cudaSuccess;
}

cudaError_t cudaDeviceGetPCIBusId(char *id, int length, int device)
{
    (void)device;
    if (length > 0)
        id[0] = '\0';
    return cudaSuccess;
}

cudaError_t cudaMemGetInfo(size_t *unused, size_t *total)
{
    *unused = *total = setting("PROBE_FAKE_BYTES", (size_t)16 << 30);
    return cudaSuccess;
}

/* A page in front of the memory says how much it is. Pages come as they are touched, however much
 * is taken: nine tenths of a GPU, of several GPUs, and under an allocator that fills what it gives.
 */
#define PAGE 4096

cudaError_t cudaMalloc(void **at, size_t bytes)
{
    size_t *front = mmap(NULL, bytes + PAGE, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (front == MAP_FAILED)
        return cudaErrorMemoryAllocation;
    *front = bytes + PAGE;
    *at = (char *)front + PAGE;
    return cudaSuccess;
}

cudaError_t cudaFree(void *at)
{
    if (!at)
        return cudaSuccess;
    size_t *front = (size_t *)((char *)at - PAGE);
    munmap(front, *front);
    return cudaSuccess;
}

cudaError_t cudaHostAlloc(void **at, size_t bytes, unsigned flags)
{
    (void)flags;
    return cudaMalloc(at, bytes);
}

cudaError_t cudaFreeHost(void *at)
{
    return cudaFree(at);
}

cudaError_t cudaHostGetDevicePointer(void **device, void *host, unsigned flags)
{
    (void)flags;
    *device = host;
    return cudaSuccess;
}

/* Large copies move nothing: tests time them, they do not read them. */
cudaError_t cudaMemcpy(void *to, const void *from, size_t bytes, enum cudaMemcpyKind kind)
{
    (void)kind;
    memcpy(to, from, bytes);
    return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, enum cudaMemcpyKind kind,
                            cudaStream_t stream)
{
    (void)kind, (void)stream;
    fake_command();
    memcpy(to, from, bytes < 4096 ? bytes : 4096);
    return cudaSuccess;
}

cudaError_t cudaMemset(void *at, int value, size_t bytes)
{
    memset(at, value, bytes);
    return cudaSuccess;
}

cudaError_t cudaMemsetAsync(void *at, int value, size_t bytes, cudaStream_t stream)
{
    (void)stream;
    if (fake_command() || bytes <= 4096)
        memset(at, value, bytes);
    return cudaSuccess;
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned flags)
{
    (void)flags;
    *stream = malloc(1);
    return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t stream)
{
    free(stream);
    return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream)
{
    return (void)stream, cudaSuccess;
}
cudaError_t cudaDeviceSynchronize(void)
{
    return cudaSuccess;
}
cudaError_t cudaStreamQuery(cudaStream_t stream)
{
    return (void)stream, cudaErrorNotReady;
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned flags)
{
    (void)stream, (void)flags;
    return event ? cudaSuccess : cudaErrorInvalidValue;
}

cudaError_t cudaEventCreate(cudaEvent_t *event)
{
    *event = calloc(1, sizeof **event);
    return cudaSuccess;
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned flags)
{
    (void)flags;
    return cudaEventCreate(event);
}

cudaError_t cudaEventDestroy(cudaEvent_t event)
{
    free(event);
    return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream)
{
    (void)stream;
    event->time_s = now_s;
    return cudaSuccess;
}

cudaError_t cudaEventRecordWithFlags(cudaEvent_t event, cudaStream_t stream, unsigned flags)
{
    (void)flags;
    return cudaEventRecord(event, stream);
}

cudaError_t cudaEventSynchronize(cudaEvent_t event)
{
    return (void)event, cudaSuccess;
}

cudaError_t cudaEventElapsedTime(float *ms, cudaEvent_t begin, cudaEvent_t end)
{
    *ms = (float)(1e3 * (end->time_s - begin->time_s));
    return cudaSuccess;
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, enum cudaStreamCaptureMode mode)
{
    (void)stream, (void)mode;
    return cudaSuccess;
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t *graph)
{
    (void)stream;
    *graph = NULL;
    return cudaSuccess;
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t *ready, cudaGraph_t graph,
                                 unsigned long long flags)
{
    (void)graph, (void)flags;
    *ready = NULL;
    return cudaSuccess;
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t ready, cudaStream_t stream)
{
    (void)ready, (void)stream;
    return cudaSuccess;
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t ready)
{
    return (void)ready, cudaSuccess;
}
cudaError_t cudaGraphDestroy(cudaGraph_t graph)
{
    return (void)graph, cudaSuccess;
}
