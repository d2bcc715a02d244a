/* Parts of shorthand_write(). Internal to the room. */
#ifndef SCMOESIM_TOPOLOGY_SHORTHAND_WRITE_H
#define SCMOESIM_TOPOLOGY_SHORTHAND_WRITE_H

#include "sim/base/json.h"
#include "sim/topology/shorthand.h"

/* Links of one entry: {"for": {...}, "from": ..., "to": ..., "type": ...}. The loops, NULL or four,
 * end at the first without a variable. */
struct entry_loop {
    const char *variable;
    size_t count;
};
void write_entry(struct jout *out, const struct entry_loop *loops, const char *from, const char *to,
                 enum link_role role);
/* Each of many PREFIX{variable} to every other: to those d + 1 further, all the way round; of an
 * even number to those opposite only once. All that in a loop, if `outer` has a variable. */
void write_mesh(struct jout *out, struct entry_loop outer, const char *prefix,
                struct entry_loop things, enum link_role role);

/* The member "for" alone. */
void write_loops(struct jout *out, const struct entry_loop *loops);

/* A link type of the document, with a rate. */
void write_type(struct jout *out, const struct shorthand *shorthand, enum link_role role,
                double bytes_per_s);

/* shorthand_fabric.c: link types between nodes, the member "fabric", and both in words. */
void write_fabric_types(struct jout *out, const struct shorthand *shorthand);
void write_fabric(struct jout *out, const struct shorthand *shorthand);
void add_fabric_summary(const struct shorthand *shorthand, struct text *to);

#endif
