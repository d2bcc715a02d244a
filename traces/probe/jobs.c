#include "jobs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TOKENS_MAX 4194304
#define SIZES_MAX 4096

struct shape stage_shape(const struct model *model, const struct stage *stage, enum kind kind,
                         size_t tokens, size_t top_k, size_t ep)
{
    struct shape shape = stage->shape;
    shape.tokens = tokens;
    shape.top_k = top_k;
    shape.shared = top_k == 1;
    if (kind == KIND_SHARED_EXPERT)
        shape.ffn_hidden = stage->shared_expert_hidden;
    if (kind == KIND_EXPERT) {
        shape.ffn_hidden = stage->expert_hidden;
        shape.experts = model->experts > ep ? model->experts / ep : 1;
        shape.tokens = (size_t)ceil((double)tokens * (double)top_k * model->capacity_factor - 1e-9);
    }
    return shape_of_kind(&shape, kind);
}

size_t routed_counts(const struct model *model, const size_t *wished, size_t wished_count,
                     size_t ret[TOP_K_MAX])
{
    const size_t usual[] = {1, model->top_k};
    const size_t *from = wished_count ? wished : usual;
    size_t count = wished_count ? wished_count : model->top_k > 1 ? 2 : 1;
    memcpy(ret, from, count * sizeof *ret);
    return count;
}

static bool have(const struct jobs *jobs, const struct job *job)
{
    for (size_t i = 0; i < jobs->count; i++) {
        const struct job *at = &jobs->job[i];
        if (at->kind == job->kind && at->pass == job->pass && shape_equal(&at->shape, &job->shape))
            return true;
    }
    return false;
}

static void add(struct jobs *jobs, const struct job *job)
{
    if (have(jobs, job))
        return;
    if (jobs->count == jobs->room) {
        jobs->room = jobs->room ? 2 * jobs->room : 128;
        jobs->job = resize_memory(jobs->job, jobs->room, sizeof *jobs->job);
    }
    jobs->job[jobs->count++] = *job;
}

static bool depends_on_routing(enum kind kind)
{
    return kind == KIND_GATE || kind == KIND_ENCODE || kind == KIND_EXPERT || kind == KIND_DECODE;
}

static bool belongs(const struct model *model, const struct stage *stage, enum kind kind)
{
    if (kind_is_transfer(kind))
        return false;
    if (kind == KIND_LM_HEAD)
        return model->vocabulary > 0 && stage == &model->stage[model->stage_count - 1];
    return stage->has_moe || !(depends_on_routing(kind) || kind == KIND_SHARED_EXPERT);
}

static void add_kind(struct jobs *jobs, const struct model *model, const struct stage *stage,
                     enum kind kind, size_t tokens, const struct job_wishes *wishes)
{
    size_t top_k[TOP_K_MAX];
    size_t ways = routed_counts(model, wishes->top_k, wishes->top_k_count, top_k);
    if (!depends_on_routing(kind))
        ways = 1;
    for (int pass = 0; pass < PASS_COUNT; pass++) {
        if (!(wishes->passes >> pass & 1) ||
            (pass == PASS_WEIGHT_GRADIENT && !kind_has_weights(kind)))
            continue;
        for (size_t i = 0; i < ways; i++) {
            struct job job = {.kind = kind,
                              .pass = (enum pass)pass,
                              .shape =
                                  stage_shape(model, stage, kind, tokens, top_k[i], wishes->ep),
                              .routed_experts = model->experts};
            add(jobs, &job);
        }
    }
}

void jobs_add_model(struct jobs *jobs, const struct model *model, const struct job_wishes *wishes)
{
    const size_t *tokens = wishes->tokens ? wishes->tokens : &model->tokens;
    size_t count = wishes->tokens ? wishes->token_count : 1;
    for (size_t s = 0; s < model->stage_count; s++) {
        const struct stage *stage = &model->stage[s];
        for (size_t t = 0; t < count; t++) {
            size_t rows = (size_t)ceil((double)tokens[t] * stage->token_ratio - 1e-9);
            for (int kind = 0; kind < KIND_COUNT; kind++) {
                if ((wishes->kinds >> kind & 1) && belongs(model, stage, (enum kind)kind))
                    add_kind(jobs, model, stage, (enum kind)kind, rows, wishes);
            }
        }
    }
}

void jobs_done(struct jobs *jobs)
{
    free(jobs->job);
    *jobs = (struct jobs){0};
}

static bool put_size(size_t *sizes, size_t *count, double value)
{
    /* Whole tiles keep products aligned; small sizes stay as asked for. */
    double rounded = value >= 128 ? 64 * round(value / 64) : round(value);
    if (*count == SIZES_MAX)
        return false;
    for (size_t i = 0; i < *count; i++) {
        if ((double)sizes[i] == rounded)
            return true;
    }
    sizes[(*count)++] = (size_t)rounded;
    return true;
}

int tokens_parse(const char *text, size_t **ret, size_t *ret_count, struct complaint *why)
{
    size_t *sizes = need_memory(SIZES_MAX, sizeof *sizes), count = 0;
    const char *at = text;
    bool good = *text != '\0';
    while (good && *at) {
        unsigned from, to;
        int steps, used = 0;
        if (*at < '0' || *at > '9') {
            good = false;
        } else if (sscanf(at, "%9u..%9u:%4d%n", &from, &to, &steps, &used) == 3 && used) {
            good = from >= 1 && to > from && to <= TOKENS_MAX && steps >= 2 && steps <= 512;
            for (int i = 0; good && i < steps; i++)
                good =
                    put_size(sizes, &count, from * pow((double)to / from, (double)i / (steps - 1)));
        } else if (sscanf(at, "%9u%n", &from, &used) == 1 && used) {
            good = from >= 1 && from <= TOKENS_MAX && count < SIZES_MAX;
            if (good)
                sizes[count++] = from;
        } else {
            good = false;
        }
        at += used;
        if (good && *at && (*at != ',' || !at[1]))
            good = false;
        at += *at == ',';
    }
    if (!good) {
        free(sizes);
        return complain(why, "--tokens: expected counts like 4096,8192 or 256..32768:8, got \"%s\"",
                        text);
    }
    *ret = sizes;
    *ret_count = count;
    return 0;
}

int words_parse(const char *option, const char *text, const char *const *words, unsigned *ret,
                struct complaint *why)
{
    unsigned bits = 0;
    if (strcmp(text, "all") == 0) {
        *ret = ~0u;
        return 0;
    }
    for (const char *at = text; *at;) {
        char word[64] = "";
        size_t length = strcspn(at, ",");
        if (length < sizeof word)
            memcpy(word, at, length);
        int place = word_index(words, word);
        if (place < 0) {
            struct complaint known = {""};
            for (int i = 0; words[i]; i++) {
                size_t used = strlen(known.text);
                snprintf(known.text + used, sizeof known.text - used, " %s", words[i]);
            }
            return complain(why, "%s: unknown \"%.*s\"; known are%.300s", option, (int)length, at,
                            known.text);
        }
        bits |= 1u << place;
        at += length + (at[length] == ',');
    }
    if (!bits)
        return complain(why, "%s: empty list", option);
    *ret = bits;
    return 0;
}
