/* Routes through a topology.
 *
 * The route with the fewest hops is taken. A link counts one hop, or as many as its type says: a
 * dragonfly's routes then take one cable between groups, not two. A GPU never forwards for others.
 * Among equally short routes the widest is taken: two GPUs behind one PCIe switch still talk over
 * NVLink. Then the lowest latency decides. Both are compared link by link from the sender on. A
 * degraded link counts with its full width: routing tables know which links are down, not which are
 * slow.
 *
 * Of vertices that are then still equal, seen from the receiver back, the receiver's rank chooses.
 * Of k vertices in the order of their numbers it takes the one at rank mod k; rank / k then serves
 * for the next choice. This is the D-mod-k of static routing tables (Zahavi et al., 2010).
 * Neighbouring ranks are reached over different spines. A shift over all ranks puts no two flows on
 * one link of a fat tree that has enough of them. SimGrid's fat trees do the same
 * (tests/model/test_zones.c).
 *
 * Staged routes carry bytes through the hosts' memory, where GPUs have no peer access. Inside a
 * node they lead to the memory nearest to the receiver and on from there. NCCL's shared-memory
 * transport does so by default (NCCL_SHM_LOCALITY=2). Between nodes they lead to the memory nearest
 * to the sender, then to the NIC of the direct route and along that route to the other NIC. From
 * there they go through the memory nearest to the receiver. The parts of a route run side by side,
 * piece by piece. Two GPUs with a link of their own use that link. Memories forward only what is
 * staged in them. */
#ifndef SCMOESIM_ROUTE_ROUTE_H
#define SCMOESIM_ROUTE_ROUTE_H

#include "sim/topology/topology.h"

struct route {
    size_t *links; /* positions in topology->links, in order of travel */
    size_t link_count;
    double latency_s;             /* sum over the links */
    double bandwidth_bytes_per_s; /* of the narrowest */
};

/* How often the route crosses a link: twice where bytes wait behind a half-duplex one. */
size_t route_crossings(const struct route *route, size_t link);

struct router; /* holds adjacency and caches breadth-first trees */

struct router *router_new(const struct topology *topology);
/* Of staged routes; the topology has memories if any route is asked for. */
struct router *router_new_staged(const struct topology *topology);
/* Of routes as SimGrid's Dijkstra zones find them: the fewest hops, through GPUs too, but not
 * through memories. */
struct router *router_new_plain(const struct topology *topology);
/* Of the routes that the topology's GPUs use: staged where they have no peer access. */
struct router *router_new_usual(const struct topology *topology);
bool router_is_staged(const struct router *router);
void router_free(struct router *router);
/* The route between two ranks, from != to, by a search that ends at the receiver. The router owns
 * it. In a loaded topology every pair has one. */
const struct route *router_route(struct router *router, size_t from_rank, size_t to_rank);

/* The same for walks over very many pairs: not cached, found with all of the sender's. Valid until
 * the next call. Cheapest when calls with the same sender follow one another. */
const struct route *router_walk(struct router *router, size_t from_rank, size_t to_rank);

/* For a plain router: whether this route has the fewest hops, and no other has as few. */
bool router_finds_only(struct router *plain, size_t from_rank, size_t to_rank,
                       const struct route *route);

/* ---- Routes from one rank by the kinds of their links, without walking each ---- */

/* Routes that cross the same kinds of links in the same order. */
struct route_class {
    size_t before;    /* the class of the route without its last link */
    size_t kind;      /* of the last link */
    double latency_s; /* of the whole route */
};
#define ROUTE_CLASS_NONE ((size_t)-1)

/* All routes from one rank. */
struct route_classes {
    struct route_class *classes; /* class 0 is the rank itself */
    size_t count, room;
    size_t *of_rank;  /* [rank]: ROUTE_CLASS_NONE where equally good routes differ in class */
    bool *has_choice; /* [rank]: there are several equally good routes */
};

/* kinds: of each link. Release with route_classes_done. */
void router_classify(struct router *router, size_t from_rank, const size_t *kinds,
                     struct route_classes *ret);
void route_classes_done(struct route_classes *classes);

/* Whether the routes from a rank to the `count` ranks from `first` on use equally good links
 * equally often, each class by itself. `classes` are the rank's. */
bool router_balances(struct router *router, size_t from_rank, const struct route_classes *classes,
                     size_t first, size_t count);

/* ---- As text ---- */

/* The text drawing of the route between two ranks that differ, at most 80 columns wide. Its
 * bottleneck is marked. */
void route_draw(const struct topology *topology, size_t from_rank, size_t to_rank, struct text *to);

#endif
