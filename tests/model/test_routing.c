/* Unequal routing through the whole of a study: a timeline worked out by hand, and laws. */
#include <math.h>
#include "sim/base/mem.h"
#include "tests/model/case.h"

/* A file of recorded loads; the caller frees the path and removes the file. */
static char *loads_file(const char *rows)
{
    char *path = mem_copy_string("/tmp/scmoesim-loads-XXXXXX.csv");
    FILE *file = fdopen(mkstemps(path, 4), "w");
    fprintf(file, "expert,tokens\n%s", rows);
    fclose(file);
    return path;
}

struct asked {
    const char *schedule, *model, *topology, *tokens;
    const char *sets[8];
    bool exact;
};

static struct study *play(const struct asked *asked)
{
    const char *schedules[] = {asked->schedule};
    struct study_request request = hand_request(schedules, 1);
    size_t count = 0;
    while (asked->sets[count])
        count++;
    request.tokens = asked->tokens;
    request.sets = asked->sets;
    request.set_count = count;
    request.network = asked->exact ? NETWORK_SIMGRID : NETWORK_AUTO;
    if (asked->model) {
        request.model = asked->model;
        request.costs = NULL;
    }
    if (asked->topology)
        request.topology = asked->topology;
    return must_play(&request);
}

enum { PAIR, MODEL, A2A, P10, P50, P90, DROPPED, IMBALANCE, ANSWERS };

/* Played in a child, since SimGrid takes one platform per process. */
static void ask(const struct asked *asked, double answers[ANSWERS])
{
    int ends[2];
    fflush(NULL);
    if (pipe(ends))
        _exit(1);
    pid_t child = fork();
    if (child == 0) {
        size_t count;
        struct study *study = play(asked);
        const struct result *at = study_results(study, &count);
        const double told[ANSWERS] = {at->pair_time_s,     at->end_to_end_time_s,
                                      at->a2a_time_s,      at->pair_time_p10_s,
                                      at->pair_time_p50_s, at->pair_time_p90_s,
                                      at->dropped_ratio,   at->load_imbalance_ratio};
        ssize_t wrote = write(ends[1], told, sizeof told);
        study_free(study);
        _exit(wrote == sizeof told ? 0 : 1);
    }
    ssize_t got = read(ends[0], answers, ANSWERS * sizeof *answers);
    gsl_test_int((int)got, (int)(ANSWERS * sizeof *answers), "the child answers");
    close(ends[0]);
    close(ends[1]);
    waitpid(child, NULL, 0);
}

static const struct span *span_of(const struct played *played, const char *name, size_t rank)
{
    for (size_t o = 0; o < played->plan->operator_count; o++)
        if (strcmp(played->plan->operators[o].name, name) == 0)
            return timeline_span(played->timeline, rank, o);
    gsl_test(1, "no operator %s", name);
    _exit(1);
}

/* Loads 3, 1, 0, ... and two experts a token: every one of 8 GPUs sends all of its 2,048 tokens, 8
 * MiB, to rank 0 and as much to rank 1. Rank 0 receives 7 * 8 MiB over 50 GiB/s: 1.09375 ms, behind
 * 1 us of latency. Its expert has 8 * 2,048 rows: 600 us. The way back is as long. */
static void by_hand(const void *argument)
{
    char *file = mem_format("/routing/file=%s", (const char *)argument);
    struct asked asked = {
        .schedule = "top2", .tokens = "2048", .sets = {"/routing/load=recorded", file}};
    struct study *study = play(&asked);
    size_t count;
    const struct played *played = &study_results(study, &count)->forward;
    const double transfer_s = 56.0 / (50 * 1024) + 1e-6;
    double end_s = span_of(played, "dispatch", 0)->start_s + transfer_s;
    for (size_t r = 0; r < 8; r++)
        gsl_test_rel(span_of(played, "dispatch", r)->end_s, end_s, 1e-9, "dispatch of rank %zu", r);
    gsl_test_rel(span_of(played, "expert", 0)->end_s - span_of(played, "expert", 0)->start_s,
                 600e-6, 1e-9, "the busy expert");
    gsl_test(span_of(played, "expert", 5)->end_s - span_of(played, "expert", 5)->start_s > 60e-6,
             "an expert without rows takes next to nothing");
    end_s = span_of(played, "expert", 0)->end_s + transfer_s;
    for (size_t r = 0; r < 8; r++)
        gsl_test_rel(span_of(played, "combine", r)->end_s, end_s, 1e-9, "combine of rank %zu", r);
    study_free(study);
    free(file);
}

