/* Every schedule's makespan on round numbers, worked out by hand.
 *
 * Eight GPUs on a non-blocking switch, 50 GiB/s per direction, 1 us end to end, no setup, no SM
 * share (facts as in a peer comparison: 64 MiB dispatch and combine for top-2, 32 MiB for one
 * expert). Attention 600 us, MLP 600, gate 10, shared expert 300, experts 300 per routed copy,
 * output 10.
 *
 * One All-to-All of k copies: C(k) = k * 7/8 * 32 MiB / 50 GiB/s + 1 us, C(1) = 547.875 us. */
#include <math.h>
#include "tests/model/case.h"

#define US 1e-6

static double c_s(double copies)
{
    return copies * 7 / 8 * 33554432 / 53687091200.0 + 1 * US;
}

struct hand {
    const char *why, *schedule;
    double fixed_s;      /* compute on the path */
    double a2a_1, a2a_2; /* plus these many C(1) and C(2) */
    double latencies_s;  /* plus extra latencies of chunks */
    size_t slot, chunks;
    double exposed_dispatch_c1, exposed_dispatch_s; /* exposed: c1 * C(1) + s */
    double exposed_combine_c1, exposed_combine_s;
};

static const struct hand cases[] = {
    {"top-1 in sequence: 3 x 600 + 10 + 300 + 10, both All-to-Alls exposed", "top1", 2120 * US, 2,
     0, 0, 0, 1, 1, 0, 1, 0},
    {"shared expert in sequence adds 300", "shared", 2420 * US, 2, 0, 0, 0, 1, 1, 0, 1, 0},
    {"shared expert beside one All-to-All hides 300 of it; both slots tie, the first is kept",
     "shared-overlap", 2120 * US, 2, 0, 0, 1, 1, 1, 0, 1, -300 * US},
    {"Pos-1: dispatch under attention (600), combine sticks out of the shared expert (300)",
     "scmoe-pos1", 2120 * US, 1, 0, 0, 2, 1, 0, 0, 1, -300 * US},
    {"Pos-2: experts after the MLP, nothing exposed: 4 x 600 + 10 + 10", "scmoe-pos2", 2420 * US, 0,
     0, 0, 2, 1, 0, 0, 0, 0},
    {"Pos-3: experts after the first attention, nothing exposed", "scmoe-pos3", 2420 * US, 0, 0, 0,
     2, 1, 0, 0, 0, 0},
    {"chunks change nothing where nothing is exposed", "scmoe-pos2-pipelined", 2420 * US, 0, 0, 0,
     2, 2, 0, 0, 0, 0},
    {"DGMoE: first path hidden as Pos-2, second exposed: 3 x 600 + 300 + 10 + 10 + 300 + 10",
     "dgmoe", 2430 * US, 2, 0, 0, 2, 1, 1, 0, 1, 0},
};

static void check_case(const void *argument)
{
    const struct hand *hand = argument;
    const char *schedules[] = {hand->schedule};
    struct study_request request = hand_request(schedules, 1);
    struct study *study = must_play(&request);
    size_t count;
    const struct result *result = study_results(study, &count);
    gsl_test_int((int)count, 1, "%s: rows", hand->schedule);
    double want_s = hand->fixed_s + hand->a2a_1 * c_s(1) + hand->a2a_2 * c_s(2) + hand->latencies_s;
    /* SimGrid's shares are exact to 1e-9; bytes are whole. */
    gsl_test_rel(result->pair_time_s, want_s, 1e-8, "%s: pair time", hand->schedule);
    gsl_test_rel(result->speedup_ratio, (2420 * US + 2 * c_s(2)) / want_s, 1e-8, "%s: speedup",
                 hand->schedule);
    gsl_test_int((int)result->slot, (int)hand->slot, "%s: slot", hand->schedule);
    gsl_test_int((int)result->chunks, (int)hand->chunks, "%s: chunks", hand->schedule);
    gsl_test_abs(result->exposed_dispatch_s,
                 hand->exposed_dispatch_c1 * c_s(1) + hand->exposed_dispatch_s, 1e-11,
                 "%s: exposed dispatch", hand->schedule);
    gsl_test_abs(result->exposed_combine_s,
                 hand->exposed_combine_c1 * c_s(1) + hand->exposed_combine_s, 1e-11,
                 "%s: exposed combine", hand->schedule);
    if (hand->chunks == 1)
        gsl_test_rel(result->a2a_bound_ratio, 1, 1e-8, "%s: bound", hand->schedule);
    study_free(study);
}

