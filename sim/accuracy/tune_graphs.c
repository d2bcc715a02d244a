/* What CUDA graphs cost, from plans that were replayed both ways: the differences of whole pairs,
 * as a sum of what each kernel, each exchange that nothing hides, and each kernel beside an
 * exchange adds. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_multifit.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/accuracy/tune_private.h"
#include "sim/base/mem.h"

enum effect { EFFECT_KERNEL, EFFECT_EXCHANGE, EFFECT_KERNEL_BESIDE, EFFECT_COUNT };

/* One plan both ways. */
struct both {
    double effects[EFFECT_COUNT]; /* how many of each the pair has */
    double eager_s, more_s;
};

bool have_graphs(const struct outcome *outcomes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (outcomes[i].tuned && outcomes[i].replay->launch == LAUNCH_GRAPH)
            return true;
    return false;
}

static const struct outcome *launched_eagerly(const struct outcome *outcomes, size_t count,
                                              const struct replay *replay)
{
    for (size_t i = 0; i < count; i++) {
        const struct replay *other = outcomes[i].replay;
        if (other->launch == LAUNCH_EAGER && other->factor_ratio == replay->factor_ratio &&
            other->gpus == replay->gpus && strcmp(other->plan, replay->plan) == 0)
            return &outcomes[i];
    }
    return NULL;
}

/* An exchange with the host's memory: NCCL's All-to-Alls are kernels among others. */
static bool exchanges(const struct plan_operator *op, const struct replay *replay)
{
    return operator_is_all_to_all(op->kind) && replay->gpus < 2 &&
           op->comm_bytes * replay->factor_ratio >= 1;
}

static bool any_exchange(const struct plan *plan, const struct replay *replay)
{
    for (size_t o = 0; o < plan->operator_count; o++)
        if (exchanges(&plan->operators[o], replay))
            return true;
    return false;
}

/* Where operators stood is what the eager replay tells. */
static void count_effects(const struct outcome *eager, double *effects)
{
    const struct replay *replay = eager->replay;
    const struct span *spans = timeline_span(replay->timeline, 0, 0);
    bool beside = any_exchange(eager->plan, replay);
    struct kernel_work kernels[OPERATOR_KERNELS_MAX];
    memset(effects, 0, EFFECT_COUNT * sizeof *effects);
    for (size_t o = 0; o < replay->operators->operator_count; o++) {
        const struct plan_operator *op = outcome_operator(eager, o);
        double launches =
            (double)operator_kernels(op->kind, op->pass, &op->shape, DTYPE_BF16, kernels);
        double ratio = beside ? spans_beside_ratio(replay->operators, spans, o) : 0;
        if (exchanges(op, replay))
            effects[EFFECT_EXCHANGE] += 1 - ratio;
        effects[EFFECT_KERNEL] += launches;
        effects[EFFECT_KERNEL_BESIDE] += launches * ratio;
    }
}

static size_t find_pairs(const struct outcome *outcomes, size_t count, struct both *pairs)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        const struct replay *replay = outcomes[i].replay;
        if (!outcomes[i].tuned || replay->launch != LAUNCH_GRAPH)
            continue;
        const struct outcome *eager = launched_eagerly(outcomes, count, replay);
        if (!eager || !replay_has_operators(eager->replay))
            continue;
        struct both *pair = &pairs[found++];
        count_effects(eager, pair->effects);
        pair->eager_s = eager->replay->time_s;
        pair->more_s = replay->time_s - eager->replay->time_s;
    }
    return found;
}

/* ---- Least squares ---- */

/* The effects that any pair has, in order. */
static size_t effects_present(const struct both *pairs, size_t count, enum effect *ret)
{
    size_t found = 0;
    for (int e = 0; e < EFFECT_COUNT; e++)
        for (size_t i = 0; i < count; i++)
            if (pairs[i].effects[e] > 0) {
                ret[found++] = (enum effect)e;
                break;
            }
    return found;
}

/* A pair's time varies in proportion to itself, so pairs weigh by its inverse square. */
static void fit(const struct both *pairs, size_t count, const enum effect *effects, size_t present,
                struct overhead *ret)
{
    gsl_matrix *x = gsl_matrix_alloc(count, present),
               *covariance = gsl_matrix_alloc(present, present);
    gsl_vector *y = gsl_vector_alloc(count), *weights = gsl_vector_alloc(count);
    gsl_vector *each = gsl_vector_alloc(present);
    gsl_multifit_linear_workspace *room = gsl_multifit_linear_alloc(count, present);
    double squares;
    for (size_t i = 0; i < count; i++) {
        for (size_t e = 0; e < present; e++)
            gsl_matrix_set(x, i, e, pairs[i].effects[effects[e]]);
        gsl_vector_set(y, i, pairs[i].more_s);
        gsl_vector_set(weights, i, 1 / (pairs[i].eager_s * pairs[i].eager_s));
    }
    gsl_multifit_wlinear(x, weights, y, each, covariance, &squares, room);
    double freedom = (double)(count - present);
    double far = freedom > 0 ? gsl_cdf_tdist_Pinv(0.9, freedom) * sqrt(squares / freedom) : 0;
    for (size_t e = 0; e < present; e++) {
        double time_s = gsl_vector_get(each, e),
               off_s = far * sqrt(gsl_matrix_get(covariance, e, e));
        ret[effects[e]] = (struct overhead){time_s, time_s - off_s, time_s + off_s, count};
    }
    gsl_multifit_linear_free(room);
    gsl_vector_free(each);
    gsl_vector_free(weights);
    gsl_vector_free(y);
    gsl_matrix_free(covariance);
    gsl_matrix_free(x);
}

int tune_on_graphs(const struct outcome *outcomes, size_t count, struct diag *diag,
                   struct overheads *ret)
{
    struct both *pairs = mem_zeroed(count + 1, sizeof *pairs);
    enum effect effects[EFFECT_COUNT];
    struct overhead found[EFFECT_COUNT] = {0};
    size_t pair_count = find_pairs(outcomes, count, pairs);
    size_t present = effects_present(pairs, pair_count, effects);
    bool enough = pair_count > 0 && pair_count >= present;
    if (enough)
        fit(pairs, pair_count, effects, present, found);
    free(pairs);
    if (!enough)
        return diag_say(
            diag,
            "plans of the tuned shapes, replayed both by a graph and eagerly: expected at "
            "least %zu (one for each of what kernels, exchanges, and kernels beside "
            "exchanges add), got %zu",
            present ? present : 1, pair_count);
    *ret = (struct overheads){.launch_in_graph = found[EFFECT_KERNEL],
                              .exchange_in_graph = found[EFFECT_EXCHANGE],
                              .launch_in_graph_beside_copies = found[EFFECT_KERNEL_BESIDE]};
    return 0;
}
