/* What follows from one prediction and its replay, and from those that belong together. */
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/accuracy/accuracy_private.h"
#include "sim/base/mem.h"
#include "sim/report/metrics.h"

void outcome_done(struct outcome *outcome)
{
    free(outcome->spans);
    plan_free(outcome->plan);
}

int outcome_set_timeline(struct outcome *outcome, const struct plan *plan,
                         const struct timeline *timeline, struct diag *diag)
{
    const struct plan *measured = outcome->replay->operators;
    struct span *spans = mem_zeroed(measured->operator_count + 1, sizeof *spans);
    for (size_t o = 0; o < measured->operator_count; o++) {
        const char *name = measured->operators[o].name;
        size_t p = plan_operator_named(plan, name);
        if (p == plan->operator_count) {
            free(spans);
            return diag_say(diag, "plan %s was replayed with an operator \"%s\", which it lacks",
                            outcome->replay->plan, name);
        }
        spans[o] = *timeline_span(timeline, 0, p);
    }
    outcome->spans = spans;
    outcome->predicted_s = timeline->end_s;
    outcome->backward = plan->backward;
    return 0;
}

/* As the replay's operators or, where it tells none, the prediction's plan have it. */
static bool is_backward(const struct outcome *outcome)
{
    return outcome->backward || outcome->replay->operators->backward;
}

bool outcomes_comparable(const struct outcome *a, const struct outcome *b)
{
    return a->replay->gpus == b->replay->gpus &&
           a->replay->factor_ratio == b->replay->factor_ratio && is_backward(a) == is_backward(b) &&
           a->replay->launch == b->replay->launch &&
           strcmp(a->replay->shape, b->replay->shape) == 0;
}

double outcome_measured_s(const struct outcome *outcome, size_t operator_index)
{
    return fmax(replay_operator_s(outcome->replay, operator_index) - outcome->event_s, 0);
}

const struct plan_operator *outcome_operator(const struct outcome *outcome, size_t operator_index)
{
    const char *name = outcome->replay->operators->operators[operator_index].name;
    return &outcome->plan->operators[plan_operator_named(outcome->plan, name)];
}

double outcome_predicted_s(const struct outcome *outcome, size_t operator_index)
{
    return outcome->spans[operator_index].end_s - outcome->spans[operator_index].start_s;
}

static double overlap_of(const struct plan *plan, struct span *spans, size_t ranks)
{
    struct timeline timeline = {.ranks = ranks, .operators = plan->operator_count, .spans = spans};
    struct exposure exposure;
    for (size_t i = 0; i < ranks * plan->operator_count; i++)
        timeline.end_s = fmax(timeline.end_s, spans[i].end_s);
    exposure_measure(plan, &timeline, &exposure);
    return overlap_ratio(&exposure);
}

/* An All-to-All counts from when its last rank has come: predictions have all come at once, and how
 * long the others wait for one that is late says how unlike the GPUs are, not how well they
 * communicate. */
static double measured_overlap(const struct replay *replay)
{
    const struct timeline *timeline = replay->timeline;
    size_t n = timeline->operators, ranks = timeline->ranks;
    struct span *spans = mem_zeroed(ranks * n, sizeof *spans);
    memcpy(spans, timeline->spans, ranks * n * sizeof *spans);
    for (size_t o = 0; o < n; o++) {
        double last_s = 0;
        if (!operator_is_all_to_all(replay->operators->operators[o].kind))
            continue;
        for (size_t rank = 0; rank < ranks; rank++)
            last_s = fmax(last_s, spans[rank * n + o].start_s);
        for (size_t rank = 0; rank < ranks; rank++)
            spans[rank * n + o].start_s = fmin(last_s, spans[rank * n + o].end_s);
    }
    double ratio = overlap_of(replay->operators, spans, ranks);
    free(spans);
    return ratio;
}

static void compare_with(struct outcome *outcome, const struct outcome *base)
{
    outcome->speedup_measured_ratio = base->replay->time_s / outcome->replay->time_s;
    outcome->speedup_predicted_ratio = base->predicted_s / outcome->predicted_s;
    outcome->speedup_repeat_ratio = base->repeat_s / outcome->repeat_s;
}

void outcomes_relate(struct outcome *outcomes, size_t count, const char *baseline)
{
    for (size_t i = 0; i < count; i++) {
        struct outcome *outcome = &outcomes[i];
        const struct replay *replay = outcome->replay;
        bool told = replay_has_operators(replay), communicates = told && replay->factor_ratio > 0;
        outcome->repeat_s = told ? replay->instrumented_s -
                                       outcome->event_s * (double)replay->operators->operator_count
                                 : NAN;
        outcome->overlap_measured_ratio = communicates ? measured_overlap(replay) : NAN;
        outcome->overlap_predicted_ratio =
            communicates ? overlap_of(replay->operators, outcome->spans, 1) : NAN;
        outcome->speedup_measured_ratio = outcome->speedup_predicted_ratio =
            outcome->speedup_repeat_ratio = NAN;
    }
    for (size_t b = 0; b < count; b++) {
        if (strcmp(outcomes[b].replay->operators->schedule, baseline) != 0)
            continue;
        for (size_t i = 0; i < count; i++)
            if (outcomes_comparable(&outcomes[b], &outcomes[i]))
                compare_with(&outcomes[i], &outcomes[b]);
    }
}

/* ---- Figures over many outcomes ---- */

bool outcome_belongs(const struct outcome *outcome, const struct part *part)
{
    const struct plan *plan = outcome->replay->operators;
    return (part->tuned < 0 || outcome->tuned == part->tuned) &&
           (part->backward < 0 || is_backward(outcome) == part->backward) &&
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
