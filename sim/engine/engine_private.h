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

#endif
