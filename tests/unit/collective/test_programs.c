/* Flow programs of All-to-All algorithms on two nodes of two GPUs, worked out by hand. */
#include <stdio.h>
#include <stdlib.h>
#include <gsl/gsl_test.h>
#include <math.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/collective/alltoall.h"
#include "sim/tokens/routing.h"
#include "support.h"

/* GPUs 0, 1 on node 0 and 2, 3 on node 1; rails join 0 with 2 and 1 with 3. */
#define TWO_BY_TWO "nodes=2,gpu=h100-sxm,gpus=2,nic=2x400G"

struct expected {
    size_t from, to, step;
    double share_ratio;
};

static struct flow_set *build(const struct topology *t, struct router *router,
                              const char *algorithm, size_t ep, const struct traffic *traffic,
                              bool combine)
{
    struct diag diag = {0};
    struct flow_set *set = NULL;
    struct a2a_request request = {.topology = t,
                                  .router = router,
                                  .algorithm = algorithm,
                                  .ep = ep,
                                  .traffic = traffic,
                                  .combine = combine};
    if (flow_set_build(&request, &diag, &set) < 0) {
        diag_print(&diag, "test", stderr);
        exit(1);
    }
    return set;
}

/* What a flow carries besides what its algorithm's protocol costs inside a node. */
static double payload_of(const char *algorithm, const struct topology *t, const struct flow *flow)
{
    bool inside = flow->from / t->gpus_per_node == flow->to / t->gpus_per_node;
    double protocol_ratio = a2a_algorithm_staged(algorithm)     ? 0.865
                            : strcmp(algorithm, "two-hop") == 0 ? 0.912
                                                                : 1;
    return flow->share_ratio * (inside ? protocol_ratio : 1);
}

static void check(const char *algorithm, size_t ep, const struct traffic *traffic, bool combine,
                  const struct expected *want, size_t count, const char *why)
{
    struct topology *t = read_topology(TWO_BY_TWO);
    struct router *router = router_new(t);
    struct flow_set *set = build(t, router, algorithm, ep, traffic, combine);
    gsl_test_int((int)set->flow_count, (int)count, "%s, %s: flows", algorithm, why);
    for (size_t i = 0; i < count && i < set->flow_count; i++) {
        const struct flow *flow = &set->flows[i];
        gsl_test(flow->from != want[i].from || flow->to != want[i].to || flow->step != want[i].step,
                 "%s, %s: flow %zu is %zu to %zu in step %zu, expected %zu to %zu in step %zu",
                 algorithm, why, i, flow->from, flow->to, flow->step, want[i].from, want[i].to,
                 want[i].step);
        gsl_test_rel(payload_of(algorithm, t, flow), want[i].share_ratio, 1e-12,
                     "%s, %s: share of flow %zu", algorithm, why, i);
    }
    flow_set_free(set);
    router_free(router);
    topology_free(t);
}

/* Balanced, every pair 1/4. Inside a node: what is for the neighbour's rail, on both nodes, 2/4.
 * Along a rail: what both GPUs of the node have for the one at its other end, 2/4. */
static void test_hierarchical(void)
{
    static const struct expected want[] = {
        {0, 1, 0, 0.5}, {1, 0, 0, 0.5}, {2, 3, 0, 0.5}, {3, 2, 0, 0.5},
        {0, 2, 1, 0.5}, {1, 3, 1, 0.5}, {2, 0, 1, 0.5}, {3, 1, 1, 0.5},
    };
    check("hierarchical", 4, NULL, false, want, 8, "balanced");
    static const struct expected inside[] = {
        {0, 1, 0, 0.5},
        {1, 0, 0, 0.5},
        {2, 3, 0, 0.5},
        {3, 2, 0, 0.5},
    };
    check("hierarchical", 2, NULL, false, inside, 4, "inside the nodes");
}

