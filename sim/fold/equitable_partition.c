/* Colours are hashes of 64 bits, so different surroundings do not collide in practice. fold_flows.c
 * checks the outcome by counting. */
#include "sim/fold/equitable_partition.h"

#include "sim/fold/fold.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/fingerprint.h"
#include "sim/base/mem.h"

/* Damage in a ring splits colours rank by rank, until hardly any two ranks are alike. */
#define ROUNDS_MAX 32

/* Colour refinement while it runs. */
struct refinement {
    const struct topology *topology;
    const struct flow_set *const *sets;
    size_t set_count, ranks, link_count;
    const struct flow_routes *routes;
    uint64_t *rank, *link, *flow;        /* colours */
    uint64_t *around_rank, *around_link; /* sums over their flows */
};

/* ---- Numbers of colours ---- */

/* Colours numbered in order of appearance: a hash table. */
struct numbered {
    uint64_t colour; /* 0: none is here. A colour of 0 is taken for 1 */
    size_t number;
};

struct numbering {
    struct numbered *places; /* open addressing */
    size_t room, count;
};

static struct numbered *place_of(const struct numbering *numbering, uint64_t colour)
{
    size_t at = (size_t)colour & (numbering->room - 1);
    while (numbering->places[at].colour && numbering->places[at].colour != colour)
        at = (at + 1) & (numbering->room - 1);
    return &numbering->places[at];
}

static void grow(struct numbering *numbering)
{
    struct numbering old = *numbering;
    numbering->room = old.room ? 2 * old.room : 64;
    numbering->places = mem_zeroed(numbering->room, sizeof *numbering->places);
    for (size_t i = 0; i < old.room; i++)
        if (old.places[i].colour)
            *place_of(numbering, old.places[i].colour) = old.places[i];
    free(old.places);
}

static size_t kind_of(struct numbering *numbering, uint64_t colour)
{
    if (2 * numbering->count >= numbering->room)
        grow(numbering);
    colour += colour == 0;
    struct numbered *place = place_of(numbering, colour);
    if (!place->colour)
        *place = (struct numbered){colour, numbering->count++};
    return place->number;
}

/* How many colours there are; ret, where not NULL, says which each has. */
static size_t number_kinds(const uint64_t *colours, size_t count, size_t *ret)
{
    struct numbering numbering = {0};
    for (size_t i = 0; i < count; i++) {
        size_t kind = kind_of(&numbering, colours[i]);
        if (ret)
            ret[i] = kind;
    }
    free(numbering.places);
    return numbering.count;
}

/* ---- Refinement ---- */

static void colour_first(struct refinement *refinement)
{
    for (size_t r = 0; r < refinement->ranks; r++)
        refinement->rank[r] = mix64(bits64(topology_compute_ratio(refinement->topology, r)));
    for (size_t l = 0; l < refinement->link_count; l++)
        refinement->link[l] = mix64(bits64(refinement->topology->links[l].bandwidth_bytes_per_s));
}

/* A flow's colour, whatever is around it. */
static uint64_t colour_alone(const struct flow *flow, size_t set)
{
    return mix64(mix64(bits64(flow->latency_s)) + bits64(flow->share_ratio)) +
           mix64(FOLD_SETS_MAX * flow->step + set);
}

static void colour_flow(struct refinement *refinement, const struct flow *flow, size_t set,
                        size_t number)
{
    enum { OUT = 1, IN = 2 };
    const struct flow_routes *routes = refinement->routes;
    size_t first = routes->first[number], end = routes->first[number + 1];
    uint64_t colour = colour_alone(flow, set);
    if (set == 0)
        colour +=
            mix64(refinement->rank[flow->from] + OUT) + mix64(refinement->rank[flow->to] + IN);
    for (size_t i = first; i < end; i++)
        colour += mix64(refinement->link[routes->links[i]]);
    refinement->flow[number] = colour = mix64(colour);
    for (size_t i = first; i < end; i++)
        refinement->around_link[routes->links[i]] += colour;
    refinement->around_rank[flow->from] += mix64(colour + OUT);
    refinement->around_rank[flow->to] += mix64(colour + IN);
}

