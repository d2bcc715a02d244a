/* Gradients' All-Reduces beside the backward pass and behind it, by hand.
 *
 * The hand-made model on eight GPUs in two groups of four. Weights that all ranks hold, under
 * top-2: two layers of attention of 4 * 2048^2, an MLP of 2 * 2048 * 8192, a gate of 2048 * 8 =
 * 67125248; of experts each rank has two of 2 * 2048 * 8192 = 67108864. In fp32 a rank sends
 *
 *   2 * 7/8 * 4 * 67125248 = 469876736 bytes in the ring of all eight,
 *   2 * 1/2 * 4 * 67108864 = 268435456 bytes in that of the two that hold the same experts,
 *
 * both through its one cable of 50 GiB/s, which they share to the end. */
#include "tests/model/case.h"

#define CABLE_BYTES_PER_S 53687091200.0
#define SHARED_BYTES 469876736.0
#define EXPERT_BYTES 268435456.0
#define LATENCY_S 1e-6

static struct result play(enum run_mode mode, size_t ep, const char *gradients)
{
    const char *schedules[] = {"top2"}, *sets[] = {gradients};
    struct study_request request = hand_request(schedules, 1);
    request.mode = mode;
    request.ep = ep;
    request.sets = sets;
    request.set_count = 1;
    size_t count;
    struct study *study = must_play(&request);
    struct result result = *study_results(study, &count);
    study_free(study);
    return result;
}

/* Behind the backward pass: both rings and nothing else. */
static void exposed(const void *argument)
{
    (void)argument;
    struct result result = play(MODE_TRAINING, 4, "/model/gradients=exposed");
    gsl_test_rel(result.gradient_tail_s,
                 LATENCY_S + (SHARED_BYTES + EXPERT_BYTES) / CABLE_BYTES_PER_S, 1e-8,
                 "both rings share the cables");
}

/* One group of eight holds every expert once. */
static void one_group(const void *argument)
{
    (void)argument;
    struct result result = play(MODE_TRAINING, 8, "/model/gradients=exposed");
    gsl_test_rel(result.gradient_tail_s, LATENCY_S + SHARED_BYTES / CABLE_BYTES_PER_S, 1e-8,
                 "no expert is there twice");
}

/* Forward takes 2420 us and two All-to-Alls of 3/4 * 64 MiB (tests/model/test_schedules.c). Beside
 * the backward pass the rings never pause, its operators end long before them, and its two
 * All-to-Alls take their part of the cables, so that it lasts as long as all bytes together.
 * Nothing is left behind it: the model is one pair. */
static void overlapped(const void *argument)
{
    (void)argument;
    double comm_bytes = 2 * 0.75 * 67108864;
    double forward_s = 2420e-6 + comm_bytes / CABLE_BYTES_PER_S + 2 * LATENCY_S;
    struct result result = play(MODE_TRAINING, 4, "/model/gradients=overlapped");
    gsl_test_rel(result.pair_time_s - forward_s,
                 LATENCY_S + (SHARED_BYTES + EXPERT_BYTES + comm_bytes) / CABLE_BYTES_PER_S, 1e-8,
                 "the cables are busy all the time");
    gsl_test_abs(result.gradient_tail_s, 0, 0, "nothing is left");
}

int main(void)
{
    in_child(exposed, NULL, "behind the backward pass");
    in_child(one_group, NULL, "one group");
    in_child(overlapped, NULL, "beside the backward pass");
    return gsl_test_summary();
}
