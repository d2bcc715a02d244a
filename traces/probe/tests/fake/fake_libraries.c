/* cuBLASLt's calls that gemm.c makes, in the library's own column-major sense and fp32; and
 * attention by the reference. */
#include <cublasLt.h>
#include <stdlib.h>
#include <string.h>
#include "attention.h"
#include "base.h"
#include "fake.h"
#include "reference.h"
#include "sim/base/mem.h"

struct fake_layout {
    uint64_t rows, columns;
    int64_t leading, stride;
    int32_t batch;
};

struct fake_operation {
    cublasOperation_t left, right;
};

cublasStatus_t cublasLtCreate(cublasLtHandle_t *handle)
{
    *handle = malloc(1);
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtDestroy(cublasLtHandle_t handle)
{
    free(handle);
    return CUBLAS_STATUS_SUCCESS;
}

size_t cublasLtGetVersion(void)
{
    return 130000;
}
const char *cublasLtGetStatusString(cublasStatus_t status)
{
    return status ? "wrong" : "fine";
}

cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t *layout, cudaDataType type,
                                          uint64_t rows, uint64_t columns, int64_t leading)
{
    (void)type;
    struct fake_layout *made = calloc(1, sizeof *made);
    *made = (struct fake_layout){rows, columns, leading, 0, 1};
    *layout = (void *)made;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatrixLayoutDestroy(const cublasLtMatrixLayout_t layout)
{
    free((void *)layout);
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatrixLayoutSetAttribute(cublasLtMatrixLayout_t layout,
                                                cublasLtMatrixLayoutAttribute_t attribute,
                                                const void *value, size_t bytes)
{
    struct fake_layout *to = (void *)layout;
    if (attribute == CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT)
        memcpy(&to->batch, value, bytes);
    else if (attribute == CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET)
        memcpy(&to->stride, value, bytes);
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t *operation,
                                        cublasComputeType_t compute, cudaDataType_t scale)
{
    (void)compute, (void)scale;
    *operation = calloc(1, sizeof(struct fake_operation));
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulDescDestroy(const cublasLtMatmulDesc_t operation)
{
    free((void *)operation);
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t operation,
                                              cublasLtMatmulDescAttributes_t attribute,
                                              const void *value, size_t bytes)
{
    struct fake_operation *to = (void *)operation;
    memcpy(attribute == CUBLASLT_MATMUL_DESC_TRANSA ? &to->left : &to->right, value, bytes);
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t *wish)
{
    *wish = malloc(1);
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulPreferenceDestroy(const cublasLtMatmulPreference_t wish)
{
    free((void *)wish);
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t wish,
                                                    cublasLtMatmulPreferenceAttributes_t attribute,
                                                    const void *value, size_t bytes)
{
    (void)wish, (void)attribute, (void)value, (void)bytes;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t handle,
                                              cublasLtMatmulDesc_t operation,
                                              cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b,
                                              cublasLtMatrixLayout_t c, cublasLtMatrixLayout_t d,
                                              cublasLtMatmulPreference_t wish, int most,
                                              cublasLtMatmulHeuristicResult_t found[], int *count)
{
    (void)handle, (void)operation, (void)a, (void)b, (void)c, (void)d, (void)wish;
    *count = most < 2 ? most : 2;
    memset(found, 0, (size_t)*count * sizeof *found);
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulAlgoCheck(cublasLtHandle_t handle, cublasLtMatmulDesc_t operation,
                                       cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b,
                                       cublasLtMatrixLayout_t c, cublasLtMatrixLayout_t d,
                                       const cublasLtMatmulAlgo_t *algorithm,
                                       cublasLtMatmulHeuristicResult_t *result)
{
    (void)handle, (void)operation, (void)a, (void)b, (void)c, (void)d, (void)algorithm;
    *result = (cublasLtMatmulHeuristicResult_t){.workspaceSize = 0};
    return CUBLAS_STATUS_SUCCESS;
}

/* Distances between neighbours of op(matrix), after checking that op(matrix) has this size. */
struct steps {
    uint64_t row, column;
};

static struct steps steps_of(const struct fake_layout *layout, cublasOperation_t how, uint64_t rows,
                             uint64_t columns)
{
    bool transposed = how == CUBLAS_OP_T;
    if ((transposed ? layout->columns : layout->rows) != rows ||
        (transposed ? layout->rows : layout->columns) != columns)
        die(EXIT_BUG, "a product's matrices do not fit together");
    uint64_t leading = (uint64_t)layout->leading;
    return (struct steps){transposed ? leading : 1, transposed ? 1 : leading};
}

/* Of every element of x in turn, all that it adds to: sums of neighbours run at the same time. */
static void multiply(const float *x, struct steps x_step, const float *y, struct steps y_step,
                     uint64_t inner, float *to, const struct fake_layout *result)
{
    uint64_t rows = result->rows;
    double *left = mem_zeroed(inner * rows, sizeof *left), *sum = mem_zeroed(rows, sizeof *sum);
    for (uint64_t k = 0; k < inner; k++)
        for (uint64_t i = 0; i < rows; i++)
            left[k * rows + i] = (double)x[i * x_step.row + k * x_step.column];
    for (uint64_t j = 0; j < result->columns; j++) {
        memset(sum, 0, rows * sizeof *sum);
        for (uint64_t k = 0; k < inner; k++) {
            double factor = (double)y[k * y_step.row + j * y_step.column];
            for (uint64_t i = 0; i < rows; i++)
                sum[i] += left[k * rows + i] * factor;
        }
        for (uint64_t i = 0; i < rows; i++)
            to[i + j * (uint64_t)result->leading] = (float)sum[i];
    }
    free(left);
    free(sum);
}

cublasStatus_t cublasLtMatmul(cublasLtHandle_t handle, cublasLtMatmulDesc_t operation,
                              const void *alpha, const void *a, cublasLtMatrixLayout_t a_layout,
                              const void *b, cublasLtMatrixLayout_t b_layout, const void *beta,
                              const void *c, cublasLtMatrixLayout_t c_layout, void *d,
                              cublasLtMatrixLayout_t d_layout,
                              const cublasLtMatmulAlgo_t *algorithm, void *workspace, size_t bytes,
                              cudaStream_t stream)
{
    (void)handle, (void)alpha, (void)beta, (void)c, (void)c_layout, (void)algorithm,
        (void)workspace;
    (void)stream;
    const struct fake_operation *how = (const void *)operation;
    const struct fake_layout *left = (const void *)a_layout, *right = (const void *)b_layout;
    const struct fake_layout *result = (const void *)d_layout;
    uint64_t inner = how->left == CUBLAS_OP_T ? left->rows : left->columns;
    bool compute =
        fake_command() && bytes == 0; /* with a workspace it is tuning: nobody reads it */
    struct steps x_step = steps_of(left, how->left, result->rows, inner);
    struct steps y_step = steps_of(right, how->right, inner, result->columns);
    for (int32_t batch = 0; compute && batch < result->batch; batch++)
        multiply((const float *)a + batch * left->stride, x_step,
                 (const float *)b + batch * right->stride, y_step, inner,
                 (float *)d + batch * result->stride, result);
    return CUBLAS_STATUS_SUCCESS;
}

struct attention {
    struct attention_size size;
    bool backward;
};

static _Thread_local struct attention planned[256];
static _Thread_local size_t planned_count;

const char *attention_library_name(void)
{
    return "a stand-in";
}
struct attention_library *attention_open(void)
{
    return NULL;
}
void attention_close(struct attention_library *library)
{
    (void)library;
}

const struct attention *attention_find(struct attention_library *library,
                                       const struct attention_size *size, bool backward,
                                       struct diag *why)
{
    (void)library, (void)why;
    struct attention *made = &planned[planned_count++ % 256];
    *made = (struct attention){*size, backward};
    return made;
}

size_t attention_workspace_bytes(const struct attention *attention)
{
    return attention->backward ? 1024 : 512;
}

static double *widen(const void *from, size_t count)
{
    double *to = mem_zeroed(count, sizeof *to);
    for (size_t i = 0; i < count; i++)
        to[i] = (double)((const float *)from)[i];
    return to;
}

static void narrow(double *from, void *to, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ((float *)to)[i] = (float)from[i];
    free(from);
}

void attention_run(struct attention_library *library, const struct attention *attention,
                   const struct attention_buffers *at, void *stream)
{
    (void)library, (void)stream;
    const struct attention_size *size = &attention->size;
    struct ref_attention ref = {size->batch,    size->length,   size->heads,
                                size->kv_heads, size->head_dim, size->causal};
    size_t rows = size->batch * size->length, width = size->heads * size->head_dim;
    size_t packed = (size->heads + 2 * size->kv_heads) * size->head_dim;
    if (!fake_command())
        return;
    double *qkv = widen(at->qkv, rows * packed);
    if (attention->backward) {
        double *slope = widen(at->out_gradient, rows * width);
        double *result = mem_zeroed(rows * packed, sizeof *result);
        ref_attention_gradient(&ref, qkv, slope, result);
        narrow(result, at->qkv_gradient, rows * packed);
        free(slope);
    } else {
        double *result = mem_zeroed(rows * width, sizeof *result);
        ref_attention(&ref, qkv, result);
        narrow(result, at->out, rows * width);
        memset(at->log_sum_exp, 0, size->batch * size->heads * size->length * sizeof(float));
    }
    free(qkv);
}
