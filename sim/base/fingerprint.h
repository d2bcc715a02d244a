/* A number that stands for contents: equal contents have equal fingerprints, and different ones differ
 * but for a chance of about 2^-64. FNV-1a (Fowler, Noll, Vo; RFC 9923). */
#ifndef SCMOESIM_BASE_FINGERPRINT_H
#define SCMOESIM_BASE_FINGERPRINT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define FINGERPRINT_EMPTY UINT64_C(0xcbf29ce484222325)

static inline uint64_t fingerprint_bytes(uint64_t print, const void *bytes, size_t count)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < count; i++)
        print = (print ^ at[i]) * UINT64_C(0x100000001b3);
    return print;
}

/* With the NUL, so that "ab", "c" is not "a", "bc". */
static inline uint64_t fingerprint_text(uint64_t print, const char *text)
{
    return fingerprint_bytes(print, text, strlen(text) + 1);
}

static inline uint64_t fingerprint_number(uint64_t print, uint64_t number)
{
    return fingerprint_bytes(print, &number, sizeof number);
}

#endif
