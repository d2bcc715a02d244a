/* Timelines of All-to-All algorithms on two nodes of two GPUs, worked out by hand.
 *
 * Inside a node 4 GB/s through a switch, between nodes a NIC of 1 GB/s for each GPU; no latency.
 * Every rank sends 4 MB, its own share included. */
#include "tests/model/rig.h"

#define TYPE(name, rate)                                                                           \
    "\"" name "\":{\"bandwidth_bytes_per_s\":" rate ",\"efficiency_ratio\":1,\"latency_s\":0,"     \
    "\"source\":\"by hand\"}"
#define TWO_BY_TWO                                                                                 \
    "{\"schema\":\"scmoesim/topology/1\",\"name\":\"rig\",\"summary\":\"\",\"source\":\"by "       \
    "hand\","                                                                                      \
    "\"gpu\":\"a30\",\"node_count\":2,\"link_types\":{" TYPE("fast", "4e9") "," TYPE(              \
        "slow",                                                                                    \
        "1e9") "},\"node\":{\"gpus\":2,\"for\":{\"g\":2},\"switches\":[\"hub\"],\"nics\":[\"nic{"  \
               "g}\"],"                                                                            \
               "\"links\":[{\"for\":{\"g\":2},\"from\":\"gpu{g}\",\"to\":\"hub\",\"type\":"        \
               "\"fast\"},"                                                                        \
               "{\"for\":{\"g\":2},\"from\":\"gpu{g}\",\"to\":\"nic{g}\",\"type\":\"fast\"}]},"    \
               "\"fabric\":{\"switches\":[\"net\"],\"links\":[{\"for\":{\"n\":2,\"g\":2},"         \
               "\"from\":\"node{n}/nic{g}\",\"to\":\"net\",\"type\":\"slow\"}]},"                  \
               "\"all_to_all\":{\"algorithm\":\"pairwise\",\"setup_s\":0,\"sm_share_ratio\":0,"    \
               "\"source\":\"by hand\"}}"

struct timed {
    const char *algorithm;
    double end_s;
};

static void one_exchange(const void *argument)
{
    const struct timed *timed = argument;
    struct rig rig = rig_open(TWO_BY_TWO, 4, timed->algorithm);
    struct step steps[] = {{.name = "d", .kind = OPERATOR_DISPATCH, .queue = 1, .comm_bytes = 4e6}};
    struct plan_operator operators[1];
    struct plan plan = rig_plan(&rig, 4, steps, 1, 2, operators);
    double compute_s[4] = {0};
    struct timeline *timeline = rig_play(&rig, &plan, compute_s, 0, 0);
    for (size_t r = 0; r < 4; r++)
        gsl_test_abs(timeline_span(timeline, r, 0)->end_s, timed->end_s, 1e-12,
                     "%s: end of rank %zu", timed->algorithm, r);
    timeline_free(timeline);
    rig_close(&rig);
}

int main(void)
{
    static const struct timed rows[] = {
        /* Two shares of 1 MB leave through each NIC while one goes to the neighbour. */
        {"pairwise", 2e-3},
        {"low-latency", 2e-3},
        /* Rank r to r + 1, r + 2, r + 3. To the next: ranks 0 and 2 over the hub in 0.25 ms, ranks
         * 1 and 3 between nodes in 1 ms, and everyone is an end of both, so 1 ms. To the one after
         * that: 1 ms. The third round is as the first. */
        {"pairwise-rounds", 3e-3},
        /* 2 MB over the hub take 0.5 ms, then 2 MB along the rail 2 ms. */
        {"hierarchical", 2.5e-3},
        /* Where experts are not known every copy goes along the rail, 2 MB; the neighbour's part is
         * handed on meanwhile. */
        {"two-hop", 2e-3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        in_child(one_exchange, &rows[i], rows[i].algorithm);
    return gsl_test_summary();
}