/* Four experts, one a GPU. A token with two different experts hits a given node unless both are on
 * the other: 1 - C(2,2) / C(4,2) = 5/6, per copy 5/12; a given GPU: 1 - C(3,2) / C(4,2) = 1/2, per
 * copy 1/4. Forwarded to the neighbour: own tokens and those of the rail, 2/4. Where a token's
 * experts must be on one node: half of the tokens go to each, all of them to both of its GPUs, per
 * copy 1/4 and 1/4. */
static void test_two_hop(void)
{
    struct traffic traffic = traffic_balanced(4, 4, 2);
    static const struct expected copies[] = {
        {0, 1, 0, 0.5}, {0, 2, 0, 0.5}, {1, 0, 0, 0.5}, {1, 3, 0, 0.5},
        {2, 0, 0, 0.5}, {2, 3, 0, 0.5}, {3, 1, 0, 0.5}, {3, 2, 0, 0.5},
    };
    check("two-hop", 4, NULL, false, copies, 8, "experts not known");
    struct expected want[8];
    for (int i = 0; i < 8; i++) {
        want[i] = copies[i];
        if (want[i].from / 2 != want[i].to / 2)
            want[i].share_ratio = 5.0 / 12;
    }
    traffic.experts = 4;
    traffic.top_k = 2;
    check("two-hop", 4, &traffic, false, want, 8, "top 2 of 4");
    check("two-hop", 4, &traffic, true, want, 8, "top 2 of 4, back");
    for (int i = 0; i < 8; i++)
        if (want[i].from / 2 != want[i].to / 2)
            want[i].share_ratio = 0.25;
    traffic.node_limit = 1;
    check("two-hop", 4, &traffic, false, want, 8, "top 2 of 4 on one node");
}

/* Rank 0 sends all it has to GPU 3, a copy a token; the others keep theirs. */
static void test_unequal(void)
{
    double pair[16] = {[3] = 1, [5] = 1, [10] = 1, [15] = 1};
    double node[8] = {[1] = 1, [2] = 1, [5] = 1, [7] = 1};
    struct traffic traffic = traffic_balanced(4, 4, 2);
    traffic.pair_ratio = pair;
    traffic.once_ratio = pair;
    traffic.node_ratio = node;
    static const struct expected direct[] = {{0, 3, 0, 1}}, back[] = {{3, 0, 0, 1}};
    check("pairwise", 4, &traffic, false, direct, 1, "one pair");
    check("pairwise", 4, &traffic, true, back, 1, "one pair, back");
    check("low-latency", 4, &traffic, false, direct, 1, "one pair");
    /* The round that takes rank 0 to 3 is the third; the way back, 3 to 0, the first. */
    static const struct expected round[] = {{0, 3, 2, 1}}, round_back[] = {{3, 0, 0, 1}};
    check("pairwise-rounds", 4, &traffic, false, round, 1, "one pair");
    check("pairwise-rounds", 4, &traffic, true, round_back, 1, "one pair, back");
    /* 2D: over to the rail of GPU 3, then along it; back over to the rail of GPU 0, then along. */
    static const struct expected grid[] = {{0, 1, 0, 1}, {1, 3, 1, 1}};
    static const struct expected grid_back[] = {{3, 2, 0, 1}, {2, 0, 1, 1}};
    check("hierarchical", 4, &traffic, false, grid, 2, "one pair");
    check("hierarchical", 4, &traffic, true, grid_back, 2, "one pair, back");
    /* Two hops: along the own rail, then over; back the same way. */
    static const struct expected hops[] = {{0, 2, 0, 1}, {2, 3, 0, 1}};
    static const struct expected hops_back[] = {{2, 0, 0, 1}, {3, 2, 0, 1}};
    check("two-hop", 4, &traffic, false, hops, 2, "one pair");
    check("two-hop", 4, &traffic, true, hops_back, 2, "one pair, back");
}

