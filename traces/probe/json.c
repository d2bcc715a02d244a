#include "json.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 64

struct reader {
    const char *name, *begin, *at;
    struct complaint *why;
    int depth;
};

static struct json *value(struct reader *reader, char *key);

static void *refuse(struct reader *reader, const char *what)
{
    size_t line = 1, column = 1;
    for (const char *c = reader->begin; c < reader->at; c++) {
        column = *c == '\n' ? 1 : column + 1;
        line += *c == '\n';
    }
    complain(reader->why, "%s:%zu:%zu: %s", reader->name, line, column, what);
    return NULL;
}

static char next(struct reader *reader)
{
    while (*reader->at && strchr(" \t\r\n", *reader->at))
        reader->at++;
    return *reader->at;
}

static bool take(struct reader *reader, char c)
{
    if (next(reader) != c)
        return false;
    reader->at++;
    return true;
}

static struct json *node(enum json_type type, char *key)
{
    struct json *made = need_memory(1, sizeof *made);
    made->type = type;
    made->key = key;
    return made;
}

static char *put_utf8(char *to, unsigned code)
{
    if (code < 0x80) {
        *to++ = (char)code;
    } else if (code < 0x800) {
        *to++ = (char)(0xc0 | code >> 6);
        *to++ = (char)(0x80 | (code & 0x3f));
    } else {
        *to++ = (char)(0xe0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 0x3f));
        *to++ = (char)(0x80 | (code & 0x3f));
    }
    return to;
}

/* The escape after a backslash; NULL when it is none. Surrogate pairs come out as two code units:
 * names and sources are the only texts here. */
static char *put_escape(struct reader *reader, char *to)
{
    static const char from[] = "\"\\/bfnrt", become[] = "\"\\/\b\f\n\r\t";
    char c = *reader->at++;
    const char *place = c ? strchr(from, c) : NULL;
    if (place) {
        *to++ = become[place - from];
        return to;
    }
    unsigned code = 0;
    int digits = 0;
    if (c != 'u' || sscanf(reader->at, "%4x%n", &code, &digits) != 1 || digits != 4)
        return NULL;
    reader->at += 4;
    return put_utf8(to, code);
}

static char *string(struct reader *reader)
{
    if (!take(reader, '"'))
        return refuse(reader, "expected a string");
    size_t room = strcspn(reader->at, "\n") + 1;
    char *text = need_memory(room, 1), *to = text;
    while (*reader->at != '"') {
        if ((unsigned char)*reader->at < 0x20) {
            free(text);
            return refuse(reader, "unterminated string");
        }
        if (*reader->at != '\\') {
            *to++ = *reader->at++;
            continue;
        }
        reader->at++;
        to = put_escape(reader, to);
        if (!to) {
            free(text);
            return refuse(reader, "unknown escape");
        }
    }
    reader->at++;
    *to = '\0';
    return text;
}

static struct json *children(struct reader *reader, struct json *into, char closing)
{
    struct json **last = &into->first;
    if (take(reader, closing))
        return into;
    do {
        char *key = NULL;
        if (closing == '}') {
            key = string(reader);
            if (key && json_member(into, key)) {
                free(key);
                key = refuse(reader, "duplicate member");
            } else if (key && !take(reader, ':')) {
                free(key);
                key = refuse(reader, "expected ':'");
            }
        }
        struct json *child = closing == '}' && !key ? NULL : value(reader, key);
        if (!child) {
            json_free(into);
            return NULL;
        }
        *last = child;
        last = &child->next;
        into->count++;
    } while (take(reader, ','));
    if (!take(reader, closing)) {
        json_free(into);
        return refuse(reader, closing == '}' ? "expected ',' or '}'" : "expected ',' or ']'");
    }
    return into;
}

static struct json *word(struct reader *reader, char *key)
{
    static const struct {
        const char *text;
        enum json_type type;
        double number;
    } words[] = {{"true", JSON_BOOL, 1}, {"false", JSON_BOOL, 0}, {"null", JSON_NULL, 0}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i].text);
        if (strncmp(reader->at, words[i].text, length) == 0) {
            reader->at += length;
            struct json *made = node(words[i].type, key);
            made->number = words[i].number;
            return made;
        }
    }
    free(key);
    return refuse(reader, "expected a value");
}

static struct json *number(struct reader *reader, char *key)
{
    char *end;
    double read = strtod(reader->at, &end);
    if (end == reader->at || !isfinite(read)) {
        free(key);
        return refuse(reader, "expected a finite number");
    }
    reader->at = end;
    struct json *made = node(JSON_NUMBER, key);
    made->number = read;
    return made;
}

