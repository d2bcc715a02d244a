#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"
#include "sim/report/result.h"
#include "sim/report/units.h"
#include "sim/report/wrap.h"

#define LINE_COLUMNS 80
#define COLUMN_COUNT 8
#define CELL_MAX 24
#define NAME_MAX_COLUMNS 24 /* a longer schedule name gets a line of its own */

/* Gaps before columns. The wide ones set apart the pair, the whole model, communication. */
static const int narrow_gaps[COLUMN_COUNT] = {1, 1, 1, 1, 1, 1, 1, 1};
static const int wide_gaps[COLUMN_COUNT] = {3, 2, 3, 2, 3, 2, 2, 2};

struct table {
    size_t rows;
    char names[COLUMN_COUNT][CELL_MAX], units[COLUMN_COUNT][CELL_MAX];
    char (*cells)[COLUMN_COUNT][CELL_MAX]; /* per result */
    int widths[COLUMN_COUNT], gaps[COLUMN_COUNT];
    int name_width;
};

static void fit_width(int *width, const char *text)
{
    int columns = text_columns(text);
    if (columns > *width)
        *width = columns;
}

static void fit_column(struct table *table, size_t column, const char *name, const char *unit)
{
    snprintf(table->names[column], CELL_MAX, "%s", name);
    snprintf(table->units[column], CELL_MAX, "(%s)", unit);
    fit_width(&table->widths[column], table->names[column]);
    fit_width(&table->widths[column], table->units[column]);
    for (size_t row = 0; row < table->rows; row++)
        fit_width(&table->widths[column], table->cells[row][column]);
}

static void print_cell(char cell[CELL_MAX], int decimals, double value)
{
    if (isfinite(value))
        snprintf(cell, CELL_MAX, "%.*f", decimals, value);
    else
        snprintf(cell, CELL_MAX, "-");
}

static double member_at(const struct result *result, size_t offset)
{
    return *(const double *)((const char *)result + offset);
}

static bool has_a2a(const struct result *result)
{
    return result->a2a_time_s > 0;
}

/* Times of communication say nothing, rather than 0, where there is none. */
static double shown(const struct result *result, size_t offset, bool of_a2a)
{
    return of_a2a && !has_a2a(result) ? NAN : member_at(result, offset);
}

static struct time_unit unit_for(const struct result *results, size_t count, size_t offset)
{
    double largest_s = 0;
    for (size_t row = 0; row < count; row++)
        largest_s = fmax(largest_s, member_at(&results[row], offset));
    return time_unit_for(largest_s);
}

static void fill_times(struct table *table, size_t column, const char *name,
                       const struct result *results, size_t offset, bool of_a2a,
                       const struct time_unit *unit)
{
    for (size_t row = 0; row < table->rows; row++)
        print_cell(table->cells[row][column], unit->decimals,
                   shown(&results[row], offset, of_a2a) * unit->per_second);
    fit_column(table, column, name, unit->name);
}

static void fill_ratios(struct table *table, size_t column, const char *name,
                        const struct result *results, size_t offset)
{
    for (size_t row = 0; row < table->rows; row++)
        print_cell(table->cells[row][column], 2, member_at(&results[row], offset));
    fit_column(table, column, name, "x");
}

static void fill_overlap(struct table *table, size_t column, const struct result *results)
{
    size_t offset = offsetof(struct result, overlap_ratio);
    for (size_t row = 0; row < table->rows; row++)
        print_cell(table->cells[row][column], 1, 100 * shown(&results[row], offset, true));
    fit_column(table, column, "overlap", "%");
}

static void fit_names(struct table *table, const struct result *results)
{
    fit_width(&table->name_width, "schedule");
    for (size_t row = 0; row < table->rows; row++)
        if (text_columns(results[row].schedule) <= NAME_MAX_COLUMNS)
            fit_width(&table->name_width, results[row].schedule);
}

/* Widens the gaps, left to right and one blank at a time, as long as lines fit. */
static void fit_gaps(struct table *table)
{
    int columns = 2 + table->name_width;
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        table->gaps[i] = narrow_gaps[i];
        columns += table->widths[i] + narrow_gaps[i];
    }
    for (int gap = 2; gap <= 3; gap++) {
        for (size_t i = 0; i < COLUMN_COUNT && columns < LINE_COLUMNS; i++) {
            if (table->gaps[i] < gap && wide_gaps[i] >= gap) {
                table->gaps[i]++;
                columns++;
            }
        }
    }
}

