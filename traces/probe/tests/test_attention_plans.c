/* Whether cuDNN recognises our attention graphs and would run them on an H100, asked without a GPU:
 * the library plans for a described device. Compiled kernels cannot be loaded here, so a plan that
 * fails only at loading counts; a graph that no engine takes does not. Needs some libcuda.so.1, a
 * toolkit's stub will do; exits 77 where the library cannot plan at all. */
#include <stdlib.h>
#include "attention_cudnn.h"
#include "test.h"

/* As cudaGetDeviceProperties has it for an H100 SXM. */
static const char h100[] =
    "{ \"maxGridSize\": [2147483647, 65535, 65535], \"maxBlockSize\": [1024, 1024, 64],"
    "  \"regsPerBlock\": 65536, \"multiProcessorCount\": 132, \"warpSize\": 32,"
    "  \"maxSharedMemoryPerBlock\": 49152, \"maxSharedMemoryPerBlockOptin\": 232448,"
    "  \"reservedSharedMemoryPerBlock\": 1024, \"maxRegistersPerSM\": 65536, \"maxCtasPerSM\": 32,"
    "  \"maxThreadsPerBlock\": 1024, \"maxThreadsPerSM\": 2048, \"pciDeviceId\": 0, "
    "\"isTccDriver\": 0,"
    "  \"supportCoopLaunch\": 1, \"smClockRateKHz\": 1980000, \"memClockRateKHz\": 2619000,"
    "  \"l2CacheSize\": 52428800, \"deviceName\": \"NVIDIA H100 80GB HBM3\", \"deviceVer\": 900,"
    "  \"driverVer\": 13000, \"cudaDeviceId\": 0, \"totalGlobalMem\": 85000000000 }";

static const struct attention_size sizes[] = {
    {4, 2048, 16, 16, 64, true, DTYPE_BF16},  {4, 2048, 16, 16, 64, false, DTYPE_FP16},
    {2, 4096, 32, 8, 128, true, DTYPE_BF16},  {128, 144, 12, 12, 32, false, DTYPE_FP16},
    {512, 36, 24, 24, 32, false, DTYPE_FP16}, {64, 49, 3, 3, 32, false, DTYPE_BF16},
    {2, 130, 2, 1, 128, true, DTYPE_BF16},    {1, 96, 3, 3, 32, false, DTYPE_FP16},
};

int main(void)
{
    cudnnBackendDescriptor_t device;
    if (cudnnBackendCreateDescriptor(CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR, &device) ||
        cudnnBackendSetAttribute(device, CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION, CUDNN_TYPE_CHAR,
                                 sizeof h100, (void *)h100) ||
        cudnnBackendFinalize(device)) {
        fputs("cuDNN cannot plan for a described device\n", stderr);
        return 77;
    }
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (int backward = 0; backward < 2; backward++) {
            struct graph_plan plan;
            struct attention_tensors tensors;
            struct diag why = {0};
            int r = attention_plan(&sizes[i], backward, NULL, device, &plan, &tensors, &why);
            const char *text = why.count ? why.messages[0] : "planned";
            printf("%zu x %zu, %zu/%zu heads of %zu%s: %s: %s\n", sizes[i].batch, sizes[i].length,
                   sizes[i].heads, sizes[i].kv_heads, sizes[i].head_dim,
                   sizes[i].causal ? " causal" : "", backward ? "backward" : "forward", text);
            expect(r == 0 || (strstr(text, "ways to run") && !strstr(text, "none of 0")));
            diag_done(&why);
        }
    }
    return failures != 0;
}
