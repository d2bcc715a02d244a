#include "attention_cudnn.h"

#include <string.h>

/* What both graphs need: sizes as the library counts them, and the element type. */
struct sketch {
    struct graph graph;
    int64_t batch, heads, kv_heads, length, dim;
    bool causal;
    cudnnDataType_t type;
    struct attention_tensors at;
};

static const cudnnDataType_t real = CUDNN_DATA_FLOAT;

/* A [batch, heads, length, dim] view of rows of row_width elements. */
static int rows(struct sketch *s, int64_t heads, int64_t row_width)
{
    int64_t dims[4] = {s->batch, heads, s->length, s->dim};
    int64_t strides[4] = {s->length * row_width, s->dim, row_width, 1};
    return graph_tensor(&s->graph, s->type, TENSOR_IN_MEMORY, dims, strides);
}

/* The same memory seen as [batch, heads, dim, length]. */
static int columns(struct sketch *s, int64_t heads, int64_t row_width)
{
    int64_t dims[4] = {s->batch, heads, s->dim, s->length};
    int64_t strides[4] = {s->length * row_width, s->dim, 1, row_width};
    return graph_tensor(&s->graph, s->type, TENSOR_IN_MEMORY, dims, strides);
}

/* One fp32 number per query row. */
static int row_numbers(struct sketch *s, enum tensor_place place)
{
    int64_t dims[4] = {s->batch, s->heads, s->length, 1};
    int64_t strides[4] = {s->heads * s->length, s->length, 1, 1};
    return graph_tensor(&s->graph, real, place, dims, strides);
}

static int scores(struct sketch *s, cudnnDataType_t type)
{
    return graph_virtual(&s->graph, type, s->batch, s->heads, s->length, s->length);
}

/* y = x o b on scores. */
static int combine(struct sketch *s, cudnnPointwiseMode_t mode, int x, int b)
{
    int y = scores(s, real);
    graph_pointwise(&s->graph, mode, real, x, b, -1, y);
    return y;
}

/* Scores of keys after the query become minus infinity. */
static int mask_future(struct sketch *s, int x)
{
    if (!s->causal)
        return x;
    int row = scores(s, CUDNN_DATA_INT32), column = scores(s, CUDNN_DATA_INT32);
    int keep = scores(s, CUDNN_DATA_BOOLEAN), y = scores(s, real);
    graph_index(&s->graph, 2, x, row);
    graph_index(&s->graph, 3, x, column);
    graph_pointwise(&s->graph, CUDNN_POINTWISE_CMP_GE, CUDNN_DATA_BOOLEAN, row, column, -1, keep);
    s->at.masked = graph_scalar(&s->graph, real);
    graph_pointwise(&s->graph, CUDNN_POINTWISE_BINARY_SELECT, real, x, s->at.masked, keep, y);
    return y;
}

static void sketch_forward(struct sketch *s)
{
    struct graph *g = &s->graph;
    int64_t packed = (s->heads + 2 * s->kv_heads) * s->dim;
    s->at.query = rows(s, s->heads, packed);
    s->at.key = columns(s, s->kv_heads, packed);
    s->at.value = rows(s, s->kv_heads, packed);
    s->at.scale = graph_scalar(g, real);

    int product = scores(s, real);
    graph_matmul(g, s->at.query, s->at.key, product);
    int score = mask_future(s, combine(s, CUDNN_POINTWISE_MUL, product, s->at.scale));

    int highest = row_numbers(s, TENSOR_VIRTUAL), sum = row_numbers(s, TENSOR_VIRTUAL);
    graph_reduce(g, CUDNN_REDUCE_TENSOR_MAX, score, highest);
    int exponent =
        combine(s, CUDNN_POINTWISE_EXP, combine(s, CUDNN_POINTWISE_SUB, score, highest), -1);
    graph_reduce(g, CUDNN_REDUCE_TENSOR_ADD, exponent, sum);
    int logarithm = row_numbers(s, TENSOR_VIRTUAL);
    graph_pointwise(g, CUDNN_POINTWISE_LOG, real, sum, -1, -1, logarithm);
    s->at.log_sum_exp = row_numbers(s, TENSOR_IN_MEMORY);
    graph_pointwise(g, CUDNN_POINTWISE_ADD, real, highest, logarithm, -1, s->at.log_sum_exp);

    int share = scores(s, s->type);
    graph_pointwise(g, CUDNN_POINTWISE_DIV, real, exponent, sum, -1, share);
    s->at.out = rows(s, s->heads, s->heads * s->dim);
    graph_matmul(g, share, s->at.value, s->at.out);
}

/* Sums a gradient over the query heads that share a key head, where there are such. */
static int keys_from_heads(struct sketch *s, int transposed, int right, int64_t packed)
{
    struct graph *g = &s->graph;
    int gradient = rows(s, s->kv_heads, packed);
    if (s->heads == s->kv_heads) {
        graph_matmul(g, transposed, right, gradient);
        return gradient;
    }
    int every_head = graph_virtual(g, s->type, s->batch, s->heads, s->length, s->dim);
    graph_matmul(g, transposed, right, every_head);
    graph_reduce(g, CUDNN_REDUCE_TENSOR_ADD, every_head, gradient);
    return gradient;
}

