#include <errno.h>
#include <gsl/gsl_blas.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>
#include "sim/fit/fit.h"
#include "sim/base/mem.h"

/* How much the prior weighs: a parameter a factor e away from its start counts as much as one
 * observation that is 5 % off. */
#define PRIOR_RESIDUAL 0.05
/* Keeps z from running away where a parameter rests at the end of its range. */
#define EDGE_RESIDUAL 1e-3
#define ITERATIONS_MAX 1000

/* GSL works without bounds: z runs over the line, the parameter from low to high on a log scale. */
static double bounded(const struct fit_problem *problem, size_t p, double z)
{
    double low = log(problem->low[p]), high = log(problem->high[p]);
    return exp(low + (high - low) / (1 + exp(-z)));
}

static double unbounded(const struct fit_problem *problem, size_t p, double value)
{
    double low = log(problem->low[p]), high = log(problem->high[p]);
    double part = (log(value) - low) / (high - low);
    part = fmin(fmax(part, 1e-6), 1 - 1e-6);
    return log(part / (1 - part));
}

static int residuals(const gsl_vector *z, void *data, gsl_vector *ret)
{
    const struct fit_problem *problem = data;
    double parameters[FIT_PARAMETERS_MAX];
    for (size_t p = 0; p < problem->parameters; p++)
        parameters[p] = bounded(problem, p, gsl_vector_get(z, p));
    for (size_t i = 0; i < problem->observations; i++)
        gsl_vector_set(ret, i,
                       log(problem->model(parameters, i, problem->context) / problem->measured[i]));
    for (size_t p = 0; p < problem->parameters; p++)
        gsl_vector_set(ret, problem->observations + p,
                       PRIOR_RESIDUAL * log(parameters[p] / problem->start[p]) +
                           EDGE_RESIDUAL *
                               (gsl_vector_get(z, p) - unbounded(problem, p, problem->start[p])));
    return GSL_SUCCESS;
}

/* Half of the interval that 95 of 100 residuals lie in, from those that are left or from what the
 * problem says. */
static double residual_range(const struct fit_problem *problem, const gsl_vector *residual)
{
    double sum = 0, freedom = (double)(problem->observations - problem->parameters);
    if (freedom <= 0)
        return log1p(problem->exact_error_ratio);
    for (size_t i = 0; i < problem->observations; i++)
        sum += gsl_vector_get(residual, i) * gsl_vector_get(residual, i);
    return gsl_cdf_tdist_Pinv(0.975, freedom) * sqrt(sum / freedom);
}

/* Value and interval of each parameter; the interval is symmetric in z. */
static void read_parameters(const struct fit_problem *problem, const gsl_vector *z,
                            const gsl_matrix *covariance, double range, struct fit_solution *ret)
{
    for (size_t p = 0; p < problem->parameters; p++) {
        double half = range * sqrt(gsl_matrix_get(covariance, p, p));
        double at = gsl_vector_get(z, p);
        ret->parameters[p] =
            (struct estimate){bounded(problem, p, at), bounded(problem, p, at - half),
                              bounded(problem, p, at + half)};
    }
}

static void read_residuals(const struct fit_problem *problem, const gsl_vector *residual,
                           const gsl_matrix *jacobian, const gsl_matrix *covariance,
                           struct fit_solution *ret)
{
    size_t n = problem->observations;
    ret->residuals = mem_zeroed(n, sizeof *ret->residuals);
    ret->left_out = mem_zeroed(n, sizeof *ret->left_out);
    ret->count = n;
    gsl_vector *product = gsl_vector_alloc(problem->parameters);
    for (size_t i = 0; i < n; i++) {
        gsl_vector_const_view row = gsl_matrix_const_row(jacobian, i);
        double leverage;
        gsl_blas_dgemv(CblasNoTrans, 1, covariance, &row.vector, 0, product);
        gsl_blas_ddot(&row.vector, product, &leverage);
        ret->residuals[i] = gsl_vector_get(residual, i);
        ret->left_out[i] = ret->residuals[i] / fmax(1 - leverage, 1e-3);
        ret->mean_error_ratio += fabs(expm1(ret->residuals[i])) / (double)n;
        ret->left_out_error_ratio += fabs(expm1(ret->left_out[i])) / (double)n;
    }
    gsl_vector_free(product);
}

