/* Time, memory and exactness of runs that people wait for, beside what they should be.
 *
 *     goals SCMOESIM [REPEATS]
 *
 * Prints each row as it is measured: the least wall and processor time of some runs of the whole
 * process, the largest memory. All of it is one thread's work, so that where the two times differ
 * the machine is busy. Rows of one name are a series over GPUs, behind which stands how its
 * processor time grows: the exponent fitted to the sizes at which it is well above what starting
 * the process takes. Never fails on time, as a busy machine is not a bug; fails when a run does. */
#include <errno.h>
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
#define ENOUGH_S 1.5    /* of one row: fewer repeats then */
#define ABOVE_START 3.0 /* times the start that a run takes at least to count in a fit */
#define ARGUMENTS_MAX 16

struct goal {
    const char *what;
    size_t gpus;         /* of a row of a series; 0: of none */
    double time_s;       /* at most; 0: only watched */
    double memory_bytes; /* at most; 0: only watched */
    double bound_ratio;  /* of the time that the program prints last, at most; 0: it prints none */
    double exponent;     /* of the series, at most; in its first row */
    const char *arguments[ARGUMENTS_MAX];
};

#define START                                                                                      \
    {                                                                                              \
        "list", "schedules"                                                                        \
    }
#define RAILS(nodes) "nodes=" nodes ",gpu=h100-sxm,nic=8x400G"
/* Without what comes before the first byte, which no bound knows. */
#define ALLTOALL(gpus, nodes, wall)                                                                \
    {                                                                                              \
        "All-to-All of 64 MiB", gpus, wall, 0, 1.01, 1.2,                                          \
        {                                                                                          \
            "alltoall", "--topology", RAILS(nodes), "--bytes", "64MiB", "--set",                   \
                "/topology/all_to_all/setup_s=0", "--set", "/topology/all_to_all/per_peer_s=0",    \
                "--set", "/topology/all_to_all/floor_s=0"                                          \
        }                                                                                          \
    }
/* A model with an expert for every GPU, so that all of them are in one All-to-All. */
#define MODEL(gpus) "--model", "gpt2-moe-medium", "--set", "/model/experts=" #gpus
#define ALL_SCHEDULES(gpus, nodes, wall, memory)                                                   \
    {                                                                                              \
        "all schedules", gpus, wall, memory, 0, 1.2,                                               \
        {                                                                                          \
            "run", MODEL(gpus), "--topology", RAILS(nodes)                                         \
        }                                                                                          \
    }
/* Beside rings of gradients, forward and backward. */
#define TRAINING(gpus, nodes, wall, memory)                                                        \
    {                                                                                              \
        "all schedules, training", gpus, wall, memory, 0, 1.2,                                     \
        {                                                                                          \
            "run", MODEL(gpus), "--topology", RAILS(nodes), "--mode", "training"                   \
        }                                                                                          \
    }
#define WHOLE(gpus, nodes)                                                                         \
    {                                                                                              \
        "one schedule, not folded", gpus, 0, 0, 0, 0,                                              \
        {                                                                                          \
            "run", MODEL(gpus), "--topology", RAILS(nodes), "--schedule", "top2", "--fold",        \
                "never"                                                                            \
        }                                                                                          \
    }
/* A schedule and its baseline. */
#define IMBALANCED(gpus, nodes, wall)                                                              \
    {                                                                                              \
        "imbalanced pair of schedules", gpus, wall, 0, 0, 0,                                       \
        {                                                                                          \
            "run", MODEL(gpus), "--topology", RAILS(nodes), "--schedule", "scmoe-pos2",            \
                "--routing", "zipf:0.5"                                                            \
        }                                                                                          \
    }

