/* Walking a document: cursors, typed values, and complaints that name their place. */
#include <assert.h>
#include <ctype.h>
#include <cjson/cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/json.h"
#include "sim/base/json_doc.h"
#include "sim/base/number.h"

/* Above 2^53 doubles skip whole numbers. */
static const double largest_count = 9007199254740992.0;

struct jcur json_root(const struct json *doc, struct diag *diag)
{
    return (struct jcur){.node = doc->tree, .file = doc->file, .diag = diag, .recent = doc->recent};
}

/* RFC 6901, section 3; control characters as in JSON, to keep messages on one line. */
static void add_key(struct text *to, const char *key)
{
    for (; *key; key++) {
        if (*key == '~')
            text_add(to, "~0");
        else if (*key == '/')
            text_add(to, "~1");
        else if ((unsigned char)*key < 0x20 || *key == 0x7f)
            text_add(to, "\\u%04x", (unsigned)*key);
        else
            text_add_bytes(to, key, 1);
    }
}

static void add_pointer(struct text *to, const struct jcur *at)
{
    if (!at->up)
        return;
    add_pointer(to, at->up);
    text_add(to, "/");
    if (at->key)
        add_key(to, at->key);
    else
        text_add(to, "%zu", at->index);
}

int jcur_error(const struct jcur *at, const char *format, ...)
{
    struct text pointer = {0};
    char *message;
    va_list args;
    va_start(args, format);
    int length = vasprintf(&message, format, args);
    va_end(args);
    add_pointer(&pointer, at);
    int r = diag_at(at->diag, at->file, at->up ? text_get(&pointer) : "/", "%s",
                    length < 0 ? format : message);
    if (length >= 0)
        free(message);
    text_done(&pointer);
    return r;
}

void json_add_found(struct text *to, const cJSON *node, bool quoted)
{
    char number[NUMBER_MAX];
    text_add(to, "got ");
    if (cJSON_IsNumber(node))
        text_add(to, "%s", number_print(number, node->valuedouble));
    else if (cJSON_IsString(node) && quoted)
        text_add_quoted(to, node->valuestring, TEXT_CLIP);
    else if (cJSON_IsString(node))
        text_add(to, "a string");
    else if (cJSON_IsBool(node))
        text_add(to, cJSON_IsTrue(node) ? "true" : "false");
    else
        text_add(to, cJSON_IsNull(node) ? "null" : cJSON_IsArray(node) ? "an array" : "an object");
}

/* "expected WHAT, got VALUE". */
static int unexpected(const struct jcur *at, const char *what)
{
    struct text found = {0};
    json_add_found(&found, at->node, false);
    int r = jcur_error(at, "expected %s, %s", what, text_get(&found));
    text_done(&found);
    return r;
}

static struct jcur below(const struct jcur *at, const cJSON *node, size_t index)
{
    struct jcur cursor = *at;
    cursor.up = at;
    cursor.node = node;
    cursor.key = node->string;
    cursor.index = index;
    return cursor;
}

/* Where this cursor's depth remembers its last child; NULL when it is too deep. */
static struct json_recent *recent_of(const struct jcur *at)
{
    size_t depth = 0;
    for (const struct jcur *c = at->up; c; c = c->up)
        depth++;
    return at->recent && depth < JSON_RECENT ? &at->recent[depth] : NULL;
}

static const cJSON *child_at(const struct jcur *at, size_t index)
{
    struct json_recent *recent = recent_of(at);
    const cJSON *child = at->node->child;
    size_t i = 0;
    if (recent && recent->container == at->node && recent->index <= index) {
        child = recent->child;
        i = recent->index;
    }
    while (child && i < index) {
        child = child->next;
        i++;
    }
    if (recent && child)
        *recent = (struct json_recent){at->node, child, index};
    return child;
}

bool jcur_has(const struct jcur *at, const char *key, struct jcur *ret)
{
    const cJSON *node =
        cJSON_IsObject(at->node) ? cJSON_GetObjectItemCaseSensitive(at->node, key) : NULL;
    if (node)
        *ret = below(at, node, 0);
    return node != NULL;
}

int jcur_member(const struct jcur *at, const char *key, struct jcur *ret)
{
    int r = jcur_object(at);
    if (r < 0)
        return r;
    return jcur_has(at, key, ret) ? 0 : jcur_error(at, "missing member \"%s\"", key);
}

int jcur_object(const struct jcur *at)
{
    return cJSON_IsObject(at->node) ? 0 : unexpected(at, "an object");
}

static int wrong_length(const struct jcur *at, size_t min, size_t max, size_t found)
{
    char wanted[64];
    if (min == max)
        snprintf(wanted, sizeof(wanted), "%zu element%s", min, min == 1 ? "" : "s");
    else if (max == SIZE_MAX)
        snprintf(wanted, sizeof(wanted), "at least %zu element%s", min, min == 1 ? "" : "s");
    else
        snprintf(wanted, sizeof(wanted), "%zu to %zu elements", min, max);
    return jcur_error(at, "expected an array of %s, got %zu", wanted, found);
}

