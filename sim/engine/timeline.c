#include "sim/engine/timeline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"

struct timeline *timeline_new(size_t ranks, size_t operators, const size_t *row_of, size_t rows)
{
    struct timeline *timeline = mem_zeroed(1, sizeof *timeline);
    *timeline = (struct timeline){.ranks = ranks, .operators = operators, .rows = rows};
    if (row_of)
        timeline->row_of =
            memcpy(mem_zeroed(ranks, sizeof *row_of), row_of, ranks * sizeof *row_of);
    timeline->spans = mem_zeroed(timeline_rows(timeline) * operators, sizeof *timeline->spans);
    return timeline;
}

void timeline_free(struct timeline *timeline)
{
    if (!timeline)
        return;
    free(timeline->spans);
    free(timeline->row_of);
    free(timeline);
}

struct shared_row *timeline_list_rows(const struct timeline *timeline)
{
    struct shared_row *rows = mem_zeroed(timeline_rows(timeline) + 1, sizeof *rows);
    for (size_t rank = timeline->ranks; rank-- > 0;) {
        struct shared_row *row = &rows[timeline_row(timeline, rank)];
        row->rank = rank;
        row->ranks++;
    }
    return rows;
}

void timeline_find_transfers(struct timeline *timeline, const struct plan *plan)
{
    for (size_t o = 0; o < plan->operator_count; o++) {
        if (!operator_communicates(plan->operators[o].kind))
            continue;
        struct plan_group group = plan_group_of(plan, &plan->operators[o]);
        double *last_s = mem_zeroed(plan->ranks, sizeof *last_s); /* [a group's number] */
        for (size_t r = 0; r < plan->ranks; r++) {
            double *last = &last_s[plan_group_number(&group, r)];
            *last = fmax(*last, timeline_span(timeline, r, o)->ready_s);
        }
        for (size_t r = 0; r < plan->ranks; r++)
            timeline->spans[timeline_row(timeline, r) * plan->operator_count + o].transfer_s =
                last_s[plan_group_number(&group, r)];
        free(last_s);
    }
}

double spans_beside_those_ratio(const struct plan *plan, const struct span *spans, size_t index,
                                const bool *others)
{
    const struct span *span = &spans[index];
    double beside_s = 0, length_s = span->end_s - span->start_s;
    for (size_t o = 0; o < plan->operator_count; o++)
        if (others[o])
            beside_s +=
                fmax(0, fmin(span->end_s, spans[o].end_s) - fmax(span->start_s, spans[o].start_s));
    return length_s > 0 ? fmin(beside_s / length_s, 1) : 0;
}

double spans_beside_ratio(const struct plan *plan, const struct span *spans, size_t index)
{
    bool computes = operator_computes(plan->operators[index].kind);
    bool *others = mem_zeroed(plan->operator_count, sizeof *others);
    for (size_t o = 0; o < plan->operator_count; o++)
        others[o] = operator_computes(plan->operators[o].kind) != computes;
    double ratio = spans_beside_those_ratio(plan, spans, index, others);
    free(others);
    return ratio;
}