/* Two copies: volume and expert time double. */
static void check_two_copies(const void *argument)
{
    (void)argument;
    const char *schedules[] = {"top2", "top3", "top2-pipelined", "scmoe2"};
    struct study_request request = hand_request(schedules, 4);
    struct study *study = must_play(&request);
    size_t count;
    const struct result *result = study_results(study, &count);
    /* 4,609.6 in the comparison that this case is from, which adds two rounded 1,094.8. */
    gsl_test_abs(result[0].pair_time_s, 4609.6 * US, 0.11 * US, "top2: the right answer");
    gsl_test_rel(result[0].pair_time_s, 2420 * US + 2 * c_s(2), 1e-8, "top2");
    gsl_test_rel(result[0].a2a_share_of_moe_ratio, 2 * c_s(2) / (2 * c_s(2) + 620 * US), 1e-8,
                 "top2: share of MoE time");
    gsl_test_rel(result[1].pair_time_s, 2720 * US + 2 * c_s(3), 1e-8, "top3");
    /* Halves of 32 MiB follow one another on the communication queue: d1 d2 c1 c2, each C(1); the
     * first combine could start 300 us after d1 but the queue is busy until d2 ends. */
    gsl_test_rel(result[2].pair_time_s, 1820 * US + 4 * c_s(1), 1e-8, "top2-pipelined");
    gsl_test_int((int)result[2].chunks, 2, "top2-pipelined: more chunks only add latency");
    /* Slot 2: C(2) outlasts the MLP, experts 600, C(2) outlasts attention and shared expert. */
    gsl_test_rel(result[3].pair_time_s, 610 * US + c_s(2) + 600 * US + c_s(2) + 10 * US, 1e-8,
                 "scmoe2");
    gsl_test_int((int)result[3].slot, 2, "scmoe2: slot");
    study_free(study);
}

/* Gradients cost as much as the forward, for input and weights each. */
static void check_training(const void *argument)
{
    (void)argument;
    const char *schedules[] = {"top2", "scmoe-pos2", "scmoe-pos1"};
    struct study_request request = hand_request(schedules, 3);
    request.mode = MODE_TRAINING;
    struct study *study = must_play(&request);
    size_t count;
    const struct result *result = study_results(study, &count);
    /* Backward in sequence: 10 + 2 x (600 + 10 + 3 x 600), the All-to-Alls exposed once more. */
    gsl_test_rel(result[0].pair_time_s, 2420 * US + 2 * c_s(2) + 4830 * US + 2 * c_s(2), 1e-8,
                 "top2 training");
    /* Backward: output 10, combine's gradient hides under the shared expert (600), experts 600,
     * dispatch's under attention and MLP (2400), gate 20, attention 1200. */
    gsl_test_rel(result[1].pair_time_s, 2420 * US + 4830 * US, 1e-8, "scmoe-pos2 training");
    gsl_test_int((int)result[1].backward_slot, 2, "scmoe-pos2: backward slot");
    gsl_test_abs(result[1].exposed_a2a_s, 0, 1e-11, "scmoe-pos2: nothing exposed");
    /* Backward of Pos-1 hides both: shared 600 over combine, attention 1200 over dispatch. */
    gsl_test_rel(result[2].pair_time_s, 2120 * US + c_s(1) + 4830 * US, 1e-8,
                 "scmoe-pos1 training");
    study_free(study);
}

