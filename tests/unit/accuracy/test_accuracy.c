/* Errors of predictions, by hand, and what is read of replays. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_test.h>

#include "sim/accuracy/accuracy.h"
#include "sim/base/mem.h"

#define HEADER                                                                                     \
    "plan,schedule,launch,factor_ratio,pair_time_s,instrumented_pair_time_s,operator,kind,"        \
    "pass,queue,start_s,end_s\n"
/* A pair of an mlp (0 to 3 s) and a dispatch (1 to 5 s), so that 2 of its 4 s are exposed. */
#define PAIR(plan, schedule, pair, instrumented)                                                   \
    plan "," schedule ",eager,1," pair "," instrumented ",mlp,mlp,forward,compute,0,3\n" plan      \
         "," schedule ",eager,1," pair "," instrumented                                            \
         ",dispatch,dispatch,forward,communication,1,5\n"

static int read_text(const char *text, struct diag *diag, struct replay_set *ret)
{
    struct csv *csv = NULL;
    int r = csv_parse("r.csv", text, strlen(text), diag, &csv);
    if (r == 0)
        r = replays_read(csv, diag, ret);
    csv_free(csv);
    return r;
}

static struct replay_set read_well(const char *text)
{
    struct diag diag = {0};
    struct replay_set set = {0};
    gsl_test_int(read_text(text, &diag, &set), 0, "%s", diag.count ? diag.messages[0] : "read");
    diag_done(&diag);
    return set;
}

static void refused(const char *text, const char *want)
{
    struct diag diag = {0};
    struct replay_set set = {0};
    gsl_test(read_text(text, &diag, &set) == 0, "refused: %s", want);
    gsl_test(!diag.count || !strstr(diag.messages[0], want), "\"%s\" says \"%s\"",
             diag.count ? diag.messages[0] : "", want);
    diag_done(&diag);
    replays_done(&set);
}

static void reading(void)
{
    struct replay_set set = read_well(HEADER PAIR("a.top2", "top2", "5", "6") PAIR(
        "a.scmoe", "scmoe-pos2", "4", "5") PAIR("a.top2", "top2", "7", "6.5"));
    gsl_test_int((int)set.count, 2, "two plans");
    gsl_test_int((int)set.replays[0].runs, 2, "one of them twice");
    gsl_test_rel(set.replays[0].time_s, 6, 1e-15, "median of 5 and 7");
    gsl_test_str(set.replays[1].shape, "a", "shape");
    gsl_test_int((int)set.replays[1].operators->operator_count, 2, "operators");
    gsl_test_str(set.replays[1].operators->queues[1], "communication", "queue");
    gsl_test_rel(set.replays[1].timeline->end_s, 5, 1e-15, "last end");
    replays_done(&set);
    refused("plan,schedule\n", "\"launch\"");
    refused(HEADER "a,top2,eager,1,5,6,mlp,mpl,forward,compute,0,3\n",
            "kind: expected \"attention\"");
    refused(HEADER "a,top2,eager,1,5,6,mlp,mlp,forward,compute,2,1\n",
            "r.csv: line 2: end_s: expected a number from 2 to");
    refused(HEADER "a,top2,eager,1,0,6,mlp,mlp,forward,compute,0,3\n", "pair_time_s: expected");
}

#define RANKS_HEADER                                                                               \
    "plan,schedule,launch,factor_ratio,pair_time_s,instrumented_pair_time_s,operator,"             \
    "kind,pass,queue,start_s,end_s,gpus,rank\n"
#define RANK_MLP(plan, start, end, rank)                                                           \
    plan ",top2,eager,1,5,6,mlp,mlp,forward,compute," start "," end ",2," rank "\n"
#define RANK_DISPATCH(plan, start, end, rank)                                                      \
    plan ",top2,eager,1,5,6,dispatch,dispatch,forward,communication," start "," end ",2," rank "\n"

/* Two ranks, of which the first computes until 3 s and the second until 2: it comes early to the
 * dispatch, which takes both until 5. The second adds neither a run nor an operator. */
