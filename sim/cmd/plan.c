/* scmoesim plan: the plan that `run` would keep, as a file. */
#include <stdlib.h>
#include <string.h>
#include "sim/cmd/study_options.h"

static int write_plan(const struct command *me, const struct study *study, bool backward,
                      const char *output)
{
    size_t count;
    const struct result *results = study_results(study, &count);
    if (count != 1)
        return usage_error(me, "expected one schedule, got %zu", count);
    const struct played *played = backward ? &results[0].backward : &results[0].forward;
    struct text text = {0};
    plan_write_json(played->plan, study_dtype(study), &text);
    return write_output(output, &text);
}

static int plan(const struct command *me, int argc, char *argv[])
{
    struct study_options options;
    struct option_row rows[STUDY_OPTION_COUNT + 3];
    const char *output = "-";
    bool backward = false;
    study_options_rows(&options, rows);
    options.schedule = "scmoe-pos2";
    const struct option_row own[3] = {
        {"backward", NULL, "the backward pass (with --mode training)", &backward, NULL, NULL},
        {"output", "FILE", "write to FILE instead of standard output", NULL,
         &output, NULL},
        {0}};
    memcpy(rows + STUDY_OPTION_COUNT, own, sizeof own);
    const char **rest;
    size_t rest_count;
    int code = read_options(me, rows, argc, argv, &rest, &rest_count);
    if (code >= 0) {
        free(options.sets);
        return code;
    }
    struct study_request request;
    if (rest_count)
        code = usage_error(me, "unexpected argument \"%s\"", rest[0]);
    if (code < 0)
        code = study_options_request(me, &options, &request);
    if (code < 0 && backward && request.mode != MODE_TRAINING)
        code = usage_error(me, "--backward needs --mode training");
    if (code < 0) {
        struct diag diag = {0};
        struct study *study = NULL;
        if (study_load(&request, &diag, &study) < 0 || study_run(study, &diag) < 0)
            code = input_error(&diag);
        else
            code = write_plan(me, study, backward, output);
        study_free(study);
    }
    free(rest);
    study_options_done(&options);
    return code;
}

const struct command plan_command = {
    "plan", "[OPTIONS] --schedule NAME", "write the plan that 'run' plays, for the probe",
    "Example:\n"
    "  scmoesim plan --schedule scmoe-pos2 --set /schedule/fixed_slot=2 -o plan.json\n",
    plan};
