#include "sim/route/route_private.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"

/* ---- Classes ---- */

/* The class that goes on from another by a link; added where it is new. */
static size_t find_class(struct route_classes *classes, size_t before, size_t kind,
                         double link_latency_s)
{
    for (size_t c = classes->count; c-- > 1;)
        if (classes->classes[c].before == before && classes->classes[c].kind == kind)
            return c;
    classes->classes =
        mem_grown(classes->classes, classes->count, &classes->room, sizeof *classes->classes);
    classes->classes[classes->count] =
        (struct route_class){before, kind, classes->classes[before].latency_s + link_latency_s};
    return classes->count++;
}

/* The class of routes to a vertex whose predecessors are classified. All last steps must agree. */
static size_t class_to(const struct router *router, const struct tree *tree, const size_t *kinds,
                       const size_t *of_vertex, size_t vertex, struct route_classes *classes)
{
    size_t class = ROUTE_CLASS_NONE;
    for (uint32_t i = tree->best[vertex]; i != NONE; i = tree->steps[i].next) {
        const struct step *step = &tree->steps[i];
        if (of_vertex[step->via] == ROUTE_CLASS_NONE)
            return ROUTE_CLASS_NONE;
        size_t here = find_class(classes, of_vertex[step->via], kinds[step->link],
                                 router->topology->links[step->link].latency_s);
        if (class != ROUTE_CLASS_NONE && class != here)
            return ROUTE_CLASS_NONE;
        class = here;
    }
    return class;
}

static bool choice_at(const struct tree *tree, const bool *has_choice, size_t vertex)
{
    uint32_t first = tree->best[vertex];
    bool choice = tree->steps[first].next != NONE;
    for (uint32_t i = first; i != NONE; i = tree->steps[i].next)
        choice |= has_choice[tree->steps[i].via];
    return choice;
}

void router_classify(struct router *router, size_t from_rank, const size_t *kinds,
                     struct route_classes *ret)
{
    const struct topology *topology = router->topology;
    size_t ranks = topology_ranks(topology), vertices = topology->vertex_count;
    struct tree *tree = &router->trees[from_rank % router->tree_count];
    size_t reached = tree_grow(router, tree, from_rank);
    size_t *of_vertex = mem_zeroed(vertices, sizeof *of_vertex);
    bool *has_choice = mem_zeroed(vertices, sizeof *has_choice);
    *ret = (struct route_classes){
        .classes = mem_zeroed(64, sizeof *ret->classes), .count = 1, .room = 64};
    for (size_t i = 1; i < reached; i++) { /* nearest first, the rank itself left out */
        size_t vertex = router->order[i];
        of_vertex[vertex] = class_to(router, tree, kinds, of_vertex, vertex, ret);
        has_choice[vertex] = choice_at(tree, has_choice, vertex);
    }
    ret->of_rank =
        mem_resized(of_vertex, ranks, sizeof *of_vertex); /* GPUs are the first vertices */
    ret->has_choice = mem_resized(has_choice, ranks, sizeof *has_choice);
}

void route_classes_done(struct route_classes *classes)
{
    free(classes->classes);
    free(classes->of_rank);
    free(classes->has_choice);
    *classes = (struct route_classes){0};
}

/* ---- Balance ---- */

/* Counts the steps of the routes of one class. */
static void count_steps(const struct tree *tree, const struct route_classes *classes, size_t class,
                        size_t first, size_t count, size_t *uses)
{
    for (size_t to = first; to < first + count; to++) {
        if (to == tree->rank || classes->of_rank[to] != class)
            continue;
        size_t selector = to;
        for (size_t at = to; at != tree->rank;) {
            const struct step *step = tree_choose(tree, at, &selector);
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

bool router_balances(struct router *router, size_t from_rank, const struct route_classes *classes,
                     size_t first, size_t count)
{
    const struct tree *tree = tree_of(router, from_rank);
    bool *chosen = mem_zeroed(classes->count, sizeof *chosen), even = true;
    size_t *uses = mem_zeroed(tree->step_count + 1, sizeof *uses);
    for (size_t to = first; to < first + count; to++)
        if (to != from_rank && classes->has_choice[to])
            chosen[classes->of_rank[to]] = true;
    for (size_t class = 1; class < classes->count && even; class ++) {
        if (!chosen[class])
            continue;
        memset(uses, 0, tree->step_count * sizeof *uses);
        count_steps(tree, classes, class, first, count, uses);
        even = uses_are_even(tree, router->topology->vertex_count, uses);
    }
    free(chosen);
    free(uses);
    return even;
}
