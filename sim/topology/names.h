/* A numbered set of names, found by name in constant time. Used while a topology is laid out. */
#ifndef SCMOESIM_TOPOLOGY_NAMES_H
#define SCMOESIM_TOPOLOGY_NAMES_H

#include <stddef.h>

#define NAME_NONE ((size_t)-1)

/* Zero-initialise to begin. */
struct names {
    char **names; /* in the order of arrival, then a NULL, so that suggest() can read it */
    size_t count;
    size_t *slots; /* hash table of positions in names, NAME_NONE where free */
    size_t slot_count;
};

/* Takes over the name's memory and returns its number, or NAME_NONE (and takes nothing) where
 * the set has it already. */
size_t names_add(struct names *set, char *name);
/* NAME_NONE when absent. */
size_t names_lookup(const struct names *set, const char *name);
void names_done(struct names *set);

#endif
