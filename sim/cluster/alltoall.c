#include "sim/cluster/alltoall.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/fingerprint.h"
#include "sim/base/mem.h"
#include "sim/cluster/a2a_flows.h"

/* ---- The algorithms ---- */

/* Kernels that an algorithm brings itself. */
struct kernels {
    bool own_setup;   /* else the topology's setup_s and per_peer_s */
    double setup_s;
    bool own_sms;     /* else the topology's share */
    double sm_count;  /* held */
    double whole_gpu_s; /* to send and to receive; none holds SMs beside that */
    bool packs;
};

struct algorithm {
    const char *summary, *source;
    bool on_rails;         /* goes between nodes along rails only */
    bool counts_tokens;    /* a token goes once to a rank or node */
    bool by_nics;          /* has the NICs do everything, for few tokens */
    bool between_all;      /* balanced: the same bytes between all pairs, whatever the steps */
    size_t launches;       /* times that the topology's setup is paid */
    struct kernels kernels;
    void (*add)(const struct a2a_demand *demand, struct flow_set *set);
};

#define NAMES "pairwise", "pairwise-rounds", "hierarchical", "two-hop", "low-latency"
const char *const a2a_algorithm_names[] = { NAMES, NULL };
const char *const a2a_choice_names[] = { A2A_AUTO, NAMES, NULL };

static const struct algorithm algorithms[] = {
    { .summary = "every pair of ranks at once, as NCCL does",
      .source = "NCCL's grouped sends and receives (nccl-tests, alltoall.cu); costs: the topology's",
      .between_all = true,
      .launches = 1,
      .add = add_pairwise },
    { .summary = "ep - 1 rounds; in round r each rank sends to the one r further in its group",
      .source = "the linear exchange of MPI libraries; costs: the topology's",
      .between_all = true,
      .launches = 1,
      .add = add_rounds },
    { .summary = "2D: to the node's GPU on the receiver's rail, then along the rail",
      .source = "Tutel's 2DH All-to-All (MLSys 2023, section 4.3); costs: the topology's, twice, as it "
                "is two exchanges",
      .on_rails = true,
      .launches = 2,
      .add = add_hierarchical },
    { .summary = "along the rail once per token and node, forwarded inside the node as it arrives",
      .source = "DeepEP's normal kernels; SMs: 20 (DeepSeek's profile-data, DeepEP's default); setup: "
                "the topology's, as none of a small exchange is published",
      .on_rails = true,
      .counts_tokens = true,
      .launches = 1,
      .kernels = { .own_sms = true, .sm_count = 20 },
      .add = add_two_hop },
    { .summary = "every pair directly from GPU to NIC, no SM held while bytes move",
      /* T - bytes / rate of the five dispatches between nodes in DeepEP's legacy table (128 tokens, top
       * 8, 7,408 bytes a copy, 48 GB/s of a 400 Gb/s NIC): 118 - 79.0, 155 - 118.5, 173 - 138.3,
       * 192 - 148.2, 194 - 153.1 us, mean 39.0. All send 1,024 messages a rank, so that what a message
       * costs is in it. */
      .source = "DeepEP's low-latency kernels; setup: 39 us, mean of what its dispatches on 16 to 256 "
                "H800 take beyond their bytes at 48 GB/s (docs/legacy.md; 1,024 messages a rank "
                "included); SMs: all for 60 us, none while bytes move, as receiving waits in a hook "
                "(LMSYS blog, 2025-05-05: dispatch of 128 tokens takes 0.06 ms of the SMs); combine, "
                "of which no such figure is published, as dispatch",
      .between_all = true,
      .by_nics = true,
      .kernels = { .own_setup = true, .setup_s = 39e-6, .own_sms = true, .sm_count = 0,
                   .whole_gpu_s = 60e-6, .packs = true },
      .add = add_pairwise },
};
_Static_assert(sizeof algorithms / sizeof *algorithms ==
                   sizeof a2a_algorithm_names / sizeof(char *) - 1,
               "one row for each name");

static const struct algorithm *algorithm_lookup(const char *name)
{
    for (size_t i = 0; a2a_algorithm_names[i]; i++)
        if (strcmp(a2a_algorithm_names[i], name) == 0)
            return &algorithms[i];
    return NULL;
}

const char *a2a_algorithm_summary(const char *name)
{
    if (strcmp(name, A2A_AUTO) == 0)
        return "whichever of those usual on the cluster is fastest for a schedule";
    const struct algorithm *algorithm = algorithm_lookup(name);
    return algorithm ? algorithm->summary : NULL;
}

