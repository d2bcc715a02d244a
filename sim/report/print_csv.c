#include "sim/base/csv.h"
#include "sim/report/columns.h"

const char *const run_mode_names[] = {"inference", "training", NULL};

#define NAME(name, ignored) #name,
const char *const result_columns[] = {RESULT_COLUMNS(NAME) OPERATOR_COLUMNS(NAME) NULL};

#define ROW(member, cell) {#member, cell, offsetof(struct result, member)},
#define OPERATOR_ROW(name, kind)                                                                   \
    {#name, CELL_NUMBER, offsetof(struct result, operator_time_s[kind])},
const struct result_column result_column_table[] = {
    RESULT_COLUMNS(ROW) OPERATOR_COLUMNS(OPERATOR_ROW){NULL, CELL_TEXT, 0}};

#define ONE(name, kind) +1
_Static_assert((OPERATOR_COLUMNS(ONE)) == OPERATOR_KIND_COUNT - 7,
               "a column for each kind that computes");

static void put_count(struct csv_out *out, size_t value)
{
    if (value > 0)
        csv_put_count(out, value);
    else
        csv_put_empty(out);
}

static void put_cell(struct csv_out *out, const struct result *result,
                     const struct result_column *column)
{
    const void *member = result_member(result, column);
    switch (column->cell) {
    case CELL_TEXT:
        csv_put_text(out, *(const char *const *)member);
        break;
    case CELL_NUMBER:
        csv_put_number(out, *(const double *)member);
        break;
    case CELL_COUNT:
        put_count(out, *(const size_t *)member);
        break;
    case CELL_MODE:
        csv_put_text(out, run_mode_names[*(const enum run_mode *)member]);
        break;
    }
}

void print_csv_cells(const struct result *result, struct csv_out *out)
{
    for (const struct result_column *column = result_column_table; column->name; column++)
        put_cell(out, result, column);
}

void print_csv(const struct result *results, size_t count, struct text *to)
{
    struct csv_out out = {.to = to};
    for (const struct result_column *column = result_column_table; column->name; column++)
        csv_put_text(&out, column->name);
    csv_end_row(&out);
    for (size_t i = 0; i < count; i++) {
        print_csv_cells(&results[i], &out);
        csv_end_row(&out);
    }
}
