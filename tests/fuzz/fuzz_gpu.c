/* The GPU reader; what it takes must have a rate for something, and efficiencies in (0, 1]. */
#include <assert.h>
#include "sim/model/gpu.h"
#include "tests/fuzz/fuzz.h"

static void use(const struct gpu *gpu)
{
    double most = 0;
    for (int i = 0; i < DTYPE_COUNT; i++)
        if (gpu->peak_flop_per_s[i] > most)
            most = gpu->peak_flop_per_s[i];
    assert(most > 0 && gpu->memory_bandwidth_bytes_per_s > 0);
    for (int i = 0; i < KERNEL_CLASS_COUNT; i++)
        assert(gpu->efficiency[i].compute_ratio > 0 && gpu->efficiency[i].compute_ratio <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    struct diag diag = {0};
    struct json *doc;
    struct gpu *gpu;
    if (json_parse("fuzz.json", (const char *)bytes, count, &diag, &doc) == 0) {
        if (gpu_read(doc, &diag, &gpu) == 0) {
            assert(diag.count == 0);
            use(gpu);
            gpu_free(gpu);
        } else {
            assert(diag.count > 0);
        }
        json_free(doc);
    }
    diag_done(&diag);
    return 0;
}
