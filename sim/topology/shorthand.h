/* One line for a cluster: `nodes=4,gpu=h100-sxm,gpus=8,fabric=nvswitch,nic=8x400G`
 * (doc/formats.md).
 *
 * Internal to the room: topology_document() is the way in. A shorthand becomes the same JSON
 * document that a file holds, so that everything after has one kind of input. */
#ifndef SCMOESIM_TOPOLOGY_SHORTHAND_H
#define SCMOESIM_TOPOLOGY_SHORTHAND_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/base/diag.h"
#include "sim/base/json.h"
#include "sim/base/text.h"
#include "sim/model/gpu_links.h"

enum inner_fabric { INNER_NVSWITCH, INNER_MESH, INNER_PCIE, INNER_PAIRS, INNER_STAR };
enum network { NETWORK_RAIL, NETWORK_FLAT, NETWORK_FAT_TREE, NETWORK_DRAGONFLY };
enum nic_place { NIC_AT_SWITCH, NIC_AT_SOCKETS, NIC_AT_SOCKET0 };

/* Keys, in the order in which messages list them. */
enum shorthand_key {
    KEY_GPU,
    KEY_GPUS,
    KEY_NODES,
    KEY_FABRIC,
    KEY_SWITCH,
    KEY_SOCKETS,
    KEY_BANDWIDTH,
    KEY_LATENCY,
    KEY_NIC,
    KEY_NETWORK,
    KEY_LEAF,
    KEY_POD,
    KEY_SPINES,
    KEY_COUNT
};

/* The line cut up: texts by key, NULL where a key was not given. */
struct shorthand_line {
    const char *word;
    struct diag *diag;
    const char *values[KEY_COUNT];
};

/* What lies between nodes. */
struct network_shape {
    enum network kind;
    size_t leaf_nodes; /* under one leaf switch (rail: one set of leaf switches) or router */
    size_t pod_leaves; /* fat tree of three levels: leaves under one spine; else 0 */
    size_t spines;     /* side by side, sharing the uplinks' rate */
    size_t groups;     /* dragonfly */
    double leaf_ratio; /* rate below the leaves over rate above them; dragonfly: a group's rate
                          into its routers over that to other groups */
    double pod_ratio;  /* the same of a pod */
};

struct shorthand {
    const char *word; /* as typed */
    char *gpu;        /* owned */
    size_t nodes, gpus;
    enum inner_fabric fabric;
    struct gpu_links *links;      /* owned */
    enum link_role gpu_role;      /* of the links between GPUs */
    struct link_figures gpu_link; /* of that role, what the key "bandwidth" or "latency" gave
                                     applied; its texts are those of links */
    bool gpu_link_given;          /* one of them did */
    const char *no_peer_source;   /* as of the GPU; NULL also where no copies go over PCIe */
    enum a2a_role a2a;
    size_t per_switch, sockets; /* of PCIe boxes: GPUs under a switch (1: none), sockets (0: the
                                   only switch is the root) */
    size_t nics;                /* of a node; 0: none */
    size_t nics_typed;          /* more than nics where several serve each GPU and count as one */
    double nic_bytes_per_s;
    enum nic_place nic_place;
    struct network_shape network;
};

/* Reads and checks the line; every problem is reported. shorthand_done frees what it holds. */
int shorthand_parse(const char *word, struct diag *diag, struct shorthand *ret);
void shorthand_done(struct shorthand *shorthand);

/* The document's text. */
void shorthand_write(const struct shorthand *shorthand, struct text *to);

/* Values of the line by key. Leave *ret alone where the key is absent. "WORD: KEY: text" is
 * complained where a value is not what was expected. */
extern const char *const shorthand_keys[];
#define shorthand_complain(line, key, ...)                                                         \
    diag_at((line)->diag, (line)->word, (key) == KEY_COUNT ? NULL : shorthand_keys[key],           \
            __VA_ARGS__)
bool parse_count(const char *text, const char *end, size_t max, size_t *ret); /* of 1..max */
bool parse_rate(const char *text, double *ret); /* above 0, with a unit */
int get_count(const struct shorthand_line *line, enum shorthand_key key, size_t *ret);
/* The text up to `length` as one of the words. */
int get_word(const struct shorthand_line *line, enum shorthand_key key, size_t length,
             const char *const *words, size_t *ret);

/* shorthand_network.c: nic and what lies between nodes. */
int shorthand_network(const struct shorthand_line *line, struct shorthand *shorthand);

/* shorthand_json.c: parts of shorthand_write(). */

/* Links of one entry: {"for": {...}, "from": ..., "to": ..., "type": ...}. The loops, NULL or four,
 * end at the first without a variable. */
struct entry_loop {
    const char *variable;
    size_t count;
};
void write_entry(struct jout *out, const struct entry_loop *loops, const char *from, const char *to,
                 enum link_role role);
/* Each of many PREFIX{variable} to every other: to those d + 1 further, all the way round; of an
 * even number to those opposite only once. All that in a loop, if `outer` has a variable. */
void write_mesh(struct jout *out, struct entry_loop outer, const char *prefix,
                struct entry_loop things, enum link_role role);

/* The member "for" alone. */
void write_loops(struct jout *out, const struct entry_loop *loops);

/* A link type of the document, with a rate. */
void write_type(struct jout *out, const struct shorthand *shorthand, enum link_role role,
                double bytes_per_s);

/* shorthand_fabric.c: link types between nodes, the member "fabric", and both in words. */
void write_fabric_types(struct jout *out, const struct shorthand *shorthand);
void write_fabric(struct jout *out, const struct shorthand *shorthand);
void add_fabric_summary(const struct shorthand *shorthand, struct text *to);

#endif
