/* The two formulas that are fitted: the blended roofline of an operator kind, and latency plus bytes
 * over bandwidth of a kind of copy. */
#include <stdlib.h>
#include "analysis/fit/fit.h"
#include "sim/base/mem.h"

struct operators {
    const struct gpu *gpu;
    size_t parameters;
    const struct cost_measurement *rows;
};

static struct operator_fit fit_of(const double *parameters, size_t count)
{
    return (struct operator_fit){true, parameters[0], parameters[1], parameters[2], parameters[3],
                                 count > 4 ? parameters[4] : 0};
}

static double predict_operator(const double *parameters, size_t i, const void *context)
{
    const struct operators *all = context;
    const struct cost_measurement *row = &all->rows[i];
    struct operator_fit fit = fit_of(parameters, all->parameters);
    return fitted_time_s(all->gpu, &fit, row->kind, row->pass, &row->shape, row->dtype);
}

static double *times(const struct cost_measurement *rows, size_t count)
{
    double *measured = mem_zeroed(count, sizeof *measured);
    for (size_t i = 0; i < count; i++)
        measured[i] = rows[i].time_s;
    return measured;
}

int fit_operators(const struct gpu *gpu, const struct cost_measurement *rows, size_t count,
                  struct diag *diag, struct operator_fit *ret, struct fit_solution *ret_solution)
{
    bool moves_rows = count > 0 && operator_moves_rows(rows[0].kind, rows[0].pass, &rows[0].shape,
                                                       rows[0].dtype);
    struct operators context = {gpu, moves_rows ? 5 : 4, rows};
    double *measured = times(rows, count);
    struct fit_problem problem = {
        .parameters = context.parameters,
        .observations = count,
        .measured = measured,
        /* Overhead, compute ratio, memory ratio, blend power, a row's rate: a few launches, well-tuned
         * kernels, a block's even share of some TB/s. */
        .start = {5e-6, 0.6, 0.8, 3, 2e10},
        .low = {1e-9, 0.01, 0.01, 1, 1e8},
        .high = {1e-3, 2, 8, 16, 1e12},
        .model = predict_operator,
        .context = &context,
    };
    int r = fit_solve(&problem, diag, ret_solution);
    if (r == 0) {
        double values[FIT_PARAMETERS_MAX] = {0};
        for (size_t p = 0; p < context.parameters; p++)
            values[p] = ret_solution->parameters[p].value;
        *ret = fit_of(values, context.parameters);
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
