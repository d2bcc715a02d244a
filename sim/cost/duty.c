/* What an operator costs on a GPU that rests for part of the time: between the duties that were
 * measured. */
#include <math.h>
#include <stdlib.h>

#include "sim/base/mem.h"
#include "sim/cost/table_private.h"

/* What the file says at one duty, or at several that were pooled. */
struct reading {
    double from_duty_ratio, to_duty_ratio;
    double time_s;
    double weight; /* how many rows it stands for */
    enum cost_origin origin;
};

static bool has_protocol(const struct group *group, enum protocol protocol)
{
    for (size_t i = 0; i < group->curve_count; i++)
        if (group->curves[i].protocol == protocol)
            return true;
    return false;
}

static struct reading read_curve(const struct cost_table *table, const struct curve *curve,
                                 const struct query *query)
{
    struct cost cost = table_from_curve(table, curve, query);
    /* The probe puts an event behind each operator of a mixed sequence, and its time is in the
     * row. */
    double event_s = curve->protocol == PROTOCOL_MIXED && cost.origin != COST_SYNTHETIC
                         ? fmin(table->event_s, cost.time_s)
                         : 0;

    return (struct reading){curve->duty_ratio, curve->duty_ratio, cost.time_s - event_s, 1,
                            cost.origin};
}

static struct reading pool(const struct reading *a, const struct reading *b)
{
    double weight = a->weight + b->weight;

    return (struct reading){a->from_duty_ratio, b->to_duty_ratio,
                            (a->weight * a->time_s + b->weight * b->time_s) / weight, weight,
                            a->origin > b->origin ? a->origin : b->origin};
}

/* A card that works harder clocks no higher. Where rows say otherwise (a card that had rested
 * when the highest duty was measured first was seen to), or several were measured at one duty,
 * neighbours are pooled until times rise with duty: least squares under that condition. */
static size_t add_reading(struct reading *readings, size_t count, struct reading next)
{
    while (count && (readings[count - 1].time_s >= next.time_s ||
                     readings[count - 1].to_duty_ratio == next.from_duty_ratio))
        next = pool(&readings[--count], &next);
    readings[count] = next;
    return count + 1;
}

/* Back to back is duty 1 too. Curves of one protocol come by rising duty. */
static size_t read_all(const struct cost_table *table, const struct group *group,
                       const struct query *query, struct reading *readings)
{
    enum protocol own = has_protocol(group, PROTOCOL_MIXED) ? PROTOCOL_MIXED : PROTOCOL_PACED;
    size_t count = 0;

    for (size_t i = 0; i < group->curve_count; i++)
        if (group->curves[i].protocol == own)
            count = add_reading(readings, count, read_curve(table, &group->curves[i], query));
    for (size_t i = 0; i < group->curve_count; i++)
        if (group->curves[i].protocol == PROTOCOL_HOT)
            count = add_reading(readings, count, read_curve(table, &group->curves[i], query));
    return count;
}

static struct cost between(const struct reading *below, const struct reading *above,
                           double duty_ratio)
{
    double weight =
        (duty_ratio - below->to_duty_ratio) / (above->from_duty_ratio - below->to_duty_ratio);

    return (struct cost){below->time_s + weight * (above->time_s - below->time_s),
                         below->origin > above->origin ? below->origin : above->origin};
}

struct cost cost_at_duty(const struct cost_table *table, const struct gpu *gpu,
                         enum operator_kind kind, enum operator_pass pass,
                         const struct operator_shape *shape, enum dtype dtype, double duty_ratio)
{
    struct query query = {gpu, kind, pass, shape, dtype, shape->span_tokens};
    const struct group *group = table_group(table, &query);
    struct cost cost;

    if (!group)
        return table_unmeasured(table, &timing_hot, &query);
    struct reading *readings = mem_zeroed(group->curve_count, sizeof(*readings));
    size_t count = read_all(table, group, &query, readings), above = 0;
    while (above + 1 < count && readings[above].to_duty_ratio < duty_ratio)
        above++;
    const struct reading *at = &readings[above];
    cost = above == 0 || duty_ratio >= at->from_duty_ratio
               ? (struct cost){at->time_s, at->origin}
               : between(&readings[above - 1], at, duty_ratio);
    free(readings);
    return cost;
}

bool cost_knows_duties(const struct cost_table *table)
{
    for (size_t i = 0; table && i < table->curve_count; i++)
        if (table->curves[i].protocol != PROTOCOL_HOT)
            return true;
    return false;
}
