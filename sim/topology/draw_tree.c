#include "sim/topology/draw.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/topology/adjacency.h"

#define NONE SIZE_MAX
#define DEPTH_MAX 12 /* deeper trees would leave no room for figures */

/* A place in a tree: one vertex seen along one link. A vertex may have several, but only one of
 * them has children. */
struct place {
    size_t vertex, link;      /* link is NONE at a root */
    size_t first, last, next; /* children, and the next child of the same parent */
};

/* Either node 0 or the fabric: the vertices that can have children ("hubs") and the links to
 * draw. */
struct scope {
    const struct topology *topology;
    bool fabric;
    struct adjacency cables;
    bool *drawn;  /* by link: already, or never */
    bool *placed; /* by vertex: has its place with children */
    struct place *places;
    size_t place_count;
};

static bool is_hub(const struct scope *scope, size_t vertex)
{
    const struct vertex *v = &scope->topology->vertices[vertex];
    return scope->fabric ? v->node == TOPOLOGY_FABRIC : v->node == 0 && v->kind != VERTEX_GPU;
}

/* Links of each pair of directions: the first. */
static bool is_drawn_link(const struct scope *scope, const struct link *link)
{
    const struct topology *topology = scope->topology;
    size_t a = topology->vertices[link->from].node, b = topology->vertices[link->to].node;
    return !link_is_backward(link) &&
           (scope->fabric ? a == TOPOLOGY_FABRIC || a != b : a == 0 && b == 0);
}

/* Returns whether there is a link to draw. */
static bool scope_init(struct scope *scope, const struct topology *topology, bool fabric)
{
    bool any = false;
    *scope = (struct scope){
        .topology = topology,
        .fabric = fabric,
        .cables = adjacency_of(topology, ARCS_CABLES),
        .drawn = mem_zeroed(topology->link_count + 1, sizeof *scope->drawn),
        .placed = mem_zeroed(topology->vertex_count, sizeof *scope->placed),
        /* Each link makes at most one place, each hub at most one root. */
        .places = mem_zeroed(topology->link_count + topology->vertex_count, sizeof *scope->places)};
    for (size_t i = 0; i < topology->link_count; i++) {
        scope->drawn[i] = !is_drawn_link(scope, &topology->links[i]);
        any |= !scope->drawn[i];
    }
    return any;
}

static void scope_done(struct scope *scope)
{
    adjacency_done(&scope->cables);
    free(scope->drawn);
    free(scope->placed);
    free(scope->places);
}

/* Links between hubs are all in the scope. */
static size_t hubs_beside(const struct scope *scope, size_t vertex)
{
    size_t count = 0;
    for (size_t i = scope->cables.first[vertex]; i < scope->cables.first[vertex + 1]; i++)
        count += is_hub(scope, scope->cables.arcs[i].to);
    return count;
}

static size_t add_place(struct scope *scope, size_t vertex, size_t link, size_t parent)
{
    size_t place = scope->place_count++;
    scope->places[place] = (struct place){vertex, link, NONE, NONE, NONE};
    if (parent == NONE)
        return place;
    struct place *up = &scope->places[parent];
    if (up->first == NONE)
        up->first = place;
    else
        scope->places[up->last].next = place;
    up->last = place;
    return place;
}

/* Breadth-first from a root, so that trees stay flat. Each link is drawn once, from whichever of
 * its ends comes first. */
static void grow_tree(struct scope *scope, size_t root)
{
    size_t head = add_place(scope, root, NONE, NONE);
    scope->placed[root] = true;
    for (; head < scope->place_count; head++) {
        struct place at = scope->places[head];
        bool already = at.link != NONE && (!is_hub(scope, at.vertex) || scope->placed[at.vertex]);
        if (already)
            continue;
        scope->placed[at.vertex] = true;
        for (size_t i = scope->cables.first[at.vertex]; i < scope->cables.first[at.vertex + 1];
             i++) {
            struct arc arc = scope->cables.arcs[i];
            if (scope->drawn[arc.link])
                continue;
            scope->drawn[arc.link] = true;
            add_place(scope, arc.to, arc.link, head);
        }
    }
}

/* What a subtree looks like when names are left out: equal shapes are drawn once. */
static void add_shape(const struct scope *scope, size_t place, size_t depth, struct text *shape)
{
    const struct place *at = &scope->places[place];
    const struct link *link = at->link == NONE ? NULL : &scope->topology->links[at->link];
    if (link)
        text_add(shape, "%s@%g", link->type, link->bandwidth_bytes_per_s);
    text_add(shape, ":%d(", (int)scope->topology->vertices[at->vertex].kind);
    if (depth < DEPTH_MAX)
        for (size_t child = at->first; child != NONE; child = scope->places[child].next)
            add_shape(scope, child, depth + 1, shape);
    text_add(shape, ")");
}

static char *shape_of(const struct scope *scope, size_t place)
{
    struct text shape = {0};
    add_shape(scope, place, 0, &shape);
    return shape.text; /* never empty; the caller frees it */
}

static const char *name_in(const struct scope *scope, size_t vertex)
{
    const char *name = scope->topology->vertices[vertex].name;
    const char *slash = strchr(name, '/');
    return !scope->fabric && slash ? slash + 1 : name;
}

/* "gpu3", "gpu0, gpu1" or "gpu0 .. gpu7 (8)". */
static void add_range(const struct scope *scope, size_t first, size_t last, size_t count,
                      struct text *to)
{
    text_add(to, "%s", name_in(scope, scope->places[first].vertex));
    if (count == 2)
        text_add(to, ", %s", name_in(scope, scope->places[last].vertex));
    if (count > 2)
        text_add(to, " .. %s (%zu)", name_in(scope, scope->places[last].vertex), count);
}

