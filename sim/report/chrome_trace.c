/* The trace as https://ui.perfetto.dev and chrome://tracing read it. Times are whole nanoseconds,
 * written in the microseconds that the format asks for: slices that touch in the timeline then
 * touch in the trace, where a rounding overlap of one would nest the other. */
#include <math.h>
#include <stdlib.h>
#include "sim/base/mem.h"
#include "sim/report/stretches.h"

/* A browser holds the queues of a few GPUs well, thousands of them not. */
#define SHOWN_RANKS 8
#define FIRST_THREAD 1 /* readers take thread 0 for the idle one */

/* Where one plan of one result goes. */
struct track {
    const struct plan *plan;
    const struct timeline *timeline;
    const size_t *lanes; /* of the plan's queues */
    double shift_s;      /* backward starts where forward ended */
    size_t first_pid;    /* of rank 0 */
};

/* Numbers that run through the whole trace. */
struct trace {
    struct jout out;
    size_t next_pid, next_flow;
};

static size_t shown_ranks(const struct timeline *timeline)
{
    return timeline->ranks < SHOWN_RANKS ? timeline->ranks : SHOWN_RANKS;
}

static double to_ns(const struct track *track, double at_s)
{
    return round((track->shift_s + at_s) * 1e9);
}

static void begin_event(struct trace *trace, const char *phase, const char *name, size_t pid,
                        size_t tid)
{
    jout_inline(&trace->out);
    jout_object(&trace->out, NULL);
    jout_string(&trace->out, "ph", phase);
    jout_string(&trace->out, "name", name);
    jout_count(&trace->out, "pid", pid);
    jout_count(&trace->out, "tid", tid);
}

static void end_event(struct trace *trace)
{
    jout_end(&trace->out, '}');
}

/* A process (tid 0) or a thread: what it is called, and its place among the others. */
static void name_it(struct trace *trace, const char *what, size_t pid, size_t tid, const char *name,
                    size_t index)
{
    const char *const facts[] = {"name", "sort_index"};
    for (size_t i = 0; i < 2; i++) {
        char *event = mem_format("%s_%s", what, facts[i]);
        begin_event(trace, "M", event, pid, tid);
        jout_object(&trace->out, "args");
        if (i == 0)
            jout_string(&trace->out, "name", name);
        else
            jout_count(&trace->out, "sort_index", index);
        jout_end(&trace->out, '}');
        end_event(trace);
        free(event);
    }
}

static void name_processes(struct trace *trace, const struct track *track, const char *schedule)
{
    for (size_t rank = 0; rank < shown_ranks(track->timeline); rank++) {
        char *name = mem_format("%s, rank %zu", schedule, rank);
        name_it(trace, "process", track->first_pid + rank, 0, name, track->first_pid + rank);
        free(name);
    }
}

static void put_arguments(struct jout *out, const struct track *track,
                          const struct plan_operator *op)
{
    jout_object(out, "args");
    jout_string(out, "kind", operator_kind_names[op->kind]);
    jout_string(out, "pass", operator_pass_names[op->pass]);
    if (operator_is_all_to_all(op->kind))
        jout_number(out, "bytes", op->comm_bytes);
    if (op->kind == OPERATOR_EXPERT_FETCH)
        jout_number(out, "bytes", op->fetch_bytes);
    if (op->chunk > 0)
        jout_count(out, "chunk", op->chunk);
    if (track->plan->slot > 0)
        jout_count(out, "slot", track->plan->slot);
    jout_end(out, '}');
}

static void put_slice(struct trace *trace, const struct track *track, size_t rank, size_t i)
{
    const struct plan_operator *op = &track->plan->operators[i];
    const struct span *span = timeline_span(track->timeline, rank, i);
    double start_ns = to_ns(track, span->start_s);
    begin_event(trace, "X", op->name, track->first_pid + rank,
                FIRST_THREAD + track->lanes[op->queue]);
    jout_string(&trace->out, "cat", operator_kind_names[op->kind]);
    jout_number(&trace->out, "ts", start_ns / 1e3);
    jout_number(&trace->out, "dur", (to_ns(track, span->end_s) - start_ns) / 1e3);
    put_arguments(&trace->out, track, op);
    end_event(trace);
}

static void put_flow_end(struct trace *trace, const struct track *track, const char *phase,
                         const char *category, size_t rank, size_t i, double at_ns)
{
    begin_event(trace, phase, category, track->first_pid + rank,
                FIRST_THREAD + track->lanes[track->plan->operators[i].queue]);
    jout_string(&trace->out, "cat", category);
    jout_count(&trace->out, "id", trace->next_flow);
    jout_number(&trace->out, "ts", at_ns / 1e3);
    if (phase[0] == 'f')
        jout_string(&trace->out, "bp", "e"); /* arrives at the slice around ts, not at the next */
    end_event(trace);
}

