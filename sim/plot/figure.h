/* Figures of tables: which columns to draw how, and the gnuplot that draws them.
 *
 * The drawing itself is in analysis/plot/KIND.gp, which works alone on a CSV; here columns are
 * chosen and checked, so that a figure never silently averages rows that differ in something it
 * does not show. */
#ifndef SCMOESIM_PLOT_FIGURE_H
#define SCMOESIM_PLOT_FIGURE_H

#include <stdbool.h>
#include "sim/base/csv.h"
#include "sim/base/diag.h"
#include "sim/base/text.h"

/* Each a script of that name; NULL-terminated: "line", "bar", "heatmap", "breakdown", "accuracy",
 * "residuals". */
extern const char *const figure_kinds[];

/* A figure by name. A column is a name, or "*ENDING": the first column that varies and ends so;
 * "A|B" is A where that varies, else B. */
struct standard_figure {
    const char *name, *kind, *x, *y, *z;
};
extern const struct standard_figure standard_figures[]; /* ends with a NULL name */

/* What a user may say; NULL: chosen from the table. */
struct figure_request {
    const char *csv, *output;
    const struct text *table; /* what csv names, as text; NULL: a file */
    const char *figure, *kind, *x, *y, *z, *series, *facet, *title;
    const char **wheres;        /* "COLUMN=VALUE", NULL-terminated; NULL: none */
    double width_mm, height_mm; /* 0: the script's */
    bool bits;
};

/* Whether a name ends as a figure does: .svg, .png or .pdf. */
bool figure_is_name(const char *output);
int figure_draw(const struct figure_request *request, struct diag *diag);

#endif
