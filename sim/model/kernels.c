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
#include "sim/model/kernels.h"

#include <assert.h>

/* FLOP for one element. */
enum {
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

void add_kernel(struct work *to, enum kernel_class class, double flop, double bytes)
{
    assert(to->count < OPERATOR_KERNELS_MAX);
    to->kernels[to->count++] = (struct kernel_work){.class = class, .flop = flop, .bytes = bytes};
}

void add_gemm(struct work *to, double rows, double inputs, double outputs)
{
    double elements = rows * inputs + inputs * outputs + rows * outputs;
    add_kernel(to, KERNEL_GEMM, 2 * rows * inputs * outputs, elements * to->element_bytes);
}

void add_stream(struct work *to, double elements, double flop_each, double streams)
{
    add_kernel(to, KERNEL_ELEMENTWISE, elements * flop_each, elements * streams * to->stream_bytes);
}

/* T d. */
static double model_elements(const struct work *of)
{
    return of->shape->tokens * (double)of->shape->hidden;
}

/* ---- Norm and residual ---- */

void add_norm(struct work *to)
{
    add_stream(to, model_elements(to), NORM_FLOP, 2);
}

void add_norm_backward(struct work *to)
{
    add_stream(to, model_elements(to), NORM_BACKWARD_FLOP, 3);
}

void add_residual(struct work *to)
{
    add_stream(to, model_elements(to), RESIDUAL_FLOP, 3);
}

/* ---- Token mixer ---- */

static void attention(struct work *to, enum operator_pass pass)
{
    if (pass == PASS_FORWARD) {
        add_norm(to);
        add_mixer_input(to, pass);
        add_mixer_core(to, pass);
        add_mixer_output(to, pass);
        add_residual(to);
    } else if (pass == PASS_INPUT_GRADIENT) {
        add_mixer_output(to, pass);
        add_mixer_core(to, pass);
        add_mixer_input(to, pass);
        add_norm_backward(to);
        add_residual(to);
    } else {
        add_mixer_output(to, pass);
        add_mixer_input(to, pass);
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
    add_kernel(to, class, 2 * rows * inputs * outputs, elements * to->element_bytes);
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
    add_kernel(to, KERNEL_ELEMENTWISE, scores * (SOFTMAX_FLOP + (double)to->shape->top_k),
               scores * to->stream_bytes + copies(to->shape) * (to->stream_bytes + index_bytes));
}

/* Reads the scores' softmax, the k weights' gradients and indices, writes the scores' gradients. */
static void add_top_k_backward(struct work *to)
{
    double scores = to->shape->tokens * (double)to->shape->experts;
    add_kernel(to, KERNEL_ELEMENTWISE, scores * SOFTMAX_BACKWARD_FLOP,
               2 * scores * to->stream_bytes +
                   copies(to->shape) * (to->stream_bytes + index_bytes));
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

/* Rows travel at this width. */
static double routed_elements(const struct work *of)
{
    size_t width = of->shape->latent_hidden ? of->shape->latent_hidden : of->shape->hidden;
    return of->shape->tokens * (double)width;
}

/* T x d times d x latent, or back. Backward both gradients. */
static void add_latent(struct work *to, enum operator_pass pass)
{
    if (!to->shape->latent_hidden)
        return;
    for (int product = 0; product < (pass == PASS_FORWARD ? 1 : 2); product++)
        add_gemm(to, to->shape->tokens, (double)to->shape->hidden,
                 (double)to->shape->latent_hidden);
}

/* Forward reads T rows and writes T k c. Backward reads the T k rows that hold tokens and writes
 * their sums, T rows: k - 1 additions for each element. */
static void encode(struct work *to, enum operator_pass pass)
{
    double elements = routed_elements(to), k = (double)to->shape->top_k;
    if (pass == PASS_FORWARD) {
        add_latent(to, pass);
        add_kernel(to, KERNEL_PERMUTE, 0,
                   elements * (1 + k * to->shape->capacity_factor) * to->stream_bytes);
    } else {
        add_kernel(to, KERNEL_PERMUTE, elements * (k > 1 ? k - 1 : 0),
                   elements * (k + 1) * to->stream_bytes);
        add_latent(to, pass);
    }
}

/* Reads T k expert rows with their weights and indices, T rows of the residual and, beside a shared
 * expert, T of its rows; writes T. k products and k additions, one more with a shared expert. Rows
 * of a latent width are summed there, taken back to d, and only then added to the others. */
static void decode_forward(struct work *to)
{
    double elements = routed_elements(to), e = to->stream_bytes;
    double k = (double)to->shape->top_k, shared = to->shape->shared ? 1 : 0;
    double tables = copies(to->shape) * (e + index_bytes);
    if (!to->shape->latent_hidden) {
        add_kernel(to, KERNEL_PERMUTE, elements * (2 * k + shared),
                   elements * (k + 1 + shared + 1) * e + tables);
        return;
    }
    add_kernel(to, KERNEL_PERMUTE, elements * (2 * k - 1), elements * (k + 1) * e + tables);
    add_latent(to, PASS_FORWARD);
    add_stream(to, model_elements(to), 1 + shared, 3 + shared);
}

/* Backward reads dy (T rows) and the T k expert rows, weights and indices; writes T k c row
 * gradients and the weights' gradients: k products for the rows, 2 k for the weights' dot
 * products. Residual and shared expert take dy as it is. */
static void decode(struct work *to, enum operator_pass pass)
{
    double elements = routed_elements(to), e = to->stream_bytes;
    double k = (double)to->shape->top_k;
    if (pass == PASS_FORWARD) {
        decode_forward(to);
        return;
    }
    add_latent(to, pass);
    add_kernel(to, KERNEL_PERMUTE, elements * 3 * k,
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
    add_kernel(to, KERNEL_ELEMENTWISE, logits * LOSS_FLOP,
               logits * to->stream_bytes + to->shape->tokens * 2 * index_bytes);
}

/* Reads logits, labels and each row's statistic, writes the logits' gradients. */
static void add_loss_backward(struct work *to)
{
    double logits = to->shape->tokens * (double)to->shape->vocabulary;
    add_kernel(to, KERNEL_ELEMENTWISE, logits * LOSS_BACKWARD_FLOP,
               2 * logits * to->stream_bytes + to->shape->tokens * 2 * index_bytes);
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
    [OPERATOR_QKV_PROJECTION] = add_mixer_input,
    [OPERATOR_ATTENTION_CORE] = add_mixer_core,
    [OPERATOR_OUTPUT_PROJECTION] = add_mixer_output,
    [OPERATOR_LM_HEAD] = lm_head,
};

size_t operator_kernels(enum operator_kind kind, enum operator_pass pass,
                        const struct operator_shape *shape, enum dtype dtype,
                        struct kernel_work ret[OPERATOR_KERNELS_MAX])
{
    struct work work = {.shape = shape,
                        .kernels = ret,
                        .element_bytes = dtype_bytes(dtype),
                        .stream_bytes = dtype_bytes(kernel_dtype(KERNEL_ELEMENTWISE, dtype))};

    if (pass == PASS_WEIGHT_GRADIENT && !operator_has_weights(kind))
        return 0;
    if (build[kind])
        build[kind](&work, pass);
    return work.count;
}
