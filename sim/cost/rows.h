/* The rows of a cost file, checked and sorted. Internal to sim/cost. */
#ifndef SCMOESIM_COST_ROWS_H
#define SCMOESIM_COST_ROWS_H

#include "sim/base/csv.h"
#include "sim/base/diag.h"
#include "sim/model/operator.h"

/* What tells one row from another, in sorting order: rows equal up to KEY_SM_COUNT measured the
 * same operator, up to KEY_DUTY in the same way, so that they form one curve over KEY_TOKENS. */
enum key {
    KEY_KIND, /* enum operator_kind, or OPERATOR_KIND_COUNT + the position among other kinds */
    KEY_PASS,
    KEY_DTYPE,
    KEY_HIDDEN,
    KEY_FFN_HIDDEN,
    KEY_HEADS,
    KEY_KV_HEADS,
    KEY_HEAD_DIM,
    KEY_SPAN_TOKENS,
    KEY_CAUSAL,
    KEY_GATED,
    KEY_EXPERTS,
    KEY_TOP_K,
    KEY_CAPACITY_FACTOR,
    KEY_VOCABULARY,
    KEY_OWN_CACHE,
    KEY_Q_RANK,
    KEY_KV_RANK,
    KEY_ROPE_DIM,
    KEY_STATE_DIM,
    KEY_GROUPS,
    KEY_LATENT_HIDDEN,
    KEY_BYTES,
    KEY_RANKS, /* that exchanged, of an All-to-All */
    KEY_SM_COUNT,
    KEY_PROTOCOL,
    KEY_DUTY,
    KEY_TOKENS,
    KEY_COUNT
};

enum protocol { PROTOCOL_HOT, PROTOCOL_PACED, PROTOCOL_MIXED, PROTOCOL_COUNT };

/* The shape's parts from KEY_UNCOMMON on are 0 in rows that tell a shape and leave them out. */
#define KEY_UNCOMMON KEY_OWN_CACHE
#define KEY_SHAPE_LAST KEY_LATENT_HIDDEN

/* In place of a value: the cell is empty or the column absent, so that every value matches. */
#define KEY_ANY (-1.0)

struct cost_row {
    char *operator_name; /* of a plan, whose time this row is whatever the size; NULL for all others
                          */
    double key[KEY_COUNT];
    double time_s;
    size_t line; /* in the file, from 1 */
    size_t file; /* position among the files that were read together */
};

/* Checks every cell, then sorts: rows that name an operator come last. Adds every problem to diag
 * before failing; the caller frees *ret with cost_rows_free. */
int cost_rows_read(const struct csv *csv, struct diag *diag, struct cost_row **ret);

/* Joins the sorted rows of several files: where two files measured the same, the earlier one's row
 * stays. Takes and frees the arrays; the caller frees the result. */
struct cost_row *cost_rows_join(struct cost_row **files, const size_t *counts, size_t file_count,
                                size_t *ret_count);

void cost_rows_free(struct cost_row *rows, size_t count);

/* A table's rows in its order, cost_table_rows of them; borrowed. In table.c. */
struct cost_table;
const struct cost_row *cost_table_sorted(const struct cost_table *table);

/* An index over sorted rows, which it takes. In table.c. */
struct cost_table *cost_table_of(struct cost_row *owned_rows, size_t count);

/* Writes the parts of a key that describe a shape, KEY_HIDDEN to KEY_SHAPE_LAST. */
void cost_key_shape(const struct operator_shape *shape, double key[KEY_COUNT]);

/* The name of a row's kind, operator or not; and of its protocol. Static. */
const char *cost_key_kind_name(const double key[KEY_COUNT]);
const char *cost_key_protocol_name(const double key[KEY_COUNT]);

/* Compares the first `depth` parts of two keys. */
int cost_key_order(const double *a, const double *b, size_t depth);

#endif
