/* A plan file settled: as the probe replays it, or on a topology as run plays it. */
#ifndef SCMOESIM_STUDY_REPLAYER_H
#define SCMOESIM_STUDY_REPLAYER_H

#include "sim/engine/settle.h"
#include "sim/study/study.h"

struct replayer_request {
    const char *const *costs; /* files, NULL-terminated; NULL: synthetic, only on a topology */
    const char *gpu;          /* NAME or FILE; NULL: the card of the costs, else h100-sxm; on a
                                 topology its own */
    const char *topology;     /* NAME, FILE or SHORTHAND; NULL: as the probe replays */
    const char *const *sets;  /* "/topology/all_to_all/algorithm=two-hop" */
    size_t set_count;
    enum fold_choice fold;
    enum network_kind network;
};

struct replayer;

int replayer_open(const struct replayer_request *request, struct diag *diag, struct replayer **ret);
void replayer_close(struct replayer *replayer);
const struct cost_table *replayer_costs(const struct replayer *replayer);
const struct gpu *replayer_gpu(const struct replayer *replayer);

/* What a user should know of the costs, in fresh memory; NULL: nothing. */
char *replayer_note(const struct replayer *replayer);

/* How a plan is replayed. */
struct replay_how {
    enum launch launch;  /* where nothing tells what graphs add, they are as eager launches */
    double factor_ratio; /* times the plan's bytes of communication */
    size_t gpus; /* that exchange by NCCL, as many as the plan's EP; 1: one rank alone, with the
                    host's memory. Not on a topology */
    const double *all_to_all_beside_compute; /* as settle has it; not on a topology */
};

/* On a topology the fastest of the algorithms that it asks for counts. Release with settled_done.
 */
int replayer_settle(struct replayer *replayer, const struct plan *plan,
                    const struct replay_how *how, struct diag *diag, struct settled *ret);

/* The GPU of a word, of the costs' card where there is none; leaves *ret NULL where they say
 * nothing. A card that no GPU file is for is a complaint. */
int gpu_for_costs(const char *word, const struct cost_table *costs, const char *path,
                  struct diag *diag, struct gpu **ret);

#endif
