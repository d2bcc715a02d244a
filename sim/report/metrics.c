#include "sim/report/metrics.h"

#include <stdlib.h>
#include "sim/report/sweep.h"

static void add_operators(const struct stretch *stretch, double length_s, struct exposure *to)
{
    for (size_t k = 0; k < OPERATOR_KIND_COUNT; k++)
        if (operator_computes((enum operator_kind)k))
            to->operator_s[k] +=
                length_s * (double)stretch->running[k] / (double)stretch->computing;
}

static void add_stretch(const struct stretch *stretch, struct exposure *to)
{
    double length_s = stretch->to_s - stretch->from_s;
    if (stretch->computing > 0) {
        to->compute_s += length_s;
        add_operators(stretch, length_s, to);
    }
    if (stretch->to_experts + stretch->to_owners > 0)
        to->a2a_s += length_s;
    if (!stretch_exposed(stretch))
        return;
    to->exposed_s += length_s;
    double share = stretch->to_experts > 0 && stretch->to_owners > 0 ? 0.5 : 1;
    if (stretch->to_experts > 0)
        to->exposed_dispatch_s += share * length_s;
    if (stretch->to_owners > 0)
        to->exposed_combine_s += share * length_s;
}

static bool belongs_to_moe(enum operator_kind kind)
{
    return kind == OPERATOR_GATE || kind == OPERATOR_ENCODE || kind == OPERATOR_DISPATCH ||
           kind == OPERATOR_EXPERT || kind == OPERATOR_COMBINE || kind == OPERATOR_DECODE;
}

static void add_moe(const struct plan *plan, const struct timeline *timeline, size_t rank,
                    struct exposure *to)
{
    for (size_t i = 0; i < plan->operator_count; i++) {
        const struct span *span = timeline_span(timeline, rank, i);
        enum operator_kind kind = plan->operators[i].kind;
        if (belongs_to_moe(kind))
            to->moe_s += span->end_s - span->start_s;
        if (operator_is_all_to_all(kind))
            to->moe_a2a_s += span->end_s - span->start_s;
    }
}

void exposure_add(const struct exposure *from, double weight, struct exposure *to)
{
    to->a2a_s += weight * from->a2a_s;
    to->exposed_s += weight * from->exposed_s;
    to->exposed_dispatch_s += weight * from->exposed_dispatch_s;
    to->exposed_combine_s += weight * from->exposed_combine_s;
    to->compute_s += weight * from->compute_s;
    to->moe_s += weight * from->moe_s;
    to->moe_a2a_s += weight * from->moe_a2a_s;
    for (size_t k = 0; k < OPERATOR_KIND_COUNT; k++)
        to->operator_s[k] += weight * from->operator_s[k];
}

static void divide(struct exposure *sum, double by)
{
    sum->a2a_s /= by;
    sum->exposed_s /= by;
    sum->exposed_dispatch_s /= by;
    sum->exposed_combine_s /= by;
    sum->compute_s /= by;
    sum->moe_s /= by;
    sum->moe_a2a_s /= by;
    for (size_t k = 0; k < OPERATOR_KIND_COUNT; k++)
        sum->operator_s[k] /= by;
}

static struct exposure measure_rank(const struct plan *plan, const struct timeline *timeline,
                                    size_t rank)
{
    struct exposure exposure = {0};
    struct stretch *stretches;
    size_t count = stretches_find(plan, timeline, rank, &stretches);
    for (size_t i = 0; i < count; i++)
        add_stretch(&stretches[i], &exposure);
    free(stretches);
    add_moe(plan, timeline, rank, &exposure);
    return exposure;
}

void exposure_measure(const struct plan *plan, const struct timeline *timeline,
                      struct exposure *ret)
{
    struct shared_row *rows = timeline_list_rows(timeline);
    double of_first = timeline->ranks > 0 ? (double)rows[0].ranks : 1;
    *ret = (struct exposure){0};
    for (size_t i = 0; i < timeline_rows(timeline); i++) {
        struct exposure one = measure_rank(plan, timeline, rows[i].rank);
        exposure_add(&one, (double)rows[i].ranks / of_first, ret); /* 1 where all rows are alike */
    }
    if (timeline->ranks > 0)
        divide(ret, (double)timeline->ranks / of_first * plan_layers(plan));
    free(rows);
}

double overlap_ratio(const struct exposure *exposure)
{
    return exposure->a2a_s > 0 ? 1 - exposure->exposed_s / exposure->a2a_s : 1;
}
