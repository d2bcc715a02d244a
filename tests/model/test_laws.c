/* Laws that every timeline obeys, over a few hundred random plans. */
#include <gsl/gsl_rng.h>
#include <math.h>
#include "sim/report/metrics.h"
#include "tests/model/rig.h"

#define PLANS 300
#define OPERATORS_MAX 14

/* A random plan on three queues (two of communication), and prices for it. */
struct sample {
    struct step steps[OPERATORS_MAX];
    struct plan_operator operators[OPERATORS_MAX];
    struct plan plan;
    double *compute_s;
};

static void draw(const struct rig *rig, const gsl_rng *rng, bool alike, struct sample *ret)
{
    static const char *const names[OPERATORS_MAX] = {"o0", "o1", "o2", "o3",  "o4",  "o5",  "o6",
                                                     "o7", "o8", "o9", "o10", "o11", "o12", "o13"};
    size_t count = 3 + gsl_rng_uniform_int(rng, OPERATORS_MAX - 2);
    memset(ret->steps, 0, sizeof ret->steps);
    for (size_t i = 0; i < count; i++) {
        struct step *step = &ret->steps[i];
        bool a2a = gsl_rng_uniform(rng) < 0.4;
        step->name = names[i];
        step->kind =
            a2a ? gsl_rng_uniform(rng) < 0.5 ? OPERATOR_DISPATCH : OPERATOR_COMBINE : OPERATOR_MLP;
        step->queue = a2a ? 1 + gsl_rng_uniform_int(rng, 2) : 0;
        /* A multiple of the ranks, so that rounding to whole bytes changes nothing. */
        step->comm_bytes = a2a ? 4 * (2500 + floor(gsl_rng_uniform(rng) * 2.5e6)) : 0;
        for (size_t w = 0; w < 2 && i > 0; w++)
            if (gsl_rng_uniform(rng) < 0.5)
                step->after[step->after_count++] = gsl_rng_uniform_int(rng, i);
    }
    ret->plan = rig_plan(rig, rig->ranks, ret->steps, count, 3, ret->operators);
    ret->compute_s = mem_zeroed(rig->ranks * count, sizeof *ret->compute_s);
    for (size_t o = 0; o < count; o++)
        for (size_t r = 0; r < rig->ranks; r++)
            if (ret->steps[o].queue == 0)
                ret->compute_s[r * count + o] =
                    alike && r > 0 ? ret->compute_s[o] : gsl_rng_uniform(rng) * 5e-3;
}

/* The busiest queue of a rank, and the longest chain of waits, if communication were free. */
static double compute_floor_s(const struct sample *sample, size_t rank)
{
    size_t n = sample->plan.operator_count;
    double queue_s = 0, path_s[OPERATORS_MAX], longest_s = 0, last_on_queue_s[3] = {0};
    for (size_t o = 0; o < n; o++) {
        const struct plan_operator *op = &sample->plan.operators[o];
        double start_s = last_on_queue_s[op->queue], time_s = sample->compute_s[rank * n + o];
        for (size_t a = 0; a < op->after_count; a++)
            start_s = fmax(start_s, path_s[op->after[a]]);
        path_s[o] = last_on_queue_s[op->queue] = start_s + time_s;
        longest_s = fmax(longest_s, path_s[o]);
        queue_s += time_s;
    }
    return fmax(queue_s, longest_s);
}

static double communication_floor_s(const struct sample *sample, const struct rig *rig)
{
    double bytes = 0;
    for (size_t o = 0; o < sample->plan.operator_count; o++)
        bytes += sample->plan.operators[o].comm_bytes;
    return bytes * rig->flows->bound.s_per_byte;
}

static void check_exposure(const struct sample *sample, const struct timeline *timeline, int number)
{
    struct exposure exposure;
    exposure_measure(&sample->plan, timeline, &exposure);
    double ratio = overlap_ratio(&exposure);
    gsl_test(!(ratio >= -1e-12 && ratio <= 1 + 1e-12), "plan %d: overlap ratio %g in [0, 1]",
             number, ratio);
    gsl_test_abs(exposure.exposed_dispatch_s + exposure.exposed_combine_s, exposure.exposed_s,
                 1e-12, "plan %d: the exposed parts add up", number);
    struct critical_step *steps;
    size_t count = critical_path(&sample->plan, timeline, &steps);
    double covered_s = 0;
    for (size_t i = 0; i < count; i++)
        covered_s += steps[i].to_s - steps[i].from_s;
    gsl_test_abs(covered_s, timeline->end_s, 1e-11, "plan %d: the critical path fills the time",
                 number);
    free(steps);
}

/* Speeds everything up by a factor in place. */
static void scale_links(struct rig *rig, double factor)
{
    for (size_t l = 0; l < rig->topology->link_count; l++)
        rig->topology->links[l].bandwidth_bytes_per_s =
            rig->topology->links[l].rated_bytes_per_s * factor;
    for (size_t f = 0; f < rig->flows->flow_count; f++) {
        struct flow *flow = &rig->flows->flows[f];
        flow->latency_s = router_walk(rig->router, flow->from, flow->to)->latency_s / factor;
    }
}

