/* What one GPU makes of a plan: duty, and what compute and exchanges cost each other. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_test.h>

#include "sim/predict/predict.h"

static const struct gpu gpu = {
    .sm_count = 100,
    .memory_bandwidth_bytes_per_s = 1e12,
    .peak_flop_per_s = {1e13, 1e13, 1e14, 1e14, 1e14},
    .efficiency = {{0.5, 1}, {0.5, 1}, {0.5, 1}, {1, 1}, {1, 0.5}},
};

/* An mlp (5 kernels: norm, product, activation, product, residual) beside an exchange of 1000 bytes
 * from the start, then a gate that waits for both. */
static struct plan_operator operators[] = {
    {.name = (char[]){"dispatch"}, .kind = OPERATOR_DISPATCH, .queue = 1, .comm_bytes = 1000},
    {.name = (char[]){"mlp"}, .kind = OPERATOR_MLP, .shape = {.tokens = 512}},
    {.name = (char[]){"gate"},
     .kind = OPERATOR_GATE,
     .after = (size_t[]){0, 1},
     .after_count = 2,
     .shape = {.tokens = 512}},
};
static char *queues[] = {(char[]){"compute"}, (char[]){"communication"}};
static struct plan plan = {.schedule = (char[]){"test"},
                           .ranks = 1,
                           .ep = 1,
                           .queues = queues,
                           .queue_count = 2,
                           .operators = operators,
                           .operator_count = 3,
                           .chunks = 1};

/* Times lie on the grid of the engine's clock, 2^-42 s apart: a part in 1e8 of 50 us. */
#define GRID 1e-8

static struct engine *engine;

static struct prediction predict_with(const char *costs, size_t gpus, double factor_ratio,
                                      enum launch launch)
{
    struct diag diag = {0};
    struct cost_table *table = NULL;
    struct prediction prediction = {0};
    int r = cost_table_parse("c.csv", costs, strlen(costs), &diag, &table);
    if (r == 0) {
        struct predict_settings settings = {table, &gpu, gpus, factor_ratio, launch};
        r = predict_plan(engine, &plan, DTYPE_BF16, &settings, &diag, &prediction);
    }
    gsl_test_int(r, 0, "%s", diag.count ? diag.messages[0] : "predicted");
    diag_done(&diag);
    cost_table_free(table);
    return prediction;
}

static struct prediction predict(const char *costs, double factor_ratio)
{
    return predict_with(costs, 1, factor_ratio, LAUNCH_EAGER);
}

static double span_s(const struct prediction *prediction, size_t index)
{
    const struct span *span = timeline_span(prediction->timeline, 0, index);
    return span->end_s - span->start_s;
}

#define COPIES "copy_bidirectional,,1000,50e-6\ncopy_bidirectional,,2000,100e-6\n"

/* 100 us of mlp hide 50 us of exchange; the gate takes 20 us; all 120 us compute. */
static void alone(void)
{
    struct prediction prediction = predict("kind,tokens,bytes,time_s\n"
                                           "mlp,512,,100e-6\ngate,512,,20e-6\n" COPIES,
                                           1);
    gsl_test_rel(prediction.timeline->end_s, 120e-6, GRID, "mlp, then gate");
    gsl_test_rel(span_s(&prediction, 0), 50e-6, GRID, "exchange");
    gsl_test_rel(prediction.duty_ratio, 1, GRID, "always computing");
    gsl_test_rel(prediction.measured_ratio, 1, GRID, "all measured");
    timeline_free(prediction.timeline);
}

/* With the factor 4 the exchange takes 200 us: 120 of 220 us compute. */
static void exposed(void)
{
    struct prediction prediction = predict("kind,tokens,bytes,time_s\n"
                                           "mlp,512,,100e-6\ngate,512,,20e-6\n" COPIES,
                                           4);
    gsl_test_rel(prediction.timeline->end_s, 220e-6, GRID, "the gate waits for the exchange");
    gsl_test_rel(prediction.duty_ratio, 120.0 / 220, 1e-3, "duty");
    timeline_free(prediction.timeline);
}

/* Each of the mlp's 5 kernels starts 4 us later while copies run. They do so for 50 us of its
 * time T: T = 100 + 5 * 4 * 50 / T, so T = 50 + sqrt(50 * 50 + 1000) = 109.161 us. */
