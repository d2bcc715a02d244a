#include "cudnn_graph.h"

#include <stdlib.h>
#include <string.h>
#include "base.h"

void graph_drop(cudnnBackendDescriptor_t descriptor)
{
    cudnnStatus_t status =
        descriptor ? cudnnBackendDestroyDescriptor(descriptor) : CUDNN_STATUS_SUCCESS;
    if (status != CUDNN_STATUS_SUCCESS)
        die(EXIT_BUG, "cuDNN: destroying a descriptor: %s", cudnnGetErrorString(status));
}

static bool ok(struct graph *graph, cudnnStatus_t status, const char *where)
{
    if (graph->status == CUDNN_STATUS_SUCCESS && status != CUDNN_STATUS_SUCCESS) {
        graph->status = status;
        snprintf(graph->where, sizeof graph->where, "%s", where);
    }
    return graph->status == CUDNN_STATUS_SUCCESS;
}

static cudnnBackendDescriptor_t create(struct graph *graph, cudnnBackendDescriptorType_t type)
{
    cudnnBackendDescriptor_t made = NULL;
    if (graph->status == CUDNN_STATUS_SUCCESS)
        ok(graph, cudnnBackendCreateDescriptor(type, &made), "create descriptor");
    return made;
}

static void set(struct graph *graph, cudnnBackendDescriptor_t on, cudnnBackendAttributeName_t name,
                cudnnBackendAttributeType_t type, int64_t count, const void *value)
{
    char where[48];
    snprintf(where, sizeof where, "attribute %d", (int)name);
    if (graph->status == CUDNN_STATUS_SUCCESS)
        ok(graph, cudnnBackendSetAttribute(on, name, type, count, value), where);
}

static void set_tensor(struct graph *graph, cudnnBackendDescriptor_t on,
                       cudnnBackendAttributeName_t name, int tensor)
{
    if (tensor >= 0)
        set(graph, on, name, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &graph->tensors[tensor]);
}

static void finalize(struct graph *graph, cudnnBackendDescriptor_t made, const char *what)
{
    if (graph->status == CUDNN_STATUS_SUCCESS)
        ok(graph, cudnnBackendFinalize(made), what);
}

int graph_tensor(struct graph *graph, cudnnDataType_t type, enum tensor_place place,
                 const int64_t dims[4], const int64_t strides[4])
{
    int number = graph->tensor_count;
    if (number == GRAPH_TENSORS_MAX)
        die(EXIT_BUG, "an attention graph has more than %d tensors", GRAPH_TENSORS_MAX);
    graph->tensor_count++;
    memcpy(graph->dims[number], dims, sizeof graph->dims[number]);
    int64_t id = number, alignment = 16;
    bool is_virtual = place == TENSOR_VIRTUAL, by_value = place == TENSOR_BY_VALUE;
    cudnnBackendDescriptor_t made = create(graph, CUDNN_BACKEND_TENSOR_DESCRIPTOR);
    graph->tensors[number] = made;
    set(graph, made, CUDNN_ATTR_TENSOR_UNIQUE_ID, CUDNN_TYPE_INT64, 1, &id);
    set(graph, made, CUDNN_ATTR_TENSOR_DATA_TYPE, CUDNN_TYPE_DATA_TYPE, 1, &type);
    set(graph, made, CUDNN_ATTR_TENSOR_DIMENSIONS, CUDNN_TYPE_INT64, 4, dims);
    set(graph, made, CUDNN_ATTR_TENSOR_STRIDES, CUDNN_TYPE_INT64, 4, strides);
    set(graph, made, CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, CUDNN_TYPE_INT64, 1, &alignment);
    set(graph, made, CUDNN_ATTR_TENSOR_IS_VIRTUAL, CUDNN_TYPE_BOOLEAN, 1, &is_virtual);
    set(graph, made, CUDNN_ATTR_TENSOR_IS_BY_VALUE, CUDNN_TYPE_BOOLEAN, 1, &by_value);
    finalize(graph, made, "tensor");
    return number;
}

