/* A plan: which operators each GPU runs, on which in-order queue, after which others, moving how
 * many bytes.
 *
 * Every rank runs the same operators (single program, multiple data); what differs between ranks is
 * how long they take and with whom they exchange. A plan knows shapes, not seconds. */
#ifndef SCMOESIM_SCHEDULE_PLAN_H
#define SCMOESIM_SCHEDULE_PLAN_H

#include "sim/base/diag.h"
#include "sim/base/text.h"
#include "sim/model/model.h"
#include "sim/schedule/schedule.h"

struct plan_operator {
    char *name; /* "attention_l", "dispatch#2", "expert.wgrad" */
    enum operator_kind kind;
    enum operator_pass pass;
    size_t queue;  /* position in plan->queues */
    size_t *after; /* positions of operators that must be done first */
    size_t after_count;
    struct operator_shape shape;
    double a2a_bytes;   /* that a rank sends, own share included; 0 for compute */
    double fetch_bytes; /* that an expert fetch copies from host memory; 0 for others */
    size_t chunk;       /* 1.. when pipelined, else 0 */
};

struct plan {
    char *schedule;   /* template's name */
    size_t ranks, ep; /* ep consecutive ranks form one All-to-All group */
    char **queues;
    size_t queue_count;
    struct plan_operator *operators; /* a queue runs its own in this order */
    size_t operator_count;
    size_t slot;   /* 1..; 0 where the schedule has none */
    size_t chunks; /* pipeline degree, 1 when not pipelined */
    size_t layers; /* that it covers, one after the other; 0 means 1 */
    bool backward;
};

struct plan_request {
    const struct schedule *schedule;
    const struct model *model;
    const struct model_stage *stage; /* one with MoE */
    size_t ranks, ep; /* ep divides ranks, and the model's experts are a multiple of it */
    size_t slot;      /* 1 .. among_count + 1, or 0 for the template's own order */
    size_t chunks;    /* 1: not pipelined */
    bool backward;    /* derived: edges reversed, dispatch and combine swapped, operators
                         with weights split into input and weight gradient */
};

/* Fails when the schedule has no graph for the stage, or when the slot or the chunks bring about a
 * wait that could never end; the message names the operators. */
int plan_build(const struct plan_request *request, struct diag *diag, struct plan **ret);

/* Adds the plan as JSON, schema "scmoesim/plan/1" of doc/formats.md. */
void plan_write_json(const struct plan *plan, enum dtype dtype, struct text *to);

/* Reads what plan_write_json wrote, or somebody else in its schema. An operator may wait only for
 * those that stand before it. */
int plan_read(const struct json *doc, struct diag *diag, struct plan **ret, enum dtype *ret_dtype);

/* The operator's position; operator_count where none has the name. */
size_t plan_operator_named(const struct plan *plan, const char *name);

/* Times of a plan are told per layer (or block pair): divided by this. */
static inline double plan_layers(const struct plan *plan)
{
    return plan->layers ? (double)plan->layers : 1;
}

void plan_free(struct plan *plan);

#endif
