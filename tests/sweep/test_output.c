/* A file of rows cut off at any byte goes on to the same bytes. */
#include <errno.h>
#include <gsl/gsl_test.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "sim/base/file.h"
#include "sim/base/mem.h"
#include "sim/sweep/output.h"

#define POINTS 7
#define HEADER "a,point,rows,value,error,sweep\n"
#define ID "0123456789abcdef/7"

static char folder[] = "/tmp/scmoesim-rows-XXXXXX";
static char *path;

/* A point has one to three rows; point 3 fails, with a message that needs quotes. */
static struct text lines_of(size_t point)
{
    struct text lines = {0};
    size_t rows = point == 3 ? 1 : 1 + point % 3;
    for (size_t i = 0; i < rows; i++)
        text_add(&lines, "\"x,%zu\",%zu,%zu,%s,%s," ID "\n", point, point, rows,
                 point == 3 ? "" : "0.5", point == 3 ? "\"no, \"\"never\"\"\"" : "");
    return lines;
}

static struct rows *open_rows(bool resume, struct diag *diag)
{
    struct rows *rows = NULL;
    struct rows_request request = {path, HEADER, ID, POINTS, resume};
    rows_open(&request, diag, &rows);
    return rows;
}

static void append(struct rows *rows, size_t point)
{
    struct diag diag = {0};
    struct text lines = lines_of(point);
    gsl_test_int(rows_append(rows, point, point == 3, &lines, &diag), 0, "point %zu added", point);
    text_done(&lines);
}

static char *contents(size_t *ret_length)
{
    struct diag diag = {0};
    char *text = NULL;
    file_read(path, 1 << 20, &diag, &text, ret_length);
    return text;
}

static void write_file(const char *text, size_t length)
{
    FILE *file = fopen(path, "wb");
    fwrite(text, 1, length, file);
    fclose(file);
}

/* Points in another order, so that sorting matters. */
static const size_t order[POINTS] = {4, 0, 1, 6, 3, 2, 5};

static void finish(struct rows *rows, const char *what)
{
    struct diag diag = {0};
    for (size_t i = 0; i < POINTS; i++)
        if (!rows_has(rows, order[i]))
            append(rows, order[i]);
    gsl_test_int((int)rows_points(rows), POINTS, "%s: all points", what);
    gsl_test_int((int)rows_failures(rows), 1, "%s: one failed", what);
    gsl_test_int(rows_close(rows, &diag), 0, "%s: closed", what);
}

static void expect_contents(const char *want, size_t want_length, const char *what, size_t at)
{
    size_t length = 0;
    char *text = contents(&length);
    gsl_test(length != want_length || !text || memcmp(text, want, length) != 0, "%s at %zu", what,
             at);
    free(text);
}

/* The law of the room: whatever prefix of whatever order is on disk, the end is the same. */
static void test_cuts(const char *sorted, size_t sorted_length)
{
    struct diag diag = {0};
    size_t length;
    unlink(path);
    struct rows *rows = open_rows(false, &diag);
    for (size_t i = 0; i < POINTS; i++)
        append(rows, order[i]);
    char *arrived = contents(&length); /* before closing: in order of arrival */
    rows_close(rows, &diag);
    expect_contents(sorted, sorted_length, "sorted when closed", 0);
    for (size_t cut = 0; cut <= length; cut++) {
        write_file(arrived, cut);
        if (!(rows = open_rows(true, &diag))) {
            gsl_test(1, "cut at byte %zu: %s", cut, diag.messages[0]);
            return;
        }
        finish(rows, "cut");
        expect_contents(sorted, sorted_length, "the same bytes after a cut", cut);
    }
    free(arrived);
}

