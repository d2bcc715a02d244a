/* The index behind a cost table, for the files of this room that ask it. */
#ifndef SCMOESIM_COST_TABLE_PRIVATE_H
#define SCMOESIM_COST_TABLE_PRIVATE_H

#include "sim/cost/cost.h"
#include "sim/cost/rows.h"

/* One operator timed in one way at several sizes. */
struct curve {
    enum protocol protocol;
    double duty_ratio; /* share of the time that the GPU computed: 1 when hot */
    size_t count;
    double span_tokens; /* as the file has it, or KEY_ANY */
    double *tokens;     /* rising; one KEY_ANY where the file leaves tokens empty */
    double *times_s;    /* points into the table's arrays, as tokens does */
};

/* All curves of one operator, protocol by protocol. */
struct group {
    const double *key; /* borrowed from a row */
    size_t given;      /* parts of the shape that the file tells: the more, the closer the match */
    struct curve *curves;
    size_t curve_count;
};

#define BUCKET_COUNT ((size_t)OPERATOR_KIND_COUNT * PASS_COUNT)

struct cost_table {
    struct cost_row *rows;
    size_t row_count;
    double *tokens, *times_s; /* of all rows, in their order */
    struct curve *curves;
    size_t curve_count;
    struct group *groups;
    size_t group_count;
    /* Groups of bucket b (kind * PASS_COUNT + pass) are starts[b] up to starts[b + 1]. */
    size_t starts[BUCKET_COUNT + 1];
    struct copies *copies;
    double event_s; /* what the row "event" says; 0 without one */
    char *device;   /* that the files were measured on; NULL where none says */
};

/* What is asked for. */
struct query {
    const struct gpu *gpu;
    enum operator_kind kind;
    enum operator_pass pass;
    const struct operator_shape *shape;
    enum dtype dtype;
    size_t span_tokens; /* that it would have with more tokens */
};

/* The rows that match what is asked for most closely; NULL without any, or without a table.
 * Attention over one whole sequence, as long as its span, matches rows of longer spans: with so
 * many tokens they measured the same. */
const struct group *table_group(const struct cost_table *table, const struct query *query);
/* One way of timing, at the tokens that are asked for: measured, interpolated or, far outside,
 * synthetic. */
struct cost table_from_curve(const struct cost_table *table, const struct curve *curve,
                             const struct query *query);
double table_synthetic_s(const struct query *query);

/* How rows were timed. */
struct timing {
    enum protocol protocol;
    double duty_ratio;
};

extern const struct timing timing_hot;
/* Where no row has the shape, or none near so many tokens: from rows of similar shapes, else
 * synthetic. */
struct cost table_unmeasured(const struct cost_table *table, const struct timing *timing,
                             const struct query *query);

/* What rows of other sizes and similar shapes, timed so, make of the query; never less for more
 * tokens than for fewer. False where there are none, or none near enough. */
bool table_near(const struct cost_table *table, const struct timing *timing,
                const struct query *query, double *ret_s);
/* The same between two sizes of the query's own shape, whose times are met: never outside of them,
 * and rising where they do. */
struct size_time {
    double tokens, time_s;
};
bool table_near_between(const struct cost_table *table, const struct timing *timing,
                        const struct query *query, const struct size_time *from,
                        const struct size_time *to, double *ret_s);

#endif
