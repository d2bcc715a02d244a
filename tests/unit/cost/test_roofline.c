/* The roofline by hand, and its laws on the shipped models and GPUs. */
#include <math.h>

#include <gsl/gsl_test.h>

#include "sim/base/file.h"
#include "sim/cost/cost.h"
#include "sim/model/model.h"

/* A GPU slow enough to calculate with. */
static const struct gpu slow = {
    .memory_bandwidth_bytes_per_s = 1000,
    .peak_flop_per_s = {[DTYPE_FP16] = 1000},
    .kernel_launch_s = 0.001,
    .framework_ratio = 1,
    .framework_backward_ratio = 1,
    .efficiency =
        {
            [KERNEL_GEMM] = {0.5, 1},
            [KERNEL_GROUPED_GEMM] = {0.25, 1},
            [KERNEL_ATTENTION] = {0.5, 0.5},
            [KERNEL_ELEMENTWISE] = {1, 0.5},
            [KERNEL_PERMUTE] = {1, 0.25},
        },
};

struct told {
    bool rows, tiles;
};

static struct told fitted_by(enum operator_kind kind, enum operator_pass pass,
                             const struct operator_shape *shape, enum dtype dtype)
{
    struct told told = {false, false};
    operator_fitted_by(kind, pass, shape, dtype, &told.rows, &told.tiles);
    return told;
}

/* FLOP and bytes as worked out in tests/unit/model/test_kernels.c, 4 tokens, d = 8, f = 16, fp16:
 *     norm      224 / 1000 = 0.224   128 / 500 = 0.256   memory
 *     up       1024 /  500 = 2.048   448 / 1000 = 0.448  compute
 *     GELU      576 / 1000 = 0.576   256 / 500 = 0.512   compute
 *     down     as up                                     compute
 *     residual   32 / 1000 = 0.032   192 / 500 = 0.384   memory
 * together 5.312 s, and five launches of 1 ms. */
static void mlp_by_hand(void)
{
    struct operator_shape shape = {.tokens = 4, .hidden = 8, .ffn_hidden = 16};

    gsl_test_rel(roofline_time_s(&slow, OPERATOR_MLP, PASS_FORWARD, &shape, DTYPE_FP16), 5.317,
                 1e-15, "mlp");
}

/* 12 rows, two experts: 3072 / 250 = 12.288 twice; GELU 1728 / 1000 = 1.728 against 768 / 500. */
static void experts_by_hand(void)
{
    struct operator_shape shape = {.tokens = 12, .hidden = 8, .ffn_hidden = 16, .experts = 2};

    gsl_test_rel(roofline_time_s(&slow, OPERATOR_EXPERT, PASS_FORWARD, &shape, DTYPE_FP16),
                 2 * 12.288 + 1.728 + 0.003, 1e-15, "expert");
}

/* 4 tokens, 2 heads of 4, a causal span of 4: 4 * 4 * 4 * 8 / 2 = 256 FLOP over 256 bytes, fused
 * 0.512 s.
 *
 * Explicit, all 32 scores count: 512 / 500 = 1.024 for the products of plain matrices, 32 * 28 /
 * 500 = 1.792 for the scores' way through memory in fp16 (6 * 2 + 16 bytes each), six launches.
 * Backward 1280 / 500 = 2.56 and 32 * 34 / 500 = 2.176. */
