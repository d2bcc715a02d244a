/* Plays one rank of plans with real kernels: a stream a queue, events where operators wait across
 * queues, All-to-Alls among GPUs or as exchanges through pinned host memory, expert fetches as
 * copies from there. */
#ifndef PROBE_PLAYER_H
#define PROBE_PLAYER_H

#include <cuda_runtime_api.h>
#include "collective.h"
#include "exchange.h"
#include "lab.h"
#include "operator.h"
#include "sim/schedule/plan.h"

#define PLAYER_QUEUES_MAX 16

/* What plays any number of plans, one after the other or in turns: they share streams, so that a
 * pair of one follows a pair of another as it would follow its own. Exchanges and collectives are
 * made once, since pinning memory and connecting GPUs is slow; matrix products and attention stay
 * tuned in the lab's libraries. */
struct stage_set {
    struct lab lab;
    const struct member *me;
    bool among_gpus; /* All-to-Alls are real; else exchanges with the host's memory */
    struct exchange exchange[PLAYER_QUEUES_MAX];
    int exchanges;
    struct collective *collective[PLAYER_QUEUES_MAX];
    int collectives;
    cudaStream_t stream[PLAYER_QUEUES_MAX];
    cudaEvent_t at_end[PLAYER_QUEUES_MAX]; /* of a queue's part of a pair */
    cudaEvent_t fork;
    size_t queues; /* streams that are made */
};

struct player {
    struct stage_set *set;
    const struct plan *plan;
    double factor; /* times the All-to-All's bytes */
    size_t mark;   /* the lab's memory before this plan */
    /* Of queues that have transfers of the one or the other way. */
    const struct exchange *exchange[PLAYER_QUEUES_MAX];
    const struct collective *collective[PLAYER_QUEUES_MAX];
    char *send, *receive;  /* of All-to-Alls among GPUs */
    struct op **operators; /* NULL for transfers */
    cudaEvent_t *done;     /* per operator, where another queue waits for it; else NULL */
};

/* Pairs of one player, or of several in turns: the first pair of each, the second of each, and so
 * on. Timing events stand at their boundaries, and around the operators where wanted. */
struct series {
    const struct player *players;
    size_t player_count;
    size_t pairs; /* of each player */
    /* with_operators needs a single player. */
    bool with_operators, in_graph;
    double warm_up_s;
    cudaEvent_t *boundary;        /* pairs * player_count + 1 */
    cudaEvent_t *begin, *end;     /* pairs * operator_count, or NULL */
    unsigned long long *stamp_ns; /* on the GPU: its timer behind each boundary; NULL: not wanted */
};

/* Players of one set close in reverse order, since each gives its memory back. Negative with a
 * complaint when an operator cannot be made; the player is then closed. */
int player_open(struct player *player, struct stage_set *set, const struct plan *plan,
                double largest_factor, struct diag *why);
void player_close(struct player *player);
void stage_set_done(struct stage_set *set);

/* Plays warm-up pairs, then the series, and waits. players, pairs, the flags and warm_up_s are set.
 */
void series_run(struct series *series);
void series_done(struct series *series);

#endif
