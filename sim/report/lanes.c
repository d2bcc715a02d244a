#include "sim/report/lanes.h"

#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"

static size_t find_lane(struct lanes *lanes, const char *name)
{
    size_t lane = 0;
    while (lane < lanes->count && strcmp(lanes->names[lane], name) != 0)
        lane++;
    if (lane == lanes->count)
        lanes->names[lanes->count++] = name;
    return lane;
}

static size_t *place_queues(struct lanes *lanes, const struct plan *plan)
{
    if (!plan)
        return NULL;
    size_t *places = mem_zeroed(plan->queue_count + 1, sizeof *places);
    for (size_t i = 0; i < plan->queue_count; i++)
        places[i] = find_lane(lanes, plan->queues[i]);
    return places;
}

void lanes_init(struct lanes *lanes, const struct result *result)
{
    const struct plan *forward = result->forward.plan, *backward = result->backward.plan;
    size_t most = forward->queue_count + (backward ? backward->queue_count : 0);
    *lanes = (struct lanes){.names = mem_zeroed(most + 1, sizeof *lanes->names)};
    lanes->forward = place_queues(lanes, forward);
    lanes->backward = place_queues(lanes, backward);
}

void lanes_done(struct lanes *lanes)
{
    free(lanes->names);
    free(lanes->forward);
    free(lanes->backward);
    *lanes = (struct lanes){0};
}