static void ranks(void)
{
    struct replay_set set =
        read_well(RANKS_HEADER RANK_MLP("a", "0", "3", "0") RANK_DISPATCH("a", "3", "5", "0")
                      RANK_MLP("a", "0", "2", "1") RANK_DISPATCH("a", "2", "5", "1")
                          RANK_MLP("b", "0", "1", "0") RANK_MLP("b", "0", "9", "1"));
    gsl_test_int((int)set.count, 2, "plans of two ranks");
    gsl_test_int((int)set.replays[0].runs, 1, "one run");
    gsl_test_int((int)set.replays[0].gpus, 2, "GPUs");
    gsl_test_int((int)set.replays[0].operators->operator_count, 2, "operators");
    gsl_test_rel(set.replays[0].timeline->end_s, 5, 1e-15, "the last end");
    gsl_test_rel(set.replays[1].timeline->end_s, 9, 1e-15, "of the second rank");
    gsl_test_rel(replay_operator_s(&set.replays[0], 0), 2.5, 1e-15, "mean of 3 and 2");
    gsl_test_rel(replay_operator_s(&set.replays[0], 1), 2, 1e-15,
                 "from when the first has come, too");
    replays_done(&set);
    refused(RANKS_HEADER RANK_MLP("a", "0", "3", "0"),
            "r.csv: line 2: a: expected all operators of 2 ranks, got 1 ranks, or fewer operators "
            "of one");
    refused(RANKS_HEADER RANK_MLP("a", "0", "3", "0") RANK_DISPATCH("a", "3", "5", "0")
                RANK_MLP("a", "0", "3", "1"),
            "r.csv: line 2: a: expected all operators of 2 ranks, got 2 ranks, or fewer operators "
            "of one");
    refused(RANKS_HEADER RANK_MLP("a", "0", "3", "0") RANK_DISPATCH("a", "3", "5", "1"),
            "r.csv: line 3: expected the same operators of every rank, rank by rank; got "
            "\"dispatch\" of "
            "rank 1");
}

/* While it waits for the first rank, the second one's dispatch does not count: both compute nothing
 * while it runs, from 3 to 5 s. With compute beside it until 4 s on one of them, a quarter of both
 * is hidden. */
static void overlap_among_ranks(void)
{
    static const char late[] =
        RANKS_HEADER RANK_MLP("a", "0", "3", "0") RANK_DISPATCH("a", "3", "5", "0")
            RANK_MLP("a", "0", "2", "1") RANK_DISPATCH("a", "2", "5", "1");
    static const char hidden[] =
        RANKS_HEADER RANK_MLP("a", "0", "3", "0") RANK_DISPATCH("a", "3", "5", "0")
            RANK_MLP("a", "0", "4", "1") RANK_DISPATCH("a", "2", "5", "1");
    const char *const texts[] = {late, hidden};
    const double want[] = {0, 0.25};
    for (size_t i = 0; i < 2; i++) {
        struct replay_set set = read_well(texts[i]);
        struct span spans[] = {{0, 0, 0, 3}, {3, 3, 3, 5}};
        struct outcome outcome = {.replay = &set.replays[0], .predicted_s = 5, .spans = spans};
        outcomes_relate(&outcome, 1, "top2");
        gsl_test_abs(outcome.overlap_measured_ratio, want[i], 1e-12, "measured");
        gsl_test_abs(outcome.overlap_predicted_ratio, 0, 1e-12, "predicted");
        replays_done(&set);
    }
}

/* Pair times alone: two runs of one plan, and operators that a later run tells. Which pass it was
 * is known from the plan that was predicted. */
static void pairs_alone(void)
{
    struct replay_set set = read_well("plan,schedule,launch,factor_ratio,pair_time_s\n"
                                      "a.top2,top2,eager,1,5\n"
                                      "a.top2,top2,eager,1,7\n"
                                      "a.pos2,pos2,eager,1,3\n");
    struct diag diag = {0};
    gsl_test_int((int)set.count, 2, "plans told by their pairs");
    gsl_test_int((int)set.replays[0].runs, 2, "a row is a run");
    gsl_test(!isnan(set.replays[0].instrumented_s), "no series with events");
    struct outcome outcomes[] = {{.replay = &set.replays[0], .predicted_s = 6},
                                 {.replay = &set.replays[1], .predicted_s = 2}};
    outcomes_relate(outcomes, 2, "top2");
    gsl_test_rel(outcomes[1].speedup_measured_ratio, 2, 1e-15, "6 over 3");
    gsl_test_rel(outcomes[1].speedup_predicted_ratio, 3, 1e-15, "6 over 2");
    gsl_test(!isnan(outcomes[0].overlap_measured_ratio), "no overlap is told");
    outcomes[0].backward = true;
    outcomes_relate(outcomes, 2, "top2");
    gsl_test(!isnan(outcomes[1].speedup_measured_ratio), "a backward pass is no baseline");
    gsl_test_int(read_text(HEADER PAIR("a.top2", "top2", "9", "6"), &diag, &set), 0, "one more");
    gsl_test_int((int)set.count, 2, "of the same plan");
    gsl_test_rel(set.replays[0].time_s, 7, 1e-15, "median of 5, 7 and 9");
    gsl_test_int((int)set.replays[0].operators->operator_count, 2, "its operators");
    gsl_test_rel(set.replays[0].instrumented_s, 6, 1e-15, "and its series");
    replays_done(&set);
    refused(HEADER "a,top2,eager,1,5,6,,mlp,forward,compute,0,3\n",
            "r.csv: line 2: operator: expected a name, got an empty cell");
    refused("plan,schedule,launch,factor_ratio,pair_time_s,operator\n", "\"kind\"");
}

