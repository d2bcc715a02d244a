/* FLOP and bytes of every kind against small shapes worked out by hand, and laws between kinds.
 *
 * All hand calculations: T = 4 tokens, d = 8, fp16 (2 bytes), so T d = 32 elements. The kernels
 * that many kinds share are worked out once:
 *
 *     norm            7 * 32 = 224 FLOP      reads and writes 32:           2 * 64 = 128 bytes
 *     norm backward  13 * 32 = 416           reads 2, writes 1 array:       2 * 96 = 192
 *     residual        1 * 32 =  32           reads 2, writes 1:             2 * 96 = 192 */
#include <gsl/gsl_test.h>

#include "sim/model/operator.h"

#define NORM                                                                                       \
    {                                                                                              \
        KERNEL_ELEMENTWISE, 224, 128                                                               \
    }
#define NORM_BACKWARD                                                                              \
    {                                                                                              \
        KERNEL_ELEMENTWISE, 416, 192                                                               \
    }
#define RESIDUAL                                                                                   \
    {                                                                                              \
        KERNEL_ELEMENTWISE, 32, 192                                                                \
    }

/* Two query heads of 3, one KV head: q = 6, kv = 3. Span 4.
 *     QKV: 4x8 by 8x(6 + 3 + 3): 2*4*8*12 = 768; 2 * (32 + 96 + 48) = 352 bytes
 *     output: 4x6 by 6x8: 2*4*6*8 = 384; 2 * (24 + 48 + 32) = 208
 *     core: 4 * 4 * 4 * 6 = 384; Q and O 24 each, K and V 12 each: 2 * 72 = 144
 *     core backward: 2.5 * 384 = 960; Q, O, dQ, dO and K, V, dK, dV: 2 * (96 + 48) = 288 */
#define QKV                                                                                        \
    {                                                                                              \
        KERNEL_GEMM, 768, 352                                                                      \
    }
#define OUTPUT                                                                                     \
    {                                                                                              \
        KERNEL_GEMM, 384, 208                                                                      \
    }
#define CORE                                                                                       \
    {                                                                                              \
        KERNEL_ATTENTION, 384, 144                                                                 \
    }
#define CORE_BACKWARD                                                                              \
    {                                                                                              \
        KERNEL_ATTENTION, 960, 288                                                                 \
    }
#define HEADS .tokens = 4, .hidden = 8, .heads = 2, .kv_heads = 1, .head_dim = 3, .span_tokens = 4

/* Inner width 16.
 *     up: 4x8 by 8x16: 1024; 2 * (32 + 128 + 64) = 448; down: 4x16 by 16x8, the same sums
 *     GELU on 64: 9 * 64 = 576; 2 * 128 = 256; backward 17 * 64 = 1088; 2 * 192 = 384
 * Gated: up is 4x8 by 8x32: 2048; 2 * (32 + 256 + 128) = 832
 *     SwiGLU: 5 * 64 = 320; 2 * 3 * 64 = 384; backward 12 * 64 = 768; 2 * 5 * 64 = 640 */
#define UP                                                                                         \
    {                                                                                              \
        KERNEL_GEMM, 1024, 448                                                                     \
    }
#define DOWN                                                                                       \
    {                                                                                              \
        KERNEL_GEMM, 1024, 448                                                                     \
    }
#define GELU                                                                                       \
    {                                                                                              \
        KERNEL_ELEMENTWISE, 576, 256                                                               \
    }
#define GELU_BACKWARD                                                                              \
    {                                                                                              \
        KERNEL_ELEMENTWISE, 1088, 384                                                              \
    }
#define UP_GATED                                                                                   \
    {                                                                                              \
        KERNEL_GEMM, 2048, 832                                                                     \
    }
#define SWIGLU                                                                                     \
    {                                                                                              \
        KERNEL_ELEMENTWISE, 320, 384                                                               \
    }
#define SWIGLU_BACKWARD                                                                            \
    {                                                                                              \
        KERNEL_ELEMENTWISE, 768, 640                                                               \
    }
