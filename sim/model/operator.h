/* Operators: the vocabulary that models, schedules, costs and the probe share.
 *
 * An operator is one thing a GPU does for one layer: a kind, a pass and a shape. This room counts
 * the work in it: FLOP, bytes, kernels. It knows nothing of clocks or of who runs it. */
#ifndef SCMOESIM_MODEL_OPERATOR_H
#define SCMOESIM_MODEL_OPERATOR_H

#include <stdbool.h>
#include <stddef.h>
#include "sim/model/dtype.h"

/* Names as in schedule templates and cost files: operator_kind_names[kind]. */
enum operator_kind {
    OPERATOR_ATTENTION,     /* norm, QKV projection, core attention, output projection, residual;
                               Mamba-2's counterparts in its layers */
    OPERATOR_MLP,           /* norm, dense feed-forward, residual */
    OPERATOR_SHARED_EXPERT, /* norm, feed-forward of the shared expert */
    OPERATOR_GATE,          /* norm, projection to expert scores, softmax, top-k */
    OPERATOR_ENCODE,        /* permute tokens into per-expert buffers (capacity-padded) */
    OPERATOR_DISPATCH,      /* All-to-All: token owners to expert owners */
    OPERATOR_EXPERT,        /* grouped feed-forward over the local experts */
    OPERATOR_COMBINE,       /* All-to-All: expert owners back to token owners */
    OPERATOR_DECODE,        /* weighted un-permute and sum, add shared expert and residual */
    OPERATOR_NORM,
    OPERATOR_RESIDUAL,
    OPERATOR_QKV_PROJECTION,
    OPERATOR_ATTENTION_CORE,
    OPERATOR_OUTPUT_PROJECTION,
    OPERATOR_LM_HEAD,        /* final norm, projection to the vocabulary */
    OPERATOR_EXPERT_FETCH,   /* copies activated experts' weights from host memory to the GPU */
    OPERATOR_ALL_REDUCE,     /* sums a buffer over the ranks of a group; all get the sum */
    OPERATOR_REDUCE_SCATTER, /* likewise; each rank gets its part of the sum */
    OPERATOR_ALL_GATHER,     /* each rank's part goes to all others of the group */
    OPERATOR_SEND_RECEIVE,   /* to the next rank of the group, from the one before */
    OPERATOR_KIND_COUNT
};

/* NULL-terminated, in the enum's order: "attention", "mlp", "shared_expert", "gate", … */
extern const char *const operator_kind_names[];

bool operator_is_all_to_all(enum operator_kind kind);

/* Whether ranks exchange in it: an All-to-All, or another collective. */
bool operator_communicates(enum operator_kind kind);

/* Whether the kind runs on the SMs: neither communication nor a copy from the host. */
bool operator_computes(enum operator_kind kind);

enum operator_pass { PASS_FORWARD, PASS_INPUT_GRADIENT, PASS_WEIGHT_GRADIENT, PASS_COUNT };
/* "forward", "input_gradient", "weight_gradient"; NULL-terminated. */
extern const char *const operator_pass_names[];

/* Whether the kind has weights, so that its backward splits into the two gradients. */
bool operator_has_weights(enum operator_kind kind);

/* The size of one operator on one GPU. Fields that a kind does not use are 0 / false. */
struct operator_shape {
    double tokens;     /* rows the operator works on; for expert: all local experts' rows, padding
                          included; for encode and decode: the token rows, before top_k copies */
    size_t hidden;     /* model width d */
    size_t ffn_hidden; /* inner width of mlp, shared_expert, expert */
    size_t heads, kv_heads, head_dim;
    size_t q_rank, kv_rank,
        rope_dim;             /* latent attention: widths that queries and cached keys and values
                      go through, and rotated dimensions beside them; kv_rank 0: plain */
    size_t state_dim, groups; /* Mamba-2 in attention's place: state of a head, groups that share
                              inputs and outputs of it; 0: attention */
    size_t span_tokens;       /* how many tokens a token attends to: sequence length, or window */
    bool causal;              /* only half of the span on average */
    bool own_cache; /* every token is the next of a sequence of its own (decoding) and attends to
                       all of that sequence's cached span */
    bool gated;     /* feed-forward with a gate matrix (SwiGLU): 3 matrices, else 2 */
    size_t experts; /* gate: experts in the model; expert: experts on this GPU */
    size_t top_k;   /* gate, encode, decode: routed copies of a token */
    double capacity_factor; /* encode, decode: rows written = tokens * top_k * capacity_factor */
    bool shared;          /* decode: the shared expert's rows are added as well; model_shape leaves
                             it false, who builds a plan with a shared expert sets it */
    size_t latent_hidden; /* encode, decode: width that rows travel at, projected to and from; 0:
                             hidden */
    size_t vocabulary;    /* lm_head */
};

