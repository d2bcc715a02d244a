/* The cost file reader; what it takes must answer any question with a time. */
#include <assert.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include "sim/cost/cost.h"
#include "tests/fuzz/fuzz.h"

/* Round figures: only their being there matters. */
static struct gpu gpu = {.name = (char[]){"any"},
                         .sm_count = 100,
                         .memory_bytes = 1e10,
                         .memory_bandwidth_bytes_per_s = 1e12,
                         .kernel_launch_s = 1e-6,
                         .framework_ratio = 1,
                         .framework_backward_ratio = 1};

static void set_up(void)
{
    gsl_set_error_handler_off(); /* as in main.c */
    for (int i = 0; i < DTYPE_COUNT; i++)
        gpu.peak_flop_per_s[i] = 1e14;
    for (int i = 0; i < KERNEL_CLASS_COUNT; i++)
        gpu.efficiency[i] = (struct gpu_efficiency){0.5, 0.5};
}

static void ask(const struct cost_table *table, double tokens)
{
    const struct operator_shape whole = {.tokens = tokens,
                                         .hidden = 64,
                                         .ffn_hidden = 256,
                                         .heads = 4,
                                         .kv_heads = 4,
                                         .head_dim = 16,
                                         .span_tokens = 128,
                                         .experts = 8,
                                         .top_k = 2,
                                         .capacity_factor = 1,
                                         .vocabulary = 1000};
    for (int kind = 0; kind < OPERATOR_KIND_COUNT; kind++) {
        enum operator_kind k = (enum operator_kind)kind;
        struct operator_shape shape = operator_used_shape(k, &whole);
        if (!operator_computes(k))
            continue;
        struct cost cost = cost_of(table, &gpu, k, PASS_FORWARD, &shape, DTYPE_FP16);
        assert(isfinite(cost.time_s) && cost.time_s >= 0);
        for (double duty_ratio = 0; duty_ratio <= 1; duty_ratio += 0.25) {
            cost = cost_at_duty(table, &gpu, k, PASS_FORWARD, &shape, DTYPE_FP16, duty_ratio);
            assert(isfinite(cost.time_s) && cost.time_s >= 0);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    struct diag diag = {0};
    struct cost_table *table;
    if (gpu.peak_flop_per_s[0] <= 0)
        set_up();
    if (cost_table_load(&(struct cost_file){"fuzz.csv", (const char *)bytes, count}, 1, &diag,
                        &table) == 0) {
        assert(diag.count == 0 && cost_table_rows(table) > 0);
        for (double tokens = 1; tokens < 1e6; tokens *= 7)
            ask(table, tokens);
        cost_table_free(table);
    } else {
        assert(diag.count > 0);
    }
    diag_done(&diag);
    return 0;
}