#define FFN .tokens = 4, .hidden = 8, .ffn_hidden = 16

/* Two local experts, 12 rows together.
 *     up: 12 rows, 8 to 16: 2*12*8*16 = 3072; 2 * (96 + 2*128 + 192) = 1088; down the same
 *     GELU on 192: 1728; 768; backward 17 * 192 = 3264; 2 * 3 * 192 = 1152 */
#define EXPERT .tokens = 12, .hidden = 8, .ffn_hidden = 16, .experts = 2
#define EXPERT_UP                                                                                  \
    {                                                                                              \
        KERNEL_GROUPED_GEMM, 3072, 1088                                                            \
    }

/* Two experts, both chosen.
 *     scores: 4x8 by 8x2: 128; 2 * (32 + 16 + 8) = 112
 *     softmax and top-2 of 8 scores: 8 * (5 + 2) = 56; 2*8 + 8 copies * (2 + 4) = 64
 *     backward: 8 * 4 = 32; 2 * 2*8 + 8 * 6 = 80 */
#define GATE .tokens = 4, .hidden = 8, .experts = 2, .top_k = 2
#define SCORES                                                                                     \
    {                                                                                              \
        KERNEL_GEMM, 128, 112                                                                      \
    }

/* Top-2 at capacity factor 1.5: 8 copies in 12 rows. */
#define ROUTED .tokens = 4, .hidden = 8, .top_k = 2, .capacity_factor = 1.5

/* Vocabulary 10: logits 4x8 by 8x10: 640; 2 * (32 + 80 + 40) = 304. */
#define HEAD .tokens = 4, .hidden = 8, .vocabulary = 10
#define LOGITS                                                                                     \
    {                                                                                              \
        KERNEL_GEMM, 640, 304                                                                      \
    }

