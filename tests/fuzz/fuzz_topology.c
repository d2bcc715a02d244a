/* The topology reader. */
#include "sim/base/json.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/use_topology.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    struct diag diag = {0};
    struct json *doc;
    struct topology *topology;
    if (json_parse("fuzz.json", (const char *)bytes, count, &diag, &doc) == 0) {
        if (topology_read(doc, &diag, &topology) == 0) {
            assert(diag.count == 0);
            use_topology(topology);
            topology_free(topology);
        } else {
            assert(diag.count > 0);
        }
        json_free(doc);
    }
    diag_done(&diag);
    return 0;
}
