/* One plan at play: a rank's queues as actors, and the flows of its All-to-Alls. */
#include <math.h>
#include <simgrid/actor.h>
#include <simgrid/comm.h>
#include <simgrid/engine.h>
#include <simgrid/exec.h>
#include <simgrid/semaphore.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"
#include "sim/engine/engine_private.h"

/* One in-order queue of one rank, and the actor that runs it. */
struct queue {
    struct play *play;
    size_t rank, queue;
};

/* A rank's end of a flow. */
struct flow_end {
    size_t flow, step;
    double latency_s;
};

/* A flow set with its flows' ends sorted by rank, so that an actor finds its own: those of rank r are
 * [first_of_rank[r], first_of_rank[r + 1]), in the order in which it starts them. */
struct exchange {
    const struct flow_set *set;
    struct flow_end *ends;
    size_t *first_of_rank;
    size_t first_mailbox; /* within a queue's */
};

struct play {
    struct engine *engine;
    const struct engine_job *job;
    struct timeline *timeline;
    double start; /* SimGrid's clock, which never goes back, when this play began */
    sg_sem_t *waits; /* [rank * operators + operator]; NULL where nothing on another queue is awaited */
    size_t *wait_counts;   /* [operator]: operators on other queues that it waits for */
    size_t **waiters;      /* [operator]: operators on other queues that wait for it */
    size_t *waiter_counts;
    struct exchange dispatch, combine, backgrounds[BACKGROUNDS_MAX];
    double background_end_s;
    unsigned char *done; /* [rank * operators + operator] */
    char payload;
};

static double now_s(const struct play *play)
{
    return simgrid_get_clock() - play->start;
}

/* Mailboxes live as long as SimGrid, so they are named once and kept. Within a queue All-to-Alls follow
 * one another, so one mailbox per queue and flow never mixes two of them up; two flow sets have
 * different pairs at the same position, hence mailboxes of their own. */
static void need_mailboxes(struct engine *engine, size_t queues, size_t flows)
{
    if (queues <= engine->mailbox_queues && flows <= engine->mailbox_flows)
        return;
    engine->mailbox_queues = queues > engine->mailbox_queues ? queues : engine->mailbox_queues;
    engine->mailbox_flows = flows > engine->mailbox_flows ? flows : engine->mailbox_flows;
    size_t count = engine->mailbox_queues * engine->mailbox_flows;
    free(engine->mailboxes);
    engine->mailboxes = mem_zeroed(count, sizeof *engine->mailboxes);
    for (size_t q = 0; q < engine->mailbox_queues; q++)
        for (size_t f = 0; f < engine->mailbox_flows; f++) {
            char name[48];
            snprintf(name, sizeof name, "%zu.%zu", q, f);
            engine->mailboxes[q * engine->mailbox_flows + f] = sg_mailbox_by_name(name);
        }
}

/* Latencies that differ by less pass together: SimGrid's own smallest step in time. */
#define SAME_LATENCY_S 1e-9

/* Lets a step's flows start in the order of their latencies, each once its own has passed. It passes
 * here and not on SimGrid's links, because those would then give a flow less the farther it goes (as
 * TCP does), whereas NVLink, PCIe and InfiniBand know no window: who shares a link shares it evenly. */
static void start_step(const struct queue *me, const struct exchange *exchange,
                       const struct flow_end *ends, size_t count, double bytes, bool with_latency,
                       sg_comm_t *running)
{
    struct play *play = me->play;
    sg_mailbox_t *mailboxes = &play->engine->mailboxes[me->queue * play->engine->mailbox_flows +
                                                       exchange->first_mailbox];
    double passed_s = 0;
    static void *received;
    for (size_t i = 0; i < count; i++) {
        const struct flow *flow = &exchange->set->flows[ends[i].flow];
        if (with_latency && ends[i].latency_s - passed_s >= SAME_LATENCY_S) {
            sg_actor_sleep_for(ends[i].latency_s - passed_s);
            passed_s = ends[i].latency_s;
        }
        /* Rounded to bytes here and nowhere else. */
        long volume = lround(bytes * flow->share_ratio);
        running[i] = flow->from == me->rank
                         ? sg_mailbox_put_async(mailboxes[ends[i].flow], &play->payload, volume)
                         : sg_mailbox_get_async(mailboxes[ends[i].flow], &received);
    }
}