static const struct {
    const char *why;
    enum operator_kind kind;
    enum operator_pass pass;
    struct operator_shape shape;
    size_t count;
    struct kernel_work want[8];
} cases[] = {
    {"attention",
     OPERATOR_ATTENTION,
     PASS_FORWARD,
     {HEADS},
     5,
     {NORM, QKV, CORE, OUTPUT, RESIDUAL}},
    {"attention, input gradient",
     OPERATOR_ATTENTION,
     PASS_INPUT_GRADIENT,
     {HEADS},
     5,
     {OUTPUT, CORE_BACKWARD, QKV, NORM_BACKWARD, RESIDUAL}},
    {"attention, weight gradient",
     OPERATOR_ATTENTION,
     PASS_WEIGHT_GRADIENT,
     {HEADS},
     2,
     {OUTPUT, QKV}},
    {"a causal mask halves the scores, not what is read",
     OPERATOR_ATTENTION_CORE,
     PASS_FORWARD,
     {HEADS, .causal = true},
     1,
     {{KERNEL_ATTENTION, 192, 144}}},
    /* 4 * 1 * 4 * 6 = 96; Q and O 6 each, K and V 4 rows of 3 each: 2 * (12 + 24) = 72 */
    {"one token reads the keys of its whole span",
     OPERATOR_ATTENTION_CORE,
     PASS_FORWARD,
     {.tokens = 1, .hidden = 8, .heads = 2, .kv_heads = 1, .head_dim = 3, .span_tokens = 4},
     1,
     {{KERNEL_ATTENTION, 96, 72}}},
    {"core attention has no weights",
     OPERATOR_ATTENTION_CORE,
     PASS_WEIGHT_GRADIENT,
     {HEADS},
     0,
     {{0}}},

    {"mlp", OPERATOR_MLP, PASS_FORWARD, {FFN}, 5, {NORM, UP, GELU, DOWN, RESIDUAL}},
    {"mlp, input gradient",
     OPERATOR_MLP,
     PASS_INPUT_GRADIENT,
     {FFN},
     5,
     {DOWN, GELU_BACKWARD, UP, NORM_BACKWARD, RESIDUAL}},
    {"mlp, weight gradient", OPERATOR_MLP, PASS_WEIGHT_GRADIENT, {FFN}, 2, {DOWN, UP}},
    {"gated mlp",
     OPERATOR_MLP,
     PASS_FORWARD,
     {FFN, .gated = true},
     5,
     {NORM, UP_GATED, SWIGLU, DOWN, RESIDUAL}},
    {"gated mlp, input gradient",
     OPERATOR_MLP,
     PASS_INPUT_GRADIENT,
     {FFN, .gated = true},
     5,
     {DOWN, SWIGLU_BACKWARD, UP_GATED, NORM_BACKWARD, RESIDUAL}},
    {"decode adds the shared expert's residual",
     OPERATOR_SHARED_EXPERT,
     PASS_FORWARD,
     {FFN},
     4,
     {NORM, UP, GELU, DOWN}},
    {"its gradient joins the stream's",
     OPERATOR_SHARED_EXPERT,
     PASS_INPUT_GRADIENT,
     {FFN},
     5,
     {DOWN, GELU_BACKWARD, UP, NORM_BACKWARD, RESIDUAL}},
    {"shared expert, weight gradient",
     OPERATOR_SHARED_EXPERT,
     PASS_WEIGHT_GRADIENT,
     {FFN},
     2,
     {DOWN, UP}},
    {"experts read all their weights",
     OPERATOR_EXPERT,
     PASS_FORWARD,
     {EXPERT},
     3,
     {EXPERT_UP, {KERNEL_ELEMENTWISE, 1728, 768}, EXPERT_UP}},
    {"expert, input gradient",
     OPERATOR_EXPERT,
     PASS_INPUT_GRADIENT,
     {EXPERT},
     3,
     {EXPERT_UP, {KERNEL_ELEMENTWISE, 3264, 1152}, EXPERT_UP}},
    {"expert, weight gradient",
     OPERATOR_EXPERT,
     PASS_WEIGHT_GRADIENT,
     {EXPERT},
     2,
     {EXPERT_UP, EXPERT_UP}},

    {"gate", OPERATOR_GATE, PASS_FORWARD, {GATE}, 3, {NORM, SCORES, {KERNEL_ELEMENTWISE, 56, 64}}},
    {"gate, input gradient",
     OPERATOR_GATE,
     PASS_INPUT_GRADIENT,
     {GATE},
     4,
     {{KERNEL_ELEMENTWISE, 32, 80}, SCORES, NORM_BACKWARD, RESIDUAL}},
    {"gate, weight gradient", OPERATOR_GATE, PASS_WEIGHT_GRADIENT, {GATE}, 1, {SCORES}},
    /* 4 rows read, 12 written, 8 wide, 2 bytes */
    {"encode", OPERATOR_ENCODE, PASS_FORWARD, {ROUTED}, 1, {{KERNEL_PERMUTE, 0, 256}}},
    /* 8 rows read, 4 written; one sum for each of 32 elements */
    {"encode, input gradient",
     OPERATOR_ENCODE,
     PASS_INPUT_GRADIENT,
     {ROUTED},
     1,
     {{KERNEL_PERMUTE, 32, 192}}},
    {"encode has no weights", OPERATOR_ENCODE, PASS_WEIGHT_GRADIENT, {ROUTED}, 0, {{0}}},
    /* 8 + 4 rows read, 4 written: 256; 8 weights and indices: 8 * 6 = 48. 4 FLOP an element. */
    {"decode", OPERATOR_DECODE, PASS_FORWARD, {ROUTED}, 1, {{KERNEL_PERMUTE, 128, 304}}},
    {"decode beside a shared expert",
     OPERATOR_DECODE,
     PASS_FORWARD,
     {ROUTED, .shared = true},
     1,
     {{KERNEL_PERMUTE, 160, 368}}},
    /* 4 + 8 rows read, 12 written: 384; 8 weights, their gradients, indices: 8 * 8 = 64.
     * 3 FLOP for each of 8 * 8 copied elements. */
    {"decode, input gradient",
     OPERATOR_DECODE,
     PASS_INPUT_GRADIENT,
     {ROUTED},
     1,
     {{KERNEL_PERMUTE, 192, 448}}},

    /* 40 logits: 4 * 40 = 160; 80 bytes, and 4 bytes of label and of loss for each of 4 rows */
    {"lm_head",
     OPERATOR_LM_HEAD,
     PASS_FORWARD,
     {HEAD},
     3,
     {NORM, LOGITS, {KERNEL_ELEMENTWISE, 160, 112}}},
    {"lm_head, input gradient",
     OPERATOR_LM_HEAD,
     PASS_INPUT_GRADIENT,
     {HEAD},
     3,
     {{KERNEL_ELEMENTWISE, 160, 192}, LOGITS, NORM_BACKWARD}},
    {"lm_head, weight gradient", OPERATOR_LM_HEAD, PASS_WEIGHT_GRADIENT, {HEAD}, 1, {LOGITS}},

    {"norm", OPERATOR_NORM, PASS_FORWARD, {HEADS}, 1, {NORM}},
    {"norm, input gradient", OPERATOR_NORM, PASS_INPUT_GRADIENT, {HEADS}, 1, {NORM_BACKWARD}},
    {"a norm's own gradients come with the input's",
     OPERATOR_NORM,
     PASS_WEIGHT_GRADIENT,
     {HEADS},
     0,
     {{0}}},
    {"residual", OPERATOR_RESIDUAL, PASS_FORWARD, {HEADS}, 1, {RESIDUAL}},
    {"dispatch belongs to the network", OPERATOR_DISPATCH, PASS_FORWARD, {ROUTED}, 0, {{0}}},
    {"combine belongs to the network", OPERATOR_COMBINE, PASS_INPUT_GRADIENT, {ROUTED}, 0, {{0}}},
};

