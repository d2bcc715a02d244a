#include "sim/study/input_library.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/file.h"
#include "sim/base/mem.h"
#include "sim/base/fingerprint.h"
#include "sim/study/cluster_flows.h"

/* A study needs some fifteen inputs at most (all schedules), and a document of each; a sweep that
 * alternates between a few models and topologies finds them all again. */
#define OBJECTS_MAX 128
#define COSTS_LARGEST (256u << 20)

enum kind {
    KIND_MODEL,
    KIND_GPU,
    KIND_TOPOLOGY,
    KIND_SCHEDULE,
    KIND_ROUTING,
    KIND_SCALE,
    KIND_COSTS,
    KIND_DOCUMENT /* that one of the others is read from */
};

static const struct {
    const char *room;          /* first segment of an edit's pointer */
    const char *folder, *what; /* for data_find */
} kinds[] = {{"model", "models/moe", "model"},
             {"gpu", "models/gpu", "GPU"},
             {"topology", NULL, NULL},
             {"schedule", "models/schedule", "schedule"},
             {"routing", NULL, NULL},
             {"costs", NULL, NULL}, /* factors on them */
             {"costs", NULL, NULL}};

struct object {
    enum kind kind;
    char *key; /* the word, then a line per edit; of a document its kind and word */
    void *read;
    struct cluster_flows *flows; /* of a topology; NULL until asked for */
};

/* The list is short and begins with what was used last. */
struct library {
    struct object *objects;
    size_t object_count;
    char **schedule_names;
    unsigned long long fingerprint;
};

struct library *library_new(void)
{
    return mem_zeroed(1, sizeof(struct library));
}

static void object_done(struct object *object)
{
    cluster_flows_free(object->flows);
    switch (object->kind) {
    case KIND_MODEL:
        model_free(object->read);
        break;
    case KIND_GPU:
        gpu_free(object->read);
        break;
    case KIND_TOPOLOGY:
        topology_free(object->read);
        break;
    case KIND_SCHEDULE:
        schedule_free(object->read);
        break;
    case KIND_SCALE:
        cost_scale_free(object->read);
        break;
    case KIND_ROUTING:
        routing_free(object->read);
        break;
    case KIND_COSTS:
        cost_table_free(object->read);
        break;
    case KIND_DOCUMENT:
        json_free(object->read);
        break;
    }
    free(object->key);
}

void library_tidy(struct library *library)
{
    while (library->object_count > OBJECTS_MAX)
        object_done(&library->objects[--library->object_count]);
}

void library_free(struct library *library)
{
    if (!library)
        return;
    while (library->object_count > 0)
        object_done(&library->objects[--library->object_count]);
    names_free(library->schedule_names);
    free(library->objects);
    free(library);
}

static struct object *to_front(struct library *library, size_t at)
{
    struct object moved = library->objects[at];
    memmove(library->objects + 1, library->objects, at * sizeof moved);
    library->objects[0] = moved;
    return library->objects;
}

static struct object *keep(struct library *library, enum kind kind, char *owned_key, void *read)
{
    library->objects =
        mem_resized(library->objects, library->object_count + 1, sizeof *library->objects);
    library->objects[library->object_count] =
        (struct object){.kind = kind, .key = owned_key, .read = read};
    return to_front(library, library->object_count++);
}

static struct object *find_object(struct library *library, enum kind kind, const char *key)
{
    for (size_t i = 0; i < library->object_count; i++)
        if (library->objects[i].kind == kind && strcmp(library->objects[i].key, key) == 0)
            return to_front(library, i);
    return NULL;
}

static int load_document(enum kind kind, const char *word, struct diag *diag, struct json **ret)
{
    if (kind == KIND_TOPOLOGY)
        return topology_document(word, diag, ret);
    if (kind == KIND_SCALE)
        return json_parse(word, cost_scale_empty, strlen(cost_scale_empty), diag, ret);
    if (kind == KIND_ROUTING)
        return json_parse(word, "{}", strlen("{}"), diag, ret);
    return json_load_data(kinds[kind].folder, kinds[kind].what, word, diag, ret);
}

/* Added up, so that the order of reading does not matter. */
static void note_contents(struct library *library, enum kind kind, const char *word,
                          const char *contents, size_t length)
{
    uint64_t print = fingerprint_text(FINGERPRINT_EMPTY, kinds[kind].room);
    print = fingerprint_text(print, word);
    library->fingerprint += fingerprint_bytes(print, contents, length);
}

static int find_document(struct library *library, enum kind kind, const char *word,
                         struct diag *diag, const struct json **ret)
{
    struct json *doc;
    char *key = mem_format("%d %s", kind, word);
    struct object *object = find_object(library, KIND_DOCUMENT, key);
    int r = object ? 0 : load_document(kind, word, diag, &doc);
    if (object || r < 0) {
        free(key);
    } else {
        char *contents = json_print(doc);
        note_contents(library, kind, word, contents, strlen(contents));
        free(contents);
        object = keep(library, KIND_DOCUMENT, key, doc);
    }
    *ret = object ? object->read : NULL;
    return r;
}

