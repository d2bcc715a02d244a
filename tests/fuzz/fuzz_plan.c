/* The plan reader; what it takes it must write, and read again as the same. */
#include <assert.h>
#include <string.h>
#include "sim/schedule/plan.h"
#include "tests/fuzz/fuzz.h"

/* Reads text as a plan and writes it into *ret; false where it was refused. */
static bool rewrite(const char *text, size_t length, struct text *ret)
{
    struct diag diag = {0};
    struct json *doc;
    struct plan *plan;
    bool taken = false;
    if (json_parse("fuzz.json", text, length, &diag, &doc) == 0) {
        taken = plan_read(doc, &diag, &plan) == 0;
        if (taken) {
            plan_write_json(plan, ret);
            plan_free(plan);
        }
        json_free(doc);
    }
    assert(taken == (diag.count == 0));
    diag_done(&diag);
    return taken;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    struct text once = {0}, twice = {0};
    if (rewrite((const char *)bytes, count, &once)) {
        bool again = rewrite(text_get(&once), once.length, &twice);
        assert(again && strcmp(text_get(&once), text_get(&twice)) == 0);
        (void)again;
    }
    text_done(&once);
    text_done(&twice);
    return 0;
}
