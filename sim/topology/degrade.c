/* "degraded": links and GPUs that do not give what they should. */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/model/link.h"
#include "sim/topology/layout.h"

#define ENTRIES_MAX 65536u
#define PATTERNS_MAX 65536u
#define LEFT_MIN_RATIO 1e-6 /* of a GPU's speed */

/* One entry while it is applied. */
struct entry {
    struct topology *topology;
    bool of_links; /* else of GPUs */
    double ratio;
    bool nothing_left; /* of a link or a GPU, with all entries so far */
    size_t hits;       /* links (both directions of a cable are two) or GPUs that it names */
};

/* The link's name without the mark of its direction. */
static char *cable_name(const struct link *link)
{
    size_t length = strlen(link->name);
    return mem_format("%.*s", (int)(length - (link->half_duplex ? 0 : 1)), link->name);
}

/* A pattern without a mark means both directions. */
static bool is_meant(const char *pattern, const struct link *link)
{
    char *cable = cable_name(link);
    bool meant = fnmatch(pattern, link->name, 0) == 0 || fnmatch(pattern, cable, 0) == 0;
    free(cable);
    return meant;
}

static size_t slow_links(struct entry *entry, const char *pattern)
{
    size_t hits = 0;
    for (size_t i = 0; i < entry->topology->link_count; i++) {
        struct link *link = &entry->topology->links[i];
        if (!is_meant(pattern, link))
            continue;
        link->bandwidth_bytes_per_s *= entry->ratio;
        entry->nothing_left |= link->bandwidth_bytes_per_s < RATE_MIN_PER_S;
        hits++;
    }
    return hits;
}

static size_t slow_gpus(struct entry *entry, const char *pattern)
{
    struct topology *topology = entry->topology;
    size_t hits = 0, ranks = topology_ranks(topology);
    for (size_t rank = 0; rank < ranks; rank++) {
        if (fnmatch(pattern, topology->vertices[rank].name, 0) != 0)
            continue;
        if (!topology->compute_ratios) {
            topology->compute_ratios = mem_zeroed(ranks, sizeof *topology->compute_ratios);
            for (size_t i = 0; i < ranks; i++)
                topology->compute_ratios[i] = 1;
        }
        topology->compute_ratios[rank] *= entry->ratio;
        entry->nothing_left |= topology->compute_ratios[rank] < LEFT_MIN_RATIO;
        hits++;
    }
    return hits;
}

static int nothing_meant(const struct entry *entry, const struct jcur *at, const char *pattern)
{
    const struct topology *topology = entry->topology;
    size_t count = entry->of_links ? topology->link_count : topology_ranks(topology);
    char **names = mem_zeroed(count + 1, sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = entry->of_links ? cable_name(&topology->links[i])
                                   : mem_copy_string(topology->vertices[i].name);
    struct text message = {0};
    const char *what = entry->of_links ? "link" : "GPU";
    text_add(&message, "no %s is called ", what);
    text_add_quoted(&message, pattern, TEXT_CLIP);
    const char *near = suggest(pattern, (const char *const *)names);
    if (near)
        text_add(&message, "; did you mean \"%s\"?", near);
    else if (count)
        text_add(&message, "; %ss have names like \"%s\"", what, names[0]);
    int r = jcur_error(at, "%s", text_get(&message));
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
    text_done(&message);
    return r;
}

static int apply_pattern(struct entry *entry, const struct jcur *at)
{
    const char *pattern;
    if (jcur_string(at, &pattern) < 0)
        return -EINVAL;
    size_t hits = entry->of_links ? slow_links(entry, pattern) : slow_gpus(entry, pattern);
    entry->hits += hits;
    return hits ? 0 : nothing_meant(entry, at, pattern);
}

/* A pattern or a list of them. Adds the patterns to `words`. */
static int apply_patterns(struct entry *entry, const struct jcur *at, struct text *words)
{
    struct jcur item = *at;
    size_t count = 1;
    bool list = !jcur_is_string(at), bad = false;
    const char *pattern;
    if (list && jcur_array(at, 1, PATTERNS_MAX, &count) < 0)
        return -EINVAL;
    for (size_t i = 0; i < count; i++) {
        if (list)
            item = jcur_element(at, i);
        if (apply_pattern(entry, &item) < 0 || jcur_string(&item, &pattern) < 0)
            bad = true;
        else
            text_add(words, "%s%s", i ? ", " : "", pattern);
    }
    return bad ? -EINVAL : 0;
}

static int read_entry(const struct jcur *at, struct topology *topology, struct text *words)
{
    static const char *const of_links[] = {"links", "bandwidth_ratio", NULL};
    static const char *const of_gpus[] = {"gpus", "compute_ratio", NULL};
    struct entry entry = {.topology = topology};
    struct jcur patterns, other;
    if (jcur_object(at) < 0)
        return -EINVAL;
    entry.of_links = jcur_has(at, "links", &patterns);
    if (!entry.of_links && !jcur_has(at, "gpus", &patterns))
        return jcur_error(at, "expected \"links\" with \"bandwidth_ratio\", or \"gpus\" with "
                              "\"compute_ratio\"");
    if (entry.of_links && jcur_has(at, "gpus", &other))
        return jcur_error(at, "\"links\" and \"gpus\" need an entry each");
    bool bad = jcur_only(at, entry.of_links ? of_links : of_gpus) < 0;
    /* What is left: above 0, since a link that is down is left out. */
    bad |= get_part(at, entry.of_links ? "bandwidth_ratio" : "compute_ratio", &entry.ratio) < 0;
    if (bad)
        return -EINVAL;
    text_add(words, "%s", words->length ? "; " : "");
    if (apply_patterns(&entry, &patterns, words) < 0)
        return -EINVAL;
    if (entry.nothing_left)
        return jcur_error(at, "with the entries before it leaves less than a byte a second, or a "
                              "millionth of a GPU's speed");
    text_add(words, " (%zu %s%s) at %g of %s", entry.hits, entry.of_links ? "link" : "GPU",
             entry.hits == 1 ? "" : "s", entry.ratio, entry.of_links ? "bandwidth" : "speed");
    return 0;
}

int degrade_read(const struct jcur *root, struct topology *topology)
{
    struct jcur list, entry;
    size_t count;
    bool bad = false;
    struct text words = {0};
    if (!jcur_has(root, "degraded", &list))
        return 0;
    if (jcur_array(&list, 0, ENTRIES_MAX, &count) < 0)
        return -EINVAL;
    for (size_t i = 0; i < count; i++) {
        entry = jcur_element(&list, i);
        bad |= read_entry(&entry, topology, &words) < 0;
    }
    topology->degraded = words.text; /* owned by the topology from here on */
    return bad ? -EINVAL : 0;
}
