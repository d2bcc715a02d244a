#include "sim/cluster/ring.h"

#include "sim/base/mem.h"
#include "sim/cluster/a2a_flows.h"

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
