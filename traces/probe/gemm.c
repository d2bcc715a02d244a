#include "gemm.h"

#include <cublasLt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base.h"
#include "kernels.h"
#include "lab.h"

#define CANDIDATES_MAX 8
#define WORKSPACE_MAX                                                                              \
    (64u << 20) /* 32 MiB is what NVIDIA suggests for Hopper; twice that at most */
#define TUNING_RUNS 5

struct gemm {
    struct gemm *next;
    struct gemm_size size;
    cublasLtHandle_t handle;
    cublasLtMatmulDesc_t operation;
    cublasLtMatrixLayout_t left, right, result; /* in the library's column-major sense */
    cublasLtMatmulAlgo_t algorithm;
    size_t workspace_bytes;
};

struct gemm_library {
    cublasLtHandle_t handle;
    struct gemm *first;
};

#define try_blas(call) check_blas((call), #call, __LINE__)
static void check_blas(cublasStatus_t status, const char *call, int line)
{
    if (status != CUBLAS_STATUS_SUCCESS)
        die(EXIT_BUG, "%s:%d: %s: %s", __FILE__, line, call, cublasLtGetStatusString(status));
}

struct gemm_library *gemm_open(void)
{
    struct gemm_library *library = need_memory(1, sizeof *library);
    try_blas(cublasLtCreate(&library->handle));
    return library;
}

static void gemm_free(struct gemm *gemm)
{
    cublasLtMatrixLayoutDestroy(gemm->left);
    cublasLtMatrixLayoutDestroy(gemm->right);
    cublasLtMatrixLayoutDestroy(gemm->result);
    cublasLtMatmulDescDestroy(gemm->operation);
    free(gemm);
}

void gemm_close(struct gemm_library *library)
{
    if (!library) return;
    while (library->first) {
        struct gemm *gone = library->first;
        library->first = gone->next;
        gemm_free(gone);
    }
    cublasLtDestroy(library->handle);
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

static int propose(struct gemm *gemm, cublasLtMatmulHeuristicResult_t found[CANDIDATES_MAX])
{
    cublasLtMatmulPreference_t wish;
    try_blas(cublasLtMatmulPreferenceCreate(&wish));
    size_t most = WORKSPACE_MAX;
    try_blas(cublasLtMatmulPreferenceSetAttribute(wish, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES,
                                                  &most, sizeof most));
    int count = 0;
    cublasStatus_t status = cublasLtMatmulAlgoGetHeuristic(
        gemm->handle, gemm->operation, gemm->left, gemm->right, gemm->result, gemm->result, wish,
        CANDIDATES_MAX, found, &count);
    cublasLtMatmulPreferenceDestroy(wish);
    return status == CUBLAS_STATUS_SUCCESS ? count : 0;
}

/* Random operands; their counts follow from the pass. */
struct operands {
    void *a, *b, *result, *workspace;
};

static bool take_operands(struct lab *lab, const struct gemm_size *size, struct operands *ret)
{
    size_t x = size->rows * size->inputs * size->batch,
           y = size->rows * size->outputs * size->batch;
    size_t w = size->inputs * size->outputs * size->batch;
    size_t a = size->pass == PASS_FORWARD ? x : y, b = size->pass == PASS_WEIGHT_GRADIENT ? x : w;
    size_t result = size->pass == PASS_FORWARD ? y : size->pass == PASS_INPUT_GRADIENT ? x : w;
    size_t bytes = dtype_size(size->dtype);
    ret->a = lab_take(lab, a * bytes);
    ret->b = lab_take(lab, b * bytes);
    ret->result = lab_take(lab, result * sizeof(float));
    ret->workspace = lab_take(lab, WORKSPACE_MAX);
    if (!ret->a || !ret->b || !ret->result || !ret->workspace) return false;
    fill_random(size->dtype, ret->a, a, 1, lab->seed++, lab->stream);
    fill_random(size->dtype, ret->b, b, 1, lab->seed++, lab->stream);
    return true;
}

/* Median time of one proposal, or infinity when it does not run. */
static double time_candidate(struct lab *lab, struct gemm *gemm, const struct operands *at,
                             cudaEvent_t events[TUNING_RUNS + 1])
{
    double time_s[TUNING_RUNS];
    const float one = 1, zero = 0;
    for (int i = -1; i < TUNING_RUNS; i++) {
        /* Read by the weight gradient as in gemm_run: left is b, right is a. */
        cublasStatus_t status =
            cublasLtMatmul(gemm->handle, gemm->operation, &one, at->b, gemm->left, at->a,
                           gemm->right, &zero, at->result, gemm->result, at->result, gemm->result,
                           &gemm->algorithm, at->workspace, WORKSPACE_MAX, lab->stream);
        if (status != CUBLAS_STATUS_SUCCESS) return INFINITY;
        try_cuda(cudaEventRecord(events[i + 1], lab->stream));
    }
    try_cuda(cudaEventSynchronize(events[TUNING_RUNS]));
    for (int i = 0; i < TUNING_RUNS; i++) {
        float ms;
        try_cuda(cudaEventElapsedTime(&ms, events[i], events[i + 1]));
        time_s[i] = 1e-3 * (double)ms;
    }
    return quantile(time_s, TUNING_RUNS, 0.5);
}

static bool tune(struct lab *lab, struct gemm *gemm)
{
    cublasLtMatmulHeuristicResult_t found[CANDIDATES_MAX];
    int count = propose(gemm, found);
    size_t mark = lab_mark(lab);
    struct operands at;
    if (count == 0 || !take_operands(lab, &gemm->size, &at)) {
        lab_release(lab, mark);
        return false;
    }
    cudaEvent_t events[TUNING_RUNS + 1];
    for (int i = 0; i <= TUNING_RUNS; i++)
        try_cuda(cudaEventCreate(&events[i]));
    double best_s = INFINITY;
    int best = -1;
    for (int i = 0; i < count; i++) {
        gemm->algorithm = found[i].algo;
        double time_s = time_candidate(lab, gemm, &at, events);
        if (time_s < best_s) {
            best_s = time_s;
            best = i;
        }
    }
    for (int i = 0; i <= TUNING_RUNS; i++)
        try_cuda(cudaEventDestroy(events[i]));
    try_cuda(cudaStreamSynchronize(lab->stream));
    lab_release(lab, mark);
    if (best < 0) return false;
    gemm->algorithm = found[best].algo;
    gemm->workspace_bytes = found[best].workspaceSize;
    return true;
}

static bool same_size(const struct gemm_size *a, const struct gemm_size *b)
{
    return a->pass == b->pass && a->rows == b->rows && a->inputs == b->inputs &&
           a->outputs == b->outputs && a->batch == b->batch && a->dtype == b->dtype &&
           a->fp32_result == b->fp32_result;
}

const struct gemm *gemm_find(struct lab *lab, const struct gemm_size *size)
{
    struct gemm_library *library = lab->gemm;
    for (struct gemm *at = library->first; at; at = at->next) {
        if (same_size(&at->size, size)) return at;
    }
    struct gemm *made = need_memory(1, sizeof *made);
    made->size = *size;
    made->handle = library->handle;
    describe(made);
    if (!tune(lab, made)) {
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
