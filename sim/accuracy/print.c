/* Outcomes as text for people. */
#include <math.h>
#include <string.h>
#include "sim/accuracy/accuracy.h"

#define LISTED_MAX 12         /* replays that are shown one by one */
#define OVERLAP_NEAR 0.05     /* of the overlap ratio */
#define OPERATORS_SHOWN_MAX 2 /* replays whose operators are shown */

/* Without a sign before what rounds to 0. */
static double percent(double ratio)
{
    return fabs(ratio) < 5e-5 ? 0 : 100 * ratio;
}

static void add_cell(struct text *to, const char *format, double value)
{
    static const char blank[] = "       -"; /* as wide as all formats */
    if (isfinite(value))
        text_add(to, format, value);
    else
        text_add(to, "%s", blank);
}

/* ---- Many ---- */

static void print_part(const char *name, const struct outcome *outcomes, size_t count,
                       const struct part *part, enum estimate estimate, struct text *to)
{
    struct error_summary sum = outcomes_errors(outcomes, count, part, estimate);
    if (!sum.count)
        return;
    text_add(to, "  %-24s %6zu %6.2f %6.2f %6.2f %6.2f", name, sum.count, percent(sum.mean_ratio),
             percent(sum.p95_ratio), percent(sum.worst_ratio), percent(sum.bias_ratio));
    if (sum.speedups)
        text_add(to, "  %7.2f %6.2f", percent(sum.speedup_mean_ratio),
                 percent(sum.speedup_p95_ratio));
    text_add(to, "\n");
}

static void print_estimate(const struct accuracy_facts *facts, const struct outcome *outcomes,
                           size_t count, enum estimate estimate, struct text *to)
{
    static const struct {
        const char *name;
        struct part part;
        bool needs_tuned;
    } parts[] = {{"all", {-1, -1, NULL}, false},
                 {"shapes tuned on", {1, -1, NULL}, true},
                 {"held-out shapes", {0, -1, NULL}, true},
                 {"forward", {-1, 0, NULL}, false},
                 {"backward", {-1, 1, NULL}, false}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (facts->tuned || !parts[i].needs_tuned)
            print_part(parts[i].name, outcomes, count, &parts[i].part, estimate, to);
}

static void print_choices(const char *name, const struct choice_summary *sum, struct text *to)
{
    if (sum->choices)
        text_add(to, "  %-24s %6zu %6.1f %6.1f\n", name, sum->choices, percent(sum->right_ratio),
                 percent(sum->near_ratio));
}

static void print_slots(const struct accuracy_facts *facts, const struct outcome *outcomes,
                        size_t count, struct text *to)
{
    struct part any = {-1, -1, NULL}, held_out = {0, -1, NULL};
    struct choice_summary all = outcomes_choices(outcomes, count, &any, ESTIMATE_PREDICTED);
    struct choice_summary apart = outcomes_choices(outcomes, count, &held_out, ESTIMATE_PREDICTED);
    struct choice_summary again = outcomes_choices(outcomes, count, &any, ESTIMATE_REPEAT);
    struct choice_summary exact = outcomes_exact_choices(outcomes, count, &any);
    if (!all.choices)
        return;
    text_add(to,
             "# best among a schedule's fixed slots: the fastest, and within %g %% of it\n"
             "# %-24s %6s %6s %6s\n# %-24s %6s %6s %6s\n",
             percent(NEAR_RATIO), "choice", "count", "right", "near", "", "", "(%)", "(%)");
    print_choices("predicted", &all, to);
    if (facts->tuned)
        print_choices("predicted, held out", &apart, to);
    print_choices("measured again", &again, to);
    print_choices("were predictions exact", &exact, to);
}

static bool first_of_schedule(const struct outcome *outcomes, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(outcomes[i].replay->operators->schedule,
                   outcomes[index].replay->operators->schedule) == 0)
            return false;
    return true;
}

static void print_schedules(const struct outcome *outcomes, size_t count, struct text *to)
{
    text_add(to, "# by schedule\n");
    for (size_t i = 0; i < count; i++) {
        const char *schedule = outcomes[i].replay->operators->schedule;
        struct part part = {-1, -1, schedule};
        if (first_of_schedule(outcomes, i))
            print_part(schedule, outcomes, count, &part, ESTIMATE_PREDICTED, to);
    }
}

static void print_kinds(const struct outcome *outcomes, size_t count, struct text *to)
{
    struct kind_summary kinds[OPERATOR_KIND_COUNT];
    size_t told = 0;
    outcomes_kinds(outcomes, count, kinds);
    for (size_t i = 0; i < count; i++)
        told += replay_has_operators(outcomes[i].replay);
    if (told < count)
        text_add(to, "# operators were measured in %zu of %zu replays\n", told, count);
    if (!told)
        return;
    text_add(to,
             "# time of operators, where each stood in its pair\n"
             "# %-24s %6s %6s %6s %6s\n# %-24s %6s %6s %6s %6s\n",
             "kind", "count", "mean", "bias", "share", "", "", "(%)", "(%)", "(%)");
    for (size_t k = 0; k < OPERATOR_KIND_COUNT; k++)
        if (kinds[k].count)
            text_add(to, "  %-24s %6zu %6.2f %6.2f %6.2f\n", operator_kind_names[k], kinds[k].count,
                     percent(kinds[k].mean_ratio), percent(kinds[k].bias_ratio),
                     percent(kinds[k].share_ratio));
}

