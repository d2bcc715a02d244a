/* What is wrong with an input, and where.
 *
 * Library code never prints. It adds messages to a struct diag and returns a negative errno, and
 * the command prints them. A diag knows nothing of JSON or CSV, only of files and places in them.
 */
#ifndef SCMOESIM_BASE_DIAG_H
#define SCMOESIM_BASE_DIAG_H

#include <stddef.h>
#include <stdio.h>

/* Zero-initialise to begin: struct diag diag = {0}. */
struct diag {
    char **messages; /* each without the program's name and without the newline at its end */
    size_t count;
    size_t left_out; /* complaints after the first DIAG_MAX: counted, not kept */
};

/* A file can be wrong in a million places; nobody reads more than the first of them. */
#define DIAG_MAX 100

/* Adds "FILE: PLACE: text". FILE is the path as the user typed it. PLACE is a JSON Pointer or "line
 * 12". Either may be NULL, and is then left out with its colon. Always returns -EINVAL, so that
 * `return diag_at(…)` reads well. */
int diag_at(struct diag *diag, const char *file, const char *place, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Adds a message that has no place in a file. Returns -EINVAL. */
int diag_say(struct diag *diag, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints each message as "PROGRAM: message\n", then how many were left out. */
void diag_print(const struct diag *diag, const char *program, FILE *to);

/* The messages with "; " between them, in fresh memory. */
char *diag_joined(const struct diag *diag);

/* Frees the messages and makes diag empty again. NULL is fine. */
void diag_done(struct diag *diag);

#endif
