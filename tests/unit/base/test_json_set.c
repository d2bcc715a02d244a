/* --set POINTER=VALUE. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "sim/base/json.h"

static const char before[] = "{\"name\":\"m\",\"stages\":[{\"hidden\":8},{\"hidden\":16}],"
                             "\"link\":{\"latency_s\":1},\"a/b\":[]}";

/* The document on one line, to compare. */
static char *compact(const struct json *doc)
{
    char *text = json_print(doc), *to = text;
    for (const char *from = text; *from; from++)
        if (*from != ' ' && *from != '\n')
            *to++ = *from;
    *to = '\0';
    return text;
}

static void check_changes(void)
{
    static const struct {
        const char *pointer, *text, *want;
    } rows[] = {
        {"/stages/0/hidden", "1024",
         "{\"name\":\"m\","
         "\"stages\":[{\"hidden\":1024},{\"hidden\":16}],"
         "\"link\":{\"latency_s\":1},\"a/b\":[]}"},
        {"/stages/1", "{\"x\":[1]}",
         "{\"name\":\"m\",\"stages\":[{\"hidden\":8},{\"x\":[1]}],"
         "\"link\":{\"latency_s\":1},\"a/b\":[]}"},
        {"/stages/0", "null",
         "{\"name\":\"m\",\"stages\":[null,{\"hidden\":16}],"
         "\"link\":{\"latency_s\":1},\"a/b\":[]}"},
        {"/name", "other",
         "{\"name\":\"other\",\"stages\":[{\"hidden\":8},{\"hidden\":16}],"
         "\"link\":{\"latency_s\":1},\"a/b\":[]}"},
        {"/name", "7",
         "{\"name\":7,\"stages\":[{\"hidden\":8},{\"hidden\":16}],"
         "\"link\":{\"latency_s\":1},\"a/b\":[]}"},
        {"/name", "\"7\"",
         "{\"name\":\"7\",\"stages\":[{\"hidden\":8},{\"hidden\":16}],"
         "\"link\":{\"latency_s\":1},\"a/b\":[]}"},
        {"/stages", "[]", "{\"name\":\"m\",\"stages\":[],\"link\":{\"latency_s\":1},\"a/b\":[]}"},
        {"/a~1b", "[1]",
         "{\"name\":\"m\",\"stages\":[{\"hidden\":8},{\"hidden\":16}],"
         "\"link\":{\"latency_s\":1},\"a/b\":[1]}"},
        {"/link/~0new", "true",
         "{\"name\":\"m\",\"stages\":[{\"hidden\":8},{\"hidden\":16}],"
         "\"link\":{\"latency_s\":1,\"~new\":true},\"a/b\":[]}"},
        {"/link/latency_s", "5us",
         "{\"name\":\"m\",\"stages\":[{\"hidden\":8},{\"hidden\":16}],"
         "\"link\":{\"latency_s\":5e-06},\"a/b\":[]}"},
        {"/stages/-", "3",
         "{\"name\":\"m\",\"stages\":[{\"hidden\":8},{\"hidden\":16},3],"
         "\"link\":{\"latency_s\":1},\"a/b\":[]}"},
        {"/link/new/-", "4",
         "{\"name\":\"m\",\"stages\":[{\"hidden\":8},{\"hidden\":16}],"
         "\"link\":{\"latency_s\":1,\"new\":[4]},\"a/b\":[]}"},
        {"", "[1,2]", "[1,2]"},
        {"", "word", "\"word\""},
        {"/", "1",
         "{\"name\":\"m\",\"stages\":[{\"hidden\":8},{\"hidden\":16}],"
         "\"link\":{\"latency_s\":1},\"a/b\":[],\"\":1}"}, /* RFC 6901: the member "" */
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct diag diag = {0};
        struct json *doc = NULL;
        json_parse("t.json", before, strlen(before), &diag, &doc);
        gsl_test_int(json_set(doc, rows[i].pointer, rows[i].text, &diag), 0, "set %s=%s",
                     rows[i].pointer, rows[i].text);
        char *text = compact(doc);
        gsl_test_str(text, rows[i].want, "set %s=%s", rows[i].pointer, rows[i].text);
        expect_said(&diag, "", rows[i].pointer);
        free(text);
        json_free(doc);
    }
}

