/* Values from a document: every kind of complaint word for word, and what untouched means. */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "expect.h"
#include "sim/base/json.h"

static const char *const modes[] = {"pairwise", "pairwise-rounds", "ring", NULL};
static const char *const members[] = {"gpu", "links", "latency_s", NULL};

static struct json *parse(const char *text)
{
    struct diag diag = {0};
    struct json *doc = NULL;
    gsl_test_int(json_parse("t.json", text, strlen(text), &diag, &doc), 0, "parse %s", text);
    expect_said(&diag, "", text);
    return doc;
}

/* One reader of a value, its outcome as text: "" where it complained. */
typedef int read_as(const struct jcur *at, struct text *to);

static int note_number(int r, const double *value, struct text *to)
{
    if (r == 0 || *value != -99)
        text_add(to, "%.17g", *value);
    return r;
}

static int as_positive(const struct jcur *at, struct text *to)
{
    double value = -99;
    return note_number(jcur_positive(at, &value), &value, to);
}

static int as_non_negative(const struct jcur *at, struct text *to)
{
    double value = -99;
    return note_number(jcur_non_negative(at, &value), &value, to);
}

static int as_half(const struct jcur *at, struct text *to)
{
    double value = -99;
    return note_number(jcur_between(at, 0, 0.5, &value), &value, to);
}

static int as_at_most_2(const struct jcur *at, struct text *to)
{
    double value = -99;
    return note_number(jcur_between(at, -INFINITY, 2, &value), &value, to);
}

static int note_count(int r, const size_t *value, struct text *to)
{
    if (r == 0 || *value != 99)
        text_add(to, "%zu", *value);
    return r;
}

static int as_64(const struct jcur *at, struct text *to)
{
    size_t value = 99;
    return note_count(jcur_count(at, 1, 64, &value), &value, to);
}

static int as_any_count(const struct jcur *at, struct text *to)
{
    size_t value = 99;
    return note_count(jcur_count(at, 1, SIZE_MAX, &value), &value, to);
}

static int as_pair(const struct jcur *at, struct text *to)
{
    size_t length = 99;
    return note_count(jcur_array(at, 2, 2, &length), &length, to);
}

static int as_some(const struct jcur *at, struct text *to)
{
    size_t length = 99;
    return note_count(jcur_array(at, 1, SIZE_MAX, &length), &length, to);
}

static int as_few(const struct jcur *at, struct text *to)
{
    size_t length = 99;
    return note_count(jcur_array(at, 1, 2, &length), &length, to);
}

static int as_word(const struct jcur *at, struct text *to)
{
    size_t which = 99;
    return note_count(jcur_word(at, modes, &which), &which, to);
}

static int as_string(const struct jcur *at, struct text *to)
{
    const char *value = NULL;
    int r = jcur_string(at, &value);
    text_add(to, "%s", value ? value : "");
    return r;
}

static int as_bool(const struct jcur *at, struct text *to)
{
    bool value = true;
    int r = jcur_bool(at, &value);
    text_add(to, "%s", r < 0 && value ? "" : value ? "yes" : "no");
    return r;
}

static int as_object(const struct jcur *at, struct text *to)
{
    (void)to;
    return jcur_object(at);
}

static int as_known(const struct jcur *at, struct text *to)
{
    (void)to;
    return jcur_only(at, members);
}

static int as_gpu(const struct jcur *at, struct text *to)
{
    const char *value = NULL;
    int r = jget_string(at, "gpu", &value);
    text_add(to, "%s", value ? value : "");
    return r;
}

static int as_schema(const struct jcur *at, struct text *to)
{
    (void)to;
    return jget_schema(at, "scmoesim/model/1");
}

