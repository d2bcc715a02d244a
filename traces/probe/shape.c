#include "shape.h"

#include <string.h>

const char *const kind_names[] = {"attention",
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
                                  NULL};
_Static_assert(sizeof kind_names / sizeof *kind_names == KIND_COUNT + 1, "a name for every kind");

const char *const pass_names[] = {"forward", "input_gradient", "weight_gradient", NULL};

const char *const dtype_names[] = {"fp32", "tf32", "fp16", "bf16", NULL};

size_t dtype_size(enum dtype dtype)
{
    return dtype == DTYPE_FP32 || dtype == DTYPE_TF32 ? 4 : 2;
}

bool kind_is_all_to_all(enum kind kind)
{
    return kind == KIND_DISPATCH || kind == KIND_COMBINE;
}

bool kind_is_transfer(enum kind kind)
{
    return kind_is_all_to_all(kind) || kind == KIND_EXPERT_FETCH;
}

bool kind_has_weights(enum kind kind)
{
    return !kind_is_transfer(kind) && kind != KIND_ENCODE && kind != KIND_DECODE &&
           kind != KIND_RESIDUAL && kind != KIND_ATTENTION_CORE && kind != KIND_NORM;
}

bool kind_uses_attention(enum kind kind)
{
    return kind == KIND_ATTENTION || kind == KIND_ATTENTION_CORE;
}

unsigned kind_fields(enum kind kind)
{
    switch (kind) {
    case KIND_ATTENTION:
        return FIELD_HIDDEN | FIELD_HEADS | FIELD_SPAN;
    case KIND_MLP:
    case KIND_SHARED_EXPERT:
        return FIELD_HIDDEN | FIELD_FFN | FIELD_GATED;
    case KIND_GATE:
        return FIELD_HIDDEN | FIELD_EXPERTS | FIELD_TOP_K;
    case KIND_ENCODE:
        return FIELD_HIDDEN | FIELD_TOP_K | FIELD_CAPACITY;
    case KIND_DECODE:
        return FIELD_HIDDEN | FIELD_TOP_K | FIELD_CAPACITY | FIELD_SHARED;
    case KIND_EXPERT:
        return FIELD_HIDDEN | FIELD_FFN | FIELD_GATED | FIELD_EXPERTS;
    case KIND_QKV_PROJECTION:
    case KIND_OUTPUT_PROJECTION:
        return FIELD_HIDDEN | FIELD_HEADS;
    case KIND_ATTENTION_CORE:
        return FIELD_HEADS | FIELD_SPAN;
    case KIND_LM_HEAD:
        return FIELD_HIDDEN | FIELD_VOCABULARY;
    default:
        return FIELD_HIDDEN;
    }
}

struct shape shape_of_kind(const struct shape *shape, enum kind kind)
{
    unsigned uses = kind_fields(kind);
    struct shape key = {.tokens = shape->tokens};
    if (uses & FIELD_HIDDEN)
        key.hidden = shape->hidden;
    if (uses & FIELD_FFN)
        key.ffn_hidden = shape->ffn_hidden;
    if (uses & FIELD_HEADS) {
        key.heads = shape->heads;
        key.kv_heads = shape->kv_heads;
        key.head_dim = shape->head_dim;
    }
    if (uses & FIELD_SPAN) {
        key.span_tokens = shape->span_tokens;
        key.causal = shape->causal;
    }
    if (uses & FIELD_GATED)
        key.gated = shape->gated;
    if (uses & FIELD_EXPERTS)
        key.experts = shape->experts;
    if (uses & FIELD_TOP_K)
        key.top_k = shape->top_k;
    if (uses & FIELD_CAPACITY)
        key.capacity_factor = shape->capacity_factor;
    if (uses & FIELD_SHARED)
        key.shared = shape->shared;
    if (uses & FIELD_VOCABULARY)
        key.vocabulary = shape->vocabulary;
    return key;
}

bool shape_equal(const struct shape *a, const struct shape *b)
{
    return a->tokens == b->tokens && a->hidden == b->hidden && a->ffn_hidden == b->ffn_hidden &&
           a->heads == b->heads && a->kv_heads == b->kv_heads && a->head_dim == b->head_dim &&
           a->span_tokens == b->span_tokens && a->causal == b->causal && a->gated == b->gated &&
           a->shared == b->shared && a->experts == b->experts && a->top_k == b->top_k &&
           memcmp(&a->capacity_factor, &b->capacity_factor, sizeof a->capacity_factor) == 0 &&
           a->vocabulary == b->vocabulary;
}

const char *shape_problem(const struct shape *shape, enum kind kind)
{
    unsigned uses = kind_fields(kind);
    if (shape->tokens == 0)
        return "no tokens";
    /* 16-byte vector accesses: 8 two-byte or 4 four-byte elements; 8 covers both. */
    if ((uses & FIELD_HIDDEN) && (shape->hidden == 0 || shape->hidden % 8))
        return "hidden must be a multiple of 8";
    if ((uses & FIELD_FFN) && (shape->ffn_hidden == 0 || shape->ffn_hidden % 8))
        return "ffn_hidden must be a multiple of 8";
    if (uses & FIELD_HEADS) {
        if (shape->heads == 0 || shape->kv_heads == 0 || shape->heads % shape->kv_heads)
            return "heads must be a multiple of kv_heads";
        if (shape->head_dim == 0 || shape->head_dim % 8)
            return "head_dim must be a multiple of 8";
    }
    if ((uses & FIELD_SPAN) && shape->span_tokens == 0)
        return "span_tokens is missing";
    if ((uses & FIELD_EXPERTS) && (shape->experts == 0 || shape->experts > 1024))
        return "experts must be within 1 and 1024";
    if ((uses & FIELD_TOP_K) && (shape->top_k == 0 || shape->top_k > 16))
        return "top_k must be within 1 and 16";
    if ((uses & FIELD_CAPACITY) && !(shape->capacity_factor >= 1))
        return "capacity_factor must be at least 1";
    if ((uses & FIELD_VOCABULARY) && shape->vocabulary == 0)
        return "vocabulary is missing";
    return NULL;
}