/* Same operators as the replay's, the second one predicted 0.5 s shorter. */
static struct outcome outcome_of(const struct replay *replay, double predicted_s, double event_s)
{
    struct outcome outcome = {.replay = replay, .predicted_s = predicted_s, .event_s = event_s};
    outcome.spans = mem_zeroed(2, sizeof *outcome.spans);
    memcpy(outcome.spans, replay->timeline->spans, 2 * sizeof *outcome.spans);
    outcome.spans[1].end_s = 4.5;
    return outcome;
}

/* Measured 10 (top2), 5 and 4; predicted 11, 5 and 4.2: errors 10, 0, 5 %; speedups 2 and 2.5
 * against 2.2 and 11 / 4.2 = 2.619: errors 10 % and 4.762 %. The instrumented series less an
 * event of 0.1 s for each of two operators: 10, 5.05 and 3.8: errors 0, 1 and -5 %. */
static void errors(void)
{
    struct replay_set set = read_well(HEADER PAIR("a.top2", "top2", "10", "10.2") PAIR(
        "a.pos2.s1", "pos2", "5", "5.25") PAIR("a.pos2.s2", "pos2", "4", "4"));
    struct outcome outcomes[] = {outcome_of(&set.replays[0], 11, 0.1),
                                 outcome_of(&set.replays[1], 5, 0.1),
                                 outcome_of(&set.replays[2], 4.2, 0.1)};
    struct part all = {-1, -1, NULL}, pos2 = {-1, -1, "pos2"}, backward = {-1, 1, NULL};
    outcomes[1].slot = 1;
    outcomes[2].slot = 2;
    outcomes_relate(outcomes, 3, "top2");
    struct error_summary sum = outcomes_errors(outcomes, 3, &all, ESTIMATE_PREDICTED);
    gsl_test_int((int)sum.count, 3, "all");
    gsl_test_rel(sum.mean_ratio, 0.05, 1e-12, "mean of 10, 0 and 5 %%");
    gsl_test_rel(sum.p95_ratio, 0.095, 1e-12, "95 %% of the way: 5 + 0.9 * 5");
    gsl_test_rel(sum.worst_ratio, 0.1, 1e-12, "worst");
    gsl_test_rel(sum.bias_ratio, 0.05, 1e-12, "bias");
    gsl_test_int((int)sum.speedups, 2, "the baseline has no speedup");
    gsl_test_rel(sum.speedup_mean_ratio, (0.1 + (11 / 4.2 / 2.5 - 1)) / 2, 1e-12, "speedup");
    sum = outcomes_errors(outcomes, 3, &all, ESTIMATE_REPEAT);
    gsl_test_rel(sum.mean_ratio, 0.02, 1e-12, "repeats: mean of 0, 1 and 5 %%");
    gsl_test_int((int)outcomes_errors(outcomes, 3, &pos2, ESTIMATE_PREDICTED).count, 2,
                 "a schedule");
    gsl_test_int((int)outcomes_errors(outcomes, 3, &backward, ESTIMATE_PREDICTED).count, 0, "none");
    struct choice_summary choice = outcomes_choices(outcomes, 3, &all, ESTIMATE_PREDICTED);
    gsl_test_int((int)choice.choices, 1, "one choice of slots");
    gsl_test_rel(choice.right_ratio, 1, 1e-12, "slot 2 is predicted and measured fastest");
    outcomes[1].predicted_s = 4.1;
    choice = outcomes_choices(outcomes, 3, &all, ESTIMATE_PREDICTED);
    gsl_test_rel(choice.near_ratio, 0, 1e-12, "slot 1 is 25 %% slower");
    gsl_test_rel(outcomes[0].overlap_measured_ratio, 0.5, 1e-12, "2 of 4 s exposed");
    gsl_test_rel(outcomes[0].overlap_predicted_ratio, 1 - 1.5 / 3.5, 1e-12, "1.5 of 3.5 s exposed");
    struct kind_summary kinds[OPERATOR_KIND_COUNT];
    outcomes_kinds(outcomes, 3, kinds);
    gsl_test_rel(kinds[OPERATOR_DISPATCH].bias_ratio, 3.5 / 3.9 - 1, 1e-12, "4 s less an event");
    gsl_test_rel(kinds[OPERATOR_MLP].share_ratio, 2.9 / (2.9 + 3.9), 1e-12, "share");
    for (size_t i = 0; i < 3; i++)
        outcome_done(&outcomes[i]);
    replays_done(&set);
}

