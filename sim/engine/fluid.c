#include "sim/engine/fluid.h"

#include <math.h>
#include <stdlib.h>

#include "sim/base/mem.h"

#define OPEN (-1.0) /* the rate of a stream that has none yet */

/* ---- Rates ---- */

void sharing_init(const double *bandwidth_bytes_per_s, size_t kinds, struct sharing *ret)
{
    *ret = (struct sharing){
        .bandwidth_bytes_per_s = bandwidth_bytes_per_s,
        .free_bytes_per_s = mem_zeroed(kinds + 1, sizeof(double)),
        .open = mem_zeroed(kinds + 1, sizeof(double)),
        .kinds = mem_zeroed(kinds + 1, sizeof(size_t)),
    };
}

void sharing_done(struct sharing *sharing)
{
    free(sharing->free_bytes_per_s);
    free(sharing->open);
    free(sharing->kinds);
    *sharing = (struct sharing){0};
}

static void open_stream(struct sharing *sharing, struct stream *stream)
{
    stream->rate_bytes_per_s = OPEN;
    for (size_t i = 0; i < stream->crossing_count; i++) {
        const struct crossing *crossing = &stream->crossings[i];
        if (sharing->open[crossing->kind] == 0) {
            sharing->kinds[sharing->kind_count++] = crossing->kind;
            sharing->free_bytes_per_s[crossing->kind] =
                sharing->bandwidth_bytes_per_s[crossing->kind];
        }
        sharing->open[crossing->kind] += crossing->flows;
    }
}

/* The kind whose open flows would get least if it were the bottleneck; what that is. */
static double find_tightest(const struct sharing *sharing, size_t *ret_kind)
{
    double lowest = INFINITY;
    for (size_t i = 0; i < sharing->kind_count; i++) {
        size_t kind = sharing->kinds[i];
        if (sharing->open[kind] <= 0)
            continue;
        double rate = fmax(0, sharing->free_bytes_per_s[kind]) / sharing->open[kind];
        if (rate < lowest) {
            lowest = rate;
            *ret_kind = kind;
        }
    }
    return lowest;
}

static void fix_stream(struct sharing *sharing, struct stream *stream, double rate)
{
    stream->rate_bytes_per_s = rate;
    for (size_t i = 0; i < stream->crossing_count; i++) {
        const struct crossing *crossing = &stream->crossings[i];
        sharing->open[crossing->kind] -= crossing->flows; /* whole numbers: ends at 0 exactly */
        sharing->free_bytes_per_s[crossing->kind] -= crossing->flows * rate;
    }
}

static int crosses(const struct stream *stream, size_t kind)
{
    for (size_t i = 0; i < stream->crossing_count; i++)
        if (stream->crossings[i].kind == kind)
            return 1;
    return 0;
}

/* By filling up: the tightest links fix their flows, then the next tightest. */
void sharing_find(struct sharing *sharing, struct stream *const *running, size_t count)
{
    size_t tightest = 0;
    double rate;
    sharing->kind_count = 0;
    for (size_t s = 0; s < count; s++)
        open_stream(sharing, running[s]);
    while (!isinf(rate = find_tightest(sharing, &tightest)))
        for (size_t s = 0; s < count; s++)
            if (running[s]->rate_bytes_per_s == OPEN && crosses(running[s], tightest))
                fix_stream(sharing, running[s], rate);
}

/* ---- Transfers ---- */

/* Lets the next ones end. Returns when that is. */
static double end_next(struct fluid_stream *transfers, double *left_bytes, size_t count,
                       double now_s)
{
    const double rounding = 1e-12; /* of a transfer's bytes: it ends together with the next one */
    double end_s = INFINITY;
    size_t first = 0;
    for (size_t t = 0; t < count; t++) {
        double at_s = now_s + left_bytes[t] / transfers[t].stream.rate_bytes_per_s;
        if (left_bytes[t] > 0 && at_s < end_s) {
            end_s = at_s;
            first = t;
        }
    }
    for (size_t t = 0; t < count; t++) {
        if (left_bytes[t] <= 0)
            continue;
        left_bytes[t] -= transfers[t].stream.rate_bytes_per_s * (end_s - now_s);
        if (t == first || left_bytes[t] < rounding * transfers[t].bytes) {
            left_bytes[t] = 0;
            transfers[t].end_s = end_s;
        }
    }
    return end_s;
}

void fluid_play(struct fluid_stream *transfers, size_t count, const double *bandwidth_bytes_per_s,
                size_t kinds)
{
    struct sharing sharing;
    struct stream **running = mem_zeroed(count + 1, sizeof *running);
    double *left_bytes = mem_zeroed(count + 1, sizeof *left_bytes), now_s = 0;
    sharing_init(bandwidth_bytes_per_s, kinds, &sharing);
    for (size_t t = 0; t < count; t++) {
        left_bytes[t] = transfers[t].bytes;
        transfers[t].end_s = 0;
    }
    for (;;) {
        size_t running_count = 0;
        for (size_t t = 0; t < count; t++)
            if (left_bytes[t] > 0)
                running[running_count++] = &transfers[t].stream;
        if (running_count == 0)
            break;
        sharing_find(&sharing, running, running_count);
        now_s = end_next(transfers, left_bytes, count, now_s);
    }
    sharing_done(&sharing);
    free(running);
    free(left_bytes);
}
