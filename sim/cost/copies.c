#include "sim/cost/copies.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/base/text.h"
#include "sim/cost/cost.h"

struct copy_point {
    const char *kind; /* static */
    double ranks;     /* that exchange, of an All-to-All; KEY_ANY: any number */
    double bytes, time_s;
    double sm_count; /* that an All-to-All was limited to; 0: none */
    size_t row;
};

/* Points by kind, then by size; among equals in the rows' order, so that what is preferred is
 * first. */
struct copies {
    struct copy_point *points;
    size_t count;
};

static int by_kind_and_bytes(const void *a, const void *b)
{
    const struct copy_point *x = a, *y = b;
    int kinds = strcmp(x->kind, y->kind);

    if (kinds != 0)
        return kinds;
    if (x->bytes != y->bytes)
        return x->bytes < y->bytes ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

/* Whether bytes tell the row's size: copies, All-to-Alls and expert fetches that name no operator.
 */
static bool is_by_bytes(const struct cost_row *row)
{
    static const char *const kinds[] = {"copy_h2d", "copy_d2h",   "copy_bidirectional",
                                        "copy_d2d", "all_to_all", "expert_fetch"};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds) && !row->operator_name; i++)
        if (strcmp(kinds[i], cost_key_kind_name(row->key)) == 0)
            return true;
    return false;
}

int copies_check(const struct cost_row *rows, size_t count, const char *const *files,
                 struct diag *diag)
{
    char place[40];
    int r = 0;

    for (size_t i = 0; i < count; i++) {
        if (!is_by_bytes(&rows[i]) || rows[i].key[KEY_BYTES] > 0)
            continue;
        snprintf(place, sizeof(place), "line %zu", rows[i].line);
        r = diag_at(diag, files[rows[i].file], place, "a row of %s needs bytes > 0",
                    cost_key_kind_name(rows[i].key));
    }
    return r;
}

struct copies *copies_of(const struct cost_row *rows, size_t count)
{
    struct copies *copies = mem_zeroed(1, sizeof(*copies));

    copies->points = mem_zeroed(count, sizeof(*copies->points));
    for (size_t i = 0; i < count; i++) {
        const double *key = rows[i].key;
        if (key[KEY_BYTES] > 0)
            copies->points[copies->count++] =
                (struct copy_point){cost_key_kind_name(key), key[KEY_RANKS],    key[KEY_BYTES],
                                    rows[i].time_s,          key[KEY_SM_COUNT], i};
    }
    qsort(copies->points, copies->count, sizeof(*copies->points), by_kind_and_bytes);
    return copies;
}

void copies_free(struct copies *copies)
{
    if (!copies)
        return;
    free(copies->points);
    free(copies);
}

static bool matches(const struct copy_point *point, const char *kind, size_t ranks)
{
    return strcmp(point->kind, kind) == 0 &&
           (ranks == 0 || point->ranks == KEY_ANY || point->ranks == (double)ranks);
}

static bool by_bytes_s(const struct cost_table *table, const char *kind, size_t ranks, double bytes,
                       double *ret);

/* From the only size of a kind. A fetch is a copy from the host: where those have a curve, it goes
 * along that. All else is in proportion to bytes. */
static double from_one_size_s(const struct cost_table *table, const struct copy_point *one,
                              double bytes)
{
    double there_s, here_s;

    if (strcmp(one->kind, operator_kind_names[OPERATOR_EXPERT_FETCH]) == 0 &&
        by_bytes_s(table, "copy_h2d", 0, one->bytes, &there_s) && there_s > 0 &&
        by_bytes_s(table, "copy_h2d", 0, bytes, &here_s))
        return one->time_s * here_s / there_s;
    return one->time_s * bytes / one->bytes;
}

/* The two points around a size, or the nearest two; ranks 0: whatever their number. Latency plus
 * bytes over bandwidth is a straight line; below the smallest size the latency stays. */
static bool by_bytes_s(const struct cost_table *table, const char *kind, size_t ranks, double bytes,
                       double *ret)
{
    const struct copies *copies = cost_table_copies(table);
    const struct copy_point *a = NULL, *b = NULL;

    for (size_t i = 0; i < copies->count && !(a && b->bytes >= bytes); i++) {
        const struct copy_point *point = &copies->points[i];
        if (!matches(point, kind, ranks) || (b && b->bytes == point->bytes))
            continue;
        a = b;
        b = point;
    }
    if (!b)
        return false;
    if (!a)
        *ret = from_one_size_s(table, b, bytes);
    else if (bytes <= a->bytes)
        *ret = a->time_s;
    else
        *ret = a->time_s + (b->time_s - a->time_s) * (bytes - a->bytes) / (b->bytes - a->bytes);
    return true;
}

