#include "sim/cmd/validate_fit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "sim/fit/platform.h"
#include "sim/cmd/command.h"

/* Cases hold a fit's values rounded to three digits. */
#define ROUNDING_RATIO 5e-3

static void print_parameters(const struct platform_fit *fit, const struct fit_solution *solution)
{
    printf("# %-34s %10s %23s %9s\n", "parameter", "value", "95 % interval", "in cases");
    for (size_t p = 0; p < fit->parameter_count; p++) {
        const struct estimate *found = &solution->parameters[p];
        char interval[64];
        snprintf(interval, sizeof interval, "%.4g .. %.4g", found->low, found->high);
        const char *pointer = fit->parameters[p].pointer;
        if (strlen(pointer) > 34)
            printf("  %s\n%36s", pointer, "");
        else
            printf("  %-34s", pointer);
        printf(" %10.4g %23s", found->value, interval);
        double held = platform_value_in(fit, 0, p);
        if (isnan(held))
            printf(" %9s\n", "-");
        else
            printf(" %9.4g\n", held);
    }
}

static void print_residuals(const struct platform_fit *fit, const struct platform_solution *found)
{
    printf("# %-46s %10s %10s %6s\n# %-46s %10s %10s %6s\n", "fitted figure", "published",
           "predicted", "error", "", "", "", "(%)");
    for (size_t i = 0; i < found->verdict_count; i++) {
        const struct verdict *verdict = &found->verdicts[i];
        char name[256];
        if (verdict->figure->role != FIGURE_FIT || strcmp(verdict->figure->fit, fit->name) != 0)
            continue;
        snprintf(name, sizeof name, "%s, %s: %s", verdict->published->name, verdict->run->name,
                 verdict->figure->name);
        printf("  %-46s %10.4g %10.4g %+6.1f\n", name, verdict->figure->published,
               verdict->predicted, 100 * verdict->error_ratio);
    }
    if (found->solution.count == fit->parameter_count)
        printf("# as many figures as parameters: intervals are where these are %g %% off at most\n",
               100 * found->tolerance_ratio);
    else
        printf("# mean |error| %.1f %%; with the figure itself left out of the fit %.1f %%\n",
               100 * found->solution.mean_error_ratio, 100 * found->solution.left_out_error_ratio);
}

/* Whether every run holds what the fit finds. */
static bool is_held(const struct platform_fit *fit, const struct fit_solution *solution)
{
    for (size_t r = 0; r < fit->run_count; r++)
        for (size_t p = 0; p < fit->parameter_count; p++) {
            double held = platform_value_in(fit, r, p), found = solution->parameters[p].value;
            if (!(fabs(held / found - 1) <= ROUNDING_RATIO))
                return false;
        }
    return true;
}

static int report(const struct platform_fit *fit, const struct platform_solution *found)
{
    printf("# %s: %s\n", fit->name, fit->summary);
    print_parameters(fit, &found->solution);
    print_residuals(fit, found);
    if (is_held(fit, &found->solution))
        return EXIT_FINE;
    printf("# the cases hold other values: change their \"set\"\n");
    return EXIT_MISSED;
}

int fit_platform(const char *name, struct published_case *const *cases, size_t count,
                 size_t processes)
{
    struct diag diag = {0};
    struct platform_fit fit;
    struct platform_solution found;
    if (platform_fit_load(name, cases, count, &diag, &fit) < 0)
        return input_error(&diag);
    int code = platform_fit_solve(&fit, processes, &diag, &found) < 0 ? input_error(&diag)
                                                                      : report(&fit, &found);
    if (code != EXIT_BAD_INPUT)
        platform_solution_done(&found);
    platform_fit_done(&fit);
    return code;
}
