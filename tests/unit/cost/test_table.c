/* Cost files: which row answers, and what lies between and beyond rows. What is refused: test_table_refused.c. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_test.h>

#include "sim/base/file.h"
#include "sim/base/mem.h"
#include "sim/base/text.h"
#include "sim/cost/cost.h"

static const struct gpu gpu = {
    .memory_bandwidth_bytes_per_s = 1e12,
    .peak_flop_per_s = {1e13, 1e13, 1e14, 1e14, 1e14},
    .kernel_launch_s = 1e-6,
    .framework_ratio = 1,
    .framework_backward_ratio = 1,
    .efficiency = {{0.5, 1}, {0.5, 1}, {0.5, 1}, {1, 1}, {1, 0.5}},
};

static struct cost_table *table_of(const char *text)
{
    struct diag diag = {0};
    struct cost_table *table = NULL;

    gsl_test_int(cost_table_parse("c.csv", text, strlen(text), &diag, &table), 0, "%s",
                 diag.count ? diag.messages[0] : "accepted");
    diag_done(&diag);
    return table;
}

static struct operator_shape mlp_of(double tokens)
{
    return (struct operator_shape){.tokens = tokens, .hidden = 1024, .ffn_hidden = 4096};
}

static struct cost mlp_cost(const struct cost_table *table, double tokens)
{
    struct operator_shape shape = mlp_of(tokens);
    return cost_of(table, &gpu, OPERATOR_MLP, PASS_FORWARD, &shape, DTYPE_BF16);
}

static double mlp_roofline_s(double tokens)
{
    struct operator_shape shape = mlp_of(tokens);
    return roofline_time_s(&gpu, OPERATOR_MLP, PASS_FORWARD, &shape, DTYPE_BF16);
}

static void expect(struct cost got, double time_s, enum cost_origin origin, const char *why)
{
    gsl_test_rel(got.time_s, time_s, 1e-14, "%s: time", why);
    gsl_test_str(cost_origin_names[got.origin], cost_origin_names[origin], "%s: origin", why);
}

/* ---- Between and beyond sizes ---- */

static void no_table(void)
{
    expect(mlp_cost(NULL, 512), mlp_roofline_s(512), COST_SYNTHETIC, "no table");
}

/* What two rows make of a query, by hand. Deviations of rows that are d apart (in units of two doublings of tokens)
 * vary together by c(d) = 0.08^2 exp(-d^2 / 2) + 0.03^2 exp(-32 d^2). Around the mean of the two they are equal
 * and opposite, so only the difference of their weights counts: (c(d1) - c(d2)) / (c(0) - c(d12)). */
static double covariance(double d)
{
    return 0.0064 * exp(-d * d / 2) + 0.0009 * exp(-32 * d * d);
}

static double units(double from, double to)
{
    return log2(to / from) / 2;
}

static double of_two(double tokens, double first, double first_s, double second, double second_s)
{
    double one = log(first_s / mlp_roofline_s(first)), two = log(second_s / mlp_roofline_s(second));
    double weight = (covariance(units(first, tokens)) - covariance(units(second, tokens))) /
                    (covariance(0) - covariance(units(first, second)));

    return mlp_roofline_s(tokens) * exp((one + two) / 2 + weight * (one - two) / 2);
}

static void expect_near(struct cost got, double time_s, const char *why)
{
    gsl_test_rel(got.time_s, time_s, 1e-5, "%s: time", why); /* a millionth keeps rows apart */
    gsl_test_str(cost_origin_names[got.origin], "interpolated", "%s: origin", why);
}

/* Sizes between which the roofline bends: up to 50 tokens both products are bound by their weights, 8.4 MB
 * or 8.4 us each, from there on by FLOP, 168 ns a token. */
static void between_three(void)
{
    struct cost_table *table = table_of("kind,hidden,ffn_hidden,tokens,time_s\n"
                                        "mlp,1024,4096,4000,3\n"
                                        "mlp,1024,4096,10,1\n"
                                        "mlp,1024,4096,2000,2\n");
    double before_s = 0;

    gsl_test_int((int)cost_table_rows(table), 3, "rows");
    expect(mlp_cost(table, 10), 1, COST_MEASURED, "first row");
    expect(mlp_cost(table, 2000), 2, COST_MEASURED, "middle row");
    expect(mlp_cost(table, 4000), 3, COST_MEASURED, "last row");
    for (double tokens = 10; tokens <= 4000; tokens += 5) {
        double time_s = mlp_cost(table, tokens).time_s;
        gsl_test(time_s < before_s || time_s < 1 || time_s > 3, "rises between rows at %g",
                 tokens);
        before_s = time_s;
    }
    cost_table_free(table);
    cost_table_free(NULL);
}

