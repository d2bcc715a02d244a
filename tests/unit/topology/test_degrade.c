/* "degraded": which links and GPUs a pattern means, and what is left of them. */
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_test.h>

#include "sim/base/mem.h"
#include "sim/route/route.h"
#include "support.h"

static double left_of(const struct topology *t, const char *name)
{
    for (size_t i = 0; i < t->link_count; i++)
        if (strcmp(t->links[i].name, name) == 0)
            return t->links[i].bandwidth_bytes_per_s / t->links[i].rated_bytes_per_s;
    gsl_test(1, "there is a link %s", name);
    return 0;
}

static void test_patterns(void)
{
    struct topology *t = read_topology_with(
        "nodes=2,gpu=h100-sxm,gpus=2,nic=2x400G", "/degraded",
        "[{\"links\": \"node1/gpu0-nvswitch\", \"bandwidth_ratio\": 0.5},"
        " {\"links\": [\"leaf0-spine>\", \"node?/nic1-leaf1\"], \"bandwidth_ratio\": 0.25},"
        " {\"links\": \"node0/*\", \"bandwidth_ratio\": 0.5},"
        " {\"gpus\": [\"node0/gpu1\", \"node1/*\"], \"compute_ratio\": 0.8},"
        " {\"gpus\": \"node1/gpu1\", \"compute_ratio\": 0.5}]");
    gsl_test_abs(left_of(t, "node1/gpu0-nvswitch>"), 0.5, 0, "there");
    gsl_test_abs(left_of(t, "node1/gpu0-nvswitch<"), 0.5, 0, "and back");
    gsl_test_abs(left_of(t, "node1/gpu1-nvswitch<"), 1, 0, "others stay");
    gsl_test_abs(left_of(t, "leaf0-spine>"), 0.25, 0, "one direction");
    gsl_test_abs(left_of(t, "leaf0-spine<"), 1, 0, "not the other");
    gsl_test_abs(left_of(t, "node1/nic1-leaf1>"), 0.25, 0, "'?' is one character");
    gsl_test_abs(left_of(t, "node0/nic1-leaf1>"), 0.125, 0, "entries multiply");
    gsl_test_abs(left_of(t, "node0/gpu0-nvswitch>"), 0.5, 0, "'*' is any characters");
    gsl_test_abs(topology_compute_ratio(t, 0), 1, 0, "GPU 0");
    gsl_test_abs(topology_compute_ratio(t, 1), 0.8, 0, "GPU 1");
    gsl_test_abs(topology_compute_ratio(t, 3), 0.4, 1e-15, "GPU 3");
    gsl_test_abs(topology_slowest_ratio(t), 0.4, 1e-15, "the slowest");
    gsl_test_str(t->degraded,
                 "node1/gpu0-nvswitch (2 links) at 0.5 of bandwidth; "
                 "leaf0-spine>, node?/nic1-leaf1 (5 links) at 0.25 of bandwidth; "
                 "node0/* (16 links) at 0.5 of bandwidth; "
                 "node0/gpu1, node1/* (3 GPUs) at 0.8 of speed; node1/gpu1 (1 GPU) at 0.5 of speed",
                 "in words");
    topology_free(t);
    t = read_topology("8xa30-pcie");
    gsl_test(t->degraded || t->compute_ratios, "nothing where the document says nothing");
    gsl_test_abs(topology_slowest_ratio(t), 1, 0, "full speed");
    topology_free(t);
}

/* Two spines; the cable to the first is slow. Routes still use it in turn: routing tables go by
 * hops, and by the width that a link should have. */
static void test_routes_stay(void)
{
    static const char node[] =
        "\"gpus\": 4, \"switches\": [\"a\", \"b\", \"left\", \"right\"], \"links\": ["
        "{\"from\": [\"gpu0\", \"gpu1\"], \"to\": \"a\", \"type\": \"wire\"},"
        "{\"from\": [\"gpu2\", \"gpu3\"], \"to\": \"b\", \"type\": \"wire\"},"
        "{\"from\": [\"a\", \"b\"], \"to\": [\"left\", \"right\"], \"type\": \"wire\"}]";
    char *text = document_text("1", WIRE_AND_BUS, node, NULL);
    struct diag diag = {0};
    struct json *doc = NULL;
    struct topology *sound = parse_topology(text), *slow = NULL;
    json_parse("t.json", text, strlen(text), &diag, &doc);
    json_set(doc, "/degraded/-", "{\"links\": \"*/a-left\", \"bandwidth_ratio\": 0.3}", &diag);
    gsl_test_int(topology_read(doc, &diag, &slow), 0, "reads");
    struct router *of_sound = router_new(sound), *of_slow = router_new(slow);
    for (size_t from = 0; from < 4; from++)
        for (size_t to = 0; to < 4; to++) {
            if (from == to)
                continue;
            const struct route *a = router_route(of_sound, from, to);
            const struct route *b = router_route(of_slow, from, to);
            gsl_test(a->link_count != b->link_count ||
                         memcmp(a->links, b->links, a->link_count * sizeof *a->links) != 0,
                     "route %zu -> %zu", from, to);
        }
    router_free(of_sound);
    router_free(of_slow);
    topology_free(sound);
    topology_free(slow);
    json_free(doc);
    free(text);
}

int main(void)
{
    test_patterns();
    test_routes_stay();
    return gsl_test_summary();
}
