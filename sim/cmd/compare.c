/* scmoesim compare: what the simulator predicts of plans that the probe replayed, held against
 * what it measured. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/accuracy/tune.h"
#include "sim/base/csv.h"
#include "sim/base/mem.h"
#include "sim/cmd/command.h"
#include "sim/study/replayer.h"

struct compare_options {
    const char **costs;
    const char *plans, *gpu, *tuned, *baseline, *output, *operators, *tune;
};

struct campaign {
    struct replay_set measured, predicted; /* predicted: timelines that were given */
    const char *measured_from;             /* the first file with a measured replay */
    struct replayer *replayer;             /* NULL without --costs */
    struct csv *tuned;                     /* shapes; NULL: none */
    struct outcome *outcomes;              /* of the measured, in their order */
};

static int read_timeline(struct campaign *campaign, const char *path, struct diag *diag)
{
    struct json *doc = NULL;
    struct replay replay;
    bool predicted;
    int r = json_load(path, diag, &doc);
    if (r == 0)
        r = replay_read_timeline(doc, diag, &predicted, &replay);
    json_free(doc);
    if (r == 0)
        replays_add(predicted ? &campaign->predicted : &campaign->measured, &replay);
    return r;
}

static int read_files(struct campaign *campaign, const char *const *files, size_t count,
                      struct diag *diag)
{
    int r = 0;
    for (size_t i = 0; i < count; i++) {
        r |= text_ends_with(files[i], ".json")
                 ? read_timeline(campaign, files[i], diag)
                 : replays_read_csv(files[i], diag, &campaign->measured);
        if (!campaign->measured_from && campaign->measured.count)
            campaign->measured_from = files[i];
    }
    if (r == 0 && campaign->measured.count == 0)
        r = diag_say(diag, "%s holds no measured replay", files[0]);
    return r;
}

static int read_tuned(struct campaign *campaign, const char *path, struct diag *diag)
{
    size_t shape;
    int r = csv_load(path, diag, &campaign->tuned);
    return r < 0 ? r : csv_need_column(campaign->tuned, "shape", diag, &shape);
}

static bool is_tuned(const struct campaign *campaign, const char *shape)
{
    if (!campaign->tuned)
        return false;
    size_t column = csv_column(campaign->tuned, "shape");
    for (size_t row = 0; row < campaign->tuned->row_count; row++)
        if (strcmp(csv_cell(campaign->tuned, row, column), shape) == 0)
            return true;
    return false;
}

static const struct replay *given_prediction(const struct campaign *campaign,
                                             const struct replay *replay)
{
    for (size_t i = 0; i < campaign->predicted.count; i++) {
        const struct replay *other = &campaign->predicted.replays[i];
        if (strcmp(other->plan, replay->plan) == 0 && other->launch == replay->launch &&
            other->gpus == replay->gpus && other->factor_ratio == replay->factor_ratio)
            return other;
    }
    return NULL;
}

static struct replay_how how_replayed(const struct replay *replay)
{
    return (struct replay_how){replay->launch, replay->factor_ratio, replay->gpus, NULL};
}

static int predict(const struct campaign *campaign, const struct compare_options *options,
                   struct outcome *outcome, struct diag *diag)
{
    struct replay_how how = how_replayed(outcome->replay);
    struct settled settled;
    char *path = mem_format("%s/%s.json", options->plans, outcome->replay->plan);
    int r = plan_load(path, diag, &outcome->plan);
    free(path);
    if (r == 0)
        r = replayer_settle(campaign->replayer, outcome->plan, &how, diag, &settled);
    if (r < 0)
        return r;
    r = outcome_set_timeline(outcome, outcome->plan, settled.timeline, diag);
    outcome->duty_ratio = settled.duty_ratio;
    outcome->costs_measured_ratio = settled.measured_ratio;
    outcome->slot = outcome->plan->slot;
    outcome->event_s = cost_overhead_s(replayer_costs(campaign->replayer), "event");
    settled_done(&settled);
    return r;
}

