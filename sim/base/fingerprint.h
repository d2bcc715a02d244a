/* A number that stands for contents. Equal contents have equal fingerprints. Different ones have
 * different ones, but for a chance of about 2^-64. FNV-1a (Fowler, Noll, Vo; RFC 9923). */
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

/* Scatters a number's bits. A sum of scattered numbers is a fingerprint of them, in any order. The
 * output function of the splitmix64 generator (Steele, Lea and Flood, OOPSLA 2014). */
static inline uint64_t mix64(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static inline uint64_t bits64(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

#endif
