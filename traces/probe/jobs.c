#include "jobs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base.h"
#include "playable.h"
#include "sim/base/mem.h"

#define TOKENS_MAX 4194304
#define SIZES_MAX 4096

size_t model_tokens(const struct model *model)
{
    return (size_t)ceil(model->tokens_per_gpu);
}

/* Where the model's own would split what one table is to interpolate: fewer tokens than a span
 * belong to the curve of the whole span; the core of attention works alike at any width of the
 * model. One routed expert goes with a shared one. */
struct operator_shape stage_shape(const struct model *model, const struct model_stage *stage,
                                  enum operator_kind kind, size_t tokens, size_t top_k, size_t ep)
{
    struct model sized = *model;
    sized.tokens_per_gpu = (double)tokens;
    struct operator_shape shape =
        model_shape(&sized, stage, kind, top_k, model->experts > ep ? model->experts / ep : 1);
    shape.tokens = (double)shape_rows(&shape);
    shape.shared = kind == OPERATOR_DECODE && top_k == 1;
    if (operator_uses(kind, SHAPE_SPAN_TOKENS))
        shape.span_tokens = stage->span_tokens;
    if (kind == OPERATOR_ATTENTION_CORE)
        shape.hidden = 0;
    return shape;
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
        jobs->job = mem_resized(jobs->job, jobs->room, sizeof *jobs->job);
    }
    jobs->job[jobs->count++] = *job;
}

static bool depends_on_routing(enum operator_kind kind)
{
    return kind == OPERATOR_GATE || kind == OPERATOR_ENCODE || kind == OPERATOR_EXPERT ||
           kind == OPERATOR_DECODE;
}

static bool belongs(const struct model *model, const struct model_stage *stage,
                    enum operator_kind kind)
{
    if (!operator_computes(kind))
        return false;
    if (kind == OPERATOR_MLP)
        return stage->mlp_hidden > 0;
    if (kind == OPERATOR_LM_HEAD)
        return model->vocabulary > 0 && stage == &model->stages[model->stage_count - 1];
    return stage->moe_every || !(depends_on_routing(kind) || kind == OPERATOR_SHARED_EXPERT);
}

static void add_kind(struct jobs *jobs, const struct model *model, const struct model_stage *stage,
                     enum operator_kind kind, size_t tokens, const struct job_wishes *wishes)
{
    size_t top_k[TOP_K_MAX];
    size_t ways = routed_counts(model, wishes->top_k, wishes->top_k_count, top_k);
    if (!depends_on_routing(kind))
        ways = 1;
    for (int pass = 0; pass < PASS_COUNT; pass++) {
        if (!(wishes->passes >> pass & 1) ||
            (pass == PASS_WEIGHT_GRADIENT && !operator_has_weights(kind)))
            continue;
        for (size_t i = 0; i < ways; i++) {
            struct job job = {.kind = kind,
                              .pass = (enum operator_pass)pass,
                              .shape =
                                  stage_shape(model, stage, kind, tokens, top_k[i], wishes->ep),
                              .routed_experts = model->experts};
            add(jobs, &job);
        }
    }
}

void jobs_add_model(struct jobs *jobs, const struct model *model, size_t tokens,
                    const struct job_wishes *wishes)
{
    for (size_t s = 0; s < model->stage_count; s++) {
        const struct model_stage *stage = &model->stages[s];
        for (int kind = 0; kind < OPERATOR_KIND_COUNT; kind++) {
            if ((wishes->kinds >> kind & 1) && belongs(model, stage, (enum operator_kind)kind))
                add_kind(jobs, model, stage, (enum operator_kind)kind, tokens, wishes);
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

int tokens_parse(const char *text, size_t **ret, size_t *ret_count, struct diag *why)
{
    size_t *sizes = mem_zeroed(SIZES_MAX, sizeof *sizes), count = 0;
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
        return diag_say(why, "--tokens: expected counts like 4096,8192 or 256..32768:8, got \"%s\"",
                        text);
    }
    *ret = sizes;
    *ret_count = count;
    return 0;
}

static int unknown_word(const char *option, const char *word, const char *const *words,
                        struct diag *why)
{
    struct text known = {0};
    text_add_list(&known, words, ", ");
    text_add_suggestion(&known, word, words);
    int r = diag_say(why, "%s: unknown \"%s\"; known are %s", option, word, text_get(&known));
    text_done(&known);
    return r;
}

int words_parse(const char *option, const char *text, const char *const *words, unsigned *ret,
                struct diag *why)
{
    unsigned bits = 0;
    int r = 0;
    if (strcmp(text, "all") == 0) {
        *ret = ~0u;
        return 0;
    }
    for (const char *at = text; *at && r == 0;) {
        size_t length = strcspn(at, ",");
        char *word = mem_format("%.*s", (int)length, at);
        int place = word_index(words, word);
        if (place < 0)
            r = unknown_word(option, word, words, why);
        else
            bits |= 1u << place;
        free(word);
        at += length + (at[length] == ',');
    }
    if (r == 0 && !bits)
        r = diag_say(why, "%s: empty list", option);
    if (r == 0)
        *ret = bits;
    return r;
}
