#include "sim/cluster/fair.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "sim/base/mem.h"
#include "sim/cluster/fair_paths.h"

/* Ends this close to a call count as come: SimGrid's own smallest step in time. */
#define INSTANT_S 1e-9

enum state { IDLE, RUNNING, ENDED }; /* ended: told, but still on its links */

struct shared_link {
    double bandwidth_bytes_per_s;
    uint32_t *flows; /* that run over it */
    uint32_t count, room;
    /* While rates are found: */
    uint32_t open; /* flows without a rate */
    double left_bytes_per_s;
};

struct start {
    size_t flow;
    double bytes, time_s;
};

/* A link and what each of its open flows would get if it decided: never more than they get. */
struct offer {
    double bytes_per_s;
    uint32_t link;
};

struct fair {
    struct fair_paths paths;
    struct shared_link *shared; /* [link of the paths] */
    struct path *path_of;       /* [flow, of any lane], as all that follow */
    unsigned char *states;
    double *left_bytes, *rates_bytes_per_s, *old_rates_bytes_per_s;
    uint32_t *running;
    size_t running_count;
    struct start *starts;
    size_t start_count, start_room;
    struct fair_end *ends;
    size_t end_count, end_room;
    struct offer *offers; /* a heap, least first */
    size_t offer_count;
    double now_s;
    /* Starts and ends since the links were shared, weighted with the rates: their times are counted from
     * then, so that they round alike whenever a play begins. */
    double shared_s, change_times, change_weight;
};

struct fair *fair_new(const struct topology *topology, struct router *router,
                      const struct flow_set *const *sets, size_t set_count, size_t lanes)
{
    struct fair *fair = mem_zeroed(1, sizeof *fair);
    fair_paths_find(topology, router, sets, set_count, &fair->paths);
    size_t links = fair->paths.link_count, flows = fair->paths.flow_count, all = lanes * flows + 1;
    fair->shared = mem_zeroed(links + 1, sizeof *fair->shared);
    for (size_t l = 0; l < links; l++)
        fair->shared[l].bandwidth_bytes_per_s = fair->paths.bandwidths_bytes_per_s[l];
    fair->path_of = mem_zeroed(all, sizeof *fair->path_of);
    for (size_t f = 0; f < lanes * flows; f++)
        fair->path_of[f] = fair->paths.paths[f % flows];
    fair->states = mem_zeroed(all, sizeof *fair->states);
    fair->left_bytes = mem_zeroed(all, sizeof *fair->left_bytes);
    fair->rates_bytes_per_s = mem_zeroed(all, sizeof *fair->rates_bytes_per_s);
    fair->old_rates_bytes_per_s = mem_zeroed(all, sizeof *fair->old_rates_bytes_per_s);
    fair->running = mem_zeroed(all, sizeof *fair->running);
    fair->offers = mem_zeroed(links + 1, sizeof *fair->offers);
    return fair;
}

void fair_free(struct fair *fair)
{
    if (!fair)
        return;
    for (size_t l = 0; l < fair->paths.link_count; l++)
        free(fair->shared[l].flows);
    fair_paths_done(&fair->paths);
    free(fair->shared);
    free(fair->path_of);
    free(fair->states);
    free(fair->left_bytes);
    free(fair->rates_bytes_per_s);
    free(fair->old_rates_bytes_per_s);
    free(fair->running);
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
        struct shared_link *link = &fair->shared[l];
        link->open = link->count;
        link->left_bytes_per_s = link->bandwidth_bytes_per_s;
        if (link->open)
            fair->offers[fair->offer_count++] =
                (struct offer){link->bandwidth_bytes_per_s / link->open, (uint32_t)l};
    }
    for (size_t i = fair->offer_count / 2; i-- > 0;)
        sink(fair, i);
}

/* All open flows of the link get this. */
static void decide(struct fair *fair, const struct shared_link *link, double rate)
{
    for (uint32_t i = 0; i < link->count; i++) {
        uint32_t flow = link->flows[i];
        if (fair->rates_bytes_per_s[flow] >= 0)
            continue;
        fair->rates_bytes_per_s[flow] = rate;
        const uint32_t *links = &fair->paths.links[fair->path_of[flow].first];
        for (uint32_t k = 0; k < fair->path_of[flow].count; k++) {
            fair->shared[links[k]].left_bytes_per_s -= rate;
            fair->shared[links[k]].open--;
        }
    }
}

/* By filling up: the tightest link decides for its flows, then the next tightest. What a link
 * offers only grows while others decide, so an offer that is out of date is brought up to date
 * when it comes first. */
static void find_rates(struct fair *fair)
{
    for (size_t i = 0; i < fair->running_count; i++) {
        uint32_t flow = fair->running[i];
        fair->old_rates_bytes_per_s[flow] = fair->rates_bytes_per_s[flow];
        fair->rates_bytes_per_s[flow] = -1;
    }
    open_links(fair);
    while (fair->offer_count) {
        struct shared_link *link = &fair->shared[fair->offers[0].link];
        double rate = link->open ? fmax(0, link->left_bytes_per_s) / link->open : 0;
        if (link->open && rate > fair->offers[0].bytes_per_s) {
            fair->offers[0].bytes_per_s = rate;
        } else {
            if (link->open)
                decide(fair, link, rate);
            fair->offers[0] = fair->offers[--fair->offer_count];
        }
        sink(fair, 0);
    }
}