static void fill_table(struct table *table, const struct result *results)
{
#define AT(member) offsetof(struct result, member)
    /* What belongs to the pair is in one unit, as it is compared along the row too. */
    struct time_unit pair = unit_for(results, table->rows, AT(pair_time_s));
    struct time_unit model = unit_for(results, table->rows, AT(end_to_end_time_s));
    fit_names(table, results);
    fill_times(table, 0, "pair", results, AT(pair_time_s), false, &pair);
    fill_ratios(table, 1, "speedup", results, AT(speedup_ratio));
    fill_times(table, 2, "model", results, AT(end_to_end_time_s), false, &model);
    fill_ratios(table, 3, "speedup", results, AT(end_to_end_speedup_ratio));
    fill_times(table, 4, "A2A", results, AT(a2a_time_s), true, &pair);
    fill_times(table, 5, "disp", results, AT(exposed_dispatch_s), true, &pair);
    fill_times(table, 6, "comb", results, AT(exposed_combine_s), true, &pair);
    fill_overlap(table, 7, results);
    fit_gaps(table);
#undef AT
}

static void add_line(const struct table *table, const char *start, const char *name,
                     const char cells[COLUMN_COUNT][CELL_MAX], struct text *to)
{
    int name_columns = text_columns(name);
    if (name_columns > table->name_width) {
        text_add(to, "%s%s\n", start, name);
        name = "";
        name_columns = 0;
    }
    text_add(to, "%s%s%*s", start, name, table->name_width - name_columns, "");
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        text_add(to, "%*s%*s", table->gaps[i], "", table->widths[i], cells[i]);
    text_add(to, "\n");
}

static void add_table(const struct result *results, size_t count, struct text *to)
{
    struct table table = {.rows = count};
    table.cells = mem_zeroed(count, sizeof *table.cells);
    fill_table(&table, results);
    add_line(&table, "# ", "schedule", (const char(*)[CELL_MAX])table.names, to);
    add_line(&table, "# ", "", (const char(*)[CELL_MAX])table.units, to);
    for (size_t row = 0; row < count; row++)
        add_line(&table, "  ", results[row].schedule, (const char(*)[CELL_MAX])table.cells[row],
                 to);
    free(table.cells);
}

/* "# label      text", wrapped with the text's lines under one another. */
static void add_fact(const char *label, const char *fact, struct text *to)
{
    char start[CELL_MAX];
    snprintf(start, sizeof start, "# %-10s  ", label);
    if (fact)
        wrap(start, "#             ", fact, LINE_COLUMNS, to);
}

static bool same_run(const struct result *results, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (results[i].ranks != results[0].ranks || results[i].ep != results[0].ep ||
            results[i].mode != results[0].mode)
            return false;
    return count > 0;
}

static void add_run(const struct result *results, size_t count, struct text *to)
{
    if (!same_run(results, count))
        return;
    char *run = mem_format("%s on %zu ranks, All-to-All among %zu", run_mode_names[results[0].mode],
                           results[0].ranks, results[0].ep);
    add_fact("run", run, to);
    free(run);
}

static void add_facts(const struct facts *facts, const struct result *results, size_t count,
                      struct text *to)
{
    char *program = mem_format("%s, network %s", facts->version ? facts->version : "?",
                               facts->network_line ? facts->network_line : "?");
    add_fact("scmoesim", program, to);
    free(program);
    add_fact("model", facts->model_line, to);
    add_fact("topology", facts->topology_line, to);
    add_fact("costs", facts->costs_line, to);
    add_fact("routing", facts->routing_line, to);
    add_fact("All-to-All", facts->a2a_line, to);
    add_fact("set", facts->set_line, to);
    add_run(results, count, to);
    if (facts->baseline) {
        char *over =
            mem_format("over %s; of the block pair, then of the whole model", facts->baseline);
        add_fact("speedup", over, to);
        free(over);
    }
    add_fact("accuracy", facts->uncertainty_line, to);
    add_fact("disp comb", "of A2A: dispatch and combine time in which the GPU computes nothing",
             to);
}

/* "2", and for training "2/3" for forward and backward; "-" where a schedule has no choice. */
static void format_choice(char out[CELL_MAX], const struct result *result, size_t forward,
                          size_t backward, size_t none)
{
    if (forward <= none && backward <= none)
        snprintf(out, CELL_MAX, "-");
    else if (result->mode == MODE_TRAINING)
        snprintf(out, CELL_MAX, "%zu/%zu", forward, backward);
    else
        snprintf(out, CELL_MAX, "%zu", forward);
}