int graph_virtual(struct graph *graph, cudnnDataType_t type, int64_t a, int64_t b, int64_t c,
                  int64_t d)
{
    int64_t dims[4] = {a, b, c, d}, strides[4] = {b * c * d, c * d, d, 1};
    return graph_tensor(graph, type, TENSOR_VIRTUAL, dims, strides);
}

int graph_scalar(struct graph *graph, cudnnDataType_t type)
{
    int64_t one[4] = {1, 1, 1, 1};
    return graph_tensor(graph, type, TENSOR_BY_VALUE, one, one);
}

static cudnnBackendDescriptor_t add_part(struct graph *graph, cudnnBackendDescriptorType_t type)
{
    if (graph->part_count == GRAPH_OPERATIONS_MAX)
        die(EXIT_BUG, "an attention graph has more than %d operations", GRAPH_OPERATIONS_MAX);
    return graph->parts[graph->part_count++] = create(graph, type);
}

static cudnnBackendDescriptor_t add_operation(struct graph *graph,
                                              cudnnBackendDescriptorType_t type)
{
    if (graph->operation_count == GRAPH_OPERATIONS_MAX)
        die(EXIT_BUG, "an attention graph has more than %d operations", GRAPH_OPERATIONS_MAX);
    return graph->operations[graph->operation_count++] = create(graph, type);
}

static void pointwise(struct graph *graph, cudnnPointwiseMode_t mode, cudnnDataType_t math,
                      int64_t axis, int x, int b, int select, int y)
{
    cudnnBackendDescriptor_t part = add_part(graph, CUDNN_BACKEND_POINTWISE_DESCRIPTOR);
    set(graph, part, CUDNN_ATTR_POINTWISE_MODE, CUDNN_TYPE_POINTWISE_MODE, 1, &mode);
    set(graph, part, CUDNN_ATTR_POINTWISE_MATH_PREC, CUDNN_TYPE_DATA_TYPE, 1, &math);
    if (axis >= 0)
        set(graph, part, CUDNN_ATTR_POINTWISE_AXIS, CUDNN_TYPE_INT64, 1, &axis);
    finalize(graph, part, "pointwise setting");

    cudnnBackendDescriptor_t made =
        add_operation(graph, CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR);
    set(graph, made, CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1,
        &part);
    set_tensor(graph, made, CUDNN_ATTR_OPERATION_POINTWISE_XDESC, x);
    set_tensor(graph, made, CUDNN_ATTR_OPERATION_POINTWISE_BDESC, b);
    set_tensor(graph, made, CUDNN_ATTR_OPERATION_POINTWISE_TDESC, select);
    set_tensor(graph, made, CUDNN_ATTR_OPERATION_POINTWISE_YDESC, y);
    finalize(graph, made, "pointwise operation");
}

void graph_pointwise(struct graph *graph, cudnnPointwiseMode_t mode, cudnnDataType_t math, int x,
                     int b, int select, int y)
{
    pointwise(graph, mode, math, -1, x, b, select, y);
}

void graph_index(struct graph *graph, int64_t axis, int x, int y)
{
    pointwise(graph, CUDNN_POINTWISE_GEN_INDEX, CUDNN_DATA_FLOAT, axis, x, -1, -1, y);
}

void graph_matmul(struct graph *graph, int a, int b, int c)
{
    cudnnDataType_t math = CUDNN_DATA_FLOAT;
    cudnnBackendDescriptor_t part = add_part(graph, CUDNN_BACKEND_MATMUL_DESCRIPTOR);
    set(graph, part, CUDNN_ATTR_MATMUL_COMP_TYPE, CUDNN_TYPE_DATA_TYPE, 1, &math);
    finalize(graph, part, "matmul setting");

    cudnnBackendDescriptor_t made = add_operation(graph, CUDNN_BACKEND_OPERATION_MATMUL_DESCRIPTOR);
    set_tensor(graph, made, CUDNN_ATTR_OPERATION_MATMUL_ADESC, a);
    set_tensor(graph, made, CUDNN_ATTR_OPERATION_MATMUL_BDESC, b);
    set_tensor(graph, made, CUDNN_ATTR_OPERATION_MATMUL_CDESC, c);
    set(graph, made, CUDNN_ATTR_OPERATION_MATMUL_DESC, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &part);
    finalize(graph, made, "matmul operation");
}

