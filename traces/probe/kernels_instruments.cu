/* Kernels that measure or disturb: empty, hold, pause, and a copy that occupies whole SMs. */
#include "vectors.cuh"

namespace
{

__global__ void empty()
{
}

__global__ void hold(const volatile unsigned *flag, unsigned until)
{
    while ((int)(*flag - until) < 0)
        __nanosleep(200);
}

__device__ unsigned long long now_ns()
{
    unsigned long long time;
    asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(time));
    return time;
}

__global__ void pause_for(unsigned long long nanoseconds)
{
    unsigned long long end = now_ns() + nanoseconds;
    while (now_ns() < end)
        __nanosleep(200);
}

__global__ void write_time(unsigned long long *at)
{
    *at = now_ns();
}

__global__ void answer_times(const volatile unsigned *asked, volatile unsigned long long *answer,
                             unsigned questions)
{
    for (unsigned i = 0; i < questions; i++) {
        while (*asked <= i)
            ;
        answer[i] = now_ns();
        __threadfence_system();
    }
}

constexpr int copy_threads = 512, vectors_each = 4;
constexpr size_t chunk_vectors = (size_t)copy_threads * vectors_each;

/* Blocks take turns over the buffer, 32 KiB at a time, and look at *stop every 32 chunks. */
__global__ void __launch_bounds__(copy_threads, 1)
    copy_until(const uint4 *from, uint4 *to, size_t chunks, const volatile unsigned *stop,
               unsigned long long *copied)
{
    __shared__ unsigned stopped;
    unsigned long long done = 0;
    for (size_t chunk = blockIdx.x;; chunk += gridDim.x, done++) {
        if (done % 32 == 0) {
            __syncthreads();
            if (threadIdx.x == 0)
                stopped = *stop;
            __syncthreads();
            if (stopped)
                break;
        }
        size_t at = chunk % chunks * chunk_vectors + threadIdx.x;
        uint4 value[vectors_each];
#pragma unroll
        for (int i = 0; i < vectors_each; i++)
            value[i] = from[at + i * copy_threads];
#pragma unroll
        for (int i = 0; i < vectors_each; i++)
            to[at + i * copy_threads] = value[i];
    }
    if (threadIdx.x == 0)
        atomicAdd(copied, done * chunk_vectors * sizeof(uint4));
}

void must(cudaError_t error)
{
    if (error != cudaSuccess)
        die(EXIT_BUG, "resident copy: %s", cudaGetErrorString(error));
}

} /* namespace */

void launch_empty(cudaStream_t stream)
{
    empty<<<1, 32, 0, stream>>>();
    check_launch("empty");
}

void launch_hold(const volatile unsigned *flag, unsigned until, cudaStream_t stream)
{
    hold<<<1, 1, 0, stream>>>(flag, until);
    check_launch("hold");
}

void launch_pause(double seconds, cudaStream_t stream)
{
    pause_for<<<1, 1, 0, stream>>>((unsigned long long)(seconds * 1e9));
    check_launch("pause");
}

void launch_stamp(unsigned long long *at, cudaStream_t stream)
{
    write_time<<<1, 1, 0, stream>>>(at);
    check_launch("stamp");
}

void launch_clock_answers(const volatile unsigned *asked, volatile unsigned long long *answer_ns,
                          unsigned questions, cudaStream_t stream)
{
    answer_times<<<1, 1, 0, stream>>>(asked, answer_ns, questions);
    check_launch("clock answers");
}

void launch_resident_copy(int sms, const void *from, void *to, size_t bytes,
                          const volatile unsigned *stop, unsigned long long *copied,
                          cudaStream_t stream)
{
    /* All the shared memory a block may have keeps every other kernel off the SM. */
    int device, most;
    must(cudaGetDevice(&device));
    must(cudaDeviceGetAttribute(&most, cudaDevAttrMaxSharedMemoryPerBlockOptin, device));
    size_t shared = (size_t)most - 1024;
    must(
        cudaFuncSetAttribute(copy_until, cudaFuncAttributeMaxDynamicSharedMemorySize, (int)shared));
    copy_until<<<sms, copy_threads, shared, stream>>>(
        (const uint4 *)from, (uint4 *)to, bytes / (chunk_vectors * sizeof(uint4)), stop, copied);
    check_launch("resident copy");
}
