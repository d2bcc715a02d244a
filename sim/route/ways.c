#include "sim/route/ways.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/route/route_private.h"

/* ---- Ways ---- */

/* The way that goes on from another by a link; WAY_NONE as yet unknown ones are added. */
static size_t find_way(struct ways *ways, size_t before, size_t kind, double link_latency_s)
{
    for (size_t w = ways->count; w-- > 1;)
        if (ways->ways[w].before == before && ways->ways[w].kind == kind)
            return w;
    if (ways->count == ways->room) {
        ways->room *= 2;
        ways->ways = mem_resized(ways->ways, ways->room, sizeof *ways->ways);
    }
    ways->ways[ways->count] =
        (struct way){before, kind, ways->ways[before].latency_s + link_latency_s};
    return ways->count++;
}

/* The way to a vertex whose predecessors' ways are known; all of its last steps must agree. */
static size_t way_to(const struct router *router, const struct tree *tree, const size_t *kinds,
                     const size_t *of_vertex, size_t vertex, struct ways *ways)
{
    size_t way = WAY_NONE;
    for (uint32_t i = tree->best[vertex]; i != NONE; i = tree->steps[i].next) {
        const struct step *step = &tree->steps[i];
        if (of_vertex[step->via] == WAY_NONE)
            return WAY_NONE;
        size_t here = find_way(ways, of_vertex[step->via], kinds[step->link],
                               router->topology->links[step->link].latency_s);
        if (way != WAY_NONE && way != here)
            return WAY_NONE;
        way = here;
    }
    return way;
}

static bool choice_at(const struct tree *tree, const bool *has_choice, size_t vertex)
{
    uint32_t first = tree->best[vertex];
    bool choice = tree->steps[first].next != NONE;
    for (uint32_t i = first; i != NONE; i = tree->steps[i].next)
        choice |= has_choice[tree->steps[i].via];
    return choice;
}

void router_ways(struct router *router, size_t from_rank, const size_t *kinds, struct ways *ret)
{
    const struct topology *topology = router->topology;
    size_t ranks = topology_ranks(topology), vertices = topology->vertex_count;
    struct tree *tree = &router->trees[from_rank % router->tree_count];
    size_t reached = tree_grow(router, tree, from_rank);
    size_t *of_vertex = mem_zeroed(vertices, sizeof *of_vertex);
    bool *has_choice = mem_zeroed(vertices, sizeof *has_choice);
    *ret = (struct ways){.ways = mem_zeroed(64, sizeof *ret->ways), .count = 1, .room = 64};
    for (size_t i = 1; i < reached; i++) { /* nearest first, the rank itself left out */
        size_t vertex = router->order[i];
        of_vertex[vertex] = way_to(router, tree, kinds, of_vertex, vertex, ret);
        has_choice[vertex] = choice_at(tree, has_choice, vertex);
    }
    ret->of_rank =
        mem_resized(of_vertex, ranks, sizeof *of_vertex); /* GPUs are the first vertices */
    ret->has_choice = mem_resized(has_choice, ranks, sizeof *has_choice);
}

void ways_done(struct ways *ways)
{
    free(ways->ways);
    free(ways->of_rank);
    free(ways->has_choice);
    *ways = (struct ways){0};
}

/* ---- Spreading ---- */

/* Counts the steps of the routes that take one way. */
static void count_steps(const struct tree *tree, const struct ways *ways, size_t way, size_t first,
                        size_t count, size_t *uses)
{
    for (size_t to = first; to < first + count; to++) {
        if (to == tree->rank || ways->of_rank[to] != way)
            continue;
        size_t turn = to;
        for (size_t at = to; at != tree->rank;) {
            const struct step *step = tree_choose(tree, at, &turn);
            uses[step - tree->steps]++;
            at = step->via;
        }
    }
}

static bool uses_are_even(const struct tree *tree, size_t vertices, const size_t *uses)
{
    for (size_t v = 0; v < vertices; v++) {
        uint32_t first = tree->best[v];
        if (first == NONE)
            continue;
        for (uint32_t i = first; i != NONE; i = tree->steps[i].next)
            if (uses[i] != uses[first])
                return false;
    }
    return true;
}

bool router_spreads(struct router *router, size_t from_rank, const struct ways *ways, size_t first,
                    size_t count)
{
    const struct tree *tree = tree_of(router, from_rank);
    bool *chosen = mem_zeroed(ways->count, sizeof *chosen), even = true;
    size_t *uses = mem_zeroed(tree->step_count + 1, sizeof *uses);
    for (size_t to = first; to < first + count; to++)
        if (to != from_rank && ways->has_choice[to])
            chosen[ways->of_rank[to]] = true;
    for (size_t way = 1; way < ways->count && even; way++) {
        if (!chosen[way])
            continue;
        memset(uses, 0, tree->step_count * sizeof *uses);
        count_steps(tree, ways, way, first, count, uses);
        even = uses_are_even(tree, router->topology->vertex_count, uses);
    }
    free(chosen);
    free(uses);
    return even;
}
