/* One operator under test: its buffers as doubles, and the verdict so far. */
#ifndef PROBE_CHECK_H
#define PROBE_CHECK_H

#include "lab.h"
#include "operator.h"

#define KEPT_MAX 64

struct check {
    struct lab *lab;
    const struct op *op;
    double *kept[KEPT_MAX]; /* freed with the check */
    size_t kept_count;
    double worst; /* greatest relative error */
    const char *worst_name;
    int wrong; /* comparisons that failed */
};

/* A buffer of the first set, as doubles; and room for doubles. Freed with the check. */
const double *check_fetch(struct check *check, enum buffer which);
double *check_room(struct check *check, size_t count);
void check_done(struct check *check);

/* |got - want| / |want| against what the element type allows; NaN never passes. */
void check_close(struct check *check, const char *name, enum buffer which, const double *want);
/* The same against a bound of its own, for results that are fp32 whatever the operands are. */
void check_within(struct check *check, const char *name, const double *got, const double *want,
                  size_t count, double bound);
void check_true(struct check *check, const char *name, bool holds);

/* Compares everything the operator's pass has written; in check_kinds.c and check_routing.c. */
void check_kind(struct check *check);
void check_gate(struct check *check);
void check_encode(struct check *check);
void check_decode(struct check *check);

/* The norm in front of a kind; gradients only where the pass has them. Returns the normed rows. */
const double *check_normed(struct check *check);
void check_norm_gradient(struct check *check, const double *slope, const double *skip);

#endif
