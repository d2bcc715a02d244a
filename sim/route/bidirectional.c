/* Counts the hops between two vertices, from both ends at once until the counts overlap. In a large
 * network this visits what lies between the two ends, and little else. */
#include <assert.h>
#include <stdlib.h>

#include "sim/base/mem.h"
#include "sim/route/route_private.h"

static void side_init(struct search_side *side, const struct adjacency *adjacency, size_t vertices)
{
    side->adjacency = adjacency;
    side->hops = mem_zeroed(vertices, sizeof *side->hops);
    side->reached = mem_zeroed(vertices, sizeof *side->reached);
    for (size_t v = 0; v < vertices; v++)
        side->hops[v] = NONE;
}

static void side_done(struct search_side *side)
{
    free(side->hops);
    free(side->reached);
    for (size_t i = 0; i < BUCKETS; i++)
        free(side->buckets[i].vertices);
}

void bidirectional_search_done(struct bidirectional_search *search)
{
    side_done(&search->from);
    side_done(&search->to);
    adjacency_done(&search->in);
}

static void side_reset(struct search_side *side)
{
    for (size_t i = 0; i < side->reached_count; i++)
        side->hops[side->reached[i]] = NONE;
    for (size_t i = 0; i < BUCKETS; i++)
        side->buckets[i].count = 0;
    side->reached_count = 0;
    side->radius = 0;
}

static struct bucket *next_bucket(struct search_side *side)
{
    return &side->buckets[side->radius % BUCKETS];
}

static void side_reach(struct search_side *side, uint32_t vertex, uint32_t hops)
{
    if (side->hops[vertex] == NONE)
        side->reached[side->reached_count++] = vertex;
    side->hops[vertex] = hops;
    bucket_add(&side->buckets[hops % BUCKETS], vertex);
}

static void side_start(struct search_side *side, size_t vertex)
{
    side_reset(side);
    side->end = (uint32_t)vertex;
    side_reach(side, side->end, 0);
}

/* Goes one hop farther than `radius`. Returns the fewest hops from end to end that it saw. */
static uint32_t side_expand(const struct router *router, struct search_side *side,
                            const struct search_side *other)
{
    const size_t *first = side->adjacency->first;
    const struct arc *arcs = side->adjacency->arcs;
    uint32_t least = NONE;
    struct bucket *bucket = next_bucket(side);
    for (size_t i = 0; i < bucket->count; i++) {
        uint32_t vertex = bucket->vertices[i];
        if (side->hops[vertex] != side->radius ||
            (vertex != side->end && !router_forwards(router, vertex)))
            continue;
        for (size_t a = first[vertex]; a < first[vertex + 1]; a++) {
            uint32_t next = arcs[a].to;
            uint32_t hops = side->radius + (uint32_t)router->topology->links[arcs[a].link].hops;
            if (hops >= side->hops[next])
                continue;
            side_reach(side, next, hops);
            bool joins = next == other->end || router_forwards(router, next);
            if (joins && other->hops[next] != NONE && hops + other->hops[next] < least)
                least = hops + other->hops[next];
        }
    }
    bucket->count = 0;
    side->radius++;
    return least;
}

void bidirectional_search_run(struct router *router, size_t from, size_t to)
{
    struct bidirectional_search *search = &router->search;
    struct search_side *here = &search->from, *there = &search->to;
    if (!search->in.arcs) {
        search->in = adjacency_of(router->topology, ARCS_IN);
        side_init(here, &router->out, router->topology->vertex_count);
        side_init(there, &search->in, router->topology->vertex_count);
    }
    side_start(here, from);
    side_start(there, to);
    search->distance = NONE;
    while (search->distance == NONE || here->radius + there->radius < search->distance) {
        bool forth = next_bucket(here)->count <= next_bucket(there)->count;
        uint32_t distance =
            forth ? side_expand(router, here, there) : side_expand(router, there, here);
        if (distance < search->distance)
            search->distance = distance;
        /* topology_read refuses unreachable GPUs */
        assert(here->radius < NONE / 4 && there->radius < NONE / 4);
    }
}

bool bidirectional_search_may_pass(const struct bidirectional_search *search, size_t vertex,
                                   size_t hops)
{
    const struct search_side *there = &search->to;
    uint32_t farther = there->radius + 1;
    return hops + (there->hops[vertex] < farther ? there->hops[vertex] : farther) <=
           search->distance;
}
