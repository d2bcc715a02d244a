/* Templates: what is read, and the exact complaint for everything that is wrong. */
#include <gsl/gsl_test.h>
#include <string.h>
#include "sim/base/file.h"
#include "sim/schedule/schedule.h"

static const char *const head = "{\"schema\":\"scmoesim/schedule/1\",\"name\":\"t\","
                                "\"routed_top_k\":1,";

#define A "{\"name\":\"attn\",\"kind\":\"attention\",\"after\":[]}"
#define D "{\"name\":\"d\",\"kind\":\"dispatch\",\"after\":[\"attn\"]}"
#define C ",{\"name\":\"c\",\"kind\":\"combine\",\"after\":[\"e\"]}"
#define E "{\"name\":\"e\",\"kind\":\"expert\",\"after\":[\"d\"]}"

static const struct {
    const char *body, *want;
} wrong[] = {
    {"\"pair\":{\"operators\":[" A ",{\"name\":\"b\",\"kind\":\"mpl\",\"after\":[]}]}}",
     "t.json: /pair/operators/1/kind: "},
    {"\"pair\":{\"operators\":[" A ",{\"name\":\"b\",\"kind\":\"mlp\",\"after\":[\"atn\"]}]}}",
     "t.json: /pair/operators/1/after/0: no operator \"atn\"; did you mean \"attn\"?"},
    {"\"pair\":{\"operators\":[" A "," A "]}}",
     "t.json: /pair/operators/1: a second operator named \"attn\""},
    {"\"pair\":{\"operators\":[{\"name\":\"x\",\"kind\":\"mlp\",\"after\":[\"y\"]},"
     "{\"name\":\"y\",\"kind\":\"mlp\",\"after\":[\"x\"]}]}}",
     "t.json: /pair/operators: a cycle: x waits for y waits for x"},
    {"\"pair\":{\"operators\":[{\"name\":\"x\",\"kind\":\"mlp\",\"after\":[\"y\"]},"
     "{\"name\":\"y\",\"kind\":\"mlp\",\"after\":[]}]}}",
     "t.json: /pair/operators: \"x\" waits for \"y\", which stands after it; operators stand in "
     "issue "
     "order"},
    {"\"pair\":{\"operators\":[" A "," D "," E C
     "],\"slot\":{\"operator\":\"e\",\"among\":[\"d\"]}}}",
     "t.json: /pair/slot/among/0: \"d\" is on another queue than \"e\""},
    {"\"pair\":{\"operators\":[" A "," D "," E C
     "],\"slot\":{\"operator\":\"e\",\"among\":[\"e\"]}}}",
     "t.json: /pair/slot/among/0: backbone operators must differ from the slot's operator and "
     "stand in "
     "issue order"},
    {"\"pair\":{\"operators\":[" A "," D "," E C "]},\"fixed_slot\":1}",
     "t.json: /fixed_slot: schedule t has no slot to fix"},
    {"\"pair\":{\"operators\":[" A "," D "," E "]}}",
     "t.json: /pair: no operator of kind \"combine\""},
    {"\"pair\":{\"operators\":[" A
     ",{\"name\":\"b\",\"kind\":\"mlp\",\"queue\":\"\",\"after\":[]}]}}",
     "t.json: /pair/operators/1: \"name\" and \"queue\" must not be empty"},
    {"\"graph_of\":\"top22\"}", "t.json: /graph_of: unknown schedule \"top22\"; did you mean "},
    {"\"shared_expert\":false}", "t.json: /: expected a \"pair\", a \"block\" or \"graph_of\""},
    {"\"graph_of\":\"top2\",\"pair\":{\"operators\":[" A "]}}",
     "t.json: /: \"graph_of\" excludes \"pair\" and \"block\""},
    {"\"graph_of\":\"top1\"}",
     "t.json: /graph_of: schedule \"top1\" takes its own graph from elsewhere"},
    {"\"graph_of\":\"top2\",\"pipeline\":{\"operators\":[\"experts\"],\"chunks\":[2]}}",
     "t.json: /pipeline/operators/0: no operator \"experts\"; did you mean \"expert\"?"},
    {"\"graph_of\":\"top2\",\"pipeline\":{\"operators\":[\"expert\"],\"chunks\":[0]}}",
     "t.json: /pipeline/chunks/0: expected a whole number from 1 to 256, got 0"},
    {"\"graph_of\":\"top2\",\"fixed_slto\":1}",
     "t.json: /: unknown member \"fixed_slto\"; did you mean \"fixed_slot\"?"},
};

static void check_wrong(const char *body, const char *want)
{
    struct diag diag = {0};
    struct json *doc;
    struct schedule *schedule;
    struct text text = {0};
    text_add(&text, "%s%s", head, body);
    int r = json_parse("t.json", text_get(&text), text.length, &diag, &doc);
    gsl_test_int(r, 0, "JSON of %s", body);
    if (r == 0) {
        r = schedule_read(doc, &diag, &schedule);
        gsl_test(r == 0, "refuses %s", body);
        const char *got = diag.count ? diag.messages[0] : "";
        gsl_test(strncmp(got, want, strlen(want)) != 0, "says \"%s\", got \"%s\"", want, got);
        json_free(doc);
    }
    diag_done(&diag);
    text_done(&text);
}

static void check_shipped(void)
{
    char **names = data_names("models/schedule");
    size_t count = 0;
    for (; names[count]; count++) {
        struct diag diag = {0};
        struct schedule *schedule = NULL;
        struct json *doc = NULL;
        int r = json_load_data("models/schedule", "schedule", names[count], &diag, &doc);
        r = r < 0 ? r : schedule_read(doc, &diag, &schedule);
        gsl_test_int(r, 0, "schedule %s loads", names[count]);
        if (r == 0) {
            gsl_test_str(schedule->name, names[count], "named as its file");
            gsl_test(strlen(schedule->source) < 20, "%s has a source", names[count]);
            gsl_test(strlen(schedule->summary) < 10, "%s has a summary", names[count]);
        }
        schedule_free(schedule);
        json_free(doc);
        diag_print(&diag, "test", stderr);
        diag_done(&diag);
    }
    gsl_test(count < 13, "at least the thirteen schedules of the paper ship");
    names_free(names);
}

int main(void)
{
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        check_wrong(wrong[i].body, wrong[i].want);
    check_shipped();
    return gsl_test_summary();
}
