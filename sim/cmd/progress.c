#include "sim/cmd/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include "sim/base/text.h"
#include "sim/cmd/command.h"

#define BAR_WIDTH 30
#define BAR_EVERY_S 0.1
#define LINE_EVERY_S 10.0

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void progress_begin(struct progress *progress, bool quiet)
{
    *progress = (struct progress){.terminal = isatty(STDERR_FILENO) == 1, .quiet = quiet};
    progress->began_s = progress->shown_s = now_s();
}

/* "1 h 02 min", "3 min 20 s", "12 s" */
static void print_duration(double time_s)
{
    unsigned long seconds = (unsigned long)(time_s + 0.5);
    if (seconds >= 3600)
        fprintf(stderr, "%lu h %02lu min", seconds / 3600, seconds / 60 % 60);
    else if (seconds >= 60)
        fprintf(stderr, "%lu min %02lu s", seconds / 60, seconds % 60);
    else
        fprintf(stderr, "%lu s", seconds);
}

static void print_figures(const struct progress *progress, const struct sweep_progress *at,
                          double time_s)
{
    char rate[QUANTITY_MAX];
    double per_s = (double)at->played / (time_s - progress->began_s);
    fprintf(stderr, "%zu of %zu points, %s points/s", at->done, at->points,
            quantity_print(rate, UNIT_COUNT, per_s, 3));
    if (at->failures)
        fprintf(stderr, ", %zu failed", at->failures);
    if (at->done < at->points && per_s > 0) {
        fprintf(stderr, ", ");
        print_duration((double)(at->points - at->done) / per_s);
        fprintf(stderr, " left");
    }
}

void progress_report(void *context, const struct sweep_progress *at)
{
    struct progress *progress = context;
    double time_s = now_s();
    bool last = at->done == at->points;
    if (progress->quiet ||
        time_s - progress->shown_s < (progress->terminal ? BAR_EVERY_S : LINE_EVERY_S))
        if (!last || !progress->terminal || progress->quiet)
            return;
    progress->shown_s = time_s;
    if (progress->terminal) {
        size_t filled = at->points ? BAR_WIDTH * at->done / at->points : BAR_WIDTH;
        fprintf(stderr, "\r[");
        for (size_t i = 0; i < BAR_WIDTH; i++)
            fputc(i < filled ? '#' : '.', stderr);
        fprintf(stderr, "] ");
    } else {
        fprintf(stderr, PROGRAM " sweep: ");
    }
    print_figures(progress, at, time_s);
    fprintf(stderr, progress->terminal ? "\033[K" : "\n");
    fflush(stderr);
}

void progress_end(struct progress *progress)
{
    if (progress->terminal && !progress->quiet && progress->shown_s > progress->began_s)
        fputc('\n', stderr);
}
