#include "sim/engine/engine_private.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <simgrid/engine.h>
#include <simgrid/link.h>
#include <simgrid/version.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "sim/base/mem.h"

/* CM02: a flow gets its latency, then its fair share of every link. TCP-gamma 0 lifts the window
 * cap that would hold a fast link to a fraction of its rate, crosstraffic 0 the acknowledgement
 * traffic. */
const char engine_network_settings[] = "CM02, TCP-gamma 0, crosstraffic 0";

const char *engine_simgrid_version(void)
{
    static char version[32];
    int major, minor, patch;
    sg_version_get(&major, &minor, &patch);
    if (patch)
        snprintf(version, sizeof version, "%d.%d.%d", major, minor, patch);
    else
        snprintf(version, sizeof version, "%d.%d", major, minor);
    return version;
}

/* SimGrid's precision option has another name from 3.34 on. */
static bool has_new_option_name(void)
{
    int major, minor, patch;
    sg_version_get(&major, &minor, &patch);
    return major > 3 || minor > 33;
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

static void start_simgrid(void)
{
    static bool started = false;
    if (started)
        return;
    started = true;
    const char *const arguments[] = {
        "scmoesim",
        "--cfg=network/model:CM02",
        "--cfg=network/TCP-gamma:0",
        "--cfg=network/crosstraffic:0",
        has_new_option_name() ? "--cfg=precision/work-amount:1e-9" : "--cfg=maxmin/precision:1e-9",
#if defined(__SANITIZE_ADDRESS__)
        "--cfg=contexts/factory:thread", /* ASan does not follow SimGrid's own stack switches */
#else
        "--cfg=contexts/stack-size:64", /* KiB; an actor is a loop over operators */
        "--cfg=contexts/guard-size:0",  /* a guard page per actor would double the time of a play */
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
    simgrid_init(&argc, argv);
    for (int i = 0; i < count; i++)
        free(ours[i]);
    catch_crashes(); /* again, as SimGrid sets handlers too */
}

int engine_open(const struct text *xml, const char *const *host_names, size_t ranks,
                struct diag *diag, struct engine **ret)
{
    static bool loaded = false;
    if (loaded)
        return diag_say(diag, "a SimGrid platform is loaded in this process already");
    int fd = memfd_create("scmoesim-platform.xml", 0);
    if (fd < 0)
        return diag_say(diag, "cannot hold the platform in memory: %s", strerror(errno));
    for (size_t at = 0; at < xml->length;) {
        ssize_t wrote = write(fd, xml->text + at, xml->length - at);
        if (wrote <= 0) {
            close(fd);
            return diag_say(diag, "cannot hold the platform in memory: %s", strerror(errno));
        }
        at += (size_t)wrote;
    }
    start_simgrid();
    /* SimGrid tells the format by the file name's ending: a descriptor path has none, XML is
     * assumed. */
    char *path = mem_format("/proc/self/fd/%d", fd);
    simgrid_load_platform(path);
    loaded = true;
    free(path);
    close(fd);

    struct engine *engine = mem_zeroed(1, sizeof *engine);
    engine->ranks = ranks;
    engine->hosts = mem_zeroed(ranks, sizeof *engine->hosts);
    for (size_t r = 0; r < ranks; r++) {
        engine->hosts[r] = sg_host_by_name(host_names[r]);
        if (!engine->hosts[r]) {
            int error = diag_say(diag, "the platform has no host \"%s\"", host_names[r]);
            engine_close(engine);
            return error;
        }
    }
    *ret = engine;
    return 0;
}

void engine_close(struct engine *engine)
{
    if (!engine)
        return;
    free(engine->hosts);
    free(engine->mailboxes);
    free(engine);
}

int engine_rate_link(struct engine *engine, const char *name, double bandwidth_bytes_per_s,
                     struct diag *diag)
{
    (void)engine;
    sg_link_t link = sg_link_by_name(name);
    if (!link)
        return diag_say(diag, "the platform has no link \"%s\"", name);
    sg_link_set_bandwidth(link, bandwidth_bytes_per_s);
    return 0;
}
