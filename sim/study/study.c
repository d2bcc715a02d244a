/* Plays every schedule of a study and assembles the results. */
#include "sim/study/study.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"
#include "sim/study/study_private.h"

#ifndef SCMOESIM_VERSION
#define SCMOESIM_VERSION "unknown"
#endif

/* The candidate that stands for this one on a stage: itself, or its stand-in without a shortcut. */
static struct candidate *candidate_on(struct study *study, struct candidate *candidate,
                                      const struct model_stage *stage)
{
    return stage->shortcut ? candidate : &study->candidates[candidate->stand_in];
}

/* Of an operator outside the MoE stages; the next All-to-All waits for the slowest GPU. */
static double operator_time_s(const struct study *study, const struct model_stage *stage,
                              enum operator_kind kind)
{
    struct operator_shape shape = model_shape(study->model, stage, kind, 1, 1);
    double time_s = 0, slowest = topology_slowest_ratio(study->setting.topology);
    enum dtype dtype = study->model->dtype;
    for (enum operator_pass pass = PASS_FORWARD; pass < PASS_COUNT; pass++)
        if (pass == PASS_FORWARD || (study->mode == MODE_TRAINING &&
                                     (pass == PASS_INPUT_GRADIENT || operator_has_weights(kind))))
            time_s += cost_of(study->setting.costs, study->setting.gpu, kind, pass, &shape, dtype)
                          .time_s +
                      launch_added_s(study->setting.scale->launch, study->setting.costs,
                                     study->setting.gpu, kind, pass, &shape, dtype);
    return study->setting.scale->time_ratio[kind] * time_s / slowest;
}

/* All layers of the model, and its head. */
static int end_to_end_time_s(struct study *study, struct candidate *candidate, struct diag *diag,
                             double *ret)
{
    double total_s = 0;
    for (size_t s = 0; s < study->model->stage_count; s++) {
        const struct model_stage *stage = &study->model->stages[s];
        if (stage->moe_every == 0) {
            double layer_s = operator_time_s(study, stage, OPERATOR_ATTENTION);
            if (stage->mlp_hidden)
                layer_s += operator_time_s(study, stage, OPERATOR_MLP);
            total_s += (double)stage->layers * layer_s;
            continue;
        }
        struct candidate *on = candidate_on(study, candidate, stage);
        int r = study_evaluate(study, on, s, diag);
        if (r < 0)
            return r;
        const struct stage_outcome *outcome = &on->outcomes[s];
        double unit_s = outcome->forward.time_s + outcome->backward.time_s;
        total_s += (double)(stage->layers / stage->moe_every) * unit_s;
    }
    if (study->model->vocabulary)
        total_s += operator_time_s(study, &study->model->stages[study->model->stage_count - 1],
                                   OPERATOR_LM_HEAD);
    *ret = total_s;
    return 0;
}

/* Weights, caches, buffers and the software's own of one GPU while it infers. */
static double peak_memory_bytes(const struct study *study, const struct schedule *schedule)
{
    size_t top_k = schedule->routed_top_k ? schedule->routed_top_k : study->model->top_k;
    struct model_memory memory =
        model_inference_memory(study->model, study->setting.ep, top_k, schedule->shared_expert,
                               schedule_has_kind(schedule, OPERATOR_EXPERT_FETCH));
    return memory.weight_bytes + memory.cache_bytes + memory.buffer_bytes +
           study->setting.gpu->context_bytes;
}

/* Which costs the kept plays of rank 0 were made of. */
static void count_origins(struct study *study, const struct best_play *play, double ret_s[3])
{
    const struct played *played = &play->played;
    struct pricing pricing = setting_pricing(&study->setting, play->program, study->model->dtype);
    for (size_t o = 0; o < played->plan->operator_count; o++) {
        const struct plan_operator *op = &played->plan->operators[o];
        study->measured_a2a |= setting_measured_a2a_s(&study->setting, op) > 0;
        if (!operator_computes(op->kind))
            continue;
        struct surroundings hot = {.duty_ratio = 1};
        struct cost cost = price_operator(&pricing, op, &hot);
        ret_s[cost.origin] += cost.time_s;
        study->origin_s[cost.origin] += cost.time_s;
        study->origin_kinds[cost.origin] |= 1u << op->kind;
    }
}

static void add_exposure(struct result *result, const struct exposure *from, double *moe_s,
                         double *moe_a2a_s)
{
    result->a2a_time_s += from->a2a_s;
    result->exposed_a2a_s += from->exposed_s;
    result->exposed_dispatch_s += from->exposed_dispatch_s;
    result->exposed_combine_s += from->exposed_combine_s;
    result->compute_time_s += from->compute_s;
    for (size_t k = 0; k < OPERATOR_KIND_COUNT; k++)
        result->operator_time_s[k] += from->operator_s[k];
    *moe_s += from->moe_s;
    *moe_a2a_s += from->moe_a2a_s;
}

