/* SimGrid as a network: a flow is an actor that sends its bytes from host to host. What calls start
 * and advance is an actor, too. Latencies pass before a flow starts (sim/engine/queue_walker.c),
 * not on SimGrid's links: those would then give a flow less the farther it goes (as TCP does),
 * whereas NVLink, PCIe and InfiniBand know no window. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sim/base/fingerprint.h"
#include "sim/base/mem.h"
#include "sim/engine/network.h"
#include "sim/engine/simgrid_platform.h"
#include "sim/engine/simgrid_library.h"

/* The platform, which lasts as long as the process. */
struct platform {
    const struct simgrid_library *library;
    uint64_t structure;
    size_t ranks, link_count;
    sg_host_t *hosts;               /* [rank] */
    double *bandwidths_bytes_per_s; /* [link], as rated now */
};
static struct platform *platform;

struct simgrid_network;

struct moving {
    struct simgrid_network *network;
    size_t flow;
    double bytes;
};

struct simgrid_network {
    struct network base;
    double start_s; /* SimGrid's clock, which never goes back, when this play began */
    size_t flow_count;
    const struct flow **flows; /* [position] */
    sg_sem_t news;             /* a flow has ended */
    bool told;                 /* of it */
    unsigned long waits;
    size_t moving;
    struct network_end *ends, *given; /* since the last call; handed out */
    size_t end_count, room;
    void (*function)(void *);
    void *context;
};

/* ---- The platform ---- */

static uint64_t print_routes(const struct simgrid_request *request, const struct flow_set *set,
                             uint64_t print)
{
    size_t ranks = topology_ranks(request->topology);
    print = fingerprint_number(print, set->print);
    for (size_t f = 0; f < set->flow_count; f++) {
        const struct route *route = flow_set_route(set, &set->flows[f], ranks, request->router);
        print = fingerprint_bytes(print, route->links, route->link_count * sizeof *route->links);
    }
    return print;
}

static uint64_t structure_of(const struct simgrid_request *request)
{
    const struct topology *topology = request->topology;
    uint64_t print = fingerprint_number(FINGERPRINT_EMPTY, topology_ranks(topology));
    for (size_t r = 0; r < topology_ranks(topology); r++)
        print = fingerprint_text(print, topology->vertices[r].name);
    for (size_t l = 0; l < topology->link_count; l++)
        print = fingerprint_text(print, topology->links[l].name);
    for (size_t i = 0; i < request->known_count; i++)
        print = print_routes(request, request->known[i], print);
    return print;
}

static int hold_in_memory(const struct text *xml, struct diag *diag)
{
    int fd = memfd_create("scmoesim-platform.xml", 0);
    for (size_t at = 0; fd >= 0 && at < xml->length;) {
        ssize_t wrote = write(fd, xml->text + at, xml->length - at);
        if (wrote <= 0) {
            close(fd);
            fd = -1;
        } else {
            at += (size_t)wrote;
        }
    }
    return fd < 0 ? diag_say(diag, "cannot hold the platform in memory: %s", strerror(errno)) : fd;
}

static int find_hosts(const struct topology *topology, struct diag *diag, struct platform *to)
{
    int r = 0;
    for (size_t rank = 0; rank < to->ranks && r == 0; rank++) {
        struct text name = {0};
        platform_host_name(topology, rank, &name);
        to->hosts[rank] = to->library->sg_host_by_name(text_get(&name));
        if (!to->hosts[rank])
            r = diag_say(diag, "the platform has no host \"%s\"", text_get(&name));
        text_done(&name);
    }
    return r;
}

static int load(const struct simgrid_request *request, uint64_t structure, struct diag *diag)
{
    const struct topology *topology = request->topology;
    const struct simgrid_library *library;
    struct text xml = {0};
    int r = simgrid_library(diag, &library);
    if (r < 0)
        return r;
    platform_write_xml(topology, request->router, request->known, request->known_count, &xml);
    int fd = hold_in_memory(&xml, diag);
    text_done(&xml);
    if (fd < 0)
        return fd;
    /* SimGrid tells the format by the file name's ending: a descriptor path has none, XML is
     * assumed. */
    char *path = mem_format("/proc/self/fd/%d", fd);
    library->simgrid_load_platform(path);
    free(path);
    close(fd);
    platform = mem_zeroed(1, sizeof *platform);
    *platform = (struct platform){.library = library,
                                  .structure = structure,
                                  .ranks = topology_ranks(topology),
                                  .link_count = topology->link_count};
    platform->hosts = mem_zeroed(platform->ranks, sizeof *platform->hosts);
    platform->bandwidths_bytes_per_s = mem_zeroed(platform->link_count, sizeof(double));
    for (size_t l = 0; l < platform->link_count; l++)
        platform->bandwidths_bytes_per_s[l] = topology->links[l].bandwidth_bytes_per_s;
    return find_hosts(topology, diag, platform);
}