static void floors_and_scaling(const void *argument)
{
    struct rig rig = rig_open(argument, 4, "pairwise");
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 1);
    for (int number = 0; number < PLANS; number++) {
        struct sample sample;
        draw(&rig, rng, false, &sample);
        struct timeline *timeline = rig_play(&rig, &sample.plan, sample.compute_s, 0, 0);
        double floor_s = communication_floor_s(&sample, &rig);
        for (size_t r = 0; r < rig.ranks; r++)
            floor_s = fmax(floor_s, compute_floor_s(&sample, r));
        gsl_test(timeline->end_s < floor_s * (1 - 1e-9), "plan %d: %g s, below its floor of %g s",
                 number, timeline->end_s, floor_s);
        check_exposure(&sample, timeline, number);

        /* Everything c times as fast, setup included, takes exactly 1/c of the time (to rounding of
         * the clock and of whole bytes, which are the same in both). */
        double factor = 0.25 + 4 * gsl_rng_uniform(rng);
        size_t prices = rig.ranks * sample.plan.operator_count;
        for (size_t i = 0; i < prices; i++)
            sample.compute_s[i] /= factor;
        scale_links(&rig, factor);
        struct timeline *scaled = rig_play(&rig, &sample.plan, sample.compute_s, 0, 0);
        gsl_test_rel(scaled->end_s * factor, timeline->end_s, 1e-8, "plan %d: scaled by %g", number,
                     factor);
        scale_links(&rig, 1);
        timeline_free(scaled);
        timeline_free(timeline);
        free(sample.compute_s);
    }
    gsl_rng_free(rng);
    rig_close(&rig);
}

/* Ranks of a star are alike: giving rank r the prices of rank (r + 1) mod 4 changes nothing else.
 */
static void relabelling(const void *argument)
{
    struct rig rig = rig_open(argument, 4, "pairwise");
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 2);
    for (int number = 0; number < PLANS / 3; number++) {
        struct sample sample;
        draw(&rig, rng, false, &sample);
        size_t n = sample.plan.operator_count;
        struct timeline *timeline = rig_play(&rig, &sample.plan, sample.compute_s, 0, 0.1);
        double *turned_s = mem_zeroed(rig.ranks * n, sizeof *turned_s);
        for (size_t r = 0; r < rig.ranks; r++)
            memcpy(turned_s + r * n, sample.compute_s + (r + 1) % rig.ranks * n,
                   n * sizeof *turned_s);
        struct timeline *turned = rig_play(&rig, &sample.plan, turned_s, 0, 0.1);
        gsl_test_rel(turned->end_s, timeline->end_s, 1e-9, "plan %d: relabelled", number);
        timeline_free(turned);
        timeline_free(timeline);
        free(turned_s);
        free(sample.compute_s);
    }
    gsl_rng_free(rng);
    rig_close(&rig);
}

/* With two ranks and one communication queue no two flows share a link (where they do, fair sharing
 * has true anomalies). Then more bytes or less bandwidth never end earlier. */
static void monotony(const void *argument)
{
    struct rig rig = rig_open(argument, 2, "pairwise");
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 3);
    for (int number = 0; number < PLANS / 3; number++) {
        struct sample sample;
        draw(&rig, rng, false, &sample);
        for (size_t o = 0; o < sample.plan.operator_count; o++)
            if (sample.operators[o].queue == 2)
                sample.operators[o].queue = 1;
        struct timeline *timeline = rig_play(&rig, &sample.plan, sample.compute_s, 0, 0);
        sample.operators[gsl_rng_uniform_int(rng, sample.plan.operator_count)].comm_bytes *= 2;
        struct timeline *more = rig_play(&rig, &sample.plan, sample.compute_s, 0, 0);
        gsl_test(more->end_s < timeline->end_s * (1 - 1e-9), "plan %d: more bytes, %g < %g", number,
                 more->end_s, timeline->end_s);
        scale_links(&rig, 0.7);
        struct timeline *slower = rig_play(&rig, &sample.plan, sample.compute_s, 0, 0);
        gsl_test(slower->end_s < more->end_s * (1 - 1e-9), "plan %d: less bandwidth, %g < %g",
                 number, slower->end_s, more->end_s);
        scale_links(&rig, 1);
        timeline_free(slower);
        timeline_free(more);
        timeline_free(timeline);
        free(sample.compute_s);
    }
    gsl_rng_free(rng);
    rig_close(&rig);
}

/* A play gives the same bits however many came before it on the same platform. */
static void repetition(const void *argument)
{
    struct rig rig = rig_open(argument, 4, "pairwise");
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 4);
    struct sample sample;
    draw(&rig, rng, true, &sample);
    struct timeline *first = rig_play(&rig, &sample.plan, sample.compute_s, 0, 0.15);
    for (int i = 0; i < 50; i++) {
        struct timeline *again = rig_play(&rig, &sample.plan, sample.compute_s, 0, 0.15);
        gsl_test(memcmp(again->spans, first->spans,
                        again->ranks * again->operators * sizeof *again->spans) != 0,
                 "play %d: the same bits", i);
        timeline_free(again);
    }
    timeline_free(first);
    free(sample.compute_s);
    gsl_rng_free(rng);
    rig_close(&rig);
}

int main(void)
{
    in_child(floors_and_scaling, RIG_STAR("4"), "floors and scaling");
    in_child(relabelling, RIG_STAR("4"), "relabelled ranks");
    in_child(monotony, RIG_STAR("2"), "more bytes, less bandwidth");
    in_child(repetition, RIG_STAR("4"), "played again");
    return gsl_test_summary();
}