/* Two rows 10 % and 30 % slower than the roofline: between them in proportion, never outside them, and over tokens
 * where nothing computes, as the weight gradient of a norm. */
static void between_two(void)
{
    double first_s = 1.1 * mlp_roofline_s(1000), second_s = 1.3 * mlp_roofline_s(4000);
    struct text text = {0};
    text_add(&text,
             "kind,pass,hidden,ffn_hidden,tokens,time_s\n"
             "mlp,,1024,4096,1000,%.17g\nmlp,,1024,4096,4000,%.17g\n"
             "norm,weight_gradient,,,100,1\nnorm,weight_gradient,,,300,2\n",
             first_s, second_s);
    struct cost_table *table = table_of(text_get(&text));
    struct operator_shape shape = {.tokens = 150, .hidden = 1024};

    expect_near(mlp_cost(table, 2000), mlp_roofline_s(2000) * sqrt(1.1 * 1.3), "half way");
    double nearer = 1000 * sqrt(2); /* two of eight equal steps; between steps as the roofline goes */
    expect_near(mlp_cost(table, nearer), of_two(nearer, 1000, first_s, 4000, second_s), "nearer to one");
    gsl_test_rel(mlp_cost(table, 1000.001).time_s, first_s, 1e-5, "without a step beside a row");
    expect(cost_of(table, &gpu, OPERATOR_NORM, PASS_WEIGHT_GRADIENT, &shape, DTYPE_BF16), 1.25,
           COST_INTERPOLATED, "over tokens where nothing computes");
    cost_table_free(table);
    text_done(&text);
}

/* Widths 1000 and 2000 were measured, 20 % and 40 % slower than the roofline: 1414 lies half way. What lies twice as
 * wide as the widest is nobody's neighbour; nor does a gated MLP tell of one that is not. */
static void similar_shapes(void)
{
    struct operator_shape narrow = {.tokens = 512, .hidden = 1000, .ffn_hidden = 4000},
                          wide = {.tokens = 512, .hidden = 2000, .ffn_hidden = 8000},
                          middle = {.tokens = 512, .hidden = 1414, .ffn_hidden = 5656};
    struct text text = {0};
    text_add(&text,
             "kind,hidden,ffn_hidden,gated,tokens,time_s\n"
             "mlp,1000,4000,0,512,%.17g\nmlp,2000,8000,0,512,%.17g\n",
             1.2 * roofline_time_s(&gpu, OPERATOR_MLP, PASS_FORWARD, &narrow, DTYPE_BF16),
             1.4 * roofline_time_s(&gpu, OPERATOR_MLP, PASS_FORWARD, &wide, DTYPE_BF16));
    struct cost_table *table = table_of(text_get(&text));
    struct cost got = cost_of(table, &gpu, OPERATOR_MLP, PASS_FORWARD, &middle, DTYPE_BF16);

    gsl_test_rel(got.time_s,
                 sqrt(1.2 * 1.4) * roofline_time_s(&gpu, OPERATOR_MLP, PASS_FORWARD, &middle, DTYPE_BF16),
                 1e-3, "half way between two widths"); /* 1414 is a little below */
    gsl_test_int(got.origin, COST_INTERPOLATED, "of which none is its own");
    middle.gated = true;
    gsl_test_int(cost_of(table, &gpu, OPERATOR_MLP, PASS_FORWARD, &middle, DTYPE_BF16).origin,
                 COST_SYNTHETIC, "gated");
    wide.hidden = 4000;
    wide.ffn_hidden = 16000;
    gsl_test_int(cost_of(table, &gpu, OPERATOR_MLP, PASS_FORWARD, &wide, DTYPE_BF16).origin,
                 COST_SYNTHETIC, "too wide");
    cost_table_free(table);
    text_done(&text);
}

