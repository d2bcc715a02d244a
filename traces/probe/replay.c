/* Plays one rank of a plan with real kernels: a stream a queue, events where operators wait across
 * queues, All-to-Alls as exchanges through pinned host memory. */
#include "commands.h"

#include <stdlib.h>
#include <string.h>
#include "bench.h"
#include "exchange.h"
#include "plan.h"
#include "timeline.h"

#define QUEUES_MAX 16
#define EXCHANGE_ROOM_MAX ((size_t)512 << 20)
#define WARM_UP_S 0.2

struct player {
    const struct options *options;
    const struct plan *plan;
    struct lab lab;
    struct nvml *nvml;
    cudaStream_t stream[QUEUES_MAX];
    cudaEvent_t at_end[QUEUES_MAX];   /* of a queue's part of a pair */
    cudaEvent_t fork;
    struct exchange exchange[QUEUES_MAX];
    struct operator **operators;      /* NULL for All-to-Alls */
    cudaEvent_t *done;                /* per operator, where another queue waits for it; else NULL */
};

/* Timing events of a series: boundaries of the pairs, and of the operators where they are wanted. */
struct series {
    size_t pairs;
    bool with_operators, in_graph;
    cudaEvent_t *boundary;            /* pairs + 1 */
    cudaEvent_t *begin, *end;         /* pairs * operator_count */
};

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
static void find_input(const struct player *player, const struct plan_operator *operator,
                       struct operator_spec *spec)
{
    for (size_t i = 0; i < operator->after_count && !spec->input; i++) {
        const struct operator *before = player->operators[operator->after[i]];
        if (before && before->spec.pass == PASS_FORWARD)
            spec->input = operator_output(before, &spec->input_bytes);
    }
}

/* Experts that a token is sorted into: the gate's count, for an encode that does not carry it. */
static size_t routed_experts(const struct plan *plan)
{
    for (size_t i = 0; i < plan->operator_count; i++) {
        if (plan->operators[i].kind == KIND_GATE)
            return plan->operators[i].shape.experts;
    }
    return 0;
}

static void make_operators(struct player *player)
{
    const struct plan *plan = player->plan;
    player->operators = need_memory(plan->operator_count, sizeof *player->operators);
    for (size_t i = 0; i < plan->operator_count; i++) {
        size_t self = plan->issue[i];
        const struct plan_operator *operator = &plan->operators[self];
        if (kind_is_all_to_all(operator->kind))
            continue;
        struct complaint why;
        struct operator_spec spec = { .kind = operator->kind, .pass = operator->pass,
                                      .shape = operator->shape, .dtype = plan->dtype, .sets = 1,
                                      .routed_experts = operator->kind == KIND_ENCODE ||
                                                                operator->kind == KIND_DECODE
                                                            ? routed_experts(plan)
                                                            : 0 };
        find_input(player, operator, &spec);
        player->operators[self] = operator_make(&player->lab, &spec, &why);
        if (!player->operators[self])
            die(EXIT_BAD_INPUT, "%s: operator \"%s\": %s", player->options->plan, operator->name,
                why.text);
    }
}

static void make_queues(struct player *player)
{
    const struct plan *plan = player->plan;
    double most[QUEUES_MAX] = { 0 };
    for (size_t i = 0; i < plan->operator_count; i++) {
        const struct plan_operator *operator = &plan->operators[i];
        double bytes = operator->a2a_bytes * player->options->factor;
        if (kind_is_all_to_all(operator->kind) && bytes > most[operator->queue])
            most[operator->queue] = bytes;
    }
    for (size_t q = 0; q < plan->queue_count; q++) {
        struct complaint why;
        try_cuda(cudaStreamCreateWithFlags(&player->stream[q], cudaStreamNonBlocking));
        try_cuda(cudaEventCreateWithFlags(&player->at_end[q], cudaEventDisableTiming));
        size_t room = most[q] > (double)EXCHANGE_ROOM_MAX ? EXCHANGE_ROOM_MAX : (size_t)most[q];
        if (room && exchange_init(&player->exchange[q], &player->lab, room, &why) < 0)
            die(EXIT_BAD_INPUT, "%s: %s", player->options->plan, why.text);
    }
    try_cuda(cudaEventCreateWithFlags(&player->fork, cudaEventDisableTiming));
}

