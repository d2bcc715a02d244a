/* A platform and plans built by hand, for tests of the engine alone. One rig per process. */
#ifndef SCMOESIM_TESTS_RIG_H
#define SCMOESIM_TESTS_RIG_H

#include "sim/base/mem.h"
#include "sim/engine/platform.h"
#include "sim/engine/engine.h"
#include "tests/model/case.h"

struct rig {
    struct topology *topology;
    struct router *router;
    struct flow_set *flows;
    struct engine *engine;
    size_t ranks;
};

/* Opens the engine of a rig that has everything else. */
static inline void rig_start(struct rig *rig)
{
    struct diag diag = {0};
    struct text xml = {0};
    const struct flow_set *flows = rig->flows;
    platform_write_xml(rig->topology, rig->router, &flows, 1, &xml);
    const char **names = mem_zeroed(rig->ranks, sizeof *names);
    for (size_t i = 0; i < rig->ranks; i++) {
        struct text name = {0};
        platform_host_name(rig->topology, i, &name);
        names[i] = name.text;
    }
    int r = engine_open(&xml, names, rig->ranks, &diag, &rig->engine);
    for (size_t i = 0; i < rig->ranks; i++)
        free((void *)(size_t)names[i]);
    free(names);
    text_done(&xml);
    if (r < 0) {
        diag_print(&diag, "rig", stderr);
        _exit(1);
    }
}

/* A topology of one node as JSON, from its GPU count, switches, link types and links. */
static inline struct rig rig_open(const char *topology_json, size_t ep, const char *algorithm,
                                  bool aggregate)
{
    struct diag diag = {0};
    struct rig rig = {0};
    struct json *doc = NULL;
    int r = json_parse("rig.json", topology_json, strlen(topology_json), &diag, &doc);
    if (r == 0)
        r = topology_read(doc, &diag, &rig.topology);
    json_free(doc);
    if (r == 0) {
        rig.router = a2a_algorithm_staged(algorithm) ? router_new_staged(rig.topology)
                                                     : router_new(rig.topology);
        rig.ranks = topology_ranks(rig.topology);
        struct a2a_request request = {.topology = rig.topology,
                                      .router = rig.router,
                                      .algorithm = algorithm,
                                      .ep = ep,
                                      .aggregate = aggregate};
        r = flow_set_build(&request, &diag, &rig.flows);
    }
    if (r < 0) {
        diag_print(&diag, "rig", stderr);
        _exit(1);
    }
    rig_start(&rig);
    return rig;
}

static inline void rig_close(struct rig *rig)
{
    engine_close(rig->engine);
    flow_set_free(rig->flows);
    router_free(rig->router);
    topology_free(rig->topology);
}

/* "name kind queue waits", e.g. {"d", OPERATOR_DISPATCH, 1, {0}, 1, bytes}. */
struct step {
    const char *name;
    enum operator_kind kind;
    size_t queue;
    size_t after[4], after_count;
    double comm_bytes;
};

/* Borrows the steps. */
static inline struct plan rig_plan(const struct rig *rig, size_t ep, struct step *steps,
                                   size_t count, size_t queues, struct plan_operator *operators)
{
    static char *names[] = {(char *)(size_t) "compute", (char *)(size_t) "communication",
                            (char *)(size_t) "third"};
    for (size_t i = 0; i < count; i++)
        operators[i] = (struct plan_operator){.name = (char *)(size_t)steps[i].name,
                                              .kind = steps[i].kind,
                                              .queue = steps[i].queue,
                                              .after = steps[i].after,
                                              .after_count = steps[i].after_count,
                                              .comm_bytes = steps[i].comm_bytes};
    return (struct plan){.schedule = (char *)(size_t) "rig",
                         .ranks = rig->ranks,
                         .ep = ep,
                         .queues = names,
                         .queue_count = queues,
                         .operators = operators,
                         .operator_count = count,
                         .chunks = 1};
}

/* Plays or ends the child. */
static inline struct timeline *rig_play_job(struct rig *rig, const struct engine_job *job)
{
    struct diag diag = {0};
    struct timeline *timeline = NULL;
    if (engine_play(rig->engine, job, &diag, &timeline) < 0) {
        diag_print(&diag, "rig", stderr);
        _exit(1);
    }
    return timeline;
}

/* compute_s is [rank * count + operator]. */
static inline struct timeline *rig_play(struct rig *rig, const struct plan *plan,
                                        const double *compute_s, double setup_s, double sm_share)
{
    struct engine_job job = {.plan = plan,
                             .compute_s = compute_s,
                             .dispatch = rig->flows,
                             .combine = rig->flows,
                             .a2a_setup_s = setup_s,
                             .sm_share_ratio = sm_share};
    return rig_play_job(rig, &job);
}

static inline struct timeline *rig_play_kernels(struct rig *rig, const struct plan *plan,
                                                const double *compute_s, double kernels_s)
{
    struct engine_job job = {.plan = plan,
                             .compute_s = compute_s,
                             .dispatch = rig->flows,
                             .combine = rig->flows,
                             .a2a_kernels_s = kernels_s};
    return rig_play_job(rig, &job);
}

#define RIG_HEAD                                                                                   \
    "{\"schema\":\"scmoesim/topology/1\",\"name\":\"rig\",\"summary\":\"\",\"source\":\"by "       \
    "hand\","                                                                                      \
    "\"gpu\":\"a30\",\"node_count\":1,\"all_to_all\":{\"algorithm\":\"pairwise\",\"setup_s\":0,"   \
    "\"per_peer_s\":0,\"sm_share_ratio\":0,\"source\":\"by hand\"},"
/* 1 GB/s and no latency: a byte takes a nanosecond. */
#define RIG_TYPES                                                                                  \
    "\"link_types\":{\"wire\":{\"bandwidth_bytes_per_s\":1e9,\"efficiency_ratio\":1,"              \
    "\"latency_s\":0,\"duplex\":\"full\",\"source\":\"by hand\"}},"
#define RIG_STAR(gpus)                                                                             \
    RIG_HEAD RIG_TYPES "\"node\":{\"gpus\":" gpus ",\"switches\":[\"hub\"],\"links\":[{\"for\":"   \
                       "{\"g\":" gpus "},\"from\":\"gpu{g}\",\"to\":\"hub\",\"type\":\"wire\"}]}}"

#endif
