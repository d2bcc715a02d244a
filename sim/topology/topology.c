#include "sim/topology/topology.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/file.h"
#include "sim/base/mem.h"
#include "sim/topology/layout.h"
#include "sim/topology/shorthand.h"
#include "sim/model/link.h"

static const char schema[] = "scmoesim/topology/1";

size_t topology_ranks(const struct topology *topology)
{
    return topology->node_count * topology->gpus_per_node;
}

double topology_compute_ratio(const struct topology *topology, size_t rank)
{
    return topology->compute_ratios ? topology->compute_ratios[rank] : 1;
}

double topology_network_bytes_per_s(const struct topology *topology)
{
    double *rates = mem_zeroed(topology->node_count, sizeof *rates);
    for (size_t i = 0; i < topology->link_count; i++) {
        const struct link *link = &topology->links[i];
        size_t from = topology->vertices[link->from].node, to = topology->vertices[link->to].node;
        if (from != TOPOLOGY_FABRIC && to == TOPOLOGY_FABRIC)
            rates[from] += link->raw_bytes_per_s;
        else if (link->half_duplex && from == TOPOLOGY_FABRIC && to != TOPOLOGY_FABRIC)
            rates[to] += link->raw_bytes_per_s;
    }
    double least = rates[0];
    for (size_t n = 1; n < topology->node_count; n++)
        least = fmin(least, rates[n]);
    free(rates);
    return least;
}

double topology_slowest_ratio(const struct topology *topology)
{
    double slowest = 1;
    for (size_t rank = 0; rank < topology_ranks(topology); rank++)
        slowest = fmin(slowest, topology_compute_ratio(topology, rank));
    return slowest;
}

static int expand_shorthand(const char *word, struct diag *diag, struct json **ret)
{
    struct shorthand shorthand;
    struct text text = {0};
    int r = shorthand_parse(word, diag, &shorthand);
    if (r < 0)
        return r;
    shorthand_write(&shorthand, &text);
    r = json_parse(word, text_get(&text), text.length, diag, ret);
    text_done(&text);
    shorthand_done(&shorthand);
    return r;
}

int topology_document(const char *word, struct diag *diag, struct json **ret)
{
    char *path;
    if (strchr(word, '='))
        return expand_shorthand(word, diag, ret);
    int r = data_find("topologies", "topology", word, diag, &path);
    if (r < 0)
        return r;
    r = json_load(path, diag, ret);
    free(path);
    return r;
}

static int copy_string(const struct jcur *at, const char *key, char **ret)
{
    const char *value;
    int r = jget_string(at, key, &value);
    if (r == 0)
        *ret = mem_copy_string(value);
    return r;
}

int get_part(const struct jcur *at, const char *key, double *ret)
{
    struct jcur part;
    double value;
    if (jcur_member(at, key, &part) < 0 || jcur_positive(&part, &value) < 0)
        return -EINVAL;
    if (value > 1)
        return jcur_error(&part, "expected a number in (0, 1], got %g", value);
    *ret = value;
    return 0;
}

static int read_type(const struct jcur *at, struct link_type *type)
{
    static const char *const duplexes[] = {"full", "half", NULL};
    struct jcur duplex;
    const char *source;
    size_t word = 0;
    if (jcur_object(at) < 0)
        return -EINVAL;
    bool bad =
        jcur_members(at, "bandwidth_bytes_per_s,efficiency_ratio,latency_s,duplex,hops,source") < 0;
    bad |= jget_between(at, "bandwidth_bytes_per_s", RATE_MIN_PER_S, RATE_MAX_PER_S,
                        &type->bandwidth_bytes_per_s) < 0;
    bad |= get_part(at, "efficiency_ratio", &type->efficiency_ratio) < 0;
    bad |= jget_between(at, "latency_s", 0, START_MAX_S, &type->latency_s) < 0;
    bad |= jget_string(at, "source", &source) < 0;
    if (jcur_has(at, "duplex", &duplex))
        bad |= jcur_word(&duplex, duplexes, &word) < 0;
    bad |= jget_count_or(at, "hops", 1, HOPS_MAX, 1, &type->hops) < 0;
    type->half_duplex = word == 1;
    return bad ? -EINVAL : 0;
}

/* Also names the types, even those with wrong values, so that links can be checked against them. */
static int read_types(const struct jcur *root, struct topology *topology, struct layout *layout)
{
    struct jcur types, type;
    const char *name;
    size_t count = 0;
    bool bad = jcur_member(root, "link_types", &types) < 0 || jcur_object(&types) < 0;
    while (!bad && jcur_member_at(&types, count, &name, &type))
        count++;
    layout->types = mem_zeroed(count + 1, sizeof *layout->types);
    layout->type_names = topology->type_names = mem_zeroed(count + 1, sizeof(char *));
    topology->type_count = count;
    for (size_t i = 0; i < count; i++) {
        jcur_member_at(&types, i, &name, &type);
        topology->type_names[i] = mem_copy_string(name);
        bad |= read_type(&type, &layout->types[i]) < 0;
    }
    return bad ? -EINVAL : 0;
}

