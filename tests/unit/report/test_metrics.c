/* Exposure against hand calculations, then laws over random timelines. */
#include <gsl/gsl_test.h>
#include "sim/report/metrics.h"
#include "tests/unit/report/fixture.h"

#define EPSILON 1e-12 /* sums of a few doubles near 1 */

static const char *const two_queues[] = {"compute", "communication", NULL};
static const char *const three_queues[] = {"compute", "out", "back", NULL};

struct want {
    double a2a_s, exposed_s, dispatch_s, combine_s, compute_s, moe_s, moe_a2a_s, overlap;
};

static void check(const struct plan *plan, const struct timeline *timeline, const struct want *want,
                  const char *why)
{
    struct exposure got;
    exposure_measure(plan, timeline, &got);
    gsl_test_abs(got.a2a_s, want->a2a_s, EPSILON, "%s: a2a_s", why);
    gsl_test_abs(got.exposed_s, want->exposed_s, EPSILON, "%s: exposed_s", why);
    gsl_test_abs(got.exposed_dispatch_s, want->dispatch_s, EPSILON, "%s: dispatch", why);
    gsl_test_abs(got.exposed_combine_s, want->combine_s, EPSILON, "%s: combine", why);
    gsl_test_abs(got.compute_s, want->compute_s, EPSILON, "%s: compute_s", why);
    gsl_test_abs(got.moe_s, want->moe_s, EPSILON, "%s: moe_s", why);
    gsl_test_abs(got.moe_a2a_s, want->moe_a2a_s, EPSILON, "%s: moe_a2a_s", why);
    gsl_test_abs(overlap_ratio(&got), want->overlap, EPSILON, "%s: overlap", why);
}

/* mlp 0..10, dispatch 2..6: all four seconds under the MLP. */
static void fully_hidden(void)
{
    const struct row rows[] = {{.name = "mlp", .kind = OPERATOR_MLP},
                               {.name = "dispatch", .kind = OPERATOR_DISPATCH, .queue = 1}};
    struct plan *plan = build_plan("t", 1, 1, two_queues, rows, 2);
    struct timeline *timeline = empty_timeline(1, 2);
    set_span(timeline, 0, 0, 0, 10);
    set_span(timeline, 0, 1, 2, 6);
    check(plan, timeline,
          &(struct want){.a2a_s = 4, .compute_s = 10, .moe_s = 4, .moe_a2a_s = 4, .overlap = 1},
          "fully hidden");
    drop_timeline(timeline);
    drop_plan(plan);
}

/* mlp 0..3, dispatch 1..6 (2 s hidden, 3 s exposed), expert 6..8, combine 8..9 exposed. The
 * All-to-Alls run on the compute queue's neighbour or on the compute queue itself: same figures,
 * since kinds decide and not queues. */
static void partly_hidden(size_t a2a_queue)
{
    const struct row rows[] = {{.name = "mlp", .kind = OPERATOR_MLP},
                               {.name = "dispatch", .kind = OPERATOR_DISPATCH, .queue = a2a_queue},
                               {.name = "expert", .kind = OPERATOR_EXPERT},
                               {.name = "combine", .kind = OPERATOR_COMBINE, .queue = a2a_queue}};
    struct plan *plan = build_plan("t", 1, 1, two_queues, rows, 4);
    struct timeline *timeline = empty_timeline(1, 4);
    set_span(timeline, 0, 0, 0, 3);
    set_span(timeline, 0, 1, 1, 6);
    set_span(timeline, 0, 2, 6, 8);
    set_span(timeline, 0, 3, 8, 9);
    /* a2a 5 + 1; exposed (6-3) + 1; compute 3 + 2; moe 5 + 2 + 1; overlap 1 - 4/6 */
    check(plan, timeline, &(struct want){6, 4, 3, 1, 5, 8, 6, 1 - 4. / 6}, "partly hidden");
    drop_timeline(timeline);
    drop_plan(plan);
}

/* dispatch 0..6 and combine 4..10 on their own queues, expert 5..8:
 *   0..4 dispatch alone, exposed: 4 to dispatch
 *   4..5 both, exposed: half a second each
 *   5..8 hidden;  8..10 combine alone: 2 to combine
 * a2a is the union, 10; moe_a2a the sum of durations, 12. */
