/* Topologies from JSON: numbering, names, loops, link figures, and every complaint word by word. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_test.h>

#include "sim/base/file.h"
#include "support.h"

static void check_vertex(const struct topology *t, size_t i, const char *name,
                         enum vertex_kind kind, size_t node)
{
    gsl_test_str(t->vertices[i].name, name, "vertex %zu", i);
    gsl_test_int((int)t->vertices[i].kind, (int)kind, "kind of %s", name);
    gsl_test_int(t->vertices[i].node == node, 1, "node of %s", name);
}

/* GPUs of all nodes first, then node by node switches and NICs, then the fabric. */
static void test_numbering(void)
{
    char *text = document_text(
        "2", WIRE_AND_BUS,
        "\"gpus\": 2, \"switches\": [\"sw\"], \"nics\": [\"nic\"], \"links\": ["
        "{\"from\": [\"gpu0\", \"gpu1\", \"nic\"], \"to\": \"sw\", \"type\": \"wire\"}]",
        "\"switches\": [\"net\"], \"links\": [{\"for\": {\"n\": 2}, \"from\": \"node{n}/nic\","
        " \"to\": \"net\", \"type\": \"bus\"}]");
    struct topology *t = parse_topology(text);
    gsl_test_int((int)topology_ranks(t), 4, "ranks");
    gsl_test_int((int)t->vertex_count, 9, "vertices");
    check_vertex(t, 0, "node0/gpu0", VERTEX_GPU, 0);
    check_vertex(t, 3, "node1/gpu1", VERTEX_GPU, 1);
    check_vertex(t, 4, "node0/sw", VERTEX_SWITCH, 0);
    check_vertex(t, 5, "node0/nic", VERTEX_NIC, 0);
    check_vertex(t, 6, "node1/sw", VERTEX_SWITCH, 1);
    check_vertex(t, 7, "node1/nic", VERTEX_NIC, 1);
    check_vertex(t, 8, "net", VERTEX_SWITCH, TOPOLOGY_FABRIC);
    /* 2 nodes x 3 cables x 2 directions, then 2 half-duplex cables of one link each. */
    gsl_test_int((int)t->link_count, 14, "links");
    gsl_test_str(t->links[0].name, "node0/gpu0-sw>", "forward");
    gsl_test_str(t->links[1].name, "node0/gpu0-sw<", "backward");
    gsl_test_int((int)t->links[1].from, 4, "backward comes from the switch");
    gsl_test_str(t->links[6].name, "node1/gpu0-sw>", "second node");
    gsl_test_int((int)t->links[6].from, 2, "second node's first GPU");
    gsl_test_str(t->links[13].name, "node1/nic-net", "half-duplex");
    gsl_test_int(t->links[13].half_duplex, 1, "half-duplex");
    gsl_test_str(t->links[13].type, "bus", "type");
    topology_free(t);
    free(text);
}

static void test_figures(void)
{
    char *text = document_text(
        "1",
        "\"a\": {\"bandwidth_bytes_per_s\": 40e9, \"efficiency_ratio\": 0.75, \"latency_s\": 0,"
        " \"source\": \"\"}",
        "\"gpus\": 2, \"links\": [{\"from\": \"gpu0\", \"to\": \"gpu1\", \"type\": \"a\"}]", NULL);
    struct topology *t = parse_topology(text);
    gsl_test_rel(t->links[0].bandwidth_bytes_per_s, 30e9, 1e-15, "40e9 * 0.75");
    gsl_test_rel(t->links[0].raw_bytes_per_s, 40e9, 1e-15, "datasheet");
    gsl_test_abs(t->links[0].latency_s, 0, 0, "latency may be 0");
    gsl_test_abs(t->all_to_all.per_peer_s, 0, 0, "per_peer_s is 0 when left out");
    topology_free(t);
    free(text);
}