static void print_overlap(const struct outcome *outcomes, size_t count, struct text *to)
{
    double overlap = 0;
    size_t told = 0, near = 0;
    for (size_t i = 0; i < count; i++) {
        double off = fabs(outcomes[i].overlap_predicted_ratio - outcomes[i].overlap_measured_ratio);
        if (!isfinite(off))
            continue;
        told++;
        overlap += off;
        near += off <= OVERLAP_NEAR;
    }
    if (told)
        text_add(to,
                 "# overlap ratio: %.1f percentage points off on average, within %g in %.0f %%\n",
                 percent(overlap / (double)told), percent(OVERLAP_NEAR),
                 percent((double)near / (double)told));
}

static void print_many(const struct accuracy_facts *facts, const struct outcome *outcomes,
                       size_t count, struct text *to)
{
    struct part any = {-1, -1, NULL};
    text_add(to, "# errors of whole-pair time, and of its speedup over %s\n", facts->baseline);
    text_add(to, "# %-24s %6s %6s %6s %6s %6s  %7s %6s\n# %-24s %6s %6s %6s %6s %6s  %7s %6s\n",
             "plans", "count", "mean", "p95", "worst", "bias", "speedup", "p95", "", "", "(%)",
             "(%)", "(%)", "(%)", "(%)", "(%)");
    print_estimate(facts, outcomes, count, ESTIMATE_PREDICTED, to);
    if (outcomes_errors(outcomes, count, &any, ESTIMATE_REPEAT).count) {
        text_add(
            to,
            "# the same plans measured once more, with an event behind each operator, less the\n"
            "# events' time: how far two measurements are apart\n");
        print_estimate(facts, outcomes, count, ESTIMATE_REPEAT, to);
    }
    print_slots(facts, outcomes, count, to);
    print_schedules(outcomes, count, to);
    print_kinds(outcomes, count, to);
    print_overlap(outcomes, count, to);
}

/* ---- Few ---- */

static void print_one(const struct outcome *outcome, struct text *to)
{
    const struct replay *replay = outcome->replay;
    text_add(to, "  %s, %s, factor %g", replay->plan, launch_names[replay->launch],
             replay->factor_ratio);
    if (replay->runs > 1)
        text_add(to, ", median of %zu runs", replay->runs);
    text_add(to, "\n  %-14s %9.3f %9.3f %7.2f", replay->operators->schedule, 1e3 * replay->time_s,
             1e3 * outcome->predicted_s, percent(outcome->predicted_s / replay->time_s - 1));
    add_cell(to, " %7.1f", percent(outcome->overlap_measured_ratio));
    add_cell(to, " %7.1f", percent(outcome->overlap_predicted_ratio));
    add_cell(to, " %7.2f", outcome->speedup_measured_ratio);
    add_cell(to, " %7.2f", outcome->speedup_predicted_ratio);
    text_add(to, "\n");
}

static void print_operators(const struct outcome *outcome, struct text *to)
{
    const struct plan *plan = outcome->replay->operators;
    if (!replay_has_operators(outcome->replay)) {
        text_add(to, "# operators of %s: none measured\n", outcome->replay->plan);
        return;
    }
    text_add(to,
             "# operators of %s\n# %-20s %-14s %9s %9s %9s %7s\n# %-20s %-14s %9s %9s %9s %7s\n",
             outcome->replay->plan, "operator", "queue", "start", "measured", "predicted", "error",
             "", "", "(us)", "(us)", "(us)", "(%)");
    for (size_t o = 0; o < plan->operator_count; o++) {
        const struct plan_operator *op = &plan->operators[o];
        const struct span *measured = timeline_span(outcome->replay->timeline, 0, o);
        double measured_s = outcome_measured_s(outcome, o);
        double predicted_s = outcome_predicted_s(outcome, o);
        text_add(to, "  %-20s %-14s %9.1f %9.1f %9.1f", op->name, plan->queues[op->queue],
                 1e6 * measured->start_s, 1e6 * measured_s, 1e6 * predicted_s);
        add_cell(to, " %7.2f", percent(predicted_s / measured_s - 1));
        text_add(to, "\n");
    }
}

static void print_few(const struct outcome *outcomes, size_t count, struct text *to)
{
    text_add(to, "# %-14s %9s %9s %7s %7s %7s %15s\n", "time of a pair", "measured", "predicted",
             "error", "overlap", "", "speedup");
    text_add(to, "# %-14s %9s %9s %7s %7s %7s %7s %7s\n", "", "(ms)", "(ms)", "(%)", "meas(%)",
             "pred(%)", "meas(x)", "pred(x)");
    for (size_t i = 0; i < count; i++)
        print_one(&outcomes[i], to);
    for (size_t i = 0; i < count && count <= OPERATORS_SHOWN_MAX; i++)
        print_operators(&outcomes[i], to);
}

void outcomes_print(const struct accuracy_facts *facts, const struct outcome *outcomes,
                    size_t count, struct text *to)
{
    text_add(to, "# measured    %s\n# predicted   %s\n", facts->replays, facts->predictions);
    if (facts->tuned)
        text_add(to, "# tuned on    the shapes of %s\n", facts->tuned);
    if (facts->graphs_unknown)
        text_add(to,
                 "# launch      graphs as if eager: the costs have no row of launch_in_graph\n");
    if (count <= LISTED_MAX)
        print_few(outcomes, count, to);
    else
        print_many(facts, outcomes, count, to);
}
