/* Shards back into one table. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sim/base/file.h"
#include "sim/base/mem.h"
#include "sim/sweep/output.h"
#include "sim/sweep/sweep.h"
#include "sim/sweep/table.h"

struct merge {
    struct table *tables;
    size_t table_count;
    char *id;             /* of the sweep; NULL until a row says it */
    struct block *blocks; /* by point; length 0: not there */
    size_t *tables_of;    /* by point */
    size_t point_count;
    struct merged found;
};

static int open_tables(struct merge *merge, const char *const *paths, size_t count,
                       struct diag *diag)
{
    merge->tables = mem_zeroed(count, sizeof *merge->tables);
    for (; merge->table_count < count; merge->table_count++) {
        const char *path = paths[merge->table_count];
        struct table *table = &merge->tables[merge->table_count];
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            return diag_at(diag, path, NULL, "%s", strerror(errno));
        int r = table_open(path, fd, diag, table);
        close(fd);
        if (r < 0)
            return r;
        if (table->header_length == 0)
            return diag_at(diag, path, NULL, "no header: its sweep has hardly begun");
        const struct table *first = &merge->tables[0];
        if (table->header_length != first->header_length ||
            memcmp(table->text, first->text, first->header_length) != 0)
            return diag_at(diag, path, "line 1", "other columns than %s has", first->file);
        if (!merge->id)
            merge->id = table_id(table);
    }
    return 0;
}

/* "9f86d081884c7d65/1000": how many points there are. */
static int count_points(struct merge *merge, struct diag *diag)
{
    const char *slash = merge->id ? strrchr(merge->id, '/') : NULL;
    if (!merge->id)
        return diag_say(diag, "no file has any rows that end");
    merge->point_count = slash ? strtoul(slash + 1, NULL, 10) : 0;
    if (merge->point_count == 0 || merge->point_count > SWEEP_POINTS_MAX)
        return diag_at(diag, merge->tables[0].file, NULL,
                       "no count of points, at most %u, in \"%s\"", SWEEP_POINTS_MAX, merge->id);
    merge->blocks = mem_zeroed(merge->point_count, sizeof *merge->blocks);
    merge->tables_of = mem_zeroed(merge->point_count, sizeof *merge->tables_of);
    return 0;
}

static int add_block(struct merge *merge, size_t at, const struct block *block, struct diag *diag)
{
    const struct table *table = &merge->tables[at];
    if (block->point >= merge->point_count)
        return diag_at(diag, table->file, NULL, "point %zu: the sweep has %zu", block->point,
                       merge->point_count);
    struct block *there = &merge->blocks[block->point];
    const struct table *other = &merge->tables[merge->tables_of[block->point]];
    if (there->length == 0) {
        *there = *block;
        merge->tables_of[block->point] = at;
        merge->found.points++;
        merge->found.failures += block->failed;
        return 0;
    }
    if (there->length == block->length &&
        memcmp(other->text + there->at, table->text + block->at, block->length) == 0)
        return 0;
    return diag_at(diag, table->file, NULL, "point %zu has other results than in %s", block->point,
                   other->file);
}

static int add_table(struct merge *merge, size_t at, struct diag *diag)
{
    struct table *table = &merge->tables[at];
    struct block block;
    enum block_state state;
    size_t from = table->header_length;
    table_complete(table, merge->id);
    while ((state = table_block(table, from, merge->id, diag, &block)) == BLOCK_WHOLE) {
        int r = add_block(merge, at, &block, diag);
        if (r < 0)
            return r;
        from += block.length;
    }
    if (state == BLOCK_CUT)
        return diag_at(diag, table->file, NULL,
                       "ends in half a row; finish it with --resume first");
    return state == BLOCK_NONE ? 0 : -EINVAL;
}

static int refuse_gaps(const struct merge *merge, struct diag *diag)
{
    size_t missing = merge->point_count - merge->found.points, listed = 0;
    if (missing == 0)
        return 0;
    struct text list = {0};
    for (size_t p = 0; p < merge->point_count && listed < 8; p++)
        if (merge->blocks[p].length == 0)
            text_add(&list, "%s%zu", listed++ ? ", " : "", p);
    int r = diag_say(diag, "%zu of %zu points are in no file: %s%s", missing, merge->point_count,
                     text_get(&list), missing > listed ? ", …" : "");
    text_done(&list);
    return r;
}

static int write_merged(const struct merge *merge, const char *output, struct diag *diag)
{
    struct text all = {0};
    text_add_bytes(&all, merge->tables[0].text, merge->tables[0].header_length);
    for (size_t p = 0; p < merge->point_count; p++)
        text_add_bytes(&all, merge->tables[merge->tables_of[p]].text + merge->blocks[p].at,
                       merge->blocks[p].length);
    int r = file_write(output, &all, diag);
    text_done(&all);
    return r;
}

int rows_merge(const char *const *paths, size_t count, const char *output, struct diag *diag,
               struct merged *ret)
{
    struct merge merge = {0};
    int r = open_tables(&merge, paths, count, diag);
    if (r == 0)
        r = count_points(&merge, diag);
    for (size_t i = 0; i < merge.table_count && r == 0; i++)
        r = add_table(&merge, i, diag);
    if (r == 0)
        r = refuse_gaps(&merge, diag);
    if (r == 0)
        r = write_merged(&merge, output, diag);
    *ret = merge.found;
    for (size_t i = 0; i < merge.table_count; i++)
        table_close(&merge.tables[i]);
    free(merge.tables);
    free(merge.blocks);
    free(merge.tables_of);
    free(merge.id);
    return r;
}