static void check_by_hand(void)
{
    char *path = loads_file("0,3\n1,1\n2,0\n3,0\n4,0\n5,0\n6,0\n7,0\n");
    in_child(by_hand, path, "loads 3, 1, 0, ...");
    unlink(path);
    free(path);
}

/* Saying that routing is balanced changes nothing, nor do draws and seeds of what is not drawn;
 * padded buffers are the same whatever tokens choose, and only then is something dropped. */
static void check_balanced(void)
{
    static const char *const schedules[] = {"top2", "scmoe-pos2", "scmoe-pos2-pipelined"};
    for (size_t i = 0; i < 3; i++) {
        double plain[ANSWERS], said[ANSWERS], padded[ANSWERS];
        struct asked asked = {.schedule = schedules[i]};
        ask(&asked, plain);
        struct asked saying = {
            .schedule = schedules[i],
            .sets = {"/routing/load=balanced", "/routing/draws=5", "/routing/seed=9"}};
        ask(&saying, said);
        struct asked padding = {.schedule = schedules[i],
                                .sets = {"/routing/load=zipf", "/routing/overflow=pad"}};
        ask(&padding, padded);
        for (int a = PAIR; a <= MODEL; a++) {
            gsl_test_rel(said[a], plain[a], 0, "%s: balanced by name", schedules[i]);
            gsl_test_rel(padded[a], plain[a], 0, "%s: padded", schedules[i]);
        }
        gsl_test(!isnan(plain[DROPPED]) || !isnan(said[P50]), "%s: nothing drawn", schedules[i]);
        gsl_test(!(padded[DROPPED] > 0.2), "%s: a capacity of 1 drops copies", schedules[i]);
    }
}

/* Nearly equal loads take nearly the balanced time: Dirichlet with alpha 1e8 has shares within
 * 1e-4, and 8,192 tokens spread the rest by 1 / sqrt(2,048) at most a pair, less a rank. */
static void check_limit(const char *algorithm)
{
    char *set = mem_format("/topology/all_to_all/algorithm=%s", algorithm);
    for (int i = 0; i < 2; i++) {
        const char *schedule = i ? "scmoe-pos2" : "top2";
        double even[ANSWERS], near[ANSWERS];
        const char *topology = "nodes=2,gpu=h100-sxm,gpus=4,nic=4x400G", *model = "gpt2-moe-small";
        struct asked balanced = {.schedule = schedule,
                                 .topology = topology,
                                 .model = model,
                                 .sets = {set, "/routing/overflow=dropless"}};
        struct asked drawn = {.schedule = schedule,
                              .topology = topology,
                              .model = model,
                              .sets = {set, "/routing/load=dirichlet", "/routing/alpha=1e8"}};
        ask(&balanced, even);
        ask(&drawn, near);
        gsl_test_rel(near[PAIR], even[PAIR], 0.03, "%s, %s: nearly balanced", algorithm, schedule);
        gsl_test(near[PAIR] < even[PAIR] * (1 - 1e-9), "%s, %s: not faster than balanced",
                 algorithm, schedule);
    }
    free(set);
}