static int rate_link(const struct topology *topology, size_t link, struct diag *diag)
{
    double bandwidth = topology->links[link].bandwidth_bytes_per_s;
    if (platform->bandwidths_bytes_per_s[link] == bandwidth)
        return 0;
    struct text name = {0};
    platform_link_name(topology, link, &name);
    sg_link_t at = platform->library->sg_link_by_name(text_get(&name));
    int r = at ? 0 : diag_say(diag, "the platform has no link \"%s\"", text_get(&name));
    if (at)
        platform->library->sg_link_set_bandwidth(at, bandwidth);
    platform->bandwidths_bytes_per_s[link] = bandwidth;
    text_done(&name);
    return r;
}

static int need_platform(const struct simgrid_request *request, struct diag *diag)
{
    uint64_t structure = structure_of(request);
    if (!platform)
        return load(request, structure, diag);
    if (platform->structure != structure) {
        diag_say(diag, "topology %s needs a platform of its own", request->topology->name);
        return -EAGAIN;
    }
    int r = 0;
    for (size_t l = 0; l < platform->link_count && r == 0; l++)
        r = rate_link(request->topology, l, diag);
    return r;
}

/* ---- Time ---- */

static double now_s(const struct simgrid_network *network)
{
    return platform->library->simgrid_get_clock() - network->start_s;
}

/* SimGrid's clock never goes back, and sums with it round to its last bit, so a play's last digits
 * would depend on how many came before. Hence plays take place between 1024 s and 2048 s, where
 * that bit is the same (2^-42 s, a quarter of a picosecond), and each begins at a multiple of 2^-10
 * s: what is added to the clock then rounds alike for every play, and the order of plays changes
 * nothing. The room is for some ten thousand plays; beyond it only the last digits differ. */
#define CLOCK_FIRST_S 1024.0
#define CLOCK_STEPS_PER_S 1024.0

static void sleep_until(int argc, char *argv[])
{
    (void)argc;
    (void)argv;
    platform->library->sg_actor_sleep_until(
        *(const double *)platform->library->sg_actor_self_get_data());
}

/* SimGrid fills every stack with zeros first: those of flows are as small as sendto allows. */
#define WALK_STACK_KIB 512
#define FLOW_STACK_KIB 16

static void start_actor(const char *name, sg_host_t host, unsigned stack_kib,
                        void (*code)(int, char *[]), void *data)
{
    sg_actor_t actor = platform->library->sg_actor_init(name, host);
    platform->library->sg_actor_set_stacksize(actor, stack_kib);
    platform->library->sg_actor_set_data(actor, data);
    platform->library->sg_actor_start_(actor, code, 0, NULL);
}

static double align_clock(void)
{
    double now = platform->library->simgrid_get_clock();
    double start =
        now < CLOCK_FIRST_S ? CLOCK_FIRST_S : ceil(now * CLOCK_STEPS_PER_S) / CLOCK_STEPS_PER_S;
    if (start > now) {
        start_actor("clock", platform->hosts[0], FLOW_STACK_KIB, sleep_until, &start);
        platform->library->simgrid_run();
    }
    return start;
}

/* ---- Flows ---- */

/* Wakes the walk, once until it has looked. Others may run while this actor releases. */
static void tell(struct simgrid_network *network)
{
    if (network->told)
        return;
    network->told = true;
    platform->library->sg_sem_release(network->news);
}

static void note_end(struct simgrid_network *network, size_t flow)
{
    network->ends =
        mem_grown(network->ends, network->end_count, &network->room, sizeof *network->ends);
    network->ends[network->end_count++] = (struct network_end){flow, now_s(network)};
    network->moving--;
    tell(network);
}

static void move(int argc, char *argv[])
{
    (void)argc;
    (void)argv;
    struct moving *moving = platform->library->sg_actor_self_get_data();
    struct simgrid_network *network = moving->network;
    const struct flow *flow = network->flows[moving->flow % network->flow_count];
    platform->library->sg_host_sendto(platform->hosts[flow->from], platform->hosts[flow->to],
                                      moving->bytes);
    note_end(network, moving->flow);
    free(moving);
}

