/* The inside of a node, from a shorthand. */
#include <stdio.h>
#include <stdlib.h>

#include "sim/base/mem.h"
#include "sim/topology/shorthand_write.h"

static const char *const fabric_texts[] = {
    "on NVSwitch",
    "with an NVLink to each other",
    "on PCIe",
    "on PCIe, pairs bridged by NVLink",
    "on an ideal switch",
};

static bool is_pcie_box(const struct shorthand *s)
{
    return s->fabric == INNER_PCIE || s->fabric == INNER_PAIRS;
}

/* PCIe switches: of a PCIe box those that GPUs hang on, else one for each NIC. */
static size_t pcie_switches(const struct shorthand *s)
{
    if (is_pcie_box(s))
        return s->per_switch > 1 ? s->gpus / s->per_switch : 0;
    return s->fabric == INNER_STAR ? 0 : s->nics;
}

void write_node_types(struct jout *out, const struct shorthand *s)
{
    const struct link_figures *links = s->links->links;
    size_t shares = s->fabric == INNER_MESH ? s->gpus - 1 : 1; /* of the GPU's whole rate */
    if (s->fabric == INNER_PAIRS)
        write_type(out, s, LINK_BRIDGE, links[LINK_BRIDGE].bandwidth_bytes_per_s);
    write_type(out, s, s->gpu_role, s->gpu_link.bandwidth_bytes_per_s / (double)shares);
    if (s->sockets > 1)
        write_type(out, s, LINK_SOCKET, links[LINK_SOCKET].bandwidth_bytes_per_s);
    if (s->sockets)
        write_type(out, s, LINK_MEMORY, links[LINK_MEMORY].bandwidth_bytes_per_s);
    if ((s->fabric == INNER_NVSWITCH || s->fabric == INNER_MESH) && s->nics)
        write_type(out, s, LINK_PCIE, links[LINK_PCIE].bandwidth_bytes_per_s);
    /* A star's NICs hang on its switch by what leads out of them. */
    if (s->fabric == INNER_STAR && s->nics && s->nodes == 1)
        write_type(out, s, LINK_NETWORK, s->nic_bytes_per_s);
}

/* Names of the node's switches, loops and all. */
static void write_switches(struct jout *out, const struct shorthand *s)
{
    struct entry_loop loops[4] = {{0}};
    size_t count = 0;
    if (pcie_switches(s))
        loops[count++] = (struct entry_loop){"p", pcie_switches(s)};
    if (s->sockets)
        loops[count++] = (struct entry_loop){"s", s->sockets};
    if (s->nics)
        loops[count++] = (struct entry_loop){"k", s->nics};
    jout_inline(out);
    write_loops(out, loops);
    jout_inline(out);
    jout_array(out, "switches");
    if (s->fabric == INNER_STAR || s->fabric == INNER_NVSWITCH)
        jout_string(out, NULL, s->fabric == INNER_STAR ? "switch" : "nvswitch");
    if (pcie_switches(s))
        jout_string(out, NULL, "pcie{p}");
    if (s->sockets)
        jout_string(out, NULL, "socket{s}");
    jout_end(out, ']');
    jout_inline(out);
    jout_array(out, "nics");
    if (s->nics)
        jout_string(out, NULL, "nic{k}");
    jout_end(out, ']');
    if (!is_pcie_box(s))
        return;
    jout_inline(out);
    jout_array(out, "memories");
    jout_string(out, NULL, s->sockets ? "memory{s}" : "memory0");
    jout_end(out, ']');
}

/* `count` things from `first` on to PREFIX<number>. */
static void join_to(struct jout *out, const char *things, size_t first, size_t count,
                    const char *prefix, size_t number, const char *type)
{
    char *to = mem_format("%s%zu", prefix, number);
    write_list_entry(out, things, first, count, to, type);
    free(to);
}

/* Behind each socket. A single switch is the root here, but reaches memory by its one uplink. */
static void write_memories(struct jout *out, const struct shorthand *s)
{
    const struct entry_loop sockets[4] = {{"s", s->sockets}};
    if (s->sockets)
        write_entry(out, sockets, "socket{s}", "memory{s}", type_name(LINK_MEMORY));
    else
        write_entry(out, NULL, "pcie0", "memory0", type_name(LINK_PCIE));
}

static void write_pcie_tree(struct jout *out, const struct shorthand *s)
{
    size_t switches = pcie_switches(s);
    for (size_t p = 0; p < switches; p++)
        join_to(out, "gpu", p * s->per_switch, s->per_switch, "pcie", p, type_name(s->gpu_role));
    const char *below = switches ? "pcie" : "gpu";
    size_t share = s->sockets ? (switches ? switches : s->gpus) / s->sockets : 0;
    for (size_t socket = 0; socket < s->sockets; socket++)
        join_to(out, below, socket * share, share, "socket", socket, type_name(s->gpu_role));
    if (s->sockets > 1)
        write_entry(out, NULL, "socket0", "socket1", type_name(LINK_SOCKET));
    write_memories(out, s);
}

