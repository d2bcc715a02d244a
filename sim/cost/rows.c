#include "sim/cost/rows.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/base/text.h"

/* ---- What may stand in a cell ---- */

/* Measured, but no operators of a model: copies belong to links and offloading. */
static const char *const other_kinds[] = {
    "copy_h2d",
    "copy_d2h",
    "copy_bidirectional",
    "copy_d2d",
    "launch",
    "event",
    "all_to_all",
    "launch_beside_copies",
    "exchange_beside_compute",
    "launch_in_graph",
    "exchange_in_graph",
    "launch_in_graph_beside_copies",
    "all_to_all_beside_compute",
};
#define OTHER_KIND_COUNT (sizeof(other_kinds) / sizeof(other_kinds[0]))

static const char *const protocol_names[] = {"hot", "paced", "mixed", NULL};
_Static_assert(sizeof(protocol_names) / sizeof(char *) == PROTOCOL_COUNT + 1,
               "one name for each protocol");

/* A column that holds a number of the key. Counts are whole. */
struct number_column {
    const char *name;
    enum key key;
    double min, max;
    bool whole;
};

#define COUNT_COLUMN(column, part)                                                                 \
    {                                                                                              \
        .name = column, .key = part, .max = 1e12, .whole = true                                    \
    }
static const struct number_column number_columns[] = {
    {.name = "duty_ratio", .key = KEY_DUTY, .max = 1},
    {.name = "tokens", .key = KEY_TOKENS, .max = 1e15},
    COUNT_COLUMN("hidden", KEY_HIDDEN),
    COUNT_COLUMN("ffn_hidden", KEY_FFN_HIDDEN),
    COUNT_COLUMN("heads", KEY_HEADS),
    COUNT_COLUMN("kv_heads", KEY_KV_HEADS),
    COUNT_COLUMN("head_dim", KEY_HEAD_DIM),
    COUNT_COLUMN("span_tokens", KEY_SPAN_TOKENS),
    {.name = "causal", .key = KEY_CAUSAL, .max = 1, .whole = true},
    {.name = "gated", .key = KEY_GATED, .max = 1, .whole = true},
    COUNT_COLUMN("experts", KEY_EXPERTS),
    COUNT_COLUMN("top_k", KEY_TOP_K),
    {.name = "capacity_factor", .key = KEY_CAPACITY_FACTOR, .min = 1, .max = 1e6},
    COUNT_COLUMN("vocabulary", KEY_VOCABULARY),
    {.name = "own_cache", .key = KEY_OWN_CACHE, .max = 1, .whole = true},
    COUNT_COLUMN("q_rank", KEY_Q_RANK),
    COUNT_COLUMN("kv_rank", KEY_KV_RANK),
    COUNT_COLUMN("rope_dim", KEY_ROPE_DIM),
    COUNT_COLUMN("state_dim", KEY_STATE_DIM),
    COUNT_COLUMN("groups", KEY_GROUPS),
    COUNT_COLUMN("latent_hidden", KEY_LATENT_HIDDEN),
    {.name = "bytes", .key = KEY_BYTES, .max = 1e18},
    COUNT_COLUMN("ranks", KEY_RANKS),
    COUNT_COLUMN("sm_count", KEY_SM_COUNT),
};
#define NUMBER_COLUMN_COUNT (sizeof(number_columns) / sizeof(number_columns[0]))

/* An operator's time beyond this is a mistake of unit. */
#define TIME_MAX_S 1e6

static const char *const known_columns[] = {
    "operator",        "ranks",       "kind",          "pass",       "dtype",    "protocol",
    "duty_ratio",      "tokens",      "hidden",        "ffn_hidden", "heads",    "kv_heads",
    "head_dim",        "span_tokens", "causal",        "gated",      "experts",  "top_k",
    "capacity_factor", "vocabulary",  "own_cache",     "q_rank",     "kv_rank",  "rope_dim",
    "state_dim",       "groups",      "latent_hidden", "bytes",      "sm_count", "time_s",
    "time_p10_s",      "time_p90_s",  "samples",       NULL,
};

/* ---- One row ---- */

/* Where the cells of a file lie; CSV_NO_COLUMN where it has no such column. */
struct layout {
    const struct csv *csv;
    struct diag *diag;
    const char **kinds; /* operators, then other_kinds; NULL-terminated */
    size_t operator_name, kind, pass, dtype, protocol, time_s, time_p10_s, time_p90_s, samples;
    size_t numbers[NUMBER_COLUMN_COUNT];
};

static bool is_empty(const struct layout *at, size_t row, size_t column)
{
    return column == CSV_NO_COLUMN || *csv_cell(at->csv, row, column) == '\0';
}

