/* Which GPUs of a cluster are equivalent, and which links: orbits under its automorphisms.
 *
 * An automorphism maps GPUs to GPUs. It keeps every cable with its rate and latency,
 * expert-parallel groups, and GPUs' speeds. Two GPUs or links are equivalent where some
 * automorphism takes one to the other. Candidates are tried, not guessed from names: rotations and
 * reflections of nodes or GPUs in blocks, and swaps of two nodes on the same switches. What no
 * candidate joins stays apart, even if a cleverer map exists. Internal to the room. */
#ifndef SCMOESIM_FOLD_AUTOMORPHISMS_H
#define SCMOESIM_FOLD_AUTOMORPHISMS_H

#include "sim/topology/topology.h"

struct orbits {
    size_t *of_rank, rank_orbits; /* of equivalent GPUs, numbered from the lowest rank on */
    size_t *of_link, link_orbits; /* of equivalent links, likewise */
};

/* Expert-parallel groups are ep consecutive ranks; ep divides the ranks. Automorphisms must also
 * keep ring_count rings: next[i][rank] is the rank behind it in ring i. The caller frees both lists
 * of the orbits. */
void orbits_find(const struct topology *topology, size_t ep, const size_t *const *next,
                 size_t ring_count, struct orbits *ret);

#endif
