/* How many hops two vertices are apart, counted from both until the counts meet: of a large
 * network, what lies about the two ends and between them is looked at, not what is as near to one
 * of them on other sides. */
#include <assert.h>
#include <stdlib.h>

#include "sim/base/mem.h"
#include "sim/route/route_private.h"

static void open_wave(struct wave *wave, const struct arcs *arcs, size_t vertices)
{
    wave->arcs = arcs;
    wave->hops = mem_zeroed(vertices, sizeof *wave->hops);
    wave->reached = mem_zeroed(vertices, sizeof *wave->reached);
    for (size_t v = 0; v < vertices; v++)
        wave->hops[v] = NONE;
}

static void close_wave(struct wave *wave)
{
    free(wave->hops);
    free(wave->reached);
    for (size_t i = 0; i < LEVELS; i++)
        free(wave->levels[i].vertices);
}

void meeting_done(struct meeting *meeting)
{
    close_wave(&meeting->from);
    close_wave(&meeting->to);
    arcs_done(&meeting->in);
}

static void forget_wave(struct wave *wave)
{
    for (size_t i = 0; i < wave->reached_count; i++)
        wave->hops[wave->reached[i]] = NONE;
    for (size_t i = 0; i < LEVELS; i++)
        wave->levels[i].count = 0;
    wave->reached_count = 0;
    wave->radius = 0;
}

static struct level *next_level(struct wave *wave)
{
    return &wave->levels[wave->radius % LEVELS];
}

static void reach(struct wave *wave, uint32_t vertex, uint32_t hops)
{
    if (wave->hops[vertex] == NONE)
        wave->reached[wave->reached_count++] = vertex;
    wave->hops[vertex] = hops;
    level_enter(&wave->levels[hops % LEVELS], vertex);
}

static void begin_wave(struct wave *wave, size_t vertex)
{
    forget_wave(wave);
    wave->end = (uint32_t)vertex;
    reach(wave, wave->end, 0);
}

/* From the vertices that are `radius` hops away on to the next ones. Returns the fewest hops from
 * end to end seen on the way. */
static uint32_t spread(const struct router *router, struct wave *wave, const struct wave *other)
{
    const size_t *first = wave->arcs->first;
    const struct arc *arcs = wave->arcs->arcs;
    uint32_t least = NONE;
    struct level *level = next_level(wave);
    for (size_t i = 0; i < level->count; i++) {
        uint32_t vertex = level->vertices[i];
        if (wave->hops[vertex] != wave->radius ||
            (vertex != wave->end && !router_forwards(router, vertex)))
            continue;
        for (size_t a = first[vertex]; a < first[vertex + 1]; a++) {
            uint32_t next = arcs[a].to;
            uint32_t hops = wave->radius + (uint32_t)router->topology->links[arcs[a].link].hops;
            if (hops >= wave->hops[next])
                continue;
            reach(wave, next, hops);
            bool joins = next == other->end || router_forwards(router, next);
            if (joins && other->hops[next] != NONE && hops + other->hops[next] < least)
                least = hops + other->hops[next];
        }
    }
    level->count = 0;
    wave->radius++;
    return least;
}

void meet(struct router *router, size_t from, size_t to)
{
    struct meeting *meeting = &router->meeting;
    struct wave *here = &meeting->from, *there = &meeting->to;
    if (!meeting->in.arcs) {
        meeting->in = arcs_of(router->topology, /* turned= */ true);
        open_wave(here, &router->out, router->topology->vertex_count);
        open_wave(there, &meeting->in, router->topology->vertex_count);
    }
    begin_wave(here, from);
    begin_wave(there, to);
    meeting->apart = NONE;
    while (meeting->apart == NONE || here->radius + there->radius < meeting->apart) {
        bool forth = next_level(here)->count <= next_level(there)->count;
        uint32_t apart = forth ? spread(router, here, there) : spread(router, there, here);
        if (apart < meeting->apart)
            meeting->apart = apart;
        /* topology_read refuses unreachable GPUs */
        assert(here->radius < NONE / 4 && there->radius < NONE / 4);
    }
}

bool meeting_leads(const struct meeting *meeting, size_t vertex, size_t hops)
{
    const struct wave *there = &meeting->to;
    uint32_t farther = there->radius + 1;
    return hops + (there->hops[vertex] < farther ? there->hops[vertex] : farther) <= meeting->apart;
}