static bool exchanges(const struct plan *plan)
{
    for (size_t o = 0; o < plan->operator_count; o++)
        if (operator_is_all_to_all(plan->operators[o].kind))
            return true;
    return false;
}

static void fill_pair(struct study *study, const struct stage_outcome *outcome,
                      struct result *result)
{
    const struct best_play *plays[] = {&outcome->forward, &outcome->backward};
    size_t count = outcome->backward.played.plan ? 2 : 1;
    double moe_s = 0, moe_a2a_s = 0, origin_s[3] = {0};
    result->a2a_bound_ratio = NAN;
    for (size_t i = 0; i < count; i++) {
        if (plays[i]->simulated_ranks > result->simulated_ranks)
            result->simulated_ranks = plays[i]->simulated_ranks;
        result->pair_time_s += plays[i]->time_s;
        add_exposure(result, &plays[i]->exposure, &moe_s, &moe_a2a_s);
        count_origins(study, plays[i], origin_s);
        if (isnan(result->a2a_bound_ratio) ||
            fabs(plays[i]->bound_ratio - 1) > fabs(result->a2a_bound_ratio - 1))
            result->a2a_bound_ratio = plays[i]->bound_ratio;
    }
    result->overlap_ratio =
        result->a2a_time_s > 0 ? 1 - result->exposed_a2a_s / result->a2a_time_s : 1;
    result->a2a_share_of_moe_ratio = moe_s > 0 ? moe_a2a_s / moe_s : NAN;
    double all_s = origin_s[0] + origin_s[1] + origin_s[2];
    result->measured_ratio = all_s > 0 ? (origin_s[0] + origin_s[1]) / all_s : 0;
    study_spread(study, plays, count, result);
    result->limited_by = play_limited_by(study, plays, count);
    if (exchanges(outcome->forward.played.plan))
        result->a2a_algorithm = study->setting.programs[outcome->forward.program].algorithm;
    result->forward = outcome->forward.played;
    result->slot = result->forward.plan->slot;
    result->chunks = result->forward.plan->chunks;
    result->eq11_slot = outcome->forward.eq11_slot;
    if (count == 2) {
        result->backward = outcome->backward.played;
        if (exchanges(outcome->backward.played.plan))
            result->backward_a2a_algorithm =
                study->setting.programs[outcome->backward.program].algorithm;
        result->backward_slot = result->backward.plan->slot;
        result->backward_chunks = result->backward.plan->chunks;
    }
}

/* What a training step has beside the layers. */
static int add_training(struct study *study, const struct candidate *candidate, struct diag *diag,
                        struct result *result)
{
    int r = study_gradient_tail_s(study, candidate->schedule, diag, &result->gradient_tail_s);
    result->optimizer_s = study_optimizer_s(study, candidate->schedule);
    result->end_to_end_time_s += result->gradient_tail_s + result->optimizer_s;
    return r;
}

static int fill_result(struct study *study, struct candidate *candidate, struct diag *diag,
                       struct result *ret)
{
    const struct model_stage *stage = model_pair_stage(study->model);
    size_t at = (size_t)(stage - study->model->stages);
    double network = topology_network_bytes_per_s(study->setting.topology);
    *ret = (struct result){
        .model = study->model->name,
        .topology = study->setting.topology->name,
        .schedule = candidate->schedule->name,
        .mode = study->mode,
        .ranks = study->setting.ranks,
        .ep = study->setting.ep,
        .tokens_per_rank = study->model->tokens_per_gpu * stage->token_ratio,
        .node_network_bytes_per_s = network > 0 ? network : NAN,
        .gradient_tail_s = NAN,
        .optimizer_s = NAN,
        .peak_memory_bytes =
            study->mode == MODE_INFERENCE ? peak_memory_bytes(study, candidate->schedule) : NAN,
    };
    int r = end_to_end_time_s(study, candidate, diag, &ret->end_to_end_time_s);
    if (r == 0 && study->mode == MODE_TRAINING)
        r = add_training(study, candidate, diag, ret);
    if (r == 0)
        fill_pair(study, &candidate_on(study, candidate, stage)->outcomes[at], ret);
    if (r == 0)
        study_fill_uncertainty(study, &candidate->outcomes[at], ret);
    return r;
}

static void list_kinds(struct text *to, unsigned kinds)
{
    for (size_t k = 0, listed = 0; k < OPERATOR_KIND_COUNT; k++)
        if (kinds & 1u << k)
            text_add(to, "%s%s", listed++ ? ", " : "", operator_kind_names[k]);
}