void graph_reduce(struct graph *graph, cudnnReduceTensorOp_t op, int x, int y)
{
    cudnnDataType_t math = CUDNN_DATA_FLOAT;
    cudnnBackendDescriptor_t part = add_part(graph, CUDNN_BACKEND_REDUCTION_DESCRIPTOR);
    set(graph, part, CUDNN_ATTR_REDUCTION_OPERATOR, CUDNN_TYPE_REDUCTION_OPERATOR_TYPE, 1, &op);
    set(graph, part, CUDNN_ATTR_REDUCTION_COMP_TYPE, CUDNN_TYPE_DATA_TYPE, 1, &math);
    finalize(graph, part, "reduction setting");

    cudnnBackendDescriptor_t made =
        add_operation(graph, CUDNN_BACKEND_OPERATION_REDUCTION_DESCRIPTOR);
    set_tensor(graph, made, CUDNN_ATTR_OPERATION_REDUCTION_XDESC, x);
    set_tensor(graph, made, CUDNN_ATTR_OPERATION_REDUCTION_YDESC, y);
    set(graph, made, CUDNN_ATTR_OPERATION_REDUCTION_DESC, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &part);
    finalize(graph, made, "reduction operation");
}

void graph_reshape(struct graph *graph, int x, int y)
{
    cudnnBackendDescriptor_t made =
        add_operation(graph, CUDNN_BACKEND_OPERATION_RESHAPE_DESCRIPTOR);
    set_tensor(graph, made, CUDNN_ATTR_OPERATION_RESHAPE_XDESC, x);
    set_tensor(graph, made, CUDNN_ATTR_OPERATION_RESHAPE_YDESC, y);
    finalize(graph, made, "reshape operation");
}

#define CANDIDATES_MAX 16

/* The library's ranking of ways to run the graph; returns how many. */
static int rank(struct graph *graph, cudnnBackendDescriptor_t operations,
                cudnnBackendDescriptor_t device,
                cudnnBackendDescriptor_t candidates[CANDIDATES_MAX])
{
    cudnnBackendHeurMode_t mode = CUDNN_HEUR_MODE_A;
    cudnnBackendDescriptor_t heuristics = create(graph, CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR);
    set(graph, heuristics, CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1,
        &operations);
    set(graph, heuristics, CUDNN_ATTR_ENGINEHEUR_MODE, CUDNN_TYPE_HEUR_MODE, 1, &mode);
    if (device)
        set(graph, heuristics, CUDNN_ATTR_ENGINEHEUR_DEVICEPROP, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1,
            &device);
    finalize(graph, heuristics, "heuristics");
    for (int i = 0; i < CANDIDATES_MAX; i++)
        candidates[i] = create(graph, CUDNN_BACKEND_ENGINECFG_DESCRIPTOR);
    int64_t found = 0;
    if (graph->status == CUDNN_STATUS_SUCCESS)
        ok(graph,
           cudnnBackendGetAttribute(heuristics, CUDNN_ATTR_ENGINEHEUR_RESULTS,
                                    CUDNN_TYPE_BACKEND_DESCRIPTOR, CANDIDATES_MAX, &found,
                                    candidates),
           "heuristics' results");
    graph_drop(heuristics);
    return (int)found;
}

