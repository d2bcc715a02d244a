#include "sim/engine/network.h"

#include <math.h>
#include <stdlib.h>

#include "sim/base/mem.h"
#include "sim/engine/maxmin.h"

const char *const network_names[] = {"auto", "folded", "simgrid", "max-min", "none", NULL};

static void run_here(struct network *network, void (*function)(void *context), void *context)
{
    (void)network;
    function(context);
}

/* ---- Max-min: of every flow, of a fold's classes, or of nothing ---- */

struct shared_network {
    struct network base;
    struct maxmin *solver;
    double window_s;
    bool started;        /* something has, since links were shared */
    double may_share_s;  /* not before */
    double must_share_s; /* something ends; INFINITY: nothing runs */
};

static void start_shared(struct network *network, size_t flow, double bytes, double now_s)
{
    struct shared_network *shared = (struct shared_network *)network;
    maxmin_start(shared->solver, flow, bytes, now_s);
    shared->started = true;
}

/* What starts at until_s takes part in the sharing at that time. */
static double advance_shared(struct network *network, double now_s, double until_s,
                             const struct network_end **ret_ends, size_t *ret_count)
{
    struct shared_network *shared = (struct shared_network *)network;
    double next_s = shared->started ? fmax(now_s, shared->may_share_s) : shared->must_share_s;
    *ret_count = 0;
    if (next_s >= until_s)
        return until_s;
    shared->must_share_s =
        maxmin_share(shared->solver, next_s, shared->window_s, ret_ends, ret_count);
    shared->may_share_s = next_s + shared->window_s;
    shared->started = false;
    return next_s;
}

static void free_shared(struct network *network)
{
    struct shared_network *shared = (struct shared_network *)network;
    maxmin_free(shared->solver);
    free(shared);
}

static struct network *share(const struct paths *owned_paths, double window_s)
{
    struct shared_network *shared = mem_zeroed(1, sizeof *shared);
    *shared = (struct shared_network){
        .base = {start_shared, advance_shared, run_here, free_shared},
        .solver = maxmin_new(owned_paths),
        .window_s = window_s,
        .must_share_s = INFINITY,
    };
    return &shared->base;
}

struct network *network_none(void)
{
    return share(&(struct paths){0}, 0);
}

struct network *network_folded(const struct fold *fold)
{
    struct paths paths;
    paths_of_fold(fold, &paths);
    return share(&paths, 0);
}

struct network *network_maxmin(const struct topology *topology, struct router *router,
                               const struct flow_set *const *sets, size_t set_count,
                               double window_s)
{
    struct paths paths;
    paths_find(topology, router, sets, set_count, &paths);
    return share(&paths, window_s);
}
