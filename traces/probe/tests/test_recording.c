/* What becomes of several ranks' series: pair times, places on a common clock, and that clock. */
#include <stdlib.h>
#include "base.h"
#include "gpu_clock.h"
#include "plans.h"
#include "recording.h"
#include "sim/base/mem.h"

/* Three pairs of one operator. The first to begin are rank 0, rank 1, rank 0. */
static double begin_0[] = {10, 20, 30}, begin_1[] = {11, 19, 32};
static double pair_0[] = {10, 11, 12}, pair_1[] = {8, 13, 12};
static double start_0[] = {0.5, 0.5, 0.5}, start_1[] = {0.25, 0.25, 0.25};
static double end_0[] = {1, 4, 2}, end_1[] = {3, 3, 3};

static const struct recording recordings[] = {
    {3, 1, begin_0, pair_0, start_0, end_0},
    {3, 1, begin_1, pair_1, start_1, end_1},
};

static void test_pair_time(void)
{
    /* Means over the ranks: 9, 12, 12. */
    struct timing timing = recording_pair_time(recordings, 2);
    expect_near(timing.median_s, 12, 0);
    expect_near(timing.p10_s, 9.6, 1e-15); /* a tenth of two steps: 0.2 of the way from 9 to 12 */
    expect_near(timing.p90_s, 12, 0);
    expect(timing.samples == 3);
}

static void test_places(void)
{
    /* Rank 0 begins 0, 1, 0 behind the first, rank 1 1, 0, 2. */
    double start_s[2], end_s[2];
    recording_places(recordings, 2, start_s, end_s);
    expect_near(start_s[0], 0.5, 0);  /* of 0.5, 1.5, 0.5 */
    expect_near(end_s[0], 2, 0);      /* of 1, 5, 2 */
    expect_near(start_s[1], 1.25, 0); /* of 1.25, 0.25, 2.25 */
    expect_near(end_s[1], 4, 0);      /* of 4, 3, 5 */
    /* Alone, a rank is always the first. */
    recording_places(&recordings[1], 1, start_s, end_s);
    expect_near(start_s[0], 0.25, 0);
    expect_near(end_s[0], 3, 0);
}

static void test_clock(void)
{
    const unsigned long long epoch_ns = 1700000000000000000u;
    /* The GPU counts 2 s while the host's 2.5 s pass. */
    struct clock_pair before = {epoch_ns, 5, 0}, behind = {epoch_ns + 2000000000u, 7.5, 0};
    expect_near(clock_host_s(&before, &behind, epoch_ns), 5, 0);
    expect_near(clock_host_s(&before, &behind, epoch_ns + 1000000000u), 6.25, 1e-15);
    expect_near(clock_host_s(&before, &behind, epoch_ns - 1000000000u), 3.75, 1e-15);
    /* A nanosecond is not lost in an epoch of 1.7e18 of them. */
    expect_near(clock_host_s(&before, &behind, epoch_ns + 8) - 5, 1e-8, 1e-7); /* 5 in doubles */
    /* Readings too close together say nothing of the rate. */
    behind = (struct clock_pair){epoch_ns + 500000, 5.001, 0};
    expect_near(clock_host_s(&before, &behind, epoch_ns + 500000), 5.0005, 1e-15);
}

#define FETCH(name)                                                                                \
    "{ \"name\": \"" name "\", \"kind\": \"expert_fetch\", \"pass\": \"forward\", \"queue\": 0, "  \
    "\"after\": [], \"fetch_bytes\": 1024, \"shape\": { \"hidden\": 64 } }"
#define PLAN(operators)                                                                            \
    "{ \"schema\": \"scmoesim/plan/2\", \"schedule\": \"s\", \"ranks\": 1, \"ep\": 1, "            \
    "\"dtype\": \"bf16\", \"queues\": [\"c\"], \"operators\": [" operators "] }"

/* The stand-in takes 10 us for each fetch, told in float milliseconds: a pair of the one plan takes
 * 10 us, of the other 20. */
static void test_turns(const struct member *me, void *nothing)
{
    (void)nothing;
    static const char *const texts[] = {PLAN(FETCH("a")), PLAN(FETCH("a") "," FETCH("b"))};
    struct diag why = {0};
    struct stage_set *set = mem_zeroed(1, sizeof *set);
    struct plan *plan[2];
    struct player player[2];
    set->me = me;
    lab_init(&set->lab, 0, 0.9);
    for (int i = 0; i < 2; i++) {
        plan[i] = read_plan(texts[i]);
        expect(player_open(&player[i], set, plan[i], 1, &why) == 0);
    }
    struct series series = {.players = player, .player_count = 2, .pairs = 3};
    series_run(&series);
    for (size_t i = 0; i < 2; i++) {
        struct recording recording;
        recording_take(&recording, &series, i, NULL);
        expect(recording.pairs == 3);
        for (size_t pair = 0; pair < 3; pair++)
            expect_near(recording.pair_s[pair], i ? 20e-6 : 10e-6, 1e-6);
        recording_done(&recording);
    }
    series_done(&series);
    for (int i = 2; i-- > 0;) {
        player_close(&player[i]);
        plan_free(plan[i]);
    }
    stage_set_done(set);
    free(set);
}

#define NORM(name, after, dtype)                                                                   \
    "{ \"name\": \"" name "\", \"kind\": \"norm\", \"pass\": \"forward\", \"queue\": 0, "          \
    "\"after\": [" after "], \"dtype\": \"" dtype "\", "                                           \
    "\"shape\": { \"tokens\": 7.5, \"hidden\": 64 } }"

/* Each operator has its own type and whole rows; it reads what it waits for where that is of its
 * type. */
static void test_inputs(const struct member *me, void *nothing)
{
    (void)nothing;
    struct diag why = {0};
    struct stage_set *set = mem_zeroed(1, sizeof *set);
    struct player player;
    struct plan *plan = read_plan(
        PLAN(NORM("a", "", "fp32") "," NORM("b", "0", "fp32") "," NORM("c", "0", "tf32")));
    set->me = me;
    lab_init(&set->lab, 0, 0.9);
    expect(player_open(&player, set, plan, 1, &why) == 0);
    struct op *const *ops = player.operators;
    expect(ops[0]->rows == 8 && !ops[0]->spec.input);
    expect(ops[1]->spec.input && ops[1]->spec.dtype == DTYPE_FP32);
    expect(!ops[2]->spec.input && ops[2]->spec.dtype == DTYPE_TF32);
    player_close(&player);
    plan_free(plan);
    stage_set_done(set);
    free(set);
}

int main(void)
{
    team_run(1, test_turns, NULL);
    team_run(1, test_inputs, NULL);
    test_pair_time();
    test_places();
    test_clock();
    return failures != 0;
}
