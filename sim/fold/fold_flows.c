/* Folding by colours: from listed flows to classes of them. */
#include <stdlib.h>

#include "sim/base/mem.h"
#include "sim/fold/alike.h"
#include "sim/fold/fold_private.h"

#define KINDS_OF_A_STEP_MAX                                                                        \
    1024 /* of flows that run at one time: with more, SimGrid is as fast                           \
          */

struct gathering {
    const struct topology *topology;
    const struct flow_set *const *sets;
    struct alike alike;
    size_t *links_in; /* [kind of link] */
    size_t *flows_in; /* [kind of flow] */
    struct fold *fold;
    const char *why; /* not; NULL: so far so good */
};

/* How many links of a kind a flow crosses: up to a switch and down from it may look alike. */
static size_t count_links(const struct alike *alike, size_t flow, size_t kind)
{
    size_t count = 0;
    for (size_t i = alike->routes.first[flow]; i < alike->routes.first[flow + 1]; i++)
        count += alike->of_link[alike->routes.links[i]] == kind;
    return count;
}

static bool is_first_of_kind(const struct alike *alike, size_t flow, size_t position)
{
    size_t kind = alike->of_link[alike->routes.links[position]];
    for (size_t i = alike->routes.first[flow]; i < position; i++)
        if (alike->of_link[alike->routes.links[i]] == kind)
            return false;
    return true;
}

/* Flows on each link of a kind must be whole, or links of one colour were not alike. */
static void add_crossings(struct gathering *gathering, size_t flow)
{
    const struct alike *alike = &gathering->alike;
    size_t flows = gathering->flows_in[alike->of_flow[flow]];
    for (size_t i = alike->routes.first[flow]; i < alike->routes.first[flow + 1]; i++) {
        if (!is_first_of_kind(alike, flow, i))
            continue;
        size_t kind = alike->of_link[alike->routes.links[i]];
        size_t crossings = flows * count_links(alike, flow, kind);
        if (crossings % gathering->links_in[kind] != 0)
            gathering->why = "links that look alike do not carry the same";
        fold_add_crossing(gathering->fold, kind,
                          (double)crossings / (double)gathering->links_in[kind]);
    }
}

/* The orbits of all flows of a kind: of one flow that takes part in All-to-Alls, as others of its
 * kind have the same; of any where it is beside them. */
static void add_ends(struct gathering *gathering, size_t set, size_t first_flow, size_t number)
{
    const struct flow_set *flows = gathering->sets[set];
    const struct alike *alike = &gathering->alike;
    struct fold *fold = gathering->fold;
    size_t last = set == 0 ? number + 1 : flows->flow_count;
    bool *known = mem_zeroed(fold->orbit_count, sizeof *known);
    for (size_t i = number; i < last; i++) {
        if (alike->of_flow[first_flow + i] != alike->of_flow[first_flow + number])
            continue;
        known[alike->of_rank[flows->flows[i].from]] = true;
        known[alike->of_rank[flows->flows[i].to]] = true;
    }
    for (size_t orbit = 0; orbit < fold->orbit_count; orbit++)
        if (known[orbit])
            fold_add_end(fold, orbit);
    free(known);
}

/* Kinds are numbered as they are met, so that the first flow of one stands for it. */
static void add_classes(struct gathering *gathering, size_t set, size_t first_flow)
{
    const struct flow_set *flows = gathering->sets[set];
    struct fold *fold = gathering->fold;
    size_t step = 0, of_step = 0;
    for (size_t i = 0; i < flows->flow_count && !gathering->why; i++) {
        const struct flow *flow = &flows->flows[i];
        if (gathering->alike.of_flow[first_flow + i] != fold->class_count)
            continue;
        of_step = flow->step == step ? of_step + 1 : 1;
        step = flow->step;
        if (of_step > KINDS_OF_A_STEP_MAX)
            gathering->why = "too few flows are alike";
        fold_add_class(fold, (struct fold_class){.step = flow->step,
                                                 .share_ratio = flow->share_ratio,
                                                 .latency_s = flow->latency_s,
                                                 .set = set});
        add_ends(gathering, set, first_flow, i);
        add_crossings(gathering, first_flow + i);
    }
}

static struct fold *gather(struct gathering *gathering, size_t set_count)
{
    const struct topology *topology = gathering->topology;
    struct alike *alike = &gathering->alike;
    struct fold *fold = gathering->fold = mem_zeroed(1, sizeof *fold);
    gathering->links_in =
        fold_count_members(alike->of_link, topology->link_count, alike->link_kinds);
    gathering->flows_in =
        fold_count_members(alike->of_flow, alike->routes.flow_count, alike->flow_kinds);
    fold->ranks = topology_ranks(topology);
    fold->orbit_count = alike->rank_kinds;
    fold->classes = mem_zeroed(alike->flow_kinds + 1, sizeof *fold->classes);
    fold->kind_count = alike->link_kinds;
    fold->bandwidth_bytes_per_s = mem_zeroed(fold->kind_count + 1, sizeof(double));
    for (size_t l = 0; l < topology->link_count; l++)
        fold->bandwidth_bytes_per_s[alike->of_link[l]] = topology->links[l].bandwidth_bytes_per_s;
    for (size_t s = 1; s < set_count; s++)
        fold->beside[s - 1] = gathering->sets[s];
    for (size_t s = 0, first = 0; s < set_count; first += gathering->sets[s++]->flow_count)
        add_classes(gathering, s, first);
    fold->orbit_of = alike->of_rank;
    alike->of_rank = NULL;
    fold_finish(fold);
    free(gathering->links_in);
    free(gathering->flows_in);
    return fold;
}

struct fold *fold_flows(const struct topology *topology, struct router *router,
                        const struct flow_set *const *sets, size_t set_count, const char **ret_why)
{
    struct gathering gathering = {.topology = topology, .sets = sets};
    size_t ranks = topology_ranks(topology);
    if (!alike_find(topology, router, sets, set_count, ranks / 2, &gathering.alike)) {
        *ret_why = "too few GPUs are alike";
        return NULL;
    }
    struct fold *fold = gather(&gathering, set_count);
    alike_done(&gathering.alike);
    if (!gathering.why)
        return fold;
    fold_free(fold);
    *ret_why = gathering.why;
    return NULL;
}
