/* What the files that count kernels share. Internal to sim/model. */
#ifndef SCMOESIM_MODEL_KERNELS_H
#define SCMOESIM_MODEL_KERNELS_H

#include "sim/model/operator.h"

/* Kernels of one operator, as they are added. */
struct work {
    const struct operator_shape *shape;
    double element_bytes; /* of what matrix products read and write */
    double stream_bytes;  /* of everything else */
    struct kernel_work *kernels;
    size_t count;
};

void add_kernel(struct work *to, enum kernel_class class, double flop, double bytes);

/* (rows x inputs) times (inputs x outputs). */
void add_gemm(struct work *to, double rows, double inputs, double outputs);

/* A stream over `elements` numbers, touching `streams` arrays of that size. */
void add_stream(struct work *to, double elements, double flop_each, double streams);

/* Over T d elements. Forward reads x and writes y; backward reads x and dy and writes dx. */
void add_norm(struct work *to);
void add_norm_backward(struct work *to);

/* Reads two arrays, writes their sum. Backward the same kernel adds a branch's input gradient to
 * the gradient of the stream that the branch was taken from. */
void add_residual(struct work *to);

/* FLOP of a norm for one element. */
enum {
    /* Layer norm: sum; subtract mean, square and sum; scale by deviation; weight and bias. */
    NORM_FLOP = 1 + 3 + 1 + 2,
    /* Again the normalised value (2), dy * weight (1), sums of it and of its product with the
     * normalised value (1 + 2), dx from both sums (4), weight and bias gradients (3). */
    NORM_BACKWARD_FLOP = 2 + 1 + 3 + 4 + 3
};

/* Parts of the token mixer: attention, multi-head latent attention, or Mamba-2. */
void add_mixer_input(struct work *to, enum operator_pass pass);
void add_mixer_core(struct work *to, enum operator_pass pass); /* no weights: no weight gradient */
void add_mixer_output(struct work *to, enum operator_pass pass);

/* In kernels_mamba.c, for shapes with a state. */
void add_mamba_input(struct work *to);
void add_mamba_core(struct work *to, enum operator_pass pass);

#endif
