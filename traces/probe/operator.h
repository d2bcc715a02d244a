/* Operators on the GPU: the same objects are timed by `measure`, played by `replay` and held
 * against a reference by `check`.
 *
 * An operator owns its buffers, in several sets so that repeated runs do not find their data in the
 * cache. Making one fills inputs with random numbers and runs it once a set, so that gradients find
 * the activations that they need and every output has been written. */
#ifndef PROBE_OPERATOR_H
#define PROBE_OPERATOR_H

#include <cuda_runtime_api.h>
#include "attention.h"
#include "base.h"
#include "gemm.h"
#include "lab.h"
#include "sim/base/diag.h"
#include "sim/model/operator.h"

enum buffer {
    X,
    Y,
    GAIN,
    BIAS,
    ROW_STATS,
    NORMED,
    QKV,
    CORE,
    LOG_SUM_EXP,
    PROJECTED,
    RESIDUAL,
    SHARED,
    W_QKV,
    W_OUT,
    W_UP,
    W_DOWN,
    W_GATE,
    PRE,
    ACT,
    LOGITS,
    EXPERT_OF,
    WEIGHT_OF,
    SLOT,
    COUNTS,
    DY,
    DX,
    D_NORMED,
    D_QKV,
    D_CORE,
    D_PRE,
    D_ACT,
    D_LOGITS,
    D_WEIGHT_OF,
    D_W_QKV,
    D_W_OUT,
    D_W_UP,
    D_W_DOWN,
    D_W_GATE,
    D_GAIN,
    D_BIAS,
    BUFFER_COUNT
};

enum element { ELEMENT_DTYPE, ELEMENT_FLOAT, ELEMENT_INT };
enum content { FILL_NOTHING, FILL_DATA, FILL_WEIGHT, FILL_NEAR_ONE, FILL_EXPERTS };

struct operator_buffer {
    size_t count; /* elements in one set; 0: the operator has no such buffer */
    enum element element;
    enum content content;
    size_t fan_in; /* of a weight: scales its random numbers by 1 / sqrt(fan_in) */
    char *base;
    size_t stride_bytes; /* between sets; 0 for borrowed memory */
};

struct operator_spec {
    enum operator_kind kind;
    enum operator_pass pass;
    struct operator_shape shape;
    enum dtype dtype;
    size_t routed_experts; /* encode, decode: experts of the model that rows are sorted into */
    void *input; /* another operator's output to read instead of own random numbers; or NULL */
    size_t input_bytes;
    int sets; /* 0: as many as it takes to outrun the cache */
};

struct op {
    struct operator_spec spec;
    int sets;
    size_t set_bytes;
    struct operator_buffer buffer[BUFFER_COUNT];
    const struct gemm *first[PASS_COUNT];  /* qkv, up, gate or the only product */
    const struct gemm *second[PASS_COUNT]; /* output projection, down */
    const struct attention *attention[2];  /* forward, backward */
    void *workspace;
    size_t rows;        /* tokens; of the experts' buffer for encode, expert, decode: see below */
    size_t buffer_rows; /* rows of the experts' buffer */
    size_t capacity;    /* of those, per expert */
    uint64_t seed;
};

/* NULL with a complaint when the shape cannot run here (no attention library, not enough memory, an
 * unsupported width). Memory is taken from the lab: mark before, release after. */
struct op *operator_make(struct lab *lab, const struct operator_spec *spec, struct diag *why);
void operator_free(struct op *op);

/* Enqueues one run on a set (0.. sets - 1). */
void operator_run(const struct lab *lab, const struct op *op, int set, cudaStream_t stream);
/* How many launches one run makes, at most: holds are kept short by it. */
int operator_launches(const struct op *op);

void *operator_at(const struct op *op, enum buffer which, int set);
/* What a following operator would read, and its size. */
void *operator_output(const struct op *op, size_t *ret_bytes);

/* The steps of one pass; in operator_passes.c. */
void operator_forward(const struct lab *lab, const struct op *op, int set, cudaStream_t stream);
void operator_input_gradient(const struct lab *lab, const struct op *op, int set,
                             cudaStream_t stream);
void operator_weight_gradient(const struct lab *lab, const struct op *op, int set,
                              cudaStream_t stream);

/* Declares the buffers and products that a kind and pass need; in operator_parts.c. Negative with a
 * complaint where a library cannot do it. */
int operator_declare(struct lab *lab, struct op *op, struct diag *why);

#endif
