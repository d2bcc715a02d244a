#include "sim/base/json_scan.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/base/number.h"
#include "sim/base/text.h"

struct scan {
    const char *file, *text, *end;
    const char *at;
    unsigned depth;
    struct diag *diag;
};

/* cJSON 1.7.15 copies a number into 63 bytes (parse_number) and would cut a longer one. */
enum { NUMBER_LONGEST = 63, EXCERPT_WIDTH = 76 };

static size_t characters(const char *from, const char *to)
{
    size_t count = 0;
    for (; from < to; count++) {
        size_t length = utf8_length(from, (size_t)(to - from));
        from += length ? length : 1;
    }
    return count;
}

static const char *line_start(const struct scan *s, const char *place)
{
    while (place > s->text && place[-1] != '\n')
        place--;
    return place;
}

static const char *line_end(const struct scan *s, const char *place)
{
    while (place < s->end && *place != '\n')
        place++;
    return place > s->text && place[-1] == '\r' ? place - 1 : place;
}

static size_t line_number(const struct scan *s, const char *place)
{
    size_t line = 1;
    for (const char *p = s->text; p < place; p++)
        line += *p == '\n';
    return line;
}

/* Each character takes one column, so that the caret stands below what it points at. */
static void add_source(struct text *to, const char *from, const char *end, size_t width)
{
    for (; from < end && width; width--) {
        size_t length = utf8_length(from, (size_t)(end - from));
        if (length == 0 || (unsigned char)*from < 0x20 || *from == 0x7f)
            text_add(to, "%s", *from == '\t' ? " " : "?");
        else
            text_add_bytes(to, from, length);
        from += length ? length : 1;
    }
    if (from < end)
        text_add(to, "...");
}

static void add_excerpt(struct text *to, const struct scan *s, const char *place)
{
    const char *from = line_start(s, place);
    size_t before = characters(from, place);
    text_add(to, "\n    ");
    if (before > EXCERPT_WIDTH / 2) {
        text_add(to, "...");
        for (; before > EXCERPT_WIDTH / 2 - 3; before--) {
            size_t length = utf8_length(from, (size_t)(place - from));
            from += length ? length : 1;
        }
        add_source(to, from, line_end(s, place), EXCERPT_WIDTH - 3);
        before += 3;
    } else {
        add_source(to, from, line_end(s, place), EXCERPT_WIDTH);
    }
    text_add(to, "\n    %*s^", (int)before, "");
}

static int refuse(const struct scan *s, const char *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int refuse(const struct scan *s, const char *place, const char *format, ...)
{
    struct text whole = {0};
    char *message;
    va_list args;
    if (!s->diag)
        return -EINVAL;
    va_start(args, format);
    int length = vasprintf(&message, format, args);
    va_end(args);
    text_add(&whole, "%s:%zu:%zu: %s", s->file, line_number(s, place),
             characters(line_start(s, place), place) + 1, length < 0 ? format : message);
    if (length >= 0)
        free(message);
    add_excerpt(&whole, s, place);
    int r = diag_say(s->diag, "%s", text_get(&whole));
    text_done(&whole);
    return r;
}

/* What stands at a place: a word, a character, a byte, or nothing. */
static int refuse_found(const struct scan *s, const char *expected)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    size_t word = strspn(s->at, letters);
    size_t length = s->at < s->end ? utf8_length(s->at, (size_t)(s->end - s->at)) : 0;
    if (s->at == s->end)
        return refuse(s, s->at, "expected %s, got the end of the text", expected);
    if (word > 1)
        return refuse(s, s->at, "expected %s, got \"%.*s\"", expected,
                      word > TEXT_CLIP ? TEXT_CLIP : (int)word, s->at);
    if (s->at[0] == '/' && (s->at[1] == '/' || s->at[1] == '*'))
        return refuse(s, s->at, "expected %s, got a comment, which JSON does not have", expected);
    if (length == 0 || (unsigned char)*s->at < 0x20 || *s->at == 0x7f)
        return refuse(s, s->at, "expected %s, got byte 0x%02x", expected, (unsigned char)*s->at);
    return refuse(s, s->at, "expected %s, got '%.*s'", expected, (int)length, s->at);
}

static void skip_blanks(struct scan *s)
{
    s->at += strspn(s->at, " \t\r\n"); /* stops at the NUL after the text */
}

static int hexadecimal(const char *at)
{
    char digits[5] = {0};
    if (strspn(at, "0123456789abcdefABCDEF") < 4)
        return -1;
    memcpy(digits, at, 4);
    return (int)strtol(digits, NULL, 16);
}

/* \uXXXX, and its second half where it is a surrogate. */
static int scan_unicode(struct scan *s)
{
    const char *place = s->at;
    int code = hexadecimal(s->at + 2);
    if (code < 0)
        return refuse(s, place, "expected four hexadecimal digits after \\u");
    if (code == 0)
        return refuse(s, place, "\\u0000 cannot be part of a string here");
    s->at += 6;
    if (code < 0xd800 || code > 0xdfff)
        return 0;
    int low = code < 0xdc00 && s->at[0] == '\\' && s->at[1] == 'u' ? hexadecimal(s->at + 2) : -1;
    if (low < 0xdc00 || low > 0xdfff)
        return refuse(s, place, "half of a surrogate pair: %.6s", place);
    s->at += 6;
    return 0;
}

