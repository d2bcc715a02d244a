/* Clusters and plans built by hand, for tests of the engine alone. SimGrid has one platform a
 * process, hence one rig per process. */
#ifndef SCMOESIM_TESTS_RIG_H
#define SCMOESIM_TESTS_RIG_H

#include "sim/base/mem.h"
#include "sim/collective/ring.h"
#include "sim/engine/simgrid.h"
#include "sim/engine/network.h"
#include "sim/engine/queue_walker.h"
#include "tests/model/case.h"

struct rig {
    struct topology *topology;
    struct router *router;
    struct flow_set *flows;
    size_t ranks;
};

/* A topology of one node as JSON, from its GPU count, switches, link types and links. */
static inline struct rig rig_open(const char *topology_json, size_t ep, const char *algorithm)
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
        struct a2a_request request = {
            .topology = rig.topology, .router = rig.router, .algorithm = algorithm, .ep = ep};
        r = flow_set_build(&request, &diag, &rig.flows);
    }
    if (r < 0) {
        diag_print(&diag, "rig", stderr);
        _exit(1);
    }
    return rig;
}

static inline void rig_close(struct rig *rig)
{
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

/* What a play of a rig goes by. */
struct rig_job {
    const struct plan *plan;
    const double *compute_s; /* [rank * operators + operator] */
    const struct flow_set *dispatch, *combine;
    const double *a2a_s;         /* [operator]: measured; NULL: none */
    const struct flow_set *ring; /* beside the plan from its beginning on; NULL: none */
    double ring_bytes;           /* that a rank sends in it */
    double setup_s, floor_s, sm_share_ratio, kernels_s;
    const struct fold *fold; /* of dispatch (and combine, the same), then of the ring */
    enum network_kind network;
    double window_s; /* of max-min */
};

static inline void rig_must(int r, const struct diag *diag)
{
    if (r >= 0)
        return;
    diag_print(diag, "rig", stderr);
    _exit(1);
}

/* The plan, and the ring as an operator of its own queue; borrows all but two arrays. */
static inline struct plan rig_with_ring(const struct rig_job *job)
{
    struct plan plan = *job->plan;
    size_t n = plan.operator_count;
    static struct plan_group all = {(char *)(size_t) "data", 0, 1};
    static char ring[] = "ring";
    all.size = plan.ranks;
    plan.groups = &all;
    plan.group_count = 1;
    plan.operators = mem_zeroed(n + 1, sizeof *plan.operators);
    memcpy(plan.operators, job->plan->operators, n * sizeof *plan.operators);
    plan.queues = mem_zeroed(plan.queue_count + 1, sizeof *plan.queues);
    memcpy(plan.queues, job->plan->queues, plan.queue_count * sizeof *plan.queues);
    if (!job->ring)
        return plan;
    plan.operators[n] = (struct plan_operator){
        .name = ring, .kind = OPERATOR_ALL_REDUCE, .queue = plan.queue_count};
    plan.operator_count = n + 1;
    plan.queues[plan.queue_count++] = ring;
    return plan;
}

static inline struct walk_communication *rig_communication(const struct rig_job *job,
                                                           const struct plan *plan)
{
    struct walk_communication *ret = mem_zeroed(plan->operator_count + 1, sizeof *ret);
    size_t sets = job->combine != job->dispatch ? 2 : 1;
    for (size_t o = 0; o < plan->operator_count; o++) {
        const struct plan_operator *op = &plan->operators[o];
        if (op->kind == OPERATOR_ALL_REDUCE)
            ret[o] = (struct walk_communication){.communicates = true,
                                                 .set = sets,
                                                 .sent_bytes = job->ring_bytes,
                                                 .sm_share_ratio = job->sm_share_ratio};
        else if (operator_is_all_to_all(op->kind))
            ret[o] = (struct walk_communication){
                .communicates = true,
                .set = op->kind == OPERATOR_COMBINE ? sets - 1 : 0,
                .sent_bytes = op->comm_bytes,
                .measured_s = job->a2a_s ? job->a2a_s[o] : 0,
                .setup_s = job->setup_s,
                .floor_s = job->floor_s,
                .kernels_s = job->kernels_s,
                .sm_share_ratio = job->sm_share_ratio,
            };
    }
    return ret;
}

static inline size_t rig_sets(const struct rig_job *job, const struct flow_set *ret[3])
{
    size_t count = 0;
    ret[count++] = job->dispatch;
    if (job->combine != job->dispatch)
        ret[count++] = job->combine;
    if (job->ring)
        ret[count++] = job->ring;
    return count;
}

/* Fails as walk_plan does. */
static inline int rig_try(struct rig *rig, const struct rig_job *job, struct diag *diag,
                          struct timeline **ret)
{
    const struct flow_set *sets[3];
    size_t set_count = rig_sets(job, sets);
    struct plan plan = rig_with_ring(job);
    struct flow_table table;
    struct network *network;
    struct simgrid_request request = {rig->topology, rig->router, sets, set_count, sets, set_count};
    flow_table_build(plan.ranks, sets, set_count, job->fold, &table);
    if (job->network == NETWORK_FOLDED)
        network = network_folded(job->fold);
    else if (job->network == NETWORK_MAXMIN)
        network = network_maxmin(rig->topology, rig->router, sets, set_count, job->window_s);
    else
        rig_must(network_simgrid(&request, diag, &network), diag);
    double *compute_s = mem_zeroed(table.rows * plan.operator_count + 1, sizeof *compute_s);
    for (size_t row = 0; row < table.rows; row++)
        for (size_t o = 0; o < job->plan->operator_count; o++)
            compute_s[row * plan.operator_count + o] =
                job->compute_s[table.rank_of[row] * job->plan->operator_count + o];
    struct walk_communication *communication = rig_communication(job, &plan);
    struct walk_job walk = {.plan = &plan,
                            .table = &table,
                            .network = network,
                            .compute_s = compute_s,
                            .communication = communication};
    int r = walk_plan(&walk, diag, ret);
    network->free(network);
    flow_table_done(&table);
    free(compute_s);
    free(communication);
    free(plan.operators);
    free(plan.queues);
    return r;
}

/* Plays or ends the child. */
static inline struct timeline *rig_play_job(struct rig *rig, const struct rig_job *job)
{
    struct diag diag = {0};
    struct timeline *timeline = NULL;
    rig_must(rig_try(rig, job, &diag, &timeline), &diag);
    return timeline;
}

/* Plays it by SimGrid and by max-min, which must agree to SimGrid's smallest step in time at each
 * of a step's ends. Returns the latter's. */
static inline struct timeline *rig_play_both(struct rig *rig, struct rig_job job)
{
    job.network = NETWORK_SIMGRID;
    struct timeline *theirs = rig_play_job(rig, &job);
    job.network = NETWORK_MAXMIN;
    struct timeline *ours = rig_play_job(rig, &job);
    size_t steps = job.dispatch->step_count + 1;
    for (size_t i = 0; i < ours->ranks * ours->operators; i++)
        gsl_test_abs(ours->spans[i].end_s, theirs->spans[i].end_s,
                     2e-9 * (double)steps + 2e-9 * ours->end_s, "SimGrid and max-min agree");
    timeline_free(theirs);
    return ours;
}

/* compute_s is [rank * count + operator]. */
static inline struct timeline *rig_play(struct rig *rig, const struct plan *plan,
                                        const double *compute_s, double setup_s, double sm_share)
{
    return rig_play_both(rig, (struct rig_job){.plan = plan,
                                               .compute_s = compute_s,
                                               .dispatch = rig->flows,
                                               .combine = rig->flows,
                                               .setup_s = setup_s,
                                               .sm_share_ratio = sm_share});
}

static inline struct timeline *rig_play_kernels(struct rig *rig, const struct plan *plan,
                                                const double *compute_s, double kernels_s)
{
    return rig_play_both(rig, (struct rig_job){.plan = plan,
                                               .compute_s = compute_s,
                                               .dispatch = rig->flows,
                                               .combine = rig->flows,
                                               .kernels_s = kernels_s});
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
