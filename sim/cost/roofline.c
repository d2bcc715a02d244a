/* Time of an operator from FLOP, bytes and a GPU's rates, where nobody measured it. */
#include <assert.h>
#include <math.h>

#include "sim/cost/cost.h"
#include "sim/cost/tiles.h"

/* A GPU file may leave out a type that the recipe keeps for part of the work. */
static double peak_flop_per_s(const struct gpu *gpu, const struct kernel_work *kernel,
                              enum dtype dtype)
{
    double peak = gpu->peak_flop_per_s[kernel_dtype(kernel->class, dtype)];
    return peak > 0 ? peak : gpu->peak_flop_per_s[dtype];
}

static double kernel_time_s(const struct gpu *gpu, const struct kernel_work *kernel,
                            enum dtype dtype)
{
    const struct gpu_efficiency *reached = &gpu->efficiency[kernel->class];
    double compute_s =
        kernel->flop / (peak_flop_per_s(gpu, kernel, dtype) * reached->compute_ratio);
    double memory_s = kernel->bytes / (gpu->memory_bandwidth_bytes_per_s * reached->memory_ratio);

    return gpu->kernel_launch_s + fmax(compute_s, memory_s);
}

/* (a^p + b^p)^(1/p), scaled by the larger so that small times do not underflow. */
static double blend(double a, double b, double power)
{
    double larger = fmax(a, b);

    if (larger <= 0)
        return 0;
    return larger * pow(1 + pow(fmin(a, b) / larger, power), 1 / power);
}

/* Kernels of these classes give each token's row to one warp or block. */
static bool moves_rows(const struct kernel_work *kernel)
{
    return kernel->class == KERNEL_ELEMENTWISE || kernel->class == KERNEL_PERMUTE;
}

/* Mamba's scans are of attention's class and have no tiles. */
static struct tiles tiles_of(const struct kernel_work *kernel, const struct operator_shape *shape)
{
    return kernel->class == KERNEL_ATTENTION ? attention_tiles(shape) : (struct tiles){0, 1};
}

static double fitted_kernel_s(const struct gpu *gpu, const struct operator_fit *fit,
                              const struct kernel_work *kernel, const struct operator_shape *shape,
                              enum dtype dtype)
{
    struct tiles tiles = tiles_of(kernel, shape);
    double compute_s = kernel->flop * tiles.flop_ratio /
                       (peak_flop_per_s(gpu, kernel, dtype) * fit->compute_ratio);
    double memory_s = kernel->bytes / (gpu->memory_bandwidth_bytes_per_s * fit->memory_ratio);
    double rows = shape->tokens;

    if (tiles.count > 0)
        compute_s += tiles.count * fit->tile_s / (double)gpu->sm_count;
    if (moves_rows(kernel) && fit->row_bytes_per_s > 0 && rows > 0)
        memory_s = blend(memory_s, kernel->bytes / rows / fit->row_bytes_per_s, fit->blend_power);
    return blend(compute_s, memory_s, fit->blend_power);
}

double fitted_time_s(const struct gpu *gpu, const struct operator_fit *fit, enum operator_kind kind,
                     enum operator_pass pass, const struct operator_shape *shape, enum dtype dtype)
{
    struct kernel_work kernels[OPERATOR_KERNELS_MAX];
    size_t count = operator_kernels(kind, pass, shape, dtype, kernels);
    double time_s = fit->overhead_s;

    for (size_t i = 0; i < count; i++)
        time_s += fitted_kernel_s(gpu, fit, &kernels[i], shape, dtype);
    return time_s;
}

void operator_fitted_by(enum operator_kind kind, enum operator_pass pass,
                        const struct operator_shape *shape, enum dtype dtype, bool *rows,
                        bool *tiles)
{
    struct kernel_work kernels[OPERATOR_KERNELS_MAX];
    size_t count = operator_kernels(kind, pass, shape, dtype, kernels);

    for (size_t i = 0; i < count; i++) {
        *rows |= moves_rows(&kernels[i]);
        *tiles |= tiles_of(&kernels[i], shape).count > 0;
    }
}

/* Bytes that attention moves for each score where every step is a kernel of its own, as PyTorch
 * runs softmax(q k' + bias) v under automatic mixed precision, which keeps softmax in fp32
 * (PyTorch, "Automatic Mixed Precision package", ops that autocast to float32). With e bytes an
 * element:
 *
 *   forward   q k' writes e; bias or mask 2 e; to fp32 e + 4; softmax 8; to e 4 + e; product with v
 * reads e backward  dP written e, P read for dV e; to fp32 e + 4; softmax 12; to e 4 + e; the bias'
 * gradient e; dQ and dK read 2 e */
