/* Published figures: how one is derived from results, and what many say together. */
#include <gsl/gsl_test.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/file.h"
#include "sim/validate/validate.h"

static const struct result_column *column(const char *name)
{
    size_t i = 0;
    while (strcmp(result_column_table[i].name, name) != 0)
        i++;
    return &result_column_table[i];
}

/* top2's pair takes 12 ms, 3 of them All-to-All, pos2's 8 ms. */
static const struct result results[] = {
    {.schedule = "top2",
     .pair_time_s = 12e-3,
     .a2a_time_s = 3e-3,
     .a2a_share_of_moe_ratio = 0.6,
     .chunks = 1},
    {.schedule = "scmoe-pos2", .pair_time_s = 8e-3, .overlap_ratio = 0.75, .chunks = 4},
};

static const struct {
    const char *why, *metric, *schedule, *over, *over_metric;
    enum figure_form form;
    double times, want;
    const char *quantity;
} derivations[] = {
    {"the metric itself", "pair_time_s", "top2", NULL, NULL, FIGURE_VALUE, 1, 12e-3, "time"},
    {"a ratio column", "overlap_ratio", "scmoe-pos2", NULL, NULL, FIGURE_VALUE, 1, 0.75, "ratio"},
    {"a count", "chunks", "scmoe-pos2", NULL, NULL, FIGURE_VALUE, 1, 4, "count"},
    {"8 ms over 12 ms", "pair_time_s", "scmoe-pos2", "top2", NULL, FIGURE_RATIO, 1, 2.0 / 3,
     "speedup"},
    {"12 ms over 8 ms", "pair_time_s", "scmoe-pos2", "top2", NULL, FIGURE_SPEEDUP, 1, 1.5,
     "speedup"},
    {"3 ms of 12 ms", "a2a_time_s", "top2", "top2", "pair_time_s", FIGURE_RATIO, 1, 0.25, "ratio"},
    {"28 layers in 1.8 steps", "pair_time_s", "top2", NULL, NULL, FIGURE_VALUE, 28 / 1.8,
     12e-3 * 28 / 1.8, "time"},
};

static void test_derivations(void)
{
    for (size_t i = 0; i < sizeof derivations / sizeof *derivations; i++) {
        struct diag diag = {0};
        struct figure figure = {
            .name = "x",
            .metric = derivations[i].metric,
            .column = column(derivations[i].metric),
            .schedule = derivations[i].schedule,
            .over = derivations[i].over,
            .over_column = derivations[i].over_metric ? column(derivations[i].over_metric) : NULL,
            .form = derivations[i].form,
            .times = derivations[i].times};
        double got = NAN;
        gsl_test_int(figure_predict(&figure, results, 2, &diag, &got), 0, "%s", derivations[i].why);
        gsl_test_rel(got, derivations[i].want, 1e-14, "%s", derivations[i].why);
        gsl_test_str(figure_quantity(&figure), derivations[i].quantity, "quantity of %s",
                     derivations[i].why);
        diag_done(&diag);
    }
}

static void test_what_cannot_be_derived(void)
{
    struct diag diag = {0};
    double got = 7;
    struct figure figure = {.name = "x",
                            .metric = "overlap_ratio",
                            .column = column("overlap_ratio"),
                            .schedule = "top2",
                            .times = 1};
    gsl_test(figure_predict(&figure, results, 2, &diag, &got) >= 0, "an overlap of 0 is no answer");
    figure.schedule = "dgmoe";
    gsl_test(figure_predict(&figure, results, 2, &diag, &got) >= 0,
             "a schedule that was not played");
    gsl_test_str(diag.messages[0], "figure \"x\": overlap_ratio of top2 is not above 0",
                 "says which");
    gsl_test_str(diag.messages[1], "figure \"x\": schedule dgmoe is not among the run's",
                 "says so");
    gsl_test_abs(got, 7, 0, "left alone");
    diag_done(&diag);
}

/* Errors +2 % and -6 % of speedups, of which limits of 5 % let one pass; +10 % of a share within 20
 * %; a fit's and a reading's errors count nowhere. */
