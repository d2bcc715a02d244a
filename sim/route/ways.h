/* Routes from one rank by the kinds of their links, without walking each. Internal to the room. */
#ifndef SCMOESIM_ROUTE_WAYS_H
#define SCMOESIM_ROUTE_WAYS_H

#include "sim/route/route.h"

/* All routes from one rank at once, told apart by the kinds of their links only. */
struct way {
    size_t before;    /* the way to the link's beginning */
    size_t kind;      /* of the link */
    double latency_s; /* from the rank on */
};
#define WAY_NONE ((size_t)-1)

struct ways {
    struct way *ways; /* way 0 is the rank itself */
    size_t count, room;
    size_t *of_rank; /* [rank]: its way; WAY_NONE where equally good routes differ in their kinds */
    bool *has_choice; /* [rank]: there are several equally good routes */
};

/* kinds: of each link. Release with ways_done. */
void router_ways(struct router *router, size_t from_rank, const size_t *kinds, struct ways *ret);
void ways_done(struct ways *ways);

/* Whether the routes from a rank to the `count` ranks from `first` on use equally good links
 * equally often, each way by itself. `ways` are the rank's. */
bool router_spreads(struct router *router, size_t from_rank, const struct ways *ways, size_t first,
                    size_t count);

#endif
