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

struct cost price_at_duty(const struct cost_table *table, const struct gpu *gpu,
                          const struct plan_operator *op, enum dtype dtype, double duty_ratio)
{
    struct cost cost;

    if (price_named(table, gpu, op->name, &cost))
        return cost;
    if (op->kind == OPERATOR_EXPERT_FETCH)
        return price_fetch(table, gpu, op->fetch_bytes);
    return cost_at_duty(table, gpu, op->kind, op->pass, &op->shape, dtype, duty_ratio);
}

bool price_knows_fetches(const struct cost_table *table, const struct gpu *gpu)
{
    double ignored;

    return gpu->host_link.bandwidth_bytes_per_s > 0 || measured_fetch(table, 1, &ignored);
}
