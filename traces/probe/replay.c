/* The command that plays plans and writes what happened: one thread for each GPU. */
#include "commands.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "bench.h"
#include "playable.h"
#include "player.h"
#include "recording.h"
#include "sim/base/mem.h"
#include "tally.h"
#include "team.h"
#include "timeline.h"

#define TURNS_MAX 16 /* plans in turns */

/* What all ranks share. Rank 0 alone changes it, and the others read it only where all have met. */
struct replay {
    const struct options *options;
    struct plan **plan;
    int ranks;
    double deadline_s;
    struct recording whole[TURNS_MAX][TEAM_MAX], parts[TEAM_MAX]; /* each rank's own */
    struct nvml_average averages[NVML_LABELS]; /* while whole pairs ran on the first GPU */
    struct tally *tally;                       /* [plan * plays + play]: what all rounds gave */
    size_t round, played;                      /* plans in this round */
    int failed;                                /* plans that could not be played */
};

/* One rank at work. */
struct place {
    const struct member *me;
    struct replay *replay;
    struct stage_set set;
    struct choices choices;
    struct nvml *nvml; /* the first rank's */
    struct nvml_facts facts;
};

/* How often a plan is played in a round: at each factor, and by each launch. */
static size_t plays(const struct options *options)
{
    return options->factor_count * (options->both_launches ? 2 : 1);
}

