/* A plan at play by representatives: one rank of each orbit, with one flow of each class.
 *
 * Semantics are those of play.c: queues in order; a flow starts when both its ends have come, and
 * its latency later; a kernel that holds SMs leaves compute beside it the rest. */
#include <math.h>
#include <stdlib.h>
#include "sim/base/mem.h"
#include "sim/engine/channels.h"
#include "sim/engine/engine.h"

#define NOTHING ((size_t)-1)

enum phase {
    WAITING, /* for operators on other queues; or there is nothing left to do */
    COMPUTING,
    FETCHING,   /* a copy engine's work */
    SETTING_UP, /* an All-to-All, before its first flow */
    FLOWING,
    LINGERING, /* until an All-to-All's floor, or its measured time, is over */
    LEAVING,   /* until its kernels are done too */
};

/* One in-order queue of a representative, or its part of the background. */
struct actor {
    size_t orbit, queue;
    size_t op; /* that runs or comes next; NOTHING: none, or the background */
    enum phase phase;
    double wake_s;  /* FETCHING, SETTING_UP, LINGERING */
    double left_s;  /* COMPUTING: of the operator; else of an All-to-All's kernels; at rate 1 */
    bool works;     /* something of it is left */
    double begin_s; /* of the operator */
    size_t end;     /* FLOWING: the first of the next step's ends */
    size_t open;    /* flow ends of the step that are not done */
};

struct folded {
    const struct engine_job *job;
    const struct fold *fold;
    struct timeline *timeline;
    size_t queues;             /* the background's included */
    struct actor *actors;      /* [orbit * queues + queue] */
    unsigned char *done;       /* [orbit * operators + operator] */
    size_t *rank_of;           /* [orbit]: of some member */
    size_t *working, *holding; /* [orbit]: actors that need the GPU; that hold a part of its SMs */
    /* Classes by orbit of its ends: ends[first_end[FOLD_SETS_MAX * orbit + set]] .., in the order
     * of steps. */
    size_t *ends, *first_end;
    struct channels channels;
    double now_s, background_end_s;
};

static struct actor *actor_of(struct folded *play, size_t orbit, size_t queue)
{
    return &play->actors[orbit * play->queues + queue];
}

/* What runs beside the plan in this queue; NULL: it is one of the plan. */
static const struct background *background_of(const struct folded *play, const struct actor *actor)
{
    size_t queues = play->job->plan->queue_count;
    return actor->queue < queues ? NULL : &play->job->backgrounds[actor->queue - queues];
}

/* The fold's number of the flows that the actor runs. */
static size_t set_of(const struct folded *play, const struct actor *actor)
{
    const struct background *background = background_of(play, actor);
    size_t set = 0;
    while (background && play->fold->beside[set++] != background->flows)
        ;
    return set;
}

/* ---- Flows ---- */

static size_t end_group(size_t orbit, size_t set)
{
    return FOLD_SETS_MAX * orbit + set;
}

/* Seconds that an All-to-All was measured to take; 0: flows decide. The background's always do. */
static double measured_s(const struct folded *play, const struct actor *actor)
{
    return play->job->a2a_s && actor->op != NOTHING ? play->job->a2a_s[actor->op] : 0;
}

static double bytes_of(const struct folded *play, const struct actor *actor,
                       const struct fold_class *class)
{
    const struct background *background = background_of(play, actor);
    double bytes =
        background ? background->bytes : play->job->plan->operators[actor->op].comm_bytes;
    return measured_s(play, actor) > 0 ? 0 : (double)flow_bytes(bytes, class->share_ratio);
}

static void come(struct folded *play, struct actor *actor, size_t number)
{
    const struct fold_class *class = &play->fold->classes[number];
    actor->open++;
    channels_come(&play->channels, number, actor->queue, bytes_of(play, actor, class),
                  measured_s(play, actor) > 0 ? 0 : class->latency_s, play->now_s);
}

static void finish(struct folded *play, struct actor *actor);

static void wait_for_kernels(struct folded *play, struct actor *actor)
{
    actor->phase = LEAVING;
    if (!actor->works)
        finish(play, actor);
}

