/* CSV tables as people exchange them. '#' comment lines with provenance come first, then a header
 * row, then rows, quoted as in RFC 4180. Columns are found by name, never by position. Units are SI
 * base units. */
#ifndef SCMOESIM_BASE_CSV_H
#define SCMOESIM_BASE_CSV_H

#include <stddef.h>
#include "sim/base/diag.h"
#include "sim/base/text.h"

struct csv {
    char *file;      /* as the user typed it */
    char **comments; /* without '#' and the blank after it */
    size_t comment_count;
    char **columns; /* header names */
    size_t column_count;
    char **cells;  /* row_count * column_count, row-major, unquoted; "" when empty */
    size_t *lines; /* row_count: the line in the file, from 1 */
    size_t row_count;
    char *storage; /* behind comments, columns and cells */
};

#define CSV_NO_COLUMN ((size_t)-1)
#define CSV_COLUMNS_MAX 1024

/* Refused, each with file and line: an unreadable file, one larger than 256 MiB, a NUL byte, no
 * header row. More than CSV_COLUMNS_MAX columns, an empty or duplicate column name. A row with too
 * many or too few cells, a quote that is not closed, text beside a quoted cell's quotes.
 *
 * CR LF ends a line too. The last line needs no newline. An empty line before the header is
 * nothing, after it a row of one empty cell. Zero rows are the caller's matter. */
int csv_load(const char *path, struct diag *diag, struct csv **ret);
int csv_parse(const char *name, const char *text, size_t length, struct diag *diag,
              struct csv **ret);
void csv_free(struct csv *csv);

/* Position of a column, or CSV_NO_COLUMN. */
size_t csv_column(const struct csv *csv, const char *name);
/* As csv_column, but a miss is a complaint that lists the columns there are. */
int csv_need_column(const struct csv *csv, const char *name, struct diag *diag, size_t *ret);
/* Complains about every column not in the NULL-terminated list, with a suggestion. */
int csv_only(const struct csv *csv, const char *const *known, struct diag *diag);

const char *csv_cell(const struct csv *csv, size_t row, size_t column);
/* A complaint about a row: "FILE: line 12: text". Returns -EINVAL. */
int csv_error(const struct csv *csv, size_t row, struct diag *diag, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The cell as a finite number within [min, max]; else a complaint naming file, line, column, what
 * was expected and what was found. */
int csv_number(const struct csv *csv, size_t row, size_t column, double min, double max,
               struct diag *diag, double *ret);

/* Writing: call once per cell, then csv_end_row. Numbers are %.17g in the C locale; text is quoted
 * where RFC 4180 asks for it, or a leading '#' would pass for a comment. Start with {.to = it}. */
struct csv_out {
    struct text *to;
    int cells; /* written in this row */
};
void csv_put_text(struct csv_out *out, const char *text); /* NULL: an empty cell */
void csv_put_number(struct csv_out *out, double value);   /* not finite: an empty cell */
void csv_put_count(struct csv_out *out, size_t value);
void csv_put_empty(struct csv_out *out);
void csv_end_row(struct csv_out *out);

#endif
