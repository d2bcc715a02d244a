/* scmoesim validate: predictions beside published figures. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/file.h"
#include "sim/base/mem.h"
#include "sim/cmd/command.h"
#include "sim/report/result.h"
#include "sim/fit/platform_fit.h"
#include "sim/report/format.h"
#include "sim/validate/validate.h"

static const char *const quantities[] = {"speedup", "ratio", "time",  "bandwidth",
                                         "memory",  "count", "range", NULL};

struct cases {
    struct published_case **list;
    size_t count;
};

static int load_cases(const char *const *words, size_t count, struct cases *ret)
{
    struct diag diag = {0};
    ret->list = mem_zeroed(count + 1, sizeof *ret->list);
    for (size_t i = 0; i < count; i++)
        if (published_case_load(words[i], &diag, &ret->list[ret->count]) == 0)
            ret->count++;
    return diag.count ? input_error(&diag) : -1;
}

/* The cases named; all shipped ones where none is. */
static int open_cases(const char *const *words, size_t count, struct cases *ret)
{
    if (count > 0)
        return load_cases(words, count, ret);
    char **names = data_names("traces/published");
    while (names[count])
        count++;
    int code = load_cases((const char *const *)names, count, ret);
    names_free(names);
    return code;
}

static void close_cases(struct cases *cases)
{
    for (size_t i = 0; i < cases->count; i++)
        published_case_free(cases->list[i]);
    free(cases->list);
}

/* "1.39", "27.9 ms", "153 GB/s". */
static const char *print_value(char out[QUANTITY_MAX], const struct figure *figure, double value)
{
    const char *quantity = figure_quantity(figure);
    bool base = figure->form == FIGURE_VALUE;
    if (base && strcmp(quantity, "time") == 0)
        return quantity_print(out, UNIT_S, value, 4);
    if (base && strcmp(quantity, "bandwidth") == 0)
        return quantity_print(out, UNIT_BYTES_PER_S, value, 4);
    if (base && strcmp(quantity, "memory") == 0)
        return quantity_print(out, UNIT_BYTES, value, 4);
    if (figure->unit) {
        snprintf(out, QUANTITY_MAX, "%.3g %s", value, figure->unit);
        return out;
    }
    snprintf(out, QUANTITY_MAX, value < 1000 ? "%.3f" : "%.0f", value);
    return out;
}

/* "<= 1.2", ">= 64 us", "1.27..1.35" or the figure itself. */
static const char *print_published(char out[2 * QUANTITY_MAX + 4], const struct figure *figure)
{
    char low[QUANTITY_MAX], high[QUANTITY_MAX];
    if (!figure_is_range(figure))
        return print_value(out, figure, figure->published);
    print_value(low, figure, figure->at_least);
    print_value(high, figure, figure->at_most);
    if (figure->at_least <= 0)
        snprintf(out, 2 * QUANTITY_MAX + 4, "<= %s", high);
    else if (isinf(figure->at_most))
        snprintf(out, 2 * QUANTITY_MAX + 4, ">= %s", low);
    else
        snprintf(out, 2 * QUANTITY_MAX + 4, "%s..%s", low, high);
    return out;
}

/* Another reading of a figure that is met may well be missed. */
static bool missed(const struct verdict *verdict)
{
    return !verdict->within && verdict->figure->role != FIGURE_READING;
}

static char mark_of(const struct verdict *verdict)
{
    if (verdict->figure->role == FIGURE_FIT)
        return 'f';
    return verdict->figure->role == FIGURE_READING ? 'r' : ' ';
}

#define NAME_WIDTH 37
#define PUBLISHED_WIDTH 10

static void print_figure(const struct verdict *verdict)
{
    char published[2 * QUANTITY_MAX + 4], predicted[QUANTITY_MAX];
    const char *name = verdict->figure->name;
    print_published(published, verdict->figure);
    int spill = (int)fmax(0, (double)text_columns(published) - PUBLISHED_WIDTH);
    bool fits = (int)text_columns(name) <= NAME_WIDTH - spill;
    if (!fits)
        printf("    %s\n", name);
    printf("%c   %-*s %*s %10s %+6.1f %5.0f%s\n", mark_of(verdict), NAME_WIDTH - spill,
           fits ? name : "", PUBLISHED_WIDTH + spill, published,
           print_value(predicted, verdict->figure, verdict->predicted), 100 * verdict->error_ratio,
           100 * verdict->figure->tolerance_ratio, missed(verdict) ? " !" : "");
}

