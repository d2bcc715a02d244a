/* The command that plays plans and writes what happened. */
#include "commands.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "bench.h"
#include "player.h"
#include "timeline.h"

struct replay {
    const struct options *options;
    struct stage_set set;
    char bus[32];
    struct nvml_facts facts;
    double deadline_s;
    int failed; /* plans that could not be played */
};

static double between(cudaEvent_t begin, cudaEvent_t end)
{
    float ms;
    try_cuda(cudaEventElapsedTime(&ms, begin, end));
    return 1e-3 * (double)ms;
}

static struct timing pair_times(const struct series *series)
{
    double *time_s = need_memory(series->pairs, sizeof *time_s);
    for (size_t i = 0; i < series->pairs; i++)
        time_s[i] = between(series->boundary[i], series->boundary[i + 1]);
    struct timing timing = {quantile(time_s, series->pairs, 0.5),
                            quantile(time_s, series->pairs, 0.1),
                            quantile(time_s, series->pairs, 0.9), series->pairs};
    free(time_s);
    return timing;
}

static double median_from_boundary(const struct player *player, const struct series *series,
                                   const cudaEvent_t *events, size_t op)
{
    double *time_s = need_memory(series->pairs, sizeof *time_s);
    for (size_t i = 0; i < series->pairs; i++)
        time_s[i] = between(series->boundary[i], events[i * player->plan->operator_count + op]);
    double median = quantile(time_s, series->pairs, 0.5);
    free(time_s);
    return median;
}

static void fill_timeline(const struct player *player, const struct series *series,
                          struct timeline *timeline)
{
    size_t count = player->plan->operator_count;
    timeline->start_s = need_memory(count, sizeof *timeline->start_s);
    timeline->end_s = need_memory(count, sizeof *timeline->end_s);
    for (size_t i = 0; i < count; i++) {
        timeline->start_s[i] = median_from_boundary(player, series, series->begin, i);
        timeline->end_s[i] = median_from_boundary(player, series, series->end, i);
    }
}

/* -o names a file for one timeline and a folder for several: PLAN.FACTOR.LAUNCH.json in it. */
static bool writes_folder(const struct options *options)
{
    return options->plan_count * options->factor_count * (options->both_launches ? 2 : 1) > 1;
}

static void output_path(const struct options *options, const struct timeline *timeline, char *ret,
                        size_t room)
{
    if (!writes_folder(options)) {
        snprintf(ret, room, "%s", options->output);
        return;
    }
    const char *slash = strrchr(timeline->plan_path, '/');
    const char *name = slash ? slash + 1 : timeline->plan_path;
    const char *dot = strrchr(name, '.');
    int length = dot && strcmp(dot, ".json") == 0 ? (int)(dot - name) : (int)strlen(name);
    snprintf(ret, room, "%s/%.*s.%g.%s.json", options->output, length, name, timeline->factor,
             timeline->in_graph ? "graph" : "eager");
}

/* Whole pairs first, without events between operators; then where each operator stands. */
static void play(struct replay *replay, struct player *player, struct timeline *timeline)
{
    const struct options *options = replay->options;
    struct series whole = {
        .pairs = options->pairs, .in_graph = timeline->in_graph, .warm_up_s = options->warm_up_s};
    struct series parts = whole;
    parts.with_operators = true;
    parts.warm_up_s /= 2;
    struct nvml *nvml = nvml_open(replay->bus);
    nvml_sample_label(nvml, 0);
    nvml_sample_start(nvml);
    player_run(player, &whole);
    nvml_sample_stop(nvml, timeline->averages);
    nvml_close(nvml);
    player_run(player, &parts);
    timeline->pair = pair_times(&whole);
    timeline->instrumented_pair = pair_times(&parts);
    fill_timeline(player, &parts, timeline);
    series_done(player, &whole);
    series_done(player, &parts);
}

static void play_and_write(struct replay *replay, struct player *player, const char *path,
                           double factor, bool in_graph)
{
    struct complaint why;
    char to[4096];
    struct timeline timeline = {.plan = player->plan,
                                .plan_path = path,
                                .factor = factor,
                                .in_graph = in_graph,
                                .options = replay->options,
                                .gpu = replay->set.lab.about.name,
                                .facts = replay->facts};
    player->factor = factor;
    play(replay, player, &timeline);
    output_path(replay->options, &timeline, to, sizeof to);
    if (timeline_write(&timeline, to, &why) < 0) die(EXIT_BAD_INPUT, "%s", why.text);
    timeline_done(&timeline);
}

static bool time_is_up(const struct replay *replay)
{
    return replay->deadline_s > 0 && host_seconds() > replay->deadline_s;
}

static void replay_plan(struct replay *replay, const char *path, const struct plan *plan)
{
    const struct options *options = replay->options;
    struct complaint why;
    struct player player;
    if (player_open(&player, &replay->set, plan, &why) < 0) {
        note("%s: %s", path, why.text);
        replay->failed++;
        return;
    }
    for (size_t f = 0; f < options->factor_count; f++) {
        for (int graph = 0; graph < 2; graph++) {
            if ((options->both_launches || options->graph == graph) && !time_is_up(replay))
                play_and_write(replay, &player, path, options->factor[f], graph);
        }
    }
    player_close(&player);
}

static void load_plans(const struct options *options, struct plan **plans)
{
    for (size_t i = 0; i < options->plan_count; i++) {
        struct complaint why;
        if (plan_load(options->plan[i], &plans[i], &why) < 0) die(EXIT_BAD_INPUT, "%s", why.text);
    }
    if (writes_folder(options) && mkdir(options->output, 0777) != 0 && errno != EEXIST)
        die(EXIT_BAD_INPUT, "%s: %s", options->output, strerror(errno));
}

static void open_replay(struct replay *replay, const struct options *options)
{
    *replay = (struct replay){.options = options};
    if (options->time_limit_s > 0) replay->deadline_s = host_seconds() + options->time_limit_s;
    lab_init(&replay->set.lab, options->device, 0.9);
    try_cuda(cudaDeviceGetPCIBusId(replay->bus, sizeof replay->bus, options->device));
    struct nvml *nvml = nvml_open(replay->bus);
    nvml_describe(nvml, &replay->facts);
    nvml_close(nvml);
}

int command_replay(const struct options *options)
{
    struct plan **plans = need_memory(options->plan_count, sizeof *plans);
    struct replay replay;
    load_plans(options, plans);
    open_replay(&replay, options);
    size_t played = 0;
    for (; played < options->plan_count && !time_is_up(&replay); played++) {
        replay_plan(&replay, options->plan[played], plans[played]);
        plan_free(plans[played]);
    }
    if (played < options->plan_count)
        note("the time limit is reached after %zu of %zu plans", played, options->plan_count);
    for (; played < options->plan_count; played++)
        plan_free(plans[played]);
    free(plans);
    stage_set_done(&replay.set);
    return replay.failed ? EXIT_BAD_INPUT : EXIT_FINE;
}
