/* What one GPU makes of a plan, as the probe replays it: duty, and what compute and exchanges cost
 * each other, with the host's memory or among two GPUs by NCCL. */
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdlib.h>

#include "settling.h"

/* ---- With the host's memory ---- */

static struct settled with_host(const char *costs, enum launch launch, const struct plan *plan)
{
    return must_settle(costs, launch,
                       (struct settle_request){.plan = plan, .carrier = CARRIER_HOST});
}

/* The small plan, with times its bytes. */
static struct settled small_with_host(const char *costs, enum launch launch, double factor_ratio)
{
    struct plan_operator operators[3];
    struct plan plan = settling_plan(operators, 1);
    operators[0].comm_bytes *= factor_ratio;
    return with_host(costs, launch, &plan);
}

#define COPIES "copy_bidirectional,,1000,50e-6\ncopy_bidirectional,,2000,100e-6\n"
#define MLP_AND_GATE "kind,tokens,bytes,time_s\nmlp,512,,100e-6\ngate,512,,20e-6\n"

/* 100 us of mlp hide 50 us of exchange; the gate takes 20 us; all 120 us compute. */
static void alone(void)
{
    struct settled settled = small_with_host(MLP_AND_GATE COPIES, LAUNCH_EAGER, 1);
    gsl_test_rel(settled.timeline->end_s, 120e-6, INSTANT, "mlp, then gate");
    gsl_test_rel(span_s(&settled, 0), 50e-6, INSTANT, "exchange");
    gsl_test_rel(settled.duty_ratio, 1, INSTANT, "always computing");
    gsl_test_rel(settled.measured_ratio, 1, INSTANT, "all measured");
    gsl_test_rel(settled.compute_s[1], 100e-6, INSTANT, "price of the mlp");
    gsl_test_rel(settled.compute_s[2], 20e-6, INSTANT, "price of the gate");
    gsl_test_str(network_names[settled.network], "none", "no network");
    settled_done(&settled);
}

/* Half of the compute time has a row. */
static void half_measured(void)
{
    struct plan_operator operators[3];
    struct plan plan = settling_plan(operators, 1);
    struct pricing synthetic = {.gpu = &settling_gpu, .dtype = DTYPE_BF16};
    operators[2].shape.hidden = 1024;
    operators[2].shape.experts = 64;
    double gate_s = price_at_duty(&synthetic, &operators[2], 1).time_s;
    struct settled settled =
        with_host("kind,tokens,bytes,time_s\nmlp,512,,100e-6\n" COPIES, LAUNCH_EAGER, &plan);
    gsl_test(gate_s <= 0, "the gate takes its time");
    gsl_test_rel(settled.measured_ratio, 100e-6 / (100e-6 + gate_s), INSTANT, "the mlp's part");
    settled_done(&settled);
}

/* Eight ranks do the same: one is followed, and all have its spans. */
static void many_alike(void)
{
    struct plan_operator operators[3];
    struct plan plan = settling_plan(operators, 8);
    struct settled settled = with_host(MLP_AND_GATE COPIES, LAUNCH_EAGER, &plan);
    gsl_test_int((int)settled.rows, 1, "one row");
    gsl_test_int((int)settled.timeline->ranks, 8, "eight ranks");
    gsl_test_rel(timeline_span(settled.timeline, 7, 2)->end_s, 120e-6, INSTANT, "the last rank");
    gsl_test_rel(settled.duty_ratio, 1, INSTANT, "duty of them all");
    settled_done(&settled);
}

/* With the factor 4 the exchange takes 200 us: 120 of 220 us compute. */
static void exposed(void)
{
    struct settled settled = small_with_host(MLP_AND_GATE COPIES, LAUNCH_EAGER, 4);
    gsl_test_rel(settled.timeline->end_s, 220e-6, INSTANT, "the gate waits for the exchange");
    gsl_test_rel(settled.duty_ratio, 120.0 / 220, 1e-3, "duty");
    settled_done(&settled);
}

/* Each of the mlp's 5 kernels starts 4 us later while copies run. They do so for 50 us of its
 * time T: T = 100 + 5 * 4 * 50 / T, so T = 50 + sqrt(50 * 50 + 1000) = 109.161 us. */
