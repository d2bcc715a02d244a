/* Platform files for SimGrid: their exact text for small clusters, and that SimGrid, in a process
 * of its own each time, finds in them the routes that a router does, link by link. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_test.h>
#include <simgrid/engine.h>
#include <simgrid/host.h>
#include <simgrid/link.h>
#include <xbt/dynar.h>

#include "sim/base/file.h"
#include "sim/base/mem.h"
#include "sim/engine/simgrid_platform.h"
#include "support.h"

#define HEAD                                                                                       \
    "<?xml version='1.0'?>\n"                                                                      \
    "<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n"                             \
    "<platform version=\"4.1\">\n  <zone id=\"cluster\" routing=\"DijkstraCache\">\n"
#define TAIL "  </zone>\n</platform>\n"
#define HOST(name) "    <host id=\"" name "\" speed=\"1f\"/>\n"
#define ROUTER(name) "    <router id=\"" name "\"/>\n"
#define LINK(name)                                                                                 \
    "    <link id=\"" name                                                                         \
    "\" bandwidth=\"10000000000Bps\" latency=\"0s\" sharing_policy=\"SHARED\"/>\n"
#define PAD(name)                                                                                  \
    "    <link id=\"" name "\" bandwidth=\"1e+18Bps\" latency=\"0s\" "                             \
    "sharing_policy=\"FATPIPE\"/>\n"
#define BY(name) "<link_ctn id=\"" name "\"/>"
#define HOP(from, to, links)                                                                       \
    "    <route src=\"" from "\" dst=\"" to "\" symmetrical=\"NO\">" links "</route>\n"
#define BYPASS(from, to, links)                                                                    \
    "    <bypassRoute src=\"" from "\" dst=\"" to "\">" links "</bypassRoute>\n"

#define BRIDGE                                                                                     \
    "\"bridge\": {\"bandwidth_bytes_per_s\": 10e9, \"efficiency_ratio\": 1, \"latency_s\": 0,"     \
    " \"duplex\": \"half\", \"hops\": 2, \"source\": \"\"}"

/* The platform for the flows 1 to 0, twice, and 0 to 2. */
static void check_text(const char *types, const char *node, const char *want, const char *why)
{
    char *text = document_text("1", types, node, NULL);
    struct topology *t = parse_topology(text);
    struct router *router = router_new(t);
    struct flow flows[] = {
        {.from = 1, .to = 0}, {.from = 0, .to = 2, .step = 1}, {.from = 1, .to = 0, .step = 1}};
    struct flow_set set = {.flows = flows, .flow_count = 3};
    const struct flow_set *sets[] = {&set, &set};
    struct text got = {0};
    platform_write_xml(t, router, sets, 2, &got);
    gsl_test_str(text_get(&got), want, "%s", why);
    text_done(&got);
    router_free(router);
    topology_free(t);
    free(text);
}

static void test_text(void)
{
    check_text(WIRE_AND_BUS,
               "\"gpus\": 3, \"switches\": [\"s\"], \"links\": ["
               "{\"from\": \"gpu0\", \"to\": \"s\", \"type\": \"wire\"},"
               "{\"from\": [\"gpu1\", \"gpu2\"], \"to\": \"s\", \"type\": \"bus\"}]",
               HEAD HOST("node0.gpu0") HOST("node0.gpu1") HOST("node0.gpu2") ROUTER("node0.s")
                   LINK("node0.gpu0-s.fwd") LINK("node0.gpu0-s.rev") LINK("node0.gpu1-s")
                       LINK("node0.gpu2-s") HOP("node0.gpu0", "node0.s", BY("node0.gpu0-s.fwd"))
                           HOP("node0.gpu1", "node0.s", BY("node0.gpu1-s"))
                               HOP("node0.gpu2", "node0.s", BY("node0.gpu2-s"))
                                   HOP("node0.s", "node0.gpu0", BY("node0.gpu0-s.rev"))
                                       HOP("node0.s", "node0.gpu1", BY("node0.gpu1-s"))
                                           HOP("node0.s", "node0.gpu2", BY("node0.gpu2-s")) TAIL,
               "a hop for each direction of a link, and nothing else");
}

/* GPU 1 has a bridge of two hops to GPU 0, and two buses to the switch, as wide as each other. GPU
 * 0 could forward to GPU 1 and is dearer by a hop for it. */
