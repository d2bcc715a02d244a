#include "sim/cluster/alltoall.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/cluster/aggregate.h"

const char *const a2a_algorithm_names[] = { "pairwise", "pairwise-rounds", NULL };

static const char *const summaries[] = {
    "every pair of ranks at once, as NCCL does",
    "ep - 1 rounds; in round r each rank sends to the one r further in its group",
};

/* The position in a2a_algorithm_names, or that of the NULL. */
static size_t algorithm_number(const char *name)
{
    size_t i = 0;
    while (a2a_algorithm_names[i] && strcmp(a2a_algorithm_names[i], name) != 0)
        i++;
    return i;
}

const char *a2a_algorithm_summary(const char *name)
{
    size_t i = algorithm_number(name);
    return a2a_algorithm_names[i] ? summaries[i] : NULL;
}

static int refuse_algorithm(const char *name, struct diag *diag)
{
    const char *near = suggest(name, a2a_algorithm_names);
    if (near)
        return diag_say(diag, "unknown All-to-All algorithm \"%s\"; did you mean \"%s\"?", name,
                        near);
    return diag_say(diag, "unknown All-to-All algorithm \"%s\"; known: %s, %s", name,
                    a2a_algorithm_names[0], a2a_algorithm_names[1]);
}

/* How many of the pairs cross each link, and the longest latency. */
static size_t *count_pairs(const struct exchange *exchange, struct flow_set *set)
{
    size_t *load = mem_zeroed(exchange->topology->link_count + 1, sizeof *load);
    for (size_t from = 0; from < exchange->ranks; from++) {
        for (size_t pattern = 1; pattern < exchange->ep; pattern++) {
            size_t to = exchange_peer(exchange, from, pattern);
            const struct route *route = router_walk(exchange->router, from, to);
            for (size_t i = 0; i < route->link_count; i++)
                load[route->links[i]]++;
            if (route->latency_s > set->bound_latency_s)
                set->bound_latency_s = route->latency_s;
        }
    }
    return load;
}

/* A pair carries 1 / ep of a byte where each rank sends one byte in total. A half-duplex link is
 * one link here, so that both directions are in its count. */
static void find_bound(const struct exchange *exchange, const size_t *load, struct flow_set *set)
{
    for (size_t i = 0; i < exchange->topology->link_count; i++) {
        double bytes = (double)load[i] / (double)exchange->ep;
        double s_per_byte = bytes / exchange->topology->links[i].bandwidth_bytes_per_s;
        if (s_per_byte > set->bound_s_per_byte) {
            set->bound_s_per_byte = s_per_byte;
            set->bound_link = i;
        }
    }
}

static void add_flow(struct flow_set *set, size_t from, size_t to, size_t step, double share_ratio)
{
    set->flows[set->flow_count++] =
        (struct flow){ .from = from, .to = to, .step = step, .share_ratio = share_ratio };
}

static void add_all_pairs(const struct exchange *exchange, struct flow_set *set)
{
    set->flows = mem_resized(set->flows, set->pair_count, sizeof *set->flows);
    set->flow_count = 0;
    for (size_t from = 0; from < exchange->ranks; from++)
        for (size_t pattern = 1; pattern < exchange->ep; pattern++)
            add_flow(set, from, exchange_peer(exchange, from, pattern), 0,
                     1 / (double)exchange->ep);
}

static void add_rounds(const struct exchange *exchange, struct flow_set *set)
{
    size_t ep = exchange->ep;
    set->flows = mem_zeroed(set->pair_count, sizeof *set->flows);
    set->step_count = ep - 1;
    for (size_t round = 1; round < ep; round++) {
        for (size_t from = 0; from < exchange->ranks; from++) {
            size_t member = from % ep, to = from - member + (member + round) % ep;
            add_flow(set, from, to, round - 1, 1 / (double)ep);
        }
    }
}

static void add_classes(const struct exchange *exchange, const struct pattern_class *classes,
                        size_t class_count, const size_t *of_pattern, struct flow_set *set)
{
    size_t patterns = 0;
    for (size_t c = 0; c < class_count; c++)
        patterns += classes[c].merged ? 1 : classes[c].weight;
    set->flows = mem_zeroed(exchange->ranks * patterns, sizeof *set->flows);
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
}

/* Whether the flows put on every link exactly the pairs that belong there. */
static bool loads_are_kept(const struct exchange *exchange, const struct flow_set *set,
                           const size_t *load)
{
    size_t links = exchange->topology->link_count;
    size_t *found = mem_zeroed(links + 1, sizeof *found);
    for (size_t i = 0; i < set->flow_count; i++) {
        const struct flow *flow = &set->flows[i];
        const struct route *route = router_walk(exchange->router, flow->from, flow->to);
        size_t pairs = (size_t)(flow->share_ratio * (double)exchange->ep + 0.5);
        for (size_t k = 0; k < route->link_count; k++)
            found[route->links[k]] += pairs;
    }
    bool same = memcmp(found, load, links * sizeof *found) == 0;
    free(found);
    return same;
}

static void add_pairwise(const struct exchange *exchange, bool aggregate, const size_t *load,
                         struct flow_set *set)
{
    struct pattern_class *classes;
    size_t count, *of_pattern;
    bool merged = aggregate && aggregate_classes(exchange, &classes, &count, &of_pattern);
    set->step_count = 1;
    if (merged) {
        add_classes(exchange, classes, count, of_pattern, set);
        merged = loads_are_kept(exchange, set, load);
        free(classes);
        free(of_pattern);
    }
    if (!merged)
        add_all_pairs(exchange, set);
}

/* Behind the sort, so that each sender's routes are looked up together. */
static void set_latencies(const struct exchange *exchange, struct flow_set *set)
{
    for (size_t i = 0; i < set->flow_count; i++) {
        struct flow *flow = &set->flows[i];
        flow->latency_s = router_walk(exchange->router, flow->from, flow->to)->latency_s;
    }
}

static int by_step_from_to(const void *left, const void *right)
{
    const struct flow *a = left, *b = right;
    if (a->step != b->step)
        return a->step < b->step ? -1 : 1;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return a->to < b->to ? -1 : a->to > b->to;
}

static void fill(const struct exchange *exchange, size_t algorithm, bool aggregate,
                 struct flow_set *set)
{
    set->pair_count = exchange->ranks * (exchange->ep - 1);
    size_t *load = count_pairs(exchange, set);
    find_bound(exchange, load, set);
    if (algorithm == 0)
        add_pairwise(exchange, aggregate, load, set);
    else
        add_rounds(exchange, set);
    qsort(set->flows, set->flow_count, sizeof *set->flows, by_step_from_to);
    set_latencies(exchange, set);
    free(load);
}

int flow_set_build(const struct topology *topology, struct router *router, const char *algorithm,
                   size_t ep, bool aggregate, struct diag *diag, struct flow_set **ret)
{
    size_t number = algorithm_number(algorithm), ranks = topology_ranks(topology);
    if (!a2a_algorithm_names[number])
        return refuse_algorithm(algorithm, diag);
    if (ep == 0 || ranks % ep != 0)
        return diag_say(diag, "groups of %zu ranks do not divide the %zu GPUs of topology \"%s\"",
                        ep, ranks, topology->name);
    struct exchange exchange = exchange_of(topology, router, ep);
    struct flow_set *set = mem_zeroed(1, sizeof *set);
    if (ep > 1)
        fill(&exchange, number, aggregate, set);
    *ret = set;
    return 0;
}

void flow_set_free(struct flow_set *set)
{
    if (!set)
        return;
    free(set->flows);
    free(set);
}
