#include "sim/topology/layout.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"

#define COMPLAINTS_MAX 8 /* a cluster in two halves would otherwise fill pages */

/* Which islands of switches and NICs a GPU or memory touches. These ends do not forward, so two of
 * them reach each other when they share an island or a link. */
struct reach {
    const struct topology *topology;
    size_t *root;            /* of each vertex's island; ends are their own */
    size_t *first, *touched; /* vertices beside end i: touched[first[i]] .. [first[i + 1]] */
    size_t *stamp;           /* of each vertex: 1 + the GPU that marked it last */
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

static void join_islands(struct reach *reach)
{
    const struct topology *topology = reach->topology;
    for (size_t i = 0; i < topology->vertex_count; i++)
        reach->root[i] = i;
    for (size_t i = 0; i < topology->link_count; i++) {
        const struct link *link = &topology->links[i];
        if (is_end(topology, link->from) || is_end(topology, link->to))
            continue;
        reach->root[find_root(reach->root, link->from)] = find_root(reach->root, link->to);
    }
}

static void list_touched(struct reach *reach)
{
    const struct topology *topology = reach->topology;
    size_t count = topology->vertex_count;
    for (size_t i = 0; i < topology->link_count; i++) {
        const struct link *link = &topology->links[i];
        if (is_end(topology, link->from))
            reach->first[link->from + 1]++;
        if (is_end(topology, link->to))
            reach->first[link->to + 1]++;
    }
    for (size_t i = 0; i < count; i++)
        reach->first[i + 1] += reach->first[i];
    size_t *next = mem_zeroed(count, sizeof *next);
    memcpy(next, reach->first, count * sizeof *next);
    reach->touched = mem_zeroed(reach->first[count] + 1, sizeof *reach->touched);
    for (size_t i = 0; i < topology->link_count; i++) {
        const struct link *link = &topology->links[i];
        if (is_end(topology, link->from))
            reach->touched[next[link->from]++] = find_root(reach->root, link->to);
        if (is_end(topology, link->to))
            reach->touched[next[link->to]++] = find_root(reach->root, link->from);
    }
    free(next);
}

/* Whether one island touches every GPU: then there is nothing more to check. */
static bool one_island(const struct reach *reach)
{
    size_t gpus = topology_ranks(reach->topology);
    size_t *touching = mem_zeroed(reach->topology->vertex_count, sizeof *touching);
    bool result = gpus == 1;
    for (size_t gpu = 0; gpu < gpus && !result; gpu++) {
        for (size_t i = reach->first[gpu]; i < reach->first[gpu + 1]; i++) {
            size_t island = reach->touched[i];
            if (is_end(reach->topology, island) || touching[island] != gpu)
                continue; /* counted for this GPU, or one before it is not on it */
            touching[island] = gpu + 1;
            result |= gpu + 1 == gpus;
        }
    }
    free(touching);
    return result;
}

static bool reaches(const struct reach *reach, size_t from, size_t to)
{
    if (reach->stamp[to] == from + 1)
        return true;
    for (size_t i = reach->first[to]; i < reach->first[to + 1]; i++) {
        size_t island = reach->touched[i];
        if (reach->stamp[island] == from + 1 && !is_end(reach->topology, island))
            return true;
    }
    return false;
}

static void stamp_touched(struct reach *reach, size_t from)
{
    for (size_t i = reach->first[from]; i < reach->first[from + 1]; i++)
        reach->stamp[reach->touched[i]] = from + 1;
}

/* The lowest rank below `from` that it cannot reach, or `from` when it reaches all of them. */
static size_t first_unreached(struct reach *reach, size_t from)
{
    size_t to = 0;
    stamp_touched(reach, from);
    while (to < from && reaches(reach, from, to))
        to++;
    return to;
}

static int check_pairs(struct reach *reach, const char *file, struct diag *diag)
{
    const struct topology *topology = reach->topology;
    size_t gpus = topology_ranks(topology), bad = 0;
    for (size_t from = 1; from < gpus; from++) {
        size_t to = first_unreached(reach, from);
        if (to < from && ++bad <= COMPLAINTS_MAX)
            diag_at(diag, file, NULL, "gpu %s cannot reach %s", topology->vertices[from].name,
                    topology->vertices[to].name);
    }
    if (bad > COMPLAINTS_MAX)
        diag_at(diag, file, NULL, "and %zu more GPUs cannot reach another", bad - COMPLAINTS_MAX);
    return bad ? -EINVAL : 0;
}

static bool reaches_memory(struct reach *reach, size_t gpu)
{
    const struct topology *topology = reach->topology;
    stamp_touched(reach, gpu);
    for (size_t v = topology_ranks(topology); v < topology->vertex_count; v++)
        if (topology->vertices[v].kind == VERTEX_MEMORY &&
            topology->vertices[v].node == topology->vertices[gpu].node && reaches(reach, gpu, v))
            return true;
    return false;
}

/* Nodes are alike inside, so one tells of all. */
static int check_memories(struct reach *reach, const char *file, struct diag *diag)
{
    const struct topology *topology = reach->topology;
    bool bad = false;
    if (topology->memories_per_node == 0)
        return 0;
    for (size_t gpu = 0; gpu < topology->gpus_per_node; gpu++)
        if (!reaches_memory(reach, gpu) && (bad = true))
            diag_at(diag, file, NULL, "gpu %s cannot reach a memory of its node",
                    topology->vertices[gpu].name);
    return bad ? -EINVAL : 0;
}

int reach_check(const struct topology *topology, const char *file, struct diag *diag)
{
    struct reach reach = {
        .topology = topology,
        .root = mem_zeroed(topology->vertex_count, sizeof *reach.root),
        .first = mem_zeroed(topology->vertex_count + 1, sizeof *reach.first),
        .stamp = mem_zeroed(topology->vertex_count, sizeof *reach.stamp),
    };
    join_islands(&reach);
    list_touched(&reach);
    int r = one_island(&reach) ? 0 : check_pairs(&reach, file, diag);
    r = check_memories(&reach, file, diag) < 0 ? -EINVAL : r;
    free(reach.root);
    free(reach.first);
    free(reach.touched);
    free(reach.stamp);
    return r;
}
