/* The flows of a play's All-to-Alls, and how a rank runs its own. */
#include <simgrid/actor.h>
#include <simgrid/comm.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"
#include "sim/engine/engine_private.h"

/* Mailboxes live as long as SimGrid, so they are named once and kept. Within a queue All-to-Alls
 * follow one another, so one mailbox per queue and flow never mixes two of them up; two flow
 * sets have different pairs at the same position, hence mailboxes of their own. */
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

static int by_step_latency_flow(const void *left, const void *right)
{
    const struct flow_end *a = left, *b = right;
    if (a->step != b->step)
        return a->step < b->step ? -1 : 1;
    if (a->latency_s != b->latency_s)
        return a->latency_s < b->latency_s ? -1 : 1;
    return (a->flow > b->flow) - (a->flow < b->flow);
}

static struct exchange index_flows(const struct flow_set *set, size_t ranks, size_t first_flow)
{
    struct exchange exchange = {.set = set, .first_flow = first_flow};
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

void exchanges_prepare(struct play *play)
{
    const struct engine_job *job = play->job;
    const struct flow_set *sets[2 + BACKGROUNDS_MAX] = {job->dispatch};
    size_t ranks = job->plan->ranks, count = 1, flows = job->dispatch->flow_count;
    play->dispatch = index_flows(job->dispatch, ranks, 0);
    play->combine = play->dispatch;
    if (job->combine != job->dispatch) {
        play->combine = index_flows(job->combine, ranks, flows);
        flows += job->combine->flow_count;
        sets[count++] = job->combine;
    }
    for (size_t b = 0; b < job->background_count; b++) {
        play->backgrounds[b] = index_flows(job->backgrounds[b].flows, ranks, flows);
        flows += job->backgrounds[b].flows->flow_count;
        sets[count++] = job->backgrounds[b].flows;
    }
    if (job->router)
        play->crowd = crowd_new(play, sets, count);
    else
        need_mailboxes(play->engine, play->queue_count, flows);
}

void exchanges_done(struct play *play)
{
    crowd_free(play->crowd);
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
}

/* Latencies that differ by less pass together: SimGrid's own smallest step in time. */
#define SAME_LATENCY_S 1e-9

/* SimGrid shares the links: both ends of a flow meet at its mailbox. */
static sg_comm_t start_simgrid_flow(const struct queue *me, size_t flow, bool sends, long bytes)
{
    static char payload;
    static void *received;
    struct engine *engine = me->play->engine;
    sg_mailbox_t mailbox = engine->mailboxes[me->queue * engine->mailbox_flows + flow];
    return sends ? sg_mailbox_put_async(mailbox, &payload, bytes)
                 : sg_mailbox_get_async(mailbox, &received);
}

/* Lets a step's flows start in the order of their latencies, each once its own has passed. It
 * passes here and not on SimGrid's links, because those would then give a flow less the farther
 * it goes (as TCP does), whereas NVLink, PCIe and InfiniBand know no window: who shares a link
 * shares it evenly. */
static void start_step(const struct queue *me, const struct exchange *exchange,
                       const struct flow_end *ends, size_t count, double bytes, bool with_latency,
                       sg_comm_t *running)
{
    struct crowd *crowd = me->play->crowd;
    double passed_s = 0;
    for (size_t i = 0; i < count; i++) {
        const struct flow *flow = &exchange->set->flows[ends[i].flow];
        if (with_latency && ends[i].latency_s - passed_s >= SAME_LATENCY_S) {
            sg_actor_sleep_for(ends[i].latency_s - passed_s);
            passed_s = ends[i].latency_s;
        }
        long volume = flow_bytes(bytes, flow->share_ratio);
        size_t number = exchange->first_flow + ends[i].flow;
        if (crowd)
            crowd_meet(crowd, me, number, (double)volume);
        else
            running[i] = start_simgrid_flow(me, number, flow->from == me->rank, volume);
    }
}

void exchange_run(const struct queue *me, const struct exchange *exchange, double bytes,
                  bool with_latency)
{
    const struct flow_end *end = &exchange->ends[exchange->first_of_rank[me->rank + 1]];
    const struct flow_end *at = &exchange->ends[exchange->first_of_rank[me->rank]];
    struct crowd *crowd = me->play->crowd;
    sg_comm_t *running = crowd ? NULL : mem_zeroed((size_t)(end - at), sizeof *running);
    while (at < end) {
        size_t count = 0;
        while (at + count < end && at[count].step == at->step)
            count++;
        start_step(me, exchange, at, count, bytes, with_latency, running);
        if (crowd)
            crowd_wait(crowd, me);
        for (size_t i = 0; i < count && !crowd; i++)
            sg_comm_wait(running[i]);
        at += count;
    }
    free(running);
}
