/* One-line clusters: they expand to the same topologies as the shipped files, and say what is
 * wrong. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_test.h>

#include "support.h"

static void compare_links(const struct topology *a, const struct topology *b, const char *why)
{
    gsl_test_int((int)a->link_count, (int)b->link_count, "%s: links", why);
    for (size_t i = 0; i < a->link_count && i < b->link_count; i++) {
        const struct link *x = &a->links[i], *y = &b->links[i];
        bool same = strcmp(x->name, y->name) == 0 && strcmp(x->type, y->type) == 0 &&
                    x->from == y->from && x->to == y->to && x->half_duplex == y->half_duplex &&
                    x->bandwidth_bytes_per_s == y->bandwidth_bytes_per_s &&
                    x->raw_bytes_per_s == y->raw_bytes_per_s && x->latency_s == y->latency_s;
        gsl_test(!same, "%s: link %zu is %s (%s), want %s (%s)", why, i, x->name, x->type, y->name,
                 y->type);
    }
}

static void compare(const struct topology *a, const struct topology *b, const char *why)
{
    gsl_test_str(a->gpu, b->gpu, "%s: GPU", why);
    gsl_test_int((int)a->node_count, (int)b->node_count, "%s: nodes", why);
    gsl_test_int((int)a->vertex_count, (int)b->vertex_count, "%s: vertices", why);
    for (size_t i = 0; i < a->vertex_count && i < b->vertex_count; i++)
        gsl_test_str(a->vertices[i].name, b->vertices[i].name, "%s: vertex %zu", why, i);
    compare_links(a, b, why);
    gsl_test_str(a->all_to_all.algorithm, b->all_to_all.algorithm, "%s: algorithm", why);
    gsl_test_abs(a->all_to_all.setup_s, b->all_to_all.setup_s, 0, "%s: setup", why);
    gsl_test_abs(a->all_to_all.per_peer_s, b->all_to_all.per_peer_s, 0, "%s: per peer", why);
    gsl_test_abs(a->all_to_all.floor_s, b->all_to_all.floor_s, 0, "%s: floor", why);
    gsl_test_abs(a->all_to_all.sm_share_ratio, b->all_to_all.sm_share_ratio, 0, "%s: SMs", why);
}

/* The figures live in the shorthand's table and in the files: they may not drift apart. */
static void test_equals_shipped(void)
{
    static const struct {
        const char *word, *file;
    } rows[] = {
        {"gpu=a30", "8xa30-pcie"},
        {"gpu=a30,gpus=8,nodes=1,fabric=pcie", "8xa30-pcie"},
        {"gpu=a800", "8xa800-nvlink"},
        {"nodes=2,gpu=a800,nic=1x100G", "2x8xa800-nvlink"},
        {"nodes=2,gpu=a800,nic=1x100G,network=flat", "2x8xa800-nvlink"},
        {"gpu=h100-sxm,fabric=nvswitch", "8xh100-nvlink"},
        {"gpu=h100-sxm,bandwidth=450GB/s,latency=936.25ns", "8xh100-nvlink"},
        {"nodes=4,gpu=h100-sxm,nic=8x400G", "4x8xh100-ib"},
        {"nodes=4,gpu=h100-sxm,nic=8x50GB/s,network=rail", "4x8xh100-ib"},
        {"gpu=a100,fabric=pcie,switch=4", "8xa100-pcie"},
        {"nodes=2,gpu=a100,fabric=pcie,switch=4,nic=2x200G@socket0", "2x8xa100-pcie-2nic"},
        {"gpu=a40,fabric=pairs", "8xa40-pairs"},
        {"nodes=2,gpu=rtx-3090,switch=1,nic=1x100G", "2x8xrtx3090"},
        {"gpu=b200", "8xb200-nvlink"},
        {"gpu=gb200,gpus=72", "72xgb200-nvl72"},
        {"nodes=2,gpu=gb200,gpus=72,nic=72x400G", "2x72xgb200-nvl72"},
        {"nodes=16,gpu=h100-sxm,nic=8x400G,network=fat-tree:2", "16x8xh100-fat-tree"},
        {"nodes=32,gpu=a100,gpus=4,fabric=mesh,nic=4x200G,network=dragonfly:4,leaf=2",
         "32x4xa100-dragonfly"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct topology *a = read_topology(rows[i].word), *b = read_topology(rows[i].file);
        compare(a, b, rows[i].word);
        topology_free(a);
        topology_free(b);
    }
}

/* document -> text -> document -> topology changes nothing. */
static void test_round_trip(void)
{
    static const char *const words[] = {
        "nodes=3,gpu=a30,gpus=4,nic=2x200G",
        "gpu=x,fabric=star,bandwidth=10GB/s,gpus=5,latency=2us",
        "nodes=2,gpu=h800,gpus=4,nic=4x400G,network=flat",
        "nodes=2,gpu=a30,gpus=2,nic=1x25G",
        "nodes=2,gpu=x,fabric=star,bandwidth=9G,nic=8x1G",
        "gpu=h200,fabric=pcie",
        "gpu=a100,fabric=mesh,gpus=4,nodes=12,nic=4x200G,network=dragonfly:3",
        "gpu=a40,fabric=pairs,switch=4,nodes=2,nic=2x100G@socket0",
        "nodes=8,gpu=h100-sxm,nic=32x100G,network=fat-tree:2:3,leaf=2,pod=2,spines=3",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct diag diag = {0};
        struct json *doc = NULL;
        gsl_test_int(topology_document(words[i], &diag, &doc), 0, "%s", words[i]);
        char *text = json_print(doc);
        struct topology *a = read_topology(words[i]), *b = parse_topology(text);
        compare(a, b, words[i]);
        topology_free(a);
        topology_free(b);
        free(text);
        json_free(doc);
        diag_done(&diag);
    }
}

static void test_star(void)
{
    char *path = source_path("tests/data/star-8.json");
    struct topology *a = read_topology("gpu=a800,fabric=star,bandwidth=50GiB/s,latency=500ns");
    struct topology *b = read_topology(path);
    compare(a, b, "star");
    topology_free(a);
    topology_free(b);
    free(path);
}

/* 2 NICs serve 4 GPUs each: NIC 1 hangs on the switch of GPU 4. */
static void test_nics_by_share(void)
{
    struct topology *t = read_topology("nodes=2,gpu=a30,nic=2x100G");
    bool found = false;
    for (size_t i = 0; i < t->link_count; i++)
        found |= strcmp(t->links[i].name, "node1/nic1-pcie2>") == 0;
    gsl_test(!found, "nic1 is on pcie2, the switch of gpu4 and gpu5");
    topology_free(t);
}

static void test_complaints(void)
{
    static const struct {
        const char *word, *want;
    } rows[] = {
        {"gpu=a800,node=2", "unknown key \"node\"; did you mean \"nodes\"?"},
        {"gpu=a800,colour=red",
         "unknown key \"colour\"; known: gpu, gpus, nodes, fabric, switch, sockets, bandwidth, "
         "latency, nic, network, leaf, pod, spines"},
        {"nodes=2", "gpu=NAME is needed"},
        {"gpu=", "gpu=NAME is needed"},
        {"gpu=a800,", "expected KEY=VALUE, got \"\""},
        {"gpu=a800,gpu=a30", "gpu: given twice"},
        {"gpu=a800,gpus=0", "gpus: expected a whole number of 1 to 65536, got \"0\""},
        {"gpu=a800,nodes=2x", "nodes: expected a whole number of 1 to 65536, got \"2x\""},
        {"gpu=a800,nodes=99999999999999999999",
         "nodes: expected a whole number of 1 to 65536, got \"99999999999999999999\""},
        {"gpu=a800,nodes=2", "2 nodes need nic=COUNTxRATE, for example nic=8x400G"},
        {"gpu=a800,nodes=2,nic=400G",
         "nic: expected COUNTxRATE like 8x400G (bits) or 8x50GB/s, got \"400G\""},
        {"gpu=a800,nodes=2,nic=8xfast",
         "nic: expected COUNTxRATE like 8x400G (bits) or 8x50GB/s, got \"8xfast\""},
        {"gpu=a800,nodes=2,nic=3x400G", "nic: 3 NICs do not divide 8 GPUs"},
        {"gpu=a800,nodes=2,nic=4x400G,network=rail",
         "network: rail needs a NIC for every GPU: nic=8xRATE"},
        {"gpu=a800,network=torus", "network: expected \"rail\", \"flat\", \"fat-tree\" or "
                                   "\"dragonfly\", got \"torus\""},
        {"gpu=a800,nodes=4,nic=8x1G,network=fat-tre:2",
         "network: expected \"rail\", \"flat\", \"fat-tree\" or \"dragonfly\", got \"fat-tre\"; "
         "did you mean \"fat-tree\"?"},
        {"gpu=a800,nodes=4,nic=8x1G,network=fat-tree:two",
         "network: expected fat-tree[:RATIO[:RATIO]] with numbers above 0 and at most 1024, got "
         "\"fat-tree:two\""},
        {"gpu=a800,nodes=4,nic=8x1G,network=rail:1:2",
         "network: expected rail[:RATIO] with numbers above 0 and at most 1024, got \"rail:1:2\""},
        {"gpu=a800,nodes=4,nic=8x1G,network=dragonfly",
         "network: expected dragonfly:GROUPS[:RATIO] with numbers above 0 and at most 1024, got "
         "\"dragonfly\""},
        {"gpu=a800,nodes=4,nic=8x1G,network=dragonfly:1.5",
         "network: expected 1 to 128 groups, got \"dragonfly:1.5\""},
        {"gpu=a800,nodes=4,nic=8x1G,network=dragonfly:3", "network: 4 nodes do not fill 3 groups"},
        {"gpu=a800,nodes=8,nic=8x1G,network=dragonfly:2,leaf=3",
         "leaf: 4 nodes a group do not fill leaves of 3"},
        {"gpu=a800,nodes=10,nic=8x1G,network=fat-tree,leaf=4",
         "leaf: 10 nodes do not fill leaves of 4"},
        {"gpu=a800,nodes=10,nic=8x1G,network=flat,leaf=5",
         "leaf: network=flat has no leaf switches"},
        {"gpu=a800,nodes=8,nic=8x1G,network=fat-tree:1,leaf=2,pod=2",
         "pod: pods are for three levels: network=fat-tree:RATIO:RATIO"},
        {"gpu=a800,nodes=8,nic=8x1G,network=fat-tree:1:1,leaf=2,pod=3",
         "pod: 4 leaves do not fill pods of 3"},
        {"gpu=a800,nodes=8,nic=8x1G,network=dragonfly:2,spines=2",
         "spines: network=dragonfly has no spines"},
        {"gpu=a800,nodes=2,nic=12x1G",
         "nic: 12 NICs do not divide 8 GPUs nor are they the same number for each"},
        {"gpu=a800,nodes=2,nic=2x1G@socket0", "nic: @socket0 is for fabric=pcie and pairs"},
        {"gpu=a30,nodes=2,nic=2x1G@socket1",
         "nic: expected \"switch\", \"sockets\" or \"socket0\", got \"socket1\"; did you mean "
         "\"sockets\"?"},
        {"gpu=a30,switch=1,nodes=2,nic=2x1G@switch",
         "nic: @switch needs switches: switch=1 has none"},
        {"gpu=a800,switch=4", "switch: fabric=nvswitch has no PCIe switches to shape"},
        {"gpu=a30,switch=3", "switch: 8 GPUs do not fill switches of 3"},
        {"gpu=a30,sockets=4", "sockets: expected 1 or 2, got \"4\""},
        {"gpu=a800,fabric=pairs", "fabric: no NVLink bridge is known for a800"},
        {"gpu=a100,fabric=mesh,gpus=1", "gpus: fabric=mesh needs 2 GPUs or more"},
        {"gpu=a800,fabric=nvswich",
         "fabric: expected \"nvswitch\", \"mesh\", \"pcie\", \"pairs\" or \"star\", got "
         "\"nvswich\"; did you mean \"nvswitch\"?"},
        {"gpu=a30,fabric=nvswitch", "fabric: a30 has no NVLink to all others: use fabric=pcie or "
                                    "pairs, or give bandwidth"},
        {"gpu=mine.json", "gpu: no link figures are known for \"mine.json\": give fabric and "
                          "bandwidth"},
        {"gpu=mine.json,fabric=pcie", "fabric=pcie of unknown GPU mine.json needs bandwidth=RATE"},
        {"gpu=a800,fabric=star", "fabric=star needs bandwidth=RATE"},
        {"gpu=a800,bandwidth=fast,latency=soon",
         "bandwidth: expected a rate above 0 with its unit, like 50GB/s or 400G (bits), got "
         "\"fast\"\n"
         "latency: expected a time like 500ns or 2us, got \"soon\""},
        {"gpu=a30,gpus=6",
         "gpus: 6 GPUs on switches of 2 do not spread evenly over 2 sockets; give "
         "another switch=N or sockets=1"},
        {"gpu=a800,nodes=60000,nic=8x400G", "nodes: 60000 nodes of 8 GPUs: at most 65536 GPUs"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text want = {0};
        const char *line = rows[i].want, *end = strchr(line, '\n');
        text_add(&want, "%s: %.*s", rows[i].word, end ? (int)(end - line) : (int)strlen(line),
                 line);
        if (end)
            text_add(&want, "\n%s: %s", rows[i].word, end + 1);
        char *got = complaints_of_word(rows[i].word);
        gsl_test_str(got, text_get(&want), "%s", rows[i].word);
        free(got);
        text_done(&want);
    }
}

int main(void)
{
    test_equals_shipped();
    test_round_trip();
    test_star();
    test_nics_by_share();
    test_complaints();
    return gsl_test_summary();
}