static void launches_beside_copies(void)
{
    struct settled settled =
        small_with_host(MLP_AND_GATE COPIES "launch_beside_copies,,,4e-6\n", LAUNCH_EAGER, 1);
    double want_s = 1e-6 * (50 + sqrt(50 * 50 + 1000));
    gsl_test_rel(span_s(&settled, 1), want_s, 1e-3, "mlp");
    gsl_test_rel(span_s(&settled, 2), 20e-6, 1e-3, "the gate runs alone");
    settled_done(&settled);
}

/* The exchange runs beside the mlp all along: 50 + 3 us. */
static void exchange_beside_compute(void)
{
    struct settled settled =
        small_with_host(MLP_AND_GATE COPIES "exchange_beside_compute,,,3e-6\n", LAUNCH_EAGER, 1);
    gsl_test_rel(span_s(&settled, 0), 53e-6, 1e-3, "exchange");
    gsl_test_rel(settled.timeline->end_s, 120e-6, INSTANT, "still hidden");
    settled_done(&settled);
}

/* In a graph the exchange takes 6 us more, and the mlp's 5 kernels start 8 us later each while it
 * runs: T = 100 + 5 * 8 * 56 / T, so T = 50 + sqrt(50 * 50 + 40 * 56). */
static void copies_in_a_graph(void)
{
    static const char costs[] =
        MLP_AND_GATE COPIES "exchange_in_graph,,,6e-6\nlaunch_in_graph_beside_copies,,,8e-6\n";
    struct settled settled = small_with_host(costs, LAUNCH_GRAPH, 1);
    gsl_test_rel(span_s(&settled, 0), 56e-6, INSTANT, "exchange");
    gsl_test_rel(span_s(&settled, 1), 1e-6 * (50 + sqrt(50 * 50 + 40 * 56)), 1e-3, "mlp");
    settled_done(&settled);
    settled = small_with_host(costs, LAUNCH_EAGER, 1);
    gsl_test_rel(span_s(&settled, 0), 50e-6, INSTANT, "eager launches do not care");
    gsl_test_rel(settled.timeline->end_s, 120e-6, INSTANT, "nor do their kernels");
    settled_done(&settled);
}

/* Each kernel 5 us later: the mlp has 5, the gate 3 (norm, product, choice). The exchange is as it
 * was. */
static void launched_by_a_graph(void)
{
    static const char costs[] = MLP_AND_GATE COPIES "launch_in_graph,,,5e-6\n";
    struct settled settled = small_with_host(costs, LAUNCH_GRAPH, 1);
    gsl_test_rel(span_s(&settled, 0), 50e-6, INSTANT, "exchange");
    gsl_test_rel(span_s(&settled, 1), 125e-6, INSTANT, "mlp");
    gsl_test_rel(span_s(&settled, 2), 35e-6, INSTANT, "gate");
    settled_done(&settled);
    settled = small_with_host(costs, LAUNCH_EAGER, 1);
    gsl_test_rel(settled.timeline->end_s, 120e-6, INSTANT, "eager launches do not care");
    settled_done(&settled);
}

/* 100 us at duty 0.5, 200 at 1, gate 20 at any: with an exchange of 400 us (factor 8) the state is
 * x = mlp + 20, T = 420, duty x / T < 0.5: mlp stays at 100. */
static void rested(void)
{
    struct settled settled =
        small_with_host("kind,protocol,duty_ratio,tokens,bytes,time_s\n"
                        "mlp,mixed,0.5,512,,100e-6\nmlp,mixed,1,512,,200e-6\ngate,hot,,512,,20e-6\n"
                        "copy_bidirectional,,,,1000,50e-6\ncopy_bidirectional,,,,2000,100e-6\n",
                        LAUNCH_EAGER, 8);
    gsl_test_rel(span_s(&settled, 1), 100e-6, INSTANT, "mlp of a GPU that rests");
    gsl_test_rel(settled.duty_ratio, 120.0 / 420, 1e-3, "duty");
    settled_done(&settled);
}

