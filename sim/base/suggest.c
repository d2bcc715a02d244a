/* "Did you mean": the nearest of the words that would have been right. */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "sim/base/text.h"

enum { LONGEST = 64, NO_MATCH = LONGEST };

/* Case and the choice between '-' and '_' are what people get wrong first: they cost nothing. */
static int folded(char letter)
{
    return letter == '-' ? '_' : tolower((unsigned char)letter);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours cost 1. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][LONGEST + 1];
    size_t *older = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_length; j++)
        above[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            bool same = folded(a[i - 1]) == folded(b[j - 1]);
            row[j] = least(above[j - 1] + !same, least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) &&
                folded(a[i - 2]) == folded(b[j - 1]))
                row[j] = least(row[j], older[j - 2] + 1);
        }
        size_t *free_row = older;
        older = above;
        above = row;
        row = free_row;
    }
    return above[b_length];
}

/* The distance where it counts as near, else NO_MATCH. */
static size_t nearness(const char *text, const char *word, size_t word_length)
{
    size_t length = strlen(text);
    size_t allowed = least(word_length / 3 ? word_length / 3 : 1, 3);
    if (length > LONGEST || word_length > LONGEST)
        return NO_MATCH;
    size_t far = distance(text, length, word, word_length);
    bool something_left = far < word_length && far < length;
    return far <= allowed && something_left ? far : NO_MATCH;
}

static size_t whole_nearness(const char *text, const char *word)
{
    return nearness(text, word, strlen(word));
}

/* Against the beginnings of the word that end at a joint, for those who leave out the unit or the
 * variant: "latency" for "latency_s", "h100" for "h100-sxm". */
static size_t beginning_nearness(const char *text, const char *word)
{
    size_t best = NO_MATCH;
    for (size_t joint = 3; joint < strlen(word); joint++)
        if (folded(word[joint]) == '_')
            best = least(best, nearness(text, word, joint));
    return best;
}

static const char *nearest(const char *text, const char *const *words,
                           size_t (*measure)(const char *text, const char *word))
{
    const char *best = NULL;
    size_t best_nearness = NO_MATCH;
    for (; *words; words++) {
        size_t here = measure(text, *words);
        if (here < best_nearness) {
            best = *words;
            best_nearness = here;
        }
    }
    return best;
}

const char *suggest(const char *text, const char *const *words)
{
    const char *best = nearest(text, words, whole_nearness);
    return best ? best : nearest(text, words, beginning_nearness);
}
