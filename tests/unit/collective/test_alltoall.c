/* Flow sets: lower bounds worked out by hand, and which flows there are. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_test.h>

#include "sim/base/mem.h"
#include "sim/collective/alltoall.h"
#include "support.h"

static struct flow_set *build(const struct topology *t, struct router *router,
                              const char *algorithm, size_t ep)
{
    struct diag diag = {0};
    struct flow_set *set = NULL;
    struct a2a_request request = {
        .topology = t, .router = router, .algorithm = algorithm, .ep = ep};
    if (flow_set_build(&request, &diag, &set) < 0) {
        diag_print(&diag, "test", stderr);
        exit(1);
    }
    return set;
}

/* Bound, busiest link and latency of groups of ep; the same for each algorithm. */
static void check_bound(const struct topology *t, size_t ep, double want_s_per_byte,
                        const char *want_link, double want_latency_s, const char *why)
{
    struct router *router = router_new(t);
    for (int way = 0; way < 2; way++) {
        struct flow_set *set = build(t, router, a2a_algorithm_names[way], ep);
        gsl_test_rel(set->bound.s_per_byte, want_s_per_byte, 1e-12, "%s: bound", why);
        gsl_test_str(t->links[set->bound.link].name, want_link, "%s: busiest link", why);
        gsl_test_rel(set->bound.latency_s, want_latency_s, 1e-12, "%s: latency", why);
        gsl_test_int((int)set->pair_count, (int)(topology_ranks(t) * (ep - 1)), "%s: pairs", why);
        flow_set_free(set);
    }
    router_free(router);
}

/* Each of two GPUs sends half of its byte to the other over 10e9 bytes/s: 0.05 ns. Half-duplex:
 * both halves share the link, 0.1 ns. */
static void test_two_gpus(void)
{
    static const char *const types[] = {"wire", "bus"};
    static const double want[] = {0.5 / 10e9, 1.0 / 10e9};
    static const char *const links[] = {"node0/gpu0-gpu1>", "node0/gpu0-gpu1"};
    for (int i = 0; i < 2; i++) {
        char *node = mem_format("\"gpus\": 2, \"links\": [{\"from\": \"gpu0\", \"to\": \"gpu1\","
                                " \"type\": \"%s\"}]",
                                types[i]);
        char *text = document_text("1", WIRE_AND_BUS, node, NULL);
        struct topology *t = parse_topology(text);
        check_bound(t, 2, want[i], links[i], 1e-6, types[i]);
        topology_free(t);
        free(text);
        free(node);
    }
}

/* Each of eight GPUs sends 7/8 of its byte up its own link. 64 MiB a rank then take at least
 * 2^26 * 7/8 / (50 * 2^30) s + 1 us = 1093.75 us + 1 us = 1094.75 us. */
static void test_star(void)
{
    char *path = source_path("tests/data/star-8.json");
    struct topology *t = read_topology(path);
    check_bound(t, 8, 7.0 / 8 / 53687091200.0, "node0/gpu0-switch>", 1e-6, "star of 8");
    check_bound(t, 4, 3.0 / 4 / 53687091200.0, "node0/gpu0-switch>", 1e-6, "star, two groups of 4");
    struct router *router = router_new(t);
    struct flow_set *set = build(t, router, "pairwise", 8);
    gsl_test_rel((double)(1 << 26) * set->bound.s_per_byte + set->bound.latency_s, 1094.75e-6,
                 1e-12, "64 MiB on the star");
    flow_set_free(set);
    router_free(router);
    topology_free(t);
    free(path);
}

/* Two switches of two GPUs, all links 10e9: two GPUs send two quarters each over their switch's
 * uplink, 1 byte: 0.1 ns. Their own links carry three quarters. */
static void test_shared_uplink(void)
{
    char *text =
        document_text("1", WIRE_AND_BUS,
                      "\"gpus\": 4, \"switches\": [\"p0\", \"p1\", \"root\"], \"links\": ["
                      "{\"from\": [\"gpu0\", \"gpu1\"], \"to\": \"p0\", \"type\": \"wire\"},"
                      "{\"from\": [\"gpu2\", \"gpu3\"], \"to\": \"p1\", \"type\": \"wire\"},"
                      "{\"from\": [\"p0\", \"p1\"], \"to\": \"root\", \"type\": \"wire\"}]",
                      NULL);
    struct topology *t = parse_topology(text);
    check_bound(t, 4, 1.0 / 10e9, "node0/p0-root>", 4e-6, "shared uplink");
    /* Groups of two stay under their switch: half a byte over each GPU's link. */
    check_bound(t, 2, 0.5 / 10e9, "node0/gpu0-p0>", 2e-6, "pairs under one switch");
    topology_free(t);
    free(text);
}

