/* Folded runs give what whole ones give: every schedule, inference and training, under every
 * algorithm, with damage and without, on one cluster after another. SimGrid plays the whole ones,
 * and engine/maxmin.h shares the links of those of more than 500 flows. Usage:
 * [brief|large|matrix|named]: brief, for three schedules on 8 GPUs, since under a sanitizer each of
 * SimGrid's flows is a thread; large, for three schedules on clusters that take long whole; matrix,
 * for all schedules on every kind of cluster of up to 128 GPUs under every algorithm that it can
 * run; named, the same for schedules that the word `all` leaves out. */
#include <math.h>
#include "sim/base/mem.h"
#include "tests/model/case.h"

/* Schedules that only their names select, with a model that they are defined for: of few layers, as
 * all take the same time, so that its states have room on small GPUs. */
static const struct choice {
    const char *model;
    enum run_mode mode;
    const char *schedules[3];
    size_t count;
    const char *set;
    bool fetches; /* experts from the hosts' memory */
} choices[] = {
    {"gpt2-moe-medium", MODE_INFERENCE, {"single-batch"}, 1, "/model/stages/0/layers=2", false},
    {"gpt2-moe-medium",
     MODE_INFERENCE,
     {"scmoe-offload", "scmoe-offload-wait"},
     2,
     "/model/stages/0/layers=2",
     true},
    {"llama2-moe",
     MODE_INFERENCE,
     {"two-batch", "megatron-shortcut", "megatron-shortcut-serial"},
     3,
     "/model/stages/0/layers=2",
     false},
    {"llama2-moe",
     MODE_TRAINING,
     {"forward-backward", "combined-1f1b"},
     2,
     "/model/stages/0/layers=2",
     false},
};

struct cluster {
    const char *word;
    size_t experts;
    enum run_mode mode;
    const char *algorithm; /* NULL: the topology's */
    const char *set;       /* a change; NULL: none */
    bool whole;            /* round a ring, damage is at another distance for each GPU */
    const struct choice
        *choice; /* of model and schedules; NULL: gpt2-moe-medium, all or few of them */
};

