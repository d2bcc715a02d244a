/* What lies between nodes, from a shorthand. */
#include <stdlib.h>

#include "sim/base/mem.h"
#include "sim/topology/shorthand.h"

static size_t leaves(const struct shorthand *s)
{
    return s->nodes / s->network.leaf_nodes;
}

/* What the NICs under one leaf switch (rail: one of them) or router put into it. */
static double below_leaf(const struct shorthand *s)
{
    size_t nics = s->network.leaf_nodes * (s->network.kind == NETWORK_RAIL ? 1 : s->nics);
    return s->nic_bytes_per_s * (double)nics;
}

static double uplink(const struct shorthand *s)
{
    return below_leaf(s) / s->network.leaf_ratio / (double)s->network.spines;
}

static size_t group_routers(const struct shorthand *s)
{
    return leaves(s) / s->network.groups;
}

/* Cables between two groups: one, or as many as let every router have some. */
static size_t cables_to_group(const struct shorthand *s)
{
    size_t others = s->network.groups - 1, routers = group_routers(s);
    return others && routers > others ? routers / others : 1;
}

static void write_dragonfly_types(struct jout *out, const struct shorthand *s)
{
    const struct network_shape *n = &s->network;
    double routers = (double)group_routers(s), into = below_leaf(s);
    if (group_routers(s) > 1)
        write_type(out, s, LINK_LOCAL, 2 * into / routers);
    if (n->groups > 1)
        write_type(out, s, LINK_GLOBAL,
                   into * routers / n->leaf_ratio / (double)((n->groups - 1) * cables_to_group(s)));
}

void write_fabric_types(struct jout *out, const struct shorthand *s)
{
    const struct network_shape *n = &s->network;
    write_type(out, s, LINK_NETWORK, s->nic_bytes_per_s);
    if (n->kind == NETWORK_RAIL || n->kind == NETWORK_FAT_TREE)
        write_type(out, s, LINK_UPLINK, uplink(s));
    if (n->pod_leaves)
        write_type(out, s, LINK_CORE, uplink(s) * (double)n->pod_leaves / n->pod_ratio);
    if (n->kind == NETWORK_DRAGONFLY)
        write_dragonfly_types(out, s);
}

/* NICs to one switch. */
static void write_flat(struct jout *out, const struct shorthand *s)
{
    const struct entry_loop nics[4] = {{"n", s->nodes}, {"r", s->nics}};
    write_entry(out, nics, "node{n}/nic{r}", "network", LINK_NETWORK);
}

/* Names of the spines: "spine", with planes "spine{s}"; in pods "spine{p}", "spine{p}_{s}". */
static const char *spine_name(const struct shorthand *s)
{
    bool planes = s->network.spines > 1;
    if (s->network.pod_leaves)
        return planes ? "spine{p}_{s}" : "spine{p}";
    return planes ? "spine{s}" : "spine";
}

static const char *core_name(const struct shorthand *s)
{
    return s->network.spines > 1 ? "core{s}" : "core";
}

static bool many_units(const struct shorthand *s)
{
    return leaves(s) > 1;
}

/* NIC r of every node to leaf r of its unit; all leaves to the spines. */
static void write_rails(struct jout *out, const struct shorthand *s)
{
    const struct network_shape *n = &s->network;
    if (!many_units(s)) {
        const struct entry_loop nics[4] = {{"n", s->nodes}, {"r", s->nics}};
        const struct entry_loop up[4] = {{"r", s->nics}, {n->spines > 1 ? "s" : NULL, n->spines}};
        write_entry(out, nics, "node{n}/nic{r}", "leaf{r}", LINK_NETWORK);
        write_entry(out, up, "leaf{r}", spine_name(s), LINK_UPLINK);
        return;
    }
    char *node = mem_format("node{%zu*u+i}/nic{r}", n->leaf_nodes);
    const struct entry_loop nics[4] = {{"u", leaves(s)}, {"i", n->leaf_nodes}, {"r", s->nics}};
    const struct entry_loop up[4] = {
        {"u", leaves(s)}, {"r", s->nics}, {n->spines > 1 ? "s" : NULL, n->spines}};
    write_entry(out, nics, node, "leaf{u}_{r}", LINK_NETWORK);
    write_entry(out, up, "leaf{u}_{r}", spine_name(s), LINK_UPLINK);
    free(node);
}

/* All NICs of a node to its leaf; leaves to the spines, of their pod where there are pods; those to
 * the core of their plane. */
static void write_fat_tree(struct jout *out, const struct shorthand *s)
{
    const struct network_shape *n = &s->network;
    struct entry_loop plane = {n->spines > 1 ? "s" : NULL, n->spines};
    char *node = mem_format("node{%zu*l+i}/nic{r}", n->leaf_nodes);
    const struct entry_loop nics[4] = {{"l", leaves(s)}, {"i", n->leaf_nodes}, {"r", s->nics}};
    write_entry(out, nics, node, "leaf{l}", LINK_NETWORK);
    free(node);
    if (!n->pod_leaves) {
        const struct entry_loop up[4] = {{"l", leaves(s)}, plane};
        write_entry(out, up, "leaf{l}", spine_name(s), LINK_UPLINK);
        return;
    }
    size_t pods = leaves(s) / n->pod_leaves;
    char *leaf = mem_format("leaf{%zu*p+l}", n->pod_leaves);
    const struct entry_loop up[4] = {{"p", pods}, {"l", n->pod_leaves}, plane};
    const struct entry_loop top[4] = {{"p", pods}, plane};
    write_entry(out, up, leaf, spine_name(s), LINK_UPLINK);
    write_entry(out, top, spine_name(s), core_name(s), LINK_CORE);
    free(leaf);
}

