/* Fair sharing of links, by hand. That it shares as SimGrid does: tests/model/test_fair.c. */
#include <gsl/gsl_test.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/engine/maxmin.h"
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
    struct maxmin *solver;
    double ends_s[8];
};

static struct maxmin *solver_of(const struct topology *topology, struct router *router,
                                const struct flow_set *set)
{
    struct paths paths;
    paths_find(topology, router, &set, 1, &paths);
    return maxmin_new(&paths);
}

static void open_scene(struct scene *scene, struct flow *flows, size_t count)
{
    struct flow_set set = {.flows = flows, .flow_count = count};
    *scene = (struct scene){.topology = hub_of_three()};
    scene->router = router_new(scene->topology);
    scene->solver = solver_of(scene->topology, scene->router, &set);
}

static double share(struct scene *scene, double now_s, double window_s)
{
    const struct network_end *ends;
    size_t count;
    double next_s = maxmin_share(scene->solver, now_s, window_s, &ends, &count);
    for (size_t i = 0; i < count; i++)
        scene->ends_s[ends[i].flow] = ends[i].end_s;
    return next_s;
}

static void close_scene(struct scene *scene)
{
    maxmin_free(scene->solver);
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
    maxmin_start(scene.solver, 0, 5e9, 0);
    maxmin_start(scene.solver, 1, 10e9, 0);
    maxmin_start(scene.solver, 2, 10e9, 0);
    gsl_test_rel(share(&scene, 0, 0), 1, 1e-15, "the first end is next");
    gsl_test_rel(share(&scene, 1, 0), 1.5, 1e-15, "then the two others'");
    gsl_test_rel(scene.ends_s[0], 1, 1e-15, "0 -> 2");
    maxmin_start(scene.solver, 3, 1e9, 1.25);
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
    maxmin_start(scene.solver, 0, 1e9, 0);
    maxmin_start(scene.solver, 1, 3e9, 0);
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
    maxmin_start(scene.solver, 0, 3e9, 0);
    gsl_test_rel(share(&scene, 0, 0.2), 0.3, 1e-15, "alone");
    maxmin_start(scene.solver, 1, 2e9, 0.1);
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
    maxmin_start(scene.solver, 0, 0, 2);
    maxmin_start(scene.solver, 1, 10e9, 2);
    gsl_test_rel(share(&scene, 2, 0), 3, 1e-15, "alone on the cable");
    gsl_test_rel(scene.ends_s[0], 2, 1e-15, "ends where it starts");
    maxmin_start(scene.solver, 0, 1e9, 2);
    gsl_test_rel(share(&scene, 2, 0), 2.2, 1e-15, "again, with bytes");
    close_scene(&scene);
}

static struct flow_set *pairwise(const struct topology *topology, struct router *router, size_t ep)
{
    struct diag diag = {0};
    struct flow_set *set = NULL;
    struct a2a_request request = {
        .topology = topology, .router = router, .algorithm = "pairwise", .ep = ep};
    gsl_test_int(flow_set_build(&request, &diag, &set), 0, "%s",
                 diag.count ? diag.messages[0] : "built");
    diag_done(&diag);
    return set;
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
    struct flow_set *set = pairwise(topology, router, 4);
    const struct flow_set *sets[] = {set};
    struct paths paths;
    paths_find(topology, router, sets, 1, &paths);
    gsl_test_int((int)paths.link_count, 14, "links that may decide a rate");
    paths_done(&paths);
    flow_set_free(set);
    router_free(router);
    topology_free(topology);
}

/* ---- Flows that stand for several ---- */

static void *copy_of(const void *from, size_t count, size_t size)
{
    void *to = mem_zeroed(count + 1, size);
    memcpy(to, from, count * size);
    return to;
}

/* The end of every flow of the paths, of which flow f starts with bytes[f] at 0. */
static void ends_of(const struct paths *owned_paths, const double *bytes, double *ret_ends_s)
{
    size_t count = owned_paths->flow_count;
    struct maxmin *solver = maxmin_new(owned_paths);
    for (size_t f = 0; f < count; f++)
        maxmin_start(solver, f, bytes[f], 0);
    for (double next_s = 0; !isinf(next_s);) {
        const struct network_end *ends;
        size_t end_count;
        next_s = maxmin_share(solver, next_s, 0, &ends, &end_count);
        for (size_t i = 0; i < end_count; i++)
            ret_ends_s[ends[i].flow] = ends[i].end_s;
    }
    maxmin_free(solver);
}

/* Links of 12, 10 and 4 bytes/s. Three flows over the first alone, two over all, one over the
 * second and third. The third gives each of its three flows 4/3, so the first is left with 12 - 8/3
 * for three: 28/9. */
enum { LONE, ACROSS, BESIDE, SORTS };
static const uint32_t sort_links[] = {0, 0, 1, 2, 1, 2};
static const uint32_t sort_first[SORTS] = {0, 1, 4}, sort_count[SORTS] = {1, 3, 2};
static const double stands_for[SORTS] = {3, 2, 1};
static const double bandwidths[] = {12, 10, 4};

