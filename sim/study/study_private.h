/* What the files of this room share. */
#ifndef SCMOESIM_STUDY_PRIVATE_H
#define SCMOESIM_STUDY_PRIVATE_H

#include "sim/accuracy/uncertainty.h"
#include "sim/collective/alltoall.h"
#include "sim/collective/ring.h"
#include "sim/cost/price.h"
#include "sim/engine/engine.h"
#include "sim/report/metrics.h"
#include "sim/schedule/plan.h"
#include "sim/study/library.h"
#include "sim/study/study.h"

/* A schedule in use, with the best plays found for each stage of the model. */
struct candidate {
    const struct schedule *schedule;
    struct stage_outcome *outcomes; /* [stage]; evaluated once */
    bool shown;                     /* asked for, not only needed as baseline or stand-in */
};

/* An All-to-All algorithm that the study plays. */
struct program {
    const char *algorithm; /* alltoall.h's own name */
    struct a2a_costs costs;
};
#define PROGRAMS_MAX 8

/* Its flows when tokens go to top_k experts. */
struct wired_program {
    size_t program, top_k;
    const struct flow_set *flows;        /* the library's */
    const struct flow_set *beside_rings; /* the same for plays beside gradients */
};

/* What a rank sends in the ring All-Reduces of gradients. */
struct gradient_bytes {
    double shared;  /* of weights that all ranks hold, over the ring of all */
    double experts; /* of its experts, over the ring of the ranks that hold the same ones */
};

/* How the All-to-Alls of a play go. */
struct way {
    size_t program; /* position in the study's */
    const struct flow_set *dispatch, *combine;
    struct gradient_bytes gradients; /* beside a backward pass */
    bool many_flows;                 /* drawn ones, more than SimGrid is given */
};

/* The best play of one direction (forward or backward) of one stage. */
struct best_play {
    struct played played;
    struct exposure exposure;
    size_t program;                  /* position in the study's */
    struct gradient_bytes gradients; /* beside it */
    const struct flow_set *flows;    /* of its dispatch, balanced */
    size_t bound_link;               /* the busiest of its dispatch */
    double time_s;                   /* mean over the draws of the routing */
    double *draws_s;                 /* [draw]; NULL where nothing is drawn */
    struct routing_outcome routed;   /* means over the draws */
    double bound_ratio;              /* worst All-to-All over its bound; NaN without any */
    size_t eq11_slot;
};

struct stage_outcome {
    bool evaluated;
    struct best_play forward, backward;
};

struct study {
    struct library *own_library; /* NULL: the request named one */
    struct library *library;
    /* The library's. */
    const struct model *model;
    const struct gpu *gpu;
    const struct topology *topology;
    struct router *router;
    const struct routing *routing;
    bool exact;             /* every flow's end counts apart, however many there are */
    char *routing_text;     /* how it differs from the default; NULL: it does not */
    double capacity_factor; /* the model's own, which plans have only where buffers are padded */
    const struct cost_table *costs; /* NULL: synthetic */
    const struct cost_scale *scale;
    struct text costs_paths; /* the files, for people */
    enum run_mode mode;
    size_t ranks, ep;
    struct program programs[PROGRAMS_MAX]; /* one, or all that "auto" chooses from */
    size_t program_count;
    struct wired_program *wired;
    size_t wired_count;
    const struct rings *rings; /* of gradients, the library's; NULL where there are none */
    const struct flow_set
        *covers[PROGRAMS_MAX]; /* every pair that unequal flows may use; NULL: none */
    struct candidate *candidates;
    size_t candidate_count;
    size_t baseline;               /* position in candidates */
    struct playground *ground;     /* that it plays on */
    struct playground *own_ground; /* the same where study_run opened it */
    bool quick;                    /* plays may be quick ones */
    /* How often operator kinds were priced, by origin: seconds of compute in the plays kept. */
    double origin_s[3];
    bool measured_a2a;        /* a play kept took the time of an All-to-All from the costs */
    unsigned origin_kinds[3]; /* bit per operator kind */
    struct uncertainty uncertainty;
    bool knows_uncertainty; /* the data directory says what it is */
    struct facts facts;
    struct text lines[7]; /* what the facts' lines point into */
    char **notes;
    size_t note_count;
    struct result *results;
    size_t result_count;
};

/* An All-to-All that was played alone. */
struct lone_a2a {
    uint64_t flows; /* their fingerprint */
    double bytes, setup_s, floor_s;
    double time_s;
    bool even; /* it ended for all ranks together */
};
#define LONE_MAX 64

/* SimGrid's platform, and how its links are rated at present. */
struct playground {
    struct engine *engine; /* NULL while folds are all that was played */
    unsigned long long structure;
    size_t links;
    double *bandwidths_bytes_per_s, *latencies_s; /* by link; SimGrid knows the former only */
    struct lone_a2a lone[LONE_MAX];               /* as rated now */
    size_t lone_count;
};

