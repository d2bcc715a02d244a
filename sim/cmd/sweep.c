/* scmoesim sweep: many what-ifs. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "sim/base/mem.h"
#include "sim/cmd/study_options.h"
#include "sim/sweep/play_points.h"

/* ---- Options ---- */

/* What varies: a file or --vary, with options over both. */
struct sweep_options {
    struct study_options study;
    struct study_request request; /* words are the options' */
    const char **varies;          /* --vary */
    bool zip;
    const char *samples;
};

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
    struct study_request base;
    study_options_request(&base);
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
    if (code < 0)
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
    size_t count = words_count(options->varies), read = 0;
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

/* The sweep that the options describe. Returns -1 to go on, else the exit code. */
static int build_sweep(const struct command *me, const struct sweep_options *options,
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

/* ---- Progress ---- */

#define BAR_WIDTH 30
#define BAR_EVERY_S 0.1
#define LINE_EVERY_S 10.0

/* How far it has come: a bar on a terminal, now and then a line elsewhere. */
struct progress {
    bool terminal, quiet;
    double began_s, shown_s; /* by the machine's clock */
};

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void progress_begin(struct progress *progress, bool quiet)
{
    *progress = (struct progress){.terminal = isatty(STDERR_FILENO) == 1, .quiet = quiet};
    progress->began_s = progress->shown_s = now_s();
}

static void print_figures(const struct progress *progress, const struct sweep_progress *at,
                          double time_s)
{
    char rate[QUANTITY_MAX];
    double per_s = (double)at->played / (time_s - progress->began_s);
    fprintf(stderr, "%zu of %zu points, %s points/s", at->done, at->points,
            quantity_print(rate, UNIT_COUNT, per_s, 3));
    if (at->failures)
        fprintf(stderr, ", %zu failed", at->failures);
    if (at->done < at->points && per_s > 0) {
        unsigned long left_s = (unsigned long)((double)(at->points - at->done) / per_s);
        fprintf(stderr, ", %lu:%02lu:%02lu left", left_s / 3600, left_s / 60 % 60, left_s % 60);
    }
}

static void progress_report(void *context, const struct sweep_progress *at)
{
    struct progress *progress = context;
    double time_s = now_s();
    bool last = at->done == at->points;
    if (progress->quiet ||
        time_s - progress->shown_s < (progress->terminal ? BAR_EVERY_S : LINE_EVERY_S))
        if (!last || !progress->terminal || progress->quiet)
            return;
    progress->shown_s = time_s;
    if (progress->terminal) {
        size_t filled = at->points ? BAR_WIDTH * at->done / at->points : BAR_WIDTH;
        fprintf(stderr, "\r[");
        for (size_t i = 0; i < BAR_WIDTH; i++)
            fputc(i < filled ? '#' : '.', stderr);
        fprintf(stderr, "] ");
    } else {
        fprintf(stderr, PROGRAM " sweep: ");
    }
    print_figures(progress, at, time_s);
    fprintf(stderr, progress->terminal ? "\033[K" : "\n");
    fflush(stderr);
}

static void progress_end(struct progress *progress)
{
    if (progress->terminal && !progress->quiet && progress->shown_s > progress->began_s)
        fputc('\n', stderr);
}

/* ---- Playing ---- */

static volatile sig_atomic_t stop;

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    stop = 1;
}

/* Ends cleanly on what ends a job; a full quota is an error of write(), not a signal. */
static void set_signals(void)
{
    struct sigaction action = {.sa_handler = on_interrupt};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGXFSZ, SIG_IGN);
}

/* "3/8", from 0 or from 1: 8/8 is 0/8. More would be an array of another size. */
static int read_shard(const struct command *me, const char *text, struct sweep_order *order)
{
    char shard[10], shards[10];
    int length = 0;
    order->shards = 1;
    if (!text)
        return -1;
    if (sscanf(text, "%9[0-9]/%9[0-9]%n", shard, shards, &length) != 2 || text[length] ||
        (order->shards = strtoul(shards, NULL, 10)) == 0 ||
        strtoul(shard, NULL, 10) > order->shards)
        return usage_error(me, "--shard: expected I/N with N >= 1 and I <= N, got \"%s\"", text);
    order->shard = strtoul(shard, NULL, 10) % order->shards;
    return -1;
}

/* Whether its words and pointers mean something, as before it is played. */
static int try_points(const struct sweep *sweep)
{
    struct diag diag = {0};
    struct library *library = library_new();
    int r = sweep_try(sweep, library, &diag);
    library_free(library);
    return r < 0 ? input_error(&diag) : EXIT_FINE;
}

