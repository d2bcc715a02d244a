/* scmoesim alltoall: one All-to-All with nothing beside it, size by size. */
#include <stdlib.h>
#include <string.h>
#include "sim/base/csv.h"
#include "sim/base/mem.h"
#include "sim/cmd/study_options.h"
#include "sim/engine/simgrid.h"
#include "sim/study/alltoall_alone.h"

struct words {
    const char *bytes, *ep, *experts, *top_k, *fold, *network, *output;
    struct study_options study; /* of these: a2a and sets */
};

struct point {
    double bytes;
    struct alltoall_outcome outcome;
};

struct points {
    struct point *points;
    size_t count;
};

static int read_sizes(const struct command *me, const char *list, struct points *ret)
{
    int code = -1;
    const char **words = words_split(list, &ret->count);
    ret->points = mem_zeroed(ret->count, sizeof *ret->points);
    for (size_t i = 0; i < ret->count && code < 0; i++) {
        double *bytes = &ret->points[i].bytes;
        if (quantity_parse(words[i], UNIT_BYTES, bytes) < 0 || *bytes <= 0)
            code = usage_error(me, "--bytes: expected sizes like 64MiB, got \"%s\"", words[i]);
    }
    free(words);
    return code;
}

static int read_request(const struct command *me, struct words *words, struct alltoall_request *ret)
{
    int code = read_network_options(me, words->fold, words->network, &ret->fold, &ret->network);
    if (code >= 0)
        return code;
    const char **sets = words->study.sets;
    for (size_t i = 0; sets && sets[i]; i++)
        if (strncmp(sets[i], "/topology/", 10) != 0 || !strchr(sets[i], '='))
            return usage_error(me, "--set: expected /topology/POINTER=VALUE, got \"%s\"", sets[i]);
    code = read_count_option(me, "ep", words->ep, &ret->ep);
    if (code < 0)
        code = read_count_option(me, "experts", words->experts, &ret->experts);
    if (code < 0)
        code = read_count_option(me, "top-k", words->top_k, &ret->top_k);
    if (code < 0 && !ret->experts != !ret->top_k)
        code = usage_error(me, "--experts and --top-k go together");
    return code >= 0 ? code : study_options_sets(me, &words->study, &ret->sets, &ret->set_count);
}

static double busbw_bytes_per_s(const struct alltoall_alone *alone, const struct point *point)
{
    size_t group = alltoall_alone_group(alone);
    return point->bytes / point->outcome.time_s * (double)(group - 1) / (double)group;
}

static void write_text(const struct alltoall_alone *alone, const char *topology,
                       const struct points *points, struct text *to)
{
    size_t ranks = alltoall_alone_ranks(alone),
           simulated = points->points[0].outcome.simulated_ranks;
    enum network_kind network = points->points[0].outcome.network;
    text_add(to, "# " PROGRAM "    " SCMOESIM_VERSION ", network %s", network_names[network]);
    if (network == NETWORK_SIMGRID)
        text_add(to, " %s, %s", engine_simgrid_version(), engine_network_settings);
    text_add(to, "\n");
    text_add(to, "# topology    %s\n# run         %zu GPUs in groups of %zu", topology, ranks,
             alltoall_alone_group(alone));
    if (simulated < ranks)
        text_add(to, "; folded: %zu stand%s for all", simulated, simulated == 1 ? "s" : "");
    if (points->points[0].outcome.why_whole)
        text_add(to, "\n#             not folded: %s", points->points[0].outcome.why_whole);
    text_add(to,
             "\n# bytes       that a rank sends, its own share included; algbw is bytes / time,\n"
             "#             busbw leaves the own share out\n#\n");
    text_add(to, "# %10s %10s %10s %10s %11s  %s\n", "bytes", "time", "algbw", "busbw",
             "time/bound", "algorithm");
    text_add(to, "# %10s %10s %10s %10s %11s\n", "(MiB)", "(us)", "(GB/s)", "(GB/s)", "(x)");
    for (size_t i = 0; i < points->count; i++) {
        const struct point *point = &points->points[i];
        const struct alltoall_outcome *outcome = &point->outcome;
        text_add(to, "  %10.4g %10.1f %10.2f %10.2f %11.3f  %s\n", point->bytes / 0x1p20,
                 1e6 * outcome->time_s, 1e-9 * point->bytes / outcome->time_s,
                 1e-9 * busbw_bytes_per_s(alone, point), outcome->time_s / outcome->bound_s,
                 outcome->algorithm);
    }
}

