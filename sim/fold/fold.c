#include "sim/fold/fold_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/fingerprint.h"
#include "sim/base/mem.h"
#include "sim/fold/automorphisms.h"

#define ORBITS_MAX 64    /* kinds of GPUs: with more, little would be gained */
#define STANDS_FOR_MIN 8 /* GPUs on average, or all: below, colour refinement is tried */
#define CLASSES_MAX 1024 /* kinds of flows, likewise */
#define SAMPLES 8 /* senders whose equally good routes are counted, besides representatives */

/* ---- What both ways share ---- */

struct fold *fold_new(const struct topology *topology, size_t *owned_orbit_of, size_t orbits,
                      const size_t *of_link, size_t kinds)
{
    struct fold *fold = mem_zeroed(1, sizeof *fold);
    *fold = (struct fold){.ranks = topology_ranks(topology),
                          .orbit_count = orbits,
                          .orbit_of = owned_orbit_of,
                          .kind_count = kinds,
                          .bandwidth_bytes_per_s = mem_zeroed(kinds + 1, sizeof(double))};
    for (size_t l = 0; l < topology->link_count; l++)
        fold->bandwidth_bytes_per_s[of_link[l]] = topology->links[l].bandwidth_bytes_per_s;
    return fold;
}

void fold_add_class(struct fold *fold, struct fold_class class)
{
    class.first_end = fold->end_count;
    class.first_crossing = fold->crossing_count;
    fold->classes = mem_grown(fold->classes, fold->class_count, &fold->class_room, sizeof class);
    fold->classes[fold->class_count++] = class;
}

void fold_add_end(struct fold *fold, size_t orbit)
{
    fold->ends = mem_grown(fold->ends, fold->end_count, &fold->end_room, sizeof orbit);
    fold->ends[fold->end_count++] = orbit;
    fold->classes[fold->class_count - 1].end_count++;
}

void fold_add_crossing(struct fold *fold, size_t kind, double flows)
{
    fold->crossings = mem_grown(fold->crossings, fold->crossing_count, &fold->crossing_room,
                                sizeof *fold->crossings);
    fold->crossings[fold->crossing_count++] = (struct crossing){kind, flows};
    fold->classes[fold->class_count - 1].crossing_count++;
}

void fold_finish(struct fold *fold)
{
    uint64_t print = fingerprint_number(FINGERPRINT_EMPTY, fold->ranks);
    print = fingerprint_bytes(print, fold->orbit_of, fold->ranks * sizeof *fold->orbit_of);
    for (size_t c = 0; c < fold->class_count; c++) {
        const struct fold_class *class = &fold->classes[c];
        print = fingerprint_number(print, class->end_count);
        print = fingerprint_number(print, FOLD_SETS_MAX * class->step + class->set);
        print = fingerprint_number(print, bits64(class->share_ratio));
        print = fingerprint_number(print, class->crossing_count);
    }
    print = fingerprint_bytes(print, fold->ends, fold->end_count * sizeof *fold->ends);
    for (size_t i = 0; i < fold->crossing_count; i++) {
        print = fingerprint_number(print, fold->crossings[i].kind);
        print = fingerprint_number(print, bits64(fold->crossings[i].flows));
    }
    fold->print = print;
}

size_t *fold_count_members(const size_t *orbit_of, size_t count, size_t orbits)
{
    size_t *members = mem_zeroed(orbits + 1, sizeof *members);
    for (size_t i = 0; i < count; i++)
        members[orbit_of[i]]++;
    return members;
}

void fold_free(struct fold *fold)
{
    if (!fold)
        return;
    free(fold->orbit_of);
    free(fold->classes);
    free(fold->ends);
    free(fold->crossings);
    free(fold->bandwidth_bytes_per_s);
    free(fold);
}

/* ---- Classes ---- */

/* A class, and what it is told apart by. */
struct sender_class {
    size_t to, route_class; /* orbit of the receiver, class of the routes to it */
    size_t flows;           /* of one sender */
};