/* MoE in every layer: attention 600, gate 10, experts 300 (and shared 300), output 10. */
static void check_every_layer(const void *argument)
{
    (void)argument;
    const char *schedules[] = {"top1", "shared", "scmoe-pos1"};
    struct study_request request = hand_request(schedules, 3);
    request.model = TEST_DATA "/hand-every-model.json";
    struct study *study = must_play(&request);
    size_t count;
    const struct result *result = study_results(study, &count);
    gsl_test_rel(result[0].pair_time_s, 920 * US + 2 * c_s(1), 1e-8, "top1, every layer");
    gsl_test_rel(result[0].end_to_end_time_s, 2 * (920 * US + 2 * c_s(1)), 1e-8, "two layers");
    gsl_test_rel(result[1].pair_time_s, 1220 * US + 2 * c_s(1), 1e-8, "shared, every layer");
    /* Gate 10, dispatch under attention 600, experts 300, combine outlasts the shared expert. */
    gsl_test_rel(result[2].pair_time_s, 920 * US + c_s(1), 1e-8, "scmoe-pos1, every layer");
    study_free(study);
}

/* Communication that costs nothing leaves the sum of the compute: every schedule is serial on one
 * GPU. */
static void check_free_communication(const void *argument)
{
    (void)argument;
    static const struct {
        const char *schedule;
        double sum_s;
    } sums[] = {{"top2", 2420 * US},           {"top1", 2120 * US},
                {"shared", 2420 * US},         {"scmoe-pos1", 2420 * US},
                {"scmoe-pos2", 2420 * US},     {"scmoe-pos3", 2420 * US},
                {"scmoe2", 2720 * US},         {"dgmoe", 2430 * US},
                {"top2-pipelined", 2420 * US}, {"shared-overlap", 2420 * US}};
    const char *schedules[sizeof sums / sizeof *sums];
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++)
        schedules[i] = sums[i].schedule;
    const char *sets[] = {"/topology/link_types/star/bandwidth_bytes_per_s=1e30",
                          "/topology/link_types/star/latency_s=0"};
    struct study_request request = hand_request(schedules, sizeof sums / sizeof *sums);
    request.sets = sets;
    request.set_count = 2;
    struct study *study = must_play(&request);
    size_t count;
    const struct result *results = study_results(study, &count);
    for (size_t i = 0; i < count; i++)
        gsl_test_rel(results[i].pair_time_s, sums[i].sum_s, 1e-9, "%s without communication",
                     results[i].schedule);
    study_free(study);
}

/* Fixing a slot plays that one, and the free search is the best of all. */
static void check_fixed_slot(const void *argument)
{
    const char *set = argument;
    const char *schedules[] = {"scmoe-pos2"}, *sets[] = {set};
    /* Slots of Pos-2: before MLP 600, attention 600, shared 300, or after all. */
    const double want_s[] = {620 * US + c_s(1) + 1800 * US, 2420 * US,
                             620 * US + 1500 * US + c_s(1), 620 * US + 1800 * US + c_s(1)};
    struct study_request request = hand_request(schedules, 1);
    request.sets = sets;
    request.set_count = 1;
    struct study *study = must_play(&request);
    size_t count, slot = (size_t)(set[strlen(set) - 1] - '0');
    const struct result *result = study_results(study, &count);
    gsl_test_int((int)result->slot, (int)slot, "%s: slot", set);
    gsl_test_rel(result->pair_time_s, want_s[slot - 1], 1e-8, "%s", set);
    /* Eq. 11: |T_pre - T_disp| + |T_post - T_comb| is least at slot 2 (52 + 352 us). */
    if (slot == 1)
        gsl_test_int((int)result->eq11_slot, 2, "Eq. 11's choice");
    study_free(study);
}

int main(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        in_child(check_case, &cases[i], cases[i].why);
    in_child(check_two_copies, NULL, "schedules that route two or three copies");
    in_child(check_training, NULL, "training derives its backward from the forward");
    in_child(check_every_layer, NULL, "MoE in every layer");
    in_child(check_free_communication, NULL, "free communication");
    in_child(check_fixed_slot, "/schedule/fixed_slot=1", "slot 1");
    in_child(check_fixed_slot, "/schedule/fixed_slot=2", "slot 2");
    in_child(check_fixed_slot, "/schedule/fixed_slot=3", "slot 3");
    in_child(check_fixed_slot, "/schedule/fixed_slot=4", "slot 4");
    return gsl_test_summary();
}