/* An mlp in fp8 in a plan of bf16. */
static void own_type(void)
{
    struct plan_operator operators[3];
    struct plan plan = settling_plan(operators, 1);
    static const char costs[] =
        "kind,dtype,tokens,bytes,time_s\nmlp,bf16,512,,100e-6\nmlp,fp8,512,,60e-6\n"
        "gate,bf16,512,,20e-6\ncopy_bidirectional,,,1000,50e-6\ncopy_bidirectional,,,2000,100e-6\n";
    struct settled settled = with_host(costs, LAUNCH_EAGER, &plan);
    gsl_test_rel(span_s(&settled, 1), 100e-6, INSTANT, "in the plan's type");
    settled_done(&settled);
    operators[1].dtype = DTYPE_FP8;
    settled = with_host(costs, LAUNCH_EAGER, &plan);
    gsl_test_rel(span_s(&settled, 1), 60e-6, INSTANT, "in its own");
    gsl_test_rel(span_s(&settled, 2), 20e-6, INSTANT, "the gate as before");
    settled_done(&settled);
}

/* ---- Copies that wait for each other ---- */

#define FETCHES                                                                                    \
    MLP_AND_GATE COPIES "copy_h2d,,1000,30e-6\ncopy_h2d,,2000,60e-6\n"                             \
                        "expert_fetch,,4000,120e-6\nexpert_fetch,,8000,240e-6\n"

/* A fetch from the beginning on, then the operators of the small plan; the gate waits for all. */
static struct plan plan_with_fetch(struct plan_operator operators[4])
{
    static char name[] = "fetch";
    static size_t all[] = {0, 1, 2};
    struct plan plan = settling_plan(operators + 1, 1);
    operators[0] = (struct plan_operator){
        .name = name, .kind = OPERATOR_EXPERT_FETCH, .queue = 2, .fetch_bytes = 4000};
    operators[3].after = all;
    operators[3].after_count = 3;
    plan.operators = operators;
    plan.operator_count = 4;
    return plan;
}

/* The mlp (100 us) beside a fetch of 120 us and an exchange that begins with it: both ways at once
 * it would take 50 us, but its part to the GPU (30 us) waits for the fetch: 120 + 30 us. The gate,
 * which waits for all, begins at 150 us. */
static void one_engine_a_direction(void)
{
    struct plan_operator operators[4];
    struct plan plan = plan_with_fetch(operators);
    struct settled settled = with_host(FETCHES, LAUNCH_EAGER, &plan);
    gsl_test_rel(span_s(&settled, 0), 120e-6, INSTANT, "the fetch came first");
    gsl_test_rel(span_s(&settled, 1), 150e-6, INSTANT, "the exchange waits for the engine");
    gsl_test_rel(settled.timeline->end_s, 170e-6, INSTANT, "then the gate");
    settled_done(&settled);
    operators[0].queue = 1; /* in one queue they are in order anyway: 120 + 50 us */
    settled = with_host(FETCHES, LAUNCH_EAGER, &plan);
    gsl_test_rel(span_s(&settled, 1), 50e-6, INSTANT, "one after the other");
    gsl_test_rel(settled.timeline->end_s, 190e-6, INSTANT, "then the gate");
    settled_done(&settled);
}

/* The fetch (120 us) begins behind the mlp, at 100 us, beside an exchange of 400 us, whose part to
 * the GPU is on its way: it waits for all of that, 300 us. */
static void fetch_waits(void)
{
    struct plan_operator operators[4];
    struct plan plan = plan_with_fetch(operators);
    struct plan_operator fetch = operators[0];
    operators[0] = operators[1];
    operators[1] = operators[2];
    operators[2] = fetch;
    operators[0].comm_bytes = 8000;
    operators[2].after = (size_t[]){1};
    operators[2].after_count = 1;
    struct settled settled = with_host(FETCHES, LAUNCH_EAGER, &plan);
    gsl_test_rel(span_s(&settled, 0), 400e-6, INSTANT, "the exchange came first");
    gsl_test_rel(span_s(&settled, 2), 300e-6 + 120e-6, INSTANT, "the fetch waits for the engine");
    gsl_test_rel(settled.timeline->end_s, 540e-6, INSTANT, "then the gate");
    settled_done(&settled);
}

/* A fetch is a copy too: while it runs, 120 us, the mlp's 5 kernels start 4 us later each. */
static void launches_beside_fetches(void)
{
    struct plan_operator operators[4];
    struct plan plan = plan_with_fetch(operators);
    operators[1].comm_bytes = 0;
    struct settled settled =
        with_host(FETCHES "launch_beside_copies,,,4e-6\n", LAUNCH_EAGER, &plan);
    gsl_test_rel(span_s(&settled, 2), 120e-6, 1e-3, "mlp");
    gsl_test_rel(span_s(&settled, 0), 120e-6, INSTANT, "the fetch does not mind");
    settled_done(&settled);
}