const char *a2a_algorithm_source(const char *name)
{
    const struct algorithm *algorithm = algorithm_lookup(name);
    return algorithm ? algorithm->source : NULL;
}

bool a2a_algorithm_fits(const char *name, const struct topology *topology, size_t ep)
{
    const struct algorithm *algorithm = algorithm_lookup(name);
    bool inside = topology->gpus_per_node % ep == 0, whole = ep % topology->gpus_per_node == 0;
    return algorithm && (!algorithm->on_rails || inside || whole);
}

#define SHARE_MAX 0.5 /* as for a topology's sm_share_ratio */

static bool has_nics(const struct topology *topology)
{
    for (size_t i = 0; i < topology->vertex_count; i++)
        if (topology->vertices[i].kind == VERTEX_NIC)
            return true;
    return false;
}

bool a2a_algorithm_usual(const char *name, const struct topology *topology, size_t ep,
                         double tokens_per_rank)
{
    const struct algorithm *algorithm = algorithm_lookup(name);
    if (!a2a_algorithm_fits(name, topology, ep))
        return false;
    if (algorithm->on_rails && ep <= topology->gpus_per_node)
        return false;
    return !algorithm->by_nics ||
           (tokens_per_rank <= A2A_LOW_LATENCY_TOKENS && has_nics(topology));
}

bool a2a_algorithm_counts_tokens(const char *name)
{
    const struct algorithm *algorithm = algorithm_lookup(name);
    return algorithm && algorithm->counts_tokens;
}

struct a2a_costs a2a_costs_of(const char *algorithm, const struct topology *topology, size_t ep,
                              size_t sm_count)
{
    if (ep == 1)
        return (struct a2a_costs){0};
    const struct algorithm *at = algorithm_lookup(algorithm);
    const struct a2a_settings *library = &topology->all_to_all;
    const struct kernels *own = &at->kernels;
    bool halves = at->launches == 2 && ep > topology->gpus_per_node;
    size_t gpus = topology->gpus_per_node;
    size_t peers = halves ? gpus - 1 + ep / gpus - 1 : ep - 1;
    double setup_s = (halves ? 2 : 1) * library->setup_s + library->per_peer_s * (double)peers;
    return (struct a2a_costs){
        .setup_s = own->own_setup ? own->setup_s : setup_s,
        .floor_s = own->own_setup ? own->whole_gpu_s : library->floor_s,
        .sm_share_ratio = own->own_sms ? fmin(own->sm_count / (double)sm_count, SHARE_MAX)
                                       : library->sm_share_ratio,
        .kernels_s = own->whole_gpu_s,
        .packs = own->packs,
    };
}

/* ---- Flow sets ---- */

double demand_copies(const struct a2a_demand *demand, size_t from, size_t to)
{
    size_t ep = demand->exchange->ep;
    return demand->combine ? traffic_copies(demand->traffic, to, from % ep)
                           : traffic_copies(demand->traffic, from, to % ep);
}

void add_flow(struct flow_set *set, size_t from, size_t to, size_t step, double share_ratio)
{
    if (share_ratio <= 0)
        return;
    if ((set->flow_count & (set->flow_count - 1)) == 0) /* full: the room is a power of two */
        set->flows = mem_resized(set->flows, set->flow_count ? 2 * set->flow_count : 1,
                                 sizeof *set->flows);
    set->flows[set->flow_count++] = (struct flow){ .from = from, .to = to, .step = step, .share_ratio = share_ratio };
}

/* Bytes over each link when a rank sends one byte: counted in whole pairs where all carry the same, so
 * that sums are exact, and the longest latency. A half-duplex link is one link here, so that both
 * directions are in its count. */
static double *load_of_pairs(const struct exchange *exchange, struct flow_set *set)
{
    double latency_s;
    size_t *pairs = exchange_count_pairs(exchange, &latency_s);
    double *load = mem_zeroed(exchange->topology->link_count + 1, sizeof *load);
    for (size_t i = 0; i < exchange->topology->link_count; i++)
        load[i] = (double)pairs[i] / (double)exchange->ep;
    set->bound_latency_s = fmax(set->bound_latency_s, latency_s);
    free(pairs);
    return load;
}

static double *load_of_flows(const struct exchange *exchange, struct flow_set *set)
{
    double *load = mem_zeroed(exchange->topology->link_count + 1, sizeof *load);
    for (size_t i = 0; i < set->flow_count; i++) {
        const struct flow *flow = &set->flows[i];
        const struct route *route = router_walk(exchange->router, flow->from, flow->to);
        for (size_t k = 0; k < route->link_count; k++)
            load[route->links[k]] += flow->share_ratio;
        set->bound_latency_s = fmax(set->bound_latency_s, route->latency_s);
    }
    return load;
}

