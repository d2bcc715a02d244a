/* Plans: order, waits, slots, chunks and the derived backward, for small templates. */
#include "building.h"

static const struct {
    const char *schedule;
    size_t slot, chunks;
    bool backward;
    const char *queue;
    bool waits;
    const char *want;
} orders[] = {
    {"scmoe-pos2", 1, 1, false, "compute", false,
     "attention_1 gate encode expert mlp_1 attention_2 shared decode"},
    {"scmoe-pos2", 2, 1, false, "compute", false,
     "attention_1 gate encode mlp_1 expert attention_2 shared decode"},
    {"scmoe-pos2", 4, 1, false, "compute", false,
     "attention_1 gate encode mlp_1 attention_2 shared expert decode"},
    {"scmoe-pos2-pipelined", 2, 2, false, "communication", true,
     "dispatch#1(encode) dispatch#2(encode) combine#1(expert#1) combine#2(expert#2)"},
    {"scmoe-pos2-pipelined", 3, 2, false, "compute", true,
     "attention_1 gate(attention_1) encode(gate) mlp_1(attention_1) attention_2(mlp_1) "
     "expert#1(dispatch#1) expert#2(dispatch#2) shared(attention_2) "
     "decode(combine#1,combine#2,shared)"},
    {"top2", 0, 1, true, NULL, true,
     "decode.dgrad combine.dgrad(decode.dgrad) expert.dgrad(combine.dgrad) "
     "expert.wgrad(combine.dgrad) dispatch.dgrad(expert.dgrad,expert.wgrad) "
     "encode.dgrad(dispatch.dgrad) gate.dgrad(encode.dgrad) gate.wgrad(encode.dgrad) "
     "attention_2.dgrad(gate.dgrad) attention_2.wgrad(gate.dgrad) mlp_1.dgrad(attention_2.dgrad) "
     "mlp_1.wgrad(attention_2.dgrad) attention_1.dgrad(mlp_1.dgrad) "
     "attention_1.wgrad(mlp_1.dgrad)"},
    {"scmoe-pos2", 1, 1, true, "compute", false,
     "decode.dgrad expert.dgrad expert.wgrad shared.dgrad shared.wgrad attention_2.dgrad "
     "attention_2.wgrad mlp_1.dgrad mlp_1.wgrad encode.dgrad gate.dgrad gate.wgrad "
     "attention_1.dgrad attention_1.wgrad"},
    {"scmoe-pos2", 4, 1, true, "compute", false,
     "decode.dgrad shared.dgrad shared.wgrad attention_2.dgrad attention_2.wgrad mlp_1.dgrad "
     "mlp_1.wgrad expert.dgrad expert.wgrad encode.dgrad gate.dgrad gate.wgrad attention_1.dgrad "
     "attention_1.wgrad"},
    {"top2-pipelined", 0, 2, true, NULL, true,
     "decode.dgrad combine.dgrad#1(decode.dgrad) combine.dgrad#2(decode.dgrad) "
     "expert.dgrad#1(combine.dgrad#1) expert.wgrad#1(combine.dgrad#1) "
     "expert.dgrad#2(combine.dgrad#2) expert.wgrad#2(combine.dgrad#2) "
     "dispatch.dgrad#1(expert.dgrad#1,expert.wgrad#1) "
     "dispatch.dgrad#2(expert.dgrad#2,expert.wgrad#2) "
     "encode.dgrad(dispatch.dgrad#1,dispatch.dgrad#2) gate.dgrad(encode.dgrad) "
     "gate.wgrad(encode.dgrad) attention_2.dgrad(gate.dgrad) attention_2.wgrad(gate.dgrad) "
     "mlp_1.dgrad(attention_2.dgrad) mlp_1.wgrad(attention_2.dgrad) attention_1.dgrad(mlp_1.dgrad) "
     "attention_1.wgrad(mlp_1.dgrad)"},
};

static void check_sizes(void)
{
    struct plan *plan = build("top2", 0, 1, false);
    /* 1024 tokens x 2 copies x capacity 1.25 x 64 wide x 2 bytes */
    gsl_test_rel(plan->operators[5].comm_bytes, 1024 * 2 * 1.25 * 64 * 2, 0, "dispatch's bytes");
    gsl_test_rel(plan->operators[6].shape.tokens, 1024 * 2 * 1.25, 0, "expert's rows");
    gsl_test_int((int)plan->operators[6].shape.experts, 1, "experts on a GPU");
    plan_free(plan);
    plan = build("dgmoe", 1, 1, false);
    gsl_test_int((int)plan->operators[plan->operator_count - 1].shape.top_k, 2,
                 "DGMoE's output sums two copies");
    plan_free(plan);
    plan = build("top2-pipelined", 0, 4, false);
    double bytes = 0;
    for (size_t i = 0; i < plan->operator_count; i++)
        if (plan->operators[i].kind == OPERATOR_DISPATCH)
            bytes += plan->operators[i].comm_bytes;
    gsl_test_rel(bytes, 1024 * 2 * 1.25 * 64 * 2, 0, "chunks carry the whole");
    plan_free(plan);
}

