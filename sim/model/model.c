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

double model_routed_copies(const struct model *model, size_t top_k)
{
    double real = (double)model->experts;
    return (double)top_k * real / (real + (double)model->zero_experts);
}

/* Width of rows on their way to experts, in them and back. */
static size_t routed_width(const struct model_stage *stage)
{
    return stage->latent_hidden ? stage->latent_hidden : stage->hidden;
}

double model_active_experts(const struct model *model, const struct model_stage *stage,
                            size_t top_k, size_t local_experts)
{
    double local = (double)local_experts, real = (double)model->experts;
    double tokens = stage_tokens(model, stage) * real / local; /* of the whole EP group */
    double chosen = (double)top_k / (real + (double)model->zero_experts);

    return local * (1 - pow(1 - fmin(chosen, 1), tokens));
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
    double tokens = stage_tokens(model, stage), copies = model_routed_copies(model, top_k);
    struct operator_shape shape = {
        .tokens = expert ? ceil(tokens * copies * model->capacity_factor) : tokens,
        .hidden = expert ? routed_width(stage) : stage->hidden,
        .ffn_hidden = ffn_hidden(stage, kind),
        .heads = stage->heads,
        .kv_heads = stage->kv_heads,
        .head_dim = stage->head_dim,
        .q_rank = stage->q_rank,
        .kv_rank = stage->kv_rank,
        .rope_dim = stage->rope_dim,
        .state_dim = stage->state_dim,
        .groups = stage->groups,
        .latent_hidden = stage->latent_hidden,
        .span_tokens = operator_span(stage->span_tokens, tokens, model->own_cache),
        .causal = stage->causal,
        .own_cache = model->own_cache,
        .gated = stage->gated,
        .experts = expert ? whole_experts(model_active_experts(model, stage, top_k, local_experts))
                          : model->experts + model->zero_experts,
        .top_k = kind == OPERATOR_GATE ? top_k : (size_t)ceil(copies),
        .capacity_factor = model->capacity_factor,
        .vocabulary = model->vocabulary,
    };
    return operator_used_shape(kind, &shape);
}

double model_a2a_bytes(const struct model *model, const struct model_stage *stage,
                       enum operator_kind kind, enum operator_pass pass, size_t top_k)
{
    enum dtype dtype = kind != OPERATOR_DISPATCH ? model->routing_dtype
                       : pass == PASS_FORWARD    ? model->dispatch_dtype
                                                 : model->dispatch_gradient_dtype;
    return stage_tokens(model, stage) * model_routed_copies(model, top_k) * model->capacity_factor *
           (double)routed_width(stage) * dtype_bytes(dtype);
}

enum dtype model_dtype(const struct model *model, enum operator_kind kind)
{
    bool routes =
        kind == OPERATOR_ENCODE || kind == OPERATOR_DECODE || operator_is_all_to_all(kind);
    return routes ? model->routing_dtype : model->dtype;
}

/* One feed-forward: up and down, and a gate matrix beside up where there is one. */
static double ffn_elements(const struct model_stage *stage, size_t width, size_t inner)
{
    return (double)width * (double)inner * (stage->gated ? 3 : 2);
}

static double expert_elements(const struct model_stage *stage)
{
    return ffn_elements(stage, routed_width(stage), stage->expert_hidden);
}

double model_fetch_bytes(const struct model *model, const struct model_stage *stage, size_t top_k,
                         size_t local_experts)
{
    return model_active_experts(model, stage, top_k, local_experts) * expert_elements(stage) *
           dtype_bytes(model->dtype);
}

/* Input and output projections of one layer's mixer. */
static double mixer_elements(const struct model_stage *stage)
{
    double width = (double)stage->hidden, inner = (double)(stage->heads * stage->head_dim);
    double kv = (double)(stage->kv_heads * stage->head_dim), q_rank = (double)stage->q_rank;
    double kv_rank = (double)stage->kv_rank, rope = (double)stage->rope_dim;
    double queries = inner + (double)stage->heads * rope;

    if (stage->state_dim)
        return width *
               (3 * inner + 2 * (double)(stage->groups * stage->state_dim) + (double)stage->heads);
    if (stage->kv_rank)
        return width * (kv_rank + rope + inner) + kv_rank * 2 * inner +
               (stage->q_rank ? (width + queries) * q_rank : width * queries);
    return width * (2 * inner + 2 * kv);
}

