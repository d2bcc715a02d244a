#include "sim/engine/fair.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "sim/base/mem.h"
#include "sim/engine/fair_paths.h"

/* Ends this close to a call count as come: SimGrid's own smallest step in time. */
#define INSTANT_S 1e-9

struct shared_link {
    double bandwidth_bytes_per_s;
    uint32_t *runs; /* over it, places */
    uint32_t count, room;
    size_t cleared; /* call in which those that had ended were taken off */
};

/* A link while rates are found; apart from the rest, since most of the time goes by here. */
struct filling {
    double left_bytes_per_s;
    uint32_t open; /* flows without a rate */
};

/* A flow while it runs. Few of all flows do at a time, so that what is known of these lies
 * together. */
struct run {
    double left_bytes, rate_bytes_per_s, old_rate_bytes_per_s;
    uint32_t flow;
    bool ended; /* told, but still on its links */
    struct path path;
};

struct start {
    size_t flow;
    double bytes, time_s;
    uint32_t place; /* once it has begun */
};

/* A link and what each of its open flows would get if it decided: never more than they get. */
struct offer {
    double bytes_per_s;
    uint32_t link;
};

struct fair {
    struct fair_paths paths;
    struct shared_link *shared; /* [link of the paths] */
    struct filling *fillings;   /* likewise */
    struct run *runs;           /* [place] */
    size_t place_count, run_room;
    uint32_t *running, *idle; /* places, in the order in which flows began; places that are free */
    size_t running_count, idle_count;
    size_t calls;
    struct start *starts;
    size_t start_count, start_room;
    struct fair_end *ends;
    size_t end_count, end_room;
    struct offer *offers; /* a heap, least first */
    size_t offer_count;
    double now_s;
    /* Starts and ends since the links were shared, weighted with the rates: their times are counted
     * from then, so that they round alike whenever a play begins. */
    double shared_s, change_times, change_weight;
};

struct fair *fair_new(const struct topology *topology, struct router *router,
                      const struct flow_set *const *sets, size_t set_count)
{
    struct fair *fair = mem_zeroed(1, sizeof *fair);
    fair_paths_find(topology, router, sets, set_count, &fair->paths);
    size_t links = fair->paths.link_count;
    fair->shared = mem_zeroed(links + 1, sizeof *fair->shared);
    for (size_t l = 0; l < links; l++)
        fair->shared[l].bandwidth_bytes_per_s = fair->paths.bandwidths_bytes_per_s[l];
    fair->fillings = mem_zeroed(links + 1, sizeof *fair->fillings);
    fair->offers = mem_zeroed(links + 1, sizeof *fair->offers);
    return fair;
}

void fair_free(struct fair *fair)
{
    if (!fair)
        return;
    for (size_t l = 0; l < fair->paths.link_count; l++)
        free(fair->shared[l].runs);
    fair_paths_done(&fair->paths);
    free(fair->shared);
    free(fair->fillings);
    free(fair->runs);
    free(fair->running);
    free(fair->idle);
    free(fair->starts);
    free(fair->ends);
    free(fair->offers);
    free(fair);
}

size_t fair_link_count(const struct fair *fair)
{
    return fair->paths.link_count;
}

/* ---- Rates ---- */

static void sink(struct fair *fair, size_t at)
{
    struct offer offer = fair->offers[at];
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= fair->offer_count)
            break;
        if (child + 1 < fair->offer_count &&
            fair->offers[child + 1].bytes_per_s < fair->offers[child].bytes_per_s)
            child++;
        if (offer.bytes_per_s <= fair->offers[child].bytes_per_s)
            break;
        fair->offers[at] = fair->offers[child];
        at = child;
    }
    fair->offers[at] = offer;
}

static void open_links(struct fair *fair)
{
    fair->offer_count = 0;
    for (size_t l = 0; l < fair->paths.link_count; l++) {
        const struct shared_link *link = &fair->shared[l];
        fair->fillings[l] = (struct filling){link->bandwidth_bytes_per_s, link->count};
        if (link->count)
            fair->offers[fair->offer_count++] =
                (struct offer){link->bandwidth_bytes_per_s / link->count, (uint32_t)l};
    }
    for (size_t i = fair->offer_count / 2; i-- > 0;)
        sink(fair, i);
}