static const struct goal goals[] = {
    {"start (list schedules)", 0, 0, 0, 0, 0, START}, /* first: fits need it */
    {"all schedules, 8 GPUs on PCIe", 0, 0.015, 60e6, 0, 0, {"run"}},
    {"the same, training", 0, 0, 0, 0, 0, {"run", "--mode", "training"}},
    {"the same, every GPU by SimGrid", 0, 0.05, 0, 0, 0, {"run", "--network", "simgrid"}},
    {"topology show, 64 GPUs", 0, 0, 0, 0, 0, {"topology", "show", RAILS("8")}},
    ALLTOALL(64, "8", 0),
    ALLTOALL(256, "32", 0.05),
    ALLTOALL(1024, "128", 0.1),
    ALLTOALL(4096, "512", 0.3),
    ALLTOALL(8192, "1024", 0),
    ALLTOALL(16384, "2048", 0),
    ALLTOALL(65536, "8192", 0),
    ALL_SCHEDULES(64, "8", 0.2, 0),
    ALL_SCHEDULES(256, "32", 0.3, 0),
    ALL_SCHEDULES(1024, "128", 1, 0),
    ALL_SCHEDULES(4096, "512", 0, 0),
    ALL_SCHEDULES(8192, "1024", 8, 500e6),
    ALL_SCHEDULES(16384, "2048", 0, 0),
    ALL_SCHEDULES(65536, "8192", 0, 0),
    TRAINING(64, "8", 0.2, 0),
    TRAINING(256, "32", 0.3, 0),
    TRAINING(1024, "128", 1, 0),
    TRAINING(4096, "512", 0, 0),
    TRAINING(8192, "1024", 8, 500e6),
    TRAINING(65536, "8192", 0, 0),
    WHOLE(64, "8"),
    WHOLE(256, "32"),
    WHOLE(1024, "128"),
    {"dragonfly of 1,024, none folds",
     0,
     0,
     0,
     0,
     0,
     {"run", MODEL(1024), "--topology", RAILS("128") ",network=dragonfly:4:4", "--schedule", "top2",
      "--a2a", "pairwise"}},
    IMBALANCED(64, "8", 1),
    IMBALANCED(256, "32", 4),
    IMBALANCED(512, "64", 0),
    IMBALANCED(1024, "128", 0),
};

#define GOALS (sizeof goals / sizeof *goals)

struct measured {
    double wall_s, processor_s, memory_bytes, bound_ratio;
};

/* ---- Runs ---- */

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + 1e-6 * (double)time.tv_usec;
}

static void become(const char *program, const struct goal *goal, int to)
{
    char *arguments[ARGUMENTS_MAX + 2] = {(char *)(size_t)program};
    for (size_t i = 0; i < ARGUMENTS_MAX && goal->arguments[i]; i++)
        arguments[i + 1] = (char *)(size_t)goal->arguments[i];
    if (dup2(to, STDOUT_FILENO) >= 0)
        execv(program, arguments);
    fprintf(stderr, "goals: %s: %s\n", program, strerror(errno));
    _exit(127);
}

/* Of the last line: bytes, time, algbw, busbw, time/bound. */
static double read_bound_ratio(int from)
{
    char line[4096];
    double ratio = NAN;
    FILE *output = fdopen(from, "r");
    while (fgets(line, sizeof line, output)) {
        double told;
        if (sscanf(line, "%*f %*f %*f %*f %lf", &told) == 1)
            ratio = told;
    }
    fclose(output);
    return ratio;
}

static int run_once(const char *program, const struct goal *goal, struct measured *ret)
{
    struct rusage usage;
    int status, ends[2];
    if (pipe(ends))
        return -errno;
    double start_s = now_s();
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        become(program, goal, ends[1]);
    }
    close(ends[1]);
    ret->bound_ratio = read_bound_ratio(ends[0]);
    if (child < 0 || wait4(child, &status, 0, &usage) < 0)
        return -errno;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return -ECHILD;
    ret->wall_s = now_s() - start_s;
    ret->processor_s = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    ret->memory_bytes = 1024.0 * (double)usage.ru_maxrss;
    return 0;
}

static int measure(const char *program, const struct goal *goal, int repeats, struct measured *ret)
{
    double spent_s = 0;
    *ret = (struct measured){.wall_s = INFINITY, .processor_s = INFINITY};
    for (int i = 0; i < repeats && spent_s < ENOUGH_S; i++) {
        struct measured one = {0};
        if (run_once(program, goal, &one) < 0) {
            fprintf(stderr, "goals: a run failed: %s\n", goal->what);
            return -1;
        }
        spent_s += one.wall_s;
        ret->wall_s = fmin(ret->wall_s, one.wall_s);
        ret->processor_s = fmin(ret->processor_s, one.processor_s);
        ret->memory_bytes = fmax(ret->memory_bytes, one.memory_bytes);
        ret->bound_ratio = one.bound_ratio;
    }
    return 0;
}