/* Two variables, and a list: 2 x 3 cables from the loop, 2 x 2 from the lists. */
/* Eight cables of 400 Gb/s, 50 GB/s each; none without a second node; as many as the poorer node
 * has, and a half-duplex cable counts whichever end is written first. */
static void test_network_rate(void)
{
    static const struct {
        const char *word;
        double want;
    } rows[] = {{"nodes=2,gpu=h100-sxm,gpus=8,nic=8x400G", 8 * 50e9},
                {"nodes=3,gpu=a800,gpus=4,nic=1x100G", 12.5e9},
                {"gpu=a100,gpus=4", 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct topology *t = read_topology(rows[i].word);
        gsl_test_rel(topology_network_bytes_per_s(t), rows[i].want, 1e-15, "network of %s",
                     rows[i].word);
        topology_free(t);
    }
    char *text = document_text("2", WIRE_AND_BUS,
                               "\"gpus\": 1, \"nics\": [\"nic\"], \"links\": ["
                               "{\"from\": \"gpu0\", \"to\": \"nic\", \"type\": \"wire\"}]",
                               "\"switches\": [\"a\", \"b\"], \"links\": ["
                               "{\"from\": \"node0/nic\", \"to\": \"a\", \"type\": \"wire\"},"
                               "{\"from\": \"node0/nic\", \"to\": \"b\", \"type\": \"wire\"},"
                               "{\"from\": \"a\", \"to\": \"node1/nic\", \"type\": \"bus\"}]");
    struct topology *t = parse_topology(text);
    gsl_test_rel(topology_network_bytes_per_s(t), 10e9, 1e-15, "the poorer node's");
    topology_free(t);
    free(text);
}

static void test_loops(void)
{
    char *text = document_text(
        "1", WIRE_AND_BUS,
        "\"gpus\": 6, \"for\": {\"a\": 2, \"b\": 3}, \"switches\": [\"x{a}\", \"y{a}_{b}\"],"
        "\"links\": [{\"for\": {\"a\": 2, \"b\": 3}, \"from\": \"x{a}\", \"to\": \"y{a}_{b}\","
        " \"type\": \"wire\"}, {\"from\": [\"gpu0\", \"gpu1\"], \"to\": [\"x0\", \"x1\"],"
        " \"type\": \"wire\"}, {\"from\": [\"gpu2\", \"gpu3\", \"gpu4\", \"gpu5\"], \"to\":"
        " [\"x0\", \"x1\"], \"type\": \"wire\"}]",
        NULL);
    struct topology *t = parse_topology(text);
    gsl_test_int((int)t->vertex_count, 6 + 2 + 6, "6 GPUs, x0 x1, y0_0 .. y1_2");
    gsl_test_str(t->vertices[13].name, "node0/y1_2", "last name");
    gsl_test_int((int)t->link_count, 2 * (6 + 4 + 8), "links");
    gsl_test_str(t->links[10].name, "node0/x1-y1_2>",
                 "sixth cable: the last variable runs fastest");
    gsl_test_str(t->links[14].name, "node0/gpu0-x1>", "lists: every combination");
    topology_free(t);
    free(text);
}

static bool has_link(const struct topology *t, const char *name)
{
    for (size_t i = 0; i < t->link_count; i++)
        if (strcmp(t->links[i].name, name) == 0)
            return true;
    return false;
}

/* Six GPUs in two blocks of three, and a ring of the six switches that they are on. */
static void test_sums(void)
{
    char *text = document_text(
        "1", WIRE_AND_BUS,
        "\"gpus\": 6, \"for\": {\"b\": 2, \"s\": 6}, \"switches\": [\"block{b+1}\", \"s{s}\"],"
        "\"links\": [{\"for\": {\"b\": 2, \"i\": 3}, \"from\": \"gpu{3*b+i}\","
        " \"to\": [\"block{1+b}\", \"s{i+3*b}\"], \"type\": \"wire\"},"
        "{\"for\": {\"s\": 6}, \"from\": \"s{s}\", \"to\": \"s{s+1%6}\", \"type\": \"wire\"}]",
        NULL);
    struct topology *t = parse_topology(text);
    gsl_test_int((int)t->link_count, 2 * (6 * 2 + 6), "links");
    gsl_test(!has_link(t, "node0/gpu4-block2>"), "gpu4 is in the second block");
    gsl_test(!has_link(t, "node0/gpu4-s4>"), "and on the fifth switch");
    gsl_test(!has_link(t, "node0/s5-s0>"), "the ring closes: (5 + 1) mod 6");
    topology_free(t);
    free(text);
}

#define SUM_COMPLAINT                                                                              \
    ": expected a sum of variables, counts and COUNT*VARIABLE, maybe with %COUNT behind it"
#define ONE_SWITCH(name)                                                                           \
    "\"gpus\": 1, \"for\": {\"k\": 2}, \"switches\": [\"" name "\"], \"links\": []"

static const struct {
    const char *why, *nodes, *types, *node, *fabric, *want;
} bad[] = {
    {"a sum without its second term", "1", WIRE_AND_BUS, ONE_SWITCH("s{k+}"), NULL,
     "test.json: /node/switches/0: {k+}" SUM_COMPLAINT},
    {"nothing in braces", "1", WIRE_AND_BUS, ONE_SWITCH("s{}"), NULL,
     "test.json: /node/switches/0: {}" SUM_COMPLAINT},
    {"the variable comes second", "1", WIRE_AND_BUS, ONE_SWITCH("s{k*2}"), NULL,
     "test.json: /node/switches/0: {k*2}" SUM_COMPLAINT},
    {"no remainder of nothing", "1", WIRE_AND_BUS, ONE_SWITCH("s{k%0}"), NULL,
     "test.json: /node/switches/0: {k%0}" SUM_COMPLAINT},
    {"a count too long", "1", WIRE_AND_BUS, ONE_SWITCH("s{1000000+k}"), NULL,
     "test.json: /node/switches/0: {1000000+k}" SUM_COMPLAINT},
    {"a difference", "1", WIRE_AND_BUS, ONE_SWITCH("s{k-1}"), NULL,
     "test.json: /node/switches/0: {k-1}" SUM_COMPLAINT},
    {"a variable within a sum that the entry has not", "1", WIRE_AND_BUS, ONE_SWITCH("s{2*k+m}"),
     NULL, "test.json: /node/switches/0: {m} is not a variable of this entry's \"for\""},
    {"two numbers become one", "1", WIRE_AND_BUS, ONE_SWITCH("s{k%1}"), NULL,
     "test.json: /node/switches/0: \"s0\" is named twice"},
    {"a GPU without links", "1", WIRE_AND_BUS,
     "\"gpus\": 3, \"switches\": [\"s\"], \"links\": [{\"from\": [\"gpu0\", \"gpu1\"], \"to\": "
     "\"s\","
     " \"type\": \"wire\"}]",
     NULL, "test.json: gpu node0/gpu2 cannot reach node0/gpu0"},
    {"a GPU does not forward: 0 - 1 - 2 is no route from 0 to 2", "1", WIRE_AND_BUS,
     "\"gpus\": 3, \"links\": [{\"from\": [\"gpu0\", \"gpu2\"], \"to\": \"gpu1\","
     " \"type\": \"wire\"}]",
     NULL, "test.json: gpu node0/gpu2 cannot reach node0/gpu0"},
    {"nodes without a fabric", "2", WIRE_AND_BUS, "\"gpus\": 1, \"links\": []", NULL,
     "test.json: gpu node1/gpu0 cannot reach node0/gpu0"},
    {"a misspelt member comes before what follows from it", "1", WIRE_AND_BUS,
     "\"gpus\": 2, \"switchs\": [\"s\"], \"links\": [{\"from\": \"gpu0\", \"to\": \"gpu1\","
     " \"type\": \"wires\"}, {\"from\": \"gpu0\", \"to\": \"gpu7\", \"type\": \"wire\"}]",
     NULL, "test.json: /node: unknown member \"switchs\"; did you mean \"switches\"?"},
    {"unknown type and vertex", "1", WIRE_AND_BUS,
     "\"gpus\": 2, \"links\": [{\"from\": \"gpu0\", \"to\": \"gpu1\", \"type\": \"wires\"},"
     " {\"from\": \"gpu0\", \"to\": [\"gpu1\", \"gpu7\"], \"type\": \"wire\"}]",
     NULL,
     "test.json: /node/links/0/type: expected \"wire\" or \"bus\", got \"wires\"; did you "
     "mean \"wire\"?\n"
     "test.json: /node/links/1/to/1: unknown vertex \"gpu7\"; did you mean \"gpu0\"?"},
    {"unknown vertex in a loop is reported once", "1", WIRE_AND_BUS,
     "\"gpus\": 2, \"switches\": [\"s\"], \"links\": [{\"for\": {\"g\": 9}, \"from\": \"gpu{g}\","
     " \"to\": \"s\", \"type\": \"wire\"}]",
     NULL, "test.json: /node/links/0/from: unknown vertex \"gpu2\"; did you mean \"gpu0\"?"},
    {"a variable that the entry has not", "1", WIRE_AND_BUS,
     "\"gpus\": 1, \"switches\": [\"s{k}\"], \"links\": []", NULL,
     "test.json: /node/switches/0: {k} is not a variable of this entry's \"for\""},
    {"a variable that nothing mentions", "1", WIRE_AND_BUS,
     "\"gpus\": 2, \"links\": [{\"for\": {\"g\": 2}, \"from\": \"gpu0\", \"to\": \"gpu1\","
     " \"type\": \"wire\"}]",
     NULL, "test.json: /node/links/0/for/g: nothing in this entry mentions {g}"},
    {"open brace", "1", WIRE_AND_BUS, "\"gpus\": 1, \"switches\": [\"s{\"], \"links\": []", NULL,
     "test.json: /node/switches/0: \"s{\" has a '{' without its '}'"},
    {"letters", "1", WIRE_AND_BUS, "\"gpus\": 1, \"switches\": [\"a-b\", \"\"], \"links\": []",
     NULL,
     "test.json: /node/switches/0: expected a name of letters, digits, '_' and {variable}, got "
     "\"a-b\"\n"
     "test.json: /node/switches/1: expected a name, got an empty string"},
    {"names taken", "1", WIRE_AND_BUS,
     "\"gpus\": 1, \"switches\": [\"s\", \"gpu4\"], \"nics\": [\"s\"], \"links\": []", NULL,
     "test.json: /node/switches/1: \"gpu4\" is a name for a GPU\n"
     "test.json: /node/nics/0: \"s\" is named twice"},
    {"a link twice, the second time from the other side", "1", WIRE_AND_BUS,
     "\"gpus\": 2, \"links\": [{\"from\": \"gpu0\", \"to\": \"gpu1\", \"type\": \"wire\"},"
     " {\"from\": \"gpu1\", \"to\": \"gpu0\", \"type\": \"wire\"}]",
     NULL,
     "test.json: /node/links/1: a second link between two vertices that /node/links/0 joined "
     "already; write one with the summed bandwidth"},
    {"to itself", "1", WIRE_AND_BUS,
     "\"gpus\": 1, \"links\": [{\"from\": \"gpu0\", \"to\": \"gpu0\", \"type\": \"wire\"}]", NULL,
     "test.json: /node/links/0: a link from a vertex to itself"},
    {"a node too far, and a vertex that no node has", "2", WIRE_AND_BUS,
     "\"gpus\": 1, \"links\": []",
     "\"switches\": [\"net\"], \"links\": [{\"from\": \"node2/gpu0\", \"to\": \"net\","
     " \"type\": \"wire\"}, {\"from\": \"node1/gpux\", \"to\": \"net\", \"type\": \"wire\"},"
     " {\"from\": \"node01/gpu0\", \"to\": \"net\", \"type\": \"wire\"}]",
     "test.json: /fabric/links/0/from: \"node2/gpu0\": node_count is 2, so the last is node1\n"
     "test.json: /fabric/links/1/from: unknown vertex \"node1/gpux\"; did you mean "
     "\"node1/gpu0\"?\n"
     "test.json: /fabric/links/2/from: expected a vertex of a node like \"node0/nic0\", got "
     "\"node01/gpu0\""},
    {"too many GPUs", "60000", WIRE_AND_BUS, "\"gpus\": 2, \"links\": []", NULL,
     "test.json: /node_count: 60000 nodes of 2 GPUs: at most 65536 GPUs"},
    {"too many links", "1", WIRE_AND_BUS,
     "\"gpus\": 1, \"for\": {\"a\": 2000}, \"switches\": [\"x{a}\", \"y{a}\"], \"links\": "
     "[{\"for\":"
     " {\"a\": 2000, \"b\": 2000}, \"from\": \"x{a}\", \"to\": \"y{b}\", \"type\": \"wire\"}]",
     NULL, "test.json: /node/links/0: more than 1048576 links"},
    {"figures", "1",
     "\"a\": {\"bandwidth_bytes_per_s\": 0, \"efficiency_ratio\": 1.5, \"latency_s\": -1,"
     " \"duplex\": \"simplex\", \"source\": \"\"}",
     "\"gpus\": 1, \"links\": []", NULL,
     "test.json: /link_types/a/bandwidth_bytes_per_s: expected a number from 1 to 1e+30, got 0\n"
     "test.json: /link_types/a/efficiency_ratio: expected a number in (0, 1], got 1.5\n"
     "test.json: /link_types/a/latency_s: expected a number from 0 to 10, got -1\n"
     "test.json: /link_types/a/duplex: expected \"full\" or \"half\", got \"simplex\""},
};

static void test_complaints(void)
{
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char *text = document_text(bad[i].nodes, bad[i].types, bad[i].node, bad[i].fabric);
        char *got = complaints_of_text(text);
        gsl_test_str(got, bad[i].want, "%s", bad[i].why);
        free(got);
        free(text);
    }
}

