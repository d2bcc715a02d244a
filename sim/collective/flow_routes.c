#include "sim/collective/flow_routes.h"

#include <stdlib.h>

#include "sim/base/mem.h"

void flow_routes_list(struct router *router, const struct flow_set *const *sets, size_t set_count,
                      struct flow_routes *ret)
{
    struct flow_routes routes = {0};
    for (size_t s = 0; s < set_count; s++)
        routes.flow_count += sets[s]->flow_count;
    size_t room = 0, count = 0, f = 0;
    routes.first = mem_zeroed(routes.flow_count + 1, sizeof *routes.first);
    for (size_t s = 0; s < set_count; s++)
        for (size_t i = 0; i < sets[s]->flow_count; i++) {
            const struct flow *flow = &sets[s]->flows[i];
            const struct route *route = router_walk(router, flow->from, flow->to);
            for (size_t k = 0; k < route->link_count; k++) {
                routes.links = mem_grown(routes.links, count, &room, sizeof *routes.links);
                routes.links[count++] = (uint32_t)route->links[k];
            }
            routes.first[++f] = count;
        }
    *ret = routes;
}

void flow_routes_done(struct flow_routes *routes)
{
    free(routes->first);
    free(routes->links);
    *routes = (struct flow_routes){0};
}