static int scan_escape(struct scan *s)
{
    if (s->at[1] == 'u')
        return scan_unicode(s);
    if (s->at[1] == '\0' || !strchr("\"\\/bfnrt", s->at[1]))
        return refuse(s, s->at, "unknown escape in a string; a backslash itself is \\\\");
    s->at += 2;
    return 0;
}

static int scan_string(struct scan *s)
{
    const char *opening = s->at++;
    while (*s->at != '"') {
        size_t length = s->at < s->end ? utf8_length(s->at, (size_t)(s->end - s->at)) : 0;
        int r = 0;
        if (s->at == s->end || *s->at == '\n' || *s->at == '\r')
            return refuse(s, opening, "a string without its closing quote on the same line");
        if ((unsigned char)*s->at < 0x20)
            return refuse(s, s->at, "byte 0x%02x in a string; write \\u%04x", (unsigned char)*s->at,
                          (unsigned char)*s->at);
        if (length == 0)
            return refuse(s, s->at, "not UTF-8 text: byte 0x%02x", (unsigned char)*s->at);
        if (*s->at == '\\')
            r = scan_escape(s);
        else
            s->at += length;
        if (r < 0)
            return r;
    }
    s->at++;
    return 0;
}

static size_t skip_digits(struct scan *s)
{
    size_t count = strspn(s->at, "0123456789");
    s->at += count;
    return count;
}

static int scan_fraction_and_exponent(struct scan *s)
{
    if (*s->at == '.') {
        s->at++;
        if (!skip_digits(s))
            return refuse_found(s, "a digit after the decimal point");
    }
    if (*s->at == 'e' || *s->at == 'E') {
        s->at++;
        s->at += *s->at == '-' || *s->at == '+';
        if (!skip_digits(s))
            return refuse_found(s, "a digit of the exponent");
    }
    return 0;
}

static int scan_number(struct scan *s)
{
    const char *first = s->at;
    s->at += *s->at == '-';
    const char *digits = s->at;
    size_t count = skip_digits(s);
    if (count == 0)
        return refuse_found(s, "a digit after '-'");
    if (count > 1 && *digits == '0')
        return refuse(s, first, "a number with a leading zero");
    int r = scan_fraction_and_exponent(s);
    if (r < 0)
        return r;
    if (s->at - first > NUMBER_LONGEST)
        return refuse(s, first, "a number of more than %d characters", NUMBER_LONGEST);
    if (!isfinite(number_read(first)))
        return refuse(s, first, "the number is too large: %.*s", (int)(s->at - first), first);
    return 0;
}

static int scan_word(struct scan *s, const char *expected)
{
    static const char *const words[] = {"true", "false", "null"};
    size_t length = 0;
    while (isalnum((unsigned char)s->at[length]) || s->at[length] == '_')
        length++;
    for (size_t i = 0; i < 3; i++) {
        if (length == strlen(words[i]) && memcmp(s->at, words[i], length) == 0) {
            s->at += length;
            return 0;
        }
    }
    return refuse_found(s, expected);
}

static int scan_value(struct scan *s, const char *expected);

static int scan_member(struct scan *s, const char *expected)
{
    if (*s->at != '"')
        return refuse_found(s, expected);
    int r = scan_string(s);
    if (r < 0)
        return r;
    skip_blanks(s);
    if (*s->at != ':')
        return refuse_found(s, "':' after the member's name");
    s->at++;
    skip_blanks(s);
    return scan_value(s, "a value");
}

static int scan_entry(struct scan *s, bool object, bool first)
{
    if (object)
        return scan_member(s, first ? "a member's name in double quotes or '}'"
                                    : "a member's name in double quotes after ','");
    return scan_value(s, first ? "a value or ']'" : "a value after ','");
}

static int scan_container(struct scan *s)
{
    bool object = *s->at == '{';
    char closing = object ? '}' : ']';
    if (s->depth == JSON_DEPTH_MAX)
        return refuse(s, s->at, "nested deeper than %d", JSON_DEPTH_MAX);
    s->depth++;
    s->at++;
    skip_blanks(s);
    for (bool first = true; !first || *s->at != closing; first = false) {
        int r = scan_entry(s, object, first);
        if (r < 0)
            return r;
        skip_blanks(s);
        if (*s->at == closing)
            break;
        if (*s->at != ',')
            return refuse_found(s, object ? "',' or '}'" : "',' or ']'");
        s->at++;
        skip_blanks(s);
    }
    s->at++;
    s->depth--;
    return 0;
}

static int scan_value(struct scan *s, const char *expected)
{
    if (*s->at == '{' || *s->at == '[')
        return scan_container(s);
    if (*s->at == '"')
        return scan_string(s);
    if (*s->at == '-' || (*s->at >= '0' && *s->at <= '9'))
        return scan_number(s);
    return scan_word(s, expected);
}

int json_scan(const char *file, const char *text, size_t length, struct diag *diag)
{
    struct scan s = {file, text, text + length, text, 0, diag};
    skip_blanks(&s);
    int r = scan_value(&s, "a value");
    if (r < 0)
        return r;
    skip_blanks(&s);
    return s.at == s.end ? 0 : refuse_found(&s, "nothing after the document");
}
