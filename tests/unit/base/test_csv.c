/* CSV tables: every complaint word for word, quoting, and what is written reads back. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "expect.h"
#include "sim/base/csv.h"
#include "sim/base/file.h"
#include "sim/base/mem.h"

static int parse(const char *text, struct diag *diag, struct csv **ret)
{
    return csv_parse("t.csv", text, strlen(text), diag, ret);
}

/* comments # columns : cells, one row after another, with its line */
static char *shown(const struct csv *csv)
{
    struct text to = {0};
    for (size_t i = 0; i < csv->comment_count; i++)
        text_add(&to, "<%s>", csv->comments[i]);
    for (size_t i = 0; i < csv->column_count; i++)
        text_add(&to, "%s%s", i ? "|" : "", csv->columns[i]);
    for (size_t row = 0; row < csv->row_count; row++) {
        text_add(&to, " %zu:", csv->lines[row]);
        for (size_t i = 0; i < csv->column_count; i++)
            text_add(&to, "%s%s", i ? "|" : "", csv_cell(csv, row, i));
    }
    return to.text;
}

static void check_acceptance(void)
{
    static const struct {
        const char *why, *text, *want;
    } rows[] = {
        {"header only", "a,b\n", "a|b"},
        {"rows", "a,b\n1,2\n,\n", "a|b 2:1|2 3:|"},
        {"one column, an empty line is an empty cell", "a\n\n1\n", "a 2: 3:1"},
        {"comments", "# gpu: H100\n#\n#x\n\na\n# no comment here\n",
         "<gpu: H100><><x>a 6:# no comment here"},
        {"CR LF", "# c\r\na,b\r\n1,2\r\n", "<c>a|b 3:1|2"},
        {"a lone CR is text", "a\n1\r2\n", "a 2:1\r2"},
        {"byte order mark",
         "\xef\xbb\xbf"
         "a\n1\n",
         "a 2:1"},
        {"quotes", "a,b\n\"1,2\",\"x \"\"y\"\"\"\n", "a|b 2:1,2|x \"y\""},
        {"empty quotes", "a,b\n\"\",\"\"\"\"\n", "a|b 2:|\""},
        {"lines inside quotes count", "a,b\n\"1\n2\r\n\",3\n4,5\n", "a|b 2:1\n2\r\n|3 5:4|5"},
        {"quoted header", "\"#a\",\"b,c\"\n1,2\n", "#a|b,c 2:1|2"},
        {"blanks stay", "a, b\n 1,2 \n", "a| b 2: 1|2 "},
        {"no newline at the end", "a,b\n1,2", "a|b 2:1|2"},
        {"no newline after CR LF", "a,b\r\n1,2", "a|b 2:1|2"},
        {"no newline, half of CR LF", "a,b\r\n1,2\r", "a|b 2:1|2"},
        {"no newline after quotes", "a,b\n1,\"2,3\"", "a|b 2:1|2,3"},
        {"no newline after an empty cell", "a,b\n1,", "a|b 2:1|"},
        {"no newline after the header", "#\na,b", "<>a|b"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct diag diag = {0};
        struct csv *csv = NULL;
        gsl_test_int(parse(rows[i].text, &diag, &csv), 0, "accept: %s", rows[i].why);
        expect_said(&diag, "", rows[i].why);
        if (!csv)
            continue;
        char *text = shown(csv);
        gsl_test_str(text, rows[i].want, "%s", rows[i].why);
        free(text);
        csv_free(csv);
    }
    csv_free(NULL);
}

static void check_refusals(void)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"", "t.csv: no header row"},
        {"\n\n", "t.csv: no header row"},
        {"# only\n", "t.csv: no header row"},
        {"# only", "t.csv: no header row"},
        {"a,b\n1", "t.csv: line 2: expected 2 cells as in the header, got 1, and no newline: "
                   "truncated?"},
        {"a,b\n1,2\n1", "t.csv: line 3: expected 2 cells as in the header, got 1, and no newline: "
                        "truncated?"},
        {"a,b\n1,2,3", "t.csv: line 2: expected 2 cells as in the header, got 3"},
        {"a,b\n1,\"2", "t.csv: line 2: a quote that is not closed"},
        {"a,,b\n", "t.csv: line 1: column 2 has no name"},
        {"#\na,b,a\n", "t.csv: line 2: duplicate column \"a\""},
        {"a,b\n1\n1,2\n1,2,3\n", "t.csv: line 2: expected 2 cells as in the header, got 1\n"
                                 "t.csv: line 4: expected 2 cells as in the header, got 3"},
        {"a\n1,2\n", "t.csv: line 2: expected 1 cell as in the header, got 2"},
        {"a,b\n1,\"2\n3,4\n", "t.csv: line 2: a quote that is not closed"},
        {"a,b\n1,\"2\"x\n", "t.csv: line 2: text after a closing quote"},
        {"a,b\n\"1\n\"x,\n", "t.csv: line 3: text after a closing quote"},
        {"a,b\n1,2\"3\n", "t.csv: line 2: a quote inside a cell; put the cell in quotes and double "
                          "this one"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct diag diag = {0};
        struct csv *csv = NULL;
        gsl_test_int(parse(rows[i].text, &diag, &csv), -EINVAL, "refuse %s", rows[i].text);
        gsl_test(csv != NULL, "untouched after %s", rows[i].text);
        expect_said(&diag, rows[i].want, rows[i].text);
    }
    struct diag diag = {0};
    struct csv *csv = NULL;
    csv_parse("t.csv", "a\n1\n\0\n", 6, &diag, &csv);
    expect_said(&diag, "t.csv: line 3: a NUL byte", "NUL");
}

