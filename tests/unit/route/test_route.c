/* Routes, against paths found by eye, and laws that hold on any cluster. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_test.h>

#include "sim/route/route.h"
#include "support.h"

/* "gpu0-pcie0> pcie0-socket0> ..." without the "node0/". */
static void check_route(struct topology *t, struct router *router, size_t from, size_t to,
                        const char *want)
{
    const struct route *route = router_route(router, from, to);
    struct text got = {0};
    for (size_t i = 0; i < route->link_count; i++) {
        const char *name = t->links[route->links[i]].name;
        text_add(&got, "%s%s", i ? " " : "", strncmp(name, "node0/", 6) == 0 ? name + 6 : name);
    }
    gsl_test_str(text_get(&got), want, "route %zu -> %zu", from, to);
    text_done(&got);
}

static void test_pcie_box(void)
{
    struct topology *t = read_topology("8xa30-pcie");
    struct router *router = router_new(t);
    check_route(t, router, 0, 1, "gpu0-pcie0> gpu1-pcie0<");
    check_route(t, router, 0, 3, "gpu0-pcie0> pcie0-socket0> pcie1-socket0< gpu3-pcie1<");
    check_route(t, router, 7, 0,
                "gpu7-pcie3> pcie3-socket1> socket0-socket1< pcie0-socket0< "
                "gpu0-pcie0<");
    const struct route *far = router_route(router, 0, 7);
    /* Four hops of 105 ns and the socket link's 80 ns; its 20.28 GB/s are the narrowest. */
    gsl_test_rel(far->latency_s, 4 * 105e-9 + 80e-9, 1e-12, "latency across the sockets");
    gsl_test_rel(far->bandwidth_bytes_per_s, 20.28e9, 1e-12, "bandwidth across the sockets");
    gsl_test_int(router_route(router, 0, 7) == far, 1, "a route stays where it is");
    router_free(router);
    topology_free(t);
}

/* gpu0 and gpu1 share a PCIe switch that is as near as NVLink, and faster to answer: NVLink is
 * wider. */
static void test_widest(void)
{
    struct topology *t = read_topology("2x8xa800-nvlink");
    struct router *router = router_new(t);
    check_route(t, router, 0, 1, "gpu0-nvswitch> gpu1-nvswitch<");
    check_route(t, router, 2, 8,
                "gpu2-pcie0> nic0-pcie0< nic0-network> node1/nic0-network< "
                "node1/nic0-pcie0> node1/gpu0-pcie0<");
    router_free(router);
    topology_free(t);
}

/* Two ways of equal length and width: the quicker one. */
static void test_lowest_latency(void)
{
    char *text = document_text(
        "1",
        "\"slow\": {\"bandwidth_bytes_per_s\": 1e9, \"efficiency_ratio\": 1, \"latency_s\": 2e-6,"
        " \"source\": \"\"}, \"quick\": {\"bandwidth_bytes_per_s\": 1e9, \"efficiency_ratio\": 1,"
        " \"latency_s\": 1e-6, \"source\": \"\"}",
        "\"gpus\": 2, \"switches\": [\"a\", \"b\"], \"links\": ["
        "{\"from\": [\"gpu0\", \"gpu1\"], \"to\": \"a\", \"type\": \"slow\"},"
        "{\"from\": [\"gpu0\", \"gpu1\"], \"to\": \"b\", \"type\": \"quick\"}]",
        NULL);
    struct topology *t = parse_topology(text);
    struct router *router = router_new(t);
    check_route(t, router, 0, 1, "gpu0-b> gpu1-b<");
    router_free(router);
    topology_free(t);
    free(text);
}

/* gpu0 - gpu1 - gpu2 are in a chain of links, but a switch further away joins them: 0 -> 2 goes
 * round. */
static void test_no_forwarding(void)
{
    char *text =
        document_text("1", WIRE_AND_BUS,
                      "\"gpus\": 3, \"switches\": [\"a\", \"b\"], \"links\": ["
                      "{\"from\": [\"gpu0\", \"gpu2\"], \"to\": \"gpu1\", \"type\": \"wire\"},"
                      "{\"from\": \"gpu0\", \"to\": \"a\", \"type\": \"bus\"},"
                      "{\"from\": \"b\", \"to\": [\"a\", \"gpu2\"], \"type\": \"bus\"}]",
                      NULL);
    struct topology *t = parse_topology(text);
    struct router *router = router_new(t);
    check_route(t, router, 0, 1, "gpu0-gpu1>");
    check_route(t, router, 0, 2, "gpu0-a b-a b-gpu2");
    check_route(t, router, 2, 0, "b-gpu2 b-a gpu0-a");
    router_free(router);
    topology_free(t);
    free(text);
}

