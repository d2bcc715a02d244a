/* Kernels of latent attention, of Mamba-2 and of experts at a latent width, and what fp8 leaves in
 * bf16, against small shapes worked out by hand. T = 4 tokens, d = 8, 2 bytes an element unless
 * said. */
#include <gsl/gsl_test.h>

#include "sim/model/operator.h"

/* Two heads of 3, ranks 5 and 4, 1 rotated dimension, span 4.
 *     in: 4x8 by 8x(5 + 4 + 1): 640; 2 * (32 + 80 + 40) = 304
 *     norms of both: 36 elements: 252; 144
 *     queries: 4x5 by 5x(2 * 4): 320; 2 * (20 + 40 + 32) = 184
 *     keys and values: 4x4 by 4x(2 * 6): 384; 2 * (16 + 48 + 48) = 224
 *     core: keys are 4 wide, values 3: 2 * 4 * 4 * 2 * 7 = 448; 2 * (56 + 56) = 224
 *     out: 4x6 by 6x8: 384; 208 */
#define MLA                                                                                        \
    .tokens = 4, .hidden = 8, .heads = 2, .kv_heads = 2, .head_dim = 3, .q_rank = 5, .kv_rank = 4, \
    .rope_dim = 1, .span_tokens = 4
#define MLA_IN                                                                                     \
    {                                                                                              \
        KERNEL_GEMM, 640, 304                                                                      \
    }
#define MLA_NORMS                                                                                  \
    {                                                                                              \
        KERNEL_ELEMENTWISE, 252, 144                                                               \
    }
#define MLA_QUERIES                                                                                \
    {                                                                                              \
        KERNEL_GEMM, 320, 184                                                                      \
    }
#define MLA_KEYS                                                                                   \
    {                                                                                              \
        KERNEL_GEMM, 384, 224                                                                      \
    }
#define OUTPUT                                                                                     \
    {                                                                                              \
        KERNEL_GEMM, 384, 208                                                                      \
    }

/* Two heads of 3 with a state of 4, one group: inner width 6.
 *     in: 4x8 by 8x(12 + 8 + 2): 1408; 2 * (32 + 176 + 88) = 592
 *     convolution over 14 channels: 56 * 12 = 672; 224
 *     scan: 4 * (2 * 256 * (4 + 6) + 4 * 6 * 4) = 20864; 2 * 4 * (14 + 2 + 6) = 176
 *     gate and norm: 24 * 12 = 288; 2 * 3 * 24 = 144 */
#define MAMBA                                                                                      \
    .tokens = 4, .hidden = 8, .heads = 2, .kv_heads = 2, .head_dim = 3, .state_dim = 4,            \
    .groups = 1, .span_tokens = 4

/* Top-2 at capacity factor 1.5, rows 4 wide.
 *     projection: 4x8 by 8x4: 256; 2 * (32 + 32 + 16) = 160 */
#define LATENT .tokens = 4, .hidden = 8, .top_k = 2, .capacity_factor = 1.5, .latent_hidden = 4
#define PROJECTION                                                                                 \
    {                                                                                              \
        KERNEL_GEMM, 256, 160                                                                      \
    }

