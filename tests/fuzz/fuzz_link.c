/* The readers of links, All-to-All costs and of the links of a GPU: whatever the bytes are, each
 * takes them or says why not. */
#include <assert.h>
#include "sim/model/gpu_links.h"
#include "tests/fuzz/fuzz.h"

static void read_link(const struct json *doc, struct diag *diag)
{
    struct link_figures link = {0};
    if (link_figures_read(doc, diag, &link) == 0) {
        assert(diag->count == 0 && link.source);
        assert(link.efficiency_ratio > 0 && link.efficiency_ratio <= 1 && link.latency_s >= 0);
        assert((link.bandwidth_bytes_per_s > 0) == (link.bandwidth_source != NULL));
    } else {
        assert(diag->count > 0);
    }
    link_figures_done(&link);
}

static void read_costs(const struct json *doc, struct diag *diag)
{
    struct a2a_figures costs = {0};
    if (a2a_figures_read(doc, diag, &costs) == 0)
        assert(diag->count == 0 && costs.source && costs.sm_share_ratio <= 0.5);
    else
        assert(diag->count > 0);
    a2a_figures_done(&costs);
}

static void read_gpu(const struct json *doc, struct diag *diag)
{
    int r = gpu_links_check(doc, diag);
    assert((r < 0) == (diag->count > 0));
    (void)r;
}

static void read_defaults(const struct json *doc, struct diag *diag)
{
    int r = shorthand_defaults_check(doc, diag);
    assert((r < 0) == (diag->count > 0));
    (void)r;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    static void (*const readers[])(const struct json *doc, struct diag *diag) = {
        read_link, read_costs, read_gpu, read_defaults};
    struct diag diag = {0};
    struct json *doc;
    if (json_parse("fuzz.json", (const char *)bytes, count, &diag, &doc) == 0) {
        for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
            struct diag own = {0};
            readers[i](doc, &own);
            diag_done(&own);
        }
        json_free(doc);
    }
    diag_done(&diag);
    return 0;
}
