/* Folded All-to-Alls take what whole ones take. SimGrid plays the whole ones, every pair a flow of its
 * own, so nothing of what folds is used there. */
#include <math.h>
#include "tests/model/rig.h"
#include "sim/cluster/fold.h"

/* A cluster, and how many GPUs stand for all; 0: it must not fold, for the reason. */
struct cluster {
    const char *word;
    size_t ep; /* 0: all */
    size_t representatives;
    const char *why;
    const char *pointer, *value; /* a change; NULL: none */
};

static const struct cluster clusters[] = {
    {.word = "8xa30-pcie", .representatives = 1},
    {.word = "8xa30-pcie", .ep = 4, .representatives = 1},
    {.word = "8xa800-nvlink", .representatives = 1},
    {.word = "8xh100-nvlink", .representatives = 1},
    {.word = "2x8xa800-nvlink", .representatives = 1},
    {.word = "4x8xh100-ib", .representatives = 1},
    {.word = "4x8xh100-ib", .ep = 16, .representatives = 1},
    {.word = "nodes=2,gpu=h100-sxm,nic=2x400G", .representatives = 1},
    {.word = "nodes=4,gpu=h100-sxm,nic=4x400G", .representatives = 1},
    {.word = "nodes=8,gpu=h100-sxm,nic=8x400G", .representatives = 1},
    {.word = "nodes=8,gpu=h100-sxm,nic=8x400G", .ep = 8, .representatives = 1},
    {.word = "nodes=3,gpu=a30,gpus=4,fabric=pcie,nic=1x100G", .representatives = 2},
    {.word = "nodes=8,gpu=h100-sxm,nic=8x400G,network=fat-tree:2,leaf=2", .representatives = 1},
    {.word = "nodes=8,gpu=h100-sxm,nic=8x400G,network=fat-tree,leaf=4,spines=4",
     .representatives = 1},
    {.word = "nodes=8,gpu=h100-sxm,nic=8x400G,network=fat-tree:2:2,leaf=2,pod=2",
     .representatives = 1},
    {.word = "nodes=8,gpu=h100-sxm,nic=8x400G,network=rail:2,leaf=4,spines=2",
     .why = "equally long routes are not used evenly"},
    {.word = "nodes=8,gpu=h100-sxm,nic=4x400G,network=dragonfly:4", .representatives = 1},
    {.word = "gpu=b200,gpus=72", .representatives = 1},
    {.word = "gpu=a100,gpus=4,fabric=mesh", .representatives = 1},
    {.word = "gpu=a40,gpus=8,fabric=pairs", .representatives = 1},
    {.word = "gpu=a40,gpus=16,fabric=pcie,switch=4", .representatives = 1},
    {.word = "nodes=2,gpu=a40,gpus=8,fabric=pcie,nic=2x100G@socket0", .representatives = 2},
};

#define CLOCK_BIT_S 1e-12 /* four of the clock's last bits (sim/engine/play.c) */

static double bytes_of(size_t ep)
{
    return 1e6 * (double)ep + 12345;
}

static struct timeline *play_whole(const struct topology *topology, struct router *router, size_t ep,
                                   struct flow_set **ret_flows)
{
    struct diag diag = {0};
    struct rig rig = {.topology = (struct topology *)(size_t)topology, .router = router,
                      .ranks = topology_ranks(topology)};
    struct a2a_request request = {.topology = topology, .router = router, .algorithm = "pairwise",
                                  .ep = ep};
    flow_set_build(&request, &diag, &rig.flows);
    rig_start(&rig);
    struct step step = {.name = "d", .kind = OPERATOR_DISPATCH, .a2a_bytes = bytes_of(ep)};
    struct plan_operator op;
    struct plan plan = rig_plan(&rig, ep, &step, 1, 1, &op);
    double *nothing = mem_zeroed(rig.ranks, sizeof *nothing);
    struct timeline *timeline = rig_play(&rig, &plan, nothing, 0, 0);
    free(nothing);
    engine_close(rig.engine);
    *ret_flows = rig.flows;
    return timeline;
}

static void compare(const struct cluster *cluster, const struct fold *fold,
                    const struct topology *topology, struct router *router)
{
    struct flow_set *flows;
    struct timeline *timeline = play_whole(topology, router, fold->ep, &flows);
    double first_s = INFINITY, folded_first_s, folded_last_s;
    for (size_t r = 0; r < fold->ranks; r++)
        first_s = fmin(first_s, timeline_span(timeline, r, 0)->end_s);
    fold_play(fold, bytes_of(fold->ep), &folded_first_s, &folded_last_s);
    /* SimGrid counts a link as full within 1e-9 of its rate. */
    const double tolerance = 2e-9 * folded_last_s + CLOCK_BIT_S;
    gsl_test_abs(folded_last_s, timeline->end_s, tolerance, "%s: last end", cluster->word);
    gsl_test_abs(folded_first_s, first_s, tolerance, "%s: first end", cluster->word);
    gsl_test_rel(fold->bound_s_per_byte, flows->bound_s_per_byte, 1e-15, "%s: bound", cluster->word);
    gsl_test_int((int)fold->bound_link, (int)flows->bound_link, "%s: bound's link", cluster->word);
    gsl_test_rel(fold->bound_latency_s, flows->bound_latency_s, 1e-15, "%s: latency", cluster->word);
    timeline_free(timeline);
    flow_set_free(flows);
}

static void fold_cluster(const void *argument)
{
    const struct cluster *cluster = argument;
    struct diag diag = {0};
    struct json *doc;
    struct topology *topology;
    int r = topology_document(cluster->word, &diag, &doc);
    if (r == 0 && cluster->pointer)
        r = json_set(doc, cluster->pointer, cluster->value, &diag);
    if (r == 0)
        r = topology_read(doc, &diag, &topology);
    if (r < 0) {
        diag_print(&diag, "fold", stderr);
        _exit(1);
    }
    const char *why = NULL;
    struct router *router = router_new(topology);
    struct fold *fold = fold_build(topology, router, cluster->ep ? cluster->ep : topology_ranks(topology), &why);
    gsl_test_int((int)(fold ? fold->orbit_count : 0), (int)cluster->representatives,
                 "%s: representatives (%s)", cluster->word, why ? why : "folded");
    if (cluster->why)
        gsl_test_str(why ? why : "", cluster->why, "%s: why not", cluster->word);
    if (fold)
        compare(cluster, fold, topology, router);
    fold_free(fold);
    router_free(router);
    topology_free(topology);
    json_free(doc);
}

int main(void)
{
    for (size_t i = 0; i < sizeof clusters / sizeof *clusters; i++)
        in_child(fold_cluster, &clusters[i], clusters[i].word);
    return gsl_test_summary();
}
