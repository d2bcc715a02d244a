/* The hand-written kernels: memory-bound stages between the matrix products, and the instruments
 * (hold, pause, resident copy) that measurements need.
 *
 * Every launcher takes the stream last and returns at once; launch errors end the process. Rows are
 * `width` elements of `dtype`, width a multiple of 8, pointers 16-byte aligned. */
#ifndef PROBE_KERNELS_H
#define PROBE_KERNELS_H

#include <cuda_runtime_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "sim/model/dtype.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Layer norm over each row; row_stats gets mean and 1/deviation of each row for the gradients. */
void norm_forward(enum dtype dtype, const void *x, const void *gain, const void *bias, void *y,
                  float *row_stats, size_t rows, size_t width, cudaStream_t stream);
/* dx = gradient through the norm, plus `skip` (the residual branch's gradient) unless NULL. */
void norm_input_gradient(enum dtype dtype, const void *x, const void *gain, const float *row_stats,
                         const void *dy, const void *skip, void *dx, size_t rows, size_t width,
                         cudaStream_t stream);
/* gain_gradient and bias_gradient: width fp32 numbers each. */
void norm_weight_gradient(enum dtype dtype, const void *x, const float *row_stats, const void *dy,
                          float *gain_gradient, float *bias_gradient, size_t rows, size_t width,
                          cudaStream_t stream);

void add_rows(enum dtype dtype, const void *a, const void *b, void *y, size_t count,
              cudaStream_t stream);

/* y = gelu(pre); gated: pre rows are [2 * width], y = silu(first half) * second half. */
void activation_forward(enum dtype dtype, bool gated, const void *pre, void *y, size_t rows,
                        size_t width, cudaStream_t stream);
void activation_gradient(enum dtype dtype, bool gated, const void *pre, const void *dy, void *dpre,
                         size_t rows, size_t width, cudaStream_t stream);

/* logits [tokens][experts] fp32; the top_k greatest softmax shares, greatest first. */
void softmax_top_k(const float *logits, int *expert, float *weight, size_t tokens, size_t experts,
                   size_t top_k, cudaStream_t stream);
void softmax_top_k_gradient(enum dtype dtype, const float *logits, const int *expert,
                            const float *weight_gradient, void *dlogits, size_t tokens,
                            size_t experts, size_t top_k, cudaStream_t stream);

/* Gives each of a token's copies a row in its expert's part of the buffer, first come first served;
 * -1 beyond the capacity. counts [experts] ends as the copies that asked. */
void assign_slots(const int *expert, int *slot, int *counts, size_t tokens, size_t experts,
                  size_t top_k, size_t capacity, cudaStream_t stream);
/* buffer[slot] = scale * x[token] for every copy (scale NULL: 1), zeros in rows that nobody got.
 * With y and dot: dot[token][copy] = x[token] . y[slot], the gradient of the scale. */
void scatter_rows(enum dtype dtype, const void *x, const int *slot, const int *counts,
                  const float *scale, const void *y, float *dot, void *buffer, size_t tokens,
                  size_t experts, size_t top_k, size_t capacity, size_t width, cudaStream_t stream);
/* out[token] = sum over copies of scale * buffer[slot] (scale NULL: 1), plus a and b unless NULL.
 */
void gather_rows(enum dtype dtype, const void *buffer, const int *slot, const float *scale,
                 const void *a, const void *b, void *out, size_t tokens, size_t top_k, size_t width,
                 cudaStream_t stream);

/* Uniform within ±scale; the same for the same seed. */
void fill_random(enum dtype dtype, void *at, size_t count, float scale, uint64_t seed,
                 cudaStream_t stream);
/* Uniform within [1 - scale, 1 + scale]. */
void fill_around_one(enum dtype dtype, void *at, size_t count, float scale, uint64_t seed,
                     cudaStream_t stream);
/* top_k different experts a token, uniform. */
void fill_experts(int *expert, size_t tokens, size_t experts, size_t top_k, uint64_t seed,
                  cudaStream_t stream);

/* Instruments. */
void launch_empty(cudaStream_t stream);
/* Waits until *flag, in mapped host memory, is at least `until`. */
void launch_hold(const volatile unsigned *flag, unsigned until, cudaStream_t stream);
/* Keeps one thread waiting for a time on the GPU's own clock. */
void launch_pause(double seconds, cudaStream_t stream);
/* Writes the GPU's timer, in nanoseconds, to *at. */
void launch_stamp(unsigned long long *at, cudaStream_t stream);
/* For i below questions: once *asked, in mapped host memory, is above i, writes the GPU's timer to
 * answer_ns[i] there. */
void launch_clock_answers(const volatile unsigned *asked, volatile unsigned long long *answer_ns,
                          unsigned questions, cudaStream_t stream);
/* Copies between two device buffers on `sms` multiprocessors, one block each and nothing beside it,
 * until *stop, in mapped host memory, is not 0; adds the bytes copied to *copied. */
void launch_resident_copy(int sms, const void *from, void *to, size_t bytes,
                          const volatile unsigned *stop, unsigned long long *copied,
                          cudaStream_t stream);

#ifdef __cplusplus
}
#endif

#endif
