/* The names of operators and what each kind needs to be described. */
#include "sim/model/operator.h"

#include <assert.h>

const char *const operator_kind_names[] = {
    "attention", "mlp",      "shared_expert", "gate",           "encode",
    "dispatch",  "expert",   "combine",       "decode",         "norm",
    "residual",  "qkv_projection", "attention_core", "output_projection", "lm_head",
    NULL,
};
_Static_assert(sizeof(operator_kind_names) / sizeof(char *) == OPERATOR_KIND_COUNT + 1,
               "one name for each kind");

const char *const operator_pass_names[] = {"forward", "input_gradient", "weight_gradient", NULL};
_Static_assert(sizeof(operator_pass_names) / sizeof(char *) == PASS_COUNT + 1,
               "one name for each pass");

const char *const dtype_names[] = {"fp32", "tf32", "fp16", "bf16", "fp8", NULL};
_Static_assert(sizeof(dtype_names) / sizeof(char *) == DTYPE_COUNT + 1, "one name for each dtype");

const char *const kernel_class_names[] = {
    "gemm", "grouped_gemm", "attention", "elementwise", "permute", NULL,
};
_Static_assert(sizeof(kernel_class_names) / sizeof(char *) == KERNEL_CLASS_COUNT + 1,
               "one name for each class");

bool operator_is_all_to_all(enum operator_kind kind)
{
    return kind == OPERATOR_DISPATCH || kind == OPERATOR_COMBINE;
}

/* A norm's scale and shift do not count: they are 2 d values, and their gradients come out of the
 * kernel that computes the input gradient. */
bool operator_has_weights(enum operator_kind kind)
{
    switch (kind) {
    case OPERATOR_ATTENTION:
    case OPERATOR_MLP:
    case OPERATOR_SHARED_EXPERT:
    case OPERATOR_GATE:
    case OPERATOR_EXPERT:
    case OPERATOR_QKV_PROJECTION:
    case OPERATOR_OUTPUT_PROJECTION:
    case OPERATOR_LM_HEAD:
        return true;
    default:
        return false;
    }
}

double dtype_bytes(enum dtype dtype)
{
    /* TF32 is a way to multiply: its numbers are stored as fp32. */
    static const double bytes[DTYPE_COUNT] = {4, 4, 2, 2, 1};
    assert((unsigned)dtype < DTYPE_COUNT);
    return bytes[dtype];
}

/* Fields of struct operator_shape beyond tokens and hidden, in groups that belong together. */
enum {
    USES_FFN = 1,         /* ffn_hidden, gated */
    USES_HEADS = 2,       /* heads, kv_heads, head_dim */
    USES_SPAN = 4,        /* span_tokens, causal */
    USES_EXPERTS = 8,     /* experts */
    USES_COPIES = 16,     /* top_k */
    USES_CAPACITY = 32,   /* capacity_factor */
    USES_VOCABULARY = 64, /* vocabulary */
    USES_SHARED = 128     /* shared */
};

static const unsigned fields_used[OPERATOR_KIND_COUNT] = {
    [OPERATOR_ATTENTION] = USES_HEADS | USES_SPAN,
    [OPERATOR_MLP] = USES_FFN,
    [OPERATOR_SHARED_EXPERT] = USES_FFN,
    [OPERATOR_GATE] = USES_EXPERTS | USES_COPIES,
    [OPERATOR_ENCODE] = USES_COPIES | USES_CAPACITY,
    [OPERATOR_DISPATCH] = USES_COPIES | USES_CAPACITY,
    [OPERATOR_EXPERT] = USES_FFN | USES_EXPERTS,
    [OPERATOR_COMBINE] = USES_COPIES | USES_CAPACITY,
    [OPERATOR_DECODE] = USES_COPIES | USES_CAPACITY | USES_SHARED,
    [OPERATOR_QKV_PROJECTION] = USES_HEADS,
    [OPERATOR_ATTENTION_CORE] = USES_HEADS | USES_SPAN,
    [OPERATOR_OUTPUT_PROJECTION] = USES_HEADS,
    [OPERATOR_LM_HEAD] = USES_VOCABULARY,
};

struct operator_shape operator_used_shape(enum operator_kind kind,
                                          const struct operator_shape *shape)
{
    unsigned uses = fields_used[kind];
    struct operator_shape used = {.tokens = shape->tokens, .hidden = shape->hidden};

    if (uses & USES_FFN) {
        used.ffn_hidden = shape->ffn_hidden;
        used.gated = shape->gated;
    }
    if (uses & USES_HEADS) {
        used.heads = shape->heads;
        used.kv_heads = shape->kv_heads;
        used.head_dim = shape->head_dim;
    }
    if (uses & USES_SPAN) {
        used.span_tokens = shape->span_tokens;
        used.causal = shape->causal;
    }
    if (uses & USES_EXPERTS)
        used.experts = shape->experts;
    if (uses & USES_COPIES)
        used.top_k = shape->top_k;
    if (uses & USES_CAPACITY)
        used.capacity_factor = shape->capacity_factor;
    if (uses & USES_VOCABULARY)
        used.vocabulary = shape->vocabulary;
    if (uses & USES_SHARED)
        used.shared = shape->shared;
    return used;
}