struct folding {
    const struct topology *topology;
    struct router *router;
    size_t ep;
    struct orbits orbits;
    size_t *ranks_in; /* [rank orbit] */
    size_t *links_in; /* [link orbit] */
    struct fold *fold;
    double *flows_on;  /* [link orbit]: of all classes, on each of its links */
    double *latency_s; /* [link orbit]: least of those flows */
    const char *why;   /* not; NULL: so far so good */
};

static void count_flow(struct sender_class *found, size_t *count, size_t to, size_t route_class)
{
    size_t i = 0;
    while (i < *count && (found[i].route_class != route_class || found[i].to != to))
        i++;
    if (i == *count)
        found[(*count)++] = (struct sender_class){.to = to, .route_class = route_class};
    found[i].flows++;
}

/* The flows of a representative, by class. Returns how many classes. */
static size_t find_classes(struct folding *folding, size_t rank, const struct route_classes *routes,
                           struct sender_class *found)
{
    size_t group = rank - rank % folding->ep, count = 0;
    for (size_t to = group; to < group + folding->ep && !folding->why; to++) {
        size_t route_class = to == rank ? 0 : routes->of_rank[to];
        if (route_class == ROUTE_CLASS_NONE)
            folding->why = "equally long routes differ in the links they take";
        else if (folding->fold->class_count + count == CLASSES_MAX)
            folding->why = "too few flows are alike";
        else if (to != rank)
            count_flow(found, &count, folding->orbits.of_rank[to], route_class);
    }
    return count;
}

/* Flows on each link of a kind must be whole, or the links were not equivalent. */
static void add_crossings(struct folding *folding, const struct sender_class *found,
                          size_t from_orbit, const struct route_classes *routes)
{
    double latency_s = routes->classes[found->route_class].latency_s;
    size_t flows = found->flows * folding->ranks_in[from_orbit];
    for (size_t c = found->route_class; c != 0; c = routes->classes[c].before) {
        size_t kind = routes->classes[c].kind;
        if (flows % folding->links_in[kind] != 0)
            folding->why = "links that look alike do not carry the same";
        double on_each = (double)flows / (double)folding->links_in[kind];
        fold_add_crossing(folding->fold, kind, on_each);
        bool first = folding->flows_on[kind] == 0;
        folding->latency_s[kind] = first ? latency_s : fmin(folding->latency_s[kind], latency_s);
        folding->flows_on[kind] += on_each;
    }
}

static void add_classes(struct folding *folding, size_t rank, const struct route_classes *routes)
{
    struct fold *fold = folding->fold;
    struct sender_class *found = mem_zeroed(CLASSES_MAX, sizeof *found);
    size_t count = find_classes(folding, rank, routes, found), from = folding->orbits.of_rank[rank];
    for (size_t i = 0; i < count && !folding->why; i++) {
        fold_add_class(fold, (struct fold_class){
                                 .share_ratio = 1 / (double)folding->ep,
                                 .latency_s = routes->classes[found[i].route_class].latency_s,
                             });
        fold_add_end(fold, from);
        if (found[i].to != from)
            fold_add_end(fold, found[i].to);
        add_crossings(folding, &found[i], from, routes);
    }
    free(found);
}

/* Equally good routes share evenly only if the turns they take come out even. */
static void check_balance(struct folding *folding, size_t rank, const struct route_classes *routes)
{
    if (!folding->why &&
        !router_balances(folding->router, rank, routes, rank - rank % folding->ep, folding->ep))
        folding->why = "equally long routes are not used evenly";
}

static void fold_rank(struct folding *folding, size_t rank, bool representative)
{
    struct route_classes routes;
    router_classify(folding->router, rank, folding->orbits.of_link, &routes);
    if (representative)
        add_classes(folding, rank, &routes);
    check_balance(folding, rank, &routes);
    route_classes_done(&routes);
}

