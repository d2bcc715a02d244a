/* The critical path on cases that fit on a page, then its laws over played random plans. */
#include <gsl/gsl_test.h>
#include "sim/report/metrics.h"
#include "tests/unit/report/fixture.h"

static const char *const two_queues[] = {"compute", "communication", NULL};

struct want_step {
    size_t rank, operator_index;
    double from_s, to_s;
};

static void check(const struct plan *plan, const struct timeline *timeline,
                  const struct want_step *want, size_t count, const char *why)
{
    struct critical_step *steps;
    size_t got = critical_path(plan, timeline, &steps);
    gsl_test_int((int)got, (int)count, "%s: number of steps", why);
    for (size_t i = 0; i < got && i < count; i++) {
        gsl_test_int((int)steps[i].rank, (int)want[i].rank, "%s: rank of step %zu", why, i);
        gsl_test_int((int)steps[i].operator_index, (int)want[i].operator_index,
                     "%s: operator of step %zu", why, i);
        gsl_test_abs(steps[i].from_s, want[i].from_s, 0, "%s: from of step %zu", why, i);
        gsl_test_abs(steps[i].to_s, want[i].to_s, 0, "%s: to of step %zu", why, i);
    }
    free(steps);
}

/* attention 0..2; dispatch 2..7 beside mlp 2..5; expert 7..8, which waited for dispatch and not for
 * the compute queue, free since 5. */
static void waits_beat_queue(void)
{
    const struct row rows[] = {
        {.name = "attention", .kind = OPERATOR_ATTENTION, .time_s = 2},
        {.name = "dispatch", .kind = OPERATOR_DISPATCH, .queue = 1, .after = {1}},
        {.name = "mlp", .kind = OPERATOR_MLP, .after = {1}},
        {.name = "expert", .kind = OPERATOR_EXPERT, .after = {2}}};
    struct plan *plan = build_plan("t", 1, 1, two_queues, rows, 4);
    struct timeline *timeline = play(plan, (const double[]){2, 5, 3, 1});
    check(plan, timeline, (const struct want_step[]){{0, 0, 0, 2}, {0, 1, 2, 7}, {0, 3, 7, 8}}, 3,
          "waits beat queue");
    drop_timeline(timeline);
    /* The other way round, dispatch 2..4: now the queue is what kept the expert. */
    timeline = play(plan, (const double[]){2, 2, 3, 1});
    check(plan, timeline, (const struct want_step[]){{0, 0, 0, 2}, {0, 2, 2, 5}, {0, 3, 5, 6}}, 3,
          "queue beats waits");
    drop_timeline(timeline);
    /* Both end at 5: the wait is named. */
    timeline = play(plan, (const double[]){2, 3, 3, 1});
    check(plan, timeline, (const struct want_step[]){{0, 0, 0, 2}, {0, 1, 2, 5}, {0, 3, 5, 6}}, 3,
          "a tie goes to the wait");
    drop_timeline(timeline);
    drop_plan(plan);
}

/* Two waits that end together: the lower position, whatever order `after` has. */
static void tie_of_waits(void)
{
    const struct row rows[] = {{.name = "a", .kind = OPERATOR_MLP},
                               {.name = "b", .kind = OPERATOR_DISPATCH, .queue = 1},
                               {.name = "c", .kind = OPERATOR_DECODE, .queue = 1, .after = {2, 1}}};
    struct plan *plan = build_plan("t", 1, 1, two_queues, rows, 3);
    struct timeline *timeline = play(plan, (const double[]){4, 4, 1});
    check(plan, timeline, (const struct want_step[]){{0, 0, 0, 4}, {0, 2, 4, 5}}, 2,
          "tie of waits");
    drop_timeline(timeline);
    drop_plan(plan);
}

/* Four ranks in groups of two; attention takes 2, 6, 9, 1 s, dispatch 3 s, expert 4, 1, 1, 1 s.
 * Group {0, 1}: dispatch flows from 6 to 9, expert of rank 0 ends at 13. Group {2, 3}: from 9 to
 * 12, experts end at 13 on both. The last end is 13 on ranks 0, 2 and 3; rank 0 is the lowest. Its
 * dispatch started at 2 but rank 1 came at 6: the path goes over to rank 1 there. */
