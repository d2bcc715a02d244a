/* How the networks are made. Internal to the room. */
#ifndef SCMOESIM_ENGINE_NETWORK_PRIVATE_H
#define SCMOESIM_ENGINE_NETWORK_PRIVATE_H

#include "sim/base/diag.h"
#include "sim/collective/alltoall.h"
#include "sim/engine/network.h"
#include "sim/fold/fold.h"

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