static void refine_once(struct refinement *refinement)
{
    size_t number = 0;
    memset(refinement->around_rank, 0, refinement->ranks * sizeof(uint64_t));
    memset(refinement->around_link, 0, refinement->link_count * sizeof(uint64_t));
    for (size_t s = 0; s < refinement->set_count; s++)
        for (size_t i = 0; i < refinement->sets[s]->flow_count; i++)
            colour_flow(refinement, &refinement->sets[s]->flows[i], s, number++);
    for (size_t r = 0; r < refinement->ranks; r++)
        refinement->rank[r] = mix64(mix64(refinement->rank[r]) + refinement->around_rank[r]);
    for (size_t l = 0; l < refinement->link_count; l++)
        refinement->link[l] = mix64(mix64(refinement->link[l]) + refinement->around_link[l]);
}

/* Repeats until no colour splits. New colours never join what old ones split, so that equally many
 * colours are the same colours. */
static bool refine(struct refinement *refinement, size_t rank_kinds_max)
{
    size_t before = 0, now = 1;
    colour_first(refinement);
    for (size_t round = 0; now != before; round++) {
        if (round == ROUNDS_MAX)
            return false;
        refine_once(refinement);
        size_t rank_kinds = number_kinds(refinement->rank, refinement->ranks, NULL);
        if (rank_kinds > rank_kinds_max)
            return false;
        before = now;
        now = rank_kinds + number_kinds(refinement->link, refinement->link_count, NULL);
    }
    return true;
}

static void keep_kinds(const struct refinement *refinement, struct equitable_partition *ret)
{
    ret->of_rank = mem_zeroed(refinement->ranks + 1, sizeof(size_t));
    ret->of_flow = mem_zeroed(refinement->routes->flow_count + 1, sizeof(size_t));
    ret->of_link = mem_zeroed(refinement->link_count + 1, sizeof(size_t));
    ret->rank_kinds = number_kinds(refinement->rank, refinement->ranks, ret->of_rank);
    ret->flow_kinds = number_kinds(refinement->flow, refinement->routes->flow_count, ret->of_flow);
    ret->link_kinds = number_kinds(refinement->link, refinement->link_count, ret->of_link);
}

bool equitable_partition_find(const struct topology *topology, struct router *router,
                              const struct flow_set *const *sets, size_t set_count,
                              size_t rank_kinds_max, struct equitable_partition *ret)
{
    struct refinement refinement = {
        .topology = topology,
        .sets = sets,
        .set_count = set_count,
        .ranks = topology_ranks(topology),
        .link_count = topology->link_count,
        .routes = &ret->routes,
        .rank = mem_zeroed(topology_ranks(topology), sizeof(uint64_t)),
        .link = mem_zeroed(topology->link_count + 1, sizeof(uint64_t)),
        .around_rank = mem_zeroed(topology_ranks(topology), sizeof(uint64_t)),
        .around_link = mem_zeroed(topology->link_count + 1, sizeof(uint64_t)),
    };
    *ret = (struct equitable_partition){0};
    flow_routes_list(router, sets, set_count, &ret->routes);
    refinement.flow = mem_zeroed(ret->routes.flow_count + 1, sizeof(uint64_t));
    bool found = refine(&refinement, rank_kinds_max);
    if (found)
        keep_kinds(&refinement, ret);
    else
        equitable_partition_done(ret);
    free(refinement.rank);
    free(refinement.link);
    free(refinement.flow);
    free(refinement.around_rank);
    free(refinement.around_link);
    return found;
}

void equitable_partition_done(struct equitable_partition *partition)
{
    free(partition->of_rank);
    free(partition->of_flow);
    free(partition->of_link);
    flow_routes_done(&partition->routes);
    *partition = (struct equitable_partition){0};
}
