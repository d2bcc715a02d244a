/* What the files of this room share. */
#ifndef SCMOESIM_ENGINE_PRIVATE_H
#define SCMOESIM_ENGINE_PRIVATE_H

#include <simgrid/host.h>
#include <simgrid/mailbox.h>
#include <simgrid/semaphore.h>
#include "sim/engine/engine.h"

struct engine {
    sg_host_t *hosts;
    size_t ranks;
    sg_mailbox_t *mailboxes; /* [queue * mailbox_flows + flow] */
    size_t mailbox_queues, mailbox_flows;
};

/* One in-order queue of one rank, and the actor that runs it. */
struct queue {
    struct play *play;
    size_t rank, queue;
};

/* A rank's end of a flow. */
struct flow_end {
    size_t flow, step;
    double latency_s;
};

/* A flow set with its flows' ends sorted by rank, so that an actor finds its own: those of rank
 * r are [first_of_rank[r], first_of_rank[r + 1]), in the order in which it starts them. */
struct exchange {
    const struct flow_set *set;
    struct flow_end *ends;
    size_t *first_of_rank;
    size_t first_flow; /* within a queue's, which are those of all sets one after the other */
};

struct play {
    struct engine *engine;
    const struct engine_job *job;
    struct timeline *timeline;
    double start; /* SimGrid's clock, which never goes back, when this play began */
    sg_sem_t
        *waits; /* [rank * operators + operator]; NULL where nothing on another queue is awaited */
    size_t *wait_counts; /* [operator]: operators on other queues that it waits for */
    size_t **waiters;    /* [operator]: operators on other queues that wait for it */
    size_t *waiter_counts;
    size_t queue_count; /* the plan's, then one for each background */
    struct exchange dispatch, combine, backgrounds[BACKGROUNDS_MAX];
    struct crowd *crowd; /* NULL: SimGrid shares the links */
    double background_end_s;
    unsigned char *done; /* [rank * operators + operator] */
};

/* exchange.c: indexes the flows of the play's All-to-Alls. */
void exchanges_prepare(struct play *play);
void exchanges_done(struct play *play);
/* Runs the rank's flows of one All-to-All, step by step; a step's flows go at once. In the
 * queue's actor. */
void exchange_run(const struct queue *me, const struct exchange *exchange, double bytes,
                  bool with_latency);

/* crowd.c: flows that share links by fair.h. Its actor runs until crowd_leave was called
 * for each of the play's actors. */
struct crowd *crowd_new(const struct play *play, const struct flow_set *const *sets,
                        size_t set_count);
void crowd_free(struct crowd *crowd);
void crowd_start(struct crowd *crowd, sg_host_t host);
void crowd_leave(struct crowd *crowd);
/* One end of a flow has come; when both have, it starts. */
void crowd_meet(struct crowd *crowd, const struct queue *me, size_t flow, double bytes);
/* Until all flows that the queue has met have ended. */
void crowd_wait(struct crowd *crowd, const struct queue *me);

#endif
