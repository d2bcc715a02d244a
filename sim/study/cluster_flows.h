/* Routes, flows and rings of one topology, found once and kept. What the functions hand out lasts
 * as long as that. */
#ifndef SCMOESIM_STUDY_CLUSTER_FLOWS_H
#define SCMOESIM_STUDY_CLUSTER_FLOWS_H

#include "sim/fold/fold.h"

struct cluster_flows;

/* Borrows the topology. */
struct cluster_flows *cluster_flows_new(const struct topology *topology);
void cluster_flows_free(struct cluster_flows *flows);

/* Routes as an All-to-All algorithm goes. */
struct router *cluster_flows_router(struct cluster_flows *flows, const char *algorithm);

/* A balanced All-to-All: what sets one apart from another. */
struct balanced_exchange {
    const char *algorithm; /* a name of alltoall.h: its own, which lasts as long as the process */
    size_t ep, experts, top_k, node_limit, flows_max;
    bool fold;
    bool beside_rings; /* a fold is to know of the rings beside it, too */
};
int cluster_flows_find(struct cluster_flows *flows, const struct balanced_exchange *exchange,
                       struct diag *diag, const struct exchange_flows **ret);

/* Rings of gradients on the routes of the algorithm, and nothing beside them. */
struct gradient_rings {
    struct rings *rings;
    struct exchange_flows alone;
};
const struct gradient_rings *cluster_flows_rings(struct cluster_flows *flows, const char *algorithm,
                                                 size_t ep, bool fold);

#endif
