/* Fits of everything that a cost file has, told as text, as a table of residuals and as a GPU
 * file's member. */
#include "sim/cmd/fit_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/fit/fit.h"
#include "sim/base/csv.h"
#include "sim/base/json.h"
#include "sim/base/mem.h"
#include "sim/report/format.h"

#define LINE_COLUMNS 80
#define SERIES_NAME_MAX 64

/* Rows of one kind and pass that go into one fit, and those kept out of it. */
struct series {
    const char *kind_name;
    struct cost_measurement *rows; /* fitted ones first */
    size_t fitted, count;
};

static bool same_series(const struct cost_measurement *a, const struct cost_measurement *b)
{
    return strcmp(a->kind_name, b->kind_name) == 0 && a->pass == b->pass &&
           strcmp(a->protocol, b->protocol) == 0;
}

/* Of the model, or of the heads where a kind has nothing else. */
static size_t width_of(const struct cost_measurement *row)
{
    return row->shape.hidden ? row->shape.hidden : row->shape.heads * row->shape.head_dim;
}

/* Whether the row tells all that the roofline needs. */
static bool usable(const struct cost_measurement *row, const char *protocol)
{
    if (strcmp(row->protocol, protocol) != 0 || row->sm_count > 0 || row->time_s <= 0)
        return false;
    return row->is_operator
               ? row->shape.tokens > 0 && width_of(row) > 0 && row->dtype != DTYPE_COUNT
               : row->bytes > 0;
}

static bool is_held_out(const struct cost_measurement *row, const struct fit_choice *choice)
{
    const char *list = choice->hold_out;
    char *end;
    if (!row->is_operator)
        return row->bytes < choice->from_bytes;
    for (const char *at = list; at && *at; at = *end == ',' ? end + 1 : end) {
        size_t width = strtoul(at, &end, 10);
        if (end == at)
            return false;
        if (width_of(row) == width)
            return true;
    }
    return false;
}

static double predicted_s(const struct series *series, size_t i, const struct gpu *gpu,
                          const struct fit_solution *solution, const struct operator_fit *fit)
{
    const struct cost_measurement *row = &series->rows[i];
    if (row->is_operator)
        return fitted_time_s(gpu, fit, row->kind, row->pass, &row->shape, row->dtype);
    return solution->parameters[0].value + row->bytes / solution->parameters[1].value;
}

static void add_residual_row(struct fit_report *report, const struct cost_measurement *row,
                             double predicted, bool held_out)
{
    struct csv_out out = {.to = &report->residuals}, *csv = &out;
    csv_put_text(csv, row->kind_name);
    csv_put_text(csv, row->is_operator ? operator_pass_names[row->pass] : "");
    if (row->is_operator) {
        csv_put_number(csv, row->shape.tokens);
        csv_put_count(csv, width_of(row));
        csv_put_empty(csv);
    } else {
        csv_put_empty(csv);
        csv_put_empty(csv);
        csv_put_number(csv, row->bytes);
    }
    csv_put_number(csv, row->time_s);
    csv_put_number(csv, predicted);
    csv_put_number(csv, predicted / row->time_s - 1);
    csv_put_count(csv, held_out);
    csv_put_text(csv, report->choice->paths[row->file]);
    csv_put_count(csv, row->line);
    csv_end_row(csv);
}

/* Three digits, as "1660" rather than "1.66e+03". */
static const char *three_digits(char out[QUANTITY_MAX], double value)
{
    snprintf(out, QUANTITY_MAX, fabs(value) < 1000 ? "%.3g" : "%.0f", value);
    return out;
}

/* "0.62 (0.60 .. 0.64)" */
static void add_estimate(struct text *to, const struct estimate *estimate, double scale)
{
    char value[QUANTITY_MAX], low[QUANTITY_MAX], high[QUANTITY_MAX];
    text_add(to, " %8s (%s .. %s)", three_digits(value, estimate->value * scale),
             three_digits(low, estimate->low * scale), three_digits(high, estimate->high * scale));
}

/* "gate input_gradient", and "copy_h2d" */
static void series_name(const struct cost_measurement *row, char out[SERIES_NAME_MAX])
{
    snprintf(out, SERIES_NAME_MAX, "%s%s%s", row->kind_name, row->is_operator ? " " : "",
             row->is_operator ? operator_pass_names[row->pass] : "");
}

