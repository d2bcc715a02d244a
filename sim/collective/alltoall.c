#include "sim/collective/alltoall.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/fingerprint.h"
#include "sim/base/mem.h"
#include "sim/collective/algorithm.h"

double request_copies(const struct a2a_request *request, size_t from, size_t to)
{
    size_t ep = request->ep;
    return request->combine ? traffic_copies(request->traffic, to, from % ep)
                            : traffic_copies(request->traffic, from, to % ep);
}

void add_flow(struct flow_set *set, size_t from, size_t to, size_t step, double share_ratio)
{
    if (share_ratio <= 0)
        return;
    set->flows = mem_grown(set->flows, set->flow_count, &set->flow_room, sizeof *set->flows);
    set->flows[set->flow_count++] =
        (struct flow){.from = from, .to = to, .step = step, .share_ratio = share_ratio};
}

long flow_bytes(double bytes_per_rank, double share_ratio)
{
    return lround(bytes_per_rank * share_ratio);
}

double a2a_bound_s(const struct a2a_bound *bound, double bytes_per_rank)
{
    double ratio = bound->flow_ratio, link_s = bytes_per_rank * bound->s_per_byte;
    if (ratio == 0)
        link_s = fmax(link_s - bound->rounding_s, 0);
    else if (bytes_per_rank > 0) /* in whole bytes of each flow */
        link_s *= (double)flow_bytes(bytes_per_rank, ratio) / (bytes_per_rank * ratio);
    return fmax(bound->latency_s + link_s, bound->longest_latency_s);
}

/* A sender's routes are found together where it has many. */
const struct route *flow_set_route(const struct flow_set *set, const struct flow *flow,
                                   size_t ranks, struct router *router)
{
    return set->flow_count <= ranks ? router_route(router, flow->from, flow->to)
                                    : router_walk(router, flow->from, flow->to);
}

/* The busiest link, by the bytes over each when a rank sends one byte. A half-duplex link is one
 * link here, so that both directions are in its count. */
