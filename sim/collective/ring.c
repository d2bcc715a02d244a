#include "sim/collective/ring.h"

#include <stdlib.h>

#include "sim/base/mem.h"
#include "sim/collective/a2a_flows.h"

double ring_sent_bytes(size_t ranks, double reduced_bytes)
{
    return 2 * (double)(ranks - 1) / (double)ranks * reduced_bytes;
}

struct flow_set *ring_build(const struct topology *topology, struct router *router, size_t stride)
{
    struct flow_set *set = mem_zeroed(1, sizeof *set);
    size_t ranks = topology_ranks(topology);
    if (ranks == stride)
        return set;
    for (size_t rank = 0; rank < ranks; rank++)
        add_flow(set, rank, (rank + stride) % ranks, 0, 1);
    set->pair_count = ranks;
    struct exchange exchange = exchange_of(topology, router, ranks);
    flow_set_finish(&exchange, set);
    return set;
}

struct rings *rings_build(const struct topology *topology, struct router *router, size_t ep,
                          bool fold)
{
    struct rings *rings = mem_zeroed(1, sizeof *rings);
    const struct flow_set *sets[FOLD_SETS_MAX];
    rings->shared = ring_build(topology, router, 1);
    if (topology_ranks(topology) > ep)
        rings->experts = ring_build(topology, router, ep);
    struct flow_set *alone = rings->alone = mem_zeroed(1, sizeof *rings->alone);
    size_t set_count = rings_list(rings, alone, sets);
    if (fold)
        alone->fold = fold_rings(topology, router, sets + 1, set_count - 1, &alone->fold_why);
    if (fold && !alone->fold)
        alone->fold = fold_flows(topology, router, sets, set_count, &alone->fold_why);
    return rings;
}

void rings_free(struct rings *rings)
{
    if (!rings)
        return;
    flow_set_free(rings->shared);
    flow_set_free(rings->experts);
    flow_set_free(rings->alone);
    free(rings);
}

size_t rings_list(const struct rings *rings, const struct flow_set *beside,
                  const struct flow_set *ret[FOLD_SETS_MAX])
{
    ret[0] = beside;
    ret[1] = rings->shared;
    ret[2] = rings->experts;
    return rings->experts ? 3 : 2;
}
