#include "sim/collective/ring.h"

#include <stdlib.h>

#include "sim/base/mem.h"
#include "sim/collective/algorithm.h"

struct flow_set *ring_build(const struct topology *topology, struct router *router, size_t stride)
{
    struct flow_set *set = mem_zeroed(1, sizeof *set);
    size_t ranks = topology_ranks(topology);
    if (ranks == stride)
        return set;
    for (size_t rank = 0; rank < ranks; rank++)
        add_flow(set, rank, (rank + stride) % ranks, 0, 1);
    set->pair_count = ranks;
    struct a2a_request all = {.topology = topology, .router = router, .ep = ranks};
    flow_set_finish(&all, false, set);
    return set;
}

struct rings *rings_build(const struct topology *topology, struct router *router, size_t ep)
{
    struct rings *rings = mem_zeroed(1, sizeof *rings);
    rings->shared = ring_build(topology, router, 1);
    if (topology_ranks(topology) > ep)
        rings->experts = ring_build(topology, router, ep);
    return rings;
}

void rings_free(struct rings *rings)
{
    if (!rings)
        return;
    flow_set_free(rings->shared);
    flow_set_free(rings->experts);
    free(rings);
}
