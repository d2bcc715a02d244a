#include "sim/cmd/command.h"
#include "sim/cmd/predictor.h"

#include <stdio.h>
#include <stdlib.h>

int gpu_for_costs(const char *word, const struct cost_table *costs, const char *path,
                  struct diag *diag, struct gpu **ret)
{
    const char *device = cost_table_device(costs);
    *ret = NULL;
    if (word)
        return gpu_load(word, diag, ret);
    if (!device)
        return 0;
    int r = gpu_of_device(device, diag, ret);
    if (r == 0 && !*ret)
        r = diag_at(diag, path, NULL,
                    "measured on \"%s\", which no file in models/gpu has among its device_names: "
                    "choose the card with --gpu",
                    device);
    return r;
}

int predictor_open(const char *const *costs, const char *gpu, struct diag *diag,
                   struct predictor *ret)
{
    struct predictor predictor = {0};
    size_t files = 0;
    while (costs[files])
        files++;
    int r = cost_table_load_all(costs, files, diag, &predictor.costs);
    if (r == 0)
        r = gpu_for_costs(gpu, predictor.costs, costs[0], diag, &predictor.gpu);
    if (r == 0 && !predictor.gpu)
        r = gpu_load("h100-sxm", diag, &predictor.gpu);
    if (r == 0)
        r = predict_open(diag, &predictor.engine);
    if (r < 0) {
        predictor_close(&predictor);
        return r;
    }
    char *note = cost_one_size_note(predictor.costs);
    if (note)
        fprintf(stderr, PROGRAM ": note: %s\n", note);
    free(note);
    *ret = predictor;
    return 0;
}

void predictor_close(struct predictor *predictor)
{
    engine_close(predictor->engine);
    gpu_free(predictor->gpu);
    cost_table_free(predictor->costs);
}
