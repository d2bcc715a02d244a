/* A schedule template: the operator graph of a block pair, or of a layer where every layer has MoE.
 * It leaves two choices, which are searched: the slot of the expert computation, and the number of
 * chunks of a pipeline.
 *
 * File format: doc/formats.md, "Schedule". A template knows neither sizes nor seconds. */
#ifndef SCMOESIM_SCHEDULE_SCHEDULE_H
#define SCMOESIM_SCHEDULE_SCHEDULE_H

#include "sim/base/diag.h"
#include "sim/base/json.h"
#include "sim/model/operator.h"

struct template_operator {
    char *name;
    enum operator_kind kind;
    size_t queue;  /* position in the graph's queues */
    size_t *after; /* positions of earlier operators */
    size_t after_count;
    size_t *after_previous; /* positions of operators of the layer before, where there is one */
    size_t after_previous_count;
    enum operator_pass pass;
    double token_ratio; /* of the micro-batch's tokens that the operator works on, (0, 1] */
    size_t top_k;       /* 0: the schedule's routed_top_k */
};

/* Absent while operator_count is 0. */
struct schedule_graph {
    struct template_operator *operators;
    size_t operator_count;
    char **queues;
    size_t queue_count;
    size_t slot_operator; /* meaningful when among_count > 0 */
    size_t *among;      /* backbone operators around which the slot operator may stand, in order */
    size_t among_count; /* slots are 1 .. among_count + 1 */
    size_t
        layers; /* that the operators cover, one after the other; 1 but for overlap across layers */
    bool both_passes; /* forward and backward operators stand in it, of two micro-batches */
};

struct schedule {
    char *name, *summary, *source;
    size_t routed_top_k; /* 0: the model's own */
    bool shared_expert;
    bool in_all; /* one of those that the word "all" stands for */
    bool delay_weight_gradient;
    char *without_shortcut; /* a schedule's name, or NULL */
    struct schedule_graph pair, block;
    char **pipelined; /* names of the operators that are cut into chunks */
    size_t pipelined_count;
    size_t *chunk_choices; /* degrees to try; empty when not pipelined */
    size_t chunk_choice_count;
    size_t fixed_slot, fixed_backward_slot; /* 0: search */
};

int schedule_read(const struct json *doc, struct diag *diag, struct schedule **ret);
void schedule_free(struct schedule *schedule);

/* Whether a graph holds backward operators, so that it is a whole training step of its layers. */
bool schedule_has_both_passes(const struct schedule *schedule);

/* Whether a graph holds an operator of the kind. */
bool schedule_has_kind(const struct schedule *schedule, enum operator_kind kind);

/* The graph for a stage's moe_every (1: block, 2: pair), or NULL where the template lacks it. */
const struct schedule_graph *schedule_graph_for(const struct schedule *schedule, size_t moe_every);

#endif
