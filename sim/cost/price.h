/* Seconds for the operators of a plan, whatever they are made of: kernels or a copy from the host.
 */
#ifndef SCMOESIM_COST_PRICE_H
#define SCMOESIM_COST_PRICE_H

#include "sim/cost/cost.h"
#include "sim/schedule/plan.h"

/* What an operator other than an All-to-All takes on a GPU that runs nothing beside it. The GPU
 * computes for a share duty_ratio of the time (cost_at_duty).
 *
 * A row that names the operator decides. Timed beside something that held some of the SMs, it would
 * have taken less on an idle GPU: time * (1 - held / all).
 *
 * An expert fetch takes what copies of its bytes were measured to take (cost_copy_s): rows of
 * expert_fetch, else of copy_h2d. Without such rows it takes latency plus bytes over the GPU's host
 * link. That must be there (checked when a scenario is set up). */
struct cost price_at_duty(const struct cost_table *table, const struct gpu *gpu,
                          const struct plan_operator *op, enum dtype dtype, double duty_ratio);

/* Measured time of an All-to-All among `ranks`: by its name, else by its bytes; 0 where the table
 * (may be NULL) has neither, so that the topology decides. */
double price_all_to_all_s(const struct cost_table *table, const struct plan_operator *op,
                          size_t ranks);

/* Whether a fetch can be priced. */
bool price_knows_fetches(const struct cost_table *table, const struct gpu *gpu);

#endif
