/* Plans on a cluster's links, by hand: whose flows an operator's communication takes, how many
 * bytes they carry, which network plays them, and what differs between ranks. */
#include <errno.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdlib.h>

#include "settling.h"
#include "sim/base/mem.h"
#include "sim/collective/ring.h"
#include "support.h"

#define COSTS "kind,tokens,time_s\nmlp,512,100e-6\ngate,512,20e-6\n"

/* 1 GB/s each way: a byte takes a nanosecond. */
#define WIRE(latency)                                                                              \
    "\"wire\": {\"bandwidth_bytes_per_s\": 1e9, \"efficiency_ratio\": 1, \"latency_s\": " latency  \
    ", \"source\": \"\"}"

static struct topology *star(const char *gpus, const char *wire)
{
    char *node = mem_format("\"gpus\": %s, \"switches\": [\"hub\"], \"links\": [{\"for\": {\"g\": "
                            "%s}, \"from\": \"gpu{g}\", \"to\": \"hub\", \"type\": \"wire\"}]",
                            gpus, gpus);
    char *text = document_text("1", wire, node, NULL);
    struct topology *topology = parse_topology(text);
    free(node);
    free(text);
    return topology;
}

/* A star with the flows of an All-to-All among all, and rings over all and every second. */
struct cluster {
    struct topology *topology;
    struct router *router;
    struct flow_set *pairs, *ring, *halves;
};

static struct cluster open_cluster(const char *gpus, const char *wire)
{
    struct cluster cluster = {.topology = star(gpus, wire)};
    struct diag diag = {0};
    cluster.router = router_new(cluster.topology);
    struct a2a_request request = {.topology = cluster.topology,
                                  .router = cluster.router,
                                  .algorithm = "pairwise",
                                  .ep = topology_ranks(cluster.topology)};
    gsl_test_int(flow_set_build(&request, &diag, &cluster.pairs), 0, "%s",
                 diag.count ? diag.messages[0] : "flows");
    cluster.ring = ring_build(cluster.topology, cluster.router, 1);
    cluster.halves = ring_build(cluster.topology, cluster.router, 2);
    return cluster;
}

static void close_cluster(struct cluster *cluster)
{
    flow_set_free(cluster->pairs);
    flow_set_free(cluster->ring);
    flow_set_free(cluster->halves);
    router_free(cluster->router);
    topology_free(cluster->topology);
}

static struct settle_request request_on(const struct cluster *cluster, const struct plan *plan,
                                        const struct collective *collectives, size_t count)
{
    return (struct settle_request){.plan = plan,
                                   .carrier = CARRIER_NETWORK,
                                   .topology = cluster->topology,
                                   .router = cluster->router,
                                   .collectives = collectives,
                                   .collective_count = count,
                                   .network = NETWORK_MAXMIN};
}

/* ---- Collectives ---- */

static const struct {
    enum operator_kind kind;
    double want_s;
} kinds[] = {
    /* Three of four parts of 8 MB are sent to be summed, and three of the sum. */
    {OPERATOR_ALL_REDUCE, 2 * 0.75 * 8e6 / 1e9},
    {OPERATOR_REDUCE_SCATTER, 0.75 * 8e6 / 1e9},
    {OPERATOR_ALL_GATHER, 0.75 * 8e6 / 1e9},
    {OPERATOR_SEND_RECEIVE, 8e6 / 1e9},
};

static struct plan lone_plan(struct plan_operator *op, struct plan_group *group, size_t ranks)
{
    static char schedule[] = "test", communication[] = "communication", *queue = communication;
    *op = (struct plan_operator){.name = (char *)(size_t)operator_kind_names[op->kind],
                                 .kind = op->kind,
                                 .dtype = DTYPE_BF16,
                                 .comm_bytes = 8e6};
    return (struct plan){.schedule = schedule,
                         .dtype = DTYPE_BF16,
                         .ranks = ranks,
                         .ep = 1,
                         .groups = group,
                         .group_count = 1,
                         .queues = &queue,
                         .queue_count = 1,
                         .operators = op,
                         .operator_count = 1,
                         .chunks = 1};
}

