#include "player.h"

#include <math.h>
#include <stdlib.h>
#include "base.h"
#include "kernels.h"
#include "sim/base/mem.h"

#define EXCHANGE_ROOM ((size_t)256 << 20)

static void make_events(cudaEvent_t **events, size_t count)
{
    *events = mem_zeroed(count, sizeof **events);
    for (size_t i = 0; i < count; i++)
        try_cuda(cudaEventCreate(&(*events)[i]));
}

static void free_events(cudaEvent_t *events, size_t count)
{
    for (size_t i = 0; events && i < count; i++)
        try_cuda(cudaEventDestroy(events[i]));
    free(events);
}

/* The output of what the operator waits for becomes its input where types and sizes allow. */
static void find_input(const struct player *player, const struct plan_operator *op,
                       struct operator_spec *spec)
{
    for (size_t i = 0; i < op->after_count && !spec->input; i++) {
        const struct op *before = player->operators[op->after[i]];
        if (before && before->spec.pass == PASS_FORWARD && before->spec.dtype == op->dtype)
            spec->input = operator_output(before, &spec->input_bytes);
    }
}

/* Experts that tokens are sorted into, for an encode that does not carry it: the plan's count, or
 * the gate's where an older plan has none. */
static size_t routed_experts(const struct plan *plan)
{
    if (plan->experts)
        return plan->experts;
    for (size_t i = 0; i < plan->operator_count; i++) {
        if (plan->operators[i].kind == OPERATOR_GATE)
            return plan->operators[i].shape.experts;
    }
    return 0;
}

static int make_operators(struct player *player, struct diag *why)
{
    const struct plan *plan = player->plan;
    player->operators = mem_zeroed(plan->operator_count, sizeof *player->operators);
    for (size_t i = 0; i < plan->operator_count; i++) {
        const struct plan_operator *op = &plan->operators[i];
        if (!operator_computes(op->kind))
            continue;
        bool routes = op->kind == OPERATOR_ENCODE || op->kind == OPERATOR_DECODE;
        struct diag cause = {0};
        struct operator_spec spec = {
            .kind = op->kind,
            .pass = op->pass,
            .shape = op->shape,
            .dtype = op->dtype,
            .sets = 1,
            .routed_experts = routes ? routed_experts(plan) : 0,
        };
        find_input(player, op, &spec);
        player->operators[i] = operator_make(&player->set->lab, &spec, &cause);
        if (!player->operators[i]) {
            int r = diag_say(why, "operator \"%s\": %s", op->name, cause.messages[0]);
            diag_done(&cause);
            return r;
        }
    }
    return 0;
}

static bool queue_has(const struct plan *plan, size_t queue, bool (*is)(enum operator_kind))
{
    for (size_t i = 0; i < plan->operator_count; i++) {
        if (plan->operators[i].queue == queue && is(plan->operators[i].kind))
            return true;
    }
    return false;
}

static bool is_fetch(enum operator_kind kind)
{
    return kind == OPERATOR_EXPERT_FETCH;
}

static bool is_transfer(enum operator_kind kind)
{
    return !operator_computes(kind);
}

/* Exchanges outlive the plan, so they are made before its part of the lab's memory begins. */
static int make_exchanges(struct player *player, struct diag *why)
{
    struct stage_set *set = player->set;
    int used = 0;
    for (size_t q = 0; q < player->plan->queue_count; q++) {
        if (!queue_has(player->plan, q, set->among_gpus ? is_fetch : is_transfer))
            continue;
        if (used == set->exchanges) {
            if (exchange_init(&set->exchange[used], &set->lab, EXCHANGE_ROOM, why) < 0)
                return -1;
            set->exchanges++;
        }
        player->exchange[q] = &set->exchange[used++];
    }
    return 0;
}

/* Each queue has a communicator of its own: NCCL runs what one communicator does in order, whatever
 * the streams. All ranks play the same plans, so they join together. */
static void join_collectives(struct player *player)
{
    struct stage_set *set = player->set;
    int used = 0;
    for (size_t q = 0; q < player->plan->queue_count; q++) {
        if (!queue_has(player->plan, q, operator_is_all_to_all))
            continue;
        if (used == set->collectives)
            set->collective[set->collectives++] = collective_join(set->me, /* channels= */ 0);
        player->collective[q] = set->collective[used++];
    }
}

