/* What the tests of settle share: a GPU of round figures, and a small plan on it. */
#ifndef SCMOESIM_TESTS_SETTLING_H
#define SCMOESIM_TESTS_SETTLING_H

#include <gsl/gsl_test.h>
#include <stdlib.h>
#include <string.h>

#include "sim/engine/settle.h"

/* Times of 10 us and more; what ends within 1e-12 s of a moment has ended then (walk.c). */
#define INSTANT 1e-9

static const struct gpu settling_gpu = {
    .sm_count = 100,
    .memory_bandwidth_bytes_per_s = 1e12,
    .peak_flop_per_s = {1e13, 1e13, 1e14, 1e14, 1e14},
    .framework_ratio = 1,
    .framework_backward_ratio = 1,
    .efficiency = {{0.5, 1}, {0.5, 1}, {0.5, 1}, {1, 1}, {1, 0.5}},
};

/* An mlp (5 kernels: norm, product, activation, product, residual) beside an exchange of 1000 bytes
 * from the start, then a gate (3 kernels) that waits for both. */
static const struct plan_operator settling_operators[] = {
    {.name = (char[]){"dispatch"},
     .kind = OPERATOR_DISPATCH,
     .queue = 1,
     .dtype = DTYPE_BF16,
     .comm_bytes = 1000},
    {.name = (char[]){"mlp"}, .kind = OPERATOR_MLP, .dtype = DTYPE_BF16, .shape = {.tokens = 512}},
    {.name = (char[]){"gate"},
     .kind = OPERATOR_GATE,
     .dtype = DTYPE_BF16,
     .after = (size_t[]){0, 1},
     .after_count = 2,
     .shape = {.tokens = 512}},
};

/* A plan of `operators`, which has room for the three, in bf16. */
static inline struct plan settling_plan(struct plan_operator *operators, size_t ep)
{
    static char schedule[] = "test", compute[] = "compute", communication[] = "communication",
                fetch[] = "fetch";
    static char *queues[] = {compute, communication, fetch};
    memcpy(operators, settling_operators, sizeof settling_operators);
    return (struct plan){.schedule = schedule,
                         .dtype = DTYPE_BF16,
                         .ranks = ep,
                         .ep = ep,
                         .queues = queues,
                         .queue_count = 3,
                         .operators = operators,
                         .operator_count = 3,
                         .chunks = 1};
}

static inline struct cost_scale settling_scale(enum launch launch)
{
    struct cost_scale scale = {.launch = launch};
    for (size_t kind = 0; kind < OPERATOR_KIND_COUNT; kind++)
        scale.time_ratio[kind] = 1;
    return scale;
}

/* Settles at the costs of a text; everything else is the request's. Complaints are diag's. */
static inline int settle_at(const char *costs, enum launch launch, struct settle_request request,
                            struct diag *diag, struct settled *ret)
{
    struct cost_table *table = NULL;
    struct cost_scale scale = settling_scale(launch);
    int r = cost_table_load(&(struct cost_file){"c.csv", costs, strlen(costs)}, 1, diag, &table);
    struct pricing pricing = {
        .costs = table, .gpu = &settling_gpu, .scale = &scale, .dtype = request.plan->dtype};
    request.pricing = &pricing;
    if (r == 0)
        r = settle(&request, diag, ret);
    cost_table_free(table);
    return r;
}

static inline struct settled must_settle(const char *costs, enum launch launch,
                                         struct settle_request request)
{
    struct diag diag = {0};
    struct settled settled = {0};
    int r = settle_at(costs, launch, request, &diag, &settled);
    gsl_test_int(r, 0, "%s", diag.count ? diag.messages[0] : "settled");
    if (r < 0) {
        diag_done(&diag);
        exit(1);
    }
    diag_done(&diag);
    return settled;
}

/* With one complaint. */
static inline void must_refuse(const char *costs, struct settle_request request, const char *want)
{
    struct diag diag = {0};
    struct settled settled = {0};
    gsl_test(settle_at(costs, LAUNCH_EAGER, request, &diag, &settled) == 0, "refused: %s", want);
    gsl_test_int((int)diag.count, 1, "one complaint: %s", want);
    gsl_test_str(diag.count ? diag.messages[0] : "", want, "complaint");
    diag_done(&diag);
}

static inline double span_s(const struct settled *settled, size_t index)
{
    const struct span *span = timeline_span(settled->timeline, 0, index);
    return span->end_s - span->start_s;
}

#endif
