/* What the probe reads and plans without a GPU: JSON, models, plans, sizes, quantiles. */
#include <stdlib.h>
#include "jobs.h"
#include "json.h"
#include "model.h"
#include "plan.h"
#include "test.h"

static void refuses_json(const char *text, const char *want)
{
    struct complaint why = {""};
    struct json *json = json_parse("x.json", text, &why);
    expect(!json);
    expect_text(why.text, want);
    json_free(json);
}

static void test_json(void)
{
    struct complaint why;
    struct json *json = json_parse(
        "x.json", " { \"a\": [1, -2.5e3, true, null], \"b\": \"q\\\"\\u00e4\\n\" } ", &why);
    expect(json && json->count == 2);
    const struct json *list = json_member(json, "a");
    expect(list && list->count == 4 && list->first->next->number == -2500);
    expect_text(json_member(json, "b")->text, "q\"\xc3\xa4\n");
    expect(!json_member(json, "c"));
    json_free(json);

    refuses_json("", "x.json:1:1: expected a value");
    refuses_json("{\n  \"a\": 1,\n  \"a\": 2 }", "x.json:3:6: duplicate member");
    refuses_json("[1, 2", "x.json:1:6: expected ',' or ']'");
    refuses_json("{\"a\" 1}", "x.json:1:6: expected ':'");
    refuses_json("[1] x", "x.json:1:5: text after the document");
    refuses_json("[1e999]", "x.json:1:2: expected a finite number");
    refuses_json("\"a\nb\"", "x.json:1:3: unterminated string");
    refuses_json("[\"\\q\"]", "x.json:1:5: unknown escape");
    refuses_json("[nul]", "x.json:1:2: expected a value");
    char deep[200];
    memset(deep, '[', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    refuses_json(deep, "x.json:1:65: nested too deeply");
}

static void test_tokens(void)
{
    struct complaint why;
    size_t *sizes, count;
    /* 256 * 2^i, already multiples of 64 */
    expect(tokens_parse("256..4096:5", &sizes, &count, &why) == 0 && count == 5);
    expect(sizes[0] == 256 && sizes[1] == 512 && sizes[4] == 4096);
    free(sizes);
    expect(tokens_parse("100,1024..2048:2,7", &sizes, &count, &why) == 0 && count == 4);
    expect(sizes[0] == 100 && sizes[1] == 1024 && sizes[2] == 2048 && sizes[3] == 7);
    free(sizes);
    static const char *const wrong[] = {"",   "0",   "2..1:3", "1..2", "1..2:1",
                                        "1,", "1;2", "1.5",    "x"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        expect(tokens_parse(wrong[i], &sizes, &count, &why) < 0);
}

static const char model_text[] =
    "{ \"schema\": \"scmoesim/model/1\", \"name\": \"m\", \"summary\": \"\", \"source\": \"\","
    "  \"dtype\": \"bf16\", \"tokens_per_gpu\": 1000, \"experts\": 64, \"top_k\": 2,"
    "  \"capacity_factor\": 1.25, \"vocabulary\": 500, \"stages\": ["
    "  { \"name\": \"a\", \"layers\": 2, \"token_ratio\": 4, \"hidden\": 128, \"heads\": 4,"
    "    \"mlp_hidden\": 512, \"span_tokens\": 49 },"
    "  { \"name\": \"b\", \"layers\": 2, \"hidden\": 256, \"heads\": 8, \"kv_heads\": 2,"
    "    \"mlp_hidden\": 1024, \"expert_hidden\": 64, \"span_tokens\": 49, \"causal\": true,"
    "    \"gated\": true, \"moe_every\": 2 } ] }";

static void write_file(const char *path, const char *text)
{
    FILE *to = fopen(path, "w");
    fputs(text, to);
    fclose(to);
}

static void test_model(const char *folder)
{
    char path[300];
    struct complaint why = {""};
    struct model model;
    snprintf(path, sizeof path, "%s/model.json", folder);
    write_file(path, model_text);
    expect(model_load(path, &model, &why) == 0);
    expect_text(why.text, "");
    expect(model.stage_count == 2 && model.dtype == DTYPE_BF16 && model.tokens == 1000);
    expect(model.stage[0].shape.head_dim == 32 && !model.stage[0].has_moe);
    expect(model.stage[1].shape.kv_heads == 2 && model.stage[1].expert_hidden == 64);
    expect(model.stage[1].shared_expert_hidden == 64 && model.stage[1].shape.gated);

    /* 1000 tokens, two copies each, a quarter more rows: 2500 rows over 64 / 8 = 8 local experts */
    struct shape expert = stage_shape(&model, &model.stage[1], KIND_EXPERT, 1000, 2, 8);
    expect(expert.tokens == 2500 && expert.experts == 8 && expert.ffn_hidden == 64 && expert.gated);
    struct shape gate = stage_shape(&model, &model.stage[1], KIND_GATE, 1000, 2, 8);
    expect(gate.experts == 64 && gate.top_k == 2 && gate.tokens == 1000 && gate.ffn_hidden == 0);

    /* Stage a: attention, mlp, norm, residual, three parts of attention; stage b: those and shared
     * expert, lm_head, and gate, encode, expert, decode for top-1 and top-2. */
    struct job_wishes wishes = {.kinds = ~0u, .passes = 1u << PASS_FORWARD, .ep = 8};
    struct jobs jobs = {0};
    jobs_add_model(&jobs, &model, &wishes);
    expect(jobs.count == 7 + 7 + 2 + 8);
    expect(jobs.job[0].kind == KIND_ATTENTION && jobs.job[0].shape.tokens == 4000);
    jobs_add_model(&jobs, &model, &wishes); /* nothing new */
    expect(jobs.count == 24);
    /* Top-3 alone adds gate, encode, expert and decode. */
    const size_t three = 3;
    wishes.top_k = &three;
    wishes.top_k_count = 1;
    jobs_add_model(&jobs, &model, &wishes);
    expect(jobs.count == 28 && jobs.job[25].kind == KIND_ENCODE && jobs.job[25].shape.top_k == 3);
    jobs_done(&jobs);

    snprintf(path, sizeof path, "%s/other.json", folder);
    write_file(path, "{ \"schema\": \"scmoesim/gpu/1\" }");
    expect(model_load(path, &model, &why) < 0);
    char want[400];
    snprintf(want, sizeof want, "%s: schema: expected \"scmoesim/model/1\", got \"scmoesim/gpu/1\"",
             path);
    expect_text(why.text, want);
}

static void test_shape_words(void)
{
    struct complaint why = {""};
    struct model model;
    expect(model_of_shape("hidden=1024,heads=16,experts=4,capacity=1.5", &model, &why) == 0);
    expect(model.stage[0].shape.ffn_hidden == 4096 && model.stage[0].shape.head_dim == 64);
    expect(model.stage[0].shape.experts == 4 && model.capacity_factor == 1.5);
    expect(model_of_shape("ffn=8", &model, &why) < 0);
    expect_text(why.text, "--shape: hidden is missing");
    expect(model_of_shape("hidden=1.5", &model, &why) < 0);
    expect_text(why.text, "--shape: hidden: expected a whole number, got 1.5");
    expect(model_of_shape("hidden", &model, &why) < 0);
    expect_text(why.text, "--shape: expected key=number, got \"hidden\"");
}

#define OPERATOR(name, queue, after)                                                               \
    "{ \"name\": \"" name "\", \"kind\": \"norm\", \"pass\": \"forward\", \"queue\": " queue       \
    ", \"after\": [" after "], \"shape\": { \"tokens\": 8, \"hidden\": 64 } }"
#define FETCH(bytes)                                                                               \
    "{ \"name\": \"fetch\", \"kind\": \"expert_fetch\", \"pass\": \"forward\", "                   \
    "\"queue\": 1, \"after\": [], \"fetch_bytes\": " bytes ", \"shape\": { \"hidden\": 64 } }"
#define PLAN(operators)                                                                            \
    "{ \"schema\": \"scmoesim/plan/1\", \"schedule\": \"s\", \"dtype\": \"bf16\", \"queues\": "    \
    "[\"c\","                                                                                      \
    "\"d\"], \"operators\": [" operators "] }"

#define SECOND(operators)                                                                          \
    "{ \"schema\": \"scmoesim/plan/2\", \"schedule\": \"s\", \"dtype\": \"bf16\", \"queues\": "    \
    "[\"c\"], \"operators\": [" operators "] }"

/* The second version of the schema tells bytes of any communication, and a type for each operator.
 */
static void test_second_plan(void)
{
    struct complaint why = {""};
    struct plan *plan = NULL;
    expect(plan_parse("p.json",
                      SECOND("{ \"name\": \"d\", \"kind\": \"dispatch\", \"pass\": \"forward\", "
                             "\"queue\": 0, \"after\": [], \"group\": \"ep\", "
                             "\"comm_bytes\": 1000, \"dtype\": \"bf16\", \"shape\": {} }"),
                      &plan, &why) == 0);
    expect_text(why.text, "");
    expect(plan && plan->operators[0].a2a_bytes == 1000);
    plan_free(plan);
    plan = NULL;
    expect(plan_parse("p.json",
                      SECOND("{ \"name\": \"d\", \"kind\": \"dispatch\", \"pass\": \"forward\", "
                             "\"queue\": 0, \"after\": [], \"comm_bytes\": 1000, "
                             "\"dtype\": \"fp32\", \"shape\": {} }"),
                      &plan, &why) < 0);
    expect_text(why.text, "p.json: operators[0]: dtype: the probe plays all operators in the "
                          "plan's, bf16");
    expect(plan_parse("p.json",
                      SECOND("{ \"name\": \"g\", \"kind\": \"all_reduce\", \"pass\": \"forward\", "
                             "\"queue\": 0, \"after\": [], \"comm_bytes\": 1000, \"shape\": {} }"),
                      &plan, &why) < 0);
    expect(strstr(why.text, "all_reduce") != NULL);
}

static void test_plan(void)
{
    struct complaint why = {""};
    struct plan *plan = NULL;
    /* b stands first on its queue but waits for c, which stands later: c is issued before b. */
    expect(plan_parse(
               "p.json",
               PLAN(OPERATOR("a", "0", "") "," OPERATOR("b", "1", "2") "," OPERATOR("c", "0", "0")),
               &plan, &why) == 0);
    expect_text(why.text, "");
    expect(plan && plan->operator_count == 3 && plan->queue_count == 2 && plan->chunks == 1);
    expect(plan && plan->issue[0] == 0 && plan->issue[1] == 2 && plan->issue[2] == 1);
    plan_free(plan);

    plan = NULL;
    /* b is before c on the queue and waits for it. */
    expect(plan_parse(
               "p.json",
               PLAN(OPERATOR("a", "0", "") "," OPERATOR("b", "0", "2") "," OPERATOR("c", "0", "0")),
               &plan, &why) < 0);
    expect_text(why.text, "p.json: operators[1]: waits for itself through its queue and \"after\"");
    expect(plan_parse("p.json", PLAN(OPERATOR("a", "2", "")), &plan, &why) < 0);
    expect_text(why.text, "p.json: operators[0]: queue: expected a whole number within 0 and 1");
    expect(plan_parse("p.json", PLAN(OPERATOR("a", "0", "1")), &plan, &why) < 0);
    expect_text(why.text, "p.json: operators[0]: after: expected positions below 1");
    expect(!plan);

    expect(plan_parse("p.json", PLAN(FETCH("33554432")), &plan, &why) == 0);
    expect(plan && plan->operators[0].kind == KIND_EXPERT_FETCH);
    expect_near(plan ? plan->operators[0].fetch_bytes : 0, 33554432, 0);
    plan_free(plan);
    expect(plan_parse("p.json", PLAN(FETCH("-1")), &plan, &why) < 0);
    expect_text(why.text, "p.json: operators[0]: fetch_bytes: expected a number of at least 0");
}

static bool slots_differ(const char *a, const char *b)
{
    struct complaint why = {""};
    struct plan *one = NULL, *other = NULL;
    expect(plan_parse("a.json", a, &one, &why) == 0 && plan_parse("b.json", b, &other, &why) == 0);
    bool differ = one && other && plans_differ_in_slot(one, other);
    plan_free(one);
    plan_free(other);
    return differ;
}

static void test_slots(void)
{
    static const char *const first =
        PLAN(OPERATOR("a", "0", "") "," OPERATOR("b", "1", "0") "," OPERATOR("c", "0", "0"));
    expect(slots_differ(first, PLAN(OPERATOR("a", "0", "") "," OPERATOR("c", "0", "0") "," OPERATOR(
                                   "b", "1", "1"))));
    /* Another queue, another name, another size, an operator less. */
    expect(!slots_differ(first, PLAN(OPERATOR("a", "0", "") "," OPERATOR(
                                    "b", "0", "0") "," OPERATOR("c", "0", "0"))));
    expect(!slots_differ(first, PLAN(OPERATOR("a", "0", "") "," OPERATOR(
                                    "d", "1", "0") "," OPERATOR("c", "0", "0"))));
    expect(!slots_differ(first, PLAN(OPERATOR("a", "0", "") "," OPERATOR("b", "1", "0"))));
    expect(!slots_differ(PLAN(FETCH("1024")), PLAN(FETCH("2048"))));
}

static void test_quantile(void)
{
    double values[] = {5, 1, 4, 2, 3};
    expect_near(quantile(values, 5, 0.5), 3, 0);
    expect_near(quantile(values, 5, 0.1), 1.4, 1e-15); /* 0.1 * 4 = 0.4 of the way from 1 to 2 */
    expect_near(quantile(values, 5, 1), 5, 0);
    double one[] = {7};
    expect_near(quantile(one, 1, 0.9), 7, 0);
}

int main(void)
{
    char folder[] = "/tmp/probe-test-XXXXXX", command[64];
    if (!mkdtemp(folder))
        return 1;
    test_json();
    test_tokens();
    test_model(folder);
    test_shape_words();
    test_plan();
    test_second_plan();
    test_slots();
    test_quantile();
    snprintf(command, sizeof command, "rm -r %s", folder);
    if (system(command) != 0)
        failures++;
    return failures != 0;
}
