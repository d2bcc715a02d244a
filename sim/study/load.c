/* From words to checked inputs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"
#include "sim/study/request.h"
#include "sim/study/study_private.h"

/* Bytes per weight while training in mixed precision with Adam: half-precision weight and gradient,
 * single-precision weight and two moments (ZeRO, arXiv 1910.02054, section 3.1: 16 bytes), over the
 * two that inference keeps. */
#define TRAINING_MEMORY_RATIO 8.0

static struct edits edits_of(const struct study_request *request)
{
    return (struct edits){request->sets, request->set_count};
}

/* The model under the request's edits, --tokens and, where unpadded, no capacity. */
static int find_model(struct study *study, const struct study_request *request, bool unpadded,
                      struct diag *diag)
{
    const char **sets = mem_zeroed(request->set_count + 2, sizeof *sets);
    size_t count = 0;
    char *tokens = request->tokens ? mem_format("/model/tokens_per_gpu=%s", request->tokens) : NULL;
    for (; count < request->set_count; count++)
        sets[count] = request->sets[count];
    if (tokens)
        sets[count++] = tokens;
    if (unpadded)
        sets[count++] = "/model/capacity_factor=1";
    struct edits edits = {sets, count};
    int r = library_model(study->setting.library, request->model, &edits, diag, &study->model);
    free(tokens);
    free(sets);
    return r;
}

/* Where buffers are not padded to the capacity, plans are those of a capacity factor of 1; the true
 * one only says what is dropped. */
static int load_model(struct study *study, const struct study_request *request, struct diag *diag)
{
    int r = find_model(study, request, /* unpadded= */ false, diag);
    if (r < 0)
        return r;
    study->capacity_factor = study->model->capacity_factor;
    if (study->routing && study->routing->overflow != OVERFLOW_PAD)
        r = find_model(study, request, /* unpadded= */ true, diag);
    return r;
}

static int load_gpu(struct study *study, const struct study_request *request, struct diag *diag)
{
    struct edits edits = edits_of(request);
    int r = library_gpu(study->setting.library, study->setting.topology->gpu, &edits, diag,
                        &study->setting.gpu);
    if (r < 0)
        return r;
    const enum dtype used[] = {study->model->dtype, study->model->routing_dtype};
    for (size_t i = 0; i < 2; i++)
        if (study->setting.gpu->peak_flop_per_s[used[i]] <= 0)
            return diag_say(diag, "model %s computes in %s, for which GPU %s has no peak rate",
                            study->model->name, dtype_names[used[i]], study->setting.gpu->name);
    return 0;
}

/* The EP group: all ranks when there are experts for each, else as many as there are experts. */
static int lay_out(struct study *study, const struct study_request *request, struct diag *diag)
{
    size_t ranks = study->setting.ranks = topology_ranks(study->setting.topology);
    size_t experts = study->model->experts;
    size_t ep = request->ep ? request->ep : ranks < experts ? ranks : experts;
    if (ranks % ep)
        return diag_say(diag,
                        "the %zu GPUs of topology %s cannot form expert-parallel groups of %zu",
                        ranks, study->setting.topology->name, ep);
    if (experts % ep)
        return diag_say(
            diag, "the %zu experts of model %s cannot be spread evenly over groups of %zu GPUs",
            experts, study->model->name, ep);
    study->setting.ep = ep;
    size_t recorded = study->routing->recorded.experts;
    if (recorded && recorded != experts)
        return diag_say(diag, "%s has loads of %zu experts, model %s has %zu", study->routing->file,
                        recorded, study->model->name, experts);
    return 0;
}

static int check_memory(const struct study *study, const struct schedule *schedule,
                        struct diag *diag)
{
    bool training = study->mode == MODE_TRAINING;
    bool on_host = schedule_has_kind(schedule, OPERATOR_EXPERT_FETCH);
    double need =
        training ? model_weight_bytes(study->model, study->setting.ep, schedule->shared_expert) *
                       TRAINING_MEMORY_RATIO
                 : model_inference_memory(study->model, study->setting.ep, 1,
                                          schedule->shared_expert, on_host)
                       .weight_bytes;
    double usable = study->setting.gpu->memory_bytes - study->setting.gpu->context_bytes;
    if (need <= usable)
        return 0;
    char needed[QUANTITY_MAX], there[QUANTITY_MAX];
    return diag_say(
        diag, "model %s with %zu experts over %zu GPUs needs %s on each for %s, but %s has %s%s",
        study->model->name, study->model->experts, study->setting.ep,
        quantity_print(needed, UNIT_BYTES, need, 3),
        training ? "weights, gradients and Adam states" : "weights", study->setting.gpu->name,
        quantity_print(there, UNIT_BYTES, usable, 3),
        study->setting.gpu->context_bytes > 0 ? " beside its context" : "");
}

