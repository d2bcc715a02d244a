#include "sim/sweep/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "sim/base/file.h"
#include "sim/base/mem.h"
#include "sim/sweep/table.h"

/* Where the lines of a point are; length 0: nowhere yet. */
struct place {
    size_t at;
    unsigned length;
};

struct rows {
    int fd;
    char *path;
    bool to_stdout;
    size_t header_length, size;
    struct place *places;
    size_t point_count, points, failures;
    size_t latest; /* point that was added last */
    bool unsorted;
};

static int complain(const char *path, struct diag *diag)
{
    return diag_at(diag, strcmp(path, "-") ? path : "standard output", NULL, "%s", strerror(errno));
}

/* So that a new or renamed name survives a power cut. */
static void sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? mem_format("%.*s", (int)(slash - path) + 1, path) : mem_copy_string(".");
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(folder);
}

/* Another sweep that finishes puts a new file in this one's place; then the lock is on the old one.
 */
static bool still_there(int fd, const char *path)
{
    struct stat mine, there;
    return fstat(fd, &mine) == 0 && stat(path, &there) == 0 && mine.st_ino == there.st_ino &&
           mine.st_dev == there.st_dev;
}

/* The processes of a sweep that was killed may hold its lock for a moment longer. */
#define LOCK_TRIES 20
#define LOCK_PAUSE_US 50000

static bool lock(int fd)
{
    for (int i = 0; i < LOCK_TRIES; i++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
            return true; /* a file system without locks is no reason to refuse */
        usleep(LOCK_PAUSE_US);
    }
    return false;
}

