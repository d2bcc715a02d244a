/* Chooses a product's algorithm: every proposal of the library is tried briefly; the fastest and
 * the library's own first then run alone, each until the clocks have settled to the power that
 * it draws. The power limit acts on a mean over tens of milliseconds: when finalists took turns of
 * 4 ms, the choice was up to 16 % slower hot than PyTorch's on an H100 (width 4096, 8192 tokens).
 * A card that rested stays fast for longer than a turn, so the finalists run three times, the
 * second time in reverse, and the middle time counts: with one turn each the first was favoured,
 * and choices were up to 12 % slower; with two, one product of 29 was 6 % slower on one H200 of
 * three. The library's first stays where another is hardly faster.
 */
#include "gemm_tuning.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base.h"
#include "choices.h"
#include "kernels.h"
#include "lab.h"
#include "sim/base/mem.h"

/* The library orders proposals by an estimate of its own, which says little about a hot GPU. */
#define PROPOSALS_MAX 32
#define PROPOSALS_MIN 8 /* tried however long each takes */
/* Finalists besides the library's first, which frameworks run: the fastest in their tries, no
 * slower than this times the fastest. */
#define FINALISTS 3
#define FINALIST_RATIO_MAX 1.1
/* GPU time that one try should last, and after how much in all no further proposals are tried: a
 * product of 10 ms would take a second otherwise. */
#define TRY_S 0.4e-3
#define TRIES_S 0.15
#define TRY_RUNS_MAX 64
/* The library's first stays unless it takes this much of the fastest's time. */
#define FIRST_STAYS_RATIO 1.01
/* How long a finalist runs in each of its turns before its time is taken, and then for its
 * time. Products too short to keep the GPU busy between launches, or to draw its power limit, need
 * no settling. */
#define TURNS 3
#define SETTLE_S 0.05
#define TIMED_S 0.03
#define SHORT_S 20e-6
#define SHORT_TIMED_S 2e-3
/* The GPU pauses so long for each product that the host hands over, so that none waits for the host
 * once the clock runs. An empty launch takes the host 3.5 to 4.5 us (host_launch_s of the
 * copies.csv in traces/), a product more. */
#define ENQUEUE_S 10e-6
/* What NVIDIA suggests for Hopper (cuBLAS manual, cublasSetWorkspace), and frameworks give. */
#define WORKSPACE_MAX ((size_t)32 << 20)

/* Random operands in several sets, so that no run finds its own in the cache. */
struct operands {
    char *a, *b, *result;
    size_t a_bytes, b_bytes, result_bytes; /* of one set, rounded up */
    int sets;
    void *workspace;
};

struct proposal {
    cublasLtMatmulHeuristicResult_t found;
    int place;     /* in the library's order */
    double time_s; /* of the try, then of the final */
};

struct tuning {
    struct lab *lab;
    struct gemm *gemm;
    struct operands at;
    cudaEvent_t begin, end;
    int next_set;
    struct proposal proposal[PROPOSALS_MAX];
    int count;
};

static int propose(const struct gemm *gemm, int most, struct proposal *ret)
{
    cublasLtMatmulPreference_t wish;
    cublasLtMatmulHeuristicResult_t found[PROPOSALS_MAX];
    size_t workspace = WORKSPACE_MAX;
    int count = 0, fine = 0;
    try_blas(cublasLtMatmulPreferenceCreate(&wish));
    try_blas(cublasLtMatmulPreferenceSetAttribute(wish, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES,
                                                  &workspace, sizeof workspace));
    cublasStatus_t status =
        cublasLtMatmulAlgoGetHeuristic(gemm->handle, gemm->operation, gemm->left, gemm->right,
                                       gemm->result, gemm->result, wish, most, found, &count);
    try_blas(cublasLtMatmulPreferenceDestroy(wish));
    if (status != CUBLAS_STATUS_SUCCESS)
        return 0;
    for (int i = 0; i < count; i++) {
        if (found[i].state != CUBLAS_STATUS_SUCCESS)
            continue;
        ret[fine] = (struct proposal){found[i], fine, INFINITY};
        fine++;
    }
    return fine;
}

static size_t rounded(size_t bytes)
{
    return (bytes + 255) / 256 * 256;
}

/* The operands' sizes follow from the pass, as gemm_run takes them. */
static void size_operands(const struct gemm_size *size, struct operands *ret)
{
    size_t x = size->rows * size->inputs * size->batch;
    size_t y = size->rows * size->outputs * size->batch;
    size_t w = size->inputs * size->outputs * size->batch;
    size_t a = size->pass == PASS_FORWARD ? x : y;
    size_t b = size->pass == PASS_WEIGHT_GRADIENT ? x : w;
    size_t result = size->pass == PASS_FORWARD ? y : size->pass == PASS_INPUT_GRADIENT ? x : w;
    size_t bytes = (size_t)dtype_bytes(size->dtype);
    ret->a_bytes = rounded(a * bytes);
    ret->b_bytes = rounded(b * bytes);
    ret->result_bytes = rounded(result * (size->fp32_result ? sizeof(float) : bytes));
}