static int find_outcome(const struct campaign *campaign, const struct compare_options *options,
                        const struct replay *replay, struct outcome *outcome, struct diag *diag)
{
    const struct replay *given = given_prediction(campaign, replay);
    *outcome = (struct outcome){.replay = replay,
                                .duty_ratio = NAN,
                                .costs_measured_ratio = NAN,
                                .tuned = is_tuned(campaign, replay->shape)};
    if (given)
        outcome->event_s = given->event_s;
    if (given)
        return outcome_set_timeline(outcome, given->operators, given->timeline, diag);
    if (campaign->replayer)
        return predict(campaign, options, outcome, diag);
    return diag_say(diag,
                    "no prediction of plan %s, %s, at factor %g: give its predicted "
                    "timeline, or --costs and --plans",
                    replay->plan, launch_names[replay->launch], replay->factor_ratio);
}

static int load(struct campaign *campaign, const struct compare_options *options,
                const char *const *files, size_t count, struct diag *diag)
{
    int r = read_files(campaign, files, count, diag);
    if (r == 0 && options->tuned)
        r = read_tuned(campaign, options->tuned, diag);
    if (r == 0 && options->costs)
        r = replayer_open(&(struct replayer_request){.costs = options->costs, .gpu = options->gpu},
                          diag, &campaign->replayer);
    if (r < 0)
        return r;
    if (campaign->replayer)
        print_note(replayer_note(campaign->replayer));
    campaign->outcomes = mem_zeroed(campaign->measured.count, sizeof *campaign->outcomes);
    for (size_t i = 0; i < campaign->measured.count && r == 0; i++)
        r = find_outcome(campaign, options, &campaign->measured.replays[i], &campaign->outcomes[i],
                         diag);
    if (r == 0)
        outcomes_relate(campaign->outcomes, campaign->measured.count, options->baseline);
    return r;
}

static int write_if_asked(const char *path, const struct campaign *campaign,
                          void (*write)(const struct outcome *, size_t, struct text *))
{
    struct text rows = {0};
    if (!path)
        return EXIT_FINE;
    write(campaign->outcomes, campaign->measured.count, &rows);
    return write_output(path, &rows);
}

/* Of graph replays that were predicted as launched eagerly, for want of a figure. */
static bool graphs_unknown(const struct campaign *campaign)
{
    const struct replayer *by = campaign->replayer;
    for (size_t i = 0; by && i < campaign->measured.count; i++)
        if (!launch_known(campaign->measured.replays[i].launch, replayer_costs(by),
                          replayer_gpu(by)))
            return true;
    return false;
}

static int predict_beside(void *context, const struct outcome *outcome,
                          double all_to_all_beside_compute, struct diag *diag, double *ret_s)
{
    const struct campaign *campaign = context;
    struct replay_how how = how_replayed(outcome->replay);
    struct settled settled;
    if (!outcome->plan)
        return diag_say(diag, "plan %s: its predicted timeline was given, --tune predicts anew",
                        outcome->replay->plan);
    how.all_to_all_beside_compute = &all_to_all_beside_compute;
    int r = replayer_settle(campaign->replayer, outcome->plan, &how, diag, &settled);
    if (r < 0)
        return r;
    *ret_s = settled.timeline->end_s;
    settled_done(&settled);
    return 0;
}

static int tune(struct campaign *campaign, const struct compare_options *options)
{
    struct diag diag = {0};
    struct overheads overheads;
    struct text rows = {0};
    struct repredictor by = {campaign, predict_beside};
    if (outcomes_tune(campaign->outcomes, campaign->measured.count, &by, &diag, &overheads) < 0)
        return input_error(&diag);
    text_add(&rows, "# replays: %s, shapes of %s\n", campaign->measured_from, options->tuned);
    overheads_write(&overheads, &rows);
    return write_output(options->tune, &rows);
}

