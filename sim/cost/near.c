/* What rows of other sizes, of the same shape and of similar ones, say about a size that nobody
 * measured: by how much such kernels are off the roofline, which changes slowly from size to size.
 * Kriging (Gaussian process regression) of the logarithm of measured over synthetic time. */
#include <math.h>
#include <string.h>

#include <gsl/gsl_linalg.h>

#include "sim/cost/table_private.h"

/* The nearest so many rows decide: farther ones add nothing behind them. */
#define ROWS_MAX 16

/* Chosen by leaving out each row of traces' sweeps in turn (`scmoesim fit` prints the error): how
 * far off the formula a row is changes over two doublings of tokens or one of widths by about 8 %.
 * Of that two rows have 3 % to themselves, however near: which algorithm was chosen, what the
 * clocks did just then. */
static const double smooth_ratio = 0.08, own_ratio = 0.03;
/* Own deviations end within an eighth of a doubling. */
static const double own_reach = 1.0 / 8;
/* Rows of other shapes answer where they leave no more than this share of the variance open. */
static const double doubt_max = 0.3;

/* Logarithms to base 2 of sizes and proportions, each in units of its reach. */
enum { TOKENS, WIDTH, FFN, HEAD_DIM, HEADS, KV_HEADS, SPAN, EXPERTS, TOP_K, PART_COUNT };
static const double reaches[PART_COUNT] = {2, 1, 1, 1, 1, 1, 3, 1, 1};

struct place {
    double at[PART_COUNT];
};

struct neighbour {
    struct place place;
    double distance2;
    struct cost_measurement row;
};

/* The nearest rows, ready to be asked. */
struct field {
    struct neighbour rows[ROWS_MAX];
    size_t count;
    double mean, weights[ROWS_MAX];      /* of the logarithms: mean + sum of weight * covariance */
    double factors[ROWS_MAX * ROWS_MAX]; /* Cholesky's, of the rows' covariances */
};

static double part(double numerator, double denominator)
{
    return numerator > 0 && denominator > 0 ? log2(numerator / denominator) : 0;
}

static double width_of(const struct operator_shape *of)
{
    return of->hidden ? (double)of->hidden : (double)(of->heads * of->head_dim);
}

static struct place place_of(const struct operator_shape *of)
{
    double width = width_of(of), heads = (double)of->heads;
    struct place place = {{part(of->tokens, 1), part(width, 1), part((double)of->ffn_hidden, width),
                           part((double)of->head_dim, 1), part(heads * (double)of->head_dim, width),
                           part((double)of->kv_heads, heads), part((double)of->span_tokens, 1),
                           part((double)of->experts, 1), part((double)of->top_k, 1)}};

    for (size_t i = 0; i < PART_COUNT; i++)
        place.at[i] /= reaches[i];
    return place;
}

static double distance2(const struct place *a, const struct place *b)
{
    double sum = 0;

    for (size_t i = 0; i < PART_COUNT; i++)
        sum += (a->at[i] - b->at[i]) * (a->at[i] - b->at[i]);
    return sum;
}

/* How alike two rows' deviations are. */
static double covariance(const struct place *a, const struct place *b)
{
    double d2 = distance2(a, b);

    return smooth_ratio * smooth_ratio * exp(-d2 / 2) +
           own_ratio * own_ratio * exp(-d2 / 2 / (own_reach * own_reach));
}

/* What has no size must be equal. */
static bool alike(const struct cost_measurement *row, const struct query *query)
{
    const struct operator_shape *a = &row->shape, *b = query->shape;

    return (row->dtype == query->dtype || row->dtype == DTYPE_COUNT) && a->causal == b->causal &&
           a->gated == b->gated && a->own_cache == b->own_cache && a->shared == b->shared &&
           a->capacity_factor == b->capacity_factor && a->vocabulary == b->vocabulary &&
           a->q_rank == b->q_rank && a->kv_rank == b->kv_rank && a->rope_dim == b->rope_dim &&
           a->state_dim == b->state_dim && a->groups == b->groups &&
           a->latent_hidden == b->latent_hidden;
}

