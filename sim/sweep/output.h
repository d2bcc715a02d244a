/* A CSV file of rows that is never lost and never half a row.
 *
 * Rows come point by point in any order and are on disk when rows_append returns, in one piece:
 * each point is one write() at the end of the file. A file that was cut short (kill -9, power, a
 * full disk) ends in half a point at worst, which opening it again takes away. Closing puts points
 * in order, by a sorted copy that replaces the file at once. Knows only where a header's "point",
 * "rows", "error" and "sweep" columns are. */
#ifndef SCMOESIM_SWEEP_OUTPUT_H
#define SCMOESIM_SWEEP_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include "sim/base/diag.h"
#include "sim/base/text.h"

struct rows;

struct rows_request {
    const char *path;   /* "-": standard output, written when closed */
    const char *header; /* with its newline */
    const char *id;     /* what the column "sweep" must say */
    size_t point_count;
    bool resume; /* go on with the file, which may be absent; else it must not exist */
};

int rows_open(const struct rows_request *request, struct diag *diag, struct rows **ret);
/* For a process that was forked off: the file's lock must not outlive its owner. */
void rows_let_go(struct rows *rows);
bool rows_has(const struct rows *rows, size_t point);
size_t rows_points(const struct rows *rows);   /* that the file has */
size_t rows_failures(const struct rows *rows); /* of them, with an error */
/* Adds a point's lines. On failure (a full disk) the file is as it was before. */
int rows_append(struct rows *rows, size_t point, bool failed, const struct text *lines,
                struct diag *diag);
/* Survives a power cut from here on. */
int rows_sync(struct rows *rows, struct diag *diag);
/* Sorts, closes and frees. Where sorting fails, the file stays complete in the order of arrival. */
int rows_close(struct rows *rows, struct diag *diag);

struct merged {
    size_t points, failures;
};
/* Writes the points of several files of one sweep into one, in order. Refused: files of different
 * sweeps, half rows, a point that two files tell differently, points that no file has. */
int rows_merge(const char *const *paths, size_t count, const char *output, struct diag *diag,
               struct merged *ret);

#endif
