/* The work in an operator: which kernels it launches, and the FLOP and bytes of each.
 *
 * Letters used below: T tokens, d hidden, f ffn_hidden, q = heads * head_dim, kv = kv_heads *
 * head_dim, S span, E experts, k top_k, c capacity_factor, V vocabulary, e bytes of one element; g
 * is 2 for a gated feed-forward (up and gate matrix side by side, one product as in Megatron-LM)
 * and 1 otherwise.
 *
 * A matrix product of (m x k) and (k x n) is 2 m n k FLOP and e (m k + k n + m n) bytes. Its two
 * gradients are products over the same three matrices, so all three passes cost the same.
 *
 * Left out because they are below one part in T: biases, the 2 d values of a norm, per-row
 * statistics. Elementwise FLOP are counted operation by operation, an exponential, hyperbolic
 * tangent or division as one; they never decide a time (all these kernels are limited by memory)
 * but keep totals honest. */
#include "sim/model/operator.h"

#include <assert.h>

/* FLOP for one element. */
enum {
    /* Layer norm: sum; subtract mean, square and sum; scale by deviation; weight and bias. */
    NORM_FLOP = 1 + 3 + 1 + 2,
    /* Again the normalised value (2), dy * weight (1), sums of it and of its product with the
     * normalised value (1 + 2), dx from both sums (4), weight and bias gradients (3). */
    NORM_BACKWARD_FLOP = 2 + 1 + 3 + 4 + 3,
    RESIDUAL_FLOP = 1,
    /* GELU by tanh: c (x + a x^3) is 5; tanh; add 1; times x and 1/2. Its derivative repeats the
     * argument and the tanh (6), then adds 1/2 (1 + t) (2), 1 - t^2 (2), x / 2 (2), the argument's
     * derivative (3), the sum (1) and dy (1). */
    GELU_FLOP = 5 + 1 + 1 + 2,
    GELU_BACKWARD_FLOP = 6 + 2 + 2 + 2 + 3 + 1 + 1,
    /* SwiGLU x / (1 + exp(-x)) * u: negate, exp, add, divide, multiply. Backward: the sigmoid (4)
     * and SiLU (1) again, du (1), dx = dy u s (1 + x (1 - s)) (6). */
    SWIGLU_FLOP = 5,
    SWIGLU_BACKWARD_FLOP = 4 + 1 + 1 + 6,
    /* Softmax: maximum, subtract, exp, sum, divide; backward p (g - sum(p g)): 4. */
    SOFTMAX_FLOP = 5,
    SOFTMAX_BACKWARD_FLOP = 4,
    /* Cross entropy: maximum, subtract, exp, sum; backward: subtract, exp, take off the target,
     * scale. */
    LOSS_FLOP = 4,
    LOSS_BACKWARD_FLOP = 4
};

/* Expert indices, labels and losses are 4-byte numbers whatever the dtype (int32, fp32). */
static const double index_bytes = 4;

struct work {
    const struct operator_shape *shape;
    double element_bytes;
    struct kernel_work *kernels;
    size_t count;
};

static void add(struct work *to, enum kernel_class class, double flop, double bytes)
{
    assert(to->count < OPERATOR_KERNELS_MAX);
    to->kernels[to->count++] = (struct kernel_work){.class = class, .flop = flop, .bytes = bytes};
}

static void add_gemm(struct work *to, double rows, double inputs, double outputs)
{
    double elements = rows * inputs + inputs * outputs + rows * outputs;
    add(to, KERNEL_GEMM, 2 * rows * inputs * outputs, elements * to->element_bytes);
}

/* A stream over `elements` numbers, touching `streams` arrays of that size. */
static void add_stream(struct work *to, double elements, double flop_each, double streams)
{
    add(to, KERNEL_ELEMENTWISE, elements * flop_each, elements * streams * to->element_bytes);
}

/* T d. */
static double model_elements(const struct work *of)
{
    return of->shape->tokens * (double)of->shape->hidden;
}

/* ---- Norm and residual ---- */

/* Forward reads x and writes y; backward reads x and dy and writes dx. */
static void add_norm(struct work *to)
{
    add_stream(to, model_elements(to), NORM_FLOP, 2);
}

static void add_norm_backward(struct work *to)
{
    add_stream(to, model_elements(to), NORM_BACKWARD_FLOP, 3);
}

