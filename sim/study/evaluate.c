/* The search for a schedule's best play on one stage of the model, and that play under unequal
 * routing: slots, degrees and algorithms are settled before tokens come, hence for balanced ones.
 */
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
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
    if (!best->played.plan || is_faster(played.timeline->end_s, best->played.timeline->end_s))
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

/* ---- Draws ---- */

/* A draw, and the flows that it makes. */
struct drawn {
    struct traffic traffic;
    struct routing_outcome outcome;
    struct flow_set *dispatch, *combine;
};

static void drawn_done(struct drawn *drawn)
{
    traffic_done(&drawn->traffic);
    flow_set_free(drawn->dispatch);
    flow_set_free(drawn->combine);
}

static void draw_traffic(const struct study *study, const struct schedule *schedule, size_t stage,
                         size_t number, struct drawn *drawn)
{
    const struct model *model = study->model;
    struct routed routed = {.ranks = study->setting.ranks,
                            .ep = study->setting.ep,
                            .node_gpus = study->setting.topology->gpus_per_node,
                            .experts = model->experts,
                            .top_k = study_targets(study, schedule).top_k,
                            .tokens = model->tokens_per_gpu * model->stages[stage].token_ratio,
                            .capacity_factor = study->capacity_factor,
                            .layer = stage};
    *drawn = (struct drawn){0};
    routing_draw(study->routing, &routed, number, &drawn->traffic, &drawn->outcome);
}

static int build_flows(const struct study *study, size_t program, struct diag *diag,
                       struct drawn *drawn)
{
    struct a2a_request request = {.topology = study->setting.topology,
                                  .router = study->setting.router,
                                  .algorithm = study->setting.programs[program].algorithm,
                                  .ep = study->setting.ep,
                                  .traffic = &drawn->traffic};
    int r = flow_set_build(&request, diag, &drawn->dispatch);
    request.combine = true;
    return r < 0 ? r : flow_set_build(&request, diag, &drawn->combine);
}

/* The first draw's timeline is kept, for pictures and causes. */
static void keep_first(const struct study *study, const struct settled *settled,
                       const struct drawn *drawn, struct best_play *best)
{
    timeline_free(best->played.timeline);
    best->played.timeline = settled->timeline;
    best->network = settled->network;
    best->simulated_ranks = settled->rows;
    best->bound_link = drawn->dispatch->bound.link;
    best->bound_ratio = play_bound_ratio(study, &best->played, drawn->dispatch, drawn->combine);
}

static int play_drawn(const struct study *study, struct drawn *drawn, size_t number,
                      struct diag *diag, struct exposure *mean, struct best_play *best)
{
    struct settled settled;
    struct exposure exposure;
    int r = build_flows(study, best->program, diag, drawn);
    if (r < 0)
        return r;
    struct setting_play play = {.plan = best->played.plan,
                                .program = best->program,
                                .flows = best->flows,
                                .dispatch = drawn->dispatch,
                                .combine = drawn->combine,
                                .traffic = &drawn->traffic};
    r = setting_settle(&study->setting, &play, diag, &settled);
    if (r < 0)
        return r;
    free(settled.compute_s);
    struct played played = {best->played.plan, settled.timeline};
    best->draws_s[number] = play_time_s(&played);
    exposure_measure(played.plan, played.timeline, &exposure);
    exposure_add(&exposure, 1 / (double)study->routing->draws, mean);
    if (number == 0)
        keep_first(study, &settled, drawn, best);
    else
        timeline_free(settled.timeline);
    return 0;
}

/* Draws what tokens choose; plays it where ranks differ by it. */
static int take_draw(const struct study *study, const struct schedule *schedule, size_t stage,
                     size_t number, struct diag *diag, struct exposure *mean,
                     struct best_play *best)
{
    double draws = (double)study->routing->draws;
    struct drawn drawn;
    draw_traffic(study, schedule, stage, number, &drawn);
    best->routed.imbalance_ratio += drawn.outcome.imbalance_ratio / draws;
    best->routed.dropped_ratio += drawn.outcome.dropped_ratio / draws;
    int r = best->draws_s ? play_drawn(study, &drawn, number, diag, mean, best) : 0;
    drawn_done(&drawn);
    return r;
}

/* Plays what was found best for balanced tokens under each draw of the routing: times, mean
 * exposure, and the first draw's timeline in place of the balanced one. */
static int play_draws(const struct study *study, const struct schedule *schedule, size_t stage,
                      struct diag *diag, struct best_play *best)
{
    const struct routing *routing = study->routing;
    bool even = routing_is_even(routing);
    struct exposure mean = {0};
    int r = 0;
    if ((routing->load == LOAD_BALANCED && even) ||
        !schedule_has_kind(schedule, OPERATOR_DISPATCH)) /* every token stays where it is */
        return 0;
    if (!even) /* else buffers are equal, and only what is dropped differs from draw to draw */
        best->draws_s = mem_zeroed(routing->draws, sizeof *best->draws_s);
    for (size_t d = 0; d < routing->draws && r == 0; d++)
        r = take_draw(study, schedule, stage, d, diag, &mean, best);
    if (r < 0 || even)
        return r;
    best->time_s = gsl_stats_mean(best->draws_s, 1, routing->draws);
    best->exposure = mean;
    return 0;
}

/* ---- All ---- */

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
    return play_draws(study, schedule, (size_t)(stage - study->model->stages), diag, best);
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

void study_spread(const struct study *study, const struct best_play *const *plays, size_t count,
                  struct result *result)
{
    size_t draws = study->routing->draws;
    bool drawn = plays[0]->routed.imbalance_ratio > 0;
    result->routing = study->routing_text;
    result->draws = drawn ? draws : 0;
    result->load_imbalance_ratio = drawn ? plays[0]->routed.imbalance_ratio : NAN;
    result->dropped_ratio = drawn ? plays[0]->routed.dropped_ratio : NAN;
    result->pair_time_p10_s = result->pair_time_p50_s = result->pair_time_p90_s = NAN;
    if (!plays[0]->draws_s)
        return;
    double *sum_s = mem_zeroed(draws, sizeof *sum_s);
    for (size_t i = 0; i < count; i++)
        for (size_t d = 0; d < draws; d++)
            sum_s[d] += plays[i]->draws_s[d];
    gsl_sort(sum_s, 1, draws);
    result->pair_time_p10_s = gsl_stats_quantile_from_sorted_data(sum_s, 1, draws, 0.1);
    result->pair_time_p50_s = gsl_stats_quantile_from_sorted_data(sum_s, 1, draws, 0.5);
    result->pair_time_p90_s = gsl_stats_quantile_from_sorted_data(sum_s, 1, draws, 0.9);
    free(sum_s);
}

void study_describe_routing(const struct study *study, struct text *to)
{
    const struct routing *routing = study->routing;
    bool drawn = false;
    for (size_t i = 0; i < study->result_count; i++)
        drawn |= study->results[i].draws > 0;
    text_add(to, "%s", study->routing_text);
    if (drawn)
        text_add(to, "; seed %lu, %zu %s", routing->seed, routing->draws,
                 routing->draws == 1 ? "draw" : "draws");
    if (!routing_is_even(routing))
        text_add(to, "; slots, chunks and All-to-All are those best when balanced");
}
