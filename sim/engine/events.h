/* What comes when: a heap of events, the earliest first, of equals the one that was added first.
 * Internal to the room. */
#ifndef SCMOESIM_ENGINE_EVENTS_H
#define SCMOESIM_ENGINE_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event {
    double at_s;
    uint64_t number; /* of its adding */
    uint32_t what;   /* the walker's business, like the rest */
    uint32_t version;
    size_t index;
};

struct events {
    struct event *heap;
    size_t count, room;
    uint64_t added;
};

void events_add(struct events *events, struct event event);
/* When the next one comes; INFINITY: there is none. */
double events_next_s(const struct events *events);
struct event events_take(struct events *events); /* there is one */
void events_done(struct events *events);

#endif