static void by_hand(void)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct kernel_work got[OPERATOR_KERNELS_MAX];
        size_t count =
            operator_kernels(cases[i].kind, cases[i].pass, &cases[i].shape, DTYPE_FP16, got);

        gsl_test_int((int)count, (int)cases[i].count, "%s: kernels", cases[i].why);
        for (size_t k = 0; k < count && k < cases[i].count; k++) {
            gsl_test_int(got[k].class, cases[i].want[k].class, "%s: class of %zu", cases[i].why, k);
            gsl_test_abs(got[k].flop, cases[i].want[k].flop, 0, "%s: FLOP of %zu", cases[i].why, k);
            gsl_test_abs(got[k].bytes, cases[i].want[k].bytes, 0, "%s: bytes of %zu", cases[i].why,
                         k);
        }
    }
}

/* ---- Laws ---- */

struct total {
    double flop, bytes, product_flop, product_bytes;
};

static void add_total(struct total *to, enum operator_kind kind, enum operator_pass pass,
                      const struct operator_shape *shape)
{
    struct kernel_work kernels[OPERATOR_KERNELS_MAX];
    size_t count = operator_kernels(kind, pass, shape, DTYPE_BF16, kernels);

    for (size_t i = 0; i < count; i++) {
        bool product = kernels[i].class == KERNEL_GEMM || kernels[i].class == KERNEL_GROUPED_GEMM;
        to->flop += kernels[i].flop;
        to->bytes += kernels[i].bytes;
        to->product_flop += product ? kernels[i].flop : 0;
        to->product_bytes += product ? kernels[i].bytes : 0;
    }
}

static struct total total_of(enum operator_kind kind, enum operator_pass pass,
                             const struct operator_shape *shape)
{
    struct total total = {0};

    add_total(&total, kind, pass, shape);
    return total;
}