/* Whatever the way, a rank keeps as much of what passes through it as its experts get from others,
 * less what it sends to others; on the way back the other way round. One expert a token, so that
 * once is every copy. */
static void check_conservation(const char *algorithm, const struct traffic *traffic,
                               const struct topology *t, struct router *router)
{
    size_t ranks = topology_ranks(t);
    for (int combine = 0; combine < 2; combine++) {
        struct flow_set *set = build(t, router, algorithm, ranks, traffic, combine);
        double *kept = mem_zeroed(ranks, sizeof *kept);
        size_t wrong = 0;
        for (size_t i = 0; i < set->flow_count; i++) {
            double payload = payload_of(algorithm, t, &set->flows[i]);
            kept[set->flows[i].to] += payload;
            kept[set->flows[i].from] -= payload;
        }
        for (size_t r = 0; r < ranks; r++) {
            double want = traffic->rows_ratio[r] - traffic->sent_ratio[r];
            wrong += fabs(kept[r] - (combine ? -want : want)) > 1e-9;
        }
        gsl_test_int((int)wrong, 0, "%s, %s: what ranks keep", algorithm,
                     combine ? "back" : "there");
        free(kept);
        flow_set_free(set);
    }
}

static void test_conservation(void)
{
    struct topology *t = read_topology("nodes=3,gpu=a30,gpus=4,nic=4x100G");
    struct router *router = router_new(t), *staged = router_new_staged(t);
    struct routing routing = {
        .load = LOAD_DIRICHLET, .alpha = 0.3, .draws = 1, .overflow = OVERFLOW_DROPLESS};
    struct routed routed = {.ranks = 12,
                            .ep = 12,
                            .node_gpus = 4,
                            .experts = 24,
                            .top_k = 1,
                            .tokens = 999,
                            .capacity_factor = 1};
    struct traffic traffic;
    struct routing_outcome outcome;
    routing_draw(&routing, &routed, 0, &traffic, &outcome);
    for (size_t i = 0; a2a_algorithm_names[i]; i++)
        check_conservation(a2a_algorithm_names[i], &traffic, t,
                           a2a_algorithm_staged(a2a_algorithm_names[i]) ? staged : router);
    traffic_done(&traffic);
    router_free(staged);
    router_free(router);
    topology_free(t);
}

/* Rails of 48 GB/s carry 1/2, then 5/12 of a byte; a pair's 1/4 twice where all go directly. */
static void test_bounds(void)
{
    struct topology *t = read_topology(TWO_BY_TWO);
    struct router *router = router_new(t);
    struct traffic traffic = traffic_balanced(4, 4, 2);
    traffic.experts = 4;
    traffic.top_k = 2;
    static const struct {
        const char *algorithm;
        double bytes;
    } rows[] = {
        {"pairwise", 0.5},
        {"hierarchical", 0.5},
        {"two-hop", 5.0 / 12},
        {"low-latency", 0.5},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct flow_set *set = build(t, router, rows[i].algorithm, 4, &traffic, false);
        gsl_test_rel(set->bound.s_per_byte, rows[i].bytes / 48e9, 1e-12, "%s: bound",
                     rows[i].algorithm);
        flow_set_free(set);
    }
    /* Inside a node two hops are one, and get 0.912 of an NVLink's 450 * 0.7686 GB/s for 1/2 of a
     * byte. */
    struct flow_set *set = build(t, router, "two-hop", 2, NULL, false);
    gsl_test_rel(set->bound.s_per_byte, 0.5 / (0.912 * 0.7686 * 450e9), 1e-12, "two-hop in a node");
    flow_set_free(set);
    router_free(router);
    topology_free(t);
}

