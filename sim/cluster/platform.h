/* A topology as SimGrid platform XML (DTD version 4.1): one zone with full routing, a host per
 * GPU, a shared link per direction.
 *
 * Hosts compute at 1 flop/s, so that an execution of t flops takes t seconds. Written by us
 * because SimGrid's C interface cannot build platforms; routes are given in full because
 * SimGrid's shortest paths would let a GPU forward traffic and would put all load on one of
 * several equal paths. */
#ifndef SCMOESIM_CLUSTER_PLATFORM_H
#define SCMOESIM_CLUSTER_PLATFORM_H

#include "sim/base/text.h"
#include "sim/cluster/alltoall.h"

/* Host names are the GPUs' vertex names with '/' replaced by '.', link names likewise with '>'
 * and '<' replaced by ".fwd" and ".rev". platform_link_name writes the latter for one link. */
void platform_link_name(const struct topology *topology, size_t link, struct text *to);
void platform_host_name(const struct topology *topology, size_t rank, struct text *to);

/* Routes are written for every pair of ranks (flows NULL), or only for those that the flow sets
 * use. In the latter case the platform is meant for sim/engine, which lets a flow's latency pass
 * itself: links then have none. */
void platform_write_xml(const struct topology *topology, struct router *router,
                        const struct flow_set *const *flows, size_t flow_set_count,
                        struct text *to);

#endif
