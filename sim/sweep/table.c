#include "sim/sweep/table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <errno.h>
#include "sim/base/mem.h"
#include "sim/base/text.h"

#define NO_COLUMN ((size_t)-1)

/* One line taken apart as far as a column: where its cell begins and ends, quotes included. */
struct cell {
    const char *at;
    size_t length;
};

/* Length of the line at text with its newline; 0 when it does not end. */
static size_t line_length(const char *text, size_t left)
{
    const char *end = memchr(text, '\n', left);
    return end ? (size_t)(end - text) + 1 : 0;
}

/* Finds a cell; *ret_count is how many cells the line has. */
static struct cell find_cell(const char *line, size_t length, size_t column, size_t *ret_count)
{
    struct cell found = {line, 0};
    size_t count = 0, start = 0;
    bool quoted = false;
    for (size_t i = 0; i < length; i++) {
        if (line[i] == '"')
            quoted = !quoted;
        if ((line[i] != ',' || quoted) && i + 1 < length)
            continue;
        if (count++ == column)
            found = (struct cell){line + start, i - start};
        start = i + 1;
    }
    *ret_count = count;
    return found;
}

static bool read_count(struct cell cell, size_t *ret)
{
    size_t value = 0;
    for (size_t i = 0; i < cell.length; i++) {
        if (cell.at[i] < '0' || cell.at[i] > '9' || value > 1000000000)
            return false;
        value = value * 10 + (size_t)(cell.at[i] - '0');
    }
    *ret = value;
    return cell.length > 0;
}

static size_t column_named(const struct table *table, const char *name)
{
    size_t count;
    find_cell(table->text, table->header_length, NO_COLUMN, &count);
    for (size_t i = count; i-- > 0;) {
        struct cell cell = find_cell(table->text, table->header_length, i, &count);
        if (cell.length == strlen(name) && memcmp(cell.at, name, cell.length) == 0)
            return i;
    }
    return NO_COLUMN;
}

static int find_columns(struct table *table, struct diag *diag)
{
    const struct {
        const char *name;
        size_t *column;
    } wanted[] = {{"point", &table->point_column},
                  {"rows", &table->rows_column},
                  {"error", &table->error_column},
                  {"sweep", &table->id_column}};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        *wanted[i].column = column_named(table, wanted[i].name);
        if (*wanted[i].column == NO_COLUMN)
            return diag_at(diag, table->file, "line 1",
                           "not the result of a sweep: no column \"%s\"", wanted[i].name);
    }
    find_cell(table->text, table->header_length, NO_COLUMN, &table->column_count);
    return 0;
}

int table_open(const char *file, int fd, struct diag *diag, struct table *ret)
{
    struct stat status;
    *ret = (struct table){.file = file};
    if (fstat(fd, &status) < 0)
        return diag_at(diag, file, NULL, "%s", strerror(errno));
    if (!S_ISREG(status.st_mode))
        return diag_at(diag, file, NULL, "not a regular file");
    if (status.st_size == 0)
        return 0;
    ret->length = (size_t)status.st_size;
    void *text = mmap(NULL, ret->length, PROT_READ, MAP_PRIVATE, fd, 0);
    if (text == MAP_FAILED) {
        ret->length = 0;
        return diag_at(diag, file, NULL, "%s", strerror(errno));
    }
    ret->text = text;
    ret->header_length = line_length(ret->text, ret->length);
    int r = ret->header_length ? find_columns(ret, diag) : 0;
    if (r < 0)
        table_close(ret);
    return r;
}

void table_close(struct table *table)
{
    if (table->text && !table->completed)
        munmap((void *)(size_t)table->text, table->length);
    free(table->completed);
    *table = (struct table){0};
}

static enum block_state wrong(const struct table *table, size_t at, struct diag *diag,
                              const char *what)
{
    size_t line = 1;
    for (size_t i = 0; i < at; i++)
        line += table->text[i] == '\n';
    char place[40];
    snprintf(place, sizeof place, "line %zu", line);
    diag_at(diag, table->file, place, "%s", what);
    return BLOCK_WRONG;
}

/* One row: its point, how many rows the point has, and whether it failed. */
static enum block_state read_row(const struct table *table, size_t at, const char *id,
                                 struct diag *diag, struct block *ret, size_t *ret_rows)
{
    const char *line = table->text + at;
    size_t length = line_length(line, table->length - at), count;
    /* After a power cut the end of a file may be there in length but not in content. */
    if (length == 0 || memchr(line, '\0', length))
        return BLOCK_CUT;
    if (!read_count(find_cell(line, length, table->point_column, &count), &ret->point) ||
        !read_count(find_cell(line, length, table->rows_column, &count), ret_rows) ||
        *ret_rows == 0 || count != table->column_count)
        return wrong(table, at, diag, "not a row of this table");
    struct cell said = find_cell(line, length, table->id_column, &count);
    if (id && (said.length != strlen(id) || memcmp(said.at, id, said.length) != 0))
        return wrong(table, at, diag, "this row is of another sweep, or inputs have changed since");
    ret->failed = find_cell(line, length, table->error_column, &count).length > 0;
    ret->at = at;
    ret->length = length;
    return BLOCK_WHOLE;
}

enum block_state table_block(const struct table *table, size_t at, const char *id,
                             struct diag *diag, struct block *ret)
{
    struct block row = {0};
    size_t rows, more;
    *ret = (struct block){.at = at};
    if (at >= table->length)
        return BLOCK_NONE;
    enum block_state state = read_row(table, at, id, diag, ret, &rows);
    for (size_t i = 1; i < rows && state == BLOCK_WHOLE; i++) {
        size_t next = at + ret->length;
        if (next >= table->length)
            return BLOCK_CUT;
        state = read_row(table, next, id, diag, &row, &more);
        if (state == BLOCK_WHOLE && (row.point != ret->point || more != rows))
            return wrong(table, next, diag, "the point before has fewer rows than it says");
        ret->length += row.length;
    }
    return state;
}

char *table_id(const struct table *table)
{
    if (!table->text || table->header_length >= table->length)
        return NULL;
    size_t count;
    const char *line = table->text + table->header_length;
    size_t length = line_length(line, table->length - table->header_length);
    struct cell cell = find_cell(line, length, table->id_column, &count);
    return length ? mem_format("%.*s", (int)cell.length, cell.at) : NULL;
}

void table_complete(struct table *table, const char *id)
{
    size_t length = table->length, tail = strlen(id);
    if (table->id_column + 1 != table->column_count || length < tail ||
        memcmp(table->text + length - tail, id, tail) != 0)
        return;
    char *text = mem_resized(NULL, length + 1, 1);
    memcpy(text, table->text, length);
    text[length] = '\n';
    munmap((void *)(size_t)table->text, length);
    table->text = table->completed = text;
    table->length = length + 1;
}