static void explicit_attention_by_hand(void)
{
    struct operator_shape shape = {.tokens = 4,
                                   .hidden = 8,
                                   .heads = 2,
                                   .kv_heads = 2,
                                   .head_dim = 4,
                                   .span_tokens = 4,
                                   .causal = true};
    struct gpu eager = slow;
    eager.explicit_attention = true;

    gsl_test_rel(roofline_time_s(&slow, OPERATOR_ATTENTION_CORE, PASS_FORWARD, &shape, DTYPE_FP16),
                 0.512 + 0.001, 1e-15, "fused attention");
    gsl_test_rel(roofline_time_s(&eager, OPERATOR_ATTENTION_CORE, PASS_FORWARD, &shape, DTYPE_FP16),
                 1.024 + 1.792 + 0.006, 1e-15, "explicit attention");
    gsl_test_rel(
        roofline_time_s(&eager, OPERATOR_ATTENTION_CORE, PASS_INPUT_GRADIENT, &shape, DTYPE_FP16),
        2.56 + 2.176 + 0.006, 1e-15, "its backward");
    eager.fits[OPERATOR_ATTENTION_CORE][PASS_FORWARD] = (struct operator_fit){
        .fitted = true, .overhead_s = 1, .compute_ratio = 1, .memory_ratio = 1, .blend_power = 1};
    gsl_test_rel(roofline_time_s(&eager, OPERATOR_ATTENTION_CORE, PASS_FORWARD, &shape, DTYPE_FP16),
                 2.822, 1e-15, "a fit to fused kernels says nothing of explicit ones");
}

/* The expert's 26.307 s above at half speed; its weight gradients are the two products, at a
 * quarter. */
static void framework_by_hand(void)
{
    struct operator_shape shape = {.tokens = 12, .hidden = 8, .ffn_hidden = 16, .experts = 2};
    struct gpu sluggish = slow;
    sluggish.framework_ratio = 0.5;
    sluggish.framework_backward_ratio = 0.25;

    gsl_test_rel(roofline_time_s(&sluggish, OPERATOR_EXPERT, PASS_FORWARD, &shape, DTYPE_FP16),
                 2 * 26.307, 1e-15, "half speed");
    gsl_test_rel(
        roofline_time_s(&sluggish, OPERATOR_EXPERT, PASS_WEIGHT_GRADIENT, &shape, DTYPE_FP16),
        4 * (2 * 12.288 + 0.002), 1e-15, "a quarter of it backward");
}

/* 256 bytes at 250 bytes per second; no FLOP. */
static void encode_by_hand(void)
{
    struct operator_shape shape = {
        .tokens = 4,
        .hidden = 8,
        .top_k = 2,
        .capacity_factor = 1.5,
    };

    gsl_test_rel(roofline_time_s(&slow, OPERATOR_ENCODE, PASS_FORWARD, &shape, DTYPE_FP16), 1.025,
                 1e-15, "encode");
    gsl_test_abs(roofline_time_s(&slow, OPERATOR_DISPATCH, PASS_FORWARD, &shape, DTYPE_FP16), 0, 0,
                 "an All-to-All is not the roofline's business");
    gsl_test_abs(roofline_time_s(&slow, OPERATOR_ENCODE, PASS_WEIGHT_GRADIENT, &shape, DTYPE_FP16),
                 0, 0, "no kernels, no launches");
}

/* A residual of 1000 wide fp16 rows moves 6000 bytes a row: 6 us alone at 1 GB/s. All rows together
 * need 6e-9 s each at 1 TB/s, so that 1000 of them take as long as one does; sqrt(2) times that
 * with blend 2. 3 us are overhead. Products have no rows of their own. */
