/* Sixteen bytes at a time, computed in fp32: what all memory-bound kernels share. */
#ifndef PROBE_VECTORS_CUH
#define PROBE_VECTORS_CUH

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cstdint>
#include "base.h"
#include "kernels.h"

template <typename T> struct vector16 {
    static constexpr int width = 16 / sizeof(T);
    T element[width];
};

__device__ inline float to_float(float x)
{
    return x;
}
__device__ inline float to_float(__half x)
{
    return __half2float(x);
}
__device__ inline float to_float(__nv_bfloat16 x)
{
    return __bfloat162float(x);
}
template <typename T> __device__ inline T from_float(float x);
template <> __device__ inline float from_float<float>(float x)
{
    return x;
}
template <> __device__ inline __half from_float<__half>(float x)
{
    return __float2half_rn(x);
}
template <> __device__ inline __nv_bfloat16 from_float<__nv_bfloat16>(float x)
{
    return __float2bfloat16_rn(x);
}

/* Vector number i of a row, widened. */
template <typename T>
__device__ inline void load_vector(const T *row, size_t i, float out[vector16<T>::width])
{
    uint4 raw = reinterpret_cast<const uint4 *>(row)[i];
    const T *element = reinterpret_cast<const T *>(&raw);
#pragma unroll
    for (int j = 0; j < vector16<T>::width; j++)
        out[j] = to_float(element[j]);
}

template <typename T>
__device__ inline void store_vector(T *row, size_t i, const float in[vector16<T>::width])
{
    uint4 raw;
    T *element = reinterpret_cast<T *>(&raw);
#pragma unroll
    for (int j = 0; j < vector16<T>::width; j++)
        element[j] = from_float<T>(in[j]);
    reinterpret_cast<uint4 *>(row)[i] = raw;
}

__device__ inline float warp_sum(float x)
{
#pragma unroll
    for (int step = 16; step; step /= 2)
        x += __shfl_xor_sync(0xffffffffu, x, step);
    return x;
}

/* Calls a generic lambda with a value of the element type. */
template <typename F> inline void by_type(enum dtype dtype, F run)
{
    if (dtype == DTYPE_FP16)
        run(__half());
    else if (dtype == DTYPE_BF16)
        run(__nv_bfloat16());
    else
        run(0.0f);
}

inline void check_launch(const char *kernel)
{
    cudaError_t error = cudaGetLastError();
    if (error != cudaSuccess)
        die(EXIT_BUG, "%s: %s", kernel, cudaGetErrorString(error));
}

inline unsigned blocks_for(size_t work, size_t per_block)
{
    return (unsigned)((work + per_block - 1) / per_block);
}

#endif