static void test_text_of_choices(void)
{
    check_text(
        WIRE_AND_BUS ", " BRIDGE,
        "\"gpus\": 3, \"switches\": [\"s\", \"t\"], \"links\": ["
        "{\"from\": [\"gpu0\", \"gpu2\"], \"to\": \"s\", \"type\": \"bus\"},"
        "{\"from\": [\"gpu0\", \"gpu2\"], \"to\": \"t\", \"type\": \"bus\"},"
        "{\"from\": \"gpu0\", \"to\": \"gpu1\", \"type\": \"bridge\"},"
        "{\"from\": \"gpu1\", \"to\": \"s\", \"type\": \"bus\"}]",
        HEAD HOST("node0.gpu0") HOST("node0.gpu1") HOST("node0.gpu2") ROUTER("node0.s")
            ROUTER("node0.t") LINK("node0.gpu0-s") LINK("node0.gpu2-s") LINK("node0.gpu0-t") LINK(
                "node0.gpu2-t") LINK("node0.gpu0-gpu1") LINK("node0.gpu1-s")
                PAD("node0.gpu0-s.hop2") PAD("node0.gpu2-s.hop2") PAD("node0.gpu0-t.hop2") PAD(
                    "node0.gpu2-t.hop2") PAD("node0.gpu0-gpu1.hop2") PAD("node0.gpu0-gpu1.hop3")
                    PAD("node0.gpu1-s.hop2") HOP("node0.gpu0", "node0.s", BY("node0.gpu0-s")) HOP(
                        "node0.gpu0", "node0.t",
                        BY("node0.gpu0-t")) HOP("node0.gpu0", "node0.gpu1",
                                                BY("node0.gpu0-gpu1") BY("node0.gpu0-gpu1.hop2")
                                                    BY("node0.gpu0-gpu1.hop3"))
                        HOP("node0.gpu1", "node0.gpu0",
                            BY("node0.gpu0-gpu1") BY("node0.gpu0-gpu1.hop2")
                                BY("node0.gpu0-gpu1.hop3")) HOP("node0.gpu1", "node0.s",
                                                                BY("node0.gpu1-s"))
                            HOP("node0.gpu2", "node0.s",
                                BY("node0.gpu2-s")) HOP("node0.gpu2", "node0.t", BY("node0.gpu2-t"))
                                HOP("node0.s", "node0.gpu0",
                                    BY("node0.gpu0-s") BY("node0.gpu0-s.hop2"))
                                    HOP("node0.s", "node0.gpu2",
                                        BY("node0.gpu2-s") BY("node0.gpu2-s.hop2"))
                                        HOP("node0.s", "node0.gpu1",
                                            BY("node0.gpu1-s") BY("node0.gpu1-s.hop2"))
                                            HOP("node0.t", "node0.gpu0",
                                                BY("node0.gpu0-t") BY("node0.gpu0-t.hop2"))
                                                HOP("node0.t", "node0.gpu2",
                                                    BY("node0.gpu2-t") BY("node0.gpu2-t.hop2"))
                                                    BYPASS("node0.gpu0", "node0.gpu2",
                                                           BY("node0.gpu0-s") BY("node0.gpu2-s"))
                                                        BYPASS("node0.gpu1", "node0.gpu0",
                                                               BY("node0.gpu0-gpu1")) TAIL,
        "several ways, of which the router takes one");
}

/* Whether SimGrid goes from host to host by the route's links; what only counts as a hop is left
 * out. */
static bool is_simgrids(const struct topology *t, size_t from, size_t to, const struct route *route)
{
    struct text a = {0}, b = {0}, want = {0}, got = {0};
    platform_host_name(t, from, &a);
    platform_host_name(t, to, &b);
    for (size_t i = 0; i < route->link_count; i++) {
        platform_link_name(t, route->links[i], &want);
        text_add(&want, " ");
    }
    xbt_dynar_t links = xbt_dynar_new(sizeof(sg_link_t), NULL);
    sg_host_get_route(sg_host_by_name(text_get(&a)), sg_host_by_name(text_get(&b)), links);
    for (unsigned long i = 0; i < xbt_dynar_length(links); i++) {
        const char *name = sg_link_get_name(xbt_dynar_get_as(links, i, sg_link_t));
        if (!strstr(name, ".hop"))
            text_add(&got, "%s ", name);
    }
    bool same = strcmp(text_get(&want), text_get(&got)) == 0;
    if (!same)
        fprintf(stderr, "%s to %s: %snot %s\n", text_get(&a), text_get(&b), text_get(&got),
                text_get(&want));
    xbt_dynar_free(&links);
    text_done(&a);
    text_done(&b);
    text_done(&want);
    text_done(&got);
    return same;
}

/* Child: SimGrid's routes against ours, up to the first that differs. */
static bool differ(const struct topology *t, struct router *router, const char *path)
{
    char name[] = "test", quiet[] = "--log=root.thresh:warning";
    char *arguments[] = {name, quiet, NULL};
    int argument_count = 2;
    size_t ranks = topology_ranks(t);
    simgrid_init(&argument_count, arguments);
    simgrid_load_platform(path);
    simgrid_run(); /* only then are its zones ready */
    for (size_t from = 0; from < ranks; from++)
        for (size_t to = 0; to < ranks; to++)
            if (from != to && !is_simgrids(t, from, to, router_walk(router, from, to)))
                return true;
    return false;
}

/* SimGrid keeps one platform for the life of a process, and ends the process on a bad one. */
static void check_in_child(const struct topology *t, struct router *router, const char *path,
                           const char *why)
{
    int status = -1;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        _exit(differ(t, router, path) ? 1 : 0);
    }
    waitpid(child, &status, 0);
    gsl_test(!WIFEXITED(status) || WEXITSTATUS(status) != 0, "SimGrid's routes on %s", why);
}

