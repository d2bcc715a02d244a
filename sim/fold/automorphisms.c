/* How a map is tried. Every GPU starts with a colour of its own. In each round a vertex takes a new
 * colour from its own and from its neighbours' with the links between, until all GPUs' colours have
 * reached everything. Then GPU r starts with the colour of GPU map(r) instead. If the same vertices
 * and links come out, the map is an automorphism. Links of equal colours are images of each other.
 * Switches of equal colours look the same from every GPU, like the spines of one fat tree. Their
 * links are equivalent too, if routes use them evenly (fold.c checks that).
 *
 * Colours are hashes of 64 bits, so different neighbourhoods do not collide in practice. */
#include "sim/fold/automorphisms.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/fingerprint.h"
#include "sim/base/mem.h"
#include "sim/topology/adjacency.h"

struct coloured {
    uint64_t colour;
    size_t link;
};

struct search {
    const struct topology *topology;
    size_t ranks, ep;
    const size_t *const *next; /* [ring][rank] */
    size_t ring_count;
    size_t node_vertices;   /* of one node, GPUs left out */
    uint64_t *attributes;   /* of each link: all that routes and flows depend on */
    size_t rounds;          /* until colours have reached everything */
    uint64_t *own, *mapped; /* [vertex]: colours of the cluster as it is, and through a map */
    uint64_t *scratch;
    struct coloured *own_links, *mapped_links; /* sorted */
    size_t *map;                               /* the map being tried: rank to rank */
    size_t *rank_parent, *link_parent;         /* union-find */
};

static uint64_t *attributes_of(const struct topology *topology)
{
    uint64_t *attributes = mem_zeroed(topology->link_count + 1, sizeof *attributes);
    for (size_t i = 0; i < topology->link_count; i++) {
        const struct link *link = &topology->links[i];
        const double figures[] = {link->bandwidth_bytes_per_s, link->rated_bytes_per_s,
                                  link->latency_s};
        attributes[i] = mix64(2 * link->hops + link->half_duplex);
        for (size_t k = 0; k < sizeof figures / sizeof *figures; k++)
            attributes[i] = mix64(attributes[i] + bits64(figures[k]));
    }
    return attributes;
}

/* ---- Colours ---- */

/* The largest number of links from a vertex to its nearest GPU. One round per link, there and back,
 * brings colours everywhere. */
static size_t depth_of(const struct topology *topology, size_t ranks)
{
    size_t *depth = mem_zeroed(topology->vertex_count, sizeof *depth), deepest = 0;
    for (size_t v = ranks; v < topology->vertex_count; v++)
        depth[v] = SIZE_MAX;
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < topology->link_count; i++) {
            const struct link *link = &topology->links[i];
            size_t a = depth[link->from], b = depth[link->to];
            if (a < b && b - a > 1 && (changed = true))
                depth[link->to] = a + 1;
            else if (b < a && a - b > 1 && (changed = true))
                depth[link->from] = b + 1;
        }
    }
    for (size_t v = 0; v < topology->vertex_count; v++)
        if (depth[v] != SIZE_MAX && depth[v] > deepest)
            deepest = depth[v];
    free(depth);
    return deepest;
}

static void refine_once(const struct search *search, const uint64_t *colour, uint64_t *next)
{
    enum { INWARD = 1, OUTWARD = 2, BOTH = 3 };
    const struct topology *topology = search->topology;
    for (size_t v = 0; v < topology->vertex_count; v++)
        next[v] = mix64(colour[v]);
    for (size_t i = 0; i < topology->link_count; i++) {
        const struct link *link = &topology->links[i];
        uint64_t attributes = search->attributes[i];
        next[link->to] +=
            mix64(colour[link->from] + attributes + (link->half_duplex ? BOTH : INWARD));
        next[link->from] +=
            mix64(colour[link->to] + attributes + (link->half_duplex ? BOTH : OUTWARD));
    }
}