int jcur_array(const struct jcur *at, size_t min, size_t max, size_t *ret_length)
{
    if (!cJSON_IsArray(at->node))
        return unexpected(at, "an array");
    size_t length = (size_t)cJSON_GetArraySize(at->node);
    if (length < min || length > max)
        return wrong_length(at, min, max, length);
    *ret_length = length;
    return 0;
}

struct jcur jcur_element(const struct jcur *at, size_t index)
{
    const cJSON *node = child_at(at, index);
    assert(node);
    return below(at, node, index);
}

bool jcur_member_at(const struct jcur *at, size_t index, const char **ret_key, struct jcur *ret)
{
    const cJSON *node = cJSON_IsObject(at->node) ? child_at(at, index) : NULL;
    if (!node)
        return false;
    *ret = below(at, node, index);
    *ret_key = node->string;
    return true;
}

static bool is_known(const char *key, const char *const *known)
{
    for (; *known; known++)
        if (strcmp(key, *known) == 0)
            return true;
    return false;
}

/* A near word, else all of them when they are few. */
static void add_help(struct text *to, const char *key, const char *const *known)
{
    enum { FEW = 8 };
    size_t count = 0;
    while (known[count])
        count++;
    if (suggest(key, known)) {
        text_add_suggestion(to, key, known);
    } else if (count > 0 && count <= FEW) {
        text_add(to, "; known members: ");
        text_add_list(to, known, ", ");
    }
}

static int unknown_member(const struct jcur *at, const char *key, const char *const *known)
{
    struct text message = {0};
    text_add(&message, "unknown member ");
    text_add_quoted(&message, key, TEXT_CLIP);
    add_help(&message, key, known);
    int r = jcur_error(at, "%s", text_get(&message));
    text_done(&message);
    return r;
}

int jcur_only(const struct jcur *at, const char *const *known)
{
    const cJSON *child;
    int r = jcur_object(at);
    if (r < 0)
        return r;
    cJSON_ArrayForEach(child, at->node) if (!is_known(child->string, known)) r =
        unknown_member(at, child->string, known);
    return r;
}

int jcur_members(const struct jcur *at, const char *known)
{
    size_t count;
    const char **words = words_split(known, &count);
    int r = jcur_only(at, words);
    free(words);
    return r;
}

bool jcur_is_string(const struct jcur *at)
{
    return cJSON_IsString(at->node);
}

bool jcur_is_number(const struct jcur *at)
{
    return cJSON_IsNumber(at->node);
}

int jcur_string(const struct jcur *at, const char **ret)
{
    if (!cJSON_IsString(at->node))
        return unexpected(at, "a string");
    for (const char *c = at->node->valuestring; *c; c++)
        if (iscntrl((unsigned char)*c) && *c != '\n')
            return jcur_error(at, "expected no control characters, got %#04x", (unsigned char)*c);
    *ret = at->node->valuestring;
    return 0;
}

int jcur_bool(const struct jcur *at, bool *ret)
{
    if (!cJSON_IsBool(at->node))
        return unexpected(at, "true or false");
    *ret = cJSON_IsTrue(at->node);
    return 0;
}

int jcur_positive(const struct jcur *at, double *ret)
{
    if (!cJSON_IsNumber(at->node) || !(at->node->valuedouble > 0))
        return unexpected(at, "a number > 0");
    *ret = at->node->valuedouble;
    return 0;
}

int jcur_non_negative(const struct jcur *at, double *ret)
{
    return jcur_between(at, 0, INFINITY, ret);
}

int jcur_between(const struct jcur *at, double min, double max, double *ret)
{
    char range[NUMBER_RANGE_MAX];
    double value = at->node->valuedouble;
    if (!cJSON_IsNumber(at->node) || !(value >= min && value <= max))
        return unexpected(at, number_range(range, min, max));
    *ret = value;
    return 0;
}

int jcur_count(const struct jcur *at, size_t min, size_t max, size_t *ret)
{
    char wanted[96];
    double value = at->node->valuedouble;
    bool bounded = (double)max <= largest_count;
    double most = bounded ? (double)max : largest_count;
    if (cJSON_IsNumber(at->node) && value >= (double)min && value <= most &&
        value == floor(value)) {
        *ret = (size_t)value;
        return 0;
    }
    if (bounded || value > most)
        snprintf(wanted, sizeof(wanted), "a whole number from %zu to %.0f", min, most);
    else
        snprintf(wanted, sizeof(wanted), "a whole number >= %zu", min);
    return unexpected(at, wanted);
}

static int unknown_word(const struct jcur *at, const char *word, const char *const *words)
{
    struct text message = {0};
    text_add(&message, "expected ");
    text_add_list(&message, words, " or ");
    text_add(&message, ", ");
    json_add_found(&message, at->node, true);
    if (word)
        text_add_suggestion(&message, word, words);
    int r = jcur_error(at, "%s", text_get(&message));
    text_done(&message);
    return r;
}

int jcur_word(const struct jcur *at, const char *const *words, size_t *ret)
{
    const char *word = cJSON_GetStringValue(at->node);
    for (size_t i = 0; word && words[i]; i++) {
        if (strcmp(word, words[i]) == 0) {
            *ret = i;
            return 0;
        }
    }
    return unknown_word(at, word, words);
}
