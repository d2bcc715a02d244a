/* How well a cost file's curves tell what lies between their points. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/cost/cost.h"
#include "sim/cost/rows.h"

static bool same_curve(const struct cost_row *a, const struct cost_row *b)
{
    return !a->operator_name && !b->operator_name &&
           cost_key_order(a->key, b->key, KEY_TOKENS) == 0;
}

/* A row that names no dtype is found under any that the GPU has. */
static enum dtype dtype_for(const struct gpu *gpu, enum dtype told)
{
    size_t dtype = 0;

    while (told == DTYPE_COUNT && dtype + 1 < DTYPE_COUNT && gpu->peak_flop_per_s[dtype] <= 0)
        dtype++;
    return told == DTYPE_COUNT ? (enum dtype)dtype : told;
}

/* Rows of one kind and pass, which are neighbours in the table. */
struct series {
    const struct cost_row *rows;
    size_t count;
};

/* Whether a row is left out of the series when `measured` is: it alone, or all of its width. */
typedef bool (*left_out_with)(const struct cost_row *row, const struct cost_row *measured);

static bool is_itself(const struct cost_row *row, const struct cost_row *measured)
{
    return row == measured;
}

/* Heads tell the width where nothing else does. */
static bool is_as_wide(const struct cost_row *row, const struct cost_row *measured)
{
    enum key width = measured->key[KEY_HIDDEN] == KEY_ANY ? KEY_HEADS : KEY_HIDDEN;
    return row->key[width] == measured->key[width];
}

/* What the others of the series make of a row. */
static struct cost without(const struct series *series, const struct cost_row *left,
                           left_out_with is_left_out, const struct gpu *gpu,
                           const struct cost_measurement *measured)
{
    struct cost_row *others = mem_zeroed(series->count, sizeof(*others));
    size_t kept = 0;

    for (size_t i = 0; i < series->count; i++)
        if (!is_left_out(&series->rows[i], left))
            others[kept++] = series->rows[i]; /* which names no operator, or it would be no curve */
    struct cost_table *table = cost_table_of(others, kept);
    struct cost cost = cost_of(table, gpu, measured->kind, measured->pass, &measured->shape,
                               dtype_for(gpu, measured->dtype));
    cost_table_free(table);
    return cost;
}

static void count_error(const struct cost_measurement *measured, double time_s,
                        struct interpolation *to)
{
    double error = time_s / measured->time_s - 1;

    to->mean_error_ratio += fabs(error);
    to->rows++;
    if (fabs(error) >= fabs(to->worst_error_ratio)) {
        to->worst_error_ratio = error;
        to->worst = *measured;
    }
}

/* Row `row` of the table; inner: between two others of its curve. */
static void leave_out(const struct cost_table *table, const struct series *series, size_t row,
                      bool inner, const struct gpu *gpu, struct left_out *to)
{
    const struct cost_row *left = &cost_table_sorted(table)[row];
    struct cost_measurement measured;

    cost_table_measurement(table, row, &measured);
    if (!(measured.time_s > 0))
        return;
    if (inner)
        count_error(&measured, without(series, left, is_itself, gpu, &measured).time_s,
                    &to->tokens);
    struct cost wide = without(series, left, is_as_wide, gpu, &measured);
    if (wide.origin == COST_INTERPOLATED)
        count_error(&measured, wide.time_s, &to->widths);
}

static void leave_out_each(const struct cost_table *table, const struct series *series,
                           const char *protocol, const struct gpu *gpu, struct left_out *to)
{
    const struct cost_row *all = cost_table_sorted(table);

    for (size_t i = 0; i < series->count; i++) {
        size_t row = (size_t)(&series->rows[i] - all);
        struct cost_measurement measured;
        cost_table_measurement(table, row, &measured);
        if (!measured.is_operator || strcmp(measured.protocol, protocol) != 0)
            continue;
        bool inner = i > 0 && i + 1 < series->count &&
                     same_curve(&series->rows[i - 1], &series->rows[i]) &&
                     same_curve(&series->rows[i], &series->rows[i + 1]);
        leave_out(table, series, row, inner, gpu, to);
    }
}

static bool same_series(const struct cost_row *a, const struct cost_row *b)
{
    return !a->operator_name && !b->operator_name && a->key[KEY_KIND] == b->key[KEY_KIND] &&
           a->key[KEY_PASS] == b->key[KEY_PASS];
}

static void finish(struct interpolation *to)
{
    if (to->rows)
        to->mean_error_ratio /= (double)to->rows;
}

void cost_table_left_out(const struct cost_table *table, const struct gpu *gpu,
                         const char *protocol, struct left_out *ret)
{
    const struct cost_row *rows = cost_table_sorted(table);
    size_t count = cost_table_rows(table);

    *ret = (struct left_out){0};
    for (size_t first = 0, next; first < count; first = next) {
        for (next = first + 1; next < count && same_series(&rows[first], &rows[next]);)
            next++;
        struct series series = {&rows[first], next - first};
        if (!rows[first].operator_name)
            leave_out_each(table, &series, protocol, gpu, ret);
    }
    finish(&ret->tokens);
    finish(&ret->widths);
}