static void make_waits(struct player *player)
{
    const struct plan *plan = player->plan;
    player->done = need_memory(plan->operator_count, sizeof *player->done);
    for (size_t i = 0; i < plan->operator_count; i++) {
        const struct plan_operator *operator = &plan->operators[i];
        for (size_t j = 0; j < operator->after_count; j++) {
            cudaEvent_t *event = &player->done[operator->after[j]];
            if (plan->operators[operator->after[j]].queue != operator->queue && !*event)
                try_cuda(cudaEventCreateWithFlags(event, cudaEventDisableTiming));
        }
    }
}

/* A timing event; inside a graph it is a node of its own, read after the graph has run. */
static void stamp(const struct series *series, cudaEvent_t event, cudaStream_t stream)
{
    try_cuda(cudaEventRecordWithFlags(
        event, stream, series->in_graph ? cudaEventRecordExternal : cudaEventRecordDefault));
}

static void play_operator(const struct player *player, size_t self)
{
    const struct plan_operator *operator = &player->plan->operators[self];
    cudaStream_t stream = player->stream[operator->queue];
    double bytes = operator->a2a_bytes * player->options->factor;
    if (player->operators[self])
        operator_run(&player->lab, player->operators[self], 0, stream);
    else if (bytes >= 1)
        exchange_run(&player->exchange[operator->queue], bytes, bytes, stream);
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
        const struct plan_operator *operator = &plan->operators[self];
        cudaStream_t stream = player->stream[operator->queue];
        for (size_t j = 0; j < operator->after_count; j++) {
            if (plan->operators[operator->after[j]].queue != operator->queue)
                try_cuda(cudaStreamWaitEvent(stream, player->done[operator->after[j]], 0));
        }
        if (series->with_operators)
            stamp(series, series->begin[place], stream);
        play_operator(player, self);
        if (series->with_operators)
            stamp(series, series->end[place], stream);
        if (player->done[self])
            try_cuda(cudaEventRecord(player->done[self], stream));
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

static void run_eager(const struct player *player, const struct series *series)
{
    double begin_s = host_seconds();
    do
        play_series(player, series);
    while (host_seconds() - begin_s < WARM_UP_S);
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
    } while (host_seconds() - begin_s < WARM_UP_S);
    try_cuda(cudaGraphLaunch(ready, stream));
    try_cuda(cudaStreamSynchronize(stream));
    try_cuda(cudaGraphExecDestroy(ready));
    try_cuda(cudaGraphDestroy(graph));
}

static void run_series(const struct player *player, struct series *series, bool with_operators)
{
    size_t operators = series->pairs * player->plan->operator_count;
    series->with_operators = with_operators;
    make_events(&series->boundary, series->pairs + 1);
    if (with_operators) {
        make_events(&series->begin, operators);
        make_events(&series->end, operators);
    }
    if (series->in_graph)
        run_graph(player, series);
    else
        run_eager(player, series);
}

static void free_series(const struct player *player, struct series *series)
{
    size_t operators = series->pairs * player->plan->operator_count;
    free_events(series->boundary, series->pairs + 1);
    free_events(series->begin, operators);
    free_events(series->end, operators);
}

static double between(cudaEvent_t begin, cudaEvent_t end)
{
    float ms;
    try_cuda(cudaEventElapsedTime(&ms, begin, end));
    return 1e-3 * (double)ms;
}

