/* Runs gnuplot so that a figure appears whole or not at all. Internal to the room. */
#ifndef SCMOESIM_PLOT_FIGURE_RUN_H
#define SCMOESIM_PLOT_FIGURE_RUN_H

#include "sim/base/diag.h"
#include "sim/base/text.h"

struct figure_run {
    const char *output;
    int table_fd;
    char *table; /* where gnuplot finds the table */
    char *drawn; /* where gnuplot is to draw: beside output, with the same ending */
};

int figure_run_begin(const char *output, const struct text *table, struct diag *diag,
                     struct figure_run *ret);
/* Runs analysis/plot/KIND.gp under the settings (gnuplot statements) and puts what it drew in
 * place. Frees the run in any case. */
int figure_run_end(struct figure_run *run, const char *kind, const char *settings,
                   struct diag *diag);

#endif
