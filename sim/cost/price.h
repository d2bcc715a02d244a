/* What the operators of a plan take, whoever asks and however a schedule cuts them: kernels, or a
 * copy from the host. */
#ifndef SCMOESIM_COST_PRICE_H
#define SCMOESIM_COST_PRICE_H

#include "sim/cost/cost.h"
#include "sim/cost/time_factors.h"
#include "sim/schedule/plan.h"

/* What prices follow from. */
struct pricing {
    const struct cost_table *costs; /* NULL: synthetic */
    const struct gpu *gpu;
    const struct cost_scale *scale;
    enum dtype dtype; /* of the residual stream: the plan's */
    bool packs;       /* the kernels of All-to-Alls pack rows: encode has nothing left to do, decode
                         little */
};

/* What an operator meets while it runs. */
struct surroundings {
    double duty_ratio;   /* share of the time that its GPU computes */
    double beside_ratio; /* share of the operator's time beside copies to or from the host */
};

/* What an operator that does not communicate takes on a GPU that runs no other compute beside it.
 *
 * Where a row of the costs names the operator that row decides. Timed beside something that held
 * some of the SMs, it would have taken that much less on an idle GPU: time * (1 - held / all).
 *
 * An expert fetch takes what copies of its bytes were measured to take (cost_copy_s): rows of
 * expert_fetch, else of copy_h2d. Without such rows it takes latency plus bytes over the GPU's host
 * link, which must be there (checked when a scenario is set up).
 *
 * Kernels that start while a copy runs start launch_beside_copies later, in a CUDA graph
 * launch_in_graph_beside_copies later still: overheads of the costs, 0 without them. The scale's
 * launch and factors are applied. */
struct cost price_operator(const struct pricing *pricing, const struct plan_operator *op,
                           const struct surroundings *at);

/* The same beside nothing, without what launches add and without factors. */
struct cost price_at_duty(const struct pricing *pricing, const struct plan_operator *op,
                          double duty_ratio);

/* Whether prices depend on surroundings. */
bool price_depends(const struct pricing *pricing);

/* Measured time of an All-to-All among `ranks`: by its name, else by its bytes; 0 where the table
 * (may be NULL) has neither, so that the topology decides. */
double price_all_to_all_s(const struct cost_table *table, const struct plan_operator *op,
                          size_t ranks);

/* Whether a fetch can be priced. */
bool price_knows_fetches(const struct cost_table *table, const struct gpu *gpu);

#endif
