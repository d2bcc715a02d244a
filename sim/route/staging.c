/* Routes through the hosts' memory, put together from the router's own (route.h). */
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/route/route_private.h"

struct staging {
    size_t *memories;    /* vertices, node by node */
    size_t *nearest;     /* [rank]: the memory for its bytes, NEAREST_UNKNOWN until asked for */
    struct route direct; /* scratch */
};
#define NEAREST_UNKNOWN SIZE_MAX

struct staging *staging_new(const struct topology *topology)
{
    struct staging *staging = mem_zeroed(1, sizeof *staging);
    size_t ranks = topology_ranks(topology), count = 0;
    staging->memories = mem_zeroed(topology->node_count * topology->memories_per_node + 1,
                                   sizeof *staging->memories);
    for (size_t v = 0; v < topology->vertex_count; v++)
        if (topology->vertices[v].kind == VERTEX_MEMORY)
            staging->memories[count++] = v;
    staging->nearest = mem_zeroed(ranks, sizeof *staging->nearest);
    for (size_t r = 0; r < ranks; r++)
        staging->nearest[r] = NEAREST_UNKNOWN;
    return staging;
}

void staging_free(struct staging *staging)
{
    if (!staging)
        return;
    free(staging->memories);
    free(staging->nearest);
    free(staging->direct.links);
    free(staging);
}

/* Fewest links first, then the widest, then the lowest: as routes are chosen. Walks, so that
 * nothing may be walked yet. */
static size_t find_nearest(struct router *router, size_t rank)
{
    const struct topology *topology = router->topology;
    const size_t *memories =
        &router->staging->memories[topology->vertices[rank].node * topology->memories_per_node];
    const struct tree *tree = tree_of(router, rank);
    struct route best = {0};
    size_t nearest = NEAREST_UNKNOWN;
    for (size_t i = 0; i < topology->memories_per_node; i++) {
        if (tree->best[memories[i]] == NONE)
            continue; /* some other memory is reached (topology_read) */
        router->walked.link_count = 0;
        walk_leg(router, rank, memories[i], /* selector= */ rank);
        sum_walked(router);
        const struct route *walked = &router->walked;
        if (nearest == NEAREST_UNKNOWN || walked->link_count < best.link_count ||
            (walked->link_count == best.link_count &&
             walked->bandwidth_bytes_per_s > best.bandwidth_bytes_per_s)) {
            nearest = memories[i];
            best = *walked;
        }
    }
    router->walked.link_count = 0;
    return nearest;
}

static size_t nearest_memory(struct router *router, size_t rank)
{
    size_t *nearest = &router->staging->nearest[rank];
    if (*nearest == NEAREST_UNKNOWN)
        *nearest = find_nearest(router, rank);
    return *nearest;
}

/* Puts the direct route aside. */
static const struct route *walk_direct(struct router *router, size_t from, size_t to)
{
    struct route *direct = &router->staging->direct, *walked = &router->walked;
    walk_leg(router, from, to, /* selector= */ to);
    direct->links = mem_resized(direct->links, walked->link_count, sizeof *direct->links);
    memcpy(direct->links, walked->links, walked->link_count * sizeof *direct->links);
    direct->link_count = walked->link_count;
    walked->link_count = 0;
    return direct;
}

/* The part of a route from the sender's NIC to the receiver's. */
struct middle {
    size_t first_nic, last_nic;    /* vertices; NIC_NONE: the route has none in that node */
    size_t first_link, link_count; /* of the route */
};
#define NIC_NONE SIZE_MAX

static struct middle middle_of(const struct topology *topology, const struct route *route,
                               size_t from, size_t to)
{
    struct middle middle = {.first_nic = NIC_NONE, .last_nic = NIC_NONE};
    size_t at = from;
    for (size_t i = 0; i < route->link_count; i++) {
        const struct link *link = &topology->links[route->links[i]];
        at = link->from == at ? link->to : link->from;
        const struct vertex *vertex = &topology->vertices[at];
        if (vertex->kind != VERTEX_NIC)
            continue;
        if (vertex->node == topology->vertices[from].node && middle.first_nic == NIC_NONE) {
            middle.first_nic = at;
            middle.first_link = i + 1;
        }
        if (vertex->node == topology->vertices[to].node) {
            middle.last_nic = at;
            middle.link_count = i + 1 - middle.first_link;
        }
    }
    return middle;
}

static void walk_between_nodes(struct router *router, const struct route *direct, size_t from,
                               size_t to)
{
    size_t near = nearest_memory(router, from), far = nearest_memory(router, to);
    struct middle middle = middle_of(router->topology, direct, from, to);
    walk_leg(router, from, near, to);
    if (middle.first_nic == NIC_NONE || middle.last_nic == NIC_NONE) {
        walk_leg(router, near, far, to);
    } else {
        walk_leg(router, near, middle.first_nic, to);
        for (size_t i = 0; i < middle.link_count; i++)
            walk_link(router, direct->links[middle.first_link + i]);
        walk_leg(router, middle.last_nic, far, to);
    }
    walk_leg(router, far, to, to);
}

void staging_walk(struct router *router, size_t from, size_t to)
{
    const struct topology *topology = router->topology;
    const struct route *direct = walk_direct(router, from, to);
    if (direct->link_count == 1) {
        walk_link(router, direct->links[0]);
    } else if (topology->vertices[from].node == topology->vertices[to].node) {
        size_t memory = nearest_memory(router, to);
        walk_leg(router, from, memory, to);
        walk_leg(router, memory, to, to);
    } else {
        walk_between_nodes(router, direct, from, to);
    }
}
