/* The kernels of a Mamba-2 mixer (Dao and Gu, arXiv 2405.21060, sections 5 to 7).
 *
 * h heads of dimension P with a state of N, groups g that share B and C; h P is the inner width.
 * The projection yields gate z and x (h P each), B and C (g N each) and a step for each head. */
#include "sim/model/kernels.h"

enum {
    CHUNK = 256,     /* tokens that the scan treats as one block; mamba_ssm's default chunk_size */
    CONVOLUTION = 4, /* tokens; its d_conv */
    /* Multiply and add over the window, then SiLU: negate, exp, add, divide. Backward twice the
     * products and SiLU's derivative. */
    CONVOLUTION_FLOP = 2 * CONVOLUTION + 4,
    CONVOLUTION_BACKWARD_FLOP = 4 * CONVOLUTION + 8
};

static double inner_width(const struct operator_shape *of)
{
    return (double)of->heads * (double)of->head_dim;
}

/* B and C. */
static double state_inputs(const struct operator_shape *of)
{
    return 2 * (double)of->groups * (double)of->state_dim;
}

void add_mamba_input(struct work *to)
{
    const struct operator_shape *of = to->shape;
    add_gemm(to, of->tokens, (double)of->hidden,
             2 * inner_width(of) + state_inputs(of) + (double)of->heads);
}

/* Inside a chunk C B^T for each group and its product with x for each head, 2 Q (g N + h P) a
 * token; into the state and out of it 2 h P N each. */
static double scan_flop(const struct operator_shape *of)
{
    double state = (double)of->state_dim;
    double inside = 2 * CHUNK * ((double)of->groups * state + inner_width(of));
    return of->tokens * (inside + 4 * inner_width(of) * state);
}

/* Convolution over x, B and C; the scan over these and the steps; gate and norm of its output.
 * Backward has the two gradients of every product and half of them again, as states and scores are
 * not kept. */
void add_mamba_core(struct work *to, enum operator_pass pass)
{
    const struct operator_shape *of = to->shape;
    bool forward = pass == PASS_FORWARD;
    double inner = inner_width(of), convolved = inner + state_inputs(of);
    double elements = of->tokens * (convolved + (double)of->heads + inner);

    add_stream(to, of->tokens * convolved, forward ? CONVOLUTION_FLOP : CONVOLUTION_BACKWARD_FLOP,
               forward ? 2 : 3);
    add_kernel(to, KERNEL_ATTENTION, scan_flop(of) * (forward ? 1 : 2.5),
               elements * to->stream_bytes * (forward ? 1 : 2));
    add_stream(to, of->tokens * inner, forward ? NORM_FLOP + 5 : NORM_BACKWARD_FLOP + 12,
               forward ? 3 : 5);
}
