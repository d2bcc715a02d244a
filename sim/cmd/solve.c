/* scmoesim solve: which value of an input gives the wanted result. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/json.h"
#include "sim/base/mem.h"
#include "sim/cmd/study_options.h"
#include "sim/solve/solve.h"

struct question {
    const char *target, *minimize, *maximize, *between;
    char *column;
};

static int read_between(const struct command *me, const struct question *question,
                        struct solve_order *order)
{
    const char *dots = strstr(question->between, "..");
    char *from = mem_format("%.*s", dots ? (int)(dots - question->between) : 0, question->between);
    bool fine = dots && axis_number(order->pointer, from, &order->from) &&
                axis_number(order->pointer, dots + 2, &order->to) && order->from < order->to;
    free(from);
    return fine ? -1
                : usage_error(me, "--between: expected FROM..TO with FROM < TO, got \"%s\"",
                              question->between);
}

static int read_goal(const struct command *me, struct question *question, struct solve_order *order)
{
    int goals =
        (question->target != NULL) + (question->minimize != NULL) + (question->maximize != NULL);
    if (goals != 1)
        return usage_error(me, "expected one of --target, --minimize and --maximize");
    order->goal = question->target     ? SOLVE_TARGET
                  : question->minimize ? SOLVE_MINIMUM
                                       : SOLVE_MAXIMUM;
    order->column = question->minimize ? question->minimize : question->maximize;
    if (!question->target)
        return -1;
    const char *equals = strchr(question->target, '=');
    if (!equals || !axis_number("", equals + 1, &order->target))
        return usage_error(me, "--target: expected COLUMN=NUMBER, got \"%s\"", question->target);
    order->column = question->column =
        mem_format("%.*s", (int)(equals - question->target), question->target);
    return -1;
}

static int read_question(const struct command *me, struct question *question,
                         struct solve_order *order)
{
    if (!order->pointer || !question->between)
        return usage_error(me, "--find and --between are needed");
    if (order->base.schedule_count != 1 || strcmp(order->base.schedules[0], "all") == 0)
        return usage_error(me, "expected one schedule, got %zu", order->base.schedule_count);
    int code = read_goal(me, question, order);
    return code < 0 ? read_between(me, question, order) : code;
}

/* A value of the input with the unit that its name spells, and in full. */
static void print_input(const struct solve_order *order, double value, struct text *to)
{
    char whole[NUMBER_MAX], short_form[QUANTITY_MAX];
    const char *name = strrchr(order->pointer, '/');
    double per_s;
    enum unit unit = strstr(name, "_bytes_per_s")  ? UNIT_BYTES_PER_S
                     : strstr(name, "_flop_per_s") ? UNIT_FLOP_PER_S
                     : strstr(name, "_bytes")      ? UNIT_BYTES
                                                   : UNIT_S;
    text_add(to, "%s", number_print(whole, value));
    if (json_set_number(order->pointer, "1s", &per_s) ||
        json_set_number(order->pointer, "1B", &per_s) ||
        json_set_number(order->pointer, "1B/s", &per_s) ||
        json_set_number(order->pointer, "1FLOP/s", &per_s))
        text_add(to, " (%s)", quantity_print(short_form, unit, value, 4));
}

static void print_point(const struct solve_order *order, const struct solve_point *point,
                        struct text *to)
{
    text_add(to, "%s %.6g at ", order->column, point->value);
    print_input(order, point->at, to);
}

static void print_miss(const struct solve_order *order, const struct solution *solution,
                       struct text *to)
{
    bool below = solution->most.value < order->target;
    const struct solve_point *nearest = below ? &solution->most : &solution->least;
    double off = nearest->value - order->target;
    text_add(to, "no %s in the range gives %s %.6g\nrange gives    ", order->pointer, order->column,
             order->target);
    print_point(order, &solution->least, to);
    text_add(to, "\n          to   ");
    print_point(order, &solution->most, to);
    text_add(to, "\nmisses by      %.4g (%.3g %% of the target)\n", fabs(off),
             order->target != 0 ? 100 * fabs(off / order->target) : INFINITY);
}

static void print_found(const struct solve_order *order, const struct solution *solution,
                        struct text *to)
{
    text_add(to, "%s = ", order->pointer);
    print_input(order, solution->answer.at, to);
    text_add(to, "\n%s = %.6g, %s over %s\n", order->column, solution->answer.value,
             order->base.schedules[0], order->base.baseline);
    if (order->whole && order->goal == SOLVE_TARGET) {
        text_add(to, "not reached by ");
        print_point(order, &solution->neighbour, to);
        text_add(to, "\n");
    }
    if (solution->crossings > 1)
        text_add(to, "the lowest of %zu crossings that a look over the range saw\n",
                 solution->crossings);
    if (solution->at_end)
        text_add(to, "at an end of the range: beyond it there may be better\n");
}

static int answer(const struct solve_order *order)
{
    struct diag diag = {0};
    struct solution solution;
    struct text text = {0};
    if (solve(order, &diag, &solution) < 0)
        return input_error(&diag);
    (solution.found ? print_found : print_miss)(order, &solution, &text);
    if (solution.failed)
        text_add(&text, "%zu of %zu values could not be played: %s\n", solution.failed,
                 solution.failed + solution.played, solution.failure);
    free(solution.failure);
    int code = write_output("-", &text);
    return code == EXIT_FINE && !solution.found ? EXIT_MISSED : code;
}

static int solve_command_run(const struct command *me, int argc, char *argv[])
{
    struct study_options options;
    struct question question = {0};
    struct solve_order order = {0};
    const struct option_row own[] = {
        {"find", "/POINTER", "the input to choose: what --vary of 'sweep' takes",
         .word = &order.pointer},
        {"between", "FROM..TO", "where to look for it, e.g. 10Gb/s..400Gb/s",
         .word = &question.between},
        {"target", "COLUMN=NUMBER", "the wanted result, e.g. speedup_ratio=1.3",
         .word = &question.target},
        {"minimize", "COLUMN", "or the least of a result, e.g. end_to_end_time_s",
         .word = &question.minimize},
        {"maximize", "COLUMN", "or the most", .word = &question.maximize},
        {"whole", NULL, "only whole numbers", .flag = &order.whole},
        {0}};
    study_options_init(&options);
    options.schedule = "scmoe-pos2";
    int code = study_options_read(me, &options, own, argc, argv, &order.base);
    if (code < 0)
        code = read_question(me, &question, &order);
    if (code < 0)
        code = answer(&order);
    free(question.column);
    study_options_done(&options);
    return code;
}

const struct command solve_command = {
    "solve", "[OPTIONS] --find /POINTER --between A..B",
    "find the input that gives a wanted result",
    "Columns are those of 'scmoesim run -o out.csv'; the schedule is scmoe-pos2\n"
    "unless --schedule names another one. Exit status 1: no answer in the range.\n\n"
    "Examples:\n"
    "  scmoesim solve --find /topology/link_types/socket/bandwidth_bytes_per_s \\\n"
    "      --target speedup_ratio=1.5 --between 5GB/s..500GB/s\n"
    "  scmoesim solve --find /model/tokens_per_gpu --maximize overlap_ratio \\\n"
    "      --between 512..64Ki --topology 8xa800-nvlink --model gpt2-moe-medium\n",
    solve_command_run};
