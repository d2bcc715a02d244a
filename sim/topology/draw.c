#include "sim/topology/draw.h"

#include <stdio.h>
#include <string.h>

void draw_clipped(const char *line, struct text *to)
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
    draw_clipped(text, to);
}

#define NAME_COLUMNS 24

void draw_line(const char *left, const struct link *link, const char *remark, struct text *to)
{
    char rate[QUANTITY_MAX], raw[QUANTITY_MAX], latency[QUANTITY_MAX];
    struct text line = {0};
    if (link && strlen(left) > NAME_COLUMNS) {
        draw_clipped(left,
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
    draw_clipped(text_get(&line), to);
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
    draw_clipped(topology->name, to);
    add_wrapped(topology->summary, to);
    text_add(&line, "%zu x %s%s", topology_ranks(topology), topology->gpu,
             a2a->peer_access ? "" : ", no peer access over PCIe");
    draw_clipped(text_get(&line), to);
    text_done(&line);
    text_add(&line, "All-to-All: %s, setup %s", a2a->algorithm,
             quantity_print(time, UNIT_S, a2a->setup_s, 3));
    if (a2a->per_peer_s > 0)
        text_add(&line, " and %s a peer", quantity_print(time, UNIT_S, a2a->per_peer_s, 3));
    if (a2a->floor_s > 0)
        text_add(&line, ", at least %s", quantity_print(time, UNIT_S, a2a->floor_s, 3));
    text_add(&line, ", SM share %g", a2a->sm_share_ratio);
    draw_clipped(text_get(&line), to);
    text_done(&line);
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

void topology_draw(const struct topology *topology, struct text *to)
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
}