static void check_many_columns(void)
{
    struct diag diag = {0};
    struct csv *csv = NULL;
    struct text text = {0};
    for (int i = 0; i < CSV_COLUMNS_MAX; i++)
        text_add(&text, "%sc%d", i ? "," : "", i);
    text_add(&text, "\n");
    gsl_test_int(parse(text_get(&text), &diag, &csv), 0, "as many columns as allowed");
    csv_free(csv);
    text.text[text.length - 1] = ',';
    text_add(&text, "x\n");
    csv = NULL;
    gsl_test_int(parse(text_get(&text), &diag, &csv), -EINVAL, "one more");
    expect_said(&diag, "t.csv: line 1: more than 1024 cells", "one more");
    text_done(&text);

    text_add(&text, "a,b\n");
    for (int i = 0; i < CSV_COLUMNS_MAX; i++)
        text_add(&text, "1,2\n");
    gsl_test_int(parse(text_get(&text), &diag, &csv), 0, "the limit is one row's");
    gsl_test_int((int)csv->row_count, CSV_COLUMNS_MAX, "all rows");
    csv_free(csv);
    text_done(&text);
}

static void check_columns(void)
{
    static const char *const known[] = {"kind", "tokens", "time_s", NULL};
    struct diag diag = {0};
    struct csv *csv = NULL;
    size_t column = 99;
    parse("kind,token,\"x\"\"y\"\n", &diag, &csv);
    gsl_test_int((int)csv_column(csv, "token"), 1, "by name");
    gsl_test(csv_column(csv, "Token") != CSV_NO_COLUMN, "case counts");
    gsl_test_int(csv_need_column(csv, "token", &diag, &column), 0, "needed");
    gsl_test_int((int)column, 1, "needed");
    gsl_test_int(csv_need_column(csv, "time_s", &diag, &column), -EINVAL, "missing");
    gsl_test_int((int)column, 1, "untouched");
    gsl_test_int(csv_only(csv, known, &diag), -EINVAL, "unknown");
    expect_said(&diag,
                "t.csv: missing column \"time_s\"; "
                "columns: \"kind\", \"token\", \"x\\\"y\"\n"
                "t.csv: unknown column \"token\"; did you mean \"tokens\"?\n"
                "t.csv: unknown column \"x\\\"y\"",
                "columns");
    csv_free(csv);
    parse("time_s,kind\n", &diag, &csv);
    gsl_test_int(csv_only(csv, known, &diag), 0, "all known");
    csv_free(csv);
}