static void after_flows(struct folded *play, struct actor *actor)
{
    if (background_of(play, actor)) {
        actor->phase = WAITING;
        play->holding[actor->orbit]--;
        play->background_end_s = fmax(play->background_end_s, play->now_s);
        return;
    }
    double measured = measured_s(play, actor);
    actor->wake_s = measured > 0 ? play->now_s + measured : actor->begin_s + play->job->a2a_floor_s;
    if (actor->wake_s > play->now_s)
        actor->phase = LINGERING;
    else
        wait_for_kernels(play, actor);
}

/* The next step's flows, all at once. */
static void next_step(struct folded *play, struct actor *actor)
{
    const struct fold_class *classes = play->fold->classes;
    size_t stop = play->first_end[end_group(actor->orbit, set_of(play, actor)) + 1];
    actor->phase = FLOWING;
    if (actor->end == stop) {
        after_flows(play, actor);
        return;
    }
    size_t step = classes[play->ends[actor->end]].step;
    while (actor->end < stop && classes[play->ends[actor->end]].step == step)
        come(play, actor, play->ends[actor->end++]);
}

static void start_flows(struct folded *play, struct actor *actor)
{
    actor->end = play->first_end[end_group(actor->orbit, set_of(play, actor))];
    next_step(play, actor);
}

static void leave(struct folded *play, size_t orbit, size_t queue)
{
    struct actor *actor = actor_of(play, orbit, queue);
    if (--actor->open == 0)
        next_step(play, actor);
}

/* All their ends go on. */
static void finish_flows(struct folded *play, const struct channel *channel)
{
    const struct fold_class *class = &play->fold->classes[channel->class];
    for (size_t i = 0; i < class->end_count; i++)
        leave(play, play->fold->ends[class->first_end + i], channel->queue);
}

/* ---- Queues ---- */

static size_t next_op(const struct plan *plan, size_t queue, size_t from)
{
    for (size_t o = from; o < plan->operator_count; o++)
        if (plan->operators[o].queue == queue)
            return o;
    return NOTHING;
}

static struct span *span_of(struct folded *play, const struct actor *actor)
{
    size_t n = play->job->plan->operator_count;
    return &play->timeline->spans[actor->orbit * n + actor->op];
}

static void finish(struct folded *play, struct actor *actor)
{
    const struct plan *plan = play->job->plan;
    if (operator_is_all_to_all(plan->operators[actor->op].kind))
        play->holding[actor->orbit]--;
    span_of(play, actor)->end_s = play->now_s;
    play->done[actor->orbit * plan->operator_count + actor->op] = 1;
    actor->phase = WAITING;
    actor->op = next_op(plan, actor->queue, actor->op + 1);
}

static bool is_ready(const struct folded *play, const struct actor *actor)
{
    const struct plan *plan = play->job->plan;
    if (actor->phase != WAITING || actor->op == NOTHING)
        return false;
    const struct plan_operator *op = &plan->operators[actor->op];
    for (size_t i = 0; i < op->after_count; i++)
        if (!play->done[actor->orbit * plan->operator_count + op->after[i]])
            return false;
    return true;
}

/* On its GPU, at what rate that then has for it. */
static void work(struct folded *play, struct actor *actor, double time_s)
{
    actor->works = true;
    actor->left_s = time_s;
    play->working[actor->orbit]++;
}

static void sleep_for(struct folded *play, struct actor *actor, enum phase phase, double time_s)
{
    actor->phase = phase;
    actor->wake_s = play->now_s + time_s;
}

static void begin(struct folded *play, struct actor *actor)
{
    const struct plan *plan = play->job->plan;
    enum operator_kind kind = plan->operators[actor->op].kind;
    double time_s =
        play->job->compute_s[play->rank_of[actor->orbit] * plan->operator_count + actor->op];
    struct span *span = span_of(play, actor);
    span->ready_s = span->start_s = span->transfer_s = actor->begin_s = play->now_s;
    if (operator_is_all_to_all(kind)) {
        play->holding[actor->orbit]++;
        if (play->job->a2a_kernels_s > 0)
            work(play, actor, play->job->a2a_kernels_s);
        if (play->job->a2a_setup_s > 0 && measured_s(play, actor) <= 0)
            sleep_for(play, actor, SETTING_UP, play->job->a2a_setup_s);
        else
            start_flows(play, actor);
    } else if (time_s <= 0) {
        finish(play, actor);
    } else if (kind == OPERATOR_EXPERT_FETCH) {
        sleep_for(play, actor, FETCHING, time_s);
    } else {
        actor->phase = COMPUTING;
        work(play, actor, time_s);
    }
}

