/* Draws of who sends how many copies to whom.
 *
 * The popularity of the experts is one draw for all senders, as they share the gate; how many
 * copies a sender then has for each expert is a multinomial draw of its own. A token goes to an
 * expert once at most, so that no expert gets more copies of a sender than that has tokens: what
 * would be too much is dealt out anew among the others. */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>

#include "sim/base/fingerprint.h"
#include "sim/base/mem.h"
#include "sim/tokens/routing.h"

/* Above this many copies of a sender the spread around the mean is below 1e-4 of it even for one of
 * a thousand experts, and the mean is taken. */
#define COPIES_MAX 1e9

struct draw {
    const struct routing *routing;
    const struct routed *routed;
    gsl_rng *random;
    double *popular;     /* [expert]: shares of all copies */
    double *share_ratio; /* [expert]: of the sender's copies, expected; never above 1 / top_k */
    double *copies;      /* [expert]: of the sender */
    unsigned *counts;    /* room for a multinomial draw */
    double *received;    /* [rank]: copies before any are dropped */
    double kept, all;    /* copies */
};

/* ---- What experts are popular ---- */

static void draw_zipf(struct draw *draw)
{
    size_t experts = draw->routed->experts;
    for (size_t e = 0; e < experts; e++)
        draw->popular[e] = pow((double)(e + 1), -draw->routing->exponent);
    gsl_ran_shuffle(draw->random, draw->popular, experts, sizeof *draw->popular);
}

static void draw_dirichlet(struct draw *draw)
{
    size_t experts = draw->routed->experts;
    double *alphas = mem_zeroed(experts, sizeof *alphas);
    for (size_t e = 0; e < experts; e++)
        alphas[e] = draw->routing->alpha;
    gsl_ran_dirichlet(draw->random, experts, alphas, draw->popular);
    free(alphas);
}

static void find_popular(struct draw *draw, size_t number)
{
    const struct recorded_loads *recorded = &draw->routing->recorded;
    size_t experts = draw->routed->experts;
    for (size_t e = 0; e < experts; e++)
        draw->popular[e] = 1;
    if (draw->routing->load == LOAD_ZIPF)
        draw_zipf(draw);
    else if (draw->routing->load == LOAD_DIRICHLET)
        draw_dirichlet(draw);
    else if (draw->routing->load == LOAD_RECORDED)
        for (size_t e = 0; e < experts; e++)
            draw->popular[e] = recorded->share_ratio[number % recorded->samples * experts + e];
    double sum = 0;
    for (size_t e = 0; e < experts; e++)
        sum += draw->popular[e];
    for (size_t e = 0; e < experts; e++)
        draw->popular[e] /= sum;
}

/* ---- What one sender expects ---- */

/* Lowers what is above 1 / top_k to it and raises the others in proportion, until all fit. */
static void cap_shares(double *share_ratio, size_t experts, size_t top_k)
{
    double cap = 1 / (double)top_k;
    size_t full = 0;
    for (size_t before = experts; full != before;) {
        double open = 0;
        before = full;
        full = 0;
        for (size_t e = 0; e < experts; e++)
            if (share_ratio[e] >= cap)
                full++;
            else
                open += share_ratio[e];
        double left = fmax(0, 1 - (double)full * cap);
        for (size_t e = 0; e < experts; e++)
            if (share_ratio[e] >= cap)
                share_ratio[e] = cap;
            else
                share_ratio[e] *= open > 0 ? left / open : 0;
    }
    /* Where nobody wants the rest, it is dealt out evenly. */
    double sum = 0;
    for (size_t e = 0; e < experts; e++)
        sum += share_ratio[e];
    for (size_t e = 0; sum < 1 - 1e-12 && e < experts; e++)
        if (share_ratio[e] < cap)
            share_ratio[e] += (1 - sum) / (double)(experts - full);
}

