#include "sim/tokens/traffic.h"

#include <stdlib.h>

struct traffic traffic_balanced(size_t ranks, size_t ep, size_t node_gpus)
{
    return (struct traffic){.ranks = ranks, .ep = ep, .node_gpus = node_gpus};
}

void traffic_done(struct traffic *traffic)
{
    free(traffic->pair_ratio);
    free(traffic->once_ratio);
    free(traffic->node_ratio);
    free(traffic->rows_ratio);
    free(traffic->sent_ratio);
    *traffic = (struct traffic){0};
}

size_t traffic_nodes(const struct traffic *traffic)
{
    return traffic->ep % traffic->node_gpus == 0 ? traffic->ep / traffic->node_gpus : 1;
}

double traffic_hit_ratio(size_t experts, size_t some, size_t top_k)
{
    double miss_ratio = 1;
    for (size_t i = 0; i < top_k; i++)
        miss_ratio *= some + i < experts ? (double)(experts - some - i) / (double)(experts - i) : 0;
    return 1 - miss_ratio;
}

/* Balanced: a token goes to node_limit nodes chosen evenly, and there to top_k experts chosen
 * evenly. */
static double hit_of_balanced(const struct traffic *traffic, size_t parts)
{
    size_t nodes = traffic_nodes(traffic), open = nodes;
    if (traffic->node_limit && traffic->node_limit < nodes)
        open = traffic->node_limit;
    double hit_ratio = traffic_hit_ratio(traffic->experts * open / nodes, traffic->experts / parts,
                                         traffic->top_k);
    return hit_ratio * (double)open / (double)nodes / (double)traffic->top_k;
}

double traffic_copies(const struct traffic *traffic, size_t from, size_t member)
{
    return traffic->pair_ratio ? traffic->pair_ratio[from * traffic->ep + member]
                               : 1 / (double)traffic->ep;
}

double traffic_to_rank(const struct traffic *traffic, size_t from, size_t member)
{
    if (traffic->once_ratio)
        return traffic->once_ratio[from * traffic->ep + member];
    return traffic->experts ? hit_of_balanced(traffic, traffic->ep) : 1 / (double)traffic->ep;
}

double traffic_to_node(const struct traffic *traffic, size_t from, size_t node)
{
    size_t nodes = traffic_nodes(traffic);
    if (traffic->node_ratio)
        return traffic->node_ratio[from * nodes + node];
    return traffic->experts ? hit_of_balanced(traffic, nodes) : 1 / (double)nodes;
}
