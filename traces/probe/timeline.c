#include "timeline.h"

#include <math.h>
#include "json.h"
#include "version.h"

static void put_member(FILE *to, const char *key, const char *text)
{
    fprintf(to, "  \"%s\": ", key);
    json_put_string(to, text);
    fputs(",\n", to);
}

static void put_number(FILE *to, const char *key, double value)
{
    if (isfinite(value))
        fprintf(to, "  \"%s\": %.17g,\n", key, value);
    else
        fprintf(to, "  \"%s\": null,\n", key);
}

static void put_provenance(FILE *to, const struct timeline *timeline)
{
    put_member(to, "probe", "scmoesim-probe " PROBE_VERSION);
    put_member(to, "gpu", timeline->gpu);
    put_member(to, "driver", timeline->facts.driver);
    put_member(to, "command", timeline->options->line);
    put_number(to, "power_limit_w", timeline->facts.power_limit_w);
    put_number(to, "sm_clock_mean_hz", timeline->tally->average.sm_clock_hz);
    put_number(to, "power_mean_w", timeline->tally->average.power_w);
}

static void put_times(FILE *to, const struct timeline *timeline)
{
    put_number(to, "pair_time_s", timeline->pair.median_s);
    put_number(to, "pair_time_p10_s", timeline->pair.p10_s);
    put_number(to, "pair_time_p90_s", timeline->pair.p90_s);
    put_number(to, "instrumented_pair_time_s", timeline->tally->instrumented_pair.median_s);
    fputs("  \"round_times_s\": [", to);
    for (size_t i = 0; i < timeline->tally->rounds; i++)
        fprintf(to, "%s%.17g", i ? ", " : "", timeline->tally->round_s[i]);
    fputs("],\n", to);
}

static void put_operator(FILE *to, const struct timeline *timeline, size_t rank, size_t which)
{
    const struct plan *plan = timeline->plan;
    const struct plan_operator *op = &plan->operators[which];
    size_t place = rank * plan->operator_count + which;
    fputs("    { \"name\": ", to);
    json_put_string(to, op->name);
    fprintf(to, ", \"kind\": \"%s\", \"pass\": \"%s\", \"rank\": %zu, \"queue\": ",
            kind_names[op->kind], pass_names[op->pass], rank);
    json_put_string(to, plan->queues[op->queue]);
    fprintf(to, ", \"start_s\": %.17g, \"end_s\": %.17g }", timeline->tally->start_s[place],
            timeline->tally->end_s[place]);
}

static void put_operators(FILE *to, const struct timeline *timeline)
{
    const char *between = "\n";
    fputs("  \"operators\": [", to);
    for (size_t rank = 0; rank < (size_t)timeline->ranks; rank++) {
        for (size_t i = 0; i < timeline->plan->operator_count; i++) {
            fputs(between, to);
            put_operator(to, timeline, rank, i);
            between = ",\n";
        }
    }
    fputs("\n  ]\n}\n", to);
}

static void put_all(FILE *to, const void *what)
{
    const struct timeline *timeline = what;
    fputs("{\n  \"schema\": \"scmoesim/timeline/1\",\n", to);
    put_member(to, "origin", "measured");
    put_member(to, "schedule", timeline->plan->schedule);
    put_member(to, "plan", timeline->plan_path);
    put_member(to, "launch", timeline->in_graph ? "graph" : "eager");
    put_number(to, "factor_ratio", timeline->factor);
    put_number(to, "gpus", timeline->ranks);
    put_number(to, "turns", (double)timeline->turns);
    put_number(to, "pairs", (double)timeline->pair.samples);
    put_times(to, timeline);
    put_provenance(to, timeline);
    put_operators(to, timeline);
}

int timeline_write(const struct timeline *timeline, const char *path, struct complaint *why)
{
    return write_whole(path, put_all, timeline, why);
}
