/* Which GPUs of a cluster are equivalent, and which links.
 *
 * Two are where some map of the cluster onto itself takes one to the other: a map of GPUs to GPUs
 * that keeps every cable with its rate and latency, expert-parallel groups, and GPUs' speeds. Such
 * maps are tried out, not guessed from names: nodes or GPUs turned round in blocks, mirrored, and
 * two nodes exchanged that hang on the same switches. What no such map takes to one another stays
 * apart, even if a cleverer map exists. Internal to the room. */
#ifndef SCMOESIM_FOLD_SYMMETRY_H
#define SCMOESIM_FOLD_SYMMETRY_H

#include "sim/topology/topology.h"

struct orbits {
    size_t *of_rank, rank_orbits; /* of equivalent GPUs, numbered from the lowest rank on */
    size_t *of_link, link_orbits; /* of equivalent links, likewise */
};

/* Expert-parallel groups are ep consecutive ranks; ep divides the ranks. Maps must also carry rings
 * onto themselves: next[i][rank] is the rank behind it in ring i, for each of ring_count. */
void orbits_find(const struct topology *topology, size_t ep, const size_t *const *next,
                 size_t ring_count, struct orbits *ret);
void orbits_done(struct orbits *orbits);

#endif
