/* Why merging is allowed where it is.
 *
 * Let all flows of a class look alike: each crosses links of the same bandwidths, shared with
 * the same numbers of flows of each class. Then equal rates inside a class are the max-min fair
 * ones (each flow has a saturated link of the kind that limits its class), so a fluid model with
 * one rate per class is exact, and it can be played with and without merging. Every rank has one
 * flow out and one in of every pattern, so a rank ends when the last class that it takes part in
 * does. Classes that share no link, even through others, do not influence each other and are
 * judged apart ("islands"). Latencies are the same within a class and otherwise ignored here:
 * they shift a flow's start by microseconds and leave the bytes of every link as they were. */
#include "sim/collective/aggregate.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/fingerprint.h"
#include "sim/base/mem.h"
#include "sim/engine/fluid.h"

#define CLASSES_MAX 64 /* more kinds of patterns than this would not make a small set anyway */

struct exchange exchange_of(const struct topology *topology, struct router *router, size_t ep)
{
    return (struct exchange){
        .topology = topology,
        .router = router,
        .ranks = topology_ranks(topology),
        .ep = ep,
        .whole_nodes = ep % topology->gpus_per_node == 0,
    };
}

size_t exchange_peer(const struct exchange *exchange, size_t from, size_t pattern)
{
    size_t member = from % exchange->ep, base = from - member;
    if (!exchange->whole_nodes)
        return base + (member + pattern) % exchange->ep;
    size_t gpus = exchange->topology->gpus_per_node, nodes = exchange->ep / gpus;
    size_t node = (member / gpus + pattern / gpus) % nodes;
    return base + node * gpus + (member % gpus + pattern % gpus) % gpus;
}

size_t *exchange_count_pairs(const struct exchange *exchange, double *ret_latency_s)
{
    size_t *load = mem_zeroed(exchange->topology->link_count + 1, sizeof *load);
    *ret_latency_s = 0;
    for (size_t from = 0; from < exchange->ranks; from++) {
        for (size_t pattern = 1; pattern < exchange->ep; pattern++) {
            size_t to = exchange_peer(exchange, from, pattern);
            const struct route *route = router_walk(exchange->router, from, to);
            for (size_t i = 0; i < route->link_count; i++)
                load[route->links[i]]++;
            *ret_latency_s = fmax(*ret_latency_s, route->latency_s);
        }
    }
    return load;
}

/* Sums of mixed values do not depend on order: a fingerprint of a multiset, of 128 bits so that
 * two different ones never meet in practice. flow_set_build() checks the outcome link by link as
 * well. */
struct print {
    uint64_t a, b;
};

static void print_add(struct print *print, uint64_t value, uint64_t kind)
{
    uint64_t mixed = mix64(value + mix64(kind));
    print->a += mixed;
    print->b += mix64(mixed);
}

static bool print_equal(const struct print *a, const struct print *b)
{
    return a->a == b->a && a->b == b->b;
}

/* Everything that patterns of one class have in common: loads, and latencies by sender and
 * receiver. Senders outside, so that each sender's routes are looked up together. */
static struct print *print_patterns(const struct exchange *exchange)
{
    enum { LINK, LATENCY };
    struct print *prints = mem_zeroed(exchange->ep, sizeof *prints);
    for (size_t from = 0; from < exchange->ranks; from++) {
        for (size_t pattern = 1; pattern < exchange->ep; pattern++) {
            size_t to = exchange_peer(exchange, from, pattern);
            const struct route *route = router_walk(exchange->router, from, to);
            uint64_t latency = bits64(route->latency_s);
            for (size_t i = 0; i < route->link_count; i++)
                print_add(&prints[pattern], route->links[i], LINK);
            print_add(&prints[pattern], mix64(latency) + 2 * from, LATENCY);
            print_add(&prints[pattern], mix64(latency) + 2 * to + 1, LATENCY);
        }
    }
    return prints;
}

/* Patterns with equal fingerprints, in the order of their lowest pattern. False above
 * CLASSES_MAX. */
static bool find_classes(const struct exchange *exchange, struct pattern_class *classes,
                         size_t *ret_count, size_t *of_pattern)
{
    struct print *prints = print_patterns(exchange);
    size_t count = 0;
    bool fits = true;
    for (size_t pattern = 1; pattern < exchange->ep && fits; pattern++) {
        size_t c = 0;
        while (c < count && !print_equal(&prints[pattern], &prints[classes[c].first]))
            c++;
        fits = c < CLASSES_MAX;
        if (fits && c == count)
            classes[count++] = (struct pattern_class){.first = pattern};
        if (fits) {
            classes[c].weight++;
            of_pattern[pattern] = c;
        }
    }
    free(prints);
    *ret_count = count;
    return fits;
}

