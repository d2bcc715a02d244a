/* The JSON reader: what it takes it must write, and read again as the same. Behind a NUL the input
 * may hold a --set: POINTER=VALUE. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/json.h"
#include "sim/base/mem.h"
#include "tests/fuzz/fuzz.h"

static void check_round_trip(const struct json *doc)
{
    struct diag diag = {0};
    struct json *again;
    char *once = json_print(doc);
    int r = json_parse("again.json", once, strlen(once), &diag, &again);
    assert(r == 0);
    char *twice = json_print(again);
    assert(strcmp(once, twice) == 0);
    json_free(again);
    free(twice);
    free(once);
    diag_done(&diag);
    (void)r;
}

static void set(struct json *doc, const char *bytes, size_t count)
{
    struct diag diag = {0};
    char *pointer = mem_format("%.*s", (int)count, bytes);
    char *equals = strchr(pointer, '=');
    if (equals) {
        *equals = '\0';
        json_set(doc, pointer, equals + 1, &diag);
    }
    free(pointer);
    diag_done(&diag);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    struct diag diag = {0};
    struct json *doc;
    const char *text = (const char *)bytes;
    const char *nul = count ? memchr(text, '\0', count) : NULL;
    size_t length = nul ? (size_t)(nul - text) : count;
    if (json_parse("fuzz.json", text, length, &diag, &doc) == 0) {
        check_round_trip(doc);
        if (nul) {
            set(doc, nul + 1, count - length - 1);
            check_round_trip(doc);
        }
        json_free(doc);
    }
    diag_done(&diag);
    return 0;
}
