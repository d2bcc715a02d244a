/* Predictions held against what was measured: errors of whole pairs, of speedups and of the
 * choice of a slot, beside those that measuring again would have. */
#ifndef SCMOESIM_ACCURACY_ACCURACY_H
#define SCMOESIM_ACCURACY_ACCURACY_H

#include "sim/accuracy/replays.h"
#include "sim/base/text.h"

/* One replay and its prediction. */
struct outcome {
    const struct replay *replay;
    struct plan *plan;  /* as it was played, waits and shapes included; NULL: not known; owned */
    struct span *spans; /* predicted, in the order of the replay's operators; owned */
    double predicted_s;
    double duty_ratio, costs_measured_ratio; /* of the prediction; NaN: not known */
    size_t slot;                             /* fixed slot of the plan; 0: none, or not known */
    bool backward;                           /* it has a backward pass */
    bool tuned;                              /* a modelling constant was tuned on the shape */
    double event_s; /* what an event adds to an operator in the instrumented series: of the
                       costs' row "event"; 0 where it is not known */
    /* The rest is filled by outcomes_relate. */
    double repeat_s; /* the replay's instrumented series less the time of its events: a
                        second measurement of the same plan; NaN where there is none */
    double overlap_measured_ratio, overlap_predicted_ratio; /* NaN by a factor of 0, or where the
                                                                pair alone is told */
    double speedup_measured_ratio, speedup_predicted_ratio; /* over the baseline; NaN without one */
    double speedup_repeat_ratio;
};

/* Gives the outcome its predicted time and spans. Spans are found by name: one that the plan lacks
 * is an error. */
int outcome_set_timeline(struct outcome *outcome, const struct plan *plan,
                         const struct timeline *timeline, struct diag *diag);
void outcome_done(struct outcome *outcome);

/* Speedups are over the replay of the schedule `baseline` with the same shape, launch, factor and
 * direction. */
void outcomes_relate(struct outcome *outcomes, size_t count, const char *baseline);

/* An operator's measured time (replay_operator_s) less its event, and its predicted one. */
double outcome_measured_s(const struct outcome *outcome, size_t operator_index);
double outcome_predicted_s(const struct outcome *outcome, size_t operator_index);

/* Which outcomes a figure is over: -1 and NULL stand for any. */
struct part {
    int tuned, backward;
    const char *schedule;
};

/* What is held against the measured times. */
enum estimate { ESTIMATE_PREDICTED, ESTIMATE_REPEAT };

struct error_summary {
    size_t count;                              /* pairs that have the estimate */
    double mean_ratio, p95_ratio, worst_ratio; /* of |error| */
    double bias_ratio;                         /* of error */
    size_t speedups;
    double speedup_mean_ratio, speedup_p95_ratio; /* of |error| of the speedup over the baseline */
};
struct error_summary outcomes_errors(const struct outcome *outcomes, size_t count,
                                     const struct part *part, enum estimate estimate);

/* Among the fixed slots of one schedule, all else equal: how often the slot that the estimate puts
 * first was measured fastest, or within near_ratio of the fastest. */
struct choice_summary {
    size_t choices;
    double right_ratio, near_ratio;
};
#define NEAR_RATIO 0.01
struct choice_summary outcomes_choices(const struct outcome *outcomes, size_t count,
                                       const struct part *part, enum estimate estimate);
/* The same of an exact prediction: how often the slot that is predicted fastest would be measured
 * so, if pairs took what is predicted and rounds of replays varied as theirs did. Over choices
 * whose replays all tell several rounds, and were played alone. */
struct choice_summary outcomes_exact_choices(const struct outcome *outcomes, size_t count,
                                             const struct part *part);

/* Errors of operators' times, by kind. */
struct kind_summary {
    size_t count;
    double mean_ratio, bias_ratio, share_ratio; /* share: of all measured operator time */
};
void outcomes_kinds(const struct outcome *outcomes, size_t count,
                    struct kind_summary ret[OPERATOR_KIND_COUNT]);

/* What stands above a report. */
struct accuracy_facts {
    const char *replays, *predictions; /* where both come from */
    const char *tuned;                 /* file that lists the tuned shapes; NULL: none */
    const char *baseline;
    bool graphs_unknown; /* replays by CUDA graphs were predicted as eager launches */
};
/* At most 80 columns. Few replays are shown one by one, and one or two with their operators. */
void outcomes_print(const struct accuracy_facts *facts, const struct outcome *outcomes,
                    size_t count, struct text *to);

/* CSV: a row for each replay; a row for each operator of each. doc/results.md explains the
 * columns. */
void outcomes_write(const struct outcome *outcomes, size_t count, struct text *to);
void outcomes_write_operators(const struct outcome *outcomes, size_t count, struct text *to);

#endif
