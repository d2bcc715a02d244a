#include "sim/engine/maxmin.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"

/* What was seen of a link. */
struct seen {
    uint32_t first, last; /* 1 + the first flow on it; 0: none. 1 + the last one */
    uint32_t count;       /* of flows on it */
    uint64_t mask;        /* of the first flow's links, those that all flows so far cross */
};

/* A link whose flows all cross another one, which is not wider, never decides a rate: a GPU's
 * PCIe lanes before a NIC of fewer bytes per second. Leaving it out changes nothing. */
struct pruning {
    const struct topology *topology;
    struct path *paths;
    uint32_t *links; /* positions in the topology's */
    size_t flow_count;
    struct seen *seen; /* [link] */
};

static bool crosses(const struct pruning *pruning, size_t flow, uint32_t link)
{
    const struct path *path = &pruning->paths[flow];
    for (uint32_t i = 0; i < path->count; i++)
        if (pruning->links[path->first + i] == link)
            return true;
    return false;
}

#define MASK_BITS 64

static void see_flow_on(struct pruning *pruning, size_t flow, uint32_t link)
{
    struct seen *seen = &pruning->seen[link];
    bool again = seen->last == flow + 1;
    seen->last = (uint32_t)flow + 1;
    seen->count++;
    if (again) { /* through a memory and back, say: it carries more than links crossed once */
        seen->mask = 0;
        return;
    }
    if (!seen->first) {
        seen->first = (uint32_t)flow + 1;
        seen->mask = UINT64_MAX;
        return;
    }
    const struct path *path = &pruning->paths[seen->first - 1];
    for (uint32_t i = 0; i < path->count && i < MASK_BITS; i++)
        if (seen->mask >> i & 1 && !crosses(pruning, flow, pruning->links[path->first + i]))
            seen->mask &= ~((uint64_t)1 << i);
}

/* Of links with the same flows and bandwidth the first one stays. */
static bool is_before(const struct pruning *pruning, uint32_t other, uint32_t link)
{
    double theirs = pruning->topology->links[other].bandwidth_bytes_per_s;
    double ours = pruning->topology->links[link].bandwidth_bytes_per_s;
    if (theirs != ours)
        return theirs < ours;
    if (pruning->seen[other].count != pruning->seen[link].count)
        return pruning->seen[other].count > pruning->seen[link].count;
    return other < link;
}

static bool never_decides(const struct pruning *pruning, uint32_t link)
{
    const struct path *path = &pruning->paths[pruning->seen[link].first - 1];
    for (uint32_t i = 0; i < path->count && i < MASK_BITS; i++)
        if (pruning->seen[link].mask >> i & 1 &&
            is_before(pruning, pruning->links[path->first + i], link))
            return true;
    return false;
}

/* Numbers for the links that stay, from 1 on; 0 for the others. Fresh memory. */
static uint32_t *number_links(struct pruning *pruning, size_t *ret_count)
{
    size_t links = pruning->topology->link_count;
    uint32_t *numbers = mem_zeroed(links + 1, sizeof *numbers);
    pruning->seen = mem_zeroed(links + 1, sizeof *pruning->seen);
    for (size_t f = 0; f < pruning->flow_count; f++)
        for (uint32_t i = 0; i < pruning->paths[f].count; i++)
            see_flow_on(pruning, f, pruning->links[pruning->paths[f].first + i]);
    *ret_count = 0;
    for (uint32_t l = 0; l < links; l++)
        if (pruning->seen[l].first && !never_decides(pruning, l))
            numbers[l] = (uint32_t)++ * ret_count;
    free(pruning->seen);
    return numbers;
}

/* Rewrites the paths in the numbers of the links that stay. */
static void keep_numbered(struct paths *paths, const uint32_t *numbers)
{
    uint32_t kept = 0;
    for (size_t f = 0; f < paths->flow_count; f++) {
        struct path *path = &paths->paths[f], old = *path;
        *path = (struct path){kept, 0};
        for (uint32_t i = 0; i < old.count; i++) {
            uint32_t number = numbers[paths->links[old.first + i]];
            if (number)
                paths->links[kept++] = number - 1;
        }
        path->count = kept - path->first;
    }
    paths->links = mem_resized(paths->links, kept + 1, sizeof *paths->links);
}

/* Takes the list of links over. */
static void take_routes(struct flow_routes *routes, struct paths *ret)
{
    ret->flow_count = routes->flow_count;
    ret->paths = mem_zeroed(ret->flow_count + 1, sizeof *ret->paths);
    for (size_t f = 0; f < ret->flow_count; f++)
        ret->paths[f] = (struct path){(uint32_t)routes->first[f],
                                      (uint32_t)(routes->first[f + 1] - routes->first[f])};
    ret->links = routes->links;
    routes->links = NULL;
    flow_routes_done(routes);
}

void paths_find(const struct topology *topology, struct router *router,
                const struct flow_set *const *sets, size_t set_count, struct paths *ret)
{
    struct paths paths = {0};
    struct flow_routes routes;
    flow_routes_list(router, sets, set_count, &routes);
    take_routes(&routes, &paths);
    struct pruning pruning = {.topology = topology,
                              .paths = paths.paths,
                              .links = paths.links,
                              .flow_count = paths.flow_count};
    uint32_t *numbers = number_links(&pruning, &paths.link_count);
    keep_numbered(&paths, numbers);
    paths.bandwidths_bytes_per_s =
        mem_zeroed(paths.link_count + 1, sizeof *paths.bandwidths_bytes_per_s);
    for (size_t l = 0; l < topology->link_count; l++)
        if (numbers[l])
            paths.bandwidths_bytes_per_s[numbers[l] - 1] = topology->links[l].bandwidth_bytes_per_s;
    free(numbers);
    *ret = paths;
}

void paths_done(struct paths *paths)
{
    free(paths->paths);
    free(paths->links);
    free(paths->weights);
    free(paths->bandwidths_bytes_per_s);
}

void paths_of_fold(const struct fold *fold, struct paths *ret)
{
    struct paths paths = {
        .flow_count = fold->class_count,
        .link_count = fold->kind_count,
        .paths = mem_zeroed(fold->class_count + 1, sizeof *paths.paths),
        .links = mem_zeroed(fold->crossing_count + 1, sizeof *paths.links),
        .weights = mem_zeroed(fold->crossing_count + 1, sizeof *paths.weights),
        .bandwidths_bytes_per_s = mem_zeroed(fold->kind_count + 1, sizeof(double)),
    };
    for (size_t c = 0; c < fold->class_count; c++)
        paths.paths[c] = (struct path){(uint32_t)fold->classes[c].first_crossing,
                                       (uint32_t)fold->classes[c].crossing_count};
    for (size_t i = 0; i < fold->crossing_count; i++) {
        paths.links[i] = (uint32_t)fold->crossings[i].kind;
        paths.weights[i] = fold->crossings[i].flows;
    }
    memcpy(paths.bandwidths_bytes_per_s, fold->bandwidth_bytes_per_s,
           fold->kind_count * sizeof(double));
    *ret = paths;
}
