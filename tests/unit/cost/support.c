#include "support.h"

#include <string.h>

#include <gsl/gsl_test.h>

const struct gpu round_gpu = {
    .memory_bandwidth_bytes_per_s = 1e12,
    .peak_flop_per_s = {1e13, 1e13, 1e14, 1e14, 1e14},
    .kernel_launch_s = 1e-6,
    .framework_ratio = 1,
    .framework_backward_ratio = 1,
    .efficiency = {{0.5, 1}, {0.5, 1}, {0.5, 1}, {1, 1}, {1, 0.5}},
};

struct cost_table *table_of(const char *text)
{
    struct diag diag = {0};
    struct cost_table *table = NULL;

    gsl_test_int(
        cost_table_load(&(struct cost_file){"c.csv", text, strlen(text)}, 1, &diag, &table), 0,
        "%s", diag.count ? diag.messages[0] : "accepted");
    diag_done(&diag);
    return table;
}

struct operator_shape mlp_of(double tokens)
{
    return (struct operator_shape){.tokens = tokens, .hidden = 1024, .ffn_hidden = 4096};
}

struct cost mlp_cost(const struct cost_table *table, double tokens)
{
    struct operator_shape shape = mlp_of(tokens);
    return cost_of(table, &round_gpu, OPERATOR_MLP, PASS_FORWARD, &shape, DTYPE_BF16);
}

double mlp_roofline_s(double tokens)
{
    struct operator_shape shape = mlp_of(tokens);
    return roofline_time_s(&round_gpu, OPERATOR_MLP, PASS_FORWARD, &shape, DTYPE_BF16);
}

void expect(struct cost got, double time_s, enum cost_origin origin, const char *why)
{
    gsl_test_rel(got.time_s, time_s, 1e-14, "%s: time", why);
    gsl_test_str(cost_origin_names[got.origin], cost_origin_names[origin], "%s: origin", why);
}
