/* scmoesim compare: what the simulator predicts of plans that the probe replayed, held against what it
 * measured. */
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"
#include "sim/cmd/command.h"
#include "sim/predict/predict.h"

struct compare_options {
    const char **costs;
    const char *contention, *plans, *gpu, *tuned, *baseline, *output;
};

/* One replay of one plan: what was measured, and what is predicted. */
struct replay {
    const char *plan, *schedule, *launch; /* borrowed from the CSV */
    char *shape;    /* the plan's name up to its first '.' */
    double factor_ratio, measured_s, predicted_s, duty_ratio, costs_measured_ratio;
    bool tuned, backward;
    size_t slot;
    double speedup_measured, speedup_predicted; /* over the baseline; NaN without one */
};

struct campaign {
    struct csv *csv;
    struct cost_table *costs;
    struct gpu *gpu;
    struct engine *engine;
    double copy_share_ratio;
    struct replay *replays;
    size_t count;
};

static const char *const columns[] = {"plan",          "schedule",     "launch",
                                      "factor_ratio",  "measured_s",   "predicted_s",
                                      "error_ratio",   "duty_ratio",   "costs_measured_ratio",
                                      "speedup_measured_ratio", "speedup_predicted_ratio",
                                      "tuned",         NULL};

static bool in_list(const char *list, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = list; at && *at; at += strcspn(at, ","), at += *at == ',')
        if (strcspn(at, ",") == length && strncmp(at, word, length) == 0)
            return true;
    return false;
}

/* The rows of one replay stand together, one an operator: the first of each is enough. */
static int read_replays(struct campaign *campaign, const struct compare_options *options,
                        struct diag *diag)
{
    const struct csv *csv = campaign->csv;
    size_t plan, schedule, launch, factor, pair;
    if (csv_need_column(csv, "plan", diag, &plan) < 0 ||
        csv_need_column(csv, "schedule", diag, &schedule) < 0 ||
        csv_need_column(csv, "launch", diag, &launch) < 0 ||
        csv_need_column(csv, "factor_ratio", diag, &factor) < 0 ||
        csv_need_column(csv, "pair_time_s", diag, &pair) < 0)
        return -1;
    campaign->replays = mem_zeroed(csv->row_count, sizeof *campaign->replays);
    for (size_t row = 0; row < csv->row_count; row++) {
        struct replay replay = {.plan = csv_cell(csv, row, plan),
                                .schedule = csv_cell(csv, row, schedule),
                                .launch = csv_cell(csv, row, launch)};
        if (csv_number(csv, row, factor, 0, 1e6, diag, &replay.factor_ratio) < 0 ||
            csv_number(csv, row, pair, 1e-9, 1e6, diag, &replay.measured_s) < 0)
            return -1;
        const struct replay *last = campaign->count ? &campaign->replays[campaign->count - 1] : NULL;
        if (last && strcmp(last->plan, replay.plan) == 0 && strcmp(last->launch, replay.launch) == 0 &&
            last->factor_ratio == replay.factor_ratio)
            continue;
        replay.shape = mem_format("%.*s", (int)strcspn(replay.plan, "."), replay.plan);
        replay.tuned = in_list(options->tuned, replay.shape);
        campaign->replays[campaign->count++] = replay;
    }
    return 0;
}

static int predict_one(struct campaign *campaign, const struct compare_options *options,
                       struct replay *replay, struct diag *diag)
{
    char *path = mem_format("%s/%s.json", options->plans, replay->plan);
    struct json *doc = NULL;
    struct plan *plan = NULL;
    enum dtype dtype;
    int r = json_load(path, diag, &doc);
    free(path);
    if (r == 0)
        r = plan_read(doc, diag, &plan, &dtype);
    json_free(doc);
    if (r < 0)
        return r;
    struct predict_settings settings = {campaign->costs, campaign->gpu, replay->factor_ratio,
                                        campaign->copy_share_ratio};
    struct prediction prediction;
    r = predict_plan(campaign->engine, plan, dtype, &settings, diag, &prediction);
    if (r == 0) {
        replay->predicted_s = prediction.timeline->end_s;
        replay->duty_ratio = prediction.duty_ratio;
        replay->costs_measured_ratio = prediction.measured_ratio;
        replay->backward = plan->backward;
        replay->slot = plan->slot;
        timeline_free(prediction.timeline);
    }
    plan_free(plan);
    return r;
}

static bool alike(const struct replay *a, const struct replay *b)
{
    return strcmp(a->shape, b->shape) == 0 && strcmp(a->launch, b->launch) == 0 &&
           a->factor_ratio == b->factor_ratio && a->backward == b->backward;
}

