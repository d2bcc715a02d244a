#include "sim/accuracy/tune.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_multifit.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/accuracy/accuracy_private.h"
#include "sim/base/csv.h"
#include "sim/base/mem.h"

#define ALONE_RATIO 0.05 /* beside the other sort for less than this: it stood alone */
#define ALONE_MIN 3      /* replays that the median alone is of */
#define DUTY_BANDS 5     /* clocks change with duty: only like is held against like */

/* One operator in one replay. */
struct sight {
    enum operator_kind kind;
    enum operator_pass pass;
    struct operator_shape shape; /* what the kind uses; empty for an exchange */
    double bytes;                /* of an exchange */
    long duty_band;              /* -1 for an exchange */
    double beside_ratio, time_s;
    double launches; /* kernels; 1 for an exchange */
};

struct sights {
    struct sight *sights;
    size_t count;
};

static long duty_band(const struct replay *replay)
{
    double busy_s = 0;
    for (size_t o = 0; o < replay->operators->operator_count; o++) {
        const struct span *span = timeline_span(replay->timeline, 0, o);
        if (operator_computes(replay->operators->operators[o].kind))
            busy_s += span->end_s - span->start_s;
    }
    return lround(DUTY_BANDS * busy_s / replay->timeline->end_s);
}

static void add_sight(const struct outcome *outcome, size_t index, struct sights *to)
{
    const struct replay *replay = outcome->replay;
    const struct span *span = timeline_span(replay->timeline, 0, index);
    const struct plan_operator *op = outcome_operator(outcome, index);
    struct kernel_work kernels[OPERATOR_KERNELS_MAX];
    struct sight sight = {.kind = op->kind,
                          .pass = op->pass,
                          .duty_band = -1,
                          .launches = 1,
                          .time_s = span->end_s - span->start_s};
    if (sight.time_s <= 0 || op->kind == OPERATOR_EXPERT_FETCH)
        return;
    sight.beside_ratio =
        spans_beside_ratio(replay->operators, timeline_span(replay->timeline, 0, 0), index);
    if (operator_is_all_to_all(op->kind)) {
        sight.kind = OPERATOR_DISPATCH;
        sight.bytes = op->comm_bytes * replay->factor_ratio;
    } else {
        sight.shape = operator_used_shape(op->kind, &op->shape);
        sight.duty_band = duty_band(replay);
        sight.launches =
            (double)operator_kernels(op->kind, op->pass, &op->shape, DTYPE_BF16, kernels);
    }
    to->sights = mem_resized(to->sights, to->count + 1, sizeof *to->sights);
    to->sights[to->count++] = sight;
}

static bool same_work(const struct sight *a, const struct sight *b)
{
    const struct operator_shape *x = &a->shape, *y = &b->shape;
    return a->kind == b->kind && a->pass == b->pass && a->bytes == b->bytes &&
           a->duty_band == b->duty_band && x->tokens == y->tokens && x->hidden == y->hidden &&
           x->ffn_hidden == y->ffn_hidden && x->heads == y->heads &&
           x->span_tokens == y->span_tokens && x->experts == y->experts && x->top_k == y->top_k;
}

/* NaN where too few stood alone. */
static double median_alone_s(const struct sights *all, const struct sight *like, double *room)
{
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++)
        if (all->sights[i].beside_ratio < ALONE_RATIO && same_work(&all->sights[i], like))
            room[count++] = all->sights[i].time_s;
    if (count < ALONE_MIN)
        return NAN;
    gsl_sort(room, 1, count);
    return gsl_stats_median_from_sorted_data(room, 1, count);
}

/* Sorts the samples. */
static struct overhead overhead_of(double *samples, size_t count)
{
    if (!count)
        return (struct overhead){0};
    gsl_sort(samples, 1, count);
    return (struct overhead){
        .time_s = gsl_stats_median_from_sorted_data(samples, 1, count),
        .time_p10_s = gsl_stats_quantile_from_sorted_data(samples, 1, count, 0.1),
        .time_p90_s = gsl_stats_quantile_from_sorted_data(samples, 1, count, 0.9),
        .samples = count,
    };
}

static struct overhead tune_beside(const struct sights *all, bool exchanges)
{
    size_t count = 0;
    double *samples = mem_zeroed(all->count + 1, sizeof *samples);
    double *room = mem_zeroed(all->count + 1, sizeof *room);
    for (size_t i = 0; i < all->count; i++) {
        const struct sight *sight = &all->sights[i];
        if (operator_is_all_to_all(sight->kind) != exchanges || sight->beside_ratio < ALONE_RATIO)
            continue;
        double alone_s = median_alone_s(all, sight, room);
        if (isfinite(alone_s))
            samples[count++] = (sight->time_s - alone_s) / (sight->launches * sight->beside_ratio);
    }
    struct overhead overhead = overhead_of(samples, count);
    free(room);
    free(samples);
    return overhead;
}

/* ---- Among GPUs ---- */

#define STEP_RATIO 0.01 /* of what compute may cost an All-to-All: 0 to (STEPS - 1) of it */
#define STEPS 51
#define RESAMPLES 200 /* of the pairs, to tell how far they determine it */
#define SEED 1

/* Each tuned pair's error at each step. */
struct trials {
    double *errors; /* [pair * STEPS + step] */
    size_t pairs;
};

