/* Time of an operator from FLOP, bytes and a GPU's rates, where nobody measured it. */
#include <assert.h>

#include "sim/cost/cost.h"

static double kernel_time_s(const struct gpu *gpu, const struct kernel_work *kernel,
                            enum dtype dtype)
{
    const struct gpu_efficiency *reached = &gpu->efficiency[kernel->class];
    double compute_s = kernel->flop / (gpu->peak_flop_per_s[dtype] * reached->compute_ratio);
    double memory_s =
        kernel->bytes / (gpu->memory_bandwidth_bytes_per_s * reached->memory_ratio);

    return gpu->kernel_launch_s + (compute_s > memory_s ? compute_s : memory_s);
}

double roofline_time_s(const struct gpu *gpu, enum operator_kind kind, enum operator_pass pass,
                       const struct operator_shape *shape, enum dtype dtype)
{
    struct kernel_work kernels[OPERATOR_KERNELS_MAX];
    size_t count = operator_kernels(kind, pass, shape, dtype, kernels);
    double time_s = 0;

    assert(gpu->peak_flop_per_s[dtype] > 0);
    for (size_t i = 0; i < count; i++)
        time_s += kernel_time_s(gpu, &kernels[i], dtype);
    return time_s;
}
