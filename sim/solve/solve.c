#include "sim/solve/solve.h"

#include <errno.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_min.h>
#include <gsl/gsl_roots.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "sim/base/mem.h"
#include "sim/report/columns.h"

#define LOOKS 33
#define WHOLE_LOOKS 129 /* often only multiples of something can be played */
/* Of the input: finer than any data sheet, coarser than the noise of SimGrid's clock. */
#define ROOT_PRECISION 1e-7
#define BEST_PRECISION 1e-4 /* near its extremum a result hardly changes */
#define STEPS_MAX 200
#define WIDE 10.0
#define NOISE_RATIO                                                                                \
    1e-9 /* results closer than this are equal, so that rounding picks no extremum */

struct solver {
    const struct solve_order *order;
    const struct result_column *column;
    struct library *library;
    struct diag *diag;
    bool logarithmic;
    bool broken; /* an evaluation inside a GSL method failed */
    struct solution found;
    struct solve_point looks[WHOLE_LOOKS];
    size_t look_count;
};

/* What the process that plays one value sends. */
struct answer {
    int fine;
    double value;
    char message[1000];
};

static double to_scale(const struct solver *solver, double value)
{
    return solver->logarithmic ? log(value) : value;
}

static double from_scale(const struct solver *solver, double scaled)
{
    double value = solver->logarithmic ? exp(scaled) : scaled;
    return fmin(fmax(range_round(value), solver->order->from), solver->order->to);
}

static void play(const struct solver *solver, double at, struct answer *ret)
{
    struct diag diag = {0};
    char number[NUMBER_MAX], *text = number_print(number, at);
    struct axis_draft draft = {
        .pointer = (char *)(size_t)solver->order->pointer, .texts = &text, .count = 1};
    struct sampling_request grid = {.sampling = SAMPLING_GRID};
    struct sweep sweep = {.base = solver->order->base};
    struct study *study = NULL;
    struct study_request request;
    struct request_words words;
    int r = sweep_set_axes(&sweep, &draft, 1, &grid, &diag);
    if (r == 0) {
        sweep_request(&sweep, 0, &request, &words);
        request.library = solver->library;
        r = study_load(&request, &diag, &study);
    }
    if (r == 0 && study_run(study, &diag) == 0) {
        size_t count;
        ret->value = result_number(study_results(study, &count), solver->column);
        ret->fine = isfinite(ret->value);
        snprintf(ret->message, sizeof ret->message, "%s has no value", solver->column->name);
    } else {
        char *messages = diag_joined(&diag);
        snprintf(ret->message, sizeof ret->message, "%s", messages);
        free(messages);
    }
}

static int play_apart(const struct solver *solver, double at, struct answer *ret)
{
    int ends[2], status;
    if (pipe(ends) < 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        struct answer answer = {0};
        play(solver, at, &answer);
        _exit(write(ends[1], &answer, sizeof answer) == sizeof answer ? EXIT_SUCCESS
                                                                      : EXIT_FAILURE);
    }
    close(ends[1]);
    ssize_t got = pid < 0 ? -1 : read(ends[0], ret, sizeof *ret);
    close(ends[0]);
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return got == (ssize_t)sizeof *ret ? 0 : -1;
}

static void fail(struct solver *solver, double at, const char *message)
{
    char number[NUMBER_MAX];
    if (solver->found.failed++ == 0)
        solver->found.failure =
            mem_format("%s=%s: %s", solver->order->pointer, number_print(number, at), message);
}

/* The result at a value of the input; false where it cannot be played. */
static bool evaluate(struct solver *solver, double at, double *ret)
{
    struct answer answer;
    if (solver->order->whole)
        at = round(at);
    if (play_apart(solver, at, &answer) < 0) {
        fail(solver, at, "the process that played it ended early");
        return false;
    }
    if (!answer.fine) {
        fail(solver, at, answer.message);
        return false;
    }
    struct solution *found = &solver->found;
    double noise = NOISE_RATIO * fabs(answer.value);
    if (found->played == 0 || answer.value < found->least.value - noise)
        found->least = (struct solve_point){at, answer.value};
    if (found->played == 0 || answer.value > found->most.value + noise)
        found->most = (struct solve_point){at, answer.value};
    found->played++;
    *ret = answer.value;
    return true;
}

/* Values in the range, ends included; whole numbers once each. */
static void look_over(struct solver *solver)
{
    const struct solve_order *order = solver->order;
    double first = to_scale(solver, order->from), last = to_scale(solver, order->to), before = NAN;
    size_t looks = order->whole ? WHOLE_LOOKS : LOOKS;
    for (size_t i = 0; i < looks; i++) {
        double share = (double)i / (double)(looks - 1);
        double at = from_scale(solver, first + (last - first) * share), value;
        if (order->whole)
            at = round(at);
        if (at == before)
            continue;
        before = at;
        if (evaluate(solver, at, &value))
            solver->looks[solver->look_count++] = (struct solve_point){at, value};
    }
}

/* What GSL brings to zero, or to its least. */
static double objective(double scaled, void *context)
{
    struct solver *solver = context;
    double value;
    if (solver->broken || !evaluate(solver, from_scale(solver, scaled), &value)) {
        solver->broken = true;
        return 0;
    }
    switch (solver->order->goal) {
    case SOLVE_TARGET:
        return value - solver->order->target;
    case SOLVE_MINIMUM:
        return value;
    default:
        return -value;
    }
}

static void take_answer(struct solver *solver, double at)
{
    double value;
    if (!evaluate(solver, at, &value)) {
        solver->broken = true;
        return;
    }
    solver->found.found = true;
    solver->found.answer = (struct solve_point){solver->order->whole ? round(at) : at, value};
}

