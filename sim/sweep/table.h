/* A file of rows as it lies on disk, block by block: a block is the lines of one point. Internal to
 * the room. */
#ifndef SCMOESIM_SWEEP_TABLE_H
#define SCMOESIM_SWEEP_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include "sim/base/diag.h"

struct table {
    const char *file; /* for messages; borrowed */
    const char *text; /* mapped; NULL when empty */
    char *completed;  /* the text with a newline at its end; NULL: as it is mapped */
    size_t length;
    size_t header_length; /* with its newline; 0: the file has no whole header */
    size_t point_column, rows_column, error_column, id_column, column_count;
};

struct block {
    size_t at, length;
    size_t point;
    bool failed;
};

enum block_state {
    BLOCK_WHOLE,
    BLOCK_NONE, /* the end of the file */
    BLOCK_CUT,  /* the file ends inside a block, which begins at `at` */
    BLOCK_WRONG /* complained about */
};

/* Maps a file. A header without the columns that blocks are told by is refused. */
int table_open(const char *file, int fd, struct diag *diag, struct table *ret);
void table_close(struct table *table);
/* The block at an offset. Every row must have the header's number of cells and say `id` (NULL:
 * any). */
enum block_state table_block(const struct table *table, size_t at, const char *id,
                             struct diag *diag, struct block *ret);
/* The cell of the column "sweep" in the first row, fresh. NULL without a row that ends. */
char *table_id(const struct table *table);
/* Adds the newline that an editor left out at the end of the file. Only where the last row ends in
 * `id`: another one is cut. */
void table_complete(struct table *table, const char *id);

#endif
