/* What a loaded model says: shapes of operators, bytes of an All-to-All, bytes of weights. */
#include "sim/model/model.h"

#include <math.h>
#include <stdlib.h>

void model_free(struct model *model)
{
    if (!model)
        return;
    for (size_t i = 0; i < model->stage_count; i++)
        free(model->stages[i].name);
    free(model->stages);
    free(model->name);
    free(model->summary);
    free(model->source);
    free(model);
}

const struct model_stage *model_pair_stage(const struct model *model)
{
    const struct model_stage *first = NULL;

    for (size_t i = 0; i < model->stage_count; i++) {
        const struct model_stage *stage = &model->stages[i];
        if (stage->moe_every && stage->shortcut)
            return stage;
        if (stage->moe_every && !first)
            first = stage;
    }
    return first;
}

static double stage_tokens(const struct model *model, const struct model_stage *stage)
{
    return model->tokens_per_gpu * stage->token_ratio;
}

static size_t ffn_hidden(const struct model_stage *stage, enum operator_kind kind)
{
    switch (kind) {
    case OPERATOR_EXPERT:
    case OPERATOR_EXPERT_FETCH:
        return stage->expert_hidden;
    case OPERATOR_SHARED_EXPERT:
        return stage->shared_expert_hidden;
    default:
        return stage->mlp_hidden;
    }
}

double model_active_experts(const struct model *model, const struct model_stage *stage, size_t top_k,
                            size_t local_experts)
{
    double local = (double)local_experts, all = (double)model->experts;
    double tokens = stage_tokens(model, stage) * all / local; /* of the whole EP group */

    return local * (1 - pow(1 - fmin((double)top_k / all, 1), tokens));
}

/* As many experts as hold the active ones; the product of powers leaves some 1e-16 too many. */
static size_t whole_experts(double active)
{
    return (size_t)ceil(fmax(active, 1) * (1 - 1e-12));
}

struct operator_shape model_shape(const struct model *model, const struct model_stage *stage,
                                  enum operator_kind kind, size_t top_k, size_t local_experts)
{
    bool expert = kind == OPERATOR_EXPERT || kind == OPERATOR_EXPERT_FETCH;
    double tokens = stage_tokens(model, stage);
    struct operator_shape shape = {
        .tokens = expert ? ceil(tokens * (double)top_k * model->capacity_factor) : tokens,
        .hidden = stage->hidden,
        .ffn_hidden = ffn_hidden(stage, kind),
        .heads = stage->heads,
        .kv_heads = stage->kv_heads,
        .head_dim = stage->head_dim,
        .span_tokens = stage->span_tokens,
        .causal = stage->causal,
        .own_cache = model->own_cache,
        .gated = stage->gated,
        .experts = expert ? whole_experts(model_active_experts(model, stage, top_k, local_experts))
                          : model->experts,
        .top_k = top_k,
        .capacity_factor = model->capacity_factor,
        .vocabulary = model->vocabulary,
    };
    return operator_used_shape(kind, &shape);
}

double model_a2a_bytes(const struct model *model, const struct model_stage *stage, size_t top_k)
{
    return stage_tokens(model, stage) * (double)top_k * model->capacity_factor *
           (double)stage->hidden * dtype_bytes(model->routing_dtype);
}

enum dtype model_dtype(const struct model *model, enum operator_kind kind)
{
    bool routes = kind == OPERATOR_ENCODE || kind == OPERATOR_DECODE || operator_is_all_to_all(kind);
    return routes ? model->routing_dtype : model->dtype;
}

/* One feed-forward: up and down, and a gate matrix beside up where there is one. */
static double ffn_elements(const struct model_stage *stage, size_t inner)
{
    return (double)stage->hidden * (double)inner * (stage->gated ? 3 : 2);
}

double model_fetch_bytes(const struct model *model, const struct model_stage *stage, size_t top_k,
                         size_t local_experts)
{
    return model_active_experts(model, stage, top_k, local_experts) *
           ffn_elements(stage, stage->expert_hidden) * dtype_bytes(model->dtype);
}

/* QKV and output projection of one layer. */
static double attention_elements(const struct model_stage *stage)
{
    double heads = 2 * (double)stage->heads + 2 * (double)stage->kv_heads;
    return (double)stage->hidden * heads * (double)stage->head_dim;
}

/* Routed experts on one GPU, gate and shared expert of one MoE layer. */
static double moe_elements(const struct model *model, const struct model_stage *stage, size_t ep,
                           bool shared_experts)
{
    double experts = (double)model->experts / (double)ep;
    double elements = experts * ffn_elements(stage, stage->expert_hidden) +
                      (double)stage->hidden * (double)model->experts;
    return shared_experts ? elements + ffn_elements(stage, stage->shared_expert_hidden) : elements;
}

