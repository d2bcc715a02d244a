/* Text: growing buffers, quantities with SI prefixes, and "did you mean".
 *
 * Prefixes (us, GB/s, MiB) exist only here; everywhere else a quantity is a plain double in the SI
 * base unit that its name spells (_s, _bytes, _bytes_per_s, _flop, _flop_per_s, _ratio). */
#ifndef SCMOESIM_BASE_TEXT_H
#define SCMOESIM_BASE_TEXT_H

#include <stddef.h>

/* A growing string; zero-initialise to begin. text is NULL while empty, else NUL-terminated. */
struct text {
    char *text;
    size_t length, room;
};

void text_add(struct text *to, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_bytes(struct text *to, const void *bytes, size_t count);
/* The buffer's text ("" when empty); still owned by the buffer. */
const char *text_get(const struct text *from);
/* Frees and empties. NULL is fine. */
void text_done(struct text *text);

enum unit { UNIT_S, UNIT_BYTES, UNIT_BYTES_PER_S, UNIT_FLOP_PER_S, UNIT_COUNT };

/* Writes value with a prefix that leaves 1..999 before the point and `digits` significant digits:
 * "312.5 us", "25.0 GB/s", "64.0 MB", "165 TFLOP/s". Returns out. Zero is "0 s". */
#define QUANTITY_MAX 32
char *quantity_print(char out[QUANTITY_MAX], enum unit unit, double value, int digits);

/* Reads a number with an optional unit suffix of its kind, no space needed: 10, 1e3; 5us, 2ms, 1s;
 * 64MiB, 32MB, 1KiB; 25GB/s, 400Gb/s, 400G (bits per second, as NICs are named); 16k, 2M for counts.
 * Returns 0, or -EINVAL when text is not such a quantity, is not finite, or has trailing text. */
int quantity_parse(const char *text, enum unit unit, double *ret);

/* The word of a NULL-terminated list nearest to text by edit distance, or NULL when none is near
 * (distance above a third of the word's length, at least 1 and at most 3). Borrowed from words. */
const char *suggest(const char *text, const char *const *words);

#endif