/* As fmax and fmin of numbers, without a call. */
static inline double larger(double a, double b)
{
    return a < b ? b : a;
}

static inline double smaller(double a, double b)
{
    return b < a ? b : a;
}

/* All open flows of the link get this. */
static void decide(struct fair *fair, const struct shared_link *link, double rate)
{
    for (uint32_t i = 0; i < link->count; i++) {
        struct run *run = &fair->runs[link->runs[i]];
        if (run->rate_bytes_per_s >= 0)
            continue;
        run->rate_bytes_per_s = rate;
        const uint32_t *links = &fair->paths.links[run->path.first];
        for (uint32_t k = 0; k < run->path.count; k++) {
            fair->fillings[links[k]].left_bytes_per_s -= rate;
            fair->fillings[links[k]].open--;
        }
    }
}

/* By filling up: the tightest link decides for its flows, then the next tightest. What a link
 * offers only grows while others decide, so an offer that is out of date is brought up to date
 * when it comes first. */
static void find_rates(struct fair *fair)
{
    for (size_t i = 0; i < fair->running_count; i++) {
        struct run *run = &fair->runs[fair->running[i]];
        run->old_rate_bytes_per_s = run->rate_bytes_per_s;
        run->rate_bytes_per_s = -1;
    }
    open_links(fair);
    while (fair->offer_count) {
        const struct filling *filling = &fair->fillings[fair->offers[0].link];
        double rate = filling->open ? larger(0, filling->left_bytes_per_s) / filling->open : 0;
        if (filling->open && rate > fair->offers[0].bytes_per_s) {
            fair->offers[0].bytes_per_s = rate;
        } else {
            if (filling->open)
                decide(fair, &fair->shared[fair->offers[0].link], rate);
            fair->offers[0] = fair->offers[--fair->offer_count];
        }
        sink(fair, 0);
    }
}

/* ---- Time ---- */

static void note_change(struct fair *fair, const struct run *run, double time_s)
{
    fair->change_weight += run->rate_bytes_per_s;
    fair->change_times += run->rate_bytes_per_s * (time_s - fair->shared_s);
}

static void tell_end(struct fair *fair, size_t flow, double end_s)
{
    if (fair->end_count == fair->end_room)
        fair->ends =
            mem_resized(fair->ends, fair->end_room = 2 * fair->end_room + 64, sizeof *fair->ends);
    fair->ends[fair->end_count++] = (struct fair_end){flow, end_s};
}

static void end_run(struct fair *fair, struct run *run, double end_s)
{
    tell_end(fair, run->flow, end_s);
    run->ended = true;
}

void fair_start(struct fair *fair, size_t flow, double bytes, double now_s)
{
    if (fair->start_count == fair->start_room)
        fair->starts = mem_resized(fair->starts, fair->start_room = 2 * fair->start_room + 64,
                                   sizeof *fair->starts);
    if (fair->start_count == 0 && fair->running_count == 0)
        fair->shared_s = now_s;
    fair->starts[fair->start_count++] =
        (struct start){.flow = flow, .bytes = bytes, .time_s = now_s};
}

static void pass_time(struct fair *fair, double now_s)
{
    double passed_s = now_s - fair->now_s;
    for (size_t i = 0; i < fair->running_count; i++) {
        struct run *run = &fair->runs[fair->running[i]];
        double rate = run->rate_bytes_per_s;
        double left = run->left_bytes -= rate * passed_s;
        if (!run->ended && left <= rate * INSTANT_S) {
            end_run(fair, run, now_s + larger(0, left) / rate);
            note_change(fair, run, now_s);
        }
    }
    fair->now_s = now_s;
}

static void clear_link(const struct fair *fair, struct shared_link *link)
{
    uint32_t kept = 0;
    if (link->cleared == fair->calls)
        return;
    link->cleared = fair->calls;
    for (uint32_t i = 0; i < link->count; i++)
        if (!fair->runs[link->runs[i]].ended)
            link->runs[kept++] = link->runs[i];
    link->count = kept;
}

