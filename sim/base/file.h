/* Finding shipped data and writing results.
 *
 * Data (models/, topologies/) is looked for, first hit wins: $SCMOESIM_DATA, taken as it is; the
 * nearest folder above the running binary that holds both (a build tree inside the sources);
 * ../share/scmoesim beside the binary; the directory fixed at compile time (SCMOESIM_DATADIR). */
#ifndef SCMOESIM_BASE_FILE_H
#define SCMOESIM_BASE_FILE_H

#include <stddef.h>
#include "sim/base/diag.h"
#include "sim/base/text.h"

/* The data directory, found once; never NULL (the compile-time one when nothing is found). */
const char *data_directory(void);

/* Where a user's NAME|FILE lies. A word with a '/' or ending in ".json" is a path and comes back as
 * it is; else DATA/FOLDER/NAME.json must exist, and a miss is a complaint that says what kind of
 * thing was wanted ("model"), suggests a near name and lists the known ones. Caller frees *ret. */
int data_find(const char *folder, const char *what, const char *word, struct diag *diag,
              char **ret);

/* Sorted names (without .json) in DATA/FOLDER, NULL-terminated; free with names_free. */
char **data_names(const char *folder);
void names_free(char **names);

/* "a/b" of "a/b/c.json", "." of "c.json". Fresh memory. */
char *file_folder(const char *path);

/* Whole file into fresh memory, NUL-terminated; refused beyond limit bytes, folders included. */
int file_read(const char *path, size_t limit, struct diag *diag, char **ret, size_t *ret_length);

/* Writes all of content, through a temporary file beside path renamed over it, so that a reader
 * never sees half a file; what is there but not a regular file (a pipe, a link, /dev/stdout) is
 * written to directly. "-" writes to standard output. Failure names path and reason. */
int file_write(const char *path, const struct text *content, struct diag *diag);

#endif
