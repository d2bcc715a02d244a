/* Routes, flows and rings of one topology, found once and kept: what a library has of each that it
 * read. What the functions hand out lasts as long as the wires. */
#ifndef SCMOESIM_STUDY_WIRES_H
#define SCMOESIM_STUDY_WIRES_H

#include "sim/collective/alltoall.h"
#include "sim/collective/ring.h"

struct wires;

/* Borrows the topology. */
struct wires *wires_new(const struct topology *topology);
void wires_free(struct wires *wires);

/* As an All-to-All algorithm goes. */
struct router *wires_router(struct wires *wires, const char *algorithm);

/* Flows of a balanced All-to-All: what sets one wiring apart from another. */
struct wiring {
    const char *algorithm; /* a name of alltoall.h: its own, which lasts as long as the process */
    size_t ep, experts, top_k, node_limit, flows_max;
    bool aggregate, fold;
    bool beside_rings; /* for plays beside rings: a fold is to know of them too */
};
int wires_flows(struct wires *wires, const struct wiring *wiring, struct diag *diag,
                const struct flow_set **ret);

/* Rings of gradients, on the routes of the algorithm; folded too, where that is asked for and ranks
 * are alike. */
const struct rings *wires_rings(struct wires *wires, const char *algorithm, size_t ep, bool fold);

#endif
