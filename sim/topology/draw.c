#include "sim/topology/draw.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/topology/adjacency.h"
#include "sim/topology/layout.h"

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

/* ---- A fabric whose switches form cycles ----
 *
 * It is drawn by kinds of switches, each with what one of the kind is joined to. Names of one kind
 * differ in numbers only. */

static bool is_fabric(const struct topology *topology, size_t vertex)
{
    return topology->vertices[vertex].node == TOPOLOGY_FABRIC;
}

static bool is_cyclic(const struct topology *topology)
{
    size_t *sets = sets_new(topology->vertex_count);
    bool cycle = false;
    for (size_t i = 0; i < topology->link_count; i++) {
        const struct link *link = &topology->links[i];
        if (link_is_backward(link) || !is_fabric(topology, link->from) ||
            !is_fabric(topology, link->to))
            continue;
        cycle |= sets_find(sets, link->from) == sets_find(sets, link->to);
        sets_join(sets, link->from, link->to);
    }
    free(sets);
    return cycle;
}

/* The neighbours of one kind that a switch has by one kind of link. */
struct neighbour {
    size_t kind;             /* of the other end: position in drawing->kinds */
    const struct link *link; /* one of them */
    size_t count;            /* at the switch at hand */
    size_t least, most;      /* over the switches of the kind so far */
    size_t seen;             /* switches that have any */
};

struct drawing {
    const struct topology *topology;
    struct adjacency cables;
    struct names kinds;
    size_t *kind_of;              /* by vertex */
    struct neighbour *neighbours; /* of the kind being drawn */
    size_t neighbour_count, neighbour_room;
};

/* "leaf3" and "leaf12" are leaf#; what hangs in a node goes without the node: nic#. */
static char *kind_name(const struct topology *topology, size_t vertex)
{
    const char *name = topology->vertices[vertex].name, *slash = strchr(name, '/');
    struct text kind = {0};
    for (const char *p = slash ? slash + 1 : name; *p; p++) {
        if (!isdigit((unsigned char)*p))
            text_add_bytes(&kind, p, 1);
        else if (!isdigit((unsigned char)p[1]))
            text_add(&kind, "#");
    }
    return kind.text;
}

static void find_kinds(struct drawing *drawing)
{
    const struct topology *topology = drawing->topology;
    drawing->kind_of = mem_zeroed(topology->vertex_count, sizeof *drawing->kind_of);
    for (size_t v = 0; v < topology->vertex_count; v++) {
        char *kind = kind_name(topology, v);
        size_t known = names_lookup(&drawing->kinds, kind);
        if (known == NAME_NONE)
            known = names_add(&drawing->kinds, kind);
        else
            free(kind);
        drawing->kind_of[v] = known;
    }
}

static bool same_figures(const struct link *a, const struct link *b)
{
    return strcmp(a->type, b->type) == 0 && a->bandwidth_bytes_per_s == b->bandwidth_bytes_per_s &&
           a->half_duplex == b->half_duplex;
}

static void count_link(struct drawing *drawing, const struct link *link, size_t other)
{
    size_t k = 0;
    while (k < drawing->neighbour_count &&
           (drawing->neighbours[k].kind != drawing->kind_of[other] ||
            !same_figures(drawing->neighbours[k].link, link)))
        k++;
    if (k == drawing->neighbour_count) {
        drawing->neighbours = mem_grown(drawing->neighbours, drawing->neighbour_count++,
                                        &drawing->neighbour_room, sizeof *drawing->neighbours);
        drawing->neighbours[k] =
            (struct neighbour){.kind = drawing->kind_of[other], .link = link, .least = SIZE_MAX};
    }
    drawing->neighbours[k].count++;
}

/* Counts what the switch is joined to, then takes it into the kind's least and most. */
static void count_switch(struct drawing *drawing, size_t vertex)
{
    const size_t *first = drawing->cables.first;
    for (size_t i = first[vertex]; i < first[vertex + 1]; i++) {
        const struct arc *arc = &drawing->cables.arcs[i];
        count_link(drawing, &drawing->topology->links[arc->link], arc->to);
    }
    for (size_t k = 0; k < drawing->neighbour_count; k++) {
        struct neighbour *neighbour = &drawing->neighbours[k];
        neighbour->seen += neighbour->count > 0;
        if (neighbour->count && neighbour->count < neighbour->least)
            neighbour->least = neighbour->count;
        if (neighbour->count > neighbour->most)
            neighbour->most = neighbour->count;
        neighbour->count = 0;
    }
}

static void draw_neighbour(const struct drawing *drawing, const struct neighbour *neighbour,
                           size_t switches, bool last, struct text *to)
{
    char remark[REMARK_MAX];
    struct text left = {0};
    size_t least = neighbour->seen < switches ? 0 : neighbour->least;
    text_add(&left, "  %s ", last ? "`-" : "|-");
    if (least < neighbour->most)
        text_add(&left, "%zu to ", least);
    text_add(&left, "%zu %s", neighbour->most, drawing->kinds.names[neighbour->kind]);
    draw_line(text_get(&left), neighbour->link, draw_remark(remark, neighbour->link), to);
    text_done(&left);
}

static void draw_kind(struct drawing *drawing, size_t kind, struct text *to)
{
    const struct topology *topology = drawing->topology;
    size_t count = 0, low = 0, high = 0;
    struct text head = {0};
    drawing->neighbour_count = 0;
    for (size_t v = 0; v < topology->vertex_count; v++) {
        if (drawing->kind_of[v] != kind || !is_fabric(topology, v))
            continue;
        low = count++ ? low : v;
        high = v;
        count_switch(drawing, v);
    }
    if (!count)
        return;
    text_add(&head, "  %s", topology->vertices[low].name);
    if (count > 1)
        text_add(&head, " .. %s (%zu), each with", topology->vertices[high].name, count);
    draw_line(text_get(&head), NULL, NULL, to);
    text_done(&head);
    for (size_t k = 0; k < drawing->neighbour_count; k++)
        draw_neighbour(drawing, &drawing->neighbours[k], count, k + 1 == drawing->neighbour_count,
                       to);
}

static void draw_cyclic(const struct topology *topology, struct text *to)
{
    struct drawing drawing = {.topology = topology, .cables = adjacency_of(topology, ARCS_CABLES)};
    find_kinds(&drawing);
    text_add(to, "fabric:\n");
    for (size_t kind = 0; kind < drawing.kinds.count; kind++)
        draw_kind(&drawing, kind, to);
    names_done(&drawing.kinds);
    free(drawing.kind_of);
    free(drawing.neighbours);
    adjacency_done(&drawing.cables);
}

/* ---- All together ---- */

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
    draw_trees(topology, /* fabric= */ false, to);
    if (is_cyclic(topology))
        draw_cyclic(topology, to);
    else
        draw_trees(topology, /* fabric= */ true, to);
    draw_degraded(topology, to);
}
