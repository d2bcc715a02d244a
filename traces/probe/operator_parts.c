/* What each kind is made of: its buffers and its matrix products. */
#include "operator.h"

#include <math.h>
#include "playable.h"

static void have(struct op *op, enum buffer which, size_t count, enum element element,
                 enum content content)
{
    op->buffer[which] =
        (struct operator_buffer){.count = count, .element = element, .content = content};
}

static void data(struct op *op, enum buffer which, size_t count)
{
    have(op, which, count, ELEMENT_DTYPE, FILL_DATA);
}

static void result(struct op *op, enum buffer which, size_t count)
{
    have(op, which, count, ELEMENT_DTYPE, FILL_NOTHING);
}

static void numbers(struct op *op, enum buffer which, size_t count)
{
    have(op, which, count, ELEMENT_FLOAT, FILL_NOTHING);
}

/* A product with its weight; gradients only where the pass asks for them. */
struct product {
    enum buffer weight, weight_gradient;
    size_t rows, inputs, outputs, batch;
    bool fp32_result;
};

static int declare_product(struct lab *lab, struct op *op, const struct product *product,
                           const struct gemm *ret[PASS_COUNT], struct diag *why)
{
    size_t weights = product->inputs * product->outputs * product->batch;
    have(op, product->weight, weights, ELEMENT_DTYPE, FILL_WEIGHT);
    op->buffer[product->weight].fan_in = product->inputs;
    if (op->spec.pass == PASS_WEIGHT_GRADIENT)
        result(op, product->weight_gradient, weights);
    for (int pass = PASS_FORWARD; pass <= (int)op->spec.pass; pass++) {
        struct gemm_size size = {
            .pass = (enum operator_pass)pass,
            .rows = product->rows,
            .inputs = product->inputs,
            .outputs = product->outputs,
            .batch = product->batch,
            .dtype = op->spec.dtype,
            .fp32_result = product->fp32_result && pass == PASS_FORWARD,
        };
        ret[pass] = gemm_find(lab, &size);
        if (!ret[pass])
            return diag_say(why, "no algorithm or not enough memory for a %zu x %zu x %zu product",
                            size.rows, size.inputs, size.outputs);
    }
    return 0;
}

static void declare_norm(struct op *op, size_t rows, size_t width)
{
    have(op, GAIN, width, ELEMENT_DTYPE, FILL_NEAR_ONE);
    data(op, BIAS, width);
    numbers(op, ROW_STATS, 2 * rows);
    result(op, NORMED, rows * width);
    if (op->spec.pass != PASS_FORWARD) {
        result(op, D_NORMED, rows * width);
        result(op, DX, rows * width);
        numbers(op, D_GAIN, width);
        numbers(op, D_BIAS, width);
    }
}

static int find_attention(struct lab *lab, struct op *op, struct diag *why)
{
    struct attention_size size = attention_size_of(&op->spec.shape, op->spec.dtype);
    for (int backward = 0; backward <= (op->spec.pass != PASS_FORWARD); backward++) {
        op->attention[backward] = attention_find(lab->attention, &size, backward, why);
        if (!op->attention[backward])
            return -1;
    }
    return 0;
}

/* Buffers of the core: rows are padded to whole sequences, padding holds ordinary numbers. */
static void declare_core(struct op *op, enum buffer qkv, enum buffer core, enum buffer d_core,
                         enum buffer d_qkv)
{
    const struct operator_shape *shape = &op->spec.shape;
    struct attention_size size = attention_size_of(shape, op->spec.dtype);
    size_t rows = size.batch * size.length, width = shape->heads * shape->head_dim;
    size_t packed = (shape->heads + 2 * shape->kv_heads) * shape->head_dim;
    data(op, qkv, rows * packed);
    result(op, core, rows * width);
    numbers(op, LOG_SUM_EXP, size.batch * size.heads * size.length);
    if (op->spec.pass != PASS_FORWARD) {
        data(op, d_core, rows * width);
        result(op, d_qkv, rows * packed);
    }
}

static int declare_attention(struct lab *lab, struct op *op, struct diag *why)
{
    const struct operator_shape *shape = &op->spec.shape;
    size_t width = shape->heads * shape->head_dim;
    size_t packed = width + 2 * shape->kv_heads * shape->head_dim;
    declare_core(op, QKV, CORE, D_CORE, D_QKV);
    result(op, PROJECTED, op->rows * shape->hidden);
    struct product in = {W_QKV, D_W_QKV, op->rows, shape->hidden, packed, 1, false};
    struct product out = {W_OUT, D_W_OUT, op->rows, width, shape->hidden, 1, false};
    if (find_attention(lab, op, why) < 0 || declare_product(lab, op, &in, op->first, why) < 0)
        return -1;
    return declare_product(lab, op, &out, op->second, why);
}

/* A feed-forward network, `batch` of them with rows / batch rows each. */
static int declare_feed_forward(struct lab *lab, struct op *op, size_t batch, struct diag *why)
{
    const struct operator_shape *shape = &op->spec.shape;
    size_t wide = shape->gated ? 2 * shape->ffn_hidden : shape->ffn_hidden;
    result(op, PRE, op->rows * wide);
    result(op, ACT, op->rows * shape->ffn_hidden);
    if (op->spec.pass != PASS_FORWARD) {
        result(op, D_ACT, op->rows * shape->ffn_hidden);
        result(op, D_PRE, op->rows * wide);
    }
    struct product up = {W_UP, D_W_UP, op->rows / batch, shape->hidden, wide, batch, false};
    struct product down = {W_DOWN, D_W_DOWN, op->rows / batch, shape->ffn_hidden, shape->hidden,
                           batch,  false};
    if (declare_product(lab, op, &up, op->first, why) < 0)
        return -1;
    return declare_product(lab, op, &down, op->second, why);
}