static int list_points(const struct sweep *sweep)
{
    struct text text = {0};
    int code = try_points(sweep);
    if (code != EXIT_FINE)
        return code;
    struct csv_out out = {.to = &text};
    csv_put_text(&out, "point");
    for (size_t a = 0; a < sweep->axis_count; a++)
        csv_put_text(&out, sweep->axes[a].pointer);
    csv_end_row(&out);
    for (size_t p = 0; p < sweep->point_count; p++) {
        csv_put_count(&out, p);
        for (size_t a = 0; a < sweep->axis_count; a++)
            csv_put_text(&out, sweep_value(sweep, p, a)->text);
        csv_end_row(&out);
    }
    fprintf(stderr, PROGRAM " sweep: %zu points\n", sweep->point_count);
    return write_output("-", &text);
}

static int tell(const struct sweep_order *order, const struct sweep_progress *at)
{
    bool file = strcmp(order->output, "-") != 0;
    const char *where = file ? order->output : "standard output";
    if (at->failures)
        fprintf(stderr, PROGRAM " sweep: %zu of %zu points failed; column \"error\" says why\n",
                at->failures, at->done);
    if (at->done < at->points) {
        fprintf(stderr, PROGRAM " sweep: interrupted: %s has %zu of %zu points%s\n", where,
                at->done, at->points, file ? "; --resume goes on" : "");
        return EXIT_INTERRUPTED;
    }
    return at->failures ? EXIT_PARTLY : EXIT_FINE;
}

static int play(const struct sweep_order *given, bool quiet)
{
    struct diag diag = {0};
    struct progress progress;
    struct sweep_progress reached = {0};
    struct sweep_order order = *given;
    progress_begin(&progress, quiet);
    order.stop = &stop;
    order.report = progress_report;
    order.context = &progress;
    set_signals();
    int r = sweep_play(&order, &diag, &reached);
    progress_end(&progress);
    if (r == 0)
        return tell(&order, &reached);
    if (reached.done && strcmp(order.output, "-") != 0)
        diag_say(&diag, "%s keeps %zu of %zu points; --resume goes on", order.output, reached.done,
                 reached.points);
    return input_error(&diag);
}

static int sweep_or_list(const struct command *me, const struct sweep_options *options, bool dry,
                         bool quiet, struct sweep_order *order)
{
    struct sweep sweep;
    int code = build_sweep(me, options, &sweep);
    if (code >= 0)
        return code;
    order->sweep = &sweep;
    code = dry ? list_points(&sweep) : play(order, quiet);
    sweep_done(&sweep);
    return code;
}

static int sweep(const struct command *me, int argc, char *argv[])
{
    struct sweep_options options = {0};
    struct sweep_order order = {.output = "-"};
    bool dry = false, quiet = false;
    const char *jobs = NULL, *shard = NULL;
    const struct option_row own[] = {
        {"vary", "/POINTER=VALUES",
         "a,b,c or FROM..TO:COUNT, with \"log\" or \"whole\" behind it; many times: every "
         "combination",
         .words = &options.varies},
        {"zip", NULL, "first values together, second values together, ...", .flag = &options.zip},
        {"samples", "N", "N points spread over the ranges (a Latin hypercube) instead",
         .word = &options.samples},
        {"output", "FILE", "CSV to write, row by row; '-' is standard output, at the end (default)",
         .word = &order.output},
        {"jobs", "N", "processes (default: one a processor); results are the same for any N",
         .word = &jobs},
        {"resume", NULL, "go on with FILE: what it has is not played again", .flag = &order.resume},
        {"shard", "I/N", "play the I-th of N parts, for job arrays; 'scmoesim merge' joins them",
         .word = &shard},
        {"dry-run", NULL, "check, list and count the points", .flag = &dry},
        {"quiet", NULL, "no progress on standard error", .flag = &quiet},
        {0}};
    study_options_init(&options.study);
    options.study.takes_file = true;
    options.study.seed_help = "of the draws, and of the samples (default 1)";
    int code = study_options_read(me, &options.study, own, argc, argv, &options.request);
    if (code < 0)
        code = read_jobs_option(me, jobs, &order.processes);
    if (code < 0)
        code = read_shard(me, shard, &order);
    if (code < 0 && order.resume && strcmp(order.output, "-") == 0)
        code = usage_error(me, "--resume needs -o FILE");
    if (code < 0)
        code = sweep_or_list(me, &options, dry, quiet, &order);
    free(options.varies);
    study_options_done(&options.study);
    return code;
}

const struct command sweep_command = {
    "sweep", "[OPTIONS] SPEC.json | --vary /POINTER=VALUES...",
    "predict many points: inputs that vary over lists and ranges",
    "Examples:\n"
    "  scmoesim sweep --schedule top2,scmoe-pos2 -o out.csv \\\n"
    "      --vary /topology/link_types/pcie/bandwidth_bytes_per_s=4GB/s..64GB/s:20log\n"
    "  scmoesim sweep --vary '/topology=8xa30-pcie;nodes=2,gpu=h100-sxm,nic=8x400G' \\\n"
    "      --vary /tokens=1Ki,4Ki,16Ki -o out.csv -j 4\n"
    "  scmoesim sweep my-sweep.json -o out.csv --resume\n"
    "  scmoesim sweep my-sweep.json --dry-run\n",
    sweep};