/* Two layers of two halves of a micro-batch, of which the first half's attention waits for the
 * layer before; and a backward operator beside them. */
static const char two_layers[] =
    "{\"schema\":\"scmoesim/schedule/1\",\"name\":\"two\",\"routed_top_k\":1,\"pair\":{"
    "\"layers\":2,\"operators\":["
    "{\"name\":\"a\",\"kind\":\"attention\",\"token_ratio\":0.25,\"after\":[],"
    "\"after_previous\":[\"c\"]},"
    "{\"name\":\"d\",\"kind\":\"dispatch\",\"token_ratio\":0.25,\"after\":[\"a\"]},"
    "{\"name\":\"e\",\"kind\":\"expert\",\"token_ratio\":0.25,\"after\":[\"d\"]},"
    "{\"name\":\"c\",\"kind\":\"combine\",\"token_ratio\":0.25,\"after\":[\"e\"]},"
    "{\"name\":\"w\",\"kind\":\"mlp\",\"pass\":\"weight_gradient\",\"after\":[]}]}}";

static void check_layers(void)
{
    struct diag diag = {0};
    struct json *doc = NULL;
    struct schedule *schedule = NULL;
    struct plan *plan = NULL;
    struct text order = {0};
    json_parse("two.json", two_layers, strlen(two_layers), &diag, &doc);
    gsl_test_int(schedule_read(doc, &diag, &schedule), 0, "two layers read");
    diag_print(&diag, "test", stderr);
    struct plan_request request = {schedule, &model, &stage, 8, 8, 0, 1, false};
    gsl_test_int(plan_build(&request, &diag, &plan), 0, "two layers build");
    describe(plan, NULL, true, &order);
    gsl_test_str(text_get(&order),
                 "a@1 d@1(a@1) e@1(d@1) c@1(e@1) w@1 "
                 "a@2(c@1) d@2(a@2) e@2(d@2) c@2(e@2) w@2",
                 "the second layer waits for the first where the template says so");
    gsl_test_rel(plan_layers(plan), 2, 0, "two layers");
    gsl_test(!schedule_has_both_passes(schedule), "a backward operator stands in it");
    gsl_test_int(plan->operators[9].pass, PASS_WEIGHT_GRADIENT, "and keeps its pass");
    /* A quarter of 1024 tokens, one copy each, in 25 % too large a buffer. */
    gsl_test_rel(plan->operators[0].shape.tokens, 256, 0, "attention's tokens");
    gsl_test_rel(plan->operators[2].shape.tokens, 320, 0, "expert's rows");
    gsl_test_rel(plan->operators[1].comm_bytes, 320 * 64 * 2, 0, "dispatch's bytes");
    gsl_test_rel(plan->operators[4].shape.tokens, 1024, 0, "what names no part has all tokens");
    text_done(&order);
    plan_free(plan);
    schedule_free(schedule);
    json_free(doc);
    diag_done(&diag);
}

/* What the newer systems issue, queue by queue; their sources are in the templates. */
static const struct {
    const char *schedule;
    size_t moe_every;
    bool backward;
    const char *queue;
    bool waits;
    const char *want;
} newer[] = {
    /* shortcut_block.py: route, pre- and core attention, experts, output projection, shared
       experts, merge */
    {"megatron-shortcut", 1, false, "compute", false,
     "gate encode norm qkv core expert output residual shared decode post_norm"},
    {"megatron-shortcut", 1, false, "communication", true, "dispatch(encode) combine(expert)"},
    /* combine's gradient waits for the merge's only, so that it is on its way before the shared
       expert's */
    {"megatron-shortcut", 1, true, "communication", true,
     "combine.dgrad(decode.dgrad) dispatch.dgrad(expert.dgrad,expert.wgrad)"},
    {"megatron-shortcut", 1, true, "compute", false,
     "post_norm.dgrad decode.dgrad shared.dgrad shared.wgrad residual.dgrad output.dgrad "
     "output.wgrad "
     "expert.dgrad expert.wgrad core.dgrad qkv.dgrad qkv.wgrad norm.dgrad encode.dgrad gate.dgrad "
     "gate.wgrad"},
    {"megatron-shortcut-serial", 1, false, "compute", false,
     "gate encode dispatch norm qkv core expert combine output residual shared decode post_norm"},
    /* Fig. 9's stages: attention; projections and FFN beside dispatch; experts; the rest beside
       combine */
    {"single-batch", 2, false, "compute", false,
     "norm_0 qkv_0 core_0 output_0 residual_0 gate encode mlp norm_1 qkv_1 expert core_1 output_1 "
     "residual_1 shared decode"},
    {"single-batch", 2, false, "communication", true, "dispatch(encode) combine(expert)"},
    /* combined 1F1B, in four layers: backward combine, forward dispatch, backward dispatch, forward
       combine */
    {"combined-1f1b", 1, false, "communication", true,
     "combine_b@1 dispatch_f@1(encode_f@1) dispatch_b@1(expert_b@1,expert_w@1) "
     "combine_f@1(expert_f@1) "
     "combine_b@2(decode_b@1) dispatch_f@2(encode_f@2) dispatch_b@2(expert_b@2,expert_w@2) "
     "combine_f@2(expert_f@2) "
     "combine_b@3(decode_b@2) dispatch_f@3(encode_f@3) dispatch_b@3(expert_b@3,expert_w@3) "
     "combine_f@3(expert_f@3) "
     "combine_b@4(decode_b@3) dispatch_f@4(encode_f@4) dispatch_b@4(expert_b@4,expert_w@4) "
     "combine_f@4(expert_f@4)"},
};

