/* What carries flows: one interface, three players. The first that suits plays:
 *
 *  - folded, where ranks are alike: a class of flows for all that are, a link for all that carry
 * the same. Exact (sim/fold/fold.h);
 *  - simgrid, up to NETWORK_SIMGRID_FLOWS_MAX flows;
 *  - max-min, more: every flow along its own route, links shared by sim/engine/maxmin.h.
 *
 * By that rule sim/engine/settle.c chooses; whoever asks may also name one. Tests hold them against
 * each other (tests/model/test_fair.c, test_folded_runs.c). */
#ifndef SCMOESIM_ENGINE_NETWORK_H
#define SCMOESIM_ENGINE_NETWORK_H

#include <stddef.h>

#include "sim/base/diag.h"
#include "sim/collective/alltoall.h"
#include "sim/fold/fold.h"

enum network_kind { NETWORK_AUTO, NETWORK_FOLDED, NETWORK_SIMGRID, NETWORK_MAXMIN, NETWORK_NONE };
/* "auto", "folded", "simgrid", "max-min", "none"; NULL-terminated. */
extern const char *const network_names[];

/* SimGrid takes 1.1 s for a pair of schedules with 1,560 unequal flows (40 GPUs), a minute for two
 * with 9,120 (96 GPUs). max-min gives the same in 0.15 and 2 s. */
#define NETWORK_SIMGRID_FLOWS_MAX 500

/* A flow's end, known some time before or when it comes. */
struct network_end {
    size_t flow;
    double end_s;
};

struct network {
    /* A flow begins to move; flow is lane * flows + its position. Times never go back. */
    void (*start)(struct network *network, size_t flow, double bytes, double now_s);
    /* Lets time pass from now_s until something ends or until_s comes, whichever is first, and
     * returns that time; INFINITY where neither ever does. Ends are told no later than they come,
     * and last until the next call. */
    double (*advance)(struct network *network, double now_s, double until_s,
                      const struct network_end **ret_ends, size_t *ret_count);
    /* Runs a function that calls the two above: SimGrid needs it in an actor. */
    void (*run)(struct network *network, void (*function)(void *context), void *context);
    void (*free)(struct network *network);
};

/* Without flows. */
struct network *network_none(void);

/* For the classes of a fold. */
struct network *network_folded(const struct fold *fold);

/* For the flows of all sets, one set after the other. Links are shared anew at most once in
 * window_s; 0: whenever something changes. */
struct network *network_maxmin(const struct topology *topology, struct router *router,
                               const struct flow_set *const *sets, size_t set_count,
                               double window_s);

/* SimGrid has one platform a process. It is loaded by the first play that needs it, with routes for
 * the flows of `known`, and re-rated for others. A play for which it does not suit gets -EAGAIN:
 * another process can play it. */
struct simgrid_request {
    const struct topology *topology;
    struct router *router;
    const struct flow_set *const *known; /* all that this process may play on it */
    size_t known_count;
    const struct flow_set *const *sets; /* that this play plays */
    size_t set_count;
};
int network_simgrid(const struct simgrid_request *request, struct diag *diag, struct network **ret);

#endif