/* One line per schedule; what stands in brackets is dropped where the line is full. */
static void add_limit(const struct result *result, int name_width, struct text *to)
{
    char slot[CELL_MAX], chunks[CELL_MAX], bound[CELL_MAX] = "-";
    format_choice(slot, result, result->slot, result->backward_slot, 0);
    format_choice(chunks, result, result->chunks, result->backward_chunks, 1);
    if (isfinite(result->a2a_bound_ratio))
        snprintf(bound, sizeof bound, "%.2f", result->a2a_bound_ratio);
    const char *limit = result->limited_by ? result->limited_by : "not known";
    const char *name = result->schedule;
    if (text_columns(name) > name_width) {
        text_add(to, "  %s\n", name);
        name = "";
    }
    char *start = mem_format("  %s%*s %5s %6s %9s  ", name, name_width - text_columns(name), "",
                             slot, chunks, bound);
    char *rest = mem_format("%*s", text_columns(start), "");
    char *shown = mem_copy_string(limit), *bracket = strrchr(shown, '(');
    if (bracket && bracket > shown && text_columns(start) + text_columns(shown) > LINE_COLUMNS)
        bracket[-1] = '\0';
    wrap(start, rest, shown, LINE_COLUMNS, to);
    free(shown);
    free(rest);
    free(start);
}

static void add_limits(const struct result *results, size_t count, struct text *to)
{
    struct table names = {.rows = count};
    fit_names(&names, results);
    text_add(to, "#\n# %-*s %5s %6s %9s  %s\n", names.name_width, "schedule", "slot", "chunks",
             "A2A/bound", "limited by, share of path");
    for (size_t i = 0; i < count; i++)
        add_limit(&results[i], names.name_width, to);
}

/* The spread over draws, where there were several or something was dropped. */
static void add_draws(const struct result *results, size_t count, struct text *to)
{
    struct table names = {.rows = count};
    char in_unit[CELL_MAX], mean[CELL_MAX + 5];
    size_t drawn = 0;
    for (size_t i = 0; i < count; i++)
        drawn += results[i].draws > 0;
    if (!drawn)
        return;
    struct time_unit unit = unit_for(results, count, offsetof(struct result, pair_time_s));
    fit_names(&names, results);
    snprintf(in_unit, sizeof in_unit, "(%s)", unit.name);
    snprintf(mean, sizeof mean, "mean %s", in_unit);
    text_add(to, "#\n# %-*s %9s %7s %7s %7s %8s %8s\n", names.name_width, "draws", "pair", "p10",
             "p50", "p90", "busiest", "dropped");
    text_add(to, "# %-*s %9s %7s %7s %7s %8s %8s\n", names.name_width, "", mean, in_unit, in_unit,
             in_unit, "(x mean)", "(%)");
    for (size_t i = 0; i < count; i++) {
        const struct result *at = &results[i];
        const double times_s[] = {at->pair_time_s, at->pair_time_p10_s, at->pair_time_p50_s,
                                  at->pair_time_p90_s};
        const char *name = at->schedule;
        if (text_columns(name) > names.name_width) {
            text_add(to, "  %s\n", name);
            name = "";
        }
        text_add(to, "  %s%*s", name, names.name_width - text_columns(name), "");
        for (size_t k = 0; k < 4; k++) {
            char cell[CELL_MAX];
            print_cell(cell, unit.decimals, times_s[k] * unit.per_second);
            text_add(to, " %*s", k == 0 ? 9 : 7, cell);
        }
        char busiest[CELL_MAX], dropped[CELL_MAX];
        print_cell(busiest, 2, at->load_imbalance_ratio);
        print_cell(dropped, 2, 100 * at->dropped_ratio);
        text_add(to, " %8s %8s\n", busiest, dropped);
    }
}

/* SimGrid takes ends within a nanosecond for one, so a tiny All-to-All may seem to beat its bound.
 */
#define CLOCK_ROUNDING_RATIO 1e-6

static void add_flags(const struct result *results, size_t count, struct text *to)
{
    for (size_t i = 0; i < count; i++) {
        double ratio = results[i].a2a_bound_ratio;
        const char *problem = ratio < 1 - CLOCK_ROUNDING_RATIO
                                  ? "faster than its links allow: do not trust this row"
                              : ratio > 2 ? "more than twice what its busiest link needs"
                                          : NULL;
        if (!problem)
            continue;
        char *flag = mem_format("%s: an All-to-All at %.3gx its arithmetic bound, %s",
                                results[i].schedule, ratio, problem);
        wrap("# flag: ", "#       ", flag, LINE_COLUMNS, to);
        free(flag);
    }
}

void print_text(const struct facts *facts, const struct result *results, size_t count,
                struct text *to)
{
    add_facts(facts, results, count, to);
    if (count > 0) {
        text_add(to, "#\n");
        add_table(results, count, to);
        add_limits(results, count, to);
        add_draws(results, count, to);
        add_flags(results, count, to);
    }
    for (size_t i = 0; i < facts->note_count; i++)
        wrap("# note: ", "#       ", facts->notes[i], LINE_COLUMNS, to);
}
