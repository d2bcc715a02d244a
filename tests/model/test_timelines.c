/* Timelines worked out by hand: what an All-to-All takes, who waits for whom, what overlap costs.
 *
 * Links carry 1 GB/s without latency, so that a byte takes a nanosecond. */
#include <math.h>
#include <signal.h>
#include "sim/collective/ring.h"
#include "tests/model/rig.h"

static void expect(const struct timeline *timeline, size_t rank, size_t op, double start_s,
                   double end_s, const char *what)
{
    gsl_test_abs(timeline_span(timeline, rank, op)->start_s, start_s, 1e-12, "%s: start", what);
    gsl_test_abs(timeline_span(timeline, rank, op)->end_s, end_s, 1e-12, "%s: end", what);
}

/* One dispatch, all ranks ready at once. */
static struct timeline *dispatch_once(struct rig *rig, double bytes, double setup_s)
{
    struct step steps[] = {
        {.name = "d", .kind = OPERATOR_DISPATCH, .queue = 1, .comm_bytes = bytes}};
    struct plan_operator operators[1];
    struct plan plan = rig_plan(rig, rig->ranks, steps, 1, 2, operators);
    double *compute_s = mem_zeroed(rig->ranks, sizeof *compute_s);
    struct timeline *timeline = rig_play(rig, &plan, compute_s, setup_s, 0);
    free(compute_s);
    return timeline;
}

/* Two GPUs, each way of one cable: each sends half of 2 MB, both directions at once: 1 ms. */
static void two_gpus(const void *argument)
{
    (void)argument;
    struct rig rig = rig_open(RIG_HEAD RIG_TYPES
                              "\"node\":{\"gpus\":2,\"switches\":[],\"links\":[{\"from\":\"gpu0\","
                              "\"to\":\"gpu1\",\"type\":\"wire\"}]}}",
                              2, "pairwise");
    struct timeline *timeline = dispatch_once(&rig, 2e6, 0);
    expect(timeline, 0, 0, 0, 1e-3, "two GPUs");
    expect(timeline, 1, 0, 0, 1e-3, "two GPUs");
    timeline_free(timeline);
    /* With 0.25 ms of setup before the first byte. */
    timeline = dispatch_once(&rig, 2e6, 0.25e-3);
    expect(timeline, 0, 0, 0, 1.25e-3, "two GPUs with setup");
    timeline_free(timeline);
    rig_close(&rig);
}

/* The same cable half-duplex: both directions share it, 2 ms. */
static void half_duplex(const void *argument)
{
    (void)argument;
    struct rig rig = rig_open(
        RIG_HEAD
        "\"link_types\":{\"bus\":{\"bandwidth_bytes_per_s\":1e9,\"efficiency_ratio\":1,"
        "\"latency_s\":0,\"duplex\":\"half\",\"source\":\"by hand\"}},\"node\":{\"gpus\":2,"
        "\"switches\":[],\"links\":[{\"from\":\"gpu0\",\"to\":\"gpu1\",\"type\":\"bus\"}]}}",
        2, "pairwise");
    struct timeline *timeline = dispatch_once(&rig, 2e6, 0);
    expect(timeline, 0, 0, 0, 2e-3, "half-duplex bus");
    timeline_free(timeline);
    rig_close(&rig);
}

/* Eight on a star: each sends 7/8 of 8 MB through its own cable: 7 ms; merged flows and rounds give
 * the same. */
static void eight_on_a_star(const void *argument)
{
    const char *algorithm = argument;
    struct rig rig = rig_open(RIG_STAR("8"), 8, algorithm);
    struct timeline *timeline = dispatch_once(&rig, 8e6, 0);
    for (size_t r = 0; r < 8; r++)
        expect(timeline, r, 0, 0, 7e-3, algorithm);
    gsl_test_rel(rig.flows->bound.s_per_byte * 8e6, 7e-3, 1e-12, "its bound");
    timeline_free(timeline);
    rig_close(&rig);
}

