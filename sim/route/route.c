#include "sim/route/route_private.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"

#define TREE_BYTES_MAX ((size_t)256 << 20) /* of memory for all cached trees together */

static size_t *count_arcs(const struct topology *topology, bool turned)
{
    size_t *first = mem_zeroed(topology->vertex_count + 1, sizeof *first);
    for (size_t i = 0; i < topology->link_count; i++) {
        const struct link *link = &topology->links[i];
        if (!turned || link->half_duplex)
            first[link->from + 1]++;
        if (turned || link->half_duplex)
            first[link->to + 1]++;
    }
    for (size_t i = 0; i < topology->vertex_count; i++)
        first[i + 1] += first[i];
    return first;
}

struct arcs arcs_of(const struct topology *topology, bool turned)
{
    struct arcs ret = {.first = count_arcs(topology, turned)};
    size_t *next = mem_zeroed(topology->vertex_count + 1, sizeof *next);
    memcpy(next, ret.first, topology->vertex_count * sizeof *next);
    ret.arcs = mem_zeroed(ret.first[topology->vertex_count] + 1, sizeof *ret.arcs);
    for (size_t i = 0; i < topology->link_count; i++) {
        const struct link *link = &topology->links[i];
        if (!turned || link->half_duplex)
            ret.arcs[next[link->from]++] = (struct arc){(uint32_t)i, (uint32_t)link->to};
        if (turned || link->half_duplex)
            ret.arcs[next[link->to]++] = (struct arc){(uint32_t)i, (uint32_t)link->from};
    }
    free(next);
    return ret;
}

void arcs_done(struct arcs *arcs)
{
    free(arcs->first);
    free(arcs->arcs);
}

static size_t trees_that_fit(const struct topology *topology, size_t wanted)
{
    size_t bytes = topology->vertex_count * (sizeof(uint32_t) + sizeof(struct step));
    size_t fit = TREE_BYTES_MAX / bytes;
    return fit < 1 ? 1 : fit < wanted ? fit : wanted;
}

static struct router *new_router(const struct topology *topology, size_t trees)
{
    struct router *router = mem_zeroed(1, sizeof *router);
    router->topology = topology;
    router->out = arcs_of(topology, /* turned= */ false);
    router->labels = mem_zeroed(topology->vertex_count, sizeof *router->labels);
    router->order = mem_zeroed(topology->vertex_count, sizeof *router->order);
    router->tree_count = trees_that_fit(topology, trees);
    router->trees = mem_zeroed(router->tree_count, sizeof *router->trees);
    for (size_t i = 0; i < router->tree_count; i++)
        router->trees[i].rank = SIZE_MAX;
    router->kept = mem_zeroed(topology_ranks(topology), sizeof *router->kept);
    return router;
}

struct router *router_new(const struct topology *topology)
{
    return new_router(topology, topology_ranks(topology));
}

struct router *router_new_staged(const struct topology *topology)
{
    struct router *router = new_router(topology, topology->vertex_count);
    router->staging = staging_new(topology);
    return router;
}

struct router *router_new_plain(const struct topology *topology)
{
    struct router *router = new_router(topology, topology_ranks(topology));
    router->plain = true;
    return router;
}

struct router *router_new_usual(const struct topology *topology)
{
    return topology->all_to_all.peer_access ? router_new(topology) : router_new_staged(topology);
}

bool router_is_staged(const struct router *router)
{
    return router->staging != NULL;
}

void router_free(struct router *router)
{
    if (!router)
        return;
    for (size_t i = 0; i < router->tree_count; i++) {
        free(router->trees[i].best);
        free(router->trees[i].steps);
    }
    for (size_t i = 0; i < topology_ranks(router->topology); i++) {
        for (size_t k = 0; k < router->kept[i].count; k++) {
            free(router->kept[i].entries[k].route->links);
            free(router->kept[i].entries[k].route);
        }
        free(router->kept[i].entries);
    }
    free(router->kept);
    free(router->trees);
    arcs_done(&router->out);
    free(router->labels);
    free(router->order);
    for (size_t i = 0; i < LEVELS; i++)
        free(router->levels[i].vertices);
    free(router->walked.links);
    free(router->near.labels);
    free(router->near.touched);
    free(router->near.tree.best);
    free(router->near.tree.steps);
    meeting_done(&router->meeting);
    staging_free(router->staging);
    free(router);
}