/* 1000 / 1.25 = 800 and 2000 * 1.25 = 2500 are the last sizes that the nearest row speaks for alone. */
static void beyond(void)
{
    struct cost_table *table = table_of("kind,hidden,ffn_hidden,tokens,time_s\n"
                                        "mlp,1024,4096,1000,1\n"
                                        "mlp,1024,4096,2000,3\n");
    double one = mlp_roofline_s(1000), two = mlp_roofline_s(2000);
    struct operator_shape shape = mlp_of(1100);

    expect(mlp_cost(table, 800), mlp_roofline_s(800) / one, COST_INTERPOLATED, "800");
    expect(mlp_cost(table, 799), mlp_roofline_s(799), COST_SYNTHETIC, "799");
    expect(mlp_cost(table, 2500), 3 * mlp_roofline_s(2500) / two, COST_INTERPOLATED, "2500");
    expect(mlp_cost(table, 2501), mlp_roofline_s(2501), COST_SYNTHETIC, "2501");
    expect(mlp_cost(table, 0), mlp_roofline_s(0), COST_SYNTHETIC, "nothing");
    cost_table_free(table);

    table = table_of("kind,hidden,ffn_hidden,tokens,time_s\nmlp,1024,4096,1000,0\n");
    expect(mlp_cost(table, 1000), 0, COST_MEASURED, "fused into a neighbour");
    expect(mlp_cost(table, 1250), 0, COST_INTERPOLATED, "and still fused");
    cost_table_free(table);

    table = table_of("kind,pass,tokens,time_s\nnorm,weight_gradient,1000,1\n");
    expect(cost_of(table, &gpu, OPERATOR_NORM, PASS_WEIGHT_GRADIENT, &shape, DTYPE_BF16), 1,
           COST_INTERPOLATED, "no kernels, no proportion");
    cost_table_free(table);
}

/* ---- Which rows answer ---- */

static void shapes_must_match(void)
{
    struct cost_table *table = table_of("kind,dtype,hidden,ffn_hidden,gated,tokens,time_s\n"
                                        "mlp,bf16,1024,4096,0,512,1\n"
                                        "mlp,fp16,1024,4096,0,512,2\n"
                                        "mlp,bf16,1024,4096,1,512,3\n"
                                        "mlp,bf16,2048,4096,0,512,4\n");
    struct operator_shape shape = mlp_of(512);

    expect(mlp_cost(table, 512), 1, COST_MEASURED, "bf16");
    expect(cost_of(table, &gpu, OPERATOR_MLP, PASS_FORWARD, &shape, DTYPE_FP16), 2, COST_MEASURED,
           "fp16");
    gsl_test_int(cost_of(table, &gpu, OPERATOR_MLP, PASS_FORWARD, &shape, DTYPE_FP32).origin,
                 COST_SYNTHETIC, "fp32 was not measured");
    gsl_test_int(cost_of(table, &gpu, OPERATOR_MLP, PASS_INPUT_GRADIENT, &shape, DTYPE_BF16).origin,
                 COST_SYNTHETIC, "nor was its gradient");
    gsl_test_int(cost_of(table, &gpu, OPERATOR_SHARED_EXPERT, PASS_FORWARD, &shape,
                         DTYPE_BF16).origin,
                 COST_SYNTHETIC, "nor the shared expert");
    shape.gated = true;
    expect(cost_of(table, &gpu, OPERATOR_MLP, PASS_FORWARD, &shape, DTYPE_BF16), 3, COST_MEASURED,
           "gated");
    shape = mlp_of(512);
    shape.hidden = 2048;
    expect(cost_of(table, &gpu, OPERATOR_MLP, PASS_FORWARD, &shape, DTYPE_BF16), 4, COST_MEASURED,
           "another width");
    shape.hidden = 4096;
    gsl_test_int(cost_of(table, &gpu, OPERATOR_MLP, PASS_FORWARD, &shape, DTYPE_BF16).origin,
                 COST_SYNTHETIC, "no row of this width");
    cost_table_free(table);
}

/* A layer of the roofline above at width 64: the core takes 1 us and, over tokens, far less than a second. What counts
 * is which row answers: with 100 tokens the file measured one sequence of 100, whatever its span says. */