static void fold_ranks(struct folding *folding)
{
    size_t ranks = folding->fold->ranks, seen = 0;
    for (size_t r = 0; r < ranks && !folding->why; r++) {
        bool representative = folding->orbits.of_rank[r] == seen;
        seen += representative;
        if (representative || r % (ranks / SAMPLES + 1) == 0)
            fold_rank(folding, r, representative);
    }
}

/* ---- Rings ---- */

/* A ring's flows, whose senders are alike, are alike; on each link they are counted as they go. */
struct ring_count {
    const struct flow_set *ring;
    size_t set;
    size_t *flows_on;               /* [link]: of the class at hand; 0 between classes */
    size_t *touched, touched_count; /* links that have any */
};

static void count_class(struct folding *folding, struct ring_count *count, size_t from_orbit)
{
    for (size_t i = 0; i < count->ring->flow_count; i++) {
        const struct flow *flow = &count->ring->flows[i];
        if (folding->orbits.of_rank[flow->from] != from_orbit)
            continue;
        const struct route *route = router_route(folding->router, flow->from, flow->to);
        for (size_t k = 0; k < route->link_count; k++)
            if (count->flows_on[route->links[k]]++ == 0)
                count->touched[count->touched_count++] = route->links[k];
    }
}

/* All links of a kind must carry the same of the class: where routes are equally good, few flows
 * may take turns unevenly. */
static void add_ring_crossings(struct folding *folding, struct ring_count *count)
{
    size_t *of_link = folding->orbits.of_link;
    size_t *links = mem_zeroed(folding->orbits.link_orbits + 1, sizeof *links);
    size_t *flows = mem_zeroed(folding->orbits.link_orbits + 1, sizeof *flows);
    for (size_t i = 0; i < count->touched_count; i++) {
        size_t kind = of_link[count->touched[i]], on = count->flows_on[count->touched[i]];
        if (links[kind]++ > 0 && flows[kind] != on)
            folding->why = "links that look alike do not carry the same";
        flows[kind] = on;
        count->flows_on[count->touched[i]] = 0;
    }
    count->touched_count = 0;
    for (size_t kind = 0; kind < folding->orbits.link_orbits && !folding->why; kind++) {
        if (links[kind] > 0 && links[kind] != folding->links_in[kind])
            folding->why = "links that look alike do not carry the same";
        else if (links[kind] > 0)
            fold_add_crossing(folding->fold, kind, (double)flows[kind]);
    }
    free(links);
    free(flows);
}

static void add_ring(struct folding *folding, struct ring_count *count)
{
    size_t seen = 0;
    const size_t *of_rank = folding->orbits.of_rank;
    for (size_t i = 0;
         i < count->ring->flow_count && seen < folding->fold->orbit_count && !folding->why; i++) {
        const struct flow *flow = &count->ring->flows[i];
        if (of_rank[flow->from] !=
            seen) /* flows are sorted by sender, orbits numbered from the lowest on */
            continue;
        if (folding->fold->class_count == CLASSES_MAX) {
            folding->why = "too few flows are alike";
            return;
        }
        fold_add_class(folding->fold, (struct fold_class){.share_ratio = flow->share_ratio,
                                                          .latency_s = flow->latency_s,
                                                          .set = count->set});
        fold_add_end(folding->fold, of_rank[flow->from]);
        if (of_rank[flow->to] != of_rank[flow->from])
            fold_add_end(folding->fold, of_rank[flow->to]);
        count_class(folding, count, seen++);
        add_ring_crossings(folding, count);
    }
}

static void add_rings(struct folding *folding, const struct flow_set *const *rings,
                      size_t ring_count)
{
    size_t links = folding->topology->link_count + 1;
    struct ring_count count = {.flows_on = mem_zeroed(links, sizeof *count.flows_on),
                               .touched = mem_zeroed(links, sizeof *count.touched)};
    for (size_t i = 0; i < ring_count && !folding->why; i++) {
        count.ring = rings[i];
        count.set = i + 1;
        add_ring(folding, &count);
    }
    free(count.flows_on);
    free(count.touched);
}

