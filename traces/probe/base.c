#include "base.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "sim/base/diag.h"

static void say(const char *format, va_list values)
{
    fputs("scmoesim-probe: ", stderr);
    vfprintf(stderr, format, values);
    fputc('\n', stderr);
}

/* Other threads may be at work: nothing of theirs is taken down under them. */
static void end(enum exit_code code) __attribute__((noreturn));
static void end(enum exit_code code)
{
    fflush(NULL);
    _exit(code);
}

void die(enum exit_code code, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    say(format, values);
    va_end(values);
    end(code);
}

void note(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    say(format, values);
    va_end(values);
}

void die_of(enum exit_code code, const struct diag *why)
{
    note_of(why);
    end(code);
}

void note_of(const struct diag *why)
{
    diag_print(why, "scmoesim-probe", stderr);
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