/* Puts a step into a vertex's list, behind those via lower vertices. */
static void add_step(struct tree *tree, uint32_t vertex, uint32_t link, uint32_t via)
{
    if (tree->step_count == tree->step_room) {
        tree->step_room = tree->step_room ? 2 * tree->step_room : 64;
        tree->steps = mem_resized(tree->steps, tree->step_room, sizeof *tree->steps);
    }
    uint32_t *place = &tree->best[vertex];
    while (*place != NONE && tree->steps[*place].via < via)
        place = &tree->steps[*place].next;
    tree->steps[tree->step_count] = (struct step){link, via, *place};
    *place = tree->step_count++;
}

/* Negative when a is the better label, 0 when they are equally good. */
static int compare_labels(const struct label *a, const struct label *b)
{
    if (a->hops != b->hops)
        return a->hops < b->hops ? -1 : 1;
    if (a->width_bytes_per_s != b->width_bytes_per_s)
        return a->width_bytes_per_s > b->width_bytes_per_s ? -1 : 1;
    if (a->latency_s != b->latency_s)
        return a->latency_s < b->latency_s ? -1 : 1;
    return 0;
}

static struct level *level_of(struct router *router, size_t hops)
{
    return &router->levels[hops % LEVELS];
}

void level_enter(struct level *level, uint32_t vertex)
{
    if (level->count == level->room) {
        level->room = level->room ? 2 * level->room : 64;
        level->vertices = mem_resized(level->vertices, level->room, sizeof *level->vertices);
    }
    level->vertices[level->count++] = vertex;
}

size_t plain_hops(const struct topology *topology, const struct arc *arc)
{
    bool to_gpu = topology->vertices[arc->to].kind == VERTEX_GPU;
    return topology->links[arc->link].hops + (to_gpu ? 1 : 0);
}

/* Whether so many hops to a vertex may be part of a best route to the only receiver. */
static bool leads_near(const struct router *router, size_t vertex, size_t hops)
{
    return (vertex == router->near.to || router_forwards(router, vertex)) &&
           meeting_leads(&router->meeting, vertex, hops);
}

/* Offers a way into `arc->to`. */
static void offer(struct router *router, struct tree *tree, uint32_t via, const struct arc *arc)
{
    const struct link *link = &router->topology->links[arc->link];
    const struct label *from = &router->labels[via];
    struct label *known = &router->labels[arc->to];
    struct label way = {
        .hops = from->hops + (uint32_t)link->hops,
        .width_bytes_per_s = from->width_bytes_per_s < link->rated_bytes_per_s
                                 ? from->width_bytes_per_s
                                 : link->rated_bytes_per_s,
        .latency_s = from->latency_s + link->latency_s,
    };
    if (router->plain)
        way = (struct label){.hops = from->hops + (uint32_t)plain_hops(router->topology, arc)};
    int order = compare_labels(&way, known);
    if (order > 0 || (router->is_near && !leads_near(router, arc->to, way.hops)))
        return;
    if (order < 0) {
        if (router->is_near && known->hops == NONE)
            router->near.touched[router->near.touched_count++] = arc->to;
        if (way.hops != known->hops)
            level_enter(level_of(router, way.hops), arc->to);
        *known = way;
        tree->best[arc->to] = NONE; /* what was there was worse; its steps stay unused */
    }
    add_step(tree, arc->to, arc->link, via);
}

static void leave(struct router *router, struct tree *tree, uint32_t vertex)
{
    if (!router_forwards(router, vertex) && vertex != tree->rank)
        return;
    for (size_t i = router->out.first[vertex]; i < router->out.first[vertex + 1]; i++)
        offer(router, tree, vertex, &router->out.arcs[i]);
}

/* Level by level of hops, so that a vertex's label is final before the first way out of it is
 * offered. Ends when a round of levels was empty, or (far_enough not NONE) when that vertex's level
 * has come: its best steps are known then. Vertices have no labels and no steps before. */
