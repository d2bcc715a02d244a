/* From a topology document to numbered vertices and cables. One node stands for all.
 *
 * Internal to the room: topology.c reads the document's plain members, this its names and links.
 * Inside a node vertices are numbered in this order: GPUs, switches, NICs, memories. In the whole
 * topology all GPUs come first, in rank order. The rest follows node by node, then the fabric's
 * switches. */
#ifndef SCMOESIM_TOPOLOGY_LAYOUT_H
#define SCMOESIM_TOPOLOGY_LAYOUT_H

#include "sim/base/json.h"
#include "sim/topology/topology.h"

#define GPUS_MAX 65536u
#define VERTICES_MAX 1048576u
#define CABLES_MAX 1048576u
#define HOPS_MAX 8u /* of one link */

/* names.c: a numbered set of names, found by name in constant time. */

#define NAME_NONE ((size_t)-1)

/* Zero-initialise to begin. */
struct names {
    char **names; /* in the order of arrival, then a NULL, so that suggest() can read it */
    size_t count;
    size_t *slots; /* hash table of positions in names, NAME_NONE where free */
    size_t slot_count;
};

/* Takes over the name's memory and returns its number, or NAME_NONE (and takes nothing) where
 * the set has it already. */
size_t names_add(struct names *set, char *name);
/* NAME_NONE when absent. */
size_t names_lookup(const struct names *set, const char *name);
void names_done(struct names *set);

/* The document's parts. */

struct link_type {
    double bandwidth_bytes_per_s, efficiency_ratio, latency_s;
    bool half_duplex;
    size_t hops;
};

struct cable {
    size_t from, to; /* inside the node for its own cables, else vertices */
    size_t type;
    size_t entry; /* position in the document's list of links */
};

struct cables {
    struct cable *cables;
    size_t count, room;
};

/* Zero-initialise, fill the first members, then call the functions below in their order. */
struct layout {
    size_t node_count, gpus_per_node;
    struct link_type *types; /* owned */
    char **type_names;       /* and a NULL; borrowed */

    struct names local;            /* inside a node */
    size_t switches_end, nics_end; /* of those: where NICs and memories begin */
    struct names fabric;
    struct cables node_cables, fabric_cables;
};

/* Each reports everything that is wrong with its part. */
int layout_read_names(struct layout *layout, const struct jcur *node, const struct jcur *fabric);
int layout_read_links(struct layout *layout, const struct jcur *node, const struct jcur *fabric);
/* Writes vertices and links of the topology. */
void layout_build(const struct layout *layout, struct topology *topology);
void layout_done(struct layout *layout);

/* The vertex of a node's local number. */
size_t layout_vertex(const struct layout *layout, size_t node, size_t local);

/* topology.c: a member in (0, 1]. */
int get_part(const struct jcur *at, const char *key, double *ret);

/* cables.c: the "links" list of the node or of the fabric. */
int cables_read(const struct layout *layout, const struct jcur *part, bool in_fabric,
                struct cables *cables);

/* degrade.c: the document's "degraded", applied to the topology that was built. */
int degrade_read(const struct jcur *root, struct topology *topology);

/* connectivity.c: complains about every GPU that cannot reach a GPU of a lower rank. */
int connectivity_check(const struct topology *topology, const char *file, struct diag *diag);

#endif
