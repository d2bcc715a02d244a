/* All-to-Alls that go between nodes along rails: GPU g of a node exchanges with GPU g of the others
 * only.
 *
 * Groups fill whole nodes here, or lie inside one (a2a_algorithm_fits). */
#include "sim/collective/algorithm.h"

/* Where a group's ranks stand. */
struct grid {
    size_t base;        /* its first rank */
    size_t nodes, gpus; /* of it; gpus of one node */
};

static size_t rank_at(const struct grid *grid, size_t node, size_t gpu)
{
    return grid->base + node * grid->gpus + gpu;
}

static struct grid grid_of(const struct a2a_request *request, size_t base)
{
    size_t gpus = group_node_gpus(request);
    return (struct grid){base, request->ep / gpus, gpus};
}

/* ---- Hierarchical (2D): first to the node's GPU on the receiver's rail, then along the rail ----
 */

static void add_inside(const struct a2a_request *request, const struct grid *grid, size_t node,
                       struct flow_set *set)
{
    for (size_t g = 0; g < grid->gpus; g++) {
        for (size_t h = 0; h < grid->gpus; h++) {
            double share_ratio = 0;
            for (size_t far = 0; far < grid->nodes; far++)
                share_ratio +=
                    request_copies(request, rank_at(grid, node, g), rank_at(grid, far, h));
            if (g != h)
                add_flow(set, rank_at(grid, node, g), rank_at(grid, node, h), 0, share_ratio);
        }
    }
}

static void add_rail(const struct a2a_request *request, const struct grid *grid, size_t gpu,
                     struct flow_set *set)
{
    for (size_t node = 0; node < grid->nodes; node++) {
        for (size_t far = 0; far < grid->nodes; far++) {
            double share_ratio = 0;
            for (size_t g = 0; g < grid->gpus; g++)
                share_ratio +=
                    request_copies(request, rank_at(grid, node, g), rank_at(grid, far, gpu));
            if (node != far)
                add_flow(set, rank_at(grid, node, gpu), rank_at(grid, far, gpu), 1, share_ratio);
        }
    }
}

void add_hierarchical(const struct a2a_request *request, struct flow_set *set)
{
    for (size_t base = 0; base < topology_ranks(request->topology); base += request->ep) {
        struct grid grid = grid_of(request, base);
        for (size_t node = 0; node < grid.nodes; node++)
            add_inside(request, &grid, node, set);
        for (size_t gpu = 0; gpu < grid.gpus; gpu++)
            add_rail(request, &grid, gpu, set);
    }
    set->step_count = request->ep > grid_of(request, 0).gpus ? 2 : 1;
}

/* ---- Two hops: along the rail once per token and node, then forwarded inside the node ----
 *
 * DeepEP's normal kernels forward chunks of a few tokens (4 to 32 in its tests/test_internode.py,
 * of 4,096) while further ones arrive, so that both hops run side by side: one step. */

static void add_hop(const struct a2a_request *request, struct flow_set *set, size_t from, size_t to,
                    double share_ratio)
{
    if (request->combine)
        add_flow(set, to, from, 0, share_ratio);
    else
        add_flow(set, from, to, 0, share_ratio);
}

/* What GPU `gpu` of a node hands on to GPU `to` of it: its own tokens, and those that its rail
 * brought. */
static double forwarded(const struct a2a_request *request, const struct grid *grid, size_t node,
                        size_t gpu, size_t to)
{
    double share_ratio = 0;
    for (size_t far = 0; far < grid->nodes; far++)
        share_ratio +=
            traffic_to_rank(request->traffic, rank_at(grid, far, gpu), node * grid->gpus + to);
    return share_ratio;
}

void add_two_hop(const struct a2a_request *request, struct flow_set *set)
{
    for (size_t base = 0; base < topology_ranks(request->topology); base += request->ep) {
        struct grid grid = grid_of(request, base);
        for (size_t node = 0; node < grid.nodes; node++) {
            for (size_t gpu = 0; gpu < grid.gpus; gpu++) {
                size_t from = rank_at(&grid, node, gpu);
                for (size_t far = 0; far < grid.nodes; far++)
                    if (far != node)
                        add_hop(request, set, from, rank_at(&grid, far, gpu),
                                traffic_to_node(request->traffic, from, far));
                for (size_t to = 0; to < grid.gpus; to++)
                    if (to != gpu)
                        add_hop(request, set, from, rank_at(&grid, node, to),
                                forwarded(request, &grid, node, gpu, to));
            }
        }
    }
    set->step_count = 1;
}
