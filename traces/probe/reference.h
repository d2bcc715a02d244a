/* The operators' arithmetic in double precision on the CPU, written for clarity: what the GPU's
 * results are held against. Matrices are row-major, weights [outputs][inputs]. */
#ifndef PROBE_REFERENCE_H
#define PROBE_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>

void ref_norm(const double *x, const double *gain, const double *bias, double *y, size_t rows,
              size_t width);
/* dx is written; dgain and dbias too. skip may be NULL. */
void ref_norm_gradient(const double *x, const double *gain, const double *dy, const double *skip,
                       double *dx, double *dgain, double *dbias, size_t rows, size_t width);

void ref_multiply(const double *x, const double *w, double *y, size_t rows, size_t inputs,
                  size_t outputs);
void ref_multiply_input_gradient(const double *dy, const double *w, double *dx, size_t rows,
                                 size_t inputs, size_t outputs);
void ref_multiply_weight_gradient(const double *dy, const double *x, double *dw, size_t rows,
                                  size_t inputs, size_t outputs);

void ref_activation(bool gated, const double *pre, double *y, size_t rows, size_t width);
void ref_activation_gradient(bool gated, const double *pre, const double *dy, double *dpre,
                             size_t rows, size_t width);

struct ref_attention {
    size_t batch, length, heads, kv_heads, dim;
    bool causal;
};
void ref_attention(const struct ref_attention *size, const double *qkv, double *out);
void ref_attention_gradient(const struct ref_attention *size, const double *qkv, const double *dout,
                            double *dqkv);

void ref_softmax(const double *logits, double *share, size_t count);

#endif
