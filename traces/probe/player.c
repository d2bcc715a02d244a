#include "player.h"

#include <math.h>
#include <stdlib.h>
#include "base.h"

#define EXCHANGE_ROOM ((size_t)256 << 20)

static void make_events(cudaEvent_t **events, size_t count)
{
    *events = need_memory(count, sizeof **events);
    for (size_t i = 0; i < count; i++)
        try_cuda(cudaEventCreate(&(*events)[i]));
}

static void free_events(cudaEvent_t *events, size_t count)
{
    for (size_t i = 0; events && i < count; i++)
        try_cuda(cudaEventDestroy(events[i]));
    free(events);
}

/* The output of what the operator waits for becomes its input where sizes allow. */
static void find_input(const struct player *player, const struct plan_operator *op,
                       struct operator_spec *spec)
{
    for (size_t i = 0; i < op->after_count && !spec->input; i++) {
        const struct op *before = player->operators[op->after[i]];
        if (before && before->spec.pass == PASS_FORWARD)
            spec->input = operator_output(before, &spec->input_bytes);
    }
}

/* Experts that a token is sorted into: the gate's count, for an encode that does not carry it. */
static size_t routed_experts(const struct plan *plan)
{
    for (size_t i = 0; i < plan->operator_count; i++) {
        if (plan->operators[i].kind == KIND_GATE) return plan->operators[i].shape.experts;
    }
    return 0;
}

static int make_operators(struct player *player, struct complaint *why)
{
    const struct plan *plan = player->plan;
    player->operators = need_memory(plan->operator_count, sizeof *player->operators);
    for (size_t i = 0; i < plan->operator_count; i++) {
        size_t self = plan->issue[i];
        const struct plan_operator *op = &plan->operators[self];
        if (kind_is_transfer(op->kind)) continue;
        bool routes = op->kind == KIND_ENCODE || op->kind == KIND_DECODE;
        struct complaint cause;
        struct operator_spec spec = {
            .kind = op->kind,
            .pass = op->pass,
            .shape = op->shape,
            .dtype = plan->dtype,
            .sets = 1,
            .routed_experts = routes ? routed_experts(plan) : 0,
        };
        find_input(player, op, &spec);
        player->operators[self] = operator_make(&player->set->lab, &spec, &cause);
        if (!player->operators[self])
            return complain(why, "operator \"%s\": %.400s", op->name, cause.text);
    }
    return 0;
}

static bool has_transfer(const struct plan *plan, size_t queue)
{
    for (size_t i = 0; i < plan->operator_count; i++) {
        if (plan->operators[i].queue == queue && kind_is_transfer(plan->operators[i].kind))
            return true;
    }
    return false;
}

/* Exchanges outlive the plan, so they are made before its part of the lab's memory begins. */
static int make_exchanges(struct player *player, struct complaint *why)
{
    struct stage_set *set = player->set;
    int used = 0;
    for (size_t q = 0; q < player->plan->queue_count; q++) {
        if (!has_transfer(player->plan, q)) continue;
        if (used == set->exchanges) {
            if (exchange_init(&set->exchange[used], &set->lab, EXCHANGE_ROOM, why) < 0) return -1;
            set->exchanges++;
        }
        player->exchange[q] = &set->exchange[used++];
    }
    return 0;
}

static void make_queues(struct player *player)
{
    for (size_t q = 0; q < player->plan->queue_count; q++) {
        try_cuda(cudaStreamCreateWithFlags(&player->stream[q], cudaStreamNonBlocking));
        try_cuda(cudaEventCreateWithFlags(&player->at_end[q], cudaEventDisableTiming));
    }
    try_cuda(cudaEventCreateWithFlags(&player->fork, cudaEventDisableTiming));
}

static void make_waits(struct player *player)
{
    const struct plan *plan = player->plan;
    player->done = need_memory(plan->operator_count, sizeof *player->done);
    for (size_t i = 0; i < plan->operator_count; i++) {
        const struct plan_operator *op = &plan->operators[i];
        for (size_t j = 0; j < op->after_count; j++) {
            cudaEvent_t *event = &player->done[op->after[j]];
            if (plan->operators[op->after[j]].queue != op->queue && !*event)
                try_cuda(cudaEventCreateWithFlags(event, cudaEventDisableTiming));
        }
    }
}

int player_open(struct player *player, struct stage_set *set, const struct plan *plan,
                struct complaint *why)
{
    *player = (struct player){.set = set, .plan = plan, .factor = 1, .mark = lab_mark(&set->lab)};
    if (plan->queue_count > PLAYER_QUEUES_MAX)
        return complain(why, "more than %d queues", PLAYER_QUEUES_MAX);
    if (make_exchanges(player, why) < 0) return -1;
    player->mark = lab_mark(&set->lab);
    make_queues(player);
    make_waits(player);
    if (make_operators(player, why) < 0) {
        player_close(player);
        return -1;
    }
    return 0;
}

void player_close(struct player *player)
{
    const struct plan *plan = player->plan;
    for (size_t i = 0; i < plan->operator_count; i++) {
        operator_free(player->operators[i]);
        if (player->done[i]) try_cuda(cudaEventDestroy(player->done[i]));
    }
    for (size_t q = 0; q < plan->queue_count; q++) {
        try_cuda(cudaEventDestroy(player->at_end[q]));
        try_cuda(cudaStreamDestroy(player->stream[q]));
    }
    try_cuda(cudaEventDestroy(player->fork));
    free(player->operators);
    free(player->done);
    lab_release(&player->set->lab, player->mark);
}

