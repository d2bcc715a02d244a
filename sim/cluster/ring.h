/* The flows of a ring All-Reduce over all ranks, as NCCL and MPI run large ones: each rank sends to the next,
 * 2 (n - 1) / n of the reduced bytes in all, in 2 (n - 1) steps that follow one another without a break, so
 * that one steady flow stands for them. */
#ifndef SCMOESIM_CLUSTER_RING_H
#define SCMOESIM_CLUSTER_RING_H

#include "sim/cluster/alltoall.h"

/* Bytes that a rank sends in a ring All-Reduce of that many. */
double ring_sent_bytes(size_t ranks, double reduced_bytes);

/* A flow from each rank to the next, each of all that a rank sends; empty with one rank. */
struct flow_set *ring_build(const struct topology *topology, struct router *router);

#endif
