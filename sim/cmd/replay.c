/* scmoesim replay: what the probe would measure when it replays a plan. */
#include <stdlib.h>
#include "sim/accuracy/replays.h"
#include "sim/cmd/command.h"
#include "sim/cmd/predictor.h"

struct replay_options {
    const char **costs;
    const char *gpu, *factor, *launch_word, *gpus_word, *output;
    double factor_ratio;
    enum launch launch;
    size_t gpus;
};

static int predict_file(const struct predictor *by, const char *path,
                        const struct replay_options *options, struct diag *diag, struct text *to)
{
    struct predict_settings settings = {by->costs, by->gpu, options->gpus, options->factor_ratio,
                                        options->launch};
    struct prediction prediction;
    struct plan *plan = NULL;
    int r = launch_need_known(options->launch, by->costs, by->gpu, diag);
    if (r == 0)
        r = plan_load(path, diag, &plan);
    if (r == 0)
        r = predict_plan(by->engine, plan, plan->dtype, &settings, diag, &prediction);
    if (r == 0) {
        timeline_write_predicted(path, plan, &settings, &prediction, to);
        timeline_free(prediction.timeline);
    }
    plan_free(plan);
    return r;
}

static int replay_file(const char *path, const struct replay_options *options)
{
    struct diag diag = {0};
    struct predictor predictor = {0};
    struct text timeline = {0};
    int r = predictor_open(options->costs, options->gpu, &diag, &predictor);
    if (r == 0)
        r = predict_file(&predictor, path, options, &diag, &timeline);
    predictor_close(&predictor);
    if (r < 0) {
        text_done(&timeline);
        return input_error(&diag);
    }
    return write_output(options->output, &timeline);
}

static int replay(const struct command *me, int argc, char *argv[])
{
    struct replay_options options = {
        .factor = "1", .launch_word = "eager", .gpus_word = "1", .output = "-"};
    const struct option_row rows[] = {
        {"costs", "FILE.csv",
         "measured operators, copies in both directions and overheads; may be "
         "given many times",
         NULL, NULL, &options.costs},
        {"gpu", "NAME|FILE",
         "for operators that the costs lack (default: the card that they name, else h100-sxm)",
         NULL, &options.gpu, NULL},
        {"factor", "RATIO", "times the plan's All-to-All bytes (default 1)", NULL, &options.factor,
         NULL},
        {"launch", "HOW", "eager (default), or graph: the pair as a CUDA graph", NULL,
         &options.launch_word, NULL},
        {"gpus", "COUNT",
         "GPUs that exchange by NCCL, as many as the plan's EP; 1 (default): one rank alone, "
         "with the host's memory",
         NULL, &options.gpus_word, NULL},
        {"output", "FILE.json", "write to FILE instead of standard output", NULL, &options.output,
         NULL},
        {0}};
    const char **plans = NULL;
    size_t count = 0;
    int code = read_options(me, rows, argc, argv, &plans, &count);
    if (code < 0 && count != 1)
        code = usage_error(me, "expected one plan, got %zu", count);
    else if (code < 0 && !options.costs)
        code = usage_error(me, "--costs is needed");
    else if (code < 0 && (quantity_parse(options.factor, UNIT_COUNT, &options.factor_ratio) < 0 ||
                          options.factor_ratio < 0))
        code = usage_error(me, "--factor: expected a number >= 0, got \"%s\"", options.factor);
    else if (code < 0 && !launch_parse(options.launch_word, &options.launch))
        code =
            usage_error(me, "--launch: expected eager or graph, got \"%s\"", options.launch_word);
    else if (code < 0)
        code = read_count_option(me, "gpus", options.gpus_word, &options.gpus);
    if (code < 0)
        code = replay_file(plans[0], &options);
    free(plans);
    free(options.costs);
    return code;
}

const struct command replay_command = {
    "replay", "--costs FILE.csv PLAN.json", "predict what the probe measures of a plan",
    "Plays the plan as 'scmoesim-probe replay' does. On one GPU: one rank, each\n"
    "All-to-All an exchange with host memory. With --gpus: All-to-Alls by NCCL, at the\n"
    "times that the costs have for so many ranks. The timeline is one for\n"
    "'scmoesim compare'.\n\n"
    "Example:\n"
    "  scmoesim plan --schedule scmoe-pos2 -o plan.json\n"
    "  scmoesim replay plan.json --costs traces/h100-sxm/models.csv \\\n"
    "      --costs traces/h100-sxm/copies.csv -o predicted.json\n",
    replay};
