/* What was measured when plans were played. It is read from tables such as those in
 * traces/validation, or from the timelines that the probe writes. A table may tell pair times
 * alone.
 *
 * Knows nothing of how predictions come about. */
#ifndef SCMOESIM_ACCURACY_REPLAYS_H
#define SCMOESIM_ACCURACY_REPLAYS_H

#include "sim/base/csv.h"
#include "sim/base/diag.h"
#include "sim/base/json.h"
#include "sim/engine/timeline.h"
#include "sim/engine/settle.h"
#include "sim/schedule/plan.h"

/* One plan, played with one launch and one factor on the All-to-Alls' bytes; or predicted. */
struct replay {
    char *plan;  /* the plan file's name, without folder and ending */
    char *shape; /* that name up to its first '.' */
    size_t
        gpus; /* among which its All-to-Alls went; 1: they were exchanges with the host's memory */
    enum launch launch;
    double factor_ratio;
    double
        *times_s; /* of the whole pair, a run each: the same may have been played several times */
    size_t runs;
    double time_s; /* their median */
    size_t turns;  /* plans that it took turns with, itself counted; 1: it was played alone */
    size_t rounds; /* that one run's time is the median of, minutes apart; 1: not told */
    double round_spread_ratio; /* a round's standard deviation over the time, from the rounds'
                              range; NaN: not told */
    double instrumented_s; /* the pair once more, with an event before and behind each operator; NaN
                              where there is none */
    double event_s;        /* of a prediction: what an event between operators would add; else 0 */
    struct plan *operators; /* schedule, queues, and the operators' names, kinds, passes and queues;
                               no waits and no shapes; no operators where the pair alone is told */
    struct timeline *timeline; /* of the instrumented series: where each operator stood, on each
                                  rank; on all ranks' common clock */
};

struct replay_set {
    struct replay *replays;
    size_t count;
};

/* Adds the table's replays; where the set has one of the same plan, launch and factor, its time
 * is one more run of that. */
int replays_read(const struct csv *csv, struct diag *diag, struct replay_set *set);
int replays_read_csv(const char *path, struct diag *diag, struct replay_set *set);
/* A timeline, "scmoesim/timeline/1": measured by the probe, or predicted. The caller owns *ret. */
int replay_read_timeline(const struct json *doc, struct diag *diag, bool *ret_predicted,
                         struct replay *ret);
/* The prediction of a plan, as such a timeline. */
struct predicted_facts {
    const char *path; /* the plan's file */
    enum launch launch;
    double factor_ratio, event_s;
    size_t gpus;
};
void timeline_write_predicted(const struct predicted_facts *facts, const struct plan *plan,
                              const struct settled *settled, struct text *to);
/* Adds one, taking what it owns. */
void replays_add(struct replay_set *set, struct replay *replay);

/* Whether it tells operators, not the pair's time alone. */
bool replay_has_operators(const struct replay *replay);

/* How long an operator took, events included. Among several ranks: the mean, but of an All-to-All
 * the time of the rank that came last, which waited for nobody. */
double replay_operator_s(const struct replay *replay, size_t operator_index);

void replay_done(struct replay *replay);
void replays_done(struct replay_set *set);

#endif
