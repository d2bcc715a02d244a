/* All-to-All algorithms as lists of flows, what each costs beside them, and the arithmetic lower
 * bound.
 *
 * A flow is a volume from one rank to another along the route between them. */
#ifndef SCMOESIM_COLLECTIVE_ALLTOALL_H
#define SCMOESIM_COLLECTIVE_ALLTOALL_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/json.h"
#include "sim/route/route.h"
#include "sim/topology/topology.h"
#include "sim/tokens/traffic.h"

struct flow {
    size_t from, to;    /* ranks */
    size_t step;        /* a rank starts its flows of step s + 1 when those of step s are done */
    double share_ratio; /* of the bytes a rank sends in total (own share included): 1 / ep for a
                           single pair of a balanced exchange, more where its
                           algorithm does not get all that links give */
    double latency_s;   /* of its route */
};

/* What an All-to-All takes at least: the longest route, or the time of its busiest link. No byte
 * comes to that link before the least latency of the flows over it has passed. */
struct a2a_bound {
    double s_per_byte; /* of the busiest link, for each byte that every rank sends in total */
    size_t link;       /* position in topology->links */
    double latency_s;  /* least of the flows over it */
    double flow_ratio; /* share_ratio of each flow over it; 0: they differ */
    double rounding_s; /* what rounding to whole bytes may save on it where they differ */
    double longest_latency_s; /* of any flow */
};
double a2a_bound_s(const struct a2a_bound *bound, double bytes_per_rank);

/* What a flow carries where its rank sends so many bytes: whole ones. Rounded here and nowhere
 * else.
 */
long flow_bytes(double bytes_per_rank, double share_ratio);

struct flow_set {
    struct flow *flows; /* sorted by step, from, to */
    size_t flow_count, flow_room;
    size_t step_count;
    size_t pair_count; /* how many rank pairs exchange */
    uint64_t print;    /* a fingerprint of who sends what when */
    struct a2a_bound bound;
};

/* Names for "algorithm", NULL-terminated. */
extern const char *const a2a_algorithm_names[];
/* The same, and before them A2A_AUTO: whichever is fastest. */
extern const char *const a2a_choice_names[];
#define A2A_AUTO "auto"

/* What one does, and what its costs rest on, in words; all but the summary are NULL for A2A_AUTO.
 */
struct a2a_facts {
    const char *summary, *source;
    const char *floor, *message, *protocol, *sms; /* latency floor, cost of a message, share of the
                                                     links' rate that payload gets, SMs held */
};
/* NULL for an unknown name. */
const struct a2a_facts *a2a_algorithm_facts(const char *name);

/* Whether a topology's document names a known algorithm, or auto; complains of the place where not.
 */
int a2a_algorithm_known(const struct json *topology_doc, struct diag *diag);

/* Whether the algorithm can serve groups of ep ranks: those that go along rails need groups of
 * whole nodes, or inside one node; host-staged needs host memory, all others peer access. */
int a2a_algorithm_check(const char *name, const struct topology *topology, size_t ep,
                        struct diag *diag); /* of a known one: says why not */
bool a2a_algorithm_fits(const char *name, const struct topology *topology, size_t ep);

/* Whether somebody with this cluster would run it, so that A2A_AUTO tries it: it fits; rails matter
 * only between nodes; DeepEP's low-latency kernels need NICs, and at most A2A_LOW_LATENCY_TOKENS a
 * rank; nobody goes through host memory who has peer access. */
bool a2a_algorithm_usual(const char *name, const struct topology *topology, size_t ep,
                         double tokens_per_rank);
#define A2A_LOW_LATENCY_TOKENS 256 /* "should be less than 256": DeepEP, README of V1 */

/* Whether it sends a token once however many of its experts are in one place. */
bool a2a_algorithm_counts_tokens(const char *name);

/* Whether it goes through the hosts' memory: its flows need the routes of router_new_staged. */
bool a2a_algorithm_staged(const char *name);

/* What an All-to-All costs a rank beside its flows. */
struct a2a_costs {
    double setup_s;        /* before the first flow, all peers together */
    double floor_s;        /* at least, setup and flows included */
    double sm_share_ratio; /* held while it runs; of a GPU with that many SMs */
    double kernels_s;      /* that its kernels need the whole GPU from its start on, to send and to
                              receive */
    bool packs; /* its kernels put rows into the experts' order and sum them up again, so that its
                   times have in them what is else encode's and decode's work */
};

/* Nothing where a rank has all experts itself. The algorithm's own figures where it brings its own
 * kernels (low-latency, two-hop's SMs), else those of the topology's library. The algorithm is a
 * known one. */
struct a2a_costs a2a_costs_of(const char *algorithm, const struct topology *topology, size_t ep,
                              size_t sm_count);

struct a2a_request {
    const struct topology *topology;
    struct router *router; /* staged where the algorithm is */
    const char *algorithm;
    size_t ep;                     /* groups of ep consecutive ranks exchange; divides the ranks */
    const struct traffic *traffic; /* NULL: equal shares, every copy of a token sent apart */
    bool combine;                  /* from the experts' owners back: transposed */
    size_t flows_max;       /* more are too many to play: refused, as far as it can be seen before
                               they are listed; 0: any number */
    const char *why_listed; /* of what that complaint tells; NULL: nothing */
};

/* Whether the algorithm is known, the groups divide the ranks, and it can serve them. */
int a2a_request_check(const struct a2a_request *request, struct diag *diag);
/* Flows of a balanced exchange, before they are listed. */
size_t a2a_flow_count(const struct a2a_request *request);
/* Whether all pairs of a group send the same at the same time, by the plain routes, when balanced.
 */
bool a2a_algorithm_uniform(const char *name);

/* The flows of one All-to-All. All groups are in one set, since they run at the same time and may
 * share links. ep == 1 gives an empty set with bound 0. */
int flow_set_build(const struct a2a_request *request, struct diag *diag, struct flow_set **ret);
void flow_set_free(struct flow_set *set);

/* The route of one of a set's flows, by the router that the set was built with, on a topology of as
 * many ranks; valid until the next call. */
const struct route *flow_set_route(const struct flow_set *set, const struct flow *flow,
                                   size_t ranks, struct router *router);

/* The links that each of many flows crosses, in one list. Numbers are of 32 bits where there are as
 * many as flows: memory is what walks over them wait for. */
struct flow_routes {
    size_t flow_count;
    size_t *first;   /* [flow]: its links are links[first[flow]] .. links[first[flow + 1]] */
    uint32_t *links; /* positions in the topology's, in order of travel */
};

/* Of the flows of all sets, one set after the other. Release with flow_routes_done. */
void flow_routes_list(struct router *router, const struct flow_set *const *sets, size_t set_count,
                      struct flow_routes *ret);
void flow_routes_done(struct flow_routes *routes);

#endif
