/* What the files of the router share. Internal to the room. */
#ifndef SCMOESIM_ROUTE_ROUTE_PRIVATE_H
#define SCMOESIM_ROUTE_ROUTE_PRIVATE_H

#include <stdint.h>

#include "sim/topology/layout.h"
#include "sim/route/route.h"

#define NONE UINT32_MAX

/* One way to leave a vertex. */
struct arc {
    uint32_t link, to;
};

/* Of all vertices: those of vertex v are arcs[first[v]] .. arcs[first[v + 1]]. */
struct arcs {
    size_t *first;
    struct arc *arcs;
};

/* What is known of a vertex while a tree grows. */
struct label {
    uint32_t hops;
    double width_bytes_per_s, latency_s;
};

/* A last link on the way to a vertex; equally good ones form a list in the order of `via`. */
struct step {
    uint32_t link, via, next;
};

/* All best routes from one rank, or from a memory or NIC on a staged route. */
struct tree {
    size_t rank;    /* the vertex; SIZE_MAX while empty */
    uint32_t *best; /* each vertex's first step, or NONE */
    struct step *steps;
    uint32_t step_count, step_room;
};

struct kept {
    size_t to;
    struct route *route;
};

/* What grows a tree no farther than to one receiver, and forgets it. */
struct near {
    struct label *labels; /* [vertex]; not reached between walks. NULL before the first */
    struct tree tree;
    uint32_t *touched; /* vertices with a label */
    size_t touched_count;
    size_t to; /* the receiver */
};

#define LEVELS                                                                                     \
    (HOPS_MAX + 2) /* the most that a link counts, in a plain router too, and the one before it */

/* Vertices that were reached with one number of hops. */
struct level {
    uint32_t *vertices;
    size_t count, room;
};

/* The vertices about an end, by hops. */
struct wave {
    uint32_t end;
    const struct arcs *arcs; /* along which it spreads */
    uint32_t *hops; /* [vertex]; NONE: not reached. Final up to `radius`, as every link counts one
                       at least */
    uint32_t *reached;
    size_t reached_count;
    struct level levels[LEVELS]; /* of h hops: levels[h mod their number] */
    uint32_t radius;
};

/* Of two ends that meet() was asked for last. */
struct meeting {
    struct wave from, to;
    struct arcs in; /* turned round: `to` is where they come from. NULLs before the first */
    uint32_t apart; /* hops of the best routes */
};

/* Routes handed out for one sender, in the order of `to`. */
struct kept_list {
    struct kept *entries;
    size_t count, room;
};

struct router {
    const struct topology *topology;
    bool plain; /* fewest hops alone decide, and GPUs forward */
    struct arcs out;
    struct label *labels;        /* scratch for the tree being grown */
    struct level levels[LEVELS]; /* of h hops: levels[h mod their number] */
    uint32_t *order;             /* vertices reached by the tree grown last, nearest first */
    struct tree *trees;          /* rank r's is trees[r mod tree_count] */
    size_t tree_count;
    struct kept_list *kept; /* one per rank */
    struct route walked;
    size_t walked_room;
    struct staging *staging; /* NULL: routes are direct */
    struct near near;
    struct meeting meeting; /* of the ends of the near tree */
    bool is_near;           /* while such a tree grows */
};

/* Whether a way may go on from a vertex that it does not start at. Inline, as most of a search is
 * asking this. */
static inline bool router_forwards(const struct router *router, size_t vertex)
{
    enum vertex_kind kind = router->topology->vertices[vertex].kind;
    return (kind != VERTEX_GPU || router->plain) && kind != VERTEX_MEMORY;
}
void level_enter(struct level *level, uint32_t vertex);
/* A topology's, leading out of vertices or, turned, into them. */
struct arcs arcs_of(const struct topology *topology, bool turned);
void arcs_done(struct arcs *arcs);

/* What a link counts for a plain router: one more where it leads to a GPU. A route through a GPU is
 * then longer than one that only ends there. */
size_t plain_hops(const struct topology *topology, const struct arc *arc);

/* Grows the best routes from a rank, even where the tree has them; returns how many vertices they
 * reach, itself included, which the router's order then lists. */
size_t tree_grow(struct router *router, struct tree *tree, size_t rank);
struct tree *tree_of(struct router *router, size_t rank);
/* The last step to a vertex. Where several are equally good, takes a digit off *turn, which begins
 * as the receiver's rank, so that choices on one route do not depend on each other. */
const struct step *tree_choose(const struct tree *tree, size_t vertex, size_t *turn);

/* Adds the best route between two vertices to router->walked; `turn` chooses among equal ones. */
void walk_leg(struct router *router, size_t from, size_t to, size_t turn);
void walk_link(struct router *router, size_t link);
/* Latency and bandwidth of what was walked. */
void sum_walked(struct router *router);

/* meet.c: of a router that is not plain. */
void meet(struct router *router, size_t from, size_t to);
/* Whether a vertex so many hops from the sender may lie on a best route: never false of one that
 * does. */
bool meeting_leads(const struct meeting *meeting, size_t vertex, size_t hops);
void meeting_done(struct meeting *meeting);

/* staging.c */
struct staging *staging_new(const struct topology *topology);
void staging_free(struct staging *staging);
/* Fills router->walked with the links of a staged route, their sums left out. */
void staging_walk(struct router *router, size_t from_rank, size_t to_rank);

#endif
