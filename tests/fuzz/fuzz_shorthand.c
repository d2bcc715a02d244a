/* The one-line cluster; what it takes must expand to a document that the topology reader takes. */
#include <string.h>
#include "sim/base/json.h"
#include "sim/base/mem.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/use_topology.h"

#define WORD_MAX 400u

static void expand(const char *word)
{
    struct diag diag = {0};
    struct json *doc;
    struct topology *topology = NULL;
    if (topology_document(word, &diag, &doc) < 0) {
        assert(diag.count > 0);
    } else {
        int r = topology_read(doc, &diag, &topology);
        assert(r == 0);
        (void)r;
        use_topology(topology);
        topology_free(topology);
        json_free(doc);
    }
    diag_done(&diag);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    /* A word with '=' is a shorthand; others would be looked for in the file system. */
    if (count > WORD_MAX || !count || !memchr(bytes, '=', count) || memchr(bytes, '/', count))
        return 0;
    char *word = mem_format("%.*s", (int)count, (const char *)bytes);
    word[strcspn(word, "\n")] = '\0';
    if (strchr(word, '='))
        expand(word);
    free(word);
    return 0;
}
