/* Routes through a topology.
 *
 * Fewest hops first: one for a link, or as many as its type says, so that a dragonfly's routes
 * take one cable between groups and not two. A GPU never forwards for others. Among equally short
 * routes the widest (two GPUs behind one PCIe switch still talk over NVLink), then the lowest
 * latency; both are decided link by link from the sender on. A degraded link counts with its full
 * width: routing tables know of links that are down, not of slow ones. Of vertices that are then
 * still equal, seen from the receiver back, the receiver's rank chooses, a digit for each choice,
 * in the order of vertex numbers: the first of k is taken where rank mod k is 0, and rank / k
 * goes on. That is the D-mod-k of static routing tables (Zahavi et al., 2010): ranks next to each
 * other are reached over different spines, and no two flows of a shift over all ranks share a
 * link of a fat tree that has enough of them. SimGrid's fat trees do the same
 * (tests/model/test_zones.c).
 *
 * Staged routes are those of bytes that go through the hosts' memory, because GPUs have no peer
 * access. Inside a node they lead to the memory nearest to the receiver and on from there, as
 * NCCL's shared-memory transport goes by default (NCCL_SHM_LOCALITY=2); between nodes to the memory
 * nearest to the sender, to the NIC of the direct route, along that route to the other NIC, and
 * through the memory nearest to the receiver. The parts of a route run side by side, piece by
 * piece. Two GPUs with a link of their own use that: it is no PCIe. Memories forward nothing but
 * what is staged in them. */
#ifndef SCMOESIM_ROUTE_ROUTE_H
#define SCMOESIM_ROUTE_ROUTE_H

#include "sim/topology/topology.h"

struct route {
    size_t *links; /* positions in topology->links, in order of travel */
    size_t link_count;
    double latency_s;             /* sum over the links */
    double bandwidth_bytes_per_s; /* of the narrowest */
};

struct router; /* holds adjacency and caches breadth-first trees */

struct router *router_new(const struct topology *topology);
/* Of staged routes; the topology has memories if any route is asked for. */
struct router *router_new_staged(const struct topology *topology);
/* Of routes as SimGrid's Dijkstra zones find them, which know nothing of GPUs: the fewest hops,
 * through whatever is on the way but memories. */
struct router *router_new_plain(const struct topology *topology);
/* Of those that the topology's GPUs use: staged where they have no peer access. */
struct router *router_new_usual(const struct topology *topology);
bool router_is_staged(const struct router *router);
void router_free(struct router *router);
/* The route between two ranks, from != to; borrowed from the router. Every pair is reachable in a
 * loaded topology. */
const struct route *router_route(struct router *router, size_t from_rank, size_t to_rank);

/* The same without keeping it, for walks over very many pairs: valid until the next call of
 * router_walk. Cheapest when calls with the same sender follow one another. */
const struct route *router_walk(struct router *router, size_t from_rank, size_t to_rank);

/* As router_route, but looking no farther than the receiver: cheapest where each sender has but a
 * flow or two. */
const struct route *router_route_near(struct router *router, size_t from_rank, size_t to_rank);

/* Whether this is the route with the fewest hops, and no other has as few, for a plain router. */
bool router_finds_only(struct router *plain, size_t from_rank, size_t to_rank,
                       const struct route *route);

#endif