static void check_numbers(void)
{
    static const struct {
        const char *cell;
        double min, max, want; /* NAN: refused */
        const char *said;
    } rows[] = {
        {"1.5e3", 0, INFINITY, 1500, ""},
        {"-2", -2, 0, -2, ""},
        {"\"7\"", 0, 9, 7, ""},
        {"", 0, INFINITY, NAN, "expected a number >= 0, got an empty cell"},
        {"abc", 0, INFINITY, NAN, "expected a number >= 0, got \"abc\""},
        {"-1", 0, INFINITY, NAN, "expected a number >= 0, got \"-1\""},
        {"2", 0, 1, NAN, "expected a number from 0 to 1, got \"2\""},
        {"1x", -INFINITY, INFINITY, NAN, "expected a number, got \"1x\""},
        {" 1", -INFINITY, INFINITY, NAN, "expected a number, got \" 1\""},
        {"inf", -INFINITY, INFINITY, NAN, "expected a number, got \"inf\""},
        {"nan", -INFINITY, INFINITY, NAN, "expected a number, got \"nan\""},
        {"1e999", -INFINITY, INFINITY, NAN, "expected a number, got \"1e999\""},
        {"0x10", -INFINITY, INFINITY, NAN, "expected a number, got \"0x10\""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct diag diag = {0};
        struct csv *csv = NULL;
        char *text = mem_format("# c\nkind,time_s\nmlp,%s\n", rows[i].cell);
        double value = -99;
        parse(text, &diag, &csv);
        int r = csv_number(csv, 0, 1, rows[i].min, rows[i].max, &diag, &value);
        gsl_test_int(r, isnan(rows[i].want) ? -EINVAL : 0, "number %s", rows[i].cell);
        gsl_test_abs(value, r < 0 ? -99 : rows[i].want, 0, "number %s", rows[i].cell);
        char *want = mem_format("t.csv: line 3: time_s: %s", rows[i].said);
        expect_said(&diag, r < 0 ? want : "", rows[i].cell);
        free(want);
        free(text);
        csv_free(csv);
    }
}

static void check_writing(void)
{
    struct text text = {0};
    struct csv_out out = {.to = &text};
    csv_put_text(&out, "plain");
    csv_put_text(&out, NULL);
    csv_put_text(&out, "");
    csv_put_text(&out, "a,b");
    csv_put_text(&out, "say \"x\"");
    csv_put_text(&out, "two\nlines");
    csv_put_text(&out, "#hash");
    csv_put_text(&out, "50%");
    csv_end_row(&out);
    csv_put_number(&out, 0.1);
    csv_put_number(&out, -1e300);
    csv_put_number(&out, NAN);
    csv_put_number(&out, INFINITY);
    csv_put_count(&out, SIZE_MAX);
    csv_put_empty(&out);
    csv_put_count(&out, 0);
    csv_end_row(&out);
    gsl_test_str(text_get(&text),
                 "plain,,,\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\"#hash\",50%\n"
                 "0.10000000000000001,-1.0000000000000001e+300,,,18446744073709551615,,0\n",
                 "writing");
    text_done(&text);
}

static char *random_cell(uint64_t *state)
{
    static const char letters[] = "ab,\"\n\r# 1.\xc2\xb5";
    size_t length = next_random(state) % 5;
    char *cell = mem_zeroed(length + 1, 1);
    for (size_t i = 0; i < length; i++)
        cell[i] = letters[next_random(state) % (sizeof(letters) - 1)];
    return cell;
}

/* Law: a table of any texts reads back cell by cell. */
static void check_round_trip(uint64_t *state)
{
    enum { COLUMNS = 3, ROWS = 4 };
    struct diag diag = {0};
    struct text text = {0};
    struct csv_out out = {.to = &text};
    struct csv *csv = NULL;
    char *cells[ROWS * COLUMNS];
    size_t columns = 1 + next_random(state) % COLUMNS, wrong = 0;
    for (size_t i = 0; i < columns; i++)
        csv_put_text(&out, (const char *const[]){"#a", "b,", "\"c"}[i]);
    csv_end_row(&out);
    for (size_t i = 0; i < ROWS * columns; i++) {
        cells[i] = random_cell(state);
        csv_put_text(&out, cells[i]);
        if (i % columns == columns - 1)
            csv_end_row(&out);
    }
    parse(text_get(&text), &diag, &csv);
    expect_said(&diag, "", text_get(&text));
    for (size_t i = 0; i < ROWS * columns; i++) {
        wrong += !csv || csv->row_count != ROWS ||
                 strcmp(csv_cell(csv, i / columns, i % columns), cells[i]) != 0;
        free(cells[i]);
    }
    if (wrong)
        gsl_test(1, "%zu cells differ: %s", wrong, text_get(&text));
    csv_free(csv);
    text_done(&text);
}

/* Law: a number written reads back to the same bits. */
static void check_number_round_trips(void)
{
    uint64_t state = 77;
    struct text text = {0};
    struct csv_out out = {.to = &text};
    struct diag diag = {0};
    struct csv *csv = NULL;
    double numbers[500];
    csv_put_text(&out, "x");
    csv_end_row(&out);
    for (size_t i = 0; i < 500; i++) {
        do {
            uint64_t bits = next_random(&state);
            memcpy(&numbers[i], &bits, sizeof(bits));
        } while (!isfinite(numbers[i]));
        csv_put_number(&out, numbers[i]);
        csv_end_row(&out);
    }
    parse(text_get(&text), &diag, &csv);
    for (size_t i = 0; i < 500; i++) {
        double back = 0;
        int r = csv_number(csv, i, 0, -INFINITY, INFINITY, &diag, &back);
        if (r < 0 || memcmp(&back, &numbers[i], sizeof(back)) != 0)
            gsl_test(1, "%.17g reads back as %.17g", numbers[i], back);
    }
    expect_said(&diag, "", "numbers");
    csv_free(csv);
    text_done(&text);
}

/* Law: a table cut short is refused where a cell is missing or a quote is open. */
static void check_truncation(void)
{
    static const char whole[] = "# c\na,b\n1,\"x\ny\"\n3,4\n";
    static const char kept[] = "     a bb 1    yy 34"; /* at the lengths that are whole tables */
    for (size_t length = 0; length < sizeof(whole) - 1; length++) {
        struct diag diag = {0};
        struct csv *csv = NULL;
        bool complete = kept[length] != ' ';
        int r = csv_parse("t", whole, length, &diag, &csv);
        if ((r == 0) != complete || (r == 0) != (diag.count == 0))
            gsl_test(1, "cut after %zu bytes: %d", length, r);
        csv_free(csv);
        diag_done(&diag);
    }
}

/* Law: whatever the bytes, a table or one or more complaints, never both. */
static void check_mutations(void)
{
    static const char whole[] = "# c\na,b\n1,\"x\ny\"\n\"\"\"\",4\r\n5,6\n";
    uint64_t state = 8;
    for (int i = 0; i < 20000; i++) {
        struct diag diag = {0};
        struct csv *csv = NULL;
        char text[sizeof(whole)];
        memcpy(text, whole, sizeof(whole));
        for (int changes = 0; changes < 3; changes++)
            text[next_random(&state) % (sizeof(whole) - 2)] =
                ",\"\"\r\n#x\0"[next_random(&state) % 8];
        int r = csv_parse("t", text, sizeof(whole) - 1, &diag, &csv);
        if ((r == 0) != (csv != NULL) || (r == 0) != (diag.count == 0))
            gsl_test(1, "changed to %s", text);
        if (csv)
            free(shown(csv)); /* touches every cell */
        csv_free(csv);
        diag_done(&diag);
    }
}

static void check_files(void)
{
    struct diag diag = {0};
    struct text text = {0};
    struct csv *csv = NULL;
    char *path = mem_format("csv-test-%ld.csv", (long)getpid());
    csv_load("no/such.csv", &diag, &csv);
    expect_said(&diag, "no/such.csv: cannot be read: No such file or directory", "missing");
    text_add(&text, "a\n1\n");
    file_write(path, &text, &diag);
    gsl_test_int(csv_load(path, &diag, &csv), 0, "loaded");
    gsl_test_str(csv_cell(csv, 0, 0), "1", "its cell");
    gsl_test_str(csv->file, path, "its name");
    csv_free(csv);
    unlink(path);
    free(path);
    text_done(&text);
}

int main(void)
{
    uint64_t state = 31337;
    check_acceptance();
    check_refusals();
    check_many_columns();
    check_columns();
    check_numbers();
    check_writing();
    for (int i = 0; i < 3000; i++)
        check_round_trip(&state);
    check_number_round_trips();
    check_truncation();
    check_mutations();
    check_files();
    return gsl_test_summary();
}
