/* Degraded links and slow GPUs on round numbers, worked out by hand: the case of test_schedules.c,
 * where top-1 takes 3 x 600 + 10 + 300 + 10 = 2120 us of compute and two All-to-Alls of
 * C = 7/8 * 32 MiB / 50 GiB/s + 1 us = 547.875 us. */
#include "tests/model/case.h"

#define US 1e-6
#define TRANSFER_S (546.875 * US)
#define LATENCY_S (1 * US)

struct hand {
    const char *why, *set;
    double compute_s, a2a_s;
};

static const struct hand cases[] = {
    {"nothing degraded", NULL, 2120 * US, TRANSFER_S + LATENCY_S},
    /* The other seven exchange six of their seven shares while GPU 3 still computes, which takes
     * them 468.75 + 1 us of the 1810 that it is late. Then it alone sends and receives seven shares
     * over its link: the whole transfer again. It reaches combine 300 us after the others, whose
     * shares with it end with its own, since all of them cross its link. */
    {"all wait for a GPU of half speed", "{\"gpus\": \"node0/gpu3\", \"compute_ratio\": 0.5}",
     4240 * US, TRANSFER_S + LATENCY_S},
    {"all alike at half speed", "{\"gpus\": [\"node0/gpu?\"], \"compute_ratio\": 0.5}", 4240 * US,
     TRANSFER_S + LATENCY_S},
    {"a cable at half its bandwidth", "{\"links\": \"node0/gpu3-*\", \"bandwidth_ratio\": 0.5}",
     2120 * US, 2 * TRANSFER_S + LATENCY_S},
    {"one direction of it", "{\"links\": \"node0/gpu3-switch<\", \"bandwidth_ratio\": 0.5}",
     2120 * US, 2 * TRANSFER_S + LATENCY_S},
};

static void check_case(const void *argument)
{
    const struct hand *hand = argument;
    const char *schedules[] = {"top1"}, *sets[1];
    struct study_request request = hand_request(schedules, 1);
    char set[160];
    if (hand->set) {
        snprintf(set, sizeof set, "/topology/degraded/-=%s", hand->set);
        sets[0] = set;
        request.sets = sets;
        request.set_count = 1;
    }
    struct study *study = must_play(&request);
    size_t count;
    const struct result *result = study_results(study, &count);
    gsl_test_rel(result->pair_time_s, hand->compute_s + 2 * hand->a2a_s, 1e-8, "%s", hand->why);
    gsl_test(!strstr(study_facts(study)->topology_line, "degraded") != !hand->set,
             "%s: the facts say so", hand->why);
    study_free(study);
}

int main(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        in_child(check_case, &cases[i], cases[i].why);
    return gsl_test_summary();
}