/* Keeps the nearest, sorted; of equally near ones those that came first. */
static void insert(struct neighbour *all, size_t *count, const struct neighbour *one)
{
    size_t at = *count;

    while (at > 0 && all[at - 1].distance2 > one->distance2)
        at--;
    if (at == ROWS_MAX)
        return;
    if (*count < ROWS_MAX)
        (*count)++;
    memmove(&all[at + 1], &all[at], (*count - 1 - at) * sizeof(*all));
    all[at] = *one;
}

static void add_curve(const struct cost_table *table, const struct curve *curve,
                      const struct query *query, const struct place *middle, struct neighbour *all,
                      size_t *count)
{
    size_t first = (size_t)(curve->tokens - table->tokens);

    for (size_t i = 0; i < curve->count; i++) {
        struct neighbour one;
        cost_table_measurement(table, first + i, &one.row);
        if (!(one.row.time_s > 0) || !(one.row.shape.tokens > 0) || width_of(&one.row.shape) == 0 ||
            !alike(&one.row, query))
            continue;
        one.place = place_of(&one.row.shape);
        one.distance2 = distance2(&one.place, middle);
        insert(all, count, &one);
    }
}

/* Rows that were timed in the same way. */
static size_t find_neighbours(const struct cost_table *table, const struct timing *timing,
                              const struct query *query, const struct place *middle,
                              struct neighbour *all)
{
    size_t bucket = (size_t)query->kind * PASS_COUNT + (size_t)query->pass, count = 0;

    for (size_t g = table->starts[bucket]; g < table->starts[bucket + 1]; g++)
        for (size_t c = 0; c < table->groups[g].curve_count; c++) {
            const struct curve *curve = &table->groups[g].curves[c];
            if (curve->protocol == timing->protocol && curve->duty_ratio == timing->duty_ratio)
                add_curve(table, curve, query, middle, all, &count);
        }
    return count;
}

static double log_ratio(const struct cost_measurement *row, const struct gpu *gpu, enum dtype dtype)
{
    return log(row->time_s / roofline_time_s(gpu, row->kind, row->pass, &row->shape, dtype));
}

/* False where the rows are too alike to be told apart. */
static bool factorise(struct field *field)
{
    gsl_matrix_view all = gsl_matrix_view_array(field->factors, field->count, field->count);

    for (size_t i = 0; i < field->count; i++)
        for (size_t j = 0; j < field->count; j++)
            gsl_matrix_set(&all.matrix, i, j,
                           covariance(&field->rows[i].place, &field->rows[j].place) *
                               (i == j ? 1 + 1e-6 : 1)); /* several files may have the same size */
    return gsl_linalg_cholesky_decomp1(&all.matrix) == GSL_SUCCESS;
}

static void solve(const struct field *field, double *values)
{
    gsl_matrix_const_view all =
        gsl_matrix_const_view_array(field->factors, field->count, field->count);
    gsl_vector_view vector = gsl_vector_view_array(values, field->count);

    gsl_linalg_cholesky_svx(&all.matrix, &vector.vector);
}

static bool weigh(struct field *field, const struct query *query)
{
    field->mean = 0;
    for (size_t i = 0; i < field->count; i++) {
        field->weights[i] = log_ratio(&field->rows[i].row, query->gpu, query->dtype);
        field->mean += field->weights[i] / (double)field->count;
    }
    for (size_t i = 0; i < field->count; i++)
        field->weights[i] -= field->mean;
    if (!isfinite(field->mean) || !factorise(field))
        return false;
    solve(field, field->weights);
    return true;
}

/* The query at so many tokens. */
static struct operator_shape shape_at(const struct query *query, double tokens)
{
    struct operator_shape shape = *query->shape;

    shape.tokens = tokens;
    if (operator_span(shape.span_tokens, query->shape->tokens, shape.own_cache) ==
        shape.span_tokens)
        shape.span_tokens = operator_span(query->span_tokens, tokens, shape.own_cache);
    return shape;
}

/* Of the rows nearest to the query at so many tokens. */
static bool field_around(const struct cost_table *table, const struct timing *timing,
                         const struct query *query, double tokens, struct field *ret)
{
    struct operator_shape centre = shape_at(query, tokens);
    struct place middle = place_of(&centre);

    ret->count = find_neighbours(table, timing, query, &middle, ret->rows);
    return ret->count > 0 && weigh(ret, query);
}

