/* Max-min fair sharing of links by streams of equal flows, as arithmetic.
 *
 * Links that carry alike are of one kind, and a stream is flows that are alike: at any time all of
 * them run at the same rate. So what one link of each kind carries tells all. */
#ifndef SCMOESIM_ENGINE_FLUID_H
#define SCMOESIM_ENGINE_FLUID_H

#include <stddef.h>

/* Links of a kind that a stream crosses, and how many of its flows are on each one of them. */
struct crossing {
    size_t kind;
    double flows;
};

/* What runs now; it crosses one link at least. */
struct stream {
    const struct crossing *crossings; /* borrowed */
    size_t crossing_count;
    double rate_bytes_per_s; /* of each flow; sharing_find sets it */
};

struct sharing {
    const double *bandwidth_bytes_per_s; /* [kind]: of one link; borrowed */
    double *free_bytes_per_s, *open; /* [kind]: what is left of a link; flows without a rate yet */
    size_t *kinds, kind_count;       /* those in use */
};

void sharing_init(const double *bandwidth_bytes_per_s, size_t kinds, struct sharing *ret);
void sharing_done(struct sharing *sharing);
/* The rates of all streams that run, and of no others. */
void sharing_find(struct sharing *sharing, struct stream *const *running, size_t count);

/* A stream from its begin at time 0 on. */
struct fluid_stream {
    struct stream stream;
    double bytes; /* of each flow */
    double end_s; /* when they are done; fluid_play sets it */
};

/* Lets all transfers run to their ends. */
void fluid_play(struct fluid_stream *transfers, size_t count, const double *bandwidth_bytes_per_s,
                size_t kinds);

#endif