/* Runs the rank's flows of one All-to-All, step by step; a step's flows go at once. */
static void run_flows(const struct queue *me, const struct exchange *exchange, double bytes,
                      bool with_latency)
{
    const struct flow_end *end = &exchange->ends[exchange->first_of_rank[me->rank + 1]];
    const struct flow_end *at = &exchange->ends[exchange->first_of_rank[me->rank]];
    sg_comm_t *running = mem_zeroed((size_t)(end - at), sizeof *running);
    while (at < end) {
        size_t count = 0;
        while (at + count < end && at[count].step == at->step)
            count++;
        start_step(me, exchange, at, count, bytes, with_latency, running);
        for (size_t i = 0; i < count; i++)
            sg_comm_wait(running[i]);
        at += count;
    }
    free(running);
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
    double begin_s = now_s(me->play);
    sg_exec_t held = hold_sms(job), kernels = start_kernels(job);
    if (job->a2a_setup_s > 0 && measured_s <= 0)
        sg_actor_sleep_for(job->a2a_setup_s);
    run_flows(me, op->kind == OPERATOR_DISPATCH ? &me->play->dispatch : &me->play->combine,
              measured_s > 0 ? 0 : op->a2a_bytes, /* with_latency= */ measured_s <= 0);
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
    run_flows(me, &play->backgrounds[which], play->job->backgrounds[which].bytes,
              /* with_latency= */ true);
    if (held)
        sg_exec_cancel(held);
    play->background_end_s = fmax(play->background_end_s, now_s(play));
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

static int by_step_latency_flow(const void *left, const void *right)
{
    const struct flow_end *a = left, *b = right;
    if (a->step != b->step)
        return a->step < b->step ? -1 : 1;
    if (a->latency_s != b->latency_s)
        return a->latency_s < b->latency_s ? -1 : 1;
    return (a->flow > b->flow) - (a->flow < b->flow);
}

static struct exchange index_flows(const struct flow_set *set, size_t ranks, size_t first_mailbox)
{
    struct exchange exchange = {.set = set, .first_mailbox = first_mailbox};
    exchange.first_of_rank = mem_zeroed(ranks + 1, sizeof *exchange.first_of_rank);
    exchange.ends = mem_zeroed(2 * set->flow_count + 1, sizeof *exchange.ends);
    for (size_t f = 0; f < set->flow_count; f++) {
        exchange.first_of_rank[set->flows[f].from + 1]++;
        exchange.first_of_rank[set->flows[f].to + 1]++;
    }
    for (size_t r = 0; r < ranks; r++)
        exchange.first_of_rank[r + 1] += exchange.first_of_rank[r];
    size_t *next = mem_zeroed(ranks + 1, sizeof *next);
    memcpy(next, exchange.first_of_rank, ranks * sizeof *next);
    for (size_t f = 0; f < set->flow_count; f++) {
        const struct flow *flow = &set->flows[f];
        struct flow_end end = {.flow = f, .step = flow->step, .latency_s = flow->latency_s};
        exchange.ends[next[flow->from]++] = end;
        exchange.ends[next[flow->to]++] = end;
    }
    free(next);
    for (size_t r = 0; r < ranks; r++)
        qsort(&exchange.ends[exchange.first_of_rank[r]],
              exchange.first_of_rank[r + 1] - exchange.first_of_rank[r], sizeof *exchange.ends,
              by_step_latency_flow);
    return exchange;
}

static void prepare_flows(struct play *play)
{
    const struct engine_job *job = play->job;
    size_t ranks = job->plan->ranks, flows = job->dispatch->flow_count;
    play->dispatch = index_flows(job->dispatch, ranks, 0);
    play->combine = play->dispatch;
    if (job->combine != job->dispatch) {
        play->combine = index_flows(job->combine, ranks, flows);
        flows += job->combine->flow_count;
    }
    for (size_t b = 0; b < job->background_count; b++) {
        play->backgrounds[b] = index_flows(job->backgrounds[b].flows, ranks, flows);
        flows += job->backgrounds[b].flows->flow_count;
    }
    need_mailboxes(play->engine, job->plan->queue_count + job->background_count, flows);
}

/* An All-to-All's transfer begins, for a rank, when the last of its group has come. */
static void find_transfers(struct timeline *timeline, const struct plan *plan)
{
    for (size_t o = 0; o < plan->operator_count; o++) {
        if (!operator_is_all_to_all(plan->operators[o].kind))
            continue;
        for (size_t group = 0; group < plan->ranks; group += plan->ep) {
            double last = 0;
            for (size_t r = group; r < group + plan->ep; r++)
                last = fmax(last, timeline_span(timeline, r, o)->ready_s);
            for (size_t r = group; r < group + plan->ep; r++)
                timeline->spans[r * plan->operator_count + o].transfer_s = last;
        }
    }
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
        error = diag_say(diag, "schedule %s: %zu operators never ran: %s%s", plan->schedule, missing,
                         text_get(&names), missing > 8 ? ", …" : "");
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
    free(play->dispatch.ends);
    free(play->dispatch.first_of_rank);
    if (play->combine.set != play->dispatch.set) {
        free(play->combine.ends);
        free(play->combine.first_of_rank);
    }
    for (size_t b = 0; b < play->job->background_count; b++) {
        free(play->backgrounds[b].ends);
        free(play->backgrounds[b].first_of_rank);
    }
    free(play->done);
}

/* SimGrid's clock never goes back, and sums with it round to its last bit, so a play's last digits would
 * depend on how many came before. Hence plays take place between 1024 s and 2048 s, where that bit is
 * the same (2^-42 s, a quarter of a picosecond), and each begins at a multiple of 2^-10 s: what is added
 * to the clock then rounds alike for every play, and the order of plays changes nothing. The room is for
 * some ten thousand plays; beyond it only the last digits differ. */
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
    double start = now < CLOCK_FIRST_S ? CLOCK_FIRST_S
                                       : ceil(now * CLOCK_STEPS_PER_S) / CLOCK_STEPS_PER_S;
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
    struct timeline *timeline = mem_zeroed(1, sizeof *timeline);
    timeline->ranks = plan->ranks;
    timeline->operators = n;
    timeline->spans = mem_zeroed(plan->ranks * n, sizeof *timeline->spans);
    struct play play = {.engine = engine, .job = job, .timeline = timeline,
                        .start = align_clock(engine)};
    play.done = mem_zeroed(plan->ranks * n, 1);
    prepare_flows(&play);
    link_waits(&play);

    size_t queue_count = plan->queue_count + job->background_count;
    struct queue *queues = mem_zeroed(plan->ranks * queue_count, sizeof *queues);
    for (size_t r = 0; r < plan->ranks; r++)
        for (size_t q = 0; q < queue_count; q++) {
            struct queue *queue = &queues[r * queue_count + q];
            *queue = (struct queue){&play, r, q};
            start_queue(queue);
        }
    if (job->together_s > 0)
        engine_take_together(job->together_s);
    simgrid_run();
    if (job->together_s > 0)
        engine_take_together(TOGETHER_DEFAULT_S);

    int error = check_done(&play, diag);
    play_done(&play);
    free(queues);
    if (error) {
        timeline_free(timeline);
        return error;
    }
    find_transfers(timeline, plan);
    timeline->end_s = play.background_end_s;
    for (size_t i = 0; i < plan->ranks * n; i++)
        timeline->end_s = fmax(timeline->end_s, timeline->spans[i].end_s);
    *ret = timeline;
    return 0;
}

void timeline_free(struct timeline *timeline)
{
    if (!timeline)
        return;
    free(timeline->spans);
    free(timeline);
}
