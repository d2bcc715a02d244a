/* How often the slot that is put first was measured fastest. */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/accuracy/accuracy_private.h"
#include "sim/base/mem.h"

#define DRAWS                                                                                      \
    200 /* of what replays would measure if predictions were exact: a choice's share +-0.3 % */

/* The slots that compete, all else equal. */
struct race {
    const struct outcome **slots;
    size_t count;
};

static bool one_choice(const struct outcome *a, const struct outcome *b)
{
    return b->slot > 0 && outcomes_comparable(a, b) &&
           strcmp(a->replay->operators->schedule, b->replay->operators->schedule) == 0;
}

/* The race of the slot at `first`, when it is the first of it in the list and there are others. */
static bool find_race(const struct outcome *outcomes, size_t count, size_t first,
                      enum estimate estimate, struct race *race)
{
    const struct outcome *me = &outcomes[first];
    race->count = 0;
    for (size_t j = 0; me->slot && j < count; j++) {
        const struct outcome *other = &outcomes[j];
        if (!one_choice(me, other) || !isfinite(outcome_estimated_s(other, estimate)))
            continue;
        if (j < first)
            return false;
        race->slots[race->count++] = other;
    }
    return race->count > 1;
}

/* The first of equals. */
static size_t smallest(const double *times_s, size_t count)
{
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        if (is_faster(times_s[i], times_s[best]))
            best = i;
    return best;
}

static size_t chosen(const struct race *race, enum estimate estimate, double *room)
{
    for (size_t i = 0; i < race->count; i++)
        room[i] = outcome_estimated_s(race->slots[i], estimate);
    return smallest(room, race->count);
}

/* Adds how the choice did among these times. */
static void judge(size_t choice, const double *times_s, size_t count, double weight,
                  struct choice_summary *sum)
{
    size_t fastest = smallest(times_s, count);
    sum->right_ratio += weight * (choice == fastest);
    sum->near_ratio += weight * (times_s[choice] <= times_s[fastest] * (1 + NEAR_RATIO));
}

/* What a replay's rounds would give were its prediction exact: their median. */
static double draw_s(const struct outcome *outcome, gsl_rng *random, double *rounds_s)
{
    const struct replay *replay = outcome->replay;
    for (size_t i = 0; i < replay->rounds; i++)
        rounds_s[i] =
            outcome->predicted_s * (1 + gsl_ran_gaussian(random, replay->round_spread_ratio));
    gsl_sort(rounds_s, 1, replay->rounds);
    return gsl_stats_median_from_sorted_data(rounds_s, 1, replay->rounds);
}

static size_t most_rounds(const struct outcome *outcomes, size_t count)
{
    size_t most = 1;
    for (size_t i = 0; i < count; i++)
        most = outcomes[i].replay->rounds > most ? outcomes[i].replay->rounds : most;
    return most;
}

/* Where slots took turns, rounds drift for all of them alike: their spread says nothing of a race.
 */
static bool spreads_tell(const struct race *race)
{
    for (size_t i = 0; i < race->count; i++)
        if (!isfinite(race->slots[i]->replay->round_spread_ratio) ||
            race->slots[i]->replay->turns > 1)
            return false;
    return true;
}

/* draws: 0 where what was measured is to judge, once; else of what would be. */
static struct choice_summary judge_races(const struct outcome *outcomes, size_t count,
                                         const struct part *part, enum estimate estimate,
                                         size_t draws)
{
    struct choice_summary sum = {0};
    struct race race = {mem_zeroed(count, sizeof(struct outcome *)), 0};
    double *times_s = mem_zeroed(count, sizeof *times_s);
    double *rounds_s = mem_zeroed(most_rounds(outcomes, count), sizeof *rounds_s);
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, 1);
    for (size_t i = 0; i < count; i++) {
        if (!outcome_belongs(&outcomes[i], part) ||
            !find_race(outcomes, count, i, estimate, &race) || (draws && !spreads_tell(&race)))
            continue;
        size_t choice = chosen(&race, estimate, times_s), rounds = draws ? draws : 1;
        for (size_t round = 0; round < rounds; round++) {
            for (size_t s = 0; s < race.count; s++)
                times_s[s] =
                    draws ? draw_s(race.slots[s], random, rounds_s) : race.slots[s]->replay->time_s;
            judge(choice, times_s, race.count, 1 / (double)rounds, &sum);
        }
        sum.choices++;
    }
    gsl_rng_free(random);
    free(rounds_s);
    free(times_s);
    free(race.slots);
    if (sum.choices) {
        sum.right_ratio /= (double)sum.choices;
        sum.near_ratio /= (double)sum.choices;
    }
    return sum;
}

struct choice_summary outcomes_choices(const struct outcome *outcomes, size_t count,
                                       const struct part *part, enum estimate estimate)
{
    return judge_races(outcomes, count, part, estimate, 0);
}

struct choice_summary outcomes_exact_choices(const struct outcome *outcomes, size_t count,
                                             const struct part *part)
{
    return judge_races(outcomes, count, part, ESTIMATE_PREDICTED, DRAWS);
}
