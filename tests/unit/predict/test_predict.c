/* What one GPU makes of a plan: duty, and what compute and exchanges cost each other. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_test.h>

#include "sim/predict/predict.h"

static const struct gpu gpu = {
    .memory_bandwidth_bytes_per_s = 1e12,
    .peak_flop_per_s = {1e13, 1e13, 1e14, 1e14, 1e14},
    .efficiency = {{0.5, 1}, {0.5, 1}, {0.5, 1}, {1, 1}, {1, 0.5}},
};

/* An mlp (5 kernels: norm, product, activation, product, residual) beside an exchange of 1000 bytes
 * from the start, then a gate that waits for both. */
static struct plan_operator operators[] = {
    {.name = (char[]){"dispatch"}, .kind = OPERATOR_DISPATCH, .queue = 1, .a2a_bytes = 1000},
    {.name = (char[]){"mlp"}, .kind = OPERATOR_MLP, .shape = {.tokens = 512}},
    {.name = (char[]){"gate"}, .kind = OPERATOR_GATE, .after = (size_t[]){0, 1}, .after_count = 2,
     .shape = {.tokens = 512}},
};
static char *queues[] = {(char[]){"compute"}, (char[]){"communication"}};
static struct plan plan = {.schedule = (char[]){"test"}, .ranks = 1, .ep = 1, .queues = queues,
                           .queue_count = 2, .operators = operators, .operator_count = 3,
                           .chunks = 1};

/* Times lie on the grid of the engine's clock, 2^-42 s apart: a part in 1e8 of 50 us. */
#define GRID 1e-8

static struct engine *engine;

static struct prediction predict_launched(const char *costs, double factor_ratio, enum launch launch)
{
    struct diag diag = {0};
    struct cost_table *table = NULL;
    struct prediction prediction = {0};
    int r = cost_table_parse("c.csv", costs, strlen(costs), &diag, &table);
    if (r == 0) {
        struct predict_settings settings = {table, &gpu, 1, factor_ratio, launch};
        r = predict_plan(engine, &plan, DTYPE_BF16, &settings, &diag, &prediction);
    }
    gsl_test_int(r, 0, "%s", diag.count ? diag.messages[0] : "predicted");
    diag_done(&diag);
    cost_table_free(table);
    return prediction;
}

static struct prediction predict(const char *costs, double factor_ratio)
{
    return predict_launched(costs, factor_ratio, LAUNCH_EAGER);
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
                                           "mlp,512,,100e-6\ngate,512,,20e-6\n" COPIES, 1);
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
                                           "mlp,512,,100e-6\ngate,512,,20e-6\n" COPIES, 4);
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
                "launch_beside_copies,,,4e-6\n", 1);
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
                "exchange_beside_compute,,,3e-6\n", 1);
    gsl_test_rel(span_s(&prediction, 0), 53e-6, 1e-3, "exchange");
    gsl_test_rel(prediction.timeline->end_s, 120e-6, GRID, "still hidden");
    timeline_free(prediction.timeline);
}

/* Each kernel 5 us later: the mlp has 5, the gate 3 (norm, product, choice). The exchange is as it was. */
static void launched_by_a_graph(void)
{
    static const char costs[] = "kind,tokens,bytes,time_s\nmlp,512,,100e-6\ngate,512,,20e-6\n" COPIES
                                "launch_in_graph,,,5e-6\n";
    struct prediction prediction = predict_launched(costs, 1, LAUNCH_GRAPH);
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
                "copy_bidirectional,,,,1000,50e-6\ncopy_bidirectional,,,,2000,100e-6\n", 8);
    gsl_test_rel(span_s(&prediction, 1), 100e-6, GRID, "mlp of a GPU that rests");
    gsl_test_rel(prediction.duty_ratio, 120.0 / 420, 1e-3, "duty");
    timeline_free(prediction.timeline);
}

/* The mlp (100 us) beside a fetch of 120 us and an exchange that begins with it: both ways at once it
 * would take 50 us, but its part to the GPU (30 us) waits for the fetch: 120 + 30 us. The gate, which
 * waits for all, begins at 150 us. Operators are served in the order in which they stand. */
static void one_engine_a_direction(void)
{
    static const char costs[] = "kind,tokens,bytes,time_s\n"
                                "mlp,512,,100e-6\ngate,512,,20e-6\n" COPIES
                                "copy_h2d,,1000,30e-6\ncopy_h2d,,2000,60e-6\n"
                                "expert_fetch,,4000,120e-6\nexpert_fetch,,8000,240e-6\n";
    struct plan_operator with_fetch[] = {
        {.name = (char[]){"fetch"}, .kind = OPERATOR_EXPERT_FETCH, .queue = 2, .fetch_bytes = 4000},
        operators[0], operators[1], operators[2]};
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

static void no_copies(void)
{
    static const char costs[] = "kind,tokens,time_s\nmlp,512,100e-6\n";
    struct diag diag = {0};
    struct cost_table *table = NULL;
    struct prediction prediction;
    gsl_test_int(cost_table_parse("c.csv", costs, strlen(costs), &diag, &table), 0, "read");
    struct predict_settings settings = {table, &gpu, 1, 1, LAUNCH_EAGER};
    gsl_test(predict_plan(engine, &plan, DTYPE_BF16, &settings, &diag, &prediction) == 0, "refused");
    gsl_test_str(diag.messages[0], "the cost file has fewer than two rows of copy_bidirectional",
                 "message");
    diag_done(&diag);
    cost_table_free(table);
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
    launched_by_a_graph();
    rested();
    one_engine_a_direction();
    no_copies();
    engine_close(engine);
    return gsl_test_summary();
}
