#include "base.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void say(const char *format, va_list values)
{
    fputs("scmoesim-probe: ", stderr);
    vfprintf(stderr, format, values);
    fputc('\n', stderr);
}

void die(enum exit_code code, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    say(format, values);
    va_end(values);
    fflush(NULL);
    _exit(code); /* other threads may be at work: nothing of theirs is taken down under them */
}

void note(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    say(format, values);
    va_end(values);
}

void *need_memory(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size ? size : 1);
    if (!memory)
        die(EXIT_BUG, "out of memory");
    return memory;
}

void *resize_memory(void *old, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        die(EXIT_BUG, "out of memory");
    void *memory = realloc(old, bytes ? bytes : 1);
    if (!memory)
        die(EXIT_BUG, "out of memory");
    return memory;
}

int complain(struct complaint *to, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vsnprintf(to->text, sizeof to->text, format, values);
    va_end(values);
    return -1;
}

char *read_file(const char *path, struct complaint *why)
{
    const size_t limit = 64u << 20;
    FILE *file = fopen(path, "rb");
    if (!file) {
        complain(why, "%s: %s", path, strerror(errno));
        return NULL;
    }
    size_t room = 1 << 16, length = 0;
    char *text = need_memory(room, 1);
    for (;;) {
        size_t got = fread(text + length, 1, room - length - 1, file);
        length += got;
        if (got == 0 || length > limit)
            break;
        if (length == room - 1)
            text = resize_memory(text, room *= 2, 1);
    }
    int broken = ferror(file);
    fclose(file);
    if (broken || length > limit) {
        complain(why, "%s: %s", path, broken ? "cannot be read" : "larger than 64 MiB");
        free(text);
        return NULL;
    }
    text[length] = '\0';
    return text;
}

static int put_and_rename(const char *beside, const char *path,
                          void (*put)(FILE *to, const void *what), const void *what)
{
    FILE *to = fopen(beside, "w");
    if (!to)
        return -1;
    put(to, what);
    bool broken = ferror(to);
    if (fclose(to) || broken || rename(beside, path)) {
        int cause = errno;
        remove(beside);
        errno = cause;
        return -1;
    }
    return 0;
}

int write_whole(const char *path, void (*put)(FILE *to, const void *what), const void *what,
                struct complaint *why)
{
    char beside[4096];
    if (strcmp(path, "-") == 0) {
        put(stdout, what);
        if (fflush(stdout) || ferror(stdout))
            return complain(why, "standard output: %s", strerror(errno));
        return 0;
    }
    if (snprintf(beside, sizeof beside, "%s.part", path) >= (int)sizeof beside)
        return complain(why, "%.80s...: the name is too long", path);
    if (put_and_rename(beside, path, put, what) < 0)
        return complain(why, "%s: %s", path, strerror(errno));
    return 0;
}

int word_index(const char *const *words, const char *word)
{
    for (int i = 0; words[i]; i++) {
        if (strcmp(words[i], word) == 0)
            return i;
    }
    return -1;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double quantile(double *values, size_t count, double ratio)
{
    qsort(values, count, sizeof *values, ascending);
    double place = ratio * (double)(count - 1);
    size_t below = (size_t)floor(place);
    if (below + 1 >= count)
        return values[count - 1];
    double part = place - (double)below;
    return values[below] * (1 - part) + values[below + 1] * part;
}

double host_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}
