/* Plays a plan on a SimGrid platform. The only room that includes SimGrid.
 *
 * Every queue of every rank is an actor, so that work in a queue is in order and queues overlap. A
 * compute operator is an execution on its GPU's host; an All-to-All is a set of flows on mailboxes,
 * each of which starts when both its ends have come, and its latency later; a communication kernel
 * that holds a share of the SMs is a bounded execution beside the compute, so that SimGrid's fair
 * sharing slows what it overlaps.
 *
 * SimGrid holds one platform per process and cannot let go of it: open one engine per process, and
 * fork before opening where several platforms are needed. */
#ifndef SCMOESIM_ENGINE_ENGINE_H
#define SCMOESIM_ENGINE_ENGINE_H

#include "sim/base/diag.h"
#include "sim/base/text.h"
#include "sim/collective/alltoall.h"
#include "sim/engine/timeline.h"
#include "sim/schedule/plan.h"

struct engine;

/* The version of the SimGrid library, "3.32", and the settings that fix its network model. */
const char *engine_simgrid_version(void);
extern const char engine_network_settings[];

/* What to do instead of dying by a signal (SIGSEGV, SIGABRT and the like), from now on and when
 * SimGrid has started, which has handlers of its own: its assertions and its bugs end that way. The
 * function may do only what a signal handler may, and must not return. Call before engine_open. */
void engine_on_crash(void (*handler)(int signal));

/* Starts SimGrid and loads the platform. xml is what platform_write_xml wrote; host_names are those
 * of ranks 0.. in it. Fails when a platform is loaded already or a host is missing. */
int engine_open(const struct text *xml, const char *const *host_names, size_t ranks,
                struct diag *diag, struct engine **ret);
/* Frees what is ours; SimGrid's own memory lasts as long as the process. NULL is fine. */
void engine_close(struct engine *engine);

/* Changes a link in place, between two plays. name as in the platform XML. */
int engine_rate_link(struct engine *engine, const char *name, double bandwidth_bytes_per_s,
                     struct diag *diag);

/* Flows beside a plan. */
struct background {
    const struct flow_set *flows;
    double bytes; /* that a rank sends in them */
};
#define BACKGROUNDS_MAX 2

struct engine_job {
    const struct plan *plan;
    const double *compute_s; /* [rank * operators + operator]: on an otherwise idle GPU; of an
                                expert fetch, its copy */
    /* The flows of one All-to-All of the plan's EP groups, by the operator's kind: dispatch goes to
     * the experts' owners, combine back. One set may serve both; either may be empty. */
    const struct flow_set *dispatch, *combine;
    const double *a2a_s; /* [operator]: measured time of an All-to-All from the moment that its
                            ranks are there, setup included; NULL, or where it is 0, flows
                            decide. Flows then only bring the ranks together, with no bytes */
    /* Flows beside the plan, which all ranks start with it and which share its links and each
     * other's: ring All-Reduces of gradients. The play lasts until they are done too. */
    struct background backgrounds[BACKGROUNDS_MAX];
    size_t background_count;
    const double *a2a_wait_s; /* [operator]: from the moment that an All-to-All could begin until
                                 its kernels get SMs; it holds none meanwhile. NULL: no time */
    double a2a_setup_s;       /* per All-to-All and rank, before its first flow */
    double a2a_floor_s;    /* what a rank's All-to-All takes at least, setup and flows included */
    double sm_share_ratio; /* of the SMs that a running All-to-All holds, [0, 0.5] */
    double a2a_kernels_s;  /* that an All-to-All's kernels need the whole GPU from its start on;
                              with compute beside them they get half of it, and it waits for them */
    /* Where set, it is not SimGrid that shares the links, but fair.h, anew when a flow starts or
     * ends, though not more often than each window: for very many flows. NULL, NULL: SimGrid, whose
     * platform then was written for these flows. */
    const struct topology *topology;
    struct router *router;
    double window_s; /* 0: exact, as SimGrid is */
};

/* Plays the job from time 0. Operators that never ran (a deadlock) are an error that names them. */
int engine_play(struct engine *engine, const struct engine_job *job, struct diag *diag,
                struct timeline **ret);

/* The same of representatives, by arithmetic, without SimGrid: dispatch is folded, and combine and
 * what is in the background are in that fold; compute_s is of each rank all the same. The ranks of
 * an orbit share a row of the timeline. Equal to the play of all ranks but for rounding
 * (tests/model/test_folded_runs.c). */
int engine_play_folded(const struct engine_job *job, struct diag *diag, struct timeline **ret);

#endif
