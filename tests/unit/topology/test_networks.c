/* Networks between nodes: that they carry what their ratio says, that all pairs have short routes,
 * and that names do not matter. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_test.h>

#include "sim/base/mem.h"
#include "sim/collective/alltoall.h"
#include "support.h"

/* Bytes/s that the GPUs of one half of the nodes can send to the other half at once: the largest
 * flow, found by adding to it along shortest paths (Edmonds and Karp) until there is none. */
struct net {
    const struct topology *topology;
    double *left;    /* of each link in its direction */
    double *back;    /* what of its flow may be taken back */
    size_t *came_by; /* by vertex: 1 + the link, 0 when not reached */
    bool *reversed;  /* by vertex: the link was taken back */
    size_t *queue;
};

static bool is_left(const struct topology *t, size_t vertex)
{
    return t->vertices[vertex].kind == VERTEX_GPU && t->vertices[vertex].node < t->node_count / 2;
}

static bool reach(struct net *net, size_t *tail, size_t to, size_t link, bool reversed)
{
    if (is_left(net->topology, to) || net->came_by[to])
        return false;
    net->came_by[to] = 1 + link;
    net->reversed[to] = reversed;
    net->queue[(*tail)++] = to;
    return net->topology->vertices[to].kind == VERTEX_GPU; /* of the right half */
}

/* The GPU of the right half that was reached, or SIZE_MAX. */
static size_t search(struct net *net)
{
    const struct topology *t = net->topology;
    size_t head = 0, tail = 0;
    for (size_t v = 0; v < t->vertex_count; v++) {
        net->came_by[v] = 0;
        if (is_left(t, v))
            net->queue[tail++] = v;
    }
    for (; head < tail; head++) {
        size_t at = net->queue[head];
        for (size_t i = 0; i < t->link_count; i++) {
            const struct link *link = &t->links[i];
            if (link->from == at && net->left[i] > 1 && reach(net, &tail, link->to, i, false))
                return link->to;
            if (link->to == at && net->back[i] > 1 && reach(net, &tail, link->from, i, true))
                return link->from;
        }
    }
    return SIZE_MAX;
}

/* Pushes what the found path holds; returns it. */
static double push(struct net *net, size_t end)
{
    const struct topology *t = net->topology;
    double least = INFINITY;
    for (size_t at = end; !is_left(t, at);) {
        size_t link = net->came_by[at] - 1;
        least = fmin(least, net->reversed[at] ? net->back[link] : net->left[link]);
        at = net->reversed[at] ? t->links[link].to : t->links[link].from;
    }
    for (size_t at = end; !is_left(t, at);) {
        size_t link = net->came_by[at] - 1;
        net->left[link] += net->reversed[at] ? least : -least;
        net->back[link] += net->reversed[at] ? -least : least;
        at = net->reversed[at] ? t->links[link].to : t->links[link].from;
    }
    return least;
}

static double bisection(const struct topology *t)
{
    struct net net = {
        .topology = t,
        .left = mem_zeroed(t->link_count, sizeof(double)),
        .back = mem_zeroed(t->link_count, sizeof(double)),
        .came_by = mem_zeroed(t->vertex_count, sizeof(size_t)),
        .reversed = mem_zeroed(t->vertex_count, sizeof(bool)),
        .queue = mem_zeroed(t->vertex_count, sizeof(size_t)),
    };
    double sum = 0;
    for (size_t i = 0; i < t->link_count; i++)
        net.left[i] = t->links[i].bandwidth_bytes_per_s;
    for (size_t end; (end = search(&net)) != SIZE_MAX;)
        sum += push(&net, end);
    free(net.left);
    free(net.back);
    free(net.came_by);
    free(net.reversed);
    free(net.queue);
    return sum;
}

#define NIC 48e9 /* a 400 Gb/s NIC's 50 GB/s, of which 0.96 is payload */

