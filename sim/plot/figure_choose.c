/* Which columns to draw, and how; whether a table can be drawn so. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/fingerprint.h"
#include "sim/base/mem.h"
#include "sim/base/number.h"
#include "sim/plot/figure_private.h"

#define PANELS_MAX 6 /* more values of a second input make a heat map */
#define LINES_MAX 14

/* ---- What a table has ---- */

bool cell_is_number(const char *cell)
{
    size_t length = number_span(cell);
    return length && !cell[length];
}

/* Distinct cells of a column among the rows shown, at most `most`; empty ones do not count. */
static size_t distinct(const struct chooser *at, size_t column, size_t most)
{
    const char *found[64];
    size_t count = 0;
    for (size_t r = 0; r < at->csv->row_count && count < most && count < 64; r++) {
        const char *cell = csv_cell(at->csv, r, column);
        bool known = !at->shown[r] || !*cell;
        for (size_t i = 0; i < count && !known; i++)
            known = strcmp(found[i], cell) == 0;
        if (!known)
            found[count++] = cell;
    }
    return count;
}

/* Whether all cells shown that are not empty are numbers, and there is one. */
static bool all_numbers(const struct chooser *at, size_t column)
{
    bool any = false;
    for (size_t r = 0; r < at->csv->row_count; r++) {
        const char *cell = csv_cell(at->csv, r, column);
        if (!at->shown[r] || !*cell)
            continue;
        if (!cell_is_number(cell))
            return false;
        any = true;
    }
    return any;
}

/* Rows by fingerprints of some of their cells, sorted, so that equal ones lie side by side. */
struct keyed {
    uint64_t key;
    size_t row;
};

