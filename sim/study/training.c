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
    return study->setting.ranks / study->setting.ep;
}

static void note_rings(struct study *study)
{
    double element = dtype_bytes(study->model->gradient_dtype);
    char shared[QUANTITY_MAX], experts[QUANTITY_MAX];
    quantity_print(shared, UNIT_BYTES, model_shared_elements(study->model, true) * element, 3);
    quantity_print(experts, UNIT_BYTES,
                   model_expert_elements(study->model, study->setting.ep) * element, 3);
    char *between =
        study->setting.rings->rings->experts
            ? mem_format(", and of %s of experts' between %zu groups", experts, groups_of(study))
            : mem_copy_string("");
    study_note(study, mem_format("training: a ring All-Reduce of %s of gradients%s, %s", shared,
                                 between, gradient_names[study->model->gradients]));
    free(between);
}

void study_prepare_training(struct study *study)
{
    if (study->mode != MODE_TRAINING || study->setting.ranks == 1 ||
        study->model->gradients == GRADIENTS_NONE)
        return;
    setting_need_rings(&study->setting);
    note_rings(study);
}

/* What is summed of so many weights; experts' only where several groups hold the same. */
static struct gradient_bytes summed_bytes(const struct study *study, double shared_elements,
                                          double expert_elements)
{
    double element = dtype_bytes(study->model->gradient_dtype);
    return (struct gradient_bytes){
        .shared = study->setting.ranks > 1 ? shared_elements * element : 0,
        .experts = groups_of(study) > 1 ? expert_elements * element : 0,
    };
}

struct gradient_bytes study_gradients_beside(const struct study *study,
                                             const struct schedule *schedule,
                                             const struct model_stage *stage)
{
    if (!study->setting.rings || study->model->gradients != GRADIENTS_OVERLAPPED)
        return (struct gradient_bytes){0};
    return summed_bytes(study, model_unit_elements(study->model, stage, schedule->shared_expert),
                        model_unit_expert_elements(study->model, stage, study->setting.ep));
}

bool gradients_go(const struct gradient_bytes *bytes)
{
    return bytes->shared >= 1 || bytes->experts >= 1;
}

void study_add_gradients(const struct study *study, const struct gradient_bytes *bytes,
                         struct plan *plan)
{
    static char data[] = "data", expert_data[] = "expert_data";
    const struct setting *setting = &study->setting;
    struct plan_group all = {data, setting->ranks, 1};
    struct plan_group same_experts = {expert_data, groups_of(study), setting->ep};
    enum dtype dtype = study->model->gradient_dtype;
    if (bytes->shared >= 1)
        plan_add_beside(plan, OPERATOR_ALL_REDUCE, &all, dtype, bytes->shared);
    if (bytes->experts >= 1)
        plan_add_beside(plan, OPERATOR_ALL_REDUCE, &same_experts, dtype, bytes->experts);
}

/* What is left to send when the backward pass is over: all, or what lies outside the pairs. */
static struct gradient_bytes tail_bytes(const struct study *study, bool shared_expert)
{
    const struct model *model = study->model;
    double elements = model_shared_elements(model, shared_expert);
    if (model->gradients == GRADIENTS_EXPOSED)
        return summed_bytes(study, elements, model_expert_elements(model, study->setting.ep));
    for (size_t s = 0; s < model->stage_count; s++) {
        const struct model_stage *stage = &model->stages[s];
        if (stage->moe_every)
            elements -= (double)(stage->layers / stage->moe_every) *
                        model_unit_elements(model, stage, shared_expert);
    }
    return summed_bytes(study, elements, 0);
}

int study_gradient_tail_s(const struct study *study, const struct schedule *schedule,
                          struct diag *diag, double *ret)
{
    *ret = 0;
    if (!study->setting.rings)
        return 0;
    struct gradient_bytes bytes = tail_bytes(study, schedule->shared_expert);
    if (!gradients_go(&bytes))
        return 0;
    struct plan *plan = mem_zeroed(1, sizeof *plan);
    plan->schedule = mem_copy_string("gradients");
    plan->ranks = study->setting.ranks;
    plan->ep = study->setting.ep;
    plan->chunks = 1;
    study_add_gradients(study, &bytes, plan);
    struct setting_play play = {.plan = plan, .flows = &study->setting.rings->alone};
    struct settled settled;
    int r = setting_settle(&study->setting, &play, diag, &settled);
    if (r == 0) {
        *ret = settled.timeline->end_s;
        settled_done(&settled);
    }
    plan_free(plan);
    return r;
}

double study_optimizer_s(const struct study *study, const struct schedule *schedule)
{
    const struct gpu *gpu = study->setting.gpu;
    if (!study->model->optimizer)
        return 0;
    double weights = model_weight_bytes(study->model, study->setting.ep, schedule->shared_expert) /
                     dtype_bytes(study->model->dtype);
    double rate = gpu->memory_bandwidth_bytes_per_s *
                  gpu->efficiency[KERNEL_ELEMENTWISE].memory_ratio * gpu->framework_backward_ratio;
    return weights * ADAM_BYTES_PER_WEIGHT / rate;
}
