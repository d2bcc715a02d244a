#include <string.h>

#include "sim/route/route.h"
#include "sim/topology/draw.h"

/* The vertex's name, shorter where it is in the node that everything else is in. */
static const char *short_name(const struct topology *topology, size_t vertex, bool one_node)
{
    const char *name = topology->vertices[vertex].name;
    const char *slash = strchr(name, '/');
    return one_node && slash ? slash + 1 : name;
}

/* What the route alone would get of a link: half of one that it crosses twice. */
static double share_of(const struct topology *topology, const struct route *route, size_t hop)
{
    size_t link = route->links[hop];
    return topology->links[link].bandwidth_bytes_per_s / (double)route_crossings(route, link);
}

static size_t narrowest(const struct topology *topology, const struct route *route)
{
    size_t hop = 0;
    for (size_t i = 1; i < route->link_count; i++) {
        if (share_of(topology, route, i) < share_of(topology, route, hop))
            hop = i;
    }
    return hop;
}

void route_draw(const struct topology *topology, size_t a, size_t b, struct text *to)
{
    struct router *router = router_new_usual(topology);
    const struct route *route = router_route(router, a, b);
    char rate[QUANTITY_MAX], latency[QUANTITY_MAX];
    struct text line = {0};
    char remark[REMARK_MAX];
    size_t bottleneck = narrowest(topology, route), at = a;
    bool one_node = topology->node_count == 1;
    text_add(to, "\nroute %s -> %s\n", topology->vertices[a].name, topology->vertices[b].name);
    for (size_t i = 0; i < route->link_count; i++) {
        const struct link *link = &topology->links[route->links[i]];
        size_t next = link->from == at ? link->to : link->from;
        text_done(&line);
        text_add(&line, "  > %s", short_name(topology, next, one_node));
        draw_line(text_get(&line), link,
                  i == bottleneck ? "<- bottleneck" : draw_remark(remark, link), to);
        at = next;
    }
    text_done(&line);
    quantity_print(rate, UNIT_BYTES_PER_S, route->bandwidth_bytes_per_s, 3);
    quantity_print(latency, UNIT_S, route->latency_s, 3);
    text_add(&line, "  idle: %s by %s, %s", rate, topology->links[route->links[bottleneck]].name,
             latency);
    draw_clipped(text_get(&line), to);
    text_done(&line);
    router_free(router);
}