/* Setup and SMs: 38.54 us and 20 of 132 SMs are the topology's; 2D is launched twice. */
static void test_costs(void)
{
    struct topology *t = read_topology(TWO_BY_TWO);
    static const struct {
        const char *algorithm;
        double setup_s, share_ratio;
    } rows[] = {
        {"pairwise", 38.54e-6, 0.1515},
        {"hierarchical", 2 * 38.54e-6, 0.1515},
        {"two-hop", 38.54e-6, 20.0 / 132},
        {"low-latency", 39e-6, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct a2a_costs costs = a2a_costs_of(rows[i].algorithm, t, 4, 132);
        gsl_test_rel(costs.setup_s, rows[i].setup_s, 1e-12, "%s: setup", rows[i].algorithm);
        gsl_test_rel(costs.sm_share_ratio, rows[i].share_ratio, 1e-12, "%s: SMs",
                     rows[i].algorithm);
    }
    /* DeepEP's kernels need the whole GPU for 60 us, within which no All-to-All can end. */
    struct a2a_costs costs = a2a_costs_of("low-latency", t, 4, 132);
    gsl_test_rel(costs.kernels_s, 60e-6, 1e-12, "low-latency: the GPU's time");
    gsl_test_rel(costs.floor_s, 60e-6, 1e-12, "low-latency: at least");
    gsl_test_int(costs.packs, 1, "low-latency packs rows");
    costs = a2a_costs_of("pairwise", t, 4, 132);
    gsl_test_abs(costs.kernels_s, 0, 0, "pairwise: a share of the SMs instead");
    gsl_test_int(costs.packs, 0, "pairwise: rows are packed by encode");
    gsl_test_abs(a2a_costs_of("pairwise", t, 1, 132).setup_s, 0, 0, "nothing to set up alone");
    gsl_test_rel(a2a_costs_of("hierarchical", t, 2, 132).setup_s, 38.54e-6, 1e-12,
                 "2D inside a node is one exchange");
    topology_free(t);
    /* 30.04 us a peer: 7 of 8 directly. */
    t = read_topology("8xa30-pcie");
    gsl_test_rel(a2a_costs_of("pairwise", t, 8, 56).setup_s, 7 * 30.04e-6, 1e-12, "setup by peer");
    gsl_test_rel(a2a_costs_of("two-hop", t, 8, 20).sm_share_ratio, 0.5, 1e-12, "at most half");
    topology_free(t);
}

static void test_fitting(void)
{
    struct topology *t = read_topology("nodes=3,gpu=h100-sxm,gpus=4,nic=4x400G");
    struct router *router = router_new(t);
    struct diag diag = {0};
    struct flow_set *set = NULL;
    struct a2a_request request = {.topology = t, .router = router, .algorithm = "two-hop", .ep = 6};
    gsl_test_int(flow_set_build(&request, &diag, &set) < 0, 1, "six of three times four");
    gsl_test_str(
        diag.count ? diag.messages[0] : "",
        "All-to-All algorithm two-hop goes along rails: groups of 6 ranks neither fill nodes "
        "of 4 GPUs nor lie inside one",
        "says why");
    gsl_test_int(a2a_algorithm_fits("pairwise", t, 6), 1, "pairs always fit");
    gsl_test_int(a2a_algorithm_usual("two-hop", t, 12, 4096), 1, "rails between nodes");
    gsl_test_int(a2a_algorithm_usual("two-hop", t, 4, 4096), 0, "no rails inside a node");
    gsl_test_int(a2a_algorithm_usual("low-latency", t, 12, 256), 1, "few tokens");
    gsl_test_int(a2a_algorithm_usual("low-latency", t, 12, 257), 0, "too many tokens");
    diag_done(&diag);
    router_free(router);
    topology_free(t);
    t = read_topology("8xa30-pcie");
    gsl_test_int(a2a_algorithm_usual("low-latency", t, 8, 128), 0, "no NICs");
    topology_free(t);
}

int main(void)
{
    test_hierarchical();
    test_two_hop();
    test_unequal();
    test_conservation();
    test_bounds();
    test_costs();
    test_fitting();
    return gsl_test_summary();
}
