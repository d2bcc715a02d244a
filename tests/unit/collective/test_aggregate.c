/* Merged flows change nothing: every link carries the same bytes, and every rank ends at the same
 * time. The ends come from a max-min fair sharing of single flows written here, which knows nothing
 * of classes and patterns. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_test.h>

#include "sim/base/mem.h"
#include "sim/collective/alltoall.h"
#include "support.h"

struct active {
    const struct route *route;
    double left, rate;
    bool fixed, done;
};

struct network {
    const struct topology *t;
    struct active *flows;
    size_t count;
    double *room; /* of each link: bandwidth not yet given away */
    size_t *open; /* of each link: flows without a rate */
};

static void open_links(struct network *n)
{
    for (size_t l = 0; l < n->t->link_count; l++) {
        n->room[l] = n->t->links[l].bandwidth_bytes_per_s;
        n->open[l] = 0;
    }
    for (size_t i = 0; i < n->count; i++) {
        n->flows[i].fixed = n->flows[i].done;
        for (size_t k = 0; k < n->flows[i].route->link_count && !n->flows[i].done; k++)
            n->open[n->flows[i].route->links[k]]++;
    }
}

static bool crosses_tightest(const struct network *n, const struct active *flow, double share)
{
    for (size_t k = 0; k < flow->route->link_count; k++) {
        size_t l = flow->route->links[k];
        if (n->room[l] / (double)n->open[l] <= share * (1 + 1e-12))
            return true;
    }
    return false;
}

/* Fixes the flows on the links with the smallest fair share. False when none is left. */
static bool fill_once(struct network *n)
{
    double share = INFINITY;
    for (size_t l = 0; l < n->t->link_count; l++)
        if (n->open[l])
            share = fmin(share, n->room[l] / (double)n->open[l]);
    if (isinf(share))
        return false;
    for (size_t i = 0; i < n->count; i++)
        if (!n->flows[i].fixed && crosses_tightest(n, &n->flows[i], share))
            n->flows[i].rate = -share; /* marked: links change only after all are found */
    for (size_t i = 0; i < n->count; i++) {
        struct active *flow = &n->flows[i];
        if (flow->fixed || flow->rate >= 0)
            continue;
        flow->fixed = true;
        flow->rate = share;
        for (size_t k = 0; k < flow->route->link_count; k++) {
            n->room[flow->route->links[k]] -= share;
            n->open[flow->route->links[k]]--;
        }
    }
    return true;
}

/* The last end of each rank's sends and receives, latencies left out, one byte a rank in total. */
static double *ends_of(const struct topology *t, struct router *router, const struct flow_set *set)
{
    struct network n = {.t = t, .count = set->flow_count};
    n.flows = mem_zeroed(n.count, sizeof *n.flows);
    n.room = mem_zeroed(t->link_count, sizeof *n.room);
    n.open = mem_zeroed(t->link_count, sizeof *n.open);
    double *ends = mem_zeroed(topology_ranks(t), sizeof *ends), now = 0;
    for (size_t i = 0; i < n.count; i++) {
        n.flows[i].route = router_route(router, set->flows[i].from, set->flows[i].to);
        n.flows[i].left = set->flows[i].share_ratio;
    }
    for (size_t left = n.count; left > 0;) {
        double step = INFINITY;
        open_links(&n);
        for (size_t i = 0; i < n.count; i++)
            n.flows[i].rate = 0;
        while (fill_once(&n))
            ;
        for (size_t i = 0; i < n.count; i++)
            if (!n.flows[i].done)
                step = fmin(step, n.flows[i].left / n.flows[i].rate);
        now += step;
        for (size_t i = 0; i < n.count; i++) {
            struct active *flow = &n.flows[i];
            if (flow->done)
                continue;
            flow->left -= flow->rate * step;
            flow->done = flow->left <= 1e-12 * set->flows[i].share_ratio + 1e-15;
            if (!flow->done)
                continue;
            left--;
            ends[set->flows[i].from] = ends[set->flows[i].to] = now;
        }
    }
    free(n.flows);
    free(n.room);
    free(n.open);
    return ends;
}

static double *loads_of(const struct topology *t, struct router *router, const struct flow_set *set)
{
    double *loads = mem_zeroed(t->link_count, sizeof *loads);
    for (size_t i = 0; i < set->flow_count; i++) {
        const struct route *route = router_route(router, set->flows[i].from, set->flows[i].to);
        for (size_t k = 0; k < route->link_count; k++)
            loads[route->links[k]] += set->flows[i].share_ratio;
    }
    return loads;
}

/* Largest relative difference; `floor` keeps zero against zero from dividing. */
static double difference(const double *a, const double *b, size_t count, double floor)
{
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(a[i] - b[i]) / fmax(floor, fabs(b[i])));
    return largest;
}

