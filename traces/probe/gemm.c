#include "gemm.h"

#include <stdlib.h>
#include "base.h"
#include "gemm_tuning.h"
#include "lab.h"
#include "sim/base/mem.h"

struct gemm_library {
    cublasLtHandle_t handle;
    struct gemm *first;
};

void check_blas(cublasStatus_t status, const char *call, const char *file, int line)
{
    if (status != CUBLAS_STATUS_SUCCESS)
        die(EXIT_BUG, "%s:%d: %s: %s", file, line, call, cublasLtGetStatusString(status));
}

struct gemm_library *gemm_open(void)
{
    struct gemm_library *library = mem_zeroed(1, sizeof *library);
    try_blas(cublasLtCreate(&library->handle));
    return library;
}

static void gemm_free(struct gemm *gemm)
{
    try_blas(cublasLtMatrixLayoutDestroy(gemm->left));
    try_blas(cublasLtMatrixLayoutDestroy(gemm->right));
    try_blas(cublasLtMatrixLayoutDestroy(gemm->result));
    try_blas(cublasLtMatmulDescDestroy(gemm->operation));
    free(gemm);
}

void gemm_close(struct gemm_library *library)
{
    if (!library)
        return;
    while (library->first) {
        struct gemm *gone = library->first;
        library->first = gone->next;
        gemm_free(gone);
    }
    try_blas(cublasLtDestroy(library->handle));
    free(library);
}

static cudaDataType element_type(enum dtype dtype)
{
    return dtype == DTYPE_FP16 ? CUDA_R_16F : dtype == DTYPE_BF16 ? CUDA_R_16BF : CUDA_R_32F;
}

static cublasLtMatrixLayout_t layout(cudaDataType type, size_t rows, size_t columns, size_t batch)
{
    cublasLtMatrixLayout_t made;
    try_blas(cublasLtMatrixLayoutCreate(&made, type, rows, columns, (int64_t)rows));
    int32_t count = (int32_t)batch;
    int64_t stride = (int64_t)(rows * columns);
    try_blas(cublasLtMatrixLayoutSetAttribute(made, CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT, &count,
                                              sizeof count));
    try_blas(cublasLtMatrixLayoutSetAttribute(made, CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET,
                                              &stride, sizeof stride));
    return made;
}

/* A row-major [r][c] matrix is a column-major c x r one, so each product is written transposed:
 * y^T = w x^T, dx^T = w^T dy^T, dw^T = x^T dy. */
static void describe(struct gemm *gemm)
{
    const struct gemm_size *size = &gemm->size;
    cudaDataType in = element_type(size->dtype), out = size->fp32_result ? CUDA_R_32F : in;
    cublasComputeType_t compute =
        size->dtype == DTYPE_TF32 ? CUBLAS_COMPUTE_32F_FAST_TF32 : CUBLAS_COMPUTE_32F;
    cublasOperation_t left = CUBLAS_OP_N, right = CUBLAS_OP_N;
    try_blas(cublasLtMatmulDescCreate(&gemm->operation, compute, CUDA_R_32F));
    switch (size->pass) {
    case PASS_FORWARD:
        left = CUBLAS_OP_T;
        gemm->left = layout(in, size->inputs, size->outputs, size->batch);
        gemm->right = layout(in, size->inputs, size->rows, size->batch);
        gemm->result = layout(out, size->outputs, size->rows, size->batch);
        break;
    case PASS_INPUT_GRADIENT:
        gemm->left = layout(in, size->inputs, size->outputs, size->batch);
        gemm->right = layout(in, size->outputs, size->rows, size->batch);
        gemm->result = layout(out, size->inputs, size->rows, size->batch);
        break;
    default:
        right = CUBLAS_OP_T;
        gemm->left = layout(in, size->inputs, size->rows, size->batch);
        gemm->right = layout(in, size->outputs, size->rows, size->batch);
        gemm->result = layout(out, size->inputs, size->outputs, size->batch);
    }
    try_blas(cublasLtMatmulDescSetAttribute(gemm->operation, CUBLASLT_MATMUL_DESC_TRANSA, &left,
                                            sizeof left));
    try_blas(cublasLtMatmulDescSetAttribute(gemm->operation, CUBLASLT_MATMUL_DESC_TRANSB, &right,
                                            sizeof right));
}

const struct gemm *gemm_find(struct lab *lab, const struct gemm_size *size)
{
    struct gemm_library *library = lab->gemm;
    for (struct gemm *at = library->first; at; at = at->next) {
        if (gemm_size_equal(&at->size, size))
            return at;
    }
    struct gemm *made = mem_zeroed(1, sizeof *made);
    made->size = *size;
    made->handle = library->handle;
    describe(made);
    if (!gemm_tune(lab, made)) {
        gemm_free(made);
        return NULL;
    }
    made->next = library->first;
    return library->first = made;
}

size_t gemm_workspace_bytes(const struct gemm *gemm)
{
    return gemm->workspace_bytes;
}

void gemm_run(const struct gemm *gemm, const void *a, const void *b, void *result, void *workspace,
              cudaStream_t stream)
{
    const float one = 1, zero = 0;
    try_blas(cublasLtMatmul(gemm->handle, gemm->operation, &one, b, gemm->left, a, gemm->right,
                            &zero, result, gemm->result, result, gemm->result, &gemm->algorithm,
                            workspace, gemm->workspace_bytes, stream));
}
