/* Outcomes as tables for other programs. */
#include "sim/accuracy/accuracy.h"
#include "sim/base/csv.h"

static void put_replay(struct csv_out *out, const struct replay *replay)
{
    csv_put_text(out, replay->plan);
    csv_put_text(out, replay->operators->schedule);
    csv_put_text(out, launch_names[replay->launch]);
    csv_put_number(out, replay->factor_ratio);
}

void outcomes_write(const struct outcome *outcomes, size_t count, struct text *to)
{
    struct csv_out out = {.to = to};
    text_add(to,
             "plan,schedule,launch,factor_ratio,runs,measured_s,repeat_s,predicted_s,error_ratio,"
             "duty_ratio,costs_measured_ratio,overlap_measured_ratio,overlap_predicted_ratio,"
             "speedup_measured_ratio,speedup_predicted_ratio,tuned\n");
    for (size_t i = 0; i < count; i++) {
        const struct outcome *outcome = &outcomes[i];
        put_replay(&out, outcome->replay);
        csv_put_count(&out, outcome->replay->runs);
        csv_put_number(&out, outcome->replay->time_s);
        csv_put_number(&out, outcome->repeat_s);
        csv_put_number(&out, outcome->predicted_s);
        csv_put_number(&out, outcome->predicted_s / outcome->replay->time_s - 1);
        csv_put_number(&out, outcome->duty_ratio);
        csv_put_number(&out, outcome->costs_measured_ratio);
        csv_put_number(&out, outcome->overlap_measured_ratio);
        csv_put_number(&out, outcome->overlap_predicted_ratio);
        csv_put_number(&out, outcome->speedup_measured_ratio);
        csv_put_number(&out, outcome->speedup_predicted_ratio);
        csv_put_count(&out, outcome->tuned);
        csv_end_row(&out);
    }
}

static void put_operator(struct csv_out *out, const struct outcome *outcome, size_t index)
{
    const struct plan *plan = outcome->replay->operators;
    const struct plan_operator *op = &plan->operators[index];
    const struct span *measured = timeline_span(outcome->replay->timeline, 0, index);
    const struct span *predicted = &outcome->spans[index];
    double measured_s = outcome_measured_s(outcome, index);
    double predicted_s = outcome_predicted_s(outcome, index);
    put_replay(out, outcome->replay);
    csv_put_text(out, op->name);
    csv_put_text(out, operator_kind_names[op->kind]);
    csv_put_text(out, operator_pass_names[op->pass]);
    csv_put_text(out, plan->queues[op->queue]);
    csv_put_number(out, measured->start_s);
    csv_put_number(out, measured_s);
    csv_put_number(out, predicted->start_s);
    csv_put_number(out, predicted_s);
    csv_put_number(out, predicted_s / measured_s - 1);
    csv_end_row(out);
}

void outcomes_write_operators(const struct outcome *outcomes, size_t count, struct text *to)
{
    struct csv_out out = {.to = to};
    text_add(to, "plan,schedule,launch,factor_ratio,operator,kind,pass,queue,measured_start_s,"
                 "measured_s,predicted_start_s,predicted_s,error_ratio\n");
    for (size_t i = 0; i < count; i++)
        for (size_t o = 0; o < outcomes[i].replay->operators->operator_count; o++)
            put_operator(&out, &outcomes[i], o);
}
