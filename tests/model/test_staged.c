/* All-to-Alls through the hosts' memory: timelines worked out by hand, and laws.
 *
 * Two sockets of two GPUs, no latency, one flow for each pair. GPUs have 4 GB/s each way, the link
 * between the sockets 1 GB/s, memories 8 GB/s each way, where a case does not say otherwise. A
 * payload byte is 1 / 0.865 bytes on the wire (sim/collective/algorithm.c). */
#include <math.h>
#include "sim/study/alltoall_alone.h"
#include "tests/model/rig.h"

#define RATIO 0.865

#define TYPE(name, rate, duplex)                                                                   \
    "\"" name "\":{\"bandwidth_bytes_per_s\":" rate ",\"efficiency_ratio\":1,\"latency_s\":0,"     \
    "\"duplex\":\"" duplex "\",\"source\":\"by hand\"}"
/* Which GPUs hang on which socket is what relabelling changes. */
#define BOX(gpu, socket, memory, duplex, first, second, more)                                      \
    "{\"schema\":\"scmoesim/topology/1\",\"name\":\"rig\",\"summary\":\"\",\"source\":\"by "       \
    "hand\","                                                                                      \
    "\"gpu\":\"a30\",\"node_count\":1,\"link_types\":{" TYPE("g", gpu, "full") "," TYPE(           \
        "s", socket,                                                                               \
        "full") "," TYPE("m", memory,                                                              \
                         duplex) "},\"node\":{\"gpus\":4,"                                         \
                                 "\"for\":{\"s\":2},\"switches\":[\"s{s}\"],\"memories\":[\"m{s}"  \
                                 "\"],\"links\":["                                                 \
                                 "{\"from\":[" first "],\"to\":\"s0\",\"type\":\"g\"},"            \
                                 "{\"from\":[" second "],\"to\":\"s1\",\"type\":\"g\"},"           \
                                 "{\"from\":\"s0\",\"to\":\"s1\",\"type\":\"s\"},"                 \
                                 "{\"for\":{\"s\":2},\"from\":\"s{s}\",\"to\":\"m{s}\",\"type\":"  \
                                 "\"m\"}]}," more "\"all_to_all\":{\"algorithm\":\"host-staged\"," \
                                 "\"setup_s\":0,\"sm_share_ratio\":0,"                             \
                                 "\"peer_access\":false,\"source\":\"by hand\"}}"
#define IN_ORDER(gpu, socket, memory, duplex, more)                                                \
    BOX(gpu, socket, memory, duplex, "\"gpu0\",\"gpu1\"", "\"gpu2\",\"gpu3\"", more)

struct timed {
    const char *why, *box, *algorithm;
    double end_s;
    const double *pairs; /* [from * 4 + to]: shares; NULL: a quarter each */
};

static double end_of(struct rig *rig, double bytes)
{
    struct step steps[] = {
        {.name = "d", .kind = OPERATOR_DISPATCH, .queue = 1, .comm_bytes = bytes}};
    struct plan_operator operators[1];
    struct plan plan = rig_plan(rig, 4, steps, 1, 2, operators);
    double compute_s[4] = {0};
    struct timeline *timeline = rig_play(rig, &plan, compute_s, 0, 0);
    double end_s = timeline->end_s;
    timeline_free(timeline);
    return end_s;
}

/* The same platform, other bytes for each pair. */
static void take_pairs(struct rig *rig, const double *pairs)
{
    struct diag diag = {0};
    struct traffic traffic = traffic_balanced(4, 4, 4);
    traffic.pair_ratio = mem_zeroed(16, sizeof *traffic.pair_ratio);
    memcpy(traffic.pair_ratio, pairs, 16 * sizeof *pairs);
    struct a2a_request request = {.topology = rig->topology,
                                  .router = rig->router,
                                  .algorithm = "host-staged",
                                  .ep = 4,
                                  .traffic = &traffic};
    flow_set_free(rig->flows);
    gsl_test_int(flow_set_build(&request, &diag, &rig->flows), 0, "uneven flows");
    traffic_done(&traffic);
}

static void one_exchange(const void *argument)
{
    const struct timed *timed = argument;
    struct rig rig = rig_open(timed->box, 4, timed->algorithm);
    if (timed->pairs)
        take_pairs(&rig, timed->pairs);
    double end_s = end_of(&rig, 4e6), bound_s = 4e6 * rig.flows->bound.s_per_byte;
    gsl_test_rel(end_s, timed->end_s, 1e-6, "%s", timed->why); /* flows are whole bytes */
    gsl_test(end_s < bound_s * (1 - 1e-6), "%s: %g s, the busiest link needs %g", timed->why, end_s,
             bound_s);
    rig_close(&rig);
}

static const double to_first[16] = {1, 0, 0, 0, 0.25, 0.25, 0.25, 0.25, 1, 0, 0, 0, 0, 0, 0, 1};