/* Takes flows off the links that have ended. */
static void clear_ended(struct fair *fair)
{
    size_t kept = 0;
    for (size_t i = 0; i < fair->running_count; i++) {
        uint32_t place = fair->running[i];
        const struct path *path = &fair->runs[place].path;
        if (!fair->runs[place].ended) {
            fair->running[kept++] = place;
            continue;
        }
        for (uint32_t k = 0; k < path->count; k++)
            clear_link(fair, &fair->shared[fair->paths.links[path->first + k]]);
        fair->idle[fair->idle_count++] = place;
    }
    fair->running_count = kept;
}

static uint32_t take_place(struct fair *fair)
{
    if (fair->idle_count)
        return fair->idle[--fair->idle_count];
    if (fair->place_count == fair->run_room) {
        size_t room = fair->run_room = 2 * fair->run_room + 64;
        fair->runs = mem_resized(fair->runs, room, sizeof *fair->runs);
        fair->running = mem_resized(fair->running, room, sizeof *fair->running);
        fair->idle = mem_resized(fair->idle, room, sizeof *fair->idle);
    }
    return (uint32_t)fair->place_count++;
}

static void put_on_links(struct fair *fair, uint32_t place)
{
    const struct path *path = &fair->runs[place].path;
    for (uint32_t k = 0; k < path->count; k++) {
        struct shared_link *link = &fair->shared[fair->paths.links[path->first + k]];
        if (link->count == link->room)
            link->runs =
                mem_resized(link->runs, link->room = 2 * link->room + 16, sizeof *link->runs);
        link->runs[link->count++] = place;
    }
    fair->running[fair->running_count++] = place;
}

/* Those without bytes end where they start. */
static void begin_started(struct fair *fair)
{
    size_t kept = 0;
    for (size_t i = 0; i < fair->start_count; i++) {
        struct start start = fair->starts[i];
        if (start.bytes <= 0) {
            tell_end(fair, start.flow, fair->now_s);
            continue;
        }
        start.place = take_place(fair);
        fair->runs[start.place] =
            (struct run){.left_bytes = start.bytes,
                         .flow = (uint32_t)start.flow,
                         .path = fair->paths.paths[start.flow % fair->paths.flow_count]};
        put_on_links(fair, start.place);
        fair->starts[kept++] = start;
    }
    fair->start_count = kept;
}

/* The new rates should have held since the starts and ends that they come from: makes up for
 * that as if all of them had come at their mean time. Old rates until then and new ones from
 * then on fit the links. */
static void make_up_for_waits(struct fair *fair)
{
    for (size_t i = 0; i < fair->start_count; i++)
        note_change(fair, &fair->runs[fair->starts[i].place], fair->starts[i].time_s);
    double late_s = fair->change_weight > 0
                        ? fair->now_s - fair->shared_s - fair->change_times / fair->change_weight
                        : 0;
    for (size_t i = 0; i < fair->running_count; i++) {
        struct run *run = &fair->runs[fair->running[i]];
        run->left_bytes -= late_s * (run->rate_bytes_per_s - run->old_rate_bytes_per_s);
    }
    fair->start_count = 0;
    fair->shared_s = fair->now_s;
    fair->change_times = fair->change_weight = 0;
}

/* Tells what ends within the window; returns when links are to be shared next. */
static double look_ahead(struct fair *fair, double window_s)
{
    double next_s = INFINITY, until_s = fair->now_s + window_s;
    for (size_t i = 0; i < fair->running_count; i++) {
        struct run *run = &fair->runs[fair->running[i]];
        double end_s = fair->now_s + larger(0, run->left_bytes) / run->rate_bytes_per_s;
        next_s = smaller(next_s, larger(end_s, until_s));
        if (end_s <= until_s) {
            end_run(fair, run, end_s);
            note_change(fair, run, end_s);
        }
    }
    return next_s;
}

double fair_share(struct fair *fair, double now_s, double window_s,
                  const struct fair_end **ret_ends, size_t *ret_count)
{
    fair->end_count = 0;
    fair->calls++;
    pass_time(fair, now_s);
    clear_ended(fair);
    begin_started(fair);
    find_rates(fair);
    make_up_for_waits(fair);
    double next_s = look_ahead(fair, window_s);
    *ret_ends = fair->ends;
    *ret_count = fair->end_count;
    return next_s;
}
