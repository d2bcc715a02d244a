/* Steps: names, waits within and across plans, what becomes one, and what is refused. */
#include <errno.h>

#include "building.h"
#include "sim/schedule/step.h"

/* A plan by hand: a[mlp] and c[dispatch] of two queues; b[gate] waits for both. */
static char words[][8] = {"a", "c", "b", "x", "y", "data"};
static const struct plan_operator small_operators[] = {
    {.name = words[0], .kind = OPERATOR_MLP},
    {.name = words[1], .kind = OPERATOR_DISPATCH, .queue = 1},
    {.name = words[2], .kind = OPERATOR_GATE, .after = (size_t[]){0, 1}, .after_count = 2},
};

static struct plan small_plan(struct plan_operator *operators)
{
    static char *queues[] = {words[3], words[4]};
    memcpy(operators, small_operators, sizeof small_operators);
    return (struct plan){.schedule = words[0],
                         .ranks = 8,
                         .ep = 4,
                         .queues = queues,
                         .queue_count = 2,
                         .operators = operators,
                         .operator_count = 3,
                         .layers = 1,
                         .chunks = 1};
}

static struct plan *must_compose(const struct step_part *parts, size_t count)
{
    struct diag diag = {0};
    struct plan *step = NULL;
    gsl_test_int(step_build(parts, count, &diag, &step), 0, "%s",
                 diag.count ? diag.messages[0] : "composes");
    diag_done(&diag);
    return step;
}

static void must_be(struct plan *step, const char *queue, const char *want, const char *why)
{
    struct text got = {0};
    if (step)
        describe(step, queue, true, &got);
    gsl_test(strcmp(text_get(&got), want) != 0, "%s:\n  want %s\n  got  %s", why, want,
             text_get(&got));
    text_done(&got);
}

static void must_refuse(const struct step_part *parts, size_t count, const char *want)
{
    struct diag diag = {0};
    struct plan *step = NULL;
    gsl_test(step_build(parts, count, &diag, &step) == 0, "refused: %s", want);
    gsl_test(step != NULL, "nothing comes back: %s", want);
    gsl_test_int((int)diag.count, 1, "one complaint: %s", want);
    gsl_test_str(diag.count ? diag.messages[0] : "", want, "complaint");
    diag_done(&diag);
}

static void one_after_the_other(void)
{
    struct plan_operator operators[3];
    struct plan plan = small_plan(operators);
    struct plan *step = must_compose((struct step_part[]){{&plan, 2}, {&plan, 0}, {&plan, 1}}, 3);
    must_be(step, NULL,
            "a@1 c@1 b@1(a@1,c@1) a@2(b@1) c@2(b@1) b@2(a@2,c@2) a@3(b@2) c@3(b@2) b@3(a@3,c@3)",
            "a plan starts where the one before has ended");
    gsl_test_int((int)step->queue_count, 2, "queues of a name are one");
    gsl_test_int((int)step->layers, 3, "three layers");
    plan_free(step);
}

/* b waits for c of the plan before, not for that of its own; nobody else looks back. */
static void through_earlier(void)
{
    struct plan_operator operators[3], others[3];
    struct plan plan = small_plan(operators), other = small_plan(others);
    struct earlier_wait back[] = {{1, 1}, {2, 0}};
    operators[2].after_count = 1;
    operators[2].earlier = back;
    operators[2].earlier_count = 2;
    struct plan *step = must_compose((struct step_part[]){{&plan, 3}}, 1);
    must_be(step, NULL, "a@1 c@1 b@1(a@1) a@2 c@2 b@2(a@2,c@1) a@3 c@3 b@3(a@3,c@2,a@1)",
            "only what earlier says; nothing before the first plan");
    plan_free(step);
    step = must_compose((struct step_part[]){{&plan, 2}, {&other, 1}}, 2);
    must_be(step, NULL,
            "a@1 c@1 b@1(a@1) a@2 c@2 b@2(a@2,c@1) a@3(b@1,c@2,b@2) c@3(b@1,c@2,b@2) "
            "b@3(a@3,c@3)",
            "a plan without such waits starts where all is done");
    plan_free(step);
    /* The same template in another order: found by name. */
    struct plan_operator swapped = others[0];
    others[0] = others[1];
    others[1] = swapped;
    step = must_compose((struct step_part[]){{&other, 1}, {&plan, 1}}, 2);
    must_be(step, NULL, "c@1 a@1 b@1(c@1,a@1) a@2 c@2 b@2(a@2,c@1)", "by name");
    plan_free(step);
    others[0].name = words[4];
    must_refuse((struct step_part[]){{&other, 1}, {&plan, 1}}, 2,
                "step: \"b@2\" waits for \"c\" of plan 1, which has no such operator");
}