static void launches_beside_copies(void)
{
    struct prediction prediction =
        predict("kind,tokens,bytes,time_s\nmlp,512,,100e-6\ngate,512,,20e-6\n" COPIES
                "launch_beside_copies,,,4e-6\n",
                1);
    double want_s = 1e-6 * (50 + sqrt(50 * 50 + 1000));
    gsl_test_rel(span_s(&prediction, 1), want_s, 1e-3, "mlp");
    gsl_test_rel(span_s(&prediction, 2), 20e-6, 1e-3, "the gate runs alone");
    timeline_free(prediction.timeline);
}

/* The exchange runs beside the mlp all along: 50 + 3 us. */
static void exchange_beside_compute(void)
{
    struct prediction prediction =
        predict("kind,tokens,bytes,time_s\nmlp,512,,100e-6\ngate,512,,20e-6\n" COPIES
                "exchange_beside_compute,,,3e-6\n",
                1);
    gsl_test_rel(span_s(&prediction, 0), 53e-6, 1e-3, "exchange");
    gsl_test_rel(prediction.timeline->end_s, 120e-6, GRID, "still hidden");
    timeline_free(prediction.timeline);
}

/* In a graph the exchange takes 6 us more, and the mlp's 5 kernels start 8 us later each while it
 * runs: T = 100 + 5 * 8 * 56 / T, so T = 50 + sqrt(50 * 50 + 40 * 56). */
static void copies_in_a_graph(void)
{
    static const char costs[] =
        "kind,tokens,bytes,time_s\nmlp,512,,100e-6\ngate,512,,20e-6\n" COPIES
        "exchange_in_graph,,,6e-6\nlaunch_in_graph_beside_copies,,,8e-6\n";
    struct prediction prediction = predict_with(costs, 1, 1, LAUNCH_GRAPH);
    gsl_test_rel(span_s(&prediction, 0), 56e-6, GRID, "exchange");
    gsl_test_rel(span_s(&prediction, 1), 1e-6 * (50 + sqrt(50 * 50 + 40 * 56)), 1e-3, "mlp");
    timeline_free(prediction.timeline);
    prediction = predict(costs, 1);
    gsl_test_rel(span_s(&prediction, 0), 50e-6, GRID, "eager launches do not care");
    gsl_test_rel(prediction.timeline->end_s, 120e-6, GRID, "nor do their kernels");
    timeline_free(prediction.timeline);
}

/* Each kernel 5 us later: the mlp has 5, the gate 3 (norm, product, choice). The exchange is as it
 * was. */
static void launched_by_a_graph(void)
{
    static const char costs[] =
        "kind,tokens,bytes,time_s\nmlp,512,,100e-6\ngate,512,,20e-6\n" COPIES
        "launch_in_graph,,,5e-6\n";
    struct prediction prediction = predict_with(costs, 1, 1, LAUNCH_GRAPH);
    gsl_test_rel(span_s(&prediction, 0), 50e-6, GRID, "exchange");
    gsl_test_rel(span_s(&prediction, 1), 125e-6, GRID, "mlp");
    gsl_test_rel(span_s(&prediction, 2), 35e-6, GRID, "gate");
    timeline_free(prediction.timeline);
    prediction = predict(costs, 1);
    gsl_test_rel(prediction.timeline->end_s, 120e-6, GRID, "eager launches do not care");
    timeline_free(prediction.timeline);
}

/* 100 us at duty 0.5, 200 at 1, gate 20 at any: with an exchange of 400 us (factor 8) the state is
 * x = mlp + 20, T = 420, duty x / T < 0.5: mlp stays at 100. */
static void rested(void)
{
    struct prediction prediction =
        predict("kind,protocol,duty_ratio,tokens,bytes,time_s\n"
                "mlp,mixed,0.5,512,,100e-6\nmlp,mixed,1,512,,200e-6\ngate,hot,,512,,20e-6\n"
                "copy_bidirectional,,,,1000,50e-6\ncopy_bidirectional,,,,2000,100e-6\n",
                8);
    gsl_test_rel(span_s(&prediction, 1), 100e-6, GRID, "mlp of a GPU that rests");
    gsl_test_rel(prediction.duty_ratio, 120.0 / 420, 1e-3, "duty");
    timeline_free(prediction.timeline);
}

