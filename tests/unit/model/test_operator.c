/* Names, predicates and which fields of a shape a kind uses. */
#include <string.h>

#include <gsl/gsl_test.h>

#include "sim/model/operator.h"

static void names(void)
{
    gsl_test_str(operator_kind_names[OPERATOR_ATTENTION], "attention", "first kind");
    gsl_test_str(operator_kind_names[OPERATOR_SHARED_EXPERT], "shared_expert", "shared expert");
    gsl_test_str(operator_kind_names[OPERATOR_DISPATCH], "dispatch", "dispatch");
    gsl_test_str(operator_kind_names[OPERATOR_COMBINE], "combine", "combine");
    gsl_test_str(operator_kind_names[OPERATOR_DECODE], "decode", "decode");
    gsl_test_str(operator_kind_names[OPERATOR_ATTENTION_CORE], "attention_core", "core");
    gsl_test_str(operator_kind_names[OPERATOR_LM_HEAD], "lm_head", "last kind");
    gsl_test(operator_kind_names[OPERATOR_KIND_COUNT] != NULL, "kinds end with NULL");
    gsl_test_str(operator_pass_names[PASS_WEIGHT_GRADIENT], "weight_gradient", "last pass");
    gsl_test_str(dtype_names[DTYPE_BF16], "bf16", "bf16");
    gsl_test_str(kernel_class_names[KERNEL_PERMUTE], "permute", "last class");
}

/* The other kinds (norm, residual, core attention, permutes, All-to-All) hold no matrix. */
static void weights(void)
{
    static const char *const with[] = {
        "attention",         "mlp",     "shared_expert", "gate", "expert", "qkv_projection",
        "output_projection", "lm_head",
    };

    for (int kind = 0; kind < OPERATOR_KIND_COUNT; kind++) {
        bool want = false;
        for (size_t i = 0; i < sizeof(with) / sizeof(with[0]); i++)
            want = want || strcmp(with[i], operator_kind_names[kind]) == 0;
        gsl_test_int(operator_has_weights(kind), want, "%s has weights", operator_kind_names[kind]);
        gsl_test_int(operator_is_all_to_all(kind),
                     kind == OPERATOR_DISPATCH || kind == OPERATOR_COMBINE, "%s is an All-to-All",
                     operator_kind_names[kind]);
    }
}

static void sizes(void)
{
    static const double want[DTYPE_COUNT] = {4, 4, 2, 2, 1};

    for (int i = 0; i < DTYPE_COUNT; i++)
        gsl_test_abs(dtype_bytes(i), want[i], 0, "bytes of %s", dtype_names[i]);
}

/* Work may depend only on fields that the kind is said to use: clearing the others changes
 * nothing. */
static void used_fields(void)
{
    struct operator_shape all = {
        .tokens = 64,
        .hidden = 32,
        .ffn_hidden = 128,
        .heads = 4,
        .kv_heads = 2,
        .head_dim = 8,
        .span_tokens = 16,
        .causal = true,
        .gated = true,
        .experts = 4,
        .top_k = 2,
        .capacity_factor = 1.25,
        .shared = true,
        .vocabulary = 1000,
    };

    for (int kind = 0; kind < OPERATOR_KIND_COUNT; kind++)
        for (int pass = 0; pass < PASS_COUNT; pass++) {
            struct operator_shape used = operator_used_shape(kind, &all);
            struct kernel_work a[OPERATOR_KERNELS_MAX] = {0}, b[OPERATOR_KERNELS_MAX] = {0};
            size_t count = operator_kernels(kind, pass, &all, DTYPE_FP16, a);

            gsl_test_int((int)operator_kernels(kind, pass, &used, DTYPE_FP16, b), (int)count,
                         "%s: as many kernels", operator_kind_names[kind]);
            for (size_t i = 0; i < count; i++) {
                gsl_test_abs(b[i].flop, a[i].flop, 0, "%s: same FLOP", operator_kind_names[kind]);
                gsl_test_abs(b[i].bytes, a[i].bytes, 0, "%s: same bytes",
                             operator_kind_names[kind]);
            }
        }
}

int main(void)
{
    names();
    weights();
    sizes();
    used_fields();
    return gsl_test_summary();
}
