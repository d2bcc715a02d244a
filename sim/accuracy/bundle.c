/* Reads tables of replays: a row for each operator, as in traces/validation, or one for each pair.
 */
#include <math.h>
#include <string.h>
#include "sim/accuracy/replays_private.h"

#define TIME_MAX_S 1e6
#define FACTOR_MAX 1e6

struct bundle {
    const struct csv *csv;
    struct diag *diag;
    size_t plan, schedule, launch, factor, pair;
    size_t instrumented; /* CSV_NO_COLUMN where no series has events */
    size_t operator_name, kind, pass, queue, start, end; /* likewise in tables of pairs alone */
    size_t gpus, rank;               /* CSV_NO_COLUMN in tables of one GPU's replays */
    size_t turns;                    /* CSV_NO_COLUMN where each plan was played alone */
    size_t rounds, fastest, slowest; /* CSV_NO_COLUMN in tables of single rounds */
};

struct column {
    const char *name;
    size_t *to;
};

static int need_columns(const struct bundle *at, const struct column *needed, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (csv_need_column(at->csv, needed[i].name, at->diag, needed[i].to) < 0)
            return -1;
    return 0;
}

static int find_columns(struct bundle *at)
{
    const struct column of_pairs[] = {{"plan", &at->plan},
                                      {"schedule", &at->schedule},
                                      {"launch", &at->launch},
                                      {"factor_ratio", &at->factor},
                                      {"pair_time_s", &at->pair}};
    const struct column of_operators[] = {{"kind", &at->kind},
                                          {"pass", &at->pass},
                                          {"queue", &at->queue},
                                          {"start_s", &at->start},
                                          {"end_s", &at->end}};
    at->operator_name = csv_column(at->csv, "operator");
    if (need_columns(at, of_pairs, sizeof of_pairs / sizeof *of_pairs) < 0 ||
        (at->operator_name != CSV_NO_COLUMN &&
         need_columns(at, of_operators, sizeof of_operators / sizeof *of_operators) < 0))
        return -1;
    at->instrumented = csv_column(at->csv, "instrumented_pair_time_s");
    at->gpus = csv_column(at->csv, "gpus");
    at->rank = csv_column(at->csv, "rank");
    at->turns = csv_column(at->csv, "turns");
    at->rounds = csv_column(at->csv, "rounds");
    if (at->rounds == CSV_NO_COLUMN)
        return 0;
    int r = csv_need_column(at->csv, "fastest_round_s", at->diag, &at->fastest);
    return r < 0 ? r : csv_need_column(at->csv, "slowest_round_s", at->diag, &at->slowest);
}

/* "" where the table has no such column. */
static const char *cell_or_empty(const struct bundle *at, size_t row, size_t column)
{
    return column == CSV_NO_COLUMN ? "" : csv_cell(at->csv, row, column);
}

/* A count in a column that may be missing, or empty in the row. */
static int count_or(const struct bundle *at, size_t row, size_t column, size_t otherwise,
                    size_t max, size_t *ret)
{
    double count = (double)otherwise;
    if (*cell_or_empty(at, row, column) &&
        csv_number(at->csv, row, column, 0, (double)max, at->diag, &count) < 0)
        return -1;
    *ret = (size_t)count;
    return 0;
}

static int word_at(const struct bundle *at, size_t row, size_t column, const char *const *words,
                   size_t *ret)
{
    const char *cell = csv_cell(at->csv, row, column);
    *ret = word_position(words, cell);
    if (words[*ret])
        return 0;
    struct text message = {0};
    text_add(&message, "%s: expected ", at->csv->columns[column]);
    text_add_list(&message, words, " or ");
    text_add(&message, ", got ");
    text_add_quoted(&message, cell, TEXT_CLIP);
    int r = csv_error(at->csv, row, at->diag, "%s", text_get(&message));
    text_done(&message);
    return r;
}

static int read_operator(const struct bundle *at, size_t row, struct told *ret)
{
    size_t kind, pass;
    struct told told = {.name = csv_cell(at->csv, row, at->operator_name),
                        .queue = csv_cell(at->csv, row, at->queue)};
    if (!*told.name)
        return csv_error(at->csv, row, at->diag, "operator: expected a name, got an empty cell");
    if (word_at(at, row, at->kind, operator_kind_names, &kind) < 0 ||
        word_at(at, row, at->pass, operator_pass_names, &pass) < 0 ||
        count_or(at, row, at->rank, 0, GPUS_MAX, &told.rank) < 0 ||
        csv_number(at->csv, row, at->start, 0, TIME_MAX_S, at->diag, &told.start_s) < 0 ||
        csv_number(at->csv, row, at->end, told.start_s, TIME_MAX_S, at->diag, &told.end_s) < 0)
        return -1;
    told.kind = (enum operator_kind)kind;
    told.pass = (enum operator_pass)pass;
    *ret = told;
    return 0;
}

/* The rows of one replay stand together, rank by rank. The next begins with another plan, launch or
 * factor, or with an operator of the first rank that this one has already. A row without an
 * operator is a replay by itself. */