/* Gradients go beside their pass: nobody waits for them, and they do not begin before it. */
static void beside(void)
{
    struct plan_group all = {words[5], 8, 1};
    struct plan *plan = build("top2", 0, 1, true), *twice = NULL;
    plan_add_beside(plan, OPERATOR_ALL_REDUCE, &all, DTYPE_FP16, 1e6);
    struct plan *step = must_compose((struct step_part[]){{plan, 2}}, 1);
    must_be(step, "all_reduce_data",
            "all_reduce_data@1 all_reduce_data@2(gate.wgrad@1,attention_2.wgrad@1,mlp_1.wgrad@1,"
            "attention_1.dgrad@1,attention_1.wgrad@1)",
            "one queue, each with its pass");
    gsl_test_int((int)step->group_count, 1, "groups of a name are one");
    gsl_test(!step->backward, "both passes are backward");
    twice = must_compose((struct step_part[]){{step, 2}}, 1);
    gsl_test_str(twice->operators[twice->operator_count - 1].name, "all_reduce_data@4",
                 "layers of steps are counted on");
    plan_free(twice);
    plan_free(step);
    plan_free(plan);
}

/* The backward pass starts where the forward pass has ended. */
static void forward_then_backward(void)
{
    struct plan *forward = build("top2", 0, 2, false), *backward = build("top2", 0, 1, true);
    struct plan *step = must_compose((struct step_part[]){{forward, 1}, {backward, 1}}, 2);
    gsl_test(step->backward, "not backward alone");
    gsl_test_int((int)step->layers, 2, "two in a row");
    gsl_test_int((int)step->operator_count,
                 (int)(forward->operator_count + backward->operator_count), "all operators");
    const struct plan_operator *op = &step->operators[forward->operator_count];
    gsl_test_str(op->name, "decode.dgrad@2", "the first of the backward pass");
    gsl_test_int((int)op->after_count, 1, "waits for one");
    gsl_test_str(step->operators[op->after[0]].name, "decode@1", "the last of the forward pass");
    plan_free(step);
    plan_free(backward);
    plan_free(forward);
}

/* "a@2#1", the first chunk of a second layer, is in the fifth layer of the step behind three. */
static void counted_on(void)
{
    static char second[] = "a@2#1", chunk[] = "c#1";
    struct plan_operator operators[3], others[3];
    struct plan plan = small_plan(operators), layered = small_plan(others);
    plan.layers = 3;
    layered.layers = 2;
    others[0].name = second;
    others[1].name = chunk;
    struct plan *step = must_compose((struct step_part[]){{&plan, 1}, {&layered, 1}}, 2);
    gsl_test_str(step->operators[3].name, "a@5#1", "counted on");
    gsl_test_str(step->operators[4].name, "c#1@4", "the first layer of its part");
    gsl_test_int((int)step->layers, 5, "five layers");
    plan_free(step);
}

/* An All-Reduce that is a plan's only operator is one of the row. */
static void alone_in_its_plan(void)
{
    struct plan_group all = {words[5], 8, 1};
    struct plan_operator operators[3], reduce = {.name = words[5], .kind = OPERATOR_ALL_REDUCE};
    struct plan plan = small_plan(operators), other = plan;
    other.operators = &reduce;
    other.operator_count = 1;
    other.groups = &all;
    other.group_count = 1;
    struct plan *step = must_compose((struct step_part[]){{&plan, 1}, {&other, 1}, {&plan, 1}}, 3);
    must_be(step, NULL, "a@1 c@1 b@1(a@1,c@1) data@2(b@1) a@3(data@2) c@3(data@2) b@3(a@3,c@3)",
            "before and after others");
    plan_free(step);
}

