/* The routes of flows, with only those links on them that may decide how fast a flow is.
 * Internal to the room. */
#ifndef SCMOESIM_ENGINE_PATHS_H
#define SCMOESIM_ENGINE_PATHS_H

#include "sim/collective/alltoall.h"
#include "sim/fold/fold.h"

struct path {
    uint32_t first, count; /* of the paths' links */
};

struct paths {
    size_t flow_count;
    struct path *paths; /* [flow] */
    uint32_t *links;    /* below link_count */
    double *weights;    /* of each of them: how many flows one stands for; NULL: one */
    size_t link_count;
    double *bandwidths_bytes_per_s; /* [link] */
};

/* Of the flows of all sets, one set after the other. Release with paths_done. */
void paths_find(const struct topology *topology, struct router *router,
                const struct flow_set *const *sets, size_t set_count, struct paths *ret);
/* Classes of flows over kinds of links. */
void paths_of_fold(const struct fold *fold, struct paths *ret);
void paths_done(struct paths *paths);

#endif
