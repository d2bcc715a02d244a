#include "sim/topology/layout.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/topology/for_each.h"

static size_t vertex_count(const struct layout *layout)
{
    return layout->node_count * layout->local.count + layout->fabric.count;
}

size_t layout_vertex(const struct layout *layout, size_t node, size_t local)
{
    size_t gpus = layout->gpus_per_node;
    if (local < gpus)
        return node * gpus + local;
    return layout->node_count * gpus + node * (layout->local.count - gpus) + (local - gpus);
}

/* Only the GPUs themselves are called gpu0, gpu1, ...: a switch of such a name would mislead. */
static bool is_gpu_name(const char *name)
{
    return strncmp(name, "gpu", 3) == 0 && isdigit((unsigned char)name[3]);
}

/* One element of a list of names, which may stand for many. */
static int read_name(const struct jcur *at, struct for_each *for_each, struct names *to)
{
    const char *pattern;
    struct text name = {0};
    int r = for_each_mark(for_each, at, /* allow_slash= */ false);
    if (r == 0 && for_each_rounds(for_each, VERTICES_MAX) + to->count > VERTICES_MAX)
        r = jcur_error(at, "more than %u names", VERTICES_MAX);
    if (r < 0)
        return r;
    r = jcur_string(at, &pattern);
    do {
        for_each_expand(for_each, pattern, &name);
        if (is_gpu_name(text_get(&name))) {
            r = jcur_error(at, "\"%s\" is a name for a GPU", text_get(&name));
            break;
        }
        char *copy = mem_copy_string(text_get(&name));
        if (names_add(to, copy) == NAME_NONE) {
            r = jcur_error(at, "\"%s\" is named twice", copy);
            free(copy);
            break;
        }
    } while (for_each_next(for_each));
    text_done(&name);
    return r;
}

/* A list of names, "switches" or "nics". An absent one is empty. */
static int read_list(const struct jcur *part, const char *key, struct for_each *for_each,
                     struct names *to)
{
    struct jcur list, element;
    size_t length = 0;
    bool bad = false;
    if (!jcur_has(part, key, &list))
        return 0;
    if (jcur_array(&list, 0, VERTICES_MAX, &length) < 0)
        return -EINVAL;
    for (size_t i = 0; i < length; i++) {
        struct for_each own = *for_each; /* a name runs over the variables that it mentions */
        for (size_t k = 0; k < own.count; k++)
            own.variables[k].used = false;
        element = jcur_element(&list, i);
        bad |= read_name(&element, &own, to) < 0;
        for (size_t k = 0; k < own.count; k++)
            for_each->variables[k].used |= own.variables[k].used;
    }
    return bad ? -EINVAL : 0;
}

static int read_node_names(struct layout *layout, const struct jcur *node)
{
    struct for_each for_each;
    if (for_each_read(node, &for_each) < 0)
        return -EINVAL;
    for (size_t i = 0; i < layout->gpus_per_node; i++)
        names_add(&layout->local, mem_format("gpu%zu", i));
    bool bad = read_list(node, "switches", &for_each, &layout->local) < 0;
    layout->switches_end = layout->local.count;
    bad |= read_list(node, "nics", &for_each, &layout->local) < 0;
    layout->nics_end = layout->local.count;
    bad |= read_list(node, "memories", &for_each, &layout->local) < 0;
    bad = bad || for_each_all_used(&for_each, node) < 0;
    return bad ? -EINVAL : 0;
}

static int read_fabric_names(struct layout *layout, const struct jcur *fabric)
{
    struct for_each for_each;
    if (for_each_read(fabric, &for_each) < 0 ||
        read_list(fabric, "switches", &for_each, &layout->fabric) < 0)
        return -EINVAL;
    return for_each_all_used(&for_each, fabric);
}

int layout_read_names(struct layout *layout, const struct jcur *node, const struct jcur *fabric)
{
    bool bad = read_node_names(layout, node) < 0;
    if (fabric)
        bad |= read_fabric_names(layout, fabric) < 0;
    if (!bad && vertex_count(layout) > VERTICES_MAX)
        return jcur_error(node, "%zu nodes like this have more than %u vertices",
                          layout->node_count, VERTICES_MAX);
    return bad ? -EINVAL : 0;
}