static void test_summary(void)
{
    struct figure speedup = {.metric = "speedup_ratio", .tolerance_ratio = 0.05};
    struct figure share = {.metric = "a2a_share_of_moe_ratio", .tolerance_ratio = 0.2};
    struct figure fitted = share, reading = speedup; /* published: 0, which is a number */
    fitted.role = FIGURE_FIT;
    reading.role = FIGURE_READING;
    const struct verdict verdicts[] = {
        {.figure = &speedup, .error_ratio = 0.02, .within = true},
        {.figure = &speedup, .error_ratio = -0.06, .within = false},
        {.figure = &share, .error_ratio = 0.10, .within = true},
        {.figure = &fitted, .error_ratio = 0.5, .within = false},
        {.figure = &reading, .error_ratio = -0.9, .within = false},
    };
    struct error_summary of = summarize_errors(verdicts, 5, "speedup");
    gsl_test_int((int)of.count, 2, "two speedups are predictions");
    gsl_test_int((int)of.outside, 1, "one is outside");
    gsl_test_rel(of.mean_ratio, (0.02 + 0.06) / 2, 1e-14, "mean of magnitudes");
    gsl_test_rel(of.worst_ratio, -0.06, 1e-14, "worst keeps its sign");
    of = summarize_errors(verdicts, 5, NULL);
    gsl_test_int((int)of.count, 3, "a fit's figure and a reading are no predictions");
    gsl_test_rel(of.mean_ratio, (0.02 + 0.06 + 0.10) / 3, 1e-14, "mean of all");
    of = summarize_errors(verdicts, 5, "memory");
    gsl_test_int((int)of.count, 0, "no figure of memory");
    gsl_test(!isnan(of.mean_ratio), "and no mean");
    gsl_test_int((int)count_role(verdicts, 5, FIGURE_PREDICTION), 3, "predictions");
    gsl_test_int((int)count_role(verdicts, 5, FIGURE_FIT), 1, "of a fit");
    gsl_test_int((int)count_role(verdicts, 5, FIGURE_READING), 1, "readings");
}

/* From 2 to 4, above 2, below 4: what lies inside has no error, and none of them is in a mean. */
static void test_ranges(void)
{
    struct figure both = {.metric = "speedup_ratio",
                          .published = NAN,
                          .at_least = 2,
                          .at_most = 4,
                          .tolerance_ratio = 0.1};
    struct figure above = both, below = both;
    struct figure exact = {.metric = "speedup_ratio", .published = 2, .at_least = 2, .at_most = 2};
    above.at_most = INFINITY;
    below.at_least = 0;
    gsl_test_abs(figure_error_ratio(&both, 3), 0, 0, "inside");
    gsl_test_rel(figure_error_ratio(&both, 1.5), -0.25, 1e-14, "1.5 of 2");
    gsl_test_rel(figure_error_ratio(&both, 5), 0.25, 1e-14, "5 of 4");
    gsl_test_abs(figure_error_ratio(&above, 100), 0, 0, "no upper end");
    gsl_test_rel(figure_error_ratio(&above, 1), -0.5, 1e-14, "below the lower end");
    gsl_test_abs(figure_error_ratio(&below, 0.1), 0, 0, "no lower end");
    gsl_test_rel(figure_error_ratio(&exact, 2.2), 0.1, 1e-14, "a number");
    const struct verdict verdicts[] = {{.figure = &both, .error_ratio = 0, .within = true},
                                       {.figure = &above, .error_ratio = -0.5, .within = false},
                                       {.figure = &exact, .error_ratio = 0.1, .within = true}};
    struct error_summary of = summarize_errors(verdicts, 3, "speedup");
    gsl_test_int((int)of.count, 1, "ranges are no speedups");
    of = summarize_errors(verdicts, 3, "range");
    gsl_test_int((int)of.count, 2, "two ranges");
    gsl_test_int((int)of.outside, 1, "one of them missed");
    gsl_test_rel(of.worst_ratio, -0.5, 1e-14, "the worst");
    gsl_test(!isnan(of.mean_ratio), "ranges have no mean");
    of = summarize_errors(verdicts, 3, NULL);
    gsl_test_int((int)of.count, 3, "all count");
    gsl_test_rel(of.mean_ratio, 0.1, 1e-14, "the mean is of what is exact");
}

/* The house rule: fits use a platform's few unknowns, so at least two thirds of what is published
 * stay predictions, in all cases together and for each source that a fit drew from. */
static void test_two_thirds_are_predictions(void)
{
    struct diag diag = {0};
    size_t predictions = 0, fitted = 0, scmoe_predictions = 0, scmoe_fitted = 0;
    char **names = data_names("traces/published");
    for (size_t i = 0; names[i]; i++) {
        struct published_case *published;
        gsl_test(published_case_load(names[i], &diag, &published) < 0, "%s reads", names[i]);
        if (diag.count)
            break;
        gsl_test_str(published->name, names[i], "a case is named as its file");
        bool scmoe = strncmp(names[i], "scmoe-", 6) == 0;
        for (size_t r = 0; r < published->run_count; r++)
            for (size_t f = 0; f < published->runs[r].figure_count; f++) {
                enum figure_role role = published->runs[r].figures[f].role;
                predictions += role == FIGURE_PREDICTION;
                fitted += role == FIGURE_FIT;
                scmoe_predictions += scmoe && role == FIGURE_PREDICTION;
                scmoe_fitted += scmoe && role == FIGURE_FIT;
            }
        published_case_free(published);
    }
    gsl_test(predictions < 2 * fitted || predictions == 0, "%zu predictions, %zu fitted",
             predictions, fitted);
    gsl_test(scmoe_predictions < 2 * scmoe_fitted,
             "of the ScMoE paper: %zu predictions, %zu fitted", scmoe_predictions, scmoe_fitted);
    names_free(names);
    diag_done(&diag);
}

int main(void)
{
    test_derivations();
    test_what_cannot_be_derived();
    test_summary();
    test_ranges();
    test_two_thirds_are_predictions();
    return gsl_test_summary();
}
