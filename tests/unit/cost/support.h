/* What the tests of costs share. */
#ifndef TESTS_UNIT_COST_SUPPORT_H
#define TESTS_UNIT_COST_SUPPORT_H

#include "sim/cost/cost.h"

/* Of round figures, so that rooflines can be worked out by hand. */
extern const struct gpu round_gpu;

/* Of a file "c.csv" with this text, which must be good; cost_table_free it. */
struct cost_table *table_of(const char *text);

/* A bf16 mlp from width 1024 to 4096: its shape, and its time by a table and by the roofline of
 * round_gpu. */
struct operator_shape mlp_of(double tokens);
struct cost mlp_cost(const struct cost_table *table, double tokens);
double mlp_roofline_s(double tokens);

void expect(struct cost got, double time_s, enum cost_origin origin, const char *why);

#endif