static const struct {
    const char *why;
    enum operator_kind kind;
    enum operator_pass pass;
    struct operator_shape shape;
    size_t count;
    struct kernel_work want[9];
} cases[] = {
    {"latent attention's way in",
     OPERATOR_QKV_PROJECTION,
     PASS_FORWARD,
     {MLA},
     4,
     {MLA_IN, MLA_NORMS, MLA_QUERIES, MLA_KEYS}},
    {"its weight gradient",
     OPERATOR_QKV_PROJECTION,
     PASS_WEIGHT_GRADIENT,
     {MLA},
     3,
     {MLA_IN, MLA_QUERIES, MLA_KEYS}},
    {"its core", OPERATOR_ATTENTION_CORE, PASS_FORWARD, {MLA}, 1, {{KERNEL_ATTENTION, 448, 224}}},
    {"its core, backward",
     OPERATOR_ATTENTION_CORE,
     PASS_INPUT_GRADIENT,
     {MLA},
     1,
     {{KERNEL_ATTENTION, 1120, 448}}},
    {"all of it",
     OPERATOR_ATTENTION,
     PASS_FORWARD,
     {MLA},
     8,
     {{KERNEL_ELEMENTWISE, 224, 128},
      MLA_IN,
      MLA_NORMS,
      MLA_QUERIES,
      MLA_KEYS,
      {KERNEL_ATTENTION, 448, 224},
      OUTPUT,
      {KERNEL_ELEMENTWISE, 32, 192}}},
    /* d -> 2 * 4 + 5: 4x8 by 8x13: 832; 2 * (32 + 104 + 52) = 376; norm of 16: 112; 64 */
    {"queries without a rank",
     OPERATOR_QKV_PROJECTION,
     PASS_FORWARD,
     {.tokens = 4,
      .hidden = 8,
      .heads = 2,
      .kv_heads = 2,
      .head_dim = 3,
      .kv_rank = 4,
      .rope_dim = 1},
     3,
     {{KERNEL_GEMM, 832, 376}, {KERNEL_ELEMENTWISE, 112, 64}, MLA_KEYS}},
    /* Absorbed: for each head 4x3 by 3x4: 192; 2 * 2 * (12 + 12 + 16) = 160. Keys are 5 wide,
     * values 4, both the cache of 16 rows: 2 * 4 * 4 * 2 * 9 = 576; 2 * (72 + 80) = 304. A mask
     * halves nothing. */
    {"decoding, absorbed",
     OPERATOR_QKV_PROJECTION,
     PASS_FORWARD,
     {MLA, .own_cache = true},
     4,
     {MLA_IN, MLA_NORMS, MLA_QUERIES, {KERNEL_GEMM, 192, 160}}},
    {"decoding reads the cache as it is",
     OPERATOR_ATTENTION_CORE,
     PASS_FORWARD,
     {MLA, .own_cache = true, .causal = true},
     1,
     {{KERNEL_ATTENTION, 576, 304}}},
    {"decoding's way out",
     OPERATOR_OUTPUT_PROJECTION,
     PASS_FORWARD,
     {MLA, .own_cache = true},
     2,
     {{KERNEL_GEMM, 192, 160}, OUTPUT}},
    /* Plain: 4 rows of keys for each of 4 tokens: 4 * 4 * 4 * 6 = 384; 2 * (48 + 96) = 288 */
    {"plain attention with caches of its own",
     OPERATOR_ATTENTION_CORE,
     PASS_FORWARD,
     {.tokens = 4,
      .hidden = 8,
      .heads = 2,
      .kv_heads = 1,
      .head_dim = 3,
      .span_tokens = 4,
      .own_cache = true,
      .causal = true},
     1,
     {{KERNEL_ATTENTION, 384, 288}}},

    {"Mamba's way in",
     OPERATOR_QKV_PROJECTION,
     PASS_FORWARD,
     {MAMBA},
     1,
     {{KERNEL_GEMM, 1408, 592}}},
    {"Mamba's core",
     OPERATOR_ATTENTION_CORE,
     PASS_FORWARD,
     {MAMBA},
     3,
     {{KERNEL_ELEMENTWISE, 672, 224},
      {KERNEL_ATTENTION, 20864, 176},
      {KERNEL_ELEMENTWISE, 288, 144}}},
    /* 56 * 24, 3 arrays; 2.5 and 2 times the scan; 24 * (13 + 12), 5 arrays */
    {"Mamba's core, backward",
     OPERATOR_ATTENTION_CORE,
     PASS_INPUT_GRADIENT,
     {MAMBA},
     3,
     {{KERNEL_ELEMENTWISE, 1344, 336},
      {KERNEL_ATTENTION, 52160, 352},
      {KERNEL_ELEMENTWISE, 600, 240}}},
    {"Mamba's way out", OPERATOR_OUTPUT_PROJECTION, PASS_FORWARD, {MAMBA}, 1, {OUTPUT}},

    /* 4 rows read, 12 written, 4 wide: 128 bytes */
    {"encode projects, then permutes",
     OPERATOR_ENCODE,
     PASS_FORWARD,
     {LATENT},
     2,
     {PROJECTION, {KERNEL_PERMUTE, 0, 128}}},
    /* 8 rows read, 4 written: 96; one sum for each of 16 elements; both gradients of the projection
     */
    {"encode, backward",
     OPERATOR_ENCODE,
     PASS_INPUT_GRADIENT,
     {LATENT},
     3,
     {{KERNEL_PERMUTE, 16, 96}, PROJECTION, PROJECTION}},
    /* 8 rows read, 4 written: 96 and 48 of tables; 3 FLOP for each of 16; residual and shared rows
       after */
    {"decode sums, projects, adds",
     OPERATOR_DECODE,
     PASS_FORWARD,
     {LATENT, .shared = true},
     3,
     {{KERNEL_PERMUTE, 48, 144}, PROJECTION, {KERNEL_ELEMENTWISE, 64, 256}}},
    {"decode, backward",
     OPERATOR_DECODE,
     PASS_INPUT_GRADIENT,
     {LATENT},
     3,
     {PROJECTION, PROJECTION, {KERNEL_PERMUTE, 96, 256}}},
};