static void expect(struct draw *draw, size_t from)
{
    const struct routed *routed = draw->routed;
    size_t experts = routed->experts, local = experts / routed->ep;
    size_t first = from % routed->ep * local;
    double near = draw->routing->affinity_ratio, here = 0;
    for (size_t e = first; e < first + local; e++)
        here += draw->popular[e];
    for (size_t e = 0; e < experts; e++) {
        bool is_local = e >= first && e < first + local;
        double of_local = here > 0 ? draw->popular[e] / here : 1 / (double)local;
        draw->share_ratio[e] = (1 - near) * draw->popular[e] + (is_local ? near * of_local : 0);
    }
    cap_shares(draw->share_ratio, experts, routed->top_k);
}

/* ---- What one sender has ---- */

/* Deals out `count` copies; no expert gets more than `most`. */
static void deal(struct draw *draw, double count, double most)
{
    size_t experts = draw->routed->experts;
    for (size_t e = 0; e < experts; e++)
        draw->copies[e] = 0;
    while (count > 0) {
        gsl_ran_multinomial(draw->random, experts, (unsigned)count, draw->share_ratio,
                            draw->counts);
        count = 0;
        for (size_t e = 0; e < experts; e++) {
            draw->copies[e] += draw->counts[e];
            if (draw->copies[e] < most)
                continue;
            count += draw->copies[e] - most;
            draw->copies[e] = most;
            draw->share_ratio[e] = 0;
        }
    }
}

static void send(struct draw *draw, size_t from)
{
    const struct routed *routed = draw->routed;
    double tokens = fmax(1, round(routed->tokens)), count = tokens * (double)routed->top_k;
    expect(draw, from);
    if (draw->routing->load != LOAD_BALANCED && count <= COPIES_MAX)
        deal(draw, count, tokens);
    else
        for (size_t e = 0; e < routed->experts; e++)
            draw->copies[e] = count * draw->share_ratio[e];
}

/* ---- From copies to traffic ---- */

/* A sender's copies over its experts in one place, a rank or a node. */
struct place {
    double copies, kept, most; /* most: of one expert */
};

static struct place sum_place(const struct draw *draw, size_t first, size_t count, double capacity)
{
    struct place place = {0};
    for (size_t e = first; e < first + count; e++) {
        place.copies += draw->copies[e];
        place.kept += fmin(draw->copies[e], capacity);
        place.most = fmax(place.most, draw->copies[e]);
    }
    return place;
}

/* Experts that matter: as many equally popular ones would make tokens choose alike as often. */
static double effective_experts(const struct draw *draw)
{
    double sum = 0, squares = 0;
    for (size_t e = 0; e < draw->routed->experts; e++) {
        sum += draw->copies[e];
        squares += draw->copies[e] * draw->copies[e];
    }
    return sum * sum / squares;
}

/* Copies that are left when a token is sent to the place once: top_k picks one after the other,
 * none twice. That is exact (hypergeometric) where experts are equally popular; else it is held
 * between what the most popular expert alone brings and every copy apart. */
static double once(const struct draw *draw, const struct place *place, double effective)
{
    double tokens = fmax(1, round(draw->routed->tokens));
    double count = tokens * (double)draw->routed->top_k, miss_ratio = 1;
    for (size_t i = 0; i < draw->routed->top_k; i++) {
        double left = 1 - (double)i / effective;
        miss_ratio *= left > 0 ? fmax(0, 1 - place->copies / count / left) : 0;
    }
    double hits = tokens * (1 - miss_ratio);
    hits = fmin(fmax(hits, place->most), fmin(place->copies, tokens));
    return place->copies > 0 ? hits * place->kept / place->copies : 0;
}

static void limit_nodes(const struct draw *draw, double *node_ratio, size_t nodes)
{
    double sum = 0, limit = (double)draw->routing->node_limit / (double)draw->routed->top_k;
    for (size_t n = 0; n < nodes; n++)
        sum += node_ratio[n];
    if (draw->routing->node_limit == 0 || sum <= limit)
        return;
    for (size_t n = 0; n < nodes; n++)
        node_ratio[n] *= limit / sum;
}