/* Four GPUs, two on each of two switches joined by one cable. A GPU sends 1 MB to each other one.
 * The cable carries 4 MB each way: 4 ms; inside a switch 3 MB leave each GPU, and the flows to the
 * near peer end early: four cross flows share the cable at 0.25 GB/s each, the near flow gets the
 * GPU's remaining 0.5 GB/s and ends at 2 ms. */
static void shared_uplink(const void *argument)
{
    (void)argument;
    struct rig rig = rig_open(RIG_HEAD RIG_TYPES
                              "\"node\":{\"gpus\":4,\"switches\":[\"left\",\"right\"],\"links\":["
                              "{\"from\":[\"gpu0\",\"gpu1\"],\"to\":\"left\",\"type\":\"wire\"},"
                              "{\"from\":[\"gpu2\",\"gpu3\"],\"to\":\"right\",\"type\":\"wire\"},"
                              "{\"from\":\"left\",\"to\":\"right\",\"type\":\"wire\"}]}}",
                              4, "pairwise");
    struct timeline *timeline = dispatch_once(&rig, 4e6, 0);
    for (size_t r = 0; r < 4; r++)
        expect(timeline, r, 0, 0, 4e-3, "shared uplink");
    gsl_test_rel(rig.flows->bound.s_per_byte * 4e6, 4e-3, 1e-12, "its bound");
    timeline_free(timeline);
    rig_close(&rig);
}

/* Three on a star, whose third cable is 8 us longer: flows with rank 2 have 10 us of latency, the
 * others 2 us. Each carries 1 MB. From 2 to 10 us ranks 0 and 1 exchange alone, 8 kB each way; then
 * every cable's direction is shared by two flows, evenly, however far they go: the near ones end at
 * 10 us + 992 kB / 0.5 GB/s, the far ones at 10 us + 2 ms. Were a far flow given less, it would
 * come later: at 1/5 of a near one's rate, as SimGrid's links give it, at 2.8 ms. */
static void unlike_latencies(const void *argument)
{
    (void)argument;
    struct rig rig = rig_open(
        RIG_HEAD "\"link_types\":{\"near\":{\"bandwidth_bytes_per_s\":1e9,\"efficiency_ratio\":1,"
                 "\"latency_s\":1e-6,\"duplex\":\"full\",\"source\":\"by hand\"},"
                 "\"far\":{\"bandwidth_bytes_per_s\":1e9,\"efficiency_ratio\":1,"
                 "\"latency_s\":9e-6,\"duplex\":\"full\",\"source\":\"by hand\"}},"
                 "\"node\":{\"gpus\":3,\"switches\":[\"hub\"],\"links\":["
                 "{\"from\":[\"gpu0\",\"gpu1\"],\"to\":\"hub\",\"type\":\"near\"},"
                 "{\"from\":\"gpu2\",\"to\":\"hub\",\"type\":\"far\"}]}}",
        3, "pairwise");
    struct timeline *timeline = dispatch_once(&rig, 3e6, 0);
    for (size_t r = 0; r < 3; r++)
        expect(timeline, r, 0, 0, 2.010e-3, "unlike latencies");
    timeline_free(timeline);
    rig_close(&rig);
}

/* 256 ranks of which each has 31 flows on the same NIC. With latencies on SimGrid's links its sums
 * over flows rounded to more than its precision, and it crashed. */
static void many_flows_on_a_link(const void *argument)
{
    (void)argument;
    const size_t ranks = 256;
    struct rig rig = rig_open(
        RIG_HEAD
        "\"link_types\":{\"wire\":{\"bandwidth_bytes_per_s\":48.5e9,\"efficiency_ratio\":1,"
        "\"latency_s\":1.3e-6,\"duplex\":\"full\",\"source\":\"by hand\"}},"
        "\"node\":{\"gpus\":256,\"switches\":[\"hub\"],\"links\":[{\"for\":{\"g\":256},"
        "\"from\":\"gpu{g}\",\"to\":\"hub\",\"type\":\"wire\"}]}}",
        32, "pairwise");
    struct timeline *timeline = dispatch_once(&rig, 48.5e6, 0);
    for (size_t r = 0; r < ranks; r += 51)
        gsl_test_rel(timeline_span(timeline, r, 0)->end_s, 2.6e-6 + 31e-3 / 32, 1e-7,
                     "rank %zu of 256", r);
    timeline_free(timeline);
    rig_close(&rig);
}