/* Nothing to send: no time, no wait for the fetch's engine, and nothing that a kernel begins
 * beside. */
static void nothing_to_send(void)
{
    struct plan_operator operators[4];
    struct plan plan = plan_with_fetch(operators);
    static const char costs[] =
        FETCHES "exchange_beside_compute,,,3e-6\nexchange_in_graph,,,6e-6\n";
    operators[1].comm_bytes = 0;
    for (int launch = LAUNCH_EAGER; launch <= LAUNCH_GRAPH; launch++) {
        struct settled settled = with_host(costs, launch, &plan);
        gsl_test_abs(span_s(&settled, 1), 0, 0, "%s: no exchange", launch_names[launch]);
        gsl_test_rel(span_s(&settled, 0), 120e-6, INSTANT, "the fetch takes its time");
        gsl_test_rel(settled.timeline->end_s, 140e-6, INSTANT, "then the gate");
        settled_done(&settled);
    }
}

/* ---- Among two GPUs ---- */

/* 1000 bytes take 50 us, on 20 of 100 SMs, which the times without a limit show. */
#define ALL_TO_ALLS                                                                                \
    "all_to_all,,2,1000,,50e-6\nall_to_all,,2,2000,,100e-6\n"                                      \
    "all_to_all,,2,1000,10,90e-6\nall_to_all,,2,1000,20,50e-6\n"
#define AMONG                                                                                      \
    "kind,tokens,ranks,bytes,sm_count,time_s\nmlp,512,,,,100e-6\ngate,512,,,,20e-6\n" ALL_TO_ALLS

static struct settled among_two(const char *costs, const struct plan *plan)
{
    return must_settle(costs, LAUNCH_EAGER,
                       (struct settle_request){.plan = plan, .carrier = CARRIER_MEASURED});
}

/* The mlp's 5 kernels are equally long here, 20 us. The dispatch waits for SMs until the first
 * ends, then holds a fifth of them for 50 us, in which the mlp does 40 us' work: 100 + 10 = 110 us.
 */
static void among_gpus(void)
{
    struct plan_operator operators[3];
    struct plan plan = settling_plan(operators, 2);
    struct settled settled = among_two(AMONG, &plan);
    gsl_test_rel(span_s(&settled, 1), 110e-6, INSTANT, "mlp");
    gsl_test_rel(span_s(&settled, 0), 70e-6, INSTANT, "dispatch");
    gsl_test_rel(settled.timeline->end_s, 130e-6, INSTANT, "then the gate");
    gsl_test_int((int)settled.rows, 1, "one row for both");
    settled_done(&settled);
    /* A tenth of a second for each beside compute: 55 us, in which the mlp does 44 us' work. */
    settled = among_two(AMONG "all_to_all_beside_compute,,,,,0.1\n", &plan);
    gsl_test_rel(span_s(&settled, 1), 111e-6, INSTANT, "mlp");
    gsl_test_rel(span_s(&settled, 0), 75e-6, INSTANT, "dispatch, longer beside compute");
    settled_done(&settled);
}

/* Copies' rows are none of NCCL's business. */
static void no_copies_among_gpus(void)
{
    struct plan_operator operators[3];
    struct plan plan = settling_plan(operators, 2);
    struct settled settled = among_two(AMONG "launch_beside_copies,,,,,4e-6\n"
                                             "exchange_beside_compute,,,,,3e-6\n",
                                       &plan);
    gsl_test_rel(span_s(&settled, 1), 110e-6, INSTANT, "mlp");
    gsl_test_rel(span_s(&settled, 0), 70e-6, INSTANT, "dispatch");
    settled_done(&settled);
}

/* Compute takes 220 us at a duty of 1, 120 where the GPU rests; so does the dispatch's 50
 * us: 91.667. It waits for the mlp's first kernel, 40 us, and meanwhile the mlp does 73.333 us'
 * work: 200 + 18.333 = 218.333 us. */