static void check_values(void)
{
    static const struct {
        read_as *read;
        const char *json, *value, *said; /* said "": fine */
    } rows[] = {
        {as_positive, "2.5", "2.5", ""},
        {as_positive, "\"abc\"", "", "expected a number > 0, got a string"},
        {as_positive, "0", "", "expected a number > 0, got 0"},
        {as_positive, "-3", "", "expected a number > 0, got -3"},
        {as_positive, "null", "", "expected a number > 0, got null"},
        {as_positive, "true", "", "expected a number > 0, got true"},
        {as_positive, "{}", "", "expected a number > 0, got an object"},
        {as_positive, "[1]", "", "expected a number > 0, got an array"},
        {as_non_negative, "0", "0", ""},
        {as_non_negative, "-1e-300", "", "expected a number >= 0, got -1e-300"},
        {as_half, "0", "0", ""},
        {as_half, "0.5", "0.5", ""},
        {as_half, "0.51", "", "expected a number from 0 to 0.5, got 0.51"},
        {as_half, "false", "", "expected a number from 0 to 0.5, got false"},
        {as_at_most_2, "2", "2", ""},
        {as_at_most_2, "3", "", "expected a number <= 2, got 3"},
        {as_64, "1", "1", ""},
        {as_64, "64", "64", ""},
        {as_64, "6.4e1", "64", ""},
        {as_64, "2.5", "", "expected a whole number from 1 to 64, got 2.5"},
        {as_64, "0", "", "expected a whole number from 1 to 64, got 0"},
        {as_64, "65", "", "expected a whole number from 1 to 64, got 65"},
        {as_64, "\"8\"", "", "expected a whole number from 1 to 64, got a string"},
        {as_any_count, "9007199254740992", "9007199254740992", ""}, /* 2^53 */
        {as_any_count, "0", "", "expected a whole number >= 1, got 0"},
        {as_any_count, "-1", "", "expected a whole number >= 1, got -1"},
        {as_any_count, "1e300", "",
         "expected a whole number from 1 to 9007199254740992, got 1e+300"},
        {as_pair, "[1,2]", "2", ""},
        {as_pair, "[1]", "", "expected an array of 2 elements, got 1"},
        {as_pair, "{}", "", "expected an array, got an object"},
        {as_some, "[]", "", "expected an array of at least 1 element, got 0"},
        {as_few, "[1,2,3]", "", "expected an array of 1 to 2 elements, got 3"},
        {as_word, "\"ring\"", "2", ""},
        {as_word, "\"rung\"", "",
         "expected \"pairwise\", \"pairwise-rounds\" or \"ring\", got "
         "\"rung\"; did you mean \"ring\"?"},
        {as_word, "\"tree\"", "",
         "expected \"pairwise\", \"pairwise-rounds\" or \"ring\", got \"tree\""},
        {as_word, "1", "", "expected \"pairwise\", \"pairwise-rounds\" or \"ring\", got 1"},
        {as_word, "\"012345678901234567890123456789012345678901234567890123456789x\"", "",
         "expected \"pairwise\", \"pairwise-rounds\" or \"ring\", got "
         "\"012345678901234567890123456789012345678901234567890123456789...\""},
        {as_string, "\"\"", "", ""},
        {as_string, "3", "", "expected a string, got 3"},
        {as_bool, "true", "yes", ""},
        {as_bool, "false", "no", ""},
        {as_bool, "0", "", "expected true or false, got 0"},
        {as_object, "[]", "", "expected an object, got an array"},
        {as_known, "{\"links\":1,\"gpu\":2}", "", ""},
        {as_known, "{\"latncy_s\":1}", "",
         "unknown member \"latncy_s\"; did you mean \"latency_s\"?"},
        {as_known, "{\"zebra\\n\":1}", "",
         "unknown member \"zebra\\n\"; known members: \"gpu\", \"links\", \"latency_s\""},
        {as_known, "7", "", "expected an object, got 7"},
        {as_gpu, "{\"gpu\":\"a800\"}", "a800", ""},
        {as_gpu, "{\"GPU\":\"a800\"}", "", "missing member \"gpu\""},
        {as_gpu, "\"x\"", "", "expected an object, got a string"},
        {as_schema, "{\"schema\":\"scmoesim/model/1\"}", "", ""},
        {as_schema, "{}", "", "missing member \"schema\""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct diag diag = {0};
        struct text value = {0}, want = {0};
        struct json *doc = parse(rows[i].json);
        struct jcur root = json_root(doc, &diag);
        int r = rows[i].read(&root, &value);
        gsl_test_int(r, rows[i].said[0] ? -EINVAL : 0, "returned for %s", rows[i].json);
        gsl_test_str(text_get(&value), rows[i].value, "value of %s", rows[i].json);
        if (rows[i].said[0])
            text_add(&want, "t.json: /: %s", rows[i].said);
        expect_said(&diag, text_get(&want), rows[i].json);
        text_done(&want);
        text_done(&value);
        json_free(doc);
    }
}

static void check_many_known(void)
{
    static const char *const nine[] = {"aa", "bb", "cc", "dd", "ee", "ff", "gg", "hh", "ii", NULL};
    struct diag diag = {0};
    struct json *doc = parse("{\"zebra\": 1, \"yak\": 2}");
    struct jcur root = json_root(doc, &diag);
    jcur_only(&root, nine);
    expect_said(&diag, "t.json: /: unknown member \"zebra\"\nt.json: /: unknown member \"yak\"",
                "nine known members are not listed; all unknown ones are named");
    jcur_only(&root, nine + 1);
    gsl_test(!strstr(diag.messages[0], "known members: \"bb\", \"cc\", "), "eight are");
    diag_done(&diag);
    json_free(doc);
}

static void check_places(void)
{
    struct diag diag = {0};
    struct json *doc = parse("{\"links\": [{}, {\"a/b~c\\t\": {\"x\": [[1, \"two\"]]}}], "
                             "\"schema\": \"scmoesim/model/2\"}");
    struct jcur root = json_root(doc, &diag), links, link, odd, x, row, cell;
    double value = -99;
    gsl_test_int(jcur_member(&root, "links", &links), 0, "links");
    link = jcur_element(&links, 1);
    jcur_member(&link, "a/b~c\t", &odd);
    jcur_member(&odd, "x", &x);
    row = jcur_element(&x, 0);
    cell = jcur_element(&row, 1);
    gsl_test(!jcur_is_string(&cell) || jcur_is_number(&cell), "a string");
    jcur_positive(&cell, &value);
    jget_positive(&link, "latency_s", &value);
    jget_schema(&root, "scmoesim/model/1");
    jcur_error(&row, "said %d", 5);
    gsl_test(value != -99, "untouched");
    expect_said(&diag,
                "t.json: /links/1/a~1b~0c\\u0009/x/0/1: "
                "expected a number > 0, got a string\n"
                "t.json: /links/1: missing member \"latency_s\"\n"
                "t.json: /schema: expected \"scmoesim/model/1\", got \"scmoesim/model/2\"; "
                "did you mean \"scmoesim/model/1\"?\n"
                "t.json: /links/1/a~1b~0c\\u0009/x/0: said 5",
                "pointers");
    json_free(doc);
}

static void check_members(void)
{
    struct diag diag = {0};
    struct json *doc = parse("{\"n\": 4, \"f\": -0.5, \"b\": true, \"s\": \"text\"}");
    struct jcur root = json_root(doc, &diag), at;
    const char *key = "", *s = "untouched";
    size_t n = 0, i = 0;
    double f = 0;
    bool b = false;
    struct text keys = {0};
    for (; jcur_member_at(&root, i, &key, &at); i++)
        text_add(&keys, "%s ", key);
    gsl_test_str(text_get(&keys), "n f b s ", "members by position, in the document's order");
    text_done(&keys);
    gsl_test(jcur_member_at(&at, 0, &key, &root), "a string has no members");
    gsl_test(jcur_has(&at, "n", &at), "nor any by name");

    gsl_test_int(jget_count(&root, "n", 1, 8, &n), 0, "count");
    gsl_test_int((int)n, 4, "count");
    gsl_test_int(jget_count_or(&root, "absent", 1, 8, 7, &n), 0, "absent count");
    gsl_test_int((int)n, 7, "absent count");
    gsl_test_int(jget_between(&root, "f", -1, 0, &f), 0, "between");
    gsl_test_abs(f, -0.5, 0, "between");
    gsl_test_int(jget_between_or(&root, "absent", 0, 1, 0.25, &f), 0, "absent between");
    gsl_test_abs(f, 0.25, 0, "absent between");
    gsl_test_int(jget_non_negative_or(&root, "absent", 3, &f), 0, "absent number");
    gsl_test_abs(f, 3, 0, "absent number");
    gsl_test_int(jget_positive(&root, "n", &f), 0, "positive");
    gsl_test_abs(f, 4, 0, "positive");
    gsl_test_int(jget_bool_or(&root, "b", false, &b), 0, "bool");
    gsl_test(!b, "bool");
    gsl_test_int(jget_bool_or(&root, "absent", false, &b), 0, "absent bool");
    gsl_test(b, "absent bool");
    gsl_test_int(jget_string(&root, "s", &s), 0, "string");
    gsl_test_str(s, "text", "string");
    gsl_test_int(jget_string_or(&root, "absent", NULL, &s), 0, "absent string");
    gsl_test(s != NULL, "absent string");
    expect_said(&diag, "", "nothing to complain about");

    f = -99;
    jget_non_negative(&root, "f", &f);
    jget_non_negative_or(&root, "f", 0, &f);
    jget_between_or(&root, "n", 0, 1, 0, &f);
    jget_string_or(&root, "n", "", &s);
    jget_bool_or(&root, "s", true, &b);
    jget_count_or(&root, "f", 0, 1, 0, &n);
    jget_non_negative(&root, "absent", &f);
    jget_between(&root, "absent", 0, 1, &f);
    jget_count(&root, "absent", 0, 1, &n);
    gsl_test(f != -99 || n != 7 || b || s != NULL, "untouched by failures");
    expect_said(&diag,
                "t.json: /f: expected a number >= 0, got -0.5\n"
                "t.json: /f: expected a number >= 0, got -0.5\n"
                "t.json: /n: expected a number from 0 to 1, got 4\n"
                "t.json: /n: expected a string, got 4\n"
                "t.json: /s: expected true or false, got a string\n"
                "t.json: /f: expected a whole number from 0 to 1, got -0.5\n"
                "t.json: /: missing member \"absent\"\n"
                "t.json: /: missing member \"absent\"\n"
                "t.json: /: missing member \"absent\"",
                "each member's complaint");
    json_free(doc);
}

/* Elements in any order are the right ones, though the last one is remembered; and a loop over
 * many, with a loop inside, is linear: 200000 elements by walking from the start would be 2e10
 * steps. */
static void check_arrays(void)
{
    struct json *doc = parse("{ \"list\": [4, 5], \"n\": 1 }");
    struct diag diag = {0};
    struct jcur root = json_root(doc, &diag), list, element;
    size_t length = 0;
    double value = 0;
    gsl_test_int(jget_array(&root, "list", 1, 2, &list, &length), 0, "an array");
    gsl_test_int((int)length, 2, "its length");
    element = jcur_element(&list, 1);
    gsl_test_int(jcur_positive(&element, &value), 0, "its second element");
    gsl_test_abs(value, 5, 0, "which is 5");
    jget_array(&root, "list", 3, 4, &list, &length);
    jget_array(&root, "n", 1, 2, &list, &length);
    jget_array(&root, "lists", 1, 2, &list, &length);
    expect_said(&diag,
                "t.json: /list: expected an array of 3 to 4 elements, got 2\n"
                "t.json: /n: expected an array, got 1\n"
                "t.json: /: missing member \"lists\"",
                "arrays");
    json_free(doc);
}

static void check_elements(void)
{
    enum { COUNT = 200000 };
    struct diag diag = {0};
    struct text text = {0};
    text_add(&text, "[[0,0]");
    for (int i = 1; i < COUNT; i++)
        text_add(&text, ",[%d,%d]", i, -i);
    text_add(&text, "]");
    struct json *doc = parse(text_get(&text));
    struct jcur root = json_root(doc, &diag), row, cell;
    size_t wrong = 0;
    uint64_t state = 5;
    for (size_t n = 0; n < COUNT + 50; n++) {
        size_t i = n < COUNT ? n : next_random(&state) % COUNT;
        row = jcur_element(&root, i);
        for (size_t k = 2; k-- > 0;) {
            double value = 0;
            cell = jcur_element(&row, k);
            jcur_between(&cell, -COUNT, COUNT, &value);
            wrong += value != (k ? -(double)i : (double)i);
        }
    }
    gsl_test_int((int)wrong, 0, "wrong elements");
    gsl_test(clock() > 60 * CLOCKS_PER_SEC, "linear, or it would take a minute");
    expect_said(&diag, "", "elements");
    json_free(doc);
    text_done(&text);
}

int main(void)
{
    check_values();
    check_many_known();
    check_places();
    check_members();
    check_arrays();
    check_elements();
    return gsl_test_summary();
}
