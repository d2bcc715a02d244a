#include "sim/topology/layout.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/fingerprint.h"
#include "sim/base/mem.h"

/* The slot that holds the name, or the free one where it belongs; slot_count > 0. */
static size_t slot_of(const struct names *set, const char *name)
{
    size_t slot = fingerprint_text(FINGERPRINT_EMPTY, name) % set->slot_count;
    while (set->slots[slot] != NAME_NONE && strcmp(set->names[set->slots[slot]], name) != 0)
        slot = (slot + 1) % set->slot_count;
    return slot;
}

/* Keeps at least half of the slots free. */
static void make_room(struct names *set)
{
    if (set->slot_count > 2 * (set->count + 1))
        return;
    set->slot_count = set->slot_count ? 2 * set->slot_count : 64;
    set->slots = mem_resized(set->slots, set->slot_count, sizeof *set->slots);
    set->names = mem_resized(set->names, set->slot_count, sizeof *set->names);
    for (size_t i = 0; i < set->slot_count; i++)
        set->slots[i] = NAME_NONE;
    for (size_t i = 0; i < set->count; i++)
        set->slots[slot_of(set, set->names[i])] = i;
}

size_t names_add(struct names *set, char *name)
{
    make_room(set);
    size_t slot = slot_of(set, name);
    if (set->slots[slot] != NAME_NONE)
        return NAME_NONE;
    set->slots[slot] = set->count;
    set->names[set->count++] = name;
    set->names[set->count] = NULL;
    return set->count - 1;
}

size_t names_lookup(const struct names *set, const char *name)
{
    return set->slot_count ? set->slots[slot_of(set, name)] : NAME_NONE;
}

void names_done(struct names *set)
{
    for (size_t i = 0; i < set->count; i++)
        free(set->names[i]);
    free(set->names);
    free(set->slots);
    *set = (struct names){0};
}