/* ---- What is printed ---- */

/* A goal that there may be none of; as many places as fit. */
static void print_goal(double goal, const char *format, int width)
{
    char text[16] = "-";
    if (goal > 0)
        snprintf(text, sizeof text, format, goal);
    printf(" %*s", width, text);
}

/* How many goals were missed, with wall time and with processor time. */
struct missed {
    size_t wall, processor;
};

static void print_row(const struct goal *goal, const struct measured *got, struct missed *missed)
{
    bool other = (goal->memory_bytes > 0 && got->memory_bytes > goal->memory_bytes) ||
                 (goal->bound_ratio > 0 && !(got->bound_ratio <= goal->bound_ratio));
    bool wall = other || (goal->time_s > 0 && got->wall_s > goal->time_s);
    missed->wall += wall;
    missed->processor += other || (goal->time_s > 0 && got->processor_s > goal->time_s);
    printf("  %-28s", goal->what);
    print_goal((double)goal->gpus, "%.0f", 5);
    printf(" %6.3f %6.3f", got->wall_s, got->processor_s);
    print_goal(goal->time_s, "%.2f", 4);
    printf(" %6.1f", got->memory_bytes / 1e6);
    print_goal(goal->memory_bytes / 1e6, "%.0f", 4);
    print_goal(goal->bound_ratio > 0 ? got->bound_ratio : 0, "%.3f", 6);
    printf("%s\n", wall ? " miss" : "");
    fflush(stdout);
}

static bool same_series(size_t a, size_t b)
{
    return strcmp(goals[a].what, goals[b].what) == 0;
}

/* Slope of log time over log GPUs, by least squares, of the series that ends with this row. */
static void print_growth(size_t last, const struct measured *got, struct missed *missed)
{
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    size_t first = last, least = 0;
    while (first > 0 && same_series(first - 1, last))
        first--;
    for (size_t i = first; i <= last; i++) {
        double gpus = log((double)goals[i].gpus), time = log(got[i].processor_s);
        if (got[i].processor_s < ABOVE_START * got[0].processor_s)
            continue;
        least = least ? least : goals[i].gpus;
        n++, x += gpus, y += time, xx += gpus * gpus, xy += gpus * time;
    }
    if (n < 2) {
        printf("# too little above the start's time to tell how it grows\n");
        return;
    }
    double slope = (n * xy - x * y) / (n * xx - x * x);
    bool steep = goals[first].exponent > 0 && slope > goals[first].exponent;
    missed->wall += steep;
    missed->processor += steep;
    printf("# from %zu to %zu GPUs its time grows as GPUs^%.2f", least, goals[last].gpus, slope);
    if (goals[first].exponent > 0)
        printf(", goal at most %.2f%s", goals[first].exponent, steep ? ": missed" : "");
    printf("\n");
    fflush(stdout);
}

int main(int argc, char *argv[])
{
    int repeats = argc > 2 ? atoi(argv[2]) : REPEATS;
    if (argc < 2 || argc > 3 || repeats < 1 || repeats > REPEATS_MAX) {
        fprintf(stderr, "Usage: goals SCMOESIM [REPEATS]\n");
        return 2;
    }
    printf("# least of up to %d runs of the whole process, largest memory; goals are at most,\n"
           "# as is 1.01 for simulated time over the busiest link's (/bound)\n"
           "# %-28s %5s %6s %6s %4s %6s %4s %6s\n# %-28s %5s %6s %6s %4s %6s %4s %6s\n",
           repeats, "run", "GPUs", "wall", "proc.", "goal", "memory", "goal", "/bound", "", "",
           "(s)", "(s)", "(s)", "(MB)", "(MB)", "(x)");
    static struct measured got[GOALS];
    struct missed missed = {0};
    for (size_t i = 0; i < GOALS; i++) {
        if (measure(argv[1], &goals[i], repeats, &got[i]) < 0)
            return 1;
        print_row(&goals[i], &got[i], &missed);
        if (goals[i].gpus && (i + 1 == GOALS || !same_series(i, i + 1)))
            print_growth(i, got, &missed);
    }
    printf("# goals missed: %zu by wall time, %zu by processor time\n", missed.wall,
           missed.processor);
    return 0;
}
