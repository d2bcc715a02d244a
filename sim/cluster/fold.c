#include "sim/cluster/fold.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/fingerprint.h"
#include "sim/base/mem.h"
#include "sim/cluster/fluid.h"
#include "sim/cluster/symmetry.h"
#include "sim/cluster/ways.h"

#define ORBITS_MAX 64    /* kinds of GPUs: with more, little would be gained */
#define CLASSES_MAX 1024 /* kinds of flows, likewise */
#define SAMPLES 8        /* senders whose equally good routes are counted, besides representatives */

struct folding {
    const struct topology *topology;
    struct router *router;
    struct orbits orbits;
    size_t *ranks_in;    /* [rank orbit] */
    size_t *links_in;    /* [link orbit] */
    size_t *row_of;      /* [link orbit]: 1 + its row, or 0 */
    struct fold *fold;
    const char *why;     /* not; NULL: so far so good */
};

/* ---- Classes ---- */

static struct fold_class *find_class(struct fold *fold, size_t first, struct fold_class like)
{
    for (size_t c = first; c < fold->class_count; c++)
        if (fold->classes[c].way == like.way && fold->classes[c].to == like.to)
            return &fold->classes[c];
    fold->classes[fold->class_count] = like;
    return &fold->classes[fold->class_count++];
}

/* The flows of a representative. */
static void add_classes(struct folding *folding, size_t rank, const struct ways *ways)
{
    struct fold *fold = folding->fold;
    size_t group = rank - rank % fold->ep, first = fold->class_count;
    for (size_t to = group; to < group + fold->ep && !folding->why; to++) {
        size_t way = to == rank ? 0 : ways->of_rank[to];
        if (way == WAY_NONE)
            folding->why = "equally long routes differ in the links they take";
        else if (fold->class_count == CLASSES_MAX)
            folding->why = "too few flows are alike";
        else if (to != rank)
            find_class(fold, first,
                       (struct fold_class){ .from = folding->orbits.of_rank[rank],
                                            .to = folding->orbits.of_rank[to],
                                            .way = way,
                                            .latency_s = ways->ways[way].latency_s })
                ->flows++;
    }
}

/* ---- Loads ---- */

static size_t row_of(struct folding *folding, size_t kind)
{
    struct fold *fold = folding->fold;
    if (!folding->row_of[kind]) {
        size_t rows = fold->row_count + 1;
        fold->load = mem_resized(fold->load, rows * CLASSES_MAX, sizeof *fold->load);
        memset(&fold->load[fold->row_count * CLASSES_MAX], 0, CLASSES_MAX * sizeof *fold->load);
        fold->row_count = folding->row_of[kind] = rows;
    }
    return folding->row_of[kind] - 1;
}

/* Counts the links on a representative's ways. Until pack_loads, rows are CLASSES_MAX long. */
static void add_loads(struct folding *folding, size_t first_class, const struct ways *ways)
{
    struct fold *fold = folding->fold;
    for (size_t c = first_class; c < fold->class_count; c++) {
        const struct fold_class *class = &fold->classes[c];
        double flows = (double)(class->flows * folding->ranks_in[class->from]);
        for (size_t w = class->way; w != 0; w = ways->ways[w].before) {
            size_t row = row_of(folding, ways->ways[w].kind); /* may move the loads */
            fold->load[row * CLASSES_MAX + c] += flows;
        }
    }
}

/* Equally good routes share evenly only if the turns they take come out even. */
static void check_spread(struct folding *folding, size_t rank, const struct ways *ways)
{
    size_t ep = folding->fold->ep;
    if (!folding->why &&
        !router_spreads(folding->router, rank, ways, rank - rank % ep, ep))
        folding->why = "equally long routes are not used evenly";
}

