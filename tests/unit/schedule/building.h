/* What the tests of plans share: a small model, its plans, and their operators as one line. */
#ifndef SCMOESIM_TESTS_BUILDING_H
#define SCMOESIM_TESTS_BUILDING_H

#include <gsl/gsl_test.h>
#include <string.h>

#include "sim/schedule/plan.h"

static struct model_stage stage = {.name = (char[]){"s"},
                                   .layers = 2,
                                   .token_ratio = 1,
                                   .hidden = 64,
                                   .heads = 4,
                                   .kv_heads = 4,
                                   .head_dim = 16,
                                   .mlp_hidden = 256,
                                   .expert_hidden = 256,
                                   .shared_expert_hidden = 256,
                                   .span_tokens = 32,
                                   .moe_every = 2,
                                   .shortcut = true};
static struct model model = {.name = (char[]){"m"},
                             .summary = (char[]){""},
                             .source = (char[]){""},
                             .dtype = DTYPE_FP16,
                             .routing_dtype = DTYPE_FP16,
                             .dispatch_dtype = DTYPE_FP16,
                             .dispatch_gradient_dtype = DTYPE_FP16,
                             .tokens_per_gpu = 1024,
                             .experts = 8,
                             .top_k = 2,
                             .capacity_factor = 1.25,
                             .stages = &stage,
                             .stage_count = 1};

static inline struct plan *build(const char *name, size_t slot, size_t chunks, bool backward)
{
    struct diag diag = {0};
    struct schedule *schedule = NULL;
    struct plan *plan = NULL;
    struct json *doc = NULL;
    if (json_load_data("models/schedule", "schedule", name, &diag, &doc) == 0 &&
        schedule_read(doc, &diag, &schedule) == 0) {
        struct plan_request request = {schedule, &model, &stage, 8, 8, slot, chunks, backward};
        plan_build(&request, &diag, &plan);
    }
    diag_print(&diag, "test", stderr);
    diag_done(&diag);
    schedule_free(schedule);
    json_free(doc);
    gsl_test(plan == NULL, "%s slot %zu chunks %zu builds", name, slot, chunks);
    return plan;
}

/* "name(a,b) name …" of one queue, or of all where queue is NULL. */
static inline void describe(const struct plan *plan, const char *queue, bool waits, struct text *to)
{
    for (size_t i = 0; i < plan->operator_count; i++) {
        const struct plan_operator *op = &plan->operators[i];
        if (queue && strcmp(plan->queues[op->queue], queue) != 0)
            continue;
        text_add(to, "%s%s", to->length ? " " : "", op->name);
        for (size_t a = 0; waits && a < op->after_count; a++)
            text_add(to, "%s%s%s", a ? "," : "(", plan->operators[op->after[a]].name,
                     a + 1 == op->after_count ? ")" : "");
    }
}

#endif
