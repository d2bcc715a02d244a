/* What the All-to-All algorithms are: one row each. Internal to the room. */
#ifndef SCMOESIM_COLLECTIVE_ALGORITHM_H
#define SCMOESIM_COLLECTIVE_ALGORITHM_H

#include "sim/collective/a2a_flows.h"

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
    size_t launches;    /* times that the topology's setup is paid */
    double
        protocol_ratio; /* of what links inside a node give, the part that payload gets; 0: all */
    struct kernels kernels;
    void (*add)(const struct a2a_demand *demand, struct flow_set *set);
};

/* NULL for an unknown name. */
const struct algorithm *algorithm_lookup(const char *name);

#endif
