/* Reads the tables in traces/validation: replays with a row for each operator. */
#include <stdlib.h>
#include <string.h>
#include "sim/accuracy/replays_private.h"
#include "sim/base/csv.h"
#include "sim/base/mem.h"

#define TIME_MAX_S 1e6
#define FACTOR_MAX 1e6

struct bundle {
    const struct csv *csv;
    struct diag *diag;
    size_t plan, schedule, launch, factor, pair, instrumented, operator_name, kind, pass, queue;
    size_t start, end;
    size_t rank; /* CSV_NO_COLUMN in tables that hold one rank of each plan */
    size_t rounds, fastest, slowest; /* CSV_NO_COLUMN in tables of single rounds */
};

static int find_columns(struct bundle *at)
{
    const struct {
        const char *name;
        size_t *to;
    } needed[] = {{"plan", &at->plan},
                  {"schedule", &at->schedule},
                  {"launch", &at->launch},
                  {"factor_ratio", &at->factor},
                  {"pair_time_s", &at->pair},
                  {"instrumented_pair_time_s", &at->instrumented},
                  {"operator", &at->operator_name},
                  {"kind", &at->kind},
                  {"pass", &at->pass},
                  {"queue", &at->queue},
                  {"start_s", &at->start},
                  {"end_s", &at->end}};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (csv_need_column(at->csv, needed[i].name, at->diag, needed[i].to) < 0)
            return -1;
    at->rank = csv_column(at->csv, "rank");
    at->rounds = csv_column(at->csv, "rounds");
    if (at->rounds == CSV_NO_COLUMN)
        return 0;
    int r = csv_need_column(at->csv, "fastest_round_s", at->diag, &at->fastest);
    return r < 0 ? r : csv_need_column(at->csv, "slowest_round_s", at->diag, &at->slowest);
}

/* Of several ranks' rows those of the first are read: plans give all ranks the same. */
static bool is_first_rank(const struct bundle *at, size_t row)
{
    const char *rank = at->rank == CSV_NO_COLUMN ? "" : csv_cell(at->csv, row, at->rank);
    return rank[0] == '\0' || strcmp(rank, "0") == 0;
}

static int word_at(const struct bundle *at, size_t row, size_t column, const char *const *words,
                   size_t *ret)
{
    const char *cell = csv_cell(at->csv, row, column);
    for (size_t i = 0; words[i]; i++)
        if (strcmp(words[i], cell) == 0) {
            *ret = i;
            return 0;
        }
    struct text message = {0};
    char *place = mem_format("line %zu", at->csv->lines[row]);
    text_add(&message, "%s: expected ", at->csv->columns[column]);
    text_add_list(&message, words, " or ");
    text_add(&message, ", got ");
    text_add_quoted(&message, cell, TEXT_CLIP);
    int r = diag_at(at->diag, at->csv->file, place, "%s", text_get(&message));
    text_done(&message);
    free(place);
    return r;
}

static int read_operator(const struct bundle *at, size_t row, struct told *ret)
{
    size_t kind, pass;
    struct told told = {.name = csv_cell(at->csv, row, at->operator_name),
                        .queue = csv_cell(at->csv, row, at->queue)};
    if (word_at(at, row, at->kind, operator_kind_names, &kind) < 0 ||
        word_at(at, row, at->pass, operator_pass_names, &pass) < 0 ||
        csv_number(at->csv, row, at->start, 0, TIME_MAX_S, at->diag, &told.start_s) < 0 ||
        csv_number(at->csv, row, at->end, told.start_s, TIME_MAX_S, at->diag, &told.end_s) < 0)
        return -1;
    told.kind = (enum operator_kind)kind;
    told.pass = (enum operator_pass)pass;
    *ret = told;
    return 0;
}

/* The rows of one replay stand together; the next begins with another plan, launch or factor, or
 * with an operator that this one has already. */
static bool goes_on(const struct bundle *at, size_t row, const struct replay *replay, double factor)
{
    const char *name = csv_cell(at->csv, row, at->operator_name);
    if (factor != replay->factor_ratio || strcmp(csv_cell(at->csv, row, at->plan), replay->plan) ||
        strcmp(csv_cell(at->csv, row, at->launch), launch_names[replay->launch]))
        return false;
    for (size_t o = 0; o < replay->operators->operator_count; o++)
        if (strcmp(replay->operators->operators[o].name, name) == 0)
            return false;
    return true;
}

static int read_rounds(const struct bundle *at, size_t row, struct replay *replay)
{
    double count, fastest_s, slowest_s;
    if (at->rounds == CSV_NO_COLUMN || !*csv_cell(at->csv, row, at->rounds))
        return 0;
    if (csv_number(at->csv, row, at->rounds, 1, ROUNDS_MAX, at->diag, &count) < 0 ||
        csv_number(at->csv, row, at->fastest, 0, TIME_MAX_S, at->diag, &fastest_s) < 0 ||
        csv_number(at->csv, row, at->slowest, fastest_s, TIME_MAX_S, at->diag, &slowest_s) < 0)
        return -1;
    replay_set_rounds(replay, (size_t)count, fastest_s, slowest_s);
    return 0;
}

static int read_replay(const struct bundle *at, size_t *row, struct replay *ret)
{
    const struct csv *csv = at->csv;
    double factor, pair_s, instrumented_s;
    size_t launch;
    struct told told;
    if (word_at(at, *row, at->launch, launch_names, &launch) < 0 ||
        csv_number(csv, *row, at->factor, 0, FACTOR_MAX, at->diag, &factor) < 0 ||
        csv_number(csv, *row, at->pair, 1e-9, TIME_MAX_S, at->diag, &pair_s) < 0 ||
        csv_number(csv, *row, at->instrumented, 1e-9, TIME_MAX_S, at->diag, &instrumented_s) < 0)
        return -1;
    struct replay replay =
        replay_of(csv_cell(csv, *row, at->plan), csv_cell(csv, *row, at->schedule),
                  (enum launch)launch, factor);
    replay_add_run(&replay, pair_s);
    replay.instrumented_s = instrumented_s;
    int r = read_rounds(at, *row, &replay);
    do {
        r = r < 0 ? r : read_operator(at, *row, &told);
        if (r == 0)
            replay_add_operator(&replay, &told);
        do
            ++*row;
        while (*row < csv->row_count && !is_first_rank(at, *row));
        if (r == 0 && *row < csv->row_count)
            r = csv_number(csv, *row, at->factor, 0, FACTOR_MAX, at->diag, &factor);
    } while (r == 0 && *row < csv->row_count && goes_on(at, *row, &replay, factor));
    if (r < 0)
        replay_done(&replay);
    else
        *ret = replay;
    return r;
}

static int read_all(const struct csv *csv, struct diag *diag, struct replay_set *set)
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
        r = read_all(csv, diag, set);
    csv_free(csv);
    return r;
}

int replays_parse_csv(const char *name, const char *text, size_t length, struct diag *diag,
                      struct replay_set *set)
{
    struct csv *csv = NULL;
    int r = csv_parse(name, text, length, diag, &csv);
    if (r == 0)
        r = read_all(csv, diag, set);
    csv_free(csv);
    return r;
}
