/* What is left of encode and decode where an All-to-All's own kernels pack rows and sum them up. */
#include <math.h>
#include "sim/cost/cost.h"
#include "tests/model/case.h"

static const struct result *play(const char *const *schedules, size_t count, const char *algorithm,
                                 size_t *ret_count)
{
    char set[64];
    const char *const sets[] = {"/model/experts=16", "/model/tokens_per_gpu=128", set};
    snprintf(set, sizeof set, "/topology/all_to_all/algorithm=%s", algorithm);
    struct study_request request = {.model = "gpt3-moe-xl",
                                    .topology = "nodes=2,gpu=h100-sxm,gpus=8,nic=8x400G",
                                    .schedules = schedules,
                                    .schedule_count = count,
                                    .baseline = schedules[0],
                                    .sets = sets,
                                    .set_count = 3};
    return study_results(must_play(&request), ret_count);
}

/* One sum of 128 rows of 2048 in fp16, as the fit of the H100 has it. */
static double sum_s(void)
{
    struct diag diag = {0};
    struct gpu *gpu = NULL;
    struct operator_shape shape = {.tokens = 128, .hidden = 2048};
    if (gpu_load("h100-sxm", &diag, &gpu) < 0)
        return NAN;
    double time_s = roofline_time_s(gpu, OPERATOR_RESIDUAL, PASS_FORWARD, &shape, DTYPE_FP16);
    gpu_free(gpu);
    return time_s;
}

/* Times are of one pair; spans end at SimGrid's clock's last bit. */
static void packed(const void *argument)
{
    (void)argument;
    static const char *const schedules[] = {"top2", "shared"};
    size_t count;
    const struct result *results = play(schedules, 2, "low-latency", &count);
    for (size_t i = 0; i < count; i++)
        gsl_test_abs(results[i].operator_time_s[OPERATOR_ENCODE], 0, 0, "%s: encode",
                     results[i].schedule);
    gsl_test_abs(results[0].operator_time_s[OPERATOR_DECODE], sum_s(), 1e-11,
                 "top2: the residual is added");
    gsl_test_abs(results[1].operator_time_s[OPERATOR_DECODE], 2 * sum_s(), 1e-11,
                 "shared: and the shared expert's rows");
}

static void apart(const void *argument)
{
    (void)argument;
    static const char *const schedules[] = {"top2"};
    size_t count;
    const struct result *results = play(schedules, 1, "pairwise", &count);
    gsl_test(!(results[0].operator_time_s[OPERATOR_ENCODE] > 1e-6), "pairwise: encode packs");
    gsl_test(!(results[0].operator_time_s[OPERATOR_DECODE] > 2 * sum_s()), "pairwise: decode sums");
}

int main(void)
{
    in_child(packed, NULL, "kernels that pack");
    in_child(apart, NULL, "kernels that do not");
    return gsl_test_summary();
}
