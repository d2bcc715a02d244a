/* Parts of drawings: of topology_draw() and of route_draw(). */
#ifndef SCMOESIM_TOPOLOGY_DRAW_H
#define SCMOESIM_TOPOLOGY_DRAW_H

#include "sim/base/text.h"
#include "sim/topology/topology.h"

#define DRAW_COLUMNS 80

/* Adds a line, cut off at DRAW_COLUMNS. */
void draw_clipped(const char *line, struct text *to);

/* One line: what is drawn on the left, the link's figures, a remark. Link and remark may be NULL.
 * Cut off at DRAW_COLUMNS. */
void draw_line(const char *left, const struct link *link, const char *remark, struct text *to);

/* A remark on the link itself: half-duplex, degraded, or "". */
#define REMARK_MAX 40
const char *draw_remark(char out[REMARK_MAX], const struct link *link);

/* draw_tree.c: node 0 with the links inside it, or the fabric with all links outside the nodes.
 * Both are drawn as trees of switches. GPUs are leaves, since they do not forward. */
void draw_trees(const struct topology *topology, bool fabric, struct text *to);

#endif