/* Eight GPUs on two leaves, four equal spines. Pairs between the leaves spread by the receiver mod
 * 4; with 4 x 4 pairs each way every spine gets 4. */
static void test_spines(void)
{
    char *text = document_text(
        "1", WIRE_AND_BUS,
        "\"gpus\": 8, \"for\": {\"s\": 4}, \"switches\": [\"l0\", \"l1\", \"spine{s}\"], "
        "\"links\": ["
        "{\"from\": [\"gpu0\", \"gpu1\", \"gpu2\", \"gpu3\"], \"to\": \"l0\", \"type\": \"wire\"},"
        "{\"from\": [\"gpu4\", \"gpu5\", \"gpu6\", \"gpu7\"], \"to\": \"l1\", \"type\": \"wire\"},"
        "{\"for\": {\"s\": 4}, \"from\": [\"l0\", \"l1\"], \"to\": \"spine{s}\", \"type\": "
        "\"wire\"}]",
        NULL);
    struct topology *t = parse_topology(text);
    struct router *router = router_new(t);
    int over[4] = {0};
    check_route(t, router, 0, 5, "gpu0-l0> l0-spine1> l1-spine1< gpu5-l1<");
    check_route(t, router, 5, 0, "gpu5-l1> l1-spine0> l0-spine0< gpu0-l0<");
    for (size_t from = 0; from < 4; from++) {
        for (size_t to = 4; to < 8; to++) {
            const struct route *route = router_walk(router, from, to);
            over[t->links[route->links[1]].to - 10]++; /* 8 GPUs, l0, l1, then spine0 */
        }
    }
    for (int i = 0; i < 4; i++)
        gsl_test_int(over[i], 4, "pairs over spine %d", i);
    router_free(router);
    topology_free(t);
    free(text);
}

/* A look no farther than the receiver finds what a look at all does, in whatever order pairs are
 * asked for. */
static void check_single_pair_on(struct topology *t, const char *word)
{
    struct router *trees = router_new_usual(t), *single = router_new_usual(t);
    size_t ranks = topology_ranks(t), other = 0, pairs = ranks * ranks;
    for (size_t i = 0; i < pairs; i++) {
        size_t pair = i * 7919 % pairs, from = pair / ranks, to = pair % ranks;
        if (from == to)
            continue;
        const struct route *want = router_walk(trees, from, to);
        const struct route *got = router_route(single, from, to);
        other += got->link_count != want->link_count || got->latency_s != want->latency_s ||
                 memcmp(got->links, want->links, want->link_count * sizeof *want->links) != 0;
    }
    gsl_test_int((int)other, 0, "single-pair routes on %s", word);
    router_free(trees);
    router_free(single);
    topology_free(t);
}

static void check_single_pair(const char *word)
{
    check_single_pair_on(read_topology(word), word);
}

#define SWITCHES 12

/* Twelve GPUs on a ring of switches with more links at random, by links that count 1, 2 or 5 and
 * are half duplex or not. */
static void check_near_at_random(unsigned long seed)
{
    static const char *const types[] = {"wire", "bus", "long", "short"};
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    struct text node = {0};
    gsl_rng_set(random, seed);
    text_add(&node, "\"gpus\": 12, \"for\": {\"s\": 12}, \"switches\": [\"s{s}\"], \"links\": [");
    for (size_t i = 0; i < SWITCHES; i++)
        text_add(&node, "{\"from\": \"gpu%zu\", \"to\": \"s%lu\", \"type\": \"wire\"}, ", i,
                 gsl_rng_uniform_int(random, SWITCHES));
    for (size_t from = 0; from < SWITCHES; from++)
        for (size_t to = 0; to < from; to++) {
            bool ring = to + 1 == from || (to == 0 && from + 1 == SWITCHES);
            if (ring || gsl_rng_uniform(random) < 0.3)
                text_add(&node, "%s{\"from\": \"s%zu\", \"to\": \"s%zu\", \"type\": \"%s\"}",
                         from > 1 ? ", " : "", from, to, types[gsl_rng_uniform_int(random, 4)]);
        }
    text_add(&node, "]");
    char *text = document_text(
        "1",
        WIRE_AND_BUS
        ", \"long\": {\"bandwidth_bytes_per_s\": 20e9, \"efficiency_ratio\": 1, \"latency_s\": "
        "2e-6, \"hops\": 5,"
        " \"source\": \"\"}, \"short\": {\"bandwidth_bytes_per_s\": 5e9, \"efficiency_ratio\": 1,"
        " \"latency_s\": 1e-7, \"hops\": 2, \"source\": \"\"}",
        text_get(&node), NULL);
    check_single_pair_on(parse_topology(text), "switches linked at random");
    free(text);
    text_done(&node);
    gsl_rng_free(random);
}

