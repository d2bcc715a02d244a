/* Cost files read into one table. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"
#include "sim/cost/copies.h"
#include "sim/cost/table_private.h"

/* What was read so far. */
struct reading {
    struct diag *diag;
    struct cost_row **rows; /* of each file, sorted */
    const char **names;     /* of each file; borrowed */
    size_t *counts;
    size_t files;
    char *device, *device_file; /* the first that a file named, and which file; NULL: none yet */
    int result;                 /* of the last file that was refused */
};

/* "# gpu: NVIDIA H200" among the comments; NULL without. Borrowed. */
static const char *device_of(const struct csv *csv)
{
    static const char key[] = "gpu: ";

    for (size_t i = 0; i < csv->comment_count; i++)
        if (strncmp(csv->comments[i], key, sizeof(key) - 1) == 0)
            return csv->comments[i] + sizeof(key) - 1;
    return NULL;
}

/* Times of two cards mixed would be those of neither. */
static int take_device(struct reading *all, const struct csv *csv)
{
    const char *device = device_of(csv);

    if (!device)
        return 0;
    if (!all->device) {
        all->device = mem_copy_string(device);
        all->device_file = mem_copy_string(csv->file);
    }
    if (strcmp(all->device, device) == 0)
        return 0;
    return diag_at(all->diag, csv->file, NULL, "measured on \"%s\", but %s on \"%s\"", device,
                   all->device_file, all->device);
}

static void take_file(struct reading *all, const char *name, const struct csv *csv)
{
    int r = cost_rows_read(csv, all->diag, &all->rows[all->files]);

    if (r >= 0) {
        all->names[all->files] = name;
        all->counts[all->files++] = csv->row_count;
        r = take_device(all, csv);
    }
    if (r < 0)
        all->result = r;
}

static struct reading reading_of(size_t count, struct diag *diag)
{
    return (struct reading){.diag = diag,
                            .rows = mem_zeroed(count, sizeof(struct cost_row *)),
                            .names = mem_zeroed(count, sizeof(char *)),
                            .counts = mem_zeroed(count, sizeof(size_t))};
}

static int finish(struct reading *all, struct cost_table **ret)
{
    size_t total;
    struct cost_row *rows = cost_rows_join(all->rows, all->counts, all->files, &total);

    if (all->result >= 0)
        all->result = copies_check(rows, total, all->names, all->diag);
    if (all->result < 0) {
        cost_rows_free(rows, total);
        free(all->device);
    } else {
        *ret = cost_table_of(rows, total);
        (*ret)->device = all->device;
    }
    free(all->device_file);
    free(all->rows);
    free(all->names);
    free(all->counts);
    return all->result;
}

int cost_table_load(const struct cost_file *files, size_t count, struct diag *diag,
                    struct cost_table **ret)
{
    struct reading all = reading_of(count, diag);

    for (size_t i = 0; i < count; i++) {
        const struct cost_file *file = &files[i];
        struct csv *csv = NULL;
        int r = file->text ? csv_parse(file->name, file->text, file->length, diag, &csv)
                           : csv_load(file->name, diag, &csv);
        if (r < 0)
            all.result = r;
        else
            take_file(&all, file->name, csv);
        csv_free(csv);
    }
    return finish(&all, ret);
}

const char *cost_table_device(const struct cost_table *table)
{
    return table->device;
}