static double score_bytes(enum operator_pass pass, double element_bytes)
{
    return pass == PASS_FORWARD ? 6 * element_bytes + 16 : 7 * element_bytes + 20;
}

#define SCORE_KERNELS                                                                              \
    5 /* beside the products: bias, two conversions, softmax, gradient's or mask's */

/* Every score counts, as a mask comes after the product. */
static double explicit_scores_s(const struct gpu *gpu, enum operator_pass pass,
                                const struct operator_shape *shape, enum dtype dtype)
{
    double scores = shape->tokens * (double)shape->span_tokens * (double)shape->heads;
    double rate =
        gpu->memory_bandwidth_bytes_per_s * gpu->efficiency[KERNEL_ELEMENTWISE].memory_ratio;
    return SCORE_KERNELS * gpu->kernel_launch_s +
           scores * score_bytes(pass, dtype_bytes(dtype)) / rate;
}

/* Without a fused kernel the products are those of plain matrices, and masked halves are computed.
 */
static double explicit_attention_s(const struct gpu *gpu, const struct kernel_work *kernel,
                                   enum operator_pass pass, const struct operator_shape *shape,
                                   enum dtype dtype)
{
    struct kernel_work products = *kernel;
    products.class = KERNEL_GEMM;
    products.flop *= shape->causal ? 2 : 1;
    return kernel_time_s(gpu, &products, dtype) + explicit_scores_s(gpu, pass, shape, dtype);
}

/* A Mamba scan of the same class has no scores. */
static bool is_explicit(const struct gpu *gpu, const struct kernel_work *kernel,
                        const struct operator_shape *shape)
{
    return kernel->class == KERNEL_ATTENTION && gpu->explicit_attention && !shape->state_dim;
}

static bool uses_fit(const struct gpu *gpu, enum operator_kind kind, enum operator_pass pass)
{
    bool attends = kind == OPERATOR_ATTENTION || kind == OPERATOR_ATTENTION_CORE;
    return gpu->fits[kind][pass].fitted && !(attends && gpu->explicit_attention);
}

/* Of an operator whose pass has no fit, or of one that has, without what the whole operator costs.
 */
static double one_kernel_s(const struct gpu *gpu, enum operator_kind kind, enum operator_pass pass,
                           const struct kernel_work *kernel, const struct operator_shape *shape,
                           enum dtype dtype)
{
    if (uses_fit(gpu, kind, pass))
        return fitted_kernel_s(gpu, &gpu->fits[kind][pass], kernel, shape, dtype);
    return is_explicit(gpu, kernel, shape) ? explicit_attention_s(gpu, kernel, pass, shape, dtype)
                                           : kernel_time_s(gpu, kernel, dtype);
}

double roofline_time_s(const struct gpu *gpu, enum operator_kind kind, enum operator_pass pass,
                       const struct operator_shape *shape, enum dtype dtype)
{
    struct kernel_work kernels[OPERATOR_KERNELS_MAX];
    size_t count = operator_kernels(kind, pass, shape, dtype, kernels);
    double time_s = count > 0 && uses_fit(gpu, kind, pass) ? gpu->fits[kind][pass].overhead_s : 0;

    assert(gpu->peak_flop_per_s[dtype] > 0);
    for (size_t i = 0; i < count; i++)
        time_s += one_kernel_s(gpu, kind, pass, &kernels[i], shape, dtype);
    return time_s / (pass == PASS_FORWARD ? gpu->framework_ratio : gpu->framework_backward_ratio);
}

size_t roofline_shares(const struct gpu *gpu, enum operator_kind kind, enum operator_pass pass,
                       const struct operator_shape *shape, enum dtype dtype, double *ret)
{
    struct kernel_work kernels[OPERATOR_KERNELS_MAX];
    size_t count = operator_kernels(kind, pass, shape, dtype, kernels);
    double sum_s = 0;

    for (size_t i = 0; i < count; i++)
        sum_s += ret[i] = one_kernel_s(gpu, kind, pass, &kernels[i], shape, dtype);
    for (size_t i = 0; i < count; i++)
        ret[i] = sum_s > 0 ? ret[i] / sum_s : 1 / (double)count;
    return count;
}
