/* Many flows: links shared by engine/maxmin.h give what SimGrid gives, and shared seldom, nearly
 * that.
 *
 *     test_fair          clusters up to 32 GPUs against SimGrid, 64 GPUs in windows
 *
 *     test_fair large    the same up to 128 GPUs, in minutes
 *
 * Every plan has ranks that arrive at different times, an All-to-All each way of unequal flows, and
 * a ring beside them. */
#include <math.h>
#include "sim/collective/ring.h"
#include "sim/tokens/routing.h"
#include "tests/model/rig.h"

struct exchange_case {
    const char *word; /* of the topology */
    const char *algorithm;
    const char *routing; /* members of its document; NULL: balanced */
    bool ring;
};

#define ZIPF "\"load\":\"zipf\",\"exponent\":0.8"
#define DIRICHLET "\"load\":\"dirichlet\",\"alpha\":0.5"

static const struct exchange_case small_cases[] = {
    {.word = "8xa30-pcie", .algorithm = "pairwise", .routing = ZIPF, .ring = true},
    {.word = "8xa800-nvlink", .algorithm = "pairwise-rounds", .routing = ZIPF},
    {.word = "2x8xa800-nvlink", .algorithm = "two-hop", .routing = ZIPF, .ring = true},
    {.word = "2x8xa800-nvlink", .algorithm = "hierarchical", .routing = DIRICHLET},
    {.word = "4x8xh100-ib", .algorithm = "pairwise", .routing = ZIPF, .ring = true},
    {.word = "4x8xh100-ib", .algorithm = "low-latency", .routing = DIRICHLET},
    {.word = "nodes=3,gpu=a30,gpus=4,fabric=pcie,nic=1x100G",
     .algorithm = "pairwise",
     .routing = ZIPF,
     .ring = true},
    {.word = "nodes=3,gpu=a30,gpus=4,fabric=pcie,nic=1x100G", .algorithm = "pairwise"},
    {.word = "nodes=4,gpu=h100-sxm,nic=8x400G,network=fat-tree:2,leaf=2",
     .algorithm = "pairwise",
     .routing = ZIPF},
    {.word = "nodes=4,gpu=h100-sxm,nic=4x400G,network=dragonfly:4",
     .algorithm = "pairwise",
     .routing = DIRICHLET},
    {.word = "gpu=a100,gpus=4,fabric=mesh", .algorithm = "pairwise", .routing = ZIPF, .ring = true},
    {.word = "gpu=a40,gpus=8,fabric=pairs", .algorithm = "pairwise", .routing = DIRICHLET},
    {.word = "8xa40-pairs", .algorithm = "host-staged", .routing = ZIPF, .ring = true},
    {.word = "2x8xrtx3090", .algorithm = "host-staged", .routing = ZIPF},
    {.word = "nodes=2,gpu=a40,gpus=8,fabric=pcie,nic=2x100G@socket0",
     .algorithm = "hierarchical",
     .routing = ZIPF,
     .ring = true},
};

/* SimGrid takes a minute for some of these. */
static const struct exchange_case large_cases[] = {
    {.word = "nodes=16,gpu=h100-sxm,nic=8x400G,network=fat-tree:2,leaf=2",
     .algorithm = "two-hop",
     .routing = ZIPF,
     .ring = true},
    {.word = "nodes=8,gpu=h100-sxm,nic=8x400G", .algorithm = "pairwise", .routing = ZIPF},
    {.word = "nodes=8,gpu=h100-sxm,nic=8x400G,network=rail:2,leaf=4,spines=2",
     .algorithm = "pairwise",
     .routing = DIRICHLET,
     .ring = true},
    {.word = "nodes=16,gpu=h100-sxm,nic=4x400G,network=dragonfly:4",
     .algorithm = "pairwise-rounds",
     .routing = ZIPF},
    {.word = "nodes=16,gpu=h100-sxm,nic=8x400G", .algorithm = "hierarchical", .routing = ZIPF},
    {.word = "gpu=b200,gpus=72", .algorithm = "pairwise", .routing = ZIPF},
};

