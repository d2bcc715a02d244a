/* A few lines of testing: each expectation prints what failed and where, the program's status
 * tells. */
#ifndef PROBE_TEST_H
#define PROBE_TEST_H

#include <math.h>
#include <stdio.h>
#include <string.h>

static int failures;

#define expect(holds)                                                                              \
    do {                                                                                           \
        if (!(holds)) {                                                                            \
            failures++;                                                                            \
            fprintf(stderr, "%s:%d: expected %s\n", __FILE__, __LINE__, #holds);                   \
        }                                                                                          \
    } while (0)

#define expect_text(got, want)                                                                     \
    do {                                                                                           \
        if (strcmp((got), (want)) != 0) {                                                          \
            failures++;                                                                            \
            fprintf(stderr, "%s:%d: got \"%s\", want \"%s\"\n", __FILE__, __LINE__, (got),         \
                    (want));                                                                       \
        }                                                                                          \
    } while (0)

/* The only message of a diag, which is forgotten then. */
#define expect_message(why, want)                                                                  \
    do {                                                                                           \
        expect((why)->count == 1);                                                                 \
        expect_text((why)->count ? (why)->messages[0] : "", want);                                 \
        diag_done(why);                                                                            \
    } while (0)

#define expect_near(got, want, relative)                                                           \
    do {                                                                                           \
        double got_ = (got), want_ = (want);                                                       \
        if (!(fabs(got_ - want_) <= (relative)*fabs(want_))) {                                     \
            failures++;                                                                            \
            fprintf(stderr, "%s:%d: %s: got %.17g, want %.17g\n", __FILE__, __LINE__, #got, got_,  \
                    want_);                                                                        \
        }                                                                                          \
    } while (0)

#endif
