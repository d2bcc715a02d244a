/* Times by bytes: a curve for each kind of copy, and for All-to-Alls, in a cost file. Internal to
 * sim/cost. */
#ifndef SCMOESIM_COST_COPIES_H
#define SCMOESIM_COST_COPIES_H

#include "sim/cost/rows.h"

struct copies;

/* From a table's rows in their order. */
struct copies *copies_of(const struct cost_row *rows, size_t count);
void copies_free(struct copies *copies);

/* A table's; borrowed. In table.c. */
const struct copies *cost_table_copies(const struct cost_table *table);

#endif
