#include "sim/cmd/predictor.h"

#include <stdlib.h>

int predictor_open(const char *const *costs, const char *gpu, struct diag *diag,
                   struct predictor *ret)
{
    struct predictor predictor = {0};
    size_t files = 0;
    while (costs[files])
        files++;
    int r = cost_table_load_all(costs, files, diag, &predictor.costs);
    if (r == 0)
        r = gpu_load(gpu, diag, &predictor.gpu);
    if (r == 0)
        r = predict_open(diag, &predictor.engine);
    if (r < 0)
        predictor_close(&predictor);
    else
        *ret = predictor;
    return r;
}

void predictor_close(struct predictor *predictor)
{
    engine_close(predictor->engine);
    gpu_free(predictor->gpu);
    cost_table_free(predictor->costs);
}

int plan_load(const char *path, struct diag *diag, struct plan **ret, enum dtype *ret_dtype)
{
    struct json *doc = NULL;
    int r = json_load(path, diag, &doc);
    if (r == 0)
        r = plan_read(doc, diag, ret, ret_dtype);
    json_free(doc);
    return r;
}