/* Operators of no time end at once and may let others start. */
static void begin_ready(struct folded *play)
{
    size_t count = play->fold->orbit_count * play->queues;
    for (bool progress = true; progress;) {
        progress = false;
        for (size_t i = 0; i < count; i++)
            while (is_ready(play, &play->actors[i])) {
                begin(play, &play->actors[i]);
                progress = true;
            }
    }
}

static void wake(struct folded *play, struct actor *actor)
{
    if (actor->phase == SETTING_UP)
        start_flows(play, actor);
    else if (actor->phase == LINGERING)
        wait_for_kernels(play, actor);
    else
        finish(play, actor);
}

/* What it did on the GPU is done. */
static void end_work(struct folded *play, struct actor *actor)
{
    actor->works = false;
    play->working[actor->orbit]--;
    if (actor->phase == COMPUTING || actor->phase == LEAVING)
        finish(play, actor);
}

/* ---- Time ---- */

/* Of one that works on a GPU of the orbit: all who do share it with kernels that each hold a
 * bounded part of it. */
static double work_rate(const struct folded *play, size_t orbit)
{
    double share = fmax(0, play->job->sm_share_ratio);
    double holding = share > 0 ? (double)play->holding[orbit] : 0;
    double working = (double)play->working[orbit], even = 1 / (holding + working);
    return share <= even ? (1 - holding * share) / working : even;
}

static bool is_asleep(const struct actor *actor)
{
    return actor->phase == FETCHING || actor->phase == SETTING_UP || actor->phase == LINGERING;
}

/* When the next thing ends; INFINITY: nothing is under way. */
static double next_end_s(struct folded *play)
{
    double next_s = channels_next_s(&play->channels, play->now_s);
    for (size_t i = 0; i < play->fold->orbit_count * play->queues; i++) {
        const struct actor *actor = &play->actors[i];
        if (is_asleep(actor))
            next_s = fmin(next_s, actor->wake_s);
        if (actor->works)
            next_s = fmin(next_s, play->now_s + actor->left_s / work_rate(play, actor->orbit));
    }
    return next_s;
}

static void pass_time(struct folded *play, double to_s)
{
    double time_s = to_s - play->now_s;
    for (size_t i = 0; i < play->fold->orbit_count * play->queues; i++) {
        struct actor *actor = &play->actors[i];
        if (actor->works)
            actor->left_s -= time_s * work_rate(play, actor->orbit);
    }
    channels_pass(&play->channels, time_s);
    play->now_s = to_s;
}

/* Everything that is over now. An actor that goes on to something of no time is looked at again in
 * the next round, in which no time passes. */
static void end_due(struct folded *play)
{
    size_t count = play->fold->orbit_count * play->queues;
    for (size_t i = 0; i < count; i++) {
        struct actor *actor = &play->actors[i];
        if (actor->works && actor->left_s <= TOGETHER_S)
            end_work(play, actor);
        if (is_asleep(actor) && actor->wake_s <= play->now_s + TOGETHER_S)
            wake(play, actor);
    }
    struct channel *const *ended;
    size_t ended_count = channels_end(&play->channels, play->now_s, &ended);
    for (size_t i = 0; i < ended_count; i++)
        finish_flows(play, ended[i]);
}

static void run(struct folded *play)
{
    for (;;) {
        begin_ready(play);
        double next_s = next_end_s(play);
        if (isinf(next_s))
            return;
        pass_time(play, fmax(next_s, play->now_s));
        end_due(play);
    }
}

/* ---- Setting up ---- */

