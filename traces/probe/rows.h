/* Rows of a cost file (doc/formats.md, "Costs"): collected while measuring, written with
 * provenance. */
#ifndef PROBE_ROWS_H
#define PROBE_ROWS_H

#include "base.h"
#include "shape.h"
#include "timing_result.h"

enum protocol { PROTOCOL_HOT, PROTOCOL_PACED, PROTOCOL_MIXED, PROTOCOL_COUNT };
extern const char *const protocol_names[]; /* NULL-terminated */

struct row {
    const char *kind;  /* an operator kind, "copy_h2d", … ; a constant text */
    const char *pass;  /* NULL where it does not apply */
    const char *dtype; /* NULL likewise */
    enum protocol protocol;
    double duty_ratio; /* 0: does not apply */
    struct shape shape;
    unsigned fields;      /* enum shape_field of the shape's cells that apply */
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
struct row row_of_operator(enum kind kind, enum pass pass, enum dtype dtype,
                           const struct shape *shape);

/* False, and nothing added, when a row of the same key is there: readers refuse duplicates. */
bool rows_add(struct rows *rows, const struct row *row);
bool rows_have(const struct rows *rows, const struct row *row);
void rows_done(struct rows *rows);

/* '#' lines as given (each "key: value"), header, rows. Through a file beside path renamed over it;
 * "-" is standard output. */
int rows_write(const struct rows *rows, const char *path, char *const *facts, size_t fact_count,
               struct complaint *why);

#endif
