/* The reader of replay tables; what it takes is whole. */
#include <assert.h>
#include <gsl/gsl_errno.h>
#include "sim/accuracy/replays.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    struct diag diag = {0};
    struct replay_set set = {0};
    gsl_set_error_handler_off(); /* as in main.c */
    struct csv *csv = NULL;
    int r = csv_parse("fuzz.csv", (const char *)bytes, count, &diag, &csv);
    if (r == 0)
        r = replays_read(csv, &diag, &set);
    csv_free(csv);
    assert((r < 0) == (diag.count > 0));
    for (size_t i = 0; i < set.count; i++) {
        const struct replay *replay = &set.replays[i];
        assert(replay->runs > 0 && replay->time_s > 0);
        assert(replay->operators->operator_count > 0);
        assert(replay->operators->operator_count == replay->timeline->operators);
        (void)replay;
    }
    (void)r;
    replays_done(&set);
    diag_done(&diag);
    return 0;
}
