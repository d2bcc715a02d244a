/* Time of an operator from FLOP, bytes and a GPU's rates, where nobody measured it. */
#include <assert.h>
#include <math.h>

#include "sim/cost/cost.h"

static double kernel_time_s(const struct gpu *gpu, const struct kernel_work *kernel,
                            enum dtype dtype)
{
    const struct gpu_efficiency *reached = &gpu->efficiency[kernel->class];
    double compute_s = kernel->flop / (gpu->peak_flop_per_s[dtype] * reached->compute_ratio);
    double memory_s =
        kernel->bytes / (gpu->memory_bandwidth_bytes_per_s * reached->memory_ratio);

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

double fitted_time_s(const struct gpu *gpu, const struct operator_fit *fit, enum operator_kind kind,
                     enum operator_pass pass, const struct operator_shape *shape, enum dtype dtype)
{
    struct kernel_work kernels[OPERATOR_KERNELS_MAX];
    size_t count = operator_kernels(kind, pass, shape, dtype, kernels);
    double time_s = fit->overhead_s;

    for (size_t i = 0; i < count; i++)
        time_s += blend(kernels[i].flop / (gpu->peak_flop_per_s[dtype] * fit->compute_ratio),
                        kernels[i].bytes / (gpu->memory_bandwidth_bytes_per_s * fit->memory_ratio),
                        fit->blend_power);
    return time_s;
}

double roofline_time_s(const struct gpu *gpu, enum operator_kind kind, enum operator_pass pass,
                       const struct operator_shape *shape, enum dtype dtype)
{
    struct kernel_work kernels[OPERATOR_KERNELS_MAX];
    size_t count = operator_kernels(kind, pass, shape, dtype, kernels);
    double time_s = 0;

    assert(gpu->peak_flop_per_s[dtype] > 0);
    if (count > 0 && gpu->fits[kind][pass].fitted)
        return fitted_time_s(gpu, &gpu->fits[kind][pass], kind, pass, shape, dtype);
    for (size_t i = 0; i < count; i++)
        time_s += kernel_time_s(gpu, &kernels[i], dtype);
    return time_s;
}
