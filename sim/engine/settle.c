#include "sim/engine/settle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/engine/queue_walker.h"

/* Playing at a state gives a state; a few rounds bring both within a thousandth. */
#define ROUNDS_MAX 16
#define SETTLED 1e-3

#define SM_SHARE_MAX 0.5

struct settling {
    const struct settle_request *request;
    const struct plan *plan;
    struct flow_table table;
    const struct flow_set **sets;
    size_t set_count;
    /* What operators do to each other: prices depend on it, and playing at those prices gives it
     * again. */
    double duty_ratio;
    double *beside_ratio; /* [operator]: of compute beside host copies, of communication beside
                             compute */
    double *compute_s;    /* [row * operators + operator] */
    struct walk_communication *communication; /* [operator] */
    bool *copies, *computes;                  /* [operator]: to or from the host; on the SMs */
    double all_s, measured_s;                 /* of compute, for rank 0; of it, not synthetic */
    double rested_s; /* all compute on a GPU that rests nearly always; 0: nobody asks */
    enum network_kind network;
    struct timeline *timeline;
    struct shared_row *rows; /* of the timeline */
};

/* ---- Prices of compute ---- */

/* The operator as one rank runs it: with the rows that its experts receive, the copies that it
 * sends.
 */
static struct plan_operator of_rank(const struct plan_operator *op, const struct traffic *traffic,
                                    size_t rank)
{
    struct plan_operator own = *op;
    if (op->kind == OPERATOR_EXPERT)
        own.shape.tokens *= traffic->rows_ratio[rank];
    if (op->kind == OPERATOR_ENCODE || op->kind == OPERATOR_DECODE)
        own.shape.capacity_factor *= traffic->sent_ratio[rank];
    return own;
}

static bool differs_by_rank(const struct settle_request *request, enum operator_kind kind)
{
    return request->traffic &&
           (kind == OPERATOR_EXPERT || kind == OPERATOR_ENCODE || kind == OPERATOR_DECODE);
}

static void price_compute(struct settling *settling)
{
    const struct settle_request *request = settling->request;
    size_t n = settling->plan->operator_count;
    settling->all_s = settling->measured_s = 0;
    for (size_t o = 0; o < n; o++) {
        const struct plan_operator *op = &settling->plan->operators[o];
        if (operator_communicates(op->kind))
            continue;
        struct surroundings at = {settling->duty_ratio, settling->beside_ratio[o]};
        struct cost cost = price_operator(request->pricing, op, &at);
        for (size_t row = 0; row < settling->table.rows; row++) {
            size_t rank = settling->table.rank_of[row];
            if (differs_by_rank(request, op->kind)) {
                struct plan_operator own = of_rank(op, request->traffic, rank);
                cost = price_operator(request->pricing, &own, &at);
            }
            double speed = request->topology ? topology_compute_ratio(request->topology, rank) : 1;
            settling->compute_s[row * n + o] = cost.time_s / speed;
        }
        if (!operator_computes(op->kind))
            continue;
        cost = price_at_duty(request->pricing, op, at.duty_ratio);
        settling->all_s += cost.time_s;
        settling->measured_s += cost.origin == COST_SYNTHETIC ? 0 : cost.time_s;
    }
}

/* ---- Prices of communication ---- */

double settle_measured_a2a_s(const struct settle_request *request, const struct plan_operator *op)
{
    bool asked = request->measured_a2a && operator_is_all_to_all(op->kind);
    return asked ? price_all_to_all_s(request->pricing->costs, op, request->plan->ep) : 0;
}

static const struct collective *collective_of(const struct settle_request *request,
                                              const struct plan_operator *op)
{
    for (size_t i = 0; i < request->collective_count; i++) {
        const struct collective *collective = &request->collectives[i];
        if (collective->kind == op->kind &&
            (!collective->group ||
             strcmp(collective->group, plan_group_of(request->plan, op).name) == 0))
            return collective;
    }
    return NULL;
}