/* Ten GPUs that see nobody are not ten lines: eight, then a count. */
static void test_many_complaints(void)
{
    char *text = document_text("1", WIRE_AND_BUS, "\"gpus\": 12, \"links\": []", NULL);
    char *got = complaints_of_text(text);
    gsl_test_int(strstr(got, "test.json: gpu node0/gpu8 cannot reach node0/gpu0\n"
                             "test.json: and 3 more GPUs cannot reach another") != NULL,
                 1, "11 unreachable GPUs: %s", got);
    free(got);
    free(text);
}

static void test_shipped(void)
{
    char **names = data_names("topologies");
    size_t count = 0;
    for (; names[count]; count++) {
        struct topology *t = read_topology(names[count]);
        gsl_test_str(t->name, names[count], "name and file name of %s", names[count]);
        topology_free(t);
    }
    gsl_test(count < 5, "at least five topologies are shipped, found %zu", count);
    names_free(names);
    char *path = source_path("tests/data/star-8.json");
    struct topology *star = read_topology(path);
    gsl_test_rel(star->links[0].bandwidth_bytes_per_s, 50.0 * (1 << 30), 1e-15, "50 GiB/s");
    topology_free(star);
    free(path);
}

int main(void)
{
    test_numbering();
    test_figures();
    test_network_rate();
    test_loops();
    test_sums();
    test_complaints();
    test_many_complaints();
    test_shipped();
    return gsl_test_summary();
}
