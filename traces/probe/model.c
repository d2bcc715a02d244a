#include "model.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "json.h"

#define WIDTH_MAX ((size_t)1 << 20)

static int read_stage(const struct json *from, const char *where, struct stage *stage,
                      struct complaint *why)
{
    struct shape *shape = &stage->shape;
    const char *name;
    size_t moe_every = 0;
    if (from->type != JSON_OBJECT)
        return complain(why, "%s: expected an object", where);
    if (json_text(from, where, "name", &name, why) < 0 ||
        json_number_or(from, where, "token_ratio", 0, 1, &stage->token_ratio, why) < 0 ||
        json_count(from, where, "hidden", 1, WIDTH_MAX, &shape->hidden, why) < 0 ||
        json_count(from, where, "heads", 1, WIDTH_MAX, &shape->heads, why) < 0 ||
        json_count_or(from, where, "kv_heads", 1, WIDTH_MAX, shape->heads, &shape->kv_heads, why) <
            0 ||
        json_count_or(from, where, "head_dim", 1, WIDTH_MAX, shape->hidden / shape->heads,
                      &shape->head_dim, why) < 0 ||
        json_count(from, where, "mlp_hidden", 1, WIDTH_MAX, &shape->ffn_hidden, why) < 0 ||
        json_count_or(from, where, "expert_hidden", 1, WIDTH_MAX, shape->ffn_hidden,
                      &stage->expert_hidden, why) < 0 ||
        json_count_or(from, where, "shared_expert_hidden", 1, WIDTH_MAX, stage->expert_hidden,
                      &stage->shared_expert_hidden, why) < 0 ||
        json_count(from, where, "span_tokens", 1, SIZE_MAX >> 12, &shape->span_tokens, why) < 0 ||
        json_bool_or(from, where, "causal", false, &shape->causal, why) < 0 ||
        json_bool_or(from, where, "gated", false, &shape->gated, why) < 0 ||
        json_count_or(from, where, "moe_every", 0, 2, 0, &moe_every, why) < 0)
        return -1;
    snprintf(stage->name, sizeof stage->name, "%s", name);
    stage->has_moe = moe_every > 0;
    return 0;
}

/* What all stages share stands in each of their shapes. */
static void share(struct model *model)
{
    for (size_t i = 0; i < model->stage_count; i++) {
        struct shape *shape = &model->stage[i].shape;
        shape->experts = model->experts;
        shape->top_k = model->top_k;
        shape->capacity_factor = model->capacity_factor;
        shape->vocabulary = model->vocabulary;
    }
}

static int read_stages(const struct json *root, const char *path, struct model *model,
                       struct complaint *why)
{
    const struct json *stages = json_member(root, "stages");
    if (!stages || stages->type != JSON_ARRAY || stages->count == 0 || stages->count > STAGES_MAX)
        return complain(why, "%s: stages: expected an array of 1 to %d objects", path, STAGES_MAX);
    for (const struct json *at = stages->first; at; at = at->next) {
        char where[512];
        snprintf(where, sizeof where, "%.400s: stages[%zu]", path, model->stage_count);
        if (read_stage(at, where, &model->stage[model->stage_count], why) < 0)
            return -1;
        model->stage_count++;
    }
    share(model);
    return 0;
}

static int read_model(const struct json *root, const char *path, struct model *model,
                      struct complaint *why)
{
    const char *name, *dtype;
    if (json_schema(root, path, "scmoesim/model/1", why) < 0 ||
        json_text(root, path, "name", &name, why) < 0 ||
        json_text(root, path, "dtype", &dtype, why) < 0 ||
        json_count(root, path, "tokens_per_gpu", 1, SIZE_MAX >> 12, &model->tokens, why) < 0 ||
        json_count(root, path, "experts", 1, 65536, &model->experts, why) < 0 ||
        json_count(root, path, "top_k", 1, 64, &model->top_k, why) < 0 ||
        json_number_or(root, path, "capacity_factor", 1, 1, &model->capacity_factor, why) < 0 ||
        json_count_or(root, path, "vocabulary", 0, SIZE_MAX >> 12, 0, &model->vocabulary, why) < 0)
        return -1;
    snprintf(model->name, sizeof model->name, "%s", name);
    int known = word_index(dtype_names, dtype);
    model->has_dtype = known >= 0;
    model->dtype = known >= 0 ? (enum dtype)known : DTYPE_BF16;
    return read_stages(root, path, model, why);
}

