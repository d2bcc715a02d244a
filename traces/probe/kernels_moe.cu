/* Routing: softmax and top-k of the gate, slots in the experts' buffers, and moving rows. */
#include "vectors.cuh"

namespace
{

constexpr int block_threads = 256, warps_each = block_threads / 32;

/* A warp's view of one token's logits: lane l holds experts l, l + 32, … */
template <int EACH> struct logits_of {
    float value[EACH];
    __device__ void load(const float *row, unsigned experts, unsigned lane)
    {
#pragma unroll
        for (int i = 0; i < EACH; i++) {
            unsigned e = i * 32 + lane;
            value[i] = e < experts ? row[e] : -INFINITY;
        }
    }
    /* Turns logits into softmax shares. */
    __device__ void softmax()
    {
        float most = -INFINITY, sum = 0;
#pragma unroll
        for (int i = 0; i < EACH; i++)
            most = fmaxf(most, value[i]);
        for (int step = 16; step; step /= 2)
            most = fmaxf(most, __shfl_xor_sync(0xffffffffu, most, step));
#pragma unroll
        for (int i = 0; i < EACH; i++) {
            value[i] = __expf(value[i] - most);
            sum += value[i];
        }
        sum = warp_sum(sum);
#pragma unroll
        for (int i = 0; i < EACH; i++)
            value[i] /= sum;
    }
};

template <int EACH>
__global__ void top_k_of(const float *logits, int *expert, float *weight, size_t tokens,
                         unsigned experts, unsigned top_k)
{
    size_t token = (size_t)blockIdx.x * warps_each + threadIdx.x / 32;
    unsigned lane = threadIdx.x % 32;
    if (token >= tokens)
        return;
    logits_of<EACH> share;
    share.load(logits + token * experts, experts, lane);
    share.softmax();
    for (unsigned k = 0; k < top_k; k++) {
        float best = -1;
        int place = 0x7fffffff;
#pragma unroll
        for (int i = 0; i < EACH; i++) {
            int e = i * 32 + (int)lane;
            if (e < (int)experts && share.value[i] > best) {
                best = share.value[i];
                place = e;
            }
        }
        for (int step = 16; step; step /= 2) {
            float other = __shfl_xor_sync(0xffffffffu, best, step);
            int where = __shfl_xor_sync(0xffffffffu, place, step);
            if (other > best || (other == best && where < place)) {
                best = other;
                place = where;
            }
        }
#pragma unroll
        for (int i = 0; i < EACH; i++) {
            if (i * 32 + (int)lane == place)
                share.value[i] = -1;
        }
        if (lane == 0) {
            expert[token * top_k + k] = place;
            weight[token * top_k + k] = best;
        }
    }
}

template <int EACH, typename T>
__global__ void top_k_gradient_of(const float *logits, const int *expert, const float *dweight,
                                  T *dlogits, size_t tokens, unsigned experts, unsigned top_k)
{
    size_t token = (size_t)blockIdx.x * warps_each + threadIdx.x / 32;
    unsigned lane = threadIdx.x % 32;
    if (token >= tokens)
        return;
    logits_of<EACH> share;
    share.load(logits + token * experts, experts, lane);
    share.softmax();
    float slope[EACH], sum = 0;
#pragma unroll
    for (int i = 0; i < EACH; i++)
        slope[i] = 0;
    for (unsigned k = 0; k < top_k; k++) {
        int e = expert[token * top_k + k];
        float d = dweight[token * top_k + k];
#pragma unroll
        for (int i = 0; i < EACH; i++) {
            if (i * 32 + (int)lane == e)
                slope[i] += d;
        }
    }
#pragma unroll
    for (int i = 0; i < EACH; i++)
        sum += share.value[i] * slope[i];
    sum = warp_sum(sum);
#pragma unroll
    for (int i = 0; i < EACH; i++) {
        unsigned e = i * 32 + lane;
        if (e < experts)
            dlogits[token * experts + e] = from_float<T>(share.value[i] * (slope[i] - sum));
    }
}

/* Calls run with the number of experts a lane holds, as a compile-time constant. */
template <typename F> void by_lane(size_t experts, F run)
{
    if (experts <= 32)
        run(std::integral_constant<int, 1>());
    else if (experts <= 64)
        run(std::integral_constant<int, 2>());
    else if (experts <= 128)
        run(std::integral_constant<int, 4>());
    else if (experts <= 256)
        run(std::integral_constant<int, 8>());
    else
        run(std::integral_constant<int, 32>());
}

/* Counts in shared memory first, so that an expert's global counter is touched once a block. */
__global__ void assign(const int *expert, int *slot, int *counts, size_t copies, unsigned experts,
                       int capacity)
{
    extern __shared__ int seen[];
    int *base = seen + experts;
    for (unsigned e = threadIdx.x; e < experts; e += blockDim.x)
        seen[e] = 0;
    __syncthreads();
    size_t copy = (size_t)blockIdx.x * blockDim.x + threadIdx.x;
    bool real = copy < copies;
    int mine = real ? expert[copy] : 0;
    int rank = real ? atomicAdd(&seen[mine], 1) : 0;
    __syncthreads();
    for (unsigned e = threadIdx.x; e < experts; e += blockDim.x)
        base[e] = seen[e] ? atomicAdd(&counts[e], seen[e]) : 0;
    __syncthreads();
    if (!real)
        return;
    int place = base[mine] + rank;
    slot[copy] = place < capacity ? mine * capacity + place : -1;
}

template <typename T>
__device__ void scatter_token(const T *row, const int *slot, const float *scale, const T *y,
                              float *dot, T *buffer, unsigned top_k, size_t vectors, size_t width,
                              unsigned lane)
{
    constexpr int W = vector16<T>::width;
    for (unsigned k = 0; k < top_k; k++) {
        int place = slot[k];
        if (place < 0) {
            if (dot && lane == 0)
                dot[k] = 0;
            continue;
        }
        float factor = scale ? scale[k] : 1, sum = 0;
        T *to = buffer + (size_t)place * width;
        const T *other = y ? y + (size_t)place * width : nullptr;
        for (size_t i = lane; i < vectors; i += 32) {
            float value[W];
            load_vector(row, i, value);
            if (other) {
                float right[W];
                load_vector(other, i, right);
#pragma unroll
                for (int j = 0; j < W; j++)
                    sum += value[j] * right[j];
            }
#pragma unroll
            for (int j = 0; j < W; j++)
                value[j] *= factor;
            store_vector(to, i, value);
        }
        if (dot) {
            sum = warp_sum(sum);
            if (lane == 0)
                dot[k] = sum;
        }
    }
}

/* The first `tokens` warps move rows, the others clear the buffer rows that nobody got. */
template <typename T>
__global__ void scatter(const T *x, const int *slot, const int *counts, const float *scale,
                        const T *y, float *dot, T *buffer, size_t tokens, size_t buffer_rows,
                        unsigned top_k, unsigned capacity, size_t width)
{
    constexpr int W = vector16<T>::width;
    size_t warp = (size_t)blockIdx.x * warps_each + threadIdx.x / 32;
    unsigned lane = threadIdx.x % 32;
    size_t vectors = width / W;
    if (warp < tokens) {
        scatter_token(x + warp * width, slot + warp * top_k, scale ? scale + warp * top_k : nullptr,
                      y, dot ? dot + warp * top_k : nullptr, buffer, top_k, vectors, width, lane);
        return;
    }
    size_t row = warp - tokens;
    if (row >= buffer_rows || (int)(row % capacity) < counts[row / capacity])
        return;
    uint4 *to = reinterpret_cast<uint4 *>(buffer + row * width);
    for (size_t i = lane; i < vectors; i += 32)
        to[i] = make_uint4(0, 0, 0, 0);
}

template <typename T>
__global__ void gather(const T *buffer, const int *slot, const float *scale, const T *a, const T *b,
                       T *out, size_t tokens, unsigned top_k, size_t width)
{
    constexpr int W = vector16<T>::width;
    size_t token = (size_t)blockIdx.x * warps_each + threadIdx.x / 32;
    unsigned lane = threadIdx.x % 32;
    if (token >= tokens)
        return;
    for (size_t i = lane; i < width / W; i += 32) {
        float sum[W], value[W];
#pragma unroll
        for (int j = 0; j < W; j++)
            sum[j] = 0;
        if (a)
            load_vector(a + token * width, i, sum);
        if (b) {
            load_vector(b + token * width, i, value);
#pragma unroll
            for (int j = 0; j < W; j++)
                sum[j] += value[j];
        }
        for (unsigned k = 0; k < top_k; k++) {
            int place = slot[token * top_k + k];
            if (place < 0)
                continue;
            float factor = scale ? scale[token * top_k + k] : 1;
            load_vector(buffer + (size_t)place * width, i, value);
#pragma unroll
            for (int j = 0; j < W; j++)
                sum[j] += factor * value[j];
        }
        store_vector(out + token * width, i, sum);
    }
}

} /* namespace */

