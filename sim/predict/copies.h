/* What copies between GPU and host take when they wait for each other. Internal to sim/predict. */
#ifndef SCMOESIM_PREDICT_COPIES_H
#define SCMOESIM_PREDICT_COPIES_H

#include "sim/predict/predict.h"

/* A GPU has one copy engine a direction, which serves copies one after the other. An expert fetch
 * goes to the GPU, an exchange both ways; so where one of them begins while another queue's part to
 * the GPU runs, its own part waits. Seen on an H200: an exchange that begins beside a fetch of 2.4
 * ms ends when the fetch has ended and its own part to the GPU has then been copied
 * (traces/validation/h200-sxm-offload.csv).
 *
 * fetch_s and exchange_s, [operator], hold what each takes alone and are prolonged by its wait.
 * Begins are those of `seen`, an earlier play of the plan. An exchange that waited takes the wait
 * and its part to the GPU alone (row copy_h2d), but never less than both parts at once. */
void copies_wait(const struct plan *plan, const struct predict_settings *settings,
                 const struct timeline *seen, double *fetch_s, double *exchange_s);

#endif
