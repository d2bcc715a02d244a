#include "sim/accuracy/replays_private.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"

void replay_done(struct replay *replay)
{
    free(replay->plan);
    free(replay->shape);
    free(replay->times_s);
    plan_free(replay->operators);
    timeline_free(replay->timeline);
}

void replays_done(struct replay_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        replay_done(&set->replays[i]);
    free(set->replays);
    *set = (struct replay_set){0};
}

/* ---- Building one ---- */

struct replay replay_of(const char *plan, const char *schedule, enum launch launch,
                        double factor_ratio)
{
    struct replay replay = {
        .plan = mem_copy_string(plan),
        .shape = mem_format("%.*s", (int)strcspn(plan, "."), plan),
        .launch = launch,
        .factor_ratio = factor_ratio,
        .gpus = 1,
        .turns = 1,
        .instrumented_s = NAN,
        .rounds = 1,
        .round_spread_ratio = NAN,
        .operators = mem_zeroed(1, sizeof *replay.operators),
        .timeline = mem_zeroed(1, sizeof *replay.timeline),
    };
    replay.operators->schedule = mem_copy_string(schedule);
    replay.operators->ranks = replay.operators->ep = replay.operators->chunks = 1;
    replay.timeline->ranks = 1;
    return replay;
}

static size_t queue_named(struct plan *plan, const char *name)
{
    for (size_t q = 0; q < plan->queue_count; q++)
        if (strcmp(plan->queues[q], name) == 0)
            return q;
    plan->queues = mem_resized(plan->queues, plan->queue_count + 1, sizeof *plan->queues);
    plan->queues[plan->queue_count] = mem_copy_string(name);
    return plan->queue_count++;
}

static void add_to_plan(struct plan *plan, const struct told *told)
{
    size_t n = plan->operator_count++;
    plan->operators = mem_resized(plan->operators, n + 1, sizeof *plan->operators);
    plan->operators[n] = (struct plan_operator){.name = mem_copy_string(told->name),
                                                .kind = told->kind,
                                                .pass = told->pass,
                                                .queue = queue_named(plan, told->queue)};
    plan->backward |= told->pass != PASS_FORWARD;
}

#define UNTOLD (-1.0)

/* Makes room for a rank's operators, or for one more of the only rank. */
static void grow(struct timeline *timeline, size_t ranks, size_t operators)
{
    size_t had = timeline->ranks * timeline->operators, spans = ranks * operators;
    timeline->spans = mem_resized(timeline->spans, spans, sizeof *timeline->spans);
    for (size_t i = had; i < spans; i++)
        timeline->spans[i].end_s = UNTOLD;
    timeline->ranks = ranks;
    timeline->operators = operators;
}

bool replay_add_operator(struct replay *replay, const struct told *told)
{
    struct timeline *timeline = replay->timeline;
    size_t o = plan_operator_named(replay->operators, told->name);
    size_t n = replay->operators->operator_count;
    if (told->rank > timeline->ranks || (told->rank == 0 && timeline->ranks > 1))
        return false;
    if (told->rank == 0 && o == n) {
        add_to_plan(replay->operators, told);
        grow(timeline, 1, n + 1);
    } else if (told->rank == timeline->ranks) {
        grow(timeline, told->rank + 1, n);
    }
    if (o == timeline->operators)
        return false;
    struct span *span = &timeline->spans[told->rank * timeline->operators + o];
    if (span->end_s != UNTOLD)
        return false;
    *span = (struct span){told->start_s, told->start_s, told->start_s, told->end_s};
    timeline->end_s = fmax(timeline->end_s, told->end_s);
    return true;
}

bool replay_has_operators(const struct replay *replay)
{
    return replay->operators->operator_count > 0;
}

bool replay_is_whole(const struct replay *replay)
{
    const struct timeline *timeline = replay->timeline;
    if (!replay_has_operators(replay))
        return true;
    for (size_t i = 0; i < timeline->ranks * timeline->operators; i++)
        if (timeline->spans[i].end_s == UNTOLD)
            return false;
    return timeline->ranks == replay->gpus;
}

double replay_operator_s(const struct replay *replay, size_t operator_index)
{
    const struct timeline *timeline = replay->timeline;
    bool exchanges = operator_is_all_to_all(replay->operators->operators[operator_index].kind);
    double sum_s = 0, least_s = INFINITY;
    for (size_t rank = 0; rank < timeline->ranks; rank++) {
        const struct span *span = timeline_span(timeline, rank, operator_index);
        sum_s += span->end_s - span->start_s;
        least_s = fmin(least_s, span->end_s - span->start_s);
    }
    return exchanges ? least_s : sum_s / (double)timeline->ranks;
}

/* Of `count` draws from a normal distribution of deviation 1, how far the largest is from the
 * smallest on average: the integral of 1 - P^n - (1 - P)^n. */
static double mean_range(size_t count)
{
    const double step = 0.01, end = 9;
    double sum = 0;
    for (double x = -end; x <= end; x += step)
        sum += step * (1 - pow(gsl_cdf_ugaussian_P(x), (double)count) -
                       pow(gsl_cdf_ugaussian_Q(x), (double)count));
    return sum;
}

void replay_set_rounds(struct replay *replay, size_t count, double fastest_s, double slowest_s)
{
    if (count < 2)
        return;
    replay->rounds = count;
    replay->round_spread_ratio = (slowest_s - fastest_s) / mean_range(count) / replay->time_s;
}

void replay_add_run(struct replay *replay, double time_s)
{
    replay->times_s = mem_resized(replay->times_s, replay->runs + 1, sizeof *replay->times_s);
    replay->times_s[replay->runs++] = time_s;
    double *sorted = mem_zeroed(replay->runs, sizeof *sorted);
    memcpy(sorted, replay->times_s, replay->runs * sizeof *sorted);
    gsl_sort(sorted, 1, replay->runs);
    replay->time_s = gsl_stats_median_from_sorted_data(sorted, 1, replay->runs);
    free(sorted);
}

static bool same(const struct replay *a, const struct replay *b)
{
    return a->factor_ratio == b->factor_ratio && a->launch == b->launch && a->gpus == b->gpus &&
           strcmp(a->plan, b->plan) == 0;
}

/* What the first run that tells operators says of them. */
static void take_operators(struct replay *to, struct replay *from)
{
    struct replay had = *to;
    to->operators = from->operators;
    to->timeline = from->timeline;
    to->instrumented_s = from->instrumented_s;
    from->operators = had.operators;
    from->timeline = had.timeline;
}

void replays_add(struct replay_set *set, struct replay *replay)
{
    for (size_t i = 0; i < set->count; i++) {
        struct replay *known = &set->replays[i];
        if (!same(known, replay))
            continue;
        for (size_t run = 0; run < replay->runs; run++)
            replay_add_run(known, replay->times_s[run]);
        if (!replay_has_operators(known))
            take_operators(known, replay);
        replay_done(replay);
        return;
    }
    set->replays = mem_resized(set->replays, set->count + 1, sizeof *set->replays);
    set->replays[set->count++] = *replay;
}