int layout_read_links(struct layout *layout, const struct jcur *node, const struct jcur *fabric)
{
    bool bad = cables_read(layout, node, /* in_fabric= */ false, &layout->node_cables) < 0;
    if (fabric)
        bad |= cables_read(layout, fabric, /* in_fabric= */ true, &layout->fabric_cables) < 0;
    if (!bad && layout->node_cables.count * layout->node_count > CABLES_MAX)
        return jcur_error(node, "%zu nodes like this have more than %u links", layout->node_count,
                          CABLES_MAX);
    return bad ? -EINVAL : 0;
}

static enum vertex_kind kind_of(const struct layout *layout, size_t local)
{
    if (local < layout->gpus_per_node)
        return VERTEX_GPU;
    if (local < layout->switches_end)
        return VERTEX_SWITCH;
    return local < layout->nics_end ? VERTEX_NIC : VERTEX_MEMORY;
}

static void build_vertices(const struct layout *layout, struct topology *topology)
{
    topology->vertex_count = vertex_count(layout);
    topology->vertices = mem_zeroed(topology->vertex_count, sizeof *topology->vertices);
    for (size_t node = 0; node < layout->node_count; node++) {
        for (size_t local = 0; local < layout->local.count; local++) {
            topology->vertices[layout_vertex(layout, node, local)] = (struct vertex){
                .name = mem_format("node%zu/%s", node, layout->local.names[local]),
                .kind = kind_of(layout, local),
                .node = node,
            };
        }
    }
    size_t first = layout->node_count * layout->local.count;
    for (size_t i = 0; i < layout->fabric.count; i++) {
        topology->vertices[first + i] = (struct vertex){
            .name = mem_copy_string(layout->fabric.names[i]),
            .kind = VERTEX_SWITCH,
            .node = TOPOLOGY_FABRIC,
        };
    }
}

/* Adds the one or two directions of a cable. Takes over nothing. */
static void build_link(const struct layout *layout, struct topology *topology, const char *name,
                       size_t from, size_t to, size_t type_number)
{
    const struct link_type *type = &layout->types[type_number];
    for (int way = 0; way < (type->half_duplex ? 1 : 2); way++) {
        topology->links[topology->link_count++] = (struct link){
            .name = mem_format("%s%s", name,
                               type->half_duplex ? ""
                               : way == 0        ? ">"
                                                 : "<"),
            .from = way == 0 ? from : to,
            .to = way == 0 ? to : from,
            .half_duplex = type->half_duplex,
            .type = layout->type_names[type_number],
            .bandwidth_bytes_per_s = type->bandwidth_bytes_per_s * type->efficiency_ratio,
            .rated_bytes_per_s = type->bandwidth_bytes_per_s * type->efficiency_ratio,
            .raw_bytes_per_s = type->bandwidth_bytes_per_s,
            .latency_s = type->latency_s,
            .hops = type->hops,
        };
    }
}

static void build_node_links(const struct layout *layout, struct topology *topology, size_t node)
{
    for (size_t i = 0; i < layout->node_cables.count; i++) {
        const struct cable *cable = &layout->node_cables.cables[i];
        char *name = mem_format("node%zu/%s-%s", node, layout->local.names[cable->from],
                                layout->local.names[cable->to]);
        build_link(layout, topology, name, layout_vertex(layout, node, cable->from),
                   layout_vertex(layout, node, cable->to), cable->type);
        free(name);
    }
}

static void build_fabric_links(const struct layout *layout, struct topology *topology)
{
    for (size_t i = 0; i < layout->fabric_cables.count; i++) {
        const struct cable *cable = &layout->fabric_cables.cables[i];
        char *name = mem_format("%s-%s", topology->vertices[cable->from].name,
                                topology->vertices[cable->to].name);
        build_link(layout, topology, name, cable->from, cable->to, cable->type);
        free(name);
    }
}

void layout_build(const struct layout *layout, struct topology *topology)
{
    size_t cables = layout->node_count * layout->node_cables.count + layout->fabric_cables.count;
    build_vertices(layout, topology);
    topology->links = mem_zeroed(2 * cables, sizeof *topology->links);
    for (size_t node = 0; node < layout->node_count; node++)
        build_node_links(layout, topology, node);
    build_fabric_links(layout, topology);
}

void layout_done(struct layout *layout)
{
    free(layout->types);
    names_done(&layout->local);
    names_done(&layout->fabric);
    free(layout->node_cables.cables);
    free(layout->fabric_cables.cables);
    *layout = (struct layout){0};
}