/* The mlp (100 us) beside a fetch of 120 us and an exchange that begins with it: both ways at once
 * it would take 50 us, but its part to the GPU (30 us) waits for the fetch: 120 + 30 us. The gate,
 * which waits for all, begins at 150 us. Operators are served in the order in which they stand. */
static void one_engine_a_direction(void)
{
    static const char costs[] =
        "kind,tokens,bytes,time_s\n"
        "mlp,512,,100e-6\ngate,512,,20e-6\n" COPIES "copy_h2d,,1000,30e-6\ncopy_h2d,,2000,60e-6\n"
        "expert_fetch,,4000,120e-6\nexpert_fetch,,8000,240e-6\n";
    struct plan_operator with_fetch[] = {
        {.name = (char[]){"fetch"}, .kind = OPERATOR_EXPERT_FETCH, .queue = 2, .fetch_bytes = 4000},
        operators[0],
        operators[1],
        operators[2]};
    char *three[] = {queues[0], queues[1], (char[]){"fetch"}};
    struct plan usual = plan;
    with_fetch[3].after = (size_t[]){0, 1, 2};
    with_fetch[3].after_count = 3;
    plan.operators = with_fetch;
    plan.operator_count = 4;
    plan.queues = three;
    plan.queue_count = 3;
    struct prediction prediction = predict(costs, 1);
    gsl_test_rel(span_s(&prediction, 0), 120e-6, 1e-6, "the fetch came first");
    gsl_test_rel(span_s(&prediction, 1), 150e-6, 1e-6, "the exchange waits for the engine");
    gsl_test_rel(prediction.timeline->end_s, 170e-6, 1e-6, "then the gate");
    timeline_free(prediction.timeline);
    with_fetch[0].queue = 1; /* in one queue they are in order anyway: 120 + 50 us */
    prediction = predict(costs, 1);
    gsl_test_rel(span_s(&prediction, 1), 50e-6, 1e-6, "one after the other");
    gsl_test_rel(prediction.timeline->end_s, 190e-6, 1e-6, "then the gate");
    timeline_free(prediction.timeline);
    plan = usual;
}

static void refused(const char *costs, size_t gpus, const char *want)
{
    struct diag diag = {0};
    struct cost_table *table = NULL;
    struct prediction prediction;
    gsl_test_int(cost_table_parse("c.csv", costs, strlen(costs), &diag, &table), 0, "read");
    struct predict_settings settings = {table, &gpu, gpus, 1, LAUNCH_EAGER};
    gsl_test(predict_plan(engine, &plan, DTYPE_BF16, &settings, &diag, &prediction) == 0,
             "refused");
    gsl_test_str(diag.messages[0], want, "message");
    diag_done(&diag);
    cost_table_free(table);
}

static void no_copies(void)
{
    refused("kind,tokens,time_s\nmlp,512,100e-6\n", 1,
            "the cost file has no rows of copy_bidirectional");
}

/* ---- Among two GPUs ---- */

/* 1000 bytes take 50 us, on 20 of 100 SMs, which the times without a limit show. */
#define ALL_TO_ALLS                                                                                \
    "all_to_all,,2,1000,,50e-6\nall_to_all,,2,2000,,100e-6\n"                                      \
    "all_to_all,,2,1000,10,90e-6\nall_to_all,,2,1000,20,50e-6\n"
#define AMONG                                                                                      \
    "kind,tokens,ranks,bytes,sm_count,time_s\nmlp,512,,,,100e-6\ngate,512,,,,20e-6\n" ALL_TO_ALLS

static struct prediction predict_among(const char *costs, double factor_ratio)
{
    return predict_with(costs, 2, factor_ratio, LAUNCH_EAGER);
}

/* The mlp's 5 kernels are equally long here. The dispatch waits for SMs until the first ends, then
 * holds a fifth of them for 50 us, in which the mlp does 40 us' work: 100 + 10 = 110 us, a kernel
 * of which is 22. */
