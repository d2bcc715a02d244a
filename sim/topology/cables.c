#include "sim/topology/layout.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/topology/for_each.h"

#define ENDS_MAX 65536u /* names in one list of ends */

/* What every entry of one list needs to know. */
struct reader {
    const struct layout *layout;
    bool in_fabric;
    struct cables *cables;
};

/* "from" or "to": a name or a list of names. */
struct ends {
    struct jcur at;
    size_t count;
    bool is_list;
    size_t *vertices; /* of the present round */
};

static int ends_read(const struct jcur *entry, const char *key, struct ends *ends)
{
    if (jcur_member(entry, key, &ends->at) < 0)
        return -EINVAL;
    ends->is_list = !jcur_is_string(&ends->at);
    ends->count = 1;
    return ends->is_list ? jcur_array(&ends->at, 1, ENDS_MAX, &ends->count) : 0;
}

/* The element's cursor. `at` itself where ends is one name. */
static struct jcur ends_item(const struct ends *ends, size_t i)
{
    struct jcur item = ends->at;
    if (ends->is_list)
        item = jcur_element(&ends->at, i);
    return item;
}

static int ends_mark(const struct ends *ends, struct for_each *for_each, bool in_fabric)
{
    bool bad = false;
    for (size_t i = 0; i < ends->count; i++) {
        struct jcur item = ends_item(ends, i);
        bad |= for_each_mark(for_each, &item, in_fabric) < 0;
    }
    return bad ? -EINVAL : 0;
}

static int unknown_vertex(const struct jcur *at, const char *name, const struct names *known,
                          const char *searched, const char *prefix)
{
    const char *near = known->count ? suggest(searched, (const char *const *)known->names) : NULL;
    if (near)
        return jcur_error(at, "unknown vertex \"%s\"; did you mean \"%s%s\"?", name, prefix, near);
    return jcur_error(at, "unknown vertex \"%s\"", name);
}

/* "node12/nic0" as seen from the fabric. */
static int find_in_node(const struct layout *layout, const struct jcur *at, const char *name,
                        const char *slash, size_t *ret)
{
    char *end;
    char prefix[32];
    unsigned long node = strtoul(name + strlen("node"), &end, 10);
    int length = snprintf(prefix, sizeof prefix, "node%lu/", node);
    /* Printing it back refuses signs, leading zeros and numbers too long for their type. */
    if (end != slash || strncmp(name, prefix, (size_t)length) != 0)
        return jcur_error(at, "expected a vertex of a node like \"node0/nic0\", got \"%s\"", name);
    if (node >= layout->node_count)
        return jcur_error(at, "\"%s\": node_count is %zu, so the last is node%zu", name,
                          layout->node_count, layout->node_count - 1);
    size_t local = names_lookup(&layout->local, slash + 1);
    if (local == NAME_NONE)
        return unknown_vertex(at, name, &layout->local, slash + 1, prefix);
    *ret = layout_vertex(layout, node, local);
    return 0;
}

static int find_vertex(const struct reader *reader, const struct jcur *at, const char *name,
                       size_t *ret)
{
    const struct layout *layout = reader->layout;
    const struct names *known = reader->in_fabric ? &layout->fabric : &layout->local;
    const char *slash = strchr(name, '/');
    if (slash && strncmp(name, "node", 4) == 0)
        return find_in_node(layout, at, name, slash, ret);
    size_t found = names_lookup(known, name);
    if (found == NAME_NONE)
        return unknown_vertex(at, name, known, name, "");
    *ret = reader->in_fabric ? layout->node_count * layout->local.count + found : found;
    return 0;
}

static int ends_resolve(const struct reader *reader, const struct for_each *for_each,
                        struct ends *ends)
{
    struct text name = {0};
    bool bad = false;
    const char *pattern = "";
    for (size_t i = 0; i < ends->count; i++) {
        struct jcur item = ends_item(ends, i);
        bad |= jcur_string(&item, &pattern) < 0;
        for_each_expand(for_each, pattern, &name);
        bad |= find_vertex(reader, &item, text_get(&name), &ends->vertices[i]) < 0;
    }
    text_done(&name);
    return bad ? -EINVAL : 0;
}

static void add_cable(struct cables *cables, struct cable cable)
{
    cables->cables = mem_grown(cables->cables, cables->count, &cables->room, sizeof cable);
    cables->cables[cables->count++] = cable;
}

/* All combinations of the two lists, for the variables' present values. */
static int add_round(const struct reader *reader, const struct jcur *entry, const struct ends *from,
                     const struct ends *to, size_t type)
{
    for (size_t i = 0; i < from->count; i++) {
        for (size_t k = 0; k < to->count; k++) {
            if (from->vertices[i] == to->vertices[k])
                return jcur_error(entry, "a link from a vertex to itself");
            add_cable(reader->cables,
                      (struct cable){from->vertices[i], to->vertices[k], type, entry->index});
        }
    }
    return 0;
}