/* Two slots within 1 %: whichever is chosen counts as near. */
static void near_misses(void)
{
    struct replay_set set = read_well(HEADER PAIR("a.pos2.s1", "pos2", "5", "5")
                                          PAIR("a.pos2.s2", "pos2", "5.04", "5"));
    struct outcome outcomes[] = {outcome_of(&set.replays[0], 5, 0),
                                 outcome_of(&set.replays[1], 4.9, 0)};
    struct part all = {-1, -1, NULL};
    outcomes[0].slot = 1;
    outcomes[1].slot = 2;
    outcomes_relate(outcomes, 2, "top2");
    struct choice_summary choice = outcomes_choices(outcomes, 2, &all, ESTIMATE_PREDICTED);
    gsl_test_rel(choice.right_ratio, 0, 1e-12, "slot 2 is not the fastest");
    gsl_test_rel(choice.near_ratio, 1, 1e-12, "but 0.8 %% from it");
    outcomes[1].predicted_s = 5 * (1 - 1e-12);
    choice = outcomes_choices(outcomes, 2, &all, ESTIMATE_PREDICTED);
    gsl_test_rel(choice.right_ratio, 1, 1e-12, "rounding decides nothing: slot 1 is the first");
    outcome_done(&outcomes[0]);
    outcome_done(&outcomes[1]);
    replays_done(&set);
}

#define ROUNDS_HEADER                                                                              \
    "plan,schedule,launch,factor_ratio,pair_time_s,instrumented_pair_time_s,operator,"             \
    "kind,pass,queue,start_s,end_s,rounds,fastest_round_s,slowest_round_s\n"
#define TURNS_HEADER                                                                               \
    "plan,schedule,launch,factor_ratio,pair_time_s,instrumented_pair_time_s,operator,"             \
    "kind,pass,queue,start_s,end_s,rounds,fastest_round_s,slowest_round_s,turns\n"
#define ROUNDS(plan, more) plan ",pos2,eager,1,1,1,mlp,mlp,forward,compute,0,1," more "\n"

/* Two rounds of deviation s are 2 / sqrt(pi) = 1.1284 s apart on average: 0.99436 and 1.00564 s
 * tell 1 %. Two slots of equal prediction are then measured, as means of two rounds, 1 % apart
 * (deviation of the difference): the first is the faster in half of all cases, and within 1 % of
 * the other in 84.1 % (one deviation, one side). Drawn 200 times: +-2.6 % and 3.5 %, of which we
 * allow three. A slot predicted 10 % slower never comes near. */