/* The gate, and the ways to a latent width and back. */
static double routing_elements(const struct model *model, const struct model_stage *stage)
{
    double scores = (double)(model->experts + model->zero_experts);
    return (double)stage->hidden * (scores + 2 * (double)stage->latent_hidden);
}

/* Routed experts on one GPU, gate and shared expert of one MoE layer. */
static double moe_elements(const struct model *model, const struct model_stage *stage, size_t ep,
                           bool shared_experts)
{
    double elements = model_unit_expert_elements(model, stage, ep) + routing_elements(model, stage);
    return shared_experts
               ? elements + ffn_elements(stage, stage->hidden, stage->shared_expert_hidden)
               : elements;
}

static double stage_elements(const struct model *model, const struct model_stage *stage, size_t ep,
                             bool shared_experts)
{
    double moe_layers = stage->moe_every ? (double)(stage->layers / stage->moe_every) : 0;
    double dense_layers = (double)stage->layers - moe_layers;

    return (double)stage->layers * mixer_elements(stage) +
           dense_layers * ffn_elements(stage, stage->hidden, stage->mlp_hidden) +
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
    double moe = routing_elements(model, stage);
    if (shared_experts)
        moe += ffn_elements(stage, stage->hidden, stage->shared_expert_hidden);
    return layers * mixer_elements(stage) +
           (layers - 1) * ffn_elements(stage, stage->hidden, stage->mlp_hidden) + moe;
}

double model_unit_expert_elements(const struct model *model, const struct model_stage *stage,
                                  size_t ep)
{
    return (double)model->experts / (double)ep * expert_elements(stage);
}

double model_expert_elements(const struct model *model, size_t ep)
{
    double elements = 0;
    for (size_t i = 0; i < model->stage_count; i++) {
        const struct model_stage *stage = &model->stages[i];
        if (stage->moe_every)
            elements += (double)(stage->layers / stage->moe_every) *
                        model_unit_expert_elements(model, stage, ep);
    }
    return elements;
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
                        : layers * (mixer_elements(stage) +
                                    ffn_elements(stage, stage->hidden, stage->mlp_hidden));
    }
    return elements;
}

/* ---- Memory of inference ---- */

/* Keys and values that the coming tokens need. */
static double stage_cache_elements(const struct model *model, const struct model_stage *stage)
{
    double rows = stage_tokens(model, stage), span = (double)stage->span_tokens;

    if (stage->state_dim) /* one state for each sequence, which only decoding tells the number of */
        return model->own_cache ? (double)stage->layers * rows *
                                      (double)(stage->heads * stage->head_dim * stage->state_dim)
                                : 0;
    if (!stage->causal)
        return 0;
    if (model->own_cache)
        rows *= span;
    else if (rows < span)
        rows = span;
    if (stage->kv_rank)
        return (double)stage->layers * rows * (double)(stage->kv_rank + stage->rope_dim);
    return (double)stage->layers * rows * 2 * (double)(stage->kv_heads * stage->head_dim);
}

/* Of a feed-forward: its input, the inner activations (both of a gated one), its output. */
static double ffn_rows_elements(const struct model_stage *stage, double rows, size_t width,
                                size_t inner)
{
    return rows * (2 * (double)width + (double)inner * (stage->gated ? 2 : 1));
}

/* The residual stream and the shortcut's, beside the largest feed-forward; routed rows are there
 * twice, as they were encoded and as they arrived. */
static double stage_buffer_elements(const struct model *model, const struct model_stage *stage,
                                    size_t top_k)
{
    double tokens = stage_tokens(model, stage), width = (double)stage->hidden;
    double rows = tokens * model_routed_copies(model, top_k) * model->capacity_factor;
    double dense = ffn_rows_elements(stage, tokens, stage->hidden, stage->mlp_hidden);
    double routed = ffn_rows_elements(stage, rows, routed_width(stage), stage->expert_hidden) +
                    rows * (double)routed_width(stage);

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
        memory.weight_bytes -=
            (double)(stage->layers / stage->moe_every * local) * expert_elements(stage) * element;
        fetched_bytes = fmax(fetched_bytes, model_fetch_bytes(model, stage, top_k, local));
    }
    buffers = fmax(buffers, model->tokens_per_gpu * (double)model->vocabulary);
    memory.buffer_bytes = buffers * element + fetched_bytes;
    return memory;
}
