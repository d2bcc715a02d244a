/* What the tests of this room share. */
#ifndef SCMOESIM_TESTS_UNIT_BASE_EXPECT_H
#define SCMOESIM_TESTS_UNIT_BASE_EXPECT_H

#include <gsl/gsl_test.h>
#include <stdint.h>
#include "sim/base/diag.h"
#include "sim/base/text.h"

/* The messages, one after another with '\n' between, must be exactly these; empties the diag. */
static inline void expect_said(struct diag *diag, const char *want, const char *why)
{
    struct text said = {0};
    for (size_t i = 0; i < diag->count; i++)
        text_add(&said, "%s%s", i ? "\n" : "", diag->messages[i]);
    gsl_test_str(text_get(&said), want, "%s", why);
    text_done(&said);
    diag_done(diag);
}

/* Marsaglia's xorshift64 with the shifts 13, 7, 17: the same sequence on every machine. */
static inline uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

#endif
