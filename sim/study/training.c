/* What a training step has beside the layers: the All-Reduce of gradients, and the optimizer.
 *
 * Every rank holds the same attention, dense feed-forwards, gates, shared experts and head, so
 * their gradients are summed over all ranks in a ring. A routed expert lives on one rank of a
 * group; where there are several groups, the ranks that hold the same ones sum theirs in rings of
 * their own, at the same time, as Megatron-LM does in its expert-data-parallel groups
 * (megatron/core/parallel_state.py). "overlapped" is what PyTorch's DistributedDataParallel does: a
 * layer's gradients go while the layers before it still compute, so in a long series of pairs each
 * pair's backward pass runs beside the ring of one pair, on the same links; what the first layers
 * leave (dense stages, the embedding) comes when nothing is left to compute. "exposed" sends
 * everything then (Li et al., "PyTorch Distributed", VLDB 2020, sections 3.2.2 and 3.2.3). */
#include <stdlib.h>
#include "sim/base/mem.h"
#include "sim/study/study_private.h"

/* Adam reads weight, gradient and two moments and writes all but the gradient, in single precision
 * (Kingma and Ba, "Adam", algorithm 1; mixed precision keeps fp32 masters: Micikevicius et al.,
 * section 3.1). */
#define ADAM_BYTES_PER_WEIGHT (7 * 4.0)

/* Groups of ranks that each hold all experts. */
static size_t groups_of(const struct study *study)
{
    return study->ranks / study->ep;
}

static void note_rings(struct study *study)
{
    double element = dtype_bytes(study->model->gradient_dtype);
    char shared[QUANTITY_MAX], experts[QUANTITY_MAX];
    quantity_print(shared, UNIT_BYTES, model_shared_elements(study->model, true) * element, 3);
    quantity_print(experts, UNIT_BYTES, model_expert_elements(study->model, study->ep) * element,
                   3);
    char *between = study->rings->experts ? mem_format(", and of %s of experts' between %zu groups",
                                                       experts, groups_of(study))
                                          : mem_copy_string("");
    study_note(study, mem_format("training: a ring All-Reduce of %s of gradients%s, %s", shared,
                                 between, gradient_names[study->model->gradients]));
    free(between);
}

void study_prepare_training(struct study *study, bool fold)
{
    if (study->mode != MODE_TRAINING || study->ranks == 1 ||
        study->model->gradients == GRADIENTS_NONE)
        return;
    study->rings = library_rings(study->library, study->topology, study->programs[0].algorithm,
                                 study->ep, fold);
    note_rings(study);
}

/* From weights to what a rank sends in the rings. */
static struct gradient_bytes sent_bytes(const struct study *study, double shared_elements,
                                        double expert_elements)
{
    double element = dtype_bytes(study->model->gradient_dtype);
    return (struct gradient_bytes){
        .shared = ring_sent_bytes(study->ranks, shared_elements * element),
        .experts = ring_sent_bytes(groups_of(study), expert_elements * element),
    };
}

struct gradient_bytes study_gradients_beside(const struct study *study,
                                             const struct schedule *schedule,
                                             const struct model_stage *stage)
{
    if (!study->rings || study->model->gradients != GRADIENTS_OVERLAPPED)
        return (struct gradient_bytes){0};
    return sent_bytes(study, model_unit_elements(study->model, stage, schedule->shared_expert),
                      model_unit_expert_elements(study->model, stage, study->ep));
}

bool gradients_go(const struct gradient_bytes *bytes)
{
    return bytes->shared >= 1 || bytes->experts >= 1;
}

void study_add_rings(const struct study *study, const struct gradient_bytes *bytes,
                     struct engine_job *job)
{
    if (bytes->shared >= 1)
        job->backgrounds[job->background_count++] =
            (struct background){study->rings->shared, bytes->shared};
    if (bytes->experts >= 1)
        job->backgrounds[job->background_count++] =
            (struct background){study->rings->experts, bytes->experts};
}

/* What is left to send when the backward pass is over: all, or what lies outside the pairs. */
static struct gradient_bytes tail_bytes(const struct study *study, bool shared_expert)
{
    const struct model *model = study->model;
    double elements = model_shared_elements(model, shared_expert);
    if (model->gradients == GRADIENTS_EXPOSED)
        return sent_bytes(study, elements, model_expert_elements(model, study->ep));
    for (size_t s = 0; s < model->stage_count; s++) {
        const struct model_stage *stage = &model->stages[s];
        if (stage->moe_every)
            elements -= (double)(stage->layers / stage->moe_every) *
                        model_unit_elements(model, stage, shared_expert);
    }
    return sent_bytes(study, elements, 0);
}

int study_gradient_tail_s(const struct study *study, const struct schedule *schedule,
                          struct diag *diag, double *ret)
{
    *ret = 0;
    if (!study->rings)
        return 0;
    struct gradient_bytes bytes = tail_bytes(study, schedule->shared_expert);
    if (!gradients_go(&bytes))
        return 0;
    char name[] = "gradients";
    struct plan nothing = {.schedule = name, .ranks = study->ranks, .ep = study->ep, .chunks = 1};
    struct engine_job job = {
        .plan = &nothing, .dispatch = study->rings->alone, .combine = study->rings->alone};
    study_add_rings(study, &bytes, &job);
    struct timeline *timeline;
    int r = study_play_job(study, &job, diag, &timeline);
    if (r == 0) {
        *ret = timeline->end_s;
        timeline_free(timeline);
    }
    return r;
}

double study_optimizer_s(const struct study *study, const struct schedule *schedule)
{
    const struct gpu *gpu = study->gpu;
    if (!study->model->optimizer)
        return 0;
    double weights = model_weight_bytes(study->model, study->ep, schedule->shared_expert) /
                     dtype_bytes(study->model->dtype);
    double rate = gpu->memory_bandwidth_bytes_per_s *
                  gpu->efficiency[KERNEL_ELEMENTWISE].memory_ratio * gpu->framework_backward_ratio;
    return weights * ADAM_BYTES_PER_WEIGHT / rate;
}
