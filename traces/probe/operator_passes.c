/* The steps of each kind: forward, gradient of the input, gradients of the weights. */
#include "operator.h"

#include "kernels.h"

/* One run: the operator, the set it works on and the stream it goes to. */
struct run {
    const struct lab *lab;
    const struct op *op;
    int set;
    cudaStream_t stream;
};

static void *at(const struct run *run, enum buffer which)
{
    return operator_at(run->op, which, run->set);
}

static void multiply(const struct run *run, const struct gemm *gemm, enum buffer a, enum buffer b,
                     enum buffer result)
{
    gemm_run(gemm, at(run, a), at(run, b), at(run, result), run->op->workspace, run->stream);
}

static void norm(const struct run *run, enum buffer result)
{
    const struct op *op = run->op;
    norm_forward(op->spec.dtype, at(run, X), at(run, GAIN), at(run, BIAS), at(run, result),
                 at(run, ROW_STATS), op->rows, op->spec.shape.hidden, run->stream);
}

/* Gradients of the input, and of gain and bias with it. skip: the residual branch's gradient, or
 * BUFFER_COUNT where there is none. */
static void norm_gradient(const struct run *run, enum buffer slope, enum buffer skip)
{
    const struct op *op = run->op;
    norm_input_gradient(op->spec.dtype, at(run, X), at(run, GAIN), at(run, ROW_STATS),
                        at(run, slope), skip == BUFFER_COUNT ? NULL : at(run, skip), at(run, DX),
                        op->rows, op->spec.shape.hidden, run->stream);
    norm_weight_gradient(op->spec.dtype, at(run, X), at(run, ROW_STATS), at(run, slope),
                         at(run, D_GAIN), at(run, D_BIAS), op->rows, op->spec.shape.hidden,
                         run->stream);
}

static void core(const struct run *run, enum buffer qkv, enum buffer out)
{
    struct attention_buffers buffers = {.qkv = at(run, qkv),
                                        .out = at(run, out),
                                        .log_sum_exp = at(run, LOG_SUM_EXP),
                                        .workspace = run->op->workspace};
    attention_run(run->lab->attention, run->op->attention[0], &buffers, run->stream);
}

static void core_gradient(const struct run *run, enum buffer qkv, enum buffer out,
                          enum buffer slope, enum buffer result)
{
    struct attention_buffers buffers = {
        .qkv = at(run, qkv),
        .out = at(run, out),
        .log_sum_exp = at(run, LOG_SUM_EXP),
        .out_gradient = at(run, slope),
        .qkv_gradient = at(run, result),
        .workspace = run->op->workspace,
    };
    attention_run(run->lab->attention, run->op->attention[1], &buffers, run->stream);
}

static void add(const struct run *run, enum buffer a, enum buffer b, enum buffer y)
{
    add_rows(run->op->spec.dtype, at(run, a), at(run, b), at(run, y),
             run->op->rows * run->op->spec.shape.hidden, run->stream);
}

static void activate(const struct run *run)
{
    const struct operator_shape *shape = &run->op->spec.shape;
    activation_forward(run->op->spec.dtype, shape->gated, at(run, PRE), at(run, ACT), run->op->rows,
                       shape->ffn_hidden, run->stream);
}

static void feed_forward(const struct run *run, enum buffer in, enum buffer out)
{
    multiply(run, run->op->first[PASS_FORWARD], in, W_UP, PRE);
    activate(run);
    multiply(run, run->op->second[PASS_FORWARD], ACT, W_DOWN, out);
}

static void feed_forward_gradient(const struct run *run, enum buffer result)
{
    const struct operator_shape *shape = &run->op->spec.shape;
    multiply(run, run->op->second[PASS_INPUT_GRADIENT], DY, W_DOWN, D_ACT);
    activation_gradient(run->op->spec.dtype, shape->gated, at(run, PRE), at(run, D_ACT),
                        at(run, D_PRE), run->op->rows, shape->ffn_hidden, run->stream);
    multiply(run, run->op->first[PASS_INPUT_GRADIENT], D_PRE, W_UP, result);
}