static size_t grow(struct router *router, struct tree *tree, size_t rank, uint32_t far_enough)
{
    size_t reached = 0;
    tree->rank = rank;
    tree->step_count = 0;
    router->labels[rank] = (struct label){.width_bytes_per_s = INFINITY};
    level_enter(level_of(router, 0), (uint32_t)rank);
    for (size_t hops = 0, empty = 0; empty < LEVELS; hops++) {
        struct level *level = level_of(router, hops);
        empty = level->count ? 0 : empty + 1;
        if (far_enough != NONE && router->labels[far_enough].hops == hops)
            break;
        for (size_t i = 0; i < level->count; i++) {
            uint32_t vertex = level->vertices[i];
            if (router->labels[vertex].hops != hops)
                continue; /* reached with fewer since */
            router->order[reached++] = vertex;
            leave(router, tree, vertex);
        }
        level->count = 0;
    }
    for (size_t i = 0; i < LEVELS; i++)
        router->levels[i].count = 0;
    return reached;
}

size_t tree_grow(struct router *router, struct tree *tree, size_t rank)
{
    const struct topology *topology = router->topology;
    if (!tree->best)
        tree->best = mem_zeroed(topology->vertex_count, sizeof *tree->best);
    for (size_t i = 0; i < topology->vertex_count; i++) {
        tree->best[i] = NONE;
        router->labels[i].hops = NONE;
    }
    return grow(router, tree, rank, NONE);
}

struct tree *tree_of(struct router *router, size_t rank)
{
    struct tree *tree = &router->trees[rank % router->tree_count];
    if (tree->rank != rank)
        tree_grow(router, tree, rank);
    return tree;
}

const struct step *tree_choose(const struct tree *tree, size_t vertex, size_t *turn)
{
    uint32_t first = tree->best[vertex], chosen = first;
    assert(first != NONE); /* topology_read refuses unreachable GPUs */
    if (tree->steps[first].next == NONE)
        return &tree->steps[first];
    size_t count = 0;
    for (uint32_t i = first; i != NONE; i = tree->steps[i].next)
        count++;
    for (size_t i = 0; i < *turn % count; i++)
        chosen = tree->steps[chosen].next;
    *turn /= count;
    return &tree->steps[chosen];
}

void walk_link(struct router *router, size_t link)
{
    struct route *route = &router->walked;
    if (route->link_count == router->walked_room) {
        router->walked_room = router->walked_room ? 2 * router->walked_room : 8;
        route->links = mem_resized(route->links, router->walked_room, sizeof *route->links);
    }
    route->links[route->link_count++] = link;
}

static void walk_tree(struct router *router, const struct tree *tree, size_t from, size_t to,
                      size_t turn)
{
    struct route *route = &router->walked;
    size_t first = route->link_count;
    for (size_t at = to; at != from;) {
        const struct step *step = tree_choose(tree, at, &turn);
        walk_link(router, step->link);
        at = step->via;
    }
    for (size_t i = first, k = route->link_count; i + 1 < k--; i++) { /* in the order of travel */
        size_t link = route->links[i];
        route->links[i] = route->links[k];
        route->links[k] = link;
    }
}

void walk_leg(struct router *router, size_t from, size_t to, size_t turn)
{
    walk_tree(router, tree_of(router, from), from, to, turn);
}

/* How often the route crosses a link: twice where bytes wait behind a half-duplex one. */
static size_t crossings(const struct route *route, size_t link)
{
    size_t count = 0;
    for (size_t i = 0; i < route->link_count; i++)
        count += route->links[i] == link;
    return count;
}

/* In the order of travel, so that equal routes have equal sums. */
void sum_walked(struct router *router)
{
    struct route *route = &router->walked;
    route->latency_s = 0;
    route->bandwidth_bytes_per_s = INFINITY;
    for (size_t i = 0; i < route->link_count; i++) {
        const struct link *link = &router->topology->links[route->links[i]];
        double bytes_per_s = link->bandwidth_bytes_per_s;
        if (link->half_duplex && router->staging)
            bytes_per_s /= (double)crossings(route, route->links[i]);
        route->latency_s += link->latency_s;
        if (bytes_per_s < route->bandwidth_bytes_per_s)
            route->bandwidth_bytes_per_s = bytes_per_s;
    }
}