#define RAILS(nodes) "nodes=" nodes ",gpu=h100-sxm,nic=8x400G"
#define APART "/model/gradients=none"
#define BROKEN(links) "/topology/degraded/-={\"links\": \"" links "\", \"bandwidth_ratio\": 0.5}"
#define SLOW(gpus) "/topology/degraded/-={\"gpus\": \"" gpus "\", \"compute_ratio\": 0.8}"
#define BRIEF 9 /* of these, the first */
static const struct cluster small[] = {
    {.word = "8xa30-pcie", .experts = 8},
    {.word = "8xa30-pcie", .experts = 8, .mode = MODE_TRAINING},
    {.word = "8xa30-pcie", .experts = 8, .mode = MODE_TRAINING, .set = APART},
    {.word = "8xa30-pcie", .experts = 8, .set = SLOW("node0/gpu3")},
    {.word = "8xa800-nvlink", .experts = 8, .mode = MODE_TRAINING},
    {.word = "8xh100-nvlink", .experts = 8},
    {.word = "8xh100-nvlink", .experts = 8, .algorithm = "pairwise-rounds"},
    {.word = "8xh100-nvlink", .experts = 8, .set = BROKEN("node0/gpu5-*")},
    {.word = "8xh100-nvlink",
     .experts = 8,
     .mode = MODE_TRAINING,
     .set = SLOW("node0/gpu3"),
     .whole = true},
    {.word = "2x8xa800-nvlink", .experts = 16},
    {.word = "2x8xa800-nvlink", .experts = 16, .algorithm = "hierarchical"},
    {.word = "2x8xa800-nvlink", .experts = 16, .algorithm = "two-hop", .mode = MODE_TRAINING},
    {.word = "2x8xa800-nvlink",
     .experts = 16,
     .algorithm = "low-latency"},              /* kernels beside compute */
    {.word = "2x8xa800-nvlink", .experts = 4}, /* groups inside nodes, and rings between them */
    {.word = "2x8xa800-nvlink", .experts = 4, .mode = MODE_TRAINING},
    {.word = "2x8xa800-nvlink", .experts = 16, .set = SLOW("node1/gpu0")},
    {.word = "4x8xh100-ib", .experts = 32, .mode = MODE_TRAINING, .set = APART},
    {.word = "gpu=a30,gpus=8,fabric=pairs", .experts = 8},
    {.word = "2x8xrtx3090", .experts = 16}, /* through the hosts' memory */
    {.word = "gpu=a100,gpus=4,fabric=mesh", .experts = 4},
    /* All-to-Alls end at different times. */
    {.word = "nodes=2,gpu=a30,gpus=8,fabric=pcie,nic=2x100G@socket0", .experts = 16},
    {.word = "nodes=4,gpu=h100-sxm,gpus=4,nic=4x400G,network=fat-tree:2,leaf=2", .experts = 16},
    {.word = "nodes=4,gpu=h100-sxm,gpus=4,nic=4x400G,network=rail,leaf=2,spines=2", .experts = 16},
};
static const struct cluster large[] = {
    {.word = RAILS("8"), .experts = 64},
    {.word = RAILS("8"), .experts = 64, .mode = MODE_TRAINING},
    {.word = RAILS("8"), .experts = 64, .mode = MODE_TRAINING, .set = APART},
    {.word = RAILS("8"), .experts = 64, .set = SLOW("node2/gpu3")},
    {.word = RAILS("8"), .experts = 64, .set = BROKEN("node2/nic3-*")},
    {.word = RAILS("16"), .experts = 128},
    {.word = RAILS("16"), .experts = 128, .algorithm = "pairwise-rounds"},
    {.word = RAILS("16"), .experts = 128, .algorithm = "hierarchical"},
    {.word = RAILS("16"), .experts = 128, .algorithm = "hierarchical", .mode = MODE_TRAINING},
    {.word = RAILS("16"), .experts = 128, .algorithm = "two-hop", .set = BROKEN("node2/nic3-*")},
    {.word = "nodes=8,gpu=h200,gpus=4,nic=2x400G", .experts = 32, .mode = MODE_TRAINING},
    {.word = "nodes=8,gpu=h200,gpus=4,nic=2x400G", .experts = 8, .mode = MODE_TRAINING},
    {.word = "nodes=8,gpu=a30,fabric=pcie,switch=4,nic=1x200G",
     .experts = 64,
     .mode = MODE_TRAINING},
    {.word = "nodes=8,gpu=h200,gpus=4,nic=4x400G,network=rail:2,leaf=2",
     .experts = 32,
     .mode = MODE_TRAINING},
    {.word = "nodes=8,gpu=h200,gpus=4,nic=4x400G,network=fat-tree:2:1,leaf=2,pod=4",
     .experts = 32,
     .mode = MODE_TRAINING},
    {.word = "nodes=8,gpu=h200,gpus=4,nic=4x400G,network=dragonfly:4:2",
     .experts = 32,
     .mode = MODE_TRAINING},
    {.word = RAILS("16"), .experts = 128, .algorithm = "low-latency"},
    {.word = RAILS("16") ",network=fat-tree:2,leaf=4", .experts = 128},
    {.word = RAILS("16") ",network=fat-tree:2:2,leaf=2,pod=2", .experts = 128},
    {.word = RAILS("16") ",network=rail:2,leaf=4", .experts = 128},
    {.word = RAILS("16") ",network=rail:2,leaf=4,spines=2", .experts = 128},
    {.word = "nodes=16,gpu=h100-sxm,nic=4x400G,network=dragonfly:4", .experts = 128},
    {.word = "gpu=h200,gpus=72", .experts = 72},
    {.word = "gpu=a30,gpus=16,fabric=pcie,switch=4", .experts = 16},
};

