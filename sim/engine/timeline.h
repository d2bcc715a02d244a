/* What happened when, on every rank: the engine's and the probe's result, and the reports' input.
 */
#ifndef SCMOESIM_ENGINE_TIMELINE_H
#define SCMOESIM_ENGINE_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include "sim/schedule/plan.h"

struct span {
    double ready_s;    /* queue free and everything waited for done */
    double start_s;    /* = ready_s in a simulation; later on a real GPU by launch gaps */
    double transfer_s; /* All-to-All: when this rank's last partner was ready too; else start_s */
    double end_s;
};

/* Ranks that do the same at the same times share a row of spans. */
struct timeline {
    size_t ranks, operators;
    struct span *spans; /* [row * operators + operator], times from the plan's start */
    double end_s;       /* the last end */
    size_t rows;        /* 0: each rank has its own */
    size_t *row_of;     /* [rank]; NULL where rows is 0, or 1 for all */
};

/* With spans of zero. row_of, of as many ranks, is copied; NULL: one row for all where rows is 1,
 * else each rank has its own. */
struct timeline *timeline_new(size_t ranks, size_t operators, const size_t *row_of, size_t rows);
void timeline_free(struct timeline *timeline);

/* Once all spans have begun: a collective's transfer begins, for a rank, when the last of its
 * group has come. */
void timeline_find_transfers(struct timeline *timeline, const struct plan *plan);

static inline size_t timeline_row(const struct timeline *timeline, size_t rank)
{
    return timeline->row_of ? timeline->row_of[rank] : timeline->rows == 1 ? 0 : rank;
}

static inline const struct span *timeline_span(const struct timeline *timeline, size_t rank,
                                               size_t operator_index)
{
    return &timeline->spans[timeline_row(timeline, rank) * timeline->operators + operator_index];
}

/* How many rows there are. */
static inline size_t timeline_rows(const struct timeline *timeline)
{
    return timeline->rows ? timeline->rows : timeline->ranks;
}

/* The share of its time in which an operator runs beside those that `others`, [operator], names, by
 * one rank's spans, [operator]. Counts time beside two of them twice, 1 at most; 0 of an operator
 * that takes no time. */
double spans_beside_those_ratio(const struct plan *plan, const struct span *spans, size_t index,
                                const bool *others);
/* Beside those of the other sort: compute beside communication and fetches, and the reverse. */
double spans_beside_ratio(const struct plan *plan, const struct span *spans, size_t index);

/* Two plays count as equally fast within this; the one that was tried first then wins, so that
 * rounding never decides: of two algorithms, or of two slots. */
#define TIE_RATIO 1e-9
static inline bool is_faster(double time_s, double best_s)
{
    return time_s < best_s * (1 - TIE_RATIO);
}

/* Some rank of each row, and how many ranks share it; fresh memory. */
struct shared_row {
    size_t rank, ranks;
};
struct shared_row *timeline_list_rows(const struct timeline *timeline);

#endif
