/* The search for a schedule's best play on one stage of the model. */
#include <math.h>
#include <stdlib.h>
#include "sim/base/mem.h"
#include "sim/study/study_private.h"

double play_time_s(const struct played *played)
{
    return played->timeline->end_s / plan_layers(played->plan);
}

void played_done(struct played *played)
{
    plan_free(played->plan);
    timeline_free(played->timeline);
}

static void keep(const struct played *played, const struct setting_play *play,
                 const struct settled *settled, struct best_play *best)
{
    played_done(&best->played);
    best->played = *played;
    best->program = play->program;
    best->flows = play->flows;
    best->bound_link = play->flows->flows->bound.link;
    best->network = settled->network;
    best->simulated_ranks = settled->rows;
    best->time_s = play_time_s(played);
}

/* Plays one choice and keeps it where it beats the best so far. */
static int try_choice(const struct study *study, const struct plan_request *request,
                      const struct gradient_bytes *gradients, struct setting_play play,
                      struct diag *diag, struct best_play *best)
{
    struct played played = {0};
    struct settled settled;
    int r = plan_build(request, diag, &played.plan);
    if (r < 0)
        return r;
    study_add_gradients(study, gradients, played.plan);
    play.plan = played.plan;
    if ((r = setting_settle(&study->setting, &play, diag, &settled)) < 0) {
        plan_free(played.plan);
        return r;
    }
    played.timeline = settled.timeline;
    if (!best->eq11_slot && request->slot && request->chunks == 1 && !request->backward)
        best->eq11_slot =
            eq11_slot(schedule_graph_for(request->schedule, request->stage->moe_every), &played,
                      settled.compute_s);
    free(settled.compute_s);
    if (!best->played.plan || setting_faster(played.timeline->end_s, best->played.timeline->end_s))
        keep(&played, &play, &settled, best);
    else
        played_done(&played);
    return 0;
}

/* All slots under one algorithm and one degree of pipelining. */
static int try_slots(const struct study *study, struct plan_request *request,
                     const struct gradient_bytes *gradients, const struct setting_play *play,
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
        r = try_choice(study, request, gradients, *play, diag, best);
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
                                   .ranks = study->setting.ranks,
                                   .ep = study->setting.ep,
                                   .backward = backward};
    size_t one = 1;
    const size_t *degrees = schedule->chunk_choice_count ? schedule->chunk_choices : &one;
    size_t degree_count = schedule->chunk_choice_count ? schedule->chunk_choice_count : 1;
    struct token_targets targets = study_targets(study, schedule);
    struct gradient_bytes gradients = {0};
    if (backward)
        gradients = study_gradients_beside(study, schedule, stage);
    for (size_t p = 0; p < study->setting.program_count; p++) {
        const struct program_flows *flows = setting_flows(&study->setting, p, &targets);
        struct setting_play play = {
            .program = p, .flows = gradients_go(&gradients) ? flows->beside_rings : flows->flows};
        for (size_t d = 0; d < degree_count; d++) {
            request.chunks = degrees[d];
            int r = try_slots(study, &request, &gradients, &play, diag, best);
            if (r < 0)
                return r;
        }
    }
    exposure_measure(best->played.plan, best->played.timeline, &best->exposure);
    best->bound_ratio =
        play_bound_ratio(study, &best->played, best->flows->flows, best->flows->flows);
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