void softmax_top_k(const float *logits, int *expert, float *weight, size_t tokens, size_t experts,
                   size_t top_k, cudaStream_t stream)
{
    by_lane(experts, [&](auto each) {
        top_k_of<decltype(each)::value>
            <<<blocks_for(tokens, warps_each), block_threads, 0, stream>>>(
                logits, expert, weight, tokens, (unsigned)experts, (unsigned)top_k);
    });
    check_launch("softmax_top_k");
}

void softmax_top_k_gradient(enum dtype dtype, const float *logits, const int *expert,
                            const float *weight_gradient, void *dlogits, size_t tokens,
                            size_t experts, size_t top_k, cudaStream_t stream)
{
    by_type(dtype, [&](auto element) {
        using T = decltype(element);
        by_lane(experts, [&](auto each) {
            top_k_gradient_of<decltype(each)::value, T>
                <<<blocks_for(tokens, warps_each), block_threads, 0, stream>>>(
                    logits, expert, weight_gradient, (T *)dlogits, tokens, (unsigned)experts,
                    (unsigned)top_k);
        });
    });
    check_launch("softmax_top_k_gradient");
}

void assign_slots(const int *expert, int *slot, int *counts, size_t tokens, size_t experts,
                  size_t top_k, size_t capacity, cudaStream_t stream)
{
    cudaMemsetAsync(counts, 0, experts * sizeof(int), stream);
    size_t copies = tokens * top_k;
    assign<<<blocks_for(copies, block_threads), block_threads, 2 * experts * sizeof(int), stream>>>(
        expert, slot, counts, copies, (unsigned)experts, (int)capacity);
    check_launch("assign_slots");
}

