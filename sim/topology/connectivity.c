#include "sim/topology/layout.h"

#include <errno.h>
#include <stdlib.h>

#include "sim/base/mem.h"
#include "sim/topology/adjacency.h"

#define COMPLAINTS_MAX 8 /* a cluster in two halves would otherwise fill pages */

/* Connected components of switches and NICs, and which of them each GPU or memory is adjacent to.
 * GPUs and memories ("ends") do not forward. Two of them reach each other where they share a
 * component or a link. */
struct connectivity {
    const struct topology *topology;
    struct adjacency out;
    size_t *component; /* of each vertex; an end is its own */
    size_t *stamp;     /* of each vertex: 1 + the GPU that marked it last */
};

/* GPUs and memories forward nothing. */
static bool is_end(const struct topology *topology, size_t vertex)
{
    enum vertex_kind kind = topology->vertices[vertex].kind;
    return kind == VERTEX_GPU || kind == VERTEX_MEMORY;
}

static size_t *find_components(const struct topology *topology)
{
    size_t *sets = sets_new(topology->vertex_count);
    for (size_t i = 0; i < topology->link_count; i++) {
        const struct link *link = &topology->links[i];
        if (!is_end(topology, link->from) && !is_end(topology, link->to))
            sets_join(sets, link->from, link->to);
    }
    for (size_t v = 0; v < topology->vertex_count; v++)
        sets[v] = sets_find(sets, v);
    return sets;
}

/* Of the vertex that an arc leads to. */
static size_t beside(const struct connectivity *graph, size_t arc)
{
    return graph->component[graph->out.arcs[arc].to];
}

/* Whether one component is adjacent to every GPU: then there is nothing more to check. */
static bool one_component(const struct connectivity *graph)
{
    size_t gpus = topology_ranks(graph->topology);
    size_t *gpus_on = mem_zeroed(graph->topology->vertex_count, sizeof *gpus_on);
    bool result = gpus == 1;
    for (size_t gpu = 0; gpu < gpus && !result; gpu++) {
        for (size_t i = graph->out.first[gpu]; i < graph->out.first[gpu + 1]; i++) {
            size_t component = beside(graph, i);
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
    for (size_t i = graph->out.first[to]; i < graph->out.first[to + 1]; i++) {
        size_t component = beside(graph, i);
        if (graph->stamp[component] == from + 1 && !is_end(graph->topology, component))
            return true;
    }
    return false;
}

static void stamp_adjacent(struct connectivity *graph, size_t from)
{
    for (size_t i = graph->out.first[from]; i < graph->out.first[from + 1]; i++)
        graph->stamp[beside(graph, i)] = from + 1;
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
        .out = adjacency_of(topology, ARCS_OUT),
        .component = find_components(topology),
        .stamp = mem_zeroed(topology->vertex_count, sizeof *graph.stamp),
    };
    int r = one_component(&graph) ? 0 : check_pairs(&graph, file, diag);
    r = check_memories(&graph, file, diag) < 0 ? -EINVAL : r;
    adjacency_done(&graph.out);
    free(graph.component);
    free(graph.stamp);
    return r;
}