static int read_all_to_all(const struct jcur *root, struct a2a_settings *settings)
{
    struct jcur at;
    if (jcur_member(root, "all_to_all", &at) < 0 || jcur_object(&at) < 0)
        return -EINVAL;
    bool bad =
        jcur_members(&at,
                     "algorithm,setup_s,per_peer_s,floor_s,sm_share_ratio,peer_access,source") < 0;
    bad |= copy_string(&at, "algorithm", &settings->algorithm) < 0;
    bad |= jget_between(&at, "setup_s", 0, START_MAX_S, &settings->setup_s) < 0;
    bad |= jget_between_or(&at, "per_peer_s", 0, START_MAX_S, 0, &settings->per_peer_s) < 0;
    bad |= jget_between_or(&at, "floor_s", 0, START_MAX_S, 0, &settings->floor_s) < 0;
    bad |= jget_between(&at, "sm_share_ratio", 0, 0.5, &settings->sm_share_ratio) < 0;
    bad |= jget_bool_or(&at, "peer_access", true, &settings->peer_access) < 0;
    bad |= copy_string(&at, "source", &settings->source) < 0;
    return bad ? -EINVAL : 0;
}

/* The members "node" and "fabric"; *ret_has_fabric is false where the latter is left out. */
static int find_parts(const struct jcur *root, struct jcur *node, struct jcur *fabric,
                      bool *ret_has_fabric)
{
    if (jcur_member(root, "node", node) < 0 || jcur_object(node) < 0)
        return -EINVAL;
    bool bad = jcur_members(node, "gpus,for,switches,nics,memories,links") < 0;
    *ret_has_fabric = jcur_has(root, "fabric", fabric);
    if (*ret_has_fabric) {
        if (jcur_object(fabric) < 0)
            return -EINVAL;
        bad |= jcur_members(fabric, "for,switches,links") < 0;
    }
    return bad ? -EINVAL : 0;
}

static int read_counts(const struct jcur *root, const struct jcur *node, struct layout *layout)
{
    struct jcur at;
    bool bad = jget_count(root, "node_count", 1, GPUS_MAX, &layout->node_count) < 0;
    bad |= jget_count(node, "gpus", 1, GPUS_MAX, &layout->gpus_per_node) < 0;
    if (bad)
        return -EINVAL;
    if (layout->node_count * layout->gpus_per_node > GPUS_MAX && jcur_has(root, "node_count", &at))
        return jcur_error(&at, "%zu nodes of %zu GPUs: at most %u GPUs", layout->node_count,
                          layout->gpus_per_node, GPUS_MAX);
    return 0;
}

static int read_graph(const struct jcur *root, struct layout *layout, struct topology *topology)
{
    struct jcur node, fabric;
    bool has_fabric;
    if (find_parts(root, &node, &fabric, &has_fabric) < 0 || read_counts(root, &node, layout) < 0)
        return -EINVAL;
    topology->node_count = layout->node_count;
    topology->gpus_per_node = layout->gpus_per_node;
    const struct jcur *maybe_fabric = has_fabric ? &fabric : NULL;
    if (layout_read_names(layout, &node, maybe_fabric) < 0)
        return -EINVAL;
    topology->memories_per_node = layout->local.count - layout->nics_end;
    return layout_read_links(layout, &node, maybe_fabric);
}

static int check_peer_access(const struct jcur *root, const struct topology *topology)
{
    struct jcur at, peer_access;
    if (topology->all_to_all.peer_access || topology->memories_per_node)
        return 0;
    jcur_member(root, "all_to_all", &at);
    jcur_member(&at, "peer_access", &peer_access);
    return jcur_error(&peer_access, "without peer access bytes go through the hosts' memory, and "
                                    "/node/memories names none");
}

static int read_members(const struct jcur *root, struct layout *layout, struct topology *topology)
{
    bool bad =
        jcur_members(root, "schema,name,summary,source,gpu,node_count,link_types,node,fabric,"
                           "all_to_all,degraded") < 0;
    bad |= copy_string(root, "name", &topology->name) < 0;
    bad |= copy_string(root, "summary", &topology->summary) < 0;
    bad |= copy_string(root, "source", &topology->source) < 0;
    bad |= copy_string(root, "gpu", &topology->gpu) < 0;
    bad |= read_types(root, topology, layout) < 0;
    bad |= read_all_to_all(root, &topology->all_to_all) < 0;
    bad |= read_graph(root, layout, topology) < 0;
    bad = bad || check_peer_access(root, topology) < 0;
    return bad ? -EINVAL : 0;
}

int topology_read(const struct json *doc, struct diag *diag, struct topology **ret)
{
    struct jcur root = json_root(doc, diag);
    if (jcur_object(&root) < 0 || jget_schema(&root, schema) < 0)
        return -EINVAL;
    struct topology *topology = mem_zeroed(1, sizeof *topology);
    struct layout layout = {0};
    int r = read_members(&root, &layout, topology);
    if (r == 0) {
        layout_build(&layout, topology);
        r = connectivity_check(topology, root.file, diag);
        r = degrade_read(&root, topology) < 0 ? -EINVAL : r;
    }
    layout_done(&layout);
    if (r < 0) {
        topology_free(topology);
        return r;
    }
    *ret = topology;
    return 0;
}

void topology_free(struct topology *topology)
{
    if (!topology)
        return;
    for (size_t i = 0; i < topology->vertex_count; i++)
        free(topology->vertices[i].name);
    for (size_t i = 0; i < topology->link_count; i++)
        free(topology->links[i].name);
    for (size_t i = 0; i < topology->type_count; i++)
        free(topology->type_names[i]);
    free(topology->vertices);
    free(topology->links);
    free(topology->type_names);
    free(topology->compute_ratios);
    free(topology->degraded);
    free(topology->name);
    free(topology->summary);
    free(topology->source);
    free(topology->gpu);
    free(topology->all_to_all.algorithm);
    free(topology->all_to_all.source);
    free(topology);
}
