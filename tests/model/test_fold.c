/* Folded All-to-Alls take what whole ones take. SimGrid plays the whole ones, every pair a flow of
 * its own, so nothing of what folds is used there. Usage: [brief]: with that word only clusters of
 * 8 GPUs at most, since under a sanitizer each flow is a thread. */
#include <math.h>
#include "tests/model/rig.h"
#include "sim/fold/fold.h"

/* A cluster, and how many GPUs stand for all; as many as there are: it cannot be folded. */
struct cluster {
    const char *word;
    size_t ep; /* 0: all */
    size_t representatives,
        in_rounds;      /* the latter of pairwise-rounds, where ranks come one after another */
    const char *damage; /* NULL: none */
};

#define BROKEN(links) "{\"links\": \"" links "\", \"bandwidth_ratio\": 0.5}"
#define SLOW(gpus) "{\"gpus\": \"" gpus "\", \"compute_ratio\": 0.8}"
static const struct cluster clusters[] = {
    {.word = "8xa30-pcie", .representatives = 1, .in_rounds = 4},
    {.word = "8xa30-pcie", .ep = 4, .representatives = 1, .in_rounds = 2},
    {.word = "8xa800-nvlink", .representatives = 1, .in_rounds = 1},
    {.word = "8xh100-nvlink", .representatives = 1, .in_rounds = 1},
    {.word = "2x8xa800-nvlink", .representatives = 1, .in_rounds = 8},
    {.word = "4x8xh100-ib", .representatives = 1, .in_rounds = 8},
    {.word = "4x8xh100-ib", .ep = 16, .representatives = 1, .in_rounds = 8},
    {.word = "nodes=2,gpu=h100-sxm,nic=2x400G", .representatives = 1, .in_rounds = 8},
    {.word = "nodes=4,gpu=h100-sxm,nic=4x400G", .representatives = 1, .in_rounds = 8},
    {.word = "nodes=8,gpu=h100-sxm,nic=8x400G", .representatives = 1, .in_rounds = 8},
    {.word = "nodes=8,gpu=h100-sxm,nic=8x400G", .ep = 8, .representatives = 1, .in_rounds = 1},
    {.word = "nodes=3,gpu=a30,gpus=4,fabric=pcie,nic=1x100G", .representatives = 2, .in_rounds = 4},
    {.word = "nodes=8,gpu=h100-sxm,nic=8x400G,network=fat-tree:2,leaf=2",
     .representatives = 1,
     .in_rounds = 16},
    {.word = "nodes=8,gpu=h100-sxm,nic=8x400G,network=fat-tree,leaf=4,spines=4",
     .representatives = 1,
     .in_rounds = 32},
    {.word = "nodes=8,gpu=h100-sxm,nic=8x400G,network=fat-tree:2:2,leaf=2,pod=2",
     .representatives = 1,
     .in_rounds = 32},
    {.word = "nodes=8,gpu=h100-sxm,nic=8x400G,network=rail:2,leaf=4,spines=2",
     .representatives = 1,
     .in_rounds = 32},
    {.word = "nodes=8,gpu=h100-sxm,nic=4x400G,network=dragonfly:4",
     .representatives = 1,
     .in_rounds = 16},
    {.word = "gpu=b200,gpus=72", .representatives = 1, .in_rounds = 1},
    {.word = "gpu=a100,gpus=4,fabric=mesh", .representatives = 1, .in_rounds = 1},
    {.word = "gpu=a40,gpus=8,fabric=pairs", .representatives = 1, .in_rounds = 4},
    {.word = "gpu=a40,gpus=16,fabric=pcie,switch=4", .representatives = 1, .in_rounds = 8},
    {.word = "nodes=2,gpu=a40,gpus=8,fabric=pcie,nic=2x100G@socket0",
     .representatives = 2,
     .in_rounds = 8},
    /* Through the hosts' memory. */
    {.word = "gpu=rtx-3090,gpus=16,fabric=pcie,switch=4", .representatives = 1, .in_rounds = 1},
    {.word = "2x8xrtx3090", .representatives = 2, .in_rounds = 1},
    /* The slow GPU, its neighbours, those on its rail, and the others. */
    {.word = "nodes=8,gpu=h100-sxm,nic=8x400G",
     .representatives = 4,
     .in_rounds = 64,
     .damage = SLOW("node2/gpu3")},
    {.word = "nodes=8,gpu=h100-sxm,nic=8x400G",
     .representatives = 4,
     .in_rounds = 64,
     .damage = BROKEN("node2/nic3-*")},
    {.word = "nodes=8,gpu=h100-sxm,nic=8x400G",
     .ep = 8,
     .representatives = 3,
     .in_rounds = 9,
     .damage = BROKEN("node2/gpu3-*")},
    {.word = "8xa30-pcie", .representatives = 4, .in_rounds = 8, .damage = BROKEN("node0/gpu5-*")},
    /* A quarter of the receivers, under either leaf, gets by way of that spine. */
    {.word = "nodes=8,gpu=h100-sxm,nic=8x400G,network=fat-tree,leaf=4,spines=4",
     .representatives = 2,
     .in_rounds = 32,
     .damage = BROKEN("leaf0-spine1")},
};

