/* Plan, prices and a network in; timeline out. The one predictor: run, sweep, solve, validate,
 * replay and compare all ask it.
 *
 * Operators cost what they cost at the duty that the play itself has, beside what runs beside them
 * in it. So the plan is played until prices and play agree. Knows no model, no schedule and no
 * command. */
#ifndef SCMOESIM_ENGINE_SETTLE_H
#define SCMOESIM_ENGINE_SETTLE_H

#include "sim/cost/price.h"
#include "sim/engine/network.h"
#include "sim/engine/timeline.h"
#include "sim/fold/fold.h"
#include "sim/tokens/traffic.h"

/* How ranks exchange what All-to-Alls carry. */
enum carrier {
    CARRIER_NETWORK,  /* over the topology's links, or for as long as the costs say of an All-to-All
                       */
    CARRIER_HOST,     /* one rank, with the host's memory: as the probe replays a plan on one GPU */
    CARRIER_MEASURED, /* as the costs' rows of all_to_all among the plan's EP say; ranks are alike
                       */
};

/* The flows of one kind of communication, and what it costs a rank beside them. */
struct collective {
    enum operator_kind kind;
    const char *group;            /* as the plan calls it; NULL for All-to-Alls */
    const struct flow_set *flows; /* of a rank's bytes; empty: nobody exchanges */
    double setup_s, floor_s;      /* before the first flow; at least, setup included */
    double sm_share_ratio;        /* of the SMs, held while it runs, [0, 0.5] */
    double kernels_s;             /* that its kernels need the whole GPU; it waits for them */
};

struct settle_request {
    const struct plan *plan;
    const struct pricing *pricing;
    enum carrier carrier;
    /* How much longer compute makes All-to-Alls of measured times, of the share that it runs
     * beside them; NULL: as the costs say. */
    const double *all_to_all_beside_compute;
    /* The rest is for CARRIER_NETWORK. */
    const struct topology *topology; /* speeds of GPUs, links */
    struct router *router;
    const struct collective *collectives;
    size_t collective_count;
    const struct fold *fold;       /* of the collectives' flows, in their order; NULL: none */
    const struct traffic *traffic; /* what ranks send and receive; NULL: all the same */
    bool measured_a2a;         /* the costs' times of All-to-Alls count: they are of equal shares */
    enum network_kind network; /* NETWORK_AUTO: by the rule in network.h */
    bool equal_flows;          /* flows are alike or nearly so, and end many at a time */
    const struct flow_set *const *known; /* all that SimGrid may have to play in this process */
    size_t known_count;
};

struct settled {
    struct timeline *timeline;
    double duty_ratio;         /* share of the time that a GPU computes, on average over ranks */
    double measured_ratio;     /* share of compute time whose costs were measured or interpolated */
    double *compute_s;         /* [operator]: what rank 0 was priced at */
    enum network_kind network; /* that played */
    size_t rows;               /* ranks that were followed, each standing for its equivalents */
};

/* Fails with -EAGAIN where SimGrid has another platform in this process already. */
int settle(const struct settle_request *request, struct diag *diag, struct settled *ret);
void settled_done(struct settled *settled);

/* What the costs say of an All-to-All among so many; 0 where they leave it to the topology. */
double settle_measured_a2a_s(const struct settle_request *request, const struct plan_operator *op);

#endif
