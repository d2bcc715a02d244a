/* A cost file's rows as they were measured: overheads, operators that rows name, and all of them
 * for analyses. */
#include <string.h>

#include "sim/cost/cost.h"
#include "sim/cost/rows.h"

/* ---- Operators by name ---- */

/* "expert@2#1", the first chunk of the second layer's: the row speaks of "expert#1" in every layer.
 */
static bool names_operator(const char *row, const char *name)
{
    size_t stem = strcspn(name, "@");
    const char *rest = name + stem;

    if (*rest)
        rest += 1 + strspn(rest + 1, "0123456789");
    return strcmp(row, name) == 0 ||
           (strncmp(row, name, stem) == 0 && strcmp(row + stem, rest) == 0);
}

bool cost_named_s(const struct cost_table *table, const char *name, double *ret_time_s,
                  size_t *ret_sm_count)
{
    for (size_t i = cost_table_rows(table); i-- > 0;) {
        const struct cost_row *row = &cost_table_sorted(table)[i];
        if (!row->operator_name)
            return false;
        if (names_operator(row->operator_name, name)) {
            *ret_time_s = row->time_s;
            *ret_sm_count = (size_t)row->key[KEY_SM_COUNT];
            return true;
        }
    }
    return false;
}

/* ---- Overheads ---- */

double cost_overhead_s(const struct cost_table *table, const char *kind)
{
    for (size_t i = cost_table_rows(table); i-- > 0;) { /* behind the operators, before names */
        const struct cost_row *row = &cost_table_sorted(table)[i];
        if (row->operator_name)
            continue;
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
    bool is_operator = !cost_table_sorted(table)[row].operator_name &&
                       key[KEY_KIND] < OPERATOR_KIND_COUNT &&
                       operator_computes((enum operator_kind)key[KEY_KIND]);

    size_t span = (size_t)told(key, KEY_SPAN_TOKENS);

    if (key[KEY_TOKENS] != KEY_ANY)
        span = operator_span(span, key[KEY_TOKENS], told(key, KEY_OWN_CACHE) > 0);
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
                  .span_tokens = span,
                  .causal = told(key, KEY_CAUSAL) != 0,
                  .gated = told(key, KEY_GATED) != 0,
                  .experts = (size_t)told(key, KEY_EXPERTS),
                  .top_k = (size_t)told(key, KEY_TOP_K),
                  .capacity_factor = told(key, KEY_CAPACITY_FACTOR),
                  .vocabulary = (size_t)told(key, KEY_VOCABULARY),
                  .own_cache = told(key, KEY_OWN_CACHE) > 0,
                  .q_rank = (size_t)told(key, KEY_Q_RANK),
                  .kv_rank = (size_t)told(key, KEY_KV_RANK),
                  .rope_dim = (size_t)told(key, KEY_ROPE_DIM),
                  .state_dim = (size_t)told(key, KEY_STATE_DIM),
                  .groups = (size_t)told(key, KEY_GROUPS),
                  .latent_hidden = (size_t)told(key, KEY_LATENT_HIDDEN),
                  .shared = key[KEY_KIND] == OPERATOR_DECODE && told(key, KEY_TOP_K) == 1},
        .bytes = told(key, KEY_BYTES),
        .sm_count = (size_t)told(key, KEY_SM_COUNT),
        .protocol = cost_key_protocol_name(key),
        .time_s = cost_table_sorted(table)[row].time_s,
        .file = cost_table_sorted(table)[row].file,
        .line = cost_table_sorted(table)[row].line,
    };
}
