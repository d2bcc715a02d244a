#include "sim/cost/copies.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
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
    if (!a)
        return false;
    *ret = bytes <= a->bytes
               ? a->time_s
               : a->time_s + (b->time_s - a->time_s) * (bytes - a->bytes) / (b->bytes - a->bytes);
    return true;
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