static struct json *value(struct reader *reader, char *key)
{
    char c = next(reader);
    if (c == '{' || c == '[') {
        if (++reader->depth > DEPTH_MAX) {
            free(key);
            return refuse(reader, "nested too deeply");
        }
        reader->at++;
        struct json *made =
            children(reader, node(c == '{' ? JSON_OBJECT : JSON_ARRAY, key), c == '{' ? '}' : ']');
        reader->depth--;
        return made;
    }
    if (c == '"') {
        char *text = string(reader);
        if (!text) {
            free(key);
            return NULL;
        }
        struct json *made = node(JSON_STRING, key);
        made->text = text;
        return made;
    }
    if (c == '-' || (c >= '0' && c <= '9'))
        return number(reader, key);
    return word(reader, key);
}

struct json *json_parse(const char *name, const char *text, struct complaint *why)
{
    struct reader reader = {.name = name, .begin = text, .at = text, .why = why};
    struct json *made = value(&reader, NULL);
    if (made && next(&reader)) {
        json_free(made);
        return refuse(&reader, "text after the document");
    }
    return made;
}

struct json *json_load(const char *path, struct complaint *why)
{
    char *text = read_file(path, why);
    if (!text)
        return NULL;
    struct json *made = json_parse(path, text, why);
    free(text);
    return made;
}

void json_free(struct json *json)
{
    while (json) {
        struct json *next_one = json->next;
        json_free(json->first);
        free(json->key);
        free(json->text);
        free(json);
        json = next_one;
    }
}

const struct json *json_member(const struct json *object, const char *key)
{
    for (const struct json *at = object->first; at; at = at->next) {
        if (at->key && strcmp(at->key, key) == 0)
            return at;
    }
    return NULL;
}

int json_text(const struct json *object, const char *where, const char *key, const char **ret,
              struct complaint *why)
{
    const struct json *at = json_member(object, key);
    if (!at || at->type != JSON_STRING)
        return complain(why, "%s: %s: expected a string", where, key);
    *ret = at->text;
    return 0;
}

int json_count(const struct json *object, const char *where, const char *key, size_t min,
               size_t max, size_t *ret, struct complaint *why)
{
    const struct json *at = json_member(object, key);
    if (!at || at->type != JSON_NUMBER || at->number != floor(at->number) ||
        at->number < (double)min || at->number > (double)max)
        return complain(why, "%s: %s: expected a whole number within %zu and %zu", where, key, min,
                        max);
    *ret = (size_t)at->number;
    return 0;
}

int json_count_or(const struct json *object, const char *where, const char *key, size_t min,
                  size_t max, size_t absent, size_t *ret, struct complaint *why)
{
    if (json_member(object, key))
        return json_count(object, where, key, min, max, ret, why);
    *ret = absent;
    return 0;
}

int json_number_or(const struct json *object, const char *where, const char *key, double min,
                   double absent, double *ret, struct complaint *why)
{
    const struct json *at = json_member(object, key);
    if (at && (at->type != JSON_NUMBER || at->number < min))
        return complain(why, "%s: %s: expected a number of at least %g", where, key, min);
    *ret = at ? at->number : absent;
    return 0;
}

int json_bool_or(const struct json *object, const char *where, const char *key, bool absent,
                 bool *ret, struct complaint *why)
{
    const struct json *at = json_member(object, key);
    if (at && at->type != JSON_BOOL)
        return complain(why, "%s: %s: expected true or false", where, key);
    *ret = at ? at->number != 0 : absent;
    return 0;
}

int json_schema(const struct json *object, const char *where, const char *want,
                struct complaint *why)
{
    const char *found = NULL;
    if (object->type != JSON_OBJECT)
        return complain(why, "%s: expected an object", where);
    if (json_text(object, where, "schema", &found, why) < 0)
        return -1;
    if (strcmp(found, want) != 0)
        return complain(why, "%s: schema: expected \"%s\", got \"%s\"", where, want, found);
    return 0;
}

void json_put_string(FILE *to, const char *text)
{
    fputc('"', to);
    for (const char *c = text; *c; c++) {
        if (*c == '"' || *c == '\\')
            fprintf(to, "\\%c", *c);
        else if ((unsigned char)*c < 0x20)
            fprintf(to, "\\u%04x", (unsigned)*c);
        else
            fputc(*c, to);
    }
    fputc('"', to);
}