/* A group of four on a star of four: the same whoever plays, and nothing computes. */
static void by_kind(void)
{
    static const enum network_kind networks[] = {NETWORK_AUTO, NETWORK_MAXMIN, NETWORK_FOLDED};
    static const char *const played[] = {"simgrid", "max-min", "folded"};
    struct cluster cluster = open_cluster("4", WIRE("0"));
    const struct flow_set *known = cluster.ring;
    const char *why = "";
    struct fold *fold = fold_flows(cluster.topology, cluster.router, &known, 1, &why);
    gsl_test(!fold, "folds: %s", why);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t n = 0; n < 3; n++) {
            struct plan_operator op = {.kind = kinds[k].kind};
            struct plan_group group = {(char[]){"data"}, 4, 1};
            struct plan plan = lone_plan(&op, &group, 4);
            struct collective ring = {.kind = op.kind, .group = "data", .flows = cluster.ring};
            struct settle_request request = request_on(&cluster, &plan, &ring, 1);
            request.known = &known;
            request.known_count = 1;
            request.network = networks[n];
            request.fold = networks[n] == NETWORK_FOLDED ? fold : NULL;
            struct settled settled = must_settle(COSTS, LAUNCH_EAGER, request);
            gsl_test_str(network_names[settled.network], played[n], "who plays");
            gsl_test_int((int)settled.rows, networks[n] == NETWORK_FOLDED ? 1 : 4, "rows");
            gsl_test_rel(settled.timeline->end_s, kinds[k].want_s, 1e-6, "%s by %s", op.name,
                         played[n]);
            gsl_test_abs(settled.duty_ratio, 0, 0, "nothing computes");
            settled_done(&settled);
        }
    fold_free(fold);
    close_cluster(&cluster);
}

/* On eight GPUs in groups of four, two apart, beside a group of all, from the beginning on: a rank
 * sends 12 MB in the one and 2 * 7/8 * 8 = 14 MB in the other, half and half over its cable: 24 ms,
 * and 26 ms. */
static void two_groups(void)
{
    struct cluster cluster = open_cluster("8", WIRE("0"));
    struct plan_group groups[] = {{(char[]){"data"}, 8, 1}, {(char[]){"expert_data"}, 4, 2}};
    struct plan_operator operators[2] = {{.kind = OPERATOR_ALL_REDUCE}};
    struct plan plan = lone_plan(operators, groups, 8);
    char *queues[] = {(char[]){"a"}, (char[]){"b"}};
    operators[1] = operators[0];
    operators[1].queue = 1;
    operators[1].group = 1;
    plan.operator_count = plan.queue_count = plan.group_count = 2;
    plan.queues = queues;
    struct collective collectives[] = {
        {.kind = OPERATOR_ALL_REDUCE, .group = "expert_data", .flows = cluster.halves},
        {.kind = OPERATOR_ALL_REDUCE, .group = "data", .flows = cluster.ring}};
    struct settled settled =
        must_settle(COSTS, LAUNCH_EAGER, request_on(&cluster, &plan, collectives, 2));
    gsl_test_rel(span_s(&settled, 1), 24e-3, 1e-6, "every second rank");
    gsl_test_rel(span_s(&settled, 0), 26e-3, 1e-6, "all");
    settled_done(&settled);
    close_cluster(&cluster);
}

/* A group of one has nobody to send to, and meets nobody of another group. */
static void alone_in_a_group(void)
{
    struct cluster cluster = open_cluster("4", WIRE("1e-6"));
    struct plan_group group = {(char[]){"data"}, 1, 1};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        struct plan_operator op = {.kind = kinds[k].kind};
        struct plan plan = lone_plan(&op, &group, 4);
        struct collective pairs = {.kind = OPERATOR_DISPATCH, .flows = cluster.pairs};
        struct settled settled =
            must_settle(COSTS, LAUNCH_EAGER, request_on(&cluster, &plan, &pairs, 1));
        gsl_test_abs(settled.timeline->end_s, 0, 0, "%s alone", op.name);
        settled_done(&settled);
    }
    close_cluster(&cluster);
}

/* ---- All-to-Alls ---- */

/* The small plan on a star of two. A rank sends 500 of its 1000 bytes: 0.5 us, and 2 us on the way,
 * behind a setup of 3 us; at least the floor. */
static void setup_and_floor(void)
{
    struct cluster cluster = open_cluster("2", WIRE("1e-6"));
    struct plan_operator operators[3];
    struct plan plan = settling_plan(operators, 2);
    struct collective pairs = {.kind = OPERATOR_DISPATCH, .flows = cluster.pairs, .setup_s = 3e-6};
    struct settle_request request = request_on(&cluster, &plan, &pairs, 1);
    struct settled settled = must_settle(COSTS, LAUNCH_EAGER, request);
    gsl_test_rel(span_s(&settled, 0), 5.5e-6, INSTANT, "setup, way and bytes");
    gsl_test_rel(settled.timeline->end_s, 120e-6, INSTANT, "mlp, then gate");
    settled_done(&settled);
    pairs.floor_s = 40e-6;
    settled = must_settle(COSTS, LAUNCH_EAGER, request);
    gsl_test_rel(span_s(&settled, 0), 40e-6, INSTANT, "the floor");
    settled_done(&settled);
    close_cluster(&cluster);
}

