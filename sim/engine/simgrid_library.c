#include "sim/engine/simgrid_library.h"

#include <dlfcn.h>
#include <signal.h>
#include <simgrid/version.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/engine/simgrid.h"

/* CM02: a flow gets its latency, then its fair share of every link. TCP-gamma 0 lifts the window
 * cap that would hold a fast link to a fraction of its rate, crosstraffic 0 the acknowledgement
 * traffic.
 */
const char engine_network_settings[] = "CM02, TCP-gamma 0, crosstraffic 0";

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)
/* Its functions are called as the headers say with which this was compiled, hence of that version.
 */
#define VERSION TEXT(SIMGRID_VERSION_MAJOR) "." TEXT(SIMGRID_VERSION_MINOR)

const char *engine_simgrid_version(void)
{
    return VERSION;
}

static void (*crash_handler)(int signal);

/* On a stack of its own, as it may be an actor's small one that has run over. */
static void catch_crashes(void)
{
#if !defined(__SANITIZE_ADDRESS__) /* whose own reports say more */
    static char stack[64 * 1024];
    static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    if (!crash_handler)
        return;
    sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);
    struct sigaction action = {.sa_handler = crash_handler, .sa_flags = SA_ONSTACK};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i], &action, NULL);
#endif
}

void engine_on_crash(void (*handler)(int signal))
{
    crash_handler = handler;
    catch_crashes();
}

static bool started;

#if defined(__SANITIZE_ADDRESS__)
/* LeakSanitizer stops all threads to look for leaks at exit, and at times crashes where SimGrid's
 * are ending. Valgrind looks for those of a play by SimGrid (tests/cli/valgrind.sh). */
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
    return started;
}
#endif

static void start(const struct simgrid_library *library)
{
    /* SimGrid's precision option has another name from 3.34 on. */
    bool new_name = SIMGRID_VERSION_MAJOR > 3 || SIMGRID_VERSION_MINOR > 33;
    const char *const arguments[] = {
        "scmoesim",
        "--cfg=network/model:CM02",
        "--cfg=network/TCP-gamma:0",
        "--cfg=network/crosstraffic:0",
        new_name ? "--cfg=precision/work-amount:1e-9" : "--cfg=maxmin/precision:1e-9",
#if defined(__SANITIZE_ADDRESS__)
        "--cfg=contexts/factory:thread", /* ASan does not follow SimGrid's own stack switches */
#else
        "--cfg=contexts/stack-size:256", /* KiB; the walk over a plan runs in an actor */
        "--cfg=contexts/guard-size:0",   /* a guard page per actor would double the time of a play */
#endif
        "--log=root.app:file:/dev/null", /* what concerns the user, we say ourselves */
    };
    int argc = (int)(sizeof arguments / sizeof *arguments);
    char *argv[sizeof arguments / sizeof *arguments + 1] = {NULL};
    for (int i = 0; i < argc; i++)
        argv[i] = mem_copy_string(arguments[i]);
    char *ours[sizeof argv / sizeof *argv];
    memcpy(ours, argv, sizeof argv); /* SimGrid takes its options out of argv */
    int count = argc;
    library->simgrid_init(&argc, argv);
    for (int i = 0; i < count; i++)
        free(ours[i]);
    catch_crashes(); /* again, as SimGrid sets handlers too */
    started = true;
}

static int look_up(void *handle, const char *name, struct diag *diag, void *ret)
{
    void *symbol = dlsym(handle, name);
    if (!symbol)
        return diag_say(diag, "SimGrid's library has no %s: %s", name, dlerror());
    memcpy(ret, &symbol, sizeof symbol);
    return 0;
}

int simgrid_library(struct diag *diag, const struct simgrid_library **ret)
{
    static struct simgrid_library library;
    *ret = &library;
    if (started)
        return 0;
    void *handle = dlopen("libsimgrid.so." VERSION, RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        return diag_say(diag, "SimGrid " VERSION " cannot be loaded: %s", dlerror());
    int r = 0;
#define LOOK_UP(name) r = r < 0 ? r : look_up(handle, #name, diag, &library.name);
    SIMGRID_FUNCTIONS(LOOK_UP)
    if (r < 0)
        return r;
    start(&library);
    return 0;
}
