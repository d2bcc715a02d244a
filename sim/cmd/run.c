/* scmoesim run: the what-if. */
#include <stdlib.h>
#include <string.h>
#include "sim/cmd/study_options.h"

struct outputs {
    const char *output, *trace, *timeline;
};

static int write_results(const struct study *study, const struct outputs *to)
{
    size_t count;
    const struct result *results = study_results(study, &count);
    struct text text = {0};
    int code = EXIT_FINE;
    if (!to->output)
        print_text(study_facts(study), results, count, &text);
    else if (text_ends_with(to->output, ".json"))
        print_json(study_facts(study), results, count, &text);
    else
        print_csv(results, count, &text);
    code = write_output(to->output ? to->output : "-", &text);
    if (code == EXIT_FINE && to->trace) {
        print_chrome_trace(results, count, &text);
        code = write_output(to->trace, &text);
    }
    if (code == EXIT_FINE && to->timeline) {
        print_timeline_svg(results, count, &text);
        code = write_output(to->timeline, &text);
    }
    return code;
}

static int check_outputs(const struct command *me, const struct outputs *to)
{
    if (to->output && !text_ends_with(to->output, ".csv") && !text_ends_with(to->output, ".json") &&
        strcmp(to->output, "-") != 0)
        return usage_error(me, "--output: expected a name ending in .csv or .json, got \"%s\"",
                           to->output);
    if (to->trace && !text_ends_with(to->trace, ".json"))
        return usage_error(me, "--trace: expected a name ending in .json, got \"%s\"", to->trace);
    if (to->timeline && !text_ends_with(to->timeline, ".svg"))
        return usage_error(me, "--timeline: expected a name ending in .svg, got \"%s\"",
                           to->timeline);
    return -1;
}

static int play(const struct study_request *request, const struct outputs *to)
{
    struct diag diag = {0};
    struct study *study;
    if (study_load(request, &diag, &study) < 0)
        return input_error(&diag);
    int code = study_run(study, &diag) < 0 ? input_error(&diag) : write_results(study, to);
    study_free(study);
    return code;
}

static int run(const struct command *me, int argc, char *argv[])
{
    struct study_options options;
    struct study_request request;
    struct outputs to = {0};
    const struct option_row own[] = {
        {"output", "FILE",
         "write FILE.csv or FILE.json instead of a table; '-' is CSV on standard output",
         .word = &to.output},
        {"trace", "FILE.json", "also write the timelines for Perfetto (ui.perfetto.dev)",
         .word = &to.trace},
        {"timeline", "FILE.svg", "also draw the queues of one GPU, schedules above one another",
         .word = &to.timeline},
        {0}};
    study_options_init(&options);
    int code = study_options_read(me, &options, own, argc, argv, &request);
    if (code < 0)
        code = check_outputs(me, &to);
    if (code < 0)
        code = play(&request, &to);
    study_options_done(&options);
    return code;
}

const struct command run_command = {
    "run", "[OPTIONS]", "predict block-pair and end-to-end time, overlap and speedup",
    "Examples:\n"
    "  scmoesim run\n"
    "  scmoesim run --model gpt2-moe-medium --topology 8xa800-nvlink --mode training\n"
    "  scmoesim run --schedule top2,scmoe-pos2 --timeline fig.svg --trace trace.json\n"
    "  scmoesim run --topology nodes=4,gpu=h100-sxm,gpus=8,nic=8x400G \\\n"
    "      --model gpt3-moe-xl --set /model/experts=32 -o out.csv\n",
    run};
