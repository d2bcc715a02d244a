/* Our routes beside SimGrid's: the same All-to-All on a star, fat trees and a dragonfly, once on
 * the platform that we write, a Dijkstra zone, once on SimGrid's cluster zone of that shape.
 *
 * Every link carries 1 GB/s each way; one GPU a node. Latencies are 0: SimGrid 3.32 counts those of
 * its cluster zones twice. */
#include <math.h>

#include <simgrid/actor.h>
#include <simgrid/comm.h>
#include <simgrid/engine.h>
#include <simgrid/host.h>
#include <simgrid/mailbox.h>
#include "tests/model/rig.h"

#define BYTES 16e6

struct zone {
    const char *why, *simgrid; /* attributes of SimGrid's <cluster> */
    size_t ranks;
    const char *node_count, *for_names, *switches, *links; /* of our fabric */
};

#define WIRE "\"type\":\"wire\"}"

static const struct zone zones[] = {
    {"star", "", 8, "8", "", "\"hub\"",
     "{\"for\":{\"n\":8},\"from\":\"node{n}/gpu0\",\"to\":\"hub\"," WIRE},
    {"fat tree, two levels, 2:1", "topology=\"FAT_TREE\" topo_parameters=\"2;4,4;1,2;1,1\"", 16,
     "16", "\"for\":{\"l\":4,\"s\":2},", "\"leaf{l}\",\"spine{s}\"",
     "{\"for\":{\"l\":4,\"i\":4},\"from\":\"node{4*l+i}/gpu0\",\"to\":\"leaf{l}\"," WIRE
     ",{\"for\":{\"l\":4,\"s\":2},\"from\":\"leaf{l}\",\"to\":\"spine{s}\"," WIRE},
    {"fat tree, two levels, 1:1", "topology=\"FAT_TREE\" topo_parameters=\"2;4,4;1,4;1,1\"", 16,
     "16", "\"for\":{\"l\":4,\"s\":4},", "\"leaf{l}\",\"spine{s}\"",
     "{\"for\":{\"l\":4,\"i\":4},\"from\":\"node{4*l+i}/gpu0\",\"to\":\"leaf{l}\"," WIRE
     ",{\"for\":{\"l\":4,\"s\":4},\"from\":\"leaf{l}\",\"to\":\"spine{s}\"," WIRE},
    {"fat tree, three levels", "topology=\"FAT_TREE\" topo_parameters=\"3;2,2,4;1,2,2;1,1,1\"", 16,
     "16", "\"for\":{\"l\":8,\"p\":4,\"s\":2,\"c\":4},", "\"leaf{l}\",\"mid{p}_{s}\",\"core{c}\"",
     "{\"for\":{\"l\":8,\"i\":2},\"from\":\"node{2*l+i}/gpu0\",\"to\":\"leaf{l}\"," WIRE
     ",{\"for\":{\"p\":4,\"l\":2,\"s\":2},\"from\":\"leaf{2*p+l}\",\"to\":\"mid{p}_{s}\"," WIRE
     ",{\"for\":{\"p\":4,\"s\":2,\"c\":2},\"from\":\"mid{p}_{s}\",\"to\":\"core{2*s+c}\"," WIRE},
    {"dragonfly", "topology=\"DRAGONFLY\" topo_parameters=\"3,1;1,1;3,1;2\"", 18, "18",
     "\"for\":{\"g\":3,\"i\":3},", "\"router{g}_{i}\"",
     "{\"for\":{\"g\":3,\"i\":3,\"j\":2},\"from\":\"node{6*g+2*i+j}/"
     "gpu0\",\"to\":\"router{g}_{i}\"," WIRE
     ",{\"for\":{\"g\":3,\"i\":3},\"from\":\"router{g}_{i}\",\"to\":\"router{g}_{i+1%3}\"," WIRE
     ",{\"from\":\"router0_1\",\"to\":\"router1_0\",\"type\":\"far\"}"
     ",{\"from\":\"router0_2\",\"to\":\"router2_0\",\"type\":\"far\"}"
     ",{\"from\":\"router1_2\",\"to\":\"router2_1\",\"type\":\"far\"}"},
};

