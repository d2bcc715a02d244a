/* Very many flows: those of a play, with an actor that shares the links among them.
 *
 * Queues meet at flows as they do at SimGrid's mailboxes, and wait until theirs have ended. */
#include <math.h>
#include <simgrid/actor.h>
#include <simgrid/engine.h>
#include <stdint.h>
#include <stdlib.h>
#include "sim/base/mem.h"
#include "sim/engine/fair.h"
#include "sim/engine/engine_private.h"

/* A queue of a rank that has flows. */
struct party {
    sg_sem_t ended;
    size_t running; /* flows that it has met and that have not ended */
    bool waiting;
    double until_s; /* the last end of those that have */
};

struct crowd {
    struct fair *fair;
    double window_s;
    size_t ranks, flow_count; /* flows of one lane */
    size_t *lanes;            /* [queue]: lane of its flows, NO_LANE where it has none */
    uint32_t *from, *to;      /* [flow]: ranks */
    unsigned char *met;       /* [lane * flow_count + flow]: one end has come */
    struct party *parties;    /* [lane * ranks + rank] */
    size_t lane_count;
    sg_sem_t call; /* there is something new */
    bool called;
    size_t actors; /* that have not left */
};
#define NO_LANE ((size_t)-1)

static void find_lanes(struct crowd *crowd, const struct play *play)
{
    const struct plan *plan = play->job->plan;
    crowd->lanes = mem_zeroed(play->queue_count, sizeof *crowd->lanes);
    for (size_t q = 0; q < play->queue_count; q++) {
        bool has_flows = q >= plan->queue_count; /* a background's */
        for (size_t o = 0; o < plan->operator_count && !has_flows; o++)
            has_flows =
                plan->operators[o].queue == q && operator_is_all_to_all(plan->operators[o].kind);
        crowd->lanes[q] = has_flows ? crowd->lane_count++ : NO_LANE;
    }
}

struct crowd *crowd_new(const struct play *play, const struct flow_set *const *sets,
                        size_t set_count)
{
    const struct engine_job *job = play->job;
    struct crowd *crowd = mem_zeroed(1, sizeof *crowd);
    crowd->ranks = job->plan->ranks;
    crowd->window_s = job->window_s;
    crowd->actors = crowd->ranks * play->queue_count;
    find_lanes(crowd, play);
    for (size_t s = 0; s < set_count; s++)
        crowd->flow_count += sets[s]->flow_count;
    crowd->from = mem_zeroed(crowd->flow_count + 1, sizeof *crowd->from);
    crowd->to = mem_zeroed(crowd->flow_count + 1, sizeof *crowd->to);
    for (size_t s = 0, flow = 0; s < set_count; s++)
        for (size_t i = 0; i < sets[s]->flow_count; i++, flow++) {
            crowd->from[flow] = (uint32_t)sets[s]->flows[i].from;
            crowd->to[flow] = (uint32_t)sets[s]->flows[i].to;
        }
    crowd->met = mem_zeroed(crowd->lane_count * crowd->flow_count + 1, sizeof *crowd->met);
    crowd->parties = mem_zeroed(crowd->lane_count * crowd->ranks + 1, sizeof *crowd->parties);
    for (size_t i = 0; i < crowd->lane_count * crowd->ranks; i++)
        crowd->parties[i].ended = sg_sem_init(0);
    crowd->call = sg_sem_init(0);
    crowd->fair = fair_new(job->topology, job->router, sets, set_count);
    return crowd;
}

void crowd_free(struct crowd *crowd)
{
    if (!crowd)
        return;
    for (size_t i = 0; i < crowd->lane_count * crowd->ranks; i++)
        sg_sem_destroy(crowd->parties[i].ended);
    sg_sem_destroy(crowd->call);
    fair_free(crowd->fair);
    free(crowd->lanes);
    free(crowd->from);
    free(crowd->to);
    free(crowd->met);
    free(crowd->parties);
    free(crowd);
}

/* ---- In the queues' actors ---- */

static void call(struct crowd *crowd)
{
    if (crowd->called)
        return;
    crowd->called = true;
    sg_sem_release(crowd->call);
}

static struct party *party_of(struct crowd *crowd, const struct queue *queue)
{
    return &crowd->parties[crowd->lanes[queue->queue] * crowd->ranks + queue->rank];
}

void crowd_leave(struct crowd *crowd)
{
    if (crowd && --crowd->actors == 0)
        call(crowd);
}

void crowd_meet(struct crowd *crowd, const struct queue *me, size_t flow, double bytes)
{
    size_t number = crowd->lanes[me->queue] * crowd->flow_count + flow;
    party_of(crowd, me)->running++;
    crowd->met[number] = !crowd->met[number];
    if (crowd->met[number])
        return;
    fair_start(crowd->fair, number, bytes, simgrid_get_clock());
    call(crowd);
}

void crowd_wait(struct crowd *crowd, const struct queue *me)
{
    struct party *party = party_of(crowd, me);
    if (party->running > 0) {
        party->waiting = true;
        sg_sem_acquire(party->ended);
        party->waiting = false;
    }
    if (party->until_s > simgrid_get_clock())
        sg_actor_sleep_until(party->until_s);
}

/* ---- In its own actor ---- */

static void end_for(struct party *party, double end_s)
{
    party->until_s = fmax(party->until_s, end_s);
    if (--party->running == 0 && party->waiting)
        sg_sem_release(party->ended);
}

static void tell_ends(struct crowd *crowd, const struct fair_end *ends, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t lane = ends[i].flow / crowd->flow_count, flow = ends[i].flow % crowd->flow_count;
        struct party *parties = &crowd->parties[lane * crowd->ranks];
        end_for(&parties[crowd->from[flow]], ends[i].end_s);
        end_for(&parties[crowd->to[flow]], ends[i].end_s);
    }
}

/* Until flows have started or time_s has come, and the window is over. */
static void wait_for_news(struct crowd *crowd, double time_s, double window_end_s)
{
    double left_s = time_s - simgrid_get_clock();
    if (isinf(left_s))
        sg_sem_acquire(crowd->call);
    else if (left_s > 0)
        sg_sem_acquire_timeout(crowd->call, left_s);
    sg_actor_yield(); /* whoever comes at the same moment comes along */
    crowd->called = false;
    if (window_end_s > simgrid_get_clock())
        sg_actor_sleep_until(window_end_s);
}

static void run_crowd(int argc, char *argv[])
{
    (void)argc;
    (void)argv;
    struct crowd *crowd = sg_actor_self_get_data();
    double next_s = INFINITY, window_end_s = 0;
    for (;;) {
        const struct fair_end *ends;
        size_t count;
        wait_for_news(crowd, next_s, window_end_s);
        if (crowd->actors == 0)
            return;
        next_s = fair_share(crowd->fair, simgrid_get_clock(), crowd->window_s, &ends, &count);
        window_end_s = simgrid_get_clock() + crowd->window_s;
        tell_ends(crowd, ends, count);
    }
}

void crowd_start(struct crowd *crowd, sg_host_t host)
{
    sg_actor_t actor = sg_actor_init("crowd", host);
    sg_actor_set_data(actor, crowd);
    sg_actor_start_(actor, run_crowd, 0, NULL);
}
