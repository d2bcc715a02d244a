/* What compare and replay share: costs, a GPU and an engine that plays plans as the probe would. */
#ifndef SCMOESIM_CMD_PREDICTOR_H
#define SCMOESIM_CMD_PREDICTOR_H

#include "sim/predict/predict.h"

struct predictor {
    struct cost_table *costs;
    struct gpu *gpu;
    struct engine *engine;
};

/* costs: files, NULL-terminated. */
int predictor_open(const char *const *costs, const char *gpu, struct diag *diag,
                   struct predictor *ret);
void predictor_close(struct predictor *predictor);

int plan_load(const char *path, struct diag *diag, struct plan **ret, enum dtype *ret_dtype);

#endif