static int try_candidate(cudnnBackendDescriptor_t candidate, cudnnHandle_t handle,
                         cudnnBackendDescriptor_t device, struct graph_plan *ret)
{
    cudnnBackendDescriptor_t plan = NULL;
    cudnnStatus_t status =
        cudnnBackendCreateDescriptor(CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR, &plan);
    if (status == CUDNN_STATUS_SUCCESS && handle)
        status = cudnnBackendSetAttribute(plan, CUDNN_ATTR_EXECUTION_PLAN_HANDLE, CUDNN_TYPE_HANDLE,
                                          1, &handle);
    if (status == CUDNN_STATUS_SUCCESS && device)
        status = cudnnBackendSetAttribute(plan, CUDNN_ATTR_EXECUTION_PLAN_DEVICEPROP,
                                          CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &device);
    if (status == CUDNN_STATUS_SUCCESS)
        status = cudnnBackendSetAttribute(plan, CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG,
                                          CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &candidate);
    if (status == CUDNN_STATUS_SUCCESS)
        status = cudnnBackendFinalize(plan);
    int64_t bytes = 0, count = 0;
    if (status == CUDNN_STATUS_SUCCESS)
        status = cudnnBackendGetAttribute(plan, CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE,
                                          CUDNN_TYPE_INT64, 1, &count, &bytes);
    if (status != CUDNN_STATUS_SUCCESS) {
        graph_drop(plan);
        return -1;
    }
    *ret = (struct graph_plan){.plan = plan, .workspace_bytes = bytes};
    return 0;
}

int graph_plan(struct graph *graph, cudnnHandle_t handle, cudnnBackendDescriptor_t device,
               struct graph_plan *ret, struct diag *why)
{
    cudnnBackendDescriptor_t operations = create(graph, CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR);
    set(graph, operations, CUDNN_ATTR_OPERATIONGRAPH_OPS, CUDNN_TYPE_BACKEND_DESCRIPTOR,
        graph->operation_count, graph->operations);
    if (handle)
        set(graph, operations, CUDNN_ATTR_OPERATIONGRAPH_HANDLE, CUDNN_TYPE_HANDLE, 1, &handle);
    finalize(graph, operations, "operation graph");

    cudnnBackendDescriptor_t candidates[CANDIDATES_MAX] = {NULL};
    int found = rank(graph, operations, device, candidates);
    int r = -1;
    for (int i = 0; i < found && r < 0 && graph->status == CUDNN_STATUS_SUCCESS; i++)
        r = try_candidate(candidates[i], handle, device, ret);
    if (graph->status != CUDNN_STATUS_SUCCESS) {
        char last[256] = "";
        cudnnGetLastErrorString(last, sizeof last);
        diag_say(why, "cuDNN: %s: %s %s", graph->where, cudnnGetErrorString(graph->status), last);
    } else if (r < 0) {
        diag_say(why, "cuDNN: none of %d ways to run this attention is supported here", found);
    }
    for (int i = 0; i < CANDIDATES_MAX; i++)
        graph_drop(candidates[i]);
    graph_drop(operations);
    return r;
}

void graph_drop_all(struct graph *graph)
{
    for (int i = 0; i < graph->operation_count; i++)
        graph_drop(graph->operations[i]);
    for (int i = 0; i < graph->part_count; i++)
        graph_drop(graph->parts[i]);
    for (int i = 0; i < graph->tensor_count; i++)
        graph_drop(graph->tensors[i]);
    *graph = (struct graph){.status = CUDNN_STATUS_SUCCESS};
}

cudnnStatus_t graph_run(cudnnHandle_t handle, const struct graph_plan *plan, const int64_t *ids,
                        void *const *pointers, int count, void *workspace)
{
    cudnnBackendDescriptor_t pack = NULL;
    cudnnStatus_t status =
        cudnnBackendCreateDescriptor(CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR, &pack);
    if (status == CUDNN_STATUS_SUCCESS)
        status = cudnnBackendSetAttribute(pack, CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS,
                                          CUDNN_TYPE_INT64, count, ids);
    if (status == CUDNN_STATUS_SUCCESS)
        status = cudnnBackendSetAttribute(pack, CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS,
                                          CUDNN_TYPE_VOID_PTR, count, pointers);
    if (status == CUDNN_STATUS_SUCCESS)
        status = cudnnBackendSetAttribute(pack, CUDNN_ATTR_VARIANT_PACK_WORKSPACE,
                                          CUDNN_TYPE_VOID_PTR, 1, &workspace);
    if (status == CUDNN_STATUS_SUCCESS)
        status = cudnnBackendFinalize(pack);
    if (status == CUDNN_STATUS_SUCCESS)
        status = cudnnBackendExecute(handle, plan->plan, pack);
    graph_drop(pack);
    return status;
}