static void start_flow(struct network *base, size_t flow, double bytes, double at_s)
{
    struct simgrid_network *network = (struct simgrid_network *)base;
    (void)at_s;
    network->moving++;
    if (bytes <= 0) {
        note_end(network, flow);
        return;
    }
    struct moving *moving = mem_zeroed(1, sizeof *moving);
    *moving = (struct moving){network, flow, bytes};
    start_actor("flow", platform->hosts[network->flows[flow % network->flow_count]->from],
                FLOW_STACK_KIB, move, moving);
}

/* SimGrid's own smallest step in time: it may end a run in which somebody waits for less. The clock
 * then stays behind by so much, until the next longer wait. */
#define NO_TIME_S 1e-9

/* Wakes the walk at a time, unless it has looked meanwhile. SimGrid's own waits with a time limit
 * lose track of a semaphore's count. */
struct timer {
    struct simgrid_network *network;
    double at_s; /* on SimGrid's clock */
    unsigned long wait;
};

static void ring(int argc, char *argv[])
{
    (void)argc;
    (void)argv;
    struct timer *timer = platform->library->sg_actor_self_get_data();
    platform->library->sg_actor_sleep_until(timer->at_s);
    if (timer->wait == timer->network->waits)
        tell(timer->network);
    free(timer);
}

static void wait_for_news(struct simgrid_network *network, double until_s)
{
    double at_s = network->start_s + until_s;
    network->waits++;
    if (!network->told && at_s - platform->library->simgrid_get_clock() <= NO_TIME_S)
        return;
    if (!network->told && !isinf(until_s)) {
        struct timer *timer = mem_zeroed(1, sizeof *timer);
        *timer = (struct timer){network, at_s, network->waits};
        start_actor("timer", platform->hosts[0], FLOW_STACK_KIB, ring, timer);
    }
    platform->library->sg_sem_acquire(network->news);
    platform->library->sg_actor_yield(); /* whoever ends at the same moment is told along */
    network->told = false;
}

static double advance(struct network *base, double at_s, double until_s,
                      const struct network_end **ret_ends, size_t *ret_count)
{
    struct simgrid_network *network = (struct simgrid_network *)base;
    *ret_count = 0;
    if (network->moving == 0 && network->end_count == 0 && isinf(until_s))
        return until_s;
    wait_for_news(network, until_s);
    free(network->given);
    *ret_ends = network->given = network->ends;
    *ret_count = network->end_count;
    network->ends = NULL;
    network->end_count = network->room = 0;
    return *ret_count ? fmax(at_s, fmin(until_s, now_s(network))) : until_s;
}

static void walk(int argc, char *argv[])
{
    (void)argc;
    (void)argv;
    struct simgrid_network *network = platform->library->sg_actor_self_get_data();
    network->function(network->context);
}

static void run(struct network *base, void (*function)(void *context), void *context)
{
    struct simgrid_network *network = (struct simgrid_network *)base;
    network->function = function;
    network->context = context;
    start_actor("walk", platform->hosts[0], WALK_STACK_KIB, walk, network);
    platform->library->simgrid_run();
}

static void free_network(struct network *base)
{
    struct simgrid_network *network = (struct simgrid_network *)base;
    platform->library->sg_sem_destroy(network->news);
    free(network->flows);
    free(network->ends);
    free(network->given);
    free(network);
}

int network_simgrid(const struct simgrid_request *request, struct diag *diag, struct network **ret)
{
    int r = need_platform(request, diag);
    if (r < 0)
        return r;
    struct simgrid_network *network = mem_zeroed(1, sizeof *network);
    network->base = (struct network){start_flow, advance, run, free_network};
    for (size_t s = 0; s < request->set_count; s++)
        network->flow_count += request->sets[s]->flow_count;
    network->flows = mem_zeroed(network->flow_count + 1, sizeof *network->flows);
    for (size_t s = 0, at = 0; s < request->set_count; s++)
        for (size_t f = 0; f < request->sets[s]->flow_count; f++)
            network->flows[at++] = &request->sets[s]->flows[f];
    network->start_s = align_clock();
    network->news = platform->library->sg_sem_init(0);
    *ret = &network->base;
    return 0;
}
