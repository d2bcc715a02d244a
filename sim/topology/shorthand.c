#include "sim/topology/shorthand.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/topology/layout.h"

const char *const shorthand_keys[] = {
    "gpu",     "gpus", "nodes",   "fabric", "switch", "sockets", "bandwidth",
    "latency", "nic",  "network", "leaf",   "pod",    "spines",  NULL,
};
static const char *const fabric_words[] = {"nvswitch", "mesh", "pcie", "pairs", "star", NULL};

#define complain shorthand_complain

static size_t position(const char *const *words, const char *word, size_t length)
{
    size_t i = 0;
    while (words[i] && (strlen(words[i]) != length || memcmp(words[i], word, length) != 0))
        i++;
    return i;
}

static int complain_unknown(const struct shorthand_line *line, const char *key)
{
    struct text list = {0};
    const char *near = suggest(key, shorthand_keys);
    for (size_t i = 0; !near && shorthand_keys[i]; i++)
        text_add(&list, "%s%s", i ? ", " : "", shorthand_keys[i]);
    int r = near ? complain(line, KEY_COUNT, "unknown key \"%s\"; did you mean \"%s\"?", key, near)
                 : complain(line, KEY_COUNT, "unknown key \"%s\"; known: %s", key, text_get(&list));
    text_done(&list);
    return r;
}

/* Cuts `item` at its '='. */
static int take_item(struct shorthand_line *line, char *item)
{
    char *equals = strchr(item, '=');
    if (!equals)
        return complain(line, KEY_COUNT, "expected KEY=VALUE, got \"%s\"", item);
    *equals = '\0';
    size_t key = position(shorthand_keys, item, strlen(item));
    if (key == KEY_COUNT)
        return complain_unknown(line, item);
    if (line->values[key])
        return complain(line, key, "given twice");
    line->values[key] = equals + 1;
    return 0;
}

/* Cuts up `copy`, which the values then point into. */
static int split(struct shorthand_line *line, char *copy)
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

bool parse_count(const char *text, const char *end, size_t max, size_t *ret)
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
    if (value > 0)
        *ret = value;
    return value > 0;
}

int get_count(const struct shorthand_line *line, enum shorthand_key key, size_t *ret)
{
    const char *text = line->values[key];
    if (!text || parse_count(text, text + strlen(text), GPUS_MAX, ret))
        return 0;
    return complain(line, key, "expected a whole number of 1 to %u, got \"%s\"", GPUS_MAX, text);
}

int get_word(const struct shorthand_line *line, enum shorthand_key key, size_t length,
             const char *const *words, size_t *ret)
{
    const char *text = line->values[key];
    if (!text)
        return 0;
    size_t word = position(words, text, length);
    if (words[word]) {
        *ret = word;
        return 0;
    }
    char *typed = mem_format("%.*s", (int)length, text);
    struct text list = {0};
    text_add_list(&list, words, " or ");
    text_add(&list, ", got \"%s\"", typed);
    text_add_suggestion(&list, typed, words);
    int r = complain(line, key, "expected %s", text_get(&list));
    text_done(&list);
    free(typed);
    return r;
}

/* 400 alone could be bits or bytes. */
bool parse_rate(const char *text, double *ret)
{
    size_t digits = strspn(text, "0123456789.eE+-");
    return text[digits] != '\0' && quantity_parse(text, UNIT_BYTES_PER_S, ret) == 0 && *ret > 0;
}

static int get_quantities(const struct shorthand_line *line, struct shorthand *shorthand)
{
    const char *bandwidth = line->values[KEY_BANDWIDTH], *latency = line->values[KEY_LATENCY];
    bool bad = false;
    double value;
    if (bandwidth && !parse_rate(bandwidth, &value)) {
        complain(line, KEY_BANDWIDTH,
                 "expected a rate above 0 with its unit, like 50GB/s or 400G "
                 "(bits), got \"%s\"",
                 bandwidth);
        bad = true;
    } else if (bandwidth) {
        shorthand->gpu_link.bandwidth_bytes_per_s = value;
    }
    if (latency && (quantity_parse(latency, UNIT_S, &value) < 0 || value < 0)) {
        complain(line, KEY_LATENCY, "expected a time like 500ns or 2us, got \"%s\"", latency);
        bad = true;
    } else if (latency) {
        shorthand->gpu_link.latency_s = value;
    }
    shorthand->gpu_link_given = bandwidth || latency;
    return bad ? -EINVAL : 0;
}

/* Refuses fabrics that nothing is known of. */
static int check_fabric(const struct shorthand_line *line, const struct shorthand *shorthand)
{
    const struct gpu_links *gpu = shorthand->links;
    const char *fabric = fabric_words[shorthand->fabric];
    bool rate_given = line->values[KEY_BANDWIDTH] != NULL;
    bool nvlink = shorthand->fabric == INNER_NVSWITCH || shorthand->fabric == INNER_MESH;
    if (!gpu->known && !line->values[KEY_FABRIC])
        return complain(line, KEY_GPU,
                        "no link figures are known for \"%s\": give fabric and "
                        "bandwidth",
                        shorthand->gpu);
    if (nvlink && gpu->known && !gpu->own[LINK_NVLINK] && !rate_given)
        return complain(line, KEY_FABRIC,
                        "%s has no NVLink to all others: use fabric=pcie%s, or "
                        "give bandwidth",
                        shorthand->gpu, gpu->own[LINK_BRIDGE] ? " or pairs" : "");
    if (shorthand->fabric == INNER_PAIRS && !gpu->own[LINK_BRIDGE])
        return complain(line, KEY_FABRIC, "no NVLink bridge is known for %s", shorthand->gpu);
    if ((!gpu->known || shorthand->fabric == INNER_STAR) && !rate_given)
        return complain(line, KEY_COUNT, "fabric=%s%s%s needs bandwidth=RATE", fabric,
                        gpu->known ? "" : " of unknown GPU ", gpu->known ? "" : shorthand->gpu);
    return 0;
}

