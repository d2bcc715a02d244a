/* The names of operators and what each kind needs to be described. */
#include "sim/model/operator.h"

#include <assert.h>
#include <math.h>
#include <string.h>

const char *const operator_kind_names[] = {
    "attention",
    "mlp",
    "shared_expert",
    "gate",
    "encode",
    "dispatch",
    "expert",
    "combine",
    "decode",
    "norm",
    "residual",
    "qkv_projection",
    "attention_core",
    "output_projection",
    "lm_head",
    "expert_fetch",
    "all_reduce",
    "reduce_scatter",
    "all_gather",
    "send_receive",
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

bool operator_communicates(enum operator_kind kind)
{
    return operator_is_all_to_all(kind) || kind > OPERATOR_EXPERT_FETCH;
}

bool operator_computes(enum operator_kind kind)
{
    return !operator_communicates(kind) && kind != OPERATOR_EXPERT_FETCH;
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

enum dtype kernel_dtype(enum kernel_class class, enum dtype dtype)
{
    bool product = class == KERNEL_GEMM || class == KERNEL_GROUPED_GEMM;
    return dtype == DTYPE_FP8 && !product ? DTYPE_BF16 : dtype;
}

double dtype_bytes(enum dtype dtype)
{
    /* TF32 is a way to multiply: its numbers are stored as fp32. */
    static const double bytes[DTYPE_COUNT] = {4, 4, 2, 2, 1};
    assert((unsigned)dtype < DTYPE_COUNT);
    return bytes[dtype];
}

/* Fields of struct operator_shape, in groups that belong together. */
enum {
    USES_FFN = 1,         /* ffn_hidden, gated */
    USES_HEADS = 2,       /* heads, kv_heads, head_dim, latent attention's ranks, Mamba's state */
    USES_SPAN = 4,        /* span_tokens, causal */
    USES_EXPERTS = 8,     /* experts */
    USES_COPIES = 16,     /* top_k */
    USES_CAPACITY = 32,   /* capacity_factor */
    USES_VOCABULARY = 64, /* vocabulary */
    USES_SHARED = 128,    /* shared */
    USES_LATENT = 256,    /* latent_hidden */
    USES_CACHE = 512,     /* own_cache */
    USES_ALWAYS = 1024    /* tokens, hidden */
};

static const unsigned fields_used[OPERATOR_KIND_COUNT] = {
    [OPERATOR_ATTENTION] = USES_HEADS | USES_SPAN | USES_CACHE,
    [OPERATOR_MLP] = USES_FFN,
    [OPERATOR_SHARED_EXPERT] = USES_FFN,
    [OPERATOR_GATE] = USES_EXPERTS | USES_COPIES,
    [OPERATOR_ENCODE] = USES_COPIES | USES_CAPACITY | USES_LATENT,
    [OPERATOR_DISPATCH] = USES_COPIES | USES_CAPACITY,
    [OPERATOR_EXPERT] = USES_FFN | USES_EXPERTS,
    [OPERATOR_COMBINE] = USES_COPIES | USES_CAPACITY,
    [OPERATOR_DECODE] = USES_COPIES | USES_CAPACITY | USES_SHARED | USES_LATENT,
    [OPERATOR_QKV_PROJECTION] = USES_HEADS | USES_CACHE,
    [OPERATOR_ATTENTION_CORE] = USES_HEADS | USES_SPAN | USES_CACHE,
    [OPERATOR_OUTPUT_PROJECTION] = USES_HEADS | USES_CACHE,
    [OPERATOR_LM_HEAD] = USES_VOCABULARY,
    [OPERATOR_EXPERT_FETCH] = USES_FFN | USES_EXPERTS,
};

#define FIELD(field, kind, groups)                                                                 \
    {                                                                                              \
        .name = #field, .type = kind, .offset = offsetof(struct operator_shape, field),            \
        .used_by = groups                                                                          \
    }
const struct shape_field shape_fields[SHAPE_FIELD_COUNT] = {
    [SHAPE_TOKENS] = FIELD(tokens, SHAPE_NUMBER, USES_ALWAYS),
    [SHAPE_HIDDEN] = FIELD(hidden, SHAPE_COUNT, USES_ALWAYS),
    [SHAPE_FFN_HIDDEN] = FIELD(ffn_hidden, SHAPE_COUNT, USES_FFN),
    [SHAPE_HEADS] = FIELD(heads, SHAPE_COUNT, USES_HEADS),
    [SHAPE_KV_HEADS] = FIELD(kv_heads, SHAPE_COUNT, USES_HEADS),
    [SHAPE_HEAD_DIM] = FIELD(head_dim, SHAPE_COUNT, USES_HEADS),
    [SHAPE_Q_RANK] = FIELD(q_rank, SHAPE_COUNT, USES_HEADS),
    [SHAPE_KV_RANK] = FIELD(kv_rank, SHAPE_COUNT, USES_HEADS),
    [SHAPE_ROPE_DIM] = FIELD(rope_dim, SHAPE_COUNT, USES_HEADS),
    [SHAPE_STATE_DIM] = FIELD(state_dim, SHAPE_COUNT, USES_HEADS),
    [SHAPE_GROUPS] = FIELD(groups, SHAPE_COUNT, USES_HEADS),
    [SHAPE_SPAN_TOKENS] = FIELD(span_tokens, SHAPE_COUNT, USES_SPAN),
    [SHAPE_CAUSAL] = FIELD(causal, SHAPE_FLAG, USES_SPAN),
    [SHAPE_OWN_CACHE] = FIELD(own_cache, SHAPE_FLAG, USES_CACHE),
    [SHAPE_GATED] = FIELD(gated, SHAPE_FLAG, USES_FFN),
    [SHAPE_EXPERTS] = FIELD(experts, SHAPE_COUNT, USES_EXPERTS),
    [SHAPE_TOP_K] = FIELD(top_k, SHAPE_COUNT, USES_COPIES),
    [SHAPE_CAPACITY_FACTOR] = FIELD(capacity_factor, SHAPE_NUMBER, USES_CAPACITY),
    [SHAPE_LATENT_HIDDEN] = FIELD(latent_hidden, SHAPE_COUNT, USES_LATENT),
    [SHAPE_VOCABULARY] = FIELD(vocabulary, SHAPE_COUNT, USES_VOCABULARY),
    [SHAPE_SHARED] = FIELD(shared, SHAPE_FLAG, USES_SHARED),
};

double shape_field(const struct operator_shape *shape, size_t field)
{
    const void *at = (const char *)shape + shape_fields[field].offset;

    switch (shape_fields[field].type) {
    case SHAPE_NUMBER:
        return *(const double *)at;
    case SHAPE_COUNT:
        return (double)*(const size_t *)at;
    default:
        return *(const bool *)at;
    }
}

void shape_set_field(struct operator_shape *shape, size_t field, double value)
{
    void *at = (char *)shape + shape_fields[field].offset;

    switch (shape_fields[field].type) {
    case SHAPE_NUMBER:
        *(double *)at = value;
        break;
    case SHAPE_COUNT:
        *(size_t *)at = (size_t)value;
        break;
    default:
        *(bool *)at = value != 0;
    }
}

bool operator_uses(enum operator_kind kind, size_t field)
{
    return (shape_fields[field].used_by & (fields_used[kind] | USES_ALWAYS)) != 0;
}

struct operator_shape operator_used_shape(enum operator_kind kind,
                                          const struct operator_shape *shape)
{
    static const size_t sizes[] = {sizeof(double), sizeof(size_t), sizeof(bool)};
    unsigned groups = fields_used[kind] | USES_ALWAYS;
    struct operator_shape used = *shape;

    for (size_t i = 0; i < SHAPE_FIELD_COUNT; i++)
        if (!(shape_fields[i].used_by & groups))
            memset((char *)&used + shape_fields[i].offset, 0, sizes[shape_fields[i].type]);
    /* Decoding changes projections only where they take latent attention's absorbed products. */
    if (!(groups & USES_SPAN) && !used.kv_rank)
        used.own_cache = false;
    return used;
}

size_t operator_span(size_t span_tokens, double tokens, bool own_cache)
{
    return own_cache || (double)span_tokens <= tokens ? span_tokens : (size_t)ceil(tokens);
}