/* Half of the NICs' rate over all ratios on the way, where the halves do not share a leaf. */
static void test_bisection(void)
{
    static const struct {
        const char *word;
        double want_bytes_per_s;
    } rows[] = {
        /* 4 of 8 nodes, 4 NICs each: 16 NICs. */
        {"nodes=8,gpu=h100-sxm,gpus=4,nic=4x400G,network=flat", 16 * NIC},
        {"nodes=8,gpu=h100-sxm,gpus=4,nic=4x400G,network=fat-tree,leaf=2", 16 * NIC},
        {"nodes=8,gpu=h100-sxm,gpus=4,nic=4x400G,network=fat-tree:1.5,leaf=2", 16 * NIC / 1.5},
        {"nodes=8,gpu=h100-sxm,gpus=4,nic=4x400G,network=fat-tree:4,leaf=1", 16 * NIC / 4},
        {"nodes=8,gpu=h100-sxm,gpus=4,nic=4x400G,network=fat-tree:2,leaf=2,spines=4", 16 * NIC / 2},
        {"nodes=8,gpu=h100-sxm,gpus=4,nic=4x400G,network=fat-tree:1:1,leaf=1,pod=2", 16 * NIC},
        {"nodes=8,gpu=h100-sxm,gpus=4,nic=4x400G,network=fat-tree:2:1,leaf=1,pod=2", 16 * NIC / 2},
        {"nodes=8,gpu=h100-sxm,gpus=4,nic=4x400G,network=fat-tree:2:3,leaf=2,pod=2", 16 * NIC / 6},
        {"nodes=8,gpu=h100-sxm,gpus=4,nic=4x400G,network=fat-tree:2:3,leaf=1,pod=2,spines=2",
         16 * NIC / 6},
        {"nodes=8,gpu=h100-sxm,gpus=4,nic=4x400G,network=rail:2,leaf=4", 16 * NIC / 2},
        /* 2 of 4 groups of 8 NICs, each with 8 NIC / 2 to three others: four pairs of groups. */
        {"nodes=8,gpu=h100-sxm,gpus=4,nic=4x400G,network=dragonfly:4:2,leaf=1",
         4 * 8 * NIC / 2 / 3},
        /* 4 NICs of 100 Gb/s a GPU count as one of 400. */
        {"nodes=8,gpu=h100-sxm,gpus=4,nic=16x100G,network=fat-tree:4,leaf=1", 16 * NIC / 4},
        /* Shared: 2 NICs a node. */
        {"nodes=8,gpu=h100-sxm,gpus=4,nic=2x400G,network=fat-tree:4,leaf=1", 8 * NIC / 4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct topology *t = read_topology(rows[i].word);
        gsl_test_rel(bisection(t), rows[i].want_bytes_per_s, 1e-9, "bisection of %s", rows[i].word);
        topology_free(t);
    }
}

static double bound_of(const struct topology *t, const char **ret_link)
{
    struct diag diag = {0};
    struct flow_set *flows = NULL;
    struct router *router = router_new(t);
    struct a2a_request request = {t, router, "pairwise", .ep = topology_ranks(t)};
    flow_set_build(&request, &diag, &flows);
    double bound = flows->bound.s_per_byte;
    *ret_link = t->links[flows->bound.link].name;
    flow_set_free(flows);
    router_free(router);
    return bound;
}

/* Seconds of an All-to-All of one byte a rank, by the busiest link. */
static void test_all_to_all(void)
{
    static const struct {
        const char *why, *word;
        double want_s;
        const char *link;
    } rows[] = {
        {"NIC: 28 of 32 shares leave a node, one NIC a GPU",
         "nodes=8,gpu=h100-sxm,gpus=4,nic=4x400G,network=fat-tree,leaf=2", 28.0 / 32 / NIC,
         "node0/nic0-leaf0>"},
        {"leaf of 2 nodes at 2:1: 8 GPUs send 24 of 32 shares up over 4 NICs' worth",
         "nodes=8,gpu=h100-sxm,gpus=4,nic=4x400G,network=fat-tree:2,leaf=2",
         8 * 24.0 / 32 / (8 * NIC / 2), "leaf0-spine>"},
        {"pod of 4 nodes at 1:4: 16 GPUs send 16 of 32 shares to the other pod",
         "nodes=8,gpu=h100-sxm,gpus=4,nic=4x400G,network=fat-tree:1:4,leaf=2,pod=2",
         16 * 16.0 / 32 / (16 * NIC / 4), "spine0-core>"},
        {"one shared NIC of a node: 4 GPUs send 28 of 32 shares over it",
         "nodes=8,gpu=h100-sxm,gpus=4,nic=1x400G", 4 * 28.0 / 32 / NIC, "node0/nic0-network>"},
        {"group of 2 nodes at 3:1: 8 GPUs send 8 of 32 shares to each other group over 8/9 NIC",
         "nodes=8,gpu=h100-sxm,gpus=4,nic=4x400G,network=dragonfly:4:3,leaf=1",
         8 * 8.0 / 32 / (8 * NIC / 3 / 3), "router0_0-router1_0>"},
        {"pairs: between sockets, 16 pairs of 1/8 byte over 20.28 GB/s", "gpu=a30,fabric=pairs",
         2 / 20.28e9, "node0/socket0-socket1>"},
        {"mesh of 4: a quarter to each over a third of 300 GB/s * 0.7",
         "gpu=a100,gpus=4,fabric=mesh", 0.25 / 70e9, "node0/gpu0-gpu1>"},
        {"switches of four on one socket: 4 GPUs send 4 of 8 shares up",
         "gpu=a100,fabric=pcie,switch=4,sockets=1", 4 * 4.0 / 8 / (31.5e9 * 0.7127),
         "node0/pcie0-socket0>"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct topology *t = read_topology(rows[i].word);
        const char *link;
        gsl_test_rel(bound_of(t, &link), rows[i].want_s, 1e-12, "%s", rows[i].why);
        gsl_test_str(link, rows[i].link, "%s: bound by", rows[i].why);
        topology_free(t);
    }
}

/* GPU, switch, NIC, fabric, NIC, switch, GPU: 6 links and those between the fabric's switches. */
static void test_diameter(void)
{
    static const struct {
        const char *word;
        size_t longest;
    } rows[] = {
        {"nodes=12,gpu=h200,gpus=2,nic=2x400G,network=flat", 6},
        {"nodes=12,gpu=h200,gpus=2,nic=2x400G,network=rail", 6 + 2},
        {"nodes=12,gpu=h200,gpus=2,nic=2x400G,network=fat-tree:3,leaf=3,spines=2", 6 + 2},
        {"nodes=12,gpu=h200,gpus=2,nic=2x400G,network=fat-tree:1:1,leaf=2,pod=3", 6 + 4},
        {"nodes=12,gpu=h200,gpus=2,nic=2x400G,network=dragonfly:3,leaf=1", 6 + 3},
        {"nodes=36,gpu=h200,gpus=2,nic=2x400G,network=dragonfly:9,leaf=1", 6 + 3},
        /* 5 routers with a cable each to the one other group. */
        {"nodes=30,gpu=h200,gpus=2,nic=2x400G,network=dragonfly:2,leaf=3", 6 + 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct topology *t = read_topology(rows[i].word);
        struct router *router = router_new(t);
        size_t longest = 0, ranks = topology_ranks(t);
        for (size_t a = 0; a < ranks; a++)
            for (size_t b = 0; b < ranks; b++) {
                const struct route *there = a == b ? NULL : router_route(router, a, b);
                if (!there)
                    continue;
                const struct route *back = router_route(router, b, a);
                longest = there->link_count > longest ? there->link_count : longest;
                if (there->link_count != back->link_count)
                    gsl_test(1, "%s: %zu -> %zu is as long as back", rows[i].word, a, b);
            }
        gsl_test_int((int)longest, (int)rows[i].longest, "longest route of %s", rows[i].word);
        router_free(router);
        topology_free(t);
    }
}

/* The same tree with its nodes dealt out to leaves in turn, not in blocks. */
static void test_relabelled(void)
{
    struct topology *blocks =
        read_topology("nodes=8,gpu=h100-sxm,gpus=4,nic=4x400G,network=fat-tree:2,leaf=2");
    struct topology *dealt = read_topology_with(
        "nodes=8,gpu=h100-sxm,gpus=4,nic=4x400G,network=fat-tree:2,leaf=2", "/fabric/links/0",
        "{\"for\": {\"l\": 4, \"i\": 2, \"r\": 4},"
        " \"from\": \"node{4*i+l}/nic{r}\", \"to\": \"leaf{l}\", \"type\": \"network\"}");
    const char *link;
    gsl_test_rel(bound_of(dealt, &link), bound_of(blocks, &link), 1e-12, "All-to-All, relabelled");
    /* Each leaf has one node of either half: they meet below the uplinks. */
    gsl_test_rel(bisection(dealt), 16 * NIC, 1e-9, "halves that share leaves");
    gsl_test_rel(bisection(blocks), 16 * NIC / 2, 1e-9, "halves that share none");
    topology_free(blocks);
    topology_free(dealt);
}

int main(void)
{
    test_bisection();
    test_all_to_all();
    test_diameter();
    test_relabelled();
    return gsl_test_summary();
}
