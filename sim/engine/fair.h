/* Max-min fair sharing of links by very many flows, each along its own route.
 *
 * The same sharing as SimGrid's where links have no latency (tests/model/test_fair.c), made for
 * exchanges of ten thousands of unequal flows: links that can never decide a rate are left out, and
 * links may be shared anew at times some way apart instead of at each flow's end. Knows nothing of
 * ranks that wait; the engine tells when flows start. */
#ifndef SCMOESIM_ENGINE_FAIR_H
#define SCMOESIM_ENGINE_FAIR_H

#include "sim/collective/alltoall.h"

struct fair;

/* A flow's end, known some time before or when it comes. */
struct fair_end {
    size_t flow;
    double end_s; /* not before the call of fair_share that tells it */
};

/* For the flows of the sets, one set after the other. A flow may run several times at once, in
 * lanes: what is told of flow f of the whole in a lane is number lane * flows + f. */
struct fair *fair_new(const struct topology *topology, struct router *router,
                      const struct flow_set *const *sets, size_t set_count);
void fair_free(struct fair *fair);

/* Links that take part. */
size_t fair_link_count(const struct fair *fair);

/* The flow starts; it gets its bandwidth at the next call of fair_share. */
void fair_start(struct fair *fair, size_t flow, double bytes, double now_s);

/* Lets time pass to now_s and shares the links anew. From then on rates stay for window_s: call
 * again at the time returned (INFINITY: nothing runs) or after starts, but not before now_s +
 * window_s. Flows that end by then are told now, so that whoever waits for them goes on in time;
 * the ends are valid until the next call.
 *
 * A window of 0 is exact. Else starts and ends within a window change the others' rates at its end
 * only, which then is made up for as if all had come at their mean time: what one flow gains by
 * that others lose, and only the order of starts and ends within windows is lost. */
double fair_share(struct fair *fair, double now_s, double window_s,
                  const struct fair_end **ret_ends, size_t *ret_count);

#endif
