/* Routes through the hosts' memory, by hand, and which algorithms may use them. */
#include <gsl/gsl_test.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/collective/alltoall.h"
#include "support.h"

static void check_route(const struct topology *t, struct router *router, size_t from, size_t to,
                        const char *want)
{
    const struct route *route = router_route(router, from, to);
    struct text got = {0};
    for (size_t i = 0; i < route->link_count; i++)
        text_add(&got, "%s%s", i ? " " : "", t->links[route->links[i]].name);
    gsl_test_str(text_get(&got), want, "%zu -> %zu", from, to);
    text_done(&got);
}

#define TWO_UNDER_ONE                                                                              \
    "\"gpus\": 2, \"switches\": [\"root\"], \"memories\": [\"memory\"], \"links\": ["              \
    "{\"from\": [\"gpu0\", \"gpu1\"], \"to\": \"root\", \"type\": \"wire\"},"                      \
    "{\"from\": \"root\", \"to\": \"memory\", \"type\": \"bus\"}]"

/* Up to memory and down again; the half-duplex bus is crossed twice, so that a lone flow gets half
 * of its 10e9 bytes/s. Four hops of 1 us. */
static void test_one_switch(void)
{
    char *text = document_text("1", WIRE_AND_BUS, TWO_UNDER_ONE, NULL);
    struct topology *t = parse_topology(text);
    struct router *router = router_new_staged(t);
    check_route(t, router, 0, 1,
                "node0/gpu0-root> node0/root-memory node0/root-memory node0/gpu1-root<");
    gsl_test_rel(router_route(router, 0, 1)->bandwidth_bytes_per_s, 5e9, 1e-12, "twice on the bus");
    gsl_test_rel(router_route(router, 0, 1)->latency_s, 4e-6, 1e-12, "four hops");
    router_free(router);
    router = router_new(t);
    check_route(t, router, 0, 1, "node0/gpu0-root> node0/gpu1-root<");
    router_free(router);
    topology_free(t);
    free(text);
}

#define TWO_SOCKETS                                                                                \
    "\"gpus\": 4, \"for\": {\"s\": 2}, \"switches\": [\"s{s}\"], \"nics\": [\"nic0\"],"            \
    "\"memories\": [\"m{s}\"], \"links\": ["                                                       \
    "{\"from\": [\"gpu0\", \"gpu1\"], \"to\": \"s0\", \"type\": \"wire\"},"                        \
    "{\"from\": [\"gpu2\", \"gpu3\"], \"to\": \"s1\", \"type\": \"wire\"},"                        \
    "{\"from\": \"gpu0\", \"to\": \"gpu1\", \"type\": \"wire\"},"                                  \
    "{\"from\": \"nic0\", \"to\": \"s0\", \"type\": \"wire\"},"                                    \
    "{\"from\": \"s0\", \"to\": \"s1\", \"type\": \"wire\"},"                                      \
    "{\"for\": {\"s\": 2}, \"from\": \"s{s}\", \"to\": \"m{s}\", \"type\": \"wire\"}]"

/* Bytes wait on the receiver's socket; a pair with a link of its own needs no memory; between nodes
 * bytes wait at both ends, and take the NIC of the direct route. */
static void test_two_sockets(void)
{
    char *text =
        document_text("2", WIRE_AND_BUS, TWO_SOCKETS,
                      "\"switches\": [\"net\"], \"links\": [{\"for\": {\"n\": 2}, \"from\":"
                      " \"node{n}/nic0\", \"to\": \"net\", \"type\": \"wire\"}]");
    struct topology *t = parse_topology(text);
    struct router *router = router_new_staged(t);
    check_route(t, router, 0, 1, "node0/gpu0-gpu1>");
    check_route(t, router, 0, 2,
                "node0/gpu0-s0> node0/s0-s1> node0/s1-m1> node0/s1-m1< node0/gpu2-s1<");
    check_route(t, router, 2, 0,
                "node0/gpu2-s1> node0/s0-s1< node0/s0-m0> node0/s0-m0< node0/gpu0-s0<");
    check_route(t, router, 2, 3, "node0/gpu2-s1> node0/s1-m1> node0/s1-m1< node0/gpu3-s1<");
    check_route(t, router, 2, 4,
                "node0/gpu2-s1> node0/s1-m1> node0/s1-m1< node0/s0-s1< node0/nic0-s0< "
                "node0/nic0-net> node1/nic0-net< node1/nic0-s0> node1/s0-m0> node1/s0-m0< "
                "node1/gpu0-s0<");
    router_free(router);
    topology_free(t);
    free(text);
}

/* ---- Which algorithms may ---- */

static const struct {
    const char *word, *algorithm, *want;
} refusals[] = {
    {"gpu=h100-sxm", "host-staged",
     "All-to-All algorithm host-staged goes through the hosts' memory, and topology "
     "\"gpu=h100-sxm\" has none (/node/memories)"},
    {"gpu=rtx-3090", "pairwise",
     "All-to-All algorithm pairwise copies from GPU to GPU, and those of topology "
     "\"gpu=rtx-3090\" have no peer access: use host-staged or auto"},
    {"gpu=rtx-3090", "two-hop",
     "All-to-All algorithm two-hop copies from GPU to GPU, and those of topology "
     "\"gpu=rtx-3090\" have no peer access: use host-staged or auto"},
    {"gpu=rtx-3090", "host-staged", ""},
    {"gpu=a30", "host-staged", ""},
    {"gpu=a30", "pairwise", ""},
};

