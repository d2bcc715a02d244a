/* Attention by cuDNN's backend API: the softmax(Q K^T) V graph that its fused engines recognise.
 *
 * The shape of the graphs (which intermediate is declared how, the masks' comparison, the
 * gradient's fp32 accumulator) follows NVIDIA's documentation of the attention engines and the
 * operation lists of its open front end for library versions below 9.21, where masks and softmax
 * are still written out operation by operation. */
#include "attention.h"

#include <cuda_runtime_api.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "attention_cudnn.h"
#include "base.h"
#include "sim/base/mem.h"

#define ATTENTION_TENSORS 16

struct attention {
    struct attention *next;
    struct attention_size size;
    bool backward;
    struct graph_plan plan;
    struct attention_tensors tensors;
};

struct attention_library {
    cudnnHandle_t handle;
    struct attention *first;
};

const char *attention_library_name(void)
{
    static char name[32];
    size_t version = cudnnGetVersion();
    snprintf(name, sizeof name, "cuDNN %zu.%zu.%zu", version / 10000, version / 100 % 100,
             version % 100);
    return name;
}

struct attention_library *attention_open(void)
{
    cudnnHandle_t handle;
    cudnnStatus_t status = cudnnCreate(&handle);
    if (status != CUDNN_STATUS_SUCCESS) {
        note("cuDNN does not start (%s): attention is left out", cudnnGetErrorString(status));
        return NULL;
    }
    struct attention_library *library = mem_zeroed(1, sizeof *library);
    library->handle = handle;
    return library;
}

void attention_close(struct attention_library *library)
{
    if (!library)
        return;
    while (library->first) {
        struct attention *gone = library->first;
        library->first = gone->next;
        graph_drop(gone->plan.plan);
        free(gone);
    }
    cudnnStatus_t status = cudnnDestroy(library->handle);
    if (status != CUDNN_STATUS_SUCCESS)
        die(EXIT_BUG, "cuDNN does not end: %s", cudnnGetErrorString(status));
    free(library);
}

static bool same_size(const struct attention_size *a, const struct attention_size *b)
{
    return a->batch == b->batch && a->length == b->length && a->heads == b->heads &&
           a->kv_heads == b->kv_heads && a->head_dim == b->head_dim && a->causal == b->causal &&
           a->dtype == b->dtype;
}

const struct attention *attention_find(struct attention_library *library,
                                       const struct attention_size *size, bool backward,
                                       struct diag *why)
{
    if (!library) {
        diag_say(why, "cuDNN did not start");
        return NULL;
    }
    for (struct attention *at = library->first; at; at = at->next) {
        if (at->backward == backward && same_size(&at->size, size))
            return at;
    }
    struct attention *made = mem_zeroed(1, sizeof *made);
    made->size = *size;
    made->backward = backward;
    if (attention_plan(size, backward, library->handle, NULL, &made->plan, &made->tensors, why) <
        0) {
        free(made);
        return NULL;
    }
    made->next = library->first;
    return library->first = made;
}

static size_t align(size_t bytes)
{
    return (bytes + 255) / 256 * 256;
}

/* The row sums of out * out_gradient, and the fp32 accumulator of the query gradient. */
static size_t row_sum_bytes(const struct attention_size *size)
{
    return align(size->batch * size->heads * size->length * sizeof(float));
}

static size_t accumulator_bytes(const struct attention_size *size)
{
    return align(size->batch * size->heads * size->length * size->head_dim * sizeof(float));
}

size_t attention_workspace_bytes(const struct attention *attention)
{
    size_t bytes = align((size_t)attention->plan.workspace_bytes);
    if (attention->backward)
        bytes += row_sum_bytes(&attention->size) + accumulator_bytes(&attention->size);
    return bytes;
}

struct pack {
    int64_t ids[ATTENTION_TENSORS];
    void *pointers[ATTENTION_TENSORS];
    int count;
};

static void put(struct pack *pack, int tensor, void *pointer)
{
    if (tensor < 0)
        return;
    pack->ids[pack->count] = tensor;
    pack->pointers[pack->count++] = pointer;
}

void attention_run(struct attention_library *library, const struct attention *attention,
                   const struct attention_buffers *at, void *stream)
{
    const struct attention_size *size = &attention->size;
    const struct attention_tensors *tensors = &attention->tensors;
    size_t row = size->head_dim * (size_t)dtype_bytes(size->dtype);
    size_t to_keys = size->heads * row, to_values = (size->heads + size->kv_heads) * row;
    char *qkv = at->qkv, *gradient = at->qkv_gradient, *workspace = at->workspace;
    float scale = 1.0f / sqrtf((float)size->head_dim), masked = -INFINITY, one = 1;

    struct pack pack = {.count = 0};
    put(&pack, tensors->query, qkv);
    put(&pack, tensors->key, qkv + to_keys);
    put(&pack, tensors->value, qkv + to_values);
    put(&pack, tensors->out, at->out);
    put(&pack, tensors->log_sum_exp, at->log_sum_exp);
    put(&pack, tensors->scale, &scale);
    put(&pack, tensors->masked, &masked);
    put(&pack, tensors->one, &one);
    if (attention->backward) {
        put(&pack, tensors->out_gradient, at->out_gradient);
        put(&pack, tensors->query_gradient, gradient);
        put(&pack, tensors->key_gradient, gradient + to_keys);
        put(&pack, tensors->value_gradient, gradient + to_values);
        put(&pack, tensors->row_sum, workspace);
        workspace += row_sum_bytes(size);
        put(&pack, tensors->accumulator, workspace);
        workspace += accumulator_bytes(size);
    }
    cudnnStatus_t status = cudnnSetStream(library->handle, stream);
    if (status == CUDNN_STATUS_SUCCESS)
        status = graph_run(library->handle, &attention->plan, pack.ids, pack.pointers, pack.count,
                           workspace);
    if (status != CUDNN_STATUS_SUCCESS) {
        char last[256] = "";
        cudnnGetLastErrorString(last, sizeof last);
        die(EXIT_BUG, "cuDNN: attention does not run: %s %s", cudnnGetErrorString(status), last);
    }
}
