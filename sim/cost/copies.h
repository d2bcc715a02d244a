/* Times by bytes: a curve for each kind of copy, and for All-to-Alls, in a cost file. Internal to
 * sim/cost. */
#ifndef SCMOESIM_COST_COPIES_H
#define SCMOESIM_COST_COPIES_H

#include "sim/cost/rows.h"

struct copies;

/* Refuses rows of copies and All-to-Alls without bytes, which would be ignored. files: names by
 * cost_row.file. */
int copies_check(const struct cost_row *rows, size_t count, const char *const *files,
                 struct diag *diag);

/* From a table's rows in their order, which copies_check has passed. */
struct copies *copies_of(const struct cost_row *rows, size_t count);
void copies_free(struct copies *copies);

/* A table's; borrowed. In table.c. */
const struct copies *cost_table_copies(const struct cost_table *table);

#endif