/* Two nodes of four GPUs with one NIC of 12.5e9 * 0.96: 4 * 4 pairs of 1/8 leave each node, 2
 * bytes. */
static void test_two_nodes(void)
{
    struct topology *t = read_topology("nodes=2,gpu=a800,gpus=4,nic=1x100G");
    check_bound(t, 8, 2.0 / 12e9, "node0/nic0-network>", 4 * 105e-9 + 2 * 1.35e-6, "two nodes");
    /* Groups of four stay inside their node: 3/4 at 200e9 * 0.7. */
    check_bound(t, 4, 0.75 / 140e9, "node0/gpu0-nvswitch>", 2 * 936.25e-9, "inside the nodes");
    topology_free(t);
}

/* The socket link of the PCIe box was derived from a measured busbw of 0.2754 * 30 GiB/s; played
 * back through the graph it must come out again, up to the four digits of the file. */
static void test_pcie_box(void)
{
    struct topology *t = read_topology("8xa30-pcie");
    struct router *router = router_new(t);
    struct flow_set *set = build(t, router, "pairwise", 8);
    double busbw = 7.0 / 8 / set->bound.s_per_byte;
    gsl_test_rel(busbw, 0.2754 * 30 * (1 << 30), 2e-4, "busbw of 8 GPUs on PCIe");
    gsl_test_str(t->links[set->bound.link].name, "node0/socket0-socket1>", "its bottleneck");
    flow_set_free(set);
    router_free(router);
    topology_free(t);
}

/* Every pair of a group exactly once, in order; in rounds each step is a permutation. */
static void test_flows(const char *word, size_t ep)
{
    struct topology *t = read_topology(word);
    struct router *router = router_new(t);
    size_t ranks = topology_ranks(t);
    for (int way = 0; way < 2; way++) {
        struct flow_set *set = build(t, router, a2a_algorithm_names[way], ep);
        int *seen = mem_zeroed(ranks * ranks, sizeof *seen),
            *in_step = mem_zeroed(ranks, sizeof(int));
        size_t wrong = 0, once = 0;
        for (size_t i = 0; i < set->flow_count; i++) {
            const struct flow *f = &set->flows[i], *before = i ? f - 1 : NULL;
            wrong += f->from / ep != f->to / ep || f->from == f->to ||
                     f->share_ratio != 1.0 / (double)ep;
            wrong += before && before->step > f->step;
            wrong += before && before->step == f->step && before->from > f->from;
            wrong += way == 1 && f->to % ep != (f->from + f->step + 1) % ep;
            once += seen[f->from * ranks + f->to]++ == 0;
            if (way == 1)
                wrong += in_step[f->to]++ != (int)f->step;
        }
        gsl_test_int((int)wrong, 0, "%s, %s: flows in order", word, a2a_algorithm_names[way]);
        gsl_test_int((int)once, (int)(ranks * (ep - 1)), "%s: every pair", word);
        gsl_test_int((int)set->flow_count, (int)(ranks * (ep - 1)), "%s: once", word);
        gsl_test_int((int)set->step_count, way == 0 ? 1 : (int)ep - 1, "%s: steps", word);
        free(seen);
        free(in_step);
        flow_set_free(set);
    }
    router_free(router);
    topology_free(t);
}