int fit_solve(const struct fit_problem *problem, struct diag *diag, struct fit_solution *ret)
{
    if (problem->observations + (problem->exact_error_ratio > 0 ? 1 : 0) <= problem->parameters)
        return diag_say(diag, "%zu row%s cannot fix %zu parameters", problem->observations,
                        problem->observations == 1 ? "" : "s", problem->parameters);
    size_t rows = problem->observations + problem->parameters;
    gsl_multifit_nlinear_parameters settings = gsl_multifit_nlinear_default_parameters();
    if (problem->difference > 0)
        settings.h_df = problem->difference;
    gsl_multifit_nlinear_workspace *work = gsl_multifit_nlinear_alloc(
        gsl_multifit_nlinear_trust, &settings, rows, problem->parameters);
    gsl_multifit_nlinear_fdf system = {
        .f = residuals, .n = rows, .p = problem->parameters, .params = (void *)(size_t)problem};
    gsl_vector *start = gsl_vector_alloc(problem->parameters);
    gsl_matrix *covariance = gsl_matrix_alloc(problem->parameters, problem->parameters);
    for (size_t p = 0; p < problem->parameters; p++)
        gsl_vector_set(start, p, unbounded(problem, p, problem->start[p]));
    int info, r = gsl_multifit_nlinear_init(start, &system, work);
    if (r == GSL_SUCCESS)
        r = gsl_multifit_nlinear_driver(ITERATIONS_MAX, 1e-8, 1e-8, 1e-8, NULL, NULL, &info, work);
    /* No further progress means that the minimum is reached to rounding. */
    if (r == GSL_ENOPROG)
        r = GSL_SUCCESS;
    if (r == GSL_SUCCESS)
        r = gsl_multifit_nlinear_covar(gsl_multifit_nlinear_jac(work), 0, covariance);
    if (r == GSL_SUCCESS) {
        *ret = (struct fit_solution){.parameter_count = problem->parameters};
        const gsl_vector *residual = gsl_multifit_nlinear_residual(work);
        read_parameters(problem, gsl_multifit_nlinear_position(work), covariance,
                        residual_range(problem, residual), ret);
        read_residuals(problem, residual, gsl_multifit_nlinear_jac(work), covariance, ret);
    } else {
        r = diag_say(diag, "the fit finds no minimum: %s", gsl_strerror(r));
    }
    gsl_matrix_free(covariance);
    gsl_vector_free(start);
    gsl_multifit_nlinear_free(work);
    return r;
}

void fit_solution_done(struct fit_solution *solution)
{
    if (!solution)
        return;
    free(solution->residuals);
    free(solution->left_out);
    *solution = (struct fit_solution){0};
}

void fit_outliers(const double *values, size_t count, bool *ret)
{
    double *work = mem_zeroed(count, sizeof *work), *copy = mem_zeroed(count, sizeof *copy);
    for (size_t i = 0; i < count; i++)
        copy[i] = values[i];
    double spread = gsl_stats_mad(copy, 1, count, work); /* scaled to a standard deviation */
    gsl_sort(copy, 1, count);
    double median = gsl_stats_median_from_sorted_data(copy, 1, count);
    for (size_t i = 0; i < count; i++)
        ret[i] = fabs(values[i] - median) > 3.5 * spread && fabs(values[i] - median) > 0.01;
    free(work);
    free(copy);
}

/* ---- The two formulas that are fitted: the blended roofline of an operator kind, and latency plus
 * bytes over bandwidth of a kind of copy ---- */

/* Parameters that only some kinds have come last. */
enum { OVERHEAD, COMPUTE, MEMORY, BLEND, EVERYWHERE, ROW = EVERYWHERE, TILE };

struct operators {
    const struct gpu *gpu;
    const struct cost_measurement *rows;
    bool has_rows, has_tiles;
};

