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
        return stage->expert_hidden;
    case OPERATOR_SHARED_EXPERT:
        return stage->shared_expert_hidden;
    default:
        return stage->mlp_hidden;
    }
}

struct operator_shape model_shape(const struct model *model, const struct model_stage *stage,
                                  enum operator_kind kind, size_t top_k, size_t local_experts)
{
    bool expert = kind == OPERATOR_EXPERT;
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
        .gated = stage->gated,
        .experts = expert ? local_experts : model->experts,
        .top_k = top_k,
        .capacity_factor = model->capacity_factor,
        .vocabulary = model->vocabulary,
    };
    return operator_used_shape(kind, &shape);
}

double model_a2a_bytes(const struct model *model, const struct model_stage *stage, size_t top_k)
{
    return stage_tokens(model, stage) * (double)top_k * model->capacity_factor *
           (double)stage->hidden * dtype_bytes(model->dtype);
}

/* One feed-forward: up and down, and a gate matrix beside up where there is one. */
static double ffn_elements(const struct model_stage *stage, size_t inner)
{
    return (double)stage->hidden * (double)inner * (stage->gated ? 3 : 2);
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
