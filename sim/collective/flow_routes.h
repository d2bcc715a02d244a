/* The links that each of many flows crosses, in one list. Internal to the room.
 * Numbers are of 32 bits where there are as many as flows: memory is what walks over them wait for.
 */
#ifndef SCMOESIM_COLLECTIVE_FLOW_ROUTES_H
#define SCMOESIM_COLLECTIVE_FLOW_ROUTES_H

#include <stdint.h>

#include "sim/collective/alltoall.h"

struct flow_routes {
    size_t flow_count;
    size_t *first;   /* [flow]: its links are links[first[flow]] .. links[first[flow + 1]] */
    uint32_t *links; /* positions in the topology's, in order of travel */
};

/* Of the flows of all sets, one set after the other. Release with flow_routes_done. */
void flow_routes_list(struct router *router, const struct flow_set *const *sets, size_t set_count,
                      struct flow_routes *ret);
void flow_routes_done(struct flow_routes *routes);

#endif
