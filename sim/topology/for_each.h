/* The "for" of a topology entry, and names that hold its variables in braces. A variable counts
 * from 0.
 *
 * Braces hold a sum of counts, variables and COUNT*VARIABLE. A %COUNT behind it applies to the
 * whole sum: {g}, {8*n+g}, {i+1%4}. */
#ifndef SCMOESIM_TOPOLOGY_FOR_EACH_H
#define SCMOESIM_TOPOLOGY_FOR_EACH_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/base/json.h"
#include "sim/base/text.h"

#define FOR_VARIABLES_MAX 4  /* variables of one entry */
#define FOR_COUNT_MAX 65536u /* values of one variable: as many as there may be GPUs */

struct for_variable {
    const char *name; /* borrowed from the document */
    size_t count, value;
    bool used;
};

struct for_each {
    struct for_variable variables[FOR_VARIABLES_MAX];
    size_t count;
};

/* Reads the entry's member "for". An entry without one has no variables. */
int for_each_read(const struct jcur *entry, struct for_each *ret);

/* Marks the variables that the name at `at` mentions. Checks that the name has letters, digits, '_'
 * and {sum} only, and '/' where allow_slash is true. */
int for_each_mark(struct for_each *for_each, const struct jcur *at, bool allow_slash);

/* Rounds over the variables in use, the last one fastest:
 *
 *     do { ... } while (for_each_next(&for_each));
 *
 * After the last round, as after for_each_read, all of them are 0. */
bool for_each_next(struct for_each *for_each);
/* How many rounds that is. Stops counting above limit. */
size_t for_each_rounds(const struct for_each *for_each, size_t limit);

/* Writes the pattern into `to`, emptied first, with each {sum} replaced by its value. The pattern
 * went through for_each_mark before. */
void for_each_expand(const struct for_each *for_each, const char *pattern, struct text *to);

/* Complains about variables that nothing mentions: they would repeat the same thing. */
int for_each_all_used(const struct for_each *for_each, const struct jcur *entry);

#endif
