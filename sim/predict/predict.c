#include "sim/predict/predict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"
#include "sim/cost/price.h"
#include "sim/predict/copies.h"
#include "sim/predict/sms.h"

/* Playing at a state gives a state; a few rounds bring both within a thousandth. */
#define ROUNDS_MAX 16
#define SETTLED 1e-3

int predict_open(struct diag *diag, struct engine **ret)
{
    static const char xml[] = "<?xml version=\"1.0\"?>\n"
                              "<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n"
                              "<platform version=\"4.1\"><zone id=\"gpu\" routing=\"Full\">"
                              "<host id=\"gpu0\" speed=\"1f\"/></zone></platform>\n";
    const char *const hosts[] = {"gpu0"};
    struct text text = {0};
    text_add(&text, "%s", xml);
    int r = engine_open(&text, hosts, 1, diag, ret);
    text_done(&text);
    return r;
}

/* The plan as one rank of it; shares everything with the original. */
static struct plan one_rank(const struct plan *plan)
{
    struct plan alone = *plan;
    alone.ranks = alone.ep = 1;
    return alone;
}

/* What a plan's operators do to each other: the state that prices depend on, and that playing at
 * those prices gives again. */
struct surroundings {
    double duty_ratio;
    double *beside_ratio; /* [operator]: share of its time with an operator of the other sort
                             running, a copy beside a compute operator and the reverse */
};

static double duty_of(const struct plan *plan, const struct timeline *timeline)
{
    double busy_s = 0;
    for (size_t o = 0; o < plan->operator_count; o++)
        if (operator_computes(plan->operators[o].kind))
            busy_s += timeline_span(timeline, 0, o)->end_s - timeline_span(timeline, 0, o)->start_s;
    return timeline->end_s > 0 ? fmin(busy_s / timeline->end_s, 1) : 1;
}

/* Moves towards what was seen, from some round on only half way so that two states cannot take
 * turns. Returns the largest change that was asked for. */
static double approach(struct surroundings *at, const struct plan *plan,
                       const struct timeline *timeline, double step)
{
    double seen = duty_of(plan, timeline), change = fabs(seen - at->duty_ratio);
    at->duty_ratio += step * (seen - at->duty_ratio);
    for (size_t o = 0; o < plan->operator_count; o++) {
        seen = spans_beside_ratio(plan, timeline_span(timeline, 0, 0), o);
        change = fmax(change, fabs(seen - at->beside_ratio[o]));
        at->beside_ratio[o] += step * (seen - at->beside_ratio[o]);
    }
    return change;
}

/* What operators take together. */
struct compute {
    double all_s, measured_s; /* measured or interpolated */
};

/* What a play of the plan goes by, [operator] each. */
struct prices {
    double *compute_s, *a2a_s;
    double *wait_s;        /* of an All-to-All, for SMs */
    double sm_share_ratio; /* that All-to-Alls hold */
    double rested_s; /* all compute on a GPU that rests nearly always; 0 on one GPU, where nobody
                        asks */
};

/* Among several GPUs, by NCCL's kernels, which run at the clock that the plan's compute leaves: how
 * much longer compute takes than on a GPU that rests is how much longer they take than alone. */
static int price_all_to_alls(const struct plan *plan, const struct predict_settings *settings,
                             const struct surroundings *at, double compute_s, struct diag *diag,
                             struct prices *to)
{
    double clock_ratio = to->rested_s > 0 ? compute_s / to->rested_s : 1;
    double beside_compute_ratio = cost_overhead_s(settings->costs, "all_to_all_beside_compute");
    for (size_t o = 0; o < plan->operator_count; o++) {
        const struct plan_operator *op = &plan->operators[o];
        double bytes = op->comm_bytes * settings->factor_ratio;
        if (!operator_is_all_to_all(op->kind))
            continue;
        if (!cost_all_to_all_s(settings->costs, settings->gpus, bytes, &to->a2a_s[o]))
            return diag_say(diag, "the cost file has no rows of all_to_all among %zu ranks",
                            settings->gpus);
        to->a2a_s[o] *= clock_ratio * (1 + beside_compute_ratio * at->beside_ratio[o]);
    }
    return 0;
}

/* On one GPU, with the host's memory. */
static int price_exchanges(const struct plan *plan, const struct predict_settings *settings,
                           const struct surroundings *at, struct diag *diag, double *a2a_s)
{
    double beside_compute_s = cost_overhead_s(settings->costs, "exchange_beside_compute");
    double in_graph_s = settings->launch == LAUNCH_GRAPH
                            ? cost_overhead_s(settings->costs, "exchange_in_graph")
                            : 0;
    for (size_t o = 0; o < plan->operator_count; o++) {
        const struct plan_operator *op = &plan->operators[o];
        double bytes = op->comm_bytes * settings->factor_ratio;
        if (!operator_is_all_to_all(op->kind) || bytes < 1)
            continue;
        if (!cost_copy_s(settings->costs, "copy_bidirectional", bytes, &a2a_s[o]))
            return diag_say(diag, "the cost file has no rows of copy_bidirectional");
        a2a_s[o] += in_graph_s + beside_compute_s * at->beside_ratio[o];
    }
    return 0;
}

/* What copies beside a kernel add to it. */
static double beside_copies_s(const struct predict_settings *settings)
{
    if (settings->gpus > 1)
        return 0;
    double eager_s = cost_overhead_s(settings->costs, "launch_beside_copies");
    return settings->launch == LAUNCH_EAGER
               ? eager_s
               : eager_s + cost_overhead_s(settings->costs, "launch_in_graph_beside_copies");
}

