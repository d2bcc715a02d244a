/* The two formulas that are fitted: the blended roofline of an operator kind, and latency plus
 * bytes over bandwidth of a kind of copy. */
#include <stdlib.h>
#include "sim/fit/fit.h"
#include "sim/base/mem.h"

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
        context.has_rows |= operator_moves_rows(row->kind, row->pass, &row->shape, row->dtype);
        context.has_tiles |= operator_has_tiles(row->kind, row->pass, &row->shape, row->dtype);
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
