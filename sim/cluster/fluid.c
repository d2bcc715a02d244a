#include "sim/cluster/fluid.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "sim/base/mem.h"

/* A stream while bytes flow. */
struct state {
    double left_bytes;
    double rate_bytes_per_s;
    bool running;
    bool fixed; /* the rate is known in this round of filling */
    bool done;
};

struct fluid {
    struct stream *streams;
    struct state *states;
    size_t count;
    const double *load;
    const double *bandwidth;
    size_t links;
    double now_s;
};

/* What each open flow of the link would get if it were the bottleneck; INFINITY without any. */
static double fair_rate(const struct fluid *fluid, size_t link)
{
    const double *load = &fluid->load[link * fluid->count];
    double open = 0, taken = 0;
    for (size_t s = 0; s < fluid->count; s++) {
        const struct state *state = &fluid->states[s];
        if (!state->running || load[s] <= 0)
            continue;
        if (state->fixed)
            taken += load[s] * state->rate_bytes_per_s;
        else
            open += load[s];
    }
    return open > 0 ? fmax(0, fluid->bandwidth[link] - taken) / open : INFINITY;
}

static void fix_on(struct fluid *fluid, size_t link, double rate)
{
    for (size_t s = 0; s < fluid->count; s++) {
        struct state *state = &fluid->states[s];
        if (!state->running || state->fixed || fluid->load[link * fluid->count + s] <= 0)
            continue;
        state->fixed = true;
        state->rate_bytes_per_s = rate;
    }
}

/* Max-min fair rates by filling up: the tightest link fixes its flows, then the next tightest. */
static void share_links(struct fluid *fluid)
{
    for (size_t s = 0; s < fluid->count; s++)
        fluid->states[s].fixed = false;
    for (;;) {
        double lowest = INFINITY;
        size_t tightest = 0;
        for (size_t link = 0; link < fluid->links; link++) {
            double rate = fair_rate(fluid, link);
            if (rate < lowest) {
                lowest = rate;
                tightest = link;
            }
        }
        if (isinf(lowest))
            return;
        fix_on(fluid, tightest, lowest);
    }
}

static void finish(struct fluid *fluid, size_t stream)
{
    fluid->states[stream].running = false;
    fluid->states[stream].done = true;
    fluid->streams[stream].end_s = fluid->now_s;
}

/* Starts those whose time has come. Returns when the next one comes, INFINITY without any. */
static double start_streams(struct fluid *fluid)
{
    double next_s = INFINITY;
    for (size_t s = 0; s < fluid->count; s++) {
        struct state *state = &fluid->states[s];
        if (state->running || state->done)
            continue;
        if (fluid->streams[s].start_s > fluid->now_s) {
            next_s = fmin(next_s, fluid->streams[s].start_s);
            continue;
        }
        state->running = true;
        if (state->left_bytes <= 0)
            finish(fluid, s);
    }
    return next_s;
}

/* Lets time pass until a stream ends or the next one starts. False when there is nothing left. */
static bool advance(struct fluid *fluid, double next_start_s)
{
    const double rounding = 1e-12; /* of a stream's bytes: it ends together with the next one */
    double end_s = INFINITY;
    size_t first = 0;
    for (size_t s = 0; s < fluid->count; s++) {
        const struct state *state = &fluid->states[s];
        double at_s = fluid->now_s + state->left_bytes / state->rate_bytes_per_s;
        if (state->running && at_s < end_s) {
            end_s = at_s;
            first = s;
        }
    }
    bool ends = end_s <= next_start_s;
    double to_s = ends ? end_s : next_start_s;
    if (isinf(to_s))
        return false;
    for (size_t s = 0; s < fluid->count; s++)
        if (fluid->states[s].running)
            fluid->states[s].left_bytes -=
                fluid->states[s].rate_bytes_per_s * (to_s - fluid->now_s);
    fluid->now_s = to_s;
    for (size_t s = 0; s < fluid->count; s++)
        if (fluid->states[s].running &&
            ((ends && s == first) ||
             fluid->states[s].left_bytes < rounding * fluid->streams[s].bytes))
            finish(fluid, s);
    return true;
}

void fluid_play(struct stream *streams, size_t count, const double *load,
                const double *bandwidth_bytes_per_s, size_t links)
{
    struct fluid fluid = {
        .streams = streams,
        .states = mem_zeroed(count, sizeof *fluid.states),
        .count = count,
        .load = load,
        .bandwidth = bandwidth_bytes_per_s,
        .links = links,
    };
    double next_start_s;
    for (size_t s = 0; s < count; s++)
        fluid.states[s].left_bytes = streams[s].bytes;
    do {
        next_start_s = start_streams(&fluid);
        share_links(&fluid);
    } while (advance(&fluid, next_start_s));
    free(fluid.states);
}