static bool take_sets(struct lab *lab, struct operands *at, int sets)
{
    size_t count = (size_t)sets;
    at->sets = sets;
    at->a = lab_take(lab, at->a_bytes * count);
    at->b = lab_take(lab, at->b_bytes * count);
    at->result = lab_take(lab, at->result_bytes * count);
    return at->a && at->b && at->result;
}

/* One set must do where there is no room for more. */
static bool take_operands(struct lab *lab, const struct gemm_size *size, struct operands *ret)
{
    size_operands(size, ret);
    size_t set_bytes = ret->a_bytes + ret->b_bytes + ret->result_bytes;
    ret->workspace = lab_take(lab, WORKSPACE_MAX);
    size_t mark = lab_mark(lab);
    if (!ret->workspace)
        return false;
    if (!take_sets(lab, ret, rotation_sets(set_bytes))) {
        lab_release(lab, mark);
        if (!take_sets(lab, ret, 1))
            return false;
    }
    size_t bytes = (size_t)dtype_bytes(size->dtype), sets = (size_t)ret->sets;
    fill_random(size->dtype, ret->a, ret->a_bytes * sets / bytes, 1, lab->seed++, lab->stream);
    fill_random(size->dtype, ret->b, ret->b_bytes * sets / bytes, 1, lab->seed++, lab->stream);
    return true;
}

static bool run_once(struct tuning *tuning, const cublasLtMatmulAlgo_t *algorithm)
{
    const struct gemm *gemm = tuning->gemm;
    const struct operands *at = &tuning->at;
    const float one = 1, zero = 0;
    size_t set = (size_t)(tuning->next_set++ % at->sets);
    void *result = at->result + set * at->result_bytes;
    return cublasLtMatmul(gemm->handle, gemm->operation, &one, at->b + set * at->b_bytes,
                          gemm->left, at->a + set * at->a_bytes, gemm->right, &zero, result,
                          gemm->result, result, gemm->result, algorithm, at->workspace,
                          WORKSPACE_MAX, tuning->lab->stream) == CUBLAS_STATUS_SUCCESS;
}

static bool run_often(struct tuning *tuning, const cublasLtMatmulAlgo_t *algorithm, int runs)
{
    bool fine = true;
    for (int i = 0; i < runs && fine; i++)
        fine = run_once(tuning, algorithm);
    return fine;
}

/* Mean time of so many runs, or infinity when the algorithm does not run. What is enqueued before
 * keeps the GPU busy while the host hands them over: a pause, or runs of the same. */
static double time_runs(struct tuning *tuning, const cublasLtMatmulAlgo_t *algorithm, int runs)
{
    cudaStream_t stream = tuning->lab->stream;
    float ms;
    try_cuda(cudaEventRecord(tuning->begin, stream));
    bool fine = run_often(tuning, algorithm, runs);
    try_cuda(cudaEventRecord(tuning->end, stream));
    try_cuda(cudaEventSynchronize(tuning->end));
    try_cuda(cudaEventElapsedTime(&ms, tuning->begin, tuning->end));
    return fine ? 1e-3 * (double)ms / runs : INFINITY;
}

static double time_rested(struct tuning *tuning, const cublasLtMatmulAlgo_t *algorithm, int runs)
{
    launch_pause(runs * ENQUEUE_S, tuning->lab->stream);
    return time_runs(tuning, algorithm, runs);
}

static int runs_for(double wanted_s, double time_s)
{
    double runs = ceil(wanted_s / fmax(time_s, 1e-6));
    return runs < 2 ? 2 : (int)runs;
}

static int try_runs(double wanted_s, double time_s)
{
    int runs = runs_for(wanted_s, time_s);
    return runs < TRY_RUNS_MAX ? runs : TRY_RUNS_MAX;
}

static int by_time(const void *a, const void *b)
{
    const struct proposal *x = a, *y = b;
    return (x->time_s > y->time_s) - (x->time_s < y->time_s);
}

/* Tries proposals; the fastest then come first. The first run only says how many more to make: a
 * kernel is loaded when it is first launched. */
static void try_all(struct tuning *tuning)
{
    double best_s = INFINITY, begin_s = host_seconds();
    int tried = 0;
    for (; tried < tuning->count; tried++) {
        if (tried >= PROPOSALS_MIN && host_seconds() - begin_s > TRIES_S)
            break;
        struct proposal *at = &tuning->proposal[tried];
        double first_s = time_rested(tuning, &at->found.algo, 1);
        if (!isfinite(first_s))
            continue;
        at->time_s =
            time_rested(tuning, &at->found.algo, try_runs(TRY_S, fmin(first_s, 2 * best_s)));
        best_s = fmin(best_s, at->time_s);
    }
    tuning->count = tried;
    qsort(tuning->proposal, (size_t)tuning->count, sizeof *tuning->proposal, by_time);
}

