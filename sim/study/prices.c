/* What a plan's operators take on each rank. */
#include "sim/base/mem.h"
#include "sim/study/study_private.h"

static struct cost price_kernels(const struct study *study, const struct plan_operator *op,
                                 double duty_ratio)
{
    enum dtype dtype = model_dtype(study->model, op->kind);
    struct cost cost = price_at_duty(study->costs, study->gpu, op, dtype, duty_ratio);
    cost.time_s += launch_added_s(study->scale->launch, study->costs, study->gpu, op->kind,
                                  op->pass, &op->shape, dtype);
    return cost;
}

/* What is left of decode where an All-to-All's kernels sum the rows that it brings back: to add
 * them to the residual and to the shared expert's. */
static struct cost price_sums(const struct study *study, const struct plan_operator *op,
                              double duty_ratio)
{
    struct plan_operator sum = *op;
    sum.kind = OPERATOR_RESIDUAL;
    sum.shape = operator_used_shape(OPERATOR_RESIDUAL, &op->shape);
    struct cost cost = price_kernels(study, &sum, duty_ratio);
    cost.time_s *= op->shape.shared ? 2 : 1;
    return cost;
}

/* Rows of a latent width are projected beside being packed, and a measured time is what it is. */
static bool is_packed(const struct study *study, size_t program, const struct plan_operator *op)
{
    double ignored_s;
    size_t ignored;
    bool packs = op->kind == OPERATOR_ENCODE || op->kind == OPERATOR_DECODE;
    return packs && study->programs[program].costs.packs && op->pass == PASS_FORWARD &&
           !op->shape.latent_hidden &&
           !(study->costs && cost_named_s(study->costs, op->name, &ignored_s, &ignored));
}

struct cost study_price(const struct study *study, size_t program, const struct plan_operator *op,
                        double duty_ratio)
{
    struct cost cost;
    if (!is_packed(study, program, op))
        cost = price_kernels(study, op, duty_ratio);
    else if (op->kind == OPERATOR_DECODE)
        cost = price_sums(study, op, duty_ratio);
    else
        cost = (struct cost){0, COST_SYNTHETIC};
    cost.time_s *= study->scale->time_ratio[op->kind];
    return cost;
}

/* The operator as one rank runs it: with the rows that its experts receive, the copies that it
 * sends. */
static struct plan_operator of_rank(const struct plan_operator *op, const struct traffic *traffic,
                                    size_t rank)
{
    struct plan_operator own = *op;
    if (op->kind == OPERATOR_EXPERT)
        own.shape.tokens *= traffic->rows_ratio[rank];
    if (op->kind == OPERATOR_ENCODE || op->kind == OPERATOR_DECODE)
        own.shape.capacity_factor *= traffic->sent_ratio[rank];
    return own;
}

static bool differs_by_rank(enum operator_kind kind)
{
    return kind == OPERATOR_EXPERT || kind == OPERATOR_ENCODE || kind == OPERATOR_DECODE;
}

double *study_prices(const struct study *study, size_t program, const struct plan *plan,
                     const struct traffic *traffic, double duty_ratio)
{
    size_t n = plan->operator_count;
    double *compute_s = mem_zeroed(plan->ranks * n, sizeof *compute_s);
    for (size_t o = 0; o < n; o++) {
        const struct plan_operator *op = &plan->operators[o];
        if (operator_is_all_to_all(op->kind))
            continue;
        bool differs = traffic && differs_by_rank(op->kind);
        double time_s = study_price(study, program, op, duty_ratio).time_s;
        for (size_t r = 0; r < plan->ranks; r++) {
            if (differs) {
                struct plan_operator own = of_rank(op, traffic, r);
                time_s = study_price(study, program, &own, duty_ratio).time_s;
            }
            compute_s[r * n + o] = time_s / topology_compute_ratio(study->topology, r);
        }
    }
    return compute_s;
}
