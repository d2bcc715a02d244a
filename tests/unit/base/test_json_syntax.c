/* What is JSON and what is not, with the place of every complaint. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "expect.h"
#include "sim/base/file.h"
#include "sim/base/json.h"
#include "sim/base/mem.h"

static int parse(const char *text, struct diag *diag, struct json **ret)
{
    return json_parse("t.json", text, strlen(text), diag, ret);
}

static void check_refusals(void)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"", "t.json:1:1: expected a value, got the end of the text\n    \n    ^"},
        {"\n \n", "t.json:3:1: expected a value, got the end of the text\n    \n    ^"},
        {"{\"a\": 1", "t.json:1:8: expected ',' or '}', got the end of the text\n"
                      "    {\"a\": 1\n           ^"},
        {"{\n  \"a\": 1\n  \"b\": 2\n}", "t.json:3:3: expected ',' or '}', got '\"'\n"
                                         "      \"b\": 2\n      ^"},
        {"{\"a\" 1}", "t.json:1:6: expected ':' after the member's name, got '1'\n"
                      "    {\"a\" 1}\n         ^"},
        {"{\"a\":}", "t.json:1:6: expected a value, got '}'\n    {\"a\":}\n         ^"},
        {"{a: 1}", "t.json:1:2: expected a member's name in double quotes or '}', got 'a'\n"
                   "    {a: 1}\n     ^"},
        {"{\"a\":1,}", "t.json:1:8: expected a member's name in double quotes after ',', got '}'\n"
                       "    {\"a\":1,}\n           ^"},
        {"[1,]", "t.json:1:4: expected a value after ',', got ']'\n    [1,]\n       ^"},
        {"[1 2]", "t.json:1:4: expected ',' or ']', got '2'\n    [1 2]\n       ^"},
        {"[", "t.json:1:2: expected a value or ']', got the end of the text\n    [\n     ^"},
        {"[1}", "t.json:1:3: expected ',' or ']', got '}'\n    [1}\n      ^"},
        {"{} x", "t.json:1:4: expected nothing after the document, got 'x'\n    {} x\n       ^"},
        {"1 2", "t.json:1:3: expected nothing after the document, got '2'\n    1 2\n      ^"},
        {"nul", "t.json:1:1: expected a value, got \"nul\"\n    nul\n    ^"},
        {"True", "t.json:1:1: expected a value, got \"True\"\n    True\n    ^"},
        {"NaN", "t.json:1:1: expected a value, got \"NaN\"\n    NaN\n    ^"},
        {"-Infinity", "t.json:1:2: expected a digit after '-', got \"Infinity\"\n"
                      "    -Infinity\n     ^"},
        {"'a'", "t.json:1:1: expected a value, got '''\n    'a'\n    ^"},
        {"[1, // one\n2]", "t.json:1:5: expected a value after ',', got a comment, which JSON does "
                           "not have\n    [1, // one\n        ^"},
        {"[01]", "t.json:1:2: a number with a leading zero\n    [01]\n     ^"},
        {"-01", "t.json:1:1: a number with a leading zero\n    -01\n    ^"},
        {"+1", "t.json:1:1: expected a value, got '+'\n    +1\n    ^"},
        {".5", "t.json:1:1: expected a value, got '.'\n    .5\n    ^"},
        {"5.", "t.json:1:3: expected a digit after the decimal point, got the end of the text\n"
               "    5.\n      ^"},
        {"5e+", "t.json:1:4: expected a digit of the exponent, got the end of the text\n"
                "    5e+\n       ^"},
        {"0x10", "t.json:1:2: expected nothing after the document, got 'x'\n    0x10\n     ^"},
        {"[1e999]", "t.json:1:2: the number is too large: 1e999\n    [1e999]\n     ^"},
        {"[-1e999]", "t.json:1:2: the number is too large: -1e999\n    [-1e999]\n     ^"},
        {"[1.0000000000000000000000000000000000000000000000000000000000000000]",
         "t.json:1:2: a number of more than 63 characters\n"
         "    [1.0000000000000000000000000000000000000000000000000000000000000000]\n     ^"},
        {"\"abc", "t.json:1:1: a string without its closing quote on the same line\n"
                  "    \"abc\n    ^"},
        {"[\"abc\n\"]", "t.json:1:2: a string without its closing quote on the same line\n"
                        "    [\"abc\n     ^"},
        {"\"a\tb\"", "t.json:1:3: byte 0x09 in a string; write \\u0009\n    \"a b\"\n      ^"},
        {"\"\\x\"", "t.json:1:2: unknown escape in a string; a backslash itself is \\\\\n"
                    "    \"\\x\"\n     ^"},
        {"\"\\u12g4\"", "t.json:1:2: expected four hexadecimal digits after \\u\n"
                        "    \"\\u12g4\"\n     ^"},
        {"\"\\u0000\"", "t.json:1:2: \\u0000 cannot be part of a string here\n"
                        "    \"\\u0000\"\n     ^"},
        {"\"\\ud800\"", "t.json:1:2: half of a surrogate pair: \\ud800\n    \"\\ud800\"\n     ^"},
        {"\"\\udc00\\ud800\"", "t.json:1:2: half of a surrogate pair: \\udc00\n"
                               "    \"\\udc00\\ud800\"\n     ^"},
        {"\"\\ud800\\u0041\"", "t.json:1:2: half of a surrogate pair: \\ud800\n"
                               "    \"\\ud800\\u0041\"\n     ^"},
        {"\"\\ud800\\ue000\"", "t.json:1:2: half of a surrogate pair: \\ud800\n"
                               "    \"\\ud800\\ue000\"\n     ^"},
        {"\"\xff\"", "t.json:1:2: not UTF-8 text: byte 0xff\n    \"?\"\n     ^"},
        {"\x01", "t.json:1:1: expected a value, got byte 0x01\n    ?\n    ^"},
        /* columns count characters: the caret stands below the x */
        {"[\"\xc2\xb5\xc2\xb5\", x]", "t.json:1:8: expected a value after ',', got 'x'\n"
                                      "    [\"\xc2\xb5\xc2\xb5\", x]\n           ^"},
        {"[\r\n\t1 x]\r\n", "t.json:2:4: expected ',' or ']', got 'x'\n     1 x]\n       ^"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct diag diag = {0};
        struct json *doc = NULL;
        gsl_test_int(parse(rows[i].text, &diag, &doc), -EINVAL, "refuse %s", rows[i].text);
        gsl_test(doc != NULL, "untouched after %s", rows[i].text);
        expect_said(&diag, rows[i].want, rows[i].text);
    }
}

