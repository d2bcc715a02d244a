/* All-to-Alls in which every pair of ranks exchanges directly. */
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/collective/a2a_flows.h"

static void add_all_pairs(const struct a2a_demand *demand, struct flow_set *set)
{
    const struct exchange *exchange = demand->exchange;
    for (size_t from = 0; from < exchange->ranks; from++) {
        for (size_t pattern = 1; pattern < exchange->ep; pattern++) {
            size_t to = exchange_peer(exchange, from, pattern);
            add_flow(set, from, to, 0, demand_copies(demand, from, to));
        }
    }
    set->step_count = 1;
}

void add_rounds(const struct a2a_demand *demand, struct flow_set *set)
{
    size_t ep = demand->exchange->ep;
    for (size_t round = 1; round < ep; round++) {
        for (size_t from = 0; from < demand->exchange->ranks; from++) {
            size_t member = from % ep, to = from - member + (member + round) % ep;
            add_flow(set, from, to, round - 1, demand_copies(demand, from, to));
        }
    }
    set->step_count = ep - 1;
}

static void add_classes(const struct exchange *exchange, const struct pattern_class *classes,
                        const size_t *of_pattern, struct flow_set *set)
{
    for (size_t from = 0; from < exchange->ranks; from++) {
        for (size_t pattern = 1; pattern < exchange->ep; pattern++) {
            const struct pattern_class *class = &classes[of_pattern[pattern]];
            if (class->merged && class->first != pattern)
                continue;
            size_t stands_for = class->merged ? class->weight : 1;
            add_flow(set, from, exchange_peer(exchange, from, pattern), 0,
                     (double)stands_for / (double)exchange->ep);
        }
    }
    set->step_count = 1;
}

/* The pairs that cross each link, by the routes of the flows. */
static size_t *count_of_flows(const struct exchange *exchange, const struct flow_set *set)
{
    size_t *load = mem_zeroed(exchange->topology->link_count + 1, sizeof *load);
    for (size_t i = 0; i < set->flow_count; i++) {
        const struct flow *flow = &set->flows[i];
        const struct route *route = router_walk(exchange->router, flow->from, flow->to);
        size_t pairs = (size_t)(flow->share_ratio * (double)exchange->ep + 0.5);
        for (size_t k = 0; k < route->link_count; k++)
            load[route->links[k]] += pairs;
    }
    return load;
}

/* Whether the flows put on every link exactly the pairs that belong there. */
static bool loads_are_kept(const struct exchange *exchange, const struct flow_set *set)
{
    double latency_s;
    size_t *wanted = exchange_count_pairs(exchange, &latency_s);
    size_t *found = count_of_flows(exchange, set);
    bool same = memcmp(found, wanted, exchange->topology->link_count * sizeof *found) == 0;
    free(wanted);
    free(found);
    return same;
}

static bool add_merged(const struct exchange *exchange, struct flow_set *set)
{
    struct pattern_class *classes;
    size_t count, *of_pattern;
    if (!aggregate_classes(exchange, &classes, &count, &of_pattern))
        return false;
    add_classes(exchange, classes, of_pattern, set);
    free(classes);
    free(of_pattern);
    if (loads_are_kept(exchange, set))
        return true;
    set->flow_count = 0;
    return false;
}

void add_pairwise(const struct a2a_demand *demand, struct flow_set *set)
{
    bool may_merge = demand->aggregate && demand_is_even(demand);
    if (!may_merge || !add_merged(demand->exchange, set))
        add_all_pairs(demand, set);
}
