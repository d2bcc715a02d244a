/* What compare and replay share: costs, a GPU and an engine that plays plans as the probe would. */
#ifndef SCMOESIM_CMD_PREDICTOR_H
#define SCMOESIM_CMD_PREDICTOR_H

#include "sim/predict/predict.h"

struct predictor {
    struct cost_table *costs;
    struct gpu *gpu;
    struct engine *engine;
};

/* The GPU that a user names, or (word NULL) the one that the costs say they were measured on; NULL
 * where they say nothing. A card that no GPU file is for is a complaint. */
int gpu_for_costs(const char *word, const struct cost_table *costs, const char *path,
                  struct diag *diag, struct gpu **ret);

/* costs: files, NULL-terminated. gpu NULL: that of the costs, else h100-sxm. */
int predictor_open(const char *const *costs, const char *gpu, struct diag *diag,
                   struct predictor *ret);
void predictor_close(struct predictor *predictor);



#endif