static void find_bound(const struct exchange *exchange, const double *load, struct flow_set *set)
{
    for (size_t i = 0; i < exchange->topology->link_count; i++) {
        double s_per_byte = load[i] / exchange->topology->links[i].bandwidth_bytes_per_s;
        if (s_per_byte > set->bound_s_per_byte) {
            set->bound_s_per_byte = s_per_byte;
            set->bound_link = i;
        }
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

/* Behind the sort, so that each sender's routes are looked up together. */
static void set_latencies(const struct exchange *exchange, struct flow_set *set)
{
    for (size_t i = 0; i < set->flow_count; i++) {
        struct flow *flow = &set->flows[i];
        flow->latency_s = router_walk(exchange->router, flow->from, flow->to)->latency_s;
    }
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

static void finish(const struct exchange *exchange, double *owned_load, struct flow_set *set)
{
    find_bound(exchange, owned_load, set);
    free(owned_load);
    if (set->flow_count)
        qsort(set->flows, set->flow_count, sizeof *set->flows, by_step_from_to);
    set_latencies(exchange, set);
    set->print = print_of(set);
}

void flow_set_finish(const struct exchange *exchange, struct flow_set *set)
{
    finish(exchange, load_of_flows(exchange, set), set);
}

static void fill(const struct a2a_demand *demand, const struct algorithm *algorithm,
                 struct flow_set *set)
{
    const struct exchange *exchange = demand->exchange;
    set->pair_count = exchange->ranks * (exchange->ep - 1);
    algorithm->add(demand, set);
    double *load = algorithm->between_all && demand_is_even(demand)
                       ? load_of_pairs(exchange, set)
                       : load_of_flows(exchange, set);
    finish(exchange, load, set);
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

static int check_request(const struct a2a_request *request, struct diag *diag)
{
    const struct topology *topology = request->topology;
    size_t ranks = topology_ranks(topology), ep = request->ep;
    if (!algorithm_lookup(request->algorithm))
        return refuse_algorithm(request->algorithm, diag);
    if (ep == 0 || ranks % ep != 0)
        return diag_say(diag, "groups of %zu ranks do not divide the %zu GPUs of topology \"%s\"",
                        ep, ranks, topology->name);
    if (!a2a_algorithm_fits(request->algorithm, topology, ep))
        return diag_say(diag,
                        "All-to-All algorithm %s goes along rails: groups of %zu ranks neither fill "
                        "nodes of %zu GPUs nor lie inside one",
                        request->algorithm, ep, topology->gpus_per_node);
    return 0;
}

/* Folds a balanced exchange between all pairs at once. False, with the reason, where that is not exact. */
static bool try_fold(const struct a2a_demand *demand, const struct algorithm *algorithm,
                     struct flow_set *set)
{
    const struct exchange *exchange = demand->exchange;
    if (algorithm->add != add_pairwise)
        set->fold_why = "only exchanges of all pairs at once are folded";
    else if (!demand_is_even(demand))
        set->fold_why = "ranks send different amounts";
    else
        set->fold = fold_build(exchange->topology, exchange->router, exchange->ep, &set->fold_why);
    if (!set->fold)
        return false;
    set->step_count = 1;
    set->pair_count = exchange->ranks * (exchange->ep - 1);
    set->print = set->fold->print;
    set->bound_s_per_byte = set->fold->bound_s_per_byte;
    set->bound_link = set->fold->bound_link;
    set->bound_latency_s = set->fold->bound_latency_s;
    return true;
}

int flow_set_build(const struct a2a_request *request, struct diag *diag, struct flow_set **ret)
{
    int r = check_request(request, diag);
    if (r < 0)
        return r;
    const struct topology *topology = request->topology;
    struct exchange exchange = exchange_of(topology, request->router, request->ep);
    struct traffic even = traffic_balanced(exchange.ranks, request->ep, topology->gpus_per_node);
    struct a2a_demand demand = { .exchange = &exchange,
                                 .traffic = request->traffic ? request->traffic : &even,
                                 .combine = request->combine,
                                 .aggregate = request->aggregate };
    struct flow_set *set = mem_zeroed(1, sizeof *set);
    const struct algorithm *algorithm = algorithm_lookup(request->algorithm);
    if (request->ep > 1 && !(request->fold && try_fold(&demand, algorithm, set)))
        fill(&demand, algorithm, set);
    *ret = set;
    return 0;
}

void flow_set_free(struct flow_set *set)
{
    if (!set)
        return;
    fold_free(set->fold);
    free(set->flows);
    free(set);
}
