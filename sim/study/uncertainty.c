/* How far off results may be: from how their operators' costs are known. */
#include <math.h>
#include <stdlib.h>
#include <unistd.h>
#include "sim/base/file.h"
#include "sim/base/mem.h"
#include "sim/study/study_private.h"

#define UNCERTAINTY_FILE "traces/validation/uncertainty.csv"

/* A data directory of somebody's own may have no such file: then nothing is known. */
int study_load_uncertainty(struct study *study, struct diag *diag)
{
    char *path = mem_format("%s/%s", data_directory(), UNCERTAINTY_FILE);
    int r = 0;
    if (access(path, F_OK) == 0) {
        r = uncertainty_load(path, diag, &study->uncertainty);
        study->knows_uncertainty = r == 0;
    }
    free(path);
    return r;
}

static enum basis basis_of(const struct study *study, const struct plan_operator *op,
                           enum cost_origin origin)
{
    switch (origin) {
    case COST_MEASURED:
        return BASIS_MEASURED;
    case COST_INTERPOLATED:
        return BASIS_INTERPOLATED;
    default:
        return study->setting.gpu->fits[op->kind][op->pass].fitted ? BASIS_FITTED : BASIS_UNFITTED;
    }
}

static void add_play(const struct study *study, const struct best_play *play,
                     double time_s[BASIS_COUNT])
{
    const struct plan *plan = play->played.plan;
    struct pricing pricing = setting_pricing(&study->setting, play->program, study->model->dtype);
    for (size_t o = 0; plan && o < plan->operator_count; o++) {
        const struct plan_operator *op = &plan->operators[o];
        if (!operator_computes(op->kind))
            continue;
        struct surroundings hot = {.duty_ratio = 1};
        struct cost cost = price_operator(&pricing, op, &hot);
        time_s[basis_of(study, op, cost.origin)] += cost.time_s;
    }
}

void study_fill_uncertainty(const struct study *study, const struct stage_outcome *outcome,
                            struct result *result)
{
    double time_s[BASIS_COUNT] = {0};
    result->pair_uncertainty_ratio = result->speedup_uncertainty_ratio = NAN;
    if (!study->knows_uncertainty)
        return;
    add_play(study, &outcome->forward, time_s);
    add_play(study, &outcome->backward, time_s);
    result->pair_uncertainty_ratio = uncertainty_mix(study->uncertainty.pair_ratio, time_s);
    result->speedup_uncertainty_ratio = uncertainty_mix(study->uncertainty.speedup_ratio, time_s);
}

/* "+-5 %", or "+-5 to 14 %" where schedules differ. */
static void add_range(double least_ratio, double most_ratio, struct text *to)
{
    long least = lround(100 * least_ratio), most = lround(100 * most_ratio);
    if (least < most)
        text_add(to, "+-%ld to %ld %%", least, most);
    else
        text_add(to, "+-%ld %%", most);
}

void study_describe_uncertainty(const struct study *study, struct text *to)
{
    double pair[2] = {INFINITY, 0}, speedup[2] = {INFINITY, 0};
    if (!study->knows_uncertainty) {
        text_add(to, "not known: the data directory has no " UNCERTAINTY_FILE);
        return;
    }
    for (size_t i = 0; i < study->result_count; i++) {
        const struct result *result = &study->results[i];
        pair[0] = fmin(pair[0], result->pair_uncertainty_ratio);
        pair[1] = fmax(pair[1], result->pair_uncertainty_ratio);
        if (result->speedup_uncertainty_ratio > 0) { /* not the baseline */
            speedup[0] = fmin(speedup[0], result->speedup_uncertainty_ratio);
            speedup[1] = fmax(speedup[1], result->speedup_uncertainty_ratio);
        }
    }
    text_add(to, "pair ");
    add_range(pair[0], pair[1], to);
    if (speedup[1] > 0) { /* the baseline alone has none */
        text_add(to, ", speedup ");
        add_range(speedup[0], speedup[1], to);
    }
    text_add(to, ", errors of links not counted: 95 of 100 plans replayed on GPUs came as near "
                 "with costs known "
                 "like these (" UNCERTAINTY_FILE ")");
}
