/* Who runs which flows: rows of ranks that do the same, and flows with the rows at their ends.
 *
 * Either a fold's (a row is an orbit, a flow a class) or of listed flow sets (a row is a rank).
 * Internal to the room. */
#ifndef SCMOESIM_ENGINE_FLOW_TABLE_H
#define SCMOESIM_ENGINE_FLOW_TABLE_H

#include <stdint.h>

#include "sim/collective/alltoall.h"
#include "sim/fold/fold.h"

struct table_flow {
    double share_ratio, latency_s;
    uint32_t step;
    uint32_t first_row, row_count; /* of flow_rows */
};

struct flow_table {
    size_t ranks, rows, set_count, flow_count;
    const size_t *row_of;     /* [rank]; NULL: each has its own. Borrowed from the fold */
    size_t *rank_of;          /* [row]: its lowest rank */
    struct table_flow *flows; /* of all sets, one set after the other */
    uint32_t *flow_rows;
    /* Flows by set and row, in the order of steps: ends[first_end[set * rows + row]] and on. */
    size_t *first_end;
    uint32_t *ends;
};

/* sets[0] may be empty. fold NULL: as the sets list them. Release with flow_table_done. */
void flow_table_build(size_t ranks, const struct flow_set *const *sets, size_t set_count,
                      const struct fold *fold, struct flow_table *ret);
/* One row for all ranks, without flows: they all do the same. */
void flow_table_identical(size_t ranks, struct flow_table *ret);
void flow_table_done(struct flow_table *table);

static inline size_t table_row(const struct flow_table *table, size_t rank)
{
    return table->row_of ? table->row_of[rank] : table->rows == 1 ? 0 : rank;
}

#endif
