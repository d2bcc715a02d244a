/* A cost file as an index: rows of one operator become a curve over tokens, and a query finds its
 * curve among those of its kind and pass. */
#include "sim/cost/cost.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include <gsl/gsl_interp.h>

#include "sim/base/mem.h"
#include "sim/cost/copies.h"
#include "sim/cost/table_private.h"

const char *const cost_origin_names[] = {"measured", "interpolated", "synthetic", NULL};

/* How far beyond the measured sizes a curve is still believed, as a factor on either end. */
static const double reach = 1.25;

const struct timing timing_hot = {PROTOCOL_HOT, 1};

/* ---- Building the index ---- */

static bool is_operator_time(const struct cost_row *row)
{
    return !row->operator_name && row->key[KEY_KIND] < OPERATOR_KIND_COUNT &&
           row->key[KEY_SM_COUNT] == 0 && operator_computes((enum operator_kind)row->key[KEY_KIND]);
}

static size_t bucket_of(const double *key)
{
    return (size_t)key[KEY_KIND] * PASS_COUNT + (size_t)key[KEY_PASS];
}

static size_t parts_given(const double *key)
{
    size_t given = 0;

    for (size_t i = KEY_DTYPE; i <= KEY_SHAPE_LAST; i++)
        given += key[i] != KEY_ANY;
    return given;
}

static void add_group(struct cost_table *table, const struct cost_row *row)
{
    table->groups[table->group_count++] = (struct group){
        .key = row->key,
        .given = parts_given(row->key) + (row->key[KEY_TOKENS] != KEY_ANY),
        .curves = &table->curves[table->curve_count],
    };
    table->starts[bucket_of(row->key) + 1] = table->group_count;
}

static double duty_of(const double *key)
{
    if (key[KEY_PROTOCOL] == PROTOCOL_HOT || key[KEY_DUTY] == KEY_ANY)
        return 1;
    return key[KEY_DUTY];
}

static void add_curve(struct cost_table *table, size_t first)
{
    table->curves[table->curve_count++] = (struct curve){
        .protocol = (enum protocol)table->rows[first].key[KEY_PROTOCOL],
        .duty_ratio = duty_of(table->rows[first].key),
        .span_tokens = table->rows[first].key[KEY_SPAN_TOKENS],
        .tokens = &table->tokens[first],
        .times_s = &table->times_s[first],
    };
    table->groups[table->group_count - 1].curve_count++;
}

/* Rows come sorted, so that those of a curve, and the curves of a group, are neighbours. */
static void add_rows(struct cost_table *table)
{
    const struct cost_row *before = NULL;

    for (size_t i = 0; i < table->row_count; i++) {
        const struct cost_row *row = &table->rows[i];

        table->tokens[i] = row->key[KEY_TOKENS];
        table->times_s[i] = row->time_s;
        if (!is_operator_time(row))
            continue;
        if (!before || cost_key_order(before->key, row->key, KEY_PROTOCOL))
            add_group(table, row);
        if (!before || cost_key_order(before->key, row->key, KEY_TOKENS))
            add_curve(table, i);
        table->curves[table->curve_count - 1].count++;
        before = row;
    }
}

/* Buckets without a group start where the one before ends. */
static void close_buckets(struct cost_table *table)
{
    for (size_t i = 1; i <= BUCKET_COUNT; i++)
        if (table->starts[i] < table->starts[i - 1])
            table->starts[i] = table->starts[i - 1];
}

struct cost_table *cost_table_of(struct cost_row *rows, size_t count)
{
    struct cost_table *table = mem_zeroed(1, sizeof(*table));

    table->rows = rows;
    table->row_count = count;
    table->tokens = mem_zeroed(count, sizeof(*table->tokens));
    table->times_s = mem_zeroed(count, sizeof(*table->times_s));
    table->curves = mem_zeroed(count, sizeof(*table->curves));
    table->groups = mem_zeroed(count, sizeof(*table->groups));
    add_rows(table);
    close_buckets(table);
    table->copies = copies_of(rows, count);
    table->event_s = cost_overhead_s(table, "event");
    return table;
}

void cost_table_free(struct cost_table *table)
{
    if (!table)
        return;
    free(table->curves);
    free(table->groups);
    free(table->tokens);
    free(table->times_s);
    copies_free(table->copies);
    free(table->device);
    cost_rows_free(table->rows, table->row_count);
    free(table);
}

size_t cost_table_rows(const struct cost_table *table)
{
    return table->row_count;
}

