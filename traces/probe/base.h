/* What every file of the probe uses beside the program's sim/base: exit codes, ends and notes,
 * quantiles, the host's clock. */
#ifndef PROBE_BASE_H
#define PROBE_BASE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum exit_code {
    EXIT_FINE = 0,
    EXIT_CHECK_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_BAD_INPUT = 3,
    EXIT_BUG = 70,
    EXIT_NO_GPU = 77,
};

/* Prints "scmoesim-probe: message" on standard error and ends the process. */
void die(enum exit_code code, const char *format, ...)
    __attribute__((format(printf, 2, 3), noreturn));

/* The same line without ending: for what is left out of a measurement, and why. */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Either of them with every message of a diag. */
struct diag;
void die_of(enum exit_code code, const struct diag *why) __attribute__((noreturn));
void note_of(const struct diag *why);

/* Position of word in a NULL-terminated list, or -1. */
int word_index(const char *const *words, const char *word);

/* Median and percentiles of count > 0 values; sorts them in place. ratio in 0..1, interpolated. */
double quantile(double *values, size_t count, double ratio);

double host_seconds(void); /* monotonic */

#ifdef __cplusplus
}
#endif

#endif