/* What judging needs: how classes share links. */
struct judging {
    const struct exchange *exchange;
    struct pattern_class *classes;
    size_t count;
    struct print *link_prints;  /* of each link: its bandwidth and its flows of each class */
    size_t *owner;              /* of each link: 1 + the first class seen there */
    size_t island[CLASSES_MAX]; /* the lowest class it shares links with, even through others */
    bool alike[CLASSES_MAX];    /* all flows of the class look alike */
    /* The links that rank 0's flows cross; where classes are alike those are all kinds. */
    size_t *rows; /* of each link: 1 + its row, or 0 */
    size_t *row_links, row_count;
    size_t *load;      /* row_count x count */
    double *bandwidth; /* of each row */
};

static const struct route *class_route(const struct judging *sharing, size_t class, size_t from)
{
    size_t to = exchange_peer(sharing->exchange, from, sharing->classes[class].first);
    return router_walk(sharing->exchange->router, from, to);
}

static void join(struct judging *sharing, size_t a, size_t b)
{
    size_t low = sharing->island[a], high = sharing->island[b];
    if (low == high)
        return;
    if (low > high) {
        size_t swap = low;
        low = high;
        high = swap;
    }
    for (size_t c = 0; c < sharing->count; c++)
        if (sharing->island[c] == high)
            sharing->island[c] = low;
}

static void see_link(struct judging *sharing, size_t class, size_t link)
{
    enum { BANDWIDTH, CLASS };
    struct print *print = &sharing->link_prints[link];
    double bandwidth = sharing->exchange->topology->links[link].bandwidth_bytes_per_s;
    if (!sharing->owner[link]) {
        sharing->owner[link] = 1 + class;
        print_add(print, bits64(bandwidth), BANDWIDTH);
    }
    print_add(print, class, CLASS);
    join(sharing, sharing->owner[link] - 1, class);
}

static void see_links(struct judging *sharing)
{
    size_t links = sharing->exchange->topology->link_count;
    sharing->link_prints = mem_zeroed(links, sizeof *sharing->link_prints);
    sharing->owner = mem_zeroed(links, sizeof *sharing->owner);
    for (size_t c = 0; c < sharing->count; c++)
        sharing->island[c] = c;
    for (size_t from = 0; from < sharing->exchange->ranks; from++) {
        for (size_t c = 0; c < sharing->count; c++) {
            const struct route *route = class_route(sharing, c, from);
            for (size_t i = 0; i < route->link_count; i++)
                see_link(sharing, c, route->links[i]);
        }
    }
}

static struct print print_flow(const struct judging *sharing, size_t class, size_t from)
{
    struct print print = {0};
    const struct route *route = class_route(sharing, class, from);
    for (size_t i = 0; i < route->link_count; i++) {
        const struct print *link = &sharing->link_prints[route->links[i]];
        print_add(&print, link->a, link->b);
    }
    return print;
}

static void compare_flows(struct judging *sharing)
{
    struct print first[CLASSES_MAX];
    for (size_t c = 0; c < sharing->count; c++) {
        sharing->alike[c] = true;
        first[c] = print_flow(sharing, c, 0);
    }
    for (size_t from = 1; from < sharing->exchange->ranks; from++) {
        for (size_t c = 0; c < sharing->count; c++) {
            struct print print = print_flow(sharing, c, from);
            sharing->alike[c] &= print_equal(&print, &first[c]);
        }
    }
}

static void make_rows(struct judging *sharing)
{
    const struct topology *topology = sharing->exchange->topology;
    sharing->rows = mem_zeroed(topology->link_count, sizeof *sharing->rows);
    sharing->row_links = mem_zeroed(topology->link_count, sizeof *sharing->row_links);
    for (size_t c = 0; c < sharing->count; c++) {
        const struct route *route = class_route(sharing, c, 0);
        for (size_t i = 0; i < route->link_count; i++) {
            size_t link = route->links[i];
            if (sharing->rows[link])
                continue;
            sharing->row_links[sharing->row_count++] = link;
            sharing->rows[link] = sharing->row_count;
        }
    }
    sharing->bandwidth = mem_zeroed(sharing->row_count, sizeof *sharing->bandwidth);
    for (size_t row = 0; row < sharing->row_count; row++)
        sharing->bandwidth[row] = topology->links[sharing->row_links[row]].bandwidth_bytes_per_s;
}

static void count_loads(struct judging *sharing)
{
    sharing->load = mem_zeroed(sharing->row_count * sharing->count, sizeof *sharing->load);
    for (size_t from = 0; from < sharing->exchange->ranks; from++) {
        for (size_t c = 0; c < sharing->count; c++) {
            const struct route *route = class_route(sharing, c, from);
            for (size_t i = 0; i < route->link_count; i++) {
                size_t row = sharing->rows[route->links[i]];
                if (row)
                    sharing->load[(row - 1) * sharing->count + c]++;
            }
        }
    }
}

