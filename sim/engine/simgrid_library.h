/* SimGrid's library, loaded when a play needs it: it costs 20 ms of start-up and 14 further
 * libraries. Internal to the room. */
#ifndef SCMOESIM_ENGINE_SIMGRID_LIBRARY_H
#define SCMOESIM_ENGINE_SIMGRID_LIBRARY_H

#include <simgrid/actor.h>
#include <simgrid/engine.h>
#include <simgrid/host.h>
#include <simgrid/link.h>
#include <simgrid/semaphore.h>

#include "sim/base/diag.h"

/* Only what the headers of 3.32 and of 4.0.3 both declare, so that neither an older nor a newer
 * library breaks it. */
#define SIMGRID_FUNCTIONS(X)                                                                       \
    X(simgrid_init)                                                                                \
    X(simgrid_load_platform)                                                                       \
    X(simgrid_run)                                                                                 \
    X(simgrid_get_clock)                                                                           \
    X(sg_host_by_name)                                                                             \
    X(sg_host_sendto)                                                                              \
    X(sg_link_by_name)                                                                             \
    X(sg_link_set_bandwidth)                                                                       \
    X(sg_actor_init)                                                                               \
    X(sg_actor_start_)                                                                             \
    X(sg_actor_set_stacksize)                                                                      \
    X(sg_actor_set_data)                                                                           \
    X(sg_actor_self_get_data)                                                                      \
    X(sg_actor_sleep_until)                                                                        \
    X(sg_actor_yield)                                                                              \
    X(sg_sem_init)                                                                                 \
    X(sg_sem_acquire)                                                                              \
    X(sg_sem_release)                                                                              \
    X(sg_sem_destroy)

#define SIMGRID_MEMBER(name) __typeof__(&name) name;
struct simgrid_library {
    SIMGRID_FUNCTIONS(SIMGRID_MEMBER)
};

/* Loads and starts it, once a process; an error where it is not installed. */
int simgrid_library(struct diag *diag, const struct simgrid_library **ret);

#endif