/* Plays a job without simulating every rank, where that gives the same but for rounding; else
 * returns QUICK_UNSUITED. */
#define QUICK_UNSUITED 1
int quick_play(struct playground *ground, const struct engine_job *job, struct diag *diag,
               struct timeline **ret);

/* SimGrid with the study's platform, which must suit where it runs already. */
int playground_engine(struct playground *ground, const struct study *study, struct diag *diag);

/* Rates the links as the study's topology does. */
int playground_rate(struct playground *ground, const struct study *study, struct diag *diag);

/* 1,024 GPUs: ten seconds for two schedules and 650 MB; both grow with the flows at least. */
#define STUDY_FLOWS_MAX 1050000

/* exchange.c: settles the algorithms and builds the flows for every candidate. */
int study_wire(struct study *study, bool aggregate, bool fold, struct diag *diag);
/* Whether the set's flows are too many for SimGrid, whose platform then has no routes for them. */
bool study_has_many(const struct study *study, const struct flow_set *flows);
/* Has the engine share the links among a job's flows, which are equal or drawn. */
void study_share_links(const struct study *study, bool equal, struct engine_job *job);
/* Flows of a balanced exchange under a schedule; NULL before they are built. */
const struct flow_set *study_flows(const struct study *study, size_t program,
                                   const struct schedule *schedule, bool beside_rings);
/* Experts that a schedule sends each token to. */
size_t study_top_k(const struct study *study, const struct schedule *schedule);
/* The facts' line, once everything is played. */
void study_describe_exchange(const struct study *study, struct text *to);

/* training.c: finds the rings, where gradients go. */
void study_prepare_training(struct study *study, bool fold);
/* What goes beside the backward pass of one pair. */
struct gradient_bytes study_gradients_beside(const struct study *study,
                                             const struct schedule *schedule,
                                             const struct model_stage *stage);
/* Whether there is any. */
bool gradients_go(const struct gradient_bytes *bytes);
/* Puts the rings that carry something beside a job. */
void study_add_rings(const struct study *study, const struct gradient_bytes *bytes,
                     struct engine_job *job);
/* The All-Reduce that nothing is left to hide. */
int study_gradient_tail_s(const struct study *study, const struct schedule *schedule,
                          struct diag *diag, double *ret);
double study_optimizer_s(const struct study *study, const struct schedule *schedule);

void study_note(struct study *study, char *owned_note);

/* Position of a candidate by schedule name, loading it when it is not there yet. */
int study_candidate(struct study *study, const char *word, const struct study_request *request,
                    struct diag *diag, size_t *ret);

/* Whether the schedule can run this model; where not, a reason (fresh memory) in *ret_why. */
bool study_fits(const struct study *study, const struct schedule *schedule, char **ret_why);

/* prices.c: what an operator other than an All-to-All takes, /costs/time_ratio applied. A program
 * whose kernels pack rows leaves encode nothing to do, and decode little. */
struct cost study_price(const struct study *study, size_t program, const struct plan_operator *op,
                        double duty_ratio);
/* Of every operator on every rank; traffic NULL: equal but for slow GPUs. Fresh memory. */
double *study_prices(const struct study *study, size_t program, const struct plan *plan,
                     const struct traffic *traffic, double duty_ratio);

/* Finds the best plays of a candidate on one stage, over slots and chunk degrees. */
int study_evaluate(struct study *study, struct candidate *candidate, size_t stage,
                   struct diag *diag);

/* What the costs say of an All-to-All of the study's EP groups; 0 where they leave it to the
 * topology. */
double study_measured_a2a_s(const struct study *study, const struct plan_operator *op);

/* By representatives where the flows are folded, else by SimGrid. */
int study_play_job(const struct study *study, const struct engine_job *job, struct diag *diag,
                   struct timeline **ret);

/* Plays a plan at the prices of the duty that the play itself has; they come back in fresh memory.
 * traffic NULL: all ranks have as many tokens. */
int study_play_settled(const struct study *study, struct way *way, const struct traffic *traffic,
                       struct diag *diag, struct played *played, double **ret_compute_s);

/* draws.c: plays what was found best for balanced tokens under each draw of the routing: times,
 * mean exposure, and the first draw's timeline in place of the balanced one. */
int study_play_draws(const struct study *study, const struct schedule *schedule, size_t stage,
                     struct diag *diag, struct best_play *best);

/* Percentiles over the draws of the pair's plays, and means of what was drawn. */
void study_spread(const struct study *study, const struct best_play *const *plays, size_t count,
                  struct result *result);
/* The facts' line where routing is not the default. */
void study_describe_routing(const struct study *study, struct text *to);

/* Worst All-to-All of a play over the arithmetic bound of the busiest link. */
double play_bound_ratio(const struct study *study, const struct played *played,
                        const struct way *way);
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
