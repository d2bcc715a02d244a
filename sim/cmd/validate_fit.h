/* scmoesim validate --fit: a platform's unknowns from the figures that are marked for it. */
#ifndef SCMOESIM_CMD_VALIDATE_FIT_H
#define SCMOESIM_CMD_VALIDATE_FIT_H

#include "sim/validate/case.h"

/* Fits NAME to the figures of the cases and prints what it finds. An exit code: EXIT_MISSED where a
 * case holds another value than the fit finds. */
int fit_platform(const char *name, struct published_case *const *cases, size_t count,
                 size_t processes);

#endif
