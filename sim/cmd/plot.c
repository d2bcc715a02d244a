/* scmoesim plot: figures of result tables. */
#include <stdlib.h>
#include "sim/cmd/command.h"
#include "sim/plot/figure.h"

#define MILLIMETRES_MAX 1000.0

static int check_output(const struct command *me, const char *output)
{
    if (!output)
        return usage_error(me, "--output is needed: a name ending in .svg, .png or .pdf");
    if (figure_is_name(output))
        return -1;
    return usage_error(me, "--output: expected a name ending in .svg, .png or .pdf, got \"%s\"",
                       output);
}

/* A word of a list, or a usage error that shows the list. */
static int check_word(const struct command *me, const char *option, const char *word,
                      const char *const *words)
{
    struct text message = {0};
    if (!word || words[word_position(words, word)])
        return -1;
    text_add(&message, "--%s: expected ", option);
    text_add_list(&message, words, " or ");
    text_add(&message, ", got \"%s\"", word);
    int code = usage_error(me, "%s", text_get(&message));
    text_done(&message);
    return code;
}

static int check_figure(const struct command *me, const char *word)
{
    const char *names[16] = {NULL};
    for (size_t i = 0; standard_figures[i].name; i++)
        names[i] = standard_figures[i].name;
    return check_word(me, "figure", word, names);
}

static int read_millimetres(const struct command *me, const char *option, const char *text,
                            double *ret)
{
    double value;
    if (!text)
        return -1;
    if (quantity_parse(text, UNIT_COUNT, &value) < 0 || value < 30 || value > MILLIMETRES_MAX)
        return usage_error(me, "--%s: expected 30 to 1000 mm, got \"%s\"", option, text);
    *ret = value;
    return -1;
}

static int plot(const struct command *me, int argc, char *argv[])
{
    struct figure_request request = {0};
    const char *width = NULL, *height = NULL, *const * files;
    size_t count;
    const struct option_row rows[] = {
        {"output", "FILE", "FILE.svg, FILE.png or FILE.pdf", .word = &request.output},
        {"figure", "NAME",
         "a standard figure: speedup-bandwidth, overlap-ranks, speedup-heatmap, breakdown, "
         "predicted-measured or fit-residuals",
         .word = &request.figure},
        {"kind", "KIND", "line, bar, heatmap, breakdown, accuracy or residuals",
         .word = &request.kind},
        {"x", "COLUMN", "along the horizontal axis", .word = &request.x},
        {"y", "COLUMN", "along the vertical axis", .word = &request.y},
        {"z", "COLUMN", "the colour of a heat map", .word = &request.z},
        {"series", "COLUMN", "a line or colour for each of its values (default schedule)",
         .word = &request.series},
        {"facet", "COLUMN", "a panel for each of its values", .word = &request.facet},
        {"where", "COLUMN=VALUE", "only rows with this value; may be given many times",
         .words = &request.wheres},
        {"bits", NULL, "rates in bits per second", .flag = &request.bits},
        {"title", "TEXT", "above the figure (default none)", .word = &request.title},
        {"width", "MM", "of the figure (default 85, a column of a paper)", .word = &width},
        {"height", "MM", "of a panel", .word = &height},
        {0}};
    int code = read_options(me, rows, argc, argv, &files, &count);
    if (code < 0 && count != 1)
        code = usage_error(me, "expected one CSV file, got %zu", count);
    if (code < 0)
        code = check_output(me, request.output);
    if (code < 0)
        code = check_figure(me, request.figure);
    if (code < 0)
        code = check_word(me, "kind", request.kind, figure_kinds);
    if (code < 0)
        code = read_millimetres(me, "width", width, &request.width_mm);
    if (code < 0)
        code = read_millimetres(me, "height", height, &request.height_mm);
    if (code < 0) {
        struct diag diag = {0};
        request.csv = files[0];
        code = figure_draw(&request, &diag) < 0 ? input_error(&diag) : EXIT_FINE;
    }
    free(request.wheres);
    return code;
}

const struct command plot_command = {
    "plot", "FILE.csv -o FIGURE [OPTIONS]", "draw a figure of results, with gnuplot",
    "Without options the figure follows from the columns: lines over an input that\n"
    "varies, a heat map over two, a breakdown of times where none does.\n\n"
    "Examples:\n"
    "  scmoesim run -o run.csv && scmoesim plot run.csv -o breakdown.svg\n"
    "  scmoesim plot out.csv -o fig.pdf --figure speedup-bandwidth --bits\n"
    "  scmoesim plot out.csv -o fig.png --x ranks --y overlap_ratio \\\n"
    "      --where schedule=scmoe-pos2\n",
    plot};
