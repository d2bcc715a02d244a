/* What is beside what in a topology, and what hangs together. */
#ifndef SCMOESIM_TOPOLOGY_ADJACENCY_H
#define SCMOESIM_TOPOLOGY_ADJACENCY_H

#include <stdint.h>

#include "sim/topology/topology.h"

/* One way to leave a vertex. */
struct arc {
    uint32_t link, to;
};

/* Arcs of all vertices: those of vertex v are arcs[first[v]] .. arcs[first[v + 1]], in the order of
 * links. */
struct adjacency {
    size_t *first;
    struct arc *arcs;
};

/* Along the links that lead out of a vertex; into it, an arc's `to` being where it comes from; or
 * along cables, each once, by the first of its two directions. */
enum arcs { ARCS_OUT, ARCS_IN, ARCS_CABLES };
struct adjacency adjacency_of(const struct topology *topology, enum arcs which);
void adjacency_done(struct adjacency *adjacency);

/* Whether it is the second direction of a cable. */
bool link_is_backward(const struct link *link);

/* Disjoint sets of the numbers below count, each alone at first: an array that the caller frees. A
 * set goes by its lowest number. */
size_t *sets_new(size_t count);
size_t sets_find(size_t *sets, size_t number);
void sets_join(size_t *sets, size_t a, size_t b);

#endif
