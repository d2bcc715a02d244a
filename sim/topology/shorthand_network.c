/* The keys nic, network, leaf, pod and spines of a shorthand. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "sim/base/number.h"
#include "sim/topology/layout.h"
#include "sim/topology/shorthand.h"

static const char *const network_words[] = {"rail", "flat", "fat-tree", "dragonfly", NULL};
static const char *const place_words[] = {"switch", "sockets", "socket0", NULL};

/* NVIDIA Quantum-2 (QM9700): 64 ports of 400 Gb/s. */
#define SWITCH_PORTS 64
/* HPE Slingshot: 16 of a switch's 64 ports lead to NICs (glennklockwood.com/garden/slingshot;
 * NERSC, Perlmutter Architecture: 128 nodes of 4 NICs on 32 switches). */
#define ROUTER_NICS 16
#define RATIO_MAX 1024.0
#define GROUPS_MAX 128 /* each pair of groups is an entry of the document */

#define complain shorthand_complain

/* The part of a NIC's text behind its '@'. */
static int get_place(const struct shorthand_line *line, const char *place,
                     struct shorthand *shorthand)
{
    bool box = shorthand->fabric == INNER_PCIE || shorthand->fabric == INNER_PAIRS;
    size_t word = 0;
    struct shorthand_line part = *line;
    part.values[KEY_NIC] = place;
    if (get_word(&part, KEY_NIC, strlen(place), place_words, &word) < 0)
        return -EINVAL;
    if (!box)
        return complain(line, KEY_NIC, "@%s is for fabric=pcie and pairs", place);
    shorthand->nic_place = (enum nic_place)word;
    if (word == NIC_AT_SWITCH && shorthand->per_switch == 1)
        return complain(line, KEY_NIC, "@switch needs switches: switch=1 has none");
    if (word != NIC_AT_SWITCH && !shorthand->sockets)
        shorthand->sockets = 1;
    return 0;
}

/* Several NICs a GPU count as one of their rates together: NCCL spreads its channels over them. */
static int share_nics(const struct shorthand_line *line, struct shorthand *shorthand)
{
    size_t nics = shorthand->nics, gpus = shorthand->gpus;
    if (nics > gpus && nics % gpus == 0) {
        shorthand->nic_bytes_per_s *= (double)(nics / gpus);
        shorthand->nics = gpus;
        return 0;
    }
    if (gpus % nics == 0)
        return 0;
    return complain(line, KEY_NIC, "%zu NICs do not divide %zu GPUs%s", nics, gpus,
                    nics > gpus ? " nor are they the same number for each" : "");
}

/* COUNTxRATE or COUNTxRATE@PLACE */
static int get_nic(const struct shorthand_line *line, struct shorthand *shorthand)
{
    const char *text = line->values[KEY_NIC];
    if (!text)
        return shorthand->nodes == 1
                   ? 0
                   : complain(line, KEY_COUNT,
                              "%zu nodes need nic=COUNTxRATE, for example nic=8x400G",
                              shorthand->nodes);
    const char *cross = strchr(text, 'x'), *at = strchr(text, '@');
    char rate_text[QUANTITY_MAX];
    size_t length = !cross ? 0 : at ? (size_t)(at - cross - 1) : strlen(cross + 1);
    if (length >= sizeof rate_text)
        length = 0;
    memcpy(rate_text, cross ? cross + 1 : "", length);
    rate_text[length] = '\0';
    if (!cross || !parse_count(text, cross, GPUS_MAX, &shorthand->nics) ||
        !parse_rate(rate_text, &shorthand->nic_bytes_per_s))
        return complain(line, KEY_NIC,
                        "expected COUNTxRATE like 8x400G (bits) or 8x50GB/s, got \"%s\"", text);
    shorthand->nics_typed = shorthand->nics;
    if (shorthand->per_switch == 1)
        shorthand->nic_place = NIC_AT_SOCKETS;
    bool bad = share_nics(line, shorthand) < 0;
    return at ? (get_place(line, at + 1, shorthand) < 0 || bad ? -EINVAL : 0) : bad ? -EINVAL : 0;
}

/* "4", "1.5": above 0, up to the next ':' or the end. */
static bool parse_ratio(const char *text, const char *end, double *ret)
{
    size_t length = (size_t)(end - text);
    if (strspn(text, "0123456789.") != length || number_span(text) != length || length == 0 ||
        length >= QUANTITY_MAX)
        return false;
    *ret = number_read(text);
    return *ret > 0 && *ret <= RATIO_MAX;
}

/* What stands behind the word: up to two numbers, each after a ':'. */
static bool parse_numbers(const char *text, double ret[2], size_t *ret_count)
{
    size_t count = 0;
    while (*text == ':' && count < 2) {
        const char *end = text + 1 + strcspn(text + 1, ":");
        if (!parse_ratio(text + 1, end, &ret[count++]))
            return false;
        text = end;
    }
    *ret_count = count;
    return *text == '\0';
}