/* The routes that the topology's GPUs use, against those that SimGrid finds. */
static void check_routes(struct topology *t, const char *why)
{
    struct diag diag = {0};
    struct router *router = router_new_usual(t);
    struct text xml = {0};
    char path[] = "/tmp/scmoesim-platform-XXXXXX.xml";
    int file = mkstemps(path, 4);
    platform_write_xml(t, router, NULL, 0, &xml);
    gsl_test_int(file_write(path, &xml, &diag), 0, "writing %s", path);
    check_in_child(t, router, path, why);
    close(file);
    unlink(path);
    text_done(&xml);
    diag_done(&diag);
    router_free(router);
}

static void test_word(const char *word)
{
    struct topology *t = read_topology(word);
    check_routes(t, word);
    topology_free(t);
}

/* A link, unless one is there already. */
static void add_link(struct text *links, bool *linked, const gsl_rng *draws, const char *from,
                     const char *to, bool *ret_first)
{
    static const char *const types[] = {"wire", "bus", "bridge"};
    if (*linked)
        return;
    *linked = true;
    text_add(links, "%s{\"from\": \"%s\", \"to\": \"%s\", \"type\": \"%s\"}", *ret_first ? "" : ",",
             from, to, types[gsl_rng_uniform_int(draws, 3)]);
    *ret_first = false;
}

/* Links at random between up to 6 GPUs and 4 switches, after a chain that reaches all. */
static char *random_box(const gsl_rng *draws)
{
    enum { GPUS_MAX = 6, SWITCHES_MAX = 4, VERTICES = GPUS_MAX + SWITCHES_MAX };
    size_t gpus = 2 + gsl_rng_uniform_int(draws, GPUS_MAX - 1);
    size_t switches = 1 + gsl_rng_uniform_int(draws, SWITCHES_MAX), count = gpus + switches;
    char names[VERTICES][24];
    bool linked[VERTICES][VERTICES] = {0}, first = true;
    struct text node = {0}, links = {0};
    text_add(&node, "\"gpus\": %zu, \"switches\": [", gpus);
    for (size_t i = 0; i < count; i++) {
        snprintf(names[i], sizeof names[i], i < gpus ? "gpu%zu" : "s%zu", i < gpus ? i : i - gpus);
        if (i >= gpus)
            text_add(&node, "%s\"%s\"", i > gpus ? ", " : "", names[i]);
    }
    for (size_t i = 0; i < gpus; i++) {
        size_t to = gpus + gsl_rng_uniform_int(draws, switches);
        add_link(&links, &linked[i][to], draws, names[i], names[to], &first);
    }
    for (size_t i = gpus; i + 1 < count; i++)
        add_link(&links, &linked[i][i + 1], draws, names[i], names[i + 1], &first);
    for (size_t extra = gsl_rng_uniform_int(draws, 2 * count); extra > 0; extra--) {
        size_t from = gsl_rng_uniform_int(draws, count - 1);
        size_t to = from + 1 + gsl_rng_uniform_int(draws, count - from - 1);
        add_link(&links, &linked[from][to], draws, names[from], names[to], &first);
    }
    text_add(&node, "], \"links\": [%s]", text_get(&links));
    char *text = document_text("1", WIRE_AND_BUS ", " BRIDGE, text_get(&node), NULL);
    text_done(&links);
    text_done(&node);
    return text;
}

static void test_random_boxes(void)
{
    gsl_rng *draws = gsl_rng_alloc(gsl_rng_mt19937); /* whose seed is 4357 unless told otherwise */
    for (int i = 0; i < 100; i++) {
        char *text = random_box(draws);
        struct topology *t = parse_topology(text);
        check_routes(t, text);
        topology_free(t);
        free(text);
    }
    gsl_rng_free(draws);
}

int main(void)
{
    test_text();
    test_text_of_choices();
    char **names = data_names("topologies");
    for (size_t i = 0; names[i]; i++)
        test_word(names[i]);
    names_free(names);
    char *star = source_path("tests/data/star-8.json");
    test_word(star);
    free(star);
    static const char *const words[] = {
        "gpu=x,fabric=star,bandwidth=3.7GB/s,gpus=1",
        "nodes=3,gpu=a30,gpus=4,nic=2x25G,latency=0",
        "nodes=4,gpu=h100-sxm,gpus=4,nic=4x400G,spines=4",
        "nodes=8,gpu=h100-sxm,gpus=2,nic=2x400G,network=fat-tree:2,leaf=2,spines=2",
        "nodes=8,gpu=h100-sxm,gpus=2,nic=2x400G,network=fat-tree:2:2,leaf=2,pod=2,spines=2",
        "nodes=12,gpu=h100-sxm,gpus=4,nic=4x200G,network=dragonfly:3,leaf=2",
        "nodes=2,gpu=rtx-3090,gpus=4,nic=1x100G",
        "nodes=2,gpu=a40,fabric=pairs,gpus=8,nic=2x100G",
        "nodes=2,gpu=a30,gpus=8,nic=4x100G@switch",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        test_word(words[i]);
    test_random_boxes();
    return gsl_test_summary();
}