/* For links shared in windows: exact plays of all flows are quick enough here. */
static const struct exchange_case window_cases[] = {
    {.word = "nodes=8,gpu=h100-sxm,nic=8x400G", .algorithm = "pairwise", .routing = ZIPF},
    {.word = "nodes=6,gpu=h100-sxm,nic=4x400G,network=fat-tree:2,leaf=2",
     .algorithm = "two-hop",
     .routing = DIRICHLET,
     .ring = true},
    {.word = "nodes=3,gpu=a30,gpus=8,fabric=pcie,nic=1x100G",
     .algorithm = "pairwise",
     .routing = ZIPF},
    {.word = "gpu=b200,gpus=32", .algorithm = "pairwise", .routing = DIRICHLET, .ring = true},
    {.word = "nodes=8,gpu=h100-sxm,nic=8x400G,network=dragonfly:4:4", .algorithm = "pairwise"},
};
static const struct exchange_case large_window_cases[] = {
    {.word = "nodes=16,gpu=h100-sxm,nic=8x400G", .algorithm = "pairwise", .routing = ZIPF},
    {.word = "nodes=16,gpu=h100-sxm,nic=8x400G,network=fat-tree:2,leaf=2",
     .algorithm = "pairwise",
     .routing = DIRICHLET,
     .ring = true},
    {.word = "nodes=16,gpu=h100-sxm,nic=8x400G,network=rail:2,leaf=4,spines=2",
     .algorithm = "pairwise",
     .routing = ZIPF},
    {.word = "nodes=16,gpu=a40,gpus=8,fabric=pcie,nic=2x100G@socket0",
     .algorithm = "pairwise",
     .routing = ZIPF},
    {.word = "nodes=16,gpu=h100-sxm,nic=8x400G,network=dragonfly:4",
     .algorithm = "two-hop",
     .routing = ZIPF},
    {.word = "gpu=b200,gpus=72", .algorithm = "pairwise", .routing = ZIPF},
    {.word = "nodes=20,gpu=h100-sxm,nic=8x400G,network=dragonfly:4:4", .algorithm = "pairwise"},
    {.word = "nodes=20,gpu=h100-sxm,nic=8x400G,network=dragonfly:4:4", .algorithm = "two-hop"},
};

/* ---- The plays ---- */

struct scene {
    struct rig rig; /* its flows are the dispatch's */
    struct flow_set *combine, *ring;
    struct plan plan;
    struct plan_operator operators[4];
    double *compute_s;
};

static void must(int r, const struct diag *diag)
{
    if (r >= 0)
        return;
    diag_print(diag, "test_fair", stderr);
    _exit(1);
}

static struct json *parsed(const char *text)
{
    struct diag diag = {0};
    struct json *doc = NULL;
    must(json_parse("case", text, strlen(text), &diag, &doc), &diag);
    return doc;
}

static void draw(const struct exchange_case *at, const struct topology *topology,
                 struct traffic *ret)
{
    struct diag diag = {0};
    size_t ranks = topology_ranks(topology);
    struct routed routed = {.ranks = ranks,
                            .ep = ranks,
                            .node_gpus = topology->gpus_per_node,
                            .experts = ranks,
                            .top_k = 2,
                            .tokens = 4096,
                            .capacity_factor = 1};
    struct routing_outcome outcome;
    struct routing *routing = NULL;
    *ret = traffic_balanced(ranks, ranks, topology->gpus_per_node);
    if (!at->routing)
        return;
    char *text = mem_format("{%s}", at->routing);
    struct json *doc = parsed(text);
    must(routing_read(doc, &diag, &routing), &diag);
    routing_draw(routing, &routed, 0, ret, &outcome);
    routing_free(routing);
    json_free(doc);
    free(text);
}

static void build_flows(const struct exchange_case *at, struct scene *scene)
{
    struct diag diag = {0};
    struct traffic traffic;
    draw(at, scene->rig.topology, &traffic);
    struct a2a_request request = {.topology = scene->rig.topology,
                                  .router = scene->rig.router,
                                  .algorithm = at->algorithm,
                                  .ep = scene->rig.ranks,
                                  .traffic = &traffic};
    must(flow_set_build(&request, &diag, &scene->rig.flows), &diag);
    request.combine = true;
    must(flow_set_build(&request, &diag, &scene->combine), &diag);
    if (at->ring)
        scene->ring = ring_build(scene->rig.topology, scene->rig.router, 1);
    traffic_done(&traffic);
}

/* Attention, dispatch, expert, combine; ranks compute for times of their own. 32 MiB a rank take
 * longer than that, so that ranks arrive while others' flows run. */
