#include "sim/cluster/aggregate.h"

#include <math.h>
#include <stdlib.h>

#include "sim/base/mem.h"

/* One class while bytes flow. All of its flows are alike, so one rate says it all. */
struct stream {
    double parts;      /* patterns that run at the same time */
    double left_bytes; /* of each */
    double rate_bytes_per_s;
    bool fixed;        /* the rate is known in this round of filling */
    bool done;
};

struct fluid {
    struct stream *streams;
    size_t count;
    const size_t *load;
    const double *bandwidth;
    size_t links;
};

/* Flows on a link that satisfy: not done, and rate fixed or not as asked. Returns the sum of
 * `parts * load`, times the rate where they are fixed. */
static double link_sum(const struct fluid *fluid, size_t link, bool fixed)
{
    double sum = 0;
    for (size_t c = 0; c < fluid->count; c++) {
        const struct stream *stream = &fluid->streams[c];
        double flows = stream->parts * (double)fluid->load[link * fluid->count + c];
        if (!stream->done && stream->fixed == fixed)
            sum += fixed ? flows * stream->rate_bytes_per_s : flows;
    }
    return sum;
}

/* What each open flow of the link would get if it were the bottleneck; INFINITY without any. */
static double fair_rate(const struct fluid *fluid, size_t link)
{
    double open = link_sum(fluid, link, /* fixed= */ false);
    if (open <= 0)
        return INFINITY;
    return fmax(0, fluid->bandwidth[link] - link_sum(fluid, link, /* fixed= */ true)) / open;
}

static void fix_on(struct fluid *fluid, size_t link, double rate)
{
    for (size_t c = 0; c < fluid->count; c++) {
        struct stream *stream = &fluid->streams[c];
        if (stream->done || stream->fixed || !fluid->load[link * fluid->count + c])
            continue;
        stream->fixed = true;
        stream->rate_bytes_per_s = rate;
    }
}

/* Max-min fair rates by filling up: the tightest link fixes its flows, then the next tightest. */
static void share_links(struct fluid *fluid)
{
    for (size_t c = 0; c < fluid->count; c++)
        fluid->streams[c].fixed = false;
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

/* Lets time pass until the next stream is done. Returns how long that took, 0 when all are. */
static double advance(struct fluid *fluid)
{
    double step_s = INFINITY;
    size_t next = 0;
    for (size_t c = 0; c < fluid->count; c++) {
        const struct stream *stream = &fluid->streams[c];
        double left_s = stream->left_bytes / stream->rate_bytes_per_s;
        if (!stream->done && left_s < step_s) {
            step_s = left_s;
            next = c;
        }
    }
    if (isinf(step_s))
        return 0;
    for (size_t c = 0; c < fluid->count; c++)
        fluid->streams[c].left_bytes -= fluid->streams[c].rate_bytes_per_s * step_s;
    for (size_t c = 0; c < fluid->count; c++) /* streams that end together up to rounding */
        fluid->streams[c].done |= c == next || fluid->streams[c].left_bytes < 1e-12;
    return step_s;
}

double fluid_end_s(const struct pattern_class *classes, size_t count, const size_t *load,
                   const double *bandwidth_bytes_per_s, size_t links)
{
    struct fluid fluid = {
        .streams = mem_zeroed(count, sizeof *fluid.streams),
        .count = count,
        .load = load,
        .bandwidth = bandwidth_bytes_per_s,
        .links = links,
    };
    double end_s = 0, step_s;
    for (size_t c = 0; c < count; c++) {
        double weight = (double)classes[c].weight;
        fluid.streams[c].parts = classes[c].merged ? 1 : weight;
        fluid.streams[c].left_bytes = classes[c].merged ? weight : 1;
    }
    do {
        share_links(&fluid);
        step_s = advance(&fluid);
        end_s += step_s;
    } while (step_s > 0);
    free(fluid.streams);
    return end_s;
}
