/* Overheads found again in replays that were made with them. */
#include <string.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_test.h>

#include "sim/accuracy/tune.h"

#define REPLAYS 4

/* Three times an mlp that stands alone (100 us) and an exchange that does (50 us); once both
 * begin together. The mlp's 5 kernels then start 4 us later each for the share of its time that
 * the exchange runs, and the exchange, beside it all along, takes 2 us more. */
static struct plan_operator mlp_and_dispatch[] = {
    {.name = (char[]){"mlp"}, .kind = OPERATOR_MLP, .shape = {.tokens = 512}},
    {.name = (char[]){"dispatch"}, .kind = OPERATOR_DISPATCH, .queue = 1, .comm_bytes = 1000},
};
static struct plan plan = {
    .schedule = (char[]){"s"}, .operators = mlp_and_dispatch, .operator_count = 2};

static struct span alone[] = {{0, 0, 0, 100e-6}, {100e-6, 100e-6, 100e-6, 150e-6}};
/* beside = 52 / 109.5: 5 * 4 us * beside = 9.498 us; near enough to 109.5. */
static struct span together[] = {{0, 0, 0, 109.5e-6}, {0, 0, 0, 52e-6}};
/* The duty of both lies in one band of fifths: 100 / 150 = 0.67 and 109.5 / 160 = 0.68. */
#define TIMELINE(of, end)                                                                          \
    {                                                                                              \
        .ranks = 1, .operators = 2, .spans = of, .end_s = end                                      \
    }
static struct timeline timelines[REPLAYS] = {TIMELINE(alone, 150e-6), TIMELINE(alone, 150e-6),
                                             TIMELINE(alone, 150e-6), TIMELINE(together, 160e-6)};

static void fill(struct replay *replays, struct outcome *outcomes)
{
    static char name[] = "p";
    for (size_t i = 0; i < REPLAYS; i++) {
        replays[i] = (struct replay){
            .plan = name, .factor_ratio = 1, .operators = &plan, .timeline = &timelines[i]};
        outcomes[i] = (struct outcome){.replay = &replays[i], .plan = &plan, .tuned = true};
    }
}

static void found_again(void)
{
    struct replay replays[REPLAYS];
    struct outcome outcomes[REPLAYS];
    struct overheads overheads;
    struct diag diag = {0};
    fill(replays, outcomes);
    gsl_test_int(outcomes_tune(outcomes, REPLAYS, NULL, &diag, &overheads), 0, "tuned");
    gsl_test_rel(overheads.launch_beside_copies.time_s, 4e-6, 1e-3, "per kernel");
    gsl_test_int((int)overheads.launch_beside_copies.samples, 1, "one mlp beside copies");
    gsl_test_rel(overheads.exchange_beside_compute.time_s, 2e-6, 1e-9, "per exchange");
}

/* Three plans, each launched eagerly and then by a graph, where it takes 4 us more for each of the
 * mlp's 5 kernels and, where there is an exchange, 30 us for one that stands alone, or 10 us for
 * each kernel of the share 52 / 109.5 of the mlp's time that runs beside one that is hidden: 20, 20
 * + 30 and 20 + 50 * 52 / 109.5 us. What the eager replays tell of copies is left to them. */
#define BOTH_WAYS 3
static void fill_both_ways(struct replay *replays, struct outcome *outcomes)
{
    static char names[BOTH_WAYS][2] = {"a", "b", "c"};
    static const double factors[] = {0, 1, 1},
                        more_s[] = {20e-6, 50e-6, (20 + 50 * 52 / 109.5) * 1e-6};
    struct timeline *const stood[] = {&timelines[0], &timelines[0], &timelines[3]};
    for (size_t i = 0; i < BOTH_WAYS; i++)
        for (size_t graph = 0; graph < 2; graph++) {
            replays[2 * i + graph] = (struct replay){.plan = names[i],
                                                     .gpus = 1,
                                                     .factor_ratio = factors[i],
                                                     .launch = graph ? LAUNCH_GRAPH : LAUNCH_EAGER,
                                                     .operators = &plan,
                                                     .timeline = stood[i],
                                                     .time_s = 160e-6 + (graph ? more_s[i] : 0)};
            outcomes[2 * i + graph] =
                (struct outcome){.replay = &replays[2 * i + graph], .plan = &plan, .tuned = true};
        }
}

