/* Residual sums and activations, and filling memory with random numbers. */
#include "vectors.cuh"

namespace
{

constexpr int block_threads = 256;

template <typename T> __global__ void add(const T *a, const T *b, T *y, size_t vectors)
{
    constexpr int W = vector16<T>::width;
    size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= vectors)
        return;
    float left[W], right[W];
    load_vector(a, i, left);
    load_vector(b, i, right);
#pragma unroll
    for (int j = 0; j < W; j++)
        left[j] += right[j];
    store_vector(y, i, left);
}

__device__ float gelu(float x)
{
    return 0.5f * x * (1 + erff(x * 0.70710678f)); /* 1 / sqrt(2) */
}

__device__ float gelu_slope(float x)
{
    float density = 0.39894228f * __expf(-0.5f * x * x); /* 1 / sqrt(2 pi) */
    return 0.5f * (1 + erff(x * 0.70710678f)) + x * density;
}

__device__ float sigmoid(float x)
{
    return 1 / (1 + __expf(-x));
}

template <typename T>
__global__ void activate(bool gated, const T *pre, T *y, size_t vectors, size_t row_vectors)
{
    constexpr int W = vector16<T>::width;
    size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= vectors)
        return;
    float out[W];
    if (gated) {
        size_t row = i / row_vectors, column = i % row_vectors;
        float up[W];
        load_vector(pre, 2 * row * row_vectors + column, out);
        load_vector(pre, (2 * row + 1) * row_vectors + column, up);
#pragma unroll
        for (int j = 0; j < W; j++)
            out[j] = out[j] * sigmoid(out[j]) * up[j];
    } else {
        load_vector(pre, i, out);
#pragma unroll
        for (int j = 0; j < W; j++)
            out[j] = gelu(out[j]);
    }
    store_vector(y, i, out);
}

template <typename T>
__global__ void activate_gradient(bool gated, const T *pre, const T *dy, T *dpre, size_t vectors,
                                  size_t row_vectors)
{
    constexpr int W = vector16<T>::width;
    size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= vectors)
        return;
    float slope[W];
    load_vector(dy, i, slope);
    if (!gated) {
        float x[W];
        load_vector(pre, i, x);
#pragma unroll
        for (int j = 0; j < W; j++)
            slope[j] *= gelu_slope(x[j]);
        store_vector(dpre, i, slope);
        return;
    }
    size_t row = i / row_vectors, column = i % row_vectors;
    size_t first = 2 * row * row_vectors + column, second = first + row_vectors;
    float gate[W], up[W];
    load_vector(pre, first, gate);
    load_vector(pre, second, up);
#pragma unroll
    for (int j = 0; j < W; j++) {
        float s = sigmoid(gate[j]), silu = gate[j] * s;
        gate[j] = slope[j] * up[j] * s * (1 + gate[j] * (1 - s));
        up[j] = slope[j] * silu;
    }
    store_vector(dpre, first, gate);
    store_vector(dpre, second, up);
}

/* Steele, Lea and Flood's SplitMix64 finaliser: independent of order and launch shape. */
__device__ uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

template <typename T>
__global__ void fill(T *at, size_t count, float middle, float scale, uint64_t seed)
{
    size_t step = (size_t)gridDim.x * blockDim.x;
    for (size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x; i < count; i += step) {
        float unit = (float)(mix(seed + i) >> 40) * 0x1p-23f - 1;
        at[i] = from_float<T>(middle + scale * unit);
    }
}

__global__ void experts_of(int *expert, size_t tokens, unsigned experts, unsigned top_k,
                           uint64_t seed)
{
    size_t token = (size_t)blockIdx.x * blockDim.x + threadIdx.x;
    if (token >= tokens)
        return;
    int *mine = expert + token * top_k;
    for (unsigned k = 0; k < top_k; k++) {
        int pick = (int)(mix(seed + token * top_k + k) % experts);
        bool taken = true;
        while (taken) {
            taken = false;
            for (unsigned j = 0; j < k; j++)
                taken |= mine[j] == pick;
            if (taken)
                pick = (pick + 1) % (int)experts;
        }
        mine[k] = pick;
    }
}

void fill_any(enum dtype dtype, void *at, size_t count, float middle, float scale, uint64_t seed,
              cudaStream_t stream)
{
    unsigned blocks = blocks_for(count, block_threads);
    if (blocks > 4096)
        blocks = 4096;
    by_type(dtype, [&](auto element) {
        using T = decltype(element);
        fill<T><<<blocks, block_threads, 0, stream>>>((T *)at, count, middle, scale, seed << 32);
    });
    check_launch("fill");
}

} /* namespace */

void add_rows(enum dtype dtype, const void *a, const void *b, void *y, size_t count,
              cudaStream_t stream)
{
    by_type(dtype, [&](auto element) {
        using T = decltype(element);
        size_t vectors = count / vector16<T>::width;
        add<T><<<blocks_for(vectors, block_threads), block_threads, 0, stream>>>(
            (const T *)a, (const T *)b, (T *)y, vectors);
    });
    check_launch("add_rows");
}

void activation_forward(enum dtype dtype, bool gated, const void *pre, void *y, size_t rows,
                        size_t width, cudaStream_t stream)
{
    by_type(dtype, [&](auto element) {
        using T = decltype(element);
        size_t row_vectors = width / vector16<T>::width, vectors = rows * row_vectors;
        activate<T><<<blocks_for(vectors, block_threads), block_threads, 0, stream>>>(
            gated, (const T *)pre, (T *)y, vectors, row_vectors);
    });
    check_launch("activation_forward");
}

void activation_gradient(enum dtype dtype, bool gated, const void *pre, const void *dy, void *dpre,
                         size_t rows, size_t width, cudaStream_t stream)
{
    by_type(dtype, [&](auto element) {
        using T = decltype(element);
        size_t row_vectors = width / vector16<T>::width, vectors = rows * row_vectors;
        activate_gradient<T><<<blocks_for(vectors, block_threads), block_threads, 0, stream>>>(
            gated, (const T *)pre, (const T *)dy, (T *)dpre, vectors, row_vectors);
    });
    check_launch("activation_gradient");
}

void fill_random(enum dtype dtype, void *at, size_t count, float scale, uint64_t seed,
                 cudaStream_t stream)
{
    fill_any(dtype, at, count, 0, scale, seed, stream);
}

void fill_around_one(enum dtype dtype, void *at, size_t count, float scale, uint64_t seed,
                     cudaStream_t stream)
{
    fill_any(dtype, at, count, 1, scale, seed, stream);
}

void fill_experts(int *expert, size_t tokens, size_t experts, size_t top_k, uint64_t seed,
                  cudaStream_t stream)
{
    experts_of<<<blocks_for(tokens, block_threads), block_threads, 0, stream>>>(
        expert, tokens, (unsigned)experts, (unsigned)top_k, seed << 32);
    check_launch("fill_experts");
}