static void exact_predictions(void)
{
    struct replay_set set = read_well(ROUNDS_HEADER ROUNDS("a.pos2.s1", "2,0.99436,1.00564")
                                          ROUNDS("a.pos2.s2", "2,0.99436,1.00564"));
    struct outcome outcomes[] = {{.replay = &set.replays[0], .predicted_s = 1, .slot = 1},
                                 {.replay = &set.replays[1], .predicted_s = 1, .slot = 2}};
    struct part all = {-1, -1, NULL};
    gsl_test_rel(set.replays[0].round_spread_ratio, 0.01, 1e-3, "deviation of a round");
    struct choice_summary choice = outcomes_exact_choices(outcomes, 2, &all);
    gsl_test_int((int)choice.choices, 1, "one choice");
    gsl_test_abs(choice.right_ratio, 0.5, 0.105, "as good as the other");
    gsl_test_abs(choice.near_ratio, 0.841, 0.078, "within one deviation");
    outcomes[1].predicted_s = 1.1;
    choice = outcomes_exact_choices(outcomes, 2, &all);
    gsl_test_rel(choice.right_ratio, 1, 1e-12, "clear");
    replays_done(&set);
    set = read_well(ROUNDS_HEADER ROUNDS("a.pos2.s1", "1,1,1") ROUNDS("a.pos2.s2", ",,"));
    outcomes[0].replay = &set.replays[0];
    outcomes[1].replay = &set.replays[1];
    gsl_test_int((int)outcomes_exact_choices(outcomes, 2, &all).choices, 0,
                 "single rounds tell nothing");
    replays_done(&set);
    set = read_well(TURNS_HEADER ROUNDS("a.pos2.s1", "2,0.9,1.1,2")
                        ROUNDS("a.pos2.s2", "2,0.9,1.1,2"));
    outcomes[0] = (struct outcome){.replay = &set.replays[0], .predicted_s = 1, .slot = 1};
    outcomes[1] = (struct outcome){.replay = &set.replays[1], .predicted_s = 1.1, .slot = 2};
    gsl_test_int((int)set.replays[1].turns, 2, "took turns");
    gsl_test_int((int)outcomes_exact_choices(outcomes, 2, &all).choices, 0,
                 "rounds drift for both alike");
    gsl_test_int((int)outcomes_choices(outcomes, 2, &all, ESTIMATE_PREDICTED).choices, 1,
                 "a choice it is");
    replays_done(&set);
    refused(TURNS_HEADER ROUNDS("a.pos2.s1", "2,1,1,1001"),
            "r.csv: line 2: turns: expected a number from 0 to 1000, got \"1001\"");
    refused(ROUNDS_HEADER ROUNDS("a.pos2.s1", "2,2,1"),
            "r.csv: line 2: slowest_round_s: expected a number from 2 to 1e+06, got \"1\"");
    refused(ROUNDS_HEADER ROUNDS("a.pos2.s1", "0,1,1"),
            "r.csv: line 2: rounds: expected a number from 1");
}

static void unknown_operator(void)
{
    struct replay_set set = read_well(HEADER PAIR("a.top2", "top2", "10", "10"));
    struct outcome outcome = {.replay = &set.replays[0]};
    struct plan_operator op = {.name = (char[]){"mlp"}};
    struct plan plan = {.operators = &op, .operator_count = 1};
    struct span span = {0};
    struct timeline timeline = {.ranks = 1, .operators = 1, .spans = &span, .end_s = 1};
    struct diag diag = {0};
    gsl_test(outcome_set_timeline(&outcome, &plan, &timeline, &diag) == 0, "refused");
    gsl_test_str(diag.messages[0],
                 "plan a.top2 was replayed with an operator \"dispatch\", which it lacks",
                 "message");
    diag_done(&diag);
    replays_done(&set);
}

#define TIMELINE(origin, more, operators)                                                          \
    "{\"schema\": \"scmoesim/timeline/1\", \"origin\": \"" origin                                  \
    "\", \"schedule\": \"top2\", " more "\"plan\": \"plans/a.top2.json\", \"factor_ratio\": 0.5, " \
    "\"pair_time_s\": 2, \"operators\": [" operators "]}"
#define MLP_OF(rank, end)                                                                          \
    "{\"name\": \"mlp\", \"kind\": \"mlp\", \"pass\": \"forward\", " rank                          \
    "\"queue\": \"compute\", "                                                                     \
    "\"start_s\": 0.5, \"end_s\": " end "}"
#define MLP MLP_OF("", "1.5")

static int read_timeline(const char *text, struct diag *diag, bool *predicted, struct replay *ret)
{
    struct json *doc = NULL;
    int r = json_parse("t.json", text, strlen(text), diag, &doc);
    if (r == 0)
        r = replay_read_timeline(doc, diag, predicted, ret);
    json_free(doc);
    return r;
}

