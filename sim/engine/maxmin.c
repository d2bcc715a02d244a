#include "sim/engine/maxmin.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "sim/base/mem.h"

/* Ends this close to a call count as come: SimGrid's own smallest step in time. */
#define INSTANT_S 1e-9

struct shared_link {
    double bandwidth_bytes_per_s;
    uint32_t *runs; /* over it, places */
    uint32_t count, room;
    double weight;  /* flows that these are */
    size_t cleared; /* call in which those that had ended were taken off */
};

/* A link while rates are found; apart from the rest, since most of the time goes by here. */
struct filling {
    double left_bytes_per_s;
    double open; /* flows without a rate */
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

struct maxmin {
    struct paths paths;
    struct shared_link *shared; /* [link of the paths] */
    struct filling *fillings;   /* likewise */
    struct run *runs;           /* [place] */
    size_t place_count, run_room;
    uint32_t *running, *idle; /* places, in the order in which flows began; places that are free */
    size_t running_count, idle_count;
    size_t calls;
    struct start *starts;
    size_t start_count, start_room;
    struct network_end *ends;
    size_t end_count, end_room;
    struct offer *offers; /* a heap, least first */
    size_t offer_count;
    double now_s;
    /* Starts and ends since the links were shared, weighted with the rates: their times are counted
     * from then, so that they round alike whenever a play begins. */
    double shared_s, change_times, change_weight;
};

struct maxmin *maxmin_new(const struct paths *owned_paths)
{
    struct maxmin *solver = mem_zeroed(1, sizeof *solver);
    solver->paths = *owned_paths;
    size_t links = solver->paths.link_count;
    solver->shared = mem_zeroed(links + 1, sizeof *solver->shared);
    for (size_t l = 0; l < links; l++)
        solver->shared[l].bandwidth_bytes_per_s = solver->paths.bandwidths_bytes_per_s[l];
    solver->fillings = mem_zeroed(links + 1, sizeof *solver->fillings);
    solver->offers = mem_zeroed(links + 1, sizeof *solver->offers);
    return solver;
}

void maxmin_free(struct maxmin *solver)
{
    if (!solver)
        return;
    for (size_t l = 0; l < solver->paths.link_count; l++)
        free(solver->shared[l].runs);
    paths_done(&solver->paths);
    free(solver->shared);
    free(solver->fillings);
    free(solver->runs);
    free(solver->running);
    free(solver->idle);
    free(solver->starts);
    free(solver->ends);
    free(solver->offers);
    free(solver);
}

/* How many flows one on this place of the paths stands for. Whole numbers, so that sums are exact.
 */
static inline double weight_of(const struct maxmin *solver, uint32_t place)
{
    return solver->paths.weights ? solver->paths.weights[place] : 1;
}

/* ---- Rates ---- */

static void sink(struct maxmin *solver, size_t at)
{
    struct offer offer = solver->offers[at];
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= solver->offer_count)
            break;
        if (child + 1 < solver->offer_count &&
            solver->offers[child + 1].bytes_per_s < solver->offers[child].bytes_per_s)
            child++;
        if (offer.bytes_per_s <= solver->offers[child].bytes_per_s)
            break;
        solver->offers[at] = solver->offers[child];
        at = child;
    }
    solver->offers[at] = offer;
}