static void find_bound(const struct a2a_request *request, bool same_bytes, struct flow_set *set)
{
    const struct topology *topology = request->topology;
    double *load = mem_zeroed(topology->link_count + 1, sizeof *load);
    size_t ranks = topology_ranks(topology);
    for (size_t i = 0; i < set->flow_count; i++) {
        const struct flow *flow = &set->flows[i];
        const struct route *route = flow_set_route(set, flow, ranks, request->router);
        for (size_t k = 0; k < route->link_count; k++)
            load[route->links[k]] += same_bytes ? 1 : flow->share_ratio;
    }
    for (size_t i = 0; i < topology->link_count; i++) {
        double s_per_byte = load[i] / (same_bytes ? (double)request->ep : 1) /
                            topology->links[i].bandwidth_bytes_per_s;
        if (s_per_byte > set->bound.s_per_byte) {
            set->bound.s_per_byte = s_per_byte;
            set->bound.link = i;
        }
    }
    free(load);
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

/* Behind the sort, so that each sender's routes are looked up together. With the latencies comes
 * what the bound needs to know of the flows over its link. */
static void set_latencies(const struct a2a_request *request, struct flow_set *set)
{
    struct a2a_bound *bound = &set->bound;
    size_t crossings = 0;
    bool differ = false;
    bound->latency_s = INFINITY;
    for (size_t i = 0; i < set->flow_count; i++) {
        struct flow *flow = &set->flows[i];
        const struct route *route =
            flow_set_route(set, flow, topology_ranks(request->topology), request->router);
        size_t over = route_crossings(route, bound->link);
        flow->latency_s = route->latency_s;
        bound->longest_latency_s = fmax(bound->longest_latency_s, route->latency_s);
        if (!over)
            continue;
        differ |= crossings > 0 && flow->share_ratio != bound->flow_ratio;
        crossings += over;
        bound->flow_ratio = flow->share_ratio;
        bound->latency_s = fmin(bound->latency_s, route->latency_s);
    }
    if (!crossings)
        bound->latency_s = 0;
    if (differ)
        bound->flow_ratio = 0;
    bound->rounding_s =
        0.5 * (double)crossings / request->topology->links[bound->link].bandwidth_bytes_per_s;
}

static uint64_t print_of(const struct flow_set *set)
{
    uint64_t print = fingerprint_number(FINGERPRINT_EMPTY, set->flow_count);
    for (size_t i = 0; i < set->flow_count; i++) {
        const struct flow *flow = &set->flows[i];
        print = fingerprint_number(print, flow->from);
        print = fingerprint_number(print, flow->to);
        print = fingerprint_number(print, flow->step);
        print = fingerprint_bytes(print, &flow->share_ratio, sizeof flow->share_ratio);
    }
    return print;
}

void flow_set_finish(const struct a2a_request *request, bool same_bytes, struct flow_set *set)
{
    find_bound(request, same_bytes, set);
    if (set->flow_count)
        qsort(set->flows, set->flow_count, sizeof *set->flows, by_step_from_to);
    set_latencies(request, set);
    set->print = print_of(set);
}

/* Lets flows inside a node carry so much more that payload gets its part of what links give. Those
 * between nodes are as slow as their NICs, whose efficiency is known for itself. */
static void pay_protocol(const struct a2a_request *request, double protocol_ratio,
                         struct flow_set *set)
{
    size_t gpus = request->topology->gpus_per_node;
    for (size_t i = 0; i < set->flow_count; i++) {
        struct flow *flow = &set->flows[i];
        if (flow->from / gpus == flow->to / gpus)
            flow->share_ratio /= protocol_ratio;
    }
}

static void fill(const struct a2a_request *request, const struct algorithm *algorithm,
                 struct flow_set *set)
{
    set->pair_count = topology_ranks(request->topology) * (request->ep - 1);
    algorithm->add(request, set);
    if (algorithm->protocol_ratio > 0)
        pay_protocol(request, algorithm->protocol_ratio, set);
    flow_set_finish(request,
                    algorithm->between_all && algorithm->protocol_ratio == 0 &&
                        request->traffic->pair_ratio == NULL,
                    set);
}

static int refuse_algorithm(const char *name, struct diag *diag)
{
    struct text known = {0};
    const char *near = suggest(name, a2a_algorithm_names);
    text_add_list(&known, a2a_algorithm_names, ", ");
    int r = near ? diag_say(diag, "unknown All-to-All algorithm \"%s\"; did you mean \"%s\"?", name,
                            near)
                 : diag_say(diag, "unknown All-to-All algorithm \"%s\"; known: %s", name,
                            text_get(&known));
    text_done(&known);
    return r;
}

int a2a_request_check(const struct a2a_request *request, struct diag *diag)
{
    const struct topology *topology = request->topology;
    size_t ranks = topology_ranks(topology), ep = request->ep;
    if (!algorithm_lookup(request->algorithm))
        return refuse_algorithm(request->algorithm, diag);
    if (ep == 0 || ranks % ep != 0)
        return diag_say(diag, "groups of %zu ranks do not divide the %zu GPUs of topology \"%s\"",
                        ep, ranks, topology->name);
    return a2a_algorithm_check(request->algorithm, topology, ep, diag);
}

/* Of a balanced exchange. */
size_t a2a_flow_count(const struct a2a_request *request)
{
    const struct algorithm *algorithm = algorithm_lookup(request->algorithm);
    size_t ep = request->ep, gpus = request->topology->gpus_per_node;
    bool by_rails = algorithm->on_rails && ep > gpus;
    return topology_ranks(request->topology) * (by_rails ? gpus - 1 + ep / gpus - 1 : ep - 1);
}

bool a2a_algorithm_uniform(const char *name)
{
    const struct algorithm *algorithm = algorithm_lookup(name);
    return algorithm->add == add_pairwise && !algorithm->staged && algorithm->protocol_ratio == 0;
}

static int refuse_many(const struct a2a_request *request, size_t flow_count, struct diag *diag)
{
    if (request->flows_max == 0 || flow_count <= request->flows_max)
        return 0;
    return diag_say(diag,
                    "%s%s%zu flows would be played one by one (at most %zu are): fewer GPUs, or an "
                    "All-to-All with fewer flows (--a2a two-hop, hierarchical)",
                    request->why_listed ? request->why_listed : "",
                    request->why_listed ? ", so that " : "", flow_count, request->flows_max);
}

int flow_set_build(const struct a2a_request *request, struct diag *diag, struct flow_set **ret)
{
    int r = a2a_request_check(request, diag);
    if (r == 0 && request->ep > 1)
        r = refuse_many(request, a2a_flow_count(request), diag);
    if (r < 0)
        return r;
    const struct topology *topology = request->topology;
    const struct algorithm *algorithm = algorithm_lookup(request->algorithm);
    assert(algorithm->staged == router_is_staged(request->router));
    struct traffic even =
        traffic_balanced(topology_ranks(topology), request->ep, topology->gpus_per_node);
    struct a2a_request whole = *request;
    whole.traffic = request->traffic ? request->traffic : &even;
    struct flow_set *set = mem_zeroed(1, sizeof *set);
    if (request->ep > 1) {
        fill(&whole, algorithm, set);
        r = refuse_many(request, set->flow_count, diag);
    }
    if (r < 0)
        flow_set_free(set);
    else
        *ret = set;
    return r;
}

void flow_set_free(struct flow_set *set)
{
    if (!set)
        return;
    free(set->flows);
    free(set);
}

void flow_routes_list(struct router *router, const struct flow_set *const *sets, size_t set_count,
                      struct flow_routes *ret)
{
    struct flow_routes routes = {0};
    for (size_t s = 0; s < set_count; s++)
        routes.flow_count += sets[s]->flow_count;
    size_t room = 0, count = 0, f = 0;
    routes.first = mem_zeroed(routes.flow_count + 1, sizeof *routes.first);
    for (size_t s = 0; s < set_count; s++)
        for (size_t i = 0; i < sets[s]->flow_count; i++) {
            const struct flow *flow = &sets[s]->flows[i];
            const struct route *route = router_walk(router, flow->from, flow->to);
            for (size_t k = 0; k < route->link_count; k++) {
                routes.links = mem_grown(routes.links, count, &room, sizeof *routes.links);
                routes.links[count++] = (uint32_t)route->links[k];
            }
            routes.first[++f] = count;
        }
    *ret = routes;
}

void flow_routes_done(struct flow_routes *routes)
{
    free(routes->first);
    free(routes->links);
    *routes = (struct flow_routes){0};
}
