/* One All-to-All with nothing beside it, as nccl-tests plays it: what a topology and an algorithm
 * give.
 */
#ifndef SCMOESIM_STUDY_ALLTOALL_ALONE_H
#define SCMOESIM_STUDY_ALLTOALL_ALONE_H

#include <stddef.h>
#include "sim/base/diag.h"
#include "sim/study/study.h"

struct alltoall_request {
    const char *topology;    /* NAME, FILE or SHORTHAND */
    const char *const *sets; /* "/topology/all_to_all/algorithm=two-hop" */
    size_t set_count;
    size_t ep;             /* ranks of a group; 0: all ranks */
    size_t experts, top_k; /* whom tokens go to, for algorithms that send one once to a node; 0:
                              every copy is sent apart */
    enum fold_choice fold;
    enum network_kind network;
};

struct alltoall_outcome {
    const char *algorithm;     /* alltoall.h's own name */
    double time_s;             /* until the last rank is done */
    double bound_s;            /* what it takes at least: a2a_bound_s */
    size_t simulated_ranks;    /* fewer than all where each stands for its equivalents */
    const char *why_whole;     /* why it is not folded, where that was asked for; else NULL */
    enum network_kind network; /* that played */
};

struct alltoall_alone;

/* Where the topology says "auto" the fastest algorithm counts. */
int alltoall_alone_open(const struct alltoall_request *request, struct diag *diag,
                        struct alltoall_alone **ret);
/* Plays it when each rank sends that many bytes, its own share included. */
int alltoall_alone_play(struct alltoall_alone *alone, double bytes, struct diag *diag,
                        struct alltoall_outcome *ret);
size_t alltoall_alone_group(const struct alltoall_alone *alone);
size_t alltoall_alone_ranks(const struct alltoall_alone *alone);
void alltoall_alone_close(struct alltoall_alone *alone);

#endif