/* Swapping GPUs between the switches of a tree is only a change of names: same bound. */
static void test_relabelling(void)
{
    static const char *const orders[][4] = {
        {"\"gpu0\", \"gpu1\"", "\"gpu2\", \"gpu3\"", "\"gpu4\", \"gpu5\"", "\"gpu6\", \"gpu7\""},
        {"\"gpu7\", \"gpu2\"", "\"gpu5\", \"gpu0\"", "\"gpu1\", \"gpu6\"", "\"gpu3\", \"gpu4\""},
    };
    double bounds[2];
    for (int i = 0; i < 2; i++) {
        struct text node = {0};
        text_add(&node,
                 "\"gpus\": 8, \"for\": {\"p\": 4}, \"switches\": [\"p{p}\", \"s0\", \"s1\"],"
                 " \"links\": [");
        for (int p = 0; p < 4; p++)
            text_add(&node, "{\"from\": [%s], \"to\": \"p%d\", \"type\": \"wire\"},", orders[i][p],
                     p);
        text_add(
            &node,
            "{\"from\": [\"p0\", \"p1\"], \"to\": \"s0\", \"type\": \"wire\"}, {\"from\":"
            " [\"p2\", \"p3\"], \"to\": \"s1\", \"type\": \"wire\"}, {\"from\": \"s0\", \"to\":"
            " \"s1\", \"type\": \"bus\"}]");
        char *text = document_text("1", WIRE_AND_BUS, text_get(&node), NULL);
        struct topology *t = parse_topology(text);
        struct router *router = router_new(t);
        struct flow_set *set = build(t, router, "pairwise", 8);
        bounds[i] = set->bound.s_per_byte;
        flow_set_free(set);
        router_free(router);
        topology_free(t);
        free(text);
        text_done(&node);
    }
    /* 2 * 4 * 4 pairs of 1/8 cross the half-duplex bus: 4 bytes. */
    gsl_test_rel(bounds[0], 4 / 10e9, 1e-12, "bus between the sockets");
    gsl_test_rel(bounds[1], bounds[0], 1e-12, "the same with other names");
}

/* A link of 1 byte a second carries half of what a rank sends, from 2 s on. Of 9 bytes three flows
 * carry 1.5 each, so 2 in whole bytes: 6 s and not 4.5. Where flows differ they may save half a
 * byte each: 4.5 - 1.5 s. Some other route takes 5 s. */
static void test_whole_bytes(void)
{
    struct a2a_bound bound = {
        .s_per_byte = 0.5, .latency_s = 2, .flow_ratio = 0.5 / 3, .longest_latency_s = 5};
    gsl_test_rel(a2a_bound_s(&bound, 9), 8, 1e-15, "whole bytes of each flow");
    gsl_test_rel(a2a_bound_s(&bound, 6), 5, 1e-15, "as they are");
    gsl_test_rel(a2a_bound_s(&bound, 2), 5, 1e-15, "no byte, but the longest route");
    gsl_test_rel(a2a_bound_s(&bound, 0), 5, 1e-15, "nothing to send");
    bound.flow_ratio = 0;
    bound.rounding_s = 1.5;
    gsl_test_rel(a2a_bound_s(&bound, 9), 5, 1e-15, "flows that differ");
    gsl_test_rel(a2a_bound_s(&bound, 90), 2 + 45 - 1.5, 1e-15, "many bytes");
}

/* Flows over one NIC go to its own rail, or on through another NVSwitch. The bound counts from the
 * least of their latencies; the longest is told apart. */
static void test_latencies(void)
{
    struct topology *t = read_topology("nodes=8,gpu=h100-sxm,nic=8x400G");
    struct router *router = router_new(t);
    struct flow_set *set = build(t, router, "pairwise", 64);
    double least_s = INFINITY, longest_s = 0;
    for (size_t i = 0; i < set->flow_count; i++) {
        const struct flow *flow = &set->flows[i];
        const struct route *route = router_route(router, flow->from, flow->to);
        longest_s = fmax(longest_s, flow->latency_s);
        for (size_t k = 0; k < route->link_count; k++)
            if (route->links[k] == set->bound.link)
                least_s = fmin(least_s, flow->latency_s);
    }
    gsl_test_rel(set->bound.latency_s, least_s, 1e-15, "least latency over the busiest link");
    gsl_test_rel(set->bound.longest_latency_s, longest_s, 1e-15, "longest of all");
    gsl_test(!(least_s < longest_s), "they differ");
    flow_set_free(set);
    router_free(router);
    topology_free(t);
}

