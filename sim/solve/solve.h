/* The question turned round: which value of an input gives a wanted result, or the best one.
 *
 * The range is looked over at equal steps first (equal ratios where it spans a factor of ten or
 * more); then GSL's Brent methods narrow down where the result crosses the target, or where it is
 * best. Every value is played in a process of its own from the same state, so an answer depends on
 * nothing else. */
#ifndef SCMOESIM_SOLVE_SOLVE_H
#define SCMOESIM_SOLVE_SOLVE_H

#include "sim/sweep/sweep.h"

enum solve_goal { SOLVE_TARGET, SOLVE_MINIMUM, SOLVE_MAXIMUM };

struct solve_order {
    struct study_request base; /* with one schedule */
    const char *pointer;
    double from, to; /* from < to */
    bool whole;      /* only whole numbers */
    enum solve_goal goal;
    const char *column; /* of doc/results.md, a number */
    double target;
};

/* What a value gives. */
struct solve_point {
    double at, value;
};

struct solution {
    bool found;
    struct solve_point answer;      /* found: value is close to the target, or the best */
    struct solve_point least, most; /* of everything played */
    bool at_end;                    /* the best lies at an end of the range */
    size_t crossings;               /* of the target that the look-over saw */
    struct solve_point neighbour;   /* whole numbers: the nearest one seen that misses the target */
    size_t played, failed;          /* values; those that could not be played were left out */
    char *failure;                  /* what the first of them said, fresh; NULL: none */
};

/* Fails when the column is no number, when nothing in the range can be played, or when a value on
 * the way to the answer cannot. Not finding a target is an answer. */
int solve(const struct solve_order *order, struct diag *diag, struct solution *ret);

#endif