static void find_speedups(struct campaign *campaign, const char *baseline)
{
    for (size_t i = 0; i < campaign->count; i++) {
        struct replay *replay = &campaign->replays[i];
        replay->speedup_measured = replay->speedup_predicted = NAN;
        for (size_t b = 0; b < campaign->count; b++) {
            const struct replay *base = &campaign->replays[b];
            if (strcmp(base->schedule, baseline) == 0 && alike(base, replay)) {
                replay->speedup_measured = base->measured_s / replay->measured_s;
                replay->speedup_predicted = base->predicted_s / replay->predicted_s;
            }
        }
    }
}

/* Mean, 95th percentile and bias of the errors of one part of the campaign. */
static void print_part(const char *name, const struct campaign *campaign, int tuned, int backward)
{
    double *errors = mem_zeroed(campaign->count, sizeof *errors), bias = 0, speedup = 0;
    size_t count = 0, speedups = 0;
    for (size_t i = 0; i < campaign->count; i++) {
        const struct replay *replay = &campaign->replays[i];
        if ((tuned >= 0 && replay->tuned != tuned) ||
            (backward >= 0 && replay->backward != backward))
            continue;
        double error = replay->predicted_s / replay->measured_s - 1;
        bias += error;
        errors[count++] = fabs(error);
        double ratio = replay->speedup_predicted / replay->speedup_measured;
        if (isfinite(ratio) && ratio != 1) {
            speedup += fabs(ratio - 1);
            speedups++;
        }
    }
    if (count) {
        gsl_sort(errors, 1, count);
        printf("  %-24s %6zu %7.2f %7.2f %7.2f %7.2f  %7.2f\n", name, count,
               100 * gsl_stats_mean(errors, 1, count),
               100 * gsl_stats_quantile_from_sorted_data(errors, 1, count, 0.95),
               100 * errors[count - 1], 100 * bias / (double)count,
               speedups ? 100 * speedup / (double)speedups : 0);
    }
    free(errors);
}

/* Among the fixed slots of one schedule: how much slower is the slot that is predicted best than the one
 * that was measured best? */
static void print_slots(const struct campaign *campaign)
{
    size_t cases = 0, right = 0, near = 0;
    for (size_t i = 0; i < campaign->count; i++) {
        const struct replay *first = &campaign->replays[i], *fastest = first, *chosen = first;
        size_t slots = 0;
        bool is_first = first->slot > 0;
        for (size_t j = 0; j < campaign->count && is_first; j++) {
            const struct replay *other = &campaign->replays[j];
            if (!alike(first, other) || strcmp(first->schedule, other->schedule) != 0)
                continue;
            is_first = j >= i;
            slots++;
            fastest = other->measured_s < fastest->measured_s ? other : fastest;
            chosen = other->predicted_s < chosen->predicted_s ? other : chosen;
        }
        if (!is_first || slots < 2)
            continue;
        cases++;
        right += chosen == fastest;
        near += chosen->measured_s <= fastest->measured_s * 1.01;
    }
    if (cases)
        printf("# best slot: %zu choices among fixed slots, %.1f %% right, %.1f %% right or within 1 %%\n",
               cases, 100 * (double)right / (double)cases, 100 * (double)near / (double)cases);
}

static void print_by_schedule(const struct campaign *campaign)
{
    for (size_t i = 0; i < campaign->count; i++) {
        double error = 0, bias = 0;
        size_t count = 0;
        bool first = true;
        for (size_t j = 0; j < campaign->count && first; j++) {
            const struct replay *other = &campaign->replays[j];
            if (strcmp(other->schedule, campaign->replays[i].schedule) != 0)
                continue;
            first = j >= i;
            double e = other->predicted_s / other->measured_s - 1;
            error += fabs(e);
            bias += e;
            count++;
        }
        if (first)
            printf("  %-24s %6zu %7.2f %7s %7s %7.2f\n", campaign->replays[i].schedule, count,
                   100 * error / (double)count, "", "", 100 * bias / (double)count);
    }
}

static void print_report(const struct campaign *campaign, const struct compare_options *options,
                         const char *path)
{
    printf("# %s against its prediction from %s\n", path, options->costs[0]);
    if (options->contention)
        printf("# copies beside it cost compute %.1f %% of its speed, by %s\n",
               100 * campaign->copy_share_ratio, options->contention);
    printf("# errors of whole-pair time, of its speedup over %s in the last column\n",
           options->baseline);
    printf("# %-24s %6s %7s %7s %7s %7s  %7s\n# %-24s %6s %7s %7s %7s %7s  %7s\n", "plans", "count",
           "mean", "p95", "worst", "bias", "speedup", "", "", "(%)", "(%)", "(%)", "(%)", "(%)");
    print_part("all", campaign, -1, -1);
    if (options->tuned) {
        print_part("shapes used for tuning", campaign, 1, -1);
        print_part("held-out shapes", campaign, 0, -1);
    }
    print_part("forward", campaign, -1, 0);
    print_part("backward", campaign, -1, 1);
    print_slots(campaign);
    printf("# by schedule\n");
    print_by_schedule(campaign);
}

