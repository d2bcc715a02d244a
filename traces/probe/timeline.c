#include "timeline.h"

#include "sim/base/file.h"
#include "sim/base/json.h"
#include "version.h"

static void put_provenance(struct jout *out, const struct timeline *timeline)
{
    jout_string(out, "probe", "scmoesim-probe " PROBE_VERSION);
    jout_string(out, "gpu", timeline->gpu);
    jout_string(out, "driver", timeline->facts.driver);
    jout_string(out, "command", timeline->options->line);
    jout_number(out, "power_limit_w", timeline->facts.power_limit_w);
    jout_number(out, "sm_clock_mean_hz", timeline->tally->average.sm_clock_hz);
    jout_number(out, "power_mean_w", timeline->tally->average.power_w);
}

static void put_times(struct jout *out, const struct timeline *timeline)
{
    jout_number(out, "pair_time_s", timeline->pair.median_s);
    jout_number(out, "pair_time_p10_s", timeline->pair.p10_s);
    jout_number(out, "pair_time_p90_s", timeline->pair.p90_s);
    jout_number(out, "instrumented_pair_time_s", timeline->tally->instrumented_pair.median_s);
    jout_inline(out);
    jout_array(out, "round_times_s");
    for (size_t i = 0; i < timeline->tally->rounds; i++)
        jout_number(out, NULL, timeline->tally->round_s[i]);
    jout_end(out, ']');
}

static void put_operator(struct jout *out, const struct timeline *timeline, size_t rank,
                         size_t which)
{
    const struct plan *plan = timeline->plan;
    const struct plan_operator *op = &plan->operators[which];
    size_t place = rank * plan->operator_count + which;
    jout_inline(out);
    jout_object(out, NULL);
    jout_string(out, "name", op->name);
    jout_string(out, "kind", operator_kind_names[op->kind]);
    jout_string(out, "pass", operator_pass_names[op->pass]);
    jout_count(out, "rank", rank);
    jout_string(out, "queue", plan->queues[op->queue]);
    jout_number(out, "start_s", timeline->tally->start_s[place]);
    jout_number(out, "end_s", timeline->tally->end_s[place]);
    jout_end(out, '}');
}

static void put_all(struct jout *out, const struct timeline *timeline)
{
    jout_object(out, NULL);
    jout_string(out, "schema", "scmoesim/timeline/1");
    jout_string(out, "origin", "measured");
    jout_string(out, "schedule", timeline->plan->schedule);
    jout_string(out, "plan", timeline->plan_path);
    jout_string(out, "launch", timeline->in_graph ? "graph" : "eager");
    jout_number(out, "factor_ratio", timeline->factor);
    jout_count(out, "gpus", (size_t)timeline->ranks);
    jout_count(out, "turns", timeline->turns);
    jout_count(out, "pairs", timeline->pair.samples);
    put_times(out, timeline);
    put_provenance(out, timeline);
    jout_array(out, "operators");
    for (size_t rank = 0; rank < (size_t)timeline->ranks; rank++) {
        for (size_t i = 0; i < timeline->plan->operator_count; i++)
            put_operator(out, timeline, rank, i);
    }
    jout_end(out, ']');
    jout_end(out, '}');
}

int timeline_write(const struct timeline *timeline, const char *path, struct diag *diag)
{
    struct text file = {0};
    struct jout out;
    jout_init(&out, &file);
    put_all(&out, timeline);
    int r = file_write(path, &file, diag);
    text_done(&file);
    return r;
}