static struct timing pair_times(const struct series *series)
{
    double *time_s = need_memory(series->pairs, sizeof *time_s);
    for (size_t i = 0; i < series->pairs; i++)
        time_s[i] = between(series->boundary[i], series->boundary[i + 1]);
    struct timing timing = { quantile(time_s, series->pairs, 0.5), quantile(time_s, series->pairs, 0.1),
                             quantile(time_s, series->pairs, 0.9), series->pairs };
    free(time_s);
    return timing;
}

static double median_from_boundary(const struct player *player, const struct series *series,
                                   const cudaEvent_t *events, size_t operator)
{
    double *time_s = need_memory(series->pairs, sizeof *time_s);
    for (size_t i = 0; i < series->pairs; i++)
        time_s[i] = between(series->boundary[i], events[i * player->plan->operator_count + operator]);
    double median = quantile(time_s, series->pairs, 0.5);
    free(time_s);
    return median;
}

static void fill_timeline(const struct player *player, const struct series *series,
                          struct timeline *timeline)
{
    size_t count = player->plan->operator_count;
    timeline->start_s = need_memory(count, sizeof *timeline->start_s);
    timeline->end_s = need_memory(count, sizeof *timeline->end_s);
    for (size_t i = 0; i < count; i++) {
        timeline->start_s[i] = median_from_boundary(player, series, series->begin, i);
        timeline->end_s[i] = median_from_boundary(player, series, series->end, i);
    }
}

static void close_player(struct player *player)
{
    const struct plan *plan = player->plan;
    for (size_t i = 0; i < plan->operator_count; i++) {
        operator_free(player->operators[i]);
        if (player->done[i])
            try_cuda(cudaEventDestroy(player->done[i]));
    }
    for (size_t q = 0; q < plan->queue_count; q++) {
        exchange_done(&player->exchange[q]);
        try_cuda(cudaEventDestroy(player->at_end[q]));
        try_cuda(cudaStreamDestroy(player->stream[q]));
    }
    try_cuda(cudaEventDestroy(player->fork));
    free(player->operators);
    free(player->done);
    nvml_close(player->nvml);
    lab_done(&player->lab);
}

static void open_player(struct player *player, const struct options *options, const struct plan *plan)
{
    char bus[32];
    *player = (struct player){ .options = options, .plan = plan };
    if (plan->queue_count > QUEUES_MAX)
        die(EXIT_BAD_INPUT, "%s: more than %d queues", options->plan, QUEUES_MAX);
    lab_init(&player->lab, options->device, 0.9);
    try_cuda(cudaDeviceGetPCIBusId(bus, sizeof bus, options->device));
    player->nvml = nvml_open(bus);
    make_queues(player);
    make_waits(player);
    make_operators(player);
}

int command_replay(const struct options *options)
{
    struct complaint why;
    struct plan *plan;
    struct player player;
    if (plan_load(options->plan, &plan, &why) < 0)
        die(EXIT_BAD_INPUT, "%s", why.text);
    open_player(&player, options, plan);

    /* Whole pairs first, without events between operators; then where each operator stands. */
    struct series whole = { .pairs = options->pairs, .in_graph = options->graph };
    struct series parts = whole;
    struct timeline timeline = { .plan = plan, .options = options, .gpu = player.lab.about.name };
    nvml_describe(player.nvml, &timeline.facts);
    nvml_sample_start(player.nvml);
    nvml_sample_label(player.nvml, 0);
    run_series(&player, &whole, false);
    nvml_sample_label(player.nvml, -1);
    nvml_sample_stop(player.nvml, timeline.averages);
    run_series(&player, &parts, true);
    timeline.pair = pair_times(&whole);
    timeline.instrumented_pair = pair_times(&parts);
    fill_timeline(&player, &parts, &timeline);
    free_series(&player, &whole);
    free_series(&player, &parts);
    int r = timeline_write(&timeline, options->output, &why);
    if (r < 0)
        note("%s", why.text);
    timeline_done(&timeline);
    close_player(&player);
    plan_free(plan);
    return r < 0 ? EXIT_BAD_INPUT : EXIT_FINE;
}
