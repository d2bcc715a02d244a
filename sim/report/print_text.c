#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"
#include "sim/report/result.h"
#include "sim/report/format.h"

#define LINE_COLUMNS 80
#define CELL_MAX 24
#define NAME_MAX_COLUMNS 24 /* a longer schedule name gets a line of its own */

/* What belongs to the pair is in one unit, as it is compared along the row too. */
enum scale { PAIR_TIME, MODEL_TIME, RATIO, PERCENT };

static const struct column {
    const char *name;
    size_t offset; /* of the double in a result */
    enum scale scale;
    bool of_a2a;
    int gap; /* before it, where there is room: sets apart the pair, the whole model, communication
              */
} columns[] = {
    {"pair", offsetof(struct result, pair_time_s), PAIR_TIME, false, 3},
    {"speedup", offsetof(struct result, speedup_ratio), RATIO, false, 2},
    {"model", offsetof(struct result, end_to_end_time_s), MODEL_TIME, false, 3},
    {"speedup", offsetof(struct result, end_to_end_speedup_ratio), RATIO, false, 2},
    {"A2A", offsetof(struct result, a2a_time_s), PAIR_TIME, true, 3},
    {"disp", offsetof(struct result, exposed_dispatch_s), PAIR_TIME, true, 2},
    {"comb", offsetof(struct result, exposed_combine_s), PAIR_TIME, true, 2},
    {"overlap", offsetof(struct result, overlap_ratio), PERCENT, true, 2},
};
#define COLUMN_COUNT (sizeof columns / sizeof *columns)

struct table {
    size_t rows;
    char names[COLUMN_COUNT][CELL_MAX], units[COLUMN_COUNT][CELL_MAX];
    char (*cells)[COLUMN_COUNT][CELL_MAX]; /* per result */
    int widths[COLUMN_COUNT], gaps[COLUMN_COUNT];
    int name_width;
};

static void fit_width(int *width, const char *text)
{
    int needed = text_columns(text);
    if (needed > *width)
        *width = needed;
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

/* Times of communication say nothing, rather than 0, where there is none. */
static double shown(const struct result *result, size_t offset, bool of_a2a)
{
    return of_a2a && result->a2a_time_s <= 0 ? NAN : member_at(result, offset);
}

static struct time_unit unit_for(const struct result *results, size_t count, size_t offset)
{
    double largest_s = 0;
    for (size_t row = 0; row < count; row++)
        largest_s = fmax(largest_s, member_at(&results[row], offset));
    return time_unit_for(largest_s);
}

static void fill_column(struct table *table, size_t i, const struct result *results,
                        const struct time_unit *unit)
{
    snprintf(table->units[i], CELL_MAX, "(%s)", unit->name);
    fit_width(&table->widths[i], columns[i].name);
    fit_width(&table->widths[i], table->units[i]);
    for (size_t row = 0; row < table->rows; row++) {
        double value = shown(&results[row], columns[i].offset, columns[i].of_a2a);
        print_cell(table->cells[row][i], unit->decimals, value * unit->per_second);
        fit_width(&table->widths[i], table->cells[row][i]);
    }
}

static int width_of_names(const struct result *results, size_t count)
{
    int width = 0;
    fit_width(&width, "schedule");
    for (size_t i = 0; i < count; i++)
        if (text_columns(results[i].schedule) <= NAME_MAX_COLUMNS)
            fit_width(&width, results[i].schedule);
    return width;
}

/* Widens the gaps, left to right and one blank at a time, as long as lines fit. */
static void fit_gaps(struct table *table)
{
    int used = 2 + table->name_width;
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        table->gaps[i] = 1;
        used += table->widths[i] + 1;
    }
    for (int gap = 2; gap <= 3; gap++) {
        for (size_t i = 0; i < COLUMN_COUNT && used < LINE_COLUMNS; i++) {
            if (table->gaps[i] < gap && columns[i].gap >= gap) {
                table->gaps[i]++;
                used++;
            }
        }
    }
}

static void fill_table(struct table *table, const struct result *results)
{
    const struct time_unit units[] = {
        [PAIR_TIME] = unit_for(results, table->rows, offsetof(struct result, pair_time_s)),
        [MODEL_TIME] = unit_for(results, table->rows, offsetof(struct result, end_to_end_time_s)),
        [RATIO] = {"x", 1, 2},
        [PERCENT] = {"%", 100, 1},
    };
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        snprintf(table->names[i], CELL_MAX, "%s", columns[i].name);
        fill_column(table, i, results, &units[columns[i].scale]);
    }
    fit_gaps(table);
}

/* In its column, and on a line of its own before where it is longer. */
static void add_name(const char *start, const char *name, int width, struct text *to)
{
    int used = text_columns(name);
    text_add(to, "%s%s", start, name);
    if (used > width)
        text_add(to, "\n%s", start);
    text_add(to, "%*s", used > width ? width : width - used, "");
}

static void add_line(const struct table *table, const char *start, const char *name,
                     const char cells[COLUMN_COUNT][CELL_MAX], struct text *to)
{
    add_name(start, name, table->name_width, to);
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        text_add(to, "%*s%*s", table->gaps[i], "", table->widths[i], cells[i]);
    text_add(to, "\n");
}

static void add_table(const struct result *results, size_t count, int name_width, struct text *to)
{
    struct table table = {.rows = count, .name_width = name_width};
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

static void add_limits(const struct result *results, size_t count, int name_width, struct text *to)
{
    text_add(to, "#\n# %-*s %5s %6s %9s  %s\n", name_width, "schedule", "slot", "chunks",
             "A2A/bound", "limited by, share of path");
    for (size_t i = 0; i < count; i++)
        add_limit(&results[i], name_width, to);
}

/* The spread over draws, where there were several or something was dropped. */
static void add_draws(const struct result *results, size_t count, int name_width, struct text *to)
{
    char in_unit[CELL_MAX], mean[CELL_MAX + 5];
    size_t drawn = 0;
    for (size_t i = 0; i < count; i++)
        drawn += results[i].draws > 0;
    if (!drawn)
        return;
    struct time_unit unit = unit_for(results, count, offsetof(struct result, pair_time_s));
    snprintf(in_unit, sizeof in_unit, "(%s)", unit.name);
    snprintf(mean, sizeof mean, "mean %s", in_unit);
    text_add(to, "#\n# %-*s %9s %7s %7s %7s %8s %8s\n", name_width, "draws", "pair", "p10", "p50",
             "p90", "busiest", "dropped");
    text_add(to, "# %-*s %9s %7s %7s %7s %8s %8s\n", name_width, "", mean, in_unit, in_unit,
             in_unit, "(x mean)", "(%)");
    for (size_t i = 0; i < count; i++) {
        const struct result *at = &results[i];
        const double times_s[] = {at->pair_time_s, at->pair_time_p10_s, at->pair_time_p50_s,
                                  at->pair_time_p90_s};
        add_name("  ", at->schedule, name_width, to);
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
        int name_width = width_of_names(results, count);
        add_table(results, count, name_width, to);
        add_limits(results, count, name_width, to);
        add_draws(results, count, name_width, to);
        add_flags(results, count, to);
    }
    for (size_t i = 0; i < facts->note_count; i++)
        wrap("# note: ", "#       ", facts->notes[i], LINE_COLUMNS, to);
}
