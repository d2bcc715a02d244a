/* Reads a model file and reports everything that is wrong with it in one pass.
 *
 * A member that could not be read keeps 0, and comparisons between members pass over zeros: one
 * mistake gives one complaint. */
#include "sim/model/model.h"

#include <errno.h>
#include <stdlib.h>

#include "sim/base/file.h"
#include "sim/base/mem.h"
#include "sim/model/read_members.h"

/* Limits keep sums of FLOP and bytes exact enough and far from overflow; no model comes near. */
#define WIDTH_MAX ((size_t)1 << 24)
#define COUNT_MAX ((size_t)65536)
#define SPAN_MAX ((size_t)1 << 30)
#define VOCABULARY_MAX ((size_t)1 << 30)
#define FACTOR_MAX 1e6
#define TOKENS_MAX 1e12

static const char *const model_members[] = {
    "schema",          "name",
    "summary",         "source",
    "dtype",           "tokens_per_gpu",
    "experts",         "top_k",
    "capacity_factor", "vocabulary",
    "stages",          "own_cache",
    "routing_dtype",   "gradients",
    "gradient_dtype",  "optimizer",
    "dispatch_dtype",  "dispatch_gradient_dtype",
    "zero_experts",    NULL,
};

static const char *const stage_members[] = {
    "name",      "layers",     "token_ratio",          "hidden", "heads",       "kv_heads",
    "head_dim",  "mlp_hidden", "expert_hidden",        "gated",  "span_tokens", "causal",
    "moe_every", "shortcut",   "shared_expert_hidden", "q_rank", "kv_rank",     "rope_dim",
    "state_dim", "groups",     "latent_hidden",        NULL,
};

/* Leaves *to alone where the member is absent. */
static int read_dtype_or(const struct jcur *at, const char *key, enum dtype *to)
{
    struct jcur cell;
    size_t index;

    if (!jcur_has(at, key, &cell))
        return 0;
    if (jcur_word(&cell, dtype_names, &index) < 0)
        return -EINVAL;
    *to = (enum dtype)index;
    return 0;
}

/* What is routed is of the model's own type, and what is dispatched of that, where the file says
 * nothing else. */
static int read_dtypes(const struct jcur *at, struct model *model)
{
    struct jcur ignored;
    int r = jcur_member(at, "dtype", &ignored);

    r |= read_dtype_or(at, "dtype", &model->dtype);
    model->routing_dtype = model->dtype;
    r |= read_dtype_or(at, "routing_dtype", &model->routing_dtype);
    model->dispatch_dtype = model->routing_dtype;
    r |= read_dtype_or(at, "dispatch_dtype", &model->dispatch_dtype);
    model->dispatch_gradient_dtype = model->routing_dtype;
    r |= read_dtype_or(at, "dispatch_gradient_dtype", &model->dispatch_gradient_dtype);
    return r;
}

/* ---- Stages ---- */

static int read_heads(const struct jcur *at, struct model_stage *stage)
{
    struct jcur cell;
    int r = jget_count(at, "heads", 1, COUNT_MAX, &stage->heads);

    r |= jget_count_or(at, "kv_heads", 1, COUNT_MAX, stage->heads, &stage->kv_heads);
    if (stage->heads && stage->kv_heads && stage->heads % stage->kv_heads) {
        jcur_has(at, "kv_heads", &cell);
        r |= jcur_error(&cell, "expected a divisor of heads, %zu, got %zu", stage->heads,
                        stage->kv_heads);
    }
    return r;
}

static int read_head_dim(const struct jcur *at, struct model_stage *stage)
{
    struct jcur cell;

    if (jcur_has(at, "head_dim", &cell))
        return jcur_count(&cell, 1, WIDTH_MAX, &stage->head_dim);
    if (!stage->hidden || !stage->heads)
        return 0; /* complained about already */
    if (stage->hidden % stage->heads)
        return jcur_error(at, "expected \"head_dim\", as hidden %zu is no multiple of heads %zu",
                          stage->hidden, stage->heads);
    stage->head_dim = stage->hidden / stage->heads;
    return 0;
}

