#include "sim/engine/simgrid_platform.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/route/route_private.h"

#define PAD_BYTES_PER_S 1e18 /* no link's */

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

void platform_host_name(const struct topology *topology, size_t vertex, struct text *to)
{
    const char *name = topology->vertices[vertex].name;
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

static bool is_memory(const struct topology *topology, size_t vertex)
{
    return topology->vertices[vertex].kind == VERTEX_MEMORY;
}

static void add_routers(const struct topology *topology, struct text *to)
{
    for (size_t v = topology_ranks(topology); v < topology->vertex_count; v++) {
        if (is_memory(topology, v))
            continue;
        text_add(to, "    <router id=\"");
        platform_host_name(topology, v, to);
        text_add(to, "\"/>\n");
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

/* Whether a way through the vertex is thinkable: it has several neighbours, as no two links lead to
 * one. */
static bool is_between(const struct router *plain, size_t vertex)
{
    return plain->out.first[vertex + 1] - plain->out.first[vertex] > 1;
}

/* Links' hops for SimGrid: a plain router's, without what changes no choice. */
static size_t hops_of(const struct router *plain, const struct arc *arc)
{
    return is_between(plain, arc->to) ? plain_hops(plain->topology, arc)
                                      : plain->topology->links[arc->link].hops;
}

/* SimGrid counts links, so one of several hops has others beside it, from 2 on, which everything
 * passes. */
static void hop_name(const struct topology *topology, size_t link, size_t hop, struct text *to)
{
    platform_link_name(topology, link, to);
    if (hop > 1)
        text_add(to, ".hop%zu", hop);
}

static void add_passage(const struct topology *topology, size_t link, size_t hop, struct text *to)
{
    text_add(to, "<link_ctn id=\"");
    hop_name(topology, link, hop, to);
    text_add(to, "\"/>");
}

/* In either direction. */
static size_t most_hops(const struct router *plain, size_t link)
{
    const struct topology *topology = plain->topology;
    struct arc there = {(uint32_t)link, (uint32_t)topology->links[link].to};
    struct arc back = {(uint32_t)link, (uint32_t)topology->links[link].from};
    size_t hops = hops_of(plain, &there), other = hops_of(plain, &back);
    return topology->links[link].half_duplex && other > hops ? other : hops;
}

static void add_pads(const struct router *plain, struct text *to)
{
    const struct topology *topology = plain->topology;
    for (size_t i = 0; i < topology->link_count; i++)
        for (size_t hop = 2; hop <= most_hops(plain, i); hop++) {
            text_add(to, "    <link id=\"");
            hop_name(topology, i, hop, to);
            text_add(to, "\" bandwidth=\"%.17gBps\" latency=\"0s\" sharing_policy=\"FATPIPE\"/>\n",
                     PAD_BYTES_PER_S);
        }
}

static void open_route(const struct topology *topology, const char *element, size_t from,
                       size_t to_vertex, struct text *to)
{
    text_add(to, "    <%s src=\"", element);
    platform_host_name(topology, from, to);
    text_add(to, "\" dst=\"");
    platform_host_name(topology, to_vertex, to);
}

/* One link and what it counts more. */
static void add_hop(const struct router *plain, const struct arc *arc, size_t from, struct text *to)
{
    const struct topology *topology = plain->topology;
    open_route(topology, "route", from, arc->to, to);
    text_add(to, "\" symmetrical=\"NO\">");
    for (size_t hop = 1; hop <= hops_of(plain, arc); hop++)
        add_passage(topology, arc->link, hop, to);
    text_add(to, "</route>\n");
}

/* Memories are left out: they forward nothing. */
static void add_hops(const struct router *plain, struct text *to)
{
    const struct topology *topology = plain->topology;
    for (size_t v = 0; v < topology->vertex_count; v++)
        for (size_t i = plain->out.first[v]; i < plain->out.first[v + 1]; i++)
            if (!is_memory(topology, v) && !is_memory(topology, plain->out.arcs[i].to))
                add_hop(plain, &plain->out.arcs[i], v, to);
}

/* The route in full, where SimGrid's own would or might be another. */
static void add_bypass(struct router *plain, struct router *router, size_t from, size_t to_rank,
                       struct text *to)
{
    const struct topology *topology = plain->topology;
    const struct route *route = router_walk(router, from, to_rank);
    if (router_finds_only(plain, from, to_rank, route))
        return;
    open_route(topology, "bypassRoute", from, to_rank, to);
    text_add(to, "\">");
    for (size_t i = 0; i < route->link_count; i++)
        add_passage(topology, route->links[i], 1, to);
    text_add(to, "</bypassRoute>\n");
}

static void add_all_bypasses(struct router *plain, struct router *router, struct text *to)
{
    size_t ranks = topology_ranks(plain->topology);
    for (size_t from = 0; from < ranks; from++)
        for (size_t other = 0; other < ranks; other++)
            if (other != from)
                add_bypass(plain, router, from, other, to);
}

static int by_from_to(const void *left, const void *right)
{
    const struct flow *a = left, *b = right;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return a->to < b->to ? -1 : a->to > b->to;
}

/* The pairs of all sets together, each once. */
static void add_used_bypasses(struct router *plain, struct router *router,
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
            add_bypass(plain, router, flows[i].from, flows[i].to, to);
    free(flows);
}

void platform_write_xml(const struct topology *topology, struct router *router,
                        const struct flow_set *const *flows, size_t flow_set_count, struct text *to)
{
    struct router *plain = router_new_plain(topology);
    text_add(to, "<?xml version='1.0'?>\n"
                 "<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n"
                 "<platform version=\"4.1\">\n"
                 "  <zone id=\"cluster\" routing=\"DijkstraCache\">\n");
    add_hosts(topology, to);
    add_routers(topology, to);
    add_links(topology, /* latencies= */ !flows, to);
    add_pads(plain, to);
    add_hops(plain, to);
    if (flows)
        add_used_bypasses(plain, router, flows, flow_set_count, to);
    else
        add_all_bypasses(plain, router, to);
    text_add(to, "  </zone>\n</platform>\n");
    router_free(plain);
}
