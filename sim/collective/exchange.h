/* Who exchanges with whom in an All-to-All. Internal to the room.
 *
 * A pattern sends every rank's share to one peer each, so it is a permutation of the ranks: pattern
 * p takes a rank to the member p further in its group, counted by (node, GPU) where the group fills
 * whole nodes. */
#ifndef SCMOESIM_COLLECTIVE_EXCHANGE_H
#define SCMOESIM_COLLECTIVE_EXCHANGE_H

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

#endif
