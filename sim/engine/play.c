/* One plan at play: a rank's queues as actors, and the flows of its All-to-Alls. */
#include <math.h>
#include <simgrid/actor.h>
#include <simgrid/engine.h>
#include <simgrid/exec.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"
#include "sim/engine/engine_private.h"

static double now_s(const struct play *play)
{
    return simgrid_get_clock() - play->start;
}

/* The SMs that a communication kernel holds until it is cancelled; NULL where it holds none. */
static sg_exec_t hold_sms(const struct engine_job *job)
{
    if (job->sm_share_ratio <= 0)
        return NULL;
    sg_exec_t held = sg_actor_exec_init(1e18); /* longer than any plan */
    sg_exec_set_bound(held, job->sm_share_ratio);
    sg_exec_start(held);
    return held;
}

/* The kernels that send and receive: work as any other on the GPU. NULL where they need none. */
static sg_exec_t start_kernels(const struct engine_job *job)
{
    if (job->a2a_kernels_s <= 0)
        return NULL;
    sg_exec_t kernels = sg_actor_exec_init(job->a2a_kernels_s);
    sg_exec_start(kernels);
    return kernels;
}

static void all_to_all(const struct queue *me, size_t index)
{
    const struct engine_job *job = me->play->job;
    const struct plan_operator *op = &job->plan->operators[index];
    double measured_s = job->a2a_s ? job->a2a_s[index] : 0;
    if (job->a2a_wait_s && job->a2a_wait_s[index] > 0)
        sg_actor_sleep_for(job->a2a_wait_s[index]);
    double begin_s = now_s(me->play);
    sg_exec_t held = hold_sms(job), kernels = start_kernels(job);
    if (job->a2a_setup_s > 0 && measured_s <= 0)
        sg_actor_sleep_for(job->a2a_setup_s);
    exchange_run(me, op->kind == OPERATOR_DISPATCH ? &me->play->dispatch : &me->play->combine,
                 measured_s > 0 ? 0 : op->comm_bytes, /* with_latency= */ measured_s <= 0);
    if (measured_s > 0)
        sg_actor_sleep_for(measured_s);
    else if (now_s(me->play) < begin_s + job->a2a_floor_s)
        sg_actor_sleep_for(begin_s + job->a2a_floor_s - now_s(me->play));
    if (kernels)
        sg_exec_wait(kernels);
    if (held)
        sg_exec_cancel(held);
}

/* A rank's part of what goes on beside the plan: each a queue of its own behind the plan's. */
static void run_background(int argc, char *argv[])
{
    (void)argc;
    (void)argv;
    const struct queue *me = sg_actor_self_get_data();
    struct play *play = me->play;
    size_t which = me->queue - play->job->plan->queue_count;
    sg_exec_t held = hold_sms(play->job);
    exchange_run(me, &play->backgrounds[which], play->job->backgrounds[which].bytes,
                 /* with_latency= */ true);
    if (held)
        sg_exec_cancel(held);
    play->background_end_s = fmax(play->background_end_s, now_s(play));
    crowd_leave(play->crowd);
}

static void run_queue(int argc, char *argv[])
{
    (void)argc;
    (void)argv;
    const struct queue *me = sg_actor_self_get_data();
    struct play *play = me->play;
    const struct plan *plan = play->job->plan;
    for (size_t o = 0; o < plan->operator_count; o++) {
        const struct plan_operator *op = &plan->operators[o];
        if (op->queue != me->queue)
            continue;
        size_t at = me->rank * plan->operator_count + o;
        for (size_t i = 0; i < play->wait_counts[o]; i++)
            sg_sem_acquire(play->waits[at]);
        struct span *span = &play->timeline->spans[at];
        span->ready_s = span->start_s = span->transfer_s = now_s(play);
        if (operator_is_all_to_all(op->kind))
            all_to_all(me, o);
        else if (op->kind == OPERATOR_EXPERT_FETCH)
            sg_actor_sleep_for(play->job->compute_s[at]); /* a copy engine's work: no SMs */
        else if (play->job->compute_s[at] > 0)
            sg_actor_execute(play->job->compute_s[at]);
        span->end_s = now_s(play);
        play->done[at] = 1;
        for (size_t i = 0; i < play->waiter_counts[o]; i++)
            sg_sem_release(play->waits[me->rank * plan->operator_count + play->waiters[o][i]]);
    }
    crowd_leave(play->crowd);
}

/* Who waits for whom across queues; within a queue the order does it. */
static void link_waits(struct play *play)
{
    const struct plan *plan = play->job->plan;
    size_t n = plan->operator_count;
    play->wait_counts = mem_zeroed(n, sizeof *play->wait_counts);
    play->waiters = mem_zeroed(n, sizeof *play->waiters);
    play->waiter_counts = mem_zeroed(n, sizeof *play->waiter_counts);
    for (size_t o = 0; o < n; o++) {
        const struct plan_operator *op = &plan->operators[o];
        for (size_t i = 0; i < op->after_count; i++) {
            size_t before = op->after[i];
            if (plan->operators[before].queue == op->queue && before < o)
                continue;
            play->wait_counts[o]++;
            size_t *count = &play->waiter_counts[before];
            play->waiters[before] =
                mem_resized(play->waiters[before], *count + 1, sizeof **play->waiters);
            play->waiters[before][(*count)++] = o;
        }
    }
    play->waits = mem_zeroed(plan->ranks * n, sizeof *play->waits);
    for (size_t r = 0; r < plan->ranks; r++)
        for (size_t o = 0; o < n; o++)
            if (play->wait_counts[o])
                play->waits[r * n + o] = sg_sem_init(0);
}

