/* Fits recover what made the data, within the intervals that they state. */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_test.h>
#include <math.h>
#include "sim/fit/fit.h"

#define ROWS 60
#define TRIALS 40

static void within(const struct estimate *estimate, double truth, int *hits)
{
    *hits += truth >= estimate->low && truth <= estimate->high;
}

/* Copies of 4 KiB to 512 MiB over 50 GB/s and 8 us, with 2 % of noise. */
static void copies(gsl_rng *rng)
{
    int latency_hits = 0, bandwidth_hits = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
        struct cost_measurement rows[18] = {0};
        for (size_t i = 0; i < 18; i++) {
            rows[i].bytes = ldexp(4096, (int)i);
            rows[i].time_s = (8e-6 + rows[i].bytes / 50e9) * exp(gsl_ran_gaussian(rng, 0.02));
        }
        struct diag diag = {0};
        struct fit_solution solution;
        gsl_test_int(fit_copies(rows, 18, &diag, &solution), 0, "copies: a fit");
        gsl_test_rel(solution.parameters[0].value, 8e-6, 0.05, "latency");
        gsl_test_rel(solution.parameters[1].value, 50e9, 0.05, "bandwidth");
        within(&solution.parameters[0], 8e-6, &latency_hits);
        within(&solution.parameters[1], 50e9, &bandwidth_hits);
        gsl_test(solution.left_out_error_ratio < solution.mean_error_ratio,
                 "leaving a row out never fits it better");
        fit_solution_done(&solution);
        diag_done(&diag);
    }
    /* 95 % intervals: of 40 trials 38 are expected to hold the truth, fewer than 33 once in 1,000.
     */
    gsl_test(latency_hits < 33, "latency within its interval in %d of %d", latency_hits, TRIALS);
    gsl_test(bandwidth_hits < 33, "bandwidth in %d of %d", bandwidth_hits, TRIALS);
}

/* MLPs of five widths and eight numbers of tokens from constants that nothing else has. */
static void make_operators(gsl_rng *rng, const struct gpu *gpu, const struct operator_fit *truth,
                           double noise, struct cost_measurement *rows)
{
    const size_t widths[] = {768, 1024, 2048, 4096, 7168};
    for (size_t i = 0; i < ROWS; i++) {
        rows[i] = (struct cost_measurement){.kind_name = "mlp",
                                            .is_operator = true,
                                            .kind = OPERATOR_MLP,
                                            .dtype = DTYPE_BF16,
                                            .shape = {.tokens = ldexp(64, (int)(i / 5) % 12),
                                                      .hidden = widths[i % 5],
                                                      .ffn_hidden = 4 * widths[i % 5]}};
        rows[i].time_s =
            fitted_time_s(gpu, truth, OPERATOR_MLP, PASS_FORWARD, &rows[i].shape, DTYPE_BF16) *
            exp(gsl_ran_gaussian(rng, noise));
    }
}

static const struct operator_fit truth = {true, 12e-6, 0.68, 0.85, 2.5, 2e9, 0};

/* The weak prior draws the parameters a little towards its middle even without noise. */
static void operators(gsl_rng *rng, const struct gpu *gpu, double noise)
{
    struct diag diag = {0};
    struct cost_measurement rows[ROWS] = {0};
    struct operator_fit fit;
    struct fit_solution solution;
    double slack = noise > 0 ? 0.1 : 0.02;
    make_operators(rng, gpu, &truth, noise, rows);
    gsl_test_int(fit_operators(gpu, rows, ROWS, &diag, &fit, &solution), 0, "operators: a fit");
    gsl_test_int((int)solution.parameter_count, 5, "parameters");
    gsl_test_rel(fit.overhead_s, truth.overhead_s, slack, "overhead, noise %g", noise);
    gsl_test_rel(fit.compute_ratio, truth.compute_ratio, slack, "compute ratio, noise %g", noise);
    gsl_test_rel(fit.memory_ratio, truth.memory_ratio, 2 * slack, "memory ratio, noise %g", noise);
    gsl_test_rel(fit.row_bytes_per_s, truth.row_bytes_per_s, 2 * slack, "row's rate, noise %g",
                 noise);
    gsl_test(solution.mean_error_ratio > 0.003 + noise, "mean error %g, noise %g",
             solution.mean_error_ratio, noise);
    fit_solution_done(&solution);
    diag_done(&diag);
}