void stage_set_done(struct stage_set *set)
{
    for (int i = 0; i < set->exchanges; i++)
        exchange_done(&set->exchange[i]);
    lab_done(&set->lab);
}

/* A timing event; inside a graph it is a node of its own, read after the graph has run. */
static void stamp(const struct series *series, cudaEvent_t event, cudaStream_t stream)
{
    try_cuda(cudaEventRecordWithFlags(
        event, stream, series->in_graph ? cudaEventRecordExternal : cudaEventRecordDefault));
}

static void play_operator(const struct player *player, size_t self)
{
    const struct plan_operator *op = &player->plan->operators[self];
    cudaStream_t stream = player->stream[op->queue];
    double bytes = op->a2a_bytes * player->factor;
    if (player->operators[self])
        operator_run(&player->set->lab, player->operators[self], 0, stream);
    else if (op->kind == KIND_EXPERT_FETCH)
        copy_in(player->exchange[op->queue], op->fetch_bytes, stream);
    else if (bytes >= 1)
        exchange_run(player->exchange[op->queue], bytes, bytes, stream);
}

static void fork_queues(const struct player *player)
{
    try_cuda(cudaEventRecord(player->fork, player->stream[0]));
    for (size_t q = 1; q < player->plan->queue_count; q++)
        try_cuda(cudaStreamWaitEvent(player->stream[q], player->fork, 0));
}

static void join_queues(const struct player *player)
{
    for (size_t q = 1; q < player->plan->queue_count; q++) {
        try_cuda(cudaEventRecord(player->at_end[q], player->stream[q]));
        try_cuda(cudaStreamWaitEvent(player->stream[0], player->at_end[q], 0));
    }
}

/* One pair, from the boundary before it to the boundary behind it. */
static void play_pair(const struct player *player, const struct series *series, size_t pair)
{
    const struct plan *plan = player->plan;
    fork_queues(player);
    for (size_t i = 0; i < plan->operator_count; i++) {
        size_t self = plan->issue[i], place = pair * plan->operator_count + self;
        const struct plan_operator *op = &plan->operators[self];
        cudaStream_t stream = player->stream[op->queue];
        for (size_t j = 0; j < op->after_count; j++) {
            if (plan->operators[op->after[j]].queue != op->queue)
                try_cuda(cudaStreamWaitEvent(stream, player->done[op->after[j]], 0));
        }
        if (series->with_operators) stamp(series, series->begin[place], stream);
        play_operator(player, self);
        if (series->with_operators) stamp(series, series->end[place], stream);
        if (player->done[self]) try_cuda(cudaEventRecord(player->done[self], stream));
    }
    join_queues(player);
    stamp(series, series->boundary[pair + 1], player->stream[0]);
}

static void play_series(const struct player *player, const struct series *series)
{
    stamp(series, series->boundary[0], player->stream[0]);
    for (size_t pair = 0; pair < series->pairs; pair++)
        play_pair(player, series, pair);
}

/* Pairs that last as long as the warm-up should, by the time of a second pair: the first also loads
 * kernels. */
static size_t warm_up_pairs(const struct player *player, const struct series *series)
{
    struct series one = *series;
    double begin_s = 0;
    one.pairs = 1;
    for (int i = 0; i < 2; i++) {
        begin_s = host_seconds();
        play_series(player, &one);
        try_cuda(cudaStreamSynchronize(player->stream[0]));
    }
    return (size_t)ceil(series->warm_up_s / fmax(host_seconds() - begin_s, 1e-6));
}

static void run_eager(const struct player *player, const struct series *series)
{
    struct series part = *series; /* plays on the series' own events, which its end writes anew */
    for (size_t left = warm_up_pairs(player, series); left > 0; left -= part.pairs) {
        part.pairs = left < series->pairs ? left : series->pairs;
        play_series(player, &part);
    }
    play_series(player, series);
    try_cuda(cudaStreamSynchronize(player->stream[0]));
}

static void run_graph(const struct player *player, const struct series *series)
{
    cudaGraph_t graph;
    cudaGraphExec_t ready;
    cudaStream_t stream = player->stream[0];
    try_cuda(cudaStreamBeginCapture(stream, cudaStreamCaptureModeRelaxed));
    play_series(player, series);
    try_cuda(cudaStreamEndCapture(stream, &graph));
    try_cuda(cudaGraphInstantiate(&ready, graph, 0));
    double begin_s = host_seconds();
    do {
        try_cuda(cudaGraphLaunch(ready, stream));
        try_cuda(cudaStreamSynchronize(stream));
    } while (host_seconds() - begin_s < series->warm_up_s);
    try_cuda(cudaGraphLaunch(ready, stream));
    try_cuda(cudaStreamSynchronize(stream));
    try_cuda(cudaGraphExecDestroy(ready));
    try_cuda(cudaGraphDestroy(graph));
}

void player_run(const struct player *player, struct series *series)
{
    size_t operators = series->pairs * player->plan->operator_count;
    make_events(&series->boundary, series->pairs + 1);
    if (series->with_operators) {
        make_events(&series->begin, operators);
        make_events(&series->end, operators);
    }
    if (series->in_graph)
        run_graph(player, series);
    else
        run_eager(player, series);
}

void series_done(const struct player *player, struct series *series)
{
    size_t operators = series->pairs * player->plan->operator_count;
    free_events(series->boundary, series->pairs + 1);
    free_events(series->begin, operators);
    free_events(series->end, operators);
}