static void at_the_clock_of_compute(void)
{
    struct plan_operator operators[3];
    struct plan plan = settling_plan(operators, 2);
    struct settled settled =
        among_two("kind,protocol,duty_ratio,tokens,ranks,bytes,sm_count,time_s\n"
                  "mlp,mixed,0.5,512,,,,100e-6\nmlp,mixed,1,512,,,,200e-6\ngate,hot,,512,,,,20e-6\n"
                  "all_to_all,hot,,,2,1000,,50e-6\nall_to_all,hot,,,2,2000,,100e-6\n"
                  "all_to_all,hot,,,2,1000,20,50e-6\n",
                  &plan);
    gsl_test_rel(span_s(&settled, 1), 200e-6 + 55e-6 / 3, 1e-6, "mlp");
    gsl_test_rel(span_s(&settled, 0), 40e-6 + 275e-6 / 3, 1e-6, "dispatch");
    settled_done(&settled);
}

/* Two dispatches of 20 us (400 bytes), one after the other: 100 + 2 * 4 = 108 us of mlp. The first
 * begins at 20 us and ends at 40 us, when the mlp's second kernel has 4 of 20 us left, at full
 * speed. The second waits for those. */
static void behind_another(void)
{
    struct plan_operator operators[4], small[3];
    struct plan plan = settling_plan(small, 2);
    static const char costs[] = "kind,tokens,ranks,bytes,sm_count,time_s\n"
                                "mlp,512,,,,100e-6\ngate,512,,,,20e-6\n"
                                "all_to_all,,2,400,,20e-6\nall_to_all,,2,2000,,100e-6\n"
                                "all_to_all,,2,400,20,20e-6\n";
    operators[0] = operators[1] = small[0];
    operators[2] = small[1];
    operators[3] = small[2];
    operators[0].comm_bytes = operators[1].comm_bytes = 400;
    operators[1].name = (char[]){"dispatch_2"};
    operators[3].after = (size_t[]){0, 1, 2};
    operators[3].after_count = 3;
    plan.operators = operators;
    plan.operator_count = 4;
    struct settled settled = among_two(costs, &plan);
    gsl_test_rel(span_s(&settled, 2), 108e-6, INSTANT, "mlp");
    gsl_test_rel(span_s(&settled, 0), 40e-6, INSTANT, "the first");
    gsl_test_rel(span_s(&settled, 1), 24e-6, INSTANT, "the second");
    settled_done(&settled);
}

/* ---- What costs do not tell ---- */

static void refused(void)
{
    struct plan_operator operators[3];
    struct plan plan = settling_plan(operators, 2);
    struct settle_request request = {.plan = &plan, .carrier = CARRIER_HOST};
    must_refuse("kind,tokens,time_s\nmlp,512,100e-6\n", request,
                "the cost file has no rows of copy_bidirectional");
    request.carrier = CARRIER_MEASURED;
    must_refuse(
        "kind,tokens,ranks,bytes,time_s\nmlp,512,,,1\nall_to_all,,4,1,1\nall_to_all,,4,2,1\n",
        request, "the cost file has no rows of all_to_all among 2 ranks");
}

/* Other collectives need somebody to go to. */
static void without_a_topology(void)
{
    struct plan_operator operators[3];
    struct plan plan = settling_plan(operators, 2);
    struct plan_group group = {(char[]){"data"}, 2, 1};
    plan.groups = &group;
    plan.group_count = 1;
    operators[0].kind = OPERATOR_ALL_REDUCE;
    struct settle_request request = {.plan = &plan, .carrier = CARRIER_HOST};
    must_refuse(MLP_AND_GATE COPIES, request, "plan of test: dispatch needs a topology");
    request.carrier = CARRIER_MEASURED;
    must_refuse(MLP_AND_GATE COPIES, request, "plan of test: dispatch needs a topology");
    group.size = 1;
    struct settled settled = among_two(MLP_AND_GATE COPIES, &plan);
    gsl_test_abs(span_s(&settled, 0), 0, 0, "nobody else in the group");
    settled_done(&settled);
}

int main(void)
{
    gsl_set_error_handler_off();
    alone();
    half_measured();
    many_alike();
    exposed();
    launches_beside_copies();
    exchange_beside_compute();
    copies_in_a_graph();
    launched_by_a_graph();
    rested();
    own_type();
    one_engine_a_direction();
    fetch_waits();
    launches_beside_fetches();
    nothing_to_send();
    among_gpus();
    no_copies_among_gpus();
    at_the_clock_of_compute();
    behind_another();
    refused();
    without_a_topology();
    return gsl_test_summary();
}
