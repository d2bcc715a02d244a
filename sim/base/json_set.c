/* Changing one value of a document: --set POINTER=VALUE. */
#include <cjson/cJSON.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/json.h"
#include "sim/base/json_doc.h"
#include "sim/base/mem.h"
#include "sim/base/number.h"

/* The unit that a member's name spells; false when it spells none. */
static bool unit_of(const char *name, enum unit *ret)
{
    static const struct {
        const char *ending;
        enum unit unit;
    } units[] = {
        {"_bytes_per_s", UNIT_BYTES_PER_S}, /* before "_s", which it ends in too */
        {"_flop_per_s", UNIT_FLOP_PER_S},
        {"_per_s", UNIT_COUNT},
        {"_bytes", UNIT_BYTES},
        {"_s", UNIT_S},
    };
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (text_ends_with(name, units[i].ending)) {
            *ret = units[i].unit;
            return true;
        }
    }
    return false;
}

static int read_value(const struct json *doc, const char *name, const char *text, struct diag *diag,
                      cJSON **ret)
{
    enum unit unit;
    double value;
    if (json_scan(doc->file, text, strlen(text), NULL) == 0)
        return json_tree(doc->file, text, strlen(text), diag, ret);
    if (unit_of(name, &unit) && quantity_parse(text, unit, &value) == 0)
        *ret = cJSON_CreateNumber(value);
    else
        *ret = cJSON_CreateString(text);
    return 0;
}

bool json_set_number(const char *pointer, const char *text, double *ret)
{
    const char *name = strrchr(pointer, '/');
    size_t length = number_span(text);
    enum unit unit;
    if (length && !text[length] && json_scan("", text, length, NULL) == 0) {
        *ret = number_read(text);
        return true;
    }
    return unit_of(name ? name + 1 : pointer, &unit) && quantity_parse(text, unit, ret) == 0;
}

/* Takes the next segment off a pointer that starts with '/', ~0 and ~1 undone. */
static char *next_segment(const char **pointer)
{
    const char *at = *pointer + 1;
    size_t length = strcspn(at, "/"), kept = 0;
    char *segment = mem_zeroed(length + 1, 1);
    for (size_t i = 0; i < length; i++) {
        bool escape = at[i] == '~' && (at[i + 1] == '0' || at[i + 1] == '1');
        segment[kept++] = !escape ? at[i] : at[i + 1] == '0' ? '~' : '/';
        i += escape;
    }
    *pointer = at + length;
    return segment;
}

static int no_member(const struct jcur *at, const char *name)
{
    size_t count = (size_t)cJSON_GetArraySize(at->node), i = 0;
    const char **names = mem_zeroed(count + 1, sizeof(*names));
    const cJSON *child;
    struct text message = {0};
    cJSON_ArrayForEach(child, at->node) names[i++] = child->string;
    text_add(&message, "no member ");
    text_add_quoted(&message, name, TEXT_CLIP);
    text_add_suggestion(&message, name, names);
    int r = jcur_error(at, "%s", text_get(&message));
    text_done(&message);
    free(names);
    return r;
}

static int no_element(const struct jcur *at, const char *segment)
{
    struct text name = {0};
    text_add_quoted(&name, segment, TEXT_CLIP);
    int r = jcur_error(at, "no element %s: the array has %d, counted from 0", text_get(&name),
                       cJSON_GetArraySize(at->node));
    text_done(&name);
    return r;
}

static int no_container(const struct jcur *at, const char *segment)
{
    struct text message = {0};
    text_add(&message, "expected an object or an array to find ");
    text_add_quoted(&message, segment, TEXT_CLIP);
    text_add(&message, " in, ");
    json_add_found(&message, at->node, true);
    int r = jcur_error(at, "%s", text_get(&message));
    text_done(&message);
    return r;
}

/* RFC 6901, section 4: digits without leading zeros. */
static bool array_index(const char *segment, size_t length, size_t *ret)
{
    size_t digits = strspn(segment, "0123456789");
    if (digits == 0 || digits > 9 || segment[digits] || (digits > 1 && segment[0] == '0'))
        return false;
    *ret = strtoul(segment, NULL, 10);
    return *ret < length;
}

/* The child that a segment names. What may be added gives 0 and a NULL node: an object's absent
 * member where `absent` is allowed, and "-", the element behind an array's last (RFC 6901). */
static int step(const struct jcur *at, const char *segment, bool absent, struct jcur *ret)
{
    size_t index;
    if (cJSON_IsArray(at->node)) {
        if (absent && strcmp(segment, "-") == 0) {
            ret->node = NULL;
            return 0;
        }
        if (!array_index(segment, (size_t)cJSON_GetArraySize(at->node), &index))
            return no_element(at, segment);
        *ret = jcur_element(at, index);
        return 0;
    }
    if (!cJSON_IsObject(at->node))
        return no_container(at, segment);
    if (jcur_has(at, segment, ret))
        return 0;
    ret->node = NULL;
    return absent ? 0 : no_member(at, segment);
}

static void put(struct json *doc, const struct jcur *parent, const char *name,
                const struct jcur *child, cJSON *value)
{
    cJSON *container = (cJSON *)parent->node; /* cursors only look; the document is ours */
    if (cJSON_IsArray(container) && !child->node)
        cJSON_AddItemToArray(container, value);
    else if (!child->node)
        cJSON_AddItemToObject(container, name, value);
    else if (cJSON_IsArray(container))
        cJSON_ReplaceItemInArray(container, (int)child->index, value);
    else
        cJSON_ReplaceItemInObjectCaseSensitive(container, name, value);
    memset(doc->recent, 0, JSON_RECENT * sizeof(*doc->recent));
}

static int set_below(struct json *doc, const struct jcur *at, const char *pointer, const char *text)
{
    struct jcur child = {0};
    cJSON *value;
    char *segment = next_segment(&pointer);
    bool appends = strcmp(pointer, "/-") == 0; /* to an array, which may not be there yet */
    int r = step(at, segment, *pointer == '\0' || appends, &child);
    if (r == 0 && appends && !child.node) {
        put(doc, at, segment, &child, cJSON_CreateArray());
        r = step(at, segment, /* absent= */ false, &child);
    }
    if (r == 0 && *pointer) {
        r = set_below(doc, &child, pointer, text);
    } else if (r == 0) {
        r = read_value(doc, segment, text, at->diag, &value);
        if (r == 0)
            put(doc, at, segment, &child, value);
    }
    free(segment);
    return r;
}

static int set_whole(struct json *doc, const char *text, struct diag *diag)
{
    cJSON *value;
    int r = read_value(doc, "", text, diag, &value);
    if (r < 0)
        return r;
    cJSON_Delete(doc->tree);
    doc->tree = value;
    memset(doc->recent, 0, JSON_RECENT * sizeof(*doc->recent));
    return 0;
}

int json_set(struct json *doc, const char *pointer, const char *text, struct diag *diag)
{
    struct jcur root = json_root(doc, diag);
    const char *end = pointer + strlen(pointer);
    for (const char *at = pointer; at < end; at += utf8_length(at, (size_t)(end - at)))
        if (!utf8_length(at, (size_t)(end - at)))
            return diag_at(diag, doc->file, NULL,
                           "expected a JSON Pointer in UTF-8, got %#x at %zu", (unsigned char)*at,
                           (size_t)(at - pointer));
    if (*pointer == '\0')
        return set_whole(doc, text, diag);
    if (*pointer != '/')
        return diag_at(diag, doc->file, NULL, "expected a JSON Pointer such as /name, got \"%s\"",
                       pointer);
    return set_below(doc, &root, pointer, text);
}