const struct route *router_walk(struct router *router, size_t from_rank, size_t to_rank)
{
    assert(from_rank != to_rank);
    router->walked.link_count = 0;
    if (router->staging)
        staging_walk(router, from_rank, to_rank);
    else
        walk_leg(router, from_rank, to_rank, /* turn= */ to_rank);
    sum_walked(router);
    return &router->walked;
}

static void open_near(struct near *near, size_t vertices)
{
    near->labels = mem_zeroed(vertices, sizeof *near->labels);
    near->tree.best = mem_zeroed(vertices, sizeof *near->tree.best);
    near->touched = mem_zeroed(vertices, sizeof *near->touched);
    for (size_t i = 0; i < vertices; i++) {
        near->labels[i].hops = NONE;
        near->tree.best[i] = NONE;
    }
}

static void forget_near(struct near *near, size_t from)
{
    near->labels[from].hops = NONE;
    for (size_t i = 0; i < near->touched_count; i++) {
        near->labels[near->touched[i]].hops = NONE;
        near->tree.best[near->touched[i]] = NONE;
    }
    near->touched_count = 0;
}

static const struct route *walk_near(struct router *router, size_t from_rank, size_t to_rank)
{
    struct near *near = &router->near;
    struct label *labels = router->labels;
    if (router->staging || router->plain ||
        router->trees[from_rank % router->tree_count].rank == from_rank)
        return router_walk(router, from_rank, to_rank);
    assert(from_rank != to_rank);
    if (!near->labels)
        open_near(near, router->topology->vertex_count);
    router->labels = near->labels;
    router->is_near = true;
    near->to = to_rank;
    meet(router, from_rank, to_rank);
    grow(router, &near->tree, from_rank, (uint32_t)to_rank);
    router->walked.link_count = 0;
    walk_tree(router, &near->tree, from_rank, to_rank, /* turn= */ to_rank);
    forget_near(near, from_rank);
    router->is_near = false;
    router->labels = labels;
    sum_walked(router);
    return &router->walked;
}

/* The position of `to`, or where it belongs. */
static size_t kept_position(const struct kept_list *list, size_t to)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->entries[middle].to < to)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void keep(struct kept_list *list, size_t position, size_t to, struct route *route)
{
    if (list->count == list->room) {
        list->room = list->room ? 2 * list->room : 8;
        list->entries = mem_resized(list->entries, list->room, sizeof *list->entries);
    }
    memmove(&list->entries[position + 1], &list->entries[position],
            (list->count - position) * sizeof *list->entries);
    list->entries[position] = (struct kept){to, route};
    list->count++;
}

static const struct route *keep_walked(struct router *router, size_t from_rank, size_t to_rank,
                                       const struct route *(*walk)(struct router *, size_t, size_t))
{
    struct kept_list *list = &router->kept[from_rank];
    size_t position = kept_position(list, to_rank);
    if (position < list->count && list->entries[position].to == to_rank)
        return list->entries[position].route;
    const struct route *walked = walk(router, from_rank, to_rank);
    struct route *route = mem_zeroed(1, sizeof *route);
    *route = *walked;
    route->links = mem_zeroed(walked->link_count, sizeof *route->links);
    memcpy(route->links, walked->links, walked->link_count * sizeof *route->links);
    keep(list, position, to_rank, route);
    return route;
}

const struct route *router_route(struct router *router, size_t from_rank, size_t to_rank)
{
    return keep_walked(router, from_rank, to_rank, router_walk);
}

const struct route *router_route_near(struct router *router, size_t from_rank, size_t to_rank)
{
    return keep_walked(router, from_rank, to_rank, walk_near);
}

bool router_finds_only(struct router *plain, size_t from_rank, size_t to_rank,
                       const struct route *route)
{
    const struct tree *tree = tree_of(plain, from_rank);
    size_t at = to_rank, left = route->link_count;
    while (at != from_rank && left > 0) {
        const struct step *step =
            &tree->steps[tree->best[at]]; /* a route leads here, so one is best */
        if (step->next != NONE || step->link != route->links[--left])
            return false;
        at = step->via;
    }
    return at == from_rank && left == 0;
}
