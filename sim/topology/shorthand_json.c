#include <stdio.h>
#include <stdlib.h>

#include "sim/base/mem.h"
#include "sim/topology/shorthand.h"

void write_loops(struct jout *out, const struct entry_loop *loops)
{
    jout_object(out, "for");
    for (size_t i = 0; i < 4 && loops[i].variable; i++)
        jout_count(out, loops[i].variable, loops[i].count);
    jout_end(out, '}');
}

static const char *type_name(enum link_role role)
{
    return link_role_names[role == LINK_BRIDGE ? LINK_NVLINK : role];
}

void write_entry(struct jout *out, const struct entry_loop *loops, const char *from, const char *to,
                 enum link_role role)
{
    jout_object(out, NULL);
    if (loops && loops[0].variable)
        write_loops(out, loops);
    jout_string(out, "from", from);
    jout_string(out, "to", to);
    jout_string(out, "type", type_name(role));
    jout_end(out, '}');
}

void write_mesh(struct jout *out, struct entry_loop outer, const char *prefix,
                struct entry_loop things, enum link_role role)
{
    size_t count = things.count;
    char *each = mem_format("%s{%s}", prefix, things.variable);
    char *next = mem_format("%s{%s+d+1%%%zu}", prefix, things.variable, count);
    char *opposite = mem_format("%s{%s+%zu}", prefix, things.variable, count / 2);
    const struct entry_loop around[5] = {outer, things, {"d", (count - 1) / 2}};
    const struct entry_loop half[5] = {outer, {things.variable, count / 2}};
    size_t first = outer.variable ? 0 : 1;
    if (count > 2)
        write_entry(out, &around[first], each, next, role);
    if (count % 2 == 0)
        write_entry(out, &half[first], each, opposite, role);
    free(each);
    free(next);
    free(opposite);
}

void write_type(struct jout *out, const struct shorthand *s, enum link_role role,
                double bytes_per_s)
{
    bool own = role == s->gpu_role;
    const struct link_figures *figures = own ? &s->gpu_link : &s->links->links[role];
    const char *rate_source = figures->bandwidth_source;
    char *source = mem_format(
        "%s%s%s%s", own && s->gpu_link_given ? "as given in the shorthand; for the rest: " : "",
        rate_source ? rate_source : "", rate_source ? "; " : "", figures->source);
    jout_object(out, type_name(role));
    jout_number(out, "bandwidth_bytes_per_s", bytes_per_s);
    jout_number(out, "efficiency_ratio", figures->efficiency_ratio);
    jout_number(out, "latency_s", figures->latency_s);
    jout_string(out, "duplex", figures->half_duplex ? "half" : "full");
    if (figures->hops)
        jout_count(out, "hops", figures->hops);
    jout_string(out, "source", source);
    jout_end(out, '}');
    free(source);
}

/* ---- The inside of a node ---- */

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

static void write_node_types(struct jout *out, const struct shorthand *s)
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
    write_loops(out, loops);
    jout_array(out, "switches");
    if (s->fabric == INNER_STAR || s->fabric == INNER_NVSWITCH)
        jout_string(out, NULL, s->fabric == INNER_STAR ? "switch" : "nvswitch");
    if (pcie_switches(s))
        jout_string(out, NULL, "pcie{p}");
    if (s->sockets)
        jout_string(out, NULL, "socket{s}");
    jout_end(out, ']');
    jout_array(out, "nics");
    if (s->nics)
        jout_string(out, NULL, "nic{k}");
    jout_end(out, ']');
    if (!is_pcie_box(s))
        return;
    jout_array(out, "memories");
    jout_string(out, NULL, s->sockets ? "memory{s}" : "memory0");
    jout_end(out, ']');
}

/* `count` things from `first` on to TO<number>. */
static void join_to(struct jout *out, const char *things, size_t first, size_t count,
                    const char *to, size_t number, enum link_role role)
{
    char name[32];
    jout_object(out, NULL);
    jout_array(out, "from");
    for (size_t i = first; i < first + count; i++) {
        snprintf(name, sizeof name, "%s%zu", things, i);
        jout_string(out, NULL, name);
    }
    jout_end(out, ']');
    snprintf(name, sizeof name, "%s%zu", to, number);
    jout_string(out, "to", name);
    jout_string(out, "type", type_name(role));
    jout_end(out, '}');
}

/* Behind each socket. A single switch is the root here, but reaches memory by its one uplink. */
static void write_memories(struct jout *out, const struct shorthand *s)
{
    const struct entry_loop sockets[4] = {{"s", s->sockets}};
    if (s->sockets)
        write_entry(out, sockets, "socket{s}", "memory{s}", LINK_MEMORY);
    else
        write_entry(out, NULL, "pcie0", "memory0", LINK_PCIE);
}

static void write_pcie_tree(struct jout *out, const struct shorthand *s)
{
    size_t switches = pcie_switches(s);
    for (size_t p = 0; p < switches; p++)
        join_to(out, "gpu", p * s->per_switch, s->per_switch, "pcie", p, s->gpu_role);
    const char *below = switches ? "pcie" : "gpu";
    size_t share = s->sockets ? (switches ? switches : s->gpus) / s->sockets : 0;
    for (size_t socket = 0; socket < s->sockets; socket++)
        join_to(out, below, socket * share, share, "socket", socket, s->gpu_role);
    if (s->sockets > 1)
        write_entry(out, NULL, "socket0", "socket1", LINK_SOCKET);
    write_memories(out, s);
}