static void among_gpus(void)
{
    plan.ep = 2;
    struct prediction prediction = predict_among(AMONG, 1);
    gsl_test_rel(span_s(&prediction, 1), 110e-6, 1e-6, "mlp");
    gsl_test_rel(span_s(&prediction, 0), 72e-6, 1e-6, "dispatch");
    gsl_test_rel(prediction.timeline->end_s, 130e-6, 1e-6, "then the gate");
    timeline_free(prediction.timeline);
    /* A tenth of a second for each beside compute: 55 us, 111 in all, 22.2 a kernel. */
    prediction = predict_among(AMONG "all_to_all_beside_compute,,,,,0.1\n", 1);
    gsl_test_rel(span_s(&prediction, 1), 111e-6, 1e-6, "mlp");
    gsl_test_rel(span_s(&prediction, 0), 77.2e-6, 1e-4, "dispatch, longer beside compute");
    timeline_free(prediction.timeline);
    plan.ep = 1;
}

/* Compute takes 220 us at a duty of 1, 120 where the GPU rests; so does the dispatch's 50
 * us: 91.667. Meanwhile the mlp does 73.333 us' work: 200 + 18.333 = 218.333 us, a kernel of which
 * is 43.667. */
static void at_the_clock_of_compute(void)
{
    plan.ep = 2;
    struct prediction prediction = predict_among(
        "kind,protocol,duty_ratio,tokens,ranks,bytes,sm_count,time_s\n"
        "mlp,mixed,0.5,512,,,,100e-6\nmlp,mixed,1,512,,,,200e-6\ngate,hot,,512,,,,20e-6\n"
        "all_to_all,hot,,,2,1000,,50e-6\nall_to_all,hot,,,2,2000,,100e-6\n"
        "all_to_all,hot,,,2,1000,20,50e-6\n",
        1);
    gsl_test_rel(span_s(&prediction, 1), 218.3333e-6, 1e-6, "mlp");
    gsl_test_rel(span_s(&prediction, 0), 91.6667e-6 + 43.6667e-6, 1e-6, "dispatch");
    timeline_free(prediction.timeline);
    plan.ep = 1;
}

/* Two dispatches of 20 us (factor 0.4), one after the other: 100 + 2 * 4 = 108 us of mlp, a kernel
 * of which is 21.6. The first waits that long and ends at 41.6, within the second kernel, whose end
 * the other waits for: 1.6 us. */
static void behind_another(void)
{
    struct plan_operator twice[] = {operators[0], operators[0], operators[1], operators[2]};
    struct plan usual = plan;
    twice[1].name = (char[]){"dispatch_2"};
    twice[3].after = (size_t[]){0, 1, 2};
    twice[3].after_count = 3;
    plan.operators = twice;
    plan.operator_count = 4;
    plan.ep = 2;
    static const char costs[] = "kind,tokens,ranks,bytes,sm_count,time_s\n"
                                "mlp,512,,,,100e-6\ngate,512,,,,20e-6\n"
                                "all_to_all,,2,400,,20e-6\nall_to_all,,2,2000,,100e-6\n"
                                "all_to_all,,2,400,20,20e-6\n";
    struct prediction prediction = predict_among(costs, 0.4);
    gsl_test_rel(span_s(&prediction, 2), 108e-6, 1e-6, "mlp");
    gsl_test_rel(span_s(&prediction, 0), 41.6e-6, 1e-6, "the first");
    gsl_test_rel(span_s(&prediction, 1), 21.6e-6, 1e-6, "the second");
    timeline_free(prediction.timeline);
    plan = usual;
}

static void not_among_so_many(void)
{
    refused(AMONG, 2, "schedule test: its All-to-Alls are among 1 GPUs, not 2");
    plan.ep = 2;
    refused("kind,tokens,ranks,bytes,time_s\nmlp,512,,,1\nall_to_all,,4,1,1\nall_to_all,,4,2,1\n",
            2, "the cost file has no rows of all_to_all among 2 ranks");
    plan.ep = 1;
}

int main(void)
{
    struct diag diag = {0};
    gsl_set_error_handler_off();
    gsl_test_int(predict_open(&diag, &engine), 0, "open");
    alone();
    exposed();
    launches_beside_copies();
    exchange_beside_compute();
    copies_in_a_graph();
    launched_by_a_graph();
    rested();
    one_engine_a_direction();
    no_copies();
    among_gpus();
    at_the_clock_of_compute();
    behind_another();
    not_among_so_many();
    engine_close(engine);
    return gsl_test_summary();
}