static int compare_keyed(const void *left, const void *right)
{
    const struct keyed *a = left, *b = right;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

/* Columns that are CSV_NO_COLUMN are left out. Fresh memory. */
static struct keyed *sort_rows(const struct chooser *at, const size_t *columns, size_t column_count,
                               size_t *ret_count)
{
    struct keyed *rows = mem_zeroed(at->csv->row_count + 1, sizeof *rows);
    size_t count = 0;
    for (size_t r = 0; r < at->csv->row_count; r++) {
        uint64_t key = FINGERPRINT_EMPTY;
        for (size_t c = 0; c < column_count; c++)
            if (columns[c] != CSV_NO_COLUMN)
                key = fingerprint_text(key, csv_cell(at->csv, r, columns[c]));
        if (at->shown[r])
            rows[count++] = (struct keyed){key, r};
    }
    qsort(rows, count, sizeof *rows, compare_keyed);
    *ret_count = count;
    return rows;
}

/* Whether rows with equal cells in column a have equal cells in column b. */
static bool determines(const struct chooser *at, size_t a, size_t b)
{
    size_t count;
    struct keyed *rows = sort_rows(at, &a, 1, &count);
    bool same = true;
    for (size_t i = 1; i < count && same; i++)
        same = rows[i].key != rows[i - 1].key || strcmp(csv_cell(at->csv, rows[i].row, b),
                                                        csv_cell(at->csv, rows[i - 1].row, b)) == 0;
    free(rows);
    return same;
}

/* ---- Choosing ---- */

/* The part of "A|B" behind the bar where A is a column that does not vary, or none; else A. Fresh.
 */
static char *alternative(const struct chooser *at, const char *name)
{
    const char *bar = strchr(name, '|');
    char *first = mem_format("%.*s", (int)strcspn(name, "|"), name);
    size_t column = csv_column(at->csv, first);
    if (!bar || (column != CSV_NO_COLUMN && distinct(at, column, 2) > 1))
        return first;
    free(first);
    return mem_copy_string(bar + 1);
}

/* A column by name or "*ENDING"; a miss names it and lists what there is. */
static int need(const struct chooser *at, const char *name, size_t *ret)
{
    if (*name != '*')
        return csv_need_column(at->csv, name, at->diag, ret);
    for (size_t c = 0; c < at->csv->column_count; c++)
        if (text_ends_with(at->csv->columns[c], name + 1) && distinct(at, c, 2) > 1) {
            *ret = c;
            return 0;
        }
    return diag_at(at->diag, at->csv->file, NULL,
                   "no column that ends in \"%s\" with more than one value", name + 1);
}

static int need_if(const struct chooser *at, const char *name, size_t *ret)
{
    if (!name || !*name)
        return 0;
    char *chosen = alternative(at, name);
    int r = need(at, chosen, ret);
    free(chosen);
    return r;
}

/* The inputs that vary independently, those of a sweep ("/...") only; the one with most values
 * first. */
static size_t find_axes(const struct chooser *at, size_t axes[2])
{
    size_t count = 0;
    for (size_t c = 0; c < at->csv->column_count; c++) {
        if (at->csv->columns[c][0] != '/' || distinct(at, c, 2) < 2)
            continue;
        if (count > 0 && determines(at, axes[0], c))
            continue;
        if (count < 2)
            axes[count] = c;
        count++;
    }
    if (count == 2 && distinct(at, axes[1], 64) > distinct(at, axes[0], 64)) {
        size_t more = axes[1];
        axes[1] = axes[0];
        axes[0] = more;
    }
    return count;
}

/* A column of numbers to draw where none was named. */
static size_t usual_y(const struct chooser *at)
{
    static const char *const usual[] = {"speedup_ratio", "pair_time_s", NULL};
    for (size_t i = 0; usual[i]; i++) {
        size_t column = csv_column(at->csv, usual[i]);
        if (column != CSV_NO_COLUMN && distinct(at, column, 2) > 1)
            return column;
    }
    return CSV_NO_COLUMN;
}

static void choose_kind(struct chooser *at, const size_t axes[2], size_t axis_count)
{
    size_t schedules = csv_column(at->csv, "schedule");
    bool several = schedules != CSV_NO_COLUMN && distinct(at, schedules, 2) > 1;
    if (csv_column(at->csv, "measured_s") != CSV_NO_COLUMN &&
        csv_column(at->csv, "predicted_s") != CSV_NO_COLUMN)
        at->kind = csv_column(at->csv, "error_ratio") != CSV_NO_COLUMN &&
                           csv_column(at->csv, "kind") != CSV_NO_COLUMN
                       ? "residuals"
                       : "accuracy";
    else if (axis_count == 0 && at->x == CSV_NO_COLUMN &&
             csv_column(at->csv, "exposed_dispatch_s") != CSV_NO_COLUMN)
        at->kind = "breakdown";
    else if (at->z != CSV_NO_COLUMN ||
             (at->x == CSV_NO_COLUMN && at->y == CSV_NO_COLUMN && axis_count == 2 &&
              all_numbers(at, axes[0]) && all_numbers(at, axes[1]) &&
              (!several || distinct(at, axes[1], 64) > PANELS_MAX)))
        at->kind = "heatmap";
    else if (axis_count > 0 && at->x == CSV_NO_COLUMN && !all_numbers(at, axes[0]))
        at->kind = "bar";
    else
        at->kind = "line";
}

static bool is_kind(const struct chooser *at, const char *kind)
{
    return strcmp(at->kind, kind) == 0;
}

static int need_default(const struct chooser *at, const char *option, size_t *column, size_t usual)
{
    if (*column == CSV_NO_COLUMN)
        *column = usual;
    return *column != CSV_NO_COLUMN ? 0
                                    : diag_at(at->diag, at->csv->file, NULL,
                                              "no column suits --%s; please name one", option);
}

static int choose_columns(struct chooser *at, const size_t axes[2], size_t axis_count)
{
    int r = 0;
    size_t first = axis_count > 0 ? axes[0] : CSV_NO_COLUMN;
    size_t second = axis_count > 1 ? axes[1] : CSV_NO_COLUMN;
    if (is_kind(at, "accuracy")) {
        r = need_default(at, "x", &at->x, csv_column(at->csv, "measured_s"));
        return r < 0 ? r : need_default(at, "y", &at->y, csv_column(at->csv, "predicted_s"));
    }
    if (is_kind(at, "breakdown") || is_kind(at, "residuals"))
        return 0;
    r = need_default(at, "x", &at->x, first);
    if (r == 0 && is_kind(at, "heatmap")) {
        r = need_default(at, "y", &at->y, second);
        return r < 0 ? r : need_default(at, "z", &at->z, usual_y(at));
    }
    if (r == 0)
        r = need_default(at, "y", &at->y, usual_y(at));
    size_t other = at->x == first ? second : first;
    if (r == 0 && !at->request->facet && other != CSV_NO_COLUMN && at->series != other &&
        !determines(at, at->x, other))
        at->facet = other;
    return r;
}

static void choose_series(struct chooser *at)
{
    size_t pass = csv_column(at->csv, "pass");
    if (is_kind(at, "residuals") && !at->request->series && pass != CSV_NO_COLUMN &&
        distinct(at, pass, 2) > 1)
        at->series = pass;
    size_t schedule = csv_column(at->csv, "schedule");
    bool several = schedule != CSV_NO_COLUMN && distinct(at, schedule, 2) > 1;
    if (!several || is_kind(at, "breakdown"))
        return;
    if (is_kind(at, "heatmap")) {
        if (!at->request->facet)
            at->facet = schedule;
    } else if (!at->request->series && !is_kind(at, "accuracy")) {
        at->series = schedule;
    }
}

static bool all_ones(const struct chooser *at, size_t schedule, const char *name)
{
    for (size_t r = 0; r < at->csv->row_count; r++)
        if (at->shown[r] && strcmp(csv_cell(at->csv, r, schedule), name) == 0 &&
            strcmp(csv_cell(at->csv, r, at->z), "1") != 0)
            return false;
    return true;
}

/* Schedules whose speedup is 1 everywhere are the baseline: a panel of its own would be blank. */
static void leave_baseline_out(struct chooser *at)
{
    size_t schedule = csv_column(at->csv, "schedule");
    if (!is_kind(at, "heatmap") || at->facet != schedule || schedule == CSV_NO_COLUMN ||
        !text_ends_with(at->csv->columns[at->z], "speedup_ratio"))
        return;
    const char *baseline = NULL;
    for (size_t r = 0; r < at->csv->row_count && !baseline; r++)
        if (at->shown[r] && all_ones(at, schedule, csv_cell(at->csv, r, schedule)))
            baseline = csv_cell(at->csv, r, schedule);
    if (!baseline)
        return;
    for (size_t r = 0; r < at->csv->row_count; r++)
        at->shown[r] &= strcmp(csv_cell(at->csv, r, schedule), baseline) != 0;
}

/* ---- Checking ---- */

static bool same(const struct chooser *at, size_t a, size_t b, size_t column)
{
    return column == CSV_NO_COLUMN ||
           strcmp(csv_cell(at->csv, a, column), csv_cell(at->csv, b, column)) == 0;
}

/* Two rows for one place of the figure: something varies that it does not show. */
static int refuse_doubles(const struct chooser *at, size_t a, size_t b)
{
    struct text names = {0};
    for (size_t c = 0; c < at->csv->column_count; c++)
        if ((at->csv->columns[c][0] == '/' || strcmp(at->csv->columns[c], "schedule") == 0 ||
             strcmp(at->csv->columns[c], "model") == 0 ||
             strcmp(at->csv->columns[c], "topology") == 0) &&
            !same(at, a, b, c))
            text_add(&names, "%s%s", names.length ? ", " : "", at->csv->columns[c]);
    int r = diag_at(at->diag, at->csv->file, NULL,
                    "lines %zu and %zu fall on one place of the figure; they differ in %s: choose "
                    "with --where COLUMN=VALUE, or spread with --facet or --series",
                    at->csv->lines[b], at->csv->lines[a],
                    names.length ? text_get(&names) : "nothing that a figure could show");
    text_done(&names);
    return r;
}

static int check_places(const struct chooser *at)
{
    size_t schedule = csv_column(at->csv, "schedule");
    bool breakdown = is_kind(at, "breakdown");
    if (is_kind(at, "accuracy") || is_kind(at, "residuals"))
        return 0;
    const size_t columns[] = {breakdown ? schedule : at->x,
                              is_kind(at, "heatmap") ? at->y : CSV_NO_COLUMN, at->series,
                              at->facet};
    size_t count, first = CSV_NO_COLUMN, second = CSV_NO_COLUMN;
    struct keyed *rows = sort_rows(at, columns, sizeof columns / sizeof *columns, &count);
    for (size_t i = 1; i < count; i++)
        if (rows[i].key == rows[i - 1].key && rows[i].row < second) {
            first = rows[i - 1].row;
            second = rows[i].row;
        }
    free(rows);
    return first == CSV_NO_COLUMN ? 0 : refuse_doubles(at, second, first);
}

static int check_numbers(const struct chooser *at, size_t column)
{
    if (column == CSV_NO_COLUMN || all_numbers(at, column))
        return 0;
    for (size_t r = 0; r < at->csv->row_count; r++)
        if (at->shown[r] && *csv_cell(at->csv, r, column) &&
            !cell_is_number(csv_cell(at->csv, r, column)))
            return diag_at(at->diag, at->csv->file, NULL,
                           "line %zu: column %s: expected a number, got \"%s\"", at->csv->lines[r],
                           at->csv->columns[column], csv_cell(at->csv, r, column));
    return diag_at(at->diag, at->csv->file, NULL, "column %s has no number in the rows to show",
                   at->csv->columns[column]);
}

/* Each of "this,that". */
static int need_columns(const struct chooser *at, const char *list)
{
    size_t count, column;
    const char **names = words_split(list, &count);
    int r = 0;
    for (size_t i = 0; i < count; i++)
        r |= csv_need_column(at->csv, names[i], at->diag, &column);
    free(names);
    return r;
}

static int check(const struct chooser *at)
{
    static const char parts[] =
        "schedule,pair_time_s,compute_time_s,attention_time_s,mlp_time_s,shared_expert_time_s,"
        "gate_time_s,encode_time_s,expert_time_s,decode_time_s,qkv_projection_time_s,"
        "attention_core_time_s,output_projection_time_s,a2a_time_s,exposed_a2a_s,"
        "exposed_dispatch_s,exposed_combine_s";
    static const char of_fits[] = "kind,measured_s,error_ratio,held_out";
    int r = 0;
    if (is_kind(at, "residuals"))
        r |= need_columns(at, of_fits);
    if (is_kind(at, "breakdown"))
        r |= need_columns(at, parts);
    if (!is_kind(at, "bar"))
        r |= check_numbers(at, at->x);
    r |= check_numbers(at, at->y);
    r |= check_numbers(at, at->z);
    if (r == 0)
        r = check_places(at);
    if (r == 0 && at->facet != CSV_NO_COLUMN && distinct(at, at->facet, 64) > PANELS_MAX)
        r = diag_at(at->diag, at->csv->file, NULL,
                    "%s has more than %d values, too many panels: choose with --where",
                    at->csv->columns[at->facet], PANELS_MAX);
    if (r == 0 && at->series != CSV_NO_COLUMN && distinct(at, at->series, 64) > LINES_MAX)
        r = diag_at(at->diag, at->csv->file, NULL,
                    "%s has more than %d values, too many to tell apart: choose with --where",
                    at->csv->columns[at->series], LINES_MAX);
    return r ? -EINVAL : 0;
}

/* ---- All ---- */

int figure_choose(struct chooser *at)
{
    const struct figure_request *request = at->request;
    const struct standard_figure *figure = NULL;
    size_t axes[2] = {CSV_NO_COLUMN, CSV_NO_COLUMN};
    for (const struct standard_figure *f = standard_figures; request->figure && f->name; f++)
        if (strcmp(f->name, request->figure) == 0)
            figure = f;
    int r = need_if(at, request->x ? request->x : figure ? figure->x : NULL, &at->x);
    r |= need_if(at, request->y ? request->y : figure ? figure->y : NULL, &at->y);
    r |= need_if(at, request->z ? request->z : figure ? figure->z : NULL, &at->z);
    r |= need_if(at, request->series, &at->series);
    r |= need_if(at, request->facet, &at->facet);
    if (r)
        return -EINVAL;
    size_t axis_count = find_axes(at, axes);
    at->kind = request->kind ? request->kind : figure ? figure->kind : NULL;
    if (!at->kind)
        choose_kind(at, axes, axis_count);
    choose_series(at);
    r = choose_columns(at, axes, axis_count);
    if (r == 0)
        leave_baseline_out(at);
    return r < 0 ? r : check(at);
}
