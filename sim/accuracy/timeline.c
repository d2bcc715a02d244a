/* Timeline files, "scmoesim/timeline/1": the probe's are read, predicted ones are read and written.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/accuracy/replays_private.h"
#include "sim/base/mem.h"

/* "folder/w1024-t8192.top2.json" is plan "w1024-t8192.top2". */
static char *plan_name(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t length = strlen(name), ending = text_ends_with(name, ".json") ? strlen(".json") : 0;
    return mem_format("%.*s", (int)(length - ending), name);
}

static int read_timeline_operator(const struct jcur *at, size_t rank, struct replay *replay)
{
    struct jcur kind_at, pass_at;
    struct told told = {.rank = rank};
    size_t kind = 0, pass = 0;
    int r = jget_string(at, "name", &told.name);
    r |= jget_string(at, "queue", &told.queue);
    r |= jcur_member(at, "kind", &kind_at) || jcur_word(&kind_at, operator_kind_names, &kind);
    r |= jcur_member(at, "pass", &pass_at) || jcur_word(&pass_at, operator_pass_names, &pass);
    r |= jget_non_negative(at, "start_s", &told.start_s);
    r |= jget_non_negative(at, "end_s", &told.end_s);
    if (r == 0 && told.end_s < told.start_s)
        r = jcur_error(at, "it ends at %g s, before it starts at %g s", told.end_s, told.start_s);
    if (r)
        return -1;
    told.kind = (enum operator_kind)kind;
    told.pass = (enum operator_pass)pass;
    if (!replay_add_operator(replay, &told))
        return jcur_error(at,
                          "expected the same operators of every rank, rank by rank; got \"%s\" of "
                          "rank %zu",
                          told.name, rank);
    return 0;
}

static int read_timeline_operators(const struct jcur *root, bool predicted, struct replay *replay)
{
    struct jcur list, element;
    size_t count, rank = 0;
    if (!predicted && !jcur_has(root, "operators", &list))
        return 0; /* the pair's time alone */
    if (jget_array(root, "operators", 1, 65536, &list, &count) < 0)
        return -1;
    int r = 0;
    for (size_t i = 0; i < count; i++) {
        element = jcur_element(&list, i);
        r |= jcur_object(&element) || jget_count_or(&element, "rank", 0, GPUS_MAX - 1, 0, &rank);
        if (r == 0)
            r = read_timeline_operator(&element, rank, replay);
    }
    return r ? -1 : 0;
}

/* Each round's time, where there are several. */
static int read_rounds(const struct jcur *root, struct replay *replay)
{
    struct jcur list, element;
    size_t count;
    double time_s, fastest_s = INFINITY, slowest_s = 0;
    int r = 0;
    if (!jcur_has(root, "round_times_s", &list))
        return 0;
    if (jcur_array(&list, 1, ROUNDS_MAX, &count) < 0)
        return -1;
    for (size_t i = 0; i < count && r == 0; i++) {
        element = jcur_element(&list, i);
        if ((r = jcur_positive(&element, &time_s)) == 0) {
            fastest_s = fmin(fastest_s, time_s);
            slowest_s = fmax(slowest_s, time_s);
        }
    }
    if (r == 0)
        replay_set_rounds(replay, count, fastest_s, slowest_s);
    return r;
}

/* A prediction tells one rank, for which all are alike. */
static int check_whole(const struct jcur *root, bool predicted, const struct replay *replay)
{
    size_t ranks = replay->timeline->ranks;
    if (replay_is_whole(replay) || (predicted && ranks == 1))
        return 0;
    return jcur_error(root,
                      "expected all operators of %zu ranks, got %zu ranks, or fewer operators of "
                      "one",
                      replay->gpus, ranks);
}

