/* All-to-Alls by representatives: GPUs that are alike do alike, so one of them stands for all, and
 * links that are alike carry alike, so one of each kind tells what all do.
 *
 * What is alike is found in one of two ways. Maps of the cluster onto itself (symmetry.h) tell it
 * without a look at every pair, where the exchange is the same between all pairs. For any other
 * exchange, and on clusters that are damaged in places, colours tell it, which spread over all
 * flows (alike.h).
 *
 * Both are exact for max-min fair sharing: equal rates for flows that are alike keep every link
 * within its bandwidth, and each flow has its saturated link, as its equivalents do; the max-min
 * fair rates are the only ones of that kind. And where GPUs that are alike begin and wait alike,
 * they stay so. What is left are a few streams of equal flows (fluid.h), whatever the number of
 * GPUs. */
#ifndef SCMOESIM_FOLD_FOLD_H
#define SCMOESIM_FOLD_FOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/engine/fluid.h"
#include "sim/route/route.h"
#include "sim/topology/topology.h"

/* Flows that are alike. Each rank of an orbit that has a part in them sends and receives as many.
 */
struct fold_class {
    size_t first_end, end_count; /* orbits of their ranks */
    size_t step;                 /* as of a flow */
    double share_ratio;          /* likewise */
    double latency_s;
    size_t set; /* 0: the All-to-Alls'; s: of beside[s - 1] */
    size_t first_crossing, crossing_count;
};

#define FOLD_SETS_MAX 3

struct flow_set;
struct fold {
    size_t ranks;
    const struct flow_set
        *beside[FOLD_SETS_MAX - 1]; /* what it was told to run beside All-to-Alls, to be
                                       compared only; NULL: nothing (more) */
    size_t orbit_count;             /* of ranks: as many representatives */
    size_t *orbit_of;               /* [rank] */
    struct fold_class *classes;
    size_t class_count;
    size_t *ends; /* orbits, of all classes */
    size_t end_count;
    struct crossing *crossings; /* of all classes */
    size_t crossing_count;
    double *bandwidth_bytes_per_s; /* [kind of links]: of each */
    size_t kind_count;
    uint64_t print; /* a fingerprint of it all but rates and latencies */
};

/* What every byte that a rank sends takes at least; as in struct flow_set. */
struct fold_bound {
    double s_per_byte, latency_s;
    size_t link;
};

/* Folds the exchange in which every pair of a group of ep consecutive ranks sends the same, all at
 * once
 * ("pairwise"), by maps, beside rings (ring.h), each from the beginning of a play on. Returns NULL
 * where that cannot be done, with the reason in *ret_why: words that live for ever. ep > 1 divides
 * the ranks. */
struct fold *fold_build(const struct topology *topology, struct router *router, size_t ep,
                        const struct flow_set *const *rings, size_t ring_count,
                        struct fold_bound *ret_bound, const char **ret_why);

/* The rings alone, with no All-to-All, likewise by maps. */
struct fold *fold_rings(const struct topology *topology, struct router *router,
                        const struct flow_set *const *rings, size_t ring_count,
                        const char **ret_why);

/* Folds listed exchanges by colours; those behind the first run beside it, each from the beginning
 * of a play on. */
struct fold *fold_flows(const struct topology *topology, struct router *router,
                        const struct flow_set *const *sets, size_t set_count, const char **ret_why);
#define FOLD_FLOWS_MAX                                                                             \
    ((size_t)5 << 20) /* more would take seconds and hundreds of megabytes to look at */

void fold_free(struct fold *fold);

#endif