static void sequences(void)
{
    struct cost_table *table = table_of("kind,heads,kv_heads,head_dim,span_tokens,causal,tokens,time_s\n"
                                        "attention_core,1,1,64,100,1,1000,9\n"
                                        "attention_core,1,1,64,200,1,100,1\n"
                                        "attention_core,1,1,64,200,1,200,3\n"
                                        "attention_core,1,1,64,200,1,400,5\n");
    struct operator_shape shape = {.tokens = 100, .heads = 1, .kv_heads = 1, .head_dim = 64,
                                   .span_tokens = 100, .causal = true};
    struct cost got;
    double whole_s, part_s;

    expect(cost_of(table, &gpu, OPERATOR_ATTENTION_CORE, PASS_FORWARD, &shape, DTYPE_BF16), 1,
           COST_MEASURED, "one sequence of 100");
    whole_s = roofline_time_s(&gpu, OPERATOR_ATTENTION_CORE, PASS_FORWARD, &shape, DTYPE_BF16);
    shape.span_tokens = 200;
    part_s = roofline_time_s(&gpu, OPERATOR_ATTENTION_CORE, PASS_FORWARD, &shape, DTYPE_BF16);
    expect(cost_of(table, &gpu, OPERATOR_ATTENTION_CORE, PASS_FORWARD, &shape, DTYPE_BF16),
           part_s / whole_s, COST_INTERPOLATED, "half of a sequence of 200, in proportion");
    shape.tokens = 150;
    shape.span_tokens = 150;
    got = cost_of(table, &gpu, OPERATOR_ATTENTION_CORE, PASS_FORWARD, &shape, DTYPE_BF16);
    gsl_test_int(got.origin, COST_INTERPOLATED, "one of 150 lies between");
    gsl_test(got.time_s <= 1 || got.time_s >= 3, "1 and 3 s: %g", got.time_s);
    shape.tokens = 400;
    shape.span_tokens = 150;
    gsl_test_int(cost_of(table, &gpu, OPERATOR_ATTENTION_CORE, PASS_FORWARD, &shape, DTYPE_BF16).origin,
                 COST_INTERPOLATED, "sequences of 150 lie between those of 100 and of 200");
    shape.span_tokens = 100;
    shape.tokens = 1000;
    expect(cost_of(table, &gpu, OPERATOR_ATTENTION_CORE, PASS_FORWARD, &shape, DTYPE_BF16), 9,
           COST_MEASURED, "ten sequences of 100");
    cost_table_free(table);
}

static void passes(void)
{
    struct cost_table *table = table_of("kind,pass,tokens,time_s\n"
                                        "mlp,,512,1\n"
                                        "mlp,input_gradient,512,2\n"
                                        "mlp,weight_gradient,512,3\n");
    struct operator_shape shape = mlp_of(512);

    for (int pass = 0; pass < PASS_COUNT; pass++)
        expect(cost_of(table, &gpu, OPERATOR_MLP, pass, &shape, DTYPE_BF16), pass + 1,
               COST_MEASURED, operator_pass_names[pass]);
    cost_table_free(table);
}

/* An empty cell stands for everything; the row that tells more of the shape wins. */
static void empty_cells(void)
{
    struct cost_table *table = table_of("kind,hidden,ffn_hidden,tokens,time_s\n"
                                        "mlp,,,512,1\n"
                                        "mlp,1024,,512,2\n"
                                        "gate,,,,7\n");
    struct operator_shape shape = mlp_of(512);

    expect(mlp_cost(table, 512), 2, COST_MEASURED, "the closer match");
    shape.hidden = 2048;
    expect(cost_of(table, &gpu, OPERATOR_MLP, PASS_FORWARD, &shape, DTYPE_BF16), 1, COST_MEASURED,
           "any width");
    expect(cost_of(table, &gpu, OPERATOR_GATE, PASS_FORWARD, &shape, DTYPE_BF16), 7, COST_MEASURED,
           "any number of tokens");
    cost_table_free(table);
}

/* The probe prints one shape in all its rows: an mlp's heads do not matter. */
static void unused_cells(void)
{
    struct cost_table *table =
        table_of("kind,hidden,ffn_hidden,heads,experts,bytes,tokens,time_s\n"
                 "mlp,1024,4096,16,8,77,512,1\n"
                 "mlp,1024,4096,16,8,88,1024,3\n");

    expect(mlp_cost(table, 512), 1, COST_MEASURED, "heads, experts and bytes of an mlp");
    gsl_test_int(mlp_cost(table, 768).origin, COST_INTERPOLATED, "nor do they part one curve in two");
    cost_table_free(table);
}

