#include "sim/cmd/study_options.h"

#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"

#define STUDY_OPTION_COUNT 10

void study_options_init(struct study_options *o)
{
    *o = (struct study_options){.model = "swinv2-moe-s",
                                .topology = "8xa30-pcie",
                                .schedule = "all",
                                .mode = "inference",
                                .baseline = "top2"};
}

static void fill_rows(struct study_options *o, struct option_row *rows)
{
    const struct option_row all[STUDY_OPTION_COUNT] = {
        {"model", "NAME|FILE", "architecture (default swinv2-moe-s); 'scmoesim list models'", NULL,
         &o->model, NULL},
        {"topology", "NAME|FILE|SHORTHAND",
         "cluster (default 8xa30-pcie); 'scmoesim list topologies', or for example "
         "nodes=4,gpu=h100-sxm,gpus=8,nic=8x400G",
         NULL, &o->topology, NULL},
        {"schedule", "LIST",
         "schedules, names or files separated by commas, or 'all' (default); 'scmoesim list "
         "schedules'",
         NULL, &o->schedule, NULL},
        {"mode", "MODE", "inference (default) or training", NULL, &o->mode, NULL},
        {"tokens", "N", "tokens per GPU instead of the model's, e.g. 16Ki", NULL, &o->tokens, NULL},
        {"ep", "N", "GPUs in an expert-parallel group (default: all, or one per expert)", NULL,
         &o->ep, NULL},
        {"costs", "FILE.csv", "measured operator times; what the file lacks is synthesised", NULL,
         &o->costs, NULL},
        {"set", "/POINTER=VALUE",
         "change an input: /model/..., /topology/..., /gpu/..., /schedule/... by JSON Pointer; may be "
         "given many times",
         NULL, NULL, &o->sets},
        {"baseline", "NAME", "schedule that speedups refer to (default top2)", NULL, &o->baseline,
         NULL},
        {"keep-flows-apart", NULL,
         "simulate every pair of an All-to-All as a flow of its own (slower, same result)",
         &o->keep_flows_apart, NULL, NULL},
    };
    memcpy(rows, all, sizeof all);
}

/* Splits at commas into fresh words. */
static size_t split(const char *list, const char ***ret)
{
    size_t count = 0;
    const char **words = NULL;
    for (const char *at = list;; at++) {
        size_t length = strcspn(at, ",");
        words = mem_resized(words, count + 2, sizeof *words);
        words[count++] = mem_format("%.*s", (int)length, at);
        words[count] = NULL;
        at += length;
        if (!*at)
            break;
    }
    *ret = words;
    return count;
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
        .sets = o->sets,
        .keep_flows_apart = o->keep_flows_apart,
    };
    size_t mode = 0;
    while (run_mode_names[mode] && strcmp(run_mode_names[mode], o->mode) != 0)
        mode++;
    if (!run_mode_names[mode])
        return usage_error(me, "--mode: expected inference or training, got \"%s\"", o->mode);
    ret->mode = (enum run_mode)mode;
    int r = o->ep ? read_count_option(me, "ep", o->ep, &ret->ep) : -1;
    if (r >= 0)
        return r;
    double tokens = 0;
    if (o->tokens && (quantity_parse(o->tokens, UNIT_COUNT, &tokens) < 0 || tokens <= 0))
        return usage_error(me, "--tokens: expected a number > 0, got \"%s\"", o->tokens);
    if (o->tokens) {
        snprintf(o->token_count, sizeof o->token_count, "%.17g", tokens);
        ret->tokens = o->token_count;
    }
    while (o->sets && o->sets[ret->set_count])
        ret->set_count++;
    ret->schedule_count = split(o->schedule, &o->schedules);
    ret->schedules = o->schedules;
    for (size_t i = 0; i < ret->schedule_count; i++)
        if (!*o->schedules[i])
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
    const char **rest;
    size_t rest_count;
    int code = read_options(me, rows, argc, argv, &rest, &rest_count);
    free(rows);
    if (code >= 0)
        return code;
    size_t allowed = o->takes_file ? 1 : 0;
    if (rest_count > allowed)
        code = usage_error(me, "unexpected argument \"%s\"", rest[allowed]);
    else
        code = make_request(me, o, ret);
    o->file = rest_count ? rest[0] : NULL;
    free(rest);
    return code;
}

void study_options_done(struct study_options *o)
{
    for (size_t i = 0; o->schedules && o->schedules[i]; i++)
        free((void *)(size_t)o->schedules[i]);
    free(o->schedules);
    free(o->sets);
}
