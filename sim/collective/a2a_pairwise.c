/* All-to-Alls in which every pair of ranks exchanges directly. */
#include "sim/collective/algorithm.h"

/* The receiver of `from` in pattern 0 < pattern < ep. A pattern sends every rank's share to one
 * peer each, so it is a permutation of the ranks: it takes a rank to the member so much further in
 * its group, counted by (node, GPU). */
static size_t peer(const struct exchange *exchange, size_t from, size_t pattern)
{
    size_t gpus = exchange_node_gpus(exchange), member = from % exchange->ep;
    size_t node = (member / gpus + pattern / gpus) % (exchange->ep / gpus);
    return from - member + node * gpus + (member % gpus + pattern % gpus) % gpus;
}

void add_pairwise(const struct a2a_demand *demand, struct flow_set *set)
{
    const struct exchange *exchange = demand->exchange;
    for (size_t from = 0; from < exchange->ranks; from++) {
        for (size_t pattern = 1; pattern < exchange->ep; pattern++) {
            size_t to = peer(exchange, from, pattern);
            add_flow(set, from, to, 0, demand_copies(demand, from, to));
        }
    }
    set->step_count = 1;
}

void add_rounds(const struct a2a_demand *demand, struct flow_set *set)
{
    size_t ep = demand->exchange->ep;
    for (size_t round = 1; round < ep; round++) {
        for (size_t from = 0; from < demand->exchange->ranks; from++) {
            size_t member = from % ep, to = from - member + (member + round) % ep;
            add_flow(set, from, to, round - 1, demand_copies(demand, from, to));
        }
    }
    set->step_count = ep - 1;
}
