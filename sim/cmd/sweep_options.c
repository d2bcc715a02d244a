#include "sim/cmd/sweep_options.h"

#include <stdlib.h>
#include "sim/base/mem.h"

/* Options that were given go before what the file says; the rest of the request is defaults. */
static void override(const struct sweep_options *options, struct sweep *sweep)
{
    const struct study_options *given = &options->study;
    const struct study_request *request = &options->request;
    struct study_options defaults;
    study_options_init(&defaults);
    struct study_request *base = &sweep->base;
    if (given->model != defaults.model)
        base->model = request->model;
    if (given->topology != defaults.topology)
        base->topology = request->topology;
    if (given->baseline != defaults.baseline)
        base->baseline = request->baseline;
    if (given->mode != defaults.mode)
        base->mode = request->mode;
    if (given->tokens)
        base->tokens = request->tokens;
    if (given->costs)
        base->costs = request->costs;
    if (given->ep)
        base->ep = request->ep;
    if (given->schedule != defaults.schedule) {
        base->schedules = request->schedules;
        base->schedule_count = request->schedule_count;
    }
    if (request->network != NETWORK_AUTO)
        base->network = request->network;
    if (request->fold != FOLD_AUTO)
        base->fold = request->fold;
    sweep->words.sets = mem_resized(sweep->words.sets, base->set_count + request->set_count + 1,
                                    sizeof *sweep->words.sets);
    for (size_t i = 0; i < request->set_count; i++)
        sweep->words.sets[base->set_count++] = request->sets[i];
    base->sets = sweep->words.sets;
}

static int from_file(const struct sweep_options *options, struct sweep *ret)
{
    struct diag diag = {0};
    struct study_options defaults;
    study_options_init(&defaults);
    struct study_request base = options->request;
    base.model = defaults.model;
    base.topology = defaults.topology;
    base.baseline = defaults.baseline;
    base.sets = NULL;
    base.set_count = 0;
    if (sweep_load(options->study.file, &base, &diag, ret) < 0)
        return input_error(&diag);
    override(options, ret);
    return -1;
}

static int read_sampling(const struct command *me, const struct sweep_options *options,
                         struct sampling_request *ret)
{
    *ret = (struct sampling_request){.sampling = SAMPLING_GRID, .seed = 1};
    if (options->zip && options->samples)
        return usage_error(me, "--zip and --samples exclude each other");
    if (options->zip)
        ret->sampling = SAMPLING_ZIP;
    if (!options->samples)
        return -1;
    ret->sampling = SAMPLING_LATIN_HYPERCUBE;
    size_t seed = 1;
    int code = read_count_option(me, "samples", options->samples, &ret->samples);
    if (code < 0 && options->study.seed)
        code = read_count_option(me, "seed", options->study.seed, &seed);
    ret->seed = seed;
    return code;
}

static int from_options(const struct command *me, const struct sweep_options *options,
                        struct sweep *ret)
{
    struct diag diag = {0};
    struct sampling_request sampling;
    int code = read_sampling(me, options, &sampling);
    if (code >= 0)
        return code;
    size_t count = 0, read = 0;
    while (options->varies[count])
        count++;
    struct axis_draft *drafts = mem_zeroed(count, sizeof *drafts);
    struct sweep sweep = {.base = options->request};
    int r = 0;
    for (; read < count && r == 0; read++)
        r = axis_draft_parse(options->varies[read], &diag, &drafts[read]);
    if (r == 0)
        r = sweep_set_axes(&sweep, drafts, count, &sampling, &diag);
    for (size_t i = 0; i < read; i++)
        axis_draft_done(&drafts[i]);
    free(drafts);
    if (r < 0) {
        sweep_done(&sweep);
        return input_error(&diag);
    }
    *ret = sweep;
    return -1;
}

int sweep_options_build(const struct command *me, const struct sweep_options *options,
                        struct sweep *ret)
{
    if (options->study.file && options->varies)
        return usage_error(me, "expected a file or --vary, got both");
    if (!options->study.file && !options->varies)
        return usage_error(me, "expected a file, or --vary /POINTER=VALUES");
    if (options->study.file && (options->zip || options->samples))
        return usage_error(me, "--zip and --samples belong to --vary; a file has \"sampling\"");
    return options->study.file ? from_file(options, ret) : from_options(me, options, ret);
}