bool cost_one_size(const struct cost_table *table, const char *kind, size_t ranks,
                   double *ret_bytes)
{
    const struct copies *copies = cost_table_copies(table);
    const struct copy_point *one = NULL;

    for (size_t i = 0; i < copies->count; i++) {
        const struct copy_point *point = &copies->points[i];
        if (!matches(point, kind, ranks))
            continue;
        if (one && one->bytes != point->bytes)
            return false;
        one = one ? one : point;
    }
    if (one)
        *ret_bytes = one->bytes;
    return one != NULL;
}

/* Whether other sizes of a point's kind are taken in proportion, which the first of its rows tells.
 */
static bool is_alone(const struct cost_table *table, const struct copy_point *point)
{
    static const char *const priced[] = {"all_to_all", "copy_bidirectional", "copy_h2d",
                                         "expert_fetch"};
    const struct copy_point *first = cost_table_copies(table)->points;
    size_t kind = 0, ranks = point->ranks > 0 ? (size_t)point->ranks : 0;
    double ignored;

    while (kind < 4 && strcmp(priced[kind], point->kind) != 0)
        kind++;
    while (first < point &&
           !(strcmp(first->kind, point->kind) == 0 && first->ranks == point->ranks))
        first++;
    return kind < 4 && first == point && cost_one_size(table, point->kind, ranks, &ignored) &&
           !(kind == 3 && cost_copy_s(table, "copy_h2d", 1, &ignored));
}

char *cost_one_size_note(const struct cost_table *table)
{
    const struct copies *copies = cost_table_copies(table);
    struct text note = {0};

    for (size_t i = 0; i < copies->count; i++) {
        const struct copy_point *point = &copies->points[i];
        if (!is_alone(table, point))
            continue;
        text_add(&note, "%s %s", note.length ? "," : "costs have one size of", point->kind);
        if (point->ranks > 0)
            text_add(&note, " among %.0f ranks", point->ranks);
        text_add(&note, " (%.15g bytes)", point->bytes);
    }
    if (note.length)
        text_add(&note, ": other sizes are taken in proportion");
    return note.text;
}

bool cost_copy_s(const struct cost_table *table, const char *kind, double bytes, double *ret)
{
    return by_bytes_s(table, kind, 0, bytes, ret);
}

bool cost_all_to_all_s(const struct cost_table *table, size_t ranks, double bytes, double *ret)
{
    return by_bytes_s(table, "all_to_all", ranks, bytes, ret);
}

/* The unlimited All-to-All of a size; NULL where the file has none. */
static const struct copy_point *unlimited(const struct copies *copies, size_t ranks, double bytes)
{
    for (size_t i = 0; i < copies->count; i++) {
        const struct copy_point *point = &copies->points[i];
        if (matches(point, "all_to_all", ranks) && point->bytes == bytes && point->sm_count == 0)
            return point;
    }
    return NULL;
}

/* Mean distance of times limited to so many SMs from those without a limit, as the logarithm of
 * their ratio; infinite where no size has both. */
static double distance(const struct copies *copies, size_t ranks, double sm_count)
{
    double sum = 0;
    size_t count = 0;

    for (size_t i = 0; i < copies->count; i++) {
        const struct copy_point *point = &copies->points[i];
        if (!matches(point, "all_to_all", ranks) || point->sm_count != sm_count)
            continue;
        const struct copy_point *other = unlimited(copies, ranks, point->bytes);
        if (!other || other->time_s <= 0 || point->time_s <= 0)
            continue;
        sum += fabs(log(point->time_s / other->time_s));
        count++;
    }
    return count ? sum / (double)count : INFINITY;
}

size_t cost_all_to_all_sms(const struct cost_table *table, size_t ranks)
{
    const struct copies *copies = cost_table_copies(table);
    double nearest = INFINITY;
    size_t sms = 0;

    for (size_t i = 0; i < copies->count; i++) {
        const struct copy_point *point = &copies->points[i];
        if (!matches(point, "all_to_all", ranks) || point->sm_count == 0)
            continue;
        double far = distance(copies, ranks, point->sm_count);
        if (far < nearest) {
            nearest = far;
            sms = (size_t)point->sm_count;
        }
    }
    return sms;
}
