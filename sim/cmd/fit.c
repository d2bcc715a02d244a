/* scmoesim fit: constants of the synthetic costs from measured times. */
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"
#include "sim/cmd/command.h"
#include "sim/cmd/fit_report.h"
#include "sim/study/replayer.h"
#include "sim/plot/figure.h"

struct fit_options {
    struct fit_choice choice;
    const char *gpu, *from_word, *residuals, *plot, *output;
};

static int check_options(const struct command *me, struct fit_options *options)
{
    const char *list = options->choice.hold_out, *output = options->output;
    if (output && !text_ends_with(output, ".json"))
        return usage_error(me, "--output: expected a name ending in .json, got \"%s\"", output);
    if (options->plot && !figure_is_name(options->plot))
        return usage_error(me, "--plot: expected a name ending in .svg, .png or .pdf, got \"%s\"",
                           options->plot);
    if (list && (strspn(list, "0123456789,") != strlen(list) || !*list || strstr(list, ",,") ||
                 *list == ',' || list[strlen(list) - 1] == ','))
        return usage_error(me, "--hold-out: expected widths separated by commas, got \"%s\"", list);
    if (options->from_word &&
        (quantity_parse(options->from_word, UNIT_BYTES, &options->choice.from_bytes) < 0 ||
         options->choice.from_bytes < 0))
        return usage_error(me, "--from-bytes: expected a size like 16MiB, got \"%s\"",
                           options->from_word);
    return -1;
}

static int draw(const char *path, const struct fit_report *report)
{
    struct diag diag = {0};
    struct figure_request request = {
        .csv = "residuals", .table = &report->residuals, .output = path, .kind = "residuals"};
    return figure_draw(&request, &diag) < 0 ? input_error(&diag) : EXIT_FINE;
}

static int write_files(struct fit_report *report, const struct fit_options *options)
{
    int code = EXIT_FINE;
    if (options->plot)
        code = draw(options->plot, report);
    if (code == EXIT_FINE && options->residuals)
        code = write_output(options->residuals, &report->residuals);
    if (code == EXIT_FINE && options->output) {
        struct text json = {0};
        fit_report_write_gpu(report->gpu, &json);
        code = write_output(options->output, &json);
    }
    return code;
}

static int fit_files(const struct fit_options *options)
{
    const struct fit_choice *choice = &options->choice;
    struct diag diag = {0};
    struct cost_table *table = NULL;
    struct fit_report report = {0};
    int code;
    struct cost_file *files = mem_zeroed(choice->path_count, sizeof *files);
    for (size_t i = 0; i < choice->path_count; i++)
        files[i].name = choice->paths[i];
    if (cost_table_load(files, choice->path_count, &diag, &table) < 0 ||
        gpu_for_costs(options->gpu, table, choice->paths[0], &diag, &report.gpu) < 0 ||
        fit_report_make(&report, table, choice, &diag) < 0) {
        code = input_error(&diag);
    } else {
        fit_report_print(&report);
        code = write_files(&report, options);
    }
    free(files);
    cost_table_free(table);
    fit_report_done(&report);
    return code;
}

static int fit(const struct command *me, int argc, char *argv[])
{
    struct fit_options options = {.choice.protocol = "hot"};
    const struct option_row rows[] = {
        {"gpu", "NAME|FILE",
         "whose peak rates efficiencies refer to (default: the card that the files name)",
         .word = &options.gpu},
        {"protocol", "NAME", "which rows: hot (default), paced or mixed",
         .word = &options.choice.protocol},
        {"hold-out", "WIDTHS", "keep rows of these hidden sizes out, and report their error apart",
         .word = &options.choice.hold_out},
        {"from-bytes", "SIZE", "keep smaller copies and All-to-Alls out likewise",
         .word = &options.from_word},
        {"residuals", "FILE.csv", "write every row with its prediction and error",
         .word = &options.residuals},
        {"plot", "FILE.svg",
         "draw the errors of every kind over measured time; .png or .pdf as well",
         .word = &options.plot},
        {"output", "FILE.json", "write the \"fits\" member for a GPU file",
         .word = &options.output},
        {0}};
    int code =
        read_options(me, rows, argc, argv, &options.choice.paths, &options.choice.path_count);
    if (code >= 0)
        return code;
    if (options.choice.path_count == 0)
        return usage_error(me, "expected a FILE.csv of measured times");
    code = check_options(me, &options);
    return code < 0 ? fit_files(&options) : code;
}

const struct command fit_command = {
    "fit", "FILE.csv...", "fit the constants of synthetic costs to measured times",
    "Example:\n"
    "  scmoesim fit traces/h100-sxm/sweep.csv --hold-out 1536,3072,5120 \\\n"
    "      --plot fit.svg\n",
    fit};