/* Between two GPUs by NCCL's kernels, which run at the clock that the plan's compute leaves: how
 * much longer compute takes than on a GPU that rests is how much longer they take than alone. */
static double slowed(const struct settling *settling, size_t op, double time_s)
{
    const struct settle_request *request = settling->request;
    double clock_ratio = settling->rested_s > 0 ? settling->all_s / settling->rested_s : 1;
    double beside_ratio =
        request->all_to_all_beside_compute
            ? *request->all_to_all_beside_compute
            : cost_overhead_s(request->pricing->costs, "all_to_all_beside_compute");
    return time_s * clock_ratio * (1 + beside_ratio * settling->beside_ratio[op]);
}

/* Of the SMs, what an All-to-All's kernels were seen to hold; `otherwise` where nothing tells. */
static double held_ratio(const struct settling *settling, double otherwise)
{
    const struct pricing *pricing = settling->request->pricing;
    size_t held = cost_all_to_all_sms(pricing->costs, settling->plan->ep);
    return held && pricing->gpu->sm_count
               ? fmin((double)held / (double)pricing->gpu->sm_count, SM_SHARE_MAX)
               : otherwise;
}

/* NCCL's kernels, of which costs tell the SMs too, were seen to wait for them. What others' tables
 * time may keep SMs of its own, or need none. */
static bool kernels_timed(const struct settling *settling)
{
    return cost_all_to_all_sms(settling->request->pricing->costs, settling->plan->ep) > 0;
}

static int carry_by_network(struct settling *settling, size_t o, struct diag *diag,
                            struct walk_communication *ret)
{
    const struct settle_request *request = settling->request;
    const struct plan_operator *op = &settling->plan->operators[o];
    const struct collective *collective = collective_of(request, op);
    ret->alone = plan_group_of(settling->plan, op).size == 1;
    if (!collective)
        return ret->alone ? 0
                          : diag_say(diag, "plan of %s: nobody says how %s goes",
                                     settling->plan->schedule, op->name);
    while (settling->sets[ret->set] != collective->flows)
        ret->set++;
    double measured_s = settle_measured_a2a_s(request, op);
    ret->setup_s = collective->setup_s;
    ret->floor_s = collective->floor_s;
    ret->kernels_s = collective->kernels_s;
    ret->sm_share_ratio = collective->sm_share_ratio;
    if (measured_s > 0) {
        ret->measured_s = slowed(settling, o, measured_s);
        ret->sm_share_ratio = held_ratio(settling, collective->sm_share_ratio);
        ret->waits_for_sms = kernels_timed(settling);
    }
    return 0;
}

/* On one GPU, with the host's memory. */
static int carry_by_host(struct settling *settling, size_t o, struct diag *diag,
                         struct walk_communication *ret)
{
    const struct pricing *pricing = settling->request->pricing;
    const struct cost_table *costs = pricing->costs;
    double bytes = settling->plan->operators[o].comm_bytes;
    if (bytes < 1)
        return 0;
    if (!cost_copy_s(costs, "copy_bidirectional", bytes, &ret->measured_s))
        return diag_say(diag, "the cost file has no rows of copy_bidirectional");
    ret->host_copies = true;
    ret->measured_s +=
        cost_overhead_s(costs, "exchange_beside_compute") * settling->beside_ratio[o];
    if (pricing->scale->launch == LAUNCH_GRAPH)
        ret->measured_s += cost_overhead_s(costs, "exchange_in_graph");
    if (!cost_copy_s(costs, "copy_h2d", bytes, &ret->inbound_s))
        ret->inbound_s = ret->measured_s;
    return 0;
}

