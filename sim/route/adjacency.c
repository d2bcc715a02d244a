#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/route/route_private.h"

static size_t *count_arcs(const struct topology *topology, bool reversed)
{
    size_t *first = mem_zeroed(topology->vertex_count + 1, sizeof *first);
    for (size_t i = 0; i < topology->link_count; i++) {
        const struct link *link = &topology->links[i];
        if (!reversed || link->half_duplex)
            first[link->from + 1]++;
        if (reversed || link->half_duplex)
            first[link->to + 1]++;
    }
    for (size_t i = 0; i < topology->vertex_count; i++)
        first[i + 1] += first[i];
    return first;
}

struct adjacency adjacency_of(const struct topology *topology, bool reversed)
{
    struct adjacency ret = {.first = count_arcs(topology, reversed)};
    size_t *next = mem_zeroed(topology->vertex_count + 1, sizeof *next);
    memcpy(next, ret.first, topology->vertex_count * sizeof *next);
    ret.arcs = mem_zeroed(ret.first[topology->vertex_count] + 1, sizeof *ret.arcs);
    for (size_t i = 0; i < topology->link_count; i++) {
        const struct link *link = &topology->links[i];
        if (!reversed || link->half_duplex)
            ret.arcs[next[link->from]++] = (struct arc){(uint32_t)i, (uint32_t)link->to};
        if (reversed || link->half_duplex)
            ret.arcs[next[link->to]++] = (struct arc){(uint32_t)i, (uint32_t)link->from};
    }
    free(next);
    return ret;
}

void adjacency_done(struct adjacency *adjacency)
{
    free(adjacency->first);
    free(adjacency->arcs);
}
