/* Folding by colour refinement: from listed flows to classes of them. */
#include <stdlib.h>

#include "sim/base/mem.h"
#include "sim/fold/equitable_partition.h"
#include "sim/fold/fold_private.h"

/* Kinds of flows that run at one time. With more, SimGrid is as fast. */
#define KINDS_OF_A_STEP_MAX 1024

struct flow_folding {
    const struct topology *topology;
    const struct flow_set *const *sets;
    struct equitable_partition partition;
    size_t *links_in; /* [kind of link] */
    size_t *flows_in; /* [kind of flow] */
    size_t *crossed;  /* [kind of link]: by flows of the kind at hand; 0 between kinds */
    struct fold *fold;
    const char *why; /* not; NULL: so far so good */
};

/* A flow may cross several links of a kind: up to a switch and down from it may look alike. Flows
 * on each link of a kind must be whole, or links of one colour were not alike. */
static void add_crossings(struct flow_folding *folding, size_t flow)
{
    const struct equitable_partition *partition = &folding->partition;
    const struct flow_routes *routes = &partition->routes;
    size_t flows = folding->flows_in[partition->of_flow[flow]];
    for (size_t i = routes->first[flow]; i < routes->first[flow + 1]; i++)
        folding->crossed[partition->of_link[routes->links[i]]] += flows;
    for (size_t i = routes->first[flow]; i < routes->first[flow + 1]; i++) {
        size_t kind = partition->of_link[routes->links[i]], links = folding->links_in[kind];
        size_t crossings = folding->crossed[kind];
        if (crossings % links != 0)
            folding->why = "links that look alike do not carry the same";
        if (crossings)
            fold_add_crossing(folding->fold, kind, (double)crossings / (double)links);
        folding->crossed[kind] = 0;
    }
}

/* The orbits of all flows of a kind: of one flow that takes part in All-to-Alls, as others of its
 * kind have the same; of any where it is beside them. */
static void add_ends(struct flow_folding *folding, size_t set, size_t first_flow, size_t number)
{
    const struct flow_set *flows = folding->sets[set];
    const struct equitable_partition *partition = &folding->partition;
    struct fold *fold = folding->fold;
    size_t last = set == 0 ? number + 1 : flows->flow_count;
    bool *known = mem_zeroed(fold->orbit_count, sizeof *known);
    for (size_t i = number; i < last; i++) {
        if (partition->of_flow[first_flow + i] != partition->of_flow[first_flow + number])
            continue;
        known[partition->of_rank[flows->flows[i].from]] = true;
        known[partition->of_rank[flows->flows[i].to]] = true;
    }
    for (size_t orbit = 0; orbit < fold->orbit_count; orbit++)
        if (known[orbit])
            fold_add_end(fold, orbit);
    free(known);
}

/* Kinds are numbered as they are met, so that the first flow of one stands for it. */
static void add_classes(struct flow_folding *folding, size_t set, size_t first_flow)
{
    const struct flow_set *flows = folding->sets[set];
    struct fold *fold = folding->fold;
    size_t step = 0, of_step = 0;
    for (size_t i = 0; i < flows->flow_count && !folding->why; i++) {
        const struct flow *flow = &flows->flows[i];
        if (folding->partition.of_flow[first_flow + i] != fold->class_count)
            continue;
        of_step = flow->step == step ? of_step + 1 : 1;
        step = flow->step;
        if (of_step > KINDS_OF_A_STEP_MAX)
            folding->why = "too few flows are alike";
        fold_add_class(fold, (struct fold_class){.step = flow->step,
                                                 .share_ratio = flow->share_ratio,
                                                 .latency_s = flow->latency_s,
                                                 .set = set});
        add_ends(folding, set, first_flow, i);
        add_crossings(folding, first_flow + i);
    }
}

static void fold_partition(struct flow_folding *folding, size_t set_count)
{
    const struct topology *topology = folding->topology;
    struct equitable_partition *partition = &folding->partition;
    folding->fold = fold_new(topology, partition->of_rank, partition->rank_kinds,
                             partition->of_link, partition->link_kinds);
    folding->links_in =
        fold_count_members(partition->of_link, topology->link_count, partition->link_kinds);
    folding->flows_in =
        fold_count_members(partition->of_flow, partition->routes.flow_count, partition->flow_kinds);
    folding->crossed = mem_zeroed(partition->link_kinds + 1, sizeof *folding->crossed);
    for (size_t s = 0, first = 0; s < set_count; first += folding->sets[s++]->flow_count)
        add_classes(folding, s, first);
    partition->of_rank = NULL; /* the fold's */
    fold_finish(folding->fold);
    free(folding->links_in);
    free(folding->flows_in);
    free(folding->crossed);
}

struct fold *fold_flows(const struct topology *topology, struct router *router,
                        const struct flow_set *const *sets, size_t set_count, const char **ret_why)
{
    struct flow_folding folding = {.topology = topology, .sets = sets};
    size_t ranks = topology_ranks(topology);
    if (!equitable_partition_find(topology, router, sets, set_count, ranks / 2,
                                  &folding.partition)) {
        *ret_why = "too few GPUs are alike";
        return NULL;
    }
    fold_partition(&folding, set_count);
    equitable_partition_done(&folding.partition);
    if (!folding.why)
        return folding.fold;
    fold_free(folding.fold);
    *ret_why = folding.why;
    return NULL;
}
