#include "sim/engine/flow_table.h"

#include <stdlib.h>

#include "sim/base/mem.h"

static void find_ranks(struct flow_table *table)
{
    table->rank_of = mem_zeroed(table->rows + 1, sizeof *table->rank_of);
    for (size_t rank = table->ranks; rank-- > 0;)
        table->rank_of[table_row(table, rank)] = rank;
}

/* Flows come in the order of sets, then steps, so each group of ends is filled in that order. */
static void index_ends(struct flow_table *table, const uint32_t *set_of)
{
    size_t groups = table->set_count * table->rows, count = 0;
    table->first_end = mem_zeroed(groups + 2, sizeof *table->first_end);
    for (size_t f = 0; f < table->flow_count; f++)
        for (uint32_t i = 0; i < table->flows[f].row_count; i++, count++)
            table->first_end[set_of[f] * table->rows +
                             table->flow_rows[table->flows[f].first_row + i] + 2]++;
    table->ends = mem_zeroed(count + 1, sizeof *table->ends);
    for (size_t g = 0; g < groups; g++)
        table->first_end[g + 2] += table->first_end[g + 1];
    size_t *next = &table->first_end[1]; /* in the end, where the next group begins */
    for (size_t f = 0; f < table->flow_count; f++)
        for (uint32_t i = 0; i < table->flows[f].row_count; i++)
            table->ends[next[set_of[f] * table->rows +
                             table->flow_rows[table->flows[f].first_row + i]]++] = (uint32_t)f;
}

static void add_flow(struct flow_table *table, double share_ratio, double latency_s, size_t step,
                     size_t first_row, size_t row_count)
{
    table->flows[table->flow_count++] = (struct table_flow){
        share_ratio, latency_s, (uint32_t)step, (uint32_t)first_row, (uint32_t)row_count};
}

static void list_classes(const struct fold *fold, struct flow_table *table, uint32_t *set_of)
{
    for (size_t i = 0; i < fold->end_count; i++)
        table->flow_rows[i] = (uint32_t)fold->ends[i];
    for (size_t c = 0; c < fold->class_count; c++) {
        const struct fold_class *class = &fold->classes[c];
        set_of[c] = (uint32_t) class->set;
        add_flow(table, class->share_ratio, class->latency_s, class->step, class->first_end,
                 class->end_count);
    }
}

static void list_flows(const struct flow_set *const *sets, struct flow_table *table,
                       uint32_t *set_of)
{
    for (size_t s = 0; s < table->set_count; s++)
        for (size_t i = 0; i < sets[s]->flow_count; i++) {
            const struct flow *flow = &sets[s]->flows[i];
            size_t first = 2 * table->flow_count;
            set_of[table->flow_count] = (uint32_t)s;
            table->flow_rows[first] = (uint32_t)flow->from;
            table->flow_rows[first + 1] = (uint32_t)flow->to;
            add_flow(table, flow->share_ratio, flow->latency_s, flow->step, first, 2);
        }
}

void flow_table_build(size_t ranks, const struct flow_set *const *sets, size_t set_count,
                      const struct fold *fold, struct flow_table *ret)
{
    *ret = (struct flow_table){.ranks = ranks,
                               .rows = fold ? fold->orbit_count : ranks,
                               .set_count = set_count,
                               .row_of = fold ? fold->orbit_of : NULL};
    size_t flows = fold ? fold->class_count : 0, ends = fold ? fold->end_count : 0;
    for (size_t s = 0; s < set_count && !fold; s++) {
        flows += sets[s]->flow_count;
        ends += 2 * sets[s]->flow_count;
    }
    uint32_t *set_of = mem_zeroed(flows + 1, sizeof *set_of);
    ret->flows = mem_zeroed(flows + 1, sizeof *ret->flows);
    ret->flow_rows = mem_zeroed(ends + 1, sizeof *ret->flow_rows);
    if (fold)
        list_classes(fold, ret, set_of);
    else
        list_flows(sets, ret, set_of);
    find_ranks(ret);
    index_ends(ret, set_of);
    free(set_of);
}

void flow_table_identical(size_t ranks, struct flow_table *ret)
{
    *ret = (struct flow_table){.ranks = ranks, .rows = 1};
    ret->rank_of = mem_zeroed(1, sizeof *ret->rank_of);
}

void flow_table_done(struct flow_table *table)
{
    free(table->rank_of);
    free(table->flows);
    free(table->flow_rows);
    free(table->first_end);
    free(table->ends);
    *table = (struct flow_table){0};
}
