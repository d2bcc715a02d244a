#include "sim/tokens/routing.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/csv.h"
#include "sim/base/mem.h"
#include "sim/base/number.h"
#include "sim/base/text.h"

const char *const routing_load_names[] = {"balanced", "zipf", "dirichlet", "recorded", NULL};
const char *const routing_overflow_names[] = {"pad", "drop", "dropless", NULL};

#define DRAWS_MAX 100000
#define SEED_MAX 4294967295.0 /* what GSL's Mersenne twister takes */
#define EXPERTS_MAX 65536

/* ---- Recorded loads ---- */

/* "expert" and "tokens", and "sample" where several layers or steps were recorded. */
struct load_columns {
    size_t expert, tokens, sample;
};

static int find_columns(const struct csv *csv, struct diag *diag, struct load_columns *ret)
{
    static const char *const known[] = {"expert", "tokens", "sample", NULL};
    int r = csv_only(csv, known, diag);
    r |= csv_need_column(csv, "expert", diag, &ret->expert);
    r |= csv_need_column(csv, "tokens", diag, &ret->tokens);
    ret->sample = csv_column(csv, "sample");
    return r ? -EINVAL : 0;
}

static int read_count(const struct csv *csv, size_t row, size_t column, double max,
                      struct diag *diag, size_t *ret)
{
    double number;
    int r = csv_number(csv, row, column, 0, max, diag, &number);
    if (r < 0)
        return r;
    *ret = (size_t)number;
    if (number == floor(number))
        return 0;
    return diag_say(diag, "%s: line %zu: %s: expected a whole number, got %g", csv->file,
                    csv->lines[row], csv->columns[column], number);
}

/* One load: where it belongs, counted so that gaps and doubles are seen. */
struct load_row {
    size_t expert, sample;
    double tokens;
};

static int read_rows(const struct csv *csv, const struct load_columns *columns, struct diag *diag,
                     struct load_row *rows, struct recorded_loads *loads)
{
    int r = 0;
    for (size_t i = 0; i < csv->row_count; i++) {
        struct load_row *row = &rows[i];
        r |= read_count(csv, i, columns->expert, EXPERTS_MAX - 1, diag, &row->expert);
        r |= csv_number(csv, i, columns->tokens, 0, 1e15, diag, &row->tokens);
        if (columns->sample != CSV_NO_COLUMN)
            r |= read_count(csv, i, columns->sample, DRAWS_MAX - 1, diag, &row->sample);
        loads->experts = row->expert >= loads->experts ? row->expert + 1 : loads->experts;
        loads->samples = row->sample >= loads->samples ? row->sample + 1 : loads->samples;
    }
    return r ? -EINVAL : 0;
}

/* Puts the rows in their places; every expert of every sample exactly once. */
static int place_rows(const struct csv *csv, const struct load_row *rows, struct diag *diag,
                      struct recorded_loads *loads)
{
    size_t places = loads->experts * loads->samples;
    if (csv->row_count < places) /* more rows than places: one is there twice */
        return diag_say(
            diag, "%s: expected a row for each of %zu experts in each of %zu samples, got %zu",
            csv->file, loads->experts, loads->samples, csv->row_count);
    unsigned char *seen = mem_zeroed(places, 1);
    loads->share_ratio = mem_zeroed(places, sizeof *loads->share_ratio);
    int r = 0;
    for (size_t i = 0; i < csv->row_count && r == 0; i++) {
        size_t at = rows[i].sample * loads->experts + rows[i].expert;
        if (seen[at]++)
            r = diag_say(diag, "%s: line %zu: expert %zu of sample %zu is there twice", csv->file,
                         csv->lines[i], rows[i].expert, rows[i].sample);
        loads->share_ratio[at] = rows[i].tokens;
    }
    free(seen);
    return r;
}

static int to_shares(const struct csv *csv, struct diag *diag, struct recorded_loads *loads)
{
    for (size_t s = 0; s < loads->samples; s++) {
        double *share_ratio = loads->share_ratio + s * loads->experts, sum = 0;
        for (size_t e = 0; e < loads->experts; e++)
            sum += share_ratio[e];
        if (sum <= 0)
            return diag_say(diag, "%s: no tokens in sample %zu", csv->file, s);
        for (size_t e = 0; e < loads->experts; e++)
            share_ratio[e] /= sum;
    }
    return 0;
}

int recorded_loads_read(const char *path, struct diag *diag, struct recorded_loads *ret)
{
    struct csv *csv;
    struct load_columns columns;
    int r = csv_load(path, diag, &csv);
    if (r < 0)
        return r;
    struct load_row *rows = mem_zeroed(csv->row_count + 1, sizeof *rows);
    r = csv->row_count ? find_columns(csv, diag, &columns)
                       : diag_say(diag, "%s: no rows", csv->file);
    if (r == 0)
        r = read_rows(csv, &columns, diag, rows, ret);
    if (r == 0)
        r = place_rows(csv, rows, diag, ret);
    if (r == 0)
        r = to_shares(csv, diag, ret);
    free(rows);
    csv_free(csv);
    return r;
}

void recorded_loads_done(struct recorded_loads *loads)
{
    free(loads->share_ratio);
    *loads = (struct recorded_loads){0};
}

/* ---- The document ---- */

static int read_file(const struct jcur *root, struct diag *diag, struct routing *routing)
{
    const char *file;
    int r = jget_string_or(root, "file", NULL, &file);
    if (r < 0)
        return r;
    if (routing->load != LOAD_RECORDED)
        return file ? diag_say(diag, "routing: /file is for recorded loads, the load is %s",
                               routing_load_names[routing->load])
                    : 0;
    if (!file)
        return diag_say(diag, "routing: recorded loads need /routing/file");
    routing->file = mem_copy_string(file);
    return recorded_loads_read(file, diag, &routing->recorded);
}