static int check_done(const struct play *play, struct diag *diag)
{
    const struct plan *plan = play->job->plan;
    struct text names = {0};
    size_t missing = 0;
    for (size_t o = 0; o < plan->operator_count; o++)
        for (size_t r = 0; r < plan->ranks; r++)
            if (!play->done[r * plan->operator_count + o]) {
                if (missing++ < 8)
                    text_add(&names, "%s%s on rank %zu", missing > 1 ? ", " : "",
                             plan->operators[o].name, r);
            }
    int error = 0;
    if (missing)
        error = diag_say(diag, "schedule %s: %zu operators never ran: %s%s", plan->schedule,
                         missing, text_get(&names), missing > 8 ? ", …" : "");
    text_done(&names);
    return error;
}

static void play_done(struct play *play)
{
    const struct plan *plan = play->job->plan;
    size_t n = plan->operator_count;
    for (size_t i = 0; i < plan->ranks * n; i++)
        if (play->waits[i])
            sg_sem_destroy(play->waits[i]);
    for (size_t o = 0; o < n; o++)
        free(play->waiters[o]);
    free(play->waits);
    free(play->waiters);
    free(play->waiter_counts);
    free(play->wait_counts);
    exchanges_done(play);
    free(play->done);
}

/* SimGrid's clock never goes back, and sums with it round to its last bit, so a play's last digits
 * would depend on how many came before. Hence plays take place between 1024 s and 2048 s, where
 * that bit is the same (2^-42 s, a quarter of a picosecond), and each begins at a multiple of 2^-10
 * s: what is added to the clock then rounds alike for every play, and the order of plays changes
 * nothing. The room is for some ten thousand plays; beyond it only the last digits differ. */
#define CLOCK_FIRST_S 1024.0
#define CLOCK_STEPS_PER_S 1024.0

static void sleep_until(int argc, char *argv[])
{
    (void)argc;
    (void)argv;
    sg_actor_sleep_until(*(const double *)sg_actor_self_get_data());
}

static double align_clock(const struct engine *engine)
{
    double now = simgrid_get_clock();
    double start =
        now < CLOCK_FIRST_S ? CLOCK_FIRST_S : ceil(now * CLOCK_STEPS_PER_S) / CLOCK_STEPS_PER_S;
    if (start > now) {
        sg_actor_t actor = sg_actor_init("clock", engine->hosts[0]);
        sg_actor_set_data(actor, &start);
        sg_actor_start_(actor, sleep_until, 0, NULL);
        simgrid_run();
    }
    return start;
}

/* The queues behind the plan's own are the background's. */
static void start_queue(struct queue *queue)
{
    const struct plan *plan = queue->play->job->plan;
    bool background = queue->queue >= plan->queue_count;
    sg_actor_t actor = sg_actor_init(background ? "background" : plan->queues[queue->queue],
                                     queue->play->engine->hosts[queue->rank]);
    sg_actor_set_data(actor, queue);
    sg_actor_start_(actor, background ? run_background : run_queue, 0, NULL);
}

int engine_play(struct engine *engine, const struct engine_job *job, struct diag *diag,
                struct timeline **ret)
{
    const struct plan *plan = job->plan;
    size_t n = plan->operator_count;
    struct timeline *timeline = timeline_new(plan->ranks, n, NULL, 0);
    struct play play = {
        .engine = engine, .job = job, .timeline = timeline, .start = align_clock(engine)};
    size_t queue_count = plan->queue_count + job->background_count;
    play.done = mem_zeroed(plan->ranks * n, 1);
    play.queue_count = queue_count;
    exchanges_prepare(&play);
    link_waits(&play);

    struct queue *queues = mem_zeroed(plan->ranks * queue_count, sizeof *queues);
    for (size_t r = 0; r < plan->ranks; r++)
        for (size_t q = 0; q < queue_count; q++) {
            struct queue *queue = &queues[r * queue_count + q];
            *queue = (struct queue){&play, r, q};
            start_queue(queue);
        }
    if (play.crowd)
        crowd_start(play.crowd, engine->hosts[0]);
    simgrid_run();

    int error = check_done(&play, diag);
    play_done(&play);
    free(queues);
    if (error) {
        timeline_free(timeline);
        return error;
    }
    timeline_find_transfers(timeline, plan);
    timeline->end_s = play.background_end_s;
    for (size_t i = 0; i < plan->ranks * n; i++)
        timeline->end_s = fmax(timeline->end_s, timeline->spans[i].end_s);
    *ret = timeline;
    return 0;
}