static void fold_rank(struct folding *folding, size_t rank, bool representative)
{
    struct ways ways;
    size_t first = folding->fold->class_count;
    router_ways(folding->router, rank, folding->orbits.of_link, &ways);
    if (representative) {
        add_classes(folding, rank, &ways);
        if (!folding->why)
            add_loads(folding, first, &ways);
    }
    check_spread(folding, rank, &ways);
    ways_done(&ways);
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

/* ---- What comes out ---- */

static void pack_loads(struct folding *folding)
{
    struct fold *fold = folding->fold;
    for (size_t row = 0; row < fold->row_count; row++)
        memmove(&fold->load[row * fold->class_count], &fold->load[row * CLASSES_MAX],
                fold->class_count * sizeof *fold->load);
    fold->bandwidth_bytes_per_s = mem_zeroed(fold->row_count + 1, sizeof(double));
    for (size_t i = 0; i < folding->topology->link_count; i++) {
        size_t row = folding->row_of[folding->orbits.of_link[i]];
        if (row)
            fold->bandwidth_bytes_per_s[row - 1] +=
                folding->topology->links[i].bandwidth_bytes_per_s;
    }
}

/* Flows on each link of a kind. They must be whole, or the links were not equivalent. */
static double flows_on_each(struct folding *folding, size_t kind)
{
    const struct fold *fold = folding->fold;
    double sum = 0, links = (double)folding->links_in[kind];
    for (size_t c = 0; c < fold->class_count; c++) {
        double load = fold->load[(folding->row_of[kind] - 1) * fold->class_count + c];
        sum += load;
        if (fmod(load, links) != 0)
            folding->why = "links that look alike do not carry the same";
    }
    return sum / links;
}

/* The same sums as of whole exchanges, so that they have the same bits. */
static void find_bound(struct folding *folding)
{
    struct fold *fold = folding->fold;
    double *each = mem_zeroed(folding->orbits.link_orbits + 1, sizeof *each);
    for (size_t kind = 0; kind < folding->orbits.link_orbits; kind++)
        if (folding->row_of[kind])
            each[kind] = flows_on_each(folding, kind) / (double)fold->ep;
    for (size_t i = 0; i < folding->topology->link_count; i++) {
        double s_per_byte = each[folding->orbits.of_link[i]] /
                            folding->topology->links[i].bandwidth_bytes_per_s;
        if (s_per_byte > fold->bound_s_per_byte) {
            fold->bound_s_per_byte = s_per_byte;
            fold->bound_link = i;
        }
    }
    for (size_t c = 0; c < fold->class_count; c++)
        fold->bound_latency_s = fmax(fold->bound_latency_s, fold->classes[c].latency_s);
    free(each);
}

static uint64_t print_of(const struct fold *fold)
{
    uint64_t print = fingerprint_number(FINGERPRINT_EMPTY, fold->ranks);
    print = fingerprint_number(print, fold->ep);
    for (size_t c = 0; c < fold->class_count; c++) {
        print = fingerprint_number(print, fold->classes[c].from);
        print = fingerprint_number(print, fold->classes[c].to);
        print = fingerprint_number(print, fold->classes[c].flows);
    }
    return fingerprint_bytes(print, fold->load,
                             fold->row_count * fold->class_count * sizeof(double));
}

static size_t *count_members(const size_t *orbit_of, size_t count, size_t orbits)
{
    size_t *members = mem_zeroed(orbits + 1, sizeof *members);
    for (size_t i = 0; i < count; i++)
        members[orbit_of[i]]++;
    return members;
}

struct fold *fold_build(const struct topology *topology, struct router *router, size_t ep,
                        const char **ret_why)
{
    struct folding folding = { .topology = topology, .router = router };
    struct fold *fold = folding.fold = mem_zeroed(1, sizeof *fold);
    orbits_find(topology, ep, &folding.orbits);
    fold->ranks = topology_ranks(topology);
    fold->ep = ep;
    fold->orbit_count = folding.orbits.rank_orbits;
    fold->classes = mem_zeroed(CLASSES_MAX, sizeof *fold->classes);
    folding.ranks_in = count_members(folding.orbits.of_rank, fold->ranks, fold->orbit_count);
    folding.links_in =
        count_members(folding.orbits.of_link, topology->link_count, folding.orbits.link_orbits);
    folding.row_of = mem_zeroed(folding.orbits.link_orbits + 1, sizeof *folding.row_of);
    if (fold->orbit_count > ORBITS_MAX)
        folding.why = "too few GPUs are alike";
    fold_ranks(&folding);
    if (!folding.why) {
        pack_loads(&folding);
        find_bound(&folding);
        fold->print = print_of(fold);
    }
    orbits_done(&folding.orbits);
    free(folding.ranks_in);
    free(folding.links_in);
    free(folding.row_of);
    if (!folding.why)
        return fold;
    fold_free(fold);
    *ret_why = folding.why;
    return NULL;
}

void fold_free(struct fold *fold)
{
    if (!fold)
        return;
    free(fold->classes);
    free(fold->load);
    free(fold->bandwidth_bytes_per_s);
    free(fold);
}

void fold_play(const struct fold *fold, double bytes, double *ret_first_s, double *ret_last_s)
{
    struct stream *streams = mem_zeroed(fold->class_count, sizeof *streams);
    double *ends_s = mem_zeroed(fold->orbit_count, sizeof *ends_s);
    for (size_t c = 0; c < fold->class_count; c++)
        streams[c] = (struct stream){ .bytes = round(bytes * (1 / (double)fold->ep)),
                                      .start_s = fold->classes[c].latency_s };
    fluid_play(streams, fold->class_count, fold->load, fold->bandwidth_bytes_per_s,
               fold->row_count);
    for (size_t c = 0; c < fold->class_count; c++) {
        double *from = &ends_s[fold->classes[c].from], *to = &ends_s[fold->classes[c].to];
        *from = fmax(*from, streams[c].end_s);
        *to = fmax(*to, streams[c].end_s);
    }
    *ret_first_s = INFINITY;
    *ret_last_s = 0;
    for (size_t o = 0; o < fold->orbit_count; o++) {
        *ret_first_s = fmin(*ret_first_s, ends_s[o]);
        *ret_last_s = fmax(*ret_last_s, ends_s[o]);
    }
    free(streams);
    free(ends_s);
}
