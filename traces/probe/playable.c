#include "playable.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define TOKENS_MOST 1099511627776.0 /* 2^40 */

size_t shape_rows(const struct operator_shape *shape)
{
    return (size_t)ceil(shape->tokens - 1e-6);
}

bool shape_equal(const struct operator_shape *a, const struct operator_shape *b)
{
    for (size_t i = 0; i < SHAPE_FIELD_COUNT; i++) {
        double x = shape_field(a, i), y = shape_field(b, i);
        if (x < y || x > y)
            return false;
    }
    return true;
}

/* Architectures that the probe has no kernels for. */
static const char *mixer_problem(const struct operator_shape *shape)
{
    if (shape->kv_rank)
        return "the probe does not compute latent attention (kv_rank)";
    if (shape->state_dim)
        return "the probe does not compute Mamba's mixer (state_dim)";
    if (shape->own_cache)
        return "the probe does not compute attention to a cache (own_cache)";
    if (shape->latent_hidden)
        return "the probe does not compute a latent width for experts (latent_hidden)";
    return NULL;
}

static const char *width_problem(enum operator_kind kind, const struct operator_shape *shape)
{
    /* 16-byte vector accesses: 8 two-byte or 4 four-byte elements; 8 covers both. */
    if (kind != OPERATOR_ATTENTION_CORE && (shape->hidden == 0 || shape->hidden % 8))
        return "hidden must be a multiple of 8";
    if (operator_uses(kind, SHAPE_FFN_HIDDEN) && (shape->ffn_hidden == 0 || shape->ffn_hidden % 8))
        return "ffn_hidden must be a multiple of 8";
    if (!operator_uses(kind, SHAPE_HEADS))
        return NULL;
    if (shape->heads == 0 || shape->kv_heads == 0 || shape->heads % shape->kv_heads)
        return "heads must be a multiple of kv_heads";
    if (shape->head_dim == 0 || shape->head_dim % 8)
        return "head_dim must be a multiple of 8";
    return NULL;
}

static const char *count_problem(enum operator_kind kind, const struct operator_shape *shape)
{
    if (operator_uses(kind, SHAPE_SPAN_TOKENS) && shape->span_tokens == 0)
        return "span_tokens is missing";
    if (operator_uses(kind, SHAPE_EXPERTS) && (shape->experts == 0 || shape->experts > 1024))
        return "experts must be within 1 and 1024";
    if (operator_uses(kind, SHAPE_TOP_K) && (shape->top_k == 0 || shape->top_k > 16))
        return "top_k must be within 1 and 16";
    if (operator_uses(kind, SHAPE_CAPACITY_FACTOR) && !(shape->capacity_factor >= 1))
        return "capacity_factor must be at least 1";
    if (operator_uses(kind, SHAPE_VOCABULARY) && shape->vocabulary == 0)
        return "vocabulary is missing";
    return NULL;
}

const char *operator_problem(enum operator_kind kind, enum operator_pass pass, enum dtype dtype,
                             const struct operator_shape *shape)
{
    if (!operator_computes(kind))
        return "it is not a computation";
    if (pass == PASS_WEIGHT_GRADIENT && !operator_has_weights(kind))
        return "it has no weights";
    if (dtype == DTYPE_FP8)
        return "the probe does not compute in fp8";
    if (!(shape->tokens > 0 && shape->tokens <= TOKENS_MOST))
        return "tokens must be above 0 and at most 2^40";
    const struct operator_shape used = operator_used_shape(kind, shape);
    const char *problem = mixer_problem(&used);
    problem = problem ? problem : width_problem(kind, &used);
    return problem ? problem : count_problem(kind, &used);
}

int plan_check(const struct plan *plan, const char *path, struct diag *diag)
{
    for (size_t i = 0; i < plan->operator_count; i++) {
        const struct plan_operator *op = &plan->operators[i];
        char place[40];
        snprintf(place, sizeof place, "/operators/%zu", i);
        if (operator_is_all_to_all(op->kind) || op->kind == OPERATOR_EXPERT_FETCH)
            continue;
        if (operator_communicates(op->kind))
            return diag_at(diag, path, place, "operator \"%s\": the probe plays no %s", op->name,
                           operator_kind_names[op->kind]);
        const char *problem = operator_problem(op->kind, op->pass, op->dtype, &op->shape);
        if (problem)
            return diag_at(diag, path, place, "operator \"%s\": %s", op->name, problem);
    }
    return 0;
}

static bool does_same(const struct plan_operator *a, const struct plan_operator *b)
{
    return strcmp(a->name, b->name) == 0 && a->kind == b->kind && a->pass == b->pass &&
           a->queue == b->queue && a->dtype == b->dtype && shape_equal(&a->shape, &b->shape) &&
           a->comm_bytes == b->comm_bytes && a->fetch_bytes == b->fetch_bytes &&
           a->chunk == b->chunk;
}

bool plans_differ_in_slot(const struct plan *a, const struct plan *b)
{
    if (strcmp(a->schedule, b->schedule) != 0 || a->dtype != b->dtype || a->ep != b->ep ||
        a->queue_count != b->queue_count || a->operator_count != b->operator_count)
        return false;
    for (size_t i = 0; i < a->operator_count; i++) {
        size_t same = plan_operator_named(b, a->operators[i].name);
        if (same == b->operator_count || !does_same(&a->operators[i], &b->operators[same]))
            return false;
    }
    return true;
}