/* "line 12", with its file where there are several. */
static void add_place(const struct fit_report *report, const struct cost_measurement *row,
                      struct text *to)
{
    if (report->choice->path_count > 1)
        text_add(to, "%s ", report->choice->paths[row->file]);
    text_add(to, "line %zu", row->line);
}

static void add_outliers(struct fit_report *report, const struct series *series,
                         const struct fit_solution *solution)
{
    bool *outlier = mem_zeroed(solution->count, sizeof *outlier);
    fit_outliers(solution->residuals, solution->count, outlier);
    for (size_t i = 0; i < solution->count; i++) {
        const struct cost_measurement *row = &series->rows[i];
        char time[QUANTITY_MAX];
        struct text line = {0};
        if (!outlier[i])
            continue;
        add_place(report, row, &line);
        text_add(&line, ": %s", row->kind_name);
        if (row->is_operator)
            text_add(&line, " %s, %.10g tokens, width %zu", operator_pass_names[row->pass],
                     row->shape.tokens, width_of(row));
        else
            text_add(&line, " of %.10g bytes", row->bytes);
        text_add(&line, ": %s, fit %+.0f %%", quantity_print(time, UNIT_S, row->time_s, 3),
                 100 * expm1(solution->residuals[i]));
        wrap("#   ", "#     ", text_get(&line), LINE_COLUMNS, &report->outliers);
        text_done(&line);
    }
    free(outlier);
}

static void add_summary(struct fit_report *report, const struct series *series,
                        const struct operator_fit *fit, const struct fit_solution *solution,
                        double out_error)
{
    const struct cost_measurement *row = &series->rows[0];
    bool operators = row->is_operator, copies = !operators;
    const struct {
        const char *name;
        double scale;
        bool there;
    } parameters[] = {{"    overhead us", 1e6, operators},
                      {"  compute", 1, operators},
                      {"\n    memory     ", 1, operators},
                      {"  blend  ", 1, operators},
                      {"\n    row GB/s   ", 1e-9, operators && fit->row_bytes_per_s > 0},
                      {"\n    tile us    ", 1e6, operators && fit->tile_s > 0},
                      {"    latency us ", 1e6, copies},
                      {"  GB/s   ", 1e-9, copies}};
    struct text *to = &report->table;
    char name[SERIES_NAME_MAX];
    series_name(row, name);
    text_add(to, "  %-35s %5zu %7.1f %8.1f", name, solution->count,
             100 * solution->mean_error_ratio, 100 * solution->left_out_error_ratio);
    if (series->count > series->fitted)
        text_add(to, " %9.1f\n", 100 * out_error);
    else
        text_add(to, " %9s\n", "-");
    for (size_t i = 0, next = 0; i < sizeof parameters / sizeof *parameters; i++)
        if (parameters[i].there) {
            text_add(to, "%s", parameters[i].name);
            add_estimate(to, &solution->parameters[next++], parameters[i].scale);
        }
    text_add(to, "\n");
}

/* Too few rows of one kind say nothing about the others. */
static void fit_series(struct fit_report *report, const struct series *series, struct diag *diag)
{
    struct fit_solution solution = {0};
    struct operator_fit fit = {0};
    const struct cost_measurement *first = &series->rows[0];
    int r = first->is_operator
                ? fit_operators(report->gpu, series->rows, series->fitted, diag, &fit, &solution)
                : fit_copies(series->rows, series->fitted, diag, &solution);
    if (r < 0) {
        char name[SERIES_NAME_MAX];
        series_name(first, name);
        text_add(&report->table, "  %-35s %5zu  %s\n", name, series->fitted,
                 diag->count ? diag->messages[diag->count - 1] : "no fit");
        diag_done(diag);
        return;
    }
    if (first->is_operator)
        report->gpu->fits[first->kind][first->pass] = fit;
    double out_sum = 0;
    for (size_t i = 0; i < series->count; i++) {
        double predicted = predicted_s(series, i, report->gpu, &solution, &fit);
        double error = fabs(predicted / series->rows[i].time_s - 1);
        add_residual_row(report, &series->rows[i], predicted, i >= series->fitted);
        if (i >= series->fitted)
            out_sum += error;
    }
    size_t out = series->count - series->fitted;
    add_summary(report, series, &fit, &solution, out ? out_sum / (double)out : 0);
    add_outliers(report, series, &solution);
    if (first->is_operator) {
        report->error_sum += solution.mean_error_ratio * (double)solution.count;
        report->left_out_sum += solution.left_out_error_ratio * (double)solution.count;
        report->held_out_sum += out_sum;
        report->fitted += solution.count;
        report->held_out += out;
    }
    fit_solution_done(&solution);
}