static int take_buffers(struct player *player, double factor, struct diag *why)
{
    double most = 0;
    for (size_t i = 0; i < player->plan->operator_count; i++)
        most = fmax(most, player->plan->operators[i].comm_bytes * factor);
    player->send = lab_take(&player->set->lab, (size_t)most);
    player->receive = lab_take(&player->set->lab, (size_t)most);
    if (player->send && player->receive)
        return 0;
    return diag_say(why, "two buffers of %.0f MiB do not fit in the GPU's memory",
                    most / (1 << 20));
}

static void make_queues(struct stage_set *set, size_t count)
{
    if (!set->fork)
        try_cuda(cudaEventCreateWithFlags(&set->fork, cudaEventDisableTiming));
    for (size_t q = set->queues; q < count; q++) {
        try_cuda(cudaStreamCreateWithFlags(&set->stream[q], cudaStreamNonBlocking));
        try_cuda(cudaEventCreateWithFlags(&set->at_end[q], cudaEventDisableTiming));
        set->queues++;
    }
}

static void make_waits(struct player *player)
{
    const struct plan *plan = player->plan;
    player->done = mem_zeroed(plan->operator_count, sizeof *player->done);
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
                double largest_factor, struct diag *why)
{
    *player = (struct player){.set = set, .plan = plan, .factor = 1, .mark = lab_mark(&set->lab)};
    if (plan->queue_count > PLAYER_QUEUES_MAX)
        return diag_say(why, "more than %d queues", PLAYER_QUEUES_MAX);
    if (set->among_gpus && plan->ep != (size_t)set->me->count)
        return diag_say(why, "its All-to-Alls are among %zu GPUs, not %d", plan->ep,
                        set->me->count);
    if (set->among_gpus)
        join_collectives(player);
    if (make_exchanges(player, why) < 0)
        return -1;
    player->mark = lab_mark(&set->lab);
    make_queues(set, plan->queue_count);
    make_waits(player);
    if ((set->among_gpus && take_buffers(player, largest_factor, why) < 0) ||
        make_operators(player, why) < 0) {
        player_close(player);
        return -1;
    }
    return 0;
}

void player_close(struct player *player)
{
    const struct plan *plan = player->plan;
    for (size_t i = 0; i < plan->operator_count; i++) {
        if (player->operators)
            operator_free(player->operators[i]);
        if (player->done[i])
            try_cuda(cudaEventDestroy(player->done[i]));
    }
    free(player->operators);
    free(player->done);
    lab_release(&player->set->lab, player->mark);
}

void stage_set_done(struct stage_set *set)
{
    for (int i = 0; i < set->exchanges; i++)
        exchange_done(&set->exchange[i]);
    for (int i = 0; i < set->collectives; i++)
        collective_leave(set->collective[i]);
    for (size_t q = 0; q < set->queues; q++) {
        try_cuda(cudaEventDestroy(set->at_end[q]));
        try_cuda(cudaStreamDestroy(set->stream[q]));
    }
    if (set->fork)
        try_cuda(cudaEventDestroy(set->fork));
    lab_done(&set->lab);
}

/* A timing event; inside a graph it is a node of its own, read after the graph has run. */
static void stamp(const struct series *series, cudaEvent_t event, cudaStream_t stream)
{
    try_cuda(cudaEventRecordWithFlags(
        event, stream, series->in_graph ? cudaEventRecordExternal : cudaEventRecordDefault));
}

/* Between two pairs: a timing event, and the GPU's timer right behind it where that is wanted. */
static void stamp_boundary(const struct series *series, size_t place)
{
    cudaStream_t stream = series->players[0].set->stream[0];
    stamp(series, series->boundary[place], stream);
    if (series->stamp_ns)
        launch_stamp(series->stamp_ns + place, stream);
}

static void play_operator(const struct player *player, size_t self)
{
    const struct plan_operator *op = &player->plan->operators[self];
    cudaStream_t stream = player->set->stream[op->queue];
    double bytes = op->comm_bytes * player->factor;
    if (player->operators[self])
        operator_run(&player->set->lab, player->operators[self], 0, stream);
    else if (op->kind == OPERATOR_EXPERT_FETCH)
        copy_in(player->exchange[op->queue], op->fetch_bytes, stream);
    else if (bytes < 1)
        return; /* by a factor of 0 */
    else if (player->set->among_gpus)
        collective_all_to_all(player->collective[op->queue], player->send, player->receive,
                              (size_t)bytes, stream);
    else
        exchange_run(player->exchange[op->queue], bytes, bytes, stream);
}

