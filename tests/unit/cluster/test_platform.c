/* Platform files for SimGrid: their exact text for a small cluster, and that SimGrid, in a process
 * of its own each time, reads the same routes from them as we meant. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <gsl/gsl_test.h>
#include <simgrid/engine.h>
#include <simgrid/host.h>

#include "sim/base/file.h"
#include "sim/base/mem.h"
#include "sim/cluster/platform.h"
#include "support.h"

#define HEAD "<?xml version='1.0'?>\n" \
             "<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n" \
             "<platform version=\"4.1\">\n  <zone id=\"cluster\" routing=\"Full\">\n"

static void test_text(void)
{
    char *text = document_text("1", WIRE_AND_BUS,
        "\"gpus\": 3, \"switches\": [\"s\"], \"links\": ["
        "{\"from\": \"gpu0\", \"to\": \"s\", \"type\": \"wire\"},"
        "{\"from\": [\"gpu1\", \"gpu2\"], \"to\": \"s\", \"type\": \"bus\"}]", NULL);
    struct topology *t = parse_topology(text);
    struct router *router = router_new(t);
    struct flow flows[] = { { .from = 1, .to = 0 }, { .from = 0, .to = 2, .step = 1 },
                            { .from = 1, .to = 0, .step = 1 } };
    struct flow_set set = { .flows = flows, .flow_count = 3 };
    const struct flow_set *sets[] = { &set, &set };
    struct text got = {0};
    platform_write_xml(t, router, sets, 2, &got);
    gsl_test_str(text_get(&got), HEAD
        "    <host id=\"node0.gpu0\" speed=\"1f\"/>\n"
        "    <host id=\"node0.gpu1\" speed=\"1f\"/>\n"
        "    <host id=\"node0.gpu2\" speed=\"1f\"/>\n"
        "    <link id=\"node0.gpu0-s.fwd\" bandwidth=\"10000000000Bps\""
        " latency=\"0s\" sharing_policy=\"SHARED\"/>\n"
        "    <link id=\"node0.gpu0-s.rev\" bandwidth=\"10000000000Bps\""
        " latency=\"0s\" sharing_policy=\"SHARED\"/>\n"
        "    <link id=\"node0.gpu1-s\" bandwidth=\"10000000000Bps\""
        " latency=\"0s\" sharing_policy=\"SHARED\"/>\n"
        "    <link id=\"node0.gpu2-s\" bandwidth=\"10000000000Bps\""
        " latency=\"0s\" sharing_policy=\"SHARED\"/>\n"
        "    <route src=\"node0.gpu0\" dst=\"node0.gpu2\" symmetrical=\"NO\">"
        "<link_ctn id=\"node0.gpu0-s.fwd\"/><link_ctn id=\"node0.gpu2-s\"/></route>\n"
        "    <route src=\"node0.gpu1\" dst=\"node0.gpu0\" symmetrical=\"NO\">"
        "<link_ctn id=\"node0.gpu1-s\"/><link_ctn id=\"node0.gpu0-s.rev\"/></route>\n"
        "  </zone>\n</platform>\n", "routes that two flow sets use, each once");
    text_done(&got);
    router_free(router);
    topology_free(t);
    free(text);
}

/* Child: routes as SimGrid sees them against ours. Returns how many differ. */
static int differing_routes(const struct topology *t, struct router *router, const char *path)
{
    char name[] = "test", quiet[] = "--log=root.thresh:warning";
    char *arguments[] = { name, quiet, NULL };
    int argument_count = 2, wrong = 0;
    simgrid_init(&argument_count, arguments);
    simgrid_load_platform(path);
    for (size_t from = 0; from < topology_ranks(t); from++) {
        for (size_t to = 0; to < topology_ranks(t); to++) {
            if (from == to)
                continue;
            struct text a = {0}, b = {0};
            platform_host_name(t, from, &a);
            platform_host_name(t, to, &b);
            sg_host_t source = sg_host_by_name(text_get(&a)),
                      target = sg_host_by_name(text_get(&b));
            const struct route *route = router_route(router, from, to);
            wrong += fabs(sg_host_get_route_latency(source, target) - route->latency_s) > 1e-18;
            wrong += fabs(sg_host_get_route_bandwidth(source, target) /
                          route->bandwidth_bytes_per_s - 1) > 1e-15;
            text_done(&a);
            text_done(&b);
        }
    }
    return wrong;
}

/* SimGrid keeps one platform for the life of a process, and ends the process on a bad one. */
static void check_in_child(const struct topology *t, struct router *router, const char *path,
                           const char *why)
{
    int status = -1;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        int wrong = differing_routes(t, router, path);
        _exit(wrong == 0 ? 0 : 1);
    }
    waitpid(child, &status, 0);
    gsl_test(!WIFEXITED(status) || WEXITSTATUS(status) != 0, "SimGrid's routes on %s", why);
}

static void test_simgrid(const char *word)
{
    struct diag diag = {0};
    struct topology *t = read_topology(word);
    struct router *router = router_new(t);
    struct text xml = {0};
    char path[] = "/tmp/scmoesim-platform-XXXXXX.xml";
    int file = mkstemps(path, 4);
    platform_write_xml(t, router, NULL, 0, &xml);
    gsl_test_int(file_write(path, &xml, &diag), 0, "writing %s", path);
    check_in_child(t, router, path, word);
    close(file);
    unlink(path);
    text_done(&xml);
    diag_done(&diag);
    router_free(router);
    topology_free(t);
}

int main(void)
{
    test_text();
    char **names = data_names("topologies");
    for (size_t i = 0; names[i]; i++)
        test_simgrid(names[i]);
    names_free(names);
    char *star = source_path("tests/data/star-8.json");
    test_simgrid(star);
    free(star);
    test_simgrid("gpu=x,fabric=star,bandwidth=3.7GB/s,gpus=1");
    test_simgrid("nodes=3,gpu=a30,gpus=4,nic=2x25G,latency=0");
    return gsl_test_summary();
}
