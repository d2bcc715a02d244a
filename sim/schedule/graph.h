/* The graph of a schedule template, read from its JSON. Internal to sim/schedule. */
#ifndef SCMOESIM_SCHEDULE_GRAPH_H
#define SCMOESIM_SCHEDULE_GRAPH_H

#include "sim/schedule/schedule.h"

#define GRAPH_OPERATORS_MAX 256 /* as written */

/* What it filled is the caller's to give to graph_done, whether it fails or not. */
int graph_read(const struct jcur *at, struct schedule_graph *graph);
void graph_done(struct schedule_graph *graph);

/* Position of the queue of this name; added where there is none. */
size_t graph_need_queue(char ***queues, size_t *count, const char *name);

/* The operator that the string at this place names. */
int graph_reference(const struct jcur *at, const struct schedule_graph *graph, size_t *ret);

#endif