static void fork_queues(const struct stage_set *set, size_t queues)
{
    try_cuda(cudaEventRecord(set->fork, set->stream[0]));
    for (size_t q = 1; q < queues; q++)
        try_cuda(cudaStreamWaitEvent(set->stream[q], set->fork, 0));
}

static void join_queues(const struct stage_set *set, size_t queues)
{
    for (size_t q = 1; q < queues; q++) {
        try_cuda(cudaEventRecord(set->at_end[q], set->stream[q]));
        try_cuda(cudaStreamWaitEvent(set->stream[0], set->at_end[q], 0));
    }
}

/* Between the boundary before it and the boundary behind it. */
static void play_pair(const struct player *player, const struct series *series, size_t pair)
{
    const struct plan *plan = player->plan;
    fork_queues(player->set, plan->queue_count);
    for (size_t i = 0; i < plan->operator_count; i++) {
        size_t place = pair * plan->operator_count + i;
        const struct plan_operator *op = &plan->operators[i];
        cudaStream_t stream = player->set->stream[op->queue];
        for (size_t j = 0; j < op->after_count; j++) {
            if (plan->operators[op->after[j]].queue != op->queue)
                try_cuda(cudaStreamWaitEvent(stream, player->done[op->after[j]], 0));
        }
        if (series->with_operators)
            stamp(series, series->begin[place], stream);
        play_operator(player, i);
        if (series->with_operators)
            stamp(series, series->end[place], stream);
        if (player->done[i])
            try_cuda(cudaEventRecord(player->done[i], stream));
    }
    join_queues(player->set, plan->queue_count);
}

static void play_series(const struct series *series)
{
    stamp_boundary(series, 0);
    for (size_t turn = 0; turn < series->pairs * series->player_count; turn++) {
        play_pair(&series->players[turn % series->player_count], series,
                  turn / series->player_count);
        stamp_boundary(series, turn + 1);
    }
}

static void wait_for(const struct series *series)
{
    try_cuda(cudaStreamSynchronize(series->players[0].set->stream[0]));
}

/* Pairs of each player that last as long as the warm-up should, by the time of second ones: the
 * first also load kernels. The same for all ranks, which wait for each other in every pair. */
static size_t warm_up_pairs(const struct series *series)
{
    struct series one = *series;
    double begin_s = 0;
    one.pairs = 1;
    for (int i = 0; i < 2; i++) {
        begin_s = host_seconds();
        play_series(&one);
        wait_for(series);
    }
    size_t pairs = (size_t)ceil(series->warm_up_s / fmax(host_seconds() - begin_s, 1e-6));
    team_share(series->players[0].set->me, &pairs, sizeof pairs);
    return pairs;
}

static void run_eager(const struct series *series)
{
    struct series part = *series; /* plays on the series' own events, which its end writes anew */
    for (size_t left = warm_up_pairs(series); left > 0; left -= part.pairs) {
        part.pairs = left < series->pairs ? left : series->pairs;
        play_series(&part);
    }
    play_series(series);
    wait_for(series);
}

static void run_graph(const struct series *series)
{
    const struct stage_set *set = series->players[0].set;
    cudaGraph_t graph;
    cudaGraphExec_t ready;
    cudaStream_t stream = set->stream[0];
    try_cuda(cudaStreamBeginCapture(stream, cudaStreamCaptureModeRelaxed));
    play_series(series);
    try_cuda(cudaStreamEndCapture(stream, &graph));
    try_cuda(cudaGraphInstantiate(&ready, graph, 0));
    double begin_s = host_seconds();
    do {
        try_cuda(cudaGraphLaunch(ready, stream));
        try_cuda(cudaStreamSynchronize(stream));
    } while (team_agree(set->me, host_seconds() - begin_s < series->warm_up_s));
    try_cuda(cudaGraphLaunch(ready, stream));
    try_cuda(cudaStreamSynchronize(stream));
    try_cuda(cudaGraphExecDestroy(ready));
    try_cuda(cudaGraphDestroy(graph));
}

void series_run(struct series *series)
{
    size_t operators = series->pairs * series->players[0].plan->operator_count;
    make_events(&series->boundary, series->pairs * series->player_count + 1);
    if (series->with_operators) {
        make_events(&series->begin, operators);
        make_events(&series->end, operators);
    }
    if (series->in_graph)
        run_graph(series);
    else
        run_eager(series);
}

void series_done(struct series *series)
{
    size_t operators = series->pairs * series->players[0].plan->operator_count;
    free_events(series->boundary, series->pairs * series->player_count + 1);
    free_events(series->begin, operators);
    free_events(series->end, operators);
}
