/* Plays that need no simulation of every rank.
 *
 * Where every rank computes for the same times and an All-to-All, begun by all ranks together, ends
 * for all of them together, the ranks stay in step through the whole plan. Where besides no two
 * All-to-Alls run at the same time, nothing disturbs one: it takes what it takes alone, which
 * SimGrid tells once for each number of bytes. What is left is one rank's queues, which arithmetic
 * follows: an operator runs at rate 1, at 1 - share while an All-to-All holds that share of the
 * SMs, or at half beside its kernels (sim/engine).
 *
 * The result is SimGrid's but for rounding (tests/model/test_quick.c: within 1e-9). A plan that
 * does not meet the conditions is left to the engine. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"
#include "sim/study/study_private.h"

/* Ranks whose All-to-All ends this close together, relatively, are in step. SimGrid's sums leave
 * less. */
#define TOGETHER_RATIO 1e-10
#define NOTHING ((size_t)-1)

/* One rank's queues on their way through a plan. */
struct walk {
    const struct engine_job *job;
    const double *a2a_s;                    /* [operator] */
    struct span *spans;                     /* [operator] of the rank */
    unsigned char *done;                    /* [operator] */
    size_t *running;                        /* [queue]: operator, or NOTHING */
    double *left_s;                         /* [queue]: of what runs, at rate 1 */
    size_t computing, exchanging, fetching; /* how many of each run */
    double kernels_left_s; /* of the running All-to-All's kernels, on the whole GPU */
    size_t finished;
    double now_s;
};

/* The operator that a queue would run next; NOTHING when it has run all. */
static size_t head_of(const struct walk *walk, size_t queue)
{
    const struct plan *plan = walk->job->plan;
    for (size_t o = 0; o < plan->operator_count; o++)
        if (plan->operators[o].queue == queue && !walk->done[o])
            return o;
    return NOTHING;
}

static bool is_ready(const struct walk *walk, size_t op)
{
    const struct plan_operator *at = &walk->job->plan->operators[op];
    for (size_t i = 0; i < at->after_count; i++)
        if (!walk->done[at->after[i]])
            return false;
    return true;
}

/* How many operators of this one's sort run. */
static size_t *running_like(struct walk *walk, size_t op)
{
    enum operator_kind kind = walk->job->plan->operators[op].kind;
    return operator_is_all_to_all(kind) ? &walk->exchanging
           : operator_computes(kind)    ? &walk->computing
                                        : &walk->fetching;
}

/* An All-to-All waits for its kernels. */
static bool waits_for_kernels(const struct walk *walk, size_t queue)
{
    return walk->kernels_left_s > 0 && walk->left_s[queue] <= 0 &&
           operator_is_all_to_all(walk->job->plan->operators[walk->running[queue]].kind);
}

static void finish(struct walk *walk, size_t queue)
{
    size_t op = walk->running[queue];
    walk->spans[op].end_s = walk->now_s;
    walk->done[op] = 1;
    walk->finished++;
    walk->running[queue] = NOTHING;
    *running_like(walk, op) -= 1;
}

/* Starts what can start at this moment; operators of no time end at once and may let others start.
 */
static void start_ready(struct walk *walk)
{
    const struct plan *plan = walk->job->plan;
    for (bool progress = true; progress;) {
        progress = false;
        for (size_t q = 0; q < plan->queue_count; q++) {
            size_t op = walk->running[q] == NOTHING ? head_of(walk, q) : NOTHING;
            if (op == NOTHING || !is_ready(walk, op))
                continue;
            bool a2a = operator_is_all_to_all(plan->operators[op].kind);
            struct span *span = &walk->spans[op];
            span->ready_s = span->start_s = span->transfer_s = walk->now_s;
            walk->running[q] = op;
            walk->left_s[q] = a2a ? walk->a2a_s[op] : walk->job->compute_s[op];
            *running_like(walk, op) += 1;
            if (a2a)
                walk->kernels_left_s = walk->job->a2a_kernels_s;
            if (walk->left_s[q] <= 0 && !waits_for_kernels(walk, q)) {
                finish(walk, q);
                progress = true;
            }
        }
    }
}

