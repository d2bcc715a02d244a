#include "sim/base/csv_scan.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"

/* Cells are unquoted and terminated inside the text itself: `write` never overtakes `at`. */
struct scan {
    struct csv *csv;
    char *at; /* unread */
    char *end;
    size_t line;     /* of `at`, from 1 */
    bool no_newline; /* at the end of the text */
    struct diag *diag;
};

struct cells {
    char **list;
    size_t count, room;
};

static void add_cell(struct cells *to, char *cell)
{
    if (to->count == to->room) {
        to->room = to->room ? 2 * to->room : 16;
        to->list = mem_resized(to->list, to->room, sizeof(*to->list));
    }
    to->list[to->count++] = cell;
}

static int refuse(const struct scan *s, size_t line, const char *message)
{
    char place[40];
    snprintf(place, sizeof(place), "line %zu", line);
    return diag_at(s->diag, s->csv->file, place, "%s", message);
}

/* The text's end ends a line too: RFC 4180 lets the last row go without its newline. */
static bool at_line_end(const struct scan *s)
{
    return s->at == s->end || *s->at == '\n' ||
           (*s->at == '\r' && (s->at + 1 == s->end || s->at[1] == '\n'));
}

/* Past the end of a line, which `at` stands on. */
static void next_line(struct scan *s)
{
    if (*s->at == '\r')
        s->at++;
    if (s->at < s->end)
        s->at++;
    s->line++;
}

/* The text between quotes, its doubled quotes made single; at stands on the opening quote. Returns
 * where the cell's text ends, or NULL after a complaint. */
static char *scan_quoted(struct scan *s)
{
    size_t first_line = s->line;
    char *write = s->at++;
    for (; s->at < s->end; s->at++) {
        if (*s->at == '"' && *++s->at != '"')
            return write;
        s->line += *s->at == '\n';
        *write++ = *s->at;
    }
    refuse(s, first_line, "a quote that is not closed");
    return NULL;
}

static char *scan_plain(struct scan *s)
{
    while (*s->at != ',' && !at_line_end(s)) {
        if (*s->at == '"') {
            refuse(s, s->line, "a quote inside a cell; put the cell in quotes and double this one");
            return NULL;
        }
        s->at++;
    }
    return s->at;
}

/* One cell, and the comma or the line's end after it. *ret_last: it was the row's last. */
static int scan_cell(struct scan *s, struct cells *to, bool *ret_last)
{
    char *cell = s->at;
    char *end = *s->at == '"' ? scan_quoted(s) : scan_plain(s);
    if (!end)
        return -EINVAL;
    if (*s->at != ',' && !at_line_end(s))
        return refuse(s, s->line, "text after a closing quote");
    *ret_last = *s->at != ',';
    if (*ret_last)
        next_line(s);
    else
        s->at++;
    *end = '\0'; /* after the delimiter was looked at: end may be its place */
    add_cell(to, cell);
    return 0;
}

static int scan_row(struct scan *s, struct cells *to)
{
    size_t before = to->count, line = s->line;
    bool last = false;
    int r = 0;
    while (r == 0 && !last) {
        if (to->count - before == CSV_COLUMNS_MAX)
            return refuse(s, line, "more than 1024 cells"); /* CSV_COLUMNS_MAX */
        r = scan_cell(s, to, &last);
    }
    return r;
}

static void add_comment(struct scan *s, struct cells *comments)
{
    s->at++;
    s->at += *s->at == ' ';
    char *comment = s->at;
    while (!at_line_end(s))
        s->at++;
    char *end = s->at;
    next_line(s);
    *end = '\0';
    add_cell(comments, comment);
}

static void scan_comments(struct scan *s)
{
    struct cells comments = {0};
    while (s->at < s->end && (*s->at == '#' || at_line_end(s))) {
        if (*s->at == '#')
            add_comment(s, &comments);
        else
            next_line(s);
    }
    s->csv->comments = comments.list;
    s->csv->comment_count = comments.count;
}

static int check_columns(const struct scan *s, size_t line)
{
    const struct csv *csv = s->csv;
    char place[40];
    int r = 0;
    snprintf(place, sizeof(place), "line %zu", line);
    for (size_t i = 0; i < csv->column_count; i++) {
        const char *name = csv->columns[i];
        struct text shown = {0};
        text_add_quoted(&shown, name, TEXT_CLIP);
        if (!*name)
            r = diag_at(s->diag, csv->file, place, "column %zu has no name", i + 1);
        else if (csv_column(csv, name) < i)
            r = diag_at(s->diag, csv->file, place, "duplicate column %s", text_get(&shown));
        text_done(&shown);
    }
    return r;
}

static int scan_header(struct scan *s)
{
    struct cells columns = {0};
    size_t line = s->line;
    if (s->at == s->end)
        return diag_at(s->diag, s->csv->file, NULL, "no header row");
    int r = scan_row(s, &columns);
    s->csv->columns = columns.list;
    s->csv->column_count = columns.count;
    return r < 0 ? r : check_columns(s, line);
}

static int check_width(const struct scan *s, size_t found, size_t line)
{
    char place[40];
    snprintf(place, sizeof(place), "line %zu", line);
    if (found == s->csv->column_count)
        return 0;
    bool cut = s->no_newline && s->at == s->end && found < s->csv->column_count;
    return diag_at(s->diag, s->csv->file, place, "expected %zu cell%s as in the header, got %zu%s",
                   s->csv->column_count, s->csv->column_count == 1 ? "" : "s", found,
                   cut ? ", and no newline: truncated?" : "");
}

/* Rows of a wrong width are complaints, each; after a broken quote nothing can be told. */
static int scan_rows(struct scan *s)
{
    struct csv *csv = s->csv;
    struct cells cells = {0};
    size_t room = 0;
    int r = 0;
    while (s->at < s->end) {
        size_t line = s->line, before = cells.count;
        int broken = scan_row(s, &cells);
        int wrong = broken < 0 ? broken : check_width(s, cells.count - before, line);
        r = wrong < 0 ? wrong : r;
        if (broken < 0)
            break;
        if (csv->row_count == room) {
            room = room ? 2 * room : 64;
            csv->lines = mem_resized(csv->lines, room, sizeof(*csv->lines));
        }
        csv->lines[csv->row_count++] = line;
    }
    csv->cells = cells.list;
    return r;
}

static int scan_table(struct scan *s)
{
    const char *nul = memchr(s->at, '\0', (size_t)(s->end - s->at));
    for (const char *p = s->at; nul && p < nul; p++)
        s->line += *p == '\n';
    if (nul)
        return refuse(s, s->line, "a NUL byte");
    if (strncmp(s->at, "\xef\xbb\xbf", 3) == 0) /* the byte order mark that spreadsheets write */
        s->at += 3;
    scan_comments(s);
    int r = scan_header(s);
    return r < 0 ? r : scan_rows(s);
}

int csv_scan(const char *name, char *text, size_t length, struct diag *diag, struct csv **ret)
{
    struct csv *csv = mem_zeroed(1, sizeof(*csv));
    struct scan s = {.csv = csv, .at = text, .end = text + length, .line = 1, .diag = diag};
    s.no_newline = length > 0 && text[length - 1] != '\n';
    csv->file = mem_copy_string(name);
    csv->storage = text;
    int r = scan_table(&s);
    if (r < 0) {
        csv_free(csv);
        return r;
    }
    *ret = csv;
    return 0;
}