/* Nothing to fit: says which protocols the file has. */
static int no_rows(const struct cost_table *table, const struct fit_choice *choice,
                   struct diag *diag)
{
    struct text there = {0};
    for (size_t i = 0; i < cost_table_rows(table); i++) {
        struct cost_measurement row;
        cost_table_measurement(table, i, &row);
        if (!there.text || !strstr(there.text, row.protocol))
            text_add(&there, "%s%s", there.text ? ", " : "", row.protocol);
    }
    int r = diag_at(diag, choice->paths[0], NULL,
                    "no rows of protocol \"%s\" that tell tokens, widths and dtype (or bytes); "
                    "the file has rows of %s",
                    choice->protocol, text_get(&there));
    text_done(&there);
    return r;
}

/* A roofline needs a peak. */
static int check_gpu(const struct gpu *gpu, const struct cost_table *table,
                     const struct fit_choice *choice, struct diag *diag)
{
    for (size_t i = 0; i < cost_table_rows(table); i++) {
        struct cost_measurement row;
        cost_table_measurement(table, i, &row);
        if (row.is_operator && !gpu)
            return diag_at(diag, choice->paths[row.file], NULL,
                           "no line \"# gpu: NAME\" tells the card: choose it with --gpu");
        if (row.is_operator && row.dtype != DTYPE_COUNT && gpu->peak_flop_per_s[row.dtype] <= 0)
            return diag_at(diag, choice->paths[row.file], NULL,
                           "line %zu is in %s, for which GPU %s has no peak rate: choose the card "
                           "with --gpu",
                           row.line, dtype_names[row.dtype], gpu->name);
    }
    return 0;
}

/* Walks the table, which is sorted by kind and pass, series by series. */
int fit_report_make(struct fit_report *report, const struct cost_table *table,
                    const struct fit_choice *choice, struct diag *diag)
{
    int r = check_gpu(report->gpu, table, choice, diag);
    if (r < 0)
        return r;
    report->choice = choice;
    size_t total = cost_table_rows(table), used = 0;
    /* As `run` interpolates, by the GPU's own constants; then they make room for new ones. */
    cost_table_left_out(table, report->gpu, choice->protocol, &report->left_out);
    if (report->gpu)
        memset(report->gpu->fits, 0, sizeof report->gpu->fits);
    text_add(&report->residuals, "kind,pass,tokens,hidden,bytes,measured_s,predicted_s,error_ratio,"
                                 "held_out,file,line\n");
    struct series series = {.rows = mem_zeroed(total, sizeof *series.rows)};
    struct cost_measurement *kept = mem_zeroed(total, sizeof *kept);
    size_t kept_count = 0;
    for (size_t i = 0; i <= total; i++) {
        struct cost_measurement row;
        bool more = i < total;
        if (more)
            cost_table_measurement(table, i, &row);
        if (more && !usable(&row, choice->protocol))
            continue;
        const struct cost_measurement *last = series.fitted ? &series.rows[0]
                                              : kept_count  ? &kept[0]
                                                            : NULL;
        if (last && (!more || !same_series(last, &row))) {
            memcpy(series.rows + series.fitted, kept, kept_count * sizeof *kept);
            series.count = series.fitted + kept_count;
            char name[SERIES_NAME_MAX];
            series_name(last, name);
            if (series.fitted)
                fit_series(report, &series, diag);
            else
                text_add(&report->table, "  %-35s %5d  all rows are held out\n", name, 0);
            series.fitted = kept_count = 0;
        }
        used += more;
        if (more && is_held_out(&row, choice))
            kept[kept_count++] = row;
        else if (more)
            series.rows[series.fitted++] = row;
    }
    free(series.rows);
    free(kept);
    return used ? 0 : no_rows(table, choice, diag);
}

