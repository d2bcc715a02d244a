#include "sim/predict/sms.h"

#include <math.h>

/* Spans that touch, up to the rounding of the engine's clock. */
#define SAME_S 1e-10

/* How much longer the kernel runs that is at work at a time within the operator's span. */
static double rest_of_kernel_s(const struct plan_operator *op, enum dtype dtype,
                               const struct gpu *gpu, const struct span *span, double at_s)
{
    double shares[OPERATOR_KERNELS_MAX], end_s = span->start_s;
    size_t count = roofline_shares(gpu, op->kind, op->pass, &op->shape, dtype, shares);
    for (size_t k = 0; k < count; k++) {
        end_s += shares[k] * (span->end_s - span->start_s);
        if (end_s > at_s + SAME_S)
            return end_s - at_s;
    }
    return 0;
}

static double wait_at(const struct plan *plan, enum dtype dtype, const struct gpu *gpu,
                      const struct timeline *seen, double at_s)
{
    double wait_s = 0;
    for (size_t o = 0; o < plan->operator_count; o++) {
        const struct plan_operator *op = &plan->operators[o];
        const struct span *span = timeline_span(seen, 0, o);
        if (operator_computes(op->kind) && span->start_s <= at_s + SAME_S &&
            span->end_s > at_s + SAME_S)
            wait_s = fmax(wait_s, rest_of_kernel_s(op, dtype, gpu, span, at_s));
    }
    return wait_s;
}

void sms_wait(const struct plan *plan, enum dtype dtype, const struct predict_settings *settings,
              const struct timeline *seen, double *wait_s)
{
    for (size_t o = 0; o < plan->operator_count; o++)
        wait_s[o] =
            operator_is_all_to_all(plan->operators[o].kind)
                ? wait_at(plan, dtype, settings->gpu, seen, timeline_span(seen, 0, o)->start_s)
                : 0;
}
