#include "sim/study/cluster_flows.h"

#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"

struct found_exchange {
    struct balanced_exchange exchange;
    struct exchange_flows *flows;
};

struct found_rings {
    size_t ep;
    bool fold, staged;
    struct gradient_rings *rings;
};

struct cluster_flows {
    const struct topology *topology;
    struct router *router, *staged_router; /* NULL until asked for */
    struct found_exchange *exchanges;
    size_t exchange_count;
    struct found_rings *rings;
    size_t rings_count;
};

struct cluster_flows *cluster_flows_new(const struct topology *topology)
{
    struct cluster_flows *flows = mem_zeroed(1, sizeof *flows);
    flows->topology = topology;
    return flows;
}

void cluster_flows_free(struct cluster_flows *flows)
{
    if (!flows)
        return;
    for (size_t i = 0; i < flows->exchange_count; i++) {
        exchange_flows_done(flows->exchanges[i].flows);
        free(flows->exchanges[i].flows);
    }
    for (size_t i = 0; i < flows->rings_count; i++) {
        rings_free(flows->rings[i].rings->rings);
        exchange_flows_done(&flows->rings[i].rings->alone);
        free(flows->rings[i].rings);
    }
    free(flows->exchanges);
    free(flows->rings);
    router_free(flows->router);
    router_free(flows->staged_router);
    free(flows);
}

struct router *cluster_flows_router(struct cluster_flows *flows, const char *algorithm)
{
    if (a2a_algorithm_staged(algorithm)) {
        if (!flows->staged_router)
            flows->staged_router = router_new_staged(flows->topology);
        return flows->staged_router;
    }
    if (!flows->router)
        flows->router = router_new(flows->topology);
    return flows->router;
}

static bool is_same(const struct balanced_exchange *a, const struct balanced_exchange *b)
{
    return a->ep == b->ep && a->fold == b->fold && a->beside_rings == b->beside_rings &&
           a->flows_max == b->flows_max && a->experts == b->experts && a->top_k == b->top_k &&
           a->node_limit == b->node_limit && strcmp(a->algorithm, b->algorithm) == 0;
}

static int build(struct cluster_flows *flows, const struct balanced_exchange *exchange,
                 struct diag *diag, struct exchange_flows *ret)
{
    const struct topology *topology = flows->topology;
    const struct rings *beside = NULL;
    struct traffic traffic =
        traffic_balanced(topology_ranks(topology), exchange->ep, topology->gpus_per_node);
    traffic.experts = exchange->experts;
    traffic.top_k = exchange->top_k;
    traffic.node_limit = exchange->node_limit;
    struct a2a_request request = {.topology = topology,
                                  .router = cluster_flows_router(flows, exchange->algorithm),
                                  .algorithm = exchange->algorithm,
                                  .ep = exchange->ep,
                                  .traffic = &traffic,
                                  .flows_max = exchange->flows_max};
    if (exchange->beside_rings)
        beside =
            cluster_flows_rings(flows, exchange->algorithm, exchange->ep, exchange->fold)->rings;
    return exchange_flows_build(&request, beside, exchange->fold, diag, ret);
}

int cluster_flows_find(struct cluster_flows *flows, const struct balanced_exchange *exchange,
                       struct diag *diag, const struct exchange_flows **ret)
{
    for (size_t i = 0; i < flows->exchange_count; i++)
        if (is_same(&flows->exchanges[i].exchange, exchange)) {
            *ret = flows->exchanges[i].flows;
            return 0;
        }
    struct exchange_flows *built = mem_zeroed(1, sizeof *built);
    int r = build(flows, exchange, diag, built);
    if (r < 0) {
        exchange_flows_done(built);
        free(built);
        return r;
    }
    flows->exchanges =
        mem_resized(flows->exchanges, flows->exchange_count + 1, sizeof *flows->exchanges);
    flows->exchanges[flows->exchange_count++] = (struct found_exchange){*exchange, built};
    *ret = built;
    return 0;
}

const struct gradient_rings *cluster_flows_rings(struct cluster_flows *flows, const char *algorithm,
                                                 size_t ep, bool fold)
{
    struct found_rings like = {.ep = ep, .fold = fold, .staged = a2a_algorithm_staged(algorithm)};
    for (size_t i = 0; i < flows->rings_count; i++) {
        const struct found_rings *known = &flows->rings[i];
        if (known->ep == like.ep && known->fold == like.fold && known->staged == like.staged)
            return known->rings;
    }
    struct router *router = cluster_flows_router(flows, algorithm);
    like.rings = mem_zeroed(1, sizeof *like.rings);
    like.rings->rings = rings_build(flows->topology, router, ep);
    exchange_flows_of_rings(flows->topology, router, like.rings->rings, fold, &like.rings->alone);
    flows->rings = mem_resized(flows->rings, flows->rings_count + 1, sizeof *flows->rings);
    flows->rings[flows->rings_count++] = like;
    return like.rings;
}
