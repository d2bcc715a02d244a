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

/* figure_choose.c: kind and columns from the request, the standard figure and the table. */
int figure_choose(struct chooser *at);

/* figure_check.c: whether the table can be drawn so, each row at a place of its own. */
int figure_check(const struct chooser *at);

bool cell_is_number(const char *cell);
/* Distinct cells of a column among the rows shown, at most `most`; empty ones do not count. */
size_t figure_distinct(const struct chooser *at, size_t column, size_t most);
/* Whether all cells shown that are not empty are numbers, and there is one. */
bool figure_all_numbers(const struct chooser *at, size_t column);
/* Whether rows with equal cells in column a have equal cells in column b. */
bool figure_determines(const struct chooser *at, size_t a, size_t b);

#endif
