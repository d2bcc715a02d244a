/* What happened when, on every rank: the engine's and the probe's result, and the reports' input. */
#ifndef SCMOESIM_ENGINE_TIMELINE_H
#define SCMOESIM_ENGINE_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>

struct span {
    double ready_s;    /* queue free and everything waited for done */
    double start_s;    /* = ready_s in a simulation; later on a real GPU by launch gaps */
    double transfer_s; /* All-to-All: when this rank's last partner was ready too; else start_s */
    double end_s;
};

struct timeline {
    size_t ranks, operators;
    struct span *spans; /* [rank * operators + operator], times from the plan's start */
    double end_s;       /* the last end */
    bool same;          /* all ranks did the same at the same times: spans are of rank 0 only */
};

static inline const struct span *timeline_span(const struct timeline *timeline, size_t rank,
                                               size_t operator_index)
{
    return &timeline->spans[(timeline->same ? 0 : rank) * timeline->operators + operator_index];
}

/* Ranks that need a look to see all. */
static inline size_t timeline_rows(const struct timeline *timeline)
{
    return timeline->same && timeline->ranks ? 1 : timeline->ranks;
}

void timeline_free(struct timeline *timeline);

#endif