static void record(struct draw *draw, size_t from, double capacity, struct traffic *traffic)
{
    const struct routed *routed = draw->routed;
    size_t local = routed->experts / routed->ep, nodes = traffic_nodes(traffic);
    double count = fmax(1, round(routed->tokens)) * (double)routed->top_k;
    double effective = effective_experts(draw);
    for (size_t member = 0; member < routed->ep; member++) {
        struct place rank = sum_place(draw, member * local, local, capacity);
        size_t at = from * routed->ep + member, to = from - from % routed->ep + member;
        traffic->pair_ratio[at] = rank.kept / count;
        traffic->once_ratio[at] = once(draw, &rank, effective) / count;
        traffic->rows_ratio[to] += rank.kept / count;
        traffic->sent_ratio[from] += rank.kept / count;
        draw->received[to] += rank.copies;
        draw->kept += rank.kept;
        draw->all += rank.copies;
    }
    for (size_t n = 0; n < nodes; n++) {
        struct place node =
            sum_place(draw, n * (routed->experts / nodes), routed->experts / nodes, capacity);
        traffic->node_ratio[from * nodes + n] = once(draw, &node, effective) / count;
    }
    limit_nodes(draw, traffic->node_ratio + from * nodes, nodes);
}

/* ---- All of it ---- */

static unsigned long seed_of(const struct routing *routing, const struct routed *routed,
                             size_t number)
{
    uint64_t print = fingerprint_number(FINGERPRINT_EMPTY, routing->seed);
    print = fingerprint_number(print, routed->layer);
    print = fingerprint_number(print, number);
    return (unsigned long)((print ^ print >> 32) & UINT32_MAX);
}

static struct traffic new_traffic(const struct routed *routed, const struct routing *routing)
{
    struct traffic traffic = traffic_balanced(routed->ranks, routed->ep, routed->node_gpus);
    traffic.experts = routed->experts;
    traffic.top_k = routed->top_k;
    traffic.node_limit = routing->node_limit;
    traffic.pair_ratio = mem_zeroed(routed->ranks * routed->ep, sizeof(double));
    traffic.once_ratio = mem_zeroed(routed->ranks * routed->ep, sizeof(double));
    traffic.node_ratio = mem_zeroed(routed->ranks * traffic_nodes(&traffic), sizeof(double));
    traffic.rows_ratio = mem_zeroed(routed->ranks, sizeof(double));
    traffic.sent_ratio = mem_zeroed(routed->ranks, sizeof(double));
    return traffic;
}

/* Rows of one sender for one expert; INFINITY where there is room for all. */
static double capacity_of(const struct routing *routing, const struct routed *routed)
{
    if (routing->overflow == OVERFLOW_DROPLESS)
        return INFINITY;
    return ceil(routed->tokens * (double)routed->top_k * routed->capacity_factor /
                (double)routed->experts);
}

void routing_draw(const struct routing *routing, const struct routed *routed, size_t number,
                  struct traffic *ret, struct routing_outcome *ret_outcome)
{
    size_t experts = routed->experts;
    struct draw draw = {.routing = routing,
                        .routed = routed,
                        .random = gsl_rng_alloc(gsl_rng_mt19937),
                        .popular = mem_zeroed(experts, sizeof(double)),
                        .share_ratio = mem_zeroed(experts, sizeof(double)),
                        .copies = mem_zeroed(experts, sizeof(double)),
                        .counts = mem_zeroed(experts, sizeof(unsigned)),
                        .received = mem_zeroed(routed->ranks, sizeof(double))};
    struct traffic traffic = new_traffic(routed, routing);
    double busiest = 0;
    gsl_rng_set(draw.random, seed_of(routing, routed, number));
    find_popular(&draw, number);
    for (size_t from = 0; from < routed->ranks; from++) {
        send(&draw, from);
        record(&draw, from, capacity_of(routing, routed), &traffic);
    }
    for (size_t r = 0; r < routed->ranks; r++)
        busiest = fmax(busiest, draw.received[r]);
    *ret = traffic;
    *ret_outcome =
        (struct routing_outcome){.imbalance_ratio = busiest * (double)routed->ranks / draw.all,
                                 .dropped_ratio = 1 - draw.kept / draw.all};
    gsl_rng_free(draw.random);
    free(draw.popular);
    free(draw.share_ratio);
    free(draw.copies);
    free(draw.counts);
    free(draw.received);
}
