#include "sim/cluster/platform.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"

/* Vertex names are letters, digits, '_' and '/', so nothing needs escaping in XML. */
static void add_with_dots(const char *name, size_t length, struct text *to)
{
    for (size_t i = 0; i < length; i++)
        text_add_bytes(to, name[i] == '/' ? "." : &name[i], 1);
}

void platform_link_name(const struct topology *topology, size_t link, struct text *to)
{
    const char *name = topology->links[link].name;
    size_t length = strlen(name);
    char mark = length ? name[length - 1] : '\0';
    bool marked = mark == '>' || mark == '<';
    add_with_dots(name, marked ? length - 1 : length, to);
    if (marked)
        text_add(to, "%s", mark == '>' ? ".fwd" : ".rev");
}

void platform_host_name(const struct topology *topology, size_t rank, struct text *to)
{
    const char *name = topology->vertices[rank].name;
    add_with_dots(name, strlen(name), to);
}

static void add_hosts(const struct topology *topology, struct text *to)
{
    for (size_t rank = 0; rank < topology_ranks(topology); rank++) {
        text_add(to, "    <host id=\"");
        platform_host_name(topology, rank, to);
        text_add(to, "\" speed=\"1f\"/>\n");
    }
}

static void add_links(const struct topology *topology, bool latencies, struct text *to)
{
    for (size_t i = 0; i < topology->link_count; i++) {
        const struct link *link = &topology->links[i];
        text_add(to, "    <link id=\"");
        platform_link_name(topology, i, to);
        text_add(to, "\" bandwidth=\"%.17gBps\" latency=\"%.17gs\" sharing_policy=\"SHARED\"/>\n",
                 link->bandwidth_bytes_per_s, latencies ? link->latency_s : 0);
    }
}

static void add_route(const struct topology *topology, struct router *router, size_t from,
                      size_t to_rank, struct text *to)
{
    const struct route *route = router_walk(router, from, to_rank);
    text_add(to, "    <route src=\"");
    platform_host_name(topology, from, to);
    text_add(to, "\" dst=\"");
    platform_host_name(topology, to_rank, to);
    text_add(to, "\" symmetrical=\"NO\">");
    for (size_t i = 0; i < route->link_count; i++) {
        text_add(to, "<link_ctn id=\"");
        platform_link_name(topology, route->links[i], to);
        text_add(to, "\"/>");
    }
    text_add(to, "</route>\n");
}

static void add_all_routes(const struct topology *topology, struct router *router, struct text *to)
{
    size_t ranks = topology_ranks(topology);
    for (size_t from = 0; from < ranks; from++)
        for (size_t other = 0; other < ranks; other++)
            if (other != from)
                add_route(topology, router, from, other, to);
}

static int by_from_to(const void *left, const void *right)
{
    const struct flow *a = left, *b = right;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return a->to < b->to ? -1 : a->to > b->to;
}

/* The pairs of all sets together, each once. */
static void add_used_routes(const struct topology *topology, struct router *router,
                            const struct flow_set *const *sets, size_t set_count, struct text *to)
{
    size_t count = 0, room = 0;
    for (size_t i = 0; i < set_count; i++)
        room += sets[i]->flow_count;
    struct flow *flows = mem_zeroed(room + 1, sizeof *flows);
    for (size_t i = 0; i < set_count; i++)
        for (size_t k = 0; k < sets[i]->flow_count; k++)
            flows[count++] = sets[i]->flows[k];
    qsort(flows, count, sizeof *flows, by_from_to);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || by_from_to(&flows[i - 1], &flows[i]) != 0)
            add_route(topology, router, flows[i].from, flows[i].to, to);
    free(flows);
}

void platform_write_xml(const struct topology *topology, struct router *router,
                        const struct flow_set *const *flows, size_t flow_set_count,
                        struct text *to)
{
    text_add(to, "<?xml version='1.0'?>\n"
                 "<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n"
                 "<platform version=\"4.1\">\n"
                 "  <zone id=\"cluster\" routing=\"Full\">\n");
    add_hosts(topology, to);
    add_links(topology, /* latencies= */ !flows, to);
    if (flows)
        add_used_routes(topology, router, flows, flow_set_count, to);
    else
        add_all_routes(topology, router, to);
    text_add(to, "  </zone>\n</platform>\n");
}
