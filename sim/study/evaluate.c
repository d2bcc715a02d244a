/* The search for a schedule's best play on one stage of the model. */
#include <math.h>
#include <stdlib.h>
#include "sim/base/mem.h"
#include "sim/study/study_private.h"

/* Two plays count as equally fast within this; the smaller slot and degree then win, so that
 * rounding never decides. */
#define TIE_RATIO 1e-9

/* Where costs depend on how much of the time the GPUs compute, playing gives a duty; a few rounds
 * bring it within a thousandth. */
#define ROUNDS_MAX 8
#define SETTLED 1e-3

/* Times are measured with equal shares, so that they say nothing of unequal ones. */
double study_measured_a2a_s(const struct study *study, const struct plan_operator *op)
{
    bool asked = operator_is_all_to_all(op->kind) && routing_is_even(study->routing);
    return asked ? price_all_to_all_s(study->costs, op, study->ep) : 0;
}

/* Measured times of the plan's All-to-Alls in fresh memory; NULL where the topology decides them
 * all. */
static double *measured_exchanges(const struct study *study, const struct plan *plan)
{
    double *a2a_s = NULL;
    for (size_t o = 0; o < plan->operator_count; o++) {
        double time_s = study_measured_a2a_s(study, &plan->operators[o]);
        if (time_s > 0 && !a2a_s)
            a2a_s = mem_zeroed(plan->operator_count, sizeof *a2a_s);
        if (time_s > 0)
            a2a_s[o] = time_s;
    }
    return a2a_s;
}

int study_play_job(const struct study *study, const struct engine_job *job, struct diag *diag,
                   struct timeline **ret)
{
    if (job->dispatch->fold)
        return engine_play_folded(job, diag, ret);
    int r = playground_engine(study->ground, study, diag);
    return r < 0 ? r : engine_play(study->ground->engine, job, diag, ret);
}

double play_time_s(const struct played *played)
{
    return played->timeline->end_s / plan_layers(played->plan);
}

static int play(const struct study *study, const struct plan *plan, const double *compute_s,
                const struct way *way, struct diag *diag, struct timeline **ret)
{
    const struct a2a_costs *costs = &study->programs[way->program].costs;
    double *a2a_s = measured_exchanges(study, plan);
    struct engine_job job = {
        .plan = plan,
        .compute_s = compute_s,
        .dispatch = way->dispatch,
        .combine = way->combine,
        .a2a_s = a2a_s,
        .a2a_setup_s = costs->setup_s,
        .a2a_floor_s = costs->floor_s,
        .sm_share_ratio = costs->sm_share_ratio,
        .a2a_kernels_s = costs->kernels_s,
    };
    study_add_rings(study, &way->gradients, &job);
    if (way->many_flows || study_has_many(study, way->dispatch))
        study_share_links(study, !way->many_flows, &job);
    bool folded = way->dispatch->fold != NULL;
    int r = study->quick || folded ? quick_play(study->ground, &job, diag, ret) : QUICK_UNSUITED;
    if (r == QUICK_UNSUITED)
        r = study_play_job(study, &job, diag, ret);
    free(a2a_s);
    return r;
}

/* Share of the play that a GPU computes, on average over ranks. */
static double duty_of(const struct played *played)
{
    const struct timeline *timeline = played->timeline;
    double busy_s = 0;
    for (size_t r = 0; r < timeline->ranks; r++)
        for (size_t o = 0; o < played->plan->operator_count; o++)
            if (operator_computes(played->plan->operators[o].kind))
                busy_s +=
                    timeline_span(timeline, r, o)->end_s - timeline_span(timeline, r, o)->start_s;
    double all_s = timeline->end_s * (double)timeline->ranks;
    return all_s > 0 ? fmin(busy_s / all_s, 1) : 1;
}

int study_play_settled(const struct study *study, struct way *way, const struct traffic *traffic,
                       struct diag *diag, struct played *played, double **ret_compute_s)
{
    double duty_ratio = 1, change = 1, *compute_s = NULL;
    bool settles = cost_knows_duties(study->costs);
    int r = 0;
    for (int round = 0; r == 0 && round < ROUNDS_MAX && change >= SETTLED; round++) {
        free(compute_s);
        timeline_free(played->timeline);
        played->timeline = NULL;
        compute_s = study_prices(study, way->program, played->plan, traffic, duty_ratio);
        r = play(study, played->plan, compute_s, way, diag, &played->timeline);
        double seen = r == 0 && settles ? duty_of(played) : duty_ratio;
        change = fabs(seen - duty_ratio);
        duty_ratio = seen;
    }
    *ret_compute_s = compute_s;
    return r;
}