static int declare_gate(struct lab *lab, struct op *op, struct diag *why)
{
    const struct operator_shape *shape = &op->spec.shape;
    numbers(op, LOGITS, op->rows * shape->experts);
    have(op, EXPERT_OF, op->rows * shape->top_k, ELEMENT_INT, FILL_NOTHING);
    numbers(op, WEIGHT_OF, op->rows * shape->top_k);
    if (op->spec.pass != PASS_FORWARD) {
        have(op, D_WEIGHT_OF, op->rows * shape->top_k, ELEMENT_FLOAT, FILL_DATA);
        result(op, D_LOGITS, op->rows * shape->experts);
    }
    struct product scores = {W_GATE, D_W_GATE, op->rows, shape->hidden, shape->experts, 1, true};
    return declare_product(lab, op, &scores, op->first, why);
}

/* Token rows on one side, the experts' buffer on the other. */
static void declare_routing(struct op *op)
{
    const struct operator_shape *shape = &op->spec.shape;
    size_t experts = op->spec.routed_experts, copies = op->rows * shape->top_k;
    op->capacity = (size_t)ceil((double)copies * shape->capacity_factor / (double)experts);
    op->buffer_rows = experts * op->capacity;
    have(op, EXPERT_OF, copies, ELEMENT_INT, FILL_EXPERTS);
    have(op, SLOT, copies, ELEMENT_INT, FILL_NOTHING);
    have(op, COUNTS, experts, ELEMENT_INT, FILL_NOTHING);
    size_t tokens = op->rows * shape->hidden, buffer = op->buffer_rows * shape->hidden;
    bool decode = op->spec.kind == OPERATOR_DECODE, backward = op->spec.pass != PASS_FORWARD;
    data(op, X, decode ? buffer : tokens);
    result(op, Y, decode ? tokens : buffer);
    if (backward) {
        data(op, DY, decode ? tokens : buffer);
        result(op, DX, decode ? buffer : tokens);
    }
    if (decode) {
        have(op, WEIGHT_OF, copies, ELEMENT_FLOAT, FILL_DATA);
        data(op, RESIDUAL, tokens);
        if (shape->shared)
            data(op, SHARED, tokens);
        if (backward)
            numbers(op, D_WEIGHT_OF, copies);
    }
}

/* X [rows][inputs] to Y [rows][outputs] and their gradients. */
static void declare_ends(struct op *op, size_t inputs, size_t outputs)
{
    data(op, X, op->rows * inputs);
    result(op, Y, op->rows * outputs);
    if (op->spec.pass != PASS_FORWARD) {
        data(op, DY, op->rows * outputs);
        result(op, DX, op->rows * inputs);
    }
}

static int declare_projection(struct lab *lab, struct op *op, enum buffer weight,
                              enum buffer weight_gradient, size_t inputs, size_t outputs,
                              struct diag *why)
{
    declare_ends(op, inputs, outputs);
    struct product only = {weight, weight_gradient, op->rows, inputs, outputs, 1, false};
    return declare_product(lab, op, &only, op->first, why);
}

int operator_declare(struct lab *lab, struct op *op, struct diag *why)
{
    const struct operator_shape *shape = &op->spec.shape;
    size_t hidden = shape->hidden, width = shape->heads * shape->head_dim;
    size_t packed = width + 2 * shape->kv_heads * shape->head_dim;
    op->rows = shape_rows(shape);
    switch (op->spec.kind) {
    case OPERATOR_ATTENTION:
        declare_ends(op, hidden, hidden);
        declare_norm(op, op->rows, hidden);
        return declare_attention(lab, op, why);
    case OPERATOR_MLP:
    case OPERATOR_SHARED_EXPERT:
        declare_ends(op, hidden, hidden);
        declare_norm(op, op->rows, hidden);
        if (op->spec.kind == OPERATOR_MLP)
            result(op, PROJECTED, op->rows * hidden);
        return declare_feed_forward(lab, op, 1, why);
    case OPERATOR_EXPERT:
        op->rows = (op->rows + shape->experts - 1) / shape->experts * shape->experts;
        declare_ends(op, hidden, hidden);
        return declare_feed_forward(lab, op, shape->experts, why);
    case OPERATOR_GATE:
        data(op, X, op->rows * hidden);
        declare_norm(op, op->rows, hidden);
        return declare_gate(lab, op, why);
    case OPERATOR_ENCODE:
    case OPERATOR_DECODE:
        declare_routing(op);
        return 0;
    case OPERATOR_NORM:
        declare_ends(op, hidden, hidden);
        declare_norm(op, op->rows, hidden);
        op->buffer[NORMED].count = op->buffer[D_NORMED].count = 0; /* Y and DY take their place */
        return 0;
    case OPERATOR_RESIDUAL:
        declare_ends(op, hidden, hidden);
        data(op, RESIDUAL, op->rows * hidden);
        return 0;
    case OPERATOR_QKV_PROJECTION:
        return declare_projection(lab, op, W_QKV, D_W_QKV, hidden, packed, why);
    case OPERATOR_OUTPUT_PROJECTION:
        return declare_projection(lab, op, W_OUT, D_W_OUT, width, hidden, why);
    case OPERATOR_ATTENTION_CORE:
        declare_core(op, X, Y, DY, DX);
        return find_attention(lab, op, why);
    case OPERATOR_LM_HEAD: {
        int r = declare_projection(lab, op, W_UP, D_W_UP, hidden, shape->vocabulary, why);
        declare_norm(op, op->rows, hidden);
        return r;
    }
    default:
        return diag_say(why, "%s is not a computation", operator_kind_names[op->spec.kind]);
    }
}
