/* A cost file's rows as they were measured: copies by size, overheads, and everything for
 * analyses. */
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/cost/cost.h"
#include "sim/cost/rows.h"

/* ---- Copies ---- */

struct copy_point {
    double bytes, time_s;
};

static int by_bytes(const void *a, const void *b)
{
    double x = ((const struct copy_point *)a)->bytes, y = ((const struct copy_point *)b)->bytes;

    return (x > y) - (x < y);
}

bool cost_copy_s(const struct cost_table *table, const char *kind, double bytes, double *ret)
{
    struct copy_point *points = mem_zeroed(cost_table_rows(table), sizeof(*points));
    size_t count = 0;

    for (size_t i = 0; i < cost_table_rows(table); i++) {
        const struct cost_row *row = &cost_table_sorted(table)[i];
        if (row->key[KEY_BYTES] > 0 &&
            strcmp(cost_key_kind_name(row->key), kind) == 0)
            points[count++] = (struct copy_point){row->key[KEY_BYTES], row->time_s};
    }
    if (count >= 2) {
        size_t right = 1;
        qsort(points, count, sizeof(*points), by_bytes);
        while (right + 1 < count && points[right].bytes < bytes)
            right++;
        const struct copy_point *a = &points[right - 1], *b = &points[right];
        /* Straight lines: latency plus bytes over bandwidth is one. Below the smallest size the
         * latency stays. */
        *ret = bytes <= a->bytes && right == 1
                   ? a->time_s
                   : a->time_s + (b->time_s - a->time_s) * (bytes - a->bytes) / (b->bytes - a->bytes);
    }
    free(points);
    return count >= 2;
}

/* ---- Overheads ---- */

double cost_overhead_s(const struct cost_table *table, const char *kind)
{
    for (size_t i = cost_table_rows(table); i-- > 0;) { /* they sort behind the operators */
        const struct cost_row *row = &cost_table_sorted(table)[i];
        if (row->key[KEY_KIND] < OPERATOR_KIND_COUNT)
            break;
        if (strcmp(cost_key_kind_name(row->key), kind) == 0)
            return row->time_s;
    }
    return 0;
}

/* ---- Rows for analyses ---- */

static double told(const double *key, enum key part)
{
    return key[part] == KEY_ANY ? 0 : key[part];
}

void cost_table_measurement(const struct cost_table *table, size_t row,
                            struct cost_measurement *ret)
{
    const double *key = cost_table_sorted(table)[row].key;
    bool is_operator = key[KEY_KIND] < OPERATOR_KIND_COUNT &&
                       operator_computes((enum operator_kind)key[KEY_KIND]);

    *ret = (struct cost_measurement){
        .kind_name = cost_key_kind_name(key),
        .is_operator = is_operator && told(key, KEY_SM_COUNT) == 0,
        .kind = is_operator ? (enum operator_kind)key[KEY_KIND] : OPERATOR_KIND_COUNT,
        .pass = key[KEY_PASS] == KEY_ANY ? PASS_FORWARD : (enum operator_pass)key[KEY_PASS],
        .dtype = key[KEY_DTYPE] == KEY_ANY ? DTYPE_COUNT : (enum dtype)key[KEY_DTYPE],
        .shape = {.tokens = told(key, KEY_TOKENS),
                  .hidden = (size_t)told(key, KEY_HIDDEN),
                  .ffn_hidden = (size_t)told(key, KEY_FFN_HIDDEN),
                  .heads = (size_t)told(key, KEY_HEADS),
                  .kv_heads = (size_t)told(key, KEY_KV_HEADS),
                  .head_dim = (size_t)told(key, KEY_HEAD_DIM),
                  .span_tokens = (size_t)told(key, KEY_SPAN_TOKENS),
                  .causal = told(key, KEY_CAUSAL) != 0,
                  .gated = told(key, KEY_GATED) != 0,
                  .experts = (size_t)told(key, KEY_EXPERTS),
                  .top_k = (size_t)told(key, KEY_TOP_K),
                  .capacity_factor = told(key, KEY_CAPACITY_FACTOR),
                  .vocabulary = (size_t)told(key, KEY_VOCABULARY)},
        .bytes = told(key, KEY_BYTES),
        .sm_count = (size_t)told(key, KEY_SM_COUNT),
        .protocol = cost_key_protocol_name(key),
        .time_s = cost_table_sorted(table)[row].time_s,
        .line = cost_table_sorted(table)[row].line,
    };
}
