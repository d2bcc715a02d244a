#include "check.h"

#include <cuda_runtime_api.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base.h"
#include "commands.h"
#include "sim/base/mem.h"

/* What rounding allows, as |error| / |result|. A chain of up to eight results is rounded to the
 * element type, each to half a unit in the last place: 8 * 2^-9 for bf16 (8 significant bits), 8 *
 * 2^-12 for fp16 and for tf32 operands (11 bits), 8 * 2^-25 for fp32, here with the sums' own
 * rounding. */
static double bound_of(enum dtype dtype)
{
    static const double bounds[DTYPE_COUNT] = {
        [DTYPE_FP32] = 1e-5, [DTYPE_TF32] = 2e-3, [DTYPE_FP16] = 2e-3, [DTYPE_BF16] = 1.6e-2};
    return bounds[dtype];
}

double *check_room(struct check *check, size_t count)
{
    if (check->kept_count == KEPT_MAX)
        die(EXIT_BUG, "a check keeps more than %d arrays", KEPT_MAX);
    return check->kept[check->kept_count++] = mem_zeroed(count, sizeof(double));
}

void check_done(struct check *check)
{
    for (size_t i = 0; i < check->kept_count; i++)
        free(check->kept[i]);
    check->kept_count = 0;
}

/* A float from its bits: sign, exponent and fraction bits as the type has them. */
static double from_bits(enum dtype dtype, const unsigned char *at)
{
    if (dtype == DTYPE_FP32 || dtype == DTYPE_TF32) {
        float value;
        memcpy(&value, at, sizeof value);
        return (double)value;
    }
    uint16_t half;
    memcpy(&half, at, sizeof half);
    if (dtype == DTYPE_BF16) {
        uint32_t wide = (uint32_t)half << 16;
        float value;
        memcpy(&value, &wide, sizeof value);
        return (double)value;
    }
    int exponent = half >> 10 & 31, fraction = half & 1023;
    double size = exponent == 31  ? (fraction ? NAN : INFINITY)
                  : exponent == 0 ? ldexp(fraction, -24)
                                  : ldexp(fraction + 1024, exponent - 25);
    return half >> 15 ? -size : size;
}

static size_t element_bytes(const struct op *op, const struct operator_buffer *buffer)
{
    return buffer->element == ELEMENT_DTYPE ? (size_t)dtype_bytes(op->spec.dtype) : sizeof(float);
}

const double *check_fetch(struct check *check, enum buffer which)
{
    const struct operator_buffer *buffer = &check->op->buffer[which];
    enum dtype dtype = buffer->element == ELEMENT_DTYPE ? check->op->spec.dtype : DTYPE_FP32;
    size_t size = element_bytes(check->op, buffer);
    unsigned char *raw = mem_zeroed(buffer->count, size);
    double *values = check_room(check, buffer->count);
    try_cuda(cudaMemcpy(raw, operator_at(check->op, which, 0), buffer->count * size,
                        cudaMemcpyDeviceToHost));
    for (size_t i = 0; i < buffer->count; i++) {
        int32_t whole;
        memcpy(&whole, raw + i * size, buffer->element == ELEMENT_INT ? sizeof whole : 0);
        values[i] = buffer->element == ELEMENT_INT ? whole : from_bits(dtype, raw + i * size);
    }
    free(raw);
    return values;
}

static void judge(struct check *check, const char *name, bool good, double error)
{
    const struct operator_spec *spec = &check->op->spec;
    if (!(error <= check->worst)) {
        check->worst = error;
        check->worst_name = name;
    }
    if (good)
        return;
    check->wrong++;
    note("%s %s %s: %s is wrong (relative error %.3g)", operator_kind_names[spec->kind],
         operator_pass_names[spec->pass], dtype_names[spec->dtype], name, error);
}

void check_within(struct check *check, const char *name, const double *got, const double *want,
                  size_t count, double bound)
{
    double difference = 0, size = 0;
    for (size_t i = 0; i < count; i++) {
        difference += (got[i] - want[i]) * (got[i] - want[i]);
        size += want[i] * want[i];
    }
    double error = sqrt(difference / size);
    judge(check, name, error <= bound, error);
}

void check_close(struct check *check, const char *name, enum buffer which, const double *want)
{
    check_within(check, name, check_fetch(check, which), want, check->op->buffer[which].count,
                 bound_of(check->op->spec.dtype));
}

void check_true(struct check *check, const char *name, bool holds)
{
    judge(check, name, holds, holds ? 0 : INFINITY);
}

/* Results become NaN (all bits set), then the passes run again. Slots that an earlier operator
 * assigned are inputs here. */
static void run_poisoned(struct check *check)
{
    const struct op *op = check->op;
    struct lab *lab = check->lab;
    for (int i = 0; i < BUFFER_COUNT; i++) {
        const struct operator_buffer *buffer = &op->buffer[i];
        bool input = op->spec.kind == OPERATOR_DECODE && buffer->element == ELEMENT_INT;
        if (buffer->count && buffer->content == FILL_NOTHING && !input)
            try_cuda(cudaMemsetAsync(buffer->base, 0xff, buffer->count * element_bytes(op, buffer),
                                     lab->stream));
    }
    operator_forward(lab, op, 0, lab->stream);
    if (op->spec.pass != PASS_FORWARD)
        operator_input_gradient(lab, op, 0, lab->stream);
    if (op->spec.pass == PASS_WEIGHT_GRADIENT)
        operator_weight_gradient(lab, op, 0, lab->stream);
    try_cuda(cudaStreamSynchronize(lab->stream));
}

