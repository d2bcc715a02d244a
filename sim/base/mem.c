#include "sim/base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 70 is EX_SOFTWARE of <sysexits.h>: nothing that another input or option would mend. */
static _Noreturn void out_of_memory(size_t count, size_t size)
{
    fprintf(stderr, "out of memory: wanted %zu times %zu bytes\n", count, size);
    exit(70);
}

/* Never 0, so that NULL only ever means failure. */
static size_t checked_product(size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX)
        out_of_memory(count, size);
    return bytes ? bytes : 1;
}

void *mem_zeroed(size_t count, size_t size)
{
    void *fresh = calloc(1, checked_product(count, size));
    if (!fresh)
        out_of_memory(count, size);
    return fresh;
}

void *mem_resized(void *old, size_t count, size_t size)
{
    void *fresh = realloc(old, checked_product(count, size));
    if (!fresh)
        out_of_memory(count, size);
    return fresh;
}

char *mem_copy_string(const char *text)
{
    size_t room = strlen(text) + 1;
    return memcpy(mem_resized(NULL, room, 1), text, room);
}

char *mem_format(const char *format, ...)
{
    va_list args;
    char *text;
    va_start(args, format);
    int length = vasprintf(&text, format, args);
    va_end(args);
    if (length < 0)
        out_of_memory(1, strlen(format));
    return text;
}
