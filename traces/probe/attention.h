/* Fused core attention, forward and backward, on a packed query-key-value matrix.
 *
 * Two files implement this: attention_cudnn.c by cuDNN's backend API, attention_none.c where the
 * library was not found at build time. Sequences are independent and of equal length; windows are
 * short sequences.
 *
 * Layout: qkv and its gradient are [batch * length][(heads + 2 kv_heads) * head_dim]: a token's
 * queries, then keys, then values; out and its gradient [batch * length][heads * head_dim];
 * log-sum-exp [batch][heads][length] in fp32. */
#ifndef PROBE_ATTENTION_H
#define PROBE_ATTENTION_H

#include "sim/base/diag.h"
#include "sim/model/operator.h"

struct attention_library;
struct attention;

/* Name and version of the library for provenance; "none" without one. */
const char *attention_library_name(void);
struct attention_library *attention_open(void);
void attention_close(struct attention_library *library);

struct attention_size {
    size_t batch, length, heads, kv_heads, head_dim;
    bool causal;
    enum dtype dtype;
};
/* How an operator's tokens fall into sequences: span_tokens each, the last one padded. */
struct attention_size attention_size_of(const struct operator_shape *shape, enum dtype dtype);

/* The planned attention of a size, kept by the library; borrowed. NULL with a complaint where the
 * library cannot run it. */
const struct attention *attention_find(struct attention_library *library,
                                       const struct attention_size *size, bool backward,
                                       struct diag *why);
size_t attention_workspace_bytes(const struct attention *attention);

struct attention_buffers {
    void *qkv, *out, *log_sum_exp;
    void *out_gradient, *qkv_gradient; /* backward only */
    void *workspace;
};
/* stream is a cudaStream_t. A library that refuses ends the process: a bug. */
void attention_run(struct attention_library *library, const struct attention *attention,
                   const struct attention_buffers *at, void *stream);

#endif