/* The last of the siblings from `first` on that look like it. */
static size_t run_of(const struct scope *scope, size_t first, size_t *ret_count)
{
    char *shape = shape_of(scope, first);
    size_t last = first, count = 1;
    for (size_t next = scope->places[first].next; next != NONE; next = scope->places[next].next) {
        char *other = shape_of(scope, next);
        bool same = strcmp(shape, other) == 0;
        free(other);
        if (!same)
            break;
        last = next;
        count++;
    }
    free(shape);
    *ret_count = count;
    return last;
}

static void draw_children(const struct scope *scope, size_t place, const char *indent, size_t depth,
                          struct text *to);

/* A run of siblings that look alike: one line when they are leaves, else the first in full and the
 * others by name. */
static void draw_run(const struct scope *scope, size_t first, size_t last, size_t count,
                     const char *indent, size_t depth, struct text *to)
{
    const struct place *at = &scope->places[first];
    bool leaf = at->first == NONE, root = at->link == NONE;
    bool end = scope->places[last].next == NONE, split = !leaf && count > 1;
    const struct link *link = root ? NULL : &scope->topology->links[at->link];
    char remark[REMARK_MAX];
    struct text left = {0};
    text_add(&left, "%s%s", indent, root ? "" : end && !split ? "`- " : "|- ");
    add_range(scope, first, leaf ? last : first, leaf ? count : 1, &left);
    draw_line(text_get(&left), link, link ? draw_remark(remark, link) : NULL, to);
    text_done(&left);
    if (leaf)
        return;
    text_add(&left, "%s%s", indent, root ? "" : end && !split ? "   " : "|  ");
    draw_children(scope, first, text_get(&left), depth + 1, to);
    text_done(&left);
    if (!split)
        return;
    text_add(&left, "%s%s", indent, root ? "" : end ? "`- " : "|- ");
    add_range(scope, scope->places[first].next, last, count - 1, &left);
    text_add(&left, ": likewise");
    draw_line(text_get(&left), NULL, NULL, to);
    text_done(&left);
}

static void draw_siblings(const struct scope *scope, size_t first, const char *indent, size_t depth,
                          struct text *to)
{
    while (first != NONE) {
        size_t count, last = run_of(scope, first, &count);
        draw_run(scope, first, last, count, indent, depth, to);
        first = scope->places[last].next;
    }
}

static void draw_children(const struct scope *scope, size_t place, const char *indent, size_t depth,
                          struct text *to)
{
    size_t first = scope->places[place].first;
    struct text left = {0};
    if (depth < DEPTH_MAX) {
        draw_siblings(scope, first, indent, depth, to);
        return;
    }
    text_add(&left, "%s...", indent);
    draw_line(text_get(&left), NULL, NULL, to);
    text_done(&left);
}

/* The hub to begin with in the part of the graph around an unplaced hub: the one with the most
 * hubs beside it, so that trees stay flat; the lowest number among equals. `found` and `list`
 * are scratch, one entry a vertex. */
static size_t root_around(const struct scope *scope, size_t hub, bool *found, size_t *list)
{
    size_t best = hub, count = 0;
    list[count++] = hub;
    found[hub] = true;
    for (size_t head = 0; head < count; head++) {
        size_t at = list[head], mine = hubs_beside(scope, at), best_has = hubs_beside(scope, best);
        if (mine > best_has || (mine == best_has && at < best))
            best = at;
        for (size_t i = scope->cables.first[at]; i < scope->cables.first[at + 1]; i++) {
            size_t next = scope->cables.arcs[i].to;
            if (!is_hub(scope, next) || found[next])
                continue;
            found[next] = true;
            list[count++] = next;
        }
    }
    return best;
}

/* Roots are siblings too, so that equal trees are drawn once. */
static void draw_roots(struct scope *scope, struct text *to)
{
    size_t first = NONE, last = NONE, vertices = scope->topology->vertex_count;
    size_t *list = mem_zeroed(vertices, sizeof *list);
    bool *found = mem_zeroed(vertices, sizeof *found);
    for (size_t hub = 0; hub < vertices; hub++) {
        if (!is_hub(scope, hub) || scope->placed[hub])
            continue;
        size_t place = scope->place_count;
        grow_tree(scope, root_around(scope, hub, found, list));
        if (first == NONE)
            first = place;
        else
            scope->places[last].next = place;
        last = place;
    }
    draw_siblings(scope, first, "  ", 0, to);
    free(list);
    free(found);
}

/* Links between two vertices that are no hubs: GPU to GPU, or NIC to NIC of another node. */
static void draw_direct(const struct scope *scope, struct text *to)
{
    char remark[REMARK_MAX];
    struct text left = {0};
    for (size_t i = 0; i < scope->topology->link_count; i++) {
        const struct link *link = &scope->topology->links[i];
        if (scope->drawn[i])
            continue;
        text_add(&left, "  %s - %s", name_in(scope, link->from), name_in(scope, link->to));
        draw_line(text_get(&left), link, draw_remark(remark, link), to);
        text_done(&left);
    }
}

void draw_trees(const struct topology *topology, bool fabric, struct text *to)
{
    struct scope scope;
    bool any = scope_init(&scope, topology, fabric);
    if (fabric && any)
        text_add(to, "fabric:\n");
    if (!fabric || any) {
        draw_roots(&scope, to);
        draw_direct(&scope, to);
    }
    scope_done(&scope);
}