/* Scores seen as [batch, heads, keys, queries], in the element type. */
static int transpose(struct sketch *s, int x)
{
    int64_t dims[4] = {s->batch, s->heads, s->length, s->length};
    int64_t strides[4] = {s->heads * s->length * s->length, s->length * s->length, 1, s->length};
    int y = graph_tensor(&s->graph, s->type, TENSOR_VIRTUAL, dims, strides);
    graph_reshape(&s->graph, x, y);
    return y;
}

/* Row sums of out * out_gradient: what the softmax's gradient subtracts. */
static void sketch_row_sum(struct sketch *s)
{
    struct graph *g = &s->graph;
    int64_t dims[4] = {s->batch, s->heads, s->length, s->dim};
    int64_t strides[4] = {s->heads * s->length * s->dim, s->length * s->dim, s->heads * s->dim, 1};
    int product = graph_tensor(g, real, TENSOR_VIRTUAL, dims, strides);
    graph_pointwise(g, CUDNN_POINTWISE_MUL, real, s->at.out_gradient, s->at.out, -1, product);
    int sum = row_numbers(s, TENSOR_VIRTUAL);
    graph_reduce(g, CUDNN_REDUCE_TENSOR_ADD, product, sum);
    s->at.one = graph_scalar(g, real);
    s->at.row_sum = row_numbers(s, TENSOR_IN_MEMORY);
    graph_pointwise(g, CUDNN_POINTWISE_MUL, real, sum, s->at.one, -1, s->at.row_sum);
}

/* Gradient of the queries: accumulated in fp32 by several blocks, then converted. */
static void sketch_query_gradient(struct sketch *s, int score_gradient, int64_t packed)
{
    struct graph *g = &s->graph;
    int64_t dims[4] = {s->batch, s->kv_heads, s->length, s->dim};
    int64_t strides[4] = {s->length * packed, s->dim, packed, 1};
    int key_rows = graph_tensor(g, s->type, TENSOR_VIRTUAL, dims, strides);
    graph_reshape(g, s->at.key, key_rows);
    int64_t wide[4] = {s->batch, s->heads, s->length, s->dim};
    int64_t dense[4] = {s->heads * s->length * s->dim, s->length * s->dim, s->dim, 1};
    s->at.accumulator = graph_tensor(g, real, TENSOR_IN_MEMORY, wide, dense);
    graph_matmul(g, score_gradient, key_rows, s->at.accumulator);
    s->at.query_gradient = rows(s, s->heads, packed);
    graph_pointwise(g, CUDNN_POINTWISE_IDENTITY, real, s->at.accumulator, -1, -1,
                    s->at.query_gradient);
}

static void sketch_backward(struct sketch *s)
{
    struct graph *g = &s->graph;
    int64_t packed = (s->heads + 2 * s->kv_heads) * s->dim;
    s->at.query = rows(s, s->heads, packed);
    s->at.key = columns(s, s->kv_heads, packed);
    s->at.value = columns(s, s->kv_heads, packed);
    s->at.out = rows(s, s->heads, s->heads * s->dim);
    s->at.out_gradient = rows(s, s->heads, s->heads * s->dim);
    s->at.log_sum_exp = row_numbers(s, TENSOR_IN_MEMORY);
    s->at.scale = graph_scalar(g, real);
    sketch_row_sum(s);

    int product = scores(s, real);
    graph_matmul(g, s->at.query, s->at.key, product);
    int score = combine(s, CUDNN_POINTWISE_MUL, product, s->at.scale);
    int logarithm = mask_future(s, combine(s, CUDNN_POINTWISE_SUB, score, s->at.log_sum_exp));
    int share = combine(s, CUDNN_POINTWISE_EXP, logarithm, -1);
    s->at.value_gradient = keys_from_heads(s, transpose(s, share), s->at.out_gradient, packed);

    int share_gradient = scores(s, real);
    graph_matmul(g, s->at.out_gradient, s->at.value, share_gradient);
    int centred = combine(s, CUDNN_POINTWISE_SUB, share_gradient, s->at.row_sum);
    int weighted = combine(s, CUDNN_POINTWISE_MUL, centred, share);
    int score_gradient = combine(s, CUDNN_POINTWISE_MUL, weighted, s->at.scale);
    s->at.key_gradient = keys_from_heads(s, transpose(s, score_gradient), s->at.query, packed);
    sketch_query_gradient(s, score_gradient, packed);
}

int attention_plan(const struct attention_size *size, bool backward, cudnnHandle_t handle,
                   cudnnBackendDescriptor_t device, struct graph_plan *ret,
                   struct attention_tensors *ret_tensors, struct diag *why)
{
    if (size->dtype != DTYPE_FP16 && size->dtype != DTYPE_BF16)
        return diag_say(why, "cuDNN's fused attention takes fp16 and bf16, not %s",
                        dtype_names[size->dtype]);
    struct sketch s = {
        .batch = (int64_t)size->batch,
        .heads = (int64_t)size->heads,
        .kv_heads = (int64_t)size->kv_heads,
        .length = (int64_t)size->length,
        .dim = (int64_t)size->head_dim,
        .causal = size->causal,
        .type = size->dtype == DTYPE_FP16 ? CUDNN_DATA_HALF : CUDNN_DATA_BFLOAT16,
    };
    memset(&s.at, 0xff, sizeof s.at); /* every tensor -1: absent */
    if (backward)
        sketch_backward(&s);
    else
        sketch_forward(&s);
    int r = graph_plan(&s.graph, handle, device, ret, why);
    if (r == 0)
        *ret_tensors = s.at;
    graph_drop_all(&s.graph);
    return r;
}