/* Multi-head latent attention or a Mamba-2 mixer in attention's place. */
static int read_mixer(const struct jcur *at, struct model_stage *stage)
{
    int r = jget_count_or(at, "q_rank", 1, WIDTH_MAX, 0, &stage->q_rank);

    r |= jget_count_or(at, "kv_rank", 1, WIDTH_MAX, 0, &stage->kv_rank);
    r |= jget_count_or(at, "rope_dim", 1, WIDTH_MAX, 0, &stage->rope_dim);
    r |= jget_count_or(at, "state_dim", 1, WIDTH_MAX, 0, &stage->state_dim);
    r |= jget_count_or(at, "groups", 1, COUNT_MAX, stage->state_dim ? 1 : 0, &stage->groups);
    if (r < 0)
        return r;
    if ((stage->q_rank || stage->rope_dim) && !stage->kv_rank)
        return jcur_error(at, "\"q_rank\" and \"rope_dim\" belong to latent attention: expected "
                              "\"kv_rank\" too");
    if (stage->groups && !stage->state_dim)
        return jcur_error(at, "\"groups\" belongs to a Mamba mixer: expected \"state_dim\" too");
    if (stage->kv_rank && stage->state_dim)
        return jcur_error(at, "\"kv_rank\" is latent attention's, \"state_dim\" a Mamba mixer's: "
                              "expected one of them");
    return 0;
}

static int read_widths(const struct jcur *at, struct model_stage *stage)
{
    int r = jget_count(at, "hidden", 1, WIDTH_MAX, &stage->hidden);

    r |= jget_count(at, "mlp_hidden", 0, WIDTH_MAX, &stage->mlp_hidden);
    r |= jget_count_or(at, "expert_hidden", 1, WIDTH_MAX, stage->mlp_hidden, &stage->expert_hidden);
    r |= jget_count_or(at, "shared_expert_hidden", 1, WIDTH_MAX, stage->expert_hidden,
                       &stage->shared_expert_hidden);
    r |= jget_count_or(at, "latent_hidden", 1, WIDTH_MAX, 0, &stage->latent_hidden);
    r |= jget_bool_or(at, "gated", false, &stage->gated);
    if (r < 0)
        return r;
    if (!stage->mlp_hidden && stage->moe_every == 2)
        return jcur_error(at,
                          "expected \"mlp_hidden\" > 0 where every second layer is dense, got 0");
    if (!stage->expert_hidden && stage->moe_every)
        return jcur_error(at, "expected \"expert_hidden\" where \"mlp_hidden\" is 0");
    return 0;
}

static int read_layers(const struct jcur *at, struct model_stage *stage)
{
    struct jcur cell;
    int r = jget_count(at, "layers", 1, COUNT_MAX, &stage->layers);

    r |= jget_count(at, "moe_every", 0, 2, &stage->moe_every);
    r |= jget_bool_or(at, "shortcut", true, &stage->shortcut);
    if (stage->layers % 2 && stage->moe_every == 2) {
        jcur_has(at, "layers", &cell);
        r |= jcur_error(&cell, "expected an even number where moe_every is 2, got %zu",
                        stage->layers);
    }
    return r;
}

static int read_stage(const struct jcur *at, struct model_stage *stage)
{
    int r = jcur_object(at);

    if (r < 0)
        return r;
    r |= jcur_only(at, stage_members);
    r |= read_text(at, "name", &stage->name);
    r |= read_layers(at, stage);
    stage->token_ratio = 1;
    if (jcur_has(at, "token_ratio", &(struct jcur){0}))
        r |= read_positive(at, "token_ratio", FACTOR_MAX, &stage->token_ratio);
    r |= read_widths(at, stage);
    r |= read_heads(at, stage);
    r |= read_head_dim(at, stage);
    r |= read_mixer(at, stage);
    r |= jget_count(at, "span_tokens", 1, SPAN_MAX, &stage->span_tokens);
    r |= jget_bool_or(at, "causal", false, &stage->causal);
    return r;
}

