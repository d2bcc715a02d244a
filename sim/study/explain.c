/* Why a play takes as long as it does: the bound of its All-to-Alls, its critical path, and what
 * the paper's rule would have chosen. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"
#include "sim/study/study_private.h"

/* The largest over ranks of how long an All-to-All transferred, from the moment that all had come.
 */
static double transfer_time_s(const struct played *played, size_t op)
{
    double longest = 0;
    for (size_t r = 0; r < played->plan->ranks; r++) {
        const struct span *span = timeline_span(played->timeline, r, op);
        longest = fmax(longest, span->end_s - span->transfer_s);
    }
    return longest;
}

/* Late ranks find the links emptied by the others, so that only an All-to-All which all ranks begin
 * at one moment can be held against the bound. */
static bool begun_together(const struct played *played, size_t op)
{
    const struct span *first = timeline_span(played->timeline, 0, op);
    double rounding = 1e-9 * played->timeline->end_s;
    for (size_t r = 1; r < played->plan->ranks; r++)
        if (fabs(timeline_span(played->timeline, r, op)->start_s - first->start_s) > rounding)
            return false;
    return true;
}

double play_bound_ratio(const struct study *study, const struct played *played,
                        const struct flow_set *dispatch, const struct flow_set *combine)
{
    double worst = NAN;
    for (size_t o = 0; o < played->plan->operator_count; o++) {
        const struct plan_operator *op = &played->plan->operators[o];
        const struct flow_set *flows = op->kind == OPERATOR_DISPATCH ? dispatch : combine;
        double bound_s = a2a_bound_s(&flows->bound, op->comm_bytes);
        if (!operator_is_all_to_all(op->kind) || bound_s <= 0 ||
            setting_measured_a2a_s(&study->setting, op) > 0 || !begun_together(played, o))
            continue;
        double ratio = transfer_time_s(played, o) / bound_s;
        /* The farther from 1, the worse: a ratio below 1 is a bug, one above 2 a question. */
        if (isnan(worst) || fabs(ratio - 1) > fabs(worst - 1))
            worst = ratio;
    }
    return worst;
}

/* Seconds of critical path by cause. */
struct causes {
    double kind_s[OPERATOR_KIND_COUNT];
    double compute_s, link_s, setup_s, fetch_s, measured_s, gradients_s, total_s;
    bool dispatch, combine;
};

static void add_step(const struct study *study, const struct best_play *play,
                     const struct critical_step *step, struct causes *causes)
{
    const struct plan_operator *op = &play->played.plan->operators[step->operator_index];
    double time_s = step->to_s - step->from_s;
    causes->total_s += time_s;
    if (op->kind == OPERATOR_EXPERT_FETCH) {
        causes->fetch_s += time_s;
        return;
    }
    if (operator_computes(op->kind)) {
        causes->kind_s[op->kind] += time_s;
        causes->compute_s += time_s;
        return;
    }
    causes->dispatch |= op->kind == OPERATOR_DISPATCH;
    causes->combine |= op->kind == OPERATOR_COMBINE;
    if (setting_measured_a2a_s(&study->setting, op) > 0) {
        causes->measured_s += time_s;
        return;
    }
    double setup_s = fmin(time_s, study->setting.programs[play->program].costs.setup_s);
    causes->setup_s += setup_s;
    causes->link_s += time_s - setup_s;
}

/* A pair whose backward pass ends before the gradients beside it. */
static void add_background(const struct played *played, struct causes *causes)
{
    double last_s = 0;
    const struct timeline *timeline = played->timeline;
    for (size_t i = 0; i < timeline_rows(timeline) * timeline->operators; i++)
        if (played->plan->operators[i % timeline->operators].kind != OPERATOR_ALL_REDUCE)
            last_s = fmax(last_s, timeline->spans[i].end_s);
    causes->gradients_s += timeline->end_s - last_s;
    causes->total_s += timeline->end_s - last_s;
}