static void test_refusals(void)
{
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        struct diag diag = {0};
        struct topology *t = read_topology(refusals[i].word);
        int r = a2a_algorithm_check(refusals[i].algorithm, t, topology_ranks(t), &diag);
        gsl_test_str(diag.count ? diag.messages[0] : "", refusals[i].want, "%s", refusals[i].word);
        gsl_test_int(r == 0, *refusals[i].want == '\0', "%s: result", refusals[i].word);
        diag_done(&diag);
        topology_free(t);
    }
}

/* Nobody goes through memory who need not, and who must does nothing else. */
static void test_usual(void)
{
    struct topology *may = read_topology("gpu=a30"), *must = read_topology("gpu=rtx-3090");
    for (size_t i = 0; a2a_algorithm_names[i]; i++) {
        const char *name = a2a_algorithm_names[i];
        bool staged = strcmp(name, "host-staged") == 0;
        gsl_test_int(a2a_algorithm_staged(name), staged, "%s: staged", name);
        gsl_test_int(a2a_algorithm_usual(name, must, 8, 64), staged, "%s: without peer access",
                     name);
        gsl_test(staged && a2a_algorithm_usual(name, may, 8, 64), "%s: with peer access", name);
    }
    topology_free(may);
    topology_free(must);
}

/* What every algorithm costs has a source, in words. */
static void test_facts(void)
{
    for (size_t i = 0; a2a_algorithm_names[i]; i++) {
        const struct a2a_facts *facts = a2a_algorithm_facts(a2a_algorithm_names[i]);
        const char *all[] = {facts->summary, facts->source,   facts->floor,
                             facts->message, facts->protocol, facts->sms};
        for (size_t k = 0; k < sizeof all / sizeof *all; k++)
            gsl_test(!all[k] || !*all[k], "%s: fact %zu", a2a_algorithm_names[i], k);
    }
    gsl_test_int(a2a_algorithm_facts(A2A_AUTO)->source == NULL, 1, "auto rests on the others");
}

/* ---- Bounds ---- */

static const struct {
    const char *word, *why, *link;
    double want_s_per_byte;
} bounds[] = {
    /* Each of two GPUs writes half a byte up the switch's uplink and reads half a byte: one byte
     * each way in all, by 0.7127 * 31.5e9 bytes/s, of which copies both ways get 0.865. */
    {"gpu=a100,fabric=pcie,gpus=2", "two under a switch", "node0/pcie0-memory0>",
     1 / (0.7127 * 31.5e9 * 0.865)},
    /* Four GPUs under each uplink: 4 * 7/8 bytes each way. */
    {"gpu=a100,fabric=pcie,switch=4", "two switches of four", "node0/pcie0-socket0>",
     3.5 / (0.7127 * 31.5e9 * 0.865)},
    /* Right under the sockets: 4 * 4 pairs of 1/8 cross each way, as without staging. */
    {"gpu=a100,fabric=pcie,switch=1", "sockets", "node0/socket0-socket1>", 2 / (20.28e9 * 0.865)},
};

static void test_bounds(void)
{
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        struct topology *t = read_topology(bounds[i].word);
        struct router *router = router_new_staged(t);
        struct diag diag = {0};
        struct flow_set *set;
        struct a2a_request request = {
            .topology = t, .router = router, .algorithm = "host-staged", .ep = topology_ranks(t)};
        gsl_test_int(flow_set_build(&request, &diag, &set), 0, "%s", bounds[i].why);
        gsl_test_rel(set->bound.s_per_byte, bounds[i].want_s_per_byte, 1e-12, "%s: bound",
                     bounds[i].why);
        gsl_test_str(t->links[set->bound.link].name, bounds[i].link, "%s: link", bounds[i].why);
        flow_set_free(set);
        router_free(router);
        topology_free(t);
    }
}

/* ---- Documents ---- */

static void check_complaint(const char *node, const char *want)
{
    char *text = document_text("1", WIRE_AND_BUS, node, NULL);
    char *got = complaints_of_text(text);
    gsl_test_str(got, want, "%s", want);
    free(got);
    free(text);
}

static void test_documents(void)
{
    check_complaint("\"gpus\": 2, \"switches\": [\"a\"], \"memories\": [\"m\"], \"links\": ["
                    "{\"from\": [\"gpu0\", \"gpu1\"], \"to\": \"a\", \"type\": \"wire\"},"
                    "{\"from\": \"gpu0\", \"to\": \"m\", \"type\": \"wire\"}]",
                    "test.json: gpu node0/gpu1 cannot reach a memory of its node");
    /* Memories forward nothing: these two switches stay apart. */
    check_complaint("\"gpus\": 2, \"switches\": [\"a\", \"b\"], \"memories\": [\"m\"], \"links\": ["
                    "{\"from\": \"gpu0\", \"to\": \"a\", \"type\": \"wire\"},"
                    "{\"from\": \"gpu1\", \"to\": \"b\", \"type\": \"wire\"},"
                    "{\"from\": [\"a\", \"b\"], \"to\": \"m\", \"type\": \"wire\"}]",
                    "test.json: gpu node0/gpu1 cannot reach node0/gpu0");
    check_complaint("\"gpus\": 1, \"memories\": [\"gpu7\"], \"links\": []",
                    "test.json: /node/memories/0: \"gpu7\" is a name for a GPU");
}

int main(void)
{
    test_one_switch();
    test_two_sockets();
    test_refusals();
    test_usual();
    test_facts();
    test_bounds();
    test_documents();
    return gsl_test_summary();
}