/* Reads two arrays, writes their sum. Backward the same kernel adds a branch's input gradient to
 * the gradient of the stream that the branch was taken from. */
static void add_residual(struct work *to)
{
    add_stream(to, model_elements(to), RESIDUAL_FLOP, 3);
}

/* ---- Attention ---- */

static double query_width(const struct operator_shape *of)
{
    return (double)of->heads * (double)of->head_dim;
}

static double kv_width(const struct operator_shape *of)
{
    return (double)of->kv_heads * (double)of->head_dim;
}

/* T x d times d x (q + 2 kv). */
static void add_qkv(struct work *to)
{
    double outputs = query_width(to->shape) + 2 * kv_width(to->shape);
    add_gemm(to, to->shape->tokens, (double)to->shape->hidden, outputs);
}

/* T x q times q x d. */
static void add_output(struct work *to)
{
    add_gemm(to, to->shape->tokens, query_width(to->shape), (double)to->shape->hidden);
}

/* Q K^T and P V: 2 * 2 T S q, half of it where a causal mask halves the mean span; the
 * next token of a sequence sees the whole span. */
static double core_flop(const struct operator_shape *of)
{
    double flop = 4 * of->tokens * (double)of->span_tokens * query_width(of);
    return of->causal && !of->own_cache ? flop / 2 : flop;
}

/* Rows of K and of V: those of the T tokens themselves, or a whole span where fewer tokens than
 * that attend to it; T whole spans where each token belongs to a sequence of its own. */
static double kv_rows(const struct operator_shape *of)
{
    double span = (double)of->span_tokens;
    if (of->own_cache)
        return of->tokens * span;
    return of->tokens > span ? of->tokens : span;
}

/* Elements of Q (or O) and of K (or V). */
static double query_elements(const struct operator_shape *of)
{
    return of->tokens * query_width(of);
}

static double kv_elements(const struct operator_shape *of)
{
    return kv_rows(of) * kv_width(of);
}

/* A fused kernel keeps the scores on chip: reads Q, K, V, writes O. */
static void add_core(struct work *to)
{
    double elements = 2 * query_elements(to->shape) + 2 * kv_elements(to->shape);
    add(to, KERNEL_ATTENTION, core_flop(to->shape), elements * to->element_bytes);
}

/* Five products where forward has two: the scores again, then dV, dP, dQ and dK; 2.5 times the
 * FLOP. Reads Q, K, V, O, dO, writes dQ, dK, dV. */
static void add_core_backward(struct work *to)
{
    double elements = 4 * query_elements(to->shape) + 4 * kv_elements(to->shape);
    add(to, KERNEL_ATTENTION, 2.5 * core_flop(to->shape), elements * to->element_bytes);
}

static void attention(struct work *to, enum operator_pass pass)
{
    if (pass == PASS_FORWARD) {
        add_norm(to);
        add_qkv(to);
        add_core(to);
        add_output(to);
        add_residual(to);
    } else if (pass == PASS_INPUT_GRADIENT) {
        add_output(to);
        add_core_backward(to);
        add_qkv(to);
        add_norm_backward(to);
        add_residual(to);
    } else {
        add_output(to);
        add_qkv(to);
    }
}

/* ---- Feed-forwards ---- */

/* Rows go through `experts` matrices of inputs x outputs each; every expert's weights are read even
 * where few rows are its own. One expert is a plain product. */
static void add_ffn_product(struct work *to, enum kernel_class class, double inputs, double outputs)
{
    double rows = to->shape->tokens;
    double matrices = class == KERNEL_GROUPED_GEMM ? (double)to->shape->experts : 1;
    double elements = rows * inputs + matrices * inputs * outputs + rows * outputs;
    add(to, class, 2 * rows * inputs * outputs, elements * to->element_bytes);
}

/* d -> g f, and f -> d. */
static void add_up(struct work *to, enum kernel_class class)
{
    double width = (double)to->shape->ffn_hidden * (to->shape->gated ? 2 : 1);
    add_ffn_product(to, class, (double)to->shape->hidden, width);
}

static void add_down(struct work *to, enum kernel_class class)
{
    add_ffn_product(to, class, (double)to->shape->ffn_hidden, (double)to->shape->hidden);
}

/* Reads g arrays of T f, writes one. */
static void add_activation(struct work *to)
{
    double elements = to->shape->tokens * (double)to->shape->ffn_hidden;
    if (to->shape->gated)
        add_stream(to, elements, SWIGLU_FLOP, 3);
    else
        add_stream(to, elements, GELU_FLOP, 2);
}