int replay_read_timeline(const struct json *doc, struct diag *diag, bool *ret_predicted,
                         struct replay *ret)
{
    static const char *const origins[] = {"measured", "predicted", NULL};
    struct jcur root = json_root(doc, diag), origin_at, instrumented_at, launch_at;
    const char *schedule = "", *plan = "";
    double factor = 1, pair_s = 0, instrumented_s = NAN, event_s = 0;
    size_t origin = 0, launch = LAUNCH_EAGER, gpus = 1, turns = 1;
    if (jcur_object(&root) < 0 || jget_schema(&root, "scmoesim/timeline/1") < 0)
        return -1;
    int r = jcur_member(&root, "origin", &origin_at) || jcur_word(&origin_at, origins, &origin);
    r |= jget_string(&root, "schedule", &schedule) || jget_string(&root, "plan", &plan);
    r |= jget_non_negative(&root, "factor_ratio", &factor);
    r |= jget_positive(&root, "pair_time_s", &pair_s);
    r |= jget_non_negative_or(&root, "event_s", 0, &event_s);
    r |= jget_count_or(&root, "gpus", 1, GPUS_MAX, 1, &gpus);
    r |= jget_count_or(&root, "turns", 1, TURNS_MAX, 1, &turns);
    if (jcur_has(&root, "launch", &launch_at) || origin == 0)
        r |= jcur_member(&root, "launch", &launch_at) ||
             jcur_word(&launch_at, launch_names, &launch);
    if (jcur_has(&root, "instrumented_pair_time_s", &instrumented_at))
        r |= jcur_positive(&instrumented_at, &instrumented_s);
    if (r)
        return -1;
    char *name = plan_name(plan);
    struct replay replay = replay_of(name, schedule, (enum launch)launch, factor);
    free(name);
    replay_add_run(&replay, pair_s);
    replay.instrumented_s = instrumented_s;
    replay.event_s = event_s;
    replay.gpus = gpus;
    replay.turns = turns;
    if (read_rounds(&root, &replay) < 0 ||
        read_timeline_operators(&root, origin == 1, &replay) < 0 ||
        check_whole(&root, origin == 1, &replay) < 0) {
        replay_done(&replay);
        return -1;
    }
    *ret_predicted = origin == 1;
    *ret = replay;
    return 0;
}

/* ---- Writing ---- */

static void write_operators(struct jout *out, const struct plan *plan,
                            const struct timeline *timeline)
{
    jout_array(out, "operators");
    for (size_t o = 0; o < plan->operator_count; o++) {
        const struct plan_operator *op = &plan->operators[o];
        const struct span *span = timeline_span(timeline, 0, o);
        jout_inline(out);
        jout_object(out, NULL);
        jout_string(out, "name", op->name);
        jout_string(out, "kind", operator_kind_names[op->kind]);
        jout_string(out, "pass", operator_pass_names[op->pass]);
        jout_string(out, "queue", plan->queues[op->queue]);
        jout_number(out, "start_s", span->start_s);
        jout_number(out, "end_s", span->end_s);
        jout_end(out, '}');
    }
    jout_end(out, ']');
}

void timeline_write_predicted(const struct predicted_facts *facts, const struct plan *plan,
                              const struct settled *settled, struct text *to)
{
    struct jout out;
    jout_init(&out, to);
    jout_object(&out, NULL);
    jout_string(&out, "schema", "scmoesim/timeline/1");
    jout_string(&out, "origin", "predicted");
    jout_string(&out, "schedule", plan->schedule);
    jout_string(&out, "plan", facts->path);
    jout_string(&out, "launch", launch_names[facts->launch]);
    jout_number(&out, "factor_ratio", facts->factor_ratio);
    if (facts->gpus > 1)
        jout_count(&out, "gpus", facts->gpus);
    jout_number(&out, "pair_time_s", settled->timeline->end_s);
    jout_number(&out, "duty_ratio", settled->duty_ratio);
    jout_number(&out, "costs_measured_ratio", settled->measured_ratio);
    jout_number(&out, "event_s", facts->event_s);
    write_operators(&out, plan, settled->timeline);
    jout_end(&out, '}');
}
