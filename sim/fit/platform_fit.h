/* Fits of a platform's few unknowns (efficiencies that no data sheet has) to published figures.
 *
 * What is fitted is data: a file in analysis/fits names the inputs, and the figures are those of
 * the shipped cases whose role is "fit" and whose "fit" is the file's name. All else that was
 * published stays prediction (sim/validate). Format: doc/formats.md, "Platform fit". */
#ifndef SCMOESIM_FIT_PLATFORM_FIT_H
#define SCMOESIM_FIT_PLATFORM_FIT_H

#include "sim/fit/fit.h"
#include "sim/validate/validate.h"

struct platform_parameter {
    const char *pointer; /* into a run's inputs, as --set takes it */
    double start, low, high;
    const char *source; /* why these bounds */
};

struct platform_fit {
    struct json *doc;
    const char *name, *summary, *source;
    struct platform_parameter parameters[FIT_PARAMETERS_MAX];
    size_t parameter_count;
    /* The runs that have figures of this fit, with the parameters' present values at the end of
     * their sets. */
    struct published_run *runs;
    struct trial_run *trial;
    size_t run_count;
};

/* Reads the document alone: no runs, and strings that are the document's. */
int platform_fit_read(const struct json *doc, struct diag *diag, struct platform_fit *ret);

/* Reads NAME (in analysis/fits) or FILE, and collects the runs from the cases, which must outlive
 * it. */
int platform_fit_load(const char *word, struct published_case *const *cases, size_t count,
                      struct diag *diag, struct platform_fit *ret);
void platform_fit_done(struct platform_fit *fit);

struct platform_solution {
    struct fit_solution solution;
    struct verdict
        *verdicts; /* of the runs at the fitted values; only figures of the fit mean something */
    size_t verdict_count;
    double tolerance_ratio; /* the widest that a figure of the fit states */
};

/* Nonlinear least squares of log(predicted / published), every play in a process of its own. Where
 * there are only as many figures as parameters, intervals are those in which the figures stay
 * within tolerance_ratio. */
int platform_fit_solve(struct platform_fit *fit, size_t processes, struct diag *diag,
                       struct platform_solution *ret);
void platform_solution_done(struct platform_solution *solution);

/* What a run's own sets give a parameter; NaN where they leave it as shipped. */
double platform_value_in(const struct platform_fit *fit, size_t run, size_t parameter);

#endif
