/* How far off predictions are likely to be, from how far off those of replays were.
 *
 * traces/validation/uncertainty.csv tells, for each way of knowing what operators cost, within
 * which share 95 of 100 predictions of held-out replays were; traces/validation/make-uncertainty
 * writes it. */
#ifndef SCMOESIM_ACCURACY_UNCERTAINTY_H
#define SCMOESIM_ACCURACY_UNCERTAINTY_H

#include "sim/base/diag.h"

/* How operators' costs are known. */
enum basis {
    BASIS_MEASURED,     /* at this very size, or interpolated between measured duties */
    BASIS_INTERPOLATED, /* between measured sizes */
    BASIS_FITTED,       /* synthetic, with constants fitted to operators of this GPU */
    BASIS_UNFITTED,     /* synthetic, with constants from elsewhere */
    BASIS_COUNT
};
extern const char *const basis_names[]; /* "measured", …; NULL-terminated */

struct uncertainty {
    double pair_ratio[BASIS_COUNT];    /* of a pair's time, either way */
    double speedup_ratio[BASIS_COUNT]; /* of a speedup over another schedule with costs of the same
                                          sort */
};

int uncertainty_load(const char *path, struct diag *diag, struct uncertainty *ret);

/* Of a pair whose compute time is made of parts known in different ways: each part's ratio weighted
 * by its time, as if its errors all went the same way. time_s: seconds by basis; NaN where all are
 * 0. */
double uncertainty_mix(const double ratio[BASIS_COUNT], const double time_s[BASIS_COUNT]);

#endif