static double rate_of(const struct walk *walk, size_t queue)
{
    enum operator_kind kind = walk->job->plan->operators[walk->running[queue]].kind;
    if (!operator_computes(kind) || !walk->exchanging)
        return 1;
    return walk->kernels_left_s > 0 ? 0.5 : 1 - walk->job->sm_share_ratio;
}

static double kernels_rate(const struct walk *walk)
{
    return walk->computing ? 0.5 : 1;
}

/* Lets time pass until the next operator, or an All-to-All's kernels, end. */
static void advance(struct walk *walk)
{
    size_t queues = walk->job->plan->queue_count, next = NOTHING;
    double least_s =
        walk->kernels_left_s > 0 ? walk->kernels_left_s / kernels_rate(walk) : INFINITY;
    for (size_t q = 0; q < queues; q++) {
        if (walk->running[q] == NOTHING || waits_for_kernels(walk, q))
            continue;
        double needed_s = walk->left_s[q] / rate_of(walk, q);
        if (needed_s < least_s) {
            least_s = needed_s;
            next = q;
        }
    }
    for (size_t q = 0; q < queues; q++)
        if (walk->running[q] != NOTHING && q != next)
            walk->left_s[q] = fmax(0, walk->left_s[q] - least_s * rate_of(walk, q));
    walk->kernels_left_s =
        next == NOTHING ? 0 : fmax(0, walk->kernels_left_s - least_s * kernels_rate(walk));
    walk->now_s += least_s;
    if (next == NOTHING)
        return;
    walk->left_s[next] = 0;
    if (!waits_for_kernels(walk, next))
        finish(walk, next);
}

/* False where two operators of a kind run beside each other: then they share, and the engine is
 * asked. */
static bool walk_plan(struct walk *walk)
{
    const struct plan *plan = walk->job->plan;
    while (walk->finished < plan->operator_count) {
        start_ready(walk);
        if (walk->computing > 1 || walk->exchanging > 1)
            return false;
        if (walk->computing + walk->exchanging + walk->fetching > 0)
            advance(walk);
        else if (walk->finished < plan->operator_count)
            return false; /* a deadlock, of which the engine says more */
    }
    return true;
}

static bool in_step(const struct engine_job *job)
{
    size_t n = job->plan->operator_count;
    for (size_t r = 1; r < job->plan->ranks; r++)
        if (memcmp(job->compute_s, job->compute_s + r * n, n * sizeof *job->compute_s) != 0)
            return false;
    return true;
}

static int play_job(struct playground *ground, const struct engine_job *job, struct diag *diag,
                    struct timeline **ret)
{
    return job->dispatch->fold ? engine_play_folded(job, diag, ret)
                               : engine_play(ground->engine, job, diag, ret);
}

/* One All-to-All alone on the cluster: its time, and whether all ranks end together. */
static int play_alone(struct playground *ground, const struct engine_job *job, double bytes,
                      struct diag *diag, struct lone_a2a *ret)
{
    char name[] = "alone", queue[] = "communication", *queues[] = {queue};
    struct plan_operator op = {.name = name, .kind = OPERATOR_DISPATCH, .comm_bytes = bytes};
    struct plan plan = {.schedule = name,
                        .ranks = job->plan->ranks,
                        .ep = job->plan->ep,
                        .queues = queues,
                        .queue_count = 1,
                        .operators = &op,
                        .operator_count = 1,
                        .chunks = 1};
    struct engine_job alone = *job;
    struct timeline *timeline;
    double *nothing = mem_zeroed(plan.ranks, sizeof *nothing), first_s = INFINITY;
    alone.plan = &plan;
    alone.compute_s = nothing;
    alone.a2a_s = NULL;
    alone.sm_share_ratio = 0; /* of no effect where nothing computes */
    alone.a2a_kernels_s = 0;  /* the floor has them */
    int r = play_job(ground, &alone, diag, &timeline);
    free(nothing);
    if (r < 0)
        return r;
    for (size_t i = 0; i < timeline_rows(timeline); i++)
        first_s = fmin(first_s, timeline->spans[i].end_s);
    *ret = (struct lone_a2a){.flows = job->dispatch->print,
                             .bytes = bytes,
                             .setup_s = job->a2a_setup_s,
                             .floor_s = job->a2a_floor_s,
                             .time_s = timeline->end_s,
                             .even = timeline->end_s - first_s <= TOGETHER_RATIO * timeline->end_s};
    timeline_free(timeline);
    return 0;
}

