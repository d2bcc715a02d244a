/* What comes when: the earliest first, of equals the one that was added first. */
#include <gsl/gsl_rng.h>
#include <gsl/gsl_test.h>
#include <math.h>

#include "sim/engine/events.h"

static void by_hand(void)
{
    static const double at_s[] = {3, 1, 2, 1, 3, 1};
    static const size_t order[] = {1, 3, 5, 2, 0, 4};
    struct events events = {0};
    gsl_test(!isinf(events_next_s(&events)), "nothing comes");
    for (size_t i = 0; i < 6; i++)
        events_add(&events, (struct event){.at_s = at_s[i], .what = 7, .version = 9, .index = i});
    for (size_t i = 0; i < 6; i++) {
        gsl_test_abs(events_next_s(&events), at_s[order[i]], 0, "when number %zu comes", i);
        struct event event = events_take(&events);
        gsl_test_int((int)event.index, (int)order[i], "which comes as number %zu", i);
        gsl_test(event.what != 7 || event.version != 9, "with all that it was added with");
    }
    gsl_test(!isinf(events_next_s(&events)), "nothing is left");
    events_done(&events);
}

/* Added while others are taken, as in a play: never an earlier one, of equals never one that was
 * added earlier, and none is lost. */
static void in_turns(void)
{
    enum { ADDED = 20000 };
    gsl_rng *draws = gsl_rng_alloc(gsl_rng_mt19937); /* whose seed is 4357 unless told otherwise */
    struct events events = {0};
    double now_s = 0;
    size_t wrong = 0, added = 0, taken = 0;
    struct event last = {0};
    while (taken < ADDED) {
        if (added < ADDED && (added == taken || gsl_rng_uniform_int(draws, 2))) {
            double at_s = now_s + (double)gsl_rng_uniform_int(draws, 50);
            events_add(&events, (struct event){.at_s = at_s, .index = added++});
            continue;
        }
        struct event event = events_take(&events);
        wrong += event.at_s < now_s;
        wrong += taken > 0 && event.at_s == last.at_s && event.index < last.index;
        now_s = event.at_s;
        last = event;
        taken++;
    }
    gsl_test_int((int)wrong, 0, "out of order");
    gsl_test(!isinf(events_next_s(&events)), "all were taken");
    events_done(&events);
    gsl_rng_free(draws);
}

int main(void)
{
    by_hand();
    in_turns();
    return gsl_test_summary();
}