/* A flow of each sort for all. */
static void find_classes(struct paths *ret)
{
    *ret = (struct paths){.flow_count = SORTS,
                          .paths = mem_zeroed(SORTS, sizeof *ret->paths),
                          .links = copy_of(sort_links, 6, sizeof *sort_links),
                          .weights = mem_zeroed(6, sizeof *ret->weights),
                          .link_count = 3,
                          .bandwidths_bytes_per_s = copy_of(bandwidths, 3, sizeof *bandwidths)};
    for (size_t s = 0; s < SORTS; s++) {
        ret->paths[s] = (struct path){sort_first[s], sort_count[s]};
        for (uint32_t i = 0; i < sort_count[s]; i++)
            ret->weights[sort_first[s] + i] = stands_for[s];
    }
}

/* The same six flows, listed. */
static void find_listed(struct paths *ret)
{
    *ret = (struct paths){.paths = mem_zeroed(6, sizeof *ret->paths),
                          .links = copy_of(sort_links, 6, sizeof *sort_links),
                          .link_count = 3,
                          .bandwidths_bytes_per_s = copy_of(bandwidths, 3, sizeof *bandwidths)};
    for (size_t s = 0; s < SORTS; s++)
        for (double i = 0; i < stands_for[s]; i++)
            ret->paths[ret->flow_count++] = (struct path){sort_first[s], sort_count[s]};
}

/* 28 bytes of each flow over the first link alone end at 9 s, before anything else does: it had
 * 28/9 of them a second. What goes over the third link has 4/3 a second all along, so that 24 and
 * 40 bytes take 18 s and (40 - 24) / 4 s more. */
static void by_weights(void)
{
    static const double bytes[SORTS] = {28, 24, 40}, want_s[SORTS] = {9, 18, 22};
    static const double listed_bytes[] = {28, 28, 28, 24, 24, 40};
    static const size_t sort_of[] = {LONE, LONE, LONE, ACROSS, ACROSS, BESIDE};
    double classes_s[SORTS] = {0}, listed_s[6] = {0};
    struct paths paths;
    find_classes(&paths);
    ends_of(&paths, bytes, classes_s);
    find_listed(&paths);
    ends_of(&paths, listed_bytes, listed_s);
    for (size_t s = 0; s < SORTS; s++)
        gsl_test_rel(classes_s[s], want_s[s], 1e-14, "end of sort %zu, a flow for all", s);
    for (size_t f = 0; f < 6; f++)
        gsl_test_rel(listed_s[f], want_s[sort_of[f]], 1e-14, "end of flow %zu, listed", f);
}

/* A link that a flow crosses twice gives it half. */
static void crossed_twice(void)
{
    struct paths paths = {.flow_count = 1,
                          .paths = mem_zeroed(1, sizeof *paths.paths),
                          .links = mem_zeroed(2, sizeof *paths.links),
                          .link_count = 1,
                          .bandwidths_bytes_per_s = copy_of(bandwidths, 1, sizeof *bandwidths)};
    double bytes = 30, end_s = 0;
    paths.paths[0] = (struct path){0, 2};
    ends_of(&paths, &bytes, &end_s);
    gsl_test_rel(end_s, 30 / 6.0, 1e-14, "twelve a second, twice");
}

/* ---- Whole exchanges ---- */

static double last_end_s(const struct topology *topology, struct router *router,
                         const struct flow_set *set, double rank_bytes)
{
    struct paths paths;
    double *bytes = mem_zeroed(set->flow_count, sizeof *bytes), last_s = 0;
    double *ends_s = mem_zeroed(set->flow_count, sizeof *ends_s);
    for (size_t f = 0; f < set->flow_count; f++)
        bytes[f] = rank_bytes * set->flows[f].share_ratio;
    paths_find(topology, router, &set, 1, &paths);
    ends_of(&paths, bytes, ends_s);
    for (size_t f = 0; f < set->flow_count; f++)
        last_s = fmax(last_s, ends_s[f]);
    free(bytes);
    free(ends_s);
    return last_s;
}

/* All pairs at once: the busiest link is busy from the beginning to the end. */
static void ends_at_the_bound(const char *word, size_t ep)
{
    struct topology *topology = read_topology(word);
    struct router *router = router_new(topology);
    struct flow_set *set = pairwise(topology, router, ep);
    /* A gigabyte, so that the solver's nanosecond counts for nothing. */
    gsl_test_rel(last_end_s(topology, router, set, 1e9), 1e9 * set->bound.s_per_byte, 1e-7,
                 "%s: the last end", word);
    flow_set_free(set);
    router_free(router);
    topology_free(topology);
}

static void bounds(void)
{
    ends_at_the_bound("8xa30-pcie", 8);
    ends_at_the_bound("8xa800-nvlink", 4);
    ends_at_the_bound("2x8xa800-nvlink", 16);
    ends_at_the_bound("4x8xh100-ib", 32);
    ends_at_the_bound("nodes=2,gpu=a30,nic=1x100G", 16);
    ends_at_the_bound("nodes=3,gpu=a30,gpus=4,nic=2x100G", 6);
    ends_at_the_bound("nodes=2,gpu=x,fabric=star,bandwidth=9G,nic=2x8G", 16);
    ends_at_the_bound("nodes=8,gpu=h100-sxm,nic=8x400G,network=flat", 64);
}

int main(void)
{
    three_flows();
    windows();
    late_start();
    no_bytes();
    which_links();
    by_weights();
    crossed_twice();
    bounds();
    return gsl_test_summary();
}
