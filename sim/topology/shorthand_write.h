/* Parts of shorthand_write(). Internal to the room. */
#ifndef SCMOESIM_TOPOLOGY_SHORTHAND_WRITE_H
#define SCMOESIM_TOPOLOGY_SHORTHAND_WRITE_H

#include "sim/base/json.h"
#include "sim/topology/shorthand.h"

/* Links of one entry: {"for": {...}, "from": ..., "to": ..., "type": ...} on one line. The loops
 * end at the first without a variable. */
struct entry_loop {
    const char *variable;
    size_t count;
};
void write_entry(struct jout *out, const struct entry_loop loops[4], const char *from,
                 const char *to, const char *type);
/* {"from": [PREFIX<first>, ...], "to": ..., "type": ...}, count names. */
void write_list_entry(struct jout *out, const char *prefix, size_t first, size_t count,
                      const char *to, const char *type);

/* The member "for" alone. */
void write_loops(struct jout *out, const struct entry_loop loops[4]);

/* What the document calls links of a role, and one of them as a link type with a rate. */
const char *type_name(enum link_role role);
void write_type(struct jout *out, const struct shorthand *shorthand, enum link_role role,
                double bytes_per_s);

/* shorthand_node.c: link types inside a node, and the member "node". */
void write_node_types(struct jout *out, const struct shorthand *shorthand);
void write_node(struct jout *out, const struct shorthand *shorthand);
void add_node_summary(const struct shorthand *shorthand, struct text *to);

/* shorthand_fabric.c: the same of what lies between nodes. */
void write_fabric_types(struct jout *out, const struct shorthand *shorthand);
void write_fabric(struct jout *out, const struct shorthand *shorthand);
void add_fabric_summary(const struct shorthand *shorthand, struct text *to);

#endif