/* ---- Time ---- */

static void note_change(struct fair *fair, size_t flow, double time_s)
{
    fair->change_weight += fair->rates_bytes_per_s[flow];
    fair->change_times += fair->rates_bytes_per_s[flow] * (time_s - fair->shared_s);
}

static void tell_end(struct fair *fair, size_t flow, double end_s)
{
    if (fair->end_count == fair->end_room)
        fair->ends = mem_resized(fair->ends, fair->end_room = 2 * fair->end_room + 64,
                                 sizeof *fair->ends);
    fair->ends[fair->end_count++] = (struct fair_end){flow, end_s};
    fair->states[flow] = ENDED;
}

void fair_start(struct fair *fair, size_t flow, double bytes, double now_s)
{
    if (fair->start_count == fair->start_room)
        fair->starts = mem_resized(fair->starts, fair->start_room = 2 * fair->start_room + 64,
                                   sizeof *fair->starts);
    if (fair->start_count == 0 && fair->running_count == 0)
        fair->shared_s = now_s;
    fair->starts[fair->start_count++] = (struct start){flow, bytes, now_s};
}

static void pass_time(struct fair *fair, double now_s)
{
    double passed_s = now_s - fair->now_s;
    for (size_t i = 0; i < fair->running_count; i++) {
        uint32_t flow = fair->running[i];
        double rate = fair->rates_bytes_per_s[flow];
        double left = fair->left_bytes[flow] -= rate * passed_s;
        if (fair->states[flow] == RUNNING && left <= rate * INSTANT_S) {
            tell_end(fair, flow, now_s + fmax(0, left) / rate);
            note_change(fair, flow, now_s);
        }
    }
    fair->now_s = now_s;
}

/* Takes flows off the links that have ended. */
static void clear_ended(struct fair *fair)
{
    for (size_t l = 0; l < fair->paths.link_count; l++) {
        struct shared_link *link = &fair->shared[l];
        uint32_t kept = 0;
        for (uint32_t i = 0; i < link->count; i++)
            if (fair->states[link->flows[i]] == RUNNING)
                link->flows[kept++] = link->flows[i];
        link->count = kept;
    }
    size_t kept = 0;
    for (size_t i = 0; i < fair->running_count; i++) {
        uint32_t flow = fair->running[i];
        if (fair->states[flow] == RUNNING)
            fair->running[kept++] = flow;
        else
            fair->states[flow] = IDLE;
    }
    fair->running_count = kept;
}

static void put_on_links(struct fair *fair, size_t flow)
{
    const struct path *path = &fair->path_of[flow];
    for (uint32_t k = 0; k < path->count; k++) {
        struct shared_link *link = &fair->shared[fair->paths.links[path->first + k]];
        if (link->count == link->room)
            link->flows = mem_resized(link->flows, link->room = 2 * link->room + 16,
                                      sizeof *link->flows);
        link->flows[link->count++] = (uint32_t)flow;
    }
    fair->running[fair->running_count++] = (uint32_t)flow;
}

/* Those without bytes end where they start. */
static void begin_started(struct fair *fair)
{
    size_t kept = 0;
    for (size_t i = 0; i < fair->start_count; i++) {
        struct start start = fair->starts[i];
        if (start.bytes <= 0) {
            tell_end(fair, start.flow, fair->now_s);
            fair->states[start.flow] = IDLE;
            continue;
        }
        fair->states[start.flow] = RUNNING;
        fair->left_bytes[start.flow] = start.bytes;
        fair->rates_bytes_per_s[start.flow] = 0;
        put_on_links(fair, start.flow);
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
        note_change(fair, fair->starts[i].flow, fair->starts[i].time_s);
    double late_s = fair->change_weight > 0
                        ? fair->now_s - fair->shared_s - fair->change_times / fair->change_weight
                        : 0;
    for (size_t i = 0; i < fair->running_count; i++) {
        uint32_t flow = fair->running[i];
        fair->left_bytes[flow] -=
            late_s * (fair->rates_bytes_per_s[flow] - fair->old_rates_bytes_per_s[flow]);
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
        uint32_t flow = fair->running[i];
        double end_s = fair->now_s +
                       fmax(0, fair->left_bytes[flow]) / fair->rates_bytes_per_s[flow];
        next_s = fmin(next_s, fmax(end_s, until_s));
        if (end_s <= until_s) {
            tell_end(fair, flow, end_s);
            note_change(fair, flow, end_s);
        }
    }
    return next_s;
}

double fair_share(struct fair *fair, double now_s, double window_s,
                  const struct fair_end **ret_ends, size_t *ret_count)
{
    fair->end_count = 0;
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
