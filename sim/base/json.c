#include "sim/base/json.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/file.h"
#include "sim/base/json_doc.h"
#include "sim/base/json_scan.h"
#include "sim/base/mem.h"
#include "sim/base/number.h"

enum { LARGEST_FILE = 64 << 20 };

static void *allocate(size_t size)
{
    return mem_resized(NULL, size, 1);
}

static int compare_keys(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, so that a hostile object with a million members costs no more than its sort. */
static int refuse_doubles_here(const struct jcur *at)
{
    size_t count = (size_t)cJSON_GetArraySize(at->node), i = 0;
    const char **keys = mem_zeroed(count, sizeof(*keys));
    const cJSON *child;
    int r = 0;
    cJSON_ArrayForEach(child, at->node) keys[i++] = child->string;
    qsort(keys, count, sizeof(*keys), compare_keys);
    for (i = 1; i < count; i++) {
        bool again = i > 1 && strcmp(keys[i], keys[i - 2]) == 0;
        if (strcmp(keys[i], keys[i - 1]) == 0 && !again) {
            struct text name = {0};
            text_add_quoted(&name, keys[i], TEXT_CLIP);
            r = jcur_error(at, "duplicate member %s", text_get(&name));
            text_done(&name);
        }
    }
    free(keys);
    return r;
}

static int refuse_doubles(const struct jcur *at)
{
    int r = cJSON_IsObject(at->node) ? refuse_doubles_here(at) : 0;
    const cJSON *child = at->node->child;
    for (size_t i = 0; child; child = child->next, i++) {
        struct jcur below = *at;
        below.up = at;
        below.key = child->string;
        below.index = i;
        below.node = child;
        int inner = refuse_doubles(&below);
        r = inner < 0 ? inner : r;
    }
    return r;
}

/* cJSON reads numbers as the locale writes them. */
static cJSON *read_tree(const char *text, size_t length)
{
    cJSON_Hooks hooks = {allocate, free};
    cJSON_InitHooks(&hooks);
    locale_t before = uselocale(number_locale());
    cJSON *tree = cJSON_ParseWithLengthOpts(text, length, NULL, 0);
    uselocale(before);
    return tree;
}

int json_tree(const char *file, const char *text, size_t length, struct diag *diag,
              struct cJSON **ret)
{
    cJSON *tree = read_tree(text, length);
    if (!tree)
        return diag_at(diag, file, NULL, "the JSON library refuses what the grammar allows");
    struct jcur root = {.node = tree, .file = file, .diag = diag};
    int r = refuse_doubles(&root);
    if (r < 0) {
        cJSON_Delete(tree);
        return r;
    }
    *ret = tree;
    return 0;
}

/* text[length] must be NUL. */
static int parse_terminated(const char *name, const char *text, size_t length, struct diag *diag,
                            struct json **ret)
{
    static const char mark[] = "\xef\xbb\xbf"; /* the byte order mark that some editors write */
    cJSON *tree;
    if (strncmp(text, mark, 3) == 0) {
        text += 3;
        length -= 3;
    }
    int r = json_scan(name, text, length, diag);
    if (r < 0)
        return r;
    r = json_tree(name, text, length, diag, &tree);
    if (r < 0)
        return r;
    struct json *doc = mem_zeroed(1, sizeof(*doc));
    doc->file = mem_copy_string(name);
    doc->tree = tree;
    doc->recent = mem_zeroed(JSON_RECENT, sizeof(*doc->recent));
    *ret = doc;
    return 0;
}

int json_parse(const char *name, const char *text, size_t length, struct diag *diag,
               struct json **ret)
{
    char *copy = mem_resized(NULL, length + 1, 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    int r = parse_terminated(name, copy, length, diag, ret);
    free(copy);
    return r;
}

int json_load(const char *path, struct diag *diag, struct json **ret)
{
    char *text;
    size_t length;
    int r = file_read(path, LARGEST_FILE, diag, &text, &length);
    if (r < 0)
        return r;
    r = parse_terminated(path, text, length, diag, ret);
    free(text);
    return r;
}

int json_load_data(const char *folder, const char *what, const char *word, struct diag *diag,
                   struct json **ret)
{
    char *path;
    int r = data_find(folder, what, word, diag, &path);
    if (r < 0)
        return r;
    r = json_load(path, diag, ret);
    free(path);
    return r;
}

struct json *json_copy(const struct json *doc)
{
    struct json *copy = mem_zeroed(1, sizeof(*copy));
    copy->file = mem_copy_string(doc->file);
    copy->tree = cJSON_Duplicate(doc->tree, 1);
    copy->recent = mem_zeroed(JSON_RECENT, sizeof(*copy->recent));
    return copy;
}

void json_free(struct json *doc)
{
    if (!doc)
        return;
    cJSON_Delete(doc->tree);
    free(doc->recent);
    free(doc->file);
    free(doc);
}

static bool all_plain(const cJSON *array)
{
    const cJSON *child;
    cJSON_ArrayForEach(child,
                       array) if (cJSON_IsArray(child) || cJSON_IsObject(child)) return false;
    return true;
}

static void print_node(struct jout *out, const char *key, const cJSON *node)
{
    const cJSON *child;
    bool object = cJSON_IsObject(node);
    if (cJSON_IsString(node))
        jout_string(out, key, node->valuestring);
    else if (cJSON_IsNumber(node))
        jout_number(out, key, node->valuedouble);
    else if (cJSON_IsBool(node))
        jout_bool(out, key, cJSON_IsTrue(node));
    else if (cJSON_IsNull(node))
        jout_string(out, key, NULL);
    if (!object && !cJSON_IsArray(node))
        return;
    if (!object && all_plain(node))
        jout_inline(out);
    (object ? jout_object : jout_array)(out, key);
    cJSON_ArrayForEach(child, node) print_node(out, object ? child->string : NULL, child);
    jout_end(out, object ? '}' : ']');
}

char *json_print(const struct json *doc)
{
    struct text to = {0};
    struct jout out;
    jout_init(&out, &to);
    print_node(&out, NULL, doc->tree);
    return to.text;
}