static void leave_with_70(int number)
{
    (void)number;
    _exit(70);
}

/* A crash inside the library calls our handler, which is what becomes exit code 70. */
static void crash(void)
{
    engine_on_crash(leave_with_70);
    pid_t child = fork();
    if (child == 0) {
        rig_open(RIG_STAR("2"), 2, "pairwise");
        raise(SIGSEGV);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
#if !defined(__SANITIZE_ADDRESS__)
    gsl_test(!WIFEXITED(status) || WEXITSTATUS(status) != 70, "a crash is caught");
#endif
}

/* Four on a star, rank 3 comes 10 ms late. 1 MB per pair: the three early ranks exchange among
 * themselves at half rate a flow (2 ms), then wait; rank 3's three flows each way end at 13 ms. */
static void late_rank(const void *argument)
{
    (void)argument;
    struct rig rig = rig_open(RIG_STAR("4"), 4, "pairwise");
    struct step steps[] = {{.name = "a", .kind = OPERATOR_ATTENTION},
                           {.name = "d",
                            .kind = OPERATOR_DISPATCH,
                            .queue = 1,
                            .after = {0},
                            .after_count = 1,
                            .comm_bytes = 4e6},
                           {.name = "e", .kind = OPERATOR_EXPERT, .after = {1}, .after_count = 1}};
    struct plan_operator operators[3];
    struct plan plan = rig_plan(&rig, 4, steps, 3, 2, operators);
    double compute_s[12] = {0};
    compute_s[3 * 3] = 10e-3;
    compute_s[2] = compute_s[5] = compute_s[8] = compute_s[11] = 1e-3;
    struct timeline *timeline = rig_play(&rig, &plan, compute_s, 0, 0);
    /* Rank 0 has one flow to and one from rank 3, which share rank 3's cable with two more. */
    for (size_t r = 0; r < 3; r++) {
        expect(timeline, r, 1, 0, 13e-3, "early rank");
        gsl_test_abs(timeline_span(timeline, r, 1)->transfer_s, 10e-3, 1e-12, "last one came");
        expect(timeline, r, 2, 13e-3, 14e-3, "expert after the late rank");
    }
    expect(timeline, 3, 1, 10e-3, 13e-3, "late rank");
    timeline_free(timeline);
    rig_close(&rig);
}

/* A communication kernel holds a quarter of the SMs for 1 ms (2 GPUs, 2 MB): 3 ms of compute beside
 * it gets 0.75 ms done in that time and ends at 1 + 2.25 ms. */
static void held_sms(const void *argument)
{
    (void)argument;
    struct rig rig = rig_open(RIG_STAR("2"), 2, "pairwise");
    struct step steps[] = {{.name = "d", .kind = OPERATOR_DISPATCH, .queue = 1, .comm_bytes = 2e6},
                           {.name = "m", .kind = OPERATOR_MLP},
                           {.name = "c",
                            .kind = OPERATOR_COMBINE,
                            .queue = 1,
                            .after = {1},
                            .after_count = 1,
                            .comm_bytes = 2e6},
                           {.name = "e", .kind = OPERATOR_EXPERT}};
    struct plan_operator operators[4];
    struct plan plan = rig_plan(&rig, 2, steps, 4, 2, operators);
    double compute_s[8] = {0, 3e-3, 0, 0.3e-3, 0, 3e-3, 0, 0.3e-3};
    struct timeline *timeline = rig_play(&rig, &plan, compute_s, 0, 0.25);
    expect(timeline, 0, 0, 0, 1e-3, "communication is not slowed");
    expect(timeline, 0, 1, 0, 3.25e-3, "compute beside a quarter of the SMs held");
    expect(timeline, 0, 3, 3.25e-3, 3.65e-3, "and wholly inside: 0.3 / 0.75");
    timeline_free(timeline);
    rig_close(&rig);
}

/* Dispatch sends 4 MB from GPU 0 to 1 and 2 MB to 2, combine sends them back. GPU 0's cable is
 * shared: 2 MB arrive at 4 ms, 4 MB at 6 ms, where rank 0 is done too. Experts take 1 ms: GPU 2's
 * way back waits for rank 0 and starts at 6 ms; GPU 1's joins it at 7 ms, when 1 MB of 2 are left.
 * They share until 9 ms; then 3 MB of GPU 1's are left: 12 ms. */
static void there_and_back(const void *argument)
{
    (void)argument;
    struct rig rig = rig_open(RIG_STAR("3"), 3, "pairwise");
    struct flow out[] = {{.from = 0, .to = 1, .share_ratio = 0.5},
                         {.from = 0, .to = 2, .share_ratio = 0.25}};
    struct flow back[] = {{.from = 1, .to = 0, .share_ratio = 0.5},
                          {.from = 2, .to = 0, .share_ratio = 0.25}};
    struct flow_set there = {.flows = out, .flow_count = 2, .step_count = 1};
    struct flow_set again = {.flows = back, .flow_count = 2, .step_count = 1};
    struct step steps[] = {{.name = "d", .kind = OPERATOR_DISPATCH, .queue = 1, .comm_bytes = 8e6},
                           {.name = "e", .kind = OPERATOR_EXPERT, .after = {0}, .after_count = 1},
                           {.name = "c",
                            .kind = OPERATOR_COMBINE,
                            .queue = 1,
                            .after = {1},
                            .after_count = 1,
                            .comm_bytes = 8e6}};
    struct plan_operator operators[3];
    struct plan plan = rig_plan(&rig, 3, steps, 3, 2, operators);
    double compute_s[9] = {[4] = 1e-3, [7] = 1e-3};
    struct rig_job job = {
        .plan = &plan, .compute_s = compute_s, .dispatch = &there, .combine = &again};
    struct timeline *timeline = rig_play_both(&rig, job);
    expect(timeline, 0, 0, 0, 6e-3, "dispatch of the sender");
    expect(timeline, 1, 0, 0, 6e-3, "dispatch of the larger share");
    expect(timeline, 2, 0, 0, 4e-3, "dispatch of the smaller share");
    expect(timeline, 2, 2, 5e-3, 9e-3, "combine of the smaller share");
    expect(timeline, 1, 2, 7e-3, 12e-3, "combine of the larger share");
    expect(timeline, 0, 2, 6e-3, 12e-3, "combine at its receiver");
    timeline_free(timeline);
    rig_close(&rig);
}

/* 1 ms of flows after 0.25 ms of setup, under a floor of 3 ms, then of 1 ms: the floor holds what
 * it covers and adds nothing. */
static void a_floor(const void *argument)
{
    (void)argument;
    struct rig rig = rig_open(RIG_STAR("2"), 2, "pairwise");
    struct step steps[] = {{.name = "d", .kind = OPERATOR_DISPATCH, .queue = 1, .comm_bytes = 2e6}};
    struct plan_operator operators[1];
    struct plan plan = rig_plan(&rig, 2, steps, 1, 2, operators);
    double compute_s[2] = {0}, floors_s[] = {3e-3, 1e-3}, ends_s[] = {3e-3, 1.25e-3};
    for (size_t i = 0; i < 2; i++) {
        struct rig_job job = {.plan = &plan,
                              .compute_s = compute_s,
                              .dispatch = rig.flows,
                              .combine = rig.flows,
                              .setup_s = 0.25e-3,
                              .floor_s = floors_s[i]};
        struct timeline *timeline = rig_play_both(&rig, job);
        expect(timeline, 0, 0, 0, ends_s[i], "an All-to-All over its floor");
        timeline_free(timeline);
    }
    rig_close(&rig);
}

/* 1 ms of compute, then 1 MB from each to the other over cables of 1 GB/s, beside a ring. Of 1.5 MB
 * the ring sends 1 MB in the first ms alone, the rest at half speed until 2 ms, when 0.5 MB of the
 * dispatch are left: 2.5 ms. Of 4 MB, 1 MB is gone when the dispatch begins, which then has half
 * the cable to its end at 3 ms; the ring's last 2 MB have the whole: 5 ms. */
static void ring_beside(const void *argument)
{
    (void)argument;
    struct rig rig = rig_open(RIG_STAR("2"), 2, "pairwise");
    struct flow_set *ring = ring_build(rig.topology, rig.router, 1);
    struct step steps[] = {{.name = "a", .kind = OPERATOR_ATTENTION},
                           {.name = "d",
                            .kind = OPERATOR_DISPATCH,
                            .queue = 1,
                            .after = {0},
                            .after_count = 1,
                            .comm_bytes = 2e6}};
    struct plan_operator operators[2];
    struct plan plan = rig_plan(&rig, 2, steps, 2, 2, operators);
    double compute_s[4] = {1e-3, 0, 1e-3, 0};
    double sent[] = {1.5e6, 4e6}, dispatch_s[] = {2.5e-3, 3e-3}, ends_s[] = {2.5e-3, 5e-3};
    for (size_t i = 0; i < 2; i++) {
        struct rig_job job = {.plan = &plan,
                              .compute_s = compute_s,
                              .dispatch = rig.flows,
                              .combine = rig.flows,
                              .ring = ring,
                              .ring_bytes = sent[i]};
        struct timeline *timeline = rig_play_both(&rig, job);
        expect(timeline, 0, 1, 1e-3, dispatch_s[i], "a dispatch beside a ring");
        gsl_test_rel(timeline->end_s, ends_s[i], 1e-9, "the play lasts as long as the ring");
        timeline_free(timeline);
    }
    flow_set_free(ring);
    rig_close(&rig);
}

/* A measured All-to-All takes its time from the moment that both are there, whatever its bytes. */
static void measured_exchange(const void *argument)
{
    (void)argument;
    struct rig rig = rig_open(RIG_STAR("2"), 2, "pairwise");
    struct step steps[] = {{.name = "a", .kind = OPERATOR_ATTENTION},
                           {.name = "d",
                            .kind = OPERATOR_DISPATCH,
                            .queue = 1,
                            .after = {0},
                            .after_count = 1,
                            .comm_bytes = 4e6}};
    struct plan_operator operators[2];
    struct plan plan = rig_plan(&rig, 2, steps, 2, 2, operators);
    double compute_s[4] = {1e-3, 0, 3e-3, 0}, a2a_s[2] = {0, 0.5e-3};
    struct rig_job job = {.plan = &plan,
                          .compute_s = compute_s,
                          .dispatch = rig.flows,
                          .combine = rig.flows,
                          .a2a_s = a2a_s};
    struct timeline *timeline = rig_play_both(&rig, job);
    expect(timeline, 0, 1, 1e-3, 3.5e-3, "the early rank waits for the late one");
    expect(timeline, 1, 1, 3e-3, 3.5e-3, "the late rank");
    timeline_free(timeline);
    rig_close(&rig);
}

/* A fetch of 2 ms is a copy engine's: the 3 ms beside it are not slowed, nor is it by an All-to-All
 * that holds a quarter of the SMs for 1 ms (compute beside that ends at 3.25 ms). The expert waits
 * for the fetch, not for the computation on another queue. */
static void fetch_beside(const void *argument)
{
    (void)argument;
    struct rig rig = rig_open(RIG_STAR("2"), 2, "pairwise");
    struct step steps[] = {
        {.name = "f", .kind = OPERATOR_EXPERT_FETCH, .queue = 2},
        {.name = "d", .kind = OPERATOR_DISPATCH, .queue = 1, .comm_bytes = 2e6},
        {.name = "m", .kind = OPERATOR_MLP},
        {.name = "e", .kind = OPERATOR_EXPERT, .after = {0, 1}, .after_count = 2}};
    struct plan_operator operators[4];
    struct plan plan = rig_plan(&rig, 2, steps, 4, 3, operators);
    double compute_s[8] = {2e-3, 0, 3e-3, 1e-3, 2e-3, 0, 3e-3, 1e-3};
    struct timeline *timeline = rig_play(&rig, &plan, compute_s, 0, 0);
    expect(timeline, 0, 0, 0, 2e-3, "fetch");
    expect(timeline, 0, 2, 0, 3e-3, "compute beside it");
    expect(timeline, 0, 3, 3e-3, 4e-3, "expert");
    timeline_free(timeline);
    timeline = rig_play(&rig, &plan, compute_s, 0, 0.25);
    expect(timeline, 0, 0, 0, 2e-3, "fetch beside held SMs");
    expect(timeline, 0, 2, 0, 3.25e-3, "compute beside held SMs");
    timeline_free(timeline);
    operators[0].queue = 0; /* blocking: 2, then 3, then 1 ms */
    timeline = rig_play(&rig, &plan, compute_s, 0, 0);
    expect(timeline, 0, 2, 2e-3, 5e-3, "compute after a blocking fetch");
    expect(timeline, 0, 3, 5e-3, 6e-3, "expert after a blocking fetch");
    timeline_free(timeline);
    rig_close(&rig);
}

/* Two compute queues share the GPU: 2 ms and 1 ms side by side: the short one ends at 2 ms, the
 * long at 3 ms. */
static void two_compute_queues(const void *argument)
{
    (void)argument;
    struct rig rig = rig_open(RIG_STAR("2"), 2, "pairwise");
    struct step steps[] = {{.name = "m", .kind = OPERATOR_MLP},
                           {.name = "s", .kind = OPERATOR_SHARED_EXPERT, .queue = 2}};
    struct plan_operator operators[2];
    struct plan plan = rig_plan(&rig, 2, steps, 2, 3, operators);
    double compute_s[4] = {2e-3, 1e-3, 2e-3, 1e-3};
    struct timeline *timeline = rig_play(&rig, &plan, compute_s, 0, 0);
    expect(timeline, 0, 0, 0, 3e-3, "long one");
    expect(timeline, 0, 1, 0, 2e-3, "short one");
    timeline_free(timeline);
    rig_close(&rig);
}

/* Waits that go round in a circle: an error that names what never ran, and the engine plays on. */
static void deadlock(const void *argument)
{
    (void)argument;
    struct rig rig = rig_open(RIG_STAR("2"), 2, "pairwise");
    struct step steps[] = {
        {.name = "m", .kind = OPERATOR_MLP, .after = {1}, .after_count = 1},
        {.name = "s", .kind = OPERATOR_SHARED_EXPERT, .queue = 2, .after = {0}, .after_count = 1}};
    struct plan_operator operators[2];
    struct plan plan = rig_plan(&rig, 2, steps, 2, 3, operators);
    double compute_s[4] = {0};
    for (int i = 0; i < 2; i++) {
        struct diag diag = {0};
        struct timeline *timeline = NULL;
        struct rig_job job = {
            .plan = &plan, .compute_s = compute_s, .dispatch = rig.flows, .combine = rig.flows};
        job.network = i == 1 ? NETWORK_MAXMIN : NETWORK_SIMGRID;
        gsl_test(rig_try(&rig, &job, &diag, &timeline) == 0, "refuses");
        gsl_test_str(
            diag.count ? diag.messages[0] : "",
            "schedule rig: 4 operators never ran: m on rank 0, m on rank 1, s on rank 0, s "
            "on rank 1",
            "names them");
        diag_done(&diag);
    }
    rig_close(&rig);
}

/* Kernels that need the whole GPU for a while from the All-to-All's start on; bytes take 1 ms.
 *
 * 0.4 ms: beside 3 ms of compute both get half, so that they end at 0.8 ms and leave 2.6 ms of
 * compute, until 3.4 ms. Beside the combine that follows, 0.1 ms of compute take 0.2 ms. 0.8 ms:
 * they end at 1.6 ms, for which the All-to-All waits. */
static void kernels_beside(const void *argument)
{
    (void)argument;
    struct rig rig = rig_open(RIG_STAR("2"), 2, "pairwise");
    struct step steps[] = {{.name = "d", .kind = OPERATOR_DISPATCH, .queue = 1, .comm_bytes = 2e6},
                           {.name = "m", .kind = OPERATOR_MLP},
                           {.name = "c",
                            .kind = OPERATOR_COMBINE,
                            .queue = 1,
                            .after = {1},
                            .after_count = 1,
                            .comm_bytes = 2e6},
                           {.name = "e", .kind = OPERATOR_EXPERT}};
    struct plan_operator operators[4];
    struct plan plan = rig_plan(&rig, 2, steps, 4, 2, operators);
    double compute_s[8] = {0, 3e-3, 0, 0.1e-3, 0, 3e-3, 0, 0.1e-3};
    struct timeline *timeline = rig_play_kernels(&rig, &plan, compute_s, 0.4e-3);
    expect(timeline, 0, 0, 0, 1e-3, "kernels end before the bytes");
    expect(timeline, 0, 1, 0, 3.4e-3, "compute beside kernels");
    expect(timeline, 0, 2, 3.4e-3, 4.4e-3, "combine");
    expect(timeline, 0, 3, 3.4e-3, 3.6e-3, "compute wholly beside kernels");
    timeline_free(timeline);
    timeline = rig_play_kernels(&rig, &plan, compute_s, 0.8e-3);
    expect(timeline, 0, 0, 0, 1.6e-3, "bytes end before the kernels");
    expect(timeline, 0, 1, 0, 3.8e-3, "compute beside longer kernels");
    timeline_free(timeline);
    rig_close(&rig);
}

/* Pins the network settings: 1 GB over 900 GB/s and 5 us takes 1.1161 ms by hand; SimGrid's
 * defaults would make it 2.5 ms (a window cap on fast links), or 5 % more (acknowledgements of the
 * way back). */
static void fast_link(const void *argument)
{
    (void)argument;
    struct rig rig = rig_open(
        RIG_HEAD "\"link_types\":{\"fast\":{\"bandwidth_bytes_per_s\":900e9,\"efficiency_ratio\":1,"
                 "\"latency_s\":5e-6,\"duplex\":\"full\",\"source\":\"by hand\"}},\"node\":{"
                 "\"gpus\":2,\"switches\":[],\"links\":[{\"from\":\"gpu0\",\"to\":\"gpu1\","
                 "\"type\":\"fast\"}]}}",
        2, "pairwise");
    struct timeline *timeline = dispatch_once(&rig, 2e9, 0);
    expect(timeline, 0, 0, 0, 5e-6 + 1.0 / 900, "1 GB over 900 GB/s, both ways at once");
    timeline_free(timeline);
    rig_close(&rig);
}

int main(void)
{
    in_child(fast_link, NULL, "a fast link");
    in_child(two_gpus, NULL, "two GPUs on one cable");
    in_child(half_duplex, NULL, "half-duplex");
    in_child(eight_on_a_star, "pairwise", "eight on a star");
    in_child(eight_on_a_star, "pairwise-rounds", "eight on a star in rounds");
    in_child(shared_uplink, NULL, "a shared uplink");
    in_child(unlike_latencies, NULL, "unlike latencies");
    in_child(many_flows_on_a_link, NULL, "many flows on a link");
    crash();
    in_child(late_rank, NULL, "a late rank");
    in_child(held_sms, NULL, "SMs held by communication");
    in_child(kernels_beside, NULL, "kernels of an All-to-All beside compute");
    in_child(there_and_back, NULL, "unequal shares, there and back");
    in_child(a_floor, NULL, "a floor");
    in_child(ring_beside, NULL, "a ring beside the plan");
    in_child(measured_exchange, NULL, "a measured exchange");
    in_child(fetch_beside, NULL, "an expert fetch");
    in_child(two_compute_queues, NULL, "two compute queues");
    in_child(deadlock, NULL, "a deadlock");
    return gsl_test_summary();
}
