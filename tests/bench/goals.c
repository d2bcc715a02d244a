/* Wall time and memory of runs that people wait for, beside what they should be.
 *
 *     goals SCMOESIM [REPEATS]
 *
 * Prints and never fails on time: a loaded machine is not a bug. Fails when a run does. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define REPEATS 7
#define REPEATS_MAX 101
#define ARGUMENTS_MAX 16

struct goal {
    const char *what;
    double wall_s;       /* at most; 0: only watched */
    double memory_bytes; /* at most; 0: only watched */
    const char *arguments[ARGUMENTS_MAX];
};

/* A model with an expert for every GPU, so that all of them are in one All-to-All. */
static const struct goal goals[] = {
    {"default: all schedules, 8 GPUs", 0.10, 60e6, {"run"}},
    {"the same, training", 0, 0, {"run", "--mode", "training"}},
    {"every layer MoE, 8 GPUs", 0, 0,
     {"run", "--model", "llama2-moe", "--topology", "8xh100-nvlink"}},
    {"8 GPUs, flows kept apart", 0, 0, {"run", "--keep-flows-apart"}},
    {"one schedule, 8 GPUs", 0, 0, {"run", "--schedule", "scmoe-pos2"}},
    {"all schedules, 32 GPUs", 0, 0,
     {"run", "--topology", "4x8xh100-ib", "--set", "/model/experts=32"}},
    {"all schedules, 64 GPUs", 1.0, 0,
     {"run", "--topology", "nodes=8,gpu=h100-sxm,nic=8x400G", "--set", "/model/experts=64"}},
    {"the same, training", 0, 0,
     {"run", "--topology", "nodes=8,gpu=h100-sxm,nic=8x400G", "--set", "/model/experts=64",
      "--mode", "training"}},
    {"list schedules", 0, 0, {"list", "schedules"}},
    {"topology show, 64 GPUs", 0, 0, {"topology", "show", "nodes=8,gpu=h100-sxm,nic=8x400G"}},
};

struct measured {
    double wall_s, memory_bytes;
};

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void become(const char *program, const struct goal *goal)
{
    char *arguments[ARGUMENTS_MAX + 2] = {(char *)(size_t)program};
    for (size_t i = 0; i < ARGUMENTS_MAX && goal->arguments[i]; i++)
        arguments[i + 1] = (char *)(size_t)goal->arguments[i];
    int nowhere = open("/dev/null", O_WRONLY);
    if (nowhere >= 0 && dup2(nowhere, STDOUT_FILENO) >= 0)
        execv(program, arguments);
    fprintf(stderr, "goals: %s: %s\n", program, strerror(errno));
    _exit(127);
}

static int run_once(const char *program, const struct goal *goal, struct measured *ret)
{
    struct rusage usage;
    int status;
    double start_s = now_s();
    pid_t child = fork();
    if (child == 0)
        become(program, goal);
    if (child < 0 || wait4(child, &status, 0, &usage) < 0)
        return -errno;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return -ECHILD;
    ret->wall_s = now_s() - start_s;
    ret->memory_bytes = 1024.0 * (double)usage.ru_maxrss;
    return 0;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int measure(const char *program, const struct goal *goal, int repeats)
{
    double walls_s[REPEATS_MAX], memory_bytes = 0;
    for (int i = 0; i < repeats; i++) {
        struct measured one = {0, 0};
        if (run_once(program, goal, &one) < 0) {
            fprintf(stderr, "goals: a run failed: %s\n", goal->what);
            return -1;
        }
        walls_s[i] = one.wall_s;
        if (one.memory_bytes > memory_bytes)
            memory_bytes = one.memory_bytes;
    }
    qsort(walls_s, (size_t)repeats, sizeof *walls_s, compare);
    double wall_s = walls_s[repeats / 2];
    char wall_goal[16] = "-", memory_goal[16] = "-";
    if (goal->wall_s > 0)
        snprintf(wall_goal, sizeof wall_goal, "%.2f", goal->wall_s);
    if (goal->memory_bytes > 0)
        snprintf(memory_goal, sizeof memory_goal, "%.0f", goal->memory_bytes / 1e6);
    bool missed = (goal->wall_s > 0 && wall_s > goal->wall_s) ||
                  (goal->memory_bytes > 0 && memory_bytes > goal->memory_bytes);
    printf("  %-32s %7.3f %7.3f %7s %8.1f %8s%s\n", goal->what, wall_s, walls_s[0], wall_goal,
           memory_bytes / 1e6, memory_goal, missed ? "  missed" : "");
    fflush(stdout);
    return 0;
}

int main(int argc, char *argv[])
{
    int repeats = argc > 2 ? atoi(argv[2]) : REPEATS;
    if (argc < 2 || argc > 3 || repeats < 1 || repeats > REPEATS_MAX) {
        fprintf(stderr, "Usage: goals SCMOESIM [REPEATS]\n");
        return 2;
    }
    printf("# %d runs of each: median and least wall time, largest memory, beside the goals\n",
           repeats);
    printf("# %-32s %7s %7s %7s %8s %8s\n", "run", "wall", "least", "goal", "memory", "goal");
    printf("# %-32s %7s %7s %7s %8s %8s\n", "", "(s)", "(s)", "(s)", "(MB)", "(MB)");
    for (size_t i = 0; i < sizeof goals / sizeof *goals; i++)
        if (measure(argv[1], &goals[i], repeats) < 0)
            return 1;
    return 0;
}
