/* A plan: which operators each GPU runs, on which in-order queue, after which others, moving how many
 * bytes.
 *
 * Every rank runs the same operators (single program, multiple data); what differs between ranks is
 * how long they take and with whom they exchange. A plan knows shapes, not seconds. */
#ifndef SCMOESIM_SCHEDULE_PLAN_H
#define SCMOESIM_SCHEDULE_PLAN_H

#include "sim/model/operator.h"

struct plan_operator {
    char *name;              /* "attention_l", "dispatch#2", "expert.wgrad" */
    enum operator_kind kind;
    enum operator_pass pass;
    size_t queue;            /* position in plan->queues */
    size_t *after;           /* positions of operators that must be done first */
    size_t after_count;
    struct operator_shape shape;
    double a2a_bytes;        /* that a rank sends, own share included; 0 for compute */
    size_t chunk;            /* 1.. when pipelined, else 0 */
};

struct plan {
    char *schedule;          /* template's name */
    size_t ranks, ep;        /* ep consecutive ranks form one All-to-All group */
    char **queues;
    size_t queue_count;
    struct plan_operator *operators; /* a queue runs its own in this order */
    size_t operator_count;
    size_t slot;             /* 1..; 0 where the schedule has none */
    size_t chunks;           /* pipeline degree, 1 when not pipelined */
    bool backward;
};

void plan_free(struct plan *plan);

#endif
