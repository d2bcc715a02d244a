/* The routes of flows, with only those links on them that may decide how fast a flow is.
 * Internal to the room. */
#ifndef SCMOESIM_ENGINE_FAIR_PATHS_H
#define SCMOESIM_ENGINE_FAIR_PATHS_H

#include "sim/collective/flow_routes.h"

struct path {
    uint32_t first, count; /* of the paths' links */
};

struct fair_paths {
    size_t flow_count;
    struct path *paths; /* [flow] */
    uint32_t *links;    /* below link_count */
    size_t link_count;
    double *bandwidths_bytes_per_s; /* [link] */
};

/* Of the flows of all sets, one set after the other. Release with fair_paths_done. */
void fair_paths_find(const struct topology *topology, struct router *router,
                     const struct flow_set *const *sets, size_t set_count, struct fair_paths *ret);
void fair_paths_done(struct fair_paths *paths);

#endif