/* Every shipped topology of 2 to 128 GPUs, and the networks that shorthands can say. */
static const struct place {
    const char *word;
    size_t experts;
    bool memories, no_peers; /* memory for host-staged; nothing but host-staged */
    bool no_host;            /* it is not known how fast its GPUs fetch */
} places[] = {
    {.word = "8xa30-pcie", .experts = 8, .memories = true},
    {.word = "8xa100-pcie", .experts = 8, .memories = true},
    {.word = "8xa40-pairs", .experts = 8, .memories = true},
    {.word = "8xa800-nvlink", .experts = 8},
    {.word = "8xh100-nvlink", .experts = 8},
    {.word = "8xb200-nvlink", .experts = 8},
    {.word = "2x8xa800-nvlink", .experts = 16},
    {.word = "2x8xa100-pcie-2nic", .experts = 16, .memories = true},
    {.word = "2x8xrtx3090", .experts = 16, .memories = true, .no_peers = true},
    {.word = "4x8xh100-ib", .experts = 32},
    {.word = "72xgb200-nvl72", .experts = 72, .no_host = true},
    {.word = "16x8xh100-fat-tree", .experts = 128},
    {.word = "32x4xa100-dragonfly", .experts = 128},
    {.word = "gpu=a100,gpus=4,fabric=mesh", .experts = 4},
    {.word = "gpu=a30,gpus=16,fabric=pcie,switch=4", .experts = 16, .memories = true},
    {.word = "nodes=2,gpu=a30,gpus=8,fabric=pcie,nic=2x100G@socket0",
     .experts = 16,
     .memories = true},
    {.word = RAILS("16"), .experts = 128},
    {.word = RAILS("16") ",network=fat-tree:2,leaf=4", .experts = 128},
    {.word = RAILS("16") ",network=fat-tree:2:2,leaf=2,pod=2", .experts = 128},
    {.word = RAILS("16") ",network=rail:2,leaf=4", .experts = 128},
    {.word = RAILS("16") ",network=rail:2,leaf=4,spines=2", .experts = 128},
    {.word = "nodes=16,gpu=h100-sxm,nic=4x400G,network=dragonfly:4", .experts = 128},
};

/* Pipes one run's results from a process of its own, since SimGrid takes one platform per process.
 */
static size_t run_apart(const struct cluster *cluster, enum fold_choice fold, bool few,
                        struct result *ret, size_t room)
{
    int ends[2];
    if (pipe(ends) < 0)
        return 0;
    pid_t child = fork();
    if (child == 0) {
        char *experts = mem_format("/model/experts=%zu", cluster->experts);
        char *algorithm = mem_format("/topology/all_to_all/algorithm=%s", cluster->algorithm);
        const char *all[] = {"all"}, *sets[4] = {experts};
        size_t set_count = 1;
        if (cluster->algorithm)
            sets[set_count++] = algorithm;
        if (cluster->set)
            sets[set_count++] = cluster->set;
        const struct choice *choice = cluster->choice;
        if (choice)
            sets[set_count++] = choice->set;
        const char *some[] = {"top2", "scmoe-pos2", "scmoe-pos2-pipelined"};
        struct study_request request = {.model = "gpt2-moe-medium",
                                        .topology = cluster->word,
                                        .schedules = few ? some : all,
                                        .schedule_count = few ? 3 : 1,
                                        .baseline = "top2",
                                        .mode = cluster->mode,
                                        .sets = sets,
                                        .set_count = set_count,
                                        .fold = fold};
        if (choice) {
            request.model = choice->model;
            request.schedules = choice->schedules;
            request.schedule_count = choice->count;
            request.baseline = choice->schedules[0];
        }
        struct diag diag = {0};
        struct study *study;
        size_t count = 0;
        gsl_set_error_handler_off();
        if (study_load(&request, &diag, &study) < 0 || study_run(study, &diag) < 0) {
            diag_print(&diag, cluster->word, stderr);
            _exit(1);
        }
        const struct result *results = study_results(study, &count);
        _exit(write(ends[1], results, count * sizeof *results) < 0);
    }
    close(ends[1]);
    size_t bytes = 0;
    for (ssize_t got; (got = read(ends[0], (char *)ret + bytes, room * sizeof *ret - bytes)) > 0;)
        bytes += (size_t)got;
    close(ends[0]);
    waitpid(child, NULL, 0);
    return bytes / sizeof *ret;
}

/* A flow carries whole bytes, so each of an All-to-All's is off by half a byte at most, and all of
 * one GPU's by half a byte a peer on its slowest link: 1.8 ns for 72 GPUs at 20 GB/s, that of the
 * PCIe box. A schedule has at most four All-to-Alls, or that many in each chunk. */
static double rounding_s(const struct result *result)
{
    double exchanges = 4 * (double)(result->chunks ? result->chunks : 1);
    return exchanges * 0.5 * (double)result->ranks / 20e9;
}

/* Slots and degrees that are equally fast but for rounding: SimGrid's, of a nanosecond at each end
 * of a flow, may prefer another one. */
