#include "sim/base/text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"

static void make_room(struct text *to, size_t more)
{
    size_t need = to->length + more + 1;
    if (need <= to->room)
        return;
    size_t room = to->room ? to->room : 64;
    while (room < need)
        room *= 2;
    to->text = mem_resized(to->text, room, 1);
    to->room = room;
}

/* Formats into the room there is; returns the length that the text has or would have. */
static size_t try_format(struct text *to, const char *format, va_list args)
{
    size_t spare = to->room - to->length;
    int length = vsnprintf(spare ? to->text + to->length : NULL, spare, format, args);
    assert(length >= 0);
    return (size_t)length;
}

void text_add(struct text *to, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    size_t length = try_format(to, format, args);
    va_end(args);
    if (length && length >= to->room - to->length) {
        make_room(to, length);
        va_start(args, format);
        try_format(to, format, args);
        va_end(args);
    }
    to->length += length;
}

void text_add_bytes(struct text *to, const void *bytes, size_t count)
{
    if (count == 0)
        return;
    make_room(to, count);
    memcpy(to->text + to->length, bytes, count);
    to->length += count;
    to->text[to->length] = '\0';
}

const char *text_get(const struct text *from)
{
    return from->text ? from->text : "";
}

void text_done(struct text *text)
{
    if (!text)
        return;
    free(text->text);
    *text = (struct text){0};
}

static bool is_tail(const unsigned char *at, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if ((at[i] & 0xc0) != 0x80)
            return false;
    return true;
}

/* RFC 3629, section 4: no overlong forms, no surrogates, nothing above U+10FFFF. */
size_t utf8_length(const char *text, size_t left)
{
    const unsigned char *at = (const unsigned char *)text;
    if (left >= 1 && at[0] < 0x80)
        return 1;
    if (left >= 2 && at[0] >= 0xc2 && at[0] <= 0xdf && is_tail(at + 1, 1))
        return 2;
    if (left >= 3 && (at[0] & 0xf0) == 0xe0 && is_tail(at + 1, 2) &&
        !(at[0] == 0xe0 && at[1] < 0xa0) && !(at[0] == 0xed && at[1] > 0x9f))
        return 3;
    if (left >= 4 && at[0] >= 0xf0 && at[0] <= 0xf4 && is_tail(at + 1, 3) &&
        !(at[0] == 0xf0 && at[1] < 0x90) && !(at[0] == 0xf4 && at[1] > 0x8f))
        return 4;
    return 0;
}

/* One character of JSON text; the short escapes are those of RFC 8259, section 7. */
static size_t add_escaped(struct text *to, const char *at, size_t left)
{
    static const char plain[] = "\"\\\b\f\n\r\t", letter[] = "\"\\bfnrt";
    const char *found = strchr(plain, *at); /* *at is never NUL here */
    size_t length = utf8_length(at, left);
    if (found)
        text_add(to, "\\%c", letter[found - plain]);
    else if ((unsigned char)*at < 0x20 || *at == 0x7f)
        text_add(to, "\\u%04x", (unsigned)*at);
    else if (length)
        text_add_bytes(to, at, length);
    else
        text_add(to, "\xef\xbf\xbd"); /* U+FFFD, the replacement character */
    return length ? length : 1;
}

void text_add_quoted(struct text *to, const char *text, size_t limit)
{
    size_t left = strlen(text);
    text_add(to, "\"");
    for (; left && limit; limit--) {
        size_t taken = add_escaped(to, text, left);
        text += taken;
        left -= taken;
    }
    text_add(to, left ? "...\"" : "\"");
}

bool text_ends_with(const char *text, const char *ending)
{
    size_t length = strlen(text), tail = strlen(ending);
    return length >= tail && strcmp(text + length - tail, ending) == 0;
}

size_t word_position(const char *const *words, const char *word)
{
    size_t at = 0;
    while (words[at] && strcmp(words[at], word) != 0)
        at++;
    return at;
}

size_t words_count(const char *const *words)
{
    size_t count = 0;
    while (words && words[count])
        count++;
    return count;
}

const char **words_split(const char *list, size_t *ret_count)
{
    size_t count = 1;
    for (const char *at = list; *at; at++)
        count += *at == ',';
    const char **words = mem_zeroed(1, (count + 1) * sizeof *words + strlen(list) + 1);
    char *rest = strcpy((char *)(words + count + 1), list);
    for (size_t i = 0; i < count; i++)
        words[i] = strsep(&rest, ",");
    *ret_count = count;
    return words;
}

void text_add_list(struct text *to, const char *const *words, const char *last)
{
    for (size_t i = 0; words[i]; i++) {
        if (i > 0)
            text_add(to, "%s", words[i + 1] ? ", " : last);
        text_add_quoted(to, words[i], TEXT_CLIP);
    }
}

void text_add_suggestion(struct text *to, const char *text, const char *const *words)
{
    const char *near = suggest(text, words);
    if (!near)
        return;
    text_add(to, "; did you mean ");
    text_add_quoted(to, near, TEXT_CLIP);
    text_add(to, "?");
}
