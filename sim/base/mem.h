/* Allocation that cannot fail quietly.
 *
 * Every function here returns memory, or ends the process with exit status 70 and one line on
 * standard error. So callers need no path for a condition they could not handle. Release the memory
 * with free(). Sizes that a user can make large are limited where they are read. */
#ifndef SCMOESIM_BASE_MEM_H
#define SCMOESIM_BASE_MEM_H

#include <stddef.h>

/* count * size zeroed bytes; overflow of the product counts as out of memory. */
void *mem_zeroed(size_t count, size_t size);

/* realloc() for count elements of size bytes; new bytes are not cleared. */
void *mem_resized(void *old, size_t count, size_t size);

/* A list with room for one more than its count elements of size bytes. *room, 0 with NULL at first,
 * is what it has room for. Inline, as most calls find room. */
static inline void *mem_grown(void *list, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return list;
    *room = 2 * *room + 8;
    return mem_resized(list, *room, size);
}

char *mem_copy_string(const char *text);

/* printf into fresh memory. */
char *mem_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
