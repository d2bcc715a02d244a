/* What compute and communication cost each other, and what a CUDA graph adds, from replays: the
 * overheads that predictions take as rows of the cost files, named as below. */
#ifndef SCMOESIM_ACCURACY_TUNE_H
#define SCMOESIM_ACCURACY_TUNE_H

#include "sim/accuracy/accuracy.h"

struct overhead {
    double time_s, time_p10_s, time_p90_s; /* the samples' median and spread; of a fit, its value
                                              and where it is in 80 of 100 cases */
    size_t samples;                        /* 0: these replays do not tell */
};

/* Of operators beside each other: an operator's excess is its time less the median of those eager
 * replays of the same operator (kind, pass, shape; fifth of the duty, or bytes) in which it stood
 * alone; what it costs per kernel, or per exchange, and whole time beside the other sort is a
 * sample.
 *
 * Of a graph: what pairs take longer than the same plans launched eagerly is, by least squares, so
 * much for each kernel, for each exchange that no compute hides, and for each kernel beside an
 * exchange. Where there are graph replays, only this is found; where none of them exchanges with
 * the host's memory, only the first.
 *
 * Of All-to-Alls among GPUs: how much longer compute makes them, of the share that it runs beside
 * them; a ratio, not a time. Of 0 to 0.5, in hundredths, it is what predicts whole pairs with the
 * least mean error. The spread is of pairs drawn again, 200 times. Where there are replays of
 * several GPUs, only this is found. */
struct overheads {
    struct overhead launch_beside_copies, exchange_beside_compute, launch_in_graph,
        exchange_in_graph, launch_in_graph_beside_copies, all_to_all_beside_compute;
};

/* Predicts an outcome's pair as if compute cost All-to-Alls so much. */
struct repredictor {
    void *context;
    int (*predict)(void *context, const struct outcome *outcome, double all_to_all_beside_compute,
                   struct diag *diag, double *ret_s);
};

/* From the tuned outcomes, which need their plans. Fails where these give no sample. */
int outcomes_tune(const struct outcome *outcomes, size_t count, const struct repredictor *by,
                  struct diag *diag, struct overheads *ret);
/* Rows for a cost file. */
void overheads_write(const struct overheads *overheads, struct text *to);

#endif