/* ---- Asking it ---- */

/* Attention over one sequence, as long as its span. */
static bool is_whole(const struct operator_shape *shape)
{
    return !shape->own_cache && (double)shape->span_tokens == ceil(shape->tokens);
}

static bool matches(const double *key, const double *want, bool whole)
{
    for (size_t i = KEY_DTYPE; i <= KEY_SHAPE_LAST; i++)
        if (key[i] != want[i] && key[i] != KEY_ANY &&
            !(i == KEY_SPAN_TOKENS && whole && key[i] > want[i]))
            return false;
    return true;
}

/* Whether the curve says anything about so many tokens. */
static bool reaches(const struct curve *curve, double tokens)
{
    double first = curve->tokens[0], last = curve->tokens[curve->count - 1];
    return first == KEY_ANY || (tokens * reach >= first && tokens <= last * reach);
}

static bool any_reaches(const struct group *group, double tokens)
{
    for (size_t i = 0; i < group->curve_count; i++)
        if (reaches(&group->curves[i], tokens))
            return true;
    return false;
}

static bool is_closer(const struct group *group, const struct group *best, double tokens)
{
    if (!best || group->given != best->given)
        return !best || group->given > best->given;
    return any_reaches(group, tokens) && !any_reaches(best, tokens);
}

/* The match that tells most of the shape, then one that has rows at such sizes; among equals the
 * first in sorting order. */
static const struct group *find_group(const struct cost_table *table, const double *want,
                                      const struct operator_shape *shape)
{
    size_t bucket = bucket_of(want);
    const struct group *best = NULL;

    for (size_t i = table->starts[bucket]; i < table->starts[bucket + 1]; i++) {
        const struct group *group = &table->groups[i];
        if (matches(group->key, want, is_whole(shape)) && is_closer(group, best, shape->tokens))
            best = group;
    }
    return best;
}

/* Which way of timing stands for the operator. Back to back is the best known; then inside a
 * sequence of others; then paced, at the highest duty. */
static const struct curve *pick_curve(const struct group *group)
{
    static const enum protocol preferred[] = {PROTOCOL_HOT, PROTOCOL_MIXED, PROTOCOL_PACED};

    for (size_t p = 0; p < PROTOCOL_COUNT; p++)
        for (size_t i = group->curve_count; i-- > 0;)
            if (group->curves[i].protocol == preferred[p])
                return &group->curves[i];
    return NULL;
}

double table_synthetic_s(const struct query *query)
{
    return roofline_time_s(query->gpu, query->kind, query->pass, query->shape, query->dtype);
}

/* The same of what a row of the curve measured, or would have measured, at so many tokens. */
static double row_synthetic_s(const struct curve *curve, const struct query *query, double tokens)
{
    struct operator_shape shape = *query->shape;

    if (curve->span_tokens != KEY_ANY)
        shape.span_tokens = (size_t)curve->span_tokens;
    shape.tokens = tokens;
    shape.span_tokens = operator_span(shape.span_tokens, tokens, shape.own_cache);
    return roofline_time_s(query->gpu, query->kind, query->pass, &shape, query->dtype);
}

/* How far `tokens` has come from one size to another: by the roofline's time, which bends where an
 * operator stops being bound by launches or memory; by tokens where nothing computes. */
static double way_from(const struct curve *curve, const struct query *query, double from, double to,
                       double tokens)
{
    double from_s = row_synthetic_s(curve, query, from), to_s = row_synthetic_s(curve, query, to);

    if (to_s > from_s)
        return (row_synthetic_s(curve, query, tokens) - from_s) / (to_s - from_s);
    return (tokens - from) / (to - from);
}

/* Between two rows: what they and others near them say. */
static struct cost between(const struct cost_table *table, const struct curve *curve,
                           const struct query *query, size_t left)
{
    struct size_time from = {curve->tokens[left], curve->times_s[left]};
    struct size_time to = {curve->tokens[left + 1], curve->times_s[left + 1]};
    struct timing timing = {curve->protocol, curve->duty_ratio};
    struct query near = *query;
    double time_s;

    if (curve->span_tokens != KEY_ANY)
        near.span_tokens = (size_t)curve->span_tokens;
    if (table_near_between(table, &timing, &near, &from, &to, &time_s))
        return (struct cost){time_s, COST_INTERPOLATED};
    return (struct cost){from.time_s + (to.time_s - from.time_s) * way_from(curve, query,
                                                                            from.tokens, to.tokens,
                                                                            query->shape->tokens),
                         COST_INTERPOLATED};
}

