/* Flows of a folded play: one channel for each class of flows and queue, in which the class's flows
 * run when all their ends have come. What queues do is folded.c's affair. Internal to the room. */
#ifndef SCMOESIM_ENGINE_CHANNELS_H
#define SCMOESIM_ENGINE_CHANNELS_H

#include <stdbool.h>
#include "sim/fold/fold.h"

/* What ends this close together ends at once: doubles up to minutes leave less. SimGrid takes a
 * nanosecond. */
#define TOGETHER_S 1e-12

struct channel {
    size_t class, queue;
    size_t came;       /* orbits whose ends have */
    double wake_s;     /* when their latency is over */
    double bytes_left; /* of each flow */
    struct stream stream;
};

struct channels {
    const struct fold *fold;
    struct channel *channels; /* [queue * classes + class] */
    struct channel **latent, **running, **ended;
    size_t latent_count, running_count;
    struct stream **streams; /* of those running */
    bool changed;            /* which run, since rates were found */
    struct sharing sharing;
};

void channels_open(const struct fold *fold, size_t queues, struct channels *ret);
void channels_close(struct channels *channels);

/* One of the orbits of the class's flows has come. Once all have, they start, a latency from now.
 */
void channels_come(struct channels *channels, size_t class, size_t queue, double bytes,
                   double latency_s, double now_s);
/* When the next of them starts or ends; INFINITY: none is under way. */
double channels_next_s(struct channels *channels, double now_s);
void channels_pass(struct channels *channels, double time_s);
/* Those whose flows have ended by now, in a list that lasts until the next call; their ends may
 * come again. Flows whose latency is over run. */
size_t channels_end(struct channels *channels, double now_s, struct channel *const **ret);

#endif
