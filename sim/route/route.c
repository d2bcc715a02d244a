#include "sim/route/route_private.h"

#include <assert.h>
#include <math.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"

#define TREE_BYTES_MAX ((size_t)256 << 20) /* of memory for all cached trees together */

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
    router->out = adjacency_of(topology, ARCS_OUT);
    router->labels = mem_zeroed(topology->vertex_count, sizeof *router->labels);
    router->order = mem_zeroed(topology->vertex_count, sizeof *router->order);
    router->tree_count = trees_that_fit(topology, trees);
    router->trees = mem_zeroed(router->tree_count, sizeof *router->trees);
    for (size_t i = 0; i < router->tree_count; i++)
        router->trees[i].rank = SIZE_MAX;
    router->caches = mem_zeroed(topology_ranks(topology), sizeof *router->caches);
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

/* A route handed out for one sender, in a tree of tsearch(). */
struct cached_route {
    size_t to;
    struct route route;
};

static int by_receiver(const void *left, const void *right)
{
    const struct cached_route *a = left, *b = right;
    return (a->to > b->to) - (a->to < b->to);
}

static void free_cached(void *cached)
{
    free(((struct cached_route *)cached)->route.links);
    free(cached);
}

void router_free(struct router *router)
{
    if (!router)
        return;
    for (size_t i = 0; i < router->tree_count; i++) {
        free(router->trees[i].best);
        free(router->trees[i].steps);
    }
    for (size_t i = 0; i < topology_ranks(router->topology); i++)
        tdestroy(router->caches[i], free_cached);
    free(router->caches);
    free(router->trees);
    adjacency_done(&router->out);
    free(router->labels);
    free(router->order);
    for (size_t i = 0; i < BUCKETS; i++)
        free(router->buckets[i].vertices);
    free(router->walked.links);
    free(router->pair.labels);
    free(router->pair.touched);
    free(router->pair.tree.best);
    free(router->pair.tree.steps);
    bidirectional_search_done(&router->search);
    staging_free(router->staging);
    free(router);
}