static bool same_choice(const struct result *a, const struct result *b)
{
    return a->slot == b->slot && a->chunks == b->chunks && a->backward_slot == b->backward_slot &&
           a->backward_chunks == b->backward_chunks;
}

/* Returns whether any GPU stood for another. */
static bool compare(const struct cluster *cluster, bool few)
{
    enum { ROOM = 64 };
    static struct result folded[ROOM], whole[ROOM];
    size_t count = run_apart(cluster, FOLD_AUTO, few, folded, ROOM);
    gsl_test_int((int)run_apart(cluster, FOLD_NEVER, few, whole, ROOM), (int)count, "%s: schedules",
                 cluster->word);
    size_t least = cluster->choice ? cluster->choice->count : few ? 3 : 10;
    gsl_test(count < least, "%s: %zu schedules", cluster->word, count);
    bool any_folded = false;
    for (size_t i = 0; i < count; i++) {
        const struct result *a = &folded[i], *b = &whole[i];
        any_folded |= a->simulated_ranks < a->ranks;
        gsl_test_int((int)b->simulated_ranks, (int)b->ranks, "%s, %zu: whole", cluster->word, i);
        /* 0.5 % is what is promised; rounding leaves much less. */
        double pair_s = rounding_s(b) + 1e-7 * b->pair_time_s;
        gsl_test_abs(a->pair_time_s, b->pair_time_s, pair_s, "%s, %zu: pair", cluster->word, i);
        gsl_test_rel(a->end_to_end_time_s, b->end_to_end_time_s, pair_s / b->pair_time_s,
                     "%s, %zu: end to end", cluster->word, i);
        if (!same_choice(a, b))
            continue;
        gsl_test_abs(a->a2a_time_s, b->a2a_time_s, pair_s, "%s, %zu: A2A", cluster->word, i);
        gsl_test_abs(a->exposed_a2a_s, b->exposed_a2a_s, pair_s, "%s, %zu: exposed", cluster->word,
                     i);
        gsl_test_abs(a->overlap_ratio, b->overlap_ratio, 2 * pair_s / b->a2a_time_s,
                     "%s, %zu: overlap", cluster->word, i);
        gsl_test_rel(a->a2a_bound_ratio, b->a2a_bound_ratio, pair_s / b->a2a_time_s,
                     "%s, %zu: bound", cluster->word, i);
    }
    return any_folded;
}

static void compare_all(const struct cluster *clusters, size_t count, bool few)
{
    for (size_t i = 0; i < count; i++)
        gsl_test(compare(&clusters[i], few) == clusters[i].whole, "%s: what is alike is folded",
                 clusters[i].word);
}

static void compare_matrix(const struct choice *choice)
{
    static const char *const algorithms[] = {"pairwise", "pairwise-rounds", "hierarchical",
                                             "two-hop",  "low-latency",     "host-staged"};
    for (size_t p = 0; p < sizeof places / sizeof *places; p++)
        for (size_t a = 0; a < sizeof algorithms / sizeof *algorithms; a++) {
            bool staged = strcmp(algorithms[a], "host-staged") == 0;
            if (staged ? !places[p].memories : places[p].no_peers)
                continue;
            if (choice && choice->fetches && places[p].no_host)
                continue;
            struct cluster cluster = {.word = places[p].word,
                                      .experts = places[p].experts,
                                      .algorithm = algorithms[a],
                                      .choice = choice,
                                      .mode = choice ? choice->mode : MODE_INFERENCE};
            /* In rounds, no two GPUs of this dragonfly see the same. */
            bool unlike = strcmp(places[p].word, "32x4xa100-dragonfly") == 0 &&
                          strcmp(algorithms[a], "pairwise-rounds") == 0;
            gsl_test(compare(&cluster, false) == unlike, "%s, %s: what is alike is folded",
                     places[p].word, algorithms[a]);
        }
}

int main(int argc, char *argv[])
{
    const char *part = argc > 1 ? argv[1] : "small";
    if (strcmp(part, "small") == 0)
        compare_all(small, sizeof small / sizeof *small, false);
    else if (strcmp(part, "brief") == 0)
        compare_all(small, BRIEF, true);
    else if (strcmp(part, "large") == 0)
        compare_all(large, sizeof large / sizeof *large, true);
    else if (strcmp(part, "matrix") == 0)
        compare_matrix(NULL);
    else
        for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
            compare_matrix(&choices[i]);
    return gsl_test_summary();
}
