/* How long an All-to-All's kernels wait for SMs. Internal to sim/predict. */
#ifndef SCMOESIM_PREDICT_SMS_H
#define SCMOESIM_PREDICT_SMS_H

#include "sim/predict/predict.h"

/* A kernel of compute has blocks on all SMs, and NCCL's, each of which needs nearly a whole SM's
 * registers, find room only as those end: an All-to-All that could begin while a kernel runs begins
 * when that kernel ends. Seen on two H200s: beside an operator that begins with a product of 0.85
 * ms, one of 0.39 ms alone took 1.18 ms (traces/validation/2xh200-sxm.csv,
 * w4096-t8192.scmoe-pos2-pipelined.s2.c2, combine#1); beside operators that begin with a short norm
 * it did not wait.
 *
 * Of operators that begin with it, the first kernel is there first: what computes needs no event of
 * another queue. Where kernels stand within an operator, the roofline tells. Begins and ends are
 * those of `seen`, an earlier play of the plan; wait_s is [operator]. */
void sms_wait(const struct plan *plan, enum dtype dtype, const struct predict_settings *settings,
              const struct timeline *seen, double *wait_s);

#endif
