/* Routes from one rank by the kinds of their links, without walking each. Internal to the room and
 * to fold. */
#ifndef SCMOESIM_ROUTE_ROUTE_CLASSES_H
#define SCMOESIM_ROUTE_ROUTE_CLASSES_H

#include "sim/route/route.h"

/* Routes that cross the same kinds of links in the same order. */
struct route_class {
    size_t before;    /* the class of the route without its last link */
    size_t kind;      /* of the last link */
    double latency_s; /* of the whole route */
};
#define ROUTE_CLASS_NONE ((size_t)-1)

/* All routes from one rank. */
struct route_classes {
    struct route_class *classes; /* class 0 is the rank itself */
    size_t count, room;
    size_t *of_rank;  /* [rank]: ROUTE_CLASS_NONE where equally good routes differ in class */
    bool *has_choice; /* [rank]: there are several equally good routes */
};

/* kinds: of each link. Release with route_classes_done. */
void router_classify(struct router *router, size_t from_rank, const size_t *kinds,
                     struct route_classes *ret);
void route_classes_done(struct route_classes *classes);

/* Whether the routes from a rank to the `count` ranks from `first` on use equally good links
 * equally often, each class by itself. `classes` are the rank's. */
bool router_balances(struct router *router, size_t from_rank, const struct route_classes *classes,
                     size_t first, size_t count);

#endif