/* The step with the least mean error of pairs, each counted as often as it says. */
static size_t best_step(const struct trials *trials, const double *often)
{
    size_t best = 0;
    double least = INFINITY;
    for (size_t step = 0; step < STEPS; step++) {
        double sum = 0;
        for (size_t pair = 0; pair < trials->pairs; pair++)
            sum += often[pair] * trials->errors[pair * STEPS + step];
        if (sum < least) {
            least = sum;
            best = step;
        }
    }
    return best;
}

static struct overhead from_trials(const struct trials *trials)
{
    double *often = mem_zeroed(trials->pairs, sizeof *often), found[RESAMPLES];
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, SEED);
    for (size_t i = 0; i < RESAMPLES; i++) {
        memset(often, 0, trials->pairs * sizeof *often);
        for (size_t n = 0; n < trials->pairs; n++)
            often[i ? gsl_rng_uniform_int(random, trials->pairs) : n]++;
        found[i] = STEP_RATIO * (double)best_step(trials, often);
    }
    double best_ratio = found[0]; /* each pair once */
    struct overhead overhead = overhead_of(found, RESAMPLES);
    overhead.time_s = best_ratio;
    overhead.samples = trials->pairs;
    gsl_rng_free(random);
    free(often);
    return overhead;
}

static int tune_among_gpus(const struct outcome *outcomes, size_t count,
                           const struct repredictor *by, struct diag *diag, struct overheads *ret)
{
    struct trials trials = {.errors = mem_zeroed(count * STEPS, sizeof(double))};
    int r = 0;
    for (size_t i = 0; i < count && r == 0; i++) {
        if (!outcomes[i].tuned || outcomes[i].replay->gpus < 2)
            continue;
        for (size_t step = 0; step < STEPS && r == 0; step++) {
            double time_s = 0;
            r = by->predict(by->context, &outcomes[i], STEP_RATIO * (double)step, diag, &time_s);
            trials.errors[trials.pairs * STEPS + step] =
                fabs(time_s / outcomes[i].replay->time_s - 1);
        }
        trials.pairs++;
    }
    if (r == 0)
        *ret = (struct overheads){.all_to_all_beside_compute = from_trials(&trials)};
    free(trials.errors);
    return r;
}

/* ---- On CUDA graphs ---- */

/* From plans that were replayed both ways: the differences of whole pairs, as a sum of what each
 * kernel, each exchange that nothing hides, and each kernel beside an exchange adds. */
enum effect { EFFECT_KERNEL, EFFECT_EXCHANGE, EFFECT_KERNEL_BESIDE, EFFECT_COUNT };

/* One plan both ways. */
struct both {
    double effects[EFFECT_COUNT]; /* how many of each the pair has */
    double eager_s, more_s;
};

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

static int tune_on_graphs(const struct outcome *outcomes, size_t count, struct diag *diag,
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

/* ---- All ---- */

static bool any_tuned(const struct outcome *outcomes, size_t count, bool by_graph)
{
    for (size_t i = 0; i < count; i++) {
        const struct replay *replay = outcomes[i].replay;
        if (outcomes[i].tuned && (by_graph ? replay->launch == LAUNCH_GRAPH : replay->gpus > 1))
            return true;
    }
    return false;
}

int outcomes_tune(const struct outcome *outcomes, size_t count, const struct repredictor *by,
                  struct diag *diag, struct overheads *ret)
{
    struct sights all = {0};
    if (any_tuned(outcomes, count, true))
        return tune_on_graphs(outcomes, count, diag, ret);
    if (any_tuned(outcomes, count, false))
        return tune_among_gpus(outcomes, count, by, diag, ret);
    for (size_t i = 0; i < count; i++)
        for (size_t o = 0; outcomes[i].tuned && o < outcomes[i].replay->operators->operator_count;
             o++)
            add_sight(&outcomes[i], o, &all);
    struct overheads overheads = {.launch_beside_copies = tune_beside(&all, false),
                                  .exchange_beside_compute = tune_beside(&all, true)};
    free(all.sights);
    if (!overheads.launch_beside_copies.samples || !overheads.exchange_beside_compute.samples)
        return diag_say(diag,
                        "the tuned shapes have no operator that ran both alone and beside the "
                        "other sort");
    *ret = overheads;
    return 0;
}

static void write_row(struct csv_out *out, const char *kind, const struct overhead *overhead)
{
    if (!overhead->samples)
        return;
    csv_put_text(out, kind);
    csv_put_number(out, fmax(overhead->time_s, 0));
    csv_put_number(out, fmax(overhead->time_p10_s, 0));
    csv_put_number(out, fmax(overhead->time_p90_s, 0));
    csv_put_count(out, overhead->samples);
    csv_end_row(out);
}

void overheads_write(const struct overheads *overheads, struct text *to)
{
    struct csv_out out = {.to = to};
    text_add(to, "kind,time_s,time_p10_s,time_p90_s,samples\n");
    write_row(&out, "launch_beside_copies", &overheads->launch_beside_copies);
    write_row(&out, "exchange_beside_compute", &overheads->exchange_beside_compute);
    write_row(&out, "launch_in_graph", &overheads->launch_in_graph);
    write_row(&out, "exchange_in_graph", &overheads->exchange_in_graph);
    write_row(&out, "launch_in_graph_beside_copies", &overheads->launch_in_graph_beside_copies);
    write_row(&out, "all_to_all_beside_compute", &overheads->all_to_all_beside_compute);
}
