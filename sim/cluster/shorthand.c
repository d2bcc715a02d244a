#include "sim/cluster/shorthand.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/cluster/layout.h"

/* The line while it is read: texts by key, NULL where a key was not given. */
enum key { KEY_GPU, KEY_GPUS, KEY_NODES, KEY_FABRIC, KEY_BANDWIDTH, KEY_LATENCY, KEY_NIC,
           KEY_NETWORK, KEY_COUNT };

static const char *const keys[] = { "gpu", "gpus", "nodes", "fabric", "bandwidth", "latency", "nic",
                                    "network", NULL };
static const char *const fabric_words[] = { "nvswitch", "pcie", "star", NULL };
static const char *const network_words[] = { "rail", "flat", NULL };

struct line {
    const char *word;
    struct diag *diag;
    const char *values[KEY_COUNT]; /* inside a copy of the word */
};

/* "WORD: KEY: text" */
#define complain(line, key, ...) diag_at((line)->diag, (line)->word, key, __VA_ARGS__)

static size_t position(const char *const *words, const char *word)
{
    size_t i = 0;
    while (words[i] && strcmp(words[i], word) != 0)
        i++;
    return i;
}

static int complain_unknown(const struct line *line, const char *key)
{
    const char *near = suggest(key, keys);
    if (near)
        return complain(line, NULL, "unknown key \"%s\"; did you mean \"%s\"?", key,
                       near);
    return complain(line, NULL, "unknown key \"%s\"; known: gpu, gpus, nodes, fabric, "
                   "bandwidth, latency, nic, network", key);
}

/* Cuts `item` at its '='. */
static int take_item(struct line *line, char *item)
{
    char *equals = strchr(item, '=');
    if (!equals)
        return complain(line, NULL, "expected KEY=VALUE, got \"%s\"", item);
    *equals = '\0';
    size_t key = position(keys, item);
    if (key == KEY_COUNT)
        return complain_unknown(line, item);
    if (line->values[key])
        return complain(line, item, "given twice");
    line->values[key] = equals + 1;
    return 0;
}

/* Cuts up `copy`, which the values then point into. */
static int split(struct line *line, char *copy)
{
    bool bad = false;
    for (char *item = copy; item;) {
        char *comma = strchr(item, ',');
        if (comma)
            *comma = '\0';
        bad |= take_item(line, item) < 0;
        item = comma ? comma + 1 : NULL;
    }
    return bad ? -EINVAL : 0;
}

/* Digits up to `end` as a number of 1..max. */
static bool parse_count(const char *text, const char *end, size_t max, size_t *ret)
{
    size_t value = 0;
    if (text == end)
        return false;
    for (; text < end; text++) {
        if (!isdigit((unsigned char)*text))
            return false;
        value = 10 * value + (size_t)(*text - '0');
        if (value > max)
            return false;
    }
    *ret = value;
    return value > 0;
}

static int get_count(const struct line *line, enum key key, size_t absent, size_t *ret)
{
    const char *text = line->values[key];
    *ret = absent;
    if (!text || parse_count(text, text + strlen(text), GPUS_MAX, ret))
        return 0;
    return complain(line, keys[key], "expected a whole number of 1 to %u, got \"%s\"",
                   GPUS_MAX, text);
}

