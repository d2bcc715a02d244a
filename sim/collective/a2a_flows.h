/* The flow programs behind the names of alltoall.h. Internal to the room. */
#ifndef SCMOESIM_COLLECTIVE_A2A_FLOWS_H
#define SCMOESIM_COLLECTIVE_A2A_FLOWS_H

#include "sim/collective/exchange.h"
#include "sim/collective/alltoall.h"

/* What a flow program is made for. */
struct a2a_demand {
    const struct exchange *exchange;
    const struct traffic *traffic;
    bool combine; /* everything goes back */
};

static inline bool demand_is_even(const struct a2a_demand *demand)
{
    return demand->traffic->pair_ratio == NULL;
}

/* Copies from one rank to another of its group. */
double demand_copies(const struct a2a_demand *demand, size_t from, size_t to);

/* Adds a flow, unless it carries nothing. */
void add_flow(struct flow_set *set, size_t from, size_t to, size_t step, double share_ratio);

/* Bound, order, latencies and fingerprint, once all flows are there. */
void flow_set_finish(const struct exchange *exchange, struct flow_set *set);

/* a2a_pairwise.c: each pair a flow of its own. */
void add_pairwise(const struct a2a_demand *demand, struct flow_set *set);
void add_rounds(const struct a2a_demand *demand, struct flow_set *set);

/* a2a_nodes.c: those that know which ranks share a node. */
void add_hierarchical(const struct a2a_demand *demand, struct flow_set *set);
void add_two_hop(const struct a2a_demand *demand, struct flow_set *set);

#endif