static double time_final(struct tuning *tuning, const struct proposal *at)
{
    const cublasLtMatmulAlgo_t *algorithm = &at->found.algo;
    if (at->time_s < SHORT_S)
        return time_rested(tuning, algorithm, try_runs(SHORT_TIMED_S, at->time_s));
    run_often(tuning, algorithm, runs_for(SETTLE_S, at->time_s));
    return time_runs(tuning, algorithm, runs_for(TIMED_S, at->time_s));
}

/* Keeps the finalists, in the order of their tries. */
static void keep_finalists(struct tuning *tuning)
{
    double best_s = tuning->proposal[0].time_s;
    int kept = 0;
    for (int i = 0; i < tuning->count; i++) {
        const struct proposal *at = &tuning->proposal[i];
        bool near = i < FINALISTS && at->time_s <= FINALIST_RATIO_MAX * best_s;
        if (isfinite(at->time_s) && (near || at->place == 0))
            tuning->proposal[kept++] = *at;
    }
    tuning->count = kept;
}

static void prefer_first(struct tuning *tuning)
{
    for (int i = 1; i < tuning->count; i++) {
        struct proposal first = tuning->proposal[i];
        if (first.place != 0 || first.time_s > FIRST_STAYS_RATIO * tuning->proposal[0].time_s)
            continue;
        memmove(tuning->proposal + 1, tuning->proposal, (size_t)i * sizeof first);
        tuning->proposal[0] = first;
    }
}

static void run_finals(struct tuning *tuning)
{
    double turn_s[PROPOSALS_MAX][TURNS];
    for (int turn = 0; turn < TURNS; turn++) {
        for (int i = 0; i < tuning->count; i++) {
            int which = turn % 2 ? tuning->count - 1 - i : i;
            turn_s[which][turn] = time_final(tuning, &tuning->proposal[which]);
        }
    }
    for (int i = 0; i < tuning->count; i++)
        tuning->proposal[i].time_s = quantile(turn_s[i], TURNS, 0.5);
    qsort(tuning->proposal, (size_t)tuning->count, sizeof *tuning->proposal, by_time);
    prefer_first(tuning);
}

static bool choose(struct tuning *tuning)
{
    const struct proposal *best = &tuning->proposal[0];
    try_cuda(cudaEventCreate(&tuning->begin));
    try_cuda(cudaEventCreate(&tuning->end));
    try_all(tuning);
    keep_finalists(tuning);
    if (tuning->count > 1)
        run_finals(tuning);
    try_cuda(cudaEventDestroy(tuning->begin));
    try_cuda(cudaEventDestroy(tuning->end));
    tuning->gemm->algorithm = best->found.algo; /* where there is none, not used */
    tuning->gemm->workspace_bytes = best->found.workspaceSize;
    return tuning->count > 0;
}

/* An earlier choice, if the library still takes it. */
static bool take_choice(const struct lab *lab, struct gemm *gemm)
{
    cublasLtMatmulHeuristicResult_t found;
    const struct choice *choice =
        choices_find(lab->choices, lab->about.name, cublasLtGetVersion(), &gemm->size);
    if (!choice)
        return false;
    memcpy(&gemm->algorithm, choice->algorithm, sizeof gemm->algorithm);
    gemm->workspace_bytes = choice->workspace_bytes;
    return cublasLtMatmulAlgoCheck(gemm->handle, gemm->operation, gemm->left, gemm->right,
                                   gemm->result, gemm->result, &gemm->algorithm,
                                   &found) == CUBLAS_STATUS_SUCCESS &&
           found.workspaceSize <= gemm->workspace_bytes;
}

static void keep_choice(struct lab *lab, const struct gemm *gemm, double time_s)
{
    struct choice choice = {.library = cublasLtGetVersion(),
                            .size = gemm->size,
                            .workspace_bytes = gemm->workspace_bytes,
                            .time_s = time_s};
    _Static_assert(sizeof gemm->algorithm == CHOICE_BYTES, "an algorithm's size");
    memcpy(choice.algorithm, &gemm->algorithm, CHOICE_BYTES);
    snprintf(choice.gpu, sizeof choice.gpu, "%s", lab->about.name);
    choices_put(lab->choices, &choice);
}

bool gemm_tune(struct lab *lab, struct gemm *gemm)
{
    if (lab->choices && take_choice(lab, gemm))
        return true;
    struct tuning *tuning = mem_zeroed(1, sizeof *tuning);
    size_t mark = lab_mark(lab);
    tuning->lab = lab;
    tuning->gemm = gemm;
    tuning->count = propose(gemm, lab->untuned ? 1 : PROPOSALS_MAX, tuning->proposal);
    bool found =
        tuning->count > 0 && take_operands(lab, &gemm->size, &tuning->at) && choose(tuning);
    if (found && lab->choices)
        keep_choice(lab, gemm, tuning->proposal[0].time_s);
    lab_release(lab, mark);
    free(tuning);
    return found;
}
