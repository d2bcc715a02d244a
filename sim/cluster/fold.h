/* A balanced All-to-All by representatives: equivalent GPUs (symmetry.h) send alike, so one of them stands
 * for all, and equivalent links carry alike, so what crosses them together tells what crosses each.
 *
 * This is exact for max-min fair sharing where all ranks begin together: equal rates for equivalent flows
 * keep every link within its bandwidth, and each flow has its saturated link, as its equivalents do; the
 * max-min fair rates are the only ones of that kind. What is left are a few streams of equal flows
 * (fluid.h), whatever the number of GPUs; routes are looked up from representatives only. */
#ifndef SCMOESIM_CLUSTER_FOLD_H
#define SCMOESIM_CLUSTER_FOLD_H

#include <stdint.h>

#include "sim/cluster/route.h"
#include "sim/cluster/topology.h"

/* Flows that are alike. */
struct fold_class {
    size_t from, to;     /* orbits of their ranks */
    size_t way;          /* of the sender's representative */
    size_t flows;        /* of one sender */
    double latency_s;
};

struct fold {
    size_t ranks, ep;
    size_t orbit_count;          /* of ranks: as many representatives */
    struct fold_class *classes;
    size_t class_count;
    double *load;                /* [row * class_count + class]: flows of all ranks on links of a kind */
    double *bandwidth_bytes_per_s; /* [row]: of all links of the kind together */
    size_t row_count;
    uint64_t print;              /* a fingerprint of it all but rates and latencies */
    /* As in struct flow_set. */
    double bound_s_per_byte, bound_latency_s;
    size_t bound_link;
};

/* Folds the exchange in which every pair of a group of ep consecutive ranks sends the same, all at once
 * ("pairwise"). Returns NULL where that cannot be done exactly, with the reason in *ret_why: words that
 * live for ever. ep > 1 divides the ranks. */
struct fold *fold_build(const struct topology *topology, struct router *router, size_t ep,
                        const char **ret_why);
void fold_free(struct fold *fold);

/* Plays one All-to-All of so many bytes a rank, own share included, that all ranks begin at time 0. The
 * first and the last end of a rank; bytes of a pair are rounded as in sim/engine. */
void fold_play(const struct fold *fold, double bytes, double *ret_first_s, double *ret_last_s);

#endif
