/* Which flows of a pairwise All-to-All may stand for others.
 *
 * Internal to the room. A pattern sends every rank's share to one peer each, so it is a
 * permutation of the ranks: pattern p takes a rank to the member p further in its group, counted
 * by (node, GPU) where the group fills whole nodes. Patterns that load every link equally and
 * give every rank the same latencies form a class; one pattern then can carry the bytes of its
 * whole class. */
#ifndef SCMOESIM_COLLECTIVE_AGGREGATE_H
#define SCMOESIM_COLLECTIVE_AGGREGATE_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/route/route.h"
#include "sim/topology/topology.h"

/* An All-to-All in groups of ep consecutive ranks. */
struct exchange {
    const struct topology *topology;
    struct router *router;
    size_t ranks, ep;
    bool whole_nodes; /* ep is a multiple of a node's GPUs */
};

struct exchange exchange_of(const struct topology *topology, struct router *router, size_t ep);
/* The receiver of `from` in pattern 0 < p < ep. */
size_t exchange_peer(const struct exchange *exchange, size_t from, size_t pattern);
/* [link]: how many of all pairs cross it, and the longest latency among them. The caller's to free.
 */
size_t *exchange_count_pairs(const struct exchange *exchange, double *ret_latency_s);

struct pattern_class {
    size_t first;  /* the lowest pattern; it represents the others */
    size_t weight; /* how many patterns there are */
    bool merged;   /* one pattern may carry all of it */
};

/* The classes of all patterns, and which of them are merged: those of which it can be shown that
 * every rank's end stays the same when all ranks start together (see aggregate.c).
 * ret_of_pattern, for pattern p at position p, is the number of its class; position 0 is unused.
 * Both are the caller's. Returns false, and sets nothing, when there is nothing to merge. */
bool aggregate_classes(const struct exchange *exchange, struct pattern_class **ret_classes,
                       size_t *ret_count, size_t **ret_of_pattern);

#endif