/* Whether the schedule can run this model; where not, a reason (fresh memory) in *ret_why. */
static bool fits(const struct study *study, const struct schedule *schedule, char **ret_why)
{
    for (size_t s = 0; s < study->model->stage_count; s++) {
        const struct model_stage *stage = &study->model->stages[s];
        if (stage->moe_every == 0 || (!stage->shortcut && schedule->without_shortcut))
            continue;
        if (!schedule_graph_for(schedule, stage->moe_every)) {
            *ret_why = mem_format("%s is not defined for %s, which model %s has", schedule->name,
                                  stage->moe_every == 1 ? "MoE in every layer"
                                                        : "MoE in every second layer",
                                  study->model->name);
            return false;
        }
    }
    if (schedule->routed_top_k > study->model->experts) {
        *ret_why = mem_format("%s routes to %zu experts, model %s has %zu", schedule->name,
                              schedule->routed_top_k, study->model->name, study->model->experts);
        return false;
    }
    if (study->mode == MODE_INFERENCE && schedule_has_both_passes(schedule)) {
        *ret_why = mem_format("%s overlaps a backward pass, which inference does not have",
                              schedule->name);
        return false;
    }
    if (!schedule_has_kind(schedule, OPERATOR_EXPERT_FETCH))
        return true;
    if (study->mode == MODE_TRAINING) {
        *ret_why = mem_format("%s fetches experts from host memory, which training does not do",
                              schedule->name);
        return false;
    }
    if (!price_knows_fetches(study->setting.costs, study->setting.gpu)) {
        *ret_why =
            mem_format("%s fetches experts from host memory, but GPU %s has no \"host_link\" "
                       "and the costs have no rows of expert_fetch or copy_h2d",
                       schedule->name, study->setting.gpu->name);
        return false;
    }
    return true;
}

/* Position of a candidate by schedule name, loading it when it is not there yet. */
static int find_candidate(struct study *study, const char *word,
                          const struct study_request *request, struct diag *diag, size_t *ret)
{
    for (size_t i = 0; i < study->candidate_count; i++)
        if (strcmp(study->candidates[i].schedule->name, word) == 0) {
            *ret = i;
            return 0;
        }
    struct edits edits = request ? edits_of(request) : (struct edits){NULL, 0};
    const struct schedule *schedule;
    int r = library_schedule(study->setting.library, word, &edits, diag, &schedule);
    if (r < 0)
        return r;
    study->candidates =
        mem_resized(study->candidates, study->candidate_count + 1, sizeof *study->candidates);
    study->candidates[study->candidate_count] = (struct candidate){
        .schedule = schedule,
        .outcomes = mem_zeroed(study->model->stage_count, sizeof(struct stage_outcome)),
    };
    *ret = study->candidate_count++;
    return 0;
}

static int want_schedule(struct study *study, const char *word, bool named,
                         const struct study_request *request, struct diag *diag)
{
    size_t at;
    int r = find_candidate(study, word, request, diag, &at);
    if (r < 0)
        return r;
    char *why;
    if (!fits(study, study->candidates[at].schedule, &why)) {
        if (named) {
            r = diag_say(diag, "schedule %s", why);
            free(why);
            return r;
        }
        study_note(study, mem_format("left out: %s", why));
        free(why);
        return 0;
    }
    if ((r = check_memory(study, study->candidates[at].schedule, diag)) < 0)
        return r;
    study->candidates[at].shown = true;
    return 0;
}

/* The order of the paper's narrative, then whatever else the folder holds, by name. */
static const char *const narrative[] = {"top2",
                                        "top1",
                                        "top3",
                                        "top2-pipelined",
                                        "top1-pipelined",
                                        "shared",
                                        "shared-overlap",
                                        "scmoe-pos1",
                                        "scmoe-pos2",
                                        "scmoe-pos3",
                                        "scmoe2",
                                        "dgmoe",
                                        "scmoe-pos2-pipelined",
                                        NULL};

/* Whether "all" means this one too; a file that cannot be read does, so that it is complained
 * about. */
static bool in_all(const struct study *study, const char *name)
{
    struct edits none = {NULL, 0};
    struct diag ignored = {0};
    const struct schedule *schedule;
    bool in = library_schedule(study->setting.library, name, &none, &ignored, &schedule) < 0 ||
              schedule->in_all;
    diag_done(&ignored);
    return in;
}

static int want_all(struct study *study, const struct study_request *request, struct diag *diag)
{
    const char *const *names = library_schedule_names(study->setting.library);
    int r = 0;
    for (size_t i = 0; narrative[i] && r == 0; i++)
        if (names[word_position(names, narrative[i])])
            r = want_schedule(study, narrative[i], false, request, diag);
    for (size_t n = 0; names[n] && r == 0; n++) {
        bool told = narrative[word_position(narrative, names[n])];
        if (!told && in_all(study, names[n]))
            r = want_schedule(study, names[n], false, request, diag);
    }
    return r;
}

/* All that are named, so that every unknown name is told. */
static int read_schedules(struct study *study, const struct study_request *request,
                          struct diag *diag)
{
    struct edits edits = edits_of(request);
    const struct schedule *ignored;
    int r = 0;
    for (size_t i = 0; i < request->schedule_count; i++)
        if (strcmp(request->schedules[i], "all") != 0)
            r |= library_schedule(study->setting.library, request->schedules[i], &edits, diag,
                                  &ignored);
    return r ? -EINVAL : 0;
}