static void keep(const struct played *played, const struct way *way, struct best_play *best)
{
    plan_free(best->played.plan);
    timeline_free(best->played.timeline);
    best->played = *played;
    best->program = way->program;
    best->gradients = way->gradients;
    best->flows = way->dispatch;
    best->bound_link = way->dispatch->bound.link;
    best->time_s = play_time_s(played);
}

static void drop(struct played *played)
{
    plan_free(played->plan);
    timeline_free(played->timeline);
}

/* Plays one choice and keeps it where it beats the best so far. */
static int try_choice(const struct study *study, const struct plan_request *request, struct way way,
                      struct diag *diag, struct best_play *best)
{
    struct played played = {0};
    int r = plan_build(request, diag, &played.plan);
    if (r < 0)
        return r;
    double *compute_s;
    r = study_play_settled(study, &way, /* traffic= */ NULL, diag, &played, &compute_s);
    if (r == 0 && !best->eq11_slot && request->slot && request->chunks == 1 && !request->backward)
        best->eq11_slot = eq11_slot(
            schedule_graph_for(request->schedule, request->stage->moe_every), &played, compute_s);
    free(compute_s);
    if (r == 0 && (!best->played.plan ||
                   played.timeline->end_s < best->played.timeline->end_s * (1 - TIE_RATIO)))
        keep(&played, &way, best);
    else
        drop(&played);
    return r;
}

/* All slots under one algorithm and one degree of pipelining. */
static int try_slots(const struct study *study, struct plan_request *request, const struct way *way,
                     struct diag *diag, struct best_play *best)
{
    const struct schedule *schedule = request->schedule;
    const struct schedule_graph *graph = schedule_graph_for(schedule, request->stage->moe_every);
    size_t fixed = request->backward ? schedule->fixed_backward_slot : schedule->fixed_slot;
    size_t first = !graph->among_count ? 0 : fixed ? fixed : 1;
    size_t last = !graph->among_count ? 0 : fixed ? fixed : graph->among_count + 1;
    int r = 0;
    for (size_t slot = first; slot <= last && r == 0; slot++) {
        request->slot = slot;
        r = try_choice(study, request, *way, diag, best);
    }
    return r;
}

static int search(const struct study *study, const struct schedule *schedule,
                  const struct model_stage *stage, bool backward, struct diag *diag,
                  struct best_play *best)
{
    struct plan_request request = {.schedule = schedule,
                                   .model = study->model,
                                   .stage = stage,
                                   .ranks = study->ranks,
                                   .ep = study->ep,
                                   .backward = backward};
    size_t one = 1;
    const size_t *degrees = schedule->chunk_choice_count ? schedule->chunk_choices : &one;
    size_t degree_count = schedule->chunk_choice_count ? schedule->chunk_choice_count : 1;
    for (size_t p = 0; p < study->program_count; p++) {
        struct way way = {.program = p};
        if (backward)
            way.gradients = study_gradients_beside(study, schedule, stage);
        way.dispatch = way.combine = study_flows(study, p, schedule, gradients_go(&way.gradients));
        for (size_t d = 0; d < degree_count; d++) {
            request.chunks = degrees[d];
            int r = try_slots(study, &request, &way, diag, best);
            if (r < 0)
                return r;
        }
    }
    struct way way = {.program = best->program, .dispatch = best->flows, .combine = best->flows};
    exposure_measure(best->played.plan, best->played.timeline, &best->exposure);
    best->bound_ratio = play_bound_ratio(study, &best->played, &way);
    return study_play_draws(study, schedule, (size_t)(stage - study->model->stages), diag, best);
}

int study_evaluate(struct study *study, struct candidate *candidate, size_t stage,
                   struct diag *diag)
{
    struct stage_outcome *outcome = &candidate->outcomes[stage];
    if (outcome->evaluated)
        return 0;
    const struct model_stage *at = &study->model->stages[stage];
    int r = search(study, candidate->schedule, at, false, diag, &outcome->forward);
    if (r == 0 && study->mode == MODE_TRAINING && !schedule_has_both_passes(candidate->schedule))
        r = search(study, candidate->schedule, at, true, diag, &outcome->backward);
    outcome->evaluated = r == 0;
    return r;
}
