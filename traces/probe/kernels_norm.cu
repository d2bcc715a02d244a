/* Layer norm: forward, gradient of the input, gradients of gain and bias.
 *
 * A row is held in registers by `threads` threads, 4 vectors each, so that device memory sees every
 * element once; narrow rows share a block. */
#include "vectors.cuh"

namespace
{

constexpr int vectors_each = 4;
constexpr float epsilon = 1e-5f;

/* Sum over the threads of one row (blockDim.x of them); all rows of the block must call it. */
__device__ float row_sum(float x)
{
    __shared__ float parts[32];
    x = warp_sum(x);
    unsigned warps = blockDim.x / 32;
    if (warps == 1)
        return x;
    unsigned first = threadIdx.y * warps;
    __syncthreads();
    if (threadIdx.x % 32 == 0)
        parts[first + threadIdx.x / 32] = x;
    __syncthreads();
    float sum = 0;
    for (unsigned i = 0; i < warps; i++)
        sum += parts[first + i];
    return sum;
}

template <typename T>
__global__ void forward(const T *x, const T *gain, const T *bias, T *y, float *row_stats,
                        size_t rows, size_t width)
{
    constexpr int W = vector16<T>::width;
    size_t row = (size_t)blockIdx.x * blockDim.y + threadIdx.y;
    bool real = row < rows;
    size_t vectors = width / W;
    const T *from = x + (real ? row : 0) * width;
    float value[vectors_each][W], sum = 0;
#pragma unroll
    for (int v = 0; v < vectors_each; v++) {
        size_t i = v * blockDim.x + threadIdx.x;
#pragma unroll
        for (int j = 0; j < W; j++)
            value[v][j] = 0;
        if (i < vectors)
            load_vector(from, i, value[v]);
    }
#pragma unroll
    for (int v = 0; v < vectors_each; v++) {
#pragma unroll
        for (int j = 0; j < W; j++)
            sum += value[v][j];
    }
    float mean = row_sum(sum) / width, square = 0;
#pragma unroll
    for (int v = 0; v < vectors_each; v++) {
        size_t i = v * blockDim.x + threadIdx.x;
#pragma unroll
        for (int j = 0; j < W; j++) {
            float off = i < vectors ? value[v][j] - mean : 0;
            square += off * off;
        }
    }
    float scale = rsqrtf(row_sum(square) / width + epsilon);
    if (!real)
        return;
    if (threadIdx.x == 0)
        reinterpret_cast<float2 *>(row_stats)[row] = make_float2(mean, scale);
#pragma unroll
    for (int v = 0; v < vectors_each; v++) {
        size_t i = v * blockDim.x + threadIdx.x;
        if (i >= vectors)
            continue;
        float g[W], b[W];
        load_vector(gain, i, g);
        load_vector(bias, i, b);
#pragma unroll
        for (int j = 0; j < W; j++)
            value[v][j] = (value[v][j] - mean) * scale * g[j] + b[j];
        store_vector(y + row * width, i, value[v]);
    }
}

template <typename T>
__global__ void input_gradient(const T *x, const T *gain, const float *row_stats, const T *dy,
                               const T *skip, T *dx, size_t rows, size_t width)
{
    constexpr int W = vector16<T>::width;
    size_t row = (size_t)blockIdx.x * blockDim.y + threadIdx.y;
    bool real = row < rows;
    size_t vectors = width / W, at = (real ? row : 0) * width;
    float2 stats = reinterpret_cast<const float2 *>(row_stats)[real ? row : 0];
    float normed[vectors_each][W], slope[vectors_each][W], sum = 0, product = 0;
#pragma unroll
    for (int v = 0; v < vectors_each; v++) {
        size_t i = v * blockDim.x + threadIdx.x;
#pragma unroll
        for (int j = 0; j < W; j++)
            normed[v][j] = slope[v][j] = 0;
        if (i >= vectors)
            continue;
        float g[W];
        load_vector(x + at, i, normed[v]);
        load_vector(dy + at, i, slope[v]);
        load_vector(gain, i, g);
#pragma unroll
        for (int j = 0; j < W; j++) {
            normed[v][j] = (normed[v][j] - stats.x) * stats.y;
            slope[v][j] *= g[j];
            sum += slope[v][j];
            product += slope[v][j] * normed[v][j];
        }
    }
    sum = row_sum(sum) / width;
    product = row_sum(product) / width;
    if (!real)
        return;
#pragma unroll
    for (int v = 0; v < vectors_each; v++) {
        size_t i = v * blockDim.x + threadIdx.x;
        if (i >= vectors)
            continue;
        float add[W];
#pragma unroll
        for (int j = 0; j < W; j++)
            add[j] = 0;
        if (skip)
            load_vector(skip + at, i, add);
#pragma unroll
        for (int j = 0; j < W; j++)
            add[j] += stats.y * (slope[v][j] - sum - normed[v][j] * product);
        store_vector(dx + at, i, add);
    }
}

constexpr int strip_rows = 8;

/* A block takes 32 vectors' columns and a strip of rows; 8 threads share a column. */
template <typename T>
__global__ void weight_gradient(const T *x, const float *row_stats, const T *dy,
                                float *gain_gradient, float *bias_gradient, size_t rows,
                                size_t width, size_t rows_each)
{
    constexpr int W = vector16<T>::width;
    __shared__ float parts[2][strip_rows][32 * W];
    size_t vector = (size_t)blockIdx.x * 32 + threadIdx.x;
    size_t begin = blockIdx.y * rows_each, end = min(begin + rows_each, rows);
    float gain[W], bias[W];
#pragma unroll
    for (int j = 0; j < W; j++)
        gain[j] = bias[j] = 0;
    if (vector < width / W) {
        for (size_t row = begin + threadIdx.y; row < end; row += strip_rows) {
            float2 stats = reinterpret_cast<const float2 *>(row_stats)[row];
            float value[W], slope[W];
            load_vector(x + row * width, vector, value);
            load_vector(dy + row * width, vector, slope);
#pragma unroll
            for (int j = 0; j < W; j++) {
                gain[j] += slope[j] * (value[j] - stats.x) * stats.y;
                bias[j] += slope[j];
            }
        }
    }
#pragma unroll
    for (int j = 0; j < W; j++) {
        parts[0][threadIdx.y][threadIdx.x * W + j] = gain[j];
        parts[1][threadIdx.y][threadIdx.x * W + j] = bias[j];
    }
    __syncthreads();
    for (int i = threadIdx.y * 32 + threadIdx.x; i < 2 * 32 * W; i += 32 * strip_rows) {
        int which = i / (32 * W), column = i % (32 * W);
        size_t place = (size_t)blockIdx.x * 32 * W + column;
        if (place >= width)
            continue;
        float sum = 0;
        for (int k = 0; k < strip_rows; k++)
            sum += parts[which][k][column];
        atomicAdd((which ? bias_gradient : gain_gradient) + place, sum);
    }
}

/* Enough threads that each holds at most vectors_each vectors of a row. */
dim3 threads_for(size_t vectors)
{
    unsigned threads = 32;
    while ((size_t)threads * vectors_each < vectors)
        threads *= 2;
    if (threads > 1024)
        die(EXIT_BAD_INPUT, "hidden: rows of more than %d vectors are not supported",
            1024 * vectors_each);
    return dim3(threads, threads >= 128 ? 1 : 128 / threads);
}

} /* namespace */

