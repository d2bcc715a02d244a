/* How much each rank sends to each other in one All-to-All, as shares of what a rank sends when
 * routing is balanced and nothing is padded (its tokens * top_k copies).
 *
 * A token goes to top_k different experts. An algorithm that sends a copy for each (NCCL's) counts
 * copies; one that knows tokens (DeepEP's) sends a token once to a rank, or once to a node, however
 * many of its experts are there. */
#ifndef SCMOESIM_TOKENS_TRAFFIC_H
#define SCMOESIM_TOKENS_TRAFFIC_H

#include <stddef.h>

struct traffic {
    size_t ranks, ep;      /* groups of ep consecutive ranks */
    size_t node_gpus;      /* ranks of a node, consecutive too */
    size_t experts, top_k; /* of a group; 0 experts: not known, every copy counts */
    size_t node_limit;     /* nodes that the experts of one token may lie on; 0: any */
    /* Balanced where pair_ratio is NULL: then nothing below is set. Else owned, see traffic_done.
     */
    double *pair_ratio; /* [from * ep + member of the group]: copies */
    double *once_ratio; /* the same, tokens counted once for a rank */
    double *node_ratio; /* [from * nodes + node of the group]: tokens counted once for a node */
    double *rows_ratio; /* [rank]: copies that its experts receive */
    double *sent_ratio; /* [rank]: copies that it sends; 1 where none are dropped */
};

/* Equal shares for all. */
struct traffic traffic_balanced(size_t ranks, size_t ep, size_t node_gpus);
void traffic_done(struct traffic *traffic);

/* Nodes of a group; 1 where a group does not fill several nodes. */
size_t traffic_nodes(const struct traffic *traffic);

double traffic_copies(const struct traffic *traffic, size_t from, size_t member);
double traffic_to_rank(const struct traffic *traffic, size_t from, size_t member);
double traffic_to_node(const struct traffic *traffic, size_t from, size_t node);

/* The probability that a token whose top_k different experts are drawn evenly from `experts` has
 * one among `some` of them: 1 - C(experts - some, top_k) / C(experts, top_k). */
double traffic_hit_ratio(size_t experts, size_t some, size_t top_k);

#endif