static bool goes_on(const struct bundle *at, size_t row, const struct replay *replay, double factor)
{
    const char *name = cell_or_empty(at, row, at->operator_name);
    const char *rank = cell_or_empty(at, row, at->rank);
    bool first_rank = !*rank || strcmp(rank, "0") == 0;
    if (!*name || !replay_has_operators(replay))
        return false;
    if (factor != replay->factor_ratio || strcmp(csv_cell(at->csv, row, at->plan), replay->plan) ||
        strcmp(csv_cell(at->csv, row, at->launch), launch_names[replay->launch]))
        return false;
    return !first_rank ||
           plan_operator_named(replay->operators, name) == replay->operators->operator_count;
}

static int read_rounds(const struct bundle *at, size_t row, struct replay *replay)
{
    double count, fastest_s, slowest_s;
    if (!*cell_or_empty(at, row, at->rounds))
        return 0;
    if (csv_number(at->csv, row, at->rounds, 1, ROUNDS_MAX, at->diag, &count) < 0 ||
        csv_number(at->csv, row, at->fastest, 0, TIME_MAX_S, at->diag, &fastest_s) < 0 ||
        csv_number(at->csv, row, at->slowest, fastest_s, TIME_MAX_S, at->diag, &slowest_s) < 0)
        return -1;
    replay_set_rounds(replay, (size_t)count, fastest_s, slowest_s);
    return 0;
}

static bool tells_pair_alone(const struct bundle *at, size_t row)
{
    const size_t columns[] = {at->operator_name, at->kind, at->pass, at->queue, at->start, at->end};
    if (at->operator_name == CSV_NO_COLUMN)
        return true;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        if (*csv_cell(at->csv, row, columns[i]))
            return false;
    return true;
}

static int add_operator(const struct bundle *at, size_t row, struct replay *replay)
{
    struct told told;
    if (tells_pair_alone(at, row))
        return 0;
    if (read_operator(at, row, &told) < 0)
        return -1;
    if (replay_add_operator(replay, &told))
        return 0;
    return csv_error(
        at->csv, row, at->diag,
        "expected the same operators of every rank, rank by rank; got \"%s\" of rank %zu",
        told.name, told.rank);
}

static int check_whole(const struct bundle *at, size_t first_row, const struct replay *replay)
{
    if (replay_is_whole(replay))
        return 0;
    return csv_error(
        at->csv, first_row, at->diag,
        "%s: expected all operators of %zu ranks, got %zu ranks, or fewer operators of one",
        replay->plan, replay->gpus, replay->timeline->ranks);
}

static int read_replay(const struct bundle *at, size_t *row, struct replay *ret)
{
    const struct csv *csv = at->csv;
    double factor, pair_s, instrumented_s = NAN;
    size_t launch, gpus, turns, first_row = *row;
    if (word_at(at, *row, at->launch, launch_names, &launch) < 0 ||
        csv_number(csv, *row, at->factor, 0, FACTOR_MAX, at->diag, &factor) < 0 ||
        csv_number(csv, *row, at->pair, 1e-9, TIME_MAX_S, at->diag, &pair_s) < 0 ||
        (*cell_or_empty(at, *row, at->instrumented) &&
         csv_number(csv, *row, at->instrumented, 1e-9, TIME_MAX_S, at->diag, &instrumented_s) <
             0) ||
        count_or(at, *row, at->gpus, 1, GPUS_MAX, &gpus) < 0 ||
        count_or(at, *row, at->turns, 1, TURNS_MAX, &turns) < 0)
        return -1;
    struct replay replay =
        replay_of(csv_cell(csv, *row, at->plan), csv_cell(csv, *row, at->schedule),
                  (enum launch)launch, factor);
    replay_add_run(&replay, pair_s);
    replay.instrumented_s = instrumented_s;
    replay.gpus = gpus > 1 ? gpus : 1;
    replay.turns = turns > 1 ? turns : 1;
    int r = read_rounds(at, *row, &replay);
    do {
        r = r < 0 ? r : add_operator(at, *row, &replay);
        ++*row;
        if (r == 0 && *row < csv->row_count)
            r = csv_number(csv, *row, at->factor, 0, FACTOR_MAX, at->diag, &factor);
    } while (r == 0 && *row < csv->row_count && goes_on(at, *row, &replay, factor));
    if (r == 0)
        r = check_whole(at, first_row, &replay);
    if (r < 0)
        replay_done(&replay);
    else
        *ret = replay;
    return r;
}

int replays_read(const struct csv *csv, struct diag *diag, struct replay_set *set)
{
    struct bundle at = {.csv = csv, .diag = diag};
    int r = find_columns(&at);
    for (size_t row = 0; r == 0 && row < csv->row_count;) {
        struct replay replay;
        r = read_replay(&at, &row, &replay);
        if (r == 0)
            replays_add(set, &replay);
    }
    return r;
}

int replays_read_csv(const char *path, struct diag *diag, struct replay_set *set)
{
    struct csv *csv = NULL;
    int r = csv_load(path, diag, &csv);
    if (r == 0)
        r = replays_read(csv, diag, set);
    csv_free(csv);
    return r;
}
