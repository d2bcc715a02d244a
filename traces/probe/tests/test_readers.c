/* What the probe reads and plans without a GPU: models, plans, sizes, words, quantiles. The readers
 * of JSON, models and plans are the program's, and tested there. */
#include <errno.h>
#include <stdlib.h>
#include "base.h"
#include "jobs.h"
#include "plans.h"
#include "playable.h"
#include "shape_words.h"
#include "test.h"

static void test_tokens(void)
{
    struct diag why = {0};
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
    diag_done(&why);
}

static void test_words(void)
{
    static const char *const words[] = {"hot", "paced", "mixed", NULL};
    struct diag why = {0};
    unsigned bits = 0;
    expect(words_parse("--protocol", "mixed,hot", words, &bits, &why) == 0 && bits == 5);
    expect(words_parse("--protocol", "all", words, &bits, &why) == 0 && bits == ~0u);
    expect(words_parse("--protocol", "hot,pased", words, &bits, &why) < 0);
    expect_message(&why, "--protocol: unknown \"pased\"; known are \"hot\", \"paced\", "
                         "\"mixed\"; did you mean \"paced\"?");
    expect(words_parse("--protocol", "", words, &bits, &why) < 0);
    expect_message(&why, "--protocol: empty list");
}

static const char model_text[] =
    "{ \"schema\": \"scmoesim/model/1\", \"name\": \"m\", \"summary\": \"\", \"source\": \"\","
    "  \"dtype\": \"bf16\", \"tokens_per_gpu\": 1000, \"experts\": 64, \"top_k\": 2,"
    "  \"capacity_factor\": 1.25, \"vocabulary\": 500, \"stages\": ["
    "  { \"name\": \"a\", \"layers\": 2, \"token_ratio\": 4, \"hidden\": 128, \"heads\": 4,"
    "    \"mlp_hidden\": 512, \"span_tokens\": 49, \"moe_every\": 0 },"
    "  { \"name\": \"b\", \"layers\": 2, \"hidden\": 256, \"heads\": 8, \"kv_heads\": 2,"
    "    \"mlp_hidden\": 1024, \"expert_hidden\": 64, \"span_tokens\": 49, \"causal\": true,"
    "    \"gated\": true, \"moe_every\": 2 } ] }";

static struct model *read_model(const char *text)
{
    struct diag why = {0};
    struct json *doc = NULL;
    struct model *model = NULL;
    expect(json_parse("m.json", text, strlen(text), &why, &doc) == 0 &&
           model_read(doc, &why, &model) == 0);
    expect_text(why.count ? why.messages[0] : "", "");
    json_free(doc);
    diag_done(&why);
    return model;
}

static void test_model(void)
{
    struct model *model = read_model(model_text);
    if (!model)
        return;
    const struct model_stage *first = &model->stages[0], *second = &model->stages[1];
    expect(model_tokens(model) == 1000);
    struct operator_shape core = stage_shape(model, first, OPERATOR_ATTENTION_CORE, 10, 2, 8);
    /* 40 tokens at a ratio of 4; their curve is that of the whole span, and of any width. */
    expect(core.tokens == 40 && core.span_tokens == 49 && core.head_dim == 32 && core.hidden == 0);

    /* 1000 tokens, two copies each, a quarter more rows: 2500 rows over 64 / 8 = 8 local experts */
    struct operator_shape expert = stage_shape(model, second, OPERATOR_EXPERT, 1000, 2, 8);
    expect(expert.tokens == 2500 && expert.experts == 8 && expert.ffn_hidden == 64 && expert.gated);
    struct operator_shape gate = stage_shape(model, second, OPERATOR_GATE, 1000, 2, 8);
    expect(gate.experts == 64 && gate.top_k == 2 && gate.tokens == 1000 && gate.ffn_hidden == 0);

    /* Stage a: attention, mlp, norm, residual, three parts of attention; stage b: those and shared
     * expert, lm_head, and gate, encode, expert, decode for top-1 and top-2. */
    struct job_wishes wishes = {.kinds = ~0u, .passes = 1u << PASS_FORWARD, .ep = 8};
    struct jobs jobs = {0};
    jobs_add_model(&jobs, model, 1000, &wishes);
    expect(jobs.count == 7 + 7 + 2 + 8);
    expect(jobs.job[0].kind == OPERATOR_ATTENTION && jobs.job[0].shape.tokens == 4000);
    jobs_add_model(&jobs, model, 1000, &wishes); /* nothing new */
    expect(jobs.count == 24);
    /* Top-3 alone adds gate, encode, expert and decode. */
    const size_t three = 3;
    wishes.top_k = &three;
    wishes.top_k_count = 1;
    jobs_add_model(&jobs, model, 1000, &wishes);
    expect(jobs.count == 28 && jobs.job[25].kind == OPERATOR_ENCODE &&
           jobs.job[25].shape.top_k == 3);
    jobs_done(&jobs);
    model_free(model);
}

