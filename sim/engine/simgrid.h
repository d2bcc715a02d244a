/* What the rest of the program may know of SimGrid, which only this room includes, and loads only
 * when a play needs it. */
#ifndef SCMOESIM_ENGINE_SIMGRID_H
#define SCMOESIM_ENGINE_SIMGRID_H

/* The version of SimGrid's library, "3.32", and the settings that fix its network model. */
const char *engine_simgrid_version(void);
extern const char engine_network_settings[];

/* What to do instead of dying by a signal (SIGSEGV, SIGABRT and the like), from now on and when
 * SimGrid has started, which has handlers of its own: its assertions and its bugs end that way. The
 * function may do only what a signal handler may, and must not return. Call before the first play.
 */
void engine_on_crash(void (*handler)(int signal));

#endif