static bool close_enough(const struct solver *solver, double low, double high)
{
    return from_scale(solver, high) - from_scale(solver, low) <=
           ROOT_PRECISION * fabs(from_scale(solver, high));
}

static void narrow_root(struct solver *solver, double low, double high)
{
    gsl_function function = {objective, solver};
    gsl_root_fsolver *method = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    low = to_scale(solver, low);
    high = to_scale(solver, high);
    int status = gsl_root_fsolver_set(method, &function, low, high);
    for (size_t i = 0; i < STEPS_MAX && status == GSL_SUCCESS && !solver->broken; i++) {
        low = gsl_root_fsolver_x_lower(method);
        high = gsl_root_fsolver_x_upper(method);
        if (close_enough(solver, low, high))
            break;
        status = gsl_root_fsolver_iterate(method);
    }
    double root = from_scale(solver, gsl_root_fsolver_root(method));
    gsl_root_fsolver_free(method);
    if (!solver->broken)
        take_answer(solver, root);
}

/* Whole numbers are halved until neighbours are left; the answer is the one on the far side. */
static void narrow_whole(struct solver *solver, struct solve_point low, struct solve_point high)
{
    double target = solver->order->target, value;
    while (high.at - low.at > 1) {
        double middle = floor((low.at + high.at) / 2);
        if (!evaluate(solver, middle, &value))
            break; /* then the next one that can be played is the answer */
        struct solve_point *side = (value < target) == (low.value < target) ? &low : &high;
        *side = (struct solve_point){middle, value};
    }
    bool low_reaches = low.value >= target;
    solver->found.found = true;
    solver->found.neighbour = low_reaches ? high : low;
    solver->found.answer = low_reaches ? low : high;
}

static void find_target(struct solver *solver)
{
    double target = solver->order->target;
    const struct solve_point *looks = solver->looks, *low = NULL;
    for (size_t i = 0; i < solver->look_count; i++) {
        bool hit = looks[i].value == target;
        bool crossed = i > 0 && (looks[i - 1].value < target) != (looks[i].value < target);
        if (hit && !solver->found.found) {
            solver->found.found = true;
            solver->found.answer = looks[i];
        }
        if (crossed && !solver->found.crossings++)
            low = &looks[i - 1];
    }
    if (solver->found.found || !low)
        return;
    if (solver->order->whole)
        narrow_whole(solver, low[0], low[1]);
    else
        narrow_root(solver, low[0].at, low[1].at);
}

static void narrow_best(struct solver *solver, size_t best)
{
    const struct solve_point *looks = solver->looks;
    gsl_function function = {objective, solver};
    gsl_min_fminimizer *method = gsl_min_fminimizer_alloc(gsl_min_fminimizer_brent);
    double sign = solver->order->goal == SOLVE_MINIMUM ? 1 : -1;
    int status = gsl_min_fminimizer_set_with_values(
        method, &function, to_scale(solver, looks[best].at), sign * looks[best].value,
        to_scale(solver, looks[best - 1].at), sign * looks[best - 1].value,
        to_scale(solver, looks[best + 1].at), sign * looks[best + 1].value);
    for (size_t i = 0; i < STEPS_MAX && status == GSL_SUCCESS && !solver->broken; i++) {
        double low = gsl_min_fminimizer_x_lower(method), high = gsl_min_fminimizer_x_upper(method);
        if (gsl_min_test_interval(low, high, BEST_PRECISION, BEST_PRECISION) != GSL_CONTINUE)
            break;
        status = gsl_min_fminimizer_iterate(method);
    }
    gsl_min_fminimizer_free(method);
}

static void find_best(struct solver *solver)
{
    bool least = solver->order->goal == SOLVE_MINIMUM;
    size_t best = 0, last = solver->look_count - 1;
    for (size_t i = 1; i <= last; i++)
        if (least ? solver->looks[i].value < solver->looks[best].value
                  : solver->looks[i].value > solver->looks[best].value)
            best = i;
    if (best > 0 && best < last && !solver->order->whole)
        narrow_best(solver, best);
    solver->found.found = true;
    solver->found.answer = least ? solver->found.least : solver->found.most;
    solver->found.at_end = solver->found.answer.at == solver->looks[0].at ||
                           solver->found.answer.at == solver->looks[last].at;
}

static int find_column(struct solver *solver)
{
    const struct result_column *column = result_column_table;
    while (column->name && strcmp(column->name, solver->order->column) != 0)
        column++;
    solver->column = column;
    if (column->name && (column->cell == CELL_NUMBER || column->cell == CELL_COUNT))
        return 0;
    struct text message = {0};
    text_add(&message, "no column of numbers named ");
    text_add_quoted(&message, solver->order->column, TEXT_CLIP);
    text_add_suggestion(&message, solver->order->column, result_columns);
    int r = diag_say(solver->diag, "%s", text_get(&message));
    text_done(&message);
    return r;
}

int solve(const struct solve_order *order, struct diag *diag, struct solution *ret)
{
    struct solver solver = {.order = order, .diag = diag};
    int r = find_column(&solver);
    if (r < 0)
        return r;
    solver.library = library_new();
    solver.logarithmic = !order->whole && order->from > 0 && order->to / order->from >= WIDE;
    look_over(&solver);
    if (solver.look_count == 0)
        r = diag_say(diag, "%s", solver.found.failure);
    else if (order->goal == SOLVE_TARGET)
        find_target(&solver);
    else
        find_best(&solver);
    if (solver.broken)
        r = diag_say(diag, "no answer: %s", solver.found.failure);
    library_free(solver.library);
    if (r < 0)
        free(solver.found.failure);
    else
        *ret = solver.found;
    return r;
}
