/* Predictions held against published figures.
 *
 * Every run is played in a process of its own, so that an answer depends on nothing but the run. */
#ifndef SCMOESIM_VALIDATE_VALIDATE_H
#define SCMOESIM_VALIDATE_VALIDATE_H

#include "sim/validate/case.h"

struct verdict {
    const struct published_case *published;
    const struct published_run *run;
    const struct figure *figure;
    double predicted;
    double error_ratio; /* figure_error_ratio */
    bool within;        /* |error_ratio| <= tolerance_ratio */
};

/* A run to play, and the case that it stands in. */
struct trial_run {
    const struct published_case *published;
    const struct published_run *run;
};

/* Plays the runs in `processes` processes at a time. *ret has a verdict per figure, in their order;
 * free it. Runs that cannot be played are complaints. */
int validate_runs(const struct trial_run *runs, size_t count, size_t processes, struct diag *diag,
                  struct verdict **ret, size_t *ret_count);

/* The same for all runs of the cases. */
int validate_cases(struct published_case *const *cases, size_t count, size_t processes,
                   struct diag *diag, struct verdict **ret, size_t *ret_count);

/* What a metric is about, so that errors of like figures are averaged: "speedup", "ratio", "time",
 * "bandwidth", "memory", "count". A ratio or speedup form of a time is a speedup. */
const char *figure_quantity(const struct figure *figure);

/* Errors of the predictions among the verdicts; quantity NULL: of all. Ranges are a quantity of
 * their own, "range"; as most predictions have no error to them, means leave them out. */
struct error_summary {
    size_t count, outside; /* predictions; of them, those out of their tolerance */
    double mean_ratio;     /* of |error_ratio|; NaN without any but ranges */
    double worst_ratio;    /* the largest in magnitude, with its sign */
};
struct error_summary summarize_errors(const struct verdict *verdicts, size_t count,
                                      const char *quantity);

/* How many of the verdicts are on figures of a role. */
size_t count_role(const struct verdict *verdicts, size_t count, enum figure_role role);

#endif
