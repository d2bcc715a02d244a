/* Cost files: what lies between and beyond measured sizes, and among similar shapes. */
#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_test.h>

#include "sim/base/file.h"
#include "sim/base/mem.h"
#include "sim/base/text.h"
#include "support.h"

static void no_table(void)
{
    expect(mlp_cost(NULL, 512), mlp_roofline_s(512), COST_SYNTHETIC, "no table");
}

/* What two rows make of a query, by hand. Deviations of rows that are d apart (in units of two
 * doublings of tokens) vary together by c(d) = 0.08^2 exp(-d^2 / 2) + 0.03^2 exp(-32 d^2). Around
 * the mean of the two they are equal and opposite, so only the difference of their weights counts:
 * (c(d1) - c(d2)) / (c(0) - c(d12)). */
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

/* Sizes between which the roofline bends: up to 50 tokens both products are bound by their
 * weights, 8.4 MB or 8.4 us each, from there on by FLOP, 168 ns a token. */
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
        gsl_test(time_s < before_s || time_s < 1 || time_s > 3, "rises between rows at %g", tokens);
        before_s = time_s;
    }
    cost_table_free(table);
    cost_table_free(NULL);
}

/* Two rows 10 % and 30 % slower than the roofline: between them in proportion, never outside them,
 * and over tokens where nothing computes, as the weight gradient of a norm. */
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
    double nearer =
        1000 * sqrt(2); /* two of eight equal steps; between steps as the roofline goes */
    expect_near(mlp_cost(table, nearer), of_two(nearer, 1000, first_s, 4000, second_s),
                "nearer to one");
    gsl_test_rel(mlp_cost(table, 1000.001).time_s, first_s, 1e-5, "without a step beside a row");
    expect(cost_of(table, &round_gpu, OPERATOR_NORM, PASS_WEIGHT_GRADIENT, &shape, DTYPE_BF16),
           1.25, COST_INTERPOLATED, "over tokens where nothing computes");
    cost_table_free(table);
    text_done(&text);
}

/* Widths 1000 and 2000 were measured, 20 % and 40 % slower than the roofline: 1414 lies half way.
 * What lies twice as wide as the widest is nobody's neighbour; nor does a gated MLP tell of one
 * that is not. */
static void similar_shapes(void)
{
    struct operator_shape narrow = {.tokens = 512, .hidden = 1000, .ffn_hidden = 4000},
                          wide = {.tokens = 512, .hidden = 2000, .ffn_hidden = 8000},
                          middle = {.tokens = 512, .hidden = 1414, .ffn_hidden = 5656};
    struct text text = {0};
    text_add(&text,
             "kind,hidden,ffn_hidden,gated,tokens,time_s\n"
             "mlp,1000,4000,0,512,%.17g\nmlp,2000,8000,0,512,%.17g\n",
             1.2 * roofline_time_s(&round_gpu, OPERATOR_MLP, PASS_FORWARD, &narrow, DTYPE_BF16),
             1.4 * roofline_time_s(&round_gpu, OPERATOR_MLP, PASS_FORWARD, &wide, DTYPE_BF16));
    struct cost_table *table = table_of(text_get(&text));
    struct cost got = cost_of(table, &round_gpu, OPERATOR_MLP, PASS_FORWARD, &middle, DTYPE_BF16);

    gsl_test_rel(got.time_s,
                 sqrt(1.2 * 1.4) *
                     roofline_time_s(&round_gpu, OPERATOR_MLP, PASS_FORWARD, &middle, DTYPE_BF16),
                 1e-3, "half way between two widths"); /* 1414 is a little below */
    gsl_test_int(got.origin, COST_INTERPOLATED, "of which none is its own");
    middle.gated = true;
    gsl_test_int(cost_of(table, &round_gpu, OPERATOR_MLP, PASS_FORWARD, &middle, DTYPE_BF16).origin,
                 COST_SYNTHETIC, "gated");
    wide.hidden = 4000;
    wide.ffn_hidden = 16000;
    gsl_test_int(cost_of(table, &round_gpu, OPERATOR_MLP, PASS_FORWARD, &wide, DTYPE_BF16).origin,
                 COST_SYNTHETIC, "too wide");
    cost_table_free(table);
    text_done(&text);
}

/* 1000 / 1.25 = 800 and 2000 * 1.25 = 2500 are the last sizes that the nearest row speaks for
 * alone. */
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
    expect(cost_of(table, &round_gpu, OPERATOR_NORM, PASS_WEIGHT_GRADIENT, &shape, DTYPE_BF16), 1,
           COST_INTERPOLATED, "no kernels, no proportion");
    cost_table_free(table);
}

/* Of shapes that were measured, and of some a fifth wider: between two rows of which the later one
 * takes longer, time never falls. */
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

    gsl_test(cost_table_load(&(struct cost_file){.name = path}, 1, &diag, &table) < 0 ||
                 gpu_load(gpu_name, &diag, &of) < 0,
             "%s", path);
    for (size_t row = 0; table && of && row + 1 < cost_table_rows(table); row++) {
        law_of(table, of, row, row % 2 ? 1 : 1.2);
    }
    cost_table_free(table);
    gpu_free(of);
    diag_done(&diag);
    free(path);
}

int main(void)
{
    gsl_set_error_handler_off();
    no_table();
    between_three();
    between_two();
    similar_shapes();
    beyond();
    law("h100-sxm/sweep.csv", "h100-sxm");
    law("h200-sxm/sweep.csv", "h200");
    return gsl_test_summary();
}