/* What the children tell: when the first and the last rank are done. */
struct ends {
    double first_s, last_s;
};

static char *document_of(const struct zone *zone)
{
    return mem_format(
        "{\"schema\":\"scmoesim/topology/1\",\"name\":\"z\",\"summary\":\"\",\"source\":\"by "
        "hand\","
        "\"gpu\":\"a30\",\"node_count\":%s,\"link_types\":{\"wire\":{\"bandwidth_bytes_per_s\":1e9,"
        "\"efficiency_ratio\":1,\"latency_s\":0,\"source\":\"by hand\"},\"far\":{"
        "\"bandwidth_bytes_per_s\":1e9,\"efficiency_ratio\":1,\"latency_s\":0,\"hops\":3,"
        "\"source\":\"by "
        "hand\"}},\"node\":{\"gpus\":1,\"links\":[]},\"fabric\":{%s\"switches\":[%s],"
        "\"links\":[%s]},\"all_to_all\":{\"algorithm\":\"pairwise\",\"setup_s\":0,\"sm_share_"
        "ratio\":0,"
        "\"source\":\"by hand\"}}",
        zone->node_count, zone->for_names, zone->switches, zone->links);
}

static struct rig open_flows(const struct zone *zone, const char *algorithm)
{
    char *text = document_of(zone);
    struct rig rig = rig_open(text, zone->ranks, algorithm);
    free(text);
    return rig;
}

static struct ends play_ours(const struct zone *zone, const char *algorithm)
{
    struct rig rig = open_flows(zone, algorithm);
    struct plan_operator operators[1];
    struct step steps[] = {{"a2a", OPERATOR_DISPATCH, 1, {0}, 0, BYTES}};
    struct plan plan = rig_plan(&rig, rig.ranks, steps, 1, 2, operators);
    double *nothing = mem_zeroed(rig.ranks, sizeof *nothing);
    struct timeline *timeline = rig_play(&rig, &plan, nothing, 0, 0);
    struct ends ends = {INFINITY, timeline->end_s};
    for (size_t r = 0; r < rig.ranks; r++)
        ends.first_s = fmin(ends.first_s, timeline_span(timeline, r, 0)->end_s);
    timeline_free(timeline);
    free(nothing);
    rig_close(&rig);
    return ends;
}

/* ---- The same flows on SimGrid's own zone, told by its own means: mailboxes ---- */

struct member {
    const struct flow_set *flows;
    size_t rank;
    double end_s;
};

static void start_flows(const struct member *me, size_t step, sg_comm_t *running, size_t *count)
{
    static char payload;
    static void *received;
    for (size_t f = 0; f < me->flows->flow_count; f++) {
        const struct flow *flow = &me->flows->flows[f];
        char name[32];
        if (flow->step != step || (flow->from != me->rank && flow->to != me->rank))
            continue;
        snprintf(name, sizeof name, "%zu", f);
        sg_mailbox_t mailbox = sg_mailbox_by_name(name);
        long bytes = lround(BYTES * flow->share_ratio);
        running[(*count)++] = flow->from == me->rank
                                  ? sg_mailbox_put_async(mailbox, &payload, bytes)
                                  : sg_mailbox_get_async(mailbox, &received);
    }
}

static void run_member(int argc, char *argv[])
{
    (void)argc;
    (void)argv;
    struct member *me = sg_actor_self_get_data();
    for (size_t step = 0; step < me->flows->step_count; step++) {
        size_t count = 0;
        sg_comm_t *running = mem_zeroed(2 * me->flows->flow_count, sizeof *running);
        start_flows(me, step, running, &count);
        for (size_t i = 0; i < count; i++)
            sg_comm_wait(running[i]);
        free(running);
    }
    me->end_s = simgrid_get_clock();
}

