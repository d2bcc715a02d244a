#include "sim/topology/adjacency.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"

bool link_is_backward(const struct link *link)
{
    return link->name[strlen(link->name) - 1] == '<';
}

static bool has_arc(const struct link *link, enum arcs which, bool at_to)
{
    if (which == ARCS_CABLES)
        return !link_is_backward(link);
    return link->half_duplex || at_to == (which == ARCS_IN);
}

struct adjacency adjacency_of(const struct topology *topology, enum arcs which)
{
    size_t vertices = topology->vertex_count;
    struct adjacency ret = {.first = mem_zeroed(vertices + 2, sizeof *ret.first)};
    for (size_t i = 0; i < topology->link_count; i++) {
        const struct link *link = &topology->links[i];
        ret.first[link->from + 2] += has_arc(link, which, false);
        ret.first[link->to + 2] += has_arc(link, which, true);
    }
    for (size_t v = 0; v < vertices; v++)
        ret.first[v + 2] += ret.first[v + 1];
    ret.arcs = mem_zeroed(ret.first[vertices + 1] + 1, sizeof *ret.arcs);
    size_t *next = &ret.first[1]; /* in the end, where the next vertex begins */
    for (size_t i = 0; i < topology->link_count; i++) {
        const struct link *link = &topology->links[i];
        if (has_arc(link, which, false))
            ret.arcs[next[link->from]++] = (struct arc){(uint32_t)i, (uint32_t)link->to};
        if (has_arc(link, which, true))
            ret.arcs[next[link->to]++] = (struct arc){(uint32_t)i, (uint32_t)link->from};
    }
    return ret;
}

void adjacency_done(struct adjacency *adjacency)
{
    free(adjacency->first);
    free(adjacency->arcs);
}

size_t *sets_new(size_t count)
{
    size_t *sets = mem_zeroed(count + 1, sizeof *sets);
    for (size_t i = 0; i < count; i++)
        sets[i] = i;
    return sets;
}

size_t sets_find(size_t *sets, size_t number)
{
    while (sets[number] != number)
        number = sets[number] = sets[sets[number]];
    return number;
}

void sets_join(size_t *sets, size_t a, size_t b)
{
    a = sets_find(sets, a);
    b = sets_find(sets, b);
    sets[a < b ? b : a] = a < b ? a : b;
}