/* A NIC for every GPU, each pair on a PCIe switch of its own. */
static void write_nic_pairs(struct jout *out, const struct shorthand *s)
{
    const struct entry_loop gpus[4] = {{"g", s->gpus}}, nics[4] = {{"k", s->nics}};
    write_entry(out, gpus, "gpu{g}", "pcie{g}", LINK_PCIE);
    write_entry(out, nics, "nic{k}", "pcie{k}", LINK_PCIE);
}

/* NIC k of a PCIe box hangs on the switch of the first GPU that it serves, or on a socket. */
static void write_nic_of_box(struct jout *out, const struct shorthand *s, size_t k)
{
    if (s->nic_place == NIC_AT_SWITCH && pcie_switches(s))
        join_to(out, "nic", k, 1, "pcie", k * s->gpus / s->nics / s->per_switch, LINK_PCIE);
    else
        join_to(out, "nic", k, 1, "socket",
                s->nic_place == NIC_AT_SOCKET0 ? 0 : k * s->sockets / s->nics, LINK_PCIE);
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
            join_to(out, "gpu", k * share, share, "pcie", k, LINK_PCIE);
            join_to(out, "nic", k, 1, "pcie", k, LINK_PCIE);
        } else if (s->fabric == INNER_STAR) {
            char *nic = mem_format("nic%zu", k);
            write_entry(out, NULL, nic, "switch", LINK_NETWORK);
            free(nic);
        } else {
            write_nic_of_box(out, s, k);
        }
    }
}

static void write_gpus(struct jout *out, const struct shorthand *s)
{
    const struct entry_loop gpus[4] = {{"g", s->gpus}}, pairs[4] = {{"b", s->gpus / 2}};
    switch (s->fabric) {
    case INNER_NVSWITCH:
        write_entry(out, gpus, "gpu{g}", "nvswitch", s->gpu_role);
        break;
    case INNER_STAR:
        write_entry(out, gpus, "gpu{g}", "switch", s->gpu_role);
        break;
    case INNER_MESH:
        write_mesh(out, (struct entry_loop){0}, "gpu", (struct entry_loop){"g", s->gpus},
                   s->gpu_role);
        break;
    case INNER_PAIRS:
        write_entry(out, pairs, "gpu{2*b}", "gpu{2*b+1}", LINK_BRIDGE);
        write_pcie_tree(out, s);
        break;
    case INNER_PCIE:
        write_pcie_tree(out, s);
        break;
    }
}

static void write_node(struct jout *out, const struct shorthand *s)
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

static void add_node_summary(const struct shorthand *s, struct text *to)
{
    text_add(to, "%zu node%s of %zu %s %s", s->nodes, s->nodes == 1 ? "" : "s", s->gpus, s->gpu,
             fabric_texts[s->fabric]);
    if (s->sockets)
        text_add(to, ", %s", s->sockets == 1 ? "one socket" : "two sockets");
    if (s->nics)
        text_add(to, "; %zu NIC%s of %g Gb/s a node", s->nics_typed, s->nics_typed == 1 ? "" : "s",
                 s->nic_bytes_per_s * (double)s->nics / (double)s->nics_typed * 8 / 1e9);
}

/* ---- The document ---- */

static void write_all_to_all(struct jout *out, const struct shorthand *s)
{
    const struct a2a_figures *figures = &s->links->a2a[s->a2a];
    jout_object(out, "all_to_all");
    jout_string(out, "algorithm", s->no_peer_source ? "host-staged" : "pairwise");
    jout_number(out, "setup_s", figures->setup_s);
    jout_number(out, "per_peer_s", figures->per_peer_s);
    if (figures->floor_s > 0)
        jout_number(out, "floor_s", figures->floor_s);
    jout_number(out, "sm_share_ratio", figures->sm_share_ratio);
    if (s->no_peer_source)
        jout_bool(out, "peer_access", false);
    char *source =
        mem_format("%s%s%s", figures->source, s->no_peer_source ? "; peer_access: false, as " : "",
                   s->no_peer_source ? s->no_peer_source : "");
    jout_string(out, "source", source);
    jout_end(out, '}');
    free(source);
}

static void write_summary(struct jout *out, const struct shorthand *s)
{
    struct text summary = {0};
    add_node_summary(s, &summary);
    if (s->nodes > 1)
        add_fabric_summary(s, &summary);
    jout_string(out, "summary", text_get(&summary));
    text_done(&summary);
}

void shorthand_write(const struct shorthand *s, struct text *to)
{
    struct jout out;
    jout_init(&out, to);
    jout_object(&out, NULL);
    jout_string(&out, "schema", "scmoesim/topology/1");
    jout_string(&out, "name", s->word);
    write_summary(&out, s);
    jout_string(&out, "source", "expanded from a shorthand; each link type names its own");
    jout_string(&out, "gpu", s->gpu);
    jout_count(&out, "node_count", s->nodes);
    jout_object(&out, "link_types");
    write_node_types(&out, s);
    if (s->nodes > 1)
        write_fabric_types(&out, s);
    jout_end(&out, '}');
    write_node(&out, s);
    if (s->nodes > 1)
        write_fabric(&out, s);
    write_all_to_all(&out, s);
    jout_end(&out, '}');
}