#define MEASURED                                                                                   \
    "kind,tokens,ranks,bytes,sm_count,time_s\nmlp,512,,,,100e-6\ngate,512,,,,20e-6\n"              \
    "all_to_all,,2,1000,,50e-6\nall_to_all,,2,2000,,100e-6\nall_to_all,,2,1000,20,50e-6\n"

#define MEASURED_WITHOUT_SMS                                                                       \
    "kind,tokens,ranks,bytes,sm_count,time_s\nmlp,512,,,,100e-6\ngate,512,,,,20e-6\n"              \
    "all_to_all,,2,1000,,50e-6\nall_to_all,,2,2000,,100e-6\n"

/* Where times of All-to-Alls are measured and count, links do not: as among two GPUs, where the
 * dispatch waits 20 us for SMs and then holds a fifth of them for 50 us (test_settle.c). */
static void measured(void)
{
    struct cluster cluster = open_cluster("2", WIRE("1e-6"));
    struct plan_operator operators[3];
    struct plan plan = settling_plan(operators, 2);
    struct collective pairs = {
        .kind = OPERATOR_DISPATCH, .flows = cluster.pairs, .setup_s = 3e-6, .sm_share_ratio = 0.4};
    struct settle_request request = request_on(&cluster, &plan, &pairs, 1);
    struct settled settled = must_settle(MEASURED, LAUNCH_EAGER, request);
    gsl_test_rel(span_s(&settled, 0), 5.5e-6, INSTANT, "by the links");
    settled_done(&settled);
    request.measured_a2a = true;
    settled = must_settle(MEASURED, LAUNCH_EAGER, request);
    gsl_test_rel(span_s(&settled, 0), 70e-6, INSTANT, "as measured");
    gsl_test_rel(span_s(&settled, 1), 110e-6, INSTANT, "mlp beside it");
    gsl_test_int((int)settled.rows, 2, "both ranks are followed");
    settled_done(&settled);
    /* Costs that do not tell which SMs its kernels hold: nothing says that they wait for any. The
     * library's share slows the mlp, which has done 30 us of its work when the dispatch ends. */
    settled = must_settle(MEASURED_WITHOUT_SMS, LAUNCH_EAGER, request);
    gsl_test_rel(span_s(&settled, 0), 50e-6, INSTANT, "no wait");
    gsl_test_rel(span_s(&settled, 1), 120e-6, INSTANT, "mlp beside the library's share");
    settled_done(&settled);
    settled = must_settle(COSTS, LAUNCH_EAGER, request);
    gsl_test_rel(span_s(&settled, 0), 5.5e-6, INSTANT, "costs that do not tell");
    settled_done(&settled);
    close_cluster(&cluster);
}

/* What the costs say of an All-to-All among so many. */
static void measured_times(void)
{
    struct diag diag = {0};
    struct cost_table *table = NULL;
    gsl_test_int(cost_table_load(&(struct cost_file){"c.csv", MEASURED, sizeof MEASURED - 1}, 1,
                                 &diag, &table),
                 0, "read");
    struct plan_operator operators[3];
    struct plan plan = settling_plan(operators, 2);
    struct pricing pricing = {.costs = table};
    struct settle_request request = {.plan = &plan, .pricing = &pricing, .measured_a2a = true};
    gsl_test_rel(settle_measured_a2a_s(&request, &operators[0]), 50e-6, 1e-14, "a dispatch");
    gsl_test_abs(settle_measured_a2a_s(&request, &operators[1]), 0, 0, "an mlp");
    operators[0].kind = OPERATOR_ALL_REDUCE;
    gsl_test_abs(settle_measured_a2a_s(&request, &operators[0]), 0, 0, "another collective");
    operators[0].kind = OPERATOR_COMBINE;
    plan.ep = 4;
    gsl_test_abs(settle_measured_a2a_s(&request, &operators[0]), 0, 0, "not among four");
    plan.ep = 2;
    request.measured_a2a = false;
    gsl_test_abs(settle_measured_a2a_s(&request, &operators[0]), 0, 0, "where they do not count");
    cost_table_free(table);
    diag_done(&diag);
}

