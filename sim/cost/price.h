/* Seconds for the operators of a plan, whatever they are made of: kernels or a copy from the host. */
#ifndef SCMOESIM_COST_PRICE_H
#define SCMOESIM_COST_PRICE_H

#include "sim/cost/cost.h"
#include "sim/schedule/plan.h"

/* What an operator other than an All-to-All takes on an otherwise idle GPU.
 *
 * An expert fetch takes what copies of its bytes were measured to take (rows of expert_fetch, else of
 * copy_h2d); without such rows latency plus bytes over the GPU's host link, which must be there (checked
 * when a scenario is set up). */
struct cost price_operator(const struct cost_table *table, const struct gpu *gpu,
                           const struct plan_operator *op, enum dtype dtype);

/* Whether a fetch can be priced. */
bool price_knows_fetches(const struct cost_table *table, const struct gpu *gpu);

#endif