static int report(struct campaign *campaign, const struct compare_options *options)
{
    struct accuracy_facts facts = {.replays = campaign->measured_from,
                                   .predictions =
                                       options->costs ? options->costs[0] : "the timelines given",
                                   .tuned = options->tuned,
                                   .graphs_unknown = graphs_unknown(campaign),
                                   .baseline = options->baseline};
    struct text text = {0};
    if (options->tune)
        return tune(campaign, options);
    outcomes_print(&facts, campaign->outcomes, campaign->measured.count, &text);
    int code = write_output("-", &text);
    if (code == EXIT_FINE)
        code = write_if_asked(options->output, campaign, outcomes_write);
    if (code == EXIT_FINE)
        code = write_if_asked(options->operators, campaign, outcomes_write_operators);
    return code;
}

static int compare_files(const char *const *files, size_t count,
                         const struct compare_options *options)
{
    struct diag diag = {0};
    struct campaign campaign = {0};
    int code = load(&campaign, options, files, count, &diag) < 0 ? input_error(&diag)
                                                                 : report(&campaign, options);
    for (size_t i = 0; campaign.outcomes && i < campaign.measured.count; i++)
        outcome_done(&campaign.outcomes[i]);
    free(campaign.outcomes);
    replays_done(&campaign.measured);
    replays_done(&campaign.predicted);
    replayer_close(campaign.replayer);
    csv_free(campaign.tuned);
    return code;
}

static int compare(const struct command *me, int argc, char *argv[])
{
    struct compare_options options = {.plans = "build-plans", .baseline = "top2"};
    const struct option_row rows[] = {
        {"costs", "FILE.csv",
         "operators and copies measured in a run of their own; may be given many times",
         .words = &options.costs},
        {"plans", "FOLDER", "the plans that were replayed (default build-plans)",
         .word = &options.plans},
        {"gpu", "NAME|FILE",
         "for operators that the costs lack (default: the card that they name, else h100-sxm)",
         .word = &options.gpu},
        {"tuned", "FILE.csv",
         "lists the shapes that modelling constants were tuned on (column shape), to report apart",
         .word = &options.tuned},
        {"tune", "FILE.csv",
         "instead of a report, write what compute and copies cost each other on these shapes, or "
         "what graphs cost where some were replayed so, or what compute costs All-to-Alls of "
         "several GPUs, as rows for --costs",
         .word = &options.tune},
        {"baseline", "NAME", "schedule that speedups refer to (default top2)",
         .word = &options.baseline},
        {"output", "FILE.csv", "write every replay with its prediction", .word = &options.output},
        {"operators", "FILE.csv", "write every operator of every replay with its prediction",
         .word = &options.operators},
        {0}};
    const char *const *files;
    size_t count;
    int code = read_options(me, rows, argc, argv, &files, &count);
    if (code < 0 && count == 0)
        code = usage_error(me, "expected FILE.csv of replays, or timelines");
    else if (code < 0 && options.tune && !options.tuned)
        code = usage_error(me, "--tune needs --tuned");
    else if (code < 0 && options.tune && !options.costs)
        code = usage_error(me, "--tune needs --costs");
    else if (code < 0)
        code = compare_files(files, count, &options);
    free(options.costs);
    return code;
}

const struct command compare_command = {
    "compare", "[OPTIONS] FILE...", "hold predictions against plans replayed on a GPU",
    "Files are tables of replays (traces/validation/*.csv) or timelines, measured by\n"
    "'scmoesim-probe replay' or predicted by 'scmoesim replay'. What has no predicted\n"
    "timeline is predicted from --costs and the plans.\n\n"
    "Examples:\n"
    "  scmoesim compare predicted.json measured.json\n"
    "  traces/validation/make-plans build/scmoesim build-plans\n"
    "  scmoesim compare traces/validation/h100-sxm.csv \\\n"
    "      $(traces/validation/costs h100-sxm)\n",
    compare};
