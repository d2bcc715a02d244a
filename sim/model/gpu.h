/* A GPU as data: peak rates, memory, SMs, and how much of a peak each kernel class reaches.
 *
 * File format: doc/formats.md, "GPU". */
#ifndef SCMOESIM_MODEL_GPU_H
#define SCMOESIM_MODEL_GPU_H

#include "sim/base/diag.h"
#include "sim/base/json.h"
#include "sim/model/operator.h"

struct gpu_efficiency {
    double compute_ratio; /* of the peak FLOP rate that large kernels of the class reach, (0, 1] */
    double memory_ratio;  /* of the peak memory bandwidth, (0, 1] */
};

struct gpu {
    char *name, *summary, *source;
    size_t sm_count;
    double memory_bytes, memory_bandwidth_bytes_per_s;
    double peak_flop_per_s[DTYPE_COUNT]; /* dense; 0 where the GPU lacks the type */
    double kernel_launch_s;              /* per kernel on a busy stream: start and tail */
    struct gpu_efficiency efficiency[KERNEL_CLASS_COUNT];
    char *kernel_launch_source, *efficiency_source;
};

int gpu_read(const struct json *doc, struct diag *diag, struct gpu **ret);
int gpu_load(const char *word, struct diag *diag, struct gpu **ret);
void gpu_free(struct gpu *gpu);

#endif
