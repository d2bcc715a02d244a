/* What the All-to-All algorithms are, one row each, and the flow programs behind them. Internal to
 * the room. */
#ifndef SCMOESIM_COLLECTIVE_ALGORITHM_H
#define SCMOESIM_COLLECTIVE_ALGORITHM_H

#include "sim/collective/alltoall.h"

/* How many of a group's ranks share a node: all that are there where the group fills whole nodes.
 */
static inline size_t group_node_gpus(const struct a2a_request *request)
{
    size_t gpus = request->topology->gpus_per_node;
    return request->ep % gpus == 0 ? gpus : request->ep;
}

/* Kernels that an algorithm brings itself. */
struct kernels {
    bool own_setup; /* else the topology's setup_s and per_peer_s */
    double setup_s;
    bool own_sms;       /* else the topology's share */
    double sm_count;    /* held */
    double whole_gpu_s; /* to send and to receive; none holds SMs beside that */
    bool packs;
};

struct algorithm {
    struct a2a_facts facts;
    bool on_rails;      /* goes between nodes along rails only */
    bool counts_tokens; /* a token goes once to a rank or node */
    bool by_nics;       /* has the NICs do everything, for few tokens */
    bool staged;        /* through the hosts' memory, on the routes of router_new_staged */
    bool between_all;   /* balanced: the same bytes between all pairs, whatever the steps */
    bool set_up_twice;  /* pays the topology's setup twice, as it is two exchanges */
    double
        protocol_ratio; /* of what links inside a node give, the part that payload gets; 0: all */
    struct kernels kernels;
    /* The flow program. The request's traffic is not NULL. */
    void (*add)(const struct a2a_request *request, struct flow_set *set);
};

/* NULL for an unknown name. */
const struct algorithm *algorithm_lookup(const char *name);

/* Copies from one rank to another of its group. */
double request_copies(const struct a2a_request *request, size_t from, size_t to);

/* Adds a flow, unless it carries nothing. */
void add_flow(struct flow_set *set, size_t from, size_t to, size_t step, double share_ratio);

/* Bound, order, latencies and fingerprint, once all flows are there. Of the request it looks at
 * topology, router and ep. same_bytes: all of them carry
 * 1 / ep, so that they are counted in whole pairs and sums are exact. */
void flow_set_finish(const struct a2a_request *request, bool same_bytes, struct flow_set *set);

/* a2a_pairwise.c: each pair a flow of its own. */
void add_pairwise(const struct a2a_request *request, struct flow_set *set);
void add_rounds(const struct a2a_request *request, struct flow_set *set);

/* a2a_nodes.c: those that know which ranks share a node. */
void add_hierarchical(const struct a2a_request *request, struct flow_set *set);
void add_two_hop(const struct a2a_request *request, struct flow_set *set);

#endif