static void both_directions(void)
{
    const struct row rows[] = {{.name = "dispatch", .kind = OPERATOR_DISPATCH, .queue = 1},
                               {.name = "combine", .kind = OPERATOR_COMBINE, .queue = 2},
                               {.name = "expert", .kind = OPERATOR_EXPERT}};
    struct plan *plan = build_plan("t", 1, 1, three_queues, rows, 3);
    struct timeline *timeline = empty_timeline(1, 3);
    set_span(timeline, 0, 0, 0, 6);
    set_span(timeline, 0, 1, 4, 10);
    set_span(timeline, 0, 2, 5, 8);
    check(plan, timeline, &(struct want){10, 7, 4.5, 2.5, 3, 15, 12, 0.3}, "both directions");
    drop_timeline(timeline);
    drop_plan(plan);
}

/* Rank 0: attention 0..2, dispatch 2..6 exposed. Rank 1: attention 0..5, dispatch 5..6 exposed.
 * Means: a2a (4+1)/2, compute (2+5)/2. */
static void two_ranks(void)
{
    const struct row rows[] = {{.name = "attention", .kind = OPERATOR_ATTENTION},
                               {.name = "dispatch", .kind = OPERATOR_DISPATCH, .queue = 1}};
    struct plan *plan = build_plan("t", 2, 2, two_queues, rows, 2);
    struct timeline *timeline = empty_timeline(2, 2);
    set_span(timeline, 0, 0, 0, 2);
    set_span(timeline, 0, 1, 2, 6);
    set_span(timeline, 1, 0, 0, 5);
    set_span(timeline, 1, 1, 5, 6);
    check(plan, timeline, &(struct want){2.5, 2.5, 2.5, 0, 3.5, 2.5, 2.5, 0}, "two ranks");
    drop_timeline(timeline);
    drop_plan(plan);
}

/* Backward: the gradient of combine goes to the experts, that of dispatch comes back; both exposed.
 * decode's gradient 0..1, combine's 1..3, the expert's two 3..5 and 5..6, dispatch's 5..9. The
 * weight gradient hides a second of the latter. */
static void backward(void)
{
    const struct row rows[] = {
        {.name = "decode.dgrad", .kind = OPERATOR_DECODE, .pass = PASS_INPUT_GRADIENT},
        {.name = "combine.dgrad",
         .kind = OPERATOR_COMBINE,
         .pass = PASS_INPUT_GRADIENT,
         .queue = 1},
        {.name = "expert.dgrad", .kind = OPERATOR_EXPERT, .pass = PASS_INPUT_GRADIENT},
        {.name = "expert.wgrad", .kind = OPERATOR_EXPERT, .pass = PASS_WEIGHT_GRADIENT},
        {.name = "dispatch.dgrad",
         .kind = OPERATOR_DISPATCH,
         .pass = PASS_INPUT_GRADIENT,
         .queue = 1}};
    struct plan *plan = build_plan("t", 1, 1, two_queues, rows, 5);
    struct timeline *timeline = empty_timeline(1, 5);
    set_span(timeline, 0, 0, 0, 1);
    set_span(timeline, 0, 1, 1, 3);
    set_span(timeline, 0, 2, 3, 5);
    set_span(timeline, 0, 3, 5, 6);
    set_span(timeline, 0, 4, 5, 9);
    check(plan, timeline, &(struct want){6, 5, 2, 3, 4, 10, 6, 1 - 5. / 6}, "backward");
    drop_timeline(timeline);
    drop_plan(plan);
}

/* attention 0..4 on one queue, expert 3..7 and mlp 5..6 on two others, dispatch 6..9:
 *   0..3 attention alone; 3..4 attention and expert, half a second each; 4..5 expert
 *   5..6 expert and mlp, half a second each; 6..7 expert; 7..9 dispatch, exposed */
static void shared_gpu(void)
{
    const struct row rows[] = {{.name = "attention", .kind = OPERATOR_ATTENTION},
                               {.name = "expert", .kind = OPERATOR_EXPERT, .queue = 1},
                               {.name = "mlp", .kind = OPERATOR_MLP, .queue = 2},
                               {.name = "dispatch", .kind = OPERATOR_DISPATCH, .queue = 2}};
    struct plan *plan = build_plan("t", 1, 1, three_queues, rows, 4);
    struct timeline *timeline = empty_timeline(1, 4);
    struct exposure got;
    set_span(timeline, 0, 0, 0, 4);
    set_span(timeline, 0, 1, 3, 7);
    set_span(timeline, 0, 2, 5, 6);
    set_span(timeline, 0, 3, 6, 9);
    exposure_measure(plan, timeline, &got);
    gsl_test_abs(got.compute_s, 7, EPSILON, "shared GPU: compute_s");
    gsl_test_abs(got.operator_s[OPERATOR_ATTENTION], 3.5, EPSILON, "shared GPU: attention");
    gsl_test_abs(got.operator_s[OPERATOR_EXPERT], 3, EPSILON, "shared GPU: expert");
    gsl_test_abs(got.operator_s[OPERATOR_MLP], 0.5, EPSILON, "shared GPU: mlp");
    gsl_test_abs(got.operator_s[OPERATOR_DISPATCH], 0, EPSILON, "an All-to-All is no compute");
    drop_timeline(timeline);
    drop_plan(plan);
}

