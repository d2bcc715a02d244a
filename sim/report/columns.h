/* The columns of a result, once for every printer that spells them out. A column is named like the
 * member of struct result that it shows, or like the kind of operators whose time it shows. */
#ifndef SCMOESIM_REPORT_COLUMNS_H
#define SCMOESIM_REPORT_COLUMNS_H

#include "sim/report/result.h"

enum cell {
    CELL_TEXT,   /* a const char *; NULL: empty */
    CELL_NUMBER, /* a double; not finite: empty */
    CELL_COUNT,  /* a size_t; 0: empty */
    CELL_MODE,   /* an enum run_mode, by name */
};

#define RESULT_COLUMNS(X)                                                                          \
    X(model, CELL_TEXT)                                                                            \
    X(topology, CELL_TEXT)                                                                         \
    X(mode, CELL_MODE)                                                                             \
    X(schedule, CELL_TEXT)                                                                         \
    X(ranks, CELL_COUNT)                                                                           \
    X(ep, CELL_COUNT)                                                                              \
    X(tokens_per_rank, CELL_NUMBER)                                                                \
    X(pair_time_s, CELL_NUMBER)                                                                    \
    X(speedup_ratio, CELL_NUMBER)                                                                  \
    X(end_to_end_time_s, CELL_NUMBER)                                                              \
    X(end_to_end_speedup_ratio, CELL_NUMBER)                                                       \
    X(compute_time_s, CELL_NUMBER)                                                                 \
    X(a2a_time_s, CELL_NUMBER)                                                                     \
    X(exposed_a2a_s, CELL_NUMBER)                                                                  \
    X(exposed_dispatch_s, CELL_NUMBER)                                                             \
    X(exposed_combine_s, CELL_NUMBER)                                                              \
    X(overlap_ratio, CELL_NUMBER)                                                                  \
    X(a2a_bound_ratio, CELL_NUMBER)                                                                \
    X(limited_by, CELL_TEXT)                                                                       \
    X(a2a_share_of_moe_ratio, CELL_NUMBER)                                                         \
    X(a2a_algorithm, CELL_TEXT)                                                                    \
    X(backward_a2a_algorithm, CELL_TEXT)                                                           \
    X(routing, CELL_TEXT)                                                                          \
    X(draws, CELL_COUNT)                                                                           \
    X(pair_time_p10_s, CELL_NUMBER)                                                                \
    X(pair_time_p50_s, CELL_NUMBER)                                                                \
    X(pair_time_p90_s, CELL_NUMBER)                                                                \
    X(load_imbalance_ratio, CELL_NUMBER)                                                           \
    X(dropped_ratio, CELL_NUMBER)                                                                  \
    X(slot, CELL_COUNT)                                                                            \
    X(chunks, CELL_COUNT)                                                                          \
    X(backward_slot, CELL_COUNT)                                                                   \
    X(backward_chunks, CELL_COUNT)                                                                 \
    X(eq11_slot, CELL_COUNT)                                                                       \
    X(gradient_tail_s, CELL_NUMBER)                                                                \
    X(optimizer_s, CELL_NUMBER)                                                                    \
    X(measured_ratio, CELL_NUMBER)                                                                 \
    X(pair_uncertainty_ratio, CELL_NUMBER)                                                         \
    X(speedup_uncertainty_ratio, CELL_NUMBER)                                                      \
    X(peak_memory_bytes, CELL_NUMBER)                                                              \
    X(simulated_ranks, CELL_COUNT)                                                                 \
    X(node_network_bytes_per_s, CELL_NUMBER)

/* Columns of struct result's operator_time_s, one for each kind that computes. */
#define OPERATOR_COLUMNS(X)                                                                        \
    X(attention_time_s, OPERATOR_ATTENTION)                                                        \
    X(mlp_time_s, OPERATOR_MLP)                                                                    \
    X(shared_expert_time_s, OPERATOR_SHARED_EXPERT)                                                \
    X(gate_time_s, OPERATOR_GATE)                                                                  \
    X(encode_time_s, OPERATOR_ENCODE)                                                              \
    X(expert_time_s, OPERATOR_EXPERT)                                                              \
    X(decode_time_s, OPERATOR_DECODE)                                                              \
    X(norm_time_s, OPERATOR_NORM)                                                                  \
    X(residual_time_s, OPERATOR_RESIDUAL)                                                          \
    X(qkv_projection_time_s, OPERATOR_QKV_PROJECTION)                                              \
    X(attention_core_time_s, OPERATOR_ATTENTION_CORE)                                              \
    X(output_projection_time_s, OPERATOR_OUTPUT_PROJECTION)                                        \
    X(lm_head_time_s, OPERATOR_LM_HEAD)

struct result_column {
    const char *name;
    enum cell cell;
    size_t offset; /* of the member inside struct result */
};

/* RESULT_COLUMNS, then OPERATOR_COLUMNS, in the order of result_columns; ends with a NULL name. */
extern const struct result_column result_column_table[];

static inline const void *result_member(const struct result *result,
                                        const struct result_column *column)
{
    return (const char *)result + column->offset;
}

/* Of a CELL_NUMBER or CELL_COUNT column. */
static inline double result_number(const struct result *result, const struct result_column *column)
{
    const void *member = result_member(result, column);
    return column->cell == CELL_COUNT ? (double)*(const size_t *)member : *(const double *)member;
}

#endif
