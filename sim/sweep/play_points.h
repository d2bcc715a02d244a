/* Plays a sweep into a file of rows. */
#ifndef SCMOESIM_SWEEP_PLAY_POINTS_H
#define SCMOESIM_SWEEP_PLAY_POINTS_H

#include <signal.h>
#include "sim/sweep/sweep.h"

struct sweep_progress {
    size_t points;   /* of this shard */
    size_t done;     /* of them, those of earlier runs included */
    size_t failures; /* of those done */
    size_t played;   /* in this run */
};

struct sweep_order {
    const struct sweep *sweep;
    const char *output; /* file, or "-" */
    bool resume;
    size_t processes;
    size_t shard, shards; /* 0, 1: everything */
    const volatile sig_atomic_t *stop;
    void (*report)(void *context, const struct sweep_progress *progress); /* after each point */
    void *context;
};

/* 0 even where points failed or the sweep was stopped: *ret tells. */
int sweep_play(const struct sweep_order *order, struct diag *diag, struct sweep_progress *ret);

#endif
