/* Which algorithm each product was found fastest with, kept in a file: a later process then runs
 * the very kernels that an earlier one measured, and tunes nothing twice.
 *
 * A table of text (CSV). An algorithm is the library's own structure, which cuBLASLt promises can
 * be stored and used again with the same version of the library. */
#ifndef PROBE_CHOICES_H
#define PROBE_CHOICES_H

#include "gemm.h"
#include "sim/base/diag.h"

#define CHOICE_BYTES 64 /* of an algorithm */

struct choice {
    char gpu[256];
    size_t library; /* its version */
    struct gemm_size size;
    size_t workspace_bytes;
    double time_s; /* when it was chosen; for readers of the file */
    unsigned char algorithm[CHOICE_BYTES];
};

struct choices {
    struct choice *choice;
    size_t count, room;
};

/* A file that is not there holds no choices. */
int choices_load(const char *path, struct choices *ret, struct diag *diag);
int choices_save(const char *path, const struct choices *choices, struct diag *diag);
void choices_done(struct choices *choices);

/* NULL when there is none for this GPU, version and size; borrowed until the next choices_put. */
const struct choice *choices_find(const struct choices *choices, const char *gpu, size_t library,
                                  const struct gemm_size *size);
/* Adds one, or takes the place of an earlier one for the same. */
void choices_put(struct choices *choices, const struct choice *choice);

#endif