static void write_plan(struct scene *scene)
{
    static struct step steps[] = {
        {.name = "attention", .kind = OPERATOR_ATTENTION},
        {.name = "dispatch",
         .kind = OPERATOR_DISPATCH,
         .queue = 1,
         .after = {0},
         .after_count = 1,
         .comm_bytes = 33554432},
        {.name = "expert", .kind = OPERATOR_EXPERT, .after = {1}, .after_count = 1},
        {.name = "combine",
         .kind = OPERATOR_COMBINE,
         .queue = 1,
         .after = {2},
         .after_count = 1,
         .comm_bytes = 33554432}};
    size_t ranks = scene->rig.ranks;
    scene->plan = rig_plan(&scene->rig, ranks, steps, 4, 2, scene->operators);
    scene->compute_s = mem_zeroed(4 * ranks, sizeof *scene->compute_s);
    for (size_t r = 0; r < ranks; r++) {
        scene->compute_s[4 * r] = 1e-4 * (double)(r * 7 % 5);
        scene->compute_s[4 * r + 2] = 1e-5 * (double)(1 + r * 11 % 17);
    }
}

static void open_scene(const struct exchange_case *at, struct scene *scene)
{
    struct diag diag = {0};
    struct json *doc = NULL;
    *scene = (struct scene){0};
    must(topology_document(at->word, &diag, &doc), &diag);
    must(topology_read(doc, &diag, &scene->rig.topology), &diag);
    json_free(doc);
    scene->rig.router = a2a_algorithm_staged(at->algorithm) ? router_new_staged(scene->rig.topology)
                                                            : router_new(scene->rig.topology);
    scene->rig.ranks = topology_ranks(scene->rig.topology);
    build_flows(at, scene);
    write_plan(scene);
}

static struct timeline *play(struct scene *scene, enum network_kind network, double window_s)
{
    struct rig_job job = {.plan = &scene->plan,
                          .compute_s = scene->compute_s,
                          .dispatch = scene->rig.flows,
                          .combine = scene->combine,
                          .ring = scene->ring,
                          .ring_bytes = 10e6,
                          .setup_s = 1e-5,
                          .sm_share_ratio = 0.1,
                          .network = network,
                          .window_s = window_s};
    return rig_play_job(&scene->rig, &job);
}

static void close_scene(struct scene *scene)
{
    free(scene->compute_s);
    flow_set_free(scene->combine);
    flow_set_free(scene->ring);
    rig_close(&scene->rig);
}

/* ---- The checks ---- */

/* Both round to bits of SimGrid's clock, 2^-42 s, at each of some thousand ends, and SimGrid
 * counts ends within 1e-9 s as one. */
#define SAME_S 5e-9

static void as_simgrid(const void *argument)
{
    const struct exchange_case *at = argument;
    struct scene scene;
    open_scene(at, &scene);
    struct timeline *theirs = play(&scene, NETWORK_SIMGRID, 0);
    struct timeline *ours = play(&scene, NETWORK_MAXMIN, 0);
    double worst_s = 0;
    for (size_t i = 0; i < scene.rig.ranks * scene.plan.operator_count; i++)
        worst_s = fmax(worst_s, fabs(theirs->spans[i].end_s - ours->spans[i].end_s));
    gsl_test(!(worst_s < SAME_S), "%s, %s: ends differ by %g s at most", at->word, at->algorithm,
             worst_s);
    gsl_test(!(theirs->end_s > 1e-4), "%s, %s: takes a while", at->word, at->algorithm);
    timeline_free(theirs);
    timeline_free(ours);
    close_scene(&scene);
}

/* The most and least frequent sharing (sim/engine/settle.c), and what they may be off by. */
static void in_windows(const void *argument)
{
    const struct {
        double sharings, tolerance;
    } rows[] = {{2000, 0.0005}, {190, 0.004}};
    const struct exchange_case *at = argument;
    struct scene scene;
    open_scene(at, &scene);
    struct timeline *exact = play(&scene, NETWORK_MAXMIN, 0);
    for (size_t i = 0; i < 2; i++) {
        double window_s = 33554432 * scene.rig.flows->bound.s_per_byte / rows[i].sharings;
        struct timeline *near = play(&scene, NETWORK_MAXMIN, window_s);
        gsl_test_rel(near->end_s, exact->end_s, rows[i].tolerance, "%s, %s: %g times a bound",
                     at->word, at->algorithm, rows[i].sharings);
        timeline_free(near);
    }
    timeline_free(exact);
    close_scene(&scene);
}

#define EACH(body, cases)                                                                          \
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)                                      \
    in_child(body, &cases[i], cases[i].word)

int main(int argc, char *argv[])
{
    if (argc > 1 && strcmp(argv[1], "large") == 0) {
        EACH(as_simgrid, large_cases);
        EACH(in_windows, large_window_cases);
    } else {
        EACH(as_simgrid, small_cases);
        EACH(in_windows, window_cases);
    }
    return gsl_test_summary();
}
