/* The flows of a balanced All-to-All, and who stands for whom in them and in the rings beside them.
 */
#ifndef SCMOESIM_FOLD_EXCHANGE_FLOWS_H
#define SCMOESIM_FOLD_EXCHANGE_FLOWS_H

#include "sim/collective/alltoall.h"
#include "sim/collective/ring.h"
#include "sim/fold/fold.h"

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
