/* Fair sharing of links, by hand. That it shares as SimGrid does: tests/model/test_fair.c. */
#include <gsl/gsl_test.h>
#include <math.h>
#include <stdlib.h>

#include "sim/engine/fair.h"
#include "support.h"

/* Three GPUs on a hub, cables of 10 GB/s each way. */
static struct topology *hub_of_three(void)
{
    char *text = document_text("1", WIRE_AND_BUS,
                               "\"gpus\": 3, \"switches\": [\"hub\"], \"links\": "
                               "[{\"for\": {\"g\": 3}, "
                               "\"from\": \"gpu{g}\", \"to\": \"hub\", \"type\": \"wire\"}]",
                               NULL);
    struct topology *topology = parse_topology(text);
    free(text);
    return topology;
}

/* The flows of one scene, and their ends as they are told. */
struct scene {
    struct topology *topology;
    struct router *router;
    struct fair *fair;
    double ends_s[8];
};

static void open_scene(struct scene *scene, struct flow *flows, size_t count)
{
    struct flow_set set = {.flows = flows, .flow_count = count};
    const struct flow_set *sets = &set;
    *scene = (struct scene){.topology = hub_of_three()};
    scene->router = router_new(scene->topology);
    scene->fair = fair_new(scene->topology, scene->router, &sets, 1);
}

static double share(struct scene *scene, double now_s, double window_s)
{
    const struct fair_end *ends;
    size_t count;
    double next_s = fair_share(scene->fair, now_s, window_s, &ends, &count);
    for (size_t i = 0; i < count; i++)
        scene->ends_s[ends[i].flow] = ends[i].end_s;
    return next_s;
}

static void close_scene(struct scene *scene)
{
    fair_free(scene->fair);
    router_free(scene->router);
    topology_free(scene->topology);
}

/* 0 -> 2 shares GPU 0's cable with 0 -> 1 and GPU 2's with 1 -> 2: 5 GB/s for all. Its 5 GB are
 * there after 1 s; the others then have their cables for themselves, for the last 5 of 10 GB:
 * 1.5 s. At 1.25 s the pair 2 -> 0 starts and meets nobody: 1 GB in 0.1 s. */
static void three_flows(void)
{
    struct flow flows[] = {
        {.from = 0, .to = 2}, {.from = 0, .to = 1}, {.from = 1, .to = 2}, {.from = 2, .to = 0}};
    struct scene scene;
    open_scene(&scene, flows, 4);
    fair_start(scene.fair, 0, 5e9, 0);
    fair_start(scene.fair, 1, 10e9, 0);
    fair_start(scene.fair, 2, 10e9, 0);
    gsl_test_rel(share(&scene, 0, 0), 1, 1e-15, "the first end is next");
    gsl_test_rel(share(&scene, 1, 0), 1.5, 1e-15, "then the two others'");
    gsl_test_rel(scene.ends_s[0], 1, 1e-15, "0 -> 2");
    fair_start(scene.fair, 3, 1e9, 1.25);
    gsl_test_rel(share(&scene, 1.25, 0), 1.35, 1e-15, "the late one is next");
    gsl_test_rel(share(&scene, 1.35, 0), 1.5, 1e-12, "and changes nothing");
    gsl_test(!isinf(share(&scene, 1.5, 0)), "nothing is left");
    gsl_test_rel(scene.ends_s[1], 1.5, 1e-12, "0 -> 1");
    gsl_test_rel(scene.ends_s[2], 1.5, 1e-12, "1 -> 2");
    gsl_test_rel(scene.ends_s[3], 1.35, 1e-12, "2 -> 0");
    close_scene(&scene);
}

/* One pair in two lanes, 1 GB and 3 GB: 5 GB/s each until 0.2 s, then 10 GB/s for the last 2 GB:
 * 0.4 s. In windows of 0.3 s the second runs at 5 GB/s until 0.3 s and has 1.5 GB left; 5 GB/s
 * more since 0.2 s make it 1 GB, which end at 0.4 s too. */
