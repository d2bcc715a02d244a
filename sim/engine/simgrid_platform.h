/* A topology as SimGrid platform XML (DTD version 4.1): one zone with Dijkstra routing, a host per
 * GPU, a router per switch and NIC, a shared link per direction, and the hop that it makes.
 *
 * SimGrid finds the routes. It counts links, so those of several hops have links beside them that
 * everything passes unhindered, named ".hop2" and on; a link into a GPU that has several neighbours
 * counts one more, so that no route leads through it. Routes that it cannot know are given in full,
 * as bypassRoute: where several are equally short, of which route.h says which one is taken, and
 * where bytes are staged in hosts' memory. tests/unit/engine/test_platform.c holds SimGrid's
 * routes, link by link, against a router's.
 *
 * Hosts compute at 1 flop/s, so that an execution of t flops takes t seconds. Written by us because
 * SimGrid's C interface cannot build platforms. */
#ifndef SCMOESIM_ENGINE_SIMGRID_PLATFORM_H
#define SCMOESIM_ENGINE_SIMGRID_PLATFORM_H

#include "sim/base/text.h"
#include "sim/collective/alltoall.h"

/* Names of hosts and routers are the vertices' with '/' replaced by '.', link names likewise with
 * '>' and '<' replaced by ".fwd" and ".rev". */
void platform_link_name(const struct topology *topology, size_t link, struct text *to);
void platform_host_name(const struct topology *topology, size_t vertex, struct text *to);

/* Routes are the router's for every pair of ranks (flows NULL), or only for those that the flow
 * sets use. In the latter case the platform is meant for sim/engine, which lets a flow's latency
 * pass itself: links then have none. */
void platform_write_xml(const struct topology *topology, struct router *router,
                        const struct flow_set *const *flows, size_t flow_set_count,
                        struct text *to);

#endif