/* -o names a file for one timeline and a folder for several: PLAN.FACTOR.LAUNCH.json in it. */
static bool writes_folder(const struct options *options)
{
    return options->plan_count * plays(options) > 1;
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

/* Anew after each round, so that what is there outlives a time limit. */
static void write_timeline(const struct place *place, const char *path, const struct player *player,
                           const struct series *whole, const struct tally *tally)
{
    struct diag why = {0};
    char to[4096];
    struct timeline timeline = {
        .plan = player->plan,
        .plan_path = path,
        .ranks = place->replay->ranks,
        .factor = player->factor,
        .in_graph = whole->in_graph,
        .turns = whole->player_count,
        .options = place->replay->options,
        .gpu = place->set.lab.about.name,
        .facts = place->facts,
        .pair = tally_pair(tally),
        .tally = tally,
    };
    output_path(timeline.options, &timeline, to, sizeof to);
    if (timeline_write(&timeline, to, &why) < 0)
        die_of(EXIT_BAD_INPUT, &why);
}

/* Whole pairs without events between operators; clock and power are read meanwhile. */
static void play_whole(struct place *place, struct series *series)
{
    struct replay *replay = place->replay;
    bool reads = place->me->rank == 0 && replay->round == 0;
    if (reads) {
        nvml_sample_label(place->nvml, 0);
        nvml_sample_start(place->nvml);
    }
    team_wait(place->me);
    series_run(series);
    if (reads)
        nvml_sample_stop(place->nvml, replay->averages);
    for (size_t i = 0; i < series->player_count; i++)
        recording_take(&replay->whole[i][place->me->rank], series, i, NULL);
    series_done(series);
}

/* Pairs with an event before and behind each operator, on the common clock where there are several
 * GPUs. */
static void play_parts(struct place *place, struct series *series)
{
    struct recording *to = &place->replay->parts[place->me->rank];
    struct lab *lab = &place->set.lab;
    struct clock_pair clock[2];
    size_t mark = lab_mark(lab);
    if (place->set.among_gpus) {
        series->stamp_ns = lab_take(lab, (series->pairs + 1) * sizeof *series->stamp_ns);
        if (!series->stamp_ns)
            die(EXIT_BUG, "no memory for the GPU's timer");
        clock[0] = clock_compare(lab);
    }
    team_wait(place->me);
    series_run(series);
    if (place->set.among_gpus)
        clock[1] = clock_compare(lab);
    recording_take(to, series, 0, place->set.among_gpus ? clock : NULL);
    series_done(series);
    lab_release(lab, mark);
}

static void keep(struct place *place, const struct recording *whole, struct tally *tally)
{
    struct replay *replay = place->replay;
    tally_add(tally, whole, replay->ranks);
    if (replay->round > 0)
        return;
    tally->average = replay->averages[0];
    tally_place(tally, replay->parts, replay->ranks);
}

/* Plans in turns, from `first` on in the list; most often one. */
struct turns {
    size_t first, count;
    struct player player[TURNS_MAX];
    size_t open; /* of the players */
};

/* Where the tally of a plan's play stands. */
static struct tally *tally_of(const struct replay *replay, size_t plan, size_t play)
{
    return &replay->tally[plan * plays(replay->options) + play];
}

static void play_one(struct place *place, const struct turns *turns, size_t which,
                     const struct series *whole, size_t play)
{
    struct replay *replay = place->replay;
    size_t plan = turns->first + which;
    struct series parts = *whole;
    parts.players = &turns->player[which];
    parts.player_count = 1;
    parts.with_operators = true;
    parts.warm_up_s /= 2;
    if (replay->round == 0)
        play_parts(place, &parts);
    team_wait(place->me);
    if (place->me->rank == 0) {
        struct tally *tally = tally_of(replay, plan, play);
        keep(place, replay->whole[which], tally);
        write_timeline(place, replay->options->plan[plan], &turns->player[which], whole, tally);
    }
    team_wait(place->me);
    recording_done(&replay->whole[which][place->me->rank]);
    recording_done(&replay->parts[place->me->rank]);
}

static void play(struct place *place, const struct turns *turns, bool in_graph, size_t play)
{
    const struct options *options = place->replay->options;
    const struct series form = {.players = turns->player,
                                .player_count = turns->count,
                                .pairs = options->pairs,
                                .in_graph = in_graph,
                                .warm_up_s = options->warm_up_s};
    struct series whole = form;
    play_whole(place, &whole);
    for (size_t i = 0; i < turns->count; i++)
        play_one(place, turns, i, &form, play);
}

/* By the first rank's clock, so that all stop at the same plan. */
static bool time_is_up(const struct place *place)
{
    const struct replay *replay = place->replay;
    bool up = replay->deadline_s > 0 && host_seconds() > replay->deadline_s;
    return !team_agree(place->me, place->me->rank > 0 || !up);
}

static size_t turns_from(const struct replay *replay, size_t first)
{
    const struct options *options = replay->options;
    size_t count = 1;
    while (options->in_turns && count < TURNS_MAX && first + count < options->plan_count &&
           plans_differ_in_slot(replay->plan[first], replay->plan[first + count]))
        count++;
    return count;
}

/* Whether every rank could open them all. */
static bool open_players(struct place *place, struct turns *turns)
{
    struct replay *replay = place->replay;
    const struct options *options = replay->options;
    double largest = 0;
    bool open = true;
    for (size_t f = 0; f < options->factor_count; f++)
        largest = options->factor[f] > largest ? options->factor[f] : largest;
    for (size_t i = 0; open && i < turns->count; i++) {
        struct diag why = {0};
        size_t plan = turns->first + i;
        open = player_open(&turns->player[i], &place->set, replay->plan[plan], largest, &why) == 0;
        turns->open += open;
        if (!open && replay->round == 0)
            note("%s: %s", options->plan[plan], why.messages[0]);
        diag_done(&why);
    }
    return team_agree(place->me, open);
}

static void close_players(struct turns *turns)
{
    while (turns->open > 0)
        player_close(&turns->player[--turns->open]);
}

static void set_factor(struct turns *turns, double factor)
{
    for (size_t i = 0; i < turns->count; i++)
        turns->player[i].factor = factor;
}

static void replay_turns(struct place *place, size_t first, size_t count)
{
    struct replay *replay = place->replay;
    const struct options *options = replay->options;
    struct turns *turns = mem_zeroed(1, sizeof *turns);
    turns->first = first;
    turns->count = count;
    bool all_open = open_players(place, turns);
    size_t at = 0;
    for (size_t f = 0; all_open && f < options->factor_count; f++) {
        set_factor(turns, options->factor[f]);
        for (int graph = 0; graph < 2; graph++) {
            if (!options->both_launches && options->graph != graph)
                continue;
            /* A play that the time limit kept out of the first round stays out. */
            if (!time_is_up(place) && (replay->round == 0 || tally_of(replay, first, at)->rounds))
                play(place, turns, graph, at);
            at++;
        }
    }
    close_players(turns);
    free(turns);
    if (place->me->rank == 0 && replay->round == 0 && !all_open)
        replay->failed += (int)count;
}

/* Every rank reads the file; the first one's choices are kept. */
static void load_choices(struct place *place)
{
    const char *path = place->replay->options->tuning;
    struct diag why = {0};
    if (!path)
        return;
    if (choices_load(path, &place->choices, &why) < 0)
        die_of(EXIT_BAD_INPUT, &why);
    place->set.lab.choices = &place->choices;
}

static void save_choices(struct place *place)
{
    const char *path = place->replay->options->tuning;
    struct diag why = {0};
    if (path && place->me->rank == 0 && choices_save(path, &place->choices, &why) < 0)
        die_of(EXIT_BAD_INPUT, &why);
    choices_done(&place->choices);
}

/* Whether another round is to follow. */
static bool play_round(struct place *place)
{
    struct replay *replay = place->replay;
    const struct options *options = replay->options;
    size_t i = 0;
    for (size_t count; i < options->plan_count && !time_is_up(place); i += count) {
        count = turns_from(replay, i);
        replay_turns(place, i, count);
    }
    bool more = !time_is_up(place) && replay->round + 1 < options->rounds;
    team_wait(place->me);
    if (place->me->rank == 0) {
        replay->played = i;
        replay->round += more;
    }
    team_wait(place->me);
    return more;
}

static void work(const struct member *me, void *context)
{
    struct replay *replay = context;
    const struct options *options = replay->options;
    struct place *place = mem_zeroed(1, sizeof *place);
    int device = options->gpus ? me->rank : options->device;
    char bus[32];
    place->me = place->set.me = me;
    place->replay = replay;
    place->set.among_gpus = options->gpus > 1;
    lab_init(&place->set.lab, device, 0.9);
    load_choices(place);
    try_cuda(cudaDeviceGetPCIBusId(bus, sizeof bus, device));
    place->nvml = nvml_open(bus);
    nvml_describe(place->nvml, &place->facts);
    while (play_round(place))
        ;
    nvml_close(place->nvml);
    save_choices(place);
    stage_set_done(&place->set);
    free(place);
}

static void load_plans(const struct options *options, struct plan **plans)
{
    for (size_t i = 0; i < options->plan_count; i++) {
        struct diag why = {0};
        if (plan_load(options->plan[i], &why, &plans[i]) < 0 ||
            plan_check(plans[i], options->plan[i], &why) < 0)
            die_of(EXIT_BAD_INPUT, &why);
    }
    if (writes_folder(options) && mkdir(options->output, 0777) != 0 && errno != EEXIST)
        die(EXIT_BAD_INPUT, "%s: %s", options->output, strerror(errno));
}

static void check_gpus(const struct options *options)
{
    int there = 0;
    if (options->gpus < 2)
        return;
    if (collective_problem())
        die(EXIT_NO_GPU, "--gpus: %s", collective_problem());
    if (cudaGetDeviceCount(&there) != cudaSuccess || there < options->gpus)
        die(EXIT_NO_GPU, "--gpus %d: this machine has %d", options->gpus, there);
}

int command_replay(const struct options *options)
{
    struct replay *replay = mem_zeroed(1, sizeof *replay);
    replay->options = options;
    replay->ranks = options->gpus > 1 ? options->gpus : 1;
    replay->plan = mem_zeroed(options->plan_count, sizeof *replay->plan);
    load_plans(options, replay->plan);
    check_gpus(options);
    if (options->time_limit_s > 0)
        replay->deadline_s = host_seconds() + options->time_limit_s;
    size_t tallies = options->plan_count * plays(options);
    replay->tally = mem_zeroed(tallies, sizeof *replay->tally);
    team_run(replay->ranks, work, replay);
    if (replay->played < options->plan_count)
        note("the time limit is reached in round %zu of %zu, after %zu of %zu plans",
             replay->round + 1, options->rounds, replay->played, options->plan_count);
    else if (replay->round + 1 < options->rounds)
        note("the time limit is reached after %zu of %zu rounds", replay->round + 1,
             options->rounds);
    int status = replay->failed ? EXIT_BAD_INPUT : EXIT_FINE;
    for (size_t i = 0; i < options->plan_count; i++)
        plan_free(replay->plan[i]);
    for (size_t i = 0; i < tallies; i++)
        tally_done(&replay->tally[i]);
    free(replay->tally);
    free(replay->plan);
    free(replay);
    return status;
}
