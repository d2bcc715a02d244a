/* scmoesim replay: what the probe would measure when it replays a plan. */
#include <stdlib.h>
#include "sim/accuracy/replays.h"
#include "sim/cmd/study_options.h"
#include "sim/study/replayer.h"

struct replay_options {
    struct study_options study; /* of these: costs, sets and what is done to the cluster */
    const char *factor, *launch_word, *gpus_word, *fold_word, *network_word, *output;
    struct replayer_request request;
    struct replay_how how;
};

static int predict_file(struct replayer *replayer, const char *path, const struct replay_how *how,
                        struct diag *diag, struct text *to)
{
    struct settled settled;
    struct plan *plan = NULL;
    int r = launch_need_known(how->launch, replayer_costs(replayer), replayer_gpu(replayer), diag);
    if (r == 0)
        r = plan_load(path, diag, &plan);
    if (r == 0)
        r = replayer_settle(replayer, plan, how, diag, &settled);
    if (r == 0) {
        const struct cost_table *costs = replayer_costs(replayer);
        struct predicted_facts facts = {path, how->launch, how->factor_ratio,
                                        costs ? cost_overhead_s(costs, "event") : 0, how->gpus};
        timeline_write_predicted(&facts, plan, &settled, to);
        settled_done(&settled);
    }
    plan_free(plan);
    return r;
}

static int replay_file(const char *path, struct replay_options *options)
{
    struct diag diag = {0};
    struct replayer *replayer = NULL;
    struct text timeline = {0};
    int r = replayer_open(&options->request, &diag, &replayer);
    if (r == 0)
        print_note(replayer_note(replayer));
    if (r == 0)
        r = predict_file(replayer, path, &options->how, &diag, &timeline);
    replayer_close(replayer);
    if (r < 0) {
        text_done(&timeline);
        return input_error(&diag);
    }
    return write_output(options->output, &timeline);
}

static int read_words(const struct command *me, struct replay_options *options)
{
    struct replayer_request *request = &options->request;
    struct replay_how *how = &options->how;
    int code = study_options_sets(me, &options->study, &request->sets, &request->set_count);
    if (code >= 0)
        return code;
    request->costs = options->study.costs;
    if (!request->costs && !request->topology)
        return usage_error(me, "--costs is needed without --topology");
    if (request->topology && options->gpus_word)
        return usage_error(me, "--gpus and --topology contradict each other");
    if (quantity_parse(options->factor, UNIT_COUNT, &how->factor_ratio) < 0 ||
        how->factor_ratio < 0)
        return usage_error(me, "--factor: expected a number >= 0, got \"%s\"", options->factor);
    if (!launch_parse(options->launch_word, &how->launch))
        return usage_error(me, "--launch: expected eager or graph, got \"%s\"",
                           options->launch_word);
    how->gpus = 1;
    code = read_count_option(me, "gpus", options->gpus_word, &how->gpus);
    return code >= 0 ? code
                     : read_network_options(me, options->fold_word, options->network_word,
                                            &request->fold, &request->network);
}

static int replay(const struct command *me, int argc, char *argv[])
{
    struct replay_options options = {.factor = "1",
                                     .launch_word = "eager",
                                     .fold_word = "auto",
                                     .network_word = "auto",
                                     .output = "-"};
    const struct option_row rows[] = {
        {"costs", "FILE.csv",
         "measured operators, copies in both directions and overheads; may be given many times",
         .words = &options.study.costs},
        {"topology", "NAME|FILE|SHORTHAND",
         "play the plan on this cluster, as 'scmoesim run' does; default: as the probe does",
         .word = &options.request.topology},
        {"set", "/POINTER=VALUE",
         "change an input: /costs/..., and with --topology /topology/... and /gpu/...; may be "
         "given many times",
         .words = &options.study.sets},
        CLUSTER_OPTIONS(&options.study),
        {"gpu", "NAME|FILE",
         "for operators that the costs lack (default: the topology's, else the card that they "
         "name, else h100-sxm)",
         .word = &options.request.gpu},
        {"factor", "RATIO", "times the plan's bytes of communication (default 1)",
         .word = &options.factor},
        {"launch", "HOW", "eager (default), or graph: the pair as a CUDA graph",
         .word = &options.launch_word},
        {"gpus", "COUNT",
         "GPUs that exchange by NCCL, as many as the plan's EP; 1 (default): one rank alone, with "
         "the host's memory",
         .word = &options.gpus_word},
        NETWORK_OPTION(options.network_word),
        FOLD_OPTION(options.fold_word),
        {"output", "FILE.json", "write to FILE instead of standard output",
         .word = &options.output},
        {0}};
    const char *const *plans;
    size_t count;
    int code = read_options(me, rows, argc, argv, &plans, &count);
    if (code < 0 && count != 1)
        code = usage_error(me, "expected one plan, got %zu", count);
    else if (code < 0)
        code = read_words(me, &options);
    if (code < 0)
        code = replay_file(plans[0], &options);
    study_options_done(&options.study);
    return code;
}

const struct command replay_command = {
    "replay", "[OPTIONS] PLAN.json", "predict what a plan takes, as run or the probe plays it",
    "With --topology: plays the plan on a cluster; a plan that 'scmoesim run' plays\n"
    "takes the same time here. Without: as 'scmoesim-probe replay' does. On one GPU,\n"
    "an All-to-All is an exchange with host memory; with --gpus, by NCCL, it takes\n"
    "what the costs have for so many ranks. 'scmoesim compare' reads the timeline.\n\n"
    "Example:\n"
    "  scmoesim plan --schedule scmoe-pos2 -o plan.json\n"
    "  scmoesim replay plan.json --costs traces/h100-sxm/models.csv \\\n"
    "      --costs traces/h100-sxm/copies.csv -o predicted.json\n",
    replay};
