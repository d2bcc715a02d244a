/* Max-min fair sharing of links by streams of equal flows, as arithmetic. Internal to the room. */
#ifndef SCMOESIM_CLUSTER_FLUID_H
#define SCMOESIM_CLUSTER_FLUID_H

#include <stddef.h>

/* Flows that are alike: at any time all of them run at the same rate. */
struct stream {
    double bytes;   /* of each flow */
    double start_s; /* when they begin */
    double end_s;   /* when they are done; fluid_play sets it */
};

/* Lets all streams run to their ends. On links of kind l, of bandwidth[l] together, there are
 * load[l * count + s] flows of stream s; each stream is on some link. */
void fluid_play(struct stream *streams, size_t count, const double *load,
                const double *bandwidth_bytes_per_s, size_t links);

#endif