static int load_schedules(struct study *study, const struct study_request *request,
                          struct diag *diag)
{
    int r = read_schedules(study, request, diag);
    for (size_t i = 0; i < request->schedule_count && r == 0; i++)
        r = strcmp(request->schedules[i], "all") == 0
                ? want_all(study, request, diag)
                : want_schedule(study, request->schedules[i], true, request, diag);
    if (r < 0)
        return r;
    /* The baseline and the stand-ins are as shipped: --set speaks of what is compared with them,
     * unless they are compared too. */
    if ((r = find_candidate(study, request->baseline, NULL, diag, &study->baseline)) < 0)
        return r;
    char *why;
    if (!fits(study, study->candidates[study->baseline].schedule, &why)) {
        r = diag_say(diag, "baseline schedule %s", why);
        free(why);
        return r;
    }
    for (size_t i = 0; i < study->candidate_count; i++) {
        const struct schedule *schedule = study->candidates[i].schedule, *other;
        size_t at = i;
        if ((r = library_stand_in(study->setting.library, schedule, diag, &other)) < 0 ||
            (other && (r = find_candidate(study, schedule->without_shortcut, NULL, diag, &at)) < 0))
            return r;
        study->candidates[i].stand_in = at;
    }
    return 0;
}

static int load_inputs(struct study *study, const struct study_request *request, struct diag *diag)
{
    struct edits edits = edits_of(request);
    int r = library_routing(study->setting.library, &edits, diag, &study->routing);
    r |= load_model(study, request, diag);
    r |= library_topology(study->setting.library, request->topology, &edits, diag,
                          &study->setting.topology);
    r |= library_scale(study->setting.library, &edits, diag, &study->setting.scale);
    if (request->costs) {
        for (size_t i = 0; request->costs[i]; i++)
            text_add(&study->costs_paths, "%s%s", i ? ", " : "", request->costs[i]);
        r |= library_costs(study->setting.library, request->costs, diag, &study->setting.costs);
    }
    if (r == 0)
        r = load_gpu(study, request, diag);
    if (r == 0)
        r = launch_need_known(study->setting.scale->launch, study->setting.costs,
                              study->setting.gpu, diag);
    return r;
}

const char *const fold_choice_names[] = {"auto", "never", NULL};

static int find_flows(struct study *study, const struct study_request *request, struct diag *diag)
{
    struct setting *setting = &study->setting;
    setting->network = request->network;
    setting->fold = request->fold == FOLD_AUTO && request->network == NETWORK_AUTO;
    setting->measured_a2a = routing_is_even(study->routing); /* times are of equal shares */
    return study_need_flows(study, diag);
}

int study_load(const struct study_request *request, struct diag *diag, struct study **ret)
{
    static const char *const rooms[] = {"model", "topology", "gpu", "schedule",
                                        "costs", "routing",  NULL};
    struct edits edits = edits_of(request);
    int r = edits_check(&edits, rooms, diag);
    if (r < 0)
        return r;
    struct study *study = mem_zeroed(1, sizeof *study);
    study->mode = request->mode;
    if (!request->library)
        study->own_library = library_new();
    study->setting.library = request->library ? request->library : study->own_library;
    library_tidy(study->setting.library);
    r = load_inputs(study, request, diag);
    if (r == 0)
        r = study_load_uncertainty(study, diag);
    if (r == 0)
        r = lay_out(study, request, diag);
    if (r == 0)
        r = load_schedules(study, request, diag);
    if (r == 0)
        r = find_flows(study, request, diag);
    if (r) {
        study_free(study);
        return -EINVAL;
    }
    for (size_t i = 0; i < request->set_count; i++)
        text_add(&study->lines[4], "%s%s", i ? ", " : "", request->sets[i]);
    *ret = study;
    return 0;
}

void study_note(struct study *study, char *owned_note)
{
    study->notes = mem_resized(study->notes, study->note_count + 1, sizeof *study->notes);
    study->notes[study->note_count++] = owned_note;
    study->facts.notes = study->notes;
    study->facts.note_count = study->note_count;
}

static void play_done(struct best_play *play)
{
    played_done(&play->played);
    free(play->draws_s);
}

void study_free(struct study *study)
{
    if (!study)
        return;
    for (size_t i = 0; i < study->candidate_count; i++) {
        for (size_t s = 0; s < study->model->stage_count; s++) {
            play_done(&study->candidates[i].outcomes[s].forward);
            play_done(&study->candidates[i].outcomes[s].backward);
        }
        free(study->candidates[i].outcomes);
    }
    free(study->candidates);
    setting_done(&study->setting);
    free(study->routing_text);
    for (size_t i = 0; i < study->result_count; i++)
        free(study->results[i].limited_by);
    free(study->results);
    for (size_t i = 0; i < study->note_count; i++)
        free(study->notes[i]);
    free(study->notes);
    for (size_t i = 0; i < sizeof study->lines / sizeof *study->lines; i++)
        text_done(&study->lines[i]);
    text_done(&study->costs_paths);
    library_free(study->own_library);
    free(study);
}
