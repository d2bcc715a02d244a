/* Rows of a cost file (doc/formats.md, "Costs"): collected while measuring, written with
 * provenance. */
#ifndef PROBE_ROWS_H
#define PROBE_ROWS_H

#include "sim/base/diag.h"
#include "sim/base/text.h"
#include "sim/model/operator.h"
#include "timing_result.h"

enum protocol { PROTOCOL_HOT, PROTOCOL_PACED, PROTOCOL_MIXED, PROTOCOL_COUNT };
extern const char *const protocol_names[]; /* NULL-terminated */

struct row {
    const char *kind;  /* an operator kind, "copy_h2d", … ; a constant text */
    const char *pass;  /* NULL where it does not apply */
    const char *dtype; /* NULL likewise */
    enum protocol protocol;
    double duty_ratio; /* 0: does not apply */
    struct operator_shape shape;
    unsigned fields;      /* bit per field of the shape that applies: 1 << SHAPE_HIDDEN, … */
    double bytes;         /* 0: does not apply */
    int sm_count;         /* 0: does not apply */
    int ranks;            /* of an All-to-All; 0: does not apply */
    struct timing timing; /* of one run */
};

struct rows {
    struct row *row;
    size_t count, room;
};

/* The row of an operator, its timing still empty. */
struct row row_of_operator(enum operator_kind kind, enum operator_pass pass, enum dtype dtype,
                           const struct operator_shape *shape);

/* False, and nothing added, when a row of the same key is there: readers refuse duplicates. */
bool rows_add(struct rows *rows, const struct row *row);
bool rows_have(const struct rows *rows, const struct row *row);
void rows_done(struct rows *rows);

/* facts: lines that begin with '#'. Then the header, and the rows. "-" is standard output. */
int rows_write(const struct rows *rows, const char *path, const struct text *facts,
               struct diag *diag);

#endif
