/* What each kind should have computed. */
#include "check.h"

#include "attention.h"
#include "reference.h"

static bool has_input_gradient(const struct check *check)
{
    return check->op->spec.pass != PASS_FORWARD;
}

static bool has_weight_gradient(const struct check *check)
{
    return check->op->spec.pass == PASS_WEIGHT_GRADIENT;
}

const double *check_normed(struct check *check)
{
    size_t rows = check->op->rows, width = check->op->spec.shape.hidden;
    double *normed = check_room(check, rows * width);
    ref_norm(check_fetch(check, X), check_fetch(check, GAIN), check_fetch(check, BIAS), normed,
             rows, width);
    return normed;
}

void check_norm_gradient(struct check *check, const double *slope, const double *skip)
{
    size_t rows = check->op->rows, width = check->op->spec.shape.hidden;
    double *dx = check_room(check, rows * width), *dgain = check_room(check, width);
    double *dbias = check_room(check, width);
    ref_norm_gradient(check_fetch(check, X), check_fetch(check, GAIN), slope, skip, dx, dgain,
                      dbias, rows, width);
    check_close(check, "dx", DX, dx);
    check_close(check, "dgain", D_GAIN, dgain);
    check_close(check, "dbias", D_BIAS, dbias);
}

static const double *sum(struct check *check, const double *a, const double *b, size_t count)
{
    double *y = check_room(check, count);
    for (size_t i = 0; i < count; i++)
        y[i] = a[i] + b[i];
    return y;
}

static struct ref_attention reference_size(const struct op *op)
{
    struct attention_size size = attention_size_of(&op->spec.shape, op->spec.dtype);
    return (struct ref_attention){size.batch,    size.length,   size.heads,
                                  size.kv_heads, size.head_dim, size.causal};
}

static void check_attention(struct check *check)
{
    const struct op *op = check->op;
    const struct operator_shape *shape = &op->spec.shape;
    size_t rows = op->rows, hidden = shape->hidden, width = shape->heads * shape->head_dim;
    size_t packed = width + 2 * shape->kv_heads * shape->head_dim;
    struct ref_attention size = reference_size(op);
    const double *x = check_fetch(check, X), *normed = check_normed(check);
    const double *w_qkv = check_fetch(check, W_QKV), *w_out = check_fetch(check, W_OUT);
    double *qkv = check_room(check, rows * packed), *core = check_room(check, rows * width);
    double *projected = check_room(check, rows * hidden);
    ref_multiply(normed, w_qkv, qkv, rows, hidden, packed);
    ref_attention(&size, qkv, core);
    ref_multiply(core, w_out, projected, rows, width, hidden);
    check_close(check, "y", Y, sum(check, x, projected, rows * hidden));
    if (!has_input_gradient(check))
        return;
    const double *dy = check_fetch(check, DY);
    double *dcore = check_room(check, rows * width), *dqkv = check_room(check, rows * packed);
    double *dnormed = check_room(check, rows * hidden);
    ref_multiply_input_gradient(dy, w_out, dcore, rows, width, hidden);
    ref_attention_gradient(&size, qkv, dcore, dqkv);
    ref_multiply_input_gradient(dqkv, w_qkv, dnormed, rows, hidden, packed);
    check_norm_gradient(check, dnormed, dy);
    if (!has_weight_gradient(check))
        return;
    double *dw_out = check_room(check, width * hidden),
           *dw_qkv = check_room(check, packed * hidden);
    ref_multiply_weight_gradient(dy, core, dw_out, rows, width, hidden);
    ref_multiply_weight_gradient(dqkv, normed, dw_qkv, rows, hidden, packed);
    check_close(check, "dw_out", D_W_OUT, dw_out);
    check_close(check, "dw_qkv", D_W_QKV, dw_qkv);
}

/* Networks of `batch` experts, or one; in: their input rows. */
static void check_feed_forward(struct check *check, const double *in, size_t batch)
{
    const struct op *op = check->op;
    const struct operator_shape *shape = &op->spec.shape;
    size_t hidden = shape->hidden, ffn = shape->ffn_hidden, wide = shape->gated ? 2 * ffn : ffn;
    size_t all = op->rows, rows = all / batch;
    const double *w_up = check_fetch(check, W_UP), *w_down = check_fetch(check, W_DOWN);
    double *pre = check_room(check, all * wide), *act = check_room(check, all * ffn);
    double *y = check_room(check, all * hidden);
    for (size_t e = 0; e < batch; e++)
        ref_multiply(in + e * rows * hidden, w_up + e * hidden * wide, pre + e * rows * wide, rows,
                     hidden, wide);
    ref_activation(shape->gated, pre, act, all, ffn);
    for (size_t e = 0; e < batch; e++)
        ref_multiply(act + e * rows * ffn, w_down + e * ffn * hidden, y + e * rows * hidden, rows,
                     ffn, hidden);
    bool residual = op->spec.kind == OPERATOR_MLP, norm = op->spec.kind != OPERATOR_EXPERT;
    check_close(check, "y", Y, residual ? sum(check, check_fetch(check, X), y, all * hidden) : y);
    if (!has_input_gradient(check))
        return;
    const double *dy = check_fetch(check, DY);
    double *dact = check_room(check, all * ffn), *dpre = check_room(check, all * wide);
    double *din = check_room(check, all * hidden);
    for (size_t e = 0; e < batch; e++)
        ref_multiply_input_gradient(dy + e * rows * hidden, w_down + e * ffn * hidden,
                                    dact + e * rows * ffn, rows, ffn, hidden);
    ref_activation_gradient(shape->gated, pre, dact, dpre, all, ffn);
    for (size_t e = 0; e < batch; e++)
        ref_multiply_input_gradient(dpre + e * rows * wide, w_up + e * hidden * wide,
                                    din + e * rows * hidden, rows, hidden, wide);
    if (norm)
        check_norm_gradient(check, din, residual ? dy : NULL);
    else
        check_close(check, "dx", DX, din);
    if (!has_weight_gradient(check))
        return;
    double *dw_up = check_room(check, batch * hidden * wide);
    double *dw_down = check_room(check, batch * hidden * ffn);
    for (size_t e = 0; e < batch; e++) {
        ref_multiply_weight_gradient(dy + e * rows * hidden, act + e * rows * ffn,
                                     dw_down + e * hidden * ffn, rows, ffn, hidden);
        ref_multiply_weight_gradient(dpre + e * rows * wide, in + e * rows * hidden,
                                     dw_up + e * hidden * wide, rows, hidden, wide);
    }
    check_close(check, "dw_down", D_W_DOWN, dw_down);
    check_close(check, "dw_up", D_W_UP, dw_up);
}

