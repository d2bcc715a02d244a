/* GPU files: what is read, what is refused and how, and the shipped ones. */
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_test.h>

#include "sim/base/file.h"
#include "sim/base/mem.h"
#include "sim/model/gpu.h"

static const char good[] =
    "{\"schema\": \"scmoesim/gpu/1\", \"name\": \"g\", \"summary\": \"s\", \"source\": \"test\",\n"
    " \"sm_count\": 10, \"memory_bytes\": 1e9, \"memory_bandwidth_bytes_per_s\": 1e12,\n"
    " \"peak_flop_per_s\": {\"fp16\": 1e14, \"fp32\": 1e13}, \"kernel_launch_s\": 0,\n"
    " \"kernel_launch_source\": \"test\", \"efficiency\": {\n"
    "  \"gemm\": {\"compute_ratio\": 0.5, \"memory_ratio\": 1},\n"
    "  \"grouped_gemm\": {\"compute_ratio\": 0.4, \"memory_ratio\": 0.9},\n"
    "  \"attention\": {\"compute_ratio\": 0.3, \"memory_ratio\": 0.8},\n"
    "  \"elementwise\": {\"compute_ratio\": 0.2, \"memory_ratio\": 0.7},\n"
    "  \"permute\": {\"compute_ratio\": 0.1, \"memory_ratio\": 0.6}},\n"
    " \"efficiency_source\": \"test\"}\n";

static int read_text(const char *text, struct diag *diag, struct gpu **ret)
{
    struct json *doc = NULL;
    int r = json_parse("g.json", text, strlen(text), diag, &doc);

    if (r >= 0)
        r = gpu_read(doc, diag, ret);
    json_free(doc);
    return r;
}

static void values(void)
{
    struct diag diag = {0};
    struct gpu *gpu = NULL;

    gsl_test_int(read_text(good, &diag, &gpu), 0, "accepted");
    gsl_test_int((int)gpu->sm_count, 10, "sm_count");
    gsl_test_abs(gpu->memory_bytes, 1e9, 0, "memory");
    gsl_test_abs(gpu->memory_bandwidth_bytes_per_s, 1e12, 0, "bandwidth");
    gsl_test_abs(gpu->peak_flop_per_s[DTYPE_FP16], 1e14, 0, "fp16");
    gsl_test_abs(gpu->peak_flop_per_s[DTYPE_FP32], 1e13, 0, "fp32");
    gsl_test_abs(gpu->peak_flop_per_s[DTYPE_FP8], 0, 0, "no fp8");
    gsl_test_abs(gpu->kernel_launch_s, 0, 0, "a launch may cost nothing");
    gsl_test_abs(gpu->efficiency[KERNEL_GEMM].compute_ratio, 0.5, 0, "gemm");
    gsl_test_abs(gpu->efficiency[KERNEL_PERMUTE].memory_ratio, 0.6, 0, "permute");
    gsl_test_str(gpu->efficiency_source, "test", "source");
    gsl_test_abs(gpu->context_bytes, 0, 0, "nothing is known to be held");
    gpu_free(gpu);
    gpu_free(NULL);
    diag_done(&diag);
}