/* The kind of fabric inside a node, and the figures of its links where the line gives none. */
static int choose_links(const struct shorthand_line *line, struct shorthand *shorthand)
{
    static const enum link_role roles[] = {LINK_NVLINK, LINK_NVLINK, LINK_PCIE, LINK_PCIE,
                                           LINK_STAR};
    static const enum a2a_role a2a[] = {A2A_NVLINK, A2A_NVLINK, A2A_PCIE, A2A_PCIE, A2A_STAR};
    const char *typed = line->values[KEY_FABRIC];
    if (gpu_links_load(shorthand->gpu, line->diag, &shorthand->links) < 0)
        return -EINVAL;
    const struct gpu_links *gpu = shorthand->links;
    size_t fabric = gpu->known && !gpu->own[LINK_NVLINK] ? INNER_PCIE : INNER_NVSWITCH;
    if (get_word(line, KEY_FABRIC, typed ? strlen(typed) : 0, fabric_words, &fabric) < 0)
        return -EINVAL;
    shorthand->fabric = (enum inner_fabric)fabric;
    if (check_fabric(line, shorthand) < 0)
        return -EINVAL;
    if (fabric == INNER_PCIE || fabric == INNER_PAIRS)
        shorthand->no_peer_source = gpu->no_peer_source;
    shorthand->gpu_role = roles[fabric];
    shorthand->gpu_link = gpu->links[roles[fabric]];
    shorthand->a2a = a2a[fabric];
    return 0;
}

/* Switches and sockets of a PCIe box. A box with one switch needs no socket. */
static int shape_box(const struct shorthand_line *line, struct shorthand *shorthand)
{
    size_t gpus = shorthand->gpus, per_switch = 2, sockets = 0;
    if (get_count(line, KEY_SWITCH, &per_switch) < 0 || get_count(line, KEY_SOCKETS, &sockets) < 0)
        return -EINVAL;
    if (sockets > 2)
        return complain(line, KEY_SOCKETS, "expected 1 or 2, got \"%s\"",
                        line->values[KEY_SOCKETS]);
    if (gpus % per_switch != 0)
        return complain(line, line->values[KEY_SWITCH] ? KEY_SWITCH : KEY_GPUS,
                        "%zu GPUs do not fill switches of %zu", gpus, per_switch);
    size_t hung = gpus / per_switch; /* on sockets */
    if (!sockets)
        sockets = hung == 1 ? 0 : 2;
    if (sockets && hung % sockets != 0)
        return complain(line, line->values[KEY_SOCKETS] ? KEY_SOCKETS : KEY_GPUS,
                        "%zu GPUs on switches of %zu do not spread evenly over %zu sockets; give "
                        "another switch=N or sockets=1",
                        gpus, per_switch, sockets);
    if (shorthand->fabric == INNER_PAIRS && gpus % 2 != 0)
        return complain(line, KEY_GPUS, "%zu GPUs are not pairs", gpus);
    shorthand->per_switch = per_switch;
    shorthand->sockets = per_switch == 1 && !sockets ? 1 : sockets;
    return 0;
}

static int check_shape(const struct shorthand_line *line, struct shorthand *shorthand)
{
    enum inner_fabric fabric = shorthand->fabric;
    if (shorthand->nodes * shorthand->gpus > GPUS_MAX)
        return complain(line, KEY_NODES, "%zu nodes of %zu GPUs: at most %u GPUs", shorthand->nodes,
                        shorthand->gpus, GPUS_MAX);
    if (fabric == INNER_PCIE || fabric == INNER_PAIRS)
        return shape_box(line, shorthand);
    for (enum shorthand_key key = KEY_SWITCH; key <= KEY_SOCKETS; key++)
        if (line->values[key])
            return complain(line, key, "fabric=%s has no PCIe switches to shape",
                            fabric_words[fabric]);
    if (fabric == INNER_MESH && shorthand->gpus < 2)
        return complain(line, KEY_GPUS, "fabric=mesh needs 2 GPUs or more");
    return 0;
}

static int interpret(const struct shorthand_line *line, struct shorthand *shorthand)
{
    if (!line->values[KEY_GPU] || !*line->values[KEY_GPU])
        return complain(line, KEY_COUNT, "gpu=NAME is needed");
    shorthand->gpu = mem_copy_string(line->values[KEY_GPU]);
    shorthand->gpus = 8;
    shorthand->nodes = 1;
    bool bad = get_count(line, KEY_GPUS, &shorthand->gpus) < 0;
    bad |= get_count(line, KEY_NODES, &shorthand->nodes) < 0;
    if (bad)
        return -EINVAL;
    bad |= choose_links(line, shorthand) < 0;
    bad |= get_quantities(line, shorthand) < 0;
    bad = bad || check_shape(line, shorthand) < 0;
    bad = bad || shorthand_network(line, shorthand) < 0;
    return bad ? -EINVAL : 0;
}

int shorthand_parse(const char *word, struct diag *diag, struct shorthand *ret)
{
    struct shorthand_line line = {.word = word, .diag = diag};
    struct shorthand shorthand = {.word = word};
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
    gpu_links_free(shorthand->links);
    *shorthand = (struct shorthand){0};
}