/* An arrow leaves a slice one nanosecond before its end: at the end the slice is over, and the
 * arrow would leave its successor. */
static double leaving_ns(const struct track *track, const struct span *span)
{
    return fmax(to_ns(track, span->start_s), to_ns(track, span->end_s) - 1);
}

static void put_waits(struct trace *trace, const struct track *track, size_t rank, size_t i)
{
    const struct plan_operator *op = &track->plan->operators[i];
    const struct span *span = timeline_span(track->timeline, rank, i);
    for (size_t k = 0; k < op->after_count; k++) {
        size_t before = op->after[k];
        if (track->plan->operators[before].queue == op->queue)
            continue;
        put_flow_end(trace, track, "s", "wait", rank, before,
                     leaving_ns(track, timeline_span(track->timeline, rank, before)));
        put_flow_end(trace, track, "f", "wait", rank, i, to_ns(track, span->start_s));
        trace->next_flow++;
    }
}

static void put_partner(struct trace *trace, const struct track *track, size_t rank, size_t i)
{
    size_t last = last_partner(track->plan, track->timeline, rank, i);
    if (last == rank || last >= shown_ranks(track->timeline))
        return;
    const struct span *theirs = timeline_span(track->timeline, last, i);
    const struct span *own = timeline_span(track->timeline, rank, i);
    double start_ns = to_ns(track, theirs->start_s);
    put_flow_end(trace, track, "s", "last partner", last, i, start_ns);
    put_flow_end(trace, track, "f", "last partner", rank, i,
                 fmin(start_ns, leaving_ns(track, own)));
    trace->next_flow++;
}

/* Slices come before arrows: at equal times a reader then knows the slice an arrow belongs to. */
static void put_events(struct trace *trace, const struct track *track)
{
    for (size_t rank = 0; rank < shown_ranks(track->timeline); rank++)
        for (size_t i = 0; i < track->plan->operator_count; i++)
            put_slice(trace, track, rank, i);
    for (size_t rank = 0; rank < shown_ranks(track->timeline); rank++) {
        for (size_t i = 0; i < track->plan->operator_count; i++) {
            put_waits(trace, track, rank, i);
            put_partner(trace, track, rank, i);
        }
    }
}

static void name_threads(struct trace *trace, const struct track *track, const struct lanes *lanes)
{
    for (size_t rank = 0; rank < shown_ranks(track->timeline); rank++)
        for (size_t lane = 0; lane < lanes->count; lane++)
            name_it(trace, "thread", track->first_pid + rank, FIRST_THREAD + lane,
                    lanes->names[lane], lane);
}

static void put_result(struct trace *trace, const struct result *result)
{
    const struct played *forward = &result->forward, *backward = &result->backward;
    if (!forward->plan)
        return;
    struct lanes lanes;
    lanes_init(&lanes, result);
    struct track track = {.plan = forward->plan,
                          .timeline = forward->timeline,
                          .lanes = lanes.forward,
                          .first_pid = trace->next_pid};
    name_processes(trace, &track, result->schedule);
    name_threads(trace, &track, &lanes);
    put_events(trace, &track);
    if (backward->plan) {
        track.shift_s = forward->timeline->end_s;
        track.plan = backward->plan;
        track.timeline = backward->timeline;
        track.lanes = lanes.backward;
        put_events(trace, &track);
    }
    trace->next_pid += shown_ranks(forward->timeline);
    lanes_done(&lanes);
}

static void put_metadata(struct jout *out, const struct result *results, size_t count)
{
    jout_object(out, "otherData");
    jout_string(out, "schema", "scmoesim/trace/1");
    size_t most = 0;
    for (size_t i = 0; i < count; i++)
        if (results[i].forward.timeline && results[i].forward.timeline->ranks > most)
            most = results[i].forward.timeline->ranks;
    if (most > SHOWN_RANKS) {
        char *shown =
            mem_format("ranks 0..%d of %zu; the others are left out", SHOWN_RANKS - 1, most);
        jout_string(out, "ranks_shown", shown);
        free(shown);
    }
    jout_end(out, '}');
}

void print_chrome_trace(const struct result *results, size_t count, struct text *to)
{
    struct trace trace = {.next_pid = 1, .next_flow = 1};
    jout_init(&trace.out, to);
    jout_object(&trace.out, NULL);
    jout_string(&trace.out, "displayTimeUnit", "ms");
    put_metadata(&trace.out, results, count);
    jout_array(&trace.out, "traceEvents");
    for (size_t i = 0; i < count; i++)
        put_result(&trace, &results[i]);
    jout_end(&trace.out, ']');
    jout_end(&trace.out, '}');
}