static void rows_by_hand(void)
{
    const struct gpu gpu = {.memory_bandwidth_bytes_per_s = 1e12,
                            .peak_flop_per_s = {1e14, 1e14, 1e14, 1e14, 1e14}};
    const struct operator_fit fit = {true, 3e-6, 1, 1, 2, 1e9, 0},
                              sharp = {true, 3e-6, 1, 1, 16, 1e9, 0},
                              without = {true, 3e-6, 1, 1, 2, 0, 0};
    struct operator_shape shape = {
        .tokens = 1000, .hidden = 1000, .heads = 10, .kv_heads = 10, .head_dim = 100};
    double residual_s =
        fitted_time_s(&gpu, &fit, OPERATOR_RESIDUAL, PASS_FORWARD, &shape, DTYPE_FP16);

    gsl_test_rel(residual_s, 3e-6 + sqrt(2) * 6e-6, 1e-3, "a thousand rows");
    gsl_test_rel(fitted_time_s(&gpu, &without, OPERATOR_RESIDUAL, PASS_FORWARD, &shape, DTYPE_FP16),
                 3e-6 + 6e-6, 1e-3, "rows without a rate");
    shape.tokens = 1;
    gsl_test_rel(fitted_time_s(&gpu, &sharp, OPERATOR_RESIDUAL, PASS_FORWARD, &shape, DTYPE_FP16),
                 3e-6 + 6e-6, 1e-9, "one row");
    gsl_test(!fitted_by(OPERATOR_DECODE, PASS_FORWARD, &shape, DTYPE_FP16).rows,
             "decode moves rows");
    gsl_test(fitted_by(OPERATOR_QKV_PROJECTION, PASS_FORWARD, &shape, DTYPE_FP16).rows,
             "a product does not");
}

/* One SM at 1 FLOP a second; tiles of 128 by 128 and heads of at least 64.
 *
 * A causal sequence of 256 in one head of 64: 4 * 256 * 256 * 64 / 2 = 8388608 FLOP are needed,
 * three tiles of 4 * 128
 * * 128 * 64 = 4194304 done, and two tiles of queries take 1000 s more. Two windows of 144 tokens,
 * heads of 32: two times two tiles each, which count as heads of 64, so 8 * 4194304, and 2 * 2
 * tiles of queries. Eight tokens that are part of a sequence of 256: one tile of queries, (2 + 1) /
 * 2 tiles of scores on average. */
static void tiles_by_hand(void)
{
    const struct gpu gpu = {
        .memory_bandwidth_bytes_per_s = 1e30, .sm_count = 1, .peak_flop_per_s = {1, 1, 1, 1, 1}};
    const struct operator_fit fit = {true, 0, 1, 1, 16, 0, 1000};
    struct operator_shape shape = {.tokens = 256,
                                   .heads = 1,
                                   .kv_heads = 1,
                                   .head_dim = 64,
                                   .span_tokens = 256,
                                   .causal = true};

    gsl_test_rel(
        fitted_time_s(&gpu, &fit, OPERATOR_ATTENTION_CORE, PASS_FORWARD, &shape, DTYPE_FP16),
        3 * 4194304 + 2 * 1000, 1e-12, "a causal sequence");
    shape.tokens = 8;
    gsl_test_rel(
        fitted_time_s(&gpu, &fit, OPERATOR_ATTENTION_CORE, PASS_FORWARD, &shape, DTYPE_FP16),
        1.5 * 4194304 + 1000, 1e-12, "a part of one");
    shape = (struct operator_shape){
        .tokens = 288, .heads = 1, .kv_heads = 1, .head_dim = 32, .span_tokens = 144};
    gsl_test_rel(
        fitted_time_s(&gpu, &fit, OPERATOR_ATTENTION_CORE, PASS_FORWARD, &shape, DTYPE_FP16),
        8 * 4194304 + 4 * 1000, 1e-12, "windows");
    gsl_test(!fitted_by(OPERATOR_ATTENTION, PASS_INPUT_GRADIENT, &shape, DTYPE_FP16).tiles,
             "attention has tiles");
    gsl_test(fitted_by(OPERATOR_ATTENTION, PASS_WEIGHT_GRADIENT, &shape, DTYPE_FP16).tiles,
             "its weights' gradients are products");
    shape.own_cache = true; /* 4 * 288 * 144 * 32 */
    gsl_test_rel(
        fitted_time_s(&gpu, &fit, OPERATOR_ATTENTION_CORE, PASS_FORWARD, &shape, DTYPE_FP16),
        5308416, 1e-12, "decoding has none");
}

/* ---- Laws ---- */

