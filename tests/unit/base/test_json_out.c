/* Writing JSON: the exact layout, and that it reads back. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "sim/base/json.h"

static void check_layout(void)
{
    struct text text = {0};
    struct jout out;
    jout_init(&out, &text);
    jout_object(&out, NULL);
    jout_string(&out, "name", "a\"b\n");
    jout_string(&out, "none", NULL);
    jout_number(&out, "f", 0.1);
    jout_number(&out, "inf", INFINITY);
    jout_number(&out, "nan", NAN);
    jout_count(&out, "n", SIZE_MAX);
    jout_bool(&out, "yes", true);
    jout_array(&out, "empty");
    jout_end(&out, ']');
    jout_object(&out, "no\tthing");
    jout_end(&out, '}');
    jout_array(&out, "rows");
    jout_inline(&out);
    jout_object(&out, NULL);
    jout_count(&out, "a", 1);
    jout_array(&out, "b");
    jout_count(&out, NULL, 2);
    jout_bool(&out, NULL, false);
    jout_end(&out, ']');
    jout_object(&out, "c");
    jout_end(&out, '}');
    jout_count(&out, "d", 3);
    jout_end(&out, '}');
    jout_inline(&out);
    jout_array(&out, NULL);
    jout_end(&out, ']');
    jout_array(&out, NULL);
    jout_count(&out, NULL, 4);
    jout_end(&out, ']');
    jout_end(&out, ']');
    jout_end(&out, '}');
    gsl_test_str(text_get(&text),
                 "{\n"
                 "  \"name\": \"a\\\"b\\n\",\n"
                 "  \"none\": null,\n"
                 "  \"f\": 0.1,\n"
                 "  \"inf\": null,\n"
                 "  \"nan\": null,\n"
                 "  \"n\": 18446744073709551615,\n"
                 "  \"yes\": true,\n"
                 "  \"empty\": [],\n"
                 "  \"no\\tthing\": {},\n"
                 "  \"rows\": [\n"
                 "    {\"a\": 1, \"b\": [2, false], \"c\": {}, \"d\": 3},\n"
                 "    [],\n"
                 "    [\n"
                 "      4\n"
                 "    ]\n"
                 "  ]\n"
                 "}\n",
                 "layout");
    text_done(&text);
}

static void check_roots(void)
{
    struct text text = {0};
    struct jout out;
    jout_init(&out, &text);
    jout_string(&out, NULL, "x");
    jout_init(&out, &text); /* a second document behind the first */
    jout_inline(&out);
    jout_array(&out, NULL);
    jout_count(&out, NULL, 1);
    jout_end(&out, ']');
    gsl_test_str(text_get(&text), "\"x\"\n[1]\n", "roots");
    text_done(&text);
}

static void write_random(struct jout *out, const char *key, uint64_t *state, int depth)
{
    static const char *const keys[] = {"a", "b\"", "\xc2\xb5", "", "d/~"};
    uint64_t dice = next_random(state);
    size_t count = dice / 16 % 5;
    double number;
    if (dice % 3 == 0)
        jout_inline(out);
    switch (depth ? dice % 7 : 5 + dice % 2) {
    case 0:
        jout_string(out, key, "text \x01\\");
        break;
    case 1:
        jout_bool(out, key, dice & 64);
        break;
    case 2:
        jout_string(out, key, NULL);
        break;
    case 3:
        jout_count(out, key, dice % 100000);
        break;
    case 4:
        number = (double)(int64_t)next_random(state) * pow(2, (double)(dice % 200) - 100);
        jout_number(out, key, number);
        break;
    case 5:
        jout_array(out, key);
        for (size_t i = 0; i < count && depth < 6; i++)
            write_random(out, NULL, state, depth + 1);
        jout_end(out, ']');
        break;
    default:
        jout_object(out, key);
        for (size_t i = 0; i < count && depth < 6; i++)
            write_random(out, keys[i], state, depth + 1);
        jout_end(out, '}');
    }
}

/* Law: what is written parses, and printing what was parsed twice gives the same text. */
static void check_round_trips(void)
{
    uint64_t state = 4242;
    for (int i = 0; i < 2000; i++) {
        struct diag diag = {0};
        struct text text = {0};
        struct jout out;
        struct json *doc = NULL, *again = NULL;
        jout_init(&out, &text);
        write_random(&out, NULL, &state, 0);
        json_parse("t", text_get(&text), text.length, &diag, &doc);
        expect_said(&diag, "", text_get(&text));
        if (!doc)
            continue;
        char *once = json_print(doc);
        json_parse("t", once, strlen(once), &diag, &again);
        char *twice = json_print(again);
        if (strcmp(once, twice) != 0)
            gsl_test_str(once, twice, "printed twice");
        free(once);
        free(twice);
        json_free(doc);
        json_free(again);
        text_done(&text);
    }
}

int main(void)
{
    check_layout();
    check_roots();
    check_round_trips();
    return gsl_test_summary();
}