/* How many flows there will be is known before they are listed, and enough to refuse them. */
static void test_counts(const char *word, size_t ep)
{
    struct topology *t = read_topology(word);
    for (size_t i = 0; a2a_algorithm_names[i]; i++) {
        const char *name = a2a_algorithm_names[i];
        if (!a2a_algorithm_fits(name, t, ep))
            continue;
        struct router *router = a2a_algorithm_staged(name) ? router_new_staged(t) : router_new(t);
        struct flow_set *set = build(t, router, name, ep), *none = NULL;
        struct a2a_request request = {.topology = t,
                                      .router = router,
                                      .algorithm = name,
                                      .ep = ep,
                                      .flows_max = set->flow_count - 1,
                                      .why_listed = "somebody asked"};
        struct diag diag = {0};
        gsl_test_int((int)a2a_flow_count(&request), (int)set->flow_count, "%s, %s", word, name);
        gsl_test(flow_set_build(&request, &diag, &none) == 0, "%s, %s: too many", word, name);
        char *want = mem_format("somebody asked, so that %zu flows would be played one by one (at "
                                "most %zu are): fewer GPUs, or an All-to-All with fewer flows "
                                "(--a2a two-hop, hierarchical)",
                                set->flow_count, set->flow_count - 1);
        gsl_test_int((int)diag.count, 1, "one complaint");
        gsl_test_str(diag.messages[0], want, "%s, %s", word, name);
        request.flows_max++;
        gsl_test_int(flow_set_build(&request, &diag, &none), 0, "%s, %s: not too many", word, name);
        free(want);
        diag_done(&diag);
        flow_set_free(none);
        flow_set_free(set);
        router_free(router);
    }
    topology_free(t);
}

/* All pairs at the same time, and no protocol that makes some of them longer. */
static void test_uniform(void)
{
    for (size_t i = 0; a2a_algorithm_names[i]; i++)
        gsl_test_int(a2a_algorithm_uniform(a2a_algorithm_names[i]),
                     strcmp(a2a_algorithm_names[i], "pairwise") == 0 ||
                         strcmp(a2a_algorithm_names[i], "low-latency") == 0,
                     "%s", a2a_algorithm_names[i]);
}

static void test_edges(void)
{
    struct topology *t = read_topology("8xa800-nvlink");
    struct router *router = router_new(t);
    struct flow_set *set = build(t, router, "pairwise", 1);
    struct diag diag = {0};
    gsl_test_int((int)(set->flow_count + set->pair_count + set->step_count), 0, "ep 1: nothing");
    gsl_test_abs(a2a_bound_s(&set->bound, 1e9), 0, 0, "ep 1: no bound");
    flow_set_free(set);
    set = NULL;
    static const struct {
        const char *algorithm;
        size_t ep;
    } refused[] = {
        {"pairwise", 3},
        {"pairwise", 0},
        {"pairwize", 8},
        {"ring", 8},
    };
    for (size_t i = 0; i < 4; i++) {
        struct a2a_request request = {.topology = t,
                                      .router = router,
                                      .algorithm = refused[i].algorithm,
                                      .ep = refused[i].ep};
        flow_set_build(&request, &diag, &set);
    }
    static const char *const want[] = {
        "groups of 3 ranks do not divide the 8 GPUs of topology \"8xa800-nvlink\"",
        "groups of 0 ranks do not divide the 8 GPUs of topology \"8xa800-nvlink\"",
        "unknown All-to-All algorithm \"pairwize\"; did you mean \"pairwise\"?",
        ("unknown All-to-All algorithm \"ring\"; known: \"pairwise\", \"pairwise-rounds\", "
         "\"hierarchical\", \"two-hop\", \"low-latency\", \"host-staged\""),
    };
    gsl_test_int((int)diag.count, 4, "four complaints");
    for (size_t i = 0; i < diag.count && i < 4; i++)
        gsl_test_str(diag.messages[i], want[i], "complaint %zu", i);
    gsl_test_int(set == NULL, 1, "nothing returned");
    gsl_test_int(a2a_algorithm_facts("ring") == NULL, 1, "no facts of the unknown");
    gsl_test_int(strlen(a2a_algorithm_facts("pairwise-rounds")->summary) > 0, 1, "a summary");
    diag_done(&diag);
    router_free(router);
    topology_free(t);
}

int main(void)
{
    test_two_gpus();
    test_star();
    test_shared_uplink();
    test_two_nodes();
    test_pcie_box();
    test_flows("8xa30-pcie", 8);
    test_flows("8xa30-pcie", 4);
    test_flows("nodes=2,gpu=h100-sxm,gpus=4,nic=4x400G", 8);
    test_counts("nodes=2,gpu=h100-sxm,gpus=4,nic=4x400G", 8);
    test_counts("nodes=4,gpu=h100-sxm,gpus=2,nic=2x400G", 4);
    test_counts("nodes=2,gpu=h100-sxm,gpus=4,nic=4x400G", 4);
    test_counts("8xa30-pcie", 8);
    test_uniform();
    test_relabelling();
    test_whole_bytes();
    test_latencies();
    test_edges();
    return gsl_test_summary();
}
