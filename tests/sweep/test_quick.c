/* Quick plays against the engine's, over models, topologies, schedules and rates.
 *
 * SimGrid's clock stands between 1024 s and 2048 s and so ends every operator at a multiple of
 * 2^-42 s (sim/engine), and its work counts as done within 1e-9; results may differ by as much per
 * operator. */
#include <gsl/gsl_test.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "sim/base/mem.h"
#include "sim/report/columns.h"
#include "sim/study/study_private.h"

#define CLOCK_STEP_S (1.0 / 4398046511104.0) /* 2^-42 */
#define OPERATORS_MAX 200.0
#define WORK_RATIO 2e-9
#define RESULTS_MAX 16

/* What a child tells. */
struct told {
    size_t count;
    struct result results[RESULTS_MAX]; /* pointers are of no use */
};

static void tell(const struct study *study, struct told *ret)
{
    const struct result *results = study_results(study, &ret->count);
    for (size_t i = 0; i < ret->count && i < RESULTS_MAX; i++)
        ret->results[i] = results[i];
}

static bool play(const struct study_request *request, struct told *ret, bool *ret_used)
{
    struct diag diag = {0};
    struct study *study;
    struct playground *ground;
    if (study_load(request, &diag, &study) < 0 || playground_open(study, &diag, &ground) < 0 ||
        study_play(study, ground, &diag) < 0)
        return false;
    *ret_used = ground->lone_count > 0;
    tell(study, ret);
    study_free(study);
    playground_close(ground);
    return true;
}

static bool run(const struct study_request *request, struct told *ret)
{
    struct diag diag = {0};
    struct study *study;
    if (study_load(request, &diag, &study) < 0 || study_run(study, &diag) < 0) {
        diag_print(&diag, "test_quick", stderr);
        return false;
    }
    tell(study, ret);
    study_free(study);
    return true;
}