int model_load(const char *path, struct model *ret, struct complaint *why)
{
    struct json *root = json_load(path, why);
    if (!root)
        return -1;
    *ret = (struct model){0};
    int r = read_model(root, path, ret, why);
    json_free(root);
    return r;
}

static int set_field(struct model *model, const char *key, double value, struct complaint *why)
{
    static const char *const words[] = {"hidden",  "ffn",    "heads",    "kv_heads",   "head_dim",
                                        "span",    "causal", "gated",    "expert_ffn", "shared_ffn",
                                        "experts", "top_k",  "capacity", "vocabulary", NULL};
    struct stage *stage = &model->stage[0];
    struct shape *shape = &stage->shape;
    size_t *const counts[] = {&shape->hidden,
                              &shape->ffn_hidden,
                              &shape->heads,
                              &shape->kv_heads,
                              &shape->head_dim,
                              &shape->span_tokens,
                              NULL,
                              NULL,
                              &stage->expert_hidden,
                              &stage->shared_expert_hidden,
                              &model->experts,
                              &model->top_k,
                              NULL,
                              &model->vocabulary};
    int word = word_index(words, key);
    if (word < 0)
        return complain(why,
                        "--shape: unknown \"%s\"; known are hidden, ffn, heads, kv_heads, "
                        "head_dim, span, causal, gated, expert_ffn, shared_ffn, experts, top_k, "
                        "capacity, vocabulary",
                        key);
    if (strcmp(key, "causal") == 0)
        shape->causal = value != 0;
    else if (strcmp(key, "gated") == 0)
        shape->gated = value != 0;
    else if (strcmp(key, "capacity") == 0)
        model->capacity_factor = value;
    else if (value < 1 || value > (double)(SIZE_MAX >> 12) || value != floor(value))
        return complain(why, "--shape: %s: expected a whole number, got %g", key, value);
    else
        *counts[word] = (size_t)value;
    return 0;
}

static void complete(struct model *model)
{
    struct stage *stage = &model->stage[0];
    struct shape *shape = &stage->shape;
    if (!shape->ffn_hidden)
        shape->ffn_hidden = 4 * shape->hidden;
    if (!shape->heads)
        shape->heads = shape->hidden / 64 ? shape->hidden / 64 : 1;
    if (!shape->kv_heads)
        shape->kv_heads = shape->heads;
    if (!shape->head_dim)
        shape->head_dim = shape->hidden / shape->heads;
    if (!stage->expert_hidden)
        stage->expert_hidden = shape->ffn_hidden;
    if (!stage->shared_expert_hidden)
        stage->shared_expert_hidden = stage->expert_hidden;
    share(model);
}

int model_of_shape(const char *text, struct model *ret, struct complaint *why)
{
    struct model model = {.name = "shape",
                          .dtype = DTYPE_BF16,
                          .has_dtype = true,
                          .tokens = 8192,
                          .experts = 8,
                          .top_k = 2,
                          .capacity_factor = 1,
                          .stage_count = 1};
    model.stage[0] = (struct stage){.name = "shape",
                                    .token_ratio = 1,
                                    .has_moe = true,
                                    .shape = {.span_tokens = 2048, .causal = true}};
    while (*text) {
        char key[32] = "";
        int used = 0;
        double value;
        if (sscanf(text, "%31[a-z_]=%lf%n", key, &value, &used) != 2 || !isfinite(value) ||
            (text[used] && text[used] != ','))
            return complain(why, "--shape: expected key=number, got \"%s\"", text);
        if (set_field(&model, key, value, why) < 0)
            return -1;
        text += used + (text[used] == ',');
    }
    if (!model.stage[0].shape.hidden)
        return complain(why, "--shape: hidden is missing");
    complete(&model);
    *ret = model;
    return 0;
}