/* "/model/experts=16" concerns the model, and its pointer begins behind the room's name. */
static bool concerns(const char *set, enum kind kind)
{
    size_t length = strlen(kinds[kind].room);
    return strncmp(set + 1, kinds[kind].room, length) == 0 && set[1 + length] == '/';
}

/* That pointer, fresh. */
static char *pointer_of(const char *set, enum kind kind)
{
    const char *pointer = set + 1 + strlen(kinds[kind].room);
    return mem_format("%.*s", (int)strcspn(pointer, "="), pointer);
}

static char *key_of(enum kind kind, const char *word, const struct edits *edits)
{
    struct text key = {0};
    text_add(&key, "%s", word);
    for (size_t i = 0; i < edits->count; i++)
        if (concerns(edits->sets[i], kind))
            text_add(&key, "\n%s", edits->sets[i]);
    return key.text ? key.text : mem_copy_string("");
}

/* Members of a GPU's file that shorthands alone read, as they expand, which no edit sees. */
static bool is_for_shorthands(enum kind kind, const char *pointer)
{
    static const char *const members[] = {"links", "all_to_all", "peer_access",
                                          "peer_access_source", NULL};
    char *member = mem_format("%.*s", (int)strcspn(pointer + 1, "/"), pointer + 1);
    bool found = kind == KIND_GPU && members[word_position(members, member)];
    free(member);
    return found;
}

/* Makes every edit, so that all complaints are heard. */
static int apply(struct json *doc, enum kind kind, const struct edits *edits, struct diag *diag)
{
    int r = 0;
    for (size_t i = 0; i < edits->count; i++) {
        const char *set = edits->sets[i];
        if (!concerns(set, kind))
            continue;
        char *pointer = pointer_of(set, kind);
        int one = is_for_shorthands(kind, pointer)
                      ? diag_say(diag,
                                 "--set %s: links are the topology's: change a member of "
                                 "/topology/link_types or /topology/all_to_all",
                                 set)
                      : json_set(doc, pointer, strchr(set, '=') + 1, diag);
        r = one < 0 ? one : r;
        free(pointer);
    }
    return r;
}

static int read_object(enum kind kind, const struct json *doc, struct diag *diag, void **ret)
{
    union {
        void *any;
        struct model *model;
        struct gpu *gpu;
        struct topology *topology;
        struct schedule *schedule;
        struct cost_scale *scale;
        struct routing *routing;
    } read = {NULL};
    int r = 0;
    switch (kind) {
    case KIND_MODEL:
        r = model_read(doc, diag, &read.model);
        break;
    case KIND_GPU:
        r = gpu_read(doc, diag, &read.gpu);
        break;
    case KIND_TOPOLOGY:
        r = topology_read(doc, diag, &read.topology);
        if (r == 0 && (r = a2a_algorithm_known(doc, diag)) < 0)
            topology_free(read.topology);
        break;
    case KIND_SCHEDULE:
        r = schedule_read(doc, diag, &read.schedule);
        break;
    case KIND_SCALE:
        r = cost_scale_read(doc, diag, &read.scale);
        break;
    default:
        r = routing_read(doc, diag, &read.routing);
    }
    *ret = read.any;
    return r;
}

/* Whether a complaint is about what an edit gave, at this pointer: the value, or a member that
 * nobody knows. */
static bool speaks_of(const char *message, const char *pointer)
{
    const char *leaf = strrchr(pointer, '/');
    int parent = leaf > pointer ? (int)(leaf - pointer) : 1;
    char *place = mem_format(": %s: ", pointer);
    char *unknown = mem_format(": %.*s: unknown member \"%s\"", parent, pointer, leaf + 1);
    bool found = strstr(message, place) || strstr(message, unknown);
    free(place);
    free(unknown);
    return found;
}

/* Such a complaint says so, as it is not in the file that it names. */
static void mention_edits(enum kind kind, const struct edits *edits, size_t first,
                          struct diag *diag)
{
    for (size_t m = first; m < diag->count; m++)
        for (size_t i = 0; i < edits->count; i++) {
            const char *set = edits->sets[i];
            if (!concerns(set, kind))
                continue;
            char *pointer = pointer_of(set, kind);
            if (speaks_of(diag->messages[m], pointer)) {
                char *message = mem_format("%s (set: %s)", diag->messages[m], set);
                free(diag->messages[m]);
                diag->messages[m] = message;
            }
            free(pointer);
        }
}