static void straggler(void)
{
    const struct row rows[] = {
        {.name = "attention", .kind = OPERATOR_ATTENTION},
        {.name = "dispatch", .kind = OPERATOR_DISPATCH, .queue = 1, .after = {1}},
        {.name = "expert", .kind = OPERATOR_EXPERT, .after = {2}}};
    struct plan *plan = build_plan("t", 4, 2, two_queues, rows, 3);
    struct timeline *timeline =
        play(plan, (const double[]){2, 3, 4, /**/ 6, 3, 1, /**/ 9, 3, 1, /**/ 1, 3, 1});
    check(plan, timeline, (const struct want_step[]){{1, 0, 0, 6}, {0, 1, 6, 9}, {0, 2, 9, 13}}, 3,
          "straggler");
    drop_timeline(timeline);
    /* Rank 3 computes for 5 s instead: it ends last, at 17, after rank 2 kept it until 9. */
    timeline = play(plan, (const double[]){2, 3, 4, /**/ 6, 3, 1, /**/ 9, 3, 1, /**/ 1, 3, 5});
    check(plan, timeline, (const struct want_step[]){{2, 0, 0, 9}, {3, 1, 9, 12}, {3, 2, 12, 17}},
          3, "straggler in the second group");
    drop_timeline(timeline);
    drop_plan(plan);
}

/* Launch gaps on a real GPU: a step begins at its start, and the gap belongs to none. */
static void launch_gap(void)
{
    const struct row rows[] = {{.name = "a", .kind = OPERATOR_ATTENTION},
                               {.name = "b", .kind = OPERATOR_MLP}};
    struct plan *plan = build_plan("t", 1, 1, two_queues, rows, 2);
    struct timeline *timeline = empty_timeline(1, 2);
    set_span(timeline, 0, 0, 1, 2);
    set_span(timeline, 0, 1, 3, 4);
    timeline->spans[0].ready_s = 0;
    timeline->spans[1].ready_s = 2;
    check(plan, timeline, (const struct want_step[]){{0, 0, 1, 2}, {0, 1, 3, 4}}, 2, "launch gap");
    drop_timeline(timeline);
    drop_plan(plan);
}

static struct plan *random_plan(unsigned long long *seed, struct row *rows, size_t ranks, size_t ep)
{
    size_t count = 1 + random_below(seed, 14);
    for (size_t i = 0; i < count; i++) {
        rows[i] = (struct row){.name = "x", .queue = random_below(seed, 2)};
        rows[i].kind = random_below(seed, 2) ? OPERATOR_MLP : OPERATOR_DISPATCH;
        for (size_t k = 0; k < random_below(seed, 3) && i > 0; k++)
            rows[i].after[k] = 1 + random_below(seed, i);
    }
    return build_plan("t", ranks, ep, two_queues, rows, count);
}

static void laws(unsigned long long seed)
{
    struct row rows[14];
    double times_s[6 * 14];
    size_t ep = 1 + random_below(&seed, 3), ranks = ep * (1 + random_below(&seed, 2));
    struct plan *plan = random_plan(&seed, rows, ranks, ep);
    for (size_t i = 0; i < ranks * plan->operator_count; i++)
        times_s[i] = (double)random_below(&seed, 8);
    struct timeline *timeline = play(plan, times_s);
    struct critical_step *steps;
    size_t count = critical_path(plan, timeline, &steps);
    gsl_test(count == 0, "there is a path");
    double at_s = 0;
    for (size_t i = 0; i < count; i++) {
        gsl_test_abs(steps[i].from_s, at_s, 0, "seed %llu: step %zu touches", seed, i);
        gsl_test(!(steps[i].to_s >= steps[i].from_s), "steps go forward");
        at_s = steps[i].to_s;
    }
    gsl_test_abs(at_s, timeline->end_s, 0, "the path reaches the end");
    free(steps);
    drop_timeline(timeline);
    drop_plan(plan);
}

int main(void)
{
    waits_beat_queue();
    tie_of_waits();
    straggler();
    launch_gap();
    for (unsigned long long seed = 1; seed <= 500; seed++)
        laws(seed);
    return gsl_test_summary();
}
