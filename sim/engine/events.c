#include "sim/engine/events.h"

#include <math.h>
#include <stdlib.h>

#include "sim/base/mem.h"

static bool before(const struct event *a, const struct event *b)
{
    return a->at_s != b->at_s ? a->at_s < b->at_s : a->number < b->number;
}

void events_add(struct events *events, struct event event)
{
    event.number = events->added++;
    events->heap = mem_grown(events->heap, events->count, &events->room, sizeof event);
    size_t at = events->count++;
    for (; at > 0 && before(&event, &events->heap[(at - 1) / 2]); at = (at - 1) / 2)
        events->heap[at] = events->heap[(at - 1) / 2];
    events->heap[at] = event;
}

double events_next_s(const struct events *events)
{
    return events->count ? events->heap[0].at_s : INFINITY;
}

struct event events_take(struct events *events)
{
    struct event first = events->heap[0], last = events->heap[--events->count];
    size_t at = 0, child;
    while ((child = 2 * at + 1) < events->count) {
        if (child + 1 < events->count && before(&events->heap[child + 1], &events->heap[child]))
            child++;
        if (before(&last, &events->heap[child]))
            break;
        events->heap[at] = events->heap[child];
        at = child;
    }
    events->heap[at] = last;
    return first;
}

void events_done(struct events *events)
{
    free(events->heap);
    *events = (struct events){0};
}
