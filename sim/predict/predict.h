/* Predicts what the probe measures when it replays a plan: one rank, its operators at measured
 * times. On one GPU its All-to-Alls are copies to and from host memory at the same time; on several
 * they are NCCL's, and all ranks do the same at the same times.
 *
 * Knows the engine and the costs; knows nothing of models, topologies or schedules' search. */
#ifndef SCMOESIM_PREDICT_PREDICT_H
#define SCMOESIM_PREDICT_PREDICT_H

#include "sim/cost/launch.h"
#include "sim/engine/engine.h"
#include "sim/schedule/plan.h"

struct predict_settings {
    const struct cost_table *costs; /* operators, overheads; on one GPU copy_bidirectional over
                                       sizes, on several all_to_all */
    const struct gpu *gpu;          /* for what the costs lack; its SMs */
    size_t gpus;                    /* that exchange, 1 or the plan's EP */
    double factor_ratio;            /* times the plan's All-to-All bytes */
    enum launch launch; /* where nothing tells what graphs add, they are as eager launches */
};

struct prediction {
    struct timeline *timeline; /* one rank; the caller frees it */
    double duty_ratio;         /* share of the pair that the GPU computes */
    double measured_ratio;     /* share of compute time whose costs were measured or interpolated */
};

/* Starts SimGrid with a platform of one host; once per process. */
int predict_open(struct diag *diag, struct engine **ret);

/* A pair as part of a long series of equal ones. Operators cost what they cost at the duty that
 * the prediction itself has. On one GPU kernels that start while an exchange runs start
 * launch_beside_copies later, and an exchange beside compute takes exchange_beside_compute more; in
 * a CUDA graph such kernels start launch_in_graph_beside_copies later still, and an exchange takes
 * exchange_in_graph more. On several an All-to-All waits for SMs (sms.h), holds those that its
 * kernels run on (cost_all_to_all_sms), runs at the clock that compute leaves, and for each second
 * beside compute takes all_to_all_beside_compute seconds more. These are rows of the costs, 0
 * without them. All this is found by playing again until it settles. */
int predict_plan(struct engine *engine, const struct plan *plan, enum dtype dtype,
                 const struct predict_settings *settings, struct diag *diag,
                 struct prediction *ret);

#endif