static void print_case(const struct published_case *published)
{
    struct text text = {0};
    char *start = mem_format("# %s: ", published->name);
    wrap(start, "#     ", published->summary, 80, &text);
    fputs(text_get(&text), stdout);
    text_done(&text);
    free(start);
}

static void print_figures(const struct verdict *verdicts, size_t count)
{
    printf("# %-*s %10s %10s %6s %5s\n# %-*s %10s %10s %6s %5s\n", NAME_WIDTH + 2, "figure",
           "published", "predicted", "error", "limit", NAME_WIDTH + 2, "", "", "", "(%)", "(%)");
    for (size_t i = 0; i < count; i++) {
        const struct published_case *published = verdicts[i].published;
        if (i == 0 || verdicts[i - 1].published != published)
            print_case(published);
        if (i == 0 || verdicts[i - 1].run != verdicts[i].run)
            printf("  %s\n", verdicts[i].run->name);
        print_figure(&verdicts[i]);
    }
}

static void print_errors(const char *name, const struct error_summary *summary)
{
    if (summary->count && isnan(summary->mean_ratio))
        printf("  %-16s %12zu %8s %+8.1f %8zu\n", name, summary->count, "-",
               100 * summary->worst_ratio, summary->outside);
    else if (summary->count)
        printf("  %-16s %12zu %8.1f %+8.1f %8zu\n", name, summary->count, 100 * summary->mean_ratio,
               100 * summary->worst_ratio, summary->outside);
}

static void print_summary(const struct verdict *verdicts, size_t count)
{
    printf("# %-16s %12s %8s %8s %8s\n# %-16s %12s %8s %8s %8s\n", "predictions of", "figures",
           "mean", "worst", "outside", "", "", "|%|", "(%)", "");
    for (size_t q = 0; quantities[q]; q++) {
        struct error_summary summary = summarize_errors(verdicts, count, quantities[q]);
        print_errors(quantities[q], &summary);
    }
    struct error_summary all = summarize_errors(verdicts, count, NULL);
    print_errors("all", &all);
    size_t counted = all.count + count_role(verdicts, count, FIGURE_FIT);
    printf("# %zu of %zu figures are predictions (%.0f %%)\n"
           "# f: a fit used it; r: the same experiment said otherwise, not counted;\n"
           "# !: outside its limit\n",
           all.count, counted, counted ? 100.0 * (double)all.count / (double)counted : 100.0);
}

static void write_rows(const struct verdict *verdicts, size_t count, struct text *to)
{
    struct csv_out out = {.to = to};
    text_add(to, "case,run,figure,quantity,metric,schedule,over,published,predicted,error_ratio,"
                 "tolerance_ratio,role,fit,within,source,at_least,at_most,over_metric\n");
    for (size_t i = 0; i < count; i++) {
        const struct verdict *verdict = &verdicts[i];
        const struct figure *figure = verdict->figure;
        bool range = figure_is_range(figure);
        csv_put_text(&out, verdict->published->name);
        csv_put_text(&out, verdict->run->name);
        csv_put_text(&out, figure->name);
        csv_put_text(&out, figure_quantity(figure));
        csv_put_text(&out, figure->metric);
        csv_put_text(&out, figure->schedule);
        csv_put_text(&out, figure->over);
        csv_put_number(&out, figure->published);
        csv_put_number(&out, verdict->predicted);
        csv_put_number(&out, verdict->error_ratio);
        csv_put_number(&out, figure->tolerance_ratio);
        csv_put_text(&out, figure_role_names[figure->role]);
        csv_put_text(&out, figure->fit);
        csv_put_count(&out, verdict->within);
        csv_put_text(&out, *figure->source ? figure->source : verdict->published->source);
        csv_put_number(&out, range && figure->at_least > 0 ? figure->at_least : NAN);
        csv_put_number(&out, range && !isinf(figure->at_most) ? figure->at_most : NAN);
        csv_put_text(&out, figure->over_column ? figure->over_column->name : NULL);
        csv_end_row(&out);
    }
}