/* A number that one kind of load has. */
static int read_of_load(const struct jcur *root, const char *member, double min, double max,
                        enum routing_load load, const struct routing *routing, double *ret)
{
    struct jcur at;
    if (!jcur_has(root, member, &at))
        return 0;
    int r = jcur_between(&at, min, max, ret);
    if (r == 0 && routing->load != load)
        r = diag_say(root->diag, "routing: /%s is for %s loads, the load is %s", member,
                     routing_load_names[load], routing_load_names[routing->load]);
    return r;
}

static int read_members(const struct jcur *root, struct diag *diag, struct routing *routing)
{
    struct jcur at;
    size_t load = LOAD_BALANCED, overflow, draws = 1, seed = 1;
    int r = jcur_members(root,
                         "load,exponent,alpha,file,overflow,affinity_ratio,node_limit,seed,draws");
    if (jcur_has(root, "load", &at))
        r |= jcur_word(&at, routing_load_names, &load);
    routing->load = (enum routing_load)load;
    overflow = routing->load == LOAD_BALANCED ? OVERFLOW_PAD : OVERFLOW_DROPLESS;
    if (jcur_has(root, "overflow", &at))
        r |= jcur_word(&at, routing_overflow_names, &overflow);
    routing->overflow = (enum routing_overflow)overflow;
    routing->exponent = routing->alpha = 1;
    r |= read_of_load(root, "exponent", 0, 100, LOAD_ZIPF, routing, &routing->exponent);
    r |= read_of_load(root, "alpha", 1e-3, 1e9, LOAD_DIRICHLET, routing, &routing->alpha);
    if (jcur_has(root, "affinity_ratio", &at))
        r |= jcur_between(&at, 0, 1, &routing->affinity_ratio);
    r |= jget_count_or(root, "node_limit", 0, EXPERTS_MAX, 0, &routing->node_limit);
    r |= jget_count_or(root, "seed", 0, (size_t)SEED_MAX, seed, &seed);
    r |= jget_count_or(root, "draws", 1, DRAWS_MAX, draws, &draws);
    routing->seed = seed;
    routing->draws = draws;
    r |= read_file(root, diag, routing);
    return r ? -EINVAL : 0;
}

int routing_read(const struct json *doc, struct diag *diag, struct routing **ret)
{
    struct jcur root = json_root(doc, diag);
    struct routing *routing = mem_zeroed(1, sizeof *routing);
    int r = jcur_object(&root);
    if (r == 0)
        r = read_members(&root, diag, routing);
    if (r < 0)
        routing_free(routing);
    else
        *ret = routing;
    return r;
}

void routing_free(struct routing *routing)
{
    if (!routing)
        return;
    recorded_loads_done(&routing->recorded);
    free(routing->file);
    free(routing);
}

bool routing_is_even(const struct routing *routing)
{
    return routing->overflow == OVERFLOW_PAD ||
           (routing->load == LOAD_BALANCED && routing->affinity_ratio == 0);
}

static void describe_load(const struct routing *routing, struct text *to)
{
    text_add(to, "%s",
             routing->load == LOAD_RECORDED ? routing->file : routing_load_names[routing->load]);
    if (routing->load == LOAD_ZIPF)
        text_add(to, ":%g", routing->exponent);
    if (routing->load == LOAD_DIRICHLET)
        text_add(to, ":%g", routing->alpha);
}

char *routing_describe(const struct routing *routing)
{
    struct text text = {0};
    if (routing->load == LOAD_BALANCED && routing->overflow == OVERFLOW_PAD &&
        routing->affinity_ratio == 0 && routing->node_limit == 0)
        return NULL;
    describe_load(routing, &text);
    static const char *const overflows[] = {"padded to the capacity, beyond it dropped",
                                            "dropped beyond the capacity, not padded", "dropless"};
    text_add(&text, ", %s", overflows[routing->overflow]);
    if (routing->affinity_ratio > 0)
        text_add(&text, ", %g of the copies stay", routing->affinity_ratio);
    if (routing->node_limit > 0)
        text_add(&text, ", at most %zu nodes a token", routing->node_limit);
    return text.text;
}

/* ---- Specs ---- */

static bool is_path(const char *spec)
{
    size_t length = strlen(spec);
    return length > 4 && strcmp(spec + length - 4, ".csv") == 0;
}

bool routing_spec_edits(const char *spec, char **ret_first, char **ret_second)
{
    const char *colon = strchr(spec, ':');
    size_t load = 0, length = colon ? (size_t)(colon - spec) : strlen(spec);
    if (is_path(spec)) {
        *ret_first = mem_copy_string("/routing/load=recorded");
        *ret_second = mem_format("/routing/file=%s", spec);
        return true;
    }
    while (load < LOAD_RECORDED && (strlen(routing_load_names[load]) != length ||
                                    strncmp(routing_load_names[load], spec, length) != 0))
        load++;
    bool takes_number = load == LOAD_ZIPF || load == LOAD_DIRICHLET;
    if (load == LOAD_RECORDED || takes_number != (colon != NULL) ||
        (colon && (number_span(colon + 1) == 0 || colon[1 + number_span(colon + 1)])))
        return false;
    *ret_first = mem_format("/routing/load=%s", routing_load_names[load]);
    *ret_second =
        colon ? mem_format("/routing/%s=%s", load == LOAD_ZIPF ? "exponent" : "alpha", colon + 1)
              : NULL;
    return true;
}
