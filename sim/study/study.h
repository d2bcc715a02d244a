/* One what-if: a model on a topology under some schedules, from input words to results.
 *
 * The only room that brings model, schedule, cost, cluster, engine and report together; the commands
 * above it parse arguments and print. */
#ifndef SCMOESIM_STUDY_STUDY_H
#define SCMOESIM_STUDY_STUDY_H

#include "sim/base/diag.h"
#include "sim/report/result.h"

/* What a user asks for, as words. */
struct study_request {
    const char *model, *topology;  /* NAME, FILE (or SHORTHAND) */
    const char *const *schedules;  /* NAMEs or FILEs; the single word "all" means every shipped one */
    size_t schedule_count;
    const char *baseline;          /* schedule that speedups refer to */
    enum run_mode mode;
    const char *tokens;            /* NULL: the model's tokens_per_gpu */
    const char *costs;             /* NULL: synthetic */
    const char *const *sets;       /* "/model/experts=16", applied in order */
    size_t set_count;
    size_t ep;                     /* 0: as many ranks as there are experts to spread, at most all */
    bool keep_flows_apart;         /* no flow may stand for several */
};

struct study;

/* Loads and checks everything; every problem found goes to diag. */
int study_load(const struct study_request *request, struct diag *diag, struct study **ret);
void study_free(struct study *study);

/* Plays every schedule that fits the model. Opens SimGrid, hence once per process. Results and facts
 * belong to the study. */
int study_run(struct study *study, struct diag *diag);

enum dtype study_dtype(const struct study *study);
const struct facts *study_facts(const struct study *study);
const struct result *study_results(const struct study *study, size_t *ret_count);

#endif
