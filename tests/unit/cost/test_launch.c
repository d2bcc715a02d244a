/* What launching by a CUDA graph adds to operators. */
#include <string.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_test.h>

#include "sim/cost/launch.h"

static double added_s(enum launch launch, const struct cost_table *table, const struct gpu *gpu,
                      enum operator_kind kind, enum operator_pass pass)
{
    struct operator_shape shape = {.tokens = 512,
                                   .hidden = 64,
                                   .ffn_hidden = 256,
                                   .heads = 1,
                                   .kv_heads = 1,
                                   .head_dim = 64,
                                   .experts = 8,
                                   .top_k = 1};

    return launch_added_s(launch, table, gpu, kind, pass, &shape, DTYPE_BF16);
}

/* Kernels of an mlp: norm, product, activation, product, residual; of its weight gradient: two
 * products. */
static void each_kernel(void)
{
    struct gpu gpu = {.graph_launch_s = 2e-6};

    gsl_test_rel(added_s(LAUNCH_GRAPH, NULL, &gpu, OPERATOR_MLP, PASS_FORWARD), 10e-6, 1e-14,
                 "mlp");
    gsl_test_rel(added_s(LAUNCH_GRAPH, NULL, &gpu, OPERATOR_MLP, PASS_WEIGHT_GRADIENT), 4e-6, 1e-14,
                 "its weight gradient");
    gsl_test_abs(added_s(LAUNCH_GRAPH, NULL, &gpu, OPERATOR_EXPERT_FETCH, PASS_FORWARD), 0, 0,
                 "a copy has no kernel");
    gsl_test_abs(added_s(LAUNCH_EAGER, NULL, &gpu, OPERATOR_MLP, PASS_FORWARD), 0, 0,
                 "eager launches are in the times");
}

static void by_costs_first(void)
{
    static const char rows[] = "kind,time_s\nlaunch_in_graph,3e-6\n";
    struct gpu knows = {.graph_launch_s = 2e-6}, knows_not = {.name = (char[]){"x1"}};
    struct cost_table *table = NULL;
    struct diag diag = {0};

    gsl_test_int(
        cost_table_load(&(struct cost_file){"c.csv", rows, strlen(rows)}, 1, &diag, &table), 0,
        "parses");
    gsl_test_rel(added_s(LAUNCH_GRAPH, table, &knows, OPERATOR_ENCODE, PASS_FORWARD), 3e-6, 1e-14,
                 "the costs' row");
    gsl_test_int(launch_need_known(LAUNCH_GRAPH, table, &knows_not, &diag), 0, "a row is enough");
    gsl_test_int(launch_need_known(LAUNCH_EAGER, NULL, &knows_not, &diag), 0, "nothing to know");
    gsl_test(launch_need_known(LAUNCH_GRAPH, NULL, &knows_not, &diag) == 0, "neither tells");
    gsl_test_str(diag.messages[0],
                 "what a CUDA graph adds to each kernel is not known: GPU x1 has no "
                 "\"graph_launch_s\" and the costs have no row of launch_in_graph",
                 "message");
    cost_table_free(table);
    diag_done(&diag);
}

static void words(void)
{
    enum launch launch = LAUNCH_EAGER;

    gsl_test(!launch_parse("graph", &launch) || launch != LAUNCH_GRAPH, "graph");
    gsl_test(launch_parse("graphs", &launch), "no word");
}

int main(void)
{
    gsl_set_error_handler_off();
    each_kernel();
    by_costs_first();
    words();
    return gsl_test_summary();
}
