#include "sim/cost/price.h"

static const char fetch[] = "expert_fetch", copy[] = "copy_h2d";

static bool measured_fetch(const struct cost_table *table, double bytes, double *ret)
{
    return table && (cost_copy_s(table, fetch, bytes, ret) || cost_copy_s(table, copy, bytes, ret));
}

/* Whether the fetch is of another size than the only one that was measured. */
static bool is_in_proportion(const struct cost_table *table, double bytes)
{
    double one, ignored_s;
    bool has_fetch = cost_copy_s(table, fetch, bytes, &ignored_s);
    bool has_curve =
        cost_copy_s(table, copy, bytes, &ignored_s) && !cost_one_size(table, copy, 0, &one);

    return !(has_fetch && has_curve) && cost_one_size(table, has_fetch ? fetch : copy, 0, &one) &&
           one != bytes;
}

static struct cost price_fetch(const struct cost_table *table, const struct gpu *gpu, double bytes)
{
    const struct host_link *link = &gpu->host_link;
    double time_s;

    if (measured_fetch(table, bytes, &time_s))
        return (struct cost){time_s,
                             is_in_proportion(table, bytes) ? COST_SYNTHETIC : COST_INTERPOLATED};
    return (struct cost){link->latency_s +
                             bytes / (link->bandwidth_bytes_per_s * link->efficiency_ratio),
                         COST_SYNTHETIC};
}

double price_all_to_all_s(const struct cost_table *table, const struct plan_operator *op,
                          size_t ranks)
{
    double time_s;
    size_t ignored;

    if (table && (cost_named_s(table, op->name, &time_s, &ignored) ||
                  cost_all_to_all_s(table, ranks, op->comm_bytes, &time_s)))
        return time_s;
    return 0;
}

static bool price_named(const struct cost_table *table, const struct gpu *gpu, const char *name,
                        struct cost *ret)
{
    double time_s;
    size_t held;

    if (!table || !cost_named_s(table, name, &time_s, &held))
        return false;
    *ret = (struct cost){time_s * (1 - (double)held / (double)gpu->sm_count), COST_MEASURED};
    return true;
}

struct cost price_at_duty(const struct pricing *pricing, const struct plan_operator *op,
                          double duty_ratio)
{
    const struct cost_table *costs = pricing->costs;
    struct cost cost;

    if (price_named(costs, pricing->gpu, op->name, &cost))
        return cost;
    if (op->kind == OPERATOR_EXPERT_FETCH)
        return price_fetch(costs, pricing->gpu, op->fetch_bytes);
    return cost_at_duty(costs, pricing->gpu, op->kind, op->pass, &op->shape, op->dtype, duty_ratio);
}

/* What copies beside a kernel add to it. */
static double beside_copies_s(const struct pricing *pricing)
{
    if (!pricing->costs)
        return 0;
    double eager_s = cost_overhead_s(pricing->costs, "launch_beside_copies");
    return pricing->scale->launch == LAUNCH_EAGER
               ? eager_s
               : eager_s + cost_overhead_s(pricing->costs, "launch_in_graph_beside_copies");
}

static double launches_s(const struct pricing *pricing, const struct plan_operator *op,
                         const struct surroundings *at)
{
    struct kernel_work kernels[OPERATOR_KERNELS_MAX];
    double added_s = launch_added_s(pricing->scale->launch, pricing->costs, pricing->gpu, op->kind,
                                    op->pass, &op->shape, op->dtype);

    if (at->beside_ratio <= 0)
        return added_s;
    return added_s + (double)operator_kernels(op->kind, op->pass, &op->shape, op->dtype, kernels) *
                         beside_copies_s(pricing) * at->beside_ratio;
}

/* What is left of decode where an All-to-All's kernels sum the rows that it brings back: to add
 * them to the residual and to the shared expert's. */
static struct cost price_sums(const struct pricing *pricing, const struct plan_operator *op,
                              const struct surroundings *at)
{
    struct plan_operator sum = *op;
    sum.kind = OPERATOR_RESIDUAL;
    sum.dtype = pricing->dtype;
    sum.shape = operator_used_shape(OPERATOR_RESIDUAL, &op->shape);
    struct cost cost = price_at_duty(pricing, &sum, at->duty_ratio);
    cost.time_s = (cost.time_s + launches_s(pricing, &sum, at)) * (op->shape.shared ? 2 : 1);
    return cost;
}

/* Rows of a latent width are projected beside being packed, and a measured time is what it is. */
static bool is_packed(const struct pricing *pricing, const struct plan_operator *op)
{
    double ignored_s;
    size_t ignored;
    bool packs = op->kind == OPERATOR_ENCODE || op->kind == OPERATOR_DECODE;
    return packs && pricing->packs && op->pass == PASS_FORWARD && !op->shape.latent_hidden &&
           !(pricing->costs && cost_named_s(pricing->costs, op->name, &ignored_s, &ignored));
}

struct cost price_operator(const struct pricing *pricing, const struct plan_operator *op,
                           const struct surroundings *at)
{
    struct cost cost = {0, COST_SYNTHETIC};
    if (!is_packed(pricing, op)) {
        cost = price_at_duty(pricing, op, at->duty_ratio);
        cost.time_s += launches_s(pricing, op, at);
    } else if (op->kind == OPERATOR_DECODE) {
        cost = price_sums(pricing, op, at);
    }
    cost.time_s *= pricing->scale->time_ratio[op->kind];
    return cost;
}

bool price_depends(const struct pricing *pricing)
{
    return pricing->costs && (cost_knows_duties(pricing->costs) || beside_copies_s(pricing) > 0);
}

bool price_knows_fetches(const struct cost_table *table, const struct gpu *gpu)
{
    double ignored;

    return gpu->host_link.bandwidth_bytes_per_s > 0 || measured_fetch(table, 1, &ignored);
}