void scatter_rows(enum dtype dtype, const void *x, const int *slot, const int *counts,
                  const float *scale, const void *y, float *dot, void *buffer, size_t tokens,
                  size_t experts, size_t top_k, size_t capacity, size_t width, cudaStream_t stream)
{
    size_t buffer_rows = experts * capacity;
    by_type(dtype, [&](auto element) {
        using T = decltype(element);
        scatter<T><<<blocks_for(tokens + buffer_rows, warps_each), block_threads, 0, stream>>>(
            (const T *)x, slot, counts, scale, (const T *)y, dot, (T *)buffer, tokens, buffer_rows,
            (unsigned)top_k, (unsigned)capacity, width);
    });
    check_launch("scatter_rows");
}

void gather_rows(enum dtype dtype, const void *buffer, const int *slot, const float *scale,
                 const void *a, const void *b, void *out, size_t tokens, size_t top_k, size_t width,
                 cudaStream_t stream)
{
    by_type(dtype, [&](auto element) {
        using T = decltype(element);
        gather<T><<<blocks_for(tokens, warps_each), block_threads, 0, stream>>>(
            (const T *)buffer, slot, scale, (const T *)a, (const T *)b, (T *)out, tokens,
            (unsigned)top_k, width);
    });
    check_launch("gather_rows");
}