/* The router of `group` that holds cable c to group `to`: cables in the order of groups, dealt out
 * to routers one after the other. */
static size_t holder(const struct shorthand *s, size_t group, size_t to, size_t c)
{
    size_t order = to > group ? to - 1 : to;
    return (order * cables_to_group(s) + c) % group_routers(s);
}

static void write_global_links(struct jout *out, const struct shorthand *s)
{
    for (size_t a = 0; a < s->network.groups; a++)
        for (size_t b = a + 1; b < s->network.groups; b++)
            for (size_t c = 0; c < cables_to_group(s); c++) {
                char *from = mem_format("router%zu_%zu", a, holder(s, a, b, c));
                char *to = mem_format("router%zu_%zu", b, holder(s, b, a, c));
                write_entry(out, NULL, from, to, LINK_GLOBAL);
                free(from);
                free(to);
            }
}

static void write_dragonfly(struct jout *out, const struct shorthand *s)
{
    size_t routers = group_routers(s), under = s->network.leaf_nodes;
    char *node = mem_format("node{%zu*g+%zu*i+j}/nic{r}", routers * under, under);
    const struct entry_loop nics[4] = {
        {"g", s->network.groups}, {"i", routers}, {"j", under}, {"r", s->nics}};
    write_entry(out, nics, node, "router{g}_{i}", LINK_NETWORK);
    free(node);
    if (routers > 1)
        write_mesh(out, nics[0], "router{g}_", nics[1], LINK_LOCAL);
    write_global_links(out, s);
}

/* "for" and names of the switches. */
static void write_switches(struct jout *out, const struct shorthand *s)
{
    const struct network_shape *n = &s->network;
    struct entry_loop loops[4] = {{0}};
    const char *names[3] = {"network", NULL, NULL};
    size_t count = 0;
    if (n->kind == NETWORK_RAIL) {
        if (many_units(s))
            loops[count++] = (struct entry_loop){"u", leaves(s)};
        loops[count++] = (struct entry_loop){"r", s->nics};
        names[0] = many_units(s) ? "leaf{u}_{r}" : "leaf{r}";
    } else if (n->kind == NETWORK_FAT_TREE) {
        loops[count++] = (struct entry_loop){"l", leaves(s)};
        names[0] = "leaf{l}";
    } else if (n->kind == NETWORK_DRAGONFLY) {
        loops[count++] = (struct entry_loop){"g", n->groups};
        loops[count++] = (struct entry_loop){"i", group_routers(s)};
        names[0] = "router{g}_{i}";
    }
    if (n->pod_leaves)
        loops[count++] = (struct entry_loop){"p", leaves(s) / n->pod_leaves};
    if (n->spines > 1)
        loops[count++] = (struct entry_loop){"s", n->spines};
    if (n->kind == NETWORK_RAIL || n->kind == NETWORK_FAT_TREE)
        names[1] = spine_name(s);
    if (n->pod_leaves)
        names[2] = core_name(s);
    if (count)
        write_loops(out, loops);
    jout_array(out, "switches");
    for (size_t i = 0; i < 3 && names[i]; i++)
        jout_string(out, NULL, names[i]);
    jout_end(out, ']');
}

void write_fabric(struct jout *out, const struct shorthand *s)
{
    static void (*const writers[])(struct jout *, const struct shorthand *) = {
        write_rails,
        write_flat,
        write_fat_tree,
        write_dragonfly,
    };
    jout_object(out, "fabric");
    write_switches(out, s);
    jout_array(out, "links");
    writers[s->network.kind](out, s);
    jout_end(out, ']');
    jout_end(out, '}');
}

static void add_tree_summary(const struct network_shape *n, struct text *to)
{
    text_add(to, ", fat tree of %zu nodes a leaf", n->leaf_nodes);
    if (n->pod_leaves)
        text_add(to, ", %zu leaves a pod, %g:1 and %g:1", n->pod_leaves, n->leaf_ratio,
                 n->pod_ratio);
    else
        text_add(to, ", %g:1", n->leaf_ratio);
}

void add_fabric_summary(const struct shorthand *s, struct text *to)
{
    const struct network_shape *n = &s->network;
    switch (n->kind) {
    case NETWORK_RAIL:
        text_add(to, ", rail network");
        if (many_units(s))
            text_add(to, " in units of %zu nodes", n->leaf_nodes);
        if (n->leaf_ratio != 1)
            text_add(to, ", %g:1", n->leaf_ratio);
        break;
    case NETWORK_FLAT:
        text_add(to, ", one switch between");
        break;
    case NETWORK_FAT_TREE:
        add_tree_summary(n, to);
        break;
    case NETWORK_DRAGONFLY:
        text_add(to, ", dragonfly of %zu groups of %zu routers", n->groups, group_routers(s));
        if (n->leaf_ratio != 1)
            text_add(to, ", %g:1 between groups", n->leaf_ratio);
        break;
    }
    if (n->spines > 1)
        text_add(to, ", %zu spines", n->spines);
}
