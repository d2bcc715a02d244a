/* The queues of a result as rows of a picture: backward goes on the rows of forward. */
#ifndef SCMOESIM_REPORT_LANES_H
#define SCMOESIM_REPORT_LANES_H

#include "sim/report/result.h"

struct lanes {
    const char **names; /* each queue name once, forward's order first; borrowed from the plans */
    size_t count;
    size_t *forward, *backward; /* queue of the plan -> lane */
};

/* The result has a forward plan. Release with lanes_done. */
void lanes_init(struct lanes *lanes, const struct result *result);
void lanes_done(struct lanes *lanes);

#endif