/* Colours when GPU r starts with that of map[r]. NULL maps each to itself. */
static void colour_vertices(struct search *search, const size_t *map, uint64_t *colour)
{
    const struct topology *topology = search->topology;
    for (size_t v = 0; v < topology->vertex_count; v++)
        colour[v] = v >= search->ranks ? mix64(topology->vertices[v].kind)
                                       : mix64(0x9000000000000000u + (map ? map[v] : v));
    for (size_t round = 0; round < search->rounds; round++) {
        refine_once(search, colour, search->scratch);
        memcpy(colour, search->scratch, topology->vertex_count * sizeof *colour);
    }
}

static int by_colour(const void *left, const void *right)
{
    const struct coloured *a = left, *b = right;
    if (a->colour != b->colour)
        return a->colour < b->colour ? -1 : 1;
    return (a->link > b->link) - (a->link < b->link);
}

static void colour_links(const struct search *search, const uint64_t *colour,
                         struct coloured *links)
{
    const struct topology *topology = search->topology;
    for (size_t i = 0; i < topology->link_count; i++) {
        const struct link *link = &topology->links[i];
        uint64_t from = mix64(colour[link->from]), to = mix64(colour[link->to]);
        links[i] = (struct coloured){
            .colour = mix64(from + (link->half_duplex ? to : mix64(to)) + search->attributes[i]),
            .link = i,
        };
    }
    qsort(links, topology->link_count, sizeof *links, by_colour);
}

/* Those of equal colours. */
static void join_alike(const struct coloured *links, size_t count, size_t *link_parent)
{
    for (size_t i = 1; i < count; i++)
        if (links[i].colour == links[i - 1].colour)
            sets_join(link_parent, links[i].link, links[i - 1].link);
}

/* ---- Maps ---- */

static bool keeps_groups_and_speeds(const struct search *search)
{
    for (size_t r = 0; r < search->ranks; r++) {
        size_t first = r - r % search->ep;
        if (search->map[r] / search->ep != search->map[first] / search->ep ||
            topology_compute_ratio(search->topology, r) !=
                topology_compute_ratio(search->topology, search->map[r]))
            return false;
    }
    return true;
}

static bool keeps_rings(const struct search *search)
{
    for (size_t i = 0; i < search->ring_count; i++)
        for (size_t r = 0; r < search->ranks; r++)
            if (search->next[i][search->map[r]] != search->map[search->next[i][r]])
                return false;
    return true;
}

static bool keeps_colours(struct search *search)
{
    colour_vertices(search, search->map, search->mapped);
    for (size_t r = 0; r < search->ranks; r++)
        if (search->mapped[r] != search->own[search->map[r]])
            return false;
    colour_links(search, search->mapped, search->mapped_links);
    for (size_t i = 0; i < search->topology->link_count; i++)
        if (search->own_links[i].colour != search->mapped_links[i].colour)
            return false;
    return true;
}

/* Joins what the map takes to one another, where it is an automorphism. */
static bool try_map(struct search *search)
{
    if (!keeps_rings(search) || !keeps_groups_and_speeds(search) || !keeps_colours(search))
        return false;
    for (size_t r = 0; r < search->ranks; r++)
        sets_join(search->rank_parent, r, search->map[r]);
    for (size_t i = 0; i < search->topology->link_count; i++)
        sets_join(search->link_parent, search->own_links[i].link, search->mapped_links[i].link);
    return true;
}

/* Rotates numbers in blocks by `step`: 0 1 2 3 4 5 with step 1 and block 3 is 1 2 0 4 5 3, with
 * step 3 and block 6 it is 3 4 5 0 1 2. */
static size_t rotate(size_t number, size_t step, size_t block)
{
    return number - number % block + (number % block + step) % block;
}

/* Rotates nodes, or (in_node) the GPUs of every node. */
static bool try_rotation(struct search *search, bool in_node, size_t step, size_t block)
{
    size_t gpus = search->topology->gpus_per_node;
    for (size_t r = 0; r < search->ranks; r++) {
        size_t node = r / gpus, gpu = r % gpus;
        search->map[r] = in_node ? node * gpus + rotate(gpu, step, block)
                                 : rotate(node, step, block) * gpus + gpu;
    }
    return try_map(search);
}