/* On every cluster: a route begins and ends at its ranks, is connected, passes no GPU, adds up, and
 * is as long and as quick as the way back. */
static void check_laws(const char *word)
{
    struct topology *t = read_topology(word);
    struct router *router = router_new(t);
    size_t ranks = topology_ranks(t), broken = 0;
    for (size_t from = 0; from < ranks; from++) {
        for (size_t to = 0; to < ranks; to++) {
            if (from == to)
                continue;
            const struct route *route = router_route(router, from, to);
            const struct route *back = router_route(router, to, from);
            double latency_s = 0, bandwidth = INFINITY;
            size_t at = from;
            for (size_t i = 0; i < route->link_count; i++) {
                const struct link *link = &t->links[route->links[i]];
                bool turned = link->half_duplex && link->to == at;
                broken += !turned && link->from != at;
                at = turned ? link->from : link->to;
                broken += t->vertices[at].kind == VERTEX_GPU && at != to;
                latency_s += link->latency_s;
                bandwidth = fmin(bandwidth, link->bandwidth_bytes_per_s);
            }
            broken += at != to || route->link_count != back->link_count;
            broken += route->latency_s != latency_s || route->bandwidth_bytes_per_s != bandwidth;
            broken += fabs(latency_s - back->latency_s) > 1e-15;
        }
    }
    gsl_test_int((int)broken, 0, "laws of routes on %s", word);
    router_free(router);
    topology_free(t);
}

/* Cabling the GPUs in another order moves routes about but leaves the same set of latencies. */
static void test_relabelling(void)
{
    const char *const orders[] = {"\"gpu0\", \"gpu1\"|\"gpu2\", \"gpu3\"",
                                  "\"gpu3\", \"gpu0\"|\"gpu1\", \"gpu2\""};
    double sums[2] = {0};
    for (int i = 0; i < 2; i++) {
        const char *bar = strchr(orders[i], '|');
        struct text node = {0};
        text_add(&node,
                 "\"gpus\": 4, \"switches\": [\"a\", \"b\"], \"links\": [{\"from\": [%.*s],"
                 " \"to\": \"a\", \"type\": \"wire\"}, {\"from\": [%s], \"to\": \"b\", \"type\":"
                 " \"wire\"}, {\"from\": \"a\", \"to\": \"b\", \"type\": \"wire\"}]",
                 (int)(bar - orders[i]), orders[i], bar + 1);
        char *text = document_text("1", WIRE_AND_BUS, text_get(&node), NULL);
        struct topology *t = parse_topology(text);
        struct router *router = router_new(t);
        for (size_t pair = 0; pair < 16; pair++)
            if (pair / 4 != pair % 4)
                sums[i] += router_walk(router, pair / 4, pair % 4)->latency_s;
        router_free(router);
        topology_free(t);
        free(text);
        text_done(&node);
    }
    /* 4 ordered pairs of two hops under one switch, 8 of three hops across, 1 us each. */
    gsl_test_rel(sums[0], 32e-6, 1e-12, "latencies of all pairs");
    gsl_test_rel(sums[1], sums[0], 1e-12, "the same after relabelling");
}

int main(void)
{
    test_pcie_box();
    test_widest();
    test_lowest_latency();
    test_no_forwarding();
    test_spines();
    check_laws("8xa30-pcie");
    check_laws("2x8xa800-nvlink");
    check_laws("4x8xh100-ib");
    check_laws("nodes=3,gpu=a30,gpus=4,nic=2x200G");
    check_laws("nodes=2,gpu=x,fabric=star,bandwidth=9G,nic=8x1G");
    check_laws("nodes=3,gpu=h100-sxm,gpus=4,nic=4x400G,network=flat");
    check_single_pair("8xa30-pcie");
    check_single_pair("8xa40-pairs");
    check_single_pair("2x8xa800-nvlink");
    check_single_pair("2x8xrtx3090");
    check_single_pair("2x8xa100-pcie-2nic");
    check_single_pair("4x8xh100-ib");
    check_single_pair("32x4xa100-dragonfly");
    check_single_pair("nodes=8,gpu=h200,gpus=4,nic=4x400G,network=fat-tree:2:1.5,leaf=2,pod=2");
    check_single_pair("nodes=8,gpu=h200,gpus=4,nic=4x400G,network=rail:2,leaf=2,spines=2");
    check_single_pair("nodes=16,gpu=h200,gpus=4,nic=4x400G,network=dragonfly:4:2");
    for (unsigned long seed = 1; seed <= 100; seed++)
        check_near_at_random(seed);
    test_relabelling();
    return gsl_test_summary();
}
