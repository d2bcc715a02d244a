/* Finding shipped data and writing results.
 *
 * Data are models/ and topologies/. They are taken from the first of these that has them:
 *   $SCMOESIM_DATA, taken as it is;
 *   the sources of a build tree, if the binary lies at its root. The tree may be anywhere;
 *   the data installed with the binary. Both may have been moved together;
 *   the sources of a build tree that the binary lies deeper in, as tests do;
 *   the folder fixed at compile time (SCMOESIM_DATADIR). */
#ifndef SCMOESIM_BASE_FILE_H
#define SCMOESIM_BASE_FILE_H

#include <stddef.h>
#include "sim/base/diag.h"
#include "sim/base/text.h"

/* The data directory, found once; never NULL (the compile-time one when nothing is found). */
const char *data_directory(void);

/* Where a user's NAME|FILE lies. A word with a '/' or ending in ".json" is a path, and comes back
 * as it is. Otherwise DATA/FOLDER/NAME.json must exist. A miss is a complaint: it says what kind of
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

/* write() until everything is; 0, or -1 and errno. */
int write_all(int fd, const void *bytes, size_t count);

/* Writes all of content. A temporary file beside path is renamed over it, so a reader never sees
 * half a file. A pipe, a link, /dev/stdout and whatever else is no regular file is written to
 * directly. "-" writes to standard output. Failure names path and reason. */
int file_write(const char *path, const struct text *content, struct diag *diag);

#endif
