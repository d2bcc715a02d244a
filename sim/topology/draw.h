/* Parts of topology_draw(). Internal to the room. */
#ifndef SCMOESIM_TOPOLOGY_DRAW_H
#define SCMOESIM_TOPOLOGY_DRAW_H

#include "sim/base/text.h"
#include "sim/topology/topology.h"

#define DRAW_COLUMNS 80

/* One line: what is drawn on the left, then the link's figures (none where link is NULL), then a
 * remark (none where NULL). Cut off at DRAW_COLUMNS. */
void draw_line(const char *left, const struct link *link, const char *remark, struct text *to);

/* What is to say about the link itself: half-duplex, degraded; "" when nothing. */
#define REMARK_MAX 40
const char *draw_remark(char out[REMARK_MAX], const struct link *link);

/* draw_web.c: a fabric whose switches form rings, by kinds of switches (names that differ in
 * numbers only) with what one of a kind is joined to. draw_is_web tells whether it is such a
 * fabric. */
bool draw_is_web(const struct topology *topology);
void draw_web(const struct topology *topology, struct text *to);

/* draw_tree.c: node 0 with the links inside it, or the fabric with all links outside the nodes, as
 * trees of switches; GPUs are leaves everywhere, since they do not forward. */
void draw_node(const struct topology *topology, struct text *to);
void draw_fabric(const struct topology *topology, struct text *to);

#endif
