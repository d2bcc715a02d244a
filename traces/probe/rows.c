#include "rows.h"

#include <stdlib.h>
#include <string.h>
#include "playable.h"
#include "sim/base/csv.h"
#include "sim/base/file.h"
#include "sim/base/mem.h"

const char *const protocol_names[] = {"hot", "paced", "mixed", NULL};

/* Fields of a shape that have a column. */
static const size_t field_columns[] = {
    SHAPE_TOKENS,   SHAPE_HIDDEN,          SHAPE_FFN_HIDDEN, SHAPE_HEADS, SHAPE_KV_HEADS,
    SHAPE_HEAD_DIM, SHAPE_SPAN_TOKENS,     SHAPE_CAUSAL,     SHAPE_GATED, SHAPE_EXPERTS,
    SHAPE_TOP_K,    SHAPE_CAPACITY_FACTOR, SHAPE_VOCABULARY,
};
#define FIELD_COLUMNS (sizeof field_columns / sizeof *field_columns)

struct row row_of_operator(enum operator_kind kind, enum operator_pass pass, enum dtype dtype,
                           const struct operator_shape *shape)
{
    struct row row = {.kind = operator_kind_names[kind],
                      .pass = operator_pass_names[pass],
                      .dtype = dtype_names[dtype],
                      .shape = operator_used_shape(kind, shape)};
    for (size_t f = 0; f < SHAPE_FIELD_COUNT; f++)
        row.fields |= (unsigned)operator_uses(kind, f) << f;
    if (!shape->hidden) /* the core of attention works alike at any */
        row.fields &= ~(1u << SHAPE_HIDDEN);
    return row;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_number(double a, double b)
{
    return !(a < b) && !(a > b);
}

/* `shared` has no column, so rows that differ in nothing else are the same. */
static bool same_key(const struct row *a, const struct row *b)
{
    struct operator_shape x = a->shape, y = b->shape;
    x.shared = y.shared = false;
    return same_text(a->kind, b->kind) && same_text(a->pass, b->pass) &&
           same_text(a->dtype, b->dtype) && a->protocol == b->protocol &&
           same_number(a->duty_ratio, b->duty_ratio) && shape_equal(&x, &y) &&
           same_number(a->bytes, b->bytes) && a->sm_count == b->sm_count && a->ranks == b->ranks;
}

bool rows_have(const struct rows *rows, const struct row *row)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (same_key(&rows->row[i], row))
            return true;
    }
    return false;
}

bool rows_add(struct rows *rows, const struct row *row)
{
    if (rows_have(rows, row))
        return false;
    if (rows->count == rows->room) {
        rows->room = rows->room ? 2 * rows->room : 256;
        rows->row = mem_resized(rows->row, rows->room, sizeof *rows->row);
    }
    rows->row[rows->count++] = *row;
    return true;
}

void rows_done(struct rows *rows)
{
    free(rows->row);
    *rows = (struct rows){0};
}

static void put_where(struct csv_out *out, bool applies, double value)
{
    if (applies)
        csv_put_number(out, value);
    else
        csv_put_empty(out);
}

static void put_row(struct csv_out *out, const struct row *row)
{
    csv_put_text(out, row->kind);
    csv_put_text(out, row->pass);
    csv_put_text(out, row->dtype);
    csv_put_text(out, protocol_names[row->protocol]);
    put_where(out, row->duty_ratio > 0, row->duty_ratio);
    for (size_t i = 0; i < FIELD_COLUMNS; i++)
        put_where(out, row->fields >> field_columns[i] & 1,
                  shape_field(&row->shape, field_columns[i]));
    put_where(out, row->bytes > 0, row->bytes);
    put_where(out, row->sm_count > 0, row->sm_count);
    csv_put_number(out, row->timing.median_s);
    csv_put_number(out, row->timing.p10_s);
    csv_put_number(out, row->timing.p90_s);
    csv_put_count(out, row->timing.samples);
    put_where(out, row->ranks > 0, row->ranks);
    csv_end_row(out);
}

static void put_header(struct csv_out *out)
{
    static const char *const first[] = {"kind", "pass", "dtype", "protocol", "duty_ratio", NULL};
    static const char *const last[] = {"bytes",      "sm_count", "time_s", "time_p10_s",
                                       "time_p90_s", "samples",  "ranks",  NULL};
    for (size_t i = 0; first[i]; i++)
        csv_put_text(out, first[i]);
    for (size_t i = 0; i < FIELD_COLUMNS; i++)
        csv_put_text(out, shape_fields[field_columns[i]].name);
    for (size_t i = 0; last[i]; i++)
        csv_put_text(out, last[i]);
    csv_end_row(out);
}

int rows_write(const struct rows *rows, const char *path, const struct text *facts,
               struct diag *diag)
{
    struct text file = {0};
    struct csv_out out = {.to = &file};
    text_add(&file, "%s", text_get(facts));
    put_header(&out);
    for (size_t i = 0; i < rows->count; i++)
        put_row(&out, &rows->row[i]);
    int r = file_write(path, &file, diag);
    text_done(&file);
    return r;
}