static void windows(void)
{
    struct flow flows[] = {{.from = 0, .to = 1}};
    struct scene scene;
    open_scene(&scene, flows, 1);
    fair_start(scene.fair, 0, 1e9, 0);
    fair_start(scene.fair, 1, 3e9, 0);
    gsl_test_rel(share(&scene, 0, 0.3), 0.3, 1e-15, "the window lasts");
    gsl_test_rel(scene.ends_s[0], 0.2, 1e-15, "an end within it is known at once");
    share(&scene, 0.3, 0.3);
    gsl_test_rel(scene.ends_s[1], 0.4, 1e-15, "as if shared anew at 0.2 s");
    close_scene(&scene);
}

/* A flow that starts at 0.1 s in a window that ends at 0.2 s: 2 GB beside 3 GB of one that had
 * 10 GB/s for 0.1 s. Both have 5 GB/s from 0.1 s on, so that both end at 0.5 s. */
static void late_start(void)
{
    struct flow flows[] = {{.from = 0, .to = 1}};
    struct scene scene;
    open_scene(&scene, flows, 1);
    fair_start(scene.fair, 0, 3e9, 0);
    gsl_test_rel(share(&scene, 0, 0.2), 0.3, 1e-15, "alone");
    fair_start(scene.fair, 1, 2e9, 0.1);
    gsl_test_rel(share(&scene, 0.2, 0.2), 0.5, 1e-12, "together");
    share(&scene, 0.5, 0.2);
    gsl_test_rel(scene.ends_s[0], 0.5, 1e-12, "the first");
    gsl_test_rel(scene.ends_s[1], 0.5, 1e-12, "the second");
    close_scene(&scene);
}

/* Nothing to carry: ends at once and takes nothing from others; the same pair may start anew
 * then. */
static void no_bytes(void)
{
    struct flow flows[] = {{.from = 0, .to = 1}, {.from = 0, .to = 2}};
    struct scene scene;
    open_scene(&scene, flows, 2);
    fair_start(scene.fair, 0, 0, 2);
    fair_start(scene.fair, 1, 10e9, 2);
    gsl_test_rel(share(&scene, 2, 0), 3, 1e-15, "alone on the cable");
    gsl_test_rel(scene.ends_s[0], 2, 1e-15, "ends where it starts");
    fair_start(scene.fair, 0, 1e9, 2);
    gsl_test_rel(share(&scene, 2, 0), 2.2, 1e-15, "again, with bytes");
    close_scene(&scene);
}

/* Two nodes of two GPUs with a NIC each, all pairs. The NICs' four cables out and four in may
 * decide, and so may NVLinks, of which the one out of the sender and the one into the receiver
 * carry the same flow: four of eight. From each leaf to the other go two flows, over two cables
 * alike: one of them may decide, one each way. The GPUs' PCIe lanes carry what a narrower NIC
 * carries and decide nothing. 8 + 4 + 2. */
static void which_links(void)
{
    struct topology *topology = read_topology("nodes=2,gpu=h100-sxm,gpus=2,nic=2x400G");
    struct router *router = router_new(topology);
    struct diag diag = {0};
    struct flow_set *set;
    struct a2a_request request = {
        .topology = topology, .router = router, .algorithm = "pairwise", .ep = 4};
    gsl_test_int(flow_set_build(&request, &diag, &set), 0, "builds");
    const struct flow_set *sets = set;
    struct fair *fair = fair_new(topology, router, &sets, 1);
    gsl_test_int((int)fair_link_count(fair), 14, "links that may decide a rate");
    fair_free(fair);
    flow_set_free(set);
    router_free(router);
    topology_free(topology);
}

int main(void)
{
    three_flows();
    windows();
    late_start();
    no_bytes();
    which_links();
    return gsl_test_summary();
}