static void check(const char *why, const struct kernel_work *got, size_t count,
                  const struct kernel_work *want, size_t want_count)
{
    gsl_test_int((int)count, (int)want_count, "%s: kernels", why);
    for (size_t k = 0; k < count && k < want_count; k++) {
        gsl_test_int(got[k].class, want[k].class, "%s: class of %zu", why, k);
        gsl_test_abs(got[k].flop, want[k].flop, 0, "%s: FLOP of %zu", why, k);
        gsl_test_abs(got[k].bytes, want[k].bytes, 0, "%s: bytes of %zu", why, k);
    }
}

/* Matrices at one byte, everything else at two: 4x8 by 8x16 is 32 + 128 + 64 bytes. */
static void fp8(void)
{
    static const struct operator_shape shape = {.tokens = 4, .hidden = 8, .ffn_hidden = 16};
    static const struct kernel_work want[] = {{KERNEL_ELEMENTWISE, 224, 128},
                                              {KERNEL_GEMM, 1024, 224},
                                              {KERNEL_ELEMENTWISE, 576, 256},
                                              {KERNEL_GEMM, 1024, 224}};
    struct kernel_work got[OPERATOR_KERNELS_MAX];

    check("fp8", got,
          operator_kernels(OPERATOR_SHARED_EXPERT, PASS_FORWARD, &shape, DTYPE_FP8, got), want, 4);
    gsl_test_int(kernel_dtype(KERNEL_ATTENTION, DTYPE_FP8), DTYPE_BF16, "attention in bf16");
    gsl_test_int(kernel_dtype(KERNEL_GROUPED_GEMM, DTYPE_FP8), DTYPE_FP8, "experts in fp8");
    gsl_test_int(kernel_dtype(KERNEL_ATTENTION, DTYPE_FP16), DTYPE_FP16, "fp16 throughout");
}

/* Decoding changes latent attention's projections, not plain ones. */
static void used_by_projections(void)
{
    struct operator_shape shape = {MLA, .own_cache = true, .state_dim = 4, .groups = 2};

    gsl_test(!operator_used_shape(OPERATOR_QKV_PROJECTION, &shape).own_cache, "latent");
    shape.kv_rank = 0;
    gsl_test(operator_used_shape(OPERATOR_QKV_PROJECTION, &shape).own_cache, "plain");
    gsl_test(!operator_used_shape(OPERATOR_ATTENTION, &shape).own_cache, "the whole");
}

int main(void)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct kernel_work got[OPERATOR_KERNELS_MAX];
        size_t count =
            operator_kernels(cases[i].kind, cases[i].pass, &cases[i].shape, DTYPE_FP16, got);
        check(cases[i].why, got, count, cases[i].want, cases[i].count);
    }
    fp8();
    used_by_projections();
    return gsl_test_summary();
}