/* Puts a step into a vertex's list, behind those via lower vertices. */
static void add_step(struct tree *tree, uint32_t vertex, uint32_t link, uint32_t via)
{
    tree->steps = mem_grown(tree->steps, tree->step_count, &tree->step_room, sizeof *tree->steps);
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

static struct bucket *bucket_of(struct router *router, size_t hops)
{
    return &router->buckets[hops % BUCKETS];
}

void bucket_add(struct bucket *bucket, uint32_t vertex)
{
    bucket->vertices = mem_grown(bucket->vertices, bucket->count, &bucket->room, sizeof vertex);
    bucket->vertices[bucket->count++] = vertex;
}

size_t plain_hops(const struct topology *topology, const struct arc *arc)
{
    bool to_gpu = topology->vertices[arc->to].kind == VERTEX_GPU;
    return topology->links[arc->link].hops + (to_gpu ? 1 : 0);
}

/* Whether so many hops to a vertex may be part of a best route to the only receiver. */
static bool may_pass(const struct router *router, size_t vertex, size_t hops)
{
    return (vertex == router->pair.to || router_forwards(router, vertex)) &&
           bidirectional_search_may_pass(&router->search, vertex, hops);
}

/* Takes the arc into the tree where it leads to `arc->to` as well as what is known. */
static void relax_arc(struct router *router, struct tree *tree, uint32_t via, const struct arc *arc)
{
    const struct link *link = &router->topology->links[arc->link];
    const struct label *from = &router->labels[via];
    struct label *known = &router->labels[arc->to];
    struct label candidate = {
        .hops = from->hops + (uint32_t)link->hops,
        .width_bytes_per_s = from->width_bytes_per_s < link->rated_bytes_per_s
                                 ? from->width_bytes_per_s
                                 : link->rated_bytes_per_s,
        .latency_s = from->latency_s + link->latency_s,
    };
    if (router->plain)
        candidate =
            (struct label){.hops = from->hops + (uint32_t)plain_hops(router->topology, arc)};
    int order = compare_labels(&candidate, known);
    if (order > 0 || (router->in_pair && !may_pass(router, arc->to, candidate.hops)))
        return;
    if (order < 0) {
        if (router->in_pair && known->hops == NONE)
            router->pair.touched[router->pair.touched_count++] = arc->to;
        if (candidate.hops != known->hops)
            bucket_add(bucket_of(router, candidate.hops), arc->to);
        *known = candidate;
        tree->best[arc->to] = NONE; /* what was there was worse; its steps stay unused */
    }
    add_step(tree, arc->to, arc->link, via);
}

static void relax_arcs(struct router *router, struct tree *tree, uint32_t vertex)
{
    if (!router_forwards(router, vertex) && vertex != tree->rank)
        return;
    for (size_t i = router->out.first[vertex]; i < router->out.first[vertex + 1]; i++)
        relax_arc(router, tree, vertex, &router->out.arcs[i]);
}

/* Bucket by bucket, so that a vertex's label is final before the first arc out of it is
 * tried. Ends when a round of buckets was empty, or (far_enough not NONE) when that vertex's bucket
 * has come: its best steps are known then. Vertices have no labels and no steps before. */
static size_t grow(struct router *router, struct tree *tree, size_t rank, uint32_t far_enough)
{
    size_t reached = 0;
    tree->rank = rank;
    tree->step_count = 0;
    router->labels[rank] = (struct label){.width_bytes_per_s = INFINITY};
    bucket_add(bucket_of(router, 0), (uint32_t)rank);
    for (size_t hops = 0, empty = 0; empty < BUCKETS; hops++) {
        struct bucket *bucket = bucket_of(router, hops);
        empty = bucket->count ? 0 : empty + 1;
        if (far_enough != NONE && router->labels[far_enough].hops == hops)
            break;
        for (size_t i = 0; i < bucket->count; i++) {
            uint32_t vertex = bucket->vertices[i];
            if (router->labels[vertex].hops != hops)
                continue; /* reached with fewer since */
            router->order[reached++] = vertex;
            relax_arcs(router, tree, vertex);
        }
        bucket->count = 0;
    }
    for (size_t i = 0; i < BUCKETS; i++)
        router->buckets[i].count = 0;
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

const struct step *tree_choose(const struct tree *tree, size_t vertex, size_t *selector)
{
    uint32_t first = tree->best[vertex], chosen = first;
    assert(first != NONE); /* topology_read refuses unreachable GPUs */
    if (tree->steps[first].next == NONE)
        return &tree->steps[first];
    size_t count = 0;
    for (uint32_t i = first; i != NONE; i = tree->steps[i].next)
        count++;
    for (size_t i = 0; i < *selector % count; i++)
        chosen = tree->steps[chosen].next;
    *selector /= count;
    return &tree->steps[chosen];
}

void walk_link(struct router *router, size_t link)
{
    struct route *route = &router->walked;
    route->links = mem_grown(route->links, route->link_count, &router->walked_room, sizeof link);
    route->links[route->link_count++] = link;
}

static void walk_tree(struct router *router, const struct tree *tree, size_t from, size_t to,
                      size_t selector)
{
    struct route *route = &router->walked;
    size_t first = route->link_count;
    for (size_t at = to; at != from;) {
        const struct step *step = tree_choose(tree, at, &selector);
        walk_link(router, step->link);
        at = step->via;
    }
    for (size_t i = first, k = route->link_count; i + 1 < k--; i++) { /* in the order of travel */
        size_t link = route->links[i];
        route->links[i] = route->links[k];
        route->links[k] = link;
    }
}

void walk_leg(struct router *router, size_t from, size_t to, size_t selector)
{
    walk_tree(router, tree_of(router, from), from, to, selector);
}

size_t route_crossings(const struct route *route, size_t link)
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
            bytes_per_s /= (double)route_crossings(route, route->links[i]);
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
        walk_leg(router, from_rank, to_rank, /* selector= */ to_rank);
    sum_walked(router);
    return &router->walked;
}

static void single_pair_init(struct single_pair *pair, size_t vertices)
{
    pair->labels = mem_zeroed(vertices, sizeof *pair->labels);
    pair->tree.best = mem_zeroed(vertices, sizeof *pair->tree.best);
    pair->touched = mem_zeroed(vertices, sizeof *pair->touched);
    for (size_t i = 0; i < vertices; i++) {
        pair->labels[i].hops = NONE;
        pair->tree.best[i] = NONE;
    }
}

static void single_pair_reset(struct single_pair *pair, size_t from)
{
    pair->labels[from].hops = NONE;
    for (size_t i = 0; i < pair->touched_count; i++) {
        pair->labels[pair->touched[i]].hops = NONE;
        pair->tree.best[pair->touched[i]] = NONE;
    }
    pair->touched_count = 0;
}

static const struct route *walk_single_pair(struct router *router, size_t from_rank, size_t to_rank)
{
    struct single_pair *pair = &router->pair;
    struct label *labels = router->labels;
    if (router->staging || router->plain ||
        router->trees[from_rank % router->tree_count].rank == from_rank)
        return router_walk(router, from_rank, to_rank);
    assert(from_rank != to_rank);
    if (!pair->labels)
        single_pair_init(pair, router->topology->vertex_count);
    router->labels = pair->labels;
    router->in_pair = true;
    pair->to = to_rank;
    bidirectional_search_run(router, from_rank, to_rank);
    grow(router, &pair->tree, from_rank, (uint32_t)to_rank);
    router->walked.link_count = 0;
    walk_tree(router, &pair->tree, from_rank, to_rank, /* selector= */ to_rank);
    single_pair_reset(pair, from_rank);
    router->in_pair = false;
    router->labels = labels;
    sum_walked(router);
    return &router->walked;
}

const struct route *router_route(struct router *router, size_t from_rank, size_t to_rank)
{
    struct cached_route wanted = {.to = to_rank}, **found, *fresh;
    found = tfind(&wanted, &router->caches[from_rank], by_receiver);
    if (found)
        return &(*found)->route;
    const struct route *walked = walk_single_pair(router, from_rank, to_rank);
    size_t bytes = walked->link_count * sizeof *walked->links;
    fresh = mem_zeroed(1, sizeof *fresh);
    *fresh = (struct cached_route){to_rank, *walked};
    fresh->route.links = memcpy(mem_resized(NULL, bytes, 1), walked->links, bytes);
    tsearch(fresh, &router->caches[from_rank], by_receiver);
    return &fresh->route;
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