/* Reads the g inputs again and dy, writes g gradients. */
static void add_activation_backward(struct work *to)
{
    double elements = to->shape->tokens * (double)to->shape->ffn_hidden;
    if (to->shape->gated)
        add_stream(to, elements, SWIGLU_BACKWARD_FLOP, 5);
    else
        add_stream(to, elements, GELU_BACKWARD_FLOP, 3);
}

static void feed_forward(struct work *to, enum operator_pass pass, enum kernel_class class)
{
    if (pass == PASS_FORWARD) {
        add_up(to, class);
        add_activation(to);
        add_down(to, class);
    } else if (pass == PASS_INPUT_GRADIENT) {
        add_down(to, class);
        add_activation_backward(to);
        add_up(to, class);
    } else {
        add_down(to, class);
        add_up(to, class);
    }
}

static void mlp(struct work *to, enum operator_pass pass)
{
    if (pass == PASS_FORWARD)
        add_norm(to);
    feed_forward(to, pass, KERNEL_GEMM);
    if (pass == PASS_INPUT_GRADIENT)
        add_norm_backward(to);
    if (pass != PASS_WEIGHT_GRADIENT)
        add_residual(to);
}

/* Forward has no residual: decode adds it. Backward its input gradient still has to be added to
 * that of the stream it read, as everywhere else. */
static void shared_expert(struct work *to, enum operator_pass pass)
{
    if (pass == PASS_FORWARD)
        add_norm(to);
    feed_forward(to, pass, KERNEL_GEMM);
    if (pass == PASS_INPUT_GRADIENT) {
        add_norm_backward(to);
        add_residual(to);
    }
}

/* ---- Routing ---- */

static void expert(struct work *to, enum operator_pass pass)
{
    feed_forward(to, pass, KERNEL_GROUPED_GEMM);
}

static double copies(const struct operator_shape *of)
{
    return of->tokens * (double)of->top_k;
}

/* T x d times d x E. */
static void add_scores(struct work *to)
{
    add_gemm(to, to->shape->tokens, (double)to->shape->hidden, (double)to->shape->experts);
}

/* Softmax over E scores and k scans for the largest; reads the scores, writes k weights and
 * indices. */
static void add_top_k(struct work *to)
{
    double scores = to->shape->tokens * (double)to->shape->experts;
    add(to, KERNEL_ELEMENTWISE, scores * (SOFTMAX_FLOP + (double)to->shape->top_k),
        scores * to->element_bytes + copies(to->shape) * (to->element_bytes + index_bytes));
}

/* Reads the scores' softmax, the k weights' gradients and indices, writes the scores' gradients. */
static void add_top_k_backward(struct work *to)
{
    double scores = to->shape->tokens * (double)to->shape->experts;
    add(to, KERNEL_ELEMENTWISE, scores * SOFTMAX_BACKWARD_FLOP,
        2 * scores * to->element_bytes + copies(to->shape) * (to->element_bytes + index_bytes));
}

/* As the shared expert, the gate reads the stream without changing it: a sum in backward only. */
static void gate(struct work *to, enum operator_pass pass)
{
    if (pass == PASS_FORWARD) {
        add_norm(to);
        add_scores(to);
        add_top_k(to);
    } else if (pass == PASS_INPUT_GRADIENT) {
        add_top_k_backward(to);
        add_scores(to);
        add_norm_backward(to);
        add_residual(to);
    } else {
        add_scores(to);
    }
}

/* Forward reads T rows and writes T k c. Backward reads the T k rows that hold tokens and writes
 * their sums, T rows: k - 1 additions for each element. */
static void encode(struct work *to, enum operator_pass pass)
{
    double elements = model_elements(to), k = (double)to->shape->top_k;
    if (pass == PASS_FORWARD)
        add(to, KERNEL_PERMUTE, 0,
            elements * (1 + k * to->shape->capacity_factor) * to->element_bytes);
    else
        add(to, KERNEL_PERMUTE, elements * (k > 1 ? k - 1 : 0),
            elements * (k + 1) * to->element_bytes);
}

