#include "timing.h"

#include <math.h>
#include <stdlib.h>
#include "base.h"
#include "sim/base/mem.h"
#include "team.h"

/* Commands that may stand behind one hold. Two groups are in flight, and the driver's queue was
 * seen to block near 1024 commands: a blocked launch behind a hold would never end. */
#define GROUP_COMMANDS 360
/* Groups are short, so that warm-up and sampling end close to where they are asked to. */
#define GROUP_S 0.015
#define STEPS_MAX 64

struct samples {
    double *time_s;
    size_t count, room;
};

static void add_sample(struct samples *to, double time_s)
{
    if (to->count == to->room) {
        to->room = to->room ? 2 * to->room : 256;
        to->time_s = mem_resized(to->time_s, to->room, sizeof *to->time_s);
    }
    to->time_s[to->count++] = time_s;
}

struct group {
    cudaEvent_t *events; /* repetitions * step_count + 1 */
    int repetitions;
};

static int repetitions_of(const struct step *steps, int step_count, double repetition_s)
{
    int commands = 0;
    for (int i = 0; i < step_count; i++)
        commands += steps[i].launches + 1;
    int most = commands >= GROUP_COMMANDS ? 1 : GROUP_COMMANDS / commands;
    double wanted = GROUP_S / fmax(repetition_s, 1e-7);
    return wanted < 1 ? 1 : wanted < most ? (int)wanted : most;
}

static void run_all(const struct step *steps, int step_count, int repetition, cudaStream_t stream)
{
    for (int i = 0; i < step_count; i++)
        steps[i].run(steps[i].context, repetition, stream);
}

/* Seconds of one repetition. The first is run without a hold: loading a kernel for the first time
 * may wait for the GPU, which would wait for the hold. */
static double first_repetitions(struct lab *lab, const struct step *steps, int step_count)
{
    cudaEvent_t begin, end;
    float ms;
    try_cuda(cudaEventCreate(&begin));
    try_cuda(cudaEventCreate(&end));
    run_all(steps, step_count, 0, lab->stream);
    try_cuda(cudaEventRecord(begin, lab->stream));
    run_all(steps, step_count, 1, lab->stream);
    try_cuda(cudaEventRecord(end, lab->stream));
    try_cuda(cudaEventSynchronize(end));
    try_cuda(cudaEventElapsedTime(&ms, begin, end));
    try_cuda(cudaEventDestroy(begin));
    try_cuda(cudaEventDestroy(end));
    return 1e-3 * (double)ms;
}

static void enqueue(struct lab *lab, const struct step *steps, int step_count, struct group *group,
                    int first_repetition)
{
    unsigned hold = lab_hold(lab, lab->stream);
    cudaEvent_t *event = group->events;
    try_cuda(cudaEventRecord(*event++, lab->stream));
    for (int r = 0; r < group->repetitions; r++) {
        for (int i = 0; i < step_count; i++) {
            steps[i].run(steps[i].context, first_repetition + r, lab->stream);
            try_cuda(cudaEventRecord(*event++, lab->stream));
        }
    }
    lab_let_go(lab, hold);
}

/* Waits for the group; its GPU time; samples are kept unless the group was warm-up. */
static double collect(const struct group *group, const struct step *steps, int step_count,
                      struct samples *samples)
{
    float ms;
    int last = group->repetitions * step_count;
    try_cuda(cudaEventSynchronize(group->events[last]));
    for (int e = 0; samples && e < last; e++) {
        int slot = steps[e % step_count].slot;
        if (slot < 0)
            continue;
        try_cuda(cudaEventElapsedTime(&ms, group->events[e], group->events[e + 1]));
        add_sample(&samples[slot], 1e-3 * (double)ms);
    }
    try_cuda(cudaEventElapsedTime(&ms, group->events[0], group->events[last]));
    return 1e-3 * (double)ms;
}

static bool enough(const struct samples *samples, int slots, double sampled_s,
                   const struct timing_limits *limits)
{
    size_t fewest = samples[0].count;
    for (int i = 1; i < slots; i++)
        fewest = samples[i].count < fewest ? samples[i].count : fewest;
    return fewest >= limits->samples_max ||
           (fewest >= limits->samples_min && sampled_s >= limits->sample_s);
}