static void write_costs_line(struct study *study, struct text *to)
{
    double all_s = study->origin_s[0] + study->origin_s[1] + study->origin_s[2];
    if (!study->setting.costs) {
        text_add(to, "synthetic: roofline of %s (sources in its file)", study->setting.gpu->name);
        return;
    }
    double measured = all_s > 0 ? 100 * (1 - study->origin_s[COST_SYNTHETIC] / all_s) : 0;
    text_add(to, "%s: %.0f %% of compute time measured%s", text_get(&study->costs_paths), measured,
             study->measured_a2a ? ", and All-to-Alls" : "");
    if (study->origin_kinds[COST_INTERPOLATED]) {
        text_add(to, "; interpolated: ");
        list_kinds(to, study->origin_kinds[COST_INTERPOLATED]);
    }
    if (study->origin_kinds[COST_SYNTHETIC]) {
        text_add(to, "; synthesised from the roofline of %s: ", study->setting.gpu->name);
        list_kinds(to, study->origin_kinds[COST_SYNTHETIC]);
    }
}

static void write_facts(struct study *study)
{
    const struct model *model = study->model;
    const struct topology *topology = study->setting.topology;
    const struct model_stage *stage = model_pair_stage(model);
    struct facts *facts = &study->facts;
    facts->version = SCMOESIM_VERSION;
    facts->baseline = study->candidates[study->baseline].schedule->name;
    text_add(&study->lines[0], "%s: %s, %.10g tokens per GPU at width %zu, %zu experts",
             model->name, dtype_names[model->dtype], model->tokens_per_gpu * stage->token_ratio,
             stage->hidden, model->experts);
    if (study->routing->overflow != OVERFLOW_DROPLESS)
        text_add(&study->lines[0], ", capacity factor %.10g", study->capacity_factor);
    text_add(&study->lines[1], "%s: %zu x %zu %s, EP %zu", topology->name, topology->node_count,
             topology->gpus_per_node, study->setting.gpu->name, study->setting.ep);
    if (topology->degraded)
        text_add(&study->lines[1], "; degraded: %s", topology->degraded);
    write_costs_line(study, &study->lines[2]);
    study_describe_exchange(study, &study->lines[3]);
    study_describe_network(study, &study->lines[7]);
    study_describe_uncertainty(study, &study->lines[5]);
    if (study->routing_text)
        study_describe_routing(study, &study->lines[6]);
    facts->routing_line = study->routing_text ? text_get(&study->lines[6]) : NULL;
    facts->network_line = text_get(&study->lines[7]);
    facts->model_line = text_get(&study->lines[0]);
    facts->topology_line = text_get(&study->lines[1]);
    facts->costs_line = text_get(&study->lines[2]);
    facts->a2a_line = text_get(&study->lines[3]);
    facts->set_line = study->lines[4].length ? text_get(&study->lines[4]) : NULL;
    facts->uncertainty_line = text_get(&study->lines[5]);
}

static int play_all(struct study *study, struct diag *diag)
{
    study->results = mem_zeroed(study->candidate_count, sizeof *study->results);
    struct result baseline = {0};
    int r = fill_result(study, &study->candidates[study->baseline], diag, &baseline);
    for (size_t i = 0; i < study->candidate_count && r == 0; i++) {
        if (!study->candidates[i].shown)
            continue;
        struct result *result = &study->results[study->result_count];
        r = fill_result(study, &study->candidates[i], diag, result);
        if (r < 0)
            break;
        study->result_count++;
        if (i == study->baseline)
            result->speedup_uncertainty_ratio = 0;
        result->speedup_ratio = baseline.pair_time_s / result->pair_time_s;
        result->end_to_end_speedup_ratio = baseline.end_to_end_time_s / result->end_to_end_time_s;
    }
    free(baseline.limited_by);
    return r;
}

/* Another card's times are taken as they are, as nobody can tell what they would be here. Cards
 * that no GPU file knows may well be the topology's. */
static int note_other_card(struct study *study, struct diag *diag)
{
    const char *device = study->setting.costs ? cost_table_device(study->setting.costs) : NULL;
    struct gpu *measured;
    if (!device || gpu_is_called(study->setting.gpu, device))
        return 0;
    int r = gpu_of_device(device, diag, &measured);
    if (r == 0 && measured && strcmp(measured->name, study->setting.gpu->name) != 0)
        study_note(study,
                   mem_format("costs were measured on \"%s\" and are taken for %s as they are: the "
                              "accuracy told is that on the card measured",
                              device, study->setting.gpu->name));
    gpu_free(measured);
    return r;
}

static void note_one_sizes(struct study *study)
{
    char *note = study->setting.costs ? cost_one_size_note(study->setting.costs) : NULL;
    if (note)
        study_note(study, note);
}

int study_run(struct study *study, struct diag *diag)
{
    int r = note_other_card(study, diag);
    note_one_sizes(study);
    if (r == 0)
        r = play_all(study, diag);
    if (r == 0)
        write_facts(study);
    return r;
}

const struct facts *study_facts(const struct study *study)
{
    return &study->facts;
}

const struct result *study_results(const struct study *study, size_t *ret_count)
{
    *ret_count = study->result_count;
    return study->results;
}