/* Forward reads T k expert rows with their weights and indices, T rows of the residual and, beside
 * a shared expert, T of its rows; writes T. k products and k additions, one more with a shared
 * expert.
 *
 * Backward reads dy (T rows) and the T k expert rows, weights and indices; writes T k c row
 * gradients and the weights' gradients: k products for the rows, 2 k for the weights' dot
 * products. Residual and shared expert take dy as it is. */
static void decode(struct work *to, enum operator_pass pass)
{
    double elements = model_elements(to), e = to->element_bytes;
    double k = (double)to->shape->top_k, shared = to->shape->shared ? 1 : 0;
    if (pass == PASS_FORWARD)
        add(to, KERNEL_PERMUTE, elements * (2 * k + shared),
            elements * (k + 1 + shared + 1) * e + copies(to->shape) * (e + index_bytes));
    else
        add(to, KERNEL_PERMUTE, elements * 3 * k,
            elements * (1 + k + k * to->shape->capacity_factor) * e +
                copies(to->shape) * (2 * e + index_bytes));
}

/* ---- Language-model head ---- */

/* T x d times d x V. */
static void add_logits(struct work *to)
{
    add_gemm(to, to->shape->tokens, (double)to->shape->hidden, (double)to->shape->vocabulary);
}

/* One pass over the logits (running maximum and sum); reads T labels, writes T losses. */
static void add_loss(struct work *to)
{
    double logits = to->shape->tokens * (double)to->shape->vocabulary;
    add(to, KERNEL_ELEMENTWISE, logits * LOSS_FLOP,
        logits * to->element_bytes + to->shape->tokens * 2 * index_bytes);
}

/* Reads logits, labels and each row's statistic, writes the logits' gradients. */
static void add_loss_backward(struct work *to)
{
    double logits = to->shape->tokens * (double)to->shape->vocabulary;
    add(to, KERNEL_ELEMENTWISE, logits * LOSS_BACKWARD_FLOP,
        2 * logits * to->element_bytes + to->shape->tokens * 2 * index_bytes);
}

static void lm_head(struct work *to, enum operator_pass pass)
{
    if (pass == PASS_FORWARD) {
        add_norm(to);
        add_logits(to);
        add_loss(to);
    } else if (pass == PASS_INPUT_GRADIENT) {
        add_loss_backward(to);
        add_logits(to);
        add_norm_backward(to);
    } else {
        add_logits(to);
    }
}

/* ---- All kinds ---- */

static void norm(struct work *to, enum operator_pass pass)
{
    if (pass == PASS_FORWARD)
        add_norm(to);
    else
        add_norm_backward(to);
}

static void residual(struct work *to, enum operator_pass pass)
{
    (void)pass;
    add_residual(to);
}

static void qkv_projection(struct work *to, enum operator_pass pass)
{
    (void)pass;
    add_qkv(to);
}

static void attention_core(struct work *to, enum operator_pass pass)
{
    if (pass == PASS_FORWARD)
        add_core(to);
    else
        add_core_backward(to);
}

static void output_projection(struct work *to, enum operator_pass pass)
{
    (void)pass;
    add_output(to);
}

/* NULL: launches nothing on its own GPU. */
static void (*const build[OPERATOR_KIND_COUNT])(struct work *, enum operator_pass) = {
    [OPERATOR_ATTENTION] = attention,
    [OPERATOR_MLP] = mlp,
    [OPERATOR_SHARED_EXPERT] = shared_expert,
    [OPERATOR_GATE] = gate,
    [OPERATOR_ENCODE] = encode,
    [OPERATOR_EXPERT] = expert,
    [OPERATOR_DECODE] = decode,
    [OPERATOR_NORM] = norm,
    [OPERATOR_RESIDUAL] = residual,
    [OPERATOR_QKV_PROJECTION] = qkv_projection,
    [OPERATOR_ATTENTION_CORE] = attention_core,
    [OPERATOR_OUTPUT_PROJECTION] = output_projection,
    [OPERATOR_LM_HEAD] = lm_head,
};

size_t operator_kernels(enum operator_kind kind, enum operator_pass pass,
                        const struct operator_shape *shape, enum dtype dtype,
                        struct kernel_work ret[OPERATOR_KERNELS_MAX])
{
    struct work work = {.shape = shape, .element_bytes = dtype_bytes(dtype), .kernels = ret};

    if (pass == PASS_WEIGHT_GRADIENT && !operator_has_weights(kind))
        return 0;
    if (build[kind])
        build[kind](&work, pass);
    return work.count;
}