static int report(const struct verdict *verdicts, size_t count, const char *output)
{
    bool any_missed = false;
    for (size_t i = 0; i < count; i++)
        any_missed |= missed(&verdicts[i]);
    if (!output || strcmp(output, "-") != 0) {
        print_figures(verdicts, count);
        print_summary(verdicts, count);
    }
    struct text rows = {0};
    int code = EXIT_FINE;
    if (output) {
        write_rows(verdicts, count, &rows);
        code = write_output(output, &rows);
    }
    return code == EXIT_FINE && any_missed ? EXIT_MISSED : code;
}

/* ---- A fit ---- */

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

static int report_fit(const struct platform_fit *fit, const struct platform_solution *found)
{
    printf("# %s: %s\n", fit->name, fit->summary);
    print_parameters(fit, &found->solution);
    print_residuals(fit, found);
    if (is_held(fit, &found->solution))
        return EXIT_FINE;
    printf("# the cases hold other values: change their \"set\"\n");
    return EXIT_MISSED;
}

/* Fits NAME to the figures of the cases and prints what it finds: EXIT_MISSED where a case holds
 * another value than that. */
static int fit_platform(const char *name, struct published_case *const *cases, size_t count,
                        size_t processes)
{
    struct diag diag = {0};
    struct platform_fit fit;
    struct platform_solution found;
    if (platform_fit_load(name, cases, count, &diag, &fit) < 0)
        return input_error(&diag);
    int code = platform_fit_solve(&fit, processes, &diag, &found) < 0 ? input_error(&diag)
                                                                      : report_fit(&fit, &found);
    if (code != EXIT_BAD_INPUT)
        platform_solution_done(&found);
    platform_fit_done(&fit);
    return code;
}

/* ---- The command ---- */

static int validate_words(const char *const *words, size_t count, size_t processes, const char *fit,
                          const char *output)
{
    struct cases cases = {0};
    struct diag diag = {0};
    struct verdict *verdicts = NULL;
    size_t verdict_count;
    int code = open_cases(words, count, &cases);
    if (code < 0 && fit)
        code = fit_platform(fit, cases.list, cases.count, processes);
    else if (code < 0)
        code =
            validate_cases(cases.list, cases.count, processes, &diag, &verdicts, &verdict_count) < 0
                ? input_error(&diag)
                : report(verdicts, verdict_count, output);
    free(verdicts);
    close_cases(&cases);
    return code;
}

static int validate(const struct command *me, int argc, char *argv[])
{
    const char *output = NULL, *jobs = NULL, *fit = NULL;
    size_t processes;
    const struct option_row rows[] = {
        {"output", "FILE.csv",
         "write every figure with its prediction and source; '-' is standard output, without the "
         "table",
         .word = &output},
        {"fit", "NAME",
         "instead find a platform's unknowns (analysis/fits/NAME.json) from the figures marked for "
         "that fit, and compare with what the cases hold",
         .word = &fit},
        {"jobs", "N", "processes (default: one a processor)", .word = &jobs},
        {0}};
    const char *const *rest;
    size_t count;
    int code = read_options(me, rows, argc, argv, &rest, &count);
    if (code >= 0)
        return code;
    if (output && strcmp(output, "-") != 0 && !text_ends_with(output, ".csv"))
        code = usage_error(me, "--output: expected a name ending in .csv, got \"%s\"", output);
    if (code < 0 && fit && output)
        code = usage_error(me, "--fit writes no file");
    if (code < 0)
        code = read_jobs_option(me, jobs, &processes);
    return code < 0 ? validate_words(rest, count, processes, fit, output) : code;
}

const struct command validate_command = {
    "validate", "[OPTIONS] [CASE...]", "hold predictions against published figures",
    "A CASE is a name in traces/published or a file; without one, all shipped cases\n"
    "are played. Exit status 1: a figure is farther off than its case allows.\n\n"
    "Examples:\n"
    "  scmoesim validate\n"
    "  scmoesim validate scmoe-table1 -o errors.csv\n"
    "  scmoesim validate --fit 8xa30-pcie\n",
    validate};