/* From small blocks to large ones: at each size the widest rotation that holds. */
static void try_rotations(struct search *search, bool in_node)
{
    size_t of = in_node ? search->topology->gpus_per_node : search->topology->node_count;
    for (size_t step = 1, next; step < of; step = next) {
        size_t block = of;
        while (block > step &&
               (of % block || block % step || !try_rotation(search, in_node, step, block)))
            block--;
        for (next = block > step ? block : step + 1; next < of && of % next; next++)
            ;
    }
}

static void try_reflections(struct search *search)
{
    size_t gpus = search->topology->gpus_per_node, nodes = search->topology->node_count;
    for (size_t r = 0; r < search->ranks; r++)
        search->map[r] = r - r % gpus + (gpus - 1 - r % gpus);
    try_map(search);
    for (size_t r = 0; r < search->ranks; r++)
        search->map[r] = (nodes - 1 - r / gpus) * gpus + r % gpus;
    try_map(search);
}

/* ---- Two nodes swapped ---- */

/* A vertex as its node knows it: its number there; one of the fabric by itself. */
static size_t number_in_node(const struct search *search, size_t vertex)
{
    const struct topology *topology = search->topology;
    size_t node = topology->vertices[vertex].node, gpus = topology->gpus_per_node;
    if (vertex < search->ranks)
        return vertex % gpus;
    if (node == TOPOLOGY_FABRIC)
        return vertex;
    return gpus + (vertex - search->ranks) % search->node_vertices;
}

/* What a link is to the one node that it touches. *ret_node is that node, or TOPOLOGY_FABRIC. */
static uint64_t colour_in_node(const struct search *search, size_t number, size_t *ret_node)
{
    const struct topology *topology = search->topology;
    const struct link *link = &topology->links[number];
    size_t from = topology->vertices[link->from].node, to = topology->vertices[link->to].node;
    *ret_node = from == TOPOLOGY_FABRIC ? to : from;
    uint64_t ends =
        mix64(number_in_node(search, link->from)) + mix64(mix64(number_in_node(search, link->to)));
    if (from != TOPOLOGY_FABRIC && to != TOPOLOGY_FABRIC && from != to)
        ends += mix64(from) + mix64(mix64(to)); /* straight to another node: only like itself */
    return mix64(ends + search->attributes[number]);
}

/* Nodes of one kind may be swapped: they hang on the same switches by the same links, in one
 * expert-parallel group unless groups lie inside nodes. */
static uint64_t *kinds_of_nodes(const struct search *search)
{
    const struct topology *topology = search->topology;
    size_t gpus = topology->gpus_per_node;
    uint64_t *kinds = mem_zeroed(topology->node_count, sizeof *kinds);
    for (size_t r = 0; r < search->ranks; r++) {
        kinds[r / gpus] += mix64(mix64(r % gpus) + bits64(topology_compute_ratio(topology, r)));
        if (gpus % search->ep != 0 && r % gpus == 0)
            kinds[r / gpus] += mix64(search->ep % gpus == 0 ? r / search->ep : r);
    }
    for (size_t i = 0; i < topology->link_count; i++) {
        size_t node;
        uint64_t seen = colour_in_node(search, i, &node);
        if (node != TOPOLOGY_FABRIC)
            kinds[node] += seen;
        if (topology->vertices[topology->links[i].to].node != node &&
            topology->vertices[topology->links[i].to].node != TOPOLOGY_FABRIC)
            kinds[topology->vertices[topology->links[i].to].node] += seen;
    }
    return kinds;
}