static void refuses_shape(const char *text, const char *want)
{
    struct diag why = {0};
    struct model *model;
    expect(model_of_shape(text, &why, &model) < 0);
    expect_message(&why, want);
}

static void test_shape_words(void)
{
    struct diag why = {0};
    struct model *model = NULL;
    expect(model_of_shape("hidden=1024,heads=16,experts=4,capacity=1.5,gated=1,causal=0", &why,
                          &model) == 0);
    if (model) {
        const struct model_stage *stage = &model->stages[0];
        expect(stage->mlp_hidden == 4096 && stage->expert_hidden == 4096 && stage->head_dim == 64);
        expect(stage->gated && !stage->causal && stage->moe_every == 1);
        expect(model->experts == 4 && model->capacity_factor == 1.5 && model->dtype == DTYPE_BF16);
    }
    model_free(model);
    expect(model_of_shape("hidden=32,ffn=8", &why, &model) == 0);
    expect(model->stages[0].mlp_hidden == 8 && model->stages[0].heads == 1);
    model_free(model);
    refuses_shape("ffn=8", "--shape: hidden is missing");
    refuses_shape("hidden=1.5",
                  "--shape: /stages/0/hidden: expected a whole number from 1 to 16777216, got 1.5");
    refuses_shape("hidden=64,gated=2", "--shape: /stages/0/gated: expected true or false, got 2");
    refuses_shape("hidden", "--shape: expected key=number, got \"hidden\"");
    refuses_shape("hiden=4",
                  "--shape: unknown \"hiden\"; known are \"hidden\", \"ffn\", \"heads\", "
                  "\"kv_heads\", \"head_dim\", \"span\", \"causal\", \"gated\", \"expert_ffn\", "
                  "\"shared_ffn\", \"experts\", \"top_k\", \"capacity\", \"vocabulary\"; did you "
                  "mean \"hidden\"?");
}

/* An operator of a plan; `more` are members of it that begin with a comma, or nothing. */
#define OPERATOR(name, kind, queue, after, more)                                                   \
    "{ \"name\": \"" name "\", \"kind\": \"" kind "\", \"pass\": \"forward\", \"queue\": " queue   \
    ", \"after\": [" after "], \"shape\": { \"tokens\": 7.5, \"hidden\": 64 }" more " }"
#define NORM(name, queue, after) OPERATOR(name, "norm", queue, after, "")
#define FETCH(bytes) OPERATOR("fetch", "expert_fetch", "1", "", ", \"fetch_bytes\": " bytes)
#define PLAN(operators)                                                                            \
    "{ \"schema\": \"scmoesim/plan/2\", \"schedule\": \"s\", \"ranks\": 8, \"ep\": 8, "            \
    "\"dtype\": \"bf16\", \"groups\": [{ \"name\": \"data\", \"size\": 8, \"stride\": 1 }], "      \
    "\"queues\": [\"c\", \"d\"], \"operators\": [" operators "] }"

/* want: the complaint, or NULL where it can be played. */
static void check_plan(const char *text, const char *want)
{
    struct diag why = {0};
    struct plan *plan = read_plan(text);
    expect(plan && plan_check(plan, "p.json", &why) == (want ? -EINVAL : 0));
    if (want)
        expect_message(&why, want);
    expect(why.count == 0);
    plan_free(plan);
}

static void test_plan(void)
{
    check_plan(PLAN(NORM("a", "0", "") "," FETCH("33554432")), NULL);
    check_plan(PLAN(OPERATOR("a", "dispatch", "1", "",
                             ", \"group\": \"ep\", \"comm_bytes\": 4096, \"dtype\": \"fp8\"")),
               NULL);
    check_plan(PLAN(NORM("a", "0", "") "," OPERATOR("sum", "all_reduce", "1", "0",
                                                    ", \"group\": \"data\", \"comm_bytes\": 8")),
               "p.json: /operators/1: operator \"sum\": the probe plays no all_reduce");
    check_plan(PLAN(OPERATOR("a", "norm", "0", "", ", \"dtype\": \"fp32\"")), NULL);
    check_plan(PLAN(OPERATOR("a", "norm", "0", "", ", \"dtype\": \"fp8\"")),
               "p.json: /operators/0: operator \"a\": the probe does not compute in fp8");
    check_plan(PLAN(OPERATOR("up", "mlp", "0", "", "")),
               "p.json: /operators/0: operator \"up\": ffn_hidden must be a multiple of 8");
}

