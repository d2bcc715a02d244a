/* Which All-to-All algorithms a study plays, and with which flows. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"
#include "sim/engine/simgrid.h"
#include "sim/study/study_private.h"

static double most_tokens(const struct model *model)
{
    double most = 0;
    for (size_t s = 0; s < model->stage_count; s++)
        if (model->stages[s].moe_every && model->stages[s].token_ratio > most)
            most = model->stages[s].token_ratio;
    return most * model->tokens_per_gpu;
}

struct token_targets study_targets(const struct study *study, const struct schedule *schedule)
{
    return (struct token_targets){
        .experts = study->model->experts,
        .top_k = schedule && schedule->routed_top_k ? schedule->routed_top_k : study->model->top_k,
        .node_limit = study->routing->node_limit};
}

#define NOTE_RANKS_MIN 64 /* fewer are played whole in a moment */

/* Once, of all schedules. */
static void note_why_whole(struct study *study, size_t program, const struct program_flows *flows)
{
    bool beside = flows->beside_rings != flows->flows;
    char *note = mem_format("All-to-All %s%s is played whole, not folded: %s",
                            study->setting.programs[program].algorithm,
                            beside ? " beside gradients" : "", flows->beside_rings->why_whole);
    for (size_t i = 0; i < study->note_count; i++)
        if (strcmp(study->notes[i], note) == 0) {
            free(note);
            return;
        }
    study_note(study, note);
}

static int need_flows(struct study *study, size_t program, const struct schedule *schedule,
                      struct diag *diag)
{
    struct token_targets targets = study_targets(study, schedule);
    bool beside = study->setting.rings && study->model->gradients == GRADIENTS_OVERLAPPED;
    const struct program_flows *found;
    int r = setting_need_flows(&study->setting, program, &targets, beside, diag, &found);
    if (r == 0 && found->beside_rings->why_whole && study->setting.ranks >= NOTE_RANKS_MIN)
        note_why_whole(study, program, found);
    return r;
}

int study_need_flows(struct study *study, struct diag *diag)
{
    struct setting *setting = &study->setting;
    bool even = routing_is_even(study->routing);
    struct token_targets own = study_targets(study, NULL);
    int r = setting_choose_programs(setting, most_tokens(study->model), diag);
    if (r < 0)
        return r;
    study_prepare_training(study);
    study->routing_text = routing_describe(study->routing);
    for (size_t p = 0; p < setting->program_count && r == 0; p++) {
        for (size_t i = 0; i < study->candidate_count && r == 0; i++)
            r = need_flows(study, p, study->candidates[i].schedule, diag);
        if (r == 0 && !even)
            r = setting_need_cover(setting, p, &own, diag);
    }
    if (setting->fold && !even && setting->ranks >= NOTE_RANKS_MIN)
        study_note(study,
                   mem_format("every GPU is played under the routing, none folded: ranks send "
                              "different amounts"));
    return r;
}

/* "two-hop for top2, top3", of the schedules that a program is fastest for. Returns how many. */
static size_t list_uses(const struct study *study, const char *algorithm, struct text *to)
{
    size_t uses = 0;
    for (size_t i = 0; i < study->result_count; i++) {
        const char *played = study->results[i].a2a_algorithm;
        if (!played || strcmp(played, algorithm) != 0)
            continue;
        if (uses++ == 0)
            text_add(to, "%s for ", algorithm);
        text_add(to, "%s%s", uses > 1 ? ", " : "", study->results[i].schedule);
    }
    return uses;
}

static void describe_choices(const struct study *study, struct text *to)
{
    size_t listed = 0;
    text_add(to, "auto: ");
    for (size_t p = 0; p < study->setting.program_count; p++) {
        struct text uses = {0};
        if (list_uses(study, study->setting.programs[p].algorithm, &uses))
            text_add(to, "%s%s", listed++ ? "; " : "", text_get(&uses));
        text_done(&uses);
    }
    if (!listed)
        text_add(to, "no schedule has any");
}

static void describe_fold(const struct study *study, const struct program_flows *flows,
                          struct text *to)
{
    const struct fold *fold = flows->flows->fold, *beside_rings = flows->beside_rings->fold;
    size_t orbits = fold->orbit_count, ranks = study->setting.ranks;
    text_add(to, "folded: %zu of %zu GPUs stand%s for all, %zu kinds of flows for %zu pairs",
             orbits, ranks, orbits == 1 ? "s" : "", fold->class_count,
             flows->flows->flows->pair_count);
    size_t beside = beside_rings ? beside_rings->orbit_count : ranks;
    if (beside != orbits)
        text_add(to, " (%s%zu GPUs beside gradients)", beside_rings ? "" : "all ", beside);
}

static void describe_one(const struct study *study, struct text *to)
{
    const struct setting *setting = &study->setting;
    const struct program *program = &setting->programs[0];
    struct token_targets targets =
        study_targets(study, study->candidates[study->baseline].schedule);
    const struct program_flows *flows = setting_flows(setting, 0, &targets);
    /* With unequal tokens the balanced flows only settle the choices; what is played are flows of
     * every pair. */
    const struct flow_set *unequal = setting->covers[0];
    const struct flow_set *listed = unequal ? unequal : flows->flows->flows;
    char setup[QUANTITY_MAX], floor[QUANTITY_MAX], kernels[QUANTITY_MAX], bandwidth[QUANTITY_MAX];
    text_add(to, "%s: setup %s, ", program->algorithm,
             quantity_print(setup, UNIT_S, program->costs.setup_s, 3));
    if (program->costs.floor_s > 0)
        text_add(to, "at least %s, ", quantity_print(floor, UNIT_S, program->costs.floor_s, 3));
    if (program->costs.kernels_s > 0)
        text_add(to, "all SMs for %s, ",
                 quantity_print(kernels, UNIT_S, program->costs.kernels_s, 3));
    else
        text_add(to, "SM share %.3g, ", program->costs.sm_share_ratio);
    if (!unequal && flows->flows->fold)
        describe_fold(study, flows, to);
    else
        text_add(to, "%zu flows for %zu pairs", listed->flow_count, listed->pair_count);
    if (listed->bound.s_per_byte > 0) {
        const struct link *link = &setting->topology->links[listed->bound.link];
        text_add(to, "; %s %s (%s)", unequal ? "bound when balanced by" : "bound by", link->name,
                 quantity_print(bandwidth, UNIT_BYTES_PER_S, link->bandwidth_bytes_per_s, 3));
    }
}

void study_describe_exchange(const struct study *study, struct text *to)
{
    if (strcmp(study->setting.topology->all_to_all.algorithm, A2A_AUTO) == 0)
        describe_choices(study, to);
    else
        describe_one(study, to);
}

void study_describe_network(const struct study *study, struct text *to)
{
    bool played[NETWORK_NONE + 1] = {false};
    size_t listed = 0;
    for (size_t i = 0; i < study->candidate_count; i++)
        for (size_t s = 0; s < study->model->stage_count; s++) {
            const struct stage_outcome *outcome = &study->candidates[i].outcomes[s];
            if (outcome->evaluated)
                played[outcome->forward.network] = true;
            if (outcome->backward.played.plan)
                played[outcome->backward.network] = true;
        }
    for (size_t n = 0; n <= NETWORK_NONE; n++) {
        if (!played[n])
            continue;
        text_add(to, "%s%s", listed++ ? "; " : "", network_names[n]);
        if (n == NETWORK_SIMGRID)
            text_add(to, " %s, %s", engine_simgrid_version(), engine_network_settings);
    }
}