/* [rank]: whom it sends to; itself where it sends nothing. */
static size_t *next_in(const struct flow_set *ring, size_t ranks)
{
    size_t *next = mem_zeroed(ranks, sizeof *next);
    for (size_t r = 0; r < ranks; r++)
        next[r] = r;
    for (size_t i = 0; i < ring->flow_count; i++)
        next[ring->flows[i].from] = ring->flows[i].to;
    return next;
}

static void find_orbits(struct folding *folding, const struct flow_set *const *rings,
                        size_t ring_count)
{
    size_t *next[FOLD_SETS_MAX - 1] = {NULL};
    for (size_t i = 0; i < ring_count; i++)
        next[i] = next_in(rings[i], topology_ranks(folding->topology));
    orbits_find(folding->topology, folding->ep, (const size_t *const *)next, ring_count,
                &folding->orbits);
    for (size_t i = 0; i < ring_count; i++)
        free(next[i]);
}

/* ---- What comes out ---- */

/* The same sums as of whole exchanges, so that they have the same bits. */
static void find_bound(const struct folding *folding, struct a2a_bound *ret)
{
    const struct topology *topology = folding->topology;
    *ret = (struct a2a_bound){.flow_ratio = 1 / (double)folding->ep};
    for (size_t i = 0; i < topology->link_count; i++) {
        double s_per_byte = folding->flows_on[folding->orbits.of_link[i]] / (double)folding->ep /
                            topology->links[i].bandwidth_bytes_per_s;
        if (s_per_byte > ret->s_per_byte) {
            ret->s_per_byte = s_per_byte;
            ret->link = i;
        }
    }
    size_t kind = folding->orbits.of_link[ret->link];
    ret->latency_s = folding->latency_s[kind];
    ret->rounding_s =
        0.5 * folding->flows_on[kind] / topology->links[ret->link].bandwidth_bytes_per_s;
    for (size_t c = 0; c < folding->fold->class_count; c++)
        ret->longest_latency_s = fmax(ret->longest_latency_s, folding->fold->classes[c].latency_s);
}

struct fold *fold_build(const struct topology *topology, struct router *router, size_t ep,
                        const struct flow_set *const *rings, size_t ring_count,
                        struct a2a_bound *ret_bound, const char **ret_why)
{
    struct folding folding = {.topology = topology, .router = router, .ep = ep};
    struct orbits *orbits = &folding.orbits;
    find_orbits(&folding, rings, ring_count);
    struct fold *fold = folding.fold = fold_new(topology, orbits->of_rank, orbits->rank_orbits,
                                                orbits->of_link, orbits->link_orbits);
    folding.ranks_in = fold_count_members(orbits->of_rank, fold->ranks, fold->orbit_count);
    folding.links_in =
        fold_count_members(orbits->of_link, topology->link_count, orbits->link_orbits);
    folding.flows_on = mem_zeroed(orbits->link_orbits + 1, sizeof(double));
    folding.latency_s = mem_zeroed(orbits->link_orbits + 1, sizeof(double));
    if (fold->orbit_count > ORBITS_MAX ||
        (fold->orbit_count > 1 && fold->orbit_count * STANDS_FOR_MIN > fold->ranks))
        folding.why = "too few GPUs are alike";
    if (ret_bound)
        fold_ranks(&folding);
    if (ret_bound && !folding.why)
        find_bound(&folding, ret_bound);
    add_rings(&folding, rings, ring_count);
    free(orbits->of_link);
    free(folding.ranks_in);
    free(folding.links_in);
    free(folding.flows_on);
    free(folding.latency_s);
    if (!folding.why) {
        fold_finish(fold);
        return fold;
    }
    *ret_why = folding.why;
    fold_free(fold);
    return NULL;
}
