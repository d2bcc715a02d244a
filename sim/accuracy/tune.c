#include "sim/accuracy/tune.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/csv.h"
#include "sim/base/mem.h"

#define ALONE_RATIO 0.05    /* beside the other sort for less than this: it stood alone */
#define ALONE_MIN 3         /* replays that the median alone is of */
#define DUTY_BANDS 5        /* clocks change with duty: only like is held against like */

/* One operator in one replay. */
struct sight {
    enum operator_kind kind;
    enum operator_pass pass;
    struct operator_shape shape; /* what the kind uses; empty for an exchange */
    double bytes;                /* of an exchange */
    long duty_band;              /* -1 for an exchange */
    double beside_ratio, time_s;
    double launches;             /* kernels; 1 for an exchange */
};

struct sights {
    struct sight *sights;
    size_t count;
};

static double overlap_s(const struct span *a, const struct span *b)
{
    return fmax(0, fmin(a->end_s, b->end_s) - fmax(a->start_s, b->start_s));
}

static double beside_ratio(const struct replay *replay, size_t index)
{
    const struct plan *plan = replay->operators;
    const struct span *span = timeline_span(replay->timeline, 0, index);
    bool computes = operator_computes(plan->operators[index].kind);
    double beside_s = 0;
    for (size_t o = 0; o < plan->operator_count; o++)
        if (operator_computes(plan->operators[o].kind) != computes)
            beside_s += overlap_s(span, timeline_span(replay->timeline, 0, o));
    return beside_s / (span->end_s - span->start_s);
}

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
    const char *name = replay->operators->operators[index].name;
    const struct plan_operator *op = outcome->plan->operators;
    struct kernel_work kernels[OPERATOR_KERNELS_MAX];
    while (strcmp(op->name, name) != 0) /* outcome_set_timeline has found it */
        op++;
    struct sight sight = {.kind = op->kind, .pass = op->pass, .duty_band = -1, .launches = 1,
                          .time_s = span->end_s - span->start_s};
    if (sight.time_s <= 0 || op->kind == OPERATOR_EXPERT_FETCH)
        return;
    sight.beside_ratio = beside_ratio(replay, index);
    if (operator_is_all_to_all(op->kind)) {
        sight.kind = OPERATOR_DISPATCH;
        sight.bytes = op->a2a_bytes * replay->factor_ratio;
    } else {
        sight.shape = operator_used_shape(op->kind, &op->shape);
        sight.duty_band = duty_band(replay);
        sight.launches = (double)operator_kernels(op->kind, op->pass, &op->shape, DTYPE_BF16, kernels);
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

static struct overhead overhead_of(const struct sights *all, bool exchanges)
{
    struct overhead overhead = {0};
    double *samples = mem_zeroed(all->count + 1, sizeof *samples);
    double *room = mem_zeroed(all->count + 1, sizeof *room);
    for (size_t i = 0; i < all->count; i++) {
        const struct sight *sight = &all->sights[i];
        if (operator_is_all_to_all(sight->kind) != exchanges || sight->beside_ratio < ALONE_RATIO)
            continue;
        double alone_s = median_alone_s(all, sight, room);
        if (isfinite(alone_s))
            samples[overhead.samples++] =
                (sight->time_s - alone_s) / (sight->launches * sight->beside_ratio);
    }
    if (overhead.samples) {
        gsl_sort(samples, 1, overhead.samples);
        overhead.time_s = gsl_stats_median_from_sorted_data(samples, 1, overhead.samples);
        overhead.time_p10_s =
            gsl_stats_quantile_from_sorted_data(samples, 1, overhead.samples, 0.1);
        overhead.time_p90_s =
            gsl_stats_quantile_from_sorted_data(samples, 1, overhead.samples, 0.9);
    }
    free(room);
    free(samples);
    return overhead;
}

int outcomes_tune(const struct outcome *outcomes, size_t count, struct diag *diag,
                  struct overheads *ret)
{
    struct sights all = {0};
    for (size_t i = 0; i < count; i++)
        for (size_t o = 0; outcomes[i].tuned && o < outcomes[i].replay->operators->operator_count; o++)
            add_sight(&outcomes[i], o, &all);
    struct overheads overheads = {overhead_of(&all, false), overhead_of(&all, true)};
    free(all.sights);
    if (!overheads.launch_beside_copies.samples || !overheads.exchange_beside_compute.samples)
        return diag_say(diag, "the tuned shapes have no operator that ran both alone and beside the "
                              "other sort");
    *ret = overheads;
    return 0;
}

static void write_row(struct csv_out *out, const char *kind, const struct overhead *overhead)
{
    csv_put_text(out, kind);
    csv_put_number(out, fmax(overhead->time_s, 0));
    csv_put_number(out, fmax(overhead->time_p10_s, 0));
    csv_put_number(out, fmax(overhead->time_p90_s, 0));
    csv_put_count(out, overhead->samples);
    csv_end_row(out);
}

void overheads_write(const struct overheads *overheads, struct text *to)
{
    static const char *const columns[] = {"kind", "time_s", "time_p10_s", "time_p90_s", "samples",
                                          NULL};
    struct csv_out out = {.to = to};
    for (size_t i = 0; columns[i]; i++)
        csv_put_text(&out, columns[i]);
    csv_end_row(&out);
    write_row(&out, "launch_beside_copies", &overheads->launch_beside_copies);
    write_row(&out, "exchange_beside_compute", &overheads->exchange_beside_compute);
}
