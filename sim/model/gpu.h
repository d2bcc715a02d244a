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

/* What a fit to measured operators of one kind and pass found (cost.h has the formula). */
struct operator_fit {
    bool fitted;
    double overhead_s;    /* of the whole operator */
    double compute_ratio; /* of the peak rate, (0, 1] in nature; a fit may exceed it a little */
    double memory_ratio; /* of the peak bandwidth; above 1 where a cache serves part of the bytes */
    double blend_power;  /* how sharply the slower of compute and memory hides the other: 1 they add
                            up, large only the slower counts; [1, 16] */
    double row_bytes_per_s; /* of one token's row alone in a kernel that moves rows; 0: no limit */
    double tile_s; /* that a tile of attention's queries keeps its SM busy beside its FLOP */
};

/* The way from the host's memory to the GPU's; bandwidth 0 where the file has none. */
struct host_link {
    double bandwidth_bytes_per_s, efficiency_ratio, latency_s;
    char *source;
};

struct gpu {
    char *name, *summary, *source;
    char **device_names; /* that its driver calls it by, as traces have them; NULL-terminated, or
                            NULL */
    size_t sm_count;
    double memory_bytes, memory_bandwidth_bytes_per_s;
    double context_bytes; /* of its memory that driver, libraries and their kernels hold */
    double peak_flop_per_s[DTYPE_COUNT]; /* dense; 0 where the GPU lacks the type */
    double kernel_launch_s;              /* per kernel on a busy stream: start and tail */
    double graph_launch_s; /* what a CUDA graph with branches adds to each kernel; 0: not
                              known */
    /* What the software makes of the kernels; measured times have it in them. */
    double framework_ratio;          /* share of the synthetic speed, (0, 1]; of the forward pass */
    double framework_backward_ratio; /* and of gradients */
    bool explicit_attention;         /* scores go through memory, not a fused kernel */
    struct gpu_efficiency efficiency[KERNEL_CLASS_COUNT];
    struct operator_fit fits[OPERATOR_KIND_COUNT][PASS_COUNT]; /* where measured: used instead */
    struct host_link host_link;
    char *kernel_launch_source, *graph_launch_source, *efficiency_source, *fits_source;
};

int gpu_read(const struct json *doc, struct diag *diag, struct gpu **ret);
int gpu_load(const char *word, struct diag *diag, struct gpu **ret);
/* Whether a trace means it by "# gpu: DEVICE": its name, or one of its device_names. */
bool gpu_is_called(const struct gpu *gpu, const char *device);
/* The shipped GPU that a trace means by "# gpu: DEVICE". Leaves *ret NULL where there is none. */
int gpu_of_device(const char *device, struct diag *diag, struct gpu **ret);
void gpu_free(struct gpu *gpu);

#endif
