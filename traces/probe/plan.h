/* Plans (scmoesim/plan/2, and 1): what each rank runs, on which queue, after what. */
#ifndef PROBE_PLAN_H
#define PROBE_PLAN_H

#include "base.h"
#include "shape.h"

struct plan_operator {
    char *name;
    enum kind kind;
    enum pass pass;
    size_t queue;
    size_t *after, after_count;
    struct shape shape;
    double a2a_bytes;   /* sent by a rank, own share included */
    double fetch_bytes; /* copied from host memory by an expert_fetch */
    size_t chunk;
};

struct plan {
    char *schedule;
    enum dtype dtype;
    size_t ranks, ep, slot, chunks;
    bool backward;
    char **queues;
    size_t queue_count;
    struct plan_operator *operators;
    size_t operator_count;
    size_t *issue; /* positions in an order in which one host thread can enqueue them all */
};

int plan_load(const char *path, struct plan **ret, struct complaint *why);
int plan_parse(const char *name, const char *text, struct plan **ret, struct complaint *why);
void plan_free(struct plan *plan);

/* Whether both are one schedule with the same work, each operator found by its name: they may
 * differ in the slot, so in where operators stand and what they wait for. */
bool plans_differ_in_slot(const struct plan *a, const struct plan *b);

#endif