/* What a text becomes under a name. */
static void check_units(void)
{
    static const struct {
        const char *name, *text, *want;
    } rows[] = {
        {"latency_s", "5us", "{\"latency_s\":5e-06}"},
        {"memory_bytes", "80GB", "{\"memory_bytes\":8e+10}"},
        {"memory_bytes", "1KiB", "{\"memory_bytes\":1024}"},
        {"bandwidth_bytes_per_s", "400G", "{\"bandwidth_bytes_per_s\":5e+10}"},
        {"bandwidth_bytes_per_s", "25GB/s", "{\"bandwidth_bytes_per_s\":2.5e+10}"},
        {"peak_flop_per_s", "165TFLOP/s", "{\"peak_flop_per_s\":1.65e+14}"},
        {"latency_s", "400G", "{\"latency_s\":\"400G\"}"}, /* not a time: a loader refuses it */
        {"latency_s", "1e999", "{\"latency_s\":\"1e999\"}"},
        {"hidden", "5us", "{\"hidden\":\"5us\"}"}, /* a name without a unit takes none */
        {"hidden", "16k", "{\"hidden\":\"16k\"}"},
        {"s", "5us", "{\"s\":\"5us\"}"},
        {"hidden", "01", "{\"hidden\":\"01\"}"},
        {"hidden", "[1", "{\"hidden\":\"[1\"}"},
        {"hidden", "", "{\"hidden\":\"\"}"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct diag diag = {0};
        struct json *doc = NULL;
        char pointer[64];
        snprintf(pointer, sizeof(pointer), "/%s", rows[i].name);
        json_parse("t.json", "{}", 2, &diag, &doc);
        gsl_test_int(json_set(doc, pointer, rows[i].text, &diag), 0, "unit of %s", rows[i].name);
        char *text = compact(doc);
        gsl_test_str(text, rows[i].want, "%s=%s", rows[i].name, rows[i].text);
        free(text);
        json_free(doc);
    }
}

static void check_refusals(void)
{
    static const struct {
        const char *pointer, *text, *want;
    } rows[] = {
        {"name", "1", "t.json: expected a JSON Pointer such as /name, got \"name\""},
        {"/stagez/0/hidden", "1", "t.json: /: no member \"stagez\"; did you mean \"stages\"?"},
        {"/zebra/0", "1", "t.json: /: no member \"zebra\""},
        {"/stages/2", "1", "t.json: /stages: no element \"2\": the array has 2, counted from 0"},
        {"/stages/2/hidden", "1",
         "t.json: /stages: no element \"2\": the array has 2, counted from 0"},
        {"/stages/-/x", "1", "t.json: /stages: no element \"-\": the array has 2, counted from 0"},
        {"/stages/01", "1", "t.json: /stages: no element \"01\": the array has 2, counted from 0"},
        {"/stages/", "1", "t.json: /stages: no element \"\": the array has 2, counted from 0"},
        {"/stages/99999999999999999999", "1",
         "t.json: /stages: no element "
         "\"99999999999999999999\": the array has 2, counted from 0"},
        {"/a~1b/0", "1", "t.json: /a~1b: no element \"0\": the array has 0, counted from 0"},
        {"/stages/0/hidden/x", "1",
         "t.json: /stages/0/hidden: expected an object or an array to "
         "find \"x\" in, got 8"},
        {"/name/x/y", "1",
         "t.json: /name: expected an object or an array to find \"x\" in, got "
         "\"m\""},
        {"/link/latency/x", "1",
         "t.json: /link: no member \"latency\"; did you mean \"latency_s\"?"},
        {"/link", "{\"a\":1,\"a\":2}", "t.json: /: duplicate member \"a\""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct diag diag = {0};
        struct json *doc = NULL;
        json_parse("t.json", before, strlen(before), &diag, &doc);
        gsl_test_int(json_set(doc, rows[i].pointer, rows[i].text, &diag), -EINVAL, "refuse %s",
                     rows[i].pointer);
        expect_said(&diag, rows[i].want, rows[i].pointer);
        char *text = compact(doc);
        gsl_test_str(text, before, "unchanged after %s", rows[i].pointer);
        free(text);
        json_free(doc);
    }
}

/* Remembered children must not outlive the change. */
static void check_reading_after(void)
{
    struct diag diag = {0};
    struct json *doc = NULL;
    struct jcur root, row;
    double value = 0;
    json_parse("t.json", "[1,2,3]", 7, &diag, &doc);
    root = json_root(doc, &diag);
    row = jcur_element(&root, 1);
    json_set(doc, "/1", "20", &diag);
    root = json_root(doc, &diag);
    row = jcur_element(&root, 1);
    jcur_positive(&row, &value);
    gsl_test_abs(value, 20, 0, "the new element");
    json_set(doc, "", "[5,6]", &diag);
    root = json_root(doc, &diag);
    row = jcur_element(&root, 1);
    jcur_positive(&row, &value);
    gsl_test_abs(value, 6, 0, "of the new document");
    expect_said(&diag, "", "reading after");
    json_free(doc);
}

int main(void)
{
    check_changes();
    check_units();
    check_refusals();
    check_reading_after();
    return gsl_test_summary();
}
