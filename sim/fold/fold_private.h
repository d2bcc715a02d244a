/* What the two ways to fold share. Internal to the room. */
#ifndef SCMOESIM_FOLD_FOLD_PRIVATE_H
#define SCMOESIM_FOLD_FOLD_PRIVATE_H

#include "sim/fold/fold.h"

/* Without classes. orbits of ranks, kinds of links, which have a rate each. Takes over orbit_of. */
struct fold *fold_new(const struct topology *topology, size_t *owned_orbit_of, size_t orbits,
                      const size_t *of_link, size_t kinds);
/* Adds a class that has nothing yet; what the others add is its. */
void fold_add_class(struct fold *fold, struct fold_class class);
void fold_add_end(struct fold *fold, size_t orbit);
void fold_add_crossing(struct fold *fold, size_t kind, double flows);
/* Once all classes and crossings are there. */
void fold_finish(struct fold *fold);
/* [orbit]: how many of `count` there are in each; fresh memory. */
size_t *fold_count_members(const size_t *orbit_of, size_t count, size_t orbits);

#endif
