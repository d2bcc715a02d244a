/* All-to-All algorithms as lists of flows, and the arithmetic lower bound of one.
 *
 * A flow is a volume from one rank to another along the route between them. One flow may stand
 * for many that load every link equally (see flow_set_build), which is what keeps large clusters
 * fast. */
#ifndef SCMOESIM_CLUSTER_ALLTOALL_H
#define SCMOESIM_CLUSTER_ALLTOALL_H

#include "sim/cluster/route.h"
#include "sim/cluster/topology.h"

struct flow {
    size_t from, to;    /* ranks */
    size_t step;        /* a rank starts its flows of step s + 1 when those of step s are done */
    double share_ratio; /* of the bytes a rank sends in total (own share included): 1 / ep for a
                           single pair, more where the flow stands for several */
    double latency_s;   /* of its route */
};

struct flow_set {
    struct flow *flows; /* sorted by step, from, to */
    size_t flow_count;
    size_t step_count;
    size_t pair_count;  /* how many rank pairs the flows stand for */
    /* The busiest link when every rank sends one byte in total: seconds per byte, and which link.
     * An All-to-All of b bytes a rank takes b * bound_s_per_byte + bound_latency_s or more. */
    double bound_s_per_byte;
    size_t bound_link;      /* position in topology->links */
    double bound_latency_s; /* the largest route latency in use */
};

/* Names for "algorithm": "pairwise" (every pair at once, as NCCL does) and "pairwise-rounds" (round
 * r: rank i to rank i + r of its group). NULL-terminated. */
extern const char *const a2a_algorithm_names[];
const char *a2a_algorithm_summary(const char *name);

/* The flows of one All-to-All in which groups of ep consecutive ranks (ep divides the ranks)
 * exchange equal shares. Where aggregate is true, flows of the "pairwise" algorithm that can
 * stand for one another without changing the load of any link are merged. All groups are in one
 * set, since they run at the same time and may share links. ep == 1 gives an empty set with
 * bound 0. */
int flow_set_build(const struct topology *topology, struct router *router, const char *algorithm,
                   size_t ep, bool aggregate, struct diag *diag, struct flow_set **ret);
void flow_set_free(struct flow_set *set);

#endif