static double stage_elements(const struct model *model, const struct model_stage *stage, size_t ep,
                             bool shared_experts)
{
    double moe_layers = stage->moe_every ? (double)(stage->layers / stage->moe_every) : 0;
    double dense_layers = (double)stage->layers - moe_layers;

    return (double)stage->layers * attention_elements(stage) +
           dense_layers * ffn_elements(stage, stage->mlp_hidden) +
           moe_layers * moe_elements(model, stage, ep, shared_experts);
}

/* Matrices only. The embedding is taken to be tied to the head, so that both are one matrix; norms,
 * biases, position embeddings and the patch merging of vision models are below 2 % and left out. */
double model_weight_bytes(const struct model *model, size_t ep, bool shared_experts)
{
    const struct model_stage *last = &model->stages[model->stage_count - 1];
    double elements = (double)model->vocabulary * (double)last->hidden;

    for (size_t i = 0; i < model->stage_count; i++)
        elements += stage_elements(model, &model->stages[i], ep, shared_experts);
    return elements * dtype_bytes(model->dtype);
}

double model_unit_elements(const struct model *model, const struct model_stage *stage,
                           bool shared_experts)
{
    double layers = (double)stage->moe_every;
    double moe = (double)stage->hidden * (double)model->experts; /* the gate */
    if (shared_experts)
        moe += ffn_elements(stage, stage->shared_expert_hidden);
    return layers * attention_elements(stage) +
           (layers - 1) * ffn_elements(stage, stage->mlp_hidden) + moe;
}

double model_shared_elements(const struct model *model, bool shared_experts)
{
    const struct model_stage *last = &model->stages[model->stage_count - 1];
    double elements = (double)model->vocabulary * (double)last->hidden;
    for (size_t i = 0; i < model->stage_count; i++) {
        const struct model_stage *stage = &model->stages[i];
        double layers = (double)stage->layers;
        elements += stage->moe_every
                        ? layers / (double)stage->moe_every *
                              model_unit_elements(model, stage, shared_experts)
                        : layers * (attention_elements(stage) + ffn_elements(stage, stage->mlp_hidden));
    }
    return elements;
}

/* ---- Memory of inference ---- */

/* Keys and values that the coming tokens need. */
static double stage_cache_elements(const struct model *model, const struct model_stage *stage)
{
    double rows = stage_tokens(model, stage), span = (double)stage->span_tokens;

    if (!stage->causal)
        return 0;
    if (model->own_cache)
        rows *= span;
    else if (rows < span)
        rows = span;
    return (double)stage->layers * rows * 2 * (double)(stage->kv_heads * stage->head_dim);
}

/* Of a feed-forward: its input, the inner activations (both of a gated one), its output. */
static double ffn_rows_elements(const struct model_stage *stage, double rows, size_t inner)
{
    return rows * (2 * (double)stage->hidden + (double)inner * (stage->gated ? 2 : 1));
}

/* The residual stream and the shortcut's, beside the largest feed-forward; routed rows are there twice,
 * as they were encoded and as they arrived. */
static double stage_buffer_elements(const struct model *model, const struct model_stage *stage,
                                    size_t top_k)
{
    double tokens = stage_tokens(model, stage), width = (double)stage->hidden;
    double rows = tokens * (double)top_k * model->capacity_factor;
    double dense = ffn_rows_elements(stage, tokens, stage->mlp_hidden);
    double routed = ffn_rows_elements(stage, rows, stage->expert_hidden) + rows * width;

    return 2 * tokens * width + (stage->moe_every ? fmax(dense, routed) : dense);
}

struct model_memory model_inference_memory(const struct model *model, size_t ep, size_t top_k,
                                           bool shared_experts, bool experts_on_host)
{
    double element = dtype_bytes(model->dtype), buffers = 0, fetched_bytes = 0;
    size_t local = model->experts / ep;
    struct model_memory memory = {.weight_bytes = model_weight_bytes(model, ep, shared_experts)};

    for (size_t i = 0; i < model->stage_count; i++) {
        const struct model_stage *stage = &model->stages[i];
        memory.cache_bytes += stage_cache_elements(model, stage) * element;
        buffers = fmax(buffers, stage_buffer_elements(model, stage, top_k));
        if (!experts_on_host || !stage->moe_every)
            continue;
        memory.weight_bytes -= (double)(stage->layers / stage->moe_every * local) *
                               ffn_elements(stage, stage->expert_hidden) * element;
        fetched_bytes = fmax(fetched_bytes, model_fetch_bytes(model, stage, top_k, local));
    }
    buffers = fmax(buffers, model->tokens_per_gpu * (double)model->vocabulary);
    memory.buffer_bytes = buffers * element + fetched_bytes;
    return memory;
}
