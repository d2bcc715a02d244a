/* The timeline reader; what it takes has spans for all its operators. */
#include <assert.h>
#include "sim/accuracy/replays.h"
#include "tests/fuzz/fuzz.h"

static void check(const struct replay *replay)
{
    assert(replay->runs == 1 && replay->time_s > 0);
    assert(replay->operators->operator_count == replay->timeline->operators);
    for (size_t o = 0; o < replay->timeline->operators; o++) {
        const struct span *span = timeline_span(replay->timeline, 0, o);
        assert(span->start_s >= 0 && span->end_s >= span->start_s);
        assert(span->end_s <= replay->timeline->end_s);
        assert(replay->operators->operators[o].queue < replay->operators->queue_count);
        (void)span;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    struct diag diag = {0};
    struct json *doc;
    struct replay replay;
    bool predicted;
    if (json_parse("fuzz.json", (const char *)bytes, count, &diag, &doc) == 0) {
        if (replay_read_timeline(doc, &diag, &predicted, &replay) == 0) {
            check(&replay);
            replay_done(&replay);
        } else {
            assert(diag.count > 0);
        }
        json_free(doc);
    }
    diag_done(&diag);
    return 0;
}