static void write_rows(const struct campaign *campaign, struct text *to)
{
    struct csv_out out = {.to = to};
    for (size_t i = 0; columns[i]; i++)
        csv_put_text(&out, columns[i]);
    csv_end_row(&out);
    for (size_t i = 0; i < campaign->count; i++) {
        const struct replay *replay = &campaign->replays[i];
        csv_put_text(&out, replay->plan);
        csv_put_text(&out, replay->schedule);
        csv_put_text(&out, replay->launch);
        csv_put_number(&out, replay->factor_ratio);
        csv_put_number(&out, replay->measured_s);
        csv_put_number(&out, replay->predicted_s);
        csv_put_number(&out, replay->predicted_s / replay->measured_s - 1);
        csv_put_number(&out, replay->duty_ratio);
        csv_put_number(&out, replay->costs_measured_ratio);
        csv_put_number(&out, replay->speedup_measured);
        csv_put_number(&out, replay->speedup_predicted);
        csv_put_count(&out, replay->tuned);
        csv_end_row(&out);
    }
}

static int load_all(struct campaign *campaign, const struct compare_options *options,
                    const char *path, struct diag *diag)
{
    size_t cost_files = 0;
    while (options->costs[cost_files])
        cost_files++;
    int r = csv_load(path, diag, &campaign->csv);
    if (r == 0)
        r = cost_table_load_all(options->costs, cost_files, diag, &campaign->costs);
    if (r == 0 && options->contention) {
        struct cost_table *beside;
        r = cost_table_load(options->contention, diag, &beside);
        if (r == 0) {
            campaign->copy_share_ratio = predict_copy_share(beside, campaign->costs);
            cost_table_free(beside);
        }
    }
    if (r == 0)
        r = gpu_load(options->gpu, diag, &campaign->gpu);
    if (r == 0)
        r = read_replays(campaign, options, diag);
    if (r == 0)
        r = predict_open(diag, &campaign->engine);
    for (size_t i = 0; i < campaign->count && r == 0; i++)
        r = predict_one(campaign, options, &campaign->replays[i], diag);
    return r;
}

static int compare_file(const char *path, const struct compare_options *options)
{
    struct diag diag = {0};
    struct campaign campaign = {0};
    int code = EXIT_FINE;
    if (load_all(&campaign, options, path, &diag) < 0) {
        code = input_error(&diag);
    } else {
        find_speedups(&campaign, options->baseline);
        print_report(&campaign, options, path);
        struct text rows = {0};
        if (options->output) {
            write_rows(&campaign, &rows);
            code = write_output(options->output, &rows);
        }
    }
    for (size_t i = 0; i < campaign.count; i++)
        free(campaign.replays[i].shape);
    free(campaign.replays);
    engine_close(campaign.engine);
    gpu_free(campaign.gpu);
    cost_table_free(campaign.costs);
    csv_free(campaign.csv);
    return code;
}

static int compare(const struct command *me, int argc, char *argv[])
{
    struct compare_options options = {
        .plans = "build-plans", .gpu = "h100-sxm", .baseline = "top2"};
    const struct option_row rows[] = {
        {"costs", "FILE.csv", "operators and copies measured in a run of their own; may be given many "
                              "times",
         NULL, NULL, &options.costs},
        {"contention", "FILE.csv", "the same operators as in the costs, measured beside both copy "
                                   "engines",
         NULL, &options.contention, NULL},
        {"plans", "FOLDER", "the plans that were replayed (default build-plans)", NULL, &options.plans,
         NULL},
        {"gpu", "NAME|FILE", "for operators that the costs lack (default h100-sxm)", NULL, &options.gpu,
         NULL},
        {"tuned", "SHAPES", "shapes that a modelling constant was tuned on, to report apart", NULL,
         &options.tuned, NULL},
        {"baseline", "NAME", "schedule that speedups refer to (default top2)", NULL, &options.baseline,
         NULL},
        {"output", "FILE.csv", "write every replay with its prediction", NULL, &options.output, NULL},
        {0}};
    const char **rest;
    size_t count;
    int code = read_options(me, rows, argc, argv, &rest, &count);
    if (code < 0 && count != 1)
        code = usage_error(me, "expected one FILE.csv of replays");
    else if (code < 0 && !options.costs)
        code = usage_error(me, "--costs is needed");
    else if (code < 0)
        code = compare_file(rest[0], &options);
    free(rest);
    free(options.costs);
    return code;
}

const struct command compare_command = {
    "compare", "--costs FILE.csv REPLAYS.csv", "hold predictions against plans replayed on a GPU",
    "Example:\n"
    "  traces/validation/make-plans build/scmoesim build-plans\n"
    "  scmoesim compare --costs traces/h100-sxm/validation.csv \\\n"
    "      --costs traces/h100-sxm/validation-training.csv \\\n"
    "      --costs traces/h100-sxm/copies.csv traces/validation/h100-sxm.csv\n",
    compare};
