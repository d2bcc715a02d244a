/* Writing down a graph of operations for cuDNN's backend API, and turning it into a plan.
 *
 * The API wants a dozen calls per operation; here an operation is one line. The builder remembers
 * the first thing that went wrong and then ignores everything until graph_plan, which reports it.
 * It knows nothing of attention. */
#ifndef PROBE_CUDNN_GRAPH_H
#define PROBE_CUDNN_GRAPH_H

#include <stdbool.h>
#include <stdint.h>
#include <cudnn.h>
#include "sim/base/diag.h"

#define GRAPH_TENSORS_MAX 64
#define GRAPH_OPERATIONS_MAX 48

struct graph {
    cudnnBackendDescriptor_t tensors[GRAPH_TENSORS_MAX];
    int64_t dims[GRAPH_TENSORS_MAX][4];
    int tensor_count;
    cudnnBackendDescriptor_t parts[GRAPH_OPERATIONS_MAX]; /* settings of pointwise, matmul, … */
    int part_count;
    cudnnBackendDescriptor_t operations[GRAPH_OPERATIONS_MAX];
    int operation_count;
    cudnnStatus_t status;
    char where[96]; /* the step that failed first */
};

/* A tensor is known by its number, which is also its unique id in the variant pack. */
enum tensor_place { TENSOR_IN_MEMORY, TENSOR_VIRTUAL, TENSOR_BY_VALUE };
int graph_tensor(struct graph *graph, cudnnDataType_t type, enum tensor_place place,
                 const int64_t dims[4], const int64_t strides[4]);
/* A virtual tensor packed in the order of its dimensions. */
int graph_virtual(struct graph *graph, cudnnDataType_t type, int64_t a, int64_t b, int64_t c,
                  int64_t d);
/* One number that the host passes when the plan runs. */
int graph_scalar(struct graph *graph, cudnnDataType_t type);

/* Operations on tensor numbers; -1 stands for an operand that the mode does not take. */
void graph_pointwise(struct graph *graph, cudnnPointwiseMode_t mode, cudnnDataType_t math, int x,
                     int b, int select, int y);
void graph_index(struct graph *graph, int64_t axis, int x, int y);
void graph_matmul(struct graph *graph, int a, int b, int c);
void graph_reduce(struct graph *graph, cudnnReduceTensorOp_t op, int x, int y);
void graph_reshape(struct graph *graph, int x, int y);

/* A plan that is ready to run: the first of the library's own ranking that this machine supports.
 */
struct graph_plan {
    cudnnBackendDescriptor_t plan;
    int64_t workspace_bytes;
};
/* handle for a real GPU; or NULL with a device-properties descriptor, to plan where there is none.
 */
int graph_plan(struct graph *graph, cudnnHandle_t handle, cudnnBackendDescriptor_t device,
               struct graph_plan *ret, struct diag *why);
void graph_drop_all(struct graph *graph);
/* A descriptor, or NULL. */
void graph_drop(cudnnBackendDescriptor_t descriptor);

/* Runs a plan on the handle's stream. count tensors with their pointers (host ones for scalars). */
cudnnStatus_t graph_run(cudnnHandle_t handle, const struct graph_plan *plan, const int64_t *ids,
                        void *const *pointers, int count, void *workspace);

#endif