/* "FILE: line 3: COLUMN: text", as csv_number complains. */
static int complain(const struct layout *at, size_t row, size_t column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static int complain(const struct layout *at, size_t row, size_t column, const char *format, ...)
{
    char *place = mem_format("line %zu", at->csv->lines[row]), *text = NULL;
    va_list arguments;
    int r;

    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        text = NULL;
    va_end(arguments);
    r = diag_at(at->diag, at->csv->file, place, "%s: %s", at->csv->columns[column],
                text ? text : "");
    free(text);
    free(place);
    return r;
}

static int unknown_word(const struct layout *at, size_t row, size_t column, const char *cell,
                        const char *const *words)
{
    enum { FEW = 8 };
    struct text message = {0};
    size_t count = 0;
    int r;

    while (words[count])
        count++;
    if (count <= FEW) {
        text_add(&message, "expected ");
        text_add_list(&message, words, " or ");
        text_add(&message, ", got ");
    } else {
        text_add(&message, "unknown %s ", at->csv->columns[column]);
    }
    text_add_quoted(&message, cell, TEXT_CLIP);
    text_add_suggestion(&message, cell, words);
    r = complain(at, row, column, "%s", text_get(&message));
    text_done(&message);
    return r;
}

/* The position of the cell's word, or `absent` where there is none. */
static int read_word(const struct layout *at, size_t row, size_t column, const char *const *words,
                     double absent, double *ret)
{
    const char *cell;

    if (is_empty(at, row, column)) {
        *ret = absent;
        return 0;
    }
    cell = csv_cell(at->csv, row, column);
    for (size_t i = 0; words[i]; i++) {
        if (strcmp(words[i], cell) == 0) {
            *ret = (double)i;
            return 0;
        }
    }
    return unknown_word(at, row, column, cell, words);
}

static int read_kind(const struct layout *at, size_t row, double *ret)
{
    int r = read_word(at, row, at->kind, at->kinds, KEY_ANY, ret);

    if (r < 0)
        return r;
    if (*ret < 0)
        return complain(at, row, at->kind, "expected an operator kind, got an empty cell");
    if (*ret < OPERATOR_KIND_COUNT && operator_communicates((enum operator_kind) * ret) &&
        is_empty(at, row, at->operator_name))
        return complain(
            at, row, at->kind,
            "\"%s\" is timed by the topology; a cost file may time one that it names in "
            "column operator, or all of them by bytes as all_to_all",
            csv_cell(at->csv, row, at->kind));
    if (*ret >= OPERATOR_KIND_COUNT && !is_empty(at, row, at->operator_name))
        return complain(at, row, at->kind,
                        "expected an operator's kind beside its name, got \"%s\"",
                        csv_cell(at->csv, row, at->kind));
    return 0;
}

static int read_number(const struct layout *at, size_t row, size_t column,
                       const struct number_column *is, double *ret)
{
    double value;
    int r;

    if (is_empty(at, row, column))
        return 0;
    r = csv_number(at->csv, row, column, is->min, is->max, at->diag, &value);
    if (r < 0)
        return r;
    if (is->whole && value != floor(value))
        return complain(at, row, column, "expected a whole number, got \"%s\"",
                        csv_cell(at->csv, row, column));
    *ret = value;
    return 0;
}

/* time_s must be there; the spread is checked where given, and not used. */
static int read_time(const struct layout *at, size_t row, double *ret)
{
    static const struct number_column spread = {.name = "spread", .max = TIME_MAX_S};
    static const struct number_column samples = {.name = "samples", .max = 1e12, .whole = true};
    double unused;
    int r = csv_number(at->csv, row, at->time_s, 0, TIME_MAX_S, at->diag, ret);

    r |= read_number(at, row, at->time_p10_s, &spread, &unused);
    r |= read_number(at, row, at->time_p90_s, &spread, &unused);
    r |= read_number(at, row, at->samples, &samples, &unused);
    return r;
}

/* An operator's row may tell more than its kind uses (a probe may print one shape in every row):
 * what the kind does not use does not set rows apart. */
static void drop_unused(double key[KEY_COUNT])
{
    struct operator_shape all = {0}, used;
    double uses[KEY_COUNT];

    if (key[KEY_KIND] >= OPERATOR_KIND_COUNT || key[KEY_KIND] == OPERATOR_EXPERT_FETCH)
        return;
    for (size_t i = 0; i < SHAPE_FIELD_COUNT; i++)
        shape_set_field(&all, i, 1);
    used = operator_used_shape((enum operator_kind)key[KEY_KIND], &all);
    cost_key_shape(&used, uses);
    for (size_t i = KEY_UNCOMMON; i <= KEY_SHAPE_LAST; i++)
        if (key[i] == KEY_ANY && key[KEY_HIDDEN] != KEY_ANY)
            key[i] = 0;
    for (size_t i = KEY_HIDDEN; i <= KEY_SHAPE_LAST; i++)
        if (uses[i] == 0)
            key[i] = KEY_ANY;
    key[KEY_BYTES] = KEY_ANY;
}

/* A named operator's time holds for the one size that it has: nothing else tells rows apart. */
static void take_name(const struct layout *at, size_t row, struct cost_row *to)
{
    if (is_empty(at, row, at->operator_name))
        return;
    to->operator_name = mem_copy_string(csv_cell(at->csv, row, at->operator_name));
    for (size_t i = KEY_DTYPE; i < KEY_COUNT; i++)
        if (i != KEY_SM_COUNT && i != KEY_PROTOCOL)
            to->key[i] = KEY_ANY;
}

static int read_row(const struct layout *at, size_t row, struct cost_row *to)
{
    int r;

    for (size_t i = 0; i < KEY_COUNT; i++)
        to->key[i] = KEY_ANY;
    to->key[KEY_SM_COUNT] = 0;
    to->line = at->csv->lines[row];
    r = read_kind(at, row, &to->key[KEY_KIND]);
    r |= read_word(at, row, at->pass, operator_pass_names, PASS_FORWARD, &to->key[KEY_PASS]);
    r |= read_word(at, row, at->dtype, dtype_names, KEY_ANY, &to->key[KEY_DTYPE]);
    r |= read_word(at, row, at->protocol, protocol_names, PROTOCOL_HOT, &to->key[KEY_PROTOCOL]);
    for (size_t i = 0; i < NUMBER_COLUMN_COUNT; i++)
        r |= read_number(at, row, at->numbers[i], &number_columns[i],
                         &to->key[number_columns[i].key]);
    r |= read_time(at, row, &to->time_s);
    if (r < 0)
        return r;
    drop_unused(to->key);
    take_name(at, row, to);
    return 0;
}

/* ---- All rows ---- */

void cost_key_shape(const struct operator_shape *shape, double key[KEY_COUNT])
{
    key[KEY_HIDDEN] = (double)shape->hidden;
    key[KEY_FFN_HIDDEN] = (double)shape->ffn_hidden;
    key[KEY_HEADS] = (double)shape->heads;
    key[KEY_KV_HEADS] = (double)shape->kv_heads;
    key[KEY_HEAD_DIM] = (double)shape->head_dim;
    key[KEY_SPAN_TOKENS] = (double)shape->span_tokens;
    key[KEY_CAUSAL] = shape->causal;
    key[KEY_GATED] = shape->gated;
    key[KEY_EXPERTS] = (double)shape->experts;
    key[KEY_TOP_K] = (double)shape->top_k;
    key[KEY_CAPACITY_FACTOR] = shape->capacity_factor;
    key[KEY_VOCABULARY] = (double)shape->vocabulary;
    key[KEY_OWN_CACHE] = shape->own_cache;
    key[KEY_Q_RANK] = (double)shape->q_rank;
    key[KEY_KV_RANK] = (double)shape->kv_rank;
    key[KEY_ROPE_DIM] = (double)shape->rope_dim;
    key[KEY_STATE_DIM] = (double)shape->state_dim;
    key[KEY_GROUPS] = (double)shape->groups;
    key[KEY_LATENT_HIDDEN] = (double)shape->latent_hidden;
}

int cost_key_order(const double *a, const double *b, size_t depth)
{
    for (size_t i = 0; i < depth; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

/* Rows without a name first, then by it; of one name, whatever its key. */
static int name_and_key_order(const struct cost_row *x, const struct cost_row *y)
{
    if (x->operator_name && y->operator_name)
        return strcmp(x->operator_name, y->operator_name);
    if (x->operator_name || y->operator_name)
        return x->operator_name ? 1 : -1;
    return cost_key_order(x->key, y->key, KEY_COUNT);
}

static int row_order(const void *a, const void *b)
{
    const struct cost_row *x = a, *y = b;
    int order = name_and_key_order(x, y);

    if (!order)
        order = (x->file > y->file) - (x->file < y->file);
    return order ? order : (x->line > y->line) - (x->line < y->line);
}

/* Rows must be sorted. A row without tokens stands for every number of them, so it cannot share a
 * curve with rows that have some. */
static int check_neighbours(const struct csv *csv, const struct cost_row *rows, struct diag *diag)
{
    int r = 0;

    for (size_t i = 1; i < csv->row_count; i++) {
        const struct cost_row *before = &rows[i - 1], *row = &rows[i];
        char *place = mem_format("line %zu", row->line);

        if (name_and_key_order(before, row) == 0)
            r = diag_at(diag, csv->file, place, "the same operator and size as in line %zu",
                        before->line);
        else if (!row->operator_name && before->key[KEY_TOKENS] == KEY_ANY &&
                 cost_key_order(before->key, row->key, KEY_TOKENS) == 0)
            r = diag_at(diag, csv->file, place,
                        "the same operator as in line %zu, which leaves tokens empty and so "
                        "stands for every number of them",
                        before->line);
        free(place);
    }
    return r;
}

static const char **kind_words(void)
{
    const char **words = mem_zeroed(OPERATOR_KIND_COUNT + OTHER_KIND_COUNT + 1, sizeof(*words));

    for (size_t i = 0; i < OPERATOR_KIND_COUNT; i++)
        words[i] = operator_kind_names[i];
    for (size_t i = 0; i < OTHER_KIND_COUNT; i++)
        words[OPERATOR_KIND_COUNT + i] = other_kinds[i];
    return words;
}

static int find_columns(struct layout *at)
{
    const struct csv *csv = at->csv;
    int r = csv_need_column(csv, "kind", at->diag, &at->kind);

    r |= csv_need_column(csv, "time_s", at->diag, &at->time_s);
    r |= csv_only(csv, known_columns, at->diag);
    at->operator_name = csv_column(csv, "operator");
    at->pass = csv_column(csv, "pass");
    at->dtype = csv_column(csv, "dtype");
    at->protocol = csv_column(csv, "protocol");
    at->time_p10_s = csv_column(csv, "time_p10_s");
    at->time_p90_s = csv_column(csv, "time_p90_s");
    at->samples = csv_column(csv, "samples");
    for (size_t i = 0; i < NUMBER_COLUMN_COUNT; i++)
        at->numbers[i] = csv_column(csv, number_columns[i].name);
    return r;
}

/* A file of the wrong sort fails in every row; nobody reads on after this many. */
#define BAD_ROWS_MAX 20

static int read_rows(const struct layout *at, struct cost_row *rows)
{
    size_t bad = 0;

    for (size_t i = 0; i < at->csv->row_count; i++) {
        if (read_row(at, i, &rows[i]) == 0)
            continue;
        if (++bad == BAD_ROWS_MAX)
            return diag_at(at->diag, at->csv->file, NULL,
                           "%d bad rows so far; the rest of the file is not checked", BAD_ROWS_MAX);
    }
    return bad ? -EINVAL : 0;
}

int cost_rows_read(const struct csv *csv, struct diag *diag, struct cost_row **ret)
{
    struct layout at = {.csv = csv, .diag = diag};
    struct cost_row *rows;
    int r = find_columns(&at);

    if (r < 0)
        return -EINVAL;
    if (csv->row_count == 0)
        return diag_at(diag, csv->file, NULL,
                       "no measured operators: expected at least one row after the header");
    rows = mem_zeroed(csv->row_count, sizeof(*rows));
    at.kinds = kind_words();
    r = read_rows(&at, rows);
    free(at.kinds);
    if (r == 0) {
        qsort(rows, csv->row_count, sizeof(*rows), row_order);
        r = check_neighbours(csv, rows, diag);
    }
    if (r < 0) {
        cost_rows_free(rows, csv->row_count);
        return -EINVAL;
    }
    *ret = rows;
    return 0;
}

void cost_rows_free(struct cost_row *rows, size_t count)
{
    for (size_t i = 0; rows && i < count; i++)
        free(rows[i].operator_name);
    free(rows);
}

struct cost_row *cost_rows_join(struct cost_row **files, const size_t *counts, size_t file_count,
                                size_t *ret_count)
{
    struct cost_row *all;
    size_t total = 0, kept = 0, at = 0;

    for (size_t f = 0; f < file_count; f++)
        total += counts[f];
    all = mem_zeroed(total, sizeof(*all));
    for (size_t f = 0; f < file_count; f++) {
        for (size_t i = 0; i < counts[f]; i++) {
            all[at] = files[f][i];
            all[at++].file = f;
        }
        free(files[f]);
    }
    qsort(all, total, sizeof(*all), row_order);
    for (size_t i = 0; i < total; i++)
        if (kept == 0 || name_and_key_order(&all[kept - 1], &all[i]) != 0)
            all[kept++] = all[i];
        else
            free(all[i].operator_name);
    *ret_count = kept;
    return all;
}

const char *cost_key_kind_name(const double key[KEY_COUNT])
{
    size_t kind = (size_t)key[KEY_KIND];

    return kind < OPERATOR_KIND_COUNT ? operator_kind_names[kind]
                                      : other_kinds[kind - OPERATOR_KIND_COUNT];
}

const char *cost_key_protocol_name(const double key[KEY_COUNT])
{
    return protocol_names[(size_t)key[KEY_PROTOCOL]];
}