char *play_limited_by(const struct study *study, const struct best_play *const *plays, size_t count)
{
    struct causes causes = {0};
    for (size_t i = 0; i < count; i++) {
        struct critical_step *steps;
        const struct played *played = &plays[i]->played;
        size_t step_count = critical_path(played->plan, played->timeline, &steps);
        for (size_t s = 0; s < step_count; s++)
            add_step(study, plays[i], &steps[s], &causes);
        free(steps);
        add_background(played, &causes);
    }
    double percent = causes.total_s > 0 ? 100 / causes.total_s : 0;
    const char *which = causes.dispatch && causes.combine ? "dispatch, combine"
                        : causes.dispatch                 ? "dispatch"
                                                          : "combine";
    if (causes.fetch_s > causes.compute_s && causes.fetch_s >= causes.link_s + causes.setup_s)
        return mem_format("expert fetch %.0f %%", causes.fetch_s * percent);
    if (causes.measured_s > causes.compute_s && causes.measured_s >= causes.link_s)
        return mem_format("measured All-to-All %.0f %% (%s)", causes.measured_s * percent, which);
    if (causes.gradients_s > causes.compute_s &&
        causes.gradients_s >= causes.link_s + causes.setup_s)
        return mem_format("gradients' All-Reduce %.0f %%", causes.gradients_s * percent);
    if (causes.link_s > causes.compute_s && causes.link_s >= causes.setup_s)
        return mem_format("link %s %.0f %% (%s)",
                          study->setting.topology->links[plays[0]->bound_link].name,
                          causes.link_s * percent, which);
    if (causes.setup_s > causes.compute_s)
        return mem_format("All-to-All setup %.0f %% (%s)", causes.setup_s * percent, which);
    size_t largest = 0;
    for (size_t k = 0; k < OPERATOR_KIND_COUNT; k++)
        if (causes.kind_s[k] > causes.kind_s[largest])
            largest = k;
    return mem_format("compute %.0f %% (most in %s)", causes.compute_s * percent,
                      operator_kind_names[largest]);
}

/* Eq. 11 picks the slot K with the least |T_pre - T_disp| + |T_post - T_comb|: the expert splits
 * the backbone so that what stands before it hides dispatch and what stands after it hides combine.
 */
size_t eq11_slot(const struct schedule_graph *graph, const struct played *played,
                 const double *compute_s)
{
    double dispatch_s = 0, combine_s = 0, backbone_s = 0;
    size_t a2a_count = 0;
    double *among_s = mem_zeroed(graph->among_count, sizeof *among_s);
    for (size_t o = 0; o < played->plan->operator_count; o++) {
        const struct plan_operator *op = &played->plan->operators[o];
        const struct span *span = timeline_span(played->timeline, 0, o);
        a2a_count += operator_is_all_to_all(op->kind);
        if (op->kind == OPERATOR_DISPATCH)
            dispatch_s += span->end_s - span->transfer_s;
        if (op->kind == OPERATOR_COMBINE)
            combine_s += span->end_s - span->transfer_s;
        for (size_t a = 0; a < graph->among_count; a++)
            if (strcmp(graph->operators[graph->among[a]].name, op->name) == 0)
                backbone_s += among_s[a] = compute_s[o];
    }
    size_t best = 0;
    double least_s = INFINITY, before_s = 0;
    for (size_t slot = 1; slot <= graph->among_count + 1; slot++) {
        double mismatch_s = fabs(before_s - dispatch_s) + fabs(backbone_s - before_s - combine_s);
        if (mismatch_s < least_s - 1e-9 * backbone_s) {
            least_s = mismatch_s;
            best = slot;
        }
        if (slot <= graph->among_count)
            before_s += among_s[slot - 1];
    }
    free(among_s);
    return a2a_count == 2 ? best : 0; /* the rule speaks of one dispatch and one combine */
}