static int read_edited(struct library *library, enum kind kind, const char *word,
                       const struct edits *edits, struct diag *diag, void **ret)
{
    const struct json *doc;
    int r = find_document(library, kind, word, diag, &doc);
    if (r < 0)
        return r;
    struct json *edited = json_copy(doc);
    size_t said = diag->count;
    r = apply(edited, kind, edits, diag);
    if (r == 0)
        r = read_object(kind, edited, diag, ret);
    if (r < 0)
        mention_edits(kind, edits, said, diag);
    json_free(edited);
    return r;
}

/* NULL where it cannot be read. */
static const void *find(struct library *library, enum kind kind, const char *word,
                        const struct edits *edits, struct diag *diag)
{
    char *key = key_of(kind, word, edits);
    struct object *object = find_object(library, kind, key);
    void *read = NULL;
    if (!object && read_edited(library, kind, word, edits, diag, &read) == 0)
        object = keep(library, kind, key, read);
    else
        free(key);
    return object ? object->read : NULL;
}

int library_model(struct library *library, const char *word, const struct edits *edits,
                  struct diag *diag, const struct model **ret)
{
    return (*ret = find(library, KIND_MODEL, word, edits, diag)) ? 0 : -EINVAL;
}

int library_gpu(struct library *library, const char *word, const struct edits *edits,
                struct diag *diag, const struct gpu **ret)
{
    return (*ret = find(library, KIND_GPU, word, edits, diag)) ? 0 : -EINVAL;
}

int library_topology(struct library *library, const char *word, const struct edits *edits,
                     struct diag *diag, const struct topology **ret)
{
    return (*ret = find(library, KIND_TOPOLOGY, word, edits, diag)) ? 0 : -EINVAL;
}

int library_schedule(struct library *library, const char *word, const struct edits *edits,
                     struct diag *diag, const struct schedule **ret)
{
    return (*ret = find(library, KIND_SCHEDULE, word, edits, diag)) ? 0 : -EINVAL;
}

int library_stand_in(struct library *library, const struct schedule *schedule, struct diag *diag,
                     const struct schedule **ret)
{
    struct edits none = {NULL, 0};
    const char *word = schedule->without_shortcut;
    *ret = NULL;
    if (word && library_schedule(library, word, &none, diag, ret) < 0)
        return -EINVAL;
    return *ret && (*ret)->without_shortcut
               ? diag_say(diag,
                          "schedule %s: \"without_shortcut\" is \"%s\", which has one itself: "
                          "\"%s\"",
                          schedule->name, word, (*ret)->without_shortcut)
               : 0;
}

int library_scale(struct library *library, const struct edits *edits, struct diag *diag,
                  const struct cost_scale **ret)
{
    return (*ret = find(library, KIND_SCALE, "costs", edits, diag)) ? 0 : -EINVAL;
}

int library_routing(struct library *library, const struct edits *edits, struct diag *diag,
                    const struct routing **ret)
{
    return (*ret = find(library, KIND_ROUTING, "routing", edits, diag)) ? 0 : -EINVAL;
}

/* Contents of every file, and a note of each once all were read. */
static int read_costs(struct library *library, const char *const *paths, size_t count,
                      struct diag *diag, struct cost_table **ret)
{
    struct cost_file *texts = mem_zeroed(count, sizeof *texts);
    int r = 0;
    for (size_t i = 0; i < count && r == 0; i++) {
        char *contents;
        r = file_read(paths[i], COSTS_LARGEST, diag, &contents, &texts[i].length);
        if (r == 0)
            texts[i] = (struct cost_file){paths[i], contents, texts[i].length};
    }
    if (r == 0)
        r = cost_table_load(texts, count, diag, ret);
    for (size_t i = 0; i < count; i++) {
        if (r == 0)
            note_contents(library, KIND_COSTS, paths[i], texts[i].text, texts[i].length);
        free((char *)(size_t)texts[i].text);
    }
    free(texts);
    return r;
}

int library_costs(struct library *library, const char *const *paths, struct diag *diag,
                  const struct cost_table **ret)
{
    struct text key = {0};
    size_t count = 0;
    for (; paths[count]; count++)
        text_add(&key, "%s%s", count ? "\n" : "", paths[count]);
    struct object *object = find_object(library, KIND_COSTS, text_get(&key));
    struct cost_table *table;
    int r = object ? 0 : read_costs(library, paths, count, diag, &table);
    if (!object && r == 0)
        object = keep(library, KIND_COSTS, mem_copy_string(text_get(&key)), table);
    text_done(&key);
    if (r == 0)
        *ret = object->read;
    return r;
}

struct cluster_flows *library_flows(struct library *library, const struct topology *topology)
{
    struct object *object = library->objects;
    while (object->read != topology)
        object++;
    if (!object->flows)
        object->flows = cluster_flows_new(topology);
    return object->flows;
}

const char *const *library_schedule_names(struct library *library)
{
    if (!library->schedule_names)
        library->schedule_names = data_names(kinds[KIND_SCHEDULE].folder);
    return (const char *const *)library->schedule_names;
}

unsigned long long library_fingerprint(const struct library *library)
{
    return library->fingerprint;
}