static void check_newer(void)
{
    for (size_t i = 0; i < sizeof newer / sizeof *newer; i++) {
        struct text got = {0};
        struct plan *plan;
        stage.moe_every = newer[i].moe_every;
        plan = build(newer[i].schedule, 0, 1, newer[i].backward);
        if (plan)
            describe(plan, newer[i].queue, newer[i].waits, &got);
        gsl_test_str(text_get(&got), newer[i].want, newer[i].schedule);
        text_done(&got);
        plan_free(plan);
    }
    stage.moe_every = 2;
}

/* A slot that would have to wait for what stands behind it is refused with names. */
static void check_deadlock(void)
{
    static const char text[] =
        "{\"schema\":\"scmoesim/schedule/1\",\"name\":\"bad\",\"routed_top_k\":1,\"pair\":{"
        "\"operators\":["
        "{\"name\":\"a\",\"kind\":\"attention\",\"after\":[]},"
        "{\"name\":\"g\",\"kind\":\"gate\",\"after\":[\"a\"]},"
        "{\"name\":\"d\",\"kind\":\"dispatch\",\"after\":[\"g\"]},"
        "{\"name\":\"e\",\"kind\":\"expert\",\"after\":[\"d\"]},"
        "{\"name\":\"c\",\"kind\":\"combine\",\"after\":[\"e\"]}],"
        "\"slot\":{\"operator\":\"e\",\"among\":[\"a\"]}}}";
    struct diag diag = {0};
    struct json *doc = NULL;
    struct schedule *schedule = NULL;
    struct plan *plan = NULL;
    json_parse("bad.json", text, strlen(text), &diag, &doc);
    gsl_test_int(schedule_read(doc, &diag, &schedule), 0, "reads");
    struct plan_request request = {schedule, &model, &stage, 8, 8, 1, 1, false};
    gsl_test(plan_build(&request, &diag, &plan) == 0, "refuses a wait that cannot end");
    gsl_test_str(diag.count ? diag.messages[0] : "",
                 "schedule bad: waits of e, a, g, d, c can never end in this order", "names them");
    json_free(doc);
    schedule_free(schedule);
    diag_done(&diag);
}

/* Written and read again, a plan is the same file. */
static void check_round_trip(const char *schedule, size_t slot, size_t chunks, bool backward)
{
    struct plan *plan = build(schedule, slot, chunks, backward), *again = NULL;
    struct diag diag = {0};
    struct json *doc = NULL;
    struct text first = {0}, second = {0};
    plan_write_json(plan, &first);
    json_parse("plan.json", text_get(&first), first.length, &diag, &doc);
    gsl_test_int(plan_read(doc, &diag, &again), 0, "%s reads back", schedule);
    diag_print(&diag, "test", stderr);
    if (again)
        plan_write_json(again, &second);
    gsl_test(strcmp(text_get(&first), text_get(&second)) != 0, "%s: the same file", schedule);
    text_done(&first);
    text_done(&second);
    json_free(doc);
    diag_done(&diag);
    plan_free(plan);
    plan_free(again);
}

int main(void)
{
    check_round_trip("scmoe-pos2", 2, 1, false);
    check_round_trip("scmoe-pos2-pipelined", 3, 4, true);
    check_round_trip("dgmoe", 1, 1, true);
    check_round_trip("scmoe-offload", 2, 1, false);
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        struct plan *plan =
            build(orders[i].schedule, orders[i].slot, orders[i].chunks, orders[i].backward);
        struct text got = {0};
        if (plan)
            describe(plan, orders[i].queue, orders[i].waits, &got);
        gsl_test(strcmp(text_get(&got), orders[i].want) != 0, "%s slot %zu:\n  want %s\n  got  %s",
                 orders[i].schedule, orders[i].slot, orders[i].want, text_get(&got));
        text_done(&got);
        plan_free(plan);
    }
    check_layers();
    check_newer();
    check_sizes();
    check_deadlock();
    return gsl_test_summary();
}
