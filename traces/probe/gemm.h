/* Matrix products by cuBLASLt, each size tuned once: the library proposes several algorithms, each
 * is timed on random data, the fastest is kept for the life of the process, and in the lab's
 * choices where it has such.
 *
 * Everything is row-major as the operators see it; `struct gemm_size` hides that the library counts
 * columns first. A weight is stored [outputs][inputs]. */
#ifndef PROBE_GEMM_H
#define PROBE_GEMM_H

#include <cuda_runtime_api.h>
#include "sim/model/operator.h"

struct lab;
struct gemm_library;
struct gemm;

/* For x [rows][inputs], w [outputs][inputs], y [rows][outputs]:
 *     forward           y  = x w^T
 *     input gradient    dx = dy w
 *     weight gradient   dw = dy^T x
 * batch: that many such products, each array's matrices one after the other. */
struct gemm_size {
    enum operator_pass pass;
    size_t rows, inputs, outputs, batch;
    enum dtype dtype;
    bool fp32_result; /* the result in fp32 whatever the operands are */
};

bool gemm_size_equal(const struct gemm_size *a, const struct gemm_size *b); /* in choices.c */

struct gemm_library *gemm_open(void);
void gemm_close(struct gemm_library *library);

/* Tuned product of a size; borrowed. NULL when memory for tuning is short or nothing fits. */
const struct gemm *gemm_find(struct lab *lab, const struct gemm_size *size);
size_t gemm_workspace_bytes(const struct gemm *gemm);

/* forward: a = x, b = w; input gradient: a = dy, b = w; weight gradient: a = dy, b = x. */
void gemm_run(const struct gemm *gemm, const void *a, const void *b, void *result, void *workspace,
              cudaStream_t stream);

#endif