static double bytes_of(size_t ep)
{
    return 1e6 * (double)ep + 12345;
}

/* What is compared, of one algorithm on one cluster. */
struct exchange_case {
    const struct cluster *cluster;
    const struct topology *topology;
    struct router *router;
    const char *algorithm;
    size_t ep;
};

static struct exchange_flows build(const struct exchange_case *exchange, bool fold)
{
    struct diag diag = {0};
    struct exchange_flows flows;
    struct a2a_request request = {.topology = exchange->topology,
                                  .router = exchange->router,
                                  .algorithm = exchange->algorithm,
                                  .ep = exchange->ep};
    rig_must(exchange_flows_build(&request, NULL, fold, &diag, &flows), &diag);
    return flows;
}

/* All of them folded, or one by one by SimGrid, which then is open for the rest of the process. */
static struct timeline *play(const struct exchange_case *exchange,
                             const struct exchange_flows *flows)
{
    struct rig rig = {.topology = (struct topology *)(size_t)exchange->topology,
                      .router = exchange->router,
                      .flows = flows->flows,
                      .ranks = topology_ranks(exchange->topology)};
    struct step step = {
        .name = "d", .kind = OPERATOR_DISPATCH, .comm_bytes = bytes_of(exchange->ep)};
    struct plan_operator op;
    struct plan plan = rig_plan(&rig, exchange->ep, &step, 1, 1, &op);
    double *nothing = mem_zeroed(rig.ranks, sizeof *nothing);
    struct rig_job job = {.plan = &plan,
                          .compute_s = nothing,
                          .dispatch = flows->flows,
                          .combine = flows->flows,
                          .fold = flows->fold,
                          .network = flows->fold ? NETWORK_FOLDED : NETWORK_SIMGRID};
    struct timeline *timeline = rig_play_job(&rig, &job);
    free(nothing);
    return timeline;
}

/* SimGrid takes ends within a nanosecond for one, in each step, and a link for full within 1e-9 of
 * its rate. */
static double tolerance_s(const struct flow_set *whole, const struct timeline *timeline)
{
    return 1e-9 * (double)whole->step_count + 3e-9 * timeline->end_s;
}

static void compare(const struct exchange_case *exchange, const struct exchange_flows *folds)
{
    const char *word = exchange->cluster->word, *algorithm = exchange->algorithm;
    struct exchange_flows listed = build(exchange, false);
    const struct flow_set *folded = folds->flows, *whole = listed.flows;
    struct timeline *a = play(exchange, folds), *b = play(exchange, &listed);
    double worst_s = 0;
    for (size_t r = 0; r < b->ranks; r++)
        worst_s =
            fmax(worst_s, fabs(timeline_span(a, r, 0)->end_s - timeline_span(b, r, 0)->end_s));
    gsl_test_abs(worst_s, 0, tolerance_s(whole, b), "%s, %s: ends of %g s", word, algorithm,
                 b->end_s);
    gsl_test_rel(folded->bound.s_per_byte, whole->bound.s_per_byte, 1e-15, "%s, %s: bound", word,
                 algorithm);
    gsl_test_int((int)folded->bound.link, (int)whole->bound.link, "%s, %s: bound's link", word,
                 algorithm);
    gsl_test_rel(folded->bound.latency_s, whole->bound.latency_s, 1e-15, "%s, %s: latency", word,
                 algorithm);
    timeline_free(a);
    timeline_free(b);
    exchange_flows_done(&listed);
}

static void fold_one(const struct exchange_case *exchange)
{
    struct exchange_flows folded = build(exchange, true);
    size_t ranks = topology_ranks(exchange->topology);
    size_t representatives = folded.fold ? folded.fold->orbit_count : ranks;
    bool in_rounds = strcmp(exchange->algorithm, "pairwise-rounds") == 0;
    size_t most = in_rounds ? exchange->cluster->in_rounds : exchange->cluster->representatives;
    gsl_test_int((int)representatives, (int)most, "%s, %s: representatives (%s)",
                 exchange->cluster->word, exchange->algorithm,
                 folded.why_whole ? folded.why_whole : "folded");
    if (folded.fold)
        compare(exchange, &folded);
    exchange_flows_done(&folded);
}

static struct topology *load(const struct cluster *cluster)
{
    struct diag diag = {0};
    struct json *doc;
    struct topology *topology = NULL;
    int r = topology_document(cluster->word, &diag, &doc);
    if (r == 0 && cluster->damage)
        r = json_set(doc, "/degraded/-", cluster->damage, &diag);
    if (r == 0)
        r = topology_read(doc, &diag, &topology);
    if (r < 0) {
        diag_print(&diag, "fold", stderr);
        _exit(1);
    }
    json_free(doc);
    return topology;
}

