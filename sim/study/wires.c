#include "sim/study/wires.h"

#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"

struct wired {
    struct wiring wiring;
    struct flow_set *flows;
};

struct ringed {
    size_t ep;
    bool fold, staged;
    struct rings *rings;
};

struct wires {
    const struct topology *topology;
    struct router *router, *staged_router; /* NULL until asked for */
    struct wired *wired;
    size_t wired_count;
    struct ringed *ringed;
    size_t ringed_count;
};

struct wires *wires_new(const struct topology *topology)
{
    struct wires *wires = mem_zeroed(1, sizeof *wires);
    wires->topology = topology;
    return wires;
}

void wires_free(struct wires *wires)
{
    if (!wires)
        return;
    for (size_t i = 0; i < wires->wired_count; i++)
        flow_set_free(wires->wired[i].flows);
    for (size_t i = 0; i < wires->ringed_count; i++)
        rings_free(wires->ringed[i].rings);
    free(wires->wired);
    free(wires->ringed);
    router_free(wires->router);
    router_free(wires->staged_router);
    free(wires);
}

struct router *wires_router(struct wires *wires, const char *algorithm)
{
    if (a2a_algorithm_staged(algorithm)) {
        if (!wires->staged_router)
            wires->staged_router = router_new_staged(wires->topology);
        return wires->staged_router;
    }
    if (!wires->router)
        wires->router = router_new(wires->topology);
    return wires->router;
}

static bool same_wiring(const struct wiring *a, const struct wiring *b)
{
    return a->ep == b->ep && a->aggregate == b->aggregate && a->fold == b->fold &&
           a->beside_rings == b->beside_rings && a->flows_max == b->flows_max &&
           a->experts == b->experts && a->top_k == b->top_k && a->node_limit == b->node_limit &&
           strcmp(a->algorithm, b->algorithm) == 0;
}

static int build(struct wires *wires, const struct wiring *wiring, struct diag *diag,
                 struct flow_set **ret)
{
    const struct topology *topology = wires->topology;
    struct traffic traffic =
        traffic_balanced(topology_ranks(topology), wiring->ep, topology->gpus_per_node);
    traffic.experts = wiring->experts;
    traffic.top_k = wiring->top_k;
    traffic.node_limit = wiring->node_limit;
    struct a2a_request request = {.topology = topology,
                                  .router = wires_router(wires, wiring->algorithm),
                                  .algorithm = wiring->algorithm,
                                  .ep = wiring->ep,
                                  .traffic = &traffic,
                                  .aggregate = wiring->aggregate,
                                  .fold = wiring->fold,
                                  .flows_max = wiring->flows_max};
    if (wiring->beside_rings)
        request.beside = wires_rings(wires, wiring->algorithm, wiring->ep, wiring->fold);
    return flow_set_build(&request, diag, ret);
}

int wires_flows(struct wires *wires, const struct wiring *wiring, struct diag *diag,
                const struct flow_set **ret)
{
    for (size_t i = 0; i < wires->wired_count; i++)
        if (same_wiring(&wires->wired[i].wiring, wiring)) {
            *ret = wires->wired[i].flows;
            return 0;
        }
    struct flow_set *flows;
    int r = build(wires, wiring, diag, &flows);
    if (r < 0)
        return r;
    wires->wired = mem_resized(wires->wired, wires->wired_count + 1, sizeof *wires->wired);
    wires->wired[wires->wired_count++] = (struct wired){*wiring, flows};
    *ret = flows;
    return 0;
}

const struct rings *wires_rings(struct wires *wires, const char *algorithm, size_t ep, bool fold)
{
    struct ringed like = {.ep = ep, .fold = fold, .staged = a2a_algorithm_staged(algorithm)};
    for (size_t i = 0; i < wires->ringed_count; i++) {
        const struct ringed *known = &wires->ringed[i];
        if (known->ep == like.ep && known->fold == like.fold && known->staged == like.staged)
            return known->rings;
    }
    like.rings = rings_build(wires->topology, wires_router(wires, algorithm), ep, fold);
    wires->ringed = mem_resized(wires->ringed, wires->ringed_count + 1, sizeof *wires->ringed);
    wires->ringed[wires->ringed_count++] = like;
    return like.rings;
}