static void check_nul(void)
{
    struct diag diag = {0};
    struct json *doc = NULL;
    json_parse("t.json", "[1]\0", 4, &diag, &doc);
    expect_said(&diag,
                "t.json:1:4: expected nothing after the document, got byte 0x00\n"
                "    [1]?\n       ^",
                "NUL after the document");
    json_parse("t.json", "\"a\0b\"", 5, &diag, &doc);
    expect_said(&diag, "t.json:1:3: byte 0x00 in a string; write \\u0000\n    \"a?b\"\n      ^",
                "NUL in a string");
}

/* The error at column 100 of 200: 35 characters before it and the dots make 38. */
static void check_long_lines(void)
{
    struct diag diag = {0};
    struct json *doc = NULL;
    char line[201], want[400];
    memset(line, ' ', 200);
    line[0] = '[';
    for (int i = 1; i < 200; i++)
        line[i] = (char)(i % 2 ? '0' + i / 2 % 10 : ',');
    line[99] = 'x';
    line[200] = '\0';
    parse(line, &diag, &doc);
    snprintf(want, sizeof(want),
             "t.json:1:100: expected a value after ',', got 'x'\n    ...%.73s...\n    %38s^",
             line + 64, "");
    expect_said(&diag, want, "the middle of a long line");
    line[99] = '1';
    line[5] = 'x';
    parse(line, &diag, &doc);
    snprintf(want, sizeof(want),
             "t.json:1:6: expected a value after ',', got 'x'\n    %.76s...\n    %5s^", line, "");
    expect_said(&diag, want, "the beginning of a long line");
}

static void check_duplicates(void)
{
    struct diag diag = {0};
    struct json *doc = NULL;
    gsl_test_int(parse("{\"a\":1,\"b\":[{},{\"x/y\":{\"~\":1,\"q\":2,\"~\":3,\"~\":4}}],\"a\":2}",
                       &diag, &doc),
                 -EINVAL, "duplicates");
    expect_said(&diag,
                "t.json: /: duplicate member \"a\"\n"
                "t.json: /b/1/x~1y: duplicate member \"~\"",
                "each once, with its place");
    gsl_test_int(parse("{\"a\":1,\"A\":2}", &diag, &doc), 0, "case makes names differ");
    gsl_test(doc == NULL, "a document");
    json_free(doc);
    diag_done(&diag);
}

static char *nested(size_t depth)
{
    char *text = mem_zeroed(2 * depth + 1, 1);
    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    return text;
}

static void check_depth(void)
{
    struct diag diag = {0};
    struct json *doc = NULL;
    char *fits = nested(64), *deep = nested(65), *endless = nested(1000000);
    gsl_test_int(parse(fits, &diag, &doc), 0, "64 levels");
    json_free(doc);
    gsl_test_int(parse(deep, &diag, &doc), -EINVAL, "65 levels");
    gsl_test(strncmp(diag.messages[0], "t.json:1:65: nested deeper than 64\n", 35) != 0,
             "the place of the 65th");
    diag_done(&diag);
    gsl_test_int(parse(endless, &diag, &doc), -EINVAL, "a million levels");
    diag_done(&diag);
    free(fits);
    free(deep);
    free(endless);
}

