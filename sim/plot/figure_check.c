/* Whether a table can be drawn as chosen. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/fingerprint.h"
#include "sim/base/mem.h"
#include "sim/base/number.h"
#include "sim/plot/figure_private.h"

#define PANELS_MAX 6
#define LINES_MAX 14

bool cell_is_number(const char *cell)
{
    size_t length = number_span(cell);
    return length && !cell[length];
}

size_t figure_distinct(const struct chooser *at, size_t column, size_t most)
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

bool figure_all_numbers(const struct chooser *at, size_t column)
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

bool figure_determines(const struct chooser *at, size_t a, size_t b)
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

static bool is_kind(const struct chooser *at, const char *kind)
{
    return strcmp(at->kind, kind) == 0;
}

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
    if (column == CSV_NO_COLUMN || figure_all_numbers(at, column))
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

int figure_check(const struct chooser *at)
{
    static const char *const parts[] = {"schedule",
                                        "pair_time_s",
                                        "compute_time_s",
                                        "attention_time_s",
                                        "mlp_time_s",
                                        "shared_expert_time_s",
                                        "gate_time_s",
                                        "encode_time_s",
                                        "expert_time_s",
                                        "decode_time_s",
                                        "qkv_projection_time_s",
                                        "attention_core_time_s",
                                        "output_projection_time_s",
                                        "a2a_time_s",
                                        "exposed_a2a_s",
                                        "exposed_dispatch_s",
                                        "exposed_combine_s",
                                        NULL};
    static const char *const of_fits[] = {"kind", "measured_s", "error_ratio", "held_out", NULL};
    size_t column;
    int r = 0;
    for (size_t i = 0; is_kind(at, "residuals") && of_fits[i]; i++)
        r |= csv_need_column(at->csv, of_fits[i], at->diag, &column);
    for (size_t i = 0; is_kind(at, "breakdown") && parts[i]; i++)
        r |= csv_need_column(at->csv, parts[i], at->diag, &column);
    if (!is_kind(at, "bar"))
        r |= check_numbers(at, at->x);
    r |= check_numbers(at, at->y);
    r |= check_numbers(at, at->z);
    if (r == 0)
        r = check_places(at);
    if (r == 0 && at->facet != CSV_NO_COLUMN && figure_distinct(at, at->facet, 64) > PANELS_MAX)
        r = diag_at(at->diag, at->csv->file, NULL,
                    "%s has more than %d values, too many panels: choose with --where",
                    at->csv->columns[at->facet], PANELS_MAX);
    if (r == 0 && at->series != CSV_NO_COLUMN && figure_distinct(at, at->series, 64) > LINES_MAX)
        r = diag_at(at->diag, at->csv->file, NULL,
                    "%s has more than %d values, too many to tell apart: choose with --where",
                    at->csv->columns[at->series], LINES_MAX);
    return r ? -EINVAL : 0;
}