/* One second of every kind in turn: six of them belong to the MoE, two of these are All-to-Alls,
 * all others compute but for the expert fetch, which a copy engine does. */
static void every_kind(void)
{
    struct row rows[OPERATOR_KIND_COUNT] = {0};
    for (size_t i = 0; i < OPERATOR_KIND_COUNT; i++)
        rows[i] = (struct row){.name = "x", .kind = (enum operator_kind)i};
    struct plan *plan = build_plan("t", 1, 1, two_queues, rows, OPERATOR_KIND_COUNT);
    struct timeline *timeline = empty_timeline(1, OPERATOR_KIND_COUNT);
    for (size_t i = 0; i < OPERATOR_KIND_COUNT; i++)
        set_span(timeline, 0, i, (double)i, (double)i + 1);
    check(plan, timeline, &(struct want){2, 2, 1, 1, OPERATOR_KIND_COUNT - 7, 6, 2, 0},
          "every kind");
    drop_timeline(timeline);
    drop_plan(plan);
}

static void no_communication(void)
{
    const struct row rows[] = {{.name = "mlp", .kind = OPERATOR_MLP}};
    struct plan *plan = build_plan("t", 1, 1, two_queues, rows, 1);
    struct timeline *timeline = empty_timeline(1, 1);
    set_span(timeline, 0, 0, 0, 1);
    check(plan, timeline, &(struct want){.compute_s = 1, .overlap = 1}, "no communication");
    drop_timeline(timeline);
    drop_plan(plan);
}

/* Any spans at all, overlapping or empty, on queues that mean nothing. */
static void laws(unsigned long long seed)
{
    struct row rows[12] = {0};
    size_t count = 1 + random_below(&seed, 12), ranks = 1 + random_below(&seed, 4);
    for (size_t i = 0; i < count; i++) {
        rows[i].name = "x";
        rows[i].kind = (enum operator_kind)random_below(&seed, OPERATOR_KIND_COUNT);
        rows[i].pass = (enum operator_pass)random_below(&seed, 2);
        rows[i].queue = random_below(&seed, 2);
    }
    struct plan *plan = build_plan("t", ranks, ranks, two_queues, rows, count);
    struct timeline *timeline = empty_timeline(ranks, count);
    for (size_t i = 0; i < ranks * count; i++) {
        double start_s = (double)random_below(&seed, 50);
        set_span(timeline, i / count, i % count, start_s,
                 start_s + (double)random_below(&seed, 20));
    }
    struct exposure got;
    exposure_measure(plan, timeline, &got);
    double overlap = overlap_ratio(&got);
    gsl_test(!(got.exposed_s <= got.a2a_s + EPSILON), "exposed is part of All-to-All time");
    gsl_test(!(got.a2a_s <= timeline->end_s), "All-to-All time is part of all time");
    gsl_test(!(got.compute_s + got.exposed_s <= timeline->end_s + EPSILON),
             "exposed and compute time are apart");
    gsl_test(!(overlap >= 0 && overlap <= 1), "overlap within [0, 1]");
    gsl_test(!(got.a2a_s <= got.moe_a2a_s + EPSILON), "a union is no longer than its parts");
    gsl_test(!(got.moe_a2a_s <= got.moe_s), "All-to-Alls belong to the MoE");
    gsl_test_abs(got.exposed_dispatch_s + got.exposed_combine_s, got.exposed_s, 1e-9,
                 "directions add up");
    double operators_s = 0;
    for (size_t k = 0; k < OPERATOR_KIND_COUNT; k++)
        operators_s += got.operator_s[k];
    gsl_test_abs(operators_s, got.compute_s, 1e-9, "operators add up");
    drop_timeline(timeline);
    drop_plan(plan);
}

int main(void)
{
    fully_hidden();
    partly_hidden(1);
    partly_hidden(0);
    both_directions();
    two_ranks();
    backward();
    shared_gpu();
    every_kind();
    no_communication();
    for (unsigned long long seed = 1; seed <= 500; seed++)
        laws(seed);
    return gsl_test_summary();
}