/* What is accepted, as json_print gives it back. */
static void check_acceptance(void)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"null", "null\n"},
        {" true ", "true\n"},
        {"\"x\"", "\"x\"\n"},
        {"-0", "-0\n"},
        {"1.5E+2", "150\n"},
        {"[]", "[]\n"},
        {"{}", "{}\n"},
        {"\xef\xbb\xbf[1]", "[1]\n"},
        {"0.1234567890123456789012345678901234567890123456789012345678901",
         "0.12345678901234568\n"}, /* 63 characters */
        {"[1,2.5,\"a\",null,true,false]", "[1, 2.5, \"a\", null, true, false]\n"},
        {"\"\\u00b5\\ud83d\\ude00\\/\"", "\"\xc2\xb5\xf0\x9f\x98\x80/\"\n"},
        {"{\"a\":{\"b\":[{\"c\":1},[2]]},\"\":\"\"}",
         "{\n  \"a\": {\n    \"b\": [\n      {\n        \"c\": 1\n      },\n"
         "      [2]\n    ]\n  },\n  \"\": \"\"\n}\n"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct diag diag = {0};
        struct json *doc = NULL;
        gsl_test_int(parse(rows[i].text, &diag, &doc), 0, "accept %s", rows[i].text);
        expect_said(&diag, "", rows[i].text);
        if (!doc)
            continue;
        char *printed = json_print(doc);
        gsl_test_str(printed, rows[i].want, "print %s", rows[i].text);
        free(printed);
        json_free(doc);
    }
}

/* Law: cutting a document anywhere makes it no document, and one complaint. */
static void check_truncation(void)
{
    static const char whole[] = "{\"a\": [1.5e3, \"x\\u00b5\", {\"b\": null}], \"\xc2\xb5\": true}";
    for (size_t length = 0; length < sizeof(whole) - 1; length++) {
        struct diag diag = {0};
        struct json *doc = NULL;
        int r = json_parse("t", whole, length, &diag, &doc);
        if (r != -EINVAL || diag.count != 1 || doc)
            gsl_test(1, "cut after %zu bytes: %d, %zu messages", length, r, diag.count);
        diag_done(&diag);
    }
}

/* Law: any one byte changed either still parses or gives one complaint; nothing else happens. */
static void check_mutations(void)
{
    static const char whole[] = "{\"a\": [1.5e3, \"x\\ud83d\\ude00\", {\"b\": null}], \"c\": -0.5}";
    uint64_t state = 99;
    for (int i = 0; i < 20000; i++) {
        struct diag diag = {0};
        struct json *doc = NULL;
        char text[sizeof(whole)];
        memcpy(text, whole, sizeof(whole));
        text[next_random(&state) % (sizeof(whole) - 1)] = (char)(next_random(&state) >> 8);
        text[next_random(&state) % (sizeof(whole) - 1)] =
            "{}[],:\"\\019eEu-."[next_random(&state) % 16];
        int r = json_parse("t", text, sizeof(whole) - 1, &diag, &doc);
        if ((r == 0) != (doc != NULL) || (r == 0) != (diag.count == 0))
            gsl_test(1, "changed to %s", text);
        json_free(doc);
        diag_done(&diag);
    }
}

static void check_files(void)
{
    struct diag diag = {0};
    struct json *doc = NULL;
    struct text text = {0};
    char *path = mem_format("json-test-%ld.json", (long)getpid());
    gsl_test_int(json_load("no/such.json", &diag, &doc), -EINVAL, "a missing file");
    expect_said(&diag, "no/such.json: cannot be read: No such file or directory", "missing");
    json_load(".", &diag, &doc);
    expect_said(&diag, ".: cannot be read: Is a directory", "a folder");
    text_add(&text, "{\"a\": [1, 2]}\n");
    gsl_test_int(file_write(path, &text, &diag), 0, "written");
    gsl_test_int(json_load(path, &diag, &doc), 0, "loaded");
    char *printed = json_print(doc);
    gsl_test_str(printed, "{\n  \"a\": [1, 2]\n}\n", "its content");
    free(printed);
    json_free(doc);
    json_free(NULL);
    unlink(path);
    free(path);
    text_done(&text);
}

int main(void)
{
    check_refusals();
    check_nul();
    check_long_lines();
    check_duplicates();
    check_depth();
    check_acceptance();
    check_truncation();
    check_mutations();
    check_files();
    return gsl_test_summary();
}