static void feed_forward_weights(const struct run *run, enum buffer in)
{
    multiply(run, run->op->second[PASS_WEIGHT_GRADIENT], DY, ACT, D_W_DOWN);
    multiply(run, run->op->first[PASS_WEIGHT_GRADIENT], D_PRE, in, D_W_UP);
}

static void choose_experts(const struct run *run)
{
    const struct operator_shape *shape = &run->op->spec.shape;
    softmax_top_k(at(run, LOGITS), at(run, EXPERT_OF), at(run, WEIGHT_OF), run->op->rows,
                  shape->experts, shape->top_k, run->stream);
}

static void choose_experts_gradient(const struct run *run)
{
    const struct operator_shape *shape = &run->op->spec.shape;
    softmax_top_k_gradient(run->op->spec.dtype, at(run, LOGITS), at(run, EXPERT_OF),
                           at(run, D_WEIGHT_OF), at(run, D_LOGITS), run->op->rows, shape->experts,
                           shape->top_k, run->stream);
}

static void assign(const struct run *run)
{
    const struct op *op = run->op;
    assign_slots(at(run, EXPERT_OF), at(run, SLOT), at(run, COUNTS), op->rows,
                 op->spec.routed_experts, op->spec.shape.top_k, op->capacity, run->stream);
}

static void scatter(const struct run *run, enum buffer from, bool weighted, enum buffer to)
{
    const struct op *op = run->op;
    scatter_rows(op->spec.dtype, at(run, from), at(run, SLOT), at(run, COUNTS),
                 weighted ? at(run, WEIGHT_OF) : NULL, weighted ? at(run, X) : NULL,
                 weighted ? at(run, D_WEIGHT_OF) : NULL, at(run, to), op->rows,
                 op->spec.routed_experts, op->spec.shape.top_k, op->capacity, op->spec.shape.hidden,
                 run->stream);
}

static void gather(const struct run *run, enum buffer from, bool weighted, enum buffer to)
{
    const struct op *op = run->op;
    bool shared = weighted && op->spec.shape.shared;
    gather_rows(op->spec.dtype, at(run, from), at(run, SLOT), weighted ? at(run, WEIGHT_OF) : NULL,
                shared ? at(run, SHARED) : NULL, weighted ? at(run, RESIDUAL) : NULL, at(run, to),
                op->rows, op->spec.shape.top_k, op->spec.shape.hidden, run->stream);
}

void operator_forward(const struct lab *lab, const struct op *op, int set, cudaStream_t stream)
{
    struct run run = {lab, op, set, stream};
    switch (op->spec.kind) {
    case OPERATOR_ATTENTION:
        norm(&run, NORMED);
        multiply(&run, op->first[PASS_FORWARD], NORMED, W_QKV, QKV);
        core(&run, QKV, CORE);
        multiply(&run, op->second[PASS_FORWARD], CORE, W_OUT, PROJECTED);
        add(&run, X, PROJECTED, Y);
        break;
    case OPERATOR_MLP:
        norm(&run, NORMED);
        feed_forward(&run, NORMED, PROJECTED);
        add(&run, X, PROJECTED, Y);
        break;
    case OPERATOR_SHARED_EXPERT:
        norm(&run, NORMED);
        feed_forward(&run, NORMED, Y);
        break;
    case OPERATOR_EXPERT:
        feed_forward(&run, X, Y);
        break;
    case OPERATOR_GATE:
        norm(&run, NORMED);
        multiply(&run, op->first[PASS_FORWARD], NORMED, W_GATE, LOGITS);
        choose_experts(&run);
        break;
    case OPERATOR_ENCODE:
        assign(&run);
        scatter(&run, X, false, Y);
        break;
    case OPERATOR_DECODE:
        gather(&run, X, true, Y);
        break;
    case OPERATOR_NORM:
        norm(&run, Y);
        break;
    case OPERATOR_RESIDUAL:
        add(&run, X, RESIDUAL, Y);
        break;
    case OPERATOR_QKV_PROJECTION:
        multiply(&run, op->first[PASS_FORWARD], X, W_QKV, Y);
        break;
    case OPERATOR_OUTPUT_PROJECTION:
        multiply(&run, op->first[PASS_FORWARD], X, W_OUT, Y);
        break;
    case OPERATOR_ATTENTION_CORE:
        core(&run, X, Y);
        break;
    case OPERATOR_LM_HEAD:
        norm(&run, NORMED);
        multiply(&run, op->first[PASS_FORWARD], NORMED, W_UP, Y);
        break;
    default:
        die(EXIT_BUG, "%s has no forward pass", operator_kind_names[op->spec.kind]);
    }
}