static double launches_s(const struct gpu *gpu, enum operator_kind kind, enum operator_pass pass,
                         const struct operator_shape *shape, enum dtype dtype)
{
    struct kernel_work kernels[OPERATOR_KERNELS_MAX];

    double count = (double)operator_kernels(kind, pass, shape, dtype, kernels);

    /* A fit has one overhead for the whole operator. */
    if (count > 0 && gpu->fits[kind][pass].fitted)
        return gpu->fits[kind][pass].overhead_s;
    return count * gpu->kernel_launch_s;
}

static struct gpu doubled(const struct gpu *gpu)
{
    struct gpu twice = *gpu;

    twice.memory_bandwidth_bytes_per_s *= 2;
    for (size_t i = 0; i < DTYPE_COUNT; i++)
        twice.peak_flop_per_s[i] *= 2;
    for (size_t k = 0; k < OPERATOR_KIND_COUNT; k++)
        for (size_t p = 0; p < PASS_COUNT; p++)
            twice.fits[k][p].row_bytes_per_s *= 2, twice.fits[k][p].tile_s /= 2;
    return twice;
}

/* Any number of tokens, from one row to a large batch. */
static void more_tokens_take_no_less(const struct gpu *gpu, enum operator_kind kind,
                                     enum operator_pass pass, struct operator_shape shape,
                                     enum dtype dtype)
{
    double before_s = 0;

    for (shape.tokens = 0; shape.tokens < 1e6; shape.tokens = shape.tokens * 1.3 + 1) {
        double time_s = roofline_time_s(gpu, kind, pass, &shape, dtype);
        gsl_test(time_s < before_s || !(time_s >= 0), "%s: %g tokens take no less",
                 operator_kind_names[kind], shape.tokens);
        before_s = time_s;
    }
}

static void laws_of(const struct gpu *gpu, const struct model *model,
                    const struct model_stage *stage)
{
    struct gpu twice = doubled(gpu);

    for (int kind = 0; kind < OPERATOR_KIND_COUNT; kind++)
        for (int pass = 0; pass < PASS_COUNT; pass++) {
            struct operator_shape shape = model_shape(model, stage, kind, model->top_k, 1);
            double launch_s = launches_s(gpu, kind, pass, &shape, model->dtype);
            double time_s = roofline_time_s(gpu, kind, pass, &shape, model->dtype);
            double twice_s = roofline_time_s(&twice, kind, pass, &shape, model->dtype);

            gsl_test(time_s < launch_s, "%s: at least its launches", operator_kind_names[kind]);
            /* Launches are added and taken away again: a few units in the last place of time_s. */
            gsl_test_abs(2 * (twice_s - launch_s), time_s - launch_s, 1e-14 * time_s,
                         "%s on %s: twice the rates, half the time", operator_kind_names[kind],
                         gpu->name);
            more_tokens_take_no_less(gpu, kind, pass, shape, model->dtype);
        }
}

static void laws(void)
{
    char **models = data_names("models/moe"), **gpus = data_names("models/gpu");

    for (size_t m = 0; models[m]; m++)
        for (size_t g = 0; gpus[g]; g++) {
            struct diag diag = {0};
            struct model *model = NULL;
            struct gpu *gpu = NULL;

            if (model_load(models[m], &diag, &model) < 0 || gpu_load(gpus[g], &diag, &gpu) < 0)
                gsl_test(1, "%s and %s load", models[m], gpus[g]);
            else if (gpu->peak_flop_per_s[model->dtype] > 0) /* Ampere lacks fp8 */
                laws_of(gpu, model, model_pair_stage(model));
            model_free(model);
            gpu_free(gpu);
            diag_done(&diag);
        }
    names_free(models);
    names_free(gpus);
}

int main(void)
{
    mlp_by_hand();
    experts_by_hand();
    explicit_attention_by_hand();
    framework_by_hand();
    encode_by_hand();
    rows_by_hand();
    tiles_by_hand();
    laws();
    return gsl_test_summary();
}