/* A fetch (120 us) and an exchange of nothing beside the mlp: no time for the exchange. */
static void nothing_to_send(void)
{
    struct cluster cluster = open_cluster("2", WIRE("0"));
    struct plan_operator operators[4];
    struct plan plan = settling_plan(operators + 1, 2);
    operators[0] = (struct plan_operator){
        .name = (char[]){"fetch"}, .kind = OPERATOR_EXPERT_FETCH, .queue = 2, .fetch_bytes = 4000};
    operators[1].comm_bytes = 0;
    operators[3].after = (size_t[]){0, 1, 2};
    operators[3].after_count = 3;
    plan.operators = operators;
    plan.operator_count = 4;
    struct collective pairs = {.kind = OPERATOR_DISPATCH, .flows = cluster.pairs};
    struct settled settled =
        must_settle("kind,tokens,bytes,time_s\nmlp,512,,100e-6\ngate,512,,20e-6\n"
                    "expert_fetch,,4000,120e-6\nexpert_fetch,,8000,240e-6\n",
                    LAUNCH_EAGER, request_on(&cluster, &plan, &pairs, 1));
    gsl_test_abs(span_s(&settled, 1), 0, 0, "no exchange");
    gsl_test_rel(settled.timeline->end_s, 140e-6, INSTANT, "fetch, then gate");
    settled_done(&settled);
    close_cluster(&cluster);
}

/* ---- What nobody says ---- */

static void no_flows(void)
{
    struct cluster cluster = open_cluster("4", WIRE("0"));
    struct plan_operator operators[3], op = {.kind = OPERATOR_ALL_REDUCE};
    struct plan_group group = {(char[]){"data"}, 4, 1};
    struct plan small = settling_plan(operators, 4), lone = lone_plan(&op, &group, 4);
    struct collective given[] = {
        {.kind = OPERATOR_COMBINE, .flows = cluster.pairs},
        {.kind = OPERATOR_ALL_REDUCE, .group = "expert_data", .flows = cluster.ring},
        {.kind = OPERATOR_ALL_GATHER, .group = "data", .flows = cluster.ring}};
    must_refuse(COSTS, request_on(&cluster, &small, NULL, 0),
                "plan of test: nobody says how dispatch goes");
    must_refuse(COSTS, request_on(&cluster, &small, given, 3),
                "plan of test: nobody says how dispatch goes");
    must_refuse(COSTS, request_on(&cluster, &lone, given, 3),
                "plan of test: nobody says how all_reduce goes");
    close_cluster(&cluster);
}

/* ---- Ranks that differ ---- */

/* GPU 1 has half of its speed: the mlp takes it 200 us, and the others wait in the dispatch behind
 * it. */
static void slow_gpu(void)
{
    struct cluster cluster = open_cluster("2", WIRE("0"));
    struct plan_operator operators[3];
    struct plan plan = settling_plan(operators, 2);
    struct plan_operator dispatch = operators[0];
    cluster.topology->compute_ratios = mem_zeroed(2, sizeof(double));
    cluster.topology->compute_ratios[0] = 1;
    cluster.topology->compute_ratios[1] = 0.5;
    operators[0] = operators[1];
    operators[1] = dispatch;
    operators[1].after = (size_t[]){0};
    operators[1].after_count = 1;
    struct collective pairs = {.kind = OPERATOR_DISPATCH, .flows = cluster.pairs};
    struct settled settled =
        must_settle(COSTS, LAUNCH_EAGER, request_on(&cluster, &plan, &pairs, 1));
    const struct span *fast = timeline_span(settled.timeline, 0, 1);
    gsl_test_rel(timeline_span(settled.timeline, 1, 0)->end_s, 200e-6, INSTANT, "the slow one");
    gsl_test_rel(timeline_span(settled.timeline, 0, 0)->end_s, 100e-6, INSTANT, "the other");
    gsl_test_rel(fast->start_s, 100e-6, INSTANT, "it is ready");
    gsl_test_rel(fast->transfer_s, 200e-6, INSTANT, "and waits");
    gsl_test_rel(fast->end_s, 200.5e-6, INSTANT, "500 bytes later");
    gsl_test_rel(settled.timeline->end_s, 240.5e-6, INSTANT, "the slow one's gate");
    gsl_test_rel(settled.compute_s[0], 100e-6, INSTANT, "rank 0's price");
    /* 120 and 240 us of 240.5. */
    gsl_test_rel(settled.duty_ratio, (120 + 240) / (2 * 240.5), INSTANT, "duty, on average");
    settled_done(&settled);
    close_cluster(&cluster);
}

/* Experts of rank 0 receive half as many rows as on average, those of rank 1 half as many more.
 * Rank 1 sends half of its copies. */