static void swap_nodes(struct search *search)
{
    const struct topology *topology = search->topology;
    size_t gpus = topology->gpus_per_node;
    uint64_t *kinds = kinds_of_nodes(search);
    struct coloured *links = mem_zeroed(topology->link_count + 1, sizeof *links);
    struct coloured *nodes = mem_zeroed(topology->node_count, sizeof *nodes);
    for (size_t n = 0; n < topology->node_count; n++)
        nodes[n] = (struct coloured){kinds[n], n};
    qsort(nodes, topology->node_count, sizeof *nodes, by_colour);
    for (size_t i = 1; i < topology->node_count; i++)
        for (size_t g = 0; g < gpus && nodes[i].colour == nodes[i - 1].colour; g++)
            sets_join(search->rank_parent, nodes[i].link * gpus + g, nodes[i - 1].link * gpus + g);
    for (size_t i = 0; i < topology->link_count; i++) {
        size_t node;
        uint64_t seen = colour_in_node(search, i, &node);
        links[i] =
            (struct coloured){node == TOPOLOGY_FABRIC ? mix64(i) : mix64(seen + kinds[node]), i};
    }
    qsort(links, topology->link_count, sizeof *links, by_colour);
    join_alike(links, topology->link_count, search->link_parent);
    free(links);
    free(nodes);
    free(kinds);
}

/* ---- All together ---- */

/* How many orbits there are so far among ranks 0, step, 2 * step ... below end. */
static size_t count_orbits(struct search *search, size_t step, size_t end)
{
    size_t orbits = 0;
    for (size_t r = 0; r < end; r += step)
        orbits += sets_find(search->rank_parent, r) == r;
    return orbits;
}

static size_t count_node_vertices(const struct topology *topology, size_t ranks)
{
    size_t count = 0;
    while (ranks + count < topology->vertex_count &&
           topology->vertices[ranks + count].node != TOPOLOGY_FABRIC)
        count++;
    return count / topology->node_count;
}

/* From trees of equivalents to numbers of orbits, in place. */
static size_t number_orbits(size_t *parent, size_t count)
{
    size_t orbits = 0;
    size_t *number = mem_zeroed(count + 1, sizeof *number);
    for (size_t i = 0; i < count; i++) { /* a root comes before what hangs on it */
        size_t root = sets_find(parent, i);
        number[i] = root == i ? orbits++ : number[root];
    }
    memcpy(parent, number, count * sizeof *parent);
    free(number);
    return orbits;
}

void orbits_find(const struct topology *topology, size_t ep, const size_t *const *next,
                 size_t ring_count, struct orbits *ret)
{
    size_t vertices = topology->vertex_count, links = topology->link_count;
    struct search search = {
        .topology = topology,
        .ranks = topology_ranks(topology),
        .ep = ep,
        .next = next,
        .ring_count = ring_count,
        .attributes = attributes_of(topology),
        .own = mem_zeroed(vertices, sizeof(uint64_t)),
        .mapped = mem_zeroed(vertices, sizeof(uint64_t)),
        .scratch = mem_zeroed(vertices, sizeof(uint64_t)),
        .own_links = mem_zeroed(links + 1, sizeof(struct coloured)),
        .mapped_links = mem_zeroed(links + 1, sizeof(struct coloured)),
        .map = mem_zeroed(topology_ranks(topology), sizeof(size_t)),
        .rank_parent = sets_new(topology_ranks(topology)),
        .link_parent = sets_new(links),
    };
    search.node_vertices = count_node_vertices(topology, search.ranks);
    search.rounds = 2 * depth_of(topology, search.ranks) + 1;
    colour_vertices(&search, NULL, search.own);
    colour_links(&search, search.own, search.own_links);
    join_alike(search.own_links, links, search.link_parent); /* the same from every GPU */
    if (ring_count == 0) /* swapped nodes have other neighbours in a ring */
        swap_nodes(&search);
    if (count_orbits(&search, topology->gpus_per_node, search.ranks) > 1)
        try_rotations(&search, /* in_node= */ false);
    try_rotations(&search, /* in_node= */ true);
    if (count_orbits(&search, 1, search.ranks) > 1)
        try_reflections(&search);
    *ret = (struct orbits){.of_rank = search.rank_parent, .of_link = search.link_parent};
    ret->rank_orbits = number_orbits(ret->of_rank, search.ranks);
    ret->link_orbits = number_orbits(ret->of_link, links);
    free(search.attributes);
    free(search.own);
    free(search.mapped);
    free(search.scratch);
    free(search.own_links);
    free(search.mapped_links);
    free(search.map);
}