void norm_forward(enum dtype dtype, const void *x, const void *gain, const void *bias, void *y,
                  float *row_stats, size_t rows, size_t width, cudaStream_t stream)
{
    by_type(dtype, [&](auto element) {
        using T = decltype(element);
        dim3 block = threads_for(width / vector16<T>::width);
        forward<T><<<blocks_for(rows, block.y), block, 0, stream>>>(
            (const T *)x, (const T *)gain, (const T *)bias, (T *)y, row_stats, rows, width);
    });
    check_launch("norm_forward");
}

void norm_input_gradient(enum dtype dtype, const void *x, const void *gain, const float *row_stats,
                         const void *dy, const void *skip, void *dx, size_t rows, size_t width,
                         cudaStream_t stream)
{
    by_type(dtype, [&](auto element) {
        using T = decltype(element);
        dim3 block = threads_for(width / vector16<T>::width);
        input_gradient<T><<<blocks_for(rows, block.y), block, 0, stream>>>(
            (const T *)x, (const T *)gain, row_stats, (const T *)dy, (const T *)skip, (T *)dx, rows,
            width);
    });
    check_launch("norm_input_gradient");
}

void norm_weight_gradient(enum dtype dtype, const void *x, const float *row_stats, const void *dy,
                          float *gain_gradient, float *bias_gradient, size_t rows, size_t width,
                          cudaStream_t stream)
{
    cudaMemsetAsync(gain_gradient, 0, width * sizeof(float), stream);
    cudaMemsetAsync(bias_gradient, 0, width * sizeof(float), stream);
    by_type(dtype, [&](auto element) {
        using T = decltype(element);
        unsigned columns = blocks_for(width / vector16<T>::width, 32);
        /* About 1024 blocks fill the chip; a strip is at least 64 rows. */
        size_t strips = 1 + 1024 / columns, rows_each = (rows + strips - 1) / strips;
        if (rows_each < 64)
            rows_each = 64;
        dim3 grid(columns, blocks_for(rows, rows_each)), block(32, strip_rows);
        weight_gradient<T><<<grid, block, 0, stream>>>((const T *)x, row_stats, (const T *)dy,
                                                       gain_gradient, bias_gradient, rows, width,
                                                       rows_each);
    });
    check_launch("norm_weight_gradient");
}
