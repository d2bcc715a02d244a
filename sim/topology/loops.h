/* The `for` of a topology entry: variables that count from 0, and names that hold them in braces.
 *
 * In the braces stands a sum of counts, variables and count*variable, maybe with %count behind it,
 * which is applied to the whole sum: {g}, {8*n+g}, {i+1%4}. */
#ifndef SCMOESIM_TOPOLOGY_LOOPS_H
#define SCMOESIM_TOPOLOGY_LOOPS_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/base/json.h"
#include "sim/base/text.h"

#define LOOPS_MAX 4           /* variables of one entry */
#define LOOP_COUNT_MAX 65536u /* values of one variable: as many as there may be GPUs */

struct loop {
    const char *variable; /* borrowed from the document */
    size_t count, value;
    bool used;
};

struct loops {
    struct loop loops[LOOPS_MAX];
    size_t count;
};

/* Reads the entry's member "for"; none is no loops. */
int loops_read(const struct jcur *entry, struct loops *ret);

/* Marks the variables that the name at `at` mentions, and checks the name's letters: letters,
 * digits, '_' and {sum}, and '/' too where allow_slash is true. */
int loops_mark(struct loops *loops, const struct jcur *at, bool allow_slash);

/* Rounds over the variables in use, the last one fastest:
 *
 *     loops_begin(&loops);
 *     do { ... } while (loops_next(&loops));
 */
void loops_begin(struct loops *loops);
bool loops_next(struct loops *loops);
/* How many rounds that is; stops counting above limit. */
size_t loops_rounds(const struct loops *loops, size_t limit);

/* The pattern with each {sum} replaced by its value, into `to`, which is emptied first. The
 * pattern went through loops_mark before. */
void loops_expand(const struct loops *loops, const char *pattern, struct text *to);

/* Complains about variables that nothing mentions: each would only repeat the same thing. */
int loops_all_used(const struct loops *loops, const struct jcur *entry);

#endif