static int find_alone(struct playground *ground, const struct engine_job *job, double bytes,
                      struct diag *diag, const struct lone_a2a **ret)
{
    for (size_t i = 0; i < ground->lone_count; i++)
        if (ground->lone[i].flows == job->dispatch->print && ground->lone[i].bytes == bytes &&
            ground->lone[i].setup_s == job->a2a_setup_s &&
            ground->lone[i].floor_s == job->a2a_floor_s) {
            *ret = &ground->lone[i];
            return 0;
        }
    struct lone_a2a lone;
    int r = play_alone(ground, job, bytes, diag, &lone);
    if (r < 0)
        return r;
    if (ground->lone_count == LONE_MAX)
        ground->lone_count = 0;
    *ret = &ground->lone[ground->lone_count];
    ground->lone[ground->lone_count++] = lone;
    return 0;
}

/* Times of the plan's All-to-Alls; *ret_even: all of them end for all ranks together. */
static int price_a2as(struct playground *ground, const struct engine_job *job, struct diag *diag,
                      double *a2a_s, bool *ret_even)
{
    *ret_even = true;
    for (size_t o = 0; o < job->plan->operator_count; o++) {
        const struct plan_operator *op = &job->plan->operators[o];
        const struct lone_a2a *lone;
        if (!operator_is_all_to_all(op->kind))
            continue;
        if (job->a2a_s && job->a2a_s[o] > 0) { /* measured, setup and all */
            a2a_s[o] = job->a2a_s[o];
            continue;
        }
        int r = find_alone(ground, job, op->comm_bytes, diag, &lone);
        if (r < 0)
            return r;
        a2a_s[o] = lone->time_s;
        *ret_even &= lone->even;
    }
    return 0;
}

static struct timeline *same_for_all(const struct plan *plan, const struct span *spans)
{
    size_t n = plan->operator_count;
    size_t *first_row = mem_zeroed(plan->ranks, sizeof *first_row);
    struct timeline *timeline = timeline_new(plan->ranks, n, first_row, 1);
    memcpy(timeline->spans, spans, n * sizeof *spans);
    for (size_t o = 0; o < n; o++)
        timeline->end_s = fmax(timeline->end_s, spans[o].end_s);
    free(first_row);
    return timeline;
}

int quick_play(struct playground *ground, const struct engine_job *job, struct diag *diag,
               struct timeline **ret)
{
    const struct plan *plan = job->plan;
    size_t n = plan->operator_count;
    bool even;
    if (job->background_count > 0 || job->dispatch != job->combine || !in_step(job))
        return QUICK_UNSUITED;
    double *a2a_s = mem_zeroed(n, sizeof *a2a_s);
    int r = price_a2as(ground, job, diag, a2a_s, &even);
    if (r == 0 && even) {
        struct walk walk = {.job = job, .a2a_s = a2a_s};
        walk.spans = mem_zeroed(n, sizeof *walk.spans);
        walk.done = mem_zeroed(n, 1);
        walk.running = mem_zeroed(plan->queue_count, sizeof *walk.running);
        walk.left_s = mem_zeroed(plan->queue_count, sizeof *walk.left_s);
        for (size_t q = 0; q < plan->queue_count; q++)
            walk.running[q] = NOTHING;
        even = walk_plan(&walk);
        if (even)
            *ret = same_for_all(plan, walk.spans);
        free(walk.spans);
        free(walk.done);
        free(walk.running);
        free(walk.left_s);
    }
    free(a2a_s);
    return r < 0 || even ? r : QUICK_UNSUITED;
}