static void protocols(void)
{
    struct cost_table *table = table_of("kind,protocol,duty_ratio,tokens,time_s\n"
                                        "mlp,mixed,,512,3\n"
                                        "mlp,paced,0.5,512,2\n"
                                        "mlp,hot,,512,1\n"
                                        "shared_expert,paced,0.5,512,2\n"
                                        "shared_expert,paced,0.8,512,4\n"
                                        "shared_expert,mixed,,512,3\n"
                                        "attention,paced,0.5,512,2\n"
                                        "attention,paced,0.8,512,4\n");
    struct operator_shape shape = mlp_of(512);

    expect(mlp_cost(table, 512), 1, COST_MEASURED, "hot before all");
    expect(cost_of(table, &gpu, OPERATOR_SHARED_EXPERT, PASS_FORWARD, &shape, DTYPE_BF16), 3,
           COST_MEASURED, "mixed before paced");
    expect(cost_of(table, &gpu, OPERATOR_ATTENTION, PASS_FORWARD, &shape, DTYPE_BF16), 4,
           COST_MEASURED, "paced at the highest duty");
    cost_table_free(table);
}

static struct cost at_duty(const struct cost_table *table, double duty_ratio)
{
    struct operator_shape shape = mlp_of(512);
    return cost_at_duty(table, &gpu, OPERATOR_MLP, PASS_FORWARD, &shape, DTYPE_BF16, duty_ratio);
}

/* Mixed rows hold an event of 1 s, hot ones none. By hand: 3 - 1 = 2 at 0.4, 7 - 1 = 6 at 0.8; at 1
 * mixed (9 - 1 = 8) and hot (10) make 9. */
static void duties(void)
{
    struct cost_table *table = table_of("kind,protocol,duty_ratio,tokens,time_s\n"
                                        "event,hot,,,1\n"
                                        "mlp,mixed,0.4,512,3\n"
                                        "mlp,mixed,0.8,512,7\n"
                                        "mlp,mixed,1,512,9\n"
                                        "mlp,hot,,512,10\n");

    expect(at_duty(table, 0.1), 2, COST_MEASURED, "no duty below the lowest");
    expect(at_duty(table, 0.4), 2, COST_MEASURED, "a mixed row less its event");
    expect(at_duty(table, 0.6), 4, COST_MEASURED, "half way between 2 and 6");
    expect(at_duty(table, 0.9), 7.5, COST_MEASURED, "half way between 6 and 9");
    expect(at_duty(table, 1), 9, COST_MEASURED, "hot and mixed count alike at duty 1");
    cost_table_free(table);
}

/* Measured first, duty 1 found a card that had rested: 4 there and 6 at 0.8 say 5 for both. */
static void duties_never_fall(void)
{
    struct cost_table *table = table_of("kind,protocol,duty_ratio,tokens,time_s\n"
                                        "mlp,mixed,0.4,512,2\n"
                                        "mlp,mixed,0.8,512,6\n"
                                        "mlp,mixed,1,512,4\n");

    expect(at_duty(table, 0.4), 2, COST_MEASURED, "below what was pooled");
    expect(at_duty(table, 0.6), 3.5, COST_MEASURED, "half way between 2 and 5");
    expect(at_duty(table, 0.8), 5, COST_MEASURED, "pooled");
    expect(at_duty(table, 0.9), 5, COST_MEASURED, "between two that were pooled");
    expect(at_duty(table, 1), 5, COST_MEASURED, "pooled as well");
    cost_table_free(table);
}

/* Of shapes that were measured, and of some a fifth wider: between two rows of which the later one takes
 * longer, time never falls. */
static void law_of(const struct cost_table *table, const struct gpu *of, size_t row, double wider)
{
    struct cost_measurement from, to;
    double before_s = 0;

    cost_table_measurement(table, row, &from);
    cost_table_measurement(table, row + 1, &to);
    struct operator_shape shape = from.shape, later = to.shape;
    later.tokens = shape.tokens;
    if (!from.is_operator || !to.is_operator || to.shape.tokens <= from.shape.tokens ||
        from.time_s > to.time_s || shape.hidden != later.hidden || shape.top_k != later.top_k)
        return;
    shape.hidden = (size_t)((double)shape.hidden * wider);
    shape.ffn_hidden = (size_t)((double)shape.ffn_hidden * wider);
    shape.span_tokens = later.span_tokens;
    for (double tokens = from.shape.tokens; tokens < to.shape.tokens; tokens *= 1.1) {
        struct operator_shape at = shape;
        at.tokens = ceil(tokens);
        at.span_tokens = operator_span(shape.span_tokens, at.tokens, at.own_cache);
        double time_s = cost_of(table, of, from.kind, from.pass, &at, from.dtype).time_s;
        gsl_test(time_s < before_s, "%s, width %zu, %g tokens take %g s, fewer %g s",
                 operator_kind_names[from.kind], at.hidden, at.tokens, time_s, before_s);
        before_s = fmax(before_s, time_s);
    }
}