static const struct timed rows[] = {
    /* Four pairs of 1 MB cross the sockets each way. */
    {"sockets", IN_ORDER("4e9", "1e9", "8e9", "full", ""), "host-staged", 4e-3 / RATIO, NULL},
    /* Each memory takes what its two GPUs receive, 6 MB, and gives it back. */
    {"memories", IN_ORDER("4e9", "4e9", "1e9", "full", ""), "host-staged", 6e-3 / RATIO, NULL},
    /* Half-duplex memory has both on one link. */
    {"half-duplex memories", IN_ORDER("4e9", "4e9", "1e9", "half", ""), "host-staged",
     12e-3 / RATIO, NULL},
    /* 3 MB leave each GPU, and 3 MB come. */
    {"GPUs", IN_ORDER("1e9", "8e9", "8e9", "full", ""), "host-staged", 3e-3 / RATIO, NULL},
    {"a worn cable to memory",
     IN_ORDER("4e9", "4e9", "1e9", "full",
              "\"degraded\":[{\"links\":\"node0/s0-m0>\",\"bandwidth_ratio\":0.5}],"),
     "host-staged", 12e-3 / RATIO, NULL},
    /* 3 MB each way over the 1 GB/s that are left. */
    {"a slow GPU link",
     IN_ORDER("4e9", "8e9", "8e9", "full",
              "\"degraded\":[{\"links\":\"node0/gpu3-*\",\"bandwidth_ratio\":0.25}],"),
     "host-staged", 3e-3 / RATIO, NULL},
    /* All of GPU 2 and a quarter of GPU 1 goes to GPU 0: 4 + 1 MB through its own link; of them
     * 4 MB cross the sockets that way. */
    {"everything for one GPU", IN_ORDER("1e9", "8e9", "8e9", "full", ""), "host-staged",
     5e-3 / RATIO, to_first},
    {"everything for one GPU, over the sockets", IN_ORDER("4e9", "1e9", "8e9", "full", ""),
     "host-staged", 4e-3 / RATIO, to_first},
    /* The same GPUs in another order. */
    {"relabelled", BOX("4e9", "1e9", "8e9", "full", "\"gpu3\",\"gpu1\"", "\"gpu0\",\"gpu2\"", ""),
     "host-staged", 4e-3 / RATIO, NULL},
};

/* ---- Laws on shipped figures ---- */

struct law {
    const char *box, *algorithm;
};

static double last_s[64];

static void write_times(const void *argument)
{
    const struct law *law = argument;
    struct diag diag = {0};
    struct alltoall_alone *lone;
    char set[80];
    snprintf(set, sizeof set, "/topology/all_to_all/algorithm=%s", law->algorithm);
    const char *sets[] = {set};
    struct alltoall_request request = {.topology = law->box, .sets = sets, .set_count = 1};
    if (alltoall_alone_open(&request, &diag, &lone) < 0) {
        diag_print(&diag, "test", stderr);
        _exit(1);
    }
    FILE *file = fopen("staged-times", "w");
    struct alltoall_outcome outcome, before = {0};
    for (double bytes = 4096; bytes < 1e10; bytes *= 8) {
        gsl_test_int(alltoall_alone_play(lone, bytes, &diag, &outcome), 0, "%s %g B plays",
                     law->box, bytes);
        gsl_test(outcome.time_s < before.time_s, "%s: %g B is not faster than fewer", law->box,
                 bytes);
        gsl_test(outcome.time_s < outcome.bound_s * (1 - 1e-6), "%s: %g B within the bound",
                 law->box, bytes);
        fprintf(file, "%.17g\n", outcome.time_s);
        before = outcome;
    }
    fclose(file);
    alltoall_alone_close(lone);
}

static size_t read_times(const struct law *law, double *to)
{
    size_t count = 0;
    in_child(write_times, law, law->box);
    FILE *file = fopen("staged-times", "r");
    while (file && count < 64 && fscanf(file, "%lf", &to[count]) == 1)
        count++;
    if (file)
        fclose(file);
    remove("staged-times");
    return count;
}

/* Through memory nothing is faster than from GPU to GPU: each of its links carries at least as
 * much. */
static void check_box(const char *box)
{
    double direct_s[64];
    size_t direct = read_times(&(struct law){box, "pairwise"}, direct_s);
    size_t staged = read_times(&(struct law){box, "host-staged"}, last_s);
    gsl_test_int((int)staged, (int)direct, "%s: sizes", box);
    gsl_test(staged == 0, "%s: some sizes", box);
    for (size_t i = 0; i < staged && i < direct; i++)
        gsl_test(last_s[i] < direct_s[i] * (1 - 1e-6), "%s: size %zu: %g staged, %g direct", box, i,
                 last_s[i], direct_s[i]);
}

int main(void)
{
    static const char *const boxes[] = {
        "gpu=a30,gpus=2",
        "gpu=a30",
        "gpu=a30,switch=1",
        "gpu=a100,fabric=pcie,switch=4",
        "gpu=a30,sockets=1",
        "gpu=a40,fabric=pairs",
        "gpu=h200,fabric=pcie,switch=1",
        "nodes=2,gpu=a30,gpus=4,nic=2x100G",
        "nodes=2,gpu=a30,gpus=4,nic=1x200G@socket0",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        in_child(one_exchange, &rows[i], rows[i].why);
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++)
        check_box(boxes[i]);
    return gsl_test_summary();
}
