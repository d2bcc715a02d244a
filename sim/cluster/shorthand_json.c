#include "sim/cluster/shorthand.h"

#include <stdlib.h>

#include "sim/base/mem.h"

static const char *const fabric_texts[] = { "on NVSwitch", "on PCIe, two sockets",
                                            "on an ideal switch" };
static const char *const network_texts[] = { "rail network", "one switch between" };

static size_t pcie_switches(const struct shorthand *s)
{
    return s->gpus / 2;
}

/* One entry {"from": ..., "to": ..., "type": ...} on one line, after what `begin` put in. */
static void write_link(struct jout *out, const char *from, const char *to, const char *type)
{
    jout_string(out, "from", from);
    jout_string(out, "to", to);
    jout_string(out, "type", type);
    jout_end(out, '}');
}

static void begin_link(struct jout *out)
{
    jout_inline(out);
    jout_object(out, NULL);
}

/* "for": {variable: count}; another pair where variable2 is given. */
static void write_for(struct jout *out, const char *variable, size_t count, const char *variable2,
                      size_t count2)
{
    jout_object(out, "for");
    jout_count(out, variable, count);
    if (variable2)
        jout_count(out, variable2, count2);
    jout_end(out, '}');
}

/* A link from each of count members PREFIX<first>... to one vertex. */
static void write_list_link(struct jout *out, const char *prefix, size_t first, size_t count,
                            const char *to, size_t number, const char *type)
{
    begin_link(out);
    jout_array(out, "from");
    for (size_t i = first; i < first + count; i++) {
        char *name = mem_format("%s%zu", prefix, i);
        jout_string(out, NULL, name);
        free(name);
    }
    jout_end(out, ']');
    char *target = mem_format("%s%zu", to, number);
    jout_string(out, "to", target);
    jout_string(out, "type", type);
    jout_end(out, '}');
    free(target);
}

static void write_type(struct jout *out, const struct link_figures *figures, double bytes_per_s,
                       bool given)
{
    char *source = mem_format("%s%s", given ? "as given in the shorthand; for the rest: " : "",
                              figures->source);
    jout_object(out, figures->name);
    jout_number(out, "bandwidth_bytes_per_s", bytes_per_s);
    jout_number(out, "efficiency_ratio", figures->efficiency_ratio);
    jout_number(out, "latency_s", figures->latency_s);
    jout_string(out, "duplex", "full");
    jout_string(out, "source", source);
    jout_end(out, '}');
    free(source);
}

static void write_types(struct jout *out, const struct shorthand *s)
{
    const struct link_figures *own = &s->gpu_link;
    jout_object(out, "link_types");
    write_type(out, own, own->bandwidth_bytes_per_s, s->gpu_link_given);
    if (s->fabric == INNER_PCIE && s->gpus > 2)
        write_type(out, &socket_figures, socket_figures.bandwidth_bytes_per_s, false);
    if (s->fabric == INNER_NVSWITCH && s->nics)
        write_type(out, s->pcie, s->pcie->bandwidth_bytes_per_s, false);
    if (s->nics)
        write_type(out, &network_figures, s->nic_bytes_per_s, false);
    if (s->nodes > 1 && s->network == NETWORK_RAIL)
        write_type(out, &uplink_figures, s->nic_bytes_per_s * (double)s->nodes, false);
    jout_end(out, '}');
}

/* Names of the node's switches, loops and all. */
static void write_switches(struct jout *out, const struct shorthand *s)
{
    bool sockets = s->fabric == INNER_PCIE && s->gpus > 2;
    size_t switches = s->fabric == INNER_PCIE ? pcie_switches(s)
                      : s->fabric == INNER_NVSWITCH ? s->nics : 0;
    jout_inline(out);
    jout_object(out, "for");
    if (switches)
        jout_count(out, "p", switches);
    if (sockets)
        jout_count(out, "s", 2);
    if (s->nics)
        jout_count(out, "k", s->nics);
    jout_end(out, '}');
    jout_inline(out);
    jout_array(out, "switches");
    if (s->fabric != INNER_PCIE)
        jout_string(out, NULL, s->fabric == INNER_STAR ? "switch" : "nvswitch");
    if (switches)
        jout_string(out, NULL, "pcie{p}");
    if (sockets)
        jout_string(out, NULL, "socket{s}");
    jout_end(out, ']');
    jout_inline(out);
    jout_array(out, "nics");
    if (s->nics)
        jout_string(out, NULL, "nic{k}");
    jout_end(out, ']');
}

