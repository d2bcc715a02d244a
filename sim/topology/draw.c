#include "sim/topology/draw.h"

#include <stdio.h>
#include <string.h>

#include "sim/route/route.h"

/* Adds the line, cut off where the page ends. */
static void add_clipped(const char *line, struct text *to)
{
    if (strlen(line) <= DRAW_COLUMNS)
        text_add(to, "%s\n", line);
    else
        text_add(to, "%.*s...\n", DRAW_COLUMNS - 3, line);
}

/* Adds text in lines that end between words. */
static void add_wrapped(const char *text, struct text *to)
{
    while (strlen(text) > DRAW_COLUMNS) {
        size_t length = DRAW_COLUMNS;
        while (length > 0 && text[length] != ' ')
            length--;
        if (length == 0)
            break;
        text_add(to, "%.*s\n", (int)length, text);
        text += length + 1;
    }
    add_clipped(text, to);
}

#define NAME_COLUMNS 24

void draw_line(const char *left, const struct link *link, const char *remark, struct text *to)
{
    char rate[QUANTITY_MAX], raw[QUANTITY_MAX], latency[QUANTITY_MAX];
    struct text line = {0};
    if (link && strlen(left) > NAME_COLUMNS) {
        add_clipped(left,
                    to); /* a long name keeps a line to itself, so that columns stay columns */
        left = "";
    }
    if (link) {
        quantity_print(rate, UNIT_BYTES_PER_S, link->bandwidth_bytes_per_s, 3);
        quantity_print(raw, UNIT_BYTES_PER_S, link->raw_bytes_per_s, 3);
        quantity_print(latency, UNIT_S, link->latency_s, 3);
        text_add(&line, "%-*s %-8s %9s of %9s  %s", NAME_COLUMNS, left, link->type, rate, raw,
                 latency);
    } else {
        text_add(&line, "%s", left);
    }
    if (remark && *remark)
        text_add(&line, " %s", remark);
    add_clipped(text_get(&line), to);
    text_done(&line);
}

const char *draw_remark(char out[REMARK_MAX], const struct link *link)
{
    double ratio = link->bandwidth_bytes_per_s / link->rated_bytes_per_s;
    const char *duplex = link->half_duplex ? " half-duplex" : "";
    if (ratio < 1)
        snprintf(out, REMARK_MAX, "at %.3g%s", ratio, duplex);
    else
        snprintf(out, REMARK_MAX, "%s", link->half_duplex ? duplex + 1 : "");
    return out;
}

static void draw_header(const struct topology *topology, struct text *to)
{
    const struct a2a_settings *a2a = &topology->all_to_all;
    char time[QUANTITY_MAX];
    struct text line = {0};
    add_clipped(topology->name, to);
    add_wrapped(topology->summary, to);
    text_add(&line, "%zu x %s%s", topology_ranks(topology), topology->gpu,
             a2a->peer_access ? "" : ", no peer access over PCIe");
    add_clipped(text_get(&line), to);
    text_done(&line);
    text_add(&line, "All-to-All: %s, setup %s", a2a->algorithm,
             quantity_print(time, UNIT_S, a2a->setup_s, 3));
    if (a2a->per_peer_s > 0)
        text_add(&line, " and %s a peer", quantity_print(time, UNIT_S, a2a->per_peer_s, 3));
    if (a2a->floor_s > 0)
        text_add(&line, ", at least %s", quantity_print(time, UNIT_S, a2a->floor_s, 3));
    text_add(&line, ", SM share %g", a2a->sm_share_ratio);
    add_clipped(text_get(&line), to);
    text_done(&line);
}

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
    size_t crossings = 0;
    for (size_t i = 0; i < route->link_count; i++)
        crossings += route->links[i] == route->links[hop];
    return topology->links[route->links[hop]].bandwidth_bytes_per_s / (double)crossings;
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

static void draw_route(const struct topology *topology, size_t a, size_t b, struct text *to)
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
    add_clipped(text_get(&line), to);
    text_done(&line);
    router_free(router);
}

#define DEGRADED_LINES 16 /* of links, and of GPUs */

/* Everything that is degraded, in whichever node, as the trees above show one node for all. */
static void draw_degraded(const struct topology *topology, struct text *to)
{
    char remark[REMARK_MAX];
    struct text line = {0};
    size_t links = 0, gpus = 0;
    if (!topology->degraded)
        return;
    text_add(to, "\ndegraded:\n");
    for (size_t i = 0; i < topology->link_count; i++) {
        const struct link *link = &topology->links[i];
        if (link->bandwidth_bytes_per_s >= link->rated_bytes_per_s || ++links > DEGRADED_LINES)
            continue;
        text_add(&line, "  %s", link->name);
        draw_line(text_get(&line), link, draw_remark(remark, link), to);
        text_done(&line);
    }
    if (links > DEGRADED_LINES)
        text_add(to, "  and %zu more links\n", links - DEGRADED_LINES);
    for (size_t rank = 0; rank < topology_ranks(topology); rank++) {
        double ratio = topology_compute_ratio(topology, rank);
        if (ratio < 1 && ++gpus <= DEGRADED_LINES)
            text_add(to, "  %s computes at %.3g of its speed\n", topology->vertices[rank].name,
                     ratio);
    }
    if (gpus > DEGRADED_LINES)
        text_add(to, "  and %zu more GPUs\n", gpus - DEGRADED_LINES);
}

void topology_draw(const struct topology *topology, size_t a, size_t b, struct text *to)
{
    draw_header(topology, to);
    text_add(to, "\n%-*s %-8s %9s of %9s  %s\n", NAME_COLUMNS, "", "link", "carries", "datasheet",
             "latency");
    if (topology->node_count == 1)
        text_add(to, "1 node:\n");
    else
        text_add(to, "%zu nodes, each:\n", topology->node_count);
    draw_node(topology, to);
    if (draw_is_cyclic(topology))
        draw_cyclic(topology, to);
    else
        draw_fabric(topology, to);
    draw_degraded(topology, to);
    if (a != b)
        draw_route(topology, a, b, to);
}