/* SimGrid takes one platform per process. */
struct job {
    const struct cluster *cluster;
    const char *algorithm;
    size_t ranks_most; /* larger clusters are passed over */
};

static void fold_cluster(const void *argument)
{
    const struct job *job = argument;
    struct topology *topology = load(job->cluster);
    struct exchange_case exchange = {
        .cluster = job->cluster,
        .topology = topology,
        .algorithm = job->algorithm,
        .router = a2a_algorithm_staged(job->algorithm) ? router_new_staged(topology)
                                                       : router_new(topology),
        .ep = job->cluster->ep ? job->cluster->ep : topology_ranks(topology)};
    if (topology_ranks(topology) <= job->ranks_most &&
        a2a_algorithm_fits(job->algorithm, topology, exchange.ep))
        fold_one(&exchange);
    router_free(exchange.router);
    topology_free(topology);
}

/* ---- By hand: four GPUs on an ideal switch, 1 GB/s each way, and 1 GB from each to each ---- */

struct hand {
    const char *why, *damage;
    double slow_s; /* that GPU 0 computes first; the others compute for 1 s */
    size_t classes;
    double end_s;
};

static const struct hand hands[] = {
    /* GPU 0 sends and receives 3 GB at 0.5 GB/s, the longest of all: 1 + 6 s. Its flows, those to
     * it, and those among the others are three kinds. */
    {"a slow cable", BROKEN("node0/gpu0-hub"), 1, 3, 7},
    /* From 1 s to 2 s the three others send each other 0.5 GB a pair. Then all links are in thirds:
     * after 1.5 s the rest of that is over, and half of what GPU 0 sends and receives, whose links
     * go on in thirds: 1.5 s. */
    {"a slow GPU", SLOW("node0/gpu0"), 2, 3, 5},
};

static void fold_by_hand(const void *argument)
{
    const struct hand *hand = argument;
    struct diag diag = {0};
    struct json *doc;
    struct rig rig = {.ranks = 4};
    if (json_parse("rig.json", RIG_STAR("4"), strlen(RIG_STAR("4")), &diag, &doc) < 0 ||
        json_set(doc, "/degraded/-", hand->damage, &diag) < 0 ||
        topology_read(doc, &diag, &rig.topology) < 0) {
        diag_print(&diag, hand->why, stderr);
        _exit(1);
    }
    rig.router = router_new(rig.topology);
    struct exchange_case exchange = {
        .topology = rig.topology, .router = rig.router, .algorithm = "pairwise", .ep = 4};
    struct exchange_flows flows = build(&exchange, true);
    struct step steps[] = {{.name = "c", .kind = OPERATOR_EXPERT},
                           {.name = "d",
                            .kind = OPERATOR_DISPATCH,
                            .queue = 1,
                            .after = {0},
                            .after_count = 1,
                            .comm_bytes = 4e9}};
    struct plan_operator operators[2];
    struct plan plan = rig_plan(&rig, 4, steps, 2, 2, operators);
    const double compute_s[] = {hand->slow_s, 0, 1, 0, 1, 0, 1, 0};
    struct rig_job job = {.plan = &plan,
                          .compute_s = compute_s,
                          .dispatch = flows.flows,
                          .combine = flows.flows,
                          .fold = flows.fold,
                          .network = NETWORK_FOLDED};
    gsl_test_int((int)flows.fold->orbit_count, 2, "%s: representatives", hand->why);
    gsl_test_int((int)flows.fold->class_count, (int)hand->classes, "%s: kinds of flows", hand->why);
    struct timeline *timeline = rig_play_job(&rig, &job);
    for (size_t r = 0; r < 4; r++)
        gsl_test_rel(timeline_span(timeline, r, 1)->end_s, hand->end_s, 1e-12, "%s: rank %zu",
                     hand->why, r);
    gsl_test_rel(timeline_span(timeline, 1, 1)->transfer_s, hand->slow_s, 1e-12, "%s: last to come",
                 hand->why);
    timeline_free(timeline);
    exchange_flows_done(&flows);
    router_free(rig.router);
    topology_free(rig.topology);
    json_free(doc);
}

int main(int argc, char *argv[])
{
    bool brief = argc > 1 && strcmp(argv[1], "brief") == 0;
    for (size_t i = 0; i < sizeof hands / sizeof *hands; i++)
        in_child(fold_by_hand, &hands[i], hands[i].why);
    for (size_t i = 0; i < sizeof clusters / sizeof *clusters; i++)
        for (size_t a = 0; a2a_algorithm_names[a]; a++) {
            struct job job = {&clusters[i], a2a_algorithm_names[a], brief ? 8 : SIZE_MAX};
            in_child(fold_cluster, &job, clusters[i].word);
        }
    return gsl_test_summary();
}
