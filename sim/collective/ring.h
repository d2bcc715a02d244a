/* The flows of ring All-Reduces, as NCCL and MPI run large ones: each rank sends to the next, 2 (n
 * - 1) / n of the reduced bytes in all, in 2 (n - 1) steps that follow one another without a break,
 * so that one steady flow stands for them. */
#ifndef SCMOESIM_COLLECTIVE_RING_H
#define SCMOESIM_COLLECTIVE_RING_H

#include "sim/collective/alltoall.h"

/* A ring over every `stride`th rank: one over all of them with stride 1; with the ranks of an
 * expert-parallel group, one over those that hold the same experts, for each place in a group. A
 * flow from each rank to the next of its ring, of all that a rank sends; empty where a ring is one
 * rank. stride divides the ranks. */
struct flow_set *ring_build(const struct topology *topology, struct router *router, size_t stride);

/* The rings of gradients on a cluster: one over all ranks and, where there are several
 * expert-parallel groups, those over ranks that hold the same experts. */
struct rings {
    struct flow_set *shared, *experts; /* experts NULL with one group */
};
struct rings *rings_build(const struct topology *topology, struct router *router, size_t ep);
void rings_free(struct rings *rings);

#endif