/* The links that a class's flows cross; its pattern's, or all of its patterns'. */
static size_t list_crossings(const struct judging *sharing, size_t c, struct crossing *ret)
{
    const struct pattern_class *class = &sharing->classes[c];
    size_t count = 0;
    for (size_t row = 0; row < sharing->row_count; row++) {
        size_t load = sharing->load[row * sharing->count + c];
        if (load)
            ret[count++] =
                (struct crossing){row, (double)load * (class->merged ? 1 : (double)class->weight)};
    }
    return count;
}

/* The end of one island's classes when each pattern carries one byte; those of others are left out.
 * A class that is merged runs one pattern with the bytes of all. */
static double island_end_s(const struct judging *sharing, size_t island)
{
    struct fluid_stream transfers[CLASSES_MAX];
    struct crossing *crossings =
                        mem_zeroed(sharing->row_count * sharing->count + 1, sizeof *crossings),
                    *next = crossings;
    size_t count = 0;
    double end_s = 0;
    for (size_t c = 0; c < sharing->count; c++) {
        const struct pattern_class *class = &sharing->classes[c];
        if (sharing->island[c] != island)
            continue;
        struct fluid_stream *transfer = &transfers[count++];
        *transfer = (struct fluid_stream){.bytes = class->merged ? (double)class->weight : 1};
        transfer->stream.crossings = next;
        transfer->stream.crossing_count = list_crossings(sharing, c, next);
        next += transfer->stream.crossing_count;
    }
    fluid_play(transfers, count, sharing->bandwidth, sharing->row_count);
    for (size_t t = 0; t < count; t++)
        end_s = fmax(end_s, transfers[t].end_s);
    free(crossings);
    return end_s;
}

static bool end_is(const struct judging *sharing, size_t island, double want_s)
{
    const double rounding = 1e-9; /* of sums over at most 64 classes, relative */
    double end_s = island_end_s(sharing, island);
    return end_s <= want_s * (1 + rounding) && end_s >= want_s * (1 - rounding);
}

static void mark_island(struct judging *sharing, size_t island, bool merged)
{
    for (size_t c = 0; c < sharing->count; c++)
        if (sharing->island[c] == island)
            sharing->classes[c].merged = merged && sharing->classes[c].weight > 1;
}

/* Merges all classes of an island or, where that moves its end, one after the other those that do
 * not. */
static void judge_island(struct judging *sharing, size_t island)
{
    double want_s = island_end_s(sharing, island);
    mark_island(sharing, island, true);
    if (end_is(sharing, island, want_s))
        return;
    mark_island(sharing, island, false);
    for (size_t c = 0; c < sharing->count; c++) {
        if (sharing->island[c] != island || sharing->classes[c].weight == 1)
            continue;
        sharing->classes[c].merged = true;
        sharing->classes[c].merged = end_is(sharing, island, want_s);
    }
}

static void judge(struct judging *sharing)
{
    for (size_t island = 0; island < sharing->count; island++) {
        bool exact = sharing->island[island] == island; /* else a lower class speaks for it */
        for (size_t c = 0; c < sharing->count; c++)
            if (sharing->island[c] == island)
                exact &= sharing->alike[c];
        if (exact)
            judge_island(sharing, island);
    }
}

static void judge_classes(const struct exchange *exchange, struct pattern_class *classes,
                          size_t count)
{
    struct judging sharing = {.exchange = exchange, .classes = classes, .count = count};
    see_links(&sharing);
    compare_flows(&sharing);
    make_rows(&sharing);
    count_loads(&sharing);
    judge(&sharing);
    free(sharing.link_prints);
    free(sharing.owner);
    free(sharing.rows);
    free(sharing.row_links);
    free(sharing.load);
    free(sharing.bandwidth);
}

bool aggregate_classes(const struct exchange *exchange, struct pattern_class **ret_classes,
                       size_t *ret_count, size_t **ret_of_pattern)
{
    struct pattern_class *classes = mem_zeroed(CLASSES_MAX, sizeof *classes);
    size_t *of_pattern = mem_zeroed(exchange->ep, sizeof *of_pattern);
    size_t count = 0;
    bool any = false;
    if (find_classes(exchange, classes, &count, of_pattern))
        judge_classes(exchange, classes, count);
    for (size_t c = 0; c < count; c++)
        any |= classes[c].merged;
    if (!any) {
        free(classes);
        free(of_pattern);
        return false;
    }
    *ret_classes = classes;
    *ret_count = count;
    *ret_of_pattern = of_pattern;
    return true;
}