/* A single product, behind a norm for the language-model head. */
static void check_projection(struct check *check, enum buffer weight, enum buffer weight_gradient,
                             size_t inputs, size_t outputs)
{
    size_t rows = check->op->rows;
    bool norm = check->op->spec.kind == OPERATOR_LM_HEAD;
    const double *in = norm ? check_normed(check) : check_fetch(check, X);
    const double *w = check_fetch(check, weight);
    double *y = check_room(check, rows * outputs);
    ref_multiply(in, w, y, rows, inputs, outputs);
    check_close(check, "y", Y, y);
    if (!has_input_gradient(check))
        return;
    const double *dy = check_fetch(check, DY);
    double *din = check_room(check, rows * inputs);
    ref_multiply_input_gradient(dy, w, din, rows, inputs, outputs);
    if (norm)
        check_norm_gradient(check, din, NULL);
    else
        check_close(check, "dx", DX, din);
    if (!has_weight_gradient(check))
        return;
    double *dw = check_room(check, inputs * outputs);
    ref_multiply_weight_gradient(dy, in, dw, rows, inputs, outputs);
    check_close(check, "dw", weight_gradient, dw);
}

static void check_core(struct check *check)
{
    const struct op *op = check->op;
    struct ref_attention size = reference_size(op);
    size_t rows = size.batch * size.length, packed = (size.heads + 2 * size.kv_heads) * size.dim;
    const double *qkv = check_fetch(check, X);
    double *out = check_room(check, rows * size.heads * size.dim);
    ref_attention(&size, qkv, out);
    check_close(check, "y", Y, out);
    if (!has_input_gradient(check))
        return;
    double *dqkv = check_room(check, rows * packed);
    ref_attention_gradient(&size, qkv, check_fetch(check, DY), dqkv);
    check_close(check, "dx", DX, dqkv);
}

static void check_norm(struct check *check)
{
    check_close(check, "y", Y, check_normed(check));
    if (has_input_gradient(check))
        check_norm_gradient(check, check_fetch(check, DY), NULL);
}

static void check_residual(struct check *check)
{
    size_t count = check->op->buffer[X].count;
    const double *other = check_fetch(check, RESIDUAL);
    check_close(check, "y", Y, sum(check, check_fetch(check, X), other, count));
    if (has_input_gradient(check))
        check_close(check, "dx", DX, sum(check, check_fetch(check, DY), other, count));
}

void check_kind(struct check *check)
{
    const struct operator_shape *shape = &check->op->spec.shape;
    size_t hidden = shape->hidden, width = shape->heads * shape->head_dim;
    size_t packed = width + 2 * shape->kv_heads * shape->head_dim;
    switch (check->op->spec.kind) {
    case OPERATOR_ATTENTION:
        check_attention(check);
        break;
    case OPERATOR_MLP:
    case OPERATOR_SHARED_EXPERT:
        check_feed_forward(check, check_normed(check), 1);
        break;
    case OPERATOR_EXPERT:
        check_feed_forward(check, check_fetch(check, X), shape->experts);
        break;
    case OPERATOR_GATE:
        check_gate(check);
        break;
    case OPERATOR_ENCODE:
        check_encode(check);
        break;
    case OPERATOR_DECODE:
        check_decode(check);
        break;
    case OPERATOR_NORM:
        check_norm(check);
        break;
    case OPERATOR_RESIDUAL:
        check_residual(check);
        break;
    case OPERATOR_QKV_PROJECTION:
        check_projection(check, W_QKV, D_W_QKV, hidden, packed);
        break;
    case OPERATOR_OUTPUT_PROJECTION:
        check_projection(check, W_OUT, D_W_OUT, width, hidden);
        break;
    case OPERATOR_ATTENTION_CORE:
        check_core(check);
        break;
    case OPERATOR_LM_HEAD:
        check_projection(check, W_UP, D_W_UP, hidden, shape->vocabulary);
        break;
    default:
        die(EXIT_BUG, "no check for %s", operator_kind_names[check->op->spec.kind]);
    }
}