/* tokens lie within the curve, which has at least two points. */
static struct cost inside(const struct cost_table *table, const struct curve *curve,
                          const struct query *query)
{
    double tokens = query->shape->tokens;
    size_t left = gsl_interp_bsearch(curve->tokens, tokens, 0, curve->count - 1);

    if (tokens == curve->tokens[left])
        return (struct cost){curve->times_s[left], COST_MEASURED};
    if (tokens == curve->tokens[left + 1])
        return (struct cost){curve->times_s[left + 1], COST_MEASURED};
    return between(table, curve, query, left);
}

/* Outside the measured sizes, but near enough: the nearest row in the roofline's proportion. */
static struct cost outside(const struct curve *curve, const struct query *query)
{
    size_t edge = query->shape->tokens < curve->tokens[0] ? 0 : curve->count - 1;
    double edge_s = curve->times_s[edge];
    double synthetic_edge_s = row_synthetic_s(curve, query, curve->tokens[edge]);

    /* A file may time what has no kernels here, as the weight gradient of a norm. */
    if (synthetic_edge_s > 0)
        edge_s *= row_synthetic_s(curve, query, query->shape->tokens) / synthetic_edge_s;
    return (struct cost){edge_s, COST_INTERPOLATED};
}

/* Rows of so few tokens measured one sequence. What is asked for may be a part of a longer one,
 * whose tokens attend to those before them as well. */
static struct cost as_part(struct cost cost, const struct curve *curve, const struct query *query)
{
    const struct operator_shape *asked = query->shape;
    double whole_s, asked_s;

    if (operator_span(asked->span_tokens, asked->tokens, asked->own_cache) == asked->span_tokens)
        return cost;
    whole_s = row_synthetic_s(curve, query, asked->tokens);
    asked_s = table_synthetic_s(query);
    if (asked_s == whole_s || whole_s <= 0)
        return cost;
    return (struct cost){cost.time_s * asked_s / whole_s, COST_INTERPOLATED};
}

struct cost table_unmeasured(const struct cost_table *table, const struct timing *timing,
                             const struct query *query)
{
    struct query near = *query;
    double time_s;

    if (is_whole(query->shape)) /* fewer or more tokens are a whole sequence as well */
        near.span_tokens = SIZE_MAX;
    if (table && table_near(table, timing, &near, &time_s))
        return (struct cost){time_s, COST_INTERPOLATED};
    return (struct cost){table_synthetic_s(query), COST_SYNTHETIC};
}

struct cost table_from_curve(const struct cost_table *table, const struct curve *curve,
                             const struct query *query)
{
    double first = curve->tokens[0], last = curve->tokens[curve->count - 1];
    double tokens = query->shape->tokens;
    struct timing timing = {curve->protocol, curve->duty_ratio};

    if (first == KEY_ANY)
        return (struct cost){curve->times_s[0], COST_MEASURED};
    if (!reaches(curve, tokens))
        return table_unmeasured(table, &timing, query);
    if (tokens < first || tokens > last)
        return as_part(outside(curve, query), curve, query);
    if (curve->count == 1)
        return as_part((struct cost){curve->times_s[0], COST_MEASURED}, curve, query);
    return as_part(inside(table, curve, query), curve, query);
}

const struct group *table_group(const struct cost_table *table, const struct query *query)
{
    double want[KEY_COUNT] = {
        [KEY_KIND] = query->kind, [KEY_PASS] = query->pass, [KEY_DTYPE] = query->dtype};
    struct operator_shape used = operator_used_shape(query->kind, query->shape);

    if (!table)
        return NULL;
    cost_key_shape(&used, want);
    return find_group(table, want, query->shape);
}

struct cost cost_of(const struct cost_table *table, const struct gpu *gpu, enum operator_kind kind,
                    enum operator_pass pass, const struct operator_shape *shape, enum dtype dtype)
{
    struct query query = {gpu, kind, pass, shape, dtype, shape->span_tokens};
    const struct group *group = table_group(table, &query);

    if (group)
        return table_from_curve(table, pick_curve(group), &query);
    return table_unmeasured(table, &timing_hot, &query);
}

const struct cost_row *cost_table_sorted(const struct cost_table *table)
{
    return table->rows;
}

const struct copies *cost_table_copies(const struct cost_table *table)
{
    return table->copies;
}
