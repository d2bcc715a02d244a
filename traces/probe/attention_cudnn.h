/* The attention graphs alone, apart from any GPU, so that a test can plan them where there is none.
 */
#ifndef PROBE_ATTENTION_CUDNN_H
#define PROBE_ATTENTION_CUDNN_H

#include "attention.h"
#include "cudnn_graph.h"

/* Numbers of the tensors that the caller supplies when a plan runs; -1 where a graph has none. */
struct attention_tensors {
    int query, key, value, out, log_sum_exp;
    int scale, masked, one;
    int out_gradient, query_gradient, key_gradient, value_gradient;
    int row_sum, accumulator;
};

/* handle, or NULL with a device-properties descriptor. */
int attention_plan(const struct attention_size *size, bool backward, cudnnHandle_t handle,
                   cudnnBackendDescriptor_t device, struct graph_plan *ret,
                   struct attention_tensors *ret_tensors, struct diag *why);

#endif