/* More imbalance never takes less time in expectation; percentiles are in order about the mean. */
static void check_more(const char *schedule, const char *algorithm)
{
    static const char *const exponents[] = {"/routing/exponent=0", "/routing/exponent=0.4",
                                            "/routing/exponent=0.8", "/routing/exponent=1.6"};
    double last = 0;
    char *set = mem_format("/topology/all_to_all/algorithm=%s", algorithm);
    for (size_t i = 0; i < 4; i++) {
        double now[ANSWERS];
        struct asked asked = {
            .schedule = schedule,
            .model = "gpt2-moe-small",
            .topology = "nodes=2,gpu=h100-sxm,gpus=4,nic=4x400G",
            .sets = {set, "/routing/load=zipf", exponents[i], "/routing/draws=6"}};
        ask(&asked, now);
        gsl_test(now[PAIR] < last, "%s, %s, %s: takes longer", schedule, algorithm, exponents[i]);
        gsl_test(now[P10] > now[P50] || now[P50] > now[P90], "%s: percentiles in order", schedule);
        gsl_test(now[PAIR] < now[P10] * 0.9 || now[PAIR] > now[P90] * 1.1, "%s: mean among them",
                 schedule);
        last = now[PAIR];
    }
    free(set);
}

/* What is dropped need not be sent: never slower, and faster where something is. */
static void check_drops(void)
{
    double all[ANSWERS], kept[ANSWERS];
    struct asked dropless = {.schedule = "top2",
                             .sets = {"/routing/load=zipf", "/routing/draws=3"}};
    struct asked drop = {
        .schedule = "top2",
        .sets = {"/routing/load=zipf", "/routing/draws=3", "/routing/overflow=drop"}};
    ask(&dropless, all);
    ask(&drop, kept);
    gsl_test(kept[PAIR] >= all[PAIR], "dropping saves time");
    gsl_test_abs(all[DROPPED], 0, 1e-12, "dropless drops nothing");
    gsl_test(!(kept[DROPPED] > 0.2 && kept[DROPPED] < 0.6), "a capacity of 1 drops copies");
    gsl_test_rel(kept[IMBALANCE], all[IMBALANCE], 1e-12, "the same tokens were drawn");
}

/* On a star every GPU is like every other: where the busy experts lie does not matter, but for the
 * tokens that are drawn: 8 * 8,192 of them, so below 1 %. */
static void check_relabelling(void)
{
    static const char *const loads[] = {"0,8\n1,4\n2,2\n3,2\n4,1\n5,1\n6,1\n7,1\n",
                                        "0,1\n1,1\n2,4\n3,1\n4,2\n5,8\n6,1\n7,2\n"};
    double times[2][ANSWERS];
    for (size_t i = 0; i < 2; i++) {
        char *path = loads_file(loads[i]), *file = mem_format("/routing/file=%s", path);
        struct asked asked = {.schedule = "top1", .sets = {"/routing/load=recorded", file}};
        ask(&asked, times[i]);
        unlink(path);
        free(file);
        free(path);
    }
    gsl_test_rel(times[0][PAIR], times[1][PAIR], 0.01, "experts relabelled");
}

/* With 48 GPUs 2,256 unequal flows: links are shared in steps, and not by SimGrid. */
static void check_steps(void)
{
    double steps[ANSWERS], simgrid[ANSWERS];
    struct asked asked = {
        .schedule = "scmoe-pos2",
        .model = "gpt2-moe-small",
        .tokens = "8192",
        .topology = "nodes=6,gpu=h100-sxm,nic=8x400G",
        .sets = {"/model/experts=48", "/routing/load=zipf", "/routing/exponent=0.6"}};
    ask(&asked, steps);
    asked.exact = true;
    ask(&asked, simgrid);
    gsl_test_rel(steps[PAIR], simgrid[PAIR], 0.0005, "links shared in steps");
    gsl_test_rel(steps[A2A], simgrid[A2A], 0.0005, "links shared in steps: All-to-Alls");
    gsl_test(steps[A2A] == simgrid[A2A], "they were");
}

int main(void)
{
    check_by_hand();
    check_balanced();
    static const char *const algorithms[] = {"pairwise", "pairwise-rounds", "hierarchical",
                                             "two-hop", "low-latency"};
    for (size_t i = 0; i < 5; i++)
        check_limit(algorithms[i]);
    check_more("top2", "pairwise");
    check_more("scmoe-pos2", "pairwise");
    check_more("scmoe-pos2", "two-hop");
    check_drops();
    check_relabelling();
    check_steps();
    return gsl_test_summary();
}