/* Intervals of 40 fits: as of copies, fewer than 33 hits are the work of chance once in 1,000. */
static void intervals(gsl_rng *rng, const struct gpu *gpu)
{
    static const char *const names[] = {"overhead", "compute ratio", "memory ratio", "blend power",
                                        "row's rate"};
    const double values[] = {truth.overhead_s, truth.compute_ratio, truth.memory_ratio,
                             truth.blend_power, truth.row_bytes_per_s};
    int hits[5] = {0};
    for (int trial = 0; trial < TRIALS; trial++) {
        struct diag diag = {0};
        struct cost_measurement rows[ROWS] = {0};
        struct operator_fit fit;
        struct fit_solution solution;
        make_operators(rng, gpu, &truth, 0.03, rows);
        gsl_test_int(fit_operators(gpu, rows, ROWS, &diag, &fit, &solution), 0, "trial %d", trial);
        for (size_t p = 0; p < 5; p++)
            within(&solution.parameters[p], values[p], &hits[p]);
        fit_solution_done(&solution);
        diag_done(&diag);
    }
    for (size_t p = 0; p < 5; p++)
        gsl_test(hits[p] < 33, "%s within its interval in %d of %d", names[p], hits[p], TRIALS);
}

static void outliers(void)
{
    double residuals[11] = {0.01, -0.02, 0.015, 0, 0.02, -0.01, 0.5, 0.005, -0.015, 0.01, -0.4};
    bool outlier[11];
    fit_outliers(residuals, 11, outlier);
    for (size_t i = 0; i < 11; i++)
        gsl_test_int(outlier[i], i == 6 || i == 10, "outlier %zu", i);
}

static void too_few(void)
{
    struct diag diag = {0};
    struct fit_solution solution;
    struct cost_measurement rows[2] = {{.bytes = 1, .time_s = 1}, {.bytes = 2, .time_s = 2}};
    gsl_test(fit_copies(rows, 2, &diag, &solution) == 0, "two rows are too few");
    gsl_test_str(diag.count ? diag.messages[0] : "", "2 rows cannot fix 2 parameters",
                 "and it says so");
    diag_done(&diag);
}

static double twice(const double *parameters, size_t i, const void *context)
{
    (void)i;
    (void)context;
    return 2 * parameters[0];
}

/* One figure for one parameter that it is twice of: if the figure is 10 % off, so is the parameter.
 */
static void exact(void)
{
    const double six = 6;
    struct fit_problem problem = {.parameters = 1,
                                  .observations = 1,
                                  .measured = &six,
                                  .start = {2},
                                  .low = {0.1},
                                  .high = {100},
                                  .model = twice,
                                  .exact_error_ratio = 0.1};
    struct fit_solution solution;
    struct diag diag = {0};
    gsl_test_int(fit_solve(&problem, &diag, &solution), 0, "one for one");
    gsl_test_rel(solution.parameters[0].value, 3, 0.01, "half of it");
    gsl_test_rel(solution.parameters[0].high, 3.3, 0.01, "10 %% more");
    gsl_test_rel(solution.parameters[0].low, 3 / 1.1, 0.01, "or less");
    fit_solution_done(&solution);
    problem.exact_error_ratio = 0;
    gsl_test(fit_solve(&problem, &diag, &solution) == 0, "more are needed");
    diag_done(&diag);
}

int main(void)
{
    gsl_set_error_handler_off();
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 7);
    copies(rng);
    struct diag diag = {0};
    struct gpu *gpu = NULL;
    gsl_test_int(gpu_load("h100-sxm", &diag, &gpu), 0, "the GPU loads");
    operators(rng, gpu, 0);
    operators(rng, gpu, 0.03);
    intervals(rng, gpu);
    gpu_free(gpu);
    outliers();
    too_few();
    exact();
    gsl_rng_free(rng);
    return gsl_test_summary();
}