/* What an operator's shape may not be, and which architectures are not computed. */
static void test_problems(void)
{
    static const struct operator_shape good = {.tokens = 64,
                                               .hidden = 64,
                                               .ffn_hidden = 64,
                                               .heads = 2,
                                               .kv_heads = 2,
                                               .head_dim = 32,
                                               .span_tokens = 32,
                                               .experts = 8,
                                               .top_k = 2,
                                               .capacity_factor = 1,
                                               .vocabulary = 100};
    for (int kind = 0; kind < OPERATOR_KIND_COUNT; kind++) {
        const char *problem =
            operator_problem((enum operator_kind)kind, PASS_FORWARD, DTYPE_BF16, &good);
        expect(!problem == operator_computes((enum operator_kind)kind));
    }
    static const struct {
        size_t field;
        double value;
        enum operator_kind kind;
        const char *want;
    } rows[] = {
        {SHAPE_TOKENS, 0, OPERATOR_NORM, "tokens must be above 0 and at most 2^40"},
        {SHAPE_TOKENS, 1e300, OPERATOR_NORM, "tokens must be above 0 and at most 2^40"},
        {SHAPE_HIDDEN, 60, OPERATOR_NORM, "hidden must be a multiple of 8"},
        {SHAPE_HIDDEN, 60, OPERATOR_ATTENTION_CORE, NULL},
        {SHAPE_KV_HEADS, 3, OPERATOR_ATTENTION, "heads must be a multiple of kv_heads"},
        {SHAPE_SPAN_TOKENS, 0, OPERATOR_ATTENTION, "span_tokens is missing"},
        {SHAPE_EXPERTS, 1025, OPERATOR_GATE, "experts must be within 1 and 1024"},
        {SHAPE_TOP_K, 17, OPERATOR_GATE, "top_k must be within 1 and 16"},
        {SHAPE_CAPACITY_FACTOR, 0, OPERATOR_ENCODE, "capacity_factor must be at least 1"},
        {SHAPE_VOCABULARY, 0, OPERATOR_LM_HEAD, "vocabulary is missing"},
        {SHAPE_KV_RANK, 512, OPERATOR_ATTENTION,
         "the probe does not compute latent attention (kv_rank)"},
        {SHAPE_STATE_DIM, 16, OPERATOR_QKV_PROJECTION,
         "the probe does not compute Mamba's mixer (state_dim)"},
        {SHAPE_OWN_CACHE, 1, OPERATOR_ATTENTION_CORE,
         "the probe does not compute attention to a cache (own_cache)"},
        {SHAPE_LATENT_HIDDEN, 32, OPERATOR_DECODE,
         "the probe does not compute a latent width for experts (latent_hidden)"},
        {SHAPE_KV_RANK, 512, OPERATOR_MLP, NULL}, /* which has no attention */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct operator_shape shape = good;
        shape_set_field(&shape, rows[i].field, rows[i].value);
        const char *problem = operator_problem(rows[i].kind, PASS_FORWARD, DTYPE_BF16, &shape);
        expect_text(problem ? problem : "", rows[i].want ? rows[i].want : "");
    }
    expect_text(operator_problem(OPERATOR_ENCODE, PASS_WEIGHT_GRADIENT, DTYPE_BF16, &good),
                "it has no weights");
}

static bool slots_differ(const char *a, const char *b)
{
    struct plan *one = read_plan(a), *other = read_plan(b);
    bool differ = one && other && plans_differ_in_slot(one, other);
    plan_free(one);
    plan_free(other);
    return differ;
}

static void test_slots(void)
{
    static const char *const first =
        PLAN(NORM("a", "0", "") "," NORM("b", "1", "0") "," NORM("c", "0", "0"));
    expect(slots_differ(first,
                        PLAN(NORM("a", "0", "") "," NORM("c", "0", "0") "," NORM("b", "1", "1"))));
    /* Another queue, another name, another type, another size, an operator less. */
    expect(!slots_differ(first,
                         PLAN(NORM("a", "0", "") "," NORM("b", "0", "0") "," NORM("c", "0", "0"))));
    expect(!slots_differ(first,
                         PLAN(NORM("a", "0", "") "," NORM("d", "1", "0") "," NORM("c", "0", "0"))));
    expect(!slots_differ(first, PLAN(NORM("a", "0", "") "," NORM("b", "1", "0") "," OPERATOR(
                                    "c", "norm", "0", "0", ", \"dtype\": \"fp32\""))));
    expect(!slots_differ(first, PLAN(NORM("a", "0", "") "," NORM("b", "1", "0"))));
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
    test_tokens();
    test_words();
    test_model();
    test_shape_words();
    test_plan();
    test_problems();
    test_slots();
    test_quantile();
    return failures != 0;
}
