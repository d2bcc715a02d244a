/* Processes that play points.
 *
 * A play gives the same bits whatever was played before (sim/engine), up to some ten thousand plays
 * or a thousand simulated seconds a process. So that this holds in sweeps of any length, and for
 * whatever else a process might keep, nothing is left to it:
 *
 * Points are cut by number into batches of a fixed size, and each batch is played from the same
 * state: a fresh process in which no point has been played yet. So a point's result depends on
 * nothing but the points before it in its batch, and rows are the same for any number of processes,
 * any share of the batches, and any number of interruptions. A batch of which some points are done
 * already is played again up to its last missing point, and only what is missing is reported.
 *
 * Within a process points are played in order. A point that needs another platform than the process
 * has is put off; a new process plays what was put off. A process that dies is replaced by one that
 * begins the batch again; when it dies at the same point, that point is reported as failed and left
 * out. */
#ifndef SCMOESIM_SWEEP_WORKERS_H
#define SCMOESIM_SWEEP_WORKERS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include "sim/base/diag.h"
#include "sim/base/text.h"

enum workers_word { WORKERS_DONE, WORKERS_FAILED, WORKERS_LATER };

/* What a process says of a point; called by `play` below. */
void workers_say(int to_fd, size_t point, enum workers_word word, const struct text *lines);

struct workers_request {
    size_t point_count, batch_size;
    size_t processes;
    size_t shard,
        shards; /* batches whose number leaves the remainder `shard` by `shards`; 0 shards: all */
    void *context; /* of the functions, of which those marked so may be NULL */
    /* In the new process: lets go of what it must not hold (may be NULL); plays the points in order
     * and says something of each. */
    void (*begin)(void *context);
    void (*play)(void *context, const size_t *points, size_t count, int to_fd);
    /* Here: whether a point needs no playing (may be NULL); what to write of a point at which
     * processes die, such as "was ended by signal 9 (Killed)" (may be NULL: that); a point is done;
     * one or more batches are done, all of whose points were told (may be NULL). A negative result
     * ends everything. */
    bool (*has)(void *context, size_t point);
    void (*describe_death)(void *context, size_t point, const char *how, struct text *ret_lines);
    int (*take)(void *context, size_t point, bool failed, const struct text *lines);
    int (*batches_done)(void *context);
    const volatile sig_atomic_t *stop; /* not 0: end soon; may be NULL */
};

/* So that even a short sweep keeps many processes busy, and a long one rarely starts anew. A
 * function of the number of points only, as results depend on it. */
size_t workers_batch_size(size_t point_count);

/* Points of a shard. */
size_t workers_shard_points(size_t point_count, size_t batch_size, size_t shard, size_t shards);

/* 0: all done or stopped; else the first negative result of a function above, or of the system. */
int workers_run(const struct workers_request *request, struct diag *diag);

#endif