static struct operator_fit fit_of(const double *parameters, const struct operators *of)
{
    const double *more = parameters + EVERYWHERE;
    struct operator_fit fit = {
        true, parameters[OVERHEAD], parameters[COMPUTE], parameters[MEMORY], parameters[BLEND], 0,
        0};
    if (of->has_rows)
        fit.row_bytes_per_s = *more++;
    if (of->has_tiles)
        fit.tile_s = *more;
    return fit;
}

static double predict_operator(const double *parameters, size_t i, const void *context)
{
    const struct operators *all = context;
    const struct cost_measurement *row = &all->rows[i];
    struct operator_fit fit = fit_of(parameters, all);
    return fitted_time_s(all->gpu, &fit, row->kind, row->pass, &row->shape, row->dtype);
}

static double *times(const struct cost_measurement *rows, size_t count)
{
    double *measured = mem_zeroed(count, sizeof *measured);
    for (size_t i = 0; i < count; i++)
        measured[i] = rows[i].time_s;
    return measured;
}

/* Where each begins and between what it stays: overhead, compute ratio, memory ratio, blend power,
 * a row's rate, a tile's time. A few launches, well-tuned kernels, a block's even share of some
 * TB/s, some microseconds. */
static const struct {
    double start, low, high;
} ranges[FIT_PARAMETERS_MAX] = {
    [OVERHEAD] = {5e-6, 1e-9, 1e-3}, [COMPUTE] = {0.6, 0.01, 2},
    [MEMORY] = {0.8, 0.01, 8},       [BLEND] = {3, 1, 16},
    [ROW] = {2e10, 1e8, 1e12},       [TILE] = {2e-6, 1e-8, 1e-4},
};

static void add_parameter(struct fit_problem *to, size_t which)
{
    to->start[to->parameters] = ranges[which].start;
    to->low[to->parameters] = ranges[which].low;
    to->high[to->parameters++] = ranges[which].high;
}

int fit_operators(const struct gpu *gpu, const struct cost_measurement *rows, size_t count,
                  struct diag *diag, struct operator_fit *ret, struct fit_solution *ret_solution)
{
    struct operators context = {gpu, rows, false, false};
    double *measured = times(rows, count);
    struct fit_problem problem = {.observations = count,
                                  .measured = measured,
                                  .model = predict_operator,
                                  .context = &context};
    for (size_t i = 0; i < count; i++) {
        const struct cost_measurement *row = &rows[i];
        operator_fitted_by(row->kind, row->pass, &row->shape, row->dtype, &context.has_rows,
                           &context.has_tiles);
    }
    for (size_t which = 0; which < FIT_PARAMETERS_MAX; which++)
        if (which < EVERYWHERE || (which == ROW ? context.has_rows : context.has_tiles))
            add_parameter(&problem, which);
    int r = fit_solve(&problem, diag, ret_solution);
    if (r == 0) {
        double values[FIT_PARAMETERS_MAX];
        for (size_t p = 0; p < problem.parameters; p++)
            values[p] = ret_solution->parameters[p].value;
        *ret = fit_of(values, &context);
    }
    free(measured);
    return r;
}

static double predict_copy(const double *parameters, size_t i, const void *context)
{
    const struct cost_measurement *rows = context;
    return parameters[0] + rows[i].bytes / parameters[1];
}

int fit_copies(const struct cost_measurement *rows, size_t count, struct diag *diag,
               struct fit_solution *ret)
{
    double *measured = times(rows, count), largest = 0, largest_s = 1;
    for (size_t i = 0; i < count; i++)
        if (rows[i].bytes > largest) {
            largest = rows[i].bytes;
            largest_s = rows[i].time_s;
        }
    struct fit_problem problem = {
        .parameters = 2,
        .observations = count,
        .measured = measured,
        .start = {8e-6, largest > 0 ? largest / largest_s : 1e9},
        .low = {1e-8, 1e6},
        .high = {1e-2, 1e14},
        .model = predict_copy,
        .context = rows,
    };
    int r = fit_solve(&problem, diag, ret);
    free(measured);
    return r;
}
