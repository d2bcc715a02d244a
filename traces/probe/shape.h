/* The words of cost files and plans: operator kinds, passes, element types, shapes.
 *
 * The probe shares file formats with the simulator (doc/formats.md), not code; the words here are
 * those of the formats. */
#ifndef PROBE_SHAPE_H
#define PROBE_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum kind {
    KIND_ATTENTION,
    KIND_MLP,
    KIND_SHARED_EXPERT,
    KIND_GATE,
    KIND_ENCODE,
    KIND_DISPATCH,
    KIND_EXPERT,
    KIND_COMBINE,
    KIND_DECODE,
    KIND_NORM,
    KIND_RESIDUAL,
    KIND_QKV_PROJECTION,
    KIND_ATTENTION_CORE,
    KIND_OUTPUT_PROJECTION,
    KIND_LM_HEAD,
    KIND_EXPERT_FETCH, /* weights of active experts, from host memory */
    KIND_COUNT
};
extern const char *const kind_names[]; /* NULL-terminated, in the enum's order */

enum pass { PASS_FORWARD, PASS_INPUT_GRADIENT, PASS_WEIGHT_GRADIENT, PASS_COUNT };
extern const char *const pass_names[];

enum dtype { DTYPE_FP32, DTYPE_TF32, DTYPE_FP16, DTYPE_BF16, DTYPE_COUNT };
extern const char *const dtype_names[];
size_t dtype_size(enum dtype dtype);

bool kind_is_all_to_all(enum kind kind);
bool kind_is_transfer(enum kind kind); /* an All-to-All or a fetch: nothing is computed */
bool kind_has_weights(enum kind kind); /* so that it has a weight_gradient pass */
bool kind_uses_attention(enum kind kind);

/* Rows and widths of one operator; a field that a kind does not use is 0. For expert, tokens counts
 * all local experts' rows; for encode and decode, token rows before copies. */
struct shape {
    size_t tokens, hidden, ffn_hidden, heads, kv_heads, head_dim, span_tokens;
    bool causal, gated;
    size_t experts, top_k;
    double capacity_factor;
    bool shared; /* decode: adds the shared expert's rows as well */
    size_t vocabulary;
};

/* Which fields a kind uses, so that the others leave an empty cell. */
enum shape_field {
    FIELD_HIDDEN = 1,
    FIELD_FFN = 2,
    FIELD_HEADS = 4,
    FIELD_SPAN = 8,
    FIELD_GATED = 16,
    FIELD_EXPERTS = 32,
    FIELD_TOP_K = 64,
    FIELD_CAPACITY = 128,
    FIELD_VOCABULARY = 256,
    FIELD_SHARED = 512
};
unsigned kind_fields(enum kind kind);

/* The shape with every field that the kind does not use cleared: equal keys mean equal work. */
struct shape shape_of_kind(const struct shape *shape, enum kind kind);
bool shape_equal(const struct shape *a, const struct shape *b);

/* Zero when the shape can be run, else what is wrong with it (a constant text). */
const char *shape_problem(const struct shape *shape, enum kind kind);

#ifdef __cplusplus
}
#endif

#endif
