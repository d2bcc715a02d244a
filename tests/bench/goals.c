/* Wall time and memory of runs that people wait for, beside what they should be.
 *
 *     goals SCMOESIM [REPEATS]
 *
 * Rows of one name are a series over GPUs, for which the exponent of growth is fitted.
 * Prints and never fails on time: a loaded machine is not a bug. Fails when a run does. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
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
#define ENOUGH_S 10.0 /* of one row: fewer repeats then */
#define ARGUMENTS_MAX 16

struct goal {
    const char *what;
    size_t gpus;         /* of a row of a series: how the time of rows with one name grows is fitted */
    double wall_s;       /* at most; 0: only watched */
    double memory_bytes; /* at most; 0: only watched */
    const char *arguments[ARGUMENTS_MAX];
};

/* A model with an expert for every GPU, so that all of them are in one All-to-All. */
#define RAILS(nodes) "nodes=" nodes ",gpu=h100-sxm,gpus=8,fabric=nvswitch,nic=8x400G"
#define ALLTOALL(gpus, nodes, wall)                                                                  \
    {"All-to-All of 64 MiB", gpus, wall, 0,                                                          \
     {"alltoall", "--topology", RAILS(nodes), "--bytes", "64MiB"}}
#define ALL_SCHEDULES(gpus, nodes, wall, memory)                                                     \
    {"all schedules", gpus, wall, memory,                                                            \
     {"run", "--model", "gpt2-moe-medium", "--topology", RAILS(nodes), "--set",                      \
      "/model/experts=" #gpus}}
#define IMBALANCED(gpus, nodes, wall)                                                                \
    {"imbalanced, a pair of schedules", gpus, wall, 0,                                               \
     {"run", "--model", "gpt2-moe-medium", "--topology", RAILS(nodes), "--set",                      \
      "/model/experts=" #gpus, "--schedule", "top2,scmoe-pos2", "--routing", "zipf:1.2"}}
#define WHOLE(gpus, nodes)                                                                           \
    {"one schedule, not folded", gpus, 0, 0,                                                         \
     {"run", "--model", "gpt2-moe-medium", "--topology", RAILS(nodes), "--set",                      \
      "/model/experts=" #gpus, "--schedule", "top2", "--fold", "never"}}

static const struct goal goals[] = {
    {"default: all schedules, 8 GPUs", 0, 0.10, 60e6, {"run"}},
    {"the same, training", 0, 0, 0, {"run", "--mode", "training"}},
    {"every layer MoE, 8 GPUs", 0, 0, 0,
     {"run", "--model", "llama2-moe", "--topology", "8xh100-nvlink"}},
    {"8 GPUs, flows kept apart", 0, 0, 0, {"run", "--keep-flows-apart"}},
    {"one schedule, 8 GPUs", 0, 0, 0, {"run", "--schedule", "scmoe-pos2"}},
    {"all schedules, 32 GPUs", 0, 0, 0,
     {"run", "--topology", "4x8xh100-ib", "--set", "/model/experts=32"}},
    {"list schedules", 0, 0, 0, {"list", "schedules"}},
    {"topology show, 64 GPUs", 0, 0, 0, {"topology", "show", RAILS("8")}},
    ALLTOALL(256, "32", 0.05),
    ALLTOALL(1024, "128", 0.1),
    ALLTOALL(4096, "512", 0.3),
    ALL_SCHEDULES(64, "8", 0.2, 0),
    ALL_SCHEDULES(256, "32", 0.3, 0),
    ALL_SCHEDULES(1024, "128", 1, 0),
    ALL_SCHEDULES(4096, "512", 0, 0),
    ALL_SCHEDULES(8192, "1024", 8, 500e6),
    WHOLE(64, "8"),
    WHOLE(256, "32"),
    WHOLE(1024, "128"),
    IMBALANCED(16, "2", 0),
    IMBALANCED(64, "8", 1),
};

#define GOALS (sizeof goals / sizeof *goals)

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

static int measure(const char *program, const struct goal *goal, int repeats, double *ret_least_s)
{
    double walls_s[REPEATS_MAX], memory_bytes = 0, spent_s = 0;
    for (int i = 0; i < repeats; i++) {
        struct measured one = {0, 0};
        if (run_once(program, goal, &one) < 0) {
            fprintf(stderr, "goals: a run failed: %s\n", goal->what);
            return -1;
        }
        walls_s[i] = one.wall_s;
        spent_s += one.wall_s;
        if (spent_s > ENOUGH_S)
            repeats = i + 1;
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
    char gpus[24] = "-";
    if (goal->gpus)
        snprintf(gpus, sizeof gpus, "%zu", goal->gpus);
    printf("  %-32s %5s %7.3f %7.3f %7s %8.1f %8s%s\n", goal->what, gpus, wall_s, walls_s[0],
           wall_goal, memory_bytes / 1e6, memory_goal, missed ? "  missed" : "");
    fflush(stdout);
    *ret_least_s = walls_s[0];
    return 0;
}

/* Slope of log time over log GPUs, by least squares, of the rows from `first` on that share its name. */
static void print_growth(size_t first, const double *least_s)
{
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    size_t last = first;
    for (size_t i = first; i < GOALS && strcmp(goals[i].what, goals[first].what) == 0; i++) {
        double gpus = log((double)goals[i].gpus), time = log(least_s[i]);
        n++, x += gpus, y += time, xx += gpus * gpus, xy += gpus * time;
        last = i;
    }
    if (n > 1)
        printf("# %s: least time grows as GPUs^%.2f from %zu to %zu\n", goals[first].what,
               (n * xy - x * y) / (n * xx - x * x), goals[first].gpus, goals[last].gpus);
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
    printf("# %-32s %5s %7s %7s %7s %8s %8s\n", "run", "GPUs", "wall", "least", "goal", "memory", "goal");
    printf("# %-32s %5s %7s %7s %7s %8s %8s\n", "", "", "(s)", "(s)", "(s)", "(MB)", "(MB)");
    static double least_s[GOALS];
    for (size_t i = 0; i < GOALS; i++)
        if (measure(argv[1], &goals[i], repeats, &least_s[i]) < 0)
            return 1;
    for (size_t i = 0; i < GOALS; i++)
        if (goals[i].gpus && (i == 0 || strcmp(goals[i].what, goals[i - 1].what) != 0))
            print_growth(i, least_s);
    return 0;
}
