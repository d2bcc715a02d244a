/* Inside of a tuned product: what gemm.c describes and gemm_tuning.c chooses the algorithm for. */
#ifndef PROBE_GEMM_TUNING_H
#define PROBE_GEMM_TUNING_H

#include <cublasLt.h>
#include "gemm.h"

struct gemm {
    struct gemm *next;
    struct gemm_size size;
    cublasLtHandle_t handle;
    cublasLtMatmulDesc_t operation;
    cublasLtMatrixLayout_t left, right, result; /* in the library's column-major sense */
    cublasLtMatmulAlgo_t algorithm;
    size_t workspace_bytes;
};

/* Sets algorithm and workspace_bytes to the fastest proposal. False where memory for trying them is
 * short or none runs. */
bool gemm_tune(struct lab *lab, struct gemm *gemm);

#define try_blas(call) check_blas((call), #call, __FILE__, __LINE__)
void check_blas(cublasStatus_t status, const char *call, const char *file, int line);

#endif