/* After a power cut the end of a file may be blocks of zeros. */
static void test_zeros(const char *sorted, size_t sorted_length)
{
    struct diag diag = {0};
    char *torn = mem_zeroed(sorted_length, 1);
    memcpy(torn, sorted, sorted_length / 2);
    write_file(torn, sorted_length);
    struct rows *rows = open_rows(true, &diag);
    gsl_test(!rows, "a tail of zeros is cut");
    if (rows)
        finish(rows, "zeros");
    expect_contents(sorted, sorted_length, "the same bytes after zeros", 0);
    free(torn);
}

static void expect_refusal(const char *text, bool resume, const char *want)
{
    struct diag diag = {0};
    write_file(text, strlen(text));
    struct rows *rows = open_rows(resume, &diag);
    char *whole = mem_format("%s: %s", path, want);
    gsl_test_str(diag.count ? diag.messages[0] : "", whole, "refused");
    expect_contents(text, strlen(text), "left as it was", 0);
    gsl_test(rows != NULL, "not opened");
    free(whole);
    diag_done(&diag);
}

static void test_refusals(void)
{
    expect_refusal(HEADER, false, "is there already; --resume goes on with it, or remove it first");
    expect_refusal("b,point,rows,value,error,sweep\n", true,
                   "line 1: other columns than this sweep has: it is of another sweep");
    expect_refusal("b,c\n", true, "line 1: not the result of a sweep: no column \"point\"");
    expect_refusal(HEADER "x,0,1,1,,fedcba9876543210/7\n", true,
                   "line 2: this row is of another sweep, or inputs have changed since");
    expect_refusal(HEADER "x,0,2,1,," ID "\nx,1,1,1,," ID "\n", true,
                   "line 3: the point before has fewer rows than it says");
    expect_refusal(HEADER "x,0,1,1,," ID "\nx,zero,1,1,," ID "\n", true,
                   "line 3: not a row of this table");
    expect_refusal(HEADER "x,0,1,1," ID "\n", true, "line 2: not a row of this table");
    expect_refusal(HEADER "x,0,1,1,," ID "\nx,0,1,1,," ID "\n", true,
                   "point 0 is there twice, or too many");
}

/* A disk that is full for one row has all rows before it and nothing of this one. */
static void test_full_disk(void)
{
    struct diag diag = {0};
    struct rlimit before, tight;
    size_t length, after;
    unlink(path);
    struct rows *rows = open_rows(false, &diag);
    append(rows, 4);
    char *text = contents(&length);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    tight = (struct rlimit){length + 10, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &tight);
    struct text lines = lines_of(5);
    gsl_test(rows_append(rows, 5, false, &lines, &diag) == 0, "no room for point 5");
    char *now = contents(&after);
    gsl_test(after != length || memcmp(now, text, length) != 0, "nothing of point 5");
    char *want = mem_format("%s: File too large", path);
    gsl_test_str(diag.messages[0], want, "says why");
    setrlimit(RLIMIT_FSIZE, &before);
    rows_close(rows, &diag);
    text_done(&lines);
    diag_done(&diag);
    free(text);
    free(now);
    free(want);
}

static void test_lock(void)
{
    struct diag diag = {0};
    unlink(path);
    struct rows *first = open_rows(false, &diag);
    struct rows *second = open_rows(true, &diag);
    char *want = mem_format("%s: another sweep is writing to it", path);
    gsl_test_str(diag.count ? diag.messages[0] : "", want, "one writer");
    gsl_test(second != NULL, "not opened twice");
    rows_close(first, &diag);
    diag_done(&diag);
    free(want);
}

int main(void)
{
    struct diag diag = {0};
    size_t length;
    if (!mkdtemp(folder))
        return 1;
    path = mem_format("%s/rows.csv", folder);
    struct rows *rows = open_rows(false, &diag);
    for (size_t p = 0; p < POINTS; p++)
        append(rows, p);
    rows_close(rows, &diag);
    char *sorted = contents(&length);
    test_cuts(sorted, length);
    test_zeros(sorted, length);
    test_refusals();
    test_full_disk();
    test_lock();
    unlink(path);
    rmdir(folder);
    free(sorted);
    free(path);
    return gsl_test_summary();
}
