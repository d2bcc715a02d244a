/* What a training step has beside the layers: the All-Reduce of gradients, and the optimizer.
 *
 * Every rank holds the same attention, dense feed-forwards, gates, shared experts and head, so their gradients
 * are summed over all ranks in a ring; routed experts live on one rank of a group and need none (where there
 * are several groups, theirs is left out, and a note says so). "overlapped" is what PyTorch's
 * DistributedDataParallel does: a layer's gradients go while the layers before it still compute, so in a long
 * series of pairs each pair's backward pass runs beside the ring of one pair, on the same links; what the first
 * layers leave (dense stages, the embedding) comes when nothing is left to compute. "exposed" sends everything
 * then (Li et al., "PyTorch Distributed", VLDB 2020, sections 3.2.2 and 3.2.3). */
#include "sim/base/mem.h"
#include "sim/cluster/ring.h"
#include "sim/study/study_private.h"

/* Adam reads weight, gradient and two moments and writes all but the gradient, in single precision (Kingma
 * and Ba, "Adam", algorithm 1; mixed precision keeps fp32 masters: Micikevicius et al., section 3.1). */
#define ADAM_BYTES_PER_WEIGHT (7 * 4.0)

void study_prepare_training(struct study *study)
{
    if (study->mode != MODE_TRAINING || study->ranks == 1 ||
        study->model->gradients == GRADIENTS_NONE)
        return;
    study->ring = ring_build(study->topology, study->router);
    double shared_bytes = model_shared_elements(study->model, true) *
                          dtype_bytes(study->model->gradient_dtype);
    char bytes[QUANTITY_MAX];
    study_note(study, mem_format("training: a ring All-Reduce of %s of gradients, %s%s",
                                 quantity_print(bytes, UNIT_BYTES, shared_bytes, 3),
                                 gradient_names[study->model->gradients],
                                 study->ep < study->ranks
                                     ? "; those of experts between groups are left out"
                                     : ""));
}

static double sent_bytes(const struct study *study, double elements)
{
    return ring_sent_bytes(study->ranks, elements * dtype_bytes(study->model->gradient_dtype));
}

double study_background_bytes(const struct study *study, const struct schedule *schedule,
                              const struct model_stage *stage)
{
    if (!study->ring || study->model->gradients != GRADIENTS_OVERLAPPED)
        return 0;
    return sent_bytes(study, model_unit_elements(study->model, stage, schedule->shared_expert));
}

/* What is left to send when the backward pass is over. */
static double tail_elements(const struct study *study, bool shared_expert)
{
    double elements = model_shared_elements(study->model, shared_expert);
    for (size_t s = 0; s < study->model->stage_count; s++) {
        const struct model_stage *stage = &study->model->stages[s];
        if (study->model->gradients == GRADIENTS_OVERLAPPED && stage->moe_every)
            elements -= (double)(stage->layers / stage->moe_every) *
                        model_unit_elements(study->model, stage, shared_expert);
    }
    return elements;
}

int study_gradient_tail_s(const struct study *study, const struct schedule *schedule,
                          struct diag *diag, double *ret)
{
    double bytes = study->ring ? sent_bytes(study, tail_elements(study, schedule->shared_expert)) : 0;
    *ret = 0;
    if (bytes < 1)
        return 0;
    int r = playground_engine(study->ground, study, diag);
    if (r < 0)
        return r;
    char name[] = "gradients";
    struct plan nothing = {.schedule = name, .ranks = study->ranks, .ep = study->ep, .chunks = 1};
    struct engine_job job = {.plan = &nothing,
                             .dispatch = study->wired[0].whole,
                             .combine = study->wired[0].whole,
                             .background = study->ring,
                             .background_bytes = bytes};
    struct timeline *timeline;
    r = engine_play(study->ground->engine, &job, diag, &timeline);
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
