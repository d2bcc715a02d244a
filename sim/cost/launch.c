#include "sim/cost/launch.h"

#include <string.h>

const char *const launch_names[] = {"eager", "graph", NULL};

bool launch_parse(const char *word, enum launch *ret)
{
    for (size_t i = 0; launch_names[i]; i++)
        if (strcmp(launch_names[i], word) == 0) {
            *ret = (enum launch)i;
            return true;
        }
    return false;
}

static double each_in_graph_s(const struct cost_table *table, const struct gpu *gpu)
{
    double measured_s = table ? cost_overhead_s(table, "launch_in_graph") : 0;

    return measured_s > 0 ? measured_s : gpu->graph_launch_s;
}

double launch_added_s(enum launch launch, const struct cost_table *table, const struct gpu *gpu,
                      enum operator_kind kind, enum operator_pass pass,
                      const struct operator_shape *shape, enum dtype dtype)
{
    struct kernel_work kernels[OPERATOR_KERNELS_MAX];

    if (launch == LAUNCH_EAGER)
        return 0;
    return (double)operator_kernels(kind, pass, shape, dtype, kernels) *
           each_in_graph_s(table, gpu);
}

bool launch_known(enum launch launch, const struct cost_table *table, const struct gpu *gpu)
{
    return launch == LAUNCH_EAGER || each_in_graph_s(table, gpu) > 0;
}

int launch_need_known(enum launch launch, const struct cost_table *table, const struct gpu *gpu,
                      struct diag *diag)
{
    if (launch_known(launch, table, gpu))
        return 0;
    return diag_say(diag,
                    "what a CUDA graph adds to each kernel is not known: GPU %s has no "
                    "\"graph_launch_s\" and the costs have no row of launch_in_graph",
                    gpu->name);
}