static int carry_as_measured(struct settling *settling, size_t o, struct diag *diag,
                             struct walk_communication *ret)
{
    const struct plan_operator *op = &settling->plan->operators[o];
    double time_s;
    if (!cost_all_to_all_s(settling->request->pricing->costs, settling->plan->ep, op->comm_bytes,
                           &time_s))
        return diag_say(diag, "the cost file has no rows of all_to_all among %zu ranks",
                        settling->plan->ep);
    ret->measured_s = slowed(settling, o, time_s);
    ret->sm_share_ratio = held_ratio(settling, 0);
    ret->waits_for_sms = kernels_timed(settling);
    return 0;
}

/* Of what a rank's flows carry together. */
static double sent_bytes(const struct plan *plan, const struct plan_operator *op)
{
    double members = (double)plan_group_of(plan, op).size;
    switch (op->kind) {
    case OPERATOR_ALL_REDUCE:
        return 2 * (members - 1) / members * op->comm_bytes;
    case OPERATOR_REDUCE_SCATTER:
    case OPERATOR_ALL_GATHER:
        return (members - 1) / members * op->comm_bytes;
    default:
        return op->comm_bytes;
    }
}

static int price_communication(struct settling *settling, struct diag *diag)
{
    const struct plan *plan = settling->plan;
    enum carrier carrier = settling->request->carrier;
    int r = 0;
    for (size_t o = 0; o < plan->operator_count && r == 0; o++) {
        const struct plan_operator *op = &plan->operators[o];
        struct walk_communication *to = &settling->communication[o];
        *to = (struct walk_communication){.communicates = operator_communicates(op->kind)};
        if (!to->communicates)
            continue;
        to->sent_bytes = sent_bytes(plan, op);
        if (carrier == CARRIER_NETWORK)
            r = carry_by_network(settling, o, diag, to);
        else if (!operator_is_all_to_all(op->kind))
            r = plan_group_of(plan, op).size > 1
                    ? diag_say(diag, "plan of %s: %s needs a topology", plan->schedule, op->name)
                    : 0;
        else
            r = carrier == CARRIER_HOST ? carry_by_host(settling, o, diag, to)
                                        : carry_as_measured(settling, o, diag, to);
    }
    return r;
}

static double price_at_rest_s(const struct settling *settling)
{
    double sum_s = 0;
    for (size_t o = 0; o < settling->plan->operator_count; o++)
        if (operator_computes(settling->plan->operators[o].kind))
            sum_s +=
                price_at_duty(settling->request->pricing, &settling->plan->operators[o], 0).time_s;
    return sum_s;
}

/* ---- The network ---- */

/* Links shared anew at each end of ten thousands of flows would take minutes for 256 GPUs, hours
 * for more. Above so many, they are shared anew at most SHARINGS_MAX times in the time of the
 * shortest All-to-All's bound. Where there are very many unequal flows it is less often, so that
 * 1,024 GPUs (190 times) take ten seconds. Equal flows end many at a time: two schedules on a
 * dragonfly of 1,024 GPUs where none stands for another take two minutes exactly, and 13 seconds
 * so, 0.004 % off. */
#define FLOWS_EXACT_MAX 2000
#define EQUAL_FLOWS_EXACT_MAX 100000
#define SHARINGS_MAX 2000
#define SHARINGS_OF_FLOWS_MAX 2e8

static double window_s(const struct settling *settling)
{
    bool equal = settling->request->equal_flows;
    const struct flow_set *first = settling->sets[0];
    double flows = (double)first->flow_count, least_bytes = INFINITY;
    if (flows <= (equal ? EQUAL_FLOWS_EXACT_MAX : FLOWS_EXACT_MAX))
        return 0;
    double sharings = equal ? SHARINGS_MAX : fmin(SHARINGS_MAX, SHARINGS_OF_FLOWS_MAX / flows);
    for (size_t o = 0; o < settling->plan->operator_count; o++)
        if (operator_is_all_to_all(settling->plan->operators[o].kind))
            least_bytes = fmin(least_bytes, settling->plan->operators[o].comm_bytes);
    return isfinite(least_bytes) ? least_bytes * first->bound.s_per_byte / sharings : 0;
}

