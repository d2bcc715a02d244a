/* Which ranks, flows and links of listed exchanges are alike, whatever the cluster and its damage.
 *
 * Colours tell: links begin with their rate, ranks with their speed, flows with what they carry.
 * Then each takes a new colour from its own and from those around it - a flow from its ends and the
 * links that it crosses, a link from the flows on it, a rank from the flows that it sends and
 * receives - until no colour splits any more. Things of one colour then meet the same numbers of
 * things of every other colour: the coarsest equitable partition. What fold.h needs is no more than
 * that. Internal to the room. */
#ifndef SCMOESIM_FOLD_ALIKE_H
#define SCMOESIM_FOLD_ALIKE_H

#include "sim/collective/flow_routes.h"

struct alike {
    size_t *of_rank, rank_kinds; /* kinds are numbered from the lowest member on */
    size_t *of_flow, flow_kinds; /* of all sets, one behind the other */
    size_t *of_link, link_kinds; /* a link that no flow crosses has a kind too */
    struct flow_routes routes;
};

/* Flows of all sets but the first begin whatever the others do, so that they take no colour from
 * their ends. False, and nothing to release, once there are more than rank_kinds_max kinds of
 * ranks, or new ones without an end. */
bool alike_find(const struct topology *topology, struct router *router,
                const struct flow_set *const *sets, size_t set_count, size_t rank_kinds_max,
                struct alike *ret);
void alike_done(struct alike *alike);

#endif
