/* One what-if: a model on a topology under some schedules, from input words to results.
 *
 * The only room that brings model, schedule, cost, cluster, engine and report together; the
 * commands above it parse arguments and print. */
#ifndef SCMOESIM_STUDY_STUDY_H
#define SCMOESIM_STUDY_STUDY_H

#include "sim/base/diag.h"
#include "sim/engine/network.h"
#include "sim/report/result.h"
#include "sim/study/input_library.h"

/* Whether equivalent GPUs may be folded into one that stands for all (sim/fold/fold.h). */
enum fold_choice {
    FOLD_AUTO, /* where that is exact */
    FOLD_NEVER
};
extern const char *const fold_choice_names[]; /* "auto", "never"; NULL-terminated */

/* What a user asks for, as words. */
struct study_request {
    const char *model, *topology; /* NAME, FILE (or SHORTHAND) */
    const char *const
        *schedules; /* NAMEs or FILEs; the single word "all" means every shipped one */
    size_t schedule_count;
    const char *baseline; /* schedule that speedups refer to */
    enum run_mode mode;
    const char *tokens;       /* NULL: the model's tokens_per_gpu */
    const char *const *costs; /* files, NULL-terminated; of rows that several have the earlier
                                 file's counts. NULL: synthetic */
    const char *const *sets;  /* "/model/experts=16", applied in order */
    size_t set_count;
    size_t ep;                 /* 0: as many ranks as there are experts to spread, at most all */
    enum network_kind network; /* NETWORK_AUTO; or what is to play every rank */
    enum fold_choice fold;
    struct library *library; /* where inputs are looked up first; NULL: the study's own */
};

struct study;

/* Loads and checks everything; every problem found goes to diag. Of studies that share a library
 * only the latest may be used. */
int study_load(const struct study_request *request, struct diag *diag, struct study **ret);
void study_free(struct study *study);

/* Plays every schedule that fits the model. Opens SimGrid, hence once per process. Results and
 * facts belong to the study. */
int study_run(struct study *study, struct diag *diag);

const struct facts *study_facts(const struct study *study);
const struct result *study_results(const struct study *study, size_t *ret_count);

#endif
