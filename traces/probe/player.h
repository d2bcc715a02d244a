/* Plays one rank of a plan with real kernels: a stream a queue, events where operators wait across
 * queues, All-to-Alls among GPUs or as exchanges through pinned host memory, expert fetches as
 * copies from there. */
#ifndef PROBE_PLAYER_H
#define PROBE_PLAYER_H

#include <cuda_runtime_api.h>
#include "collective.h"
#include "exchange.h"
#include "lab.h"
#include "operator.h"
#include "plan.h"

#define PLAYER_QUEUES_MAX 16

/* What plays any number of plans, one after the other: exchanges and collectives are made once,
 * since pinning memory and connecting GPUs is slow; matrix products and attention stay tuned in the
 * lab's libraries. */
struct stage_set {
    struct lab lab;
    const struct member *me;
    bool among_gpus; /* All-to-Alls are real; else exchanges with the host's memory */
    struct exchange exchange[PLAYER_QUEUES_MAX];
    int exchanges;
    struct collective *collective[PLAYER_QUEUES_MAX];
    int collectives;
};

struct player {
    struct stage_set *set;
    const struct plan *plan;
    double factor; /* times the All-to-All's bytes */
    size_t mark;   /* the lab's memory before this plan */
    cudaStream_t stream[PLAYER_QUEUES_MAX];
    cudaEvent_t at_end[PLAYER_QUEUES_MAX]; /* of a queue's part of a pair */
    cudaEvent_t fork;
    /* Of queues that have transfers of the one or the other way. */
    const struct exchange *exchange[PLAYER_QUEUES_MAX];
    const struct collective *collective[PLAYER_QUEUES_MAX];
    char *send, *receive; /* of All-to-Alls among GPUs */
    struct op **operators;                              /* NULL for transfers */
    cudaEvent_t *done; /* per operator, where another queue waits for it; else NULL */
};

/* Timing events of a series of pairs: their boundaries, and the operators where wanted. */
struct series {
    size_t pairs;
    bool with_operators, in_graph;
    double warm_up_s;
    cudaEvent_t *boundary;    /* pairs + 1 */
    cudaEvent_t *begin, *end; /* pairs * operator_count, or NULL */
    unsigned long long *stamp_ns; /* on the GPU: its timer behind each boundary; NULL: not wanted */
};

/* Negative with a complaint when an operator cannot be made; the player is then closed. */
int player_open(struct player *player, struct stage_set *set, const struct plan *plan,
                double largest_factor, struct complaint *why);
void player_close(struct player *player);
void stage_set_done(struct stage_set *set);

/* Plays warm-up pairs, then the series, and waits. series has pairs, the flags and warm_up_s set.
 */
void player_run(const struct player *player, struct series *series);
void series_done(const struct player *player, struct series *series);

#endif
