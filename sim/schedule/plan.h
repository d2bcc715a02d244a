/* A plan: which operators each GPU runs, on which in-order queue, after which others, moving how
 * many bytes.
 *
 * Every rank runs the same operators (single program, multiple data). Ranks differ in how long they
 * take and with whom they exchange. A plan knows shapes, not seconds. */
#ifndef SCMOESIM_SCHEDULE_PLAN_H
#define SCMOESIM_SCHEDULE_PLAN_H

#include "sim/base/diag.h"
#include "sim/base/text.h"
#include "sim/model/model.h"
#include "sim/schedule/schedule.h"

#define PLAN_OPERATORS_MAX 65536

/* Ranks that communicate with each other, each `stride` ranks behind the one before it. All ranks
 * are dealt out to such groups, so size * stride divides their number. */
struct plan_group {
    char *name; /* "data", "expert_data" */
    size_t size, stride;
};

/* A wait that counts where plans compose into a step (step.h). A plan played alone starts when all
 * before it is done. */
struct earlier_wait {
    size_t plans;          /* so many before this one, 1.. */
    size_t operator_index; /* position in this plan of the operator that is meant there */
};

struct plan_operator {
    char *name; /* "attention_l", "dispatch#2", "expert.wgrad" */
    enum operator_kind kind;
    enum operator_pass pass;
    size_t queue;  /* position in plan->queues */
    size_t *after; /* positions of operators that must be done first */
    size_t after_count;
    struct earlier_wait *earlier; /* operators of plans before this one that must be done first */
    size_t earlier_count;
    struct operator_shape shape;
    enum dtype dtype;   /* in which it keeps its rows */
    size_t group;       /* communication but All-to-Alls: position in plan->groups */
    double comm_bytes;  /* 0 for compute. All-to-All: that a rank sends, own share included.
                           All-Reduce, reduce-scatter: of the buffer that is summed. All-gather: of
                           the buffer that all end with. Send: that a rank sends */
    double fetch_bytes; /* that an expert fetch copies from host memory; 0 for others */
    size_t chunk;       /* 1.. when pipelined, else 0 */
};

struct plan {
    char *schedule;            /* template's name */
    enum dtype dtype;          /* the model's; operators may have others */
    size_t ranks, ep;          /* ep consecutive ranks form one All-to-All group, "ep" */
    struct plan_group *groups; /* others */
    size_t group_count;
    char **queues;
    size_t queue_count;
    struct plan_operator *operators; /* a queue runs its own in this order */
    size_t operator_count;
    size_t experts, top_k; /* of the model, and of a token among them; 0: not known */
    size_t slot;           /* 1..; 0 where the schedule has none */
    size_t chunks;         /* pipeline degree, 1 when not pipelined */
    size_t layers;         /* that it covers, one after the other; 0 means 1 */
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

/* Fails when the schedule has no graph for the stage. Fails, too, when the slot or the chunks bring
 * about a wait that could never end: the message then names the operators. */
int plan_build(const struct plan_request *request, struct diag *diag, struct plan **ret);

/* The ranks among which an operator communicates; its name is borrowed. */
struct plan_group plan_group_of(const struct plan *plan, const struct plan_operator *op);

/* Which of the groups that all ranks are dealt out to a rank is in: a number below the ranks. */
static inline size_t plan_group_number(const struct plan_group *group, size_t rank)
{
    return rank / (group->size * group->stride) * group->stride + rank % group->stride;
}

/* Position of the queue, or of the group, of this name; added where the plan has none. */
size_t plan_need_queue(struct plan *plan, const char *name);
size_t plan_need_group(struct plan *plan, const struct plan_group *group);

/* Adds a collective that nobody waits for and that waits for nobody, in a queue of its own:
 * gradients that go while a backward pass computes. The group's name tells whether the plan has it
 * already. */
void plan_add_beside(struct plan *plan, enum operator_kind kind, const struct plan_group *group,
                     enum dtype dtype, double comm_bytes);

/* Adds the plan as JSON, schema "scmoesim/plan/2" of doc/formats.md. */
void plan_write_json(const struct plan *plan, struct text *to);

/* Reads what plan_write_json or somebody else wrote in its schema, or in the one before it, whose
 * operators all have the plan's dtype. An operator may wait only for those that stand before it. */
int plan_read(const struct json *doc, struct diag *diag, struct plan **ret);
int plan_load(const char *path, struct diag *diag, struct plan **ret);

/* The operator's position; operator_count where none has the name. */
size_t plan_operator_named(const struct plan *plan, const char *name);

/* Times of a plan are told per layer (or block pair): divided by this. */
static inline double plan_layers(const struct plan *plan)
{
    return plan->layers ? (double)plan->layers : 1;
}

void plan_free(struct plan *plan);

#endif