static void write_pcie_tree(struct jout *out, const struct shorthand *s)
{
    size_t switches = pcie_switches(s);
    for (size_t p = 0; p < switches; p++)
        write_list_link(out, "gpu", 2 * p, 2, "pcie", p, s->gpu_link.name);
    if (s->gpus == 2)
        return;
    for (size_t socket = 0; socket < 2; socket++)
        write_list_link(out, "pcie", socket * switches / 2, switches / 2, "socket", socket,
                        s->gpu_link.name);
    begin_link(out);
    write_link(out, "socket0", "socket1", socket_figures.name);
}

/* A NIC for every GPU of an NVSwitch node, each pair on a PCIe switch of its own. */
static void write_nic_pairs(struct jout *out, const struct shorthand *s)
{
    begin_link(out);
    write_for(out, "g", s->gpus, NULL, 0);
    write_link(out, "gpu{g}", "pcie{g}", s->pcie->name);
    begin_link(out);
    write_for(out, "k", s->nics, NULL, 0);
    write_link(out, "nic{k}", "pcie{k}", s->pcie->name);
}

/* Each NIC hangs on a PCIe switch with the GPUs that it serves. */
static void write_nics(struct jout *out, const struct shorthand *s)
{
    size_t share = s->nics ? s->gpus / s->nics : 0;
    if (s->fabric == INNER_NVSWITCH && share == 1) {
        write_nic_pairs(out, s);
        return;
    }
    for (size_t k = 0; k < s->nics; k++) {
        if (s->fabric == INNER_NVSWITCH)
            write_list_link(out, "gpu", k * share, share, "pcie", k, s->pcie->name);
        if (s->fabric == INNER_STAR) {
            char *nic = mem_format("nic%zu", k);
            begin_link(out);
            write_link(out, nic, "switch", network_figures.name);
            free(nic);
        } else {
            size_t on = s->fabric == INNER_PCIE ? k * share / 2 : k;
            write_list_link(out, "nic", k, 1, "pcie", on, s->pcie->name);
        }
    }
}

static void write_node(struct jout *out, const struct shorthand *s)
{
    jout_object(out, "node");
    jout_count(out, "gpus", s->gpus);
    write_switches(out, s);
    jout_array(out, "links");
    if (s->fabric == INNER_PCIE) {
        write_pcie_tree(out, s);
    } else {
        begin_link(out);
        write_for(out, "g", s->gpus, NULL, 0);
        write_link(out, "gpu{g}", s->fabric == INNER_STAR ? "switch" : "nvswitch",
                   s->gpu_link.name);
    }
    write_nics(out, s);
    jout_end(out, ']');
    jout_end(out, '}');
}

static void write_fabric(struct jout *out, const struct shorthand *s)
{
    bool rail = s->network == NETWORK_RAIL;
    jout_object(out, "fabric");
    if (rail) {
        jout_inline(out);
        write_for(out, "r", s->nics, NULL, 0);
    }
    jout_inline(out);
    jout_array(out, "switches");
    jout_string(out, NULL, rail ? "leaf{r}" : "network");
    if (rail)
        jout_string(out, NULL, "spine");
    jout_end(out, ']');
    jout_array(out, "links");
    begin_link(out);
    write_for(out, "n", s->nodes, "r", s->nics);
    write_link(out, "node{n}/nic{r}", rail ? "leaf{r}" : "network", network_figures.name);
    if (rail) {
        begin_link(out);
        write_for(out, "r", s->nics, NULL, 0);
        write_link(out, "leaf{r}", "spine", uplink_figures.name);
    }
    jout_end(out, ']');
    jout_end(out, '}');
}

static void write_all_to_all(struct jout *out, const struct a2a_figures *figures)
{
    jout_object(out, "all_to_all");
    jout_string(out, "algorithm", "pairwise");
    jout_number(out, "setup_s", figures->setup_s);
    jout_number(out, "per_peer_s", figures->per_peer_s);
    jout_number(out, "sm_share_ratio", figures->sm_share_ratio);
    jout_string(out, "source", figures->source);
    jout_end(out, '}');
}

static void write_summary(struct jout *out, const struct shorthand *s)
{
    struct text summary = {0};
    text_add(&summary, "%zu node%s of %zu %s %s", s->nodes, s->nodes == 1 ? "" : "s", s->gpus,
             s->gpu, fabric_texts[s->fabric]);
    if (s->nics)
        text_add(&summary, "; %zu NIC%s of %g Gb/s a node", s->nics, s->nics == 1 ? "" : "s",
                 s->nic_bytes_per_s * 8 / 1e9);
    if (s->nodes > 1)
        text_add(&summary, ", %s", network_texts[s->network]);
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
    write_types(&out, s);
    write_node(&out, s);
    if (s->nodes > 1)
        write_fabric(&out, s);
    write_all_to_all(&out, s->a2a);
    jout_end(&out, '}');
}