/* The rounds of an entry whose parts are known to be well-formed. Stops at the first bad one. */
static int add_rounds(const struct reader *reader, const struct jcur *entry,
                      struct for_each *for_each, struct ends *from, struct ends *to, size_t type)
{
    size_t rounds = for_each_rounds(for_each, CABLES_MAX);
    if (rounds * from->count > CABLES_MAX ||
        rounds * from->count * to->count + reader->cables->count > CABLES_MAX)
        return jcur_error(entry, "more than %u links", CABLES_MAX);
    do {
        bool bad = ends_resolve(reader, for_each, from) < 0;
        bad |= ends_resolve(reader, for_each, to) < 0;
        if (bad || add_round(reader, entry, from, to, type) < 0)
            return -EINVAL;
    } while (for_each_next(for_each));
    return 0;
}

static int read_type(const struct layout *layout, const struct jcur *entry, size_t *ret)
{
    struct jcur at;
    if (jcur_member(entry, "type", &at) < 0)
        return -EINVAL;
    return jcur_word(&at, (const char *const *)layout->type_names, ret);
}

static int read_entry(const struct reader *reader, const struct jcur *entry)
{
    struct for_each for_each = {0};
    struct ends from = {0}, to = {0};
    size_t type = 0;
    bool bad = jcur_object(entry) < 0;
    if (bad)
        return -EINVAL;
    bad |= jcur_members(entry, "for,from,to,type") < 0;
    bad |= for_each_read(entry, &for_each) < 0;
    bad |= read_type(reader->layout, entry, &type) < 0;
    bad |= ends_read(entry, "from", &from) < 0;
    bad |= ends_read(entry, "to", &to) < 0;
    if (bad)
        return -EINVAL;
    bad |= ends_mark(&from, &for_each, reader->in_fabric) < 0;
    bad |= ends_mark(&to, &for_each, reader->in_fabric) < 0;
    if (bad || for_each_all_used(&for_each, entry) < 0)
        return -EINVAL;
    from.vertices = mem_zeroed(from.count, sizeof *from.vertices);
    to.vertices = mem_zeroed(to.count, sizeof *to.vertices);
    int r = add_rounds(reader, entry, &for_each, &from, &to, type);
    free(from.vertices);
    free(to.vertices);
    return r;
}

/* Pairs of ends in ascending order, whichever way the cable was written. */
static int by_ends(const void *left, const void *right)
{
    const struct cable *a = left, *b = right;
    size_t a_low = a->from < a->to ? a->from : a->to, a_high = a->from + a->to - a_low;
    size_t b_low = b->from < b->to ? b->from : b->to, b_high = b->from + b->to - b_low;
    if (a_low != b_low)
        return a_low < b_low ? -1 : 1;
    if (a_high != b_high)
        return a_high < b_high ? -1 : 1;
    return a->entry < b->entry ? -1 : a->entry > b->entry;
}

/* Two vertices have one link: parallel cables are written as one with the summed bandwidth. */
static int refuse_doubles(const struct reader *reader, const struct jcur *list)
{
    const struct cables *cables = reader->cables;
    struct cable *sorted = mem_zeroed(cables->count ? cables->count : 1, sizeof *sorted);
    int result = 0;
    if (cables->count)
        memcpy(sorted, cables->cables, cables->count * sizeof *sorted);
    qsort(sorted, cables->count, sizeof *sorted, by_ends);
    for (size_t i = 1; i < cables->count; i++) {
        const struct cable *a = &sorted[i - 1], *b = &sorted[i];
        bool same =
            (a->from == b->from && a->to == b->to) || (a->from == b->to && a->to == b->from);
        if (same && (result == 0 || b->entry != a->entry)) {
            struct jcur entry = jcur_element(list, b->entry);
            result = jcur_error(&entry,
                                "a second link between two vertices that /%s/links/%zu "
                                "joined already; write one with the summed bandwidth",
                                reader->in_fabric ? "fabric" : "node", a->entry);
        }
    }
    free(sorted);
    return result;
}

int cables_read(const struct layout *layout, const struct jcur *part, bool in_fabric,
                struct cables *cables)
{
    struct reader reader = {layout, in_fabric, cables};
    struct jcur list, entry;
    size_t length = 0;
    bool bad = false;
    if (jget_array(part, "links", 0, CABLES_MAX, &list, &length) < 0)
        return -EINVAL;
    for (size_t i = 0; i < length; i++) {
        entry = jcur_element(&list, i);
        bad |= read_entry(&reader, &entry) < 0;
    }
    if (bad)
        return -EINVAL;
    return refuse_doubles(&reader, &list);
}
