/* Figures over many outcomes. */
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/accuracy/outcome.h"
#include "sim/base/mem.h"

bool outcome_belongs(const struct outcome *outcome, const struct part *part)
{
    const struct plan *plan = outcome->replay->operators;
    return (part->tuned < 0 || outcome->tuned == part->tuned) &&
           (part->backward < 0 || outcome_is_backward(outcome) == part->backward) &&
           (!part->schedule || strcmp(plan->schedule, part->schedule) == 0);
}

double outcome_estimated_s(const struct outcome *outcome, enum estimate estimate)
{
    return estimate == ESTIMATE_PREDICTED ? outcome->predicted_s : outcome->repeat_s;
}

/* NaN for the baseline itself, whose speedup is right by definition. */
static double speedup_error(const struct outcome *outcome, enum estimate estimate)
{
    double estimated = estimate == ESTIMATE_PREDICTED ? outcome->speedup_predicted_ratio
                                                      : outcome->speedup_repeat_ratio;
    double error = estimated / outcome->speedup_measured_ratio - 1;
    return error == 0 ? NAN : error;
}

struct error_summary outcomes_errors(const struct outcome *outcomes, size_t count,
                                     const struct part *part, enum estimate estimate)
{
    struct error_summary sum = {0};
    double *errors = mem_zeroed(count, sizeof *errors);
    double *speedups = mem_zeroed(count, sizeof *speedups);
    for (size_t i = 0; i < count; i++) {
        double error = outcome_estimated_s(&outcomes[i], estimate) / outcomes[i].replay->time_s - 1;
        double of_speedup = speedup_error(&outcomes[i], estimate);
        if (!outcome_belongs(&outcomes[i], part) || !isfinite(error))
            continue;
        sum.bias_ratio += error;
        errors[sum.count++] = fabs(error);
        if (isfinite(of_speedup))
            speedups[sum.speedups++] = fabs(of_speedup);
    }
    if (sum.count) {
        gsl_sort(errors, 1, sum.count);
        sum.bias_ratio /= (double)sum.count;
        sum.mean_ratio = gsl_stats_mean(errors, 1, sum.count);
        sum.p95_ratio = gsl_stats_quantile_from_sorted_data(errors, 1, sum.count, 0.95);
        sum.worst_ratio = errors[sum.count - 1];
    }
    if (sum.speedups) {
        gsl_sort(speedups, 1, sum.speedups);
        sum.speedup_mean_ratio = gsl_stats_mean(speedups, 1, sum.speedups);
        sum.speedup_p95_ratio =
            gsl_stats_quantile_from_sorted_data(speedups, 1, sum.speedups, 0.95);
    }
    free(errors);
    free(speedups);
    return sum;
}

/* ---- Operators ---- */

void outcomes_kinds(const struct outcome *outcomes, size_t count,
                    struct kind_summary ret[OPERATOR_KIND_COUNT])
{
    double all_s = 0;
    memset(ret, 0, OPERATOR_KIND_COUNT * sizeof *ret);
    for (size_t i = 0; i < count; i++) {
        const struct plan *plan = outcomes[i].replay->operators;
        for (size_t o = 0; o < plan->operator_count; o++) {
            struct kind_summary *kind = &ret[plan->operators[o].kind];
            double time_s = outcome_measured_s(&outcomes[i], o);
            if (time_s <= 0)
                continue;
            double error = outcome_predicted_s(&outcomes[i], o) / time_s - 1;
            kind->count++;
            kind->mean_ratio += fabs(error);
            kind->bias_ratio += error;
            kind->share_ratio += time_s;
            all_s += time_s;
        }
    }
    for (size_t k = 0; k < OPERATOR_KIND_COUNT; k++)
        if (ret[k].count) {
            ret[k].mean_ratio /= (double)ret[k].count;
            ret[k].bias_ratio /= (double)ret[k].count;
            ret[k].share_ratio /= all_s;
        }
}
