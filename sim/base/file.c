#include "sim/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/mem.h"

static int read_stream(FILE *from, const char *path, size_t limit, struct diag *diag,
                       struct text *to)
{
    char chunk[1 << 16];
    size_t count;
    while ((count = fread(chunk, 1, sizeof(chunk), from)) > 0) {
        text_add_bytes(to, chunk, count);
        if (to->length > limit)
            return diag_at(diag, path, NULL, "larger than %zu bytes", limit);
    }
    if (ferror(from))
        return diag_at(diag, path, NULL, "cannot be read: %s", strerror(errno));
    return 0;
}

char *file_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? mem_format("%.*s", (int)(slash - path), path) : mem_copy_string(".");
}

int file_read(const char *path, size_t limit, struct diag *diag, char **ret, size_t *ret_length)
{
    struct text content = {0};
    FILE *from = fopen(path, "rb");
    if (!from)
        return diag_at(diag, path, NULL, "cannot be read: %s", strerror(errno));
    int r = read_stream(from, path, limit, diag, &content);
    fclose(from);
    if (r < 0) {
        text_done(&content);
        return r;
    }
    *ret = content.text ? content.text : mem_copy_string("");
    *ret_length = content.length;
    return 0;
}

static int not_written(const char *path, struct diag *diag, int error)
{
    return diag_at(diag, path, NULL, "cannot be written: %s", strerror(error));
}

/* 0 or a negative errno; closes the stream. */
static int fill(FILE *to, const struct text *content)
{
    errno = 0;
    bool whole = fwrite(text_get(content), 1, content->length, to) == content->length;
    int error = whole ? 0 : errno ? errno : EIO;
    if (fclose(to) != 0 && !error)
        error = errno;
    return -error;
}

static int write_directly(const char *path, const struct text *content, struct diag *diag)
{
    FILE *to = fopen(path, "wb");
    int r = to ? fill(to, content) : -errno;
    return r < 0 ? not_written(path, diag, -r) : 0;
}

/* A fresh file with the permissions that the umask gives any new file (mkstemp's would be private).
 * NULL with errno. */
static FILE *create(const char *name)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    return fd < 0 ? NULL : fdopen(fd, "wb");
}

/* The name is not taken by another process, nor by this one's last run that was killed. */
static FILE *create_beside(const char *path, char **ret_name)
{
    FILE *to = NULL;
    errno = EEXIST;
    for (unsigned attempt = 0; !to && errno == EEXIST && attempt < 100; attempt++) {
        char *name = mem_format("%s.%ld-%u.tmp", path, (long)getpid(), attempt);
        to = create(name);
        int error = errno;
        if (to)
            *ret_name = name;
        else
            free(name);
        errno = error;
    }
    return to;
}

static int write_and_rename(const char *path, const struct text *content, struct diag *diag)
{
    char *name = NULL;
    FILE *to = create_beside(path, &name);
    if (!to)
        return not_written(path, diag, errno);
    int r = fill(to, content);
    if (r == 0 && rename(name, path) != 0)
        r = -errno;
    if (r < 0)
        unlink(name);
    free(name);
    return r < 0 ? not_written(path, diag, -r) : 0;
}

static int write_standard_output(const struct text *content, struct diag *diag)
{
    errno = 0;
    if (fwrite(text_get(content), 1, content->length, stdout) != content->length ||
        fflush(stdout) != 0)
        return not_written("standard output", diag, errno ? errno : EIO);
    return 0;
}

int write_all(int fd, const void *bytes, size_t count)
{
    for (const char *at = bytes; count > 0;) {
        ssize_t wrote = write(fd, at, count);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return -1;
        at += wrote;
        count -= (size_t)wrote;
    }
    return 0;
}

int file_write(const char *path, const struct text *content, struct diag *diag)
{
    struct stat there;
    if (strcmp(path, "-") == 0)
        return write_standard_output(content, diag);
    /* Renaming would replace a symbolic link, a pipe or /dev/stdout by a file. */
    if (lstat(path, &there) == 0 && !S_ISREG(there.st_mode))
        return write_directly(path, content, diag);
    return write_and_rename(path, content, diag);
}
