/* A plan on its way: every row's in-order queues, the GPU that they share, and the flows between
 * rows.
 *
 * The one place where the semantics of queues stand:
 *  - a queue runs its operators in order, each once all that it waits for are done;
 *  - a flow starts when all its ends have come, and its latency later;
 *  - compute operators of one GPU that run beside each other share it evenly. A communication
 * kernel holds a part of its SMs, and what computes has the rest;
 *  - a communication kernel that needs SMs begins when the compute kernel at work has ended;
 *  - a GPU has one copy engine a direction, which serves copies one after the other.
 * What things cost is settle.c's business. Internal to the room. */
#ifndef SCMOESIM_ENGINE_QUEUE_WALKER_H
#define SCMOESIM_ENGINE_QUEUE_WALKER_H

#include "sim/base/diag.h"
#include "sim/engine/flow_table.h"
#include "sim/engine/network.h"
#include "sim/engine/timeline.h"
#include "sim/model/gpu.h"
#include "sim/schedule/plan.h"

/* How an operator communicates. */
struct walk_communication {
    bool communicates;
    bool alone;        /* nobody to exchange with: no flows */
    size_t set;        /* of the table: its flows */
    double sent_bytes; /* that a rank sends in them */
    double measured_s; /* that it takes from the moment that its ranks are there, setup included;
                          0: flows decide. They then only bring the ranks together */
    double setup_s;    /* before the first flow */
    double floor_s;    /* at least, setup and flows included */
    double kernels_s;  /* that its kernels need the whole GPU; it waits for them */
    double sm_share_ratio; /* of the SMs, held while it runs */
    bool waits_for_sms;    /* begins when the compute kernel at work has ended */
    bool host_copies; /* measured_s is that of copies to and from the host; of it, inbound_s are
                         its part to the GPU alone */
    double inbound_s;
};

struct walk_job {
    const struct plan *plan;
    const struct gpu *gpu; /* for the kernels of an operator */
    const struct flow_table *table;
    struct network *network;
    const double *compute_s; /* [row * operators + operator]: on an otherwise idle GPU; of an
                                expert fetch, its copy */
    const struct walk_communication *communication; /* [operator] */
};

/* From time 0 on. Operators that never ran (a deadlock) are an error that names them. */
int walk_plan(const struct walk_job *job, struct diag *diag, struct timeline **ret);

#endif