/* In a process of its own, as SimGrid has one platform per process. */
static bool apart(const struct study_request *request, bool quick, struct told *ret)
{
    int ends[2];
    if (pipe(ends) < 0)
        return false;
    pid_t pid = fork();
    if (pid == 0) {
        static struct told told;
        bool used = false;
        bool fine = quick ? play(request, &told, &used) : run(request, &told);
        const char *at = (const char *)&told;
        for (size_t sent = 0; fine && sent < sizeof told;) {
            ssize_t wrote = write(ends[1], at + sent, sizeof told - sent);
            fine = wrote > 0;
            sent += wrote > 0 ? (size_t)wrote : 0;
        }
        _exit(fine ? 0 : 1);
    }
    close(ends[1]);
    size_t got = 0;
    for (ssize_t more;
         got < sizeof *ret && (more = read(ends[0], (char *)ret + got, sizeof *ret - got)) > 0;)
        got += (size_t)more;
    close(ends[0]);
    int status;
    waitpid(pid, &status, 0);
    return got == sizeof *ret && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void compare(const struct result *quick, const struct result *full, const char *what)
{
    double room_s = OPERATORS_MAX * CLOCK_STEP_S + WORK_RATIO * full->pair_time_s;
    double room_ratio = room_s / full->pair_time_s * OPERATORS_MAX;
    for (const struct result_column *column = result_column_table; column->name; column++) {
        const void *a = result_member(quick, column), *b = result_member(full, column);
        if (column->cell == CELL_COUNT)
            gsl_test_int((int)*(const size_t *)a, (int)*(const size_t *)b, "%s: %s", what,
                         column->name);
        if (column->cell != CELL_NUMBER)
            continue;
        double got = *(const double *)a, want = *(const double *)b;
        bool time = strcmp(column->name + strlen(column->name) - 2, "_s") == 0;
        double room = time ? room_s * (1 + want / full->pair_time_s) : room_ratio * fmax(1, want);
        gsl_test(isnan(want) ? !isnan(got) : !(fabs(got - want) <= room), "%s: %s %.17g, not %.17g",
                 what, column->name, got, want);
    }
}

static void test_costs(const char *model, const char *topology, enum run_mode mode,
                       const char *const *sets, size_t set_count, const char *costs)
{
    static const char *const all[] = {"all"};
    static struct told quick, full;
    const char *const files[] = {costs, NULL};
    struct study_request request = {.model = model,
                                    .topology = topology,
                                    .schedules = all,
                                    .schedule_count = 1,
                                    .baseline = "top2",
                                    .mode = mode,
                                    .costs = costs ? files : NULL,
                                    .sets = sets,
                                    .set_count = set_count};
    char *what = mem_format("%s on %s, %s%s%s%s", model, topology, run_mode_names[mode],
                            set_count ? ", " : "", set_count ? sets[0] : "",
                            costs ? ", measured All-to-Alls" : "");
    bool played = apart(&request, true, &quick) && apart(&request, false, &full);
    gsl_test(!played, "%s: played", what);
    gsl_test_int((int)quick.count, (int)full.count, "%s: results", what);
    for (size_t i = 0; played && i < full.count; i++)
        compare(&quick.results[i], &full.results[i], what);
    free(what);
}

static void test_case(const char *model, const char *topology, enum run_mode mode,
                      const char *const *sets, size_t set_count)
{
    test_costs(model, topology, mode, sets, set_count, /* costs= */ NULL);
}

/* A measured All-to-All has its setup in it: the topology's must not come on top, in neither way.
 */
static void test_measured(void)
{
    static const char *const held[] = {"/topology/all_to_all/sm_share_ratio=0.2",
                                       "/topology/all_to_all/setup_s=1e-3"};
    char *costs = mem_format("%s/tests/data/exchanges.csv", getenv("SCMOESIM_DATA"));
    test_costs("gpt2-moe-small", "8xa800-nvlink", MODE_INFERENCE, held, 2, costs);
    free(costs);
}

/* The short way is taken where ranks stay in step. */
static void test_taken(void)
{
    static const char *const one[] = {"scmoe-pos2"};
    struct study_request request = {.model = "gpt2-moe-medium",
                                    .topology = "8xa30-pcie",
                                    .schedules = one,
                                    .schedule_count = 1,
                                    .baseline = "top2"};
    static struct told told;
    bool used = false;
    gsl_test(!play(&request, &told, &used), "played");
    gsl_test(!used, "All-to-Alls were played alone");
}

int main(void)
{
    static const char *const slow[] = {"/topology/link_types/pcie/bandwidth_bytes_per_s=3e9"};
    static const char *const held[] = {"/topology/all_to_all/sm_share_ratio=0.37"};
    static const char *const free_sms[] = {"/topology/all_to_all/sm_share_ratio=0",
                                           "/topology/all_to_all/setup_s=0"};
    static const char *const rounds[] = {"/topology/all_to_all/algorithm=pairwise-rounds"};
    static const char *const few[] = {"/model/tokens_per_gpu=130"};
    static const char *const experts[] = {"/model/experts=16"};
    static const char *const kernels[] = {"/topology/all_to_all/algorithm=low-latency",
                                          "/model/experts=16", "/model/tokens_per_gpu=96"};
    test_case("swinv2-moe-s", "8xa30-pcie", MODE_INFERENCE, NULL, 0);
    test_case("swinv2-moe-s", "8xa30-pcie", MODE_TRAINING, slow, 1);
    test_case("gpt2-moe-medium", "8xa800-nvlink", MODE_INFERENCE, held, 1);
    test_case("gpt2-moe-medium", "8xa800-nvlink", MODE_TRAINING, free_sms, 2);
    test_case("gpt2-moe-medium", "8xa30-pcie", MODE_INFERENCE, rounds, 1);
    test_case("gpt2-moe-medium", "2x8xa800-nvlink", MODE_INFERENCE, few, 1);
    test_case("gpt2-moe-small", "nodes=2,gpu=h100-sxm,gpus=8,nic=8x400G", MODE_TRAINING, experts,
              1);
    test_case("gpt3-moe-xl", "nodes=2,gpu=h100-sxm,gpus=8,nic=8x400G", MODE_INFERENCE, kernels, 3);
    test_case("llama2-moe", "gpu=a30,gpus=4,fabric=pcie", MODE_INFERENCE, NULL, 0);
    test_measured();
    test_taken();
    return gsl_test_summary();
}
