/* What the files of the router share. Internal to the room. */
#ifndef SCMOESIM_ROUTE_ROUTE_PRIVATE_H
#define SCMOESIM_ROUTE_ROUTE_PRIVATE_H

#include <stdint.h>

#include "sim/topology/adjacency.h"
#include "sim/topology/layout.h"
#include "sim/route/route.h"

#define NONE UINT32_MAX

/* What is known of a vertex while a tree grows. */
struct label {
    uint32_t hops;
    double width_bytes_per_s, latency_s;
};

/* A last link on the way to a vertex. Equally good ones form a list, in the order of `via`. */
struct step {
    uint32_t link, via, next;
};

/* All best routes from one rank, or from a memory or NIC on a staged route. */
struct tree {
    size_t rank;    /* the vertex; SIZE_MAX while empty */
    uint32_t *best; /* each vertex's first step, or NONE */
    struct step *steps;
    uint32_t step_count;
    size_t step_room;
};

/* Grows a tree no farther than to one receiver, and forgets it. */
struct single_pair {
    struct label *labels; /* [vertex]; not reached between searches. NULL before the first */
    struct tree tree;
    uint32_t *touched; /* vertices with a label */
    size_t touched_count;
    size_t to; /* the receiver */
};

/* Vertices that were reached with one number of hops. Searches keep a ring of buckets: those with h
 * hops are in bucket h mod BUCKETS (Dial's algorithm). */
struct bucket {
    uint32_t *vertices;
    size_t count, room;
};
/* The most that a link counts, in a plain router too, and one more. */
#define BUCKETS (HOPS_MAX + 2)

/* One side of a bidirectional search: the vertices around an end, by hops. */
struct search_side {
    uint32_t end;
    const struct adjacency *adjacency; /* along which it expands */
    uint32_t *hops; /* [vertex]; NONE: not reached. Final up to `radius`, as a link counts at least
                       one hop */
    uint32_t *reached;
    size_t reached_count;
    struct bucket buckets[BUCKETS];
    uint32_t radius;
};

/* The last search between two ends. */
struct bidirectional_search {
    struct search_side from, to;
    struct adjacency in; /* NULLs at first */
    uint32_t distance;   /* hops of the best routes */
};

struct router {
    const struct topology *topology;
    bool plain; /* fewest hops alone decide, and GPUs forward */
    struct adjacency out;
    struct label *labels;           /* scratch for the tree being grown */
    struct bucket buckets[BUCKETS]; /* likewise */
    uint32_t *order;                /* vertices reached by the last tree, nearest first */
    struct tree *trees;             /* rank r's is trees[r mod tree_count] */
    size_t tree_count;
    void **caches; /* [rank]: routes handed out for this sender */
    struct route walked;
    size_t walked_room;
    struct staging *staging; /* NULL: routes are direct */
    struct single_pair pair;
    struct bidirectional_search search; /* between the ends of the pair */
    bool in_pair;                       /* while the pair's tree grows */
};

/* Whether a route may go on from a vertex that it does not start at. Inline, as most of a search is
 * asking this. */
static inline bool router_forwards(const struct router *router, size_t vertex)
{
    enum vertex_kind kind = router->topology->vertices[vertex].kind;
    return (kind != VERTEX_GPU || router->plain) && kind != VERTEX_MEMORY;
}
void bucket_add(struct bucket *bucket, uint32_t vertex);

/* What a link counts for a plain router: one more where it leads to a GPU. A route through a GPU is
 * then longer than one that only ends there. */
size_t plain_hops(const struct topology *topology, const struct arc *arc);

/* Grows the best routes from a rank, even where the tree has them. Returns how many vertices they
 * reach, itself included. The router's `order` then lists them. */
size_t tree_grow(struct router *router, struct tree *tree, size_t rank);
struct tree *tree_of(struct router *router, size_t rank);
/* The last step to a vertex. Where several are equally good, *selector chooses and loses that
 * digit. It begins as the receiver's rank, so that choices on one route are independent. */
const struct step *tree_choose(const struct tree *tree, size_t vertex, size_t *selector);

/* Adds the best route between two vertices to router->walked. `selector` chooses among equal ones.
 */
void walk_leg(struct router *router, size_t from, size_t to, size_t selector);
void walk_link(struct router *router, size_t link);
/* Latency and bandwidth of what was walked. */
void sum_walked(struct router *router);

/* bidirectional.c: of a router that is not plain. */
void bidirectional_search_run(struct router *router, size_t from, size_t to);
/* Whether a vertex so many hops from the sender may lie on a best route. Never false of one that
 * does. */
bool bidirectional_search_may_pass(const struct bidirectional_search *search, size_t vertex,
                                   size_t hops);
void bidirectional_search_done(struct bidirectional_search *search);

/* staging.c */
struct staging *staging_new(const struct topology *topology);
void staging_free(struct staging *staging);
/* Fills router->walked with the links of a staged route, their sums left out. */
void staging_walk(struct router *router, size_t from_rank, size_t to_rank);

#endif