void fit_report_write_gpu(const struct gpu *gpu, struct text *to)
{
    struct jout out;
    jout_init(&out, to);
    jout_object(&out, NULL);
    jout_object(&out, "fits");
    for (size_t k = 0; gpu && k < OPERATOR_KIND_COUNT; k++) {
        bool any = false;
        for (size_t p = 0; p < PASS_COUNT; p++)
            any |= gpu->fits[k][p].fitted;
        if (!any)
            continue;
        jout_object(&out, operator_kind_names[k]);
        for (size_t p = 0; p < PASS_COUNT; p++) {
            const struct operator_fit *fit = &gpu->fits[k][p];
            if (!fit->fitted)
                continue;
            jout_inline(&out);
            jout_object(&out, operator_pass_names[p]);
            jout_number(&out, "overhead_s", fit->overhead_s);
            jout_number(&out, "compute_ratio", fit->compute_ratio);
            jout_number(&out, "memory_ratio", fit->memory_ratio);
            jout_number(&out, "blend_power", fit->blend_power);
            if (fit->row_bytes_per_s > 0)
                jout_number(&out, "row_bytes_per_s", fit->row_bytes_per_s);
            if (fit->tile_s > 0)
                jout_number(&out, "tile_s", fit->tile_s);
            jout_end(&out, '}');
        }
        jout_end(&out, '}');
    }
    jout_end(&out, '}');
    jout_end(&out, '}');
}

static void print_totals(const struct fit_report *report)
{
    if (!report->fitted)
        return;
    printf("# operators, mean error: fitted %.1f %%, each left out in turn %.1f %%",
           100 * report->error_sum / (double)report->fitted,
           100 * report->left_out_sum / (double)report->fitted);
    if (report->held_out)
        printf(",\n#   %zu row%s held out %.1f %%", report->held_out,
               report->held_out == 1 ? "" : "s",
               100 * report->held_out_sum / (double)report->held_out);
    printf("\n");
}

/* What the files themselves tell of sizes that they lack. */
static void print_interpolation(const struct fit_report *report, const char *what,
                                const struct interpolation *at)
{
    struct text worst = {0}, lines = {0};
    if (!at->rows)
        return;
    text_add(&worst, "worst %+.0f %% (", 100 * at->worst_error_ratio);
    add_place(report, &at->worst, &worst);
    text_add(&worst, ": %s %s, %.10g tokens)", at->worst.kind_name,
             operator_pass_names[at->worst.pass], at->worst.shape.tokens);
    wrap("#   ", "#     ", text_get(&worst), LINE_COLUMNS, &lines);
    printf("# interpolation over %s, each left out in turn: %zu row%s, mean error %.1f %%,\n%s",
           what, at->rows, at->rows == 1 ? "" : "s", 100 * at->mean_error_ratio, text_get(&lines));
    text_done(&worst);
    text_done(&lines);
}

void fit_report_print(const struct fit_report *report)
{
    const struct fit_choice *choice = report->choice;
    for (size_t i = 0; i < choice->path_count; i++)
        printf("# %s\n", choice->paths[i]);
    printf("# protocol %s", choice->protocol);
    if (report->gpu)
        printf("; peaks of gpu %s", report->gpu->name);
    printf("\n");
    printf("# operator: overhead + sum over kernels of (c^p + m^p)^(1/p), with\n"
           "#   c = flop / (peak * compute), m = bytes / (bandwidth * memory), p = blend;\n"
           "#   where rows are moved, m is blended with a row's bytes over \"row\";\n"
           "#   attention: FLOP of whole tiles, and \"tile\" over SMs for each of queries\n"
           "# copy: latency + bytes / bandwidth; brackets: 95 %% confidence\n"
           "# %-35s %5s %7s %8s %9s\n# %-35s %5s %7s %8s %9s\n",
           "kind", "rows", "error", "left out", "held out", "", "", "(%)", "(%)", "(%)");
    fputs(text_get(&report->table), stdout);
    print_totals(report);
    print_interpolation(report, "tokens", &report->left_out.tokens);
    print_interpolation(report, "widths", &report->left_out.widths);
    if (report->outliers.length)
        printf("# outliers, more than 3.5 robust standard deviations off:\n%s",
               text_get(&report->outliers));
}

void fit_report_done(struct fit_report *report)
{
    text_done(&report->table);
    text_done(&report->outliers);
    text_done(&report->residuals);
    gpu_free(report->gpu);
}