void operator_input_gradient(const struct lab *lab, const struct op *op, int set,
                             cudaStream_t stream)
{
    struct run run = {lab, op, set, stream};
    const struct gemm *first = op->first[PASS_INPUT_GRADIENT];
    switch (op->spec.kind) {
    case OPERATOR_ATTENTION:
        multiply(&run, op->second[PASS_INPUT_GRADIENT], DY, W_OUT, D_CORE);
        core_gradient(&run, QKV, CORE, D_CORE, D_QKV);
        multiply(&run, first, D_QKV, W_QKV, D_NORMED);
        norm_gradient(&run, D_NORMED, DY);
        break;
    case OPERATOR_MLP:
    case OPERATOR_SHARED_EXPERT:
        feed_forward_gradient(&run, D_NORMED);
        norm_gradient(&run, D_NORMED, op->spec.kind == OPERATOR_MLP ? DY : BUFFER_COUNT);
        break;
    case OPERATOR_EXPERT:
        feed_forward_gradient(&run, DX);
        break;
    case OPERATOR_GATE:
        choose_experts_gradient(&run);
        multiply(&run, first, D_LOGITS, W_GATE, D_NORMED);
        norm_gradient(&run, D_NORMED, BUFFER_COUNT);
        break;
    case OPERATOR_ENCODE:
        gather(&run, DY, false, DX);
        break;
    case OPERATOR_DECODE:
        scatter(&run, DY, true, DX);
        break;
    case OPERATOR_NORM:
        norm_gradient(&run, DY, BUFFER_COUNT);
        break;
    case OPERATOR_RESIDUAL:
        add(&run, DY, RESIDUAL, DX); /* two branches' gradients meet */
        break;
    case OPERATOR_QKV_PROJECTION:
        multiply(&run, first, DY, W_QKV, DX);
        break;
    case OPERATOR_OUTPUT_PROJECTION:
        multiply(&run, first, DY, W_OUT, DX);
        break;
    case OPERATOR_ATTENTION_CORE:
        core_gradient(&run, X, Y, DY, DX);
        break;
    case OPERATOR_LM_HEAD:
        multiply(&run, first, DY, W_UP, D_NORMED);
        norm_gradient(&run, D_NORMED, BUFFER_COUNT);
        break;
    default:
        die(EXIT_BUG, "%s has no input gradient", operator_kind_names[op->spec.kind]);
    }
}

void operator_weight_gradient(const struct lab *lab, const struct op *op, int set,
                              cudaStream_t stream)
{
    struct run run = {lab, op, set, stream};
    const struct gemm *first = op->first[PASS_WEIGHT_GRADIENT];
    switch (op->spec.kind) {
    case OPERATOR_ATTENTION:
        multiply(&run, op->second[PASS_WEIGHT_GRADIENT], DY, CORE, D_W_OUT);
        multiply(&run, first, D_QKV, NORMED, D_W_QKV);
        break;
    case OPERATOR_MLP:
    case OPERATOR_SHARED_EXPERT:
        feed_forward_weights(&run, NORMED);
        break;
    case OPERATOR_EXPERT:
        feed_forward_weights(&run, X);
        break;
    case OPERATOR_GATE:
        multiply(&run, first, D_LOGITS, NORMED, D_W_GATE);
        break;
    case OPERATOR_QKV_PROJECTION:
        multiply(&run, first, DY, X, D_W_QKV);
        break;
    case OPERATOR_OUTPUT_PROJECTION:
        multiply(&run, first, DY, X, D_W_OUT);
        break;
    case OPERATOR_LM_HEAD:
        multiply(&run, first, DY, NORMED, D_W_UP);
        break;
    default:
        die(EXIT_BUG, "%s has no weight gradient", operator_kind_names[op->spec.kind]);
    }
}