static void law(const char *trace, const char *gpu_name)
{
    char *path = mem_format("%s/traces/%s", data_directory(), trace);
    struct diag diag = {0};
    struct cost_table *table = NULL;
    struct gpu *of = NULL;

    gsl_test(cost_table_load(path, &diag, &table) < 0 || gpu_load(gpu_name, &diag, &of) < 0, "%s", path);
    for (size_t row = 0; table && of && row + 1 < cost_table_rows(table); row++) {
        law_of(table, of, row, row % 2 ? 1 : 1.2);
    }
    cost_table_free(table);
    gpu_free(of);
    diag_done(&diag);
    free(path);
}

static void overheads(void)
{
    struct cost_table *table = table_of("kind,tokens,time_s\n"
                                        "mlp,512,1\n"
                                        "event,,2e-6\n"
                                        "launch_beside_copies,,4e-6\n");

    gsl_test_rel(cost_overhead_s(table, "event"), 2e-6, 1e-15, "event");
    gsl_test_rel(cost_overhead_s(table, "launch_beside_copies"), 4e-6, 1e-15, "launch");
    gsl_test_rel(cost_overhead_s(table, "exchange_beside_compute"), 0, 1e-15, "not measured: 0");
    gsl_test_rel(cost_overhead_s(table, "mlp"), 0, 1e-15, "an operator is no overhead");
    cost_table_free(table);
}

static void other_rows(void)
{
    struct cost_table *table = table_of("# gpu: test\n"
                                        "kind,sm_count,bytes,tokens,time_s,time_p10_s,samples\n"
                                        "mlp,16,,512,9,8.5,20\n"
                                        "mlp,0,,512,1,0.9,20\n"
                                        "gate,16,,512,9,8.5,20\n"
                                        "copy_h2d,,1048576,,2,,\n"
                                        "copy_h2d,,2097152,,4,,\n"
                                        "launch,,,,3,,\n");
    struct operator_shape gate = {.tokens = 512, .hidden = 1024, .experts = 8, .top_k = 1};

    gsl_test_int((int)cost_table_rows(table), 6, "all rows count");
    expect(mlp_cost(table, 512), 1, COST_MEASURED, "a row under contention does not answer");
    gsl_test_int(cost_of(table, &gpu, OPERATOR_GATE, PASS_FORWARD, &gate, DTYPE_BF16).origin,
                 COST_SYNTHETIC, "not even where it is the only one");
    cost_table_free(table);
}

/* Every operator of a generated table finds its own row among all others. */
static void many_groups(void)
{
    struct text text = {0};
    struct cost_table *table;
    double time_s = 1;

    text_add(&text, "kind,pass,hidden,tokens,time_s\n");
    for (int kind = 0; kind < OPERATOR_KIND_COUNT; kind++)
        for (int pass = 0; pass < PASS_COUNT && operator_computes(kind); pass++)
            for (int hidden = 512; hidden <= 4096; hidden *= 2)
                for (int tokens = 1; tokens <= 5; tokens++)
                    text_add(&text, "%s,%s,%d,%d,%g\n", operator_kind_names[kind],
                             operator_pass_names[pass], hidden, tokens, time_s++);
    table = table_of(text_get(&text));
    time_s = 1;
    for (int kind = 0; kind < OPERATOR_KIND_COUNT; kind++)
        for (int pass = 0; pass < PASS_COUNT && operator_computes(kind); pass++)
            for (size_t hidden = 512; hidden <= 4096; hidden *= 2)
                for (int tokens = 1; tokens <= 5; tokens++) {
                    struct operator_shape shape = {.tokens = tokens, .hidden = hidden};
                    expect(cost_of(table, &gpu, kind, pass, &shape, DTYPE_FP8), time_s++,
                           COST_MEASURED, operator_kind_names[kind]);
                }
    cost_table_free(table);
    text_done(&text);
}

int main(void)
{
    gsl_set_error_handler_off();
    no_table();
    between_three();
    between_two();
    similar_shapes();
    beyond();
    shapes_must_match();
    sequences();
    passes();
    empty_cells();
    unused_cells();
    protocols();
    duties();
    duties_never_fall();
    law("h100-sxm/sweep.csv", "h100-sxm");
    law("h200-sxm/sweep.csv", "h200");
    overheads();
    other_rows();
    many_groups();
    return gsl_test_summary();
}
