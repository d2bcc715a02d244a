#include "sim/fold/fold.h"

#include <stdlib.h>

#include "sim/base/mem.h"

/* The rings behind the flows that they run beside. Returns how many sets that is. */
static size_t list_sets(const struct flow_set *flows, const struct rings *rings,
                        const struct flow_set *ret[FOLD_SETS_MAX])
{
    size_t count = 1;
    ret[0] = flows;
    if (rings)
        ret[count++] = rings->shared;
    if (rings && rings->experts)
        ret[count++] = rings->experts;
    return count;
}

static void forget_list(struct exchange_flows *to)
{
    free(to->flows->flows);
    to->flows->flows = NULL;
    to->flows->flow_count = 0;
    to->flows->print = to->fold->print;
}

/* By maps, which take no look at every pair; beside gradients those that turn rings into
 * themselves. */
static bool fold_by_maps(const struct a2a_request *request, const struct rings *beside,
                         struct exchange_flows *to)
{
    const struct flow_set *sets[FOLD_SETS_MAX];
    size_t ring_count = list_sets(NULL, beside, sets) - 1;
    struct a2a_bound bound;
    if (!a2a_algorithm_uniform(request->algorithm))
        return false;
    to->fold = fold_build(request->topology, request->router, request->ep, sets + 1, ring_count,
                          &bound, &to->why_whole);
    if (!to->fold)
        return false;
    to->flows = mem_zeroed(1, sizeof *to->flows);
    *to->flows = (struct flow_set){
        .step_count = 1,
        .pair_count = topology_ranks(request->topology) * (request->ep - 1),
        .bound = bound,
        .print = to->fold->print,
    };
    return true;
}

/* By colours, from a list of every flow. */
static int fold_by_colours(const struct a2a_request *request, const struct rings *beside,
                           struct diag *diag, struct exchange_flows *to)
{
    const struct flow_set *sets[FOLD_SETS_MAX];
    struct a2a_request listed = *request;
    if (a2a_flow_count(request) > FOLD_FLOWS_MAX) {
        to->why_whole = "there are too many flows to look at each";
        return 0;
    }
    listed.flows_max = 0;
    int r = flow_set_build(&listed, diag, &to->flows);
    if (r < 0)
        return r;
    size_t set_count = list_sets(to->flows, beside, sets);
    to->fold = fold_flows(request->topology, request->router, sets, set_count, &to->why_whole);
    if (to->fold) {
        forget_list(to);
        return 0;
    }
    flow_set_free(to->flows);
    to->flows = NULL;
    return 0;
}

int exchange_flows_build(const struct a2a_request *request, const struct rings *beside, bool fold,
                         struct diag *diag, struct exchange_flows *ret)
{
    *ret = (struct exchange_flows){0};
    int r = a2a_request_check(request, diag);
    if (r == 0 && fold && request->ep > 1 && !fold_by_maps(request, beside, ret))
        r = fold_by_colours(request, beside, diag, ret);
    if (r == 0 && !ret->flows) {
        struct a2a_request whole = *request;
        whole.why_listed = ret->why_whole;
        r = flow_set_build(&whole, diag, &ret->flows);
    } else if (r == 0) {
        ret->why_whole = NULL;
    }
    return r;
}

void exchange_flows_of_rings(const struct topology *topology, struct router *router,
                             const struct rings *rings, bool fold, struct exchange_flows *ret)
{
    const struct flow_set *sets[FOLD_SETS_MAX];
    *ret = (struct exchange_flows){.flows = mem_zeroed(1, sizeof *ret->flows)};
    size_t set_count = list_sets(ret->flows, rings, sets);
    if (fold)
        ret->fold = fold_build(topology, router, topology_ranks(topology), sets + 1, set_count - 1,
                               NULL, &ret->why_whole);
    if (fold && !ret->fold)
        ret->fold = fold_flows(topology, router, sets, set_count, &ret->why_whole);
}

void exchange_flows_done(struct exchange_flows *flows)
{
    flow_set_free(flows->flows);
    fold_free(flows->fold);
    *flows = (struct exchange_flows){0};
}
