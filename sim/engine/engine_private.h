/* What the files of this room share. */
#ifndef SCMOESIM_ENGINE_PRIVATE_H
#define SCMOESIM_ENGINE_PRIVATE_H

#include <simgrid/host.h>
#include <simgrid/mailbox.h>
#include "sim/engine/engine.h"

struct engine {
    sg_host_t *hosts;
    size_t ranks;
    sg_mailbox_t *mailboxes; /* [queue * mailbox_flows + flow] */
    size_t mailbox_queues, mailbox_flows;
};

/* How close two events are to count as one; SimGrid's own is a nanosecond. */
#define TOGETHER_DEFAULT_S 1e-9
void engine_take_together(double time_s);

#endif
