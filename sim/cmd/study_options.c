#include "sim/cmd/study_options.h"

#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"
#include "sim/tokens/routing.h"
#include "sim/base/number.h"

#define STUDY_OPTION_COUNT 19

void study_options_init(struct study_options *o)
{
    *o = (struct study_options){.model = "swinv2-moe-s",
                                .topology = "8xa30-pcie",
                                .schedule = "all",
                                .mode = "inference",
                                .baseline = "top2",
                                .seed_help = "of the draws (default 1)",
                                .fold = "auto",
                                .network = "auto"};
}

void study_options_request(struct study_request *ret)
{
    static const char *const all[] = {"all"};
    struct study_options defaults;
    study_options_init(&defaults);
    *ret = (struct study_request){.model = defaults.model,
                                  .topology = defaults.topology,
                                  .schedules = all,
                                  .schedule_count = 1,
                                  .baseline = defaults.baseline};
}

static void fill_rows(struct study_options *o, struct option_row *rows)
{
    o->schedule_help = mem_format(
        "%s (default %s); 'scmoesim list schedules'",
        o->one_schedule ? "schedule" : "schedules, names or files separated by commas, or 'all'",
        o->schedule);
    const struct option_row all[STUDY_OPTION_COUNT] = {
        {"model", "NAME|FILE", "architecture (default swinv2-moe-s); 'scmoesim list models'",
         .word = &o->model},
        {"topology", "NAME|FILE|SHORTHAND",
         "cluster (default 8xa30-pcie); 'scmoesim list topologies', or for example "
         "nodes=4,gpu=h100-sxm,gpus=8,nic=8x400G",
         .word = &o->topology},
        {"schedule", o->one_schedule ? "NAME|FILE" : "LIST", o->schedule_help,
         .word = &o->schedule},
        {"mode", "MODE", "inference (default) or training", .word = &o->mode},
        {"tokens", "N", "tokens per GPU instead of the model's, e.g. 16Ki", .word = &o->tokens},
        {"ep", "N", "GPUs in an expert-parallel group (default: all, or one per expert)",
         .word = &o->ep},
        CLUSTER_OPTIONS(o),
        {"routing", "LOAD",
         "what experts tokens choose: balanced (default), zipf:EXPONENT, dirichlet:ALPHA or "
         "FILE.csv of recorded loads; more by --set /routing/...",
         .word = &o->routing},
        {"overflow", "WHAT",
         "pad (buffers of the model's capacity, sent whole; default when balanced), drop (what is "
         "beyond it) or dropless (default otherwise)",
         .word = &o->overflow},
        {"draws", "N", "draws of the routing, of which mean and percentiles are told (default 1)",
         .word = &o->draws},
        {"seed", "N", o->seed_help, .word = &o->seed},
        {"costs", "FILE.csv",
         "measured operator times; may be given many times; where files have equal rows, the first "
         "counts; what "
         "is lacking is synthesised",
         .words = &o->costs},
        {"launch", "HOW",
         "how kernels are launched: eager (default), or graph, by a CUDA graph, which begins each "
         "later",
         .word = &o->launch},
        {"set", "/POINTER=VALUE",
         "change an input: /model/..., /topology/..., /gpu/..., /schedule/..., /routing/..., "
         "/costs/... by JSON Pointer; may be given many times",
         .words = &o->sets},
        {"baseline", "NAME", "schedule that speedups refer to (default top2)",
         .word = &o->baseline},
        NETWORK_OPTION(o->network),
        FOLD_OPTION(o->fold),
    };
    memcpy(rows, all, sizeof all);
}

/* An option and the member of "degraded" that it makes. */
struct damage {
    const char *option, *what, *names, *ratio;
    const char **words;
};

/* "NAME=RATIO" as "/topology/degraded/-={...}". */
static int make_set(const struct command *me, const struct damage *damage, const char *word,
                    char **ret)
{
    const char *equals = strrchr(word, '=');
    size_t length = equals ? number_span(equals + 1) : 0;
    double ratio = length && !equals[1 + length] ? number_read(equals + 1) : 0;
    if (!equals || equals == word || !(ratio > 0 && ratio <= 1))
        return usage_error(me,
                           "--%s: expected %s=RATIO with a ratio above 0 and at most 1, got \"%s\"",
                           damage->option, damage->what, word);
    char *name = mem_format("%.*s", (int)(equals - word), word);
    struct text set = {0};
    text_add(&set, "/topology/degraded/-={\"%s\": ", damage->names);
    text_add_quoted(&set, name, TEXT_WHOLE);
    text_add(&set, ", \"%s\": %s}", damage->ratio, equals + 1);
    free(name);
    *ret = set.text;
    return -1;
}

