/* Text: growing buffers, quantities with SI prefixes, and "did you mean".
 *
 * Prefixes (us, GB/s, MiB) exist only here; everywhere else a quantity is a plain double in the SI
 * base unit that its name spells (_s, _bytes, _bytes_per_s, _flop, _flop_per_s, _ratio). */
#ifndef SCMOESIM_BASE_TEXT_H
#define SCMOESIM_BASE_TEXT_H

#include <stdbool.h>
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

/* Adds text in double quotes with JSON's escapes, so that it stays on one line; what is not UTF-8
 * becomes U+FFFD. After limit characters the rest is "...". */
void text_add_quoted(struct text *to, const char *text, size_t limit);
#define TEXT_CLIP 60 /* of a user's words in a message */
#define TEXT_WHOLE ((size_t)-1)
bool text_ends_with(const char *text, const char *ending);
/* The position of a word in a NULL-terminated list; that of the NULL where it is not there. */
size_t word_position(const char *const *words, const char *word);
/* How many a NULL-terminated list has; NULL has none. */
size_t words_count(const char *const *words);
/* What stands between commas, NULL-terminated; the words lie in the list's own fresh memory. */
const char **words_split(const char *list, size_t *ret_count);
/* Adds a NULL-terminated list of words, each quoted, with ", " between them; `last` before the last
 * one, e.g. " or ". */
void text_add_list(struct text *to, const char *const *words, const char *last);
/* Adds "; did you mean "WORD"?" where a word of the list is near, else nothing. */
void text_add_suggestion(struct text *to, const char *text, const char *const *words);

/* Bytes of the UTF-8 character at text (left bytes are there), 0 when it is not one. */
size_t utf8_length(const char *text, size_t left);

enum unit { UNIT_S, UNIT_BYTES, UNIT_BYTES_PER_S, UNIT_FLOP_PER_S, UNIT_COUNT };

/* Writes value with a prefix that leaves 1..999 before the point, and `digits` significant digits
 * (1 to 15): "312.5 us", "25.0 GB/s", "64.0 MB", "165 TFLOP/s". Counts have no blank: "16.4k".
 * Whole bytes and counts below 1000 have no decimals: "12 B". Zero is "0 s". Prefixes go from p to
 * E, for bytes and counts from 1 on. Beyond them it is %g: "1e+25 B". Returns out. */
#define QUANTITY_MAX 32
char *quantity_print(char out[QUANTITY_MAX], enum unit unit, double value, int digits);

/* Reads a number with an optional unit suffix of its kind. No space is needed:
 * - 10, 1e3: the base unit
 * - 5us, 2ms, 1s
 * - 64MiB, 32MB, 1KiB
 * - 25GB/s, 400Gb/s, 400Gbps, 400G (bits per second, as NICs are named)
 * - 165TFLOP/s
 * - 16k, 2M, 4Ki for counts. Kilo is k; K alone (1000 or 1024?) is refused.
 * Returns 0, or -EINVAL when text is no such quantity, is not finite, or has trailing text. */
int quantity_parse(const char *text, enum unit unit, double *ret);

/* The word of a NULL-terminated list that is nearest to text by edit distance, or NULL when none is
 * near. Near is a distance up to a third of the word's length, at least 1 and at most 3, with
 * something in common. Case does not count, nor '-' for '_'. Where no whole word is near, the
 * beginning of one up to a '_' or '-' may be: "latency" for "latency_s". Among equals the first.
 * Borrowed from words. */
const char *suggest(const char *text, const char *const *words);

#endif