/* Leaves *ret alone where the key is absent. */
static int get_word(const struct line *line, enum key key, const char *const *words, size_t *ret)
{
    const char *text = line->values[key];
    if (!text)
        return 0;
    size_t word = position(words, text);
    if (words[word]) {
        *ret = word;
        return 0;
    }
    const char *near = suggest(text, words);
    struct text list = {0};
    for (size_t i = 0; words[i]; i++)
        text_add(&list, "%s\"%s\"", i == 0 ? "" : words[i + 1] ? ", " : " or ", words[i]);
    int r = complain(line, keys[key], "expected %s, got \"%s\"%s%s%s", text_get(&list), text,
                     near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
    text_done(&list);
    return r;
}

/* A rate above 0 that says its unit: 400 alone could be bits or bytes. */
static bool parse_rate(const char *text, double *ret)
{
    size_t digits = strspn(text, "0123456789.eE+-");
    return text[digits] != '\0' && quantity_parse(text, UNIT_BYTES_PER_S, ret) == 0 && *ret > 0;
}

static int get_quantities(const struct line *line, struct shorthand *shorthand)
{
    const char *bandwidth = line->values[KEY_BANDWIDTH], *latency = line->values[KEY_LATENCY];
    bool bad = false;
    double value;
    if (bandwidth && !parse_rate(bandwidth, &value)) {
        complain(line, "bandwidth",
                "expected a rate above 0 with its unit, like 50GB/s or 400G (bits), got \"%s\"", bandwidth);
        bad = true;
    } else if (bandwidth) {
        shorthand->gpu_link.bandwidth_bytes_per_s = value;
    }
    if (latency && (quantity_parse(latency, UNIT_S, &value) < 0 || value < 0)) {
        complain(line, "latency", "expected a time like 500ns or 2us, got \"%s\"",
                latency);
        bad = true;
    } else if (latency) {
        shorthand->gpu_link.latency_s = value;
    }
    shorthand->gpu_link_given = bandwidth || latency;
    return bad ? -EINVAL : 0;
}

/* COUNTxRATE */
static int get_nic(const struct line *line, struct shorthand *shorthand)
{
    const char *text = line->values[KEY_NIC];
    if (!text)
        return shorthand->nodes == 1 ? 0 : complain(line, NULL,
            "%zu nodes need nic=COUNTxRATE, for example nic=8x400G", shorthand->nodes);
    const char *cross = strchr(text, 'x');
    double rate;
    if (!cross || !parse_count(text, cross, GPUS_MAX, &shorthand->nics) ||
        !parse_rate(cross + 1, &rate))
        return complain(line, "nic", "expected COUNTxRATE like 8x400G (bits) or 8x50GB/s, got \"%s\"",
                       text);
    shorthand->nic_bytes_per_s = rate;
    if (shorthand->gpus % shorthand->nics != 0)
        return complain(line, "nic", "%zu NICs do not divide %zu GPUs",
                       shorthand->nics, shorthand->gpus);
    return 0;
}

static int get_network(const struct line *line, struct shorthand *shorthand)
{
    bool all = shorthand->nics == shorthand->gpus;
    size_t word = all ? NETWORK_RAIL : NETWORK_FLAT;
    if (get_word(line, KEY_NETWORK, network_words, &word) < 0)
        return -EINVAL;
    shorthand->network = (enum network)word;
    if (word == NETWORK_RAIL && !all)
        return complain(line, "network", "rail needs a NIC for every GPU: nic=%zuxRATE",
                       shorthand->gpus);
    return 0;
}

/* The kind of fabric inside a node, and the figures of its links where the line gives none. */
static int choose_links(const struct line *line, struct shorthand *shorthand)
{
    const struct gpu_figures *gpu = gpu_figures_lookup(shorthand->gpu);
    bool rate_given = line->values[KEY_BANDWIDTH] != NULL;
    size_t fabric = gpu && !gpu->nvlink ? INNER_PCIE : INNER_NVSWITCH;
    if (get_word(line, KEY_FABRIC, fabric_words, &fabric) < 0)
        return -EINVAL;
    if (!gpu && !line->values[KEY_FABRIC])
        return complain(line, "gpu", "no link figures are known for \"%s\": give "
                       "fabric and bandwidth", shorthand->gpu);
    if (fabric == INNER_NVSWITCH && gpu && !gpu->nvlink && !rate_given)
        return complain(line, "fabric", "%s has no NVLink: use fabric=pcie, or give "
                       "bandwidth", shorthand->gpu);
    if ((!gpu || fabric == INNER_STAR) && !rate_given)
        return complain(line, NULL, "fabric=%s%s%s needs bandwidth=RATE",
                       fabric_words[fabric], gpu ? "" : " of unknown GPU ",
                       gpu ? "" : shorthand->gpu);
    if (!gpu)
        gpu = &newest_gpu_figures;
    shorthand->fabric = (enum inner_fabric)fabric;
    shorthand->pcie = gpu->pcie;
    const struct gpu_figures *nvlink = gpu->nvlink ? gpu : &newest_gpu_figures;
    const struct link_figures *links[] = { nvlink->nvlink, gpu->pcie, &star_figures };
    const struct a2a_figures *a2a[] = { nvlink->nvlink_a2a, &pcie_a2a_figures, &star_a2a_figures };
    shorthand->gpu_link = *links[fabric];
    shorthand->a2a = a2a[fabric];
    return 0;
}

static int check_shape(const struct line *line, const struct shorthand *shorthand)
{
    if (shorthand->nodes * shorthand->gpus > GPUS_MAX)
        return complain(line, "nodes", "%zu nodes of %zu GPUs: at most %u GPUs",
                       shorthand->nodes, shorthand->gpus, GPUS_MAX);
    if (shorthand->fabric == INNER_PCIE && shorthand->gpus != 2 && shorthand->gpus % 4 != 0)
        return complain(line, "gpus", "fabric=pcie needs 2 GPUs (one switch) or a "
                       "multiple of 4 (two sockets, two GPUs a switch), got %zu", shorthand->gpus);
    return 0;
}

static int interpret(const struct line *line, struct shorthand *shorthand)
{
    if (!line->values[KEY_GPU] || !*line->values[KEY_GPU])
        return complain(line, NULL, "gpu=NAME is needed");
    shorthand->gpu = mem_copy_string(line->values[KEY_GPU]);
    bool bad = get_count(line, KEY_GPUS, 8, &shorthand->gpus) < 0;
    bad |= get_count(line, KEY_NODES, 1, &shorthand->nodes) < 0;
    if (bad)
        return -EINVAL;
    bad |= choose_links(line, shorthand) < 0;
    bad |= get_quantities(line, shorthand) < 0;
    bad |= get_nic(line, shorthand) < 0;
    bad = bad || get_network(line, shorthand) < 0;
    bad = bad || check_shape(line, shorthand) < 0;
    return bad ? -EINVAL : 0;
}

int shorthand_parse(const char *word, struct diag *diag, struct shorthand *ret)
{
    struct line line = { .word = word, .diag = diag };
    struct shorthand shorthand = { .word = word };
    char *copy = mem_copy_string(word);
    int r = split(&line, copy);
    if (r == 0)
        r = interpret(&line, &shorthand);
    free(copy);
    if (r < 0)
        shorthand_done(&shorthand);
    else
        *ret = shorthand;
    return r;
}

void shorthand_done(struct shorthand *shorthand)
{
    free(shorthand->gpu);
    *shorthand = (struct shorthand){0};
}
