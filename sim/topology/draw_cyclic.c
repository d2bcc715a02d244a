#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/topology/adjacency.h"
#include "sim/topology/draw.h"
#include "sim/topology/names.h"

static bool is_fabric(const struct topology *topology, size_t vertex)
{
    return topology->vertices[vertex].node == TOPOLOGY_FABRIC;
}

bool draw_is_cyclic(const struct topology *topology)
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

void draw_cyclic(const struct topology *topology, struct text *to)
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
