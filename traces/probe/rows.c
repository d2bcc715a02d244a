#include "rows.h"

#include <stdlib.h>
#include <string.h>

const char *const protocol_names[] = {"hot", "paced", "mixed", NULL};

static const char header[] =
    "kind,pass,dtype,protocol,duty_ratio,tokens,hidden,ffn_hidden,heads,kv_heads,head_dim,"
    "span_tokens,causal,gated,experts,top_k,capacity_factor,vocabulary,bytes,sm_count,time_s,"
    "time_p10_s,time_p90_s,samples,ranks\n";

struct row row_of_operator(enum kind kind, enum pass pass, enum dtype dtype,
                           const struct shape *shape)
{
    return (struct row){.kind = kind_names[kind],
                        .pass = pass_names[pass],
                        .dtype = dtype_names[dtype],
                        .shape = shape_of_kind(shape, kind),
                        .fields = kind_fields(kind)};
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
    struct shape x = a->shape, y = b->shape;
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
        rows->row = resize_memory(rows->row, rows->room, sizeof *rows->row);
    }
    rows->row[rows->count++] = *row;
    return true;
}

void rows_done(struct rows *rows)
{
    free(rows->row);
    *rows = (struct rows){0};
}

static void put_text(FILE *to, const char *text)
{
    fprintf(to, "%s,", text ? text : "");
}

static void put_count(FILE *to, bool applies, size_t value)
{
    if (applies)
        fprintf(to, "%zu", value);
    fputc(',', to);
}

static void put_number(FILE *to, bool applies, double value)
{
    if (applies)
        fprintf(to, "%.17g", value);
    fputc(',', to);
}

static void put_row(FILE *to, const struct row *row)
{
    const struct shape *shape = &row->shape;
    unsigned has = row->fields;
    put_text(to, row->kind);
    put_text(to, row->pass);
    put_text(to, row->dtype);
    put_text(to, protocol_names[row->protocol]);
    put_number(to, row->duty_ratio > 0, row->duty_ratio);
    put_count(to, shape->tokens > 0, shape->tokens);
    put_count(to, has & FIELD_HIDDEN, shape->hidden);
    put_count(to, has & FIELD_FFN, shape->ffn_hidden);
    put_count(to, has & FIELD_HEADS, shape->heads);
    put_count(to, has & FIELD_HEADS, shape->kv_heads);
    put_count(to, has & FIELD_HEADS, shape->head_dim);
    put_count(to, has & FIELD_SPAN, shape->span_tokens);
    put_count(to, has & FIELD_SPAN, shape->causal);
    put_count(to, has & FIELD_GATED, shape->gated);
    put_count(to, has & FIELD_EXPERTS, shape->experts);
    put_count(to, has & FIELD_TOP_K, shape->top_k);
    put_number(to, has & FIELD_CAPACITY, shape->capacity_factor);
    put_count(to, has & FIELD_VOCABULARY, shape->vocabulary);
    put_number(to, row->bytes > 0, row->bytes);
    put_count(to, row->sm_count > 0, (size_t)row->sm_count);
    fprintf(to, "%.17g,%.17g,%.17g,%zu,", row->timing.median_s, row->timing.p10_s,
            row->timing.p90_s, row->timing.samples);
    if (row->ranks > 0)
        fprintf(to, "%d", row->ranks);
    fputc('\n', to);
}

struct file {
    const struct rows *rows;
    char *const *facts;
    size_t fact_count;
};

static void put_all(FILE *to, const void *what)
{
    const struct file *file = what;
    for (size_t i = 0; i < file->fact_count; i++)
        fprintf(to, "# %s\n", file->facts[i]);
    fputs(header, to);
    for (size_t i = 0; i < file->rows->count; i++)
        put_row(to, &file->rows->row[i]);
}

int rows_write(const struct rows *rows, const char *path, char *const *facts, size_t fact_count,
               struct complaint *why)
{
    struct file file = {rows, facts, fact_count};
    return write_whole(path, put_all, &file, why);
}