static void open_links(struct maxmin *solver)
{
    solver->offer_count = 0;
    for (size_t l = 0; l < solver->paths.link_count; l++) {
        const struct shared_link *link = &solver->shared[l];
        solver->fillings[l] = (struct filling){link->bandwidth_bytes_per_s, link->weight};
        if (link->count)
            solver->offers[solver->offer_count++] =
                (struct offer){link->bandwidth_bytes_per_s / link->weight, (uint32_t)l};
    }
    for (size_t i = solver->offer_count / 2; i-- > 0;)
        sink(solver, i);
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
static void decide(struct maxmin *solver, const struct shared_link *link, double rate)
{
    for (uint32_t i = 0; i < link->count; i++) {
        struct run *run = &solver->runs[link->runs[i]];
        if (run->rate_bytes_per_s >= 0)
            continue;
        run->rate_bytes_per_s = rate;
        const uint32_t *links = &solver->paths.links[run->path.first];
        for (uint32_t k = 0; k < run->path.count; k++) {
            double weight = weight_of(solver, run->path.first + k);
            solver->fillings[links[k]].left_bytes_per_s -= weight * rate;
            solver->fillings[links[k]].open -= weight;
        }
    }
}

/* By filling up: the tightest link decides for its flows, then the next tightest. What a link
 * offers only grows while others decide, so an offer that is out of date is brought up to date
 * when it comes first. */
static void find_rates(struct maxmin *solver)
{
    for (size_t i = 0; i < solver->running_count; i++) {
        struct run *run = &solver->runs[solver->running[i]];
        run->old_rate_bytes_per_s = run->rate_bytes_per_s;
        run->rate_bytes_per_s = -1;
    }
    open_links(solver);
    while (solver->offer_count) {
        const struct filling *filling = &solver->fillings[solver->offers[0].link];
        double rate = filling->open > 0 ? larger(0, filling->left_bytes_per_s) / filling->open : 0;
        if (filling->open > 0 && rate > solver->offers[0].bytes_per_s) {
            solver->offers[0].bytes_per_s = rate;
        } else {
            if (filling->open > 0)
                decide(solver, &solver->shared[solver->offers[0].link], rate);
            solver->offers[0] = solver->offers[--solver->offer_count];
        }
        sink(solver, 0);
    }
}

/* ---- Time ---- */

static void note_change(struct maxmin *solver, const struct run *run, double time_s)
{
    solver->change_weight += run->rate_bytes_per_s;
    solver->change_times += run->rate_bytes_per_s * (time_s - solver->shared_s);
}

static void tell_end(struct maxmin *solver, size_t flow, double end_s)
{
    solver->ends =
        mem_grown(solver->ends, solver->end_count, &solver->end_room, sizeof *solver->ends);
    solver->ends[solver->end_count++] = (struct network_end){flow, end_s};
}

static void end_run(struct maxmin *solver, struct run *run, double end_s)
{
    tell_end(solver, run->flow, end_s);
    run->ended = true;
}

void maxmin_start(struct maxmin *solver, size_t flow, double bytes, double now_s)
{
    solver->starts =
        mem_grown(solver->starts, solver->start_count, &solver->start_room, sizeof *solver->starts);
    if (solver->start_count == 0 && solver->running_count == 0)
        solver->shared_s = now_s;
    solver->starts[solver->start_count++] =
        (struct start){.flow = flow, .bytes = bytes, .time_s = now_s};
}

static void pass_time(struct maxmin *solver, double now_s)
{
    double passed_s = now_s - solver->now_s;
    for (size_t i = 0; i < solver->running_count; i++) {
        struct run *run = &solver->runs[solver->running[i]];
        double rate = run->rate_bytes_per_s;
        double left = run->left_bytes -= rate * passed_s;
        if (!run->ended && left <= rate * INSTANT_S) {
            end_run(solver, run, now_s + larger(0, left) / rate);
            note_change(solver, run, now_s);
        }
    }
    solver->now_s = now_s;
}

static void clear_link(const struct maxmin *solver, struct shared_link *link)
{
    uint32_t kept = 0;
    if (link->cleared == solver->calls)
        return;
    link->cleared = solver->calls;
    for (uint32_t i = 0; i < link->count; i++)
        if (!solver->runs[link->runs[i]].ended)
            link->runs[kept++] = link->runs[i];
    link->count = kept;
}

/* Takes flows off the links that have ended. */
static void clear_ended(struct maxmin *solver)
{
    size_t kept = 0;
    for (size_t i = 0; i < solver->running_count; i++) {
        uint32_t place = solver->running[i];
        const struct path *path = &solver->runs[place].path;
        if (!solver->runs[place].ended) {
            solver->running[kept++] = place;
            continue;
        }
        for (uint32_t k = 0; k < path->count; k++) {
            struct shared_link *link = &solver->shared[solver->paths.links[path->first + k]];
            link->weight -= weight_of(solver, path->first + k);
            clear_link(solver, link);
        }
        solver->idle[solver->idle_count++] = place;
    }
    solver->running_count = kept;
}

static uint32_t take_place(struct maxmin *solver)
{
    if (solver->idle_count)
        return solver->idle[--solver->idle_count];
    if (solver->place_count == solver->run_room) {
        size_t room = solver->run_room = 2 * solver->run_room + 64;
        solver->runs = mem_resized(solver->runs, room, sizeof *solver->runs);
        solver->running = mem_resized(solver->running, room, sizeof *solver->running);
        solver->idle = mem_resized(solver->idle, room, sizeof *solver->idle);
    }
    return (uint32_t)solver->place_count++;
}

static void put_on_links(struct maxmin *solver, uint32_t place)
{
    const struct path *path = &solver->runs[place].path;
    for (uint32_t k = 0; k < path->count; k++) {
        struct shared_link *link = &solver->shared[solver->paths.links[path->first + k]];
        if (link->count == link->room)
            link->runs =
                mem_resized(link->runs, link->room = 2 * link->room + 16, sizeof *link->runs);
        link->runs[link->count++] = place;
        link->weight += weight_of(solver, path->first + k);
    }
    solver->running[solver->running_count++] = place;
}

/* Those without bytes end where they start. */
static void begin_started(struct maxmin *solver)
{
    size_t kept = 0;
    for (size_t i = 0; i < solver->start_count; i++) {
        struct start start = solver->starts[i];
        if (start.bytes <= 0) {
            tell_end(solver, start.flow, solver->now_s);
            continue;
        }
        start.place = take_place(solver);
        solver->runs[start.place] =
            (struct run){.left_bytes = start.bytes,
                         .flow = (uint32_t)start.flow,
                         .path = solver->paths.paths[start.flow % solver->paths.flow_count]};
        put_on_links(solver, start.place);
        solver->starts[kept++] = start;
    }
    solver->start_count = kept;
}

/* The new rates should have held since the starts and ends that they come from: makes up for
 * that as if all of them had come at their mean time. Old rates until then and new ones from
 * then on fit the links. */
static void make_up_for_waits(struct maxmin *solver)
{
    for (size_t i = 0; i < solver->start_count; i++)
        note_change(solver, &solver->runs[solver->starts[i].place], solver->starts[i].time_s);
    double late_s = solver->change_weight > 0 ? solver->now_s - solver->shared_s -
                                                    solver->change_times / solver->change_weight
                                              : 0;
    for (size_t i = 0; i < solver->running_count; i++) {
        struct run *run = &solver->runs[solver->running[i]];
        run->left_bytes -= late_s * (run->rate_bytes_per_s - run->old_rate_bytes_per_s);
    }
    solver->start_count = 0;
    solver->shared_s = solver->now_s;
    solver->change_times = solver->change_weight = 0;
}

/* Tells what ends within the window; returns when links are to be shared next. */
static double look_ahead(struct maxmin *solver, double window_s)
{
    double next_s = INFINITY, until_s = solver->now_s + window_s;
    for (size_t i = 0; i < solver->running_count; i++) {
        struct run *run = &solver->runs[solver->running[i]];
        double end_s = solver->now_s + larger(0, run->left_bytes) / run->rate_bytes_per_s;
        next_s = smaller(next_s, larger(end_s, until_s));
        if (end_s <= until_s) {
            end_run(solver, run, end_s);
            note_change(solver, run, end_s);
        }
    }
    return next_s;
}

double maxmin_share(struct maxmin *solver, double now_s, double window_s,
                    const struct network_end **ret_ends, size_t *ret_count)
{
    solver->end_count = 0;
    solver->calls++;
    pass_time(solver, now_s);
    clear_ended(solver);
    begin_started(solver);
    find_rates(solver);
    make_up_for_waits(solver);
    double next_s = look_ahead(solver, window_s);
    *ret_ends = solver->ends;
    *ret_count = solver->end_count;
    return next_s;
}