static int make_damage_sets(const struct command *me, struct study_options *o)
{
    const struct damage kinds[] = {
        {"degrade", "LINK", "links", "bandwidth_ratio", o->degrades},
        {"slow", "GPU", "gpus", "compute_ratio", o->slows},
    };
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t i = 0; kinds[k].words && kinds[k].words[i]; i++) {
            char *set = NULL;
            int code = make_set(me, &kinds[k], kinds[k].words[i], &set);
            if (code >= 0)
                return code;
            request_own(&o->words, set);
        }
    return -1;
}

/* Options that are settings by another name. */
static int make_word_sets(const struct command *me, struct study_options *o)
{
    const struct {
        const char *pointer, *word;
    } words[] = {{"/topology/all_to_all/algorithm", o->a2a},
                 {"/costs/launch", o->launch},
                 {"/routing/overflow", o->overflow},
                 {"/routing/draws", o->draws},
                 {"/routing/seed", o->seed}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].word)
            request_own(&o->words, mem_format("%s=%s", words[i].pointer, words[i].word));
    char *first, *second;
    if (!o->routing)
        return -1;
    if (!routing_spec_edits(o->routing, &first, &second))
        return usage_error(
            me,
            "--routing: expected balanced, zipf:EXPONENT, dirichlet:ALPHA or a FILE.csv, "
            "got \"%s\"",
            o->routing);
    request_own(&o->words, first);
    if (second)
        request_own(&o->words, second);
    return -1;
}

int study_options_sets(const struct command *me, struct study_options *o, const char *const **ret,
                       size_t *ret_count)
{
    struct request_words *words = &o->words;
    size_t given = words_count(o->sets);
    int code = make_damage_sets(me, o);
    if (code < 0)
        code = make_word_sets(me, o);
    if (code >= 0)
        return code;
    *ret_count = words->owned_count + given;
    *ret = words->sets = mem_zeroed(*ret_count + 1, sizeof *words->sets);
    for (size_t i = 0; i < *ret_count; i++)
        words->sets[i] = i < words->owned_count ? words->owned[i] : o->sets[i - words->owned_count];
    return -1;
}

static int make_request(const struct command *me, struct study_options *o,
                        struct study_request *ret)
{
    *ret = (struct study_request){
        .model = o->model,
        .topology = o->topology,
        .baseline = o->baseline,
        .tokens = o->tokens,
        .costs = o->costs,
    };
    size_t mode = word_position(run_mode_names, o->mode);
    if (!run_mode_names[mode])
        return usage_error(me, "--mode: expected inference or training, got \"%s\"", o->mode);
    ret->mode = (enum run_mode)mode;
    int r = read_network_options(me, o->fold, o->network, &ret->fold, &ret->network);
    if (r >= 0)
        return r;
    r = read_count_option(me, "ep", o->ep, &ret->ep);
    if (r >= 0)
        return r;
    double tokens = 0;
    if (o->tokens && (quantity_parse(o->tokens, UNIT_COUNT, &tokens) < 0 || tokens <= 0))
        return usage_error(me, "--tokens: expected a number > 0, got \"%s\"", o->tokens);
    if (o->tokens) {
        snprintf(o->token_count, sizeof o->token_count, "%.17g", tokens);
        ret->tokens = o->token_count;
    }
    if ((r = study_options_sets(me, o, &ret->sets, &ret->set_count)) >= 0)
        return r;
    ret->schedules = o->words.schedules = words_split(o->schedule, &ret->schedule_count);
    for (size_t i = 0; i < ret->schedule_count; i++)
        if (!*ret->schedules[i])
            return usage_error(me, "--schedule: an empty name in \"%s\"", o->schedule);
    return -1;
}

int study_options_read(const struct command *me, struct study_options *o,
                       const struct option_row *own, int argc, char *argv[],
                       struct study_request *ret)
{
    size_t own_count = 0;
    while (own[own_count].name)
        own_count++;
    struct option_row *rows = mem_zeroed(STUDY_OPTION_COUNT + own_count + 1, sizeof *rows);
    fill_rows(o, rows);
    memcpy(rows + STUDY_OPTION_COUNT, own, own_count * sizeof *rows);
    const char *const *rest;
    size_t rest_count;
    int code = read_options(me, rows, argc, argv, &rest, &rest_count);
    free(rows);
    if (code >= 0)
        return code;
    size_t allowed = o->takes_file ? 1 : 0;
    if (rest_count > allowed)
        return usage_error(me, "unexpected argument \"%s\"", rest[allowed]);
    o->file = rest_count ? rest[0] : NULL;
    return make_request(me, o, ret);
}

void study_options_done(struct study_options *o)
{
    request_words_done(&o->words);
    free(o->schedule_help);
    free(o->degrades);
    free(o->slows);
    free(o->sets);
    free(o->costs);
}