static void load_zone(const struct zone *zone)
{
    char path[] = "/tmp/zone-XXXXXX";
    FILE *file = fdopen(mkstemp(path), "w");
    fprintf(file,
            "<?xml version='1.0'?>\n"
            "<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n"
            "<platform version=\"4.1\"><cluster id=\"c\" prefix=\"h\" suffix=\"\" "
            "radical=\"0-%zu\" speed=\"1f\" bw=\"1GBps\" lat=\"0us\" %s/></platform>\n",
            zone->ranks - 1, zone->simgrid);
    fclose(file);
    simgrid_load_platform(path);
    unlink(path);
}

static struct ends play_theirs(const struct zone *zone, const char *algorithm)
{
    char *arguments[] = {(char *)(size_t) "zones",
                         (char *)(size_t) "--cfg=network/model:CM02",
                         (char *)(size_t) "--cfg=network/TCP-gamma:0",
                         (char *)(size_t) "--cfg=network/crosstraffic:0",
                         (char *)(size_t) "--cfg=maxmin/precision:1e-9",
                         (char *)(size_t) "--log=root.app:file:/dev/null",
                         NULL};
    int count = 6;
    struct rig rig = open_flows(zone, algorithm);
    struct member *members = mem_zeroed(rig.ranks, sizeof *members);
    struct ends ends = {INFINITY, 0};
    simgrid_init(&count, arguments);
    load_zone(zone);
    for (size_t r = 0; r < rig.ranks; r++) {
        char name[32];
        snprintf(name, sizeof name, "h%zu", r);
        members[r] = (struct member){rig.flows, r, 0};
        sg_actor_t actor = sg_actor_init("member", sg_host_by_name(name));
        sg_actor_set_data(actor, &members[r]);
        sg_actor_start_(actor, run_member, 0, NULL);
    }
    simgrid_run();
    for (size_t r = 0; r < rig.ranks; r++) {
        ends.first_s = fmin(ends.first_s, members[r].end_s);
        ends.last_s = fmax(ends.last_s, members[r].end_s);
    }
    free(members);
    rig_close(&rig);
    return ends;
}

static struct ends play(const struct zone *zone, const char *algorithm, bool simgrid_routes)
{
    return simgrid_routes ? play_theirs(zone, algorithm) : play_ours(zone, algorithm);
}

static struct ends play_apart(const struct zone *zone, const char *algorithm, bool simgrid_routes)
{
    int pipes[2];
    struct ends ends = {0};
    fflush(NULL);
    if (pipe(pipes) < 0)
        return ends;
    pid_t child = fork();
    if (child == 0) {
        ends = play(zone, algorithm, simgrid_routes);
        _exit(write(pipes[1], &ends, sizeof ends) == sizeof ends ? 0 : 1);
    }
    close(pipes[1]);
    gsl_test(read(pipes[0], &ends, sizeof ends) != sizeof ends, "%s plays", zone->why);
    close(pipes[0]);
    waitpid(child, NULL, 0);
    return ends;
}

int main(void)
{
    static const char *const algorithms[] = {"pairwise", "pairwise-rounds"};
    for (size_t z = 0; z < sizeof zones / sizeof *zones; z++)
        for (size_t a = 0; a < 2; a++) {
            struct ends ours = play_apart(&zones[z], algorithms[a], false);
            struct ends theirs = play_apart(&zones[z], algorithms[a], true);
            gsl_test_rel(ours.last_s, theirs.last_s, 1e-9, "%s, %s: the last", zones[z].why,
                         algorithms[a]);
            gsl_test_rel(ours.first_s, theirs.first_s, 1e-9, "%s, %s: the first", zones[z].why,
                         algorithms[a]);
        }
    return gsl_test_summary();
}
