/* One row of a result: what a schedule gives on a cluster. Filled by sim/study, shown by the
 * printers in this room (text, CSV, JSON, Chrome trace, SVG), one file each. */
#ifndef SCMOESIM_REPORT_RESULT_H
#define SCMOESIM_REPORT_RESULT_H

#include "sim/base/json.h"
#include "sim/base/text.h"
#include "sim/engine/timeline.h"
#include "sim/schedule/plan.h"

enum run_mode { MODE_INFERENCE, MODE_TRAINING };
extern const char *const run_mode_names[]; /* "inference", "training"; NULL-terminated */

/* A plan that was played, kept for traces and pictures. */
struct played {
    struct plan *plan;
    struct timeline *timeline;
};

struct result {
    const char *model, *topology, *schedule; /* borrowed from the study */
    enum run_mode mode;
    size_t ranks, ep;
    double
        node_network_bytes_per_s; /* datasheet rate from a node into the fabric; NaN without one */
    double tokens_per_rank;       /* in the pair's stage */
    double pair_time_s;           /* block pair (or MoE layer where every layer has MoE); training:
                                     forward and backward */
    const char *routing;          /* what tokens choose; NULL: balanced and padded. Borrowed */
    size_t draws;                 /* of the routing, times then being means; 0: nothing drawn */
    double pair_time_p10_s, pair_time_p50_s, pair_time_p90_s; /* over the draws; else NaN */
    double load_imbalance_ratio; /* copies on the busiest GPU over the mean; NaN without draws */
    double dropped_ratio;        /* of the copies, beyond the capacity; NaN without draws */
    double speedup_ratio;        /* baseline's pair_time_s / pair_time_s */
    double end_to_end_time_s;    /* all layers */
    double end_to_end_speedup_ratio;
    double a2a_time_s, exposed_a2a_s, exposed_dispatch_s, exposed_combine_s;
    double compute_time_s;
    double operator_time_s[OPERATOR_KIND_COUNT]; /* of that, by kind; All-to-Alls: 0 */
    double overlap_ratio;
    double a2a_bound_ratio;        /* worst All-to-All of the pair over its arithmetic bound; NaN
                                      when there is no All-to-All */
    char *limited_by;              /* "link node0/pcie0-socket0> (dispatch, combine): 61 % of the
                                      path"; NULL: not known */
    double a2a_share_of_moe_ratio; /* NaN where there is no MoE */
    const char *a2a_algorithm;     /* of the pair's forward All-to-Alls; NULL: there are none */
    const char *backward_a2a_algorithm;    /* likewise; training only, else NULL */
    size_t slot, chunks;                   /* 0, 1 where the schedule has none */
    size_t backward_slot, backward_chunks; /* training only, else 0 */
    size_t eq11_slot;         /* what the paper's Eq. 11 would choose; 0: does not apply */
    double peak_memory_bytes; /* of one GPU: weights, caches, buffers, context; NaN in training */
    double gradient_tail_s; /* training: All-Reduce with nothing left to hide it; in the end-to-end
                               time */
    double optimizer_s;     /* training: Adam's step; likewise */
    double measured_ratio;  /* share of compute time with measured or interpolated costs */
    size_t simulated_ranks; /* GPUs whose queues were followed, each standing for its equivalents */
    double pair_uncertainty_ratio;    /* 95 of 100 replays with costs known like these were as near;
                                         NaN:    not known */
    double speedup_uncertainty_ratio; /* the same for speedup_ratio; 0 for the baseline */
    struct played forward, backward;  /* of the pair; backward.plan NULL in inference */
};

/* What stands above a table: the facts that a reader needs to judge it. */
struct facts {
    const char *version;      /* scmoesim's */
    const char *network_line; /* what played: "folded", "simgrid 3.32, CM02, …" */
    const char *model_line;   /* "swinv2-moe-s: fp16, 18432 tokens per GPU, …" */
    const char *topology_line;
    const char *costs_line;       /* what was measured and what synthesised */
    const char *routing_line;     /* NULL: balanced and padded */
    const char *a2a_line;         /* algorithm, setup, SM share, flows */
    const char *set_line;         /* "/model/experts=16, …"; NULL: inputs are as in their files */
    const char *uncertainty_line; /* how far off the results may be, and how that is known */
    const char *baseline;         /* schedule that speedups refer to */
    char **notes;                 /* "schedule x skipped: …"; borrowed. No bounds: print_text
                                     flags a2a_bound_ratio below 1 and above 2 itself */
    size_t note_count;
};

/* Printers append to `to` and never fail. */
void print_text(const struct facts *facts, const struct result *results, size_t count,
                struct text *to); /* at most 80 columns, two header rows, facts as # lines on top */
void print_csv(const struct result *results, size_t count, struct text *to);
/* One row's cells alone, for tables that have columns beside them. */
struct csv_out;
void print_csv_cells(const struct result *result, struct csv_out *out);
void print_json(const struct facts *facts, const struct result *results, size_t count,
                struct text *to);
/* Chrome Trace Event JSON: a process for each schedule and rank (ranks 0..7 only), a track for each
 * queue. Arrows lead from each operator to those on other queues that waited for it, and to an
 * All-to-All from the partner that came last. */
void print_chrome_trace(const struct result *results, size_t count, struct text *to);
/* The queues of rank 0 for each result above one another on one time axis: SVG for a paper. */
void print_timeline_svg(const struct result *results, size_t count, struct text *to);

/* The CSV's columns in order, NULL-terminated (doc/results.md explains each). */
extern const char *const result_columns[];

#endif
