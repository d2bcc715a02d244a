/* Cost files: which rows answer, and how. Sizes that were not measured: test_table_sizes.c; what is
 * refused: test_table_refused.c. */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_test.h>

#include "sim/base/text.h"
#include "support.h"

static void shapes_must_match(void)
{
    struct cost_table *table = table_of("kind,dtype,hidden,ffn_hidden,gated,tokens,time_s\n"
                                        "mlp,bf16,1024,4096,0,512,1\n"
                                        "mlp,fp16,1024,4096,0,512,2\n"
                                        "mlp,bf16,1024,4096,1,512,3\n"
                                        "mlp,bf16,2048,4096,0,512,4\n");
    struct operator_shape shape = mlp_of(512);

    expect(mlp_cost(table, 512), 1, COST_MEASURED, "bf16");
    expect(cost_of(table, &round_gpu, OPERATOR_MLP, PASS_FORWARD, &shape, DTYPE_FP16), 2,
           COST_MEASURED, "fp16");
    gsl_test_int(cost_of(table, &round_gpu, OPERATOR_MLP, PASS_FORWARD, &shape, DTYPE_FP32).origin,
                 COST_SYNTHETIC, "fp32 was not measured");
    gsl_test_int(
        cost_of(table, &round_gpu, OPERATOR_MLP, PASS_INPUT_GRADIENT, &shape, DTYPE_BF16).origin,
        COST_SYNTHETIC, "nor was its gradient");
    gsl_test_int(
        cost_of(table, &round_gpu, OPERATOR_SHARED_EXPERT, PASS_FORWARD, &shape, DTYPE_BF16).origin,
        COST_SYNTHETIC, "nor the shared expert");
    shape.gated = true;
    expect(cost_of(table, &round_gpu, OPERATOR_MLP, PASS_FORWARD, &shape, DTYPE_BF16), 3,
           COST_MEASURED, "gated");
    shape = mlp_of(512);
    shape.hidden = 2048;
    expect(cost_of(table, &round_gpu, OPERATOR_MLP, PASS_FORWARD, &shape, DTYPE_BF16), 4,
           COST_MEASURED, "another width");
    shape.hidden = 4096;
    gsl_test_int(cost_of(table, &round_gpu, OPERATOR_MLP, PASS_FORWARD, &shape, DTYPE_BF16).origin,
                 COST_SYNTHETIC, "no row of this width");
    cost_table_free(table);
}

/* A layer of the roofline above at width 64: the core takes 1 us and, over tokens, far less than a
 * second. What counts is which row answers: with 100 tokens the file measured one sequence of 100,
 * whatever its span says. */
static void sequences(void)
{
    struct cost_table *table =
        table_of("kind,heads,kv_heads,head_dim,span_tokens,causal,tokens,time_s\n"
                 "attention_core,1,1,64,100,1,1000,9\n"
                 "attention_core,1,1,64,200,1,100,1\n"
                 "attention_core,1,1,64,200,1,200,3\n"
                 "attention_core,1,1,64,200,1,400,5\n");
    struct operator_shape shape = {.tokens = 100,
                                   .heads = 1,
                                   .kv_heads = 1,
                                   .head_dim = 64,
                                   .span_tokens = 100,
                                   .causal = true};
    struct cost got;
    double whole_s, part_s;

    expect(cost_of(table, &round_gpu, OPERATOR_ATTENTION_CORE, PASS_FORWARD, &shape, DTYPE_BF16), 1,
           COST_MEASURED, "one sequence of 100");
    whole_s =
        roofline_time_s(&round_gpu, OPERATOR_ATTENTION_CORE, PASS_FORWARD, &shape, DTYPE_BF16);
    shape.span_tokens = 200;
    part_s = roofline_time_s(&round_gpu, OPERATOR_ATTENTION_CORE, PASS_FORWARD, &shape, DTYPE_BF16);
    expect(cost_of(table, &round_gpu, OPERATOR_ATTENTION_CORE, PASS_FORWARD, &shape, DTYPE_BF16),
           part_s / whole_s, COST_INTERPOLATED, "half of a sequence of 200, in proportion");
    shape.tokens = 150;
    shape.span_tokens = 150;
    got = cost_of(table, &round_gpu, OPERATOR_ATTENTION_CORE, PASS_FORWARD, &shape, DTYPE_BF16);
    gsl_test_int(got.origin, COST_INTERPOLATED, "one of 150 lies between");
    gsl_test(got.time_s <= 1 || got.time_s >= 3, "1 and 3 s: %g", got.time_s);
    shape.tokens = 400;
    shape.span_tokens = 150;
    gsl_test_int(
        cost_of(table, &round_gpu, OPERATOR_ATTENTION_CORE, PASS_FORWARD, &shape, DTYPE_BF16)
            .origin,
        COST_INTERPOLATED, "sequences of 150 lie between those of 100 and of 200");
    shape.span_tokens = 100;
    shape.tokens = 1000;
    expect(cost_of(table, &round_gpu, OPERATOR_ATTENTION_CORE, PASS_FORWARD, &shape, DTYPE_BF16), 9,
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
        expect(cost_of(table, &round_gpu, OPERATOR_MLP, pass, &shape, DTYPE_BF16), pass + 1,
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
    expect(cost_of(table, &round_gpu, OPERATOR_MLP, PASS_FORWARD, &shape, DTYPE_BF16), 1,
           COST_MEASURED, "any width");
    expect(cost_of(table, &round_gpu, OPERATOR_GATE, PASS_FORWARD, &shape, DTYPE_BF16), 7,
           COST_MEASURED, "any number of tokens");
    cost_table_free(table);
}

/* The probe prints one shape in all its rows: an mlp's heads do not matter. */
static void unused_cells(void)
{
    struct cost_table *table = table_of("kind,hidden,ffn_hidden,heads,experts,bytes,tokens,time_s\n"
                                        "mlp,1024,4096,16,8,77,512,1\n"
                                        "mlp,1024,4096,16,8,88,1024,3\n");

    expect(mlp_cost(table, 512), 1, COST_MEASURED, "heads, experts and bytes of an mlp");
    gsl_test_int(mlp_cost(table, 768).origin, COST_INTERPOLATED,
                 "nor do they part one curve in two");
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
    expect(cost_of(table, &round_gpu, OPERATOR_SHARED_EXPERT, PASS_FORWARD, &shape, DTYPE_BF16), 3,
           COST_MEASURED, "mixed before paced");
    expect(cost_of(table, &round_gpu, OPERATOR_ATTENTION, PASS_FORWARD, &shape, DTYPE_BF16), 4,
           COST_MEASURED, "paced at the highest duty");
    cost_table_free(table);
}

static struct cost at_duty(const struct cost_table *table, double duty_ratio)
{
    struct operator_shape shape = mlp_of(512);
    return cost_at_duty(table, &round_gpu, OPERATOR_MLP, PASS_FORWARD, &shape, DTYPE_BF16,
                        duty_ratio);
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
    gsl_test_int(cost_of(table, &round_gpu, OPERATOR_GATE, PASS_FORWARD, &gate, DTYPE_BF16).origin,
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
                    expect(cost_of(table, &round_gpu, kind, pass, &shape, DTYPE_FP8), time_s++,
                           COST_MEASURED, operator_kind_names[kind]);
                }
    cost_table_free(table);
    text_done(&text);
}

int main(void)
{
    gsl_set_error_handler_off();
    shapes_must_match();
    sequences();
    passes();
    empty_cells();
    unused_cells();
    protocols();
    duties();
    duties_never_fall();
    overheads();
    other_rows();
    many_groups();
    return gsl_test_summary();
}
