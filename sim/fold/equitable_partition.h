/* Which ranks, flows and links of listed exchanges are equivalent: an equitable partition by colour
 * refinement.
 *
 * Works for any cluster, damaged or not. Links start coloured by their rate, ranks by their speed,
 * flows by what they carry. Then each takes a new colour from its own and those around it, until no
 * colour splits. A flow looks at its ends and the links that it crosses. A link looks at its flows.
 * A rank looks at the flows that it sends and receives. Members of one colour then have the same
 * numbers of neighbours of every other colour. That is the coarsest equitable partition, and all
 * that fold.h needs. Internal to the room. */
#ifndef SCMOESIM_FOLD_EQUITABLE_PARTITION_H
#define SCMOESIM_FOLD_EQUITABLE_PARTITION_H

#include "sim/collective/alltoall.h"

struct equitable_partition {
    size_t *of_rank, rank_kinds; /* kinds are numbered by their lowest members */
    size_t *of_flow, flow_kinds; /* of all sets, one behind the other */
    size_t *of_link, link_kinds; /* a link that no flow crosses has a kind too */
    struct flow_routes routes;
};

/* Flows of the first set take colours from their ends. Those of other sets do not: they begin
 * whatever the others do. Returns false, with nothing to release, above rank_kinds_max kinds of
 * ranks or without an end after many rounds. */
bool equitable_partition_find(const struct topology *topology, struct router *router,
                              const struct flow_set *const *sets, size_t set_count,
                              size_t rank_kinds_max, struct equitable_partition *ret);
void equitable_partition_done(struct equitable_partition *partition);

#endif
