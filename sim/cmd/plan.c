/* scmoesim plan: the plan that `run` would keep, as a file. */
#include <string.h>
#include "sim/base/mem.h"
#include "sim/cmd/study_options.h"

static int write_plan(const struct command *me, const struct study *study, bool backward,
                      const char *output)
{
    size_t count;
    const struct result *results = study_results(study, &count);
    if (count != 1)
        return usage_error(me, "expected one schedule, got %zu", count);
    if (study_facts(study)->routing_line)
        print_note(
            mem_copy_string("the plan has balanced tokens: replays of it know no --routing"));
    const struct played *played = backward ? &results[0].backward : &results[0].forward;
    struct text text = {0};
    plan_write_json(played->plan, &text);
    return write_output(output, &text);
}

static int play(const struct command *me, const struct study_request *request, bool backward,
                const char *output)
{
    struct diag diag = {0};
    struct study *study = NULL;
    int code;
    if (study_load(request, &diag, &study) < 0 || study_run(study, &diag) < 0)
        code = input_error(&diag);
    else
        code = write_plan(me, study, backward, output);
    study_free(study);
    return code;
}

static int plan(const struct command *me, int argc, char *argv[])
{
    struct study_options options;
    struct study_request request;
    const char *output = "-";
    bool backward = false;
    const struct option_row own[] = {
        {"backward", NULL, "the backward pass (with --mode training)", .flag = &backward},
        {"output", "FILE", "write to FILE instead of standard output", .word = &output},
        {0}};
    study_options_init(&options);
    options.schedule = "scmoe-pos2";
    options.one_schedule = true;
    int code = study_options_read(me, &options, own, argc, argv, &request);
    bool clustered = options.costs;
    for (size_t i = 0; code < 0 && i < request.set_count; i++)
        clustered |= strncmp(request.sets[i], "/topology/", 10) == 0;
    if (code < 0 && clustered)
        print_note(mem_copy_string("the plan has no cluster and no costs: give replay the same"));
    if (code < 0 && backward && request.mode != MODE_TRAINING)
        code = usage_error(me, "--backward needs --mode training");
    if (code < 0)
        code = play(me, &request, backward, output);
    study_options_done(&options);
    return code;
}

const struct command plan_command = {
    "plan", "[OPTIONS]", "write the plan that 'run' plays, for the probe",
    "Example:\n"
    "  scmoesim plan --schedule scmoe-pos2 --set /schedule/fixed_slot=2 -o plan.json\n",
    plan};
