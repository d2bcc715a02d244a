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

/* Time of row `left` as the other rows of its curve tell it. */
static double without(const struct cost_row *curve, size_t count, size_t left,
                      const struct gpu *gpu, const struct cost_measurement *measured)
{
    struct cost_row *others = mem_zeroed(count - 1, sizeof(*others));
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (i != left)
            others[kept++] = curve[i]; /* which names no operator, or it would be no curve */
    struct cost_table *table = cost_table_of(others, kept);
    double time_s = cost_of(table, gpu, measured->kind, measured->pass, &measured->shape,
                            dtype_for(gpu, measured->dtype))
                        .time_s;
    cost_table_free(table);
    return time_s;
}

/* Rows between two others of the curve, which begins at row `first` of the table. */
static void leave_out_inner(const struct cost_table *table, const struct gpu *gpu, size_t first,
                            size_t count, struct interpolation *to)
{
    const struct cost_row *curve = cost_table_sorted(table) + first;

    for (size_t i = 1; i + 1 < count; i++) {
        struct cost_measurement measured;
        cost_table_measurement(table, first + i, &measured);
        if (measured.time_s <= 0)
            continue;
        double error = without(curve, count, i, gpu, &measured) / measured.time_s - 1;
        to->mean_error_ratio += fabs(error);
        to->rows++;
        if (fabs(error) >= fabs(to->worst_error_ratio)) {
            to->worst_error_ratio = error;
            to->worst = measured;
        }
    }
}

void cost_table_interpolation(const struct cost_table *table, const struct gpu *gpu,
                              const char *protocol, struct interpolation *ret)
{
    const struct cost_row *rows = cost_table_sorted(table);
    size_t count = cost_table_rows(table);

    *ret = (struct interpolation){0};
    for (size_t first = 0, next; first < count; first = next) {
        struct cost_measurement measured;
        for (next = first + 1; next < count && same_curve(&rows[first], &rows[next]);)
            next++;
        cost_table_measurement(table, first, &measured);
        if (measured.is_operator && strcmp(measured.protocol, protocol) == 0)
            leave_out_inner(table, gpu, first, next - first, ret);
    }
    if (ret->rows)
        ret->mean_error_ratio /= (double)ret->rows;
}