static void write_csv(const struct alltoall_alone *alone, const char *topology,
                      const struct points *points, struct text *to)
{
    struct csv_out out = {.to = to};
    text_add(to, "topology,ranks,ep,a2a_algorithm,bytes_per_rank,time_s,algbw_bytes_per_s,"
                 "busbw_bytes_per_s,a2a_bound_ratio,simulated_ranks\n");
    for (size_t i = 0; i < points->count; i++) {
        const struct point *point = &points->points[i];
        csv_put_text(&out, topology);
        csv_put_count(&out, alltoall_alone_ranks(alone));
        csv_put_count(&out, alltoall_alone_group(alone));
        csv_put_text(&out, point->outcome.algorithm);
        csv_put_number(&out, point->bytes);
        csv_put_number(&out, point->outcome.time_s);
        csv_put_number(&out, point->bytes / point->outcome.time_s);
        csv_put_number(&out, busbw_bytes_per_s(alone, point));
        csv_put_number(&out, point->outcome.time_s / point->outcome.bound_s);
        csv_put_count(&out, point->outcome.simulated_ranks);
        csv_end_row(&out);
    }
}

static int play(const struct alltoall_request *request, const char *output, struct points *points)
{
    struct diag diag = {0};
    struct text text = {0};
    struct alltoall_alone *alone = NULL;
    int r = alltoall_alone_open(request, &diag, &alone);
    if (r == 0 && alltoall_alone_group(alone) == 1)
        r = diag_say(&diag, "a group of one GPU exchanges nothing");
    for (size_t i = 0; i < points->count && r == 0; i++)
        r = alltoall_alone_play(alone, points->points[i].bytes, &diag, &points->points[i].outcome);
    int code;
    if (r < 0) {
        code = input_error(&diag);
    } else {
        (output ? write_csv : write_text)(alone, request->topology, points, &text);
        code = write_output(output ? output : "-", &text);
    }
    alltoall_alone_close(alone);
    return code;
}

static int alltoall(const struct command *me, int argc, char *argv[])
{
    struct words words = {
        .bytes = "1MiB,4MiB,16MiB,64MiB,256MiB,1GiB", .fold = "auto", .network = "auto"};
    struct alltoall_request request = {.topology = "8xh100-nvlink"};
    const struct option_row rows[] = {
        {"topology", "NAME|FILE|SHORTHAND", "cluster (default 8xh100-nvlink)",
         .word = &request.topology},
        {"bytes", "LIST",
         "what a rank sends in all, sizes with commas between (default 1MiB to 1GiB)",
         .word = &words.bytes},
        {"ep", "N", "GPUs in a group that exchanges (default: all)", .word = &words.ep},
        {"a2a", "NAME", "algorithm instead of the topology's, or 'auto' for the fastest",
         .word = &words.study.a2a},
        {"experts", "N",
         "experts that tokens choose from, for algorithms that send a token once to a node; with "
         "--top-k",
         .word = &words.experts},
        {"top-k", "N", "how many each chooses; default: every copy is sent apart",
         .word = &words.top_k},
        {"set", "/POINTER=VALUE", "change the topology: /topology/...; may be given many times",
         .words = &words.study.sets},
        NETWORK_OPTION(words.network),
        FOLD_OPTION(words.fold),
        {"output", "FILE", "write CSV instead of a table; '-' is standard output",
         .word = &words.output},
        {0}};
    struct points points = {0};
    const char *const *rest;
    size_t count;
    int code = read_options(me, rows, argc, argv, &rest, &count);
    if (code < 0 && count)
        code = usage_error(me, "unexpected argument \"%s\"", rest[0]);
    if (code < 0)
        code = read_request(me, &words, &request);
    if (code < 0)
        code = read_sizes(me, words.bytes, &points);
    if (code < 0)
        code = play(&request, words.output, &points);
    study_options_done(&words.study);
    free(points.points);
    return code;
}

const struct command alltoall_command = {
    "alltoall", "[OPTIONS]", "predict one All-to-All alone, size by size",
    "Examples:\n"
    "  scmoesim alltoall --topology 4x8xh100-ib --bytes 64MiB\n"
    "  scmoesim alltoall --topology nodes=512,gpu=h100-sxm,nic=8x400G -o -\n",
    alltoall};