static const struct operator_shape shapes[] = {
    {.tokens = 18432,
     .hidden = 384,
     .ffn_hidden = 1536,
     .heads = 12,
     .kv_heads = 12,
     .head_dim = 32,
     .span_tokens = 144,
     .experts = 8,
     .top_k = 2,
     .capacity_factor = 1.25,
     .vocabulary = 1000},
    {.tokens = 8192,
     .hidden = 2048,
     .ffn_hidden = 5376,
     .heads = 16,
     .kv_heads = 4,
     .head_dim = 128,
     .span_tokens = 2048,
     .causal = true,
     .gated = true,
     .experts = 8,
     .top_k = 1,
     .capacity_factor = 2,
     .shared = true,
     .vocabulary = 32000},
    {.tokens = 1,
     .hidden = 1024,
     .ffn_hidden = 4096,
     .heads = 16,
     .kv_heads = 16,
     .head_dim = 64,
     .span_tokens = 2048,
     .causal = true,
     .experts = 16,
     .top_k = 2,
     .capacity_factor = 1,
     .vocabulary = 50257},
};
#define SHAPE_COUNT (sizeof(shapes) / sizeof(shapes[0]))

/* Attention is nothing but its parts, in every pass. */
static void attention_is_its_parts(void)
{
    static const enum operator_kind parts[] = {
        OPERATOR_NORM,           OPERATOR_QKV_PROJECTION,
        OPERATOR_ATTENTION_CORE, OPERATOR_OUTPUT_PROJECTION,
        OPERATOR_RESIDUAL,
    };

    for (size_t s = 0; s < SHAPE_COUNT; s++)
        for (int pass = 0; pass < PASS_COUNT; pass++) {
            struct total whole = total_of(OPERATOR_ATTENTION, pass, &shapes[s]), sum = {0};

            for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
                add_total(&sum, parts[i], pass, &shapes[s]);
            /* Sums in another order: a few units in the last place. */
            gsl_test_rel(whole.flop, sum.flop, 1e-14, "FLOP of attention's parts");
            gsl_test_rel(whole.bytes, sum.bytes, 1e-14, "bytes of attention's parts");
        }
}

/* X W, dY W^T and X^T dY move and multiply the same three matrices. */
static void gradients_cost_what_forward_costs(void)
{
    for (size_t s = 0; s < SHAPE_COUNT; s++)
        for (int kind = 0; kind < OPERATOR_KIND_COUNT; kind++) {
            const char *name = operator_kind_names[kind];
            struct total forward = total_of(kind, PASS_FORWARD, &shapes[s]);
            struct total input = total_of(kind, PASS_INPUT_GRADIENT, &shapes[s]);
            struct total weight = total_of(kind, PASS_WEIGHT_GRADIENT, &shapes[s]);

            gsl_test_rel(input.product_flop, forward.product_flop, 1e-14, "%s: input FLOP", name);
            gsl_test_rel(input.product_bytes, forward.product_bytes, 1e-14, "%s: input", name);
            gsl_test_rel(weight.product_flop, forward.product_flop, 1e-14, "%s: weight FLOP", name);
            gsl_test_rel(weight.product_bytes, forward.product_bytes, 1e-14, "%s: weight", name);
        }
}

/* Twice the tokens: twice the FLOP; more bytes, though less than twice (weights are read once). */
static void tokens_scale_work(void)
{
    for (size_t s = 0; s < SHAPE_COUNT; s++)
        for (int kind = 0; kind < OPERATOR_KIND_COUNT; kind++)
            for (int pass = 0; pass < PASS_COUNT; pass++) {
                const char *name = operator_kind_names[kind];
                struct operator_shape twice = shapes[s];
                struct total one = total_of(kind, pass, &shapes[s]), two;

                twice.tokens *= 2;
                two = total_of(kind, pass, &twice);
                gsl_test_rel(two.flop, 2 * one.flop, 1e-14, "%s: FLOP of twice the tokens", name);
                gsl_test(two.bytes < one.bytes, "%s: bytes of twice the tokens", name);
                gsl_test(two.bytes > 2 * one.bytes * (1 + 1e-14), "%s: not more than twice", name);
            }
}

int main(void)
{
    by_hand();
    attention_is_its_parts();
    gradients_cost_what_forward_costs();
    tokens_scale_work();
    return gsl_test_summary();
}