static int open_file(const struct rows_request *request, struct diag *diag, int *ret)
{
    for (;;) {
        int fd = open(request->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
        if (fd < 0)
            return complain(request->path, diag);
        if (!lock(fd)) {
            close(fd);
            return diag_at(diag, request->path, NULL, "another sweep is writing to it");
        }
        if (still_there(fd, request->path)) {
            *ret = fd;
            return 0;
        }
        close(fd);
    }
}

static void note(struct rows *rows, const struct block *block)
{
    rows->places[block->point] = (struct place){block->at, (unsigned)block->length};
    rows->unsorted |= rows->points > 0 && block->point < rows->latest;
    rows->latest = block->point;
    rows->points++;
    rows->failures += block->failed;
}

static int cut(struct rows *rows, size_t size, struct diag *diag)
{
    if (ftruncate(rows->fd, (off_t)size) < 0)
        return complain(rows->path, diag);
    rows->size = size;
    return 0;
}

/* Takes over what a file has, and takes off half a point at its end. */
static int take_over(struct rows *rows, const struct rows_request *request,
                     const struct table *table, struct diag *diag)
{
    struct block block;
    enum block_state state;
    size_t header = strlen(request->header);
    if (table->header_length == 0)
        return cut(rows, 0, diag);
    if (table->header_length != header || memcmp(table->text, request->header, header) != 0)
        return diag_at(diag, request->path, "line 1",
                       "other columns than this sweep has: it is of another sweep");
    rows->size = header;
    while ((state = table_block(table, rows->size, request->id, diag, &block)) == BLOCK_WHOLE) {
        if (block.point >= request->point_count || rows->places[block.point].length)
            return diag_at(diag, request->path, NULL, "point %zu is there twice, or too many",
                           block.point);
        note(rows, &block);
        rows->size += block.length;
    }
    if (state == BLOCK_WRONG)
        return -EINVAL;
    return state == BLOCK_CUT ? cut(rows, rows->size, diag) : 0;
}

static int resume(struct rows *rows, const struct rows_request *request, struct diag *diag)
{
    struct table table;
    int r = table_open(request->path, rows->fd, diag, &table);
    if (r < 0)
        return r;
    if (table.length && !request->resume)
        r = diag_at(diag, request->path, NULL,
                    "is there already; --resume goes on with it, or remove it first");
    else if (table.length)
        r = take_over(rows, request, &table, diag);
    table_close(&table);
    return r;
}

static int begin(struct rows *rows, const struct rows_request *request, struct diag *diag)
{
    rows->header_length = strlen(request->header);
    if (rows->size > 0)
        return 0;
    if (write_all(rows->fd, request->header, rows->header_length) < 0 || fsync(rows->fd) < 0) {
        int r = complain(rows->path, diag);
        if (ftruncate(rows->fd, 0) < 0)
            complain(rows->path, diag);
        return r;
    }
    rows->size = rows->header_length;
    return 0;
}

static void rows_free(struct rows *rows)
{
    if (rows->fd >= 0)
        close(rows->fd);
    free(rows->places);
    free(rows->path);
    free(rows);
}

int rows_open(const struct rows_request *request, struct diag *diag, struct rows **ret)
{
    struct rows *rows = mem_zeroed(1, sizeof *rows);
    rows->path = mem_copy_string(request->path);
    rows->to_stdout = strcmp(request->path, "-") == 0;
    rows->point_count = request->point_count;
    rows->places = mem_zeroed(request->point_count, sizeof *rows->places);
    int r = 0;
    if (rows->to_stdout) {
        rows->fd = memfd_create("scmoesim-rows", MFD_CLOEXEC);
        r = rows->fd < 0 ? complain(request->path, diag) : 0;
    } else {
        rows->fd = -1;
        r = open_file(request, diag, &rows->fd);
        if (r == 0)
            r = resume(rows, request, diag);
    }
    if (r == 0)
        r = begin(rows, request, diag);
    if (r < 0) {
        rows_free(rows);
        return r;
    }
    if (!rows->to_stdout)
        sync_folder(rows->path);
    *ret = rows;
    return 0;
}

void rows_let_go(struct rows *rows)
{
    close(rows->fd);
    rows->fd = -1;
}

bool rows_has(const struct rows *rows, size_t point)
{
    return rows->places[point].length > 0;
}

size_t rows_points(const struct rows *rows)
{
    return rows->points;
}

size_t rows_failures(const struct rows *rows)
{
    return rows->failures;
}

int rows_append(struct rows *rows, size_t point, bool failed, const struct text *lines,
                struct diag *diag)
{
    if (write_all(rows->fd, lines->text, lines->length) < 0) {
        int r = complain(rows->path, diag);
        cut(rows, rows->size, diag);
        return r;
    }
    struct block block = {rows->size, lines->length, point, failed};
    note(rows, &block);
    rows->size += lines->length;
    return 0;
}

int rows_sync(struct rows *rows, struct diag *diag)
{
    return rows->to_stdout || fdatasync(rows->fd) == 0 ? 0 : complain(rows->path, diag);
}

static int write_in_order(const struct rows *rows, const char *text, int fd)
{
    int copy = dup(fd);
    FILE *to = copy < 0 ? NULL : fdopen(copy, "w");
    if (!to) {
        if (copy >= 0)
            close(copy);
        return -1;
    }
    setvbuf(to, NULL, _IOFBF, 1 << 20);
    fwrite(text, 1, rows->header_length, to);
    for (size_t i = 0; i < rows->point_count; i++)
        fwrite(text + rows->places[i].at, 1, rows->places[i].length, to);
    bool failed = fflush(to) != 0 || ferror(to);
    int error = errno;
    failed |= fclose(to) != 0 && !failed;
    errno = failed ? error : errno;
    return failed ? -1 : 0;
}

/* Into a file that takes the place of the unsorted one when it is complete. */
static int replace_file(const struct rows *rows, const char *text, struct diag *diag)
{
    char *sorted = mem_format("%s.sorted", rows->path);
    int fd = open(sorted, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666), r = 0;
    if (fd < 0 || write_in_order(rows, text, fd) < 0 || fsync(fd) < 0 ||
        rename(sorted, rows->path) < 0) {
        r = complain(sorted, diag);
        if (fd >= 0)
            unlink(sorted);
    }
    if (fd >= 0)
        close(fd);
    if (r == 0)
        sync_folder(rows->path);
    free(sorted);
    return r;
}

static int put_in_order(const struct rows *rows, struct diag *diag)
{
    char *text = mmap(NULL, rows->size, PROT_READ, MAP_PRIVATE, rows->fd, 0);
    if (text == MAP_FAILED)
        return complain(rows->path, diag);
    int r = 0;
    if (!rows->to_stdout)
        r = replace_file(rows, text, diag);
    else if (write_in_order(rows, text, STDOUT_FILENO) < 0)
        r = complain(rows->path, diag);
    munmap(text, rows->size);
    return r;
}

int rows_close(struct rows *rows, struct diag *diag)
{
    int r = rows_sync(rows, diag);
    if (r == 0 && (rows->unsorted || rows->to_stdout))
        r = put_in_order(rows, diag);
    rows_free(rows);
    return r;
}
