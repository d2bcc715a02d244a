#include "sim/accuracy/tune_private.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
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

#define MOSTLY_BESIDE_RATIO 0.5

static void add_all_to_alls(const struct outcome *outcome, double *samples, size_t *count)
{
    const struct plan *plan = outcome->replay->operators;
    for (size_t o = 0; o < plan->operator_count; o++) {
        double predicted_s = outcome_predicted_s(outcome, o);
        if (!operator_is_all_to_all(plan->operators[o].kind) || predicted_s <= 0)
            continue;
        double beside_ratio = spans_beside_ratio(plan, outcome->spans, o);
        if (beside_ratio > MOSTLY_BESIDE_RATIO)
            samples[(*count)++] =
                (outcome_measured_s(outcome, o) - predicted_s) / (predicted_s * beside_ratio);
    }
}

static int tune_among_gpus(const struct outcome *outcomes, size_t count, struct diag *diag,
                           struct overheads *ret)
{
    size_t sample_count = 0, room = 1;
    for (size_t i = 0; i < count; i++)
        room += outcomes[i].replay->operators->operator_count;
    double *samples = mem_zeroed(room, sizeof *samples);
    for (size_t i = 0; i < count; i++)
        if (outcomes[i].tuned)
            add_all_to_alls(&outcomes[i], samples, &sample_count);
    struct overheads overheads = {.all_to_all_beside_compute = overhead_of(samples, sample_count)};
    free(samples);
    if (!sample_count)
        return diag_say(diag, "the tuned shapes have no All-to-All that is predicted to run mostly "
                              "beside compute");
    *ret = overheads;
    return 0;
}

static bool have_several_gpus(const struct outcome *outcomes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (outcomes[i].tuned && outcomes[i].replay->gpus > 1)
            return true;
    return false;
}

/* ---- All ---- */

int outcomes_tune(const struct outcome *outcomes, size_t count, struct diag *diag,
                  struct overheads *ret)
{
    struct sights all = {0};
    if (have_graphs(outcomes, count))
        return tune_on_graphs(outcomes, count, diag, ret);
    if (have_several_gpus(outcomes, count))
        return tune_among_gpus(outcomes, count, diag, ret);
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
    static const char *const columns[] = {"kind",       "time_s",  "time_p10_s",
                                          "time_p90_s", "samples", NULL};
    struct csv_out out = {.to = to};
    for (size_t i = 0; columns[i]; i++)
        csv_put_text(&out, columns[i]);
    csv_end_row(&out);
    write_row(&out, "launch_beside_copies", &overheads->launch_beside_copies);
    write_row(&out, "exchange_beside_compute", &overheads->exchange_beside_compute);
    write_row(&out, "launch_in_graph", &overheads->launch_in_graph);
    write_row(&out, "exchange_in_graph", &overheads->exchange_in_graph);
    write_row(&out, "launch_in_graph_beside_copies", &overheads->launch_in_graph_beside_copies);
    write_row(&out, "all_to_all_beside_compute", &overheads->all_to_all_beside_compute);
}
