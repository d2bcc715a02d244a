/* All-to-Alls in which every pair of ranks exchanges directly. */
#include "sim/collective/algorithm.h"

/* The receiver of `from` in pattern 0 < pattern < ep. A pattern sends every rank's share to one
 * peer each, so it is a permutation of the ranks: it takes a rank to the member so much further in
 * its group, counted by (node, GPU). */
static size_t peer(const struct a2a_request *request, size_t from, size_t pattern)
{
    size_t gpus = group_node_gpus(request), member = from % request->ep;
    size_t node = (member / gpus + pattern / gpus) % (request->ep / gpus);
    return from - member + node * gpus + (member % gpus + pattern % gpus) % gpus;
}

void add_pairwise(const struct a2a_request *request, struct flow_set *set)
{
    for (size_t from = 0; from < topology_ranks(request->topology); from++) {
        for (size_t pattern = 1; pattern < request->ep; pattern++) {
            size_t to = peer(request, from, pattern);
            add_flow(set, from, to, 0, request_copies(request, from, to));
        }
    }
    set->step_count = 1;
}

void add_rounds(const struct a2a_request *request, struct flow_set *set)
{
    size_t ep = request->ep;
    for (size_t round = 1; round < ep; round++) {
        for (size_t from = 0; from < topology_ranks(request->topology); from++) {
            size_t member = from % ep, to = from - member + (member + round) % ep;
            add_flow(set, from, to, round - 1, request_copies(request, from, to));
        }
    }
    set->step_count = ep - 1;
}