static size_t flow_count(const struct settling *settling)
{
    size_t flows = 0;
    for (size_t s = 0; s < settling->set_count; s++)
        flows += settling->sets[s]->flow_count;
    return flows;
}

static enum network_kind choose_network(const struct settling *settling)
{
    const struct settle_request *request = settling->request;
    size_t flows = flow_count(settling);
    if (request->fold)
        return NETWORK_FOLDED;
    if (flows == 0)
        return NETWORK_NONE;
    if (request->network != NETWORK_AUTO)
        return request->network;
    return flows > NETWORK_SIMGRID_FLOWS_MAX ? NETWORK_MAXMIN : NETWORK_SIMGRID;
}

static int open_network(struct settling *settling, struct diag *diag, struct network **ret)
{
    const struct settle_request *request = settling->request;
    struct simgrid_request simgrid = {request->topology,    request->router, request->known,
                                      request->known_count, settling->sets,  settling->set_count};
    switch (settling->network) {
    case NETWORK_FOLDED:
        *ret = network_folded(request->fold);
        return 0;
    case NETWORK_SIMGRID:
        return network_simgrid(&simgrid, diag, ret);
    case NETWORK_MAXMIN:
        *ret = network_maxmin(request->topology, request->router, settling->sets,
                              settling->set_count, window_s(settling));
        return 0;
    default:
        *ret = network_none();
        return 0;
    }
}

/* ---- Playing until it settles ---- */

static double duty_of(const struct settling *settling)
{
    const struct timeline *timeline = settling->timeline;
    const struct shared_row *rows = settling->rows;
    double busy_s = 0, all_s = timeline->end_s * (double)timeline->ranks;
    for (size_t row = 0; row < timeline_rows(timeline); row++)
        for (size_t o = 0; o < timeline->operators; o++) {
            const struct span *span = timeline_span(timeline, rows[row].rank, o);
            if (settling->computes[o])
                busy_s += (double)rows[row].ranks * (span->end_s - span->start_s);
        }
    return all_s > 0 ? fmin(busy_s / all_s, 1) : 1;
}

/* On average over ranks. */
static double beside_of(const struct settling *settling, size_t o)
{
    const struct timeline *timeline = settling->timeline;
    const struct shared_row *rows = settling->rows;
    double sum = 0;
    for (size_t row = 0; row < timeline_rows(timeline); row++)
        sum +=
            (double)rows[row].ranks *
            spans_beside_those_ratio(settling->plan, timeline_span(timeline, rows[row].rank, 0), o,
                                     settling->computes[o] ? settling->copies : settling->computes);
    return sum / (double)timeline->ranks;
}

/* Moves towards what was seen, from some round on only half way so that two states cannot take
 * turns. Returns the largest change that was asked for. */
static double approach(struct settling *settling, double step)
{
    double seen = duty_of(settling), change = fabs(seen - settling->duty_ratio);
    settling->duty_ratio += step * (seen - settling->duty_ratio);
    for (size_t o = 0; o < settling->plan->operator_count; o++) {
        seen = beside_of(settling, o);
        change = fmax(change, fabs(seen - settling->beside_ratio[o]));
        settling->beside_ratio[o] += step * (seen - settling->beside_ratio[o]);
    }
    return change;
}

static int play(struct settling *settling, struct diag *diag)
{
    struct network *network;
    timeline_free(settling->timeline);
    free(settling->rows);
    settling->timeline = NULL;
    settling->rows = NULL;
    int r = open_network(settling, diag, &network);
    if (r < 0)
        return r;
    struct walk_job job = {.plan = settling->plan,
                           .gpu = settling->request->pricing->gpu,
                           .table = &settling->table,
                           .network = network,
                           .compute_s = settling->compute_s,
                           .communication = settling->communication};
    r = walk_plan(&job, diag, &settling->timeline);
    if (r == 0)
        settling->rows = timeline_list_rows(settling->timeline);
    network->free(network);
    return r;
}