static double synthetic_s(const struct query *query, double tokens)
{
    struct operator_shape shape = shape_at(query, tokens);
    return roofline_time_s(query->gpu, query->kind, query->pass, &shape, query->dtype);
}

static double field_time_s(const struct field *field, const struct query *query, double tokens)
{
    struct operator_shape shape = shape_at(query, tokens);
    struct place at = place_of(&shape);
    double sum = field->mean;

    for (size_t i = 0; i < field->count; i++)
        sum += field->weights[i] * covariance(&field->rows[i].place, &at);
    return synthetic_s(query, tokens) * exp(sum);
}

/* The share of the variance between unlike operators that the rows leave open. */
static double field_open_ratio(const struct field *field, const struct query *query, double tokens)
{
    struct operator_shape shape = shape_at(query, tokens);
    struct place at = place_of(&shape);
    double weights[ROWS_MAX], known = 0;

    for (size_t i = 0; i < field->count; i++)
        weights[i] = covariance(&field->rows[i].place, &at);
    solve(field, weights);
    for (size_t i = 0; i < field->count; i++)
        known += weights[i] * covariance(&field->rows[i].place, &at);
    return 1 - known / covariance(&at, &at);
}

/* Part of the way from one size to another, as the roofline's time goes it. */
static double between_s(const struct query *query, double from, double from_s, double to,
                        double to_s)
{
    double start_s = synthetic_s(query, from), end_s = synthetic_s(query, to);
    double tokens = query->shape->tokens;
    double way = end_s > start_s ? (synthetic_s(query, tokens) - start_s) / (end_s - start_s)
                                 : (tokens - from) / (to - from);

    return from_s + (to_s - from_s) * way;
}

bool table_near_between(const struct cost_table *table, const struct timing *timing,
                        const struct query *query, const struct size_time *from,
                        const struct size_time *to, double *ret_s)
{
    enum { STEPS = 8 };
    double step = pow(to->tokens / from->tokens, 1.0 / STEPS), low = from->tokens,
           low_s = from->time_s;
    double least = fmin(from->time_s, to->time_s), most = fmax(from->time_s, to->time_s);
    struct field field;

    if (!(least > 0) ||
        !field_around(table, timing, query, sqrt(from->tokens * to->tokens), &field))
        return false;
    for (int i = 1; i <= STEPS; i++) {
        double high = i == STEPS ? to->tokens : low * step;
        double high_s =
            i == STEPS ? to->time_s : fmin(fmax(field_time_s(&field, query, high), least), most);
        if (from->time_s <= to->time_s)
            high_s = fmax(high_s, low_s);
        if (query->shape->tokens <= high) {
            *ret_s = between_s(query, low, low_s, high, high_s);
            return true;
        }
        low = high;
        low_s = high_s;
    }
    return false;
}

/* At a power of two; what fewer tokens take, down to a quarter, it takes too. */
static bool at_power(const struct cost_table *table, const struct timing *timing,
                     const struct query *query, int power, double *ret_s)
{
    struct field field;
    double tokens = ldexp(1, power);

    if (!field_around(table, timing, query, tokens, &field) ||
        field_open_ratio(&field, query, tokens) > doubt_max)
        return false;
    *ret_s = field_time_s(&field, query, tokens);
    for (int fewer = power - 1; fewer >= power - 2 && fewer >= 0; fewer--)
        if (field_around(table, timing, query, ldexp(1, fewer), &field) &&
            field_open_ratio(&field, query, ldexp(1, fewer)) <= doubt_max)
            *ret_s = fmax(*ret_s, field_time_s(&field, query, ldexp(1, fewer)));
    return true;
}

bool table_near(const struct cost_table *table, const struct timing *timing,
                const struct query *query, double *ret_s)
{
    double from_s, to_s;
    int exponent;

    if (!(query->shape->tokens >= 1))
        return false;
    double part = frexp(query->shape->tokens, &exponent); /* 0.5 <= part < 1 */
    if (!at_power(table, timing, query, exponent - 1, &from_s))
        return false;
    if (part == 0.5) {
        *ret_s = from_s;
        return true;
    }
    if (!at_power(table, timing, query, exponent, &to_s))
        return false;
    *ret_s = between_s(query, ldexp(1, exponent - 1), from_s, ldexp(1, exponent), to_s);
    return isfinite(*ret_s);
}
