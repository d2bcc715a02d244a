/* Colours are hashes of 64 bits, so that different surroundings do not meet in practice;
 * fold_flows.c counts what comes out once more. */
#include "sim/fold/alike.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/fingerprint.h"
#include "sim/base/mem.h"

#define ROUNDS_MAX                                                                                 \
    32 /* damage in a ring splits colours rank by rank, until hardly any are alike                 \
        */

struct painter {
    const struct topology *topology;
    const struct flow_set *const *sets;
    size_t set_count, ranks, link_count;
    const struct flow_routes *routes;
    uint64_t *rank, *link, *flow;        /* colours */
    uint64_t *around_rank, *around_link; /* sums over their flows */
};

/* ---- Kinds ---- */

/* Numbers of colours in the order in which they are met. */
struct kinds {
    uint64_t *colours; /* open addressing; a colour of 0 is taken for 1 */
    size_t *numbers;
    size_t room, count;
};

static size_t place_of(const struct kinds *kinds, uint64_t colour)
{
    size_t at = (size_t)colour & (kinds->room - 1);
    while (kinds->colours[at] && kinds->colours[at] != colour)
        at = (at + 1) & (kinds->room - 1);
    return at;
}

static void grow(struct kinds *kinds)
{
    struct kinds old = *kinds;
    kinds->room = old.room ? 2 * old.room : 64;
    kinds->colours = mem_zeroed(kinds->room, sizeof *kinds->colours);
    kinds->numbers = mem_zeroed(kinds->room, sizeof *kinds->numbers);
    for (size_t i = 0; i < old.room; i++) {
        if (!old.colours[i])
            continue;
        size_t at = place_of(kinds, old.colours[i]);
        kinds->colours[at] = old.colours[i];
        kinds->numbers[at] = old.numbers[i];
    }
    free(old.colours);
    free(old.numbers);
}

static size_t kind_of(struct kinds *kinds, uint64_t colour)
{
    if (2 * kinds->count >= kinds->room)
        grow(kinds);
    colour += colour == 0;
    size_t at = place_of(kinds, colour);
    if (!kinds->colours[at]) {
        kinds->colours[at] = colour;
        kinds->numbers[at] = kinds->count++;
    }
    return kinds->numbers[at];
}

/* How many colours there are; ret, where not NULL, says which each has. */
static size_t number_kinds(const uint64_t *colours, size_t count, size_t *ret)
{
    struct kinds kinds = {0};
    for (size_t i = 0; i < count; i++) {
        size_t kind = kind_of(&kinds, colours[i]);
        if (ret)
            ret[i] = kind;
    }
    free(kinds.colours);
    free(kinds.numbers);
    return kinds.count;
}

/* ---- Colours ---- */

static void paint_first(struct painter *painter)
{
    for (size_t r = 0; r < painter->ranks; r++)
        painter->rank[r] = mix64(bits64(topology_compute_ratio(painter->topology, r)));
    for (size_t l = 0; l < painter->link_count; l++)
        painter->link[l] = mix64(bits64(painter->topology->links[l].bandwidth_bytes_per_s));
}

/* What a flow is, whatever is around it. */
static uint64_t nature_of(const struct flow *flow, size_t set)
{
    return mix64(mix64(bits64(flow->latency_s)) + bits64(flow->share_ratio)) +
           mix64(FOLD_SETS_MAX * flow->step + set);
}

static void paint_flow(struct painter *painter, const struct flow *flow, size_t set, size_t number)
{
    enum { OUT = 1, IN = 2 };
    const struct flow_routes *routes = painter->routes;
    size_t first = routes->first[number], end = routes->first[number + 1];
    uint64_t colour = nature_of(flow, set);
    if (set == 0)
        colour += mix64(painter->rank[flow->from] + OUT) + mix64(painter->rank[flow->to] + IN);
    for (size_t i = first; i < end; i++)
        colour += mix64(painter->link[routes->links[i]]);
    painter->flow[number] = colour = mix64(colour);
    for (size_t i = first; i < end; i++)
        painter->around_link[routes->links[i]] += colour;
    painter->around_rank[flow->from] += mix64(colour + OUT);
    painter->around_rank[flow->to] += mix64(colour + IN);
}

static void paint_once(struct painter *painter)
{
    size_t number = 0;
    memset(painter->around_rank, 0, painter->ranks * sizeof(uint64_t));
    memset(painter->around_link, 0, painter->link_count * sizeof(uint64_t));
    for (size_t s = 0; s < painter->set_count; s++)
        for (size_t i = 0; i < painter->sets[s]->flow_count; i++)
            paint_flow(painter, &painter->sets[s]->flows[i], s, number++);
    for (size_t r = 0; r < painter->ranks; r++)
        painter->rank[r] = mix64(mix64(painter->rank[r]) + painter->around_rank[r]);
    for (size_t l = 0; l < painter->link_count; l++)
        painter->link[l] = mix64(mix64(painter->link[l]) + painter->around_link[l]);
}

/* New colours tell apart what old ones do, so that as many as before are the same. */
static bool paint(struct painter *painter, size_t rank_kinds_max)
{
    size_t before = 0, now = 1;
    paint_first(painter);
    for (size_t round = 0; now != before; round++) {
        if (round == ROUNDS_MAX)
            return false;
        paint_once(painter);
        size_t rank_kinds = number_kinds(painter->rank, painter->ranks, NULL);
        if (rank_kinds > rank_kinds_max)
            return false;
        before = now;
        now = rank_kinds + number_kinds(painter->link, painter->link_count, NULL);
    }
    return true;
}

static void keep_kinds(const struct painter *painter, struct alike *ret)
{
    ret->of_rank = mem_zeroed(painter->ranks + 1, sizeof(size_t));
    ret->of_flow = mem_zeroed(painter->routes->flow_count + 1, sizeof(size_t));
    ret->of_link = mem_zeroed(painter->link_count + 1, sizeof(size_t));
    ret->rank_kinds = number_kinds(painter->rank, painter->ranks, ret->of_rank);
    ret->flow_kinds = number_kinds(painter->flow, painter->routes->flow_count, ret->of_flow);
    ret->link_kinds = number_kinds(painter->link, painter->link_count, ret->of_link);
}

bool alike_find(const struct topology *topology, struct router *router,
                const struct flow_set *const *sets, size_t set_count, size_t rank_kinds_max,
                struct alike *ret)
{
    struct painter painter = {
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
    *ret = (struct alike){0};
    flow_routes_list(router, sets, set_count, &ret->routes);
    painter.flow = mem_zeroed(ret->routes.flow_count + 1, sizeof(uint64_t));
    bool found = paint(&painter, rank_kinds_max);
    if (found)
        keep_kinds(&painter, ret);
    else
        alike_done(ret);
    free(painter.rank);
    free(painter.link);
    free(painter.flow);
    free(painter.around_rank);
    free(painter.around_link);
    return found;
}

void alike_done(struct alike *alike)
{
    free(alike->of_rank);
    free(alike->of_flow);
    free(alike->of_link);
    flow_routes_done(&alike->routes);
    *alike = (struct alike){0};
}