static void unequal_rows(void)
{
    struct cluster cluster = open_cluster("2", WIRE("0"));
    double rows[] = {0.5, 1.5}, sent[] = {1, 0.5};
    struct traffic traffic = traffic_balanced(2, 2, 2);
    struct plan_operator operators[3];
    struct plan plan = settling_plan(operators, 2);
    traffic.rows_ratio = rows;
    traffic.sent_ratio = sent;
    operators[0].comm_bytes = 0;
    operators[1].kind = OPERATOR_EXPERT;
    operators[2].kind = OPERATOR_ENCODE;
    operators[2].shape = (struct operator_shape){.tokens = 512, .top_k = 2, .capacity_factor = 2};
    struct collective pairs = {.kind = OPERATOR_DISPATCH, .flows = cluster.pairs};
    struct settle_request request = request_on(&cluster, &plan, &pairs, 1);
    static const char costs[] = "kind,tokens,top_k,capacity_factor,time_s\n"
                                "expert,256,,,10e-6\nexpert,512,,,40e-6\nexpert,768,,,50e-6\n"
                                "encode,512,2,2,20e-6\nencode,512,2,1,15e-6\n";
    struct settled settled = must_settle(costs, LAUNCH_EAGER, request);
    gsl_test_rel(timeline_span(settled.timeline, 0, 2)->end_s, 60e-6, INSTANT, "balanced");
    gsl_test_rel(timeline_span(settled.timeline, 1, 2)->end_s, 60e-6, INSTANT, "balanced");
    settled_done(&settled);
    request.traffic = &traffic;
    settled = must_settle(costs, LAUNCH_EAGER, request);
    gsl_test_rel(timeline_span(settled.timeline, 0, 1)->end_s, 10e-6, INSTANT, "256 rows");
    gsl_test_rel(timeline_span(settled.timeline, 1, 1)->end_s, 50e-6, INSTANT, "768 rows");
    gsl_test_rel(timeline_span(settled.timeline, 0, 2)->end_s, 30e-6, INSTANT, "all copies");
    gsl_test_rel(timeline_span(settled.timeline, 1, 2)->end_s, 65e-6, INSTANT, "half of them");
    gsl_test_rel(settled.compute_s[1], 10e-6, INSTANT, "rank 0's price");
    settled_done(&settled);
    close_cluster(&cluster);
}

/* ---- Which network ---- */

/* Up to 500 flows SimGrid plays: 23 GPUs have 506 pairs. */
static void by_rule(void)
{
    struct cluster cluster = open_cluster("23", WIRE("0"));
    struct plan_operator operators[3];
    struct plan plan = settling_plan(operators, 23);
    struct flow_set none = {0};
    struct collective pairs = {.kind = OPERATOR_DISPATCH, .flows = cluster.pairs};
    struct settle_request request = request_on(&cluster, &plan, &pairs, 1);
    request.network = NETWORK_AUTO;
    struct settled settled = must_settle(COSTS, LAUNCH_EAGER, request);
    gsl_test_str(network_names[settled.network], "max-min", "506 flows");
    settled_done(&settled);
    pairs.flows = &none;
    settled = must_settle(COSTS, LAUNCH_EAGER, request);
    gsl_test_str(network_names[settled.network], "none", "no flows");
    gsl_test_abs(span_s(&settled, 0), 0, 0, "nobody exchanges");
    settled_done(&settled);
    close_cluster(&cluster);
}

/* SimGrid has one platform a process, which by_kind opened. */
static void another_platform(void)
{
    struct cluster cluster = open_cluster("8", WIRE("0"));
    struct plan_operator op = {.kind = OPERATOR_ALL_REDUCE};
    struct plan_group group = {(char[]){"data"}, 8, 1};
    struct plan plan = lone_plan(&op, &group, 8);
    const struct flow_set *known = cluster.ring;
    struct collective ring = {.kind = op.kind, .group = "data", .flows = cluster.ring};
    struct settle_request request = request_on(&cluster, &plan, &ring, 1);
    struct settled settled;
    struct diag diag = {0};
    request.known = &known;
    request.known_count = 1;
    request.network = NETWORK_SIMGRID;
    gsl_test_int(settle_at(COSTS, LAUNCH_EAGER, request, &diag, &settled), -EAGAIN, "not here");
    gsl_test_int((int)diag.count, 1, "one complaint");
    diag_done(&diag);
    close_cluster(&cluster);
}

int main(void)
{
    gsl_set_error_handler_off();
    by_kind();
    two_groups();
    alone_in_a_group();
    setup_and_floor();
    measured();
    measured_times();
    nothing_to_send();
    no_flows();
    slow_gpu();
    unequal_rows();
    by_rule();
    another_platform();
    return gsl_test_summary();
}