static bool depends(const struct settling *settling)
{
    bool measured = false;
    for (size_t o = 0; o < settling->plan->operator_count; o++)
        measured |= settling->communication[o].measured_s > 0;
    return measured || price_depends(settling->request->pricing);
}

static int run(struct settling *settling, struct diag *diag)
{
    double change = 1;
    int r = 0;
    for (int round = 0; r == 0 && round < ROUNDS_MAX && change >= SETTLED; round++) {
        price_compute(settling);
        r = price_communication(settling, diag);
        if (r == 0)
            r = play(settling, diag);
        if (r == 0)
            change = depends(settling) ? approach(settling, round < ROUNDS_MAX / 2 ? 1 : 0.5) : 0;
    }
    return r;
}

/* ---- Setting up ---- */

static void list_sets(struct settling *settling)
{
    const struct settle_request *request = settling->request;
    settling->sets = mem_zeroed(request->collective_count + 1, sizeof *settling->sets);
    for (size_t i = 0; i < request->collective_count; i++) {
        size_t s = 0;
        while (s < settling->set_count && settling->sets[s] != request->collectives[i].flows)
            s++;
        if (s == settling->set_count)
            settling->sets[settling->set_count++] = request->collectives[i].flows;
    }
}

static void set_up(struct settling *settling)
{
    const struct settle_request *request = settling->request;
    size_t n = settling->plan->operator_count;
    list_sets(settling);
    if (request->carrier == CARRIER_NETWORK)
        flow_table_build(settling->plan->ranks, settling->sets, settling->set_count, request->fold,
                         &settling->table);
    else
        flow_table_identical(settling->plan->ranks, &settling->table);
    settling->compute_s = mem_zeroed(settling->table.rows * n + 1, sizeof(double));
    settling->communication = mem_zeroed(n + 1, sizeof *settling->communication);
    settling->copies = mem_zeroed(n + 1, sizeof *settling->copies);
    settling->computes = mem_zeroed(n + 1, sizeof *settling->computes);
    settling->duty_ratio = 1;
    settling->beside_ratio = mem_zeroed(n + 1, sizeof(double));
    bool exchanges = request->carrier == CARRIER_MEASURED, host = request->carrier == CARRIER_HOST;
    for (size_t o = 0; o < n; o++) {
        enum operator_kind kind = settling->plan->operators[o].kind;
        settling->computes[o] = operator_computes(kind);
        settling->copies[o] =
            kind == OPERATOR_EXPERT_FETCH || (host && operator_is_all_to_all(kind));
        exchanges |= settle_measured_a2a_s(request, &settling->plan->operators[o]) > 0;
    }
    settling->rested_s = exchanges ? price_at_rest_s(settling) : 0;
    settling->network =
        request->carrier == CARRIER_NETWORK ? choose_network(settling) : NETWORK_NONE;
}

static void done(struct settling *settling)
{
    flow_table_done(&settling->table);
    free(settling->sets);
    free(settling->rows);
    free(settling->beside_ratio);
    free(settling->compute_s);
    free(settling->communication);
    free(settling->copies);
    free(settling->computes);
}

int settle(const struct settle_request *request, struct diag *diag, struct settled *ret)
{
    struct settling settling = {.request = request, .plan = request->plan};
    set_up(&settling);
    int r = run(&settling, diag);
    if (r < 0) {
        timeline_free(settling.timeline);
    } else {
        *ret = (struct settled){
            .timeline = settling.timeline,
            .duty_ratio = duty_of(&settling),
            .measured_ratio = settling.all_s > 0 ? settling.measured_s / settling.all_s : 1,
            .compute_s = settling.compute_s,
            .network = settling.network,
            .rows = settling.table.rows,
        };
        settling.compute_s = NULL; /* handed over: its first row is rank 0's */
    }
    done(&settling);
    return r;
}

void settled_done(struct settled *settled)
{
    timeline_free(settled->timeline);
    free(settled->compute_s);
    *settled = (struct settled){0};
}