static int read_stages(const struct jcur *at, struct model *model)
{
    struct jcur list, cell;
    size_t length, moe_stages = 0;
    int r = jcur_member(at, "stages", &list);

    if (r < 0)
        return r;
    r = jcur_array(&list, 1, COUNT_MAX, &length);
    if (r < 0)
        return r;
    model->stages = mem_zeroed(length, sizeof(*model->stages));
    model->stage_count = length;
    for (size_t i = 0; i < length; i++) {
        cell = jcur_element(&list, i);
        r |= read_stage(&cell, &model->stages[i]);
        moe_stages += model->stages[i].moe_every > 0;
    }
    /* With a stage that could not be read, its MoE may be what went missing. */
    if (!moe_stages && !r)
        r = jcur_error(&list, "expected at least one stage with \"moe_every\" 1 or 2");
    return r;
}

/* ---- The model ---- */

static int read_routing(const struct jcur *at, struct model *model)
{
    struct jcur cell;
    int r = jget_count(at, "experts", 1, COUNT_MAX, &model->experts);

    r |= jget_count(at, "top_k", 1, 64, &model->top_k);
    r |= jget_count_or(at, "zero_experts", 0, COUNT_MAX, 0, &model->zero_experts);
    if (model->experts && model->top_k > model->experts + model->zero_experts) {
        jcur_has(at, "top_k", &cell);
        r |= jcur_error(&cell, "expected at most the number of experts, %zu, got %zu",
                        model->experts + model->zero_experts, model->top_k);
    }
    r |= jget_between(at, "capacity_factor", 1, FACTOR_MAX, &model->capacity_factor);
    return r;
}

const char *const gradient_names[] = {"overlapped", "exposed", "none", NULL};

/* Mixed precision keeps weights and their gradients in fp32. */
static int read_training(const struct jcur *at, struct model *model)
{
    static const char *const optimizers[] = {"adam", "none", NULL};
    size_t gradients = GRADIENTS_OVERLAPPED, dtype = DTYPE_FP32, optimizer = 0;
    struct jcur cell;
    int r = 0;

    if (jcur_has(at, "gradients", &cell))
        r |= jcur_word(&cell, gradient_names, &gradients);
    if (jcur_has(at, "gradient_dtype", &cell))
        r |= jcur_word(&cell, dtype_names, &dtype);
    if (jcur_has(at, "optimizer", &cell))
        r |= jcur_word(&cell, optimizers, &optimizer);
    model->gradients = (enum gradients)gradients;
    model->gradient_dtype = (enum dtype)dtype;
    model->optimizer = optimizer == 0;
    return r ? -EINVAL : 0;
}

static int read_model(const struct jcur *at, struct model *model)
{
    int r = jcur_object(at);

    if (r < 0)
        return r;
    r |= jget_schema(at, "scmoesim/model/1");
    r |= jcur_only(at, model_members);
    r |= read_text(at, "name", &model->name);
    r |= read_text(at, "summary", &model->summary);
    r |= read_text(at, "source", &model->source);
    r |= read_dtypes(at, model);
    r |= read_positive(at, "tokens_per_gpu", TOKENS_MAX, &model->tokens_per_gpu);
    r |= read_routing(at, model);
    r |= jget_count_or(at, "vocabulary", 0, VOCABULARY_MAX, 0, &model->vocabulary);
    r |= jget_bool_or(at, "own_cache", false, &model->own_cache);
    r |= read_training(at, model);
    r |= read_stages(at, model);
    return r;
}

int model_read(const struct json *doc, struct diag *diag, struct model **ret)
{
    struct jcur root = json_root(doc, diag);
    struct model *model = mem_zeroed(1, sizeof(*model));

    if (read_model(&root, model) < 0) {
        model_free(model);
        return -EINVAL;
    }
    *ret = model;
    return 0;
}

int model_load(const char *word, struct diag *diag, struct model **ret)
{
    struct json *doc = NULL;
    char *path = NULL;
    int r = data_find("models/moe", "model", word, diag, &path);

    if (r >= 0)
        r = json_load(path, diag, &doc);
    if (r >= 0)
        r = model_read(doc, diag, ret);
    json_free(doc);
    free(path);
    return r;
}
