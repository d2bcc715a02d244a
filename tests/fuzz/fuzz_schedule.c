/* The schedule reader; of what it takes, every slot and degree must give a plan, forward and
 * backward, or a message. */
#include <assert.h>
#include "sim/schedule/plan.h"
#include "tests/fuzz/fuzz.h"

static struct model_stage stages[] = {
    {.name = (char[]){"pairs"},
     .layers = 2,
     .token_ratio = 1,
     .hidden = 64,
     .heads = 4,
     .kv_heads = 4,
     .head_dim = 16,
     .mlp_hidden = 256,
     .expert_hidden = 256,
     .shared_expert_hidden = 256,
     .span_tokens = 128,
     .moe_every = 2,
     .shortcut = true},
    {.name = (char[]){"blocks"},
     .layers = 2,
     .token_ratio = 1,
     .hidden = 64,
     .heads = 4,
     .kv_heads = 4,
     .head_dim = 16,
     .mlp_hidden = 256,
     .expert_hidden = 256,
     .shared_expert_hidden = 256,
     .span_tokens = 128,
     .moe_every = 1,
     .shortcut = true},
};
static const struct model model = {.name = (char[]){"small"},
                                   .dtype = DTYPE_FP16,
                                   .tokens_per_gpu = 1024,
                                   .experts = 64,
                                   .top_k = 2,
                                   .capacity_factor = 1,
                                   .stages = stages,
                                   .stage_count = 2};

static void build(const struct plan_request *request)
{
    struct diag diag = {0};
    struct plan *plan;
    if (plan_build(request, &diag, &plan) == 0) {
        struct text text = {0};
        plan_write_json(plan, &text);
        text_done(&text);
        plan_free(plan);
    } else {
        assert(diag.count > 0);
    }
    diag_done(&diag);
}

static void build_all(const struct schedule *schedule, const struct model_stage *stage)
{
    const struct schedule_graph *graph = schedule_graph_for(schedule, stage->moe_every);
    size_t slots = graph && graph->among_count ? graph->among_count + 1 : 0;
    for (size_t slot = slots > 0; slot <= slots && slot < 4; slot++)
        for (size_t chunks = 1; chunks <= 3; chunks += 2)
            for (int backward = 0; backward < 2; backward++)
                build(&(struct plan_request){.schedule = schedule,
                                             .model = &model,
                                             .stage = stage,
                                             .ranks = 8,
                                             .ep = 8,
                                             .slot = slot,
                                             .chunks = chunks,
                                             .backward = backward});
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    struct diag diag = {0};
    struct json *doc;
    struct schedule *schedule;
    if (json_parse("fuzz.json", (const char *)bytes, count, &diag, &doc) == 0) {
        if (schedule_read(doc, &diag, &schedule) == 0) {
            assert(diag.count == 0);
            build_all(schedule, &stages[0]);
            build_all(schedule, &stages[1]);
            schedule_free(schedule);
        } else {
            assert(diag.count > 0);
        }
        json_free(doc);
    }
    diag_done(&diag);
    return 0;
}
