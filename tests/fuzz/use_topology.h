/* What a topology that was taken must stand: drawing, routes, flows. */
#ifndef SCMOESIM_TESTS_USE_TOPOLOGY_H
#define SCMOESIM_TESTS_USE_TOPOLOGY_H

#include <assert.h>
#include <string.h>
#include <stdlib.h>
#include "sim/collective/alltoall.h"
#include "sim/engine/simgrid_platform.h"
#include "sim/topology/topology.h"

/* Larger ones are only read: laying out a thousand GPUs takes its time, and a fuzzer has none. */
#define USED_RANKS_MAX 64u
#define USED_VERTICES_MAX 512u

static inline void use_topology(const struct topology *topology)
{
    size_t ranks = topology_ranks(topology);
    assert(ranks > 0);
    if (ranks > USED_RANKS_MAX || topology->vertex_count > USED_VERTICES_MAX)
        return;
    struct text text = {0};
    topology_draw(topology, &text);
    if (ranks > 1)
        route_draw(topology, 0, ranks - 1, &text);
    text_done(&text);
    bool is_auto = strcmp(topology->all_to_all.algorithm, A2A_AUTO) == 0;
    const char *algorithm = !is_auto                           ? topology->all_to_all.algorithm
                            : topology->all_to_all.peer_access ? "two-hop"
                                                               : "host-staged";
    if (!a2a_algorithm_fits(algorithm, topology, ranks))
        return;
    struct router *router =
        a2a_algorithm_staged(algorithm) ? router_new_staged(topology) : router_new(topology);
    struct flow_set *flows = NULL;
    struct diag diag = {0};
    struct a2a_request request = {
        .topology = topology, .router = router, .algorithm = algorithm, .ep = ranks};
    int r = flow_set_build(&request, &diag, &flows);
    assert(r == 0);
    platform_write_xml(topology, router, (const struct flow_set *const *)&flows, 1, &text);
    text_done(&text);
    flow_set_free(flows);
    router_free(router);
    diag_done(&diag);
    (void)r;
}

#endif
