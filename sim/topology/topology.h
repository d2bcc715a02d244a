/* A cluster as data: GPUs, PCIe switches, sockets, host memories, NVSwitches, NICs, fabrics and
 * links.
 *
 * The file format is in doc/formats.md, "Topology". A one-line shorthand expands to the same JSON.
 * The document becomes a graph whose vertices and directed links are numbered. Knows nothing of
 * SimGrid.
 */
#ifndef SCMOESIM_TOPOLOGY_TOPOLOGY_H
#define SCMOESIM_TOPOLOGY_TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>
#include "sim/base/diag.h"
#include "sim/base/json.h"
#include "sim/base/text.h"

enum vertex_kind { VERTEX_GPU, VERTEX_SWITCH, VERTEX_NIC, VERTEX_MEMORY };

struct vertex {
    char *name; /* "node0/gpu3", "node0/pcie1", "leaf2" */
    enum vertex_kind kind;
    size_t node; /* of the vertex, or TOPOLOGY_FABRIC */
};
#define TOPOLOGY_FABRIC ((size_t)-1)

/* One direction of a cable. A full-duplex cable is two of these. A half-duplex one is one link that
 * carries both directions. */
struct link {
    char *name;       /* "node0/gpu3-pcie1>", "node0/gpu3-pcie1<"; no mark: half-duplex */
    size_t from, to;  /* vertices */
    bool half_duplex; /* also usable from `to` to `from` */
    const char *type; /* link type's name, borrowed from the topology */
    double bandwidth_bytes_per_s; /* what flows get: datasheet rate * efficiency, less where the
                                     link is degraded */
    double rated_bytes_per_s;     /* what they would get if it were not; routes go by this */
    double raw_bytes_per_s;       /* datasheet rate of this direction */
    double latency_s;
    size_t hops; /* what it counts where routes are compared, 1 for most */
};

/* How the fabric's library runs an All-to-All (doc/formats.md). */
struct a2a_settings {
    char *algorithm;       /* a2a_algorithm_known (sim/collective) says whether it is one */
    double setup_s;        /* once per All-to-All and rank: launch, protocol, synchronisation */
    double per_peer_s;     /* once per peer and rank, in series */
    double floor_s;        /* that one takes at least, setup and transfer included */
    double sm_share_ratio; /* of the GPU's SMs held while the rank's All-to-All runs, [0, 0.5] */
    bool peer_access;      /* GPUs of a node copy to each other over PCIe; else by host memory */
    char *source;
};

struct topology {
    char *name, *summary, *source;
    char *gpu; /* name or file of the GPU, as in the document */
    size_t node_count, gpus_per_node;
    size_t memories_per_node; /* of hosts, where bytes wait for GPUs without peer access */
    struct vertex *vertices;  /* GPUs first, in rank order: rank r is vertex r */
    size_t vertex_count;
    struct link *links;
    size_t link_count;
    struct a2a_settings all_to_all;
    double *compute_ratios; /* by rank: what is left of a slow GPU's speed, (0, 1]; NULL: all 1 */
    char *degraded;         /* in words, what was degraded; NULL: nothing */
    char **type_names;      /* owned strings behind link.type */
    size_t type_count;
};

size_t topology_ranks(const struct topology *topology);                      /* GPUs in all nodes */
double topology_compute_ratio(const struct topology *topology, size_t rank); /* 1: at full speed */
double topology_slowest_ratio(const struct topology *topology);              /* of all ranks */
/* Datasheet rate from a node into the fabric: all its cables, one direction, of the node with
 * least. 0: there is no fabric. */
double topology_network_bytes_per_s(const struct topology *topology);

/* NAME, FILE or SHORTHAND (a word with '=') to its JSON document, --set not yet applied. */
int topology_document(const char *word, struct diag *diag, struct json **ret);
/* Lays out a document. Refuses unknown members and types, links to unknown vertices, and more than
 * 65,536 GPUs. Refuses GPUs that cannot reach each other or a host memory of their node, and names
 * them. */
int topology_read(const struct json *doc, struct diag *diag, struct topology **ret);
void topology_free(struct topology *topology);

/* A text drawing at most 80 columns wide: nodes, GPUs, switches, links with bandwidth and latency.
 */
void topology_draw(const struct topology *topology, struct text *to);

#endif