static void check_written(struct check *check)
{
    for (int i = 0; i < BUFFER_COUNT; i++) {
        const struct operator_buffer *buffer = &check->op->buffer[i];
        if (buffer->count == 0 || buffer->element == ELEMENT_INT)
            continue;
        const double *values = check_fetch(check, (enum buffer)i);
        size_t bad = 0;
        for (size_t j = 0; j < buffer->count; j++)
            bad += !isfinite(values[j]);
        if (bad)
            check_true(check, "every element is written and finite", false);
    }
    check_done(check);
}

/* Small shapes that differ in what can go wrong: grouped heads, windows that are no multiple of a
 * tile, gating, capacity that overflows, widths below a warp's reach, an unaligned vocabulary. */
static const struct operator_shape shapes[] = {
    {.tokens = 128,
     .hidden = 128,
     .ffn_hidden = 256,
     .heads = 4,
     .kv_heads = 4,
     .head_dim = 32,
     .span_tokens = 64,
     .causal = true,
     .experts = 8,
     .top_k = 2,
     .capacity_factor = 1.25,
     .shared = true,
     .vocabulary = 264},
    {.tokens = 144,
     .hidden = 256,
     .ffn_hidden = 320,
     .heads = 4,
     .kv_heads = 2,
     .head_dim = 64,
     .span_tokens = 48,
     .gated = true,
     .experts = 4,
     .top_k = 1,
     .capacity_factor = 1,
     .vocabulary = 257},
    {.tokens = 96,
     .hidden = 96,
     .ffn_hidden = 384,
     .heads = 3,
     .kv_heads = 3,
     .head_dim = 32,
     .span_tokens = 96,
     .experts = 3,
     .top_k = 3,
     .capacity_factor = 2,
     .vocabulary = 100},
    {.tokens = 260,
     .hidden = 2048,
     .ffn_hidden = 64,
     .heads = 2,
     .kv_heads = 1,
     .head_dim = 128,
     .span_tokens = 130,
     .causal = true,
     .gated = true,
     .experts = 65,
     .top_k = 4,
     .capacity_factor = 1.5,
     .shared = true,
     .vocabulary = 128},
};

static int check_one(struct lab *lab, enum operator_kind kind, enum operator_pass pass,
                     enum dtype dtype, const struct operator_shape *shape)
{
    struct diag why = {0};
    struct operator_spec spec = {.kind = kind,
                                 .pass = pass,
                                 .dtype = dtype,
                                 .sets = 1,
                                 .shape = operator_used_shape(kind, shape),
                                 .routed_experts = shape->experts};
    size_t mark = lab_mark(lab);
    struct op *op = operator_make(lab, &spec, &why);
    if (!op) {
        printf("%-18s %-16s %-5s tokens %4.0f  left out: %s\n", operator_kind_names[kind],
               operator_pass_names[pass], dtype_names[dtype], shape->tokens, why.messages[0]);
        diag_done(&why);
        lab_release(lab, mark);
        return operator_uses(kind, SHAPE_SPAN_TOKENS) ? 0 : 1;
    }
    struct check check = {.lab = lab, .op = op, .worst_name = ""};
    run_poisoned(&check);
    check_written(&check);
    check_kind(&check);
    printf("%-18s %-16s %-5s tokens %4.0f  %s  worst %.2e (%s)\n", operator_kind_names[kind],
           operator_pass_names[pass], dtype_names[dtype], shape->tokens,
           check.wrong ? "WRONG" : "fine ", check.worst, check.worst_name);
    fflush(stdout);
    check_done(&check);
    operator_free(op);
    lab_release(lab, mark);
    return check.wrong != 0;
}

int command_check(const struct options *options)
{
    struct lab lab;
    int wrong = 0, done = 0;
    lab_init(&lab, options->device, /* share= */ 0);
    lab.untuned = options->untuned;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        for (int dtype = 0; dtype < DTYPE_COUNT; dtype++) {
            for (int kind = 0; kind < OPERATOR_KIND_COUNT; kind++) {
                if (!operator_computes((enum operator_kind)kind) || !(options->kinds >> kind & 1) ||
                    dtype == DTYPE_FP8 || (options->has_dtype && (int)options->dtype != dtype))
                    continue;
                /* The last pass of a kind runs, and so checks, those before it too. */
                enum operator_pass pass = operator_has_weights((enum operator_kind)kind)
                                              ? PASS_WEIGHT_GRADIENT
                                              : PASS_INPUT_GRADIENT;
                wrong +=
                    check_one(&lab, (enum operator_kind)kind, pass, (enum dtype)dtype, &shapes[s]);
                done++;
            }
        }
    }
    printf("%d operators checked, %d wrong; attention by %s\n", done, wrong,
           attention_library_name());
    lab_done(&lab);
    return wrong ? EXIT_CHECK_FAILED : EXIT_FINE;
}
