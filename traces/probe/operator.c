#include "operator.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "kernels.h"
#include "playable.h"
#include "sim/base/mem.h"

static size_t element_bytes(const struct op *op, const struct operator_buffer *buffer)
{
    return buffer->element == ELEMENT_DTYPE ? (size_t)dtype_bytes(op->spec.dtype) : 4;
}

static size_t buffer_bytes(const struct op *op, const struct operator_buffer *buffer)
{
    return (buffer->count * element_bytes(op, buffer) + 255) / 256 * 256;
}

void *operator_at(const struct op *op, enum buffer which, int set)
{
    const struct operator_buffer *buffer = &op->buffer[which];
    if (buffer->count == 0)
        die(EXIT_BUG, "%s %s has no buffer %d", operator_kind_names[op->spec.kind],
            operator_pass_names[op->spec.pass], (int)which);
    return buffer->base + (size_t)set * buffer->stride_bytes;
}

static bool is_borrowed(const struct op *op, int which)
{
    const struct operator_buffer *buffer = &op->buffer[which];
    return which == X && op->spec.input && op->spec.pass == PASS_FORWARD &&
           buffer->count * element_bytes(op, buffer) <= op->spec.input_bytes;
}

static int take_buffers(struct lab *lab, struct op *op, struct diag *why)
{
    for (int i = 0; i < BUFFER_COUNT; i++)
        op->set_bytes += is_borrowed(op, i) ? 0 : buffer_bytes(op, &op->buffer[i]);
    op->sets = op->spec.sets ? op->spec.sets : rotation_sets(op->set_bytes);
    for (int i = 0; i < BUFFER_COUNT; i++) {
        struct operator_buffer *buffer = &op->buffer[i];
        if (buffer->count == 0)
            continue;
        if (is_borrowed(op, i)) {
            buffer->base = op->spec.input;
            buffer->content = FILL_NOTHING;
            continue;
        }
        buffer->stride_bytes = buffer_bytes(op, buffer);
        /* Nothing behind the last element: an access there is out of bounds. */
        buffer->base = lab_take(lab, buffer->stride_bytes * (size_t)(op->sets - 1) +
                                         buffer->count * element_bytes(op, buffer));
        if (!buffer->base)
            return diag_say(why, "%d sets of %zu MiB do not fit in the GPU's memory", op->sets,
                            op->set_bytes >> 20);
    }
    return 0;
}

static int take_workspace(struct lab *lab, struct op *op, struct diag *why)
{
    size_t bytes = 256;
    for (int pass = 0; pass < PASS_COUNT; pass++) {
        const struct gemm *products[2] = {op->first[pass], op->second[pass]};
        for (int i = 0; i < 2; i++) {
            if (products[i] && gemm_workspace_bytes(products[i]) > bytes)
                bytes = gemm_workspace_bytes(products[i]);
        }
    }
    for (int i = 0; i < 2; i++) {
        if (op->attention[i] && attention_workspace_bytes(op->attention[i]) > bytes)
            bytes = attention_workspace_bytes(op->attention[i]);
    }
    op->workspace = lab_take(lab, bytes);
    if (!op->workspace)
        return diag_say(why, "a workspace of %zu MiB does not fit in the GPU's memory",
                        bytes >> 20);
    return 0;
}

static void fill(struct lab *lab, struct op *op, int which, int set)
{
    const struct operator_buffer *buffer = &op->buffer[which];
    enum dtype dtype = buffer->element == ELEMENT_FLOAT ? DTYPE_FP32 : op->spec.dtype;
    void *to = buffer->base + (size_t)set * buffer->stride_bytes;
    uint64_t seed = lab->seed++;
    switch (buffer->content) {
    case FILL_DATA:
        fill_random(dtype, to, buffer->count, 1, seed, lab->stream);
        break;
    case FILL_WEIGHT: /* products of unit-variance rows keep unit variance */
        fill_random(dtype, to, buffer->count, (float)sqrt(3.0 / (double)buffer->fan_in), seed,
                    lab->stream);
        break;
    case FILL_NEAR_ONE:
        fill_around_one(dtype, to, buffer->count, 0.1f, seed, lab->stream);
        break;
    case FILL_EXPERTS:
        fill_experts(to, op->rows, op->spec.routed_experts, op->spec.shape.top_k, seed,
                     lab->stream);
        break;
    case FILL_NOTHING:
        break;
    }
}

/* Runs what comes before the pass, then the pass, so that every buffer holds what it will hold. */
static void prepare(struct lab *lab, struct op *op, int set)
{
    for (int i = 0; i < BUFFER_COUNT; i++) {
        if (op->buffer[i].count)
            fill(lab, op, i, set);
    }
    if (op->spec.kind == OPERATOR_DECODE)
        assign_slots(operator_at(op, EXPERT_OF, set), operator_at(op, SLOT, set),
                     operator_at(op, COUNTS, set), op->rows, op->spec.routed_experts,
                     op->spec.shape.top_k, op->capacity, lab->stream);
    operator_forward(lab, op, set, lab->stream);
    if (op->spec.pass != PASS_FORWARD)
        operator_input_gradient(lab, op, set, lab->stream);
    if (op->spec.pass == PASS_WEIGHT_GRADIENT)
        operator_weight_gradient(lab, op, set, lab->stream);
}

struct op *operator_make(struct lab *lab, const struct operator_spec *spec, struct diag *why)
{
    const char *problem = operator_problem(spec->kind, spec->pass, spec->dtype, &spec->shape);
    if (problem) {
        diag_say(why, "%s", problem);
        return NULL;
    }
    struct op *op = mem_zeroed(1, sizeof *op);
    op->spec = *spec;
    if (op->spec.routed_experts == 0)
        op->spec.routed_experts = spec->shape.experts ? spec->shape.experts : 64;
    if (operator_declare(lab, op, why) < 0 || take_buffers(lab, op, why) < 0 ||
        take_workspace(lab, op, why) < 0) {
        free(op);
        return NULL;
    }
    for (int set = 0; set < op->sets; set++)
        prepare(lab, op, set);
    try_cuda(cudaStreamSynchronize(lab->stream));
    return op;
}

void operator_free(struct op *op)
{
    free(op);
}

void operator_run(const struct lab *lab, const struct op *op, int set, cudaStream_t stream)
{
    if (op->spec.pass == PASS_FORWARD)
        operator_forward(lab, op, set, stream);
    else if (op->spec.pass == PASS_INPUT_GRADIENT)
        operator_input_gradient(lab, op, set, stream);
    else
        operator_weight_gradient(lab, op, set, stream);
}

int operator_launches(const struct op *op)
{
    /* Kernels of the longest pass, with split-K reductions, memsets and the several launches that a
     * fused attention gradient makes counted generously. */
    return operator_uses(op->spec.kind, SHAPE_SPAN_TOKENS) ? 16 : 10;
}

void *operator_output(const struct op *op, size_t *ret_bytes)
{
    enum buffer which = op->spec.pass == PASS_FORWARD ? Y : DX;
    if (op->buffer[which].count == 0) {
        *ret_bytes = 0;
        return NULL;
    }
    *ret_bytes = op->buffer[which].count * element_bytes(op, &op->buffer[which]);
    return operator_at(op, which, 0);
}