static const struct {
    const char *from, *to, *want;
} refused[] = {
    {"\"sm_count\": 10", "\"sm_count\": 10, \"context_bytes\": 2e9",
     "g.json: /context_bytes: expected a number from 0 to 1e+09, got 2e+09"},
    {"scmoesim/gpu/1", "scmoesim/gpu/2",
     "g.json: /schema: expected \"scmoesim/gpu/1\", got \"scmoesim/gpu/2\"; did you mean "
     "\"scmoesim/gpu/1\"?"},
    {"\"sm_count\": 10", "\"sm_count\": 0",
     "g.json: /sm_count: expected a whole number from 1 to 65536, got 0"},
    {"\"memory_bytes\": 1e9", "\"memory_bytes\": -1",
     "g.json: /memory_bytes: expected a number > 0, got -1"},
    {"\"memory_bandwidth_bytes_per_s\": 1e12", "\"memory_bandwidth_bytes_per_s\": \"1 TB/s\"",
     "g.json: /memory_bandwidth_bytes_per_s: expected a number from 1 to 1e+30, got a string"},
    {"\"fp16\": 1e14", "\"fp16\": 0",
     "g.json: /peak_flop_per_s/fp16: expected a number from 1 to 1e+30, got 0"},
    {"\"fp16\": 1e14", "\"fp17\": 1e14",
     "g.json: /peak_flop_per_s: unknown member \"fp17\"; did you mean \"fp16\"?"},
    {"\"fp16\": 1e14, \"fp32\": 1e13", "",
     "g.json: /peak_flop_per_s: expected a rate for at least one of fp32, tf32, fp16, bf16, fp8"},
    {"\"kernel_launch_s\": 0", "\"kernel_launch_s\": -1e-6",
     "g.json: /kernel_launch_s: expected a number from 0 to 10, got -1e-06"},
    {"\"kernel_launch_source\": \"test\",", "",
     "g.json: /: missing member \"kernel_launch_source\""},
    {"\"efficiency\": {",
     "\"graph_launch_s\": 0, \"graph_launch_source\": \"t\", \"efficiency\": {",
     "g.json: /graph_launch_s: expected a number > 0, got 0"},
    {"\"efficiency\": {", "\"graph_launch_s\": 5e-6, \"efficiency\": {",
     "g.json: /: missing member \"graph_launch_source\""},
    {"\"compute_ratio\": 0.5", "\"compute_ratio\": 0",
     "g.json: /efficiency/gemm/compute_ratio: expected a number > 0, got 0"},
    {"\"memory_ratio\": 0.6", "\"memory_ratio\": 1.5",
     "g.json: /efficiency/permute/memory_ratio: expected a number > 0 and <= 1, got 1.5"},
    {"\"attention\": {\"compute_ratio\": 0.3, \"memory_ratio\": 0.8},", "",
     "g.json: /efficiency: missing member \"attention\""},
    {"\"gemm\": {", "\"gem\": {}, \"gemm\": {",
     "g.json: /efficiency: unknown member \"gem\"; did you mean \"gemm\"?"},
    {"\"sm_count\": 10", "\"sm_count\": 10, \"nvlink\": true",
     "g.json: /: unknown member \"nvlink\""},
};

static void complaints(void)
{
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        const char *at = strstr(good, refused[i].from), *want = refused[i].want;
        char *text = mem_format("%.*s%s%s", (int)(at - good), good, refused[i].to,
                                at + strlen(refused[i].from));
        struct diag diag = {0};
        struct gpu *gpu = NULL;

        gsl_test(read_text(text, &diag, &gpu) >= 0, "refused: %s", want);
        gsl_test_int((int)diag.count, 1, "one message: %s", want);
        gsl_test_str(diag.count ? diag.messages[0] : "", want, "message");
        diag_done(&diag);
        free(text);
    }
}

/* From Ampere on, tensor cores are as fast in bf16 as in fp16 and half as fast in tf32; a wrong
 * digit in a file breaks one of these. */
static void shipped(void)
{
    char **names = data_names("models/gpu");
    size_t count = 0;

    for (; names[count]; count++) {
        struct diag diag = {0};
        struct gpu *gpu = NULL;

        gsl_test_int(gpu_load(names[count], &diag, &gpu), 0, "%s: %s", names[count],
                     diag.count ? diag.messages[0] : "loads");
        diag_done(&diag);
        if (!gpu)
            continue;
        gsl_test_str(gpu->name, names[count], "a GPU is named like its file");
        gsl_test_abs(gpu->peak_flop_per_s[DTYPE_BF16], gpu->peak_flop_per_s[DTYPE_FP16], 0,
                     "%s: bf16 as fp16", names[count]);
        /* Datasheets round to two digits: 82 for half of 165. */
        gsl_test_rel(gpu->peak_flop_per_s[DTYPE_TF32], gpu->peak_flop_per_s[DTYPE_FP16] / 2, 0.01,
                     "%s: tf32 is half", names[count]);
        gpu_free(gpu);
    }
    gsl_test(count < 6, "six GPUs or more are found");
    names_free(names);
}

int main(void)
{
    values();
    complaints();
    shipped();
    return gsl_test_summary();
}