static void timelines(void)
{
    struct diag diag = {0};
    struct replay replay;
    bool predicted;
    gsl_test_int(read_timeline(TIMELINE("measured",
                                        "\"launch\": \"graph\", "
                                        "\"round_times_s\": [1.99436, 2.01692], ",
                                        MLP),
                               &diag, &predicted, &replay),
                 0, "%s", diag.count ? diag.messages[0] : "measured");
    gsl_test_int(predicted, false, "measured");
    gsl_test_str(replay.plan, "a.top2", "the plan's name");
    gsl_test(replay.launch != LAUNCH_GRAPH, "launch");
    gsl_test_rel(replay.time_s, 2, 1e-15, "pair");
    gsl_test_int((int)replay.rounds, 2, "rounds");
    gsl_test_rel(replay.round_spread_ratio, 0.01, 1e-3,
                 "0.02256 s apart: 2 %% of 1 s, 1 %% of 2 s");
    gsl_test(isfinite(replay.instrumented_s), "not instrumented");
    gsl_test_rel(replay.timeline->spans[0].end_s, 1.5, 1e-15, "span");
    replay_done(&replay);
    gsl_test_int(
        read_timeline(TIMELINE("measured", "\"launch\": \"eager\", \"gpus\": 2, ",
                               MLP_OF("\"rank\": 0, ", "1.5") ", " MLP_OF("\"rank\": 1, ", "2")),
                      &diag, &predicted, &replay),
        0, "%s", diag.count ? diag.messages[0] : "two ranks");
    gsl_test_int((int)replay.operators->operator_count, 1, "the first rank's operator");
    gsl_test_rel(replay.timeline->end_s, 2, 1e-15, "the second one's end");
    replay_done(&replay);
    gsl_test(read_timeline(TIMELINE("measured", "\"launch\": \"eager\", \"gpus\": 2, ", MLP), &diag,
                           &predicted, &replay) == 0,
             "refused");
    gsl_test_str(
        diag.messages[0],
        "t.json: /: expected all operators of 2 ranks, got 1 ranks, or fewer operators of one",
        "a rank is missing");
    diag_done(&diag);
    diag = (struct diag){0};
    gsl_test(read_timeline(TIMELINE("measured", "", MLP), &diag, &predicted, &replay) == 0,
             "refused");
    gsl_test_str(diag.messages[0], "t.json: /: missing member \"launch\"", "a launch is measured");
    diag_done(&diag);
    diag = (struct diag){0};
    gsl_test(read_timeline(TIMELINE("predicted", "", ""), &diag, &predicted, &replay) == 0,
             "refused");
    diag_done(&diag);
}

/* What is written is read again. */
static void timeline_round_trip(void)
{
    struct plan_operator op = {.name = (char[]){"mlp"}, .kind = OPERATOR_MLP};
    char *queue = (char[]){"compute"};
    struct plan plan = {.schedule = (char[]){"top2"},
                        .queues = &queue,
                        .queue_count = 1,
                        .operators = &op,
                        .operator_count = 1};
    struct span span = {0.5, 0.5, 0.5, 2};
    struct timeline timeline = {.ranks = 1, .operators = 1, .spans = &span, .end_s = 2};
    struct settled settled = {.timeline = &timeline, .duty_ratio = 0.75, .measured_ratio = 1};
    struct diag diag = {0};
    struct text text = {0};
    struct replay replay;
    bool predicted;
    struct predicted_facts facts = {.path = "plans/a.top2.json",
                                    .launch = LAUNCH_GRAPH,
                                    .factor_ratio = 0.5,
                                    .event_s = 2e-6,
                                    .gpus = 2};
    timeline_write_predicted(&facts, &plan, &settled, &text);
    gsl_test_int(read_timeline(text_get(&text), &diag, &predicted, &replay), 0, "%s",
                 diag.count ? diag.messages[0] : "read");
    gsl_test_int(predicted, true, "predicted");
    gsl_test_rel(replay.factor_ratio, 0.5, 1e-15, "factor");
    gsl_test_int((int)replay.gpus, 2, "GPUs, though one rank is told");
    gsl_test(replay.launch != LAUNCH_GRAPH, "launch");
    gsl_test_rel(replay.event_s, 2e-6, 1e-15, "event");
    gsl_test_rel(replay.time_s, 2, 1e-15, "pair");
    gsl_test_rel(replay.timeline->spans[0].start_s, 0.5, 1e-15, "start");
    replay_done(&replay);
    text_done(&text);
    diag_done(&diag);
}

int main(void)
{
    gsl_set_error_handler_off();
    reading();
    ranks();
    overlap_among_ranks();
    pairs_alone();
    errors();
    near_misses();
    exact_predictions();
    unknown_operator();
    timelines();
    timeline_round_trip();
    return gsl_test_summary();
}
