/* Plans written in a test, read by the program's reader. */
#ifndef PROBE_TESTS_PLANS_H
#define PROBE_TESTS_PLANS_H

#include "sim/base/json.h"
#include "sim/schedule/plan.h"
#include "test.h"

/* NULL, and a failure told, where it is no plan. */
static struct plan *read_plan(const char *text)
{
    struct diag why = {0};
    struct json *doc = NULL;
    struct plan *plan = NULL;
    expect(json_parse("p.json", text, strlen(text), &why, &doc) == 0 &&
           plan_read(doc, &why, &plan) == 0);
    expect_text(why.count ? why.messages[0] : "", "");
    json_free(doc);
    diag_done(&why);
    return plan;
}

#endif
