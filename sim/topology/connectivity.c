#include "sim/topology/layout.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"

#define COMPLAINTS_MAX 8 /* a cluster in two halves would otherwise fill pages */

/* Connected components of switches and NICs, and which of them each GPU or memory is adjacent to.
 * GPUs and memories ("ends") do not forward. Two of them reach each other where they share a
 * component or a link. */
struct connectivity {
    const struct topology *topology;
    size_t *root;             /* of each vertex's component; an end is its own */
    size_t *first, *adjacent; /* components beside end i: adjacent[first[i]] .. [first[i + 1]] */
    size_t *stamp;            /* of each vertex: 1 + the GPU that marked it last */
};

static size_t find_root(size_t *root, size_t vertex)
{
    while (root[vertex] != vertex)
        vertex = root[vertex] = root[root[vertex]];
    return vertex;
}

/* GPUs and memories forward nothing. */
static bool is_end(const struct topology *topology, size_t vertex)
{
    enum vertex_kind kind = topology->vertices[vertex].kind;
    return kind == VERTEX_GPU || kind == VERTEX_MEMORY;
}

static void join_components(struct connectivity *graph)
{
    const struct topology *topology = graph->topology;
    for (size_t i = 0; i < topology->vertex_count; i++)
        graph->root[i] = i;
    for (size_t i = 0; i < topology->link_count; i++) {
        const struct link *link = &topology->links[i];
        if (is_end(topology, link->from) || is_end(topology, link->to))
            continue;
        graph->root[find_root(graph->root, link->from)] = find_root(graph->root, link->to);
    }
}

static void list_adjacent(struct connectivity *graph)
{
    const struct topology *topology = graph->topology;
    size_t count = topology->vertex_count;
    for (size_t i = 0; i < topology->link_count; i++) {
        const struct link *link = &topology->links[i];
        if (is_end(topology, link->from))
            graph->first[link->from + 1]++;
        if (is_end(topology, link->to))
            graph->first[link->to + 1]++;
    }
    for (size_t i = 0; i < count; i++)
        graph->first[i + 1] += graph->first[i];
    size_t *next = mem_zeroed(count, sizeof *next);
    memcpy(next, graph->first, count * sizeof *next);
    graph->adjacent = mem_zeroed(graph->first[count] + 1, sizeof *graph->adjacent);
    for (size_t i = 0; i < topology->link_count; i++) {
        const struct link *link = &topology->links[i];
        if (is_end(topology, link->from))
            graph->adjacent[next[link->from]++] = find_root(graph->root, link->to);
        if (is_end(topology, link->to))
            graph->adjacent[next[link->to]++] = find_root(graph->root, link->from);
    }
    free(next);
}

/* Whether one component is adjacent to every GPU: then there is nothing more to check. */
static bool one_component(const struct connectivity *graph)
{
    size_t gpus = topology_ranks(graph->topology);
    size_t *gpus_on = mem_zeroed(graph->topology->vertex_count, sizeof *gpus_on);
    bool result = gpus == 1;
    for (size_t gpu = 0; gpu < gpus && !result; gpu++) {
        for (size_t i = graph->first[gpu]; i < graph->first[gpu + 1]; i++) {
            size_t component = graph->adjacent[i];
            if (is_end(graph->topology, component) || gpus_on[component] != gpu)
                continue; /* counted for this GPU, or one before it is not on it */
            gpus_on[component] = gpu + 1;
            result |= gpu + 1 == gpus;
        }
    }
    free(gpus_on);
    return result;
}

static bool reaches(const struct connectivity *graph, size_t from, size_t to)
{
    if (graph->stamp[to] == from + 1)
        return true;
    for (size_t i = graph->first[to]; i < graph->first[to + 1]; i++) {
        size_t component = graph->adjacent[i];
        if (graph->stamp[component] == from + 1 && !is_end(graph->topology, component))
            return true;
    }
    return false;
}

static void stamp_adjacent(struct connectivity *graph, size_t from)
{
    for (size_t i = graph->first[from]; i < graph->first[from + 1]; i++)
        graph->stamp[graph->adjacent[i]] = from + 1;
}

/* The lowest rank below `from` that it cannot reach, or `from` when it reaches all of them. */
static size_t first_unreached(struct connectivity *graph, size_t from)
{
    size_t to = 0;
    stamp_adjacent(graph, from);
    while (to < from && reaches(graph, from, to))
        to++;
    return to;
}

static int check_pairs(struct connectivity *graph, const char *file, struct diag *diag)
{
    const struct topology *topology = graph->topology;
    size_t gpus = topology_ranks(topology), bad = 0;
    for (size_t from = 1; from < gpus; from++) {
        size_t to = first_unreached(graph, from);
        if (to < from && ++bad <= COMPLAINTS_MAX)
            diag_at(diag, file, NULL, "gpu %s cannot reach %s", topology->vertices[from].name,
                    topology->vertices[to].name);
    }
    if (bad > COMPLAINTS_MAX)
        diag_at(diag, file, NULL, "and %zu more GPUs cannot reach another", bad - COMPLAINTS_MAX);
    return bad ? -EINVAL : 0;
}

static bool reaches_memory(struct connectivity *graph, size_t gpu)
{
    const struct topology *topology = graph->topology;
    stamp_adjacent(graph, gpu);
    for (size_t v = topology_ranks(topology); v < topology->vertex_count; v++)
        if (topology->vertices[v].kind == VERTEX_MEMORY &&
            topology->vertices[v].node == topology->vertices[gpu].node && reaches(graph, gpu, v))
            return true;
    return false;
}

/* Nodes are alike inside, so one tells of all. */
static int check_memories(struct connectivity *graph, const char *file, struct diag *diag)
{
    const struct topology *topology = graph->topology;
    bool bad = false;
    if (topology->memories_per_node == 0)
        return 0;
    for (size_t gpu = 0; gpu < topology->gpus_per_node; gpu++)
        if (!reaches_memory(graph, gpu) && (bad = true))
            diag_at(diag, file, NULL, "gpu %s cannot reach a memory of its node",
                    topology->vertices[gpu].name);
    return bad ? -EINVAL : 0;
}

int connectivity_check(const struct topology *topology, const char *file, struct diag *diag)
{
    struct connectivity graph = {
        .topology = topology,
        .root = mem_zeroed(topology->vertex_count, sizeof *graph.root),
        .first = mem_zeroed(topology->vertex_count + 1, sizeof *graph.first),
        .stamp = mem_zeroed(topology->vertex_count, sizeof *graph.stamp),
    };
    join_components(&graph);
    list_adjacent(&graph);
    int r = one_component(&graph) ? 0 : check_pairs(&graph, file, diag);
    r = check_memories(&graph, file, diag) < 0 ? -EINVAL : r;
    free(graph.root);
    free(graph.first);
    free(graph.adjacent);
    free(graph.stamp);
    return r;
}