static void graphs(void)
{
    struct replay replays[2 * BOTH_WAYS];
    struct outcome outcomes[2 * BOTH_WAYS];
    struct overheads overheads;
    struct diag diag = {0};
    fill_both_ways(replays, outcomes);
    gsl_test_int(outcomes_tune(outcomes, 2 * BOTH_WAYS, NULL, &diag, &overheads), 0, "tuned");
    gsl_test_rel(overheads.launch_in_graph.time_s, 4e-6, 1e-9, "per kernel");
    gsl_test_rel(overheads.exchange_in_graph.time_s, 30e-6, 1e-9, "per exchange");
    gsl_test_rel(overheads.launch_in_graph_beside_copies.time_s, 10e-6, 1e-9,
                 "per kernel beside one");
    gsl_test_int((int)overheads.launch_in_graph.samples, 3, "plans both ways");
    gsl_test_int((int)overheads.launch_beside_copies.samples, 0, "nothing else");

    /* On two GPUs the All-to-Alls are kernels: 20, 20 and 20 us more. */
    for (size_t i = 0; i < 2 * BOTH_WAYS; i++) {
        replays[i].gpus = 2;
        replays[i].time_s = i % 2 ? 180e-6 : 160e-6;
    }
    gsl_test_int(outcomes_tune(outcomes, 2 * BOTH_WAYS, NULL, &diag, &overheads), 0,
                 "tuned among GPUs");
    gsl_test_rel(overheads.launch_in_graph.time_s, 4e-6, 1e-9, "per kernel");
    gsl_test_int((int)overheads.exchange_in_graph.samples, 0, "no exchange with the host");

    /* One plan tells not both of what kernels and exchanges add; without an eager replay it tells
     * nothing. */
    fill_both_ways(replays, outcomes);
    gsl_test(outcomes_tune(outcomes + 2, 2, NULL, &diag, &overheads) == 0, "too few");
    gsl_test(outcomes_tune(outcomes + 1, 1, NULL, &diag, &overheads) == 0, "not both ways");
    gsl_test_str(diag.messages[0],
                 "plans of the tuned shapes, replayed both by a graph and eagerly: expected at "
                 "least 2 (one for "
                 "each of what kernels, exchanges, and kernels beside exchanges add), got 1",
                 "message");
    gsl_test_str(diag.messages[1],
                 "plans of the tuned shapes, replayed both by a graph and eagerly: expected at "
                 "least 1 (one for "
                 "each of what kernels, exchanges, and kernels beside exchanges add), got 0",
                 "message");
    diag_done(&diag);
}

/* Of two pairs of GPUs, 100 us are compute and 50 us an All-to-All, which the replay's number times
 * a tenth of its time runs beside compute. */
static int predict_pair(void *context, const struct outcome *outcome,
                        double all_to_all_beside_compute, struct diag *diag, double *ret_s)
{
    const struct replay *replays = context;
    double beside_ratio = 0.1 * (double)(outcome->replay - replays);
    *ret_s = 100e-6 + 50e-6 * (1 + all_to_all_beside_compute * beside_ratio);
    return outcome->plan ? 0 : diag_say(diag, "no plan");
}

static void among_gpus(void)
{
    struct replay replays[REPLAYS];
    struct outcome outcomes[REPLAYS];
    struct overheads overheads;
    struct diag diag = {0};
    struct repredictor by = {replays, predict_pair};
    fill(replays, outcomes);
    for (size_t i = 0; i < REPLAYS; i++) {
        replays[i].gpus = 2;
        predict_pair(replays, &outcomes[i], 0.23, &diag, &replays[i].time_s);
    }
    gsl_test_int(outcomes_tune(outcomes, REPLAYS, &by, &diag, &overheads), 0, "tuned");
    gsl_test_rel(overheads.all_to_all_beside_compute.time_s, 0.23, 1e-9, "found again");
    gsl_test_rel(overheads.all_to_all_beside_compute.time_p10_s, 0.23, 1e-9, "by most pairs");
    gsl_test_rel(overheads.all_to_all_beside_compute.time_p90_s, 0.23, 1e-9, "by most pairs");
    gsl_test_int((int)overheads.all_to_all_beside_compute.samples, REPLAYS, "of all pairs");
    gsl_test_int((int)overheads.exchange_beside_compute.samples, 0, "nothing else");
    outcomes[3].tuned = false;
    gsl_test_int(outcomes_tune(outcomes, REPLAYS, &by, &diag, &overheads), 0, "tuned on three");
    gsl_test_int((int)overheads.all_to_all_beside_compute.samples, 3,
                 "held-out pairs do not count");
    outcomes[2].plan = NULL;
    gsl_test(outcomes_tune(outcomes, REPLAYS, &by, &diag, &overheads) == 0, "no plan");
    gsl_test_str(diag.messages[0], "no plan", "message");
    diag_done(&diag);
}

static void nothing_to_tune_on(void)
{
    struct replay replays[REPLAYS];
    struct outcome outcomes[REPLAYS];
    struct overheads overheads;
    struct diag diag = {0};
    fill(replays, outcomes);
    outcomes[3].tuned = false;
    gsl_test(outcomes_tune(outcomes, REPLAYS, NULL, &diag, &overheads) == 0,
             "held-out shapes do not count");
    gsl_test_str(diag.messages[0],
                 "the tuned shapes have no operator that ran both alone and beside the other sort",
                 "message");
    diag_done(&diag);
}

static void as_rows(void)
{
    struct overheads overheads = {.launch_beside_copies = {4e-6, 1e-6, 5e-6, 10},
                                  .exchange_beside_compute = {2e-6, -1e-6, 3e-6, 20}};
    struct text text = {0};
    overheads_write(&overheads, &text);
    gsl_test_int(strcmp(text_get(&text),
                        "kind,time_s,time_p10_s,time_p90_s,samples\n"
                        "launch_beside_copies,3.9999999999999998e-06,9.9999999999999995e-07,"
                        "5.0000000000000004e-06,10\n"
                        "exchange_beside_compute,1.9999999999999999e-06,0,"
                        "3.0000000000000001e-06,20\n"),
                 0, "rows of a cost file: %s", text_get(&text));
    text_done(&text);
}

int main(void)
{
    gsl_set_error_handler_off();
    found_again();
    graphs();
    among_gpus();
    nothing_to_tune_on();
    as_rows();
    return gsl_test_summary();
}
