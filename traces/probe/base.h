/* What every file of the probe uses: exit codes, memory that does not fail quietly, and words. */
#ifndef PROBE_BASE_H
#define PROBE_BASE_H

#include <stddef.h>
#include <stdio.h>

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

void *need_memory(size_t count, size_t size);              /* zeroed */
void *resize_memory(void *old, size_t count, size_t size); /* new bytes are not cleared */

/* A message under construction; readers fill it where they refuse an input. */
struct complaint {
    char text[512];
};
/* Always returns -1, so that `return complain(…)` reads well. */
int complain(struct complaint *to, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Whole file, NUL-terminated, refused above 64 MiB; NULL with a complaint on failure. */
char *read_file(const char *path, struct complaint *why);

/* Lets `put` write `what` to a file beside path, which is then renamed over it; "-" is standard
 * output. Negative with a complaint on failure, and nothing is left behind. */
int write_whole(const char *path, void (*put)(FILE *to, const void *what), const void *what,
                struct complaint *why);

/* Position of word in a NULL-terminated list, or -1. */
int word_index(const char *const *words, const char *word);

/* Median and percentiles of count > 0 values; sorts them in place. ratio in 0..1, interpolated. */
double quantile(double *values, size_t count, double ratio);

double host_seconds(void); /* monotonic */

#ifdef __cplusplus
}
#endif

#endif