static int get_kind(const struct shorthand_line *line, const struct shorthand *shorthand,
                    struct network_shape *network)
{
    static const char *const forms[] = {"rail[:RATIO]", "flat", "fat-tree[:RATIO[:RATIO]]",
                                        "dragonfly:GROUPS[:RATIO]"};
    static const size_t most[] = {1, 0, 2, 2}, least[] = {0, 0, 0, 1};
    const char *text = line->values[KEY_NETWORK];
    bool all = shorthand->nics == shorthand->gpus;
    size_t word = all ? NETWORK_RAIL : NETWORK_FLAT, count = 0;
    size_t length = text ? strcspn(text, ":") : 0;
    double numbers[2] = {1, 1};
    if (get_word(line, KEY_NETWORK, length, network_words, &word) < 0)
        return -EINVAL;
    if (text && (!parse_numbers(text + length, numbers, &count) || count > most[word] ||
                 count < least[word]))
        return complain(line, KEY_NETWORK,
                        "expected %s with numbers above 0 and at most %g, got "
                        "\"%s\"",
                        forms[word], RATIO_MAX, text);
    bool dragonfly = word == NETWORK_DRAGONFLY;
    if (dragonfly && (floor(numbers[0]) != numbers[0] || numbers[0] > GROUPS_MAX))
        return complain(line, KEY_NETWORK, "expected 1 to %d groups, got \"%s\"", GROUPS_MAX, text);
    if (word == NETWORK_RAIL && !all)
        return complain(line, KEY_NETWORK, "rail needs a NIC for every GPU: nic=%zuxRATE",
                        shorthand->gpus);
    network->kind = (enum network)word;
    network->groups = dragonfly ? (size_t)numbers[0] : 0;
    network->leaf_ratio = numbers[dragonfly ? 1 : 0];
    network->pod_ratio = numbers[1];
    network->pod_leaves = word == NETWORK_FAT_TREE && count == 2;
    return 0;
}

static size_t largest_divisor(size_t of, size_t at_most)
{
    size_t divisor = at_most < 1 ? 1 : at_most < of ? at_most : of;
    while (of % divisor != 0)
        divisor--;
    return divisor;
}

/* Ports below a switch whose ports above carry 1 / ratio of that. */
static size_t ports_below(double ratio)
{
    return (size_t)(SWITCH_PORTS * ratio / (1 + ratio));
}

/* Nodes under a leaf: what fits on a switch and fills all leaves. A rail's leaves hold all. */
static size_t default_leaf(const struct shorthand *shorthand, const struct network_shape *network)
{
    size_t nodes = shorthand->nodes, nics = shorthand->nics;
    switch (network->kind) {
    case NETWORK_FAT_TREE:
        return largest_divisor(nodes, ports_below(network->leaf_ratio) / nics);
    case NETWORK_DRAGONFLY:
        return largest_divisor(nodes / network->groups, ROUTER_NICS / nics);
    default:
        return nodes;
    }
}

static int get_leaf(const struct shorthand_line *line, const struct shorthand *shorthand,
                    struct network_shape *network)
{
    size_t nodes = shorthand->nodes, groups = network->groups ? network->groups : 1;
    if (network->kind == NETWORK_FLAT && line->values[KEY_LEAF])
        return complain(line, KEY_LEAF, "network=flat has no leaf switches");
    if (nodes % groups != 0)
        return complain(line, KEY_NETWORK, "%zu nodes do not fill %zu groups", nodes, groups);
    network->leaf_nodes = default_leaf(shorthand, network);
    if (get_count(line, KEY_LEAF, &network->leaf_nodes) < 0)
        return -EINVAL;
    if (nodes / groups % network->leaf_nodes == 0)
        return 0;
    return complain(line, KEY_LEAF, "%zu nodes%s do not fill leaves of %zu", nodes / groups,
                    network->groups ? " a group" : "", network->leaf_nodes);
}

static int get_pod(const struct shorthand_line *line, const struct shorthand *shorthand,
                   struct network_shape *network)
{
    size_t leaves = shorthand->nodes / network->leaf_nodes;
    if (!network->pod_leaves)
        return !line->values[KEY_POD]
                   ? 0
                   : complain(line, KEY_POD,
                              "pods are for three levels: network=fat-tree:RATIO:RATIO");
    network->pod_leaves = largest_divisor(leaves, ports_below(network->pod_ratio));
    if (get_count(line, KEY_POD, &network->pod_leaves) < 0)
        return -EINVAL;
    return leaves % network->pod_leaves == 0
               ? 0
               : complain(line, KEY_POD, "%zu leaves do not fill pods of %zu", leaves,
                          network->pod_leaves);
}

int shorthand_network(const struct shorthand_line *line, struct shorthand *shorthand)
{
    struct network_shape network = {.spines = 1};
    if (get_nic(line, shorthand) < 0 || get_kind(line, shorthand, &network) < 0)
        return -EINVAL;
    if (shorthand->nodes == 1) {
        shorthand->network = network;
        return 0;
    }
    if (get_leaf(line, shorthand, &network) < 0 || get_pod(line, shorthand, &network) < 0 ||
        get_count(line, KEY_SPINES, &network.spines) < 0)
        return -EINVAL;
    if (line->values[KEY_SPINES] && network.kind != NETWORK_RAIL &&
        network.kind != NETWORK_FAT_TREE)
        return complain(line, KEY_SPINES, "network=%s has no spines", network_words[network.kind]);
    shorthand->network = network;
    return 0;
}