static void refused(void)
{
    struct plan_group groups[] = {{words[5], 4, 2}, {words[5], 8, 1}};
    struct plan_operator operators[3];
    struct plan plan = small_plan(operators), other = plan;
    struct step_part parts[] = {{&plan, 1}, {&other, 1}};
    must_refuse(NULL, 0, "step: expected 1 to 65536 operators, got none");
    must_refuse((struct step_part[]){{&plan, 65536 / 3 + 1}}, 1,
                "step: expected 1 to 65536 operators, got more");
    other.ranks = 16;
    must_refuse(parts, 2, "step: plan 2 has ranks 16, plans before it 8");
    other.ranks = 8;
    other.ep = 8;
    must_refuse(parts, 2, "step: plan 2 has ep 8, plans before it 4");
    other.ep = 4;
    plan.experts = 64;
    plan_free(must_compose(parts, 2)); /* one that does not know agrees with all */
    other.experts = 8;
    must_refuse(parts, 2, "step: plan 2 has experts 8, plans before it 64");
    other.experts = 64;
    plan.top_k = 1;
    other.top_k = 2;
    must_refuse(parts, 2, "step: plan 2 has top_k 2, plans before it 1");
    other.top_k = 1;
    plan.groups = &groups[0];
    other.groups = &groups[1];
    plan.group_count = other.group_count = 1;
    must_refuse(parts, 2,
                "step: plan 2 has groups \"data\" of 8 ranks, 1 apart, plans before it of 4, 2 "
                "apart");
}

/* What a file may say of earlier plans; NULL: fine. */
static void read_earlier(const char *earlier, const char *want)
{
    struct diag diag = {0};
    struct json *doc = NULL;
    struct plan *plan = NULL;
    struct text text = {0};
    text_add(
        &text,
        "{\"schema\":\"scmoesim/plan/2\",\"schedule\":\"s\",\"ranks\":1,\"ep\":1,"
        "\"dtype\":\"fp16\",\"queues\":[\"q\"],\"operators\":[{\"name\":\"a\",\"kind\":\"mlp\","
        "\"pass\":\"forward\",\"queue\":0,\"after\":[],\"shape\":{},\"after_earlier\":%s}]}",
        earlier);
    json_parse("p.json", text_get(&text), text.length, &diag, &doc);
    gsl_test(plan_read(doc, &diag, &plan) != (want ? -EINVAL : 0), "read: %s", earlier);
    gsl_test_str(diag.count ? diag.messages[0] : "", want ? want : "", "complaint");
    plan_free(plan);
    json_free(doc);
    text_done(&text);
    diag_done(&diag);
}

int main(void)
{
    read_earlier("[{\"plans\":1,\"operator\":0},{\"plans\":65536,\"operator\":0}]", NULL);
    read_earlier("[{\"plans\":0,\"operator\":0}]",
                 "p.json: /operators/0/after_earlier/0/plans: expected a whole number from 1 to "
                 "65536, got 0");
    read_earlier("[{\"plans\":1,\"operator\":1}]",
                 "p.json: /operators/0/after_earlier/0/operator: expected a whole number from 0 to "
                 "0, got 1");
    read_earlier("[{\"plans\":1,\"operator\":0,\"after\":1}]",
                 "p.json: /operators/0/after_earlier/0: unknown member \"after\"; known members: "
                 "\"plans\", \"operator\"");
    read_earlier("[0]", "p.json: /operators/0/after_earlier/0: expected an object, got 0");
    read_earlier("{}", "p.json: /operators/0/after_earlier: expected an array, got an object");

    one_after_the_other();
    through_earlier();
    beside();
    forward_then_backward();
    counted_on();
    alone_in_its_plan();
    refused();
    return gsl_test_summary();
}
