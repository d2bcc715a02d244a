/* Inputs read once and shared by many studies: documents, and what was read from them under the
 * same edits. A sweep plays thousands of points that differ in one number; everything else is found
 * here.
 *
 * What the functions hand out belongs to the library and lasts until library_tidy, which a study
 * calls as it begins: of studies that share a library only the latest may be used. */
#ifndef SCMOESIM_STUDY_INPUT_LIBRARY_H
#define SCMOESIM_STUDY_INPUT_LIBRARY_H

#include "sim/cost/cost.h"
#include "sim/tokens/routing.h"
#include "sim/cost/time_factors.h"
#include "sim/model/model.h"
#include "sim/schedule/schedule.h"
#include "sim/study/cluster_flows.h"

struct library;

struct library *library_new(void);
void library_free(struct library *library);
/* Forgets what was used least recently beyond a fixed number of objects. */
void library_tidy(struct library *library);

/* "/model/experts=16": a pointer that begins with the input's name, and JSON or a word. */
struct edits {
    const char *const *sets;
    size_t count;
};

/* NAME, FILE (or SHORTHAND) read under those of the edits that concern it, in their order. */
int library_model(struct library *library, const char *word, const struct edits *edits,
                  struct diag *diag, const struct model **ret);
int library_gpu(struct library *library, const char *word, const struct edits *edits,
                struct diag *diag, const struct gpu **ret);
int library_topology(struct library *library, const char *word, const struct edits *edits,
                     struct diag *diag, const struct topology **ret);
int library_schedule(struct library *library, const char *word, const struct edits *edits,
                     struct diag *diag, const struct schedule **ret);
/* What plays in its place where a stage has no shortcut; NULL where it needs nobody. That one must
 * need nobody either. */
int library_stand_in(struct library *library, const struct schedule *schedule, struct diag *diag,
                     const struct schedule **ret);
/* There is one, of defaults; edits make it what it is. */
int library_routing(struct library *library, const struct edits *edits, struct diag *diag,
                    const struct routing **ret);
int library_scale(struct library *library, const struct edits *edits, struct diag *diag,
                  const struct cost_scale **ret);
/* Files as one table, NULL-terminated and at least one (cost_table_load). */
int library_costs(struct library *library, const char *const *paths, struct diag *diag,
                  const struct cost_table **ret);

/* Routes, flows and rings of a topology that this library handed out. */
struct cluster_flows *library_flows(struct library *library, const struct topology *topology);

/* Names of the shipped schedules, sorted; NULL-terminated. */
const char *const *library_schedule_names(struct library *library);

/* What every document and cost file read so far says, as one number that is the same for the same
 * contents, whatever the order of reading. */
unsigned long long library_fingerprint(const struct library *library);

#endif
