/* What a what-if says about times beyond the tables: how kernels are launched, and factors on the
 * times of operators, by kind: what if an operator were faster, measured or not?
 *
 * Read from a document {"launch": WORD, "time_ratio": {KIND: FACTOR, ..., "all": FACTOR}}, so that
 * both can be set and swept as /costs/launch and /costs/time_ratio/KIND. */
#ifndef SCMOESIM_COST_TIME_FACTORS_H
#define SCMOESIM_COST_TIME_FACTORS_H

#include "sim/base/json.h"
#include "sim/cost/launch.h"

struct cost_scale {
    enum launch launch;
    double time_ratio[OPERATOR_KIND_COUNT]; /* > 0; that of "all" is in every one */
};

/* The document of eager launches without any factor. */
extern const char cost_scale_empty[];

/* Factors are > 0. All-to-Alls have none: the topology decides them. */
int cost_scale_read(const struct json *doc, struct diag *diag, struct cost_scale **ret);
void cost_scale_free(struct cost_scale *scale);

#endif