static void write_bridges(struct jout *out, const struct shorthand *s)
{
    const struct entry_loop pairs[4] = {{"b", s->gpus / 2}};
    write_entry(out, pairs, "gpu{2*b}", "gpu{2*b+1}", type_name(LINK_BRIDGE));
}

/* Each GPU to those d + 1 further, all the way round; of an even number those opposite once. */
static void write_mesh(struct jout *out, const struct shorthand *s)
{
    char *next = mem_format("gpu{g+d+1%%%zu}", s->gpus);
    char *opposite = mem_format("gpu{g+%zu}", s->gpus / 2);
    const struct entry_loop around[4] = {{"g", s->gpus}, {"d", (s->gpus - 1) / 2}};
    const struct entry_loop half[4] = {{"g", s->gpus / 2}};
    if (s->gpus > 2)
        write_entry(out, around, "gpu{g}", next, type_name(s->gpu_role));
    if (s->gpus % 2 == 0)
        write_entry(out, half, "gpu{g}", opposite, type_name(s->gpu_role));
    free(next);
    free(opposite);
}

/* A NIC for every GPU, each pair on a PCIe switch of its own. */
static void write_nic_pairs(struct jout *out, const struct shorthand *s)
{
    const struct entry_loop gpus[4] = {{"g", s->gpus}}, nics[4] = {{"k", s->nics}};
    write_entry(out, gpus, "gpu{g}", "pcie{g}", type_name(LINK_PCIE));
    write_entry(out, nics, "nic{k}", "pcie{k}", type_name(LINK_PCIE));
}

/* NIC k of a PCIe box hangs on the switch of the first GPU that it serves, or on a socket. */
static void write_nic_of_box(struct jout *out, const struct shorthand *s, size_t k)
{
    if (s->nic_place == NIC_AT_SWITCH && pcie_switches(s))
        join_to(out, "nic", k, 1, "pcie", k * s->gpus / s->nics / s->per_switch,
                type_name(LINK_PCIE));
    else
        join_to(out, "nic", k, 1, "socket",
                s->nic_place == NIC_AT_SOCKET0 ? 0 : k * s->sockets / s->nics,
                type_name(LINK_PCIE));
}

/* Each NIC hangs on a PCIe switch with the GPUs that it serves. */
static void write_nics(struct jout *out, const struct shorthand *s)
{
    size_t share = s->nics ? s->gpus / s->nics : 0;
    bool nvlink = s->fabric == INNER_NVSWITCH || s->fabric == INNER_MESH;
    if (nvlink && share == 1) {
        write_nic_pairs(out, s);
        return;
    }
    for (size_t k = 0; k < s->nics; k++) {
        if (nvlink) {
            join_to(out, "gpu", k * share, share, "pcie", k, type_name(LINK_PCIE));
            join_to(out, "nic", k, 1, "pcie", k, type_name(LINK_PCIE));
        } else if (s->fabric == INNER_STAR) {
            char *nic = mem_format("nic%zu", k);
            write_entry(out, NULL, nic, "switch", type_name(LINK_NETWORK));
            free(nic);
        } else {
            write_nic_of_box(out, s, k);
        }
    }
}

static void write_gpus(struct jout *out, const struct shorthand *s)
{
    const struct entry_loop gpus[4] = {{"g", s->gpus}};
    switch (s->fabric) {
    case INNER_NVSWITCH:
        write_entry(out, gpus, "gpu{g}", "nvswitch", type_name(s->gpu_role));
        break;
    case INNER_STAR:
        write_entry(out, gpus, "gpu{g}", "switch", type_name(s->gpu_role));
        break;
    case INNER_MESH:
        write_mesh(out, s);
        break;
    case INNER_PAIRS:
        write_bridges(out, s);
        write_pcie_tree(out, s);
        break;
    case INNER_PCIE:
        write_pcie_tree(out, s);
        break;
    }
}

void write_node(struct jout *out, const struct shorthand *s)
{
    jout_object(out, "node");
    jout_count(out, "gpus", s->gpus);
    write_switches(out, s);
    jout_array(out, "links");
    write_gpus(out, s);
    write_nics(out, s);
    jout_end(out, ']');
    jout_end(out, '}');
}

void add_node_summary(const struct shorthand *s, struct text *to)
{
    text_add(to, "%zu node%s of %zu %s %s", s->nodes, s->nodes == 1 ? "" : "s", s->gpus, s->gpu,
             fabric_texts[s->fabric]);
    if (s->sockets)
        text_add(to, ", %s", s->sockets == 1 ? "one socket" : "two sockets");
    if (s->nics)
        text_add(to, "; %zu NIC%s of %g Gb/s a node", s->nics_typed, s->nics_typed == 1 ? "" : "s",
                 s->nic_bytes_per_s * (double)s->nics / (double)s->nics_typed * 8 / 1e9);
}