/* The fields of a shape by name, for files that list them: plans and costs. */
enum shape_type { SHAPE_NUMBER, SHAPE_COUNT, SHAPE_FLAG };
struct shape_field {
    const char *name;
    enum shape_type type;
    size_t offset;
    unsigned used_by; /* groups of fields that kinds use together; operator.c's business */
};
enum {
    SHAPE_TOKENS,
    SHAPE_HIDDEN,
    SHAPE_FFN_HIDDEN,
    SHAPE_HEADS,
    SHAPE_KV_HEADS,
    SHAPE_HEAD_DIM,
    SHAPE_Q_RANK,
    SHAPE_KV_RANK,
    SHAPE_ROPE_DIM,
    SHAPE_STATE_DIM,
    SHAPE_GROUPS,
    SHAPE_SPAN_TOKENS,
    SHAPE_CAUSAL,
    SHAPE_OWN_CACHE,
    SHAPE_GATED,
    SHAPE_EXPERTS,
    SHAPE_TOP_K,
    SHAPE_CAPACITY_FACTOR,
    SHAPE_LATENT_HIDDEN,
    SHAPE_VOCABULARY,
    SHAPE_SHARED,
    SHAPE_FIELD_COUNT
};
extern const struct shape_field shape_fields[SHAPE_FIELD_COUNT];
double shape_field(const struct operator_shape *shape, size_t field); /* a flag as 0 or 1 */
void shape_set_field(struct operator_shape *shape, size_t field, double value);

/* Whether the kind uses a field of shapes. */
bool operator_uses(enum operator_kind kind, size_t field);

/* The shape with every field that the kind does not use set to 0 / false. */
struct operator_shape operator_used_shape(enum operator_kind kind,
                                          const struct operator_shape *shape);

/* How many tokens a token attends to, of `tokens` that there are: the span, or all of them where
 * they are fewer. With own_cache it is always the span, as others came before them. */
size_t operator_span(size_t span_tokens, double tokens, bool own_cache);

/* The kernel classes whose efficiency differs; a GPU file gives one efficiency per class. */
enum kernel_class {
    KERNEL_GEMM,         /* dense matrix product */
    KERNEL_GROUPED_GEMM, /* one product per local expert */
    KERNEL_ATTENTION,    /* fused core attention */
    KERNEL_ELEMENTWISE,  /* norm, residual, activation, softmax: streams of memory */
    KERNEL_PERMUTE,      /* gather and scatter by expert */
    KERNEL_CLASS_COUNT
};
/* The type that a class of kernels computes in. With fp8 only matrix products use it. Attention and
 * everything else stay in bf16, as in the recipes in use. */
enum dtype kernel_dtype(enum kernel_class class, enum dtype dtype);
extern const char
    *const kernel_class_names[]; /* "gemm", "grouped_gemm", "attention", …; NULL-terminated */

/* One kernel launch. */
struct kernel_work {
    enum kernel_class class;
    double flop; /* multiply and add count as two */
    double
        bytes; /* least device-memory traffic: every input read once, every output written once */
};

#define OPERATOR_KERNELS_MAX 16

/* The kernels of an operator in issue order; returns their number (0 for the All-to-All kinds).
 * Weight gradients count the gradient written in the same dtype. */
size_t operator_kernels(enum operator_kind kind, enum operator_pass pass,
                        const struct operator_shape *shape, enum dtype dtype,
                        struct kernel_work ret[OPERATOR_KERNELS_MAX]);

#endif