/* Classes come in the order of steps. */
static void index_ends(struct folded *play)
{
    const struct fold *fold = play->fold;
    size_t groups = FOLD_SETS_MAX * fold->orbit_count;
    play->ends = mem_zeroed(fold->end_count + 1, sizeof *play->ends);
    play->first_end = mem_zeroed(groups + 2, sizeof *play->first_end);
    for (size_t c = 0; c < fold->class_count; c++) {
        const struct fold_class *class = &fold->classes[c];
        for (size_t i = 0; i < class->end_count; i++)
            play->first_end[end_group(fold->ends[class->first_end + i], class->set) + 2]++;
    }
    for (size_t g = 0; g < groups; g++)
        play->first_end[g + 2] += play->first_end[g + 1];
    size_t *next_end =
        &play->first_end[1]; /* where a group goes on: in the end, where the next begins */
    for (size_t c = 0; c < fold->class_count; c++) {
        const struct fold_class *class = &fold->classes[c];
        for (size_t i = 0; i < class->end_count; i++)
            play->ends[next_end[end_group(fold->ends[class->first_end + i], class->set)]++] = c;
    }
}

static void place_actors(struct folded *play)
{
    const struct plan *plan = play->job->plan;
    for (size_t rank = play->fold->ranks; rank-- > 0;)
        play->rank_of[play->fold->orbit_of[rank]] = rank;
    for (size_t orbit = 0; orbit < play->fold->orbit_count; orbit++)
        for (size_t q = 0; q < play->queues; q++)
            *actor_of(play, orbit, q) =
                (struct actor){.orbit = orbit, .queue = q, .op = next_op(plan, q, 0)};
    for (size_t orbit = 0; orbit < play->fold->orbit_count; orbit++)
        for (size_t b = 0; b < play->job->background_count; b++) {
            play->holding[orbit]++;
            start_flows(play, actor_of(play, orbit, plan->queue_count + b));
        }
}

static void open_play(const struct engine_job *job, struct folded *ret)
{
    const struct fold *fold = job->dispatch->fold;
    size_t orbits = fold->orbit_count, n = job->plan->operator_count;
    *ret = (struct folded){
        .job = job,
        .fold = fold,
        .timeline = timeline_new(fold->ranks, n, fold->orbit_of, orbits),
        .queues = job->plan->queue_count + job->background_count,
        .done = mem_zeroed(orbits * n, 1),
        .rank_of = mem_zeroed(orbits, sizeof(size_t)),
        .working = mem_zeroed(orbits, sizeof(size_t)),
        .holding = mem_zeroed(orbits, sizeof(size_t)),
    };
    ret->actors = mem_zeroed(orbits * ret->queues, sizeof *ret->actors);
    channels_open(fold, ret->queues, &ret->channels);
    index_ends(ret);
    place_actors(ret);
}

static void close_play(struct folded *play)
{
    free(play->actors);
    free(play->done);
    free(play->rank_of);
    free(play->working);
    free(play->holding);
    free(play->ends);
    free(play->first_end);
    channels_close(&play->channels);
}

/* An operator that never ran. */
static int check_done(const struct folded *play, struct diag *diag)
{
    const struct plan *plan = play->job->plan;
    for (size_t i = 0; i < play->fold->orbit_count * plan->operator_count; i++)
        if (!play->done[i])
            return diag_say(diag, "schedule %s: operators never ran, the first is %s on rank %zu",
                            plan->schedule, plan->operators[i % plan->operator_count].name,
                            play->rank_of[i / plan->operator_count]);
    return 0;
}

int engine_play_folded(const struct engine_job *job, struct diag *diag, struct timeline **ret)
{
    struct folded play;
    open_play(job, &play);
    run(&play);
    struct timeline *timeline = play.timeline;
    int r = check_done(&play, diag);
    size_t spans = timeline_rows(timeline) * timeline->operators;
    timeline->end_s = play.background_end_s;
    for (size_t i = 0; i < spans; i++)
        timeline->end_s = fmax(timeline->end_s, timeline->spans[i].end_s);
    close_play(&play);
    if (r < 0) {
        timeline_free(timeline);
        return r;
    }
    timeline_find_transfers(timeline, job->plan);
    *ret = timeline;
    return 0;
}
