/* One line for a cluster: `nodes=4,gpu=h100-sxm,gpus=8,fabric=nvswitch,nic=8x400G`
 * (doc/formats.md).
 *
 * Internal to the room: topology_document() is the way in. A shorthand becomes the same JSON
 * document that a file holds, so that everything after has one kind of input. */
#ifndef SCMOESIM_CLUSTER_SHORTHAND_H
#define SCMOESIM_CLUSTER_SHORTHAND_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/base/diag.h"
#include "sim/base/json.h"
#include "sim/base/text.h"

/* What the data sheets and measurements say of one kind of link. */
struct link_figures {
    const char *name; /* of the link type in the document */
    double bandwidth_bytes_per_s, efficiency_ratio, latency_s;
    const char *source;
};

/* Fixed costs of an All-to-All. */
struct a2a_figures {
    double setup_s, per_peer_s, sm_share_ratio;
    const char *source;
};

/* The links of a GPU by its name. */
struct gpu_figures {
    const char *name;
    const struct link_figures *nvlink; /* NULL: has none */
    const struct link_figures *pcie;
    const struct a2a_figures *nvlink_a2a;
};

enum inner_fabric { INNER_NVSWITCH, INNER_PCIE, INNER_STAR };
enum network { NETWORK_RAIL, NETWORK_FLAT };

struct shorthand {
    const char *word;    /* as typed */
    char *gpu;           /* owned */
    size_t nodes, gpus;
    enum inner_fabric fabric;
    struct link_figures gpu_link;    /* what the key "bandwidth" or "latency" gave applied */
    bool gpu_link_given;             /* one of them did */
    const struct link_figures *pcie; /* between GPUs, their switches and NICs */
    const struct a2a_figures *a2a;
    size_t nics;         /* of a node; 0: none */
    double nic_bytes_per_s;
    enum network network;
};

/* Reads and checks the line; every problem is reported. shorthand_done frees what it holds. */
int shorthand_parse(const char *word, struct diag *diag, struct shorthand *ret);
void shorthand_done(struct shorthand *shorthand);

/* The document's text. */
void shorthand_write(const struct shorthand *shorthand, struct text *to);

/* shorthand_figures.c: the sourced figures behind it all. NULL where the GPU is not known. */
const struct gpu_figures *gpu_figures_lookup(const char *gpu);
extern const struct gpu_figures newest_gpu_figures;      /* efficiencies for unknown GPUs */
extern const struct link_figures star_figures;
extern const struct link_figures socket_figures;
extern const struct link_figures network_figures;        /* bandwidth comes with the NIC */
extern const struct link_figures uplink_figures;         /* likewise, times the nodes */
extern const struct a2a_figures pcie_a2a_figures;
extern const struct a2a_figures star_a2a_figures;

#endif
