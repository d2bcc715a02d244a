#include "sim/base/csv.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/csv_scan.h"
#include "sim/base/file.h"
#include "sim/base/json.h"
#include "sim/base/mem.h"
#include "sim/base/number.h"

static const size_t largest_file = (size_t)256 << 20;

int csv_load(const char *path, struct diag *diag, struct csv **ret)
{
    char *text;
    size_t length;
    int r = file_read(path, largest_file, diag, &text, &length);
    return r < 0 ? r : csv_scan(path, text, length, diag, ret);
}

int csv_parse(const char *name, const char *text, size_t length, struct diag *diag,
              struct csv **ret)
{
    char *copy = mem_resized(NULL, length + 1, 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    return csv_scan(name, copy, length, diag, ret);
}

void csv_free(struct csv *csv)
{
    if (!csv)
        return;
    free(csv->file);
    free(csv->comments);
    free(csv->columns);
    free(csv->cells);
    free(csv->lines);
    free(csv->storage);
    free(csv);
}

size_t csv_column(const struct csv *csv, const char *name)
{
    for (size_t i = 0; i < csv->column_count; i++)
        if (strcmp(csv->columns[i], name) == 0)
            return i;
    return CSV_NO_COLUMN;
}

int csv_need_column(const struct csv *csv, const char *name, struct diag *diag, size_t *ret)
{
    size_t column = csv_column(csv, name);
    struct text columns = {0};
    if (column != CSV_NO_COLUMN) {
        *ret = column;
        return 0;
    }
    for (size_t i = 0; i < csv->column_count; i++) {
        text_add(&columns, i ? ", " : "");
        text_add_quoted(&columns, csv->columns[i], TEXT_CLIP);
    }
    int r = diag_at(diag, csv->file, NULL, "missing column \"%s\"; columns: %s", name,
                    text_get(&columns));
    text_done(&columns);
    return r;
}

static int unknown_column(const struct csv *csv, const char *name, const char *const *known,
                          struct diag *diag)
{
    struct text message = {0};
    text_add(&message, "unknown column ");
    text_add_quoted(&message, name, TEXT_CLIP);
    text_add_suggestion(&message, name, known);
    int r = diag_at(diag, csv->file, NULL, "%s", text_get(&message));
    text_done(&message);
    return r;
}

int csv_only(const struct csv *csv, const char *const *known, struct diag *diag)
{
    int r = 0;
    for (size_t i = 0; i < csv->column_count; i++) {
        if (!known[word_position(known, csv->columns[i])])
            r = unknown_column(csv, csv->columns[i], known, diag);
    }
    return r;
}

const char *csv_cell(const struct csv *csv, size_t row, size_t column)
{
    return csv->cells[row * csv->column_count + column];
}

int csv_error(const struct csv *csv, size_t row, struct diag *diag, const char *format, ...)
{
    char place[40], *text;
    va_list arguments;
    va_start(arguments, format);
    bool fine = vasprintf(&text, format, arguments) >= 0;
    va_end(arguments);
    snprintf(place, sizeof(place), "line %zu", csv->lines[row]);
    int r = diag_at(diag, csv->file, place, "%s", fine ? text : format);
    free(fine ? text : NULL);
    return r;
}

static int wrong_number(const struct csv *csv, size_t row, size_t column, double min, double max,
                        struct diag *diag)
{
    const char *cell = csv_cell(csv, row, column);
    char range[NUMBER_RANGE_MAX];
    struct text found = {0};
    if (*cell)
        text_add_quoted(&found, cell, TEXT_CLIP);
    else
        text_add(&found, "an empty cell");
    int r = csv_error(csv, row, diag, "%s: expected %s, got %s", csv->columns[column],
                      number_range(range, min, max), text_get(&found));
    text_done(&found);
    return r;
}

int csv_number(const struct csv *csv, size_t row, size_t column, double min, double max,
               struct diag *diag, double *ret)
{
    const char *cell = csv_cell(csv, row, column);
    size_t length = number_span(cell);
    double value = length && cell[length] == '\0' ? number_read(cell) : NAN;
    if (!isfinite(value) || !(value >= min && value <= max))
        return wrong_number(csv, row, column, min, max, diag);
    *ret = value;
    return 0;
}

/* As bytes: sweeps write a million cells, and formatting a comma costs as much as a number. */
static void put(struct csv_out *out, const char *text)
{
    text_add_bytes(out->to, text, strlen(text));
}

static void next_cell(struct csv_out *out)
{
    if (out->cells++)
        put(out, ",");
}

void csv_put_text(struct csv_out *out, const char *text)
{
    next_cell(out);
    if (!text)
        return;
    if (!strpbrk(text, ",\"\r\n") && *text != '#') {
        put(out, text);
        return;
    }
    put(out, "\"");
    for (; *text; text++)
        text_add(out->to, *text == '"' ? "\"\"" : "%c", *text);
    put(out, "\"");
}

void csv_put_number(struct csv_out *out, double value)
{
    char number[NUMBER_MAX];
    next_cell(out);
    if (!isfinite(value))
        return;
    number_format(number, sizeof(number), "%.17g", value);
    put(out, number);
}

void csv_put_count(struct csv_out *out, size_t value)
{
    next_cell(out);
    text_add(out->to, "%zu", value);
}

void csv_put_empty(struct csv_out *out)
{
    next_cell(out);
}

void csv_end_row(struct csv_out *out)
{
    put(out, "\n");
    out->cells = 0;
}