/* want_flows is 0 where only the laws matter. */
static void check(struct topology *t, size_t ep, size_t want_flows, const char *why)
{
    struct diag diag = {0};
    struct router *router = router_new(t);
    struct flow_set *all = NULL, *merged = NULL;
    struct a2a_request request = {
        .topology = t, .router = router, .algorithm = "pairwise", .ep = ep};
    gsl_test_int(flow_set_build(&request, &diag, &all), 0, "%s", why);
    request.aggregate = true;
    gsl_test_int(flow_set_build(&request, &diag, &merged), 0, "%s", why);
    if (want_flows)
        gsl_test_int((int)merged->flow_count, (int)want_flows, "%s: flows", why);
    gsl_test_int(merged->flow_count <= all->flow_count, 1, "%s: not more flows", why);
    gsl_test_int((int)merged->pair_count, (int)all->flow_count, "%s: stands for all", why);
    double *a = loads_of(t, router, merged), *b = loads_of(t, router, all);
    gsl_test(difference(a, b, t->link_count, 1e-3) > 1e-12, "%s: bytes of every link", why);
    free(a);
    free(b);
    a = ends_of(t, router, merged);
    b = ends_of(t, router, all);
    /* 1e-9: thousands of additions of doubles, at 1e-16 each, with room to spare. */
    gsl_test(difference(a, b, topology_ranks(t), 1e-15) > 1e-9, "%s: end of every rank", why);
    double last = 0;
    for (size_t i = 0; i < topology_ranks(t); i++)
        last = fmax(last, b[i]);
    gsl_test_rel(last, all->bound.s_per_byte, 1e-9, "%s: pairwise ends at its bound", why);
    free(a);
    free(b);
    flow_set_free(all);
    flow_set_free(merged);
    router_free(router);
    topology_free(t);
    diag_done(&diag);
}

/* One class for NVLink, one along the rails, one across them: three flows a rank instead of 63. */
static void test_known_sizes(void)
{
    check(read_topology("8xa30-pcie"), 8, 56, "PCIe tree: nothing merges");
    check(read_topology("8xa800-nvlink"), 8, 8, "NVSwitch: one flow a rank");
    check(read_topology("8xa800-nvlink"), 4, 8, "NVSwitch, two groups");
    check(read_topology("2x8xa800-nvlink"), 16, 32, "two nodes: inside and outside");
    check(read_topology("4x8xh100-ib"), 32, 96, "rails: three flows a rank");
    check(read_topology("4x8xh100-ib"), 16, 96, "rails, groups of two nodes");
    check(read_topology("4x8xh100-ib"), 8, 32, "rails, groups inside the nodes");
    check(read_topology("nodes=8,gpu=h100-sxm,nic=8x400G"), 64, 192, "64 GPUs on rails");
    check(read_topology("nodes=8,gpu=h100-sxm,nic=8x400G,network=flat"), 64, 128, "64 GPUs, flat");
}

/* Where the uplinks are too few, flows across the rails are slower than those along them. Merging
 * both kinds would give a rank's NIC two flows instead of many and change who gets how much: the
 * flows along the rails, of smaller weight, must not take half of the NIC. */
static void test_oversubscribed(void)
{
    static const char *const rates[] = {"190e9", "150e9", "100e9", "60e9", "20e9"};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        char *why = mem_format("uplinks of %s", rates[i]);
        check(
            read_topology_with("4x8xh100-ib", "/link_types/uplink/bandwidth_bytes_per_s", rates[i]),
            32, 0, why);
        free(why);
    }
    check(read_topology_with("4x8xh100-ib", "/link_types/pcie/bandwidth_bytes_per_s", "20e9"), 32,
          96, "PCIe narrower than the NIC");
    check(read_topology_with("4x8xh100-ib", "/link_types/nvlink/bandwidth_bytes_per_s", "1e9"), 32,
          96, "NVLink the slowest");
}

static void test_odd_shapes(void)
{
    check(read_topology("nodes=2,gpu=a30,nic=1x100G"), 16, 0, "PCIe boxes, NIC on one socket");
    check(read_topology("nodes=2,gpu=a30,gpus=4,nic=4x100G"), 8, 0, "NICs shared by two GPUs");
    check(read_topology("nodes=3,gpu=a30,gpus=4,nic=2x100G"), 6, 0, "groups across half nodes");
    check(read_topology("nodes=3,gpu=h100-sxm,gpus=4,nic=4x400G"), 6, 0, "rails, half nodes");
    check(read_topology("nodes=2,gpu=x,fabric=star,bandwidth=9G,nic=2x8G"), 16, 0, "stars");
    check(read_topology("nodes=5,gpu=h100-sxm,gpus=1,nic=1x400G"), 5, 0, "one GPU a node");
    check(read_topology("nodes=6,gpu=h100-sxm,gpus=2,nic=1x400G"), 4, 0, "groups of two nodes");
}

/* One GPU of four has a slow link. Shifts by 1, 2 and 3 load the links alike, so they form one
 * class, but its flows are not alike: three ranks wait for the slow one only where they talk to
 * it. */
static void test_one_slow_gpu(void)
{
    char *text = document_text(
        "1",
        WIRE_AND_BUS ", \"slow\": {\"bandwidth_bytes_per_s\": 1e9, \"efficiency_ratio\": 1,"
                     " \"latency_s\": 1e-6, \"source\": \"\"}",
        "\"gpus\": 4, \"switches\": [\"s\"], \"links\": [{\"from\": [\"gpu0\", \"gpu1\", \"gpu2\"],"
        " \"to\": \"s\", \"type\": \"wire\"}, {\"from\": \"gpu3\", \"to\": \"s\", \"type\": "
        "\"slow\"}]",
        NULL);
    check(parse_topology(text), 4, 12, "one slow GPU: nothing merges");
    free(text);
}

int main(void)
{
    test_known_sizes();
    test_oversubscribed();
    test_odd_shapes();
    test_one_slow_gpu();
    return gsl_test_summary();
}
