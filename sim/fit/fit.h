/* Fits of cost formulas to measured times, by GSL's nonlinear least squares.
 *
 * Residuals are logarithms of predicted over measured time, so that a microsecond and a second
 * weigh alike and an error is a ratio. Parameters are positive and fitted as logarithms; a weak
 * prior (a factor e either way) holds those that the data cannot tell. */
#ifndef SCMOESIM_FIT_FIT_H
#define SCMOESIM_FIT_FIT_H

#include <stddef.h>
#include "sim/base/diag.h"
#include "sim/cost/cost.h"
#include "sim/model/gpu.h"

/* A fitted number with the ends of its 95 % confidence interval. */
struct estimate {
    double value, low, high;
};

#define FIT_PARAMETERS_MAX 6

/* What is predicted from parameters (all > 0) for observation i. Pure. */
typedef double (*fit_model)(const double *parameters, size_t i, const void *context);

struct fit_problem {
    size_t parameters, observations;
    const double *measured;           /* > 0 */
    double start[FIT_PARAMETERS_MAX]; /* where to begin, and the prior's middle */
    double low[FIT_PARAMETERS_MAX], high[FIT_PARAMETERS_MAX]; /* the parameters stay inside */
    fit_model model;
    const void *context;
    /* Where as many observations as parameters are enough, and nothing is left to tell how good
     * they are: how far off each is taken to be, at most (of 100, 95), for the intervals. 0: more
     * are needed. */
    double exact_error_ratio;
    double difference; /* relative step of derivatives; 0: GSL's, for smooth functions */
};

struct fit_solution {
    struct estimate parameters[FIT_PARAMETERS_MAX];
    size_t parameter_count;
    double *residuals; /* log(predicted / measured); freed with fit_solution_done */
    double *left_out;  /* the same when the observation itself is left out of the fit (from its
                          leverage in the fit's last linearisation) */
    size_t count;
    double mean_error_ratio;     /* mean of |predicted / measured - 1| */
    double left_out_error_ratio; /* the same, each observation left out in turn */
};

/* Needs more observations than parameters, unless the problem says otherwise. Fails with a message
 * where GSL finds no minimum. */
int fit_solve(const struct fit_problem *problem, struct diag *diag, struct fit_solution *ret);
void fit_solution_done(struct fit_solution *solution);

/* One kind and pass of operators: the parameters are those of struct operator_fit, in its order; a
 * row's rate and a tile's time only where the operators have such (sim/cost). */
int fit_operators(const struct gpu *gpu, const struct cost_measurement *rows, size_t count,
                  struct diag *diag, struct operator_fit *ret, struct fit_solution *ret_solution);

/* One kind of copies: time = parameters[0] (s) + bytes / parameters[1] (bytes/s). */
int fit_copies(const struct cost_measurement *rows, size_t count, struct diag *diag,
               struct fit_solution *ret);

/* Marks residuals farther from the median than 3.5 robust standard deviations (1.4826 times the
 * median absolute deviation) and than 1 %, below which nothing is odd. ret[i] for each of count. */
void fit_outliers(const double *residuals, size_t count, bool *ret);

#endif