static struct compute price_operators(const struct plan *plan, enum dtype dtype,
                                      const struct predict_settings *settings,
                                      const struct surroundings *at, double *compute_s)
{
    double beside_s = beside_copies_s(settings);
    struct compute sum = {0};
    for (size_t o = 0; o < plan->operator_count; o++) {
        const struct plan_operator *op = &plan->operators[o];
        struct kernel_work kernels[OPERATOR_KERNELS_MAX];
        if (operator_is_all_to_all(op->kind))
            continue;
        struct cost cost = price_at_duty(settings->costs, settings->gpu, op, dtype, at->duty_ratio);
        if (!operator_computes(op->kind)) {
            compute_s[o] = cost.time_s;
            continue;
        }
        double launches = (double)operator_kernels(op->kind, op->pass, &op->shape, dtype, kernels);
        compute_s[o] = cost.time_s + launches * beside_s * at->beside_ratio[o] +
                       launch_added_s(settings->launch, settings->costs, settings->gpu, op->kind,
                                      op->pass, &op->shape, dtype);
        sum.all_s += cost.time_s;
        sum.measured_s += cost.origin == COST_SYNTHETIC ? 0 : cost.time_s;
    }
    return sum;
}

static double rested_s(const struct plan *plan, enum dtype dtype,
                       const struct predict_settings *settings)
{
    double sum_s = 0;
    for (size_t o = 0; o < plan->operator_count; o++)
        if (operator_computes(plan->operators[o].kind))
            sum_s +=
                price_at_duty(settings->costs, settings->gpu, &plan->operators[o], dtype, 0).time_s;
    return sum_s;
}

static int play(struct engine *engine, const struct plan *plan, const struct prices *prices,
                struct diag *diag, struct timeline **timeline)
{
    struct flow_set no_flows = {0};
    struct engine_job job = {.plan = plan,
                             .compute_s = prices->compute_s,
                             .dispatch = &no_flows,
                             .combine = &no_flows,
                             .a2a_s = prices->a2a_s,
                             .a2a_wait_s = prices->wait_s,
                             .sm_share_ratio = prices->sm_share_ratio};
    timeline_free(*timeline);
    *timeline = NULL;
    return engine_play(engine, &job, diag, timeline);
}

/* Of the SMs, what an All-to-All's kernels hold; copy engines hold none. */
static double held_ratio(const struct predict_settings *settings)
{
    size_t held = cost_all_to_all_sms(settings->costs, settings->gpus);
    return settings->gpu->sm_count ? fmin((double)held / (double)settings->gpu->sm_count, 0.5) : 0;
}

static int price_all(const struct plan *plan, enum dtype dtype,
                     const struct predict_settings *settings, const struct surroundings *at,
                     struct diag *diag, struct prices *to, struct prediction *prediction)
{
    const struct timeline *seen = prediction->timeline;
    struct compute compute = price_operators(plan, dtype, settings, at, to->compute_s);
    prediction->measured_ratio = compute.all_s > 0 ? compute.measured_s / compute.all_s : 1;
    if (settings->gpus > 1) {
        if (seen)
            sms_wait(plan, dtype, settings, seen, to->wait_s);
        return price_all_to_alls(plan, settings, at, compute.all_s, diag, to);
    }
    int r = price_exchanges(plan, settings, at, diag, to->a2a_s);
    if (r == 0 && seen)
        copies_wait(plan, settings, seen, to->compute_s, to->a2a_s);
    return r;
}

int predict_plan(struct engine *engine, const struct plan *plan, enum dtype dtype,
                 const struct predict_settings *settings, struct diag *diag, struct prediction *ret)
{
    struct plan alone = one_rank(plan);
    size_t n = plan->operator_count;
    struct prices prices = {.compute_s = mem_zeroed(n, sizeof(double)),
                            .a2a_s = mem_zeroed(n, sizeof(double)),
                            .wait_s = mem_zeroed(n, sizeof(double))};
    struct surroundings at = {1, mem_zeroed(n, sizeof *at.beside_ratio)};
    struct prediction prediction = {0};
    double change = 1;
    int r = 0;
    if (settings->gpus > 1 && plan->ep != settings->gpus)
        r = diag_say(diag, "schedule %s: its All-to-Alls are among %zu GPUs, not %zu",
                     plan->schedule, plan->ep, settings->gpus);
    if (r == 0 && settings->gpus > 1) {
        prices.sm_share_ratio = held_ratio(settings);
        prices.rested_s = rested_s(plan, dtype, settings);
    }
    for (int round = 0; r == 0 && round < ROUNDS_MAX && change >= SETTLED; round++) {
        r = price_all(plan, dtype, settings, &at, diag, &prices, &prediction);
        if (r == 0)
            r = play(engine, &alone, &prices, diag, &prediction.timeline);
        if (r == 0)
            change = approach(&at, plan, prediction.timeline, round < ROUNDS_MAX / 2 ? 1 : 0.5);
    }
    prediction.duty_ratio = at.duty_ratio;
    free(at.beside_ratio);
    free(prices.compute_s);
    free(prices.a2a_s);
    free(prices.wait_s);
    if (r < 0)
        timeline_free(prediction.timeline);
    else
        *ret = prediction;
    return r;
}
