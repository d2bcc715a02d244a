/* All-to-Alls by representatives. Equivalent GPUs do the same, so one of them stands for all.
 * Equivalent links carry the same, so one of each kind stands for all.
 *
 * Equivalence is found in one of two ways. Automorphisms of the cluster (automorphisms.h) tell it
 * without a look at every pair, where all pairs exchange the same. Colour refinement over all flows
 * (equitable_partition.h) serves any other exchange, and clusters that are damaged in places.
 *
 * Both are exact for max-min fair sharing. Equal rates for equivalent flows keep every link within
 * its bandwidth. Each flow has its saturated link, as its equivalents do. Only the max-min fair
 * rates have both properties. Equivalent GPUs that begin and wait alike stay equivalent. What is
 * left are a few classes of equal flows, however many GPUs there are. */
#ifndef SCMOESIM_FOLD_FOLD_H
#define SCMOESIM_FOLD_FOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/collective/alltoall.h"
#include "sim/collective/ring.h"

/* Links of a kind that a class crosses, and how many of its flows are on each one of them. */
struct crossing {
    size_t kind;
    double flows;
};

/* Equivalent flows. Each rank of an orbit that takes part sends and receives as many as the others.
 */
struct fold_class {
    size_t first_end, end_count; /* orbits of their ranks */
    size_t step;                 /* as of a flow */
    double share_ratio;          /* likewise */
    double latency_s;
    size_t set; /* 0: the All-to-Alls'; 1 and on: of what runs beside them, in its order */
    size_t first_crossing, crossing_count;
};

#define FOLD_SETS_MAX 3

struct fold {
    size_t ranks;
    size_t orbit_count; /* of ranks: as many representatives */
    size_t *orbit_of;   /* [rank] */
    struct fold_class *classes;
    size_t class_count, class_room;
    size_t *ends; /* orbits, of all classes */
    size_t end_count, end_room;
    struct crossing *crossings; /* of all classes */
    size_t crossing_count, crossing_room;
    double *bandwidth_bytes_per_s; /* [kind of links]: of each */
    size_t kind_count;
    uint64_t print; /* fingerprint of all but rates and latencies */
};

/* Folds the pairwise exchange by automorphisms: every pair of a group of ep consecutive ranks sends
 * the same, all at once. Rings (ring.h) run beside it from the beginning of a play on. ep > 1
 * divides the ranks. With ret_bound NULL the rings are folded alone, without an All-to-All; ep is
 * then all ranks. Returns NULL where that cannot be done, with the reason in *ret_why, which lives
 * for ever. */
struct fold *fold_build(const struct topology *topology, struct router *router, size_t ep,
                        const struct flow_set *const *rings, size_t ring_count,
                        struct a2a_bound *ret_bound, const char **ret_why);

/* Folds listed exchanges by colour refinement. Sets behind the first run beside it, each from the
 * beginning of a play on. */
struct fold *fold_flows(const struct topology *topology, struct router *router,
                        const struct flow_set *const *sets, size_t set_count, const char **ret_why);
/* More flows would take seconds and hundreds of megabytes to look at. */
#define FOLD_FLOWS_MAX ((size_t)5 << 20)

void fold_free(struct fold *fold);

/* exchange_flows.c: the flows of a balanced All-to-All, and who stands for whom in them and in the
 * rings beside them, by whichever way folds them. */
struct exchange_flows {
    struct flow_set
        *flows;            /* bound and pairs always; none is listed where a fold stands for them */
    struct fold *fold;     /* of the flows, then of the rings that run beside them; NULL: all ranks
                              are played */
    const char *why_whole; /* why it is not folded, where that was asked for; else NULL */
};

/* beside: rings that run beside them, NULL: none. Without `fold` all flows are listed. The
 * request's traffic is balanced. Release with exchange_flows_done. */
int exchange_flows_build(const struct a2a_request *request, const struct rings *beside, bool fold,
                         struct diag *diag, struct exchange_flows *ret);

/* Nothing but the rings. */
void exchange_flows_of_rings(const struct topology *topology, struct router *router,
                             const struct rings *rings, bool fold, struct exchange_flows *ret);

void exchange_flows_done(struct exchange_flows *flows);

#endif
