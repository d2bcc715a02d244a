#include "sim/collective/exchange.h"

#include <math.h>

#include "sim/base/mem.h"

struct exchange exchange_of(const struct topology *topology, struct router *router, size_t ep)
{
    return (struct exchange){
        .topology = topology,
        .router = router,
        .ranks = topology_ranks(topology),
        .ep = ep,
        .whole_nodes = ep % topology->gpus_per_node == 0,
    };
}

size_t exchange_peer(const struct exchange *exchange, size_t from, size_t pattern)
{
    size_t member = from % exchange->ep, base = from - member;
    if (!exchange->whole_nodes)
        return base + (member + pattern) % exchange->ep;
    size_t gpus = exchange->topology->gpus_per_node, nodes = exchange->ep / gpus;
    size_t node = (member / gpus + pattern / gpus) % nodes;
    return base + node * gpus + (member % gpus + pattern % gpus) % gpus;
}

size_t *exchange_count_pairs(const struct exchange *exchange, double *ret_latency_s)
{
    size_t *load = mem_zeroed(exchange->topology->link_count + 1, sizeof *load);
    *ret_latency_s = 0;
    for (size_t from = 0; from < exchange->ranks; from++) {
        for (size_t pattern = 1; pattern < exchange->ep; pattern++) {
            size_t to = exchange_peer(exchange, from, pattern);
            const struct route *route = router_walk(exchange->router, from, to);
            for (size_t i = 0; i < route->link_count; i++)
                load[route->links[i]]++;
            *ret_latency_s = fmax(*ret_latency_s, route->latency_s);
        }
    }
    return load;
}
