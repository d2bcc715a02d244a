/* Factors on times: what is read, and what is refused. */
#include <string.h>

#include <gsl/gsl_test.h>

#include "sim/cost/time_factors.h"

static struct cost_scale *read_scale(const char *text, char *ret_message, size_t size)
{
    struct diag diag = {0};
    struct json *doc = NULL;
    struct cost_scale *scale = NULL;

    gsl_test_int(json_parse("costs", text, strlen(text), &diag, &doc), 0, "%s parses", text);
    if (cost_scale_read(doc, &diag, &scale) < 0)
        scale = NULL;
    snprintf(ret_message, size, "%s", diag.count ? diag.messages[0] : "");
    json_free(doc);
    diag_done(&diag);
    return scale;
}

static void empty(void)
{
    char message[200];
    struct cost_scale *scale = read_scale(cost_scale_empty, message, sizeof message);

    gsl_test(!scale, "nothing to say is fine: %s", message);
    for (size_t k = 0; scale && k < OPERATOR_KIND_COUNT; k++)
        gsl_test_abs(scale->time_ratio[k], 1, 0, "%s as it is", operator_kind_names[k]);
    gsl_test(scale && scale->launch != LAUNCH_EAGER, "launched eagerly");
    cost_scale_free(scale);
}

static void factors(void)
{
    char message[200];
    struct cost_scale *scale =
        read_scale("{\"launch\": \"graph\", \"time_ratio\": {\"all\": 0.5, \"expert\": 3}}",
                   message, sizeof message);

    gsl_test(!scale, "factors: %s", message);
    if (!scale)
        return;
    gsl_test_abs(scale->time_ratio[OPERATOR_EXPERT], 1.5, 0, "one upon all");
    gsl_test_abs(scale->time_ratio[OPERATOR_GATE], 0.5, 0, "all");
    gsl_test(scale->launch != LAUNCH_GRAPH, "by a graph");
    cost_scale_free(scale);
}

static void refused(void)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"{\"time_ratio\": {\"gate\": 0}}",
         "costs: /time_ratio/gate: expected a number > 0, got 0"},
        {"{\"time_ratio\": {\"all\": \"x\"}}",
         "costs: /time_ratio/all: expected a number > 0, got a string"},
        {"{\"time_ratio\": {\"gat\": 1}}",
         "costs: /time_ratio: unknown member \"gat\"; did you mean \"gate\"?"},
        {"{\"time_ratio\": {\"combine\": 1}}", "costs: /time_ratio: unknown member \"combine\""},
        {"{\"time_ratio\": 2}", "costs: /time_ratio: expected an object, got 2"},
        {"{\"launch\": \"grap\", \"time_ratio\": {}}",
         "costs: /launch: expected \"eager\" or \"graph\", got \"grap\"; did you mean \"graph\"?"},
        {"{}", "costs: /: missing member \"time_ratio\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char message[300];
        struct cost_scale *scale = read_scale(rows[i].text, message, sizeof message);
        gsl_test(scale != NULL, "%s is refused", rows[i].text);
        gsl_test(strncmp(message, rows[i].message, strlen(rows[i].message)) != 0, "\"%s\" for %s",
                 message, rows[i].text);
        cost_scale_free(scale);
    }
}

int main(void)
{
    empty();
    factors();
    refused();
    return gsl_test_summary();
}
