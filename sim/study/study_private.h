/* What the files of this room share. */
#ifndef SCMOESIM_STUDY_PRIVATE_H
#define SCMOESIM_STUDY_PRIVATE_H

#include "sim/accuracy/uncertainty.h"
#include "sim/report/metrics.h"
#include "sim/schedule/plan.h"
#include "sim/study/settle_inputs.h"
#include "sim/study/study.h"

/* A schedule in use, with the best plays found for each stage of the model. */
struct candidate {
    const struct schedule *schedule;
    struct stage_outcome *outcomes; /* [stage]; evaluated once */
    bool shown;                     /* asked for, not only needed as baseline or stand-in */
    size_t stand_in;                /* without a shortcut: position in candidates; its own: none */
};

/* Bytes of gradients that are summed over rings. */
struct gradient_bytes {
    double shared;  /* of weights that all ranks hold, over the ring of all */
    double experts; /* of a rank's experts, over the ring of the ranks that hold the same ones */
};

/* The best play of one direction (forward or backward) of one stage. */
struct best_play {
    struct played played;
    struct exposure exposure;
    size_t program;                     /* position in the setting's */
    const struct exchange_flows *flows; /* balanced */
    enum network_kind network;          /* that played */
    size_t simulated_ranks;
    size_t bound_link;             /* the busiest of its dispatch */
    double time_s;                 /* mean over the draws of the routing */
    double *draws_s;               /* [draw]; NULL where nothing is drawn */
    struct routing_outcome routed; /* means over the draws */
    double bound_ratio;            /* worst All-to-All over its bound; NaN without any */
    size_t eq11_slot;
};

struct stage_outcome {
    bool evaluated;
    struct best_play forward, backward;
};

struct study {
    struct library *own_library; /* NULL: the request named one */
    struct setting setting;
    const struct model *model; /* the library's, like routing */
    const struct routing *routing;
    char *routing_text;      /* how it differs from the default; NULL: it does not */
    double capacity_factor;  /* the model's own, which plans have only where buffers are padded */
    struct text costs_paths; /* the files, for people */
    enum run_mode mode;
    struct candidate *candidates;
    size_t candidate_count;
    size_t baseline; /* position in candidates */
    /* How often operator kinds were priced, by origin: seconds of compute in the plays kept. */
    double origin_s[3];
    bool measured_a2a;        /* a play kept took the time of an All-to-All from the costs */
    unsigned origin_kinds[3]; /* bit per operator kind */
    struct uncertainty uncertainty;
    bool knows_uncertainty; /* the data directory says what it is */
    struct facts facts;
    struct text lines[8]; /* what the facts' lines point into */
    char **notes;
    size_t note_count;
    struct result *results;
    size_t result_count;
};

/* flows.c: settles the algorithms and builds the flows for every candidate. */
int study_need_flows(struct study *study, struct diag *diag);
/* Whom a schedule's tokens go to. */
struct token_targets study_targets(const struct study *study, const struct schedule *schedule);
/* The facts' lines, once everything is played. */
void study_describe_exchange(const struct study *study, struct text *to);
void study_describe_network(const struct study *study, struct text *to);

/* training.c: finds the rings, where gradients go. */
void study_prepare_training(struct study *study);
/* What goes beside the backward pass of one pair. */
struct gradient_bytes study_gradients_beside(const struct study *study,
                                             const struct schedule *schedule,
                                             const struct model_stage *stage);
/* Whether there is any. */
bool gradients_go(const struct gradient_bytes *bytes);
/* Adds their All-Reduces to a plan. */
void study_add_gradients(const struct study *study, const struct gradient_bytes *bytes,
                         struct plan *plan);
/* The All-Reduce that nothing is left to hide. */
int study_gradient_tail_s(const struct study *study, const struct schedule *schedule,
                          struct diag *diag, double *ret);
double study_optimizer_s(const struct study *study, const struct schedule *schedule);

void study_note(struct study *study, char *owned_note);

/* Finds the best plays of a candidate on one stage, over slots and chunk degrees. */
int study_evaluate(struct study *study, struct candidate *candidate, size_t stage,
                   struct diag *diag);

/* Percentiles over the draws of the pair's plays, and means of what was drawn. */
void study_spread(const struct study *study, const struct best_play *const *plays, size_t count,
                  struct result *result);
/* The facts' line where routing is not the default. */
void study_describe_routing(const struct study *study, struct text *to);

void played_done(struct played *played);
/* Worst All-to-All of a play over the arithmetic bound of the busiest link. */
double play_bound_ratio(const struct study *study, const struct played *played,
                        const struct flow_set *dispatch, const struct flow_set *combine);
/* Of one layer or block pair, where a plan covers several. */
double play_time_s(const struct played *played);
/* A few words: what takes most of the critical path, and how much of it: "link node0/a-b> 63 %
 * (dispatch, combine)", "compute 97 % (most in attention)". Fresh memory. */
char *play_limited_by(const struct study *study, const struct best_play *const *plays,
                      size_t count);
/* The slot that the paper's Eq. 11 chooses; 0 where it does not apply. */
size_t eq11_slot(const struct schedule_graph *graph, const struct played *played,
                 const double *compute_s);

/* What data says about how far off predictions are; leaves it unknown where there is none. */
int study_load_uncertainty(struct study *study, struct diag *diag);
void study_fill_uncertainty(const struct study *study, const struct stage_outcome *outcome,
                            struct result *result);
void study_describe_uncertainty(const struct study *study, struct text *to);

#endif