static void summarise(struct samples *from, struct timing *ret)
{
    *ret = (struct timing){.samples = from->count};
    if (from->count) {
        ret->median_s = quantile(from->time_s, from->count, 0.5);
        ret->p10_s = quantile(from->time_s, from->count, 0.1);
        ret->p90_s = quantile(from->time_s, from->count, 0.9);
    }
    free(from->time_s);
}

static void make_groups(struct group groups[2], int repetitions, int step_count)
{
    for (int g = 0; g < 2; g++) {
        groups[g].repetitions = repetitions;
        int events = groups[g].repetitions * step_count + 1;
        groups[g].events = mem_zeroed((size_t)events, sizeof(cudaEvent_t));
        for (int i = 0; i < events; i++)
            try_cuda(cudaEventCreate(&groups[g].events[i]));
    }
}

static void free_groups(struct group groups[2], int step_count)
{
    for (int g = 0; g < 2; g++) {
        for (int i = 0; i <= groups[g].repetitions * step_count; i++)
            try_cuda(cudaEventDestroy(groups[g].events[i]));
        free(groups[g].events);
    }
}

/* What decides how often steps are repeated is the same on all GPUs of a team. */
static double agreed(const struct lab *lab, double seconds)
{
    if (lab->me)
        team_share(lab->me, &seconds, sizeof seconds);
    return seconds;
}

void time_steps(struct lab *lab, const struct step *steps, int step_count, int slots,
                const struct timing_limits *limits, struct timing *ret)
{
    if (step_count > STEPS_MAX || slots > STEPS_MAX)
        die(EXIT_BUG, "a sequence has more than %d steps", STEPS_MAX);
    struct group groups[2];
    double repetition_s = agreed(lab, first_repetitions(lab, steps, step_count));
    make_groups(groups, repetitions_of(steps, step_count, repetition_s), step_count);
    struct samples samples[STEPS_MAX] = {{0}};
    double warmed_s = 0, sampled_s = 0;
    int enqueued = 0;
    bool warm[2] = {false, false}; /* whether the group in this place counts as samples */
    /* While one group runs the next is enqueued, so that the GPU does not cool between them. */
    for (int done = 0; !enough(samples, slots, sampled_s, limits); done++) {
        for (; enqueued < done + 2; enqueued++) {
            int place = enqueued % 2;
            warm[place] = warmed_s >= limits->warm_up_s;
            enqueue(lab, steps, step_count, &groups[place], enqueued * groups[place].repetitions);
        }
        bool counts = warm[done % 2];
        double gone_s =
            agreed(lab, collect(&groups[done % 2], steps, step_count, counts ? samples : NULL));
        warmed_s += gone_s;
        sampled_s += counts ? gone_s : 0;
    }
    try_cuda(cudaStreamSynchronize(lab->stream));
    free_groups(groups, step_count);
    for (int i = 0; i < slots; i++)
        summarise(&samples[i], &ret[i]);
}

double estimate_step(struct lab *lab, const struct step *step)
{
    enum { runs = 5 };
    cudaEvent_t begin, end;
    float ms;
    try_cuda(cudaEventCreate(&begin));
    try_cuda(cudaEventCreate(&end));
    step->run(step->context, 0, lab->stream);
    unsigned hold = lab_hold(lab, lab->stream);
    try_cuda(cudaEventRecord(begin, lab->stream));
    for (int i = 0; i < runs; i++)
        step->run(step->context, i + 1, lab->stream);
    try_cuda(cudaEventRecord(end, lab->stream));
    lab_let_go(lab, hold);
    try_cuda(cudaEventSynchronize(end));
    try_cuda(cudaEventElapsedTime(&ms, begin, end));
    try_cuda(cudaEventDestroy(begin));
    try_cuda(cudaEventDestroy(end));
    return 1e-3 * (double)ms / runs;
}

int repeats_for(double time_s, int launches)
{
    if (time_s >= SAMPLE_MIN_S)
        return 1;
    double wanted = ceil(SAMPLE_MIN_S / fmax(time_s, 1e-6));
    int allowed = launches > 0 ? 150 / launches : 150;
    return wanted < allowed ? (int)wanted : allowed < 1 ? 1 : allowed;
}
