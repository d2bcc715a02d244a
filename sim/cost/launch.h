/* How kernels are launched, and what that adds to what they take.
 *
 * Measured and synthetic times are of kernels launched one by one onto busy streams. Replayed by a
 * CUDA graph, the same kernels were seen to begin 2 us later each, on H200s with driver 580.159.04
 * (traces/h200-sxm/graph.csv), without All-to-Alls as with NCCL's. What copies of the host's memory
 * add in a graph is sim/engine/settle.c's. */
#ifndef SCMOESIM_COST_LAUNCH_H
#define SCMOESIM_COST_LAUNCH_H

#include "sim/base/diag.h"
#include "sim/cost/cost.h"

enum launch { LAUNCH_EAGER, LAUNCH_GRAPH };
extern const char *const launch_names[]; /* "eager", "graph"; NULL-terminated */
bool launch_parse(const char *word, enum launch *ret);

/* What launching adds to an operator: its kernels times the costs' row launch_in_graph (table may
 * be NULL), else the GPU's graph_launch_s. 0 for eager launches, copies and All-to-Alls. */
double launch_added_s(enum launch launch, const struct cost_table *table, const struct gpu *gpu,
                      enum operator_kind kind, enum operator_pass pass,
                      const struct operator_shape *shape, enum dtype dtype);

/* Whether the costs or the GPU tell what such launches add; the second says so where they do not.
 */
bool launch_known(enum launch launch, const struct cost_table *table, const struct gpu *gpu);
int launch_need_known(enum launch launch, const struct cost_table *table, const struct gpu *gpu,
                      struct diag *diag);

#endif
