/* What choosing and drawing a figure share. Internal to the room. */
#ifndef SCMOESIM_PLOT_FIGURE_PRIVATE_H
#define SCMOESIM_PLOT_FIGURE_PRIVATE_H

#include "sim/plot/figure.h"

/* A table and what was chosen of it. Columns are positions, or CSV_NO_COLUMN. */
struct chooser {
    const struct figure_request *request;
    const struct csv *csv;
    struct diag *diag;
    bool *shown; /* rows that pass all --where */
    const char *kind;
    size_t x, y, z, series, facet;
};

/* figure_choose.c: kind and columns from the request, the standard figure and the table. Refused
 * where the table cannot be drawn so, each row at a place of its own. */
int figure_choose(struct chooser *at);

bool cell_is_number(const char *cell);

#endif
