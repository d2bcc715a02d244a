#include "sim/predict/predict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"

/* Playing at a duty gives a duty; a few rounds bring both within a thousandth. */
#define ROUNDS_MAX 8
#define SETTLED 1e-3

int predict_open(struct diag *diag, struct engine **ret)
{
    static const char xml[] =
        "<?xml version=\"1.0\"?>\n"
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

static bool same_operator(const struct cost_measurement *a, const struct cost_measurement *b)
{
    struct operator_shape x = operator_used_shape(a->kind, &a->shape);
    struct operator_shape y = operator_used_shape(b->kind, &b->shape);
    return a->kind == b->kind && a->pass == b->pass && a->dtype == b->dtype &&
           strcmp(a->protocol, b->protocol) == 0 && x.tokens == y.tokens && x.hidden == y.hidden &&
           x.ffn_hidden == y.ffn_hidden && x.heads == y.heads && x.span_tokens == y.span_tokens &&
           x.experts == y.experts && x.top_k == y.top_k;
}

double predict_copy_share(const struct cost_table *beside, const struct cost_table *costs)
{
    double beside_s = 0, alone_s = 0;
    for (size_t b = 0; b < cost_table_rows(beside); b++) {
        struct cost_measurement slowed, alone;
        cost_table_measurement(beside, b, &slowed);
        for (size_t a = 0; slowed.is_operator && a < cost_table_rows(costs); a++) {
            cost_table_measurement(costs, a, &alone);
            if (!alone.is_operator || !same_operator(&slowed, &alone))
                continue;
            beside_s += slowed.time_s;
            alone_s += alone.time_s;
            break;
        }
    }
    return beside_s > alone_s ? fmin(1 - alone_s / beside_s, 0.5) : 0;
}

/* The plan as one rank of it; shares everything with the original. */
static struct plan one_rank(const struct plan *plan)
{
    struct plan alone = *plan;
    alone.ranks = alone.ep = 1;
    return alone;
}

/* What does not depend on the duty. */
static int price_exchanges(const struct plan *plan, const struct predict_settings *settings,
                           struct diag *diag, double *a2a_s)
{
    for (size_t o = 0; o < plan->operator_count; o++) {
        const struct plan_operator *op = &plan->operators[o];
        double bytes = op->a2a_bytes * settings->factor_ratio;
        if (!operator_is_all_to_all(op->kind) || bytes < 1)
            continue;
        if (!cost_copy_s(settings->costs, "copy_bidirectional", bytes, &a2a_s[o]))
            return diag_say(diag, "the cost file has fewer than two rows of copy_bidirectional");
    }
    return 0;
}

/* Returns the share of compute time that was measured. */
static double price_operators(const struct plan *plan, enum dtype dtype,
                              const struct predict_settings *settings, double duty_ratio,
                              double *compute_s)
{
    double all_s = 0, measured_s = 0;
    for (size_t o = 0; o < plan->operator_count; o++) {
        const struct plan_operator *op = &plan->operators[o];
        if (operator_is_all_to_all(op->kind))
            continue;
        struct cost cost = cost_at_duty(settings->costs, settings->gpu, op->kind, op->pass,
                                        &op->shape, dtype, duty_ratio);
        compute_s[o] = cost.time_s;
        all_s += cost.time_s;
        measured_s += cost.origin == COST_SYNTHETIC ? 0 : cost.time_s;
    }
    return all_s > 0 ? measured_s / all_s : 1;
}

static double duty_of(const struct plan *plan, const struct timeline *timeline)
{
    double busy_s = 0;
    for (size_t o = 0; o < plan->operator_count; o++)
        if (!operator_is_all_to_all(plan->operators[o].kind))
            busy_s += timeline_span(timeline, 0, o)->end_s - timeline_span(timeline, 0, o)->start_s;
    return timeline->end_s > 0 ? fmin(busy_s / timeline->end_s, 1) : 1;
}

int predict_plan(struct engine *engine, const struct plan *plan, enum dtype dtype,
                 const struct predict_settings *settings, struct diag *diag, struct prediction *ret)
{
    struct plan alone = one_rank(plan);
    struct flow_set no_flows = {0};
    double *compute_s = mem_zeroed(plan->operator_count, sizeof *compute_s);
    double *a2a_s = mem_zeroed(plan->operator_count, sizeof *a2a_s);
    struct prediction prediction = {.duty_ratio = 1};
    int r = price_exchanges(plan, settings, diag, a2a_s);
    for (int round = 0; r == 0 && round < ROUNDS_MAX; round++) {
        double before = prediction.duty_ratio;
        prediction.measured_ratio = price_operators(plan, dtype, settings, before, compute_s);
        timeline_free(prediction.timeline);
        prediction.timeline = NULL;
        struct engine_job job = {
            .plan = &alone, .compute_s = compute_s, .dispatch = &no_flows,
            .combine = &no_flows, .a2a_s = a2a_s, .sm_share_ratio = settings->copy_share_ratio};
        r = engine_play(engine, &job, diag, &prediction.timeline);
        if (r == 0)
            prediction.duty_ratio = duty_of(plan, prediction.timeline);
        if (fabs(prediction.duty_ratio - before) < SETTLED)
            break;
    }
    free(compute_s);
    free(a2a_s);
    if (r < 0)
        timeline_free(prediction.timeline);
    else
        *ret = prediction;
    return r;
}
