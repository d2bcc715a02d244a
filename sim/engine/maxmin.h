/* Max-min fair sharing of links by flows, each along its own path.
 *
 * The same sharing as SimGrid's where links have no latency (tests/model/test_fair.c). Links may be
 * shared anew at times some way apart instead of at each flow's end, for ten thousands of unequal
 * flows. One flow may stand for several alike. Knows nothing of ranks that wait. */
#ifndef SCMOESIM_ENGINE_MAXMIN_H
#define SCMOESIM_ENGINE_MAXMIN_H

#include "sim/collective/alltoall.h"
#include "sim/engine/network.h"
#include "sim/fold/fold.h"

/* paths.c: the routes of flows, with only those links on them that may decide how fast a flow is.
 */

struct path {
    uint32_t first, count; /* of the paths' links */
};

struct paths {
    size_t flow_count;
    struct path *paths; /* [flow] */
    uint32_t *links;    /* below link_count */
    double *weights;    /* of each of them: how many flows one stands for; NULL: one */
    size_t link_count;
    double *bandwidths_bytes_per_s; /* [link] */
};

/* Of the flows of all sets, one set after the other. Release with paths_done. */
void paths_find(const struct topology *topology, struct router *router,
                const struct flow_set *const *sets, size_t set_count, struct paths *ret);
/* Classes of flows over kinds of links. */
void paths_of_fold(const struct fold *fold, struct paths *ret);
void paths_done(struct paths *paths);

/* maxmin.c: the sharing. */

struct maxmin;

/* Takes what the paths own. A flow may run several times at once, in lanes: flow f of lane l is
 * number l * flow_count + f. */
struct maxmin *maxmin_new(const struct paths *owned_paths);
void maxmin_free(struct maxmin *solver);

/* The flow starts; it gets its bandwidth at the next call of maxmin_share. */
void maxmin_start(struct maxmin *solver, size_t flow, double bytes, double now_s);

/* Lets time pass to now_s and shares the links anew. Rates then stay for window_s. Call again at
 * the time returned (INFINITY: nothing runs) or after starts, but not before now_s + window_s.
 * Flows that end by then are told now, so that whoever waits for them goes on in time. The ends are
 * valid until the next call.
 *
 * A window of 0 is exact. Else starts and ends within a window change the others' rates at its end
 * only, which then is made up for as if all had come at their mean time. What one flow gains by
 * that others lose; only the order of starts and ends within windows is lost. */
double maxmin_share(struct maxmin *solver, double now_s, double window_s,
                    const struct network_end **ret_ends, size_t *ret_count);

#endif
