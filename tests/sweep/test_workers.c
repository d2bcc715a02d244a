/* Processes that die, points that want another platform, shards, numbers of processes: what arrives
 * is the same. Points are "played" here by writing the points before them in the same process, so
 * that any difference in what a process has played shows. */
#include <gsl/gsl_test.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "sim/base/mem.h"
#include "sim/sweep/workers.h"

#define POINTS 150
#define NEVER ((size_t)-1)

/* Shared with the processes. */
struct shared {
    int deaths_left; /* how often the process that plays dies_at dies */
};

struct scene {
    size_t dies_at;
    bool platforms; /* points 0, 3, 6, ... want one platform, 1, 4, 7, ... another */
    struct shared *shared;
    char *got[POINTS]; /* by point */
    bool failed[POINTS];
    bool given[POINTS];                /* done before */
    size_t taken, batches, taken_then; /* when batches were last done */
    size_t stop_after;
    volatile sig_atomic_t stop;
};

static void begin(void *context)
{
    (void)context;
}

static void play(void *context, const size_t *points, size_t count, int to_fd)
{
    struct scene *scene = context;
    struct text history = {0};
    for (size_t i = 0; i < count; i++) {
        if (scene->platforms && points[i] % 3 != points[0] % 3) {
            workers_say(to_fd, points[i], WORKERS_LATER, NULL);
            continue;
        }
        text_add(&history, "%zu ", points[i]);
        if (points[i] == scene->dies_at && scene->shared->deaths_left > 0) {
            scene->shared->deaths_left--;
            kill(getpid(), SIGKILL);
        }
        workers_say(to_fd, points[i], points[i] % 10 == 7 ? WORKERS_FAILED : WORKERS_DONE,
                    &history);
    }
    text_done(&history);
}

static bool has(void *context, size_t point)
{
    struct scene *scene = context;
    return scene->given[point] || scene->got[point];
}

static void describe_death(void *context, size_t point, const char *how, struct text *ret)
{
    (void)context;
    text_add(ret, "point %zu %s", point, how);
}

static int take(void *context, size_t point, bool failed, const struct text *lines)
{
    struct scene *scene = context;
    gsl_test(scene->got[point] != NULL, "point %zu comes once", point);
    scene->got[point] = mem_copy_string(text_get(lines));
    scene->failed[point] = failed;
    if (++scene->taken == scene->stop_after)
        scene->stop = 1;
    return 0;
}

static int batches_done(void *context)
{
    struct scene *scene = context;
    scene->batches++;
    scene->taken_then = scene->taken;
    return 0;
}

static void run(struct scene *scene, size_t processes, size_t shard, size_t shards)
{
    struct diag diag = {0};
    struct workers_request request = {.point_count = POINTS,
                                      .batch_size = 8,
                                      .processes = processes,
                                      .shard = shard,
                                      .shards = shards,
                                      .context = scene,
                                      .begin = begin,
                                      .play = play,
                                      .has = has,
                                      .describe_death = describe_death,
                                      .take = take,
                                      .batches_done = batches_done,
                                      .stop = &scene->stop};
    gsl_test_int(workers_run(&request, &diag), 0, "runs");
}

static struct scene *scene_new(size_t dies_at, int deaths)
{
    struct scene *scene = mem_zeroed(1, sizeof *scene);
    scene->shared = mmap(NULL, sizeof *scene->shared, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    scene->shared->deaths_left = deaths;
    scene->dies_at = dies_at;
    return scene;
}

static void scene_free(struct scene *scene)
{
    for (size_t p = 0; p < POINTS; p++)
        free(scene->got[p]);
    munmap(scene->shared, sizeof *scene->shared);
    free(scene);
}

static void expect_same(const struct scene *got, const struct scene *want, const char *what)
{
    size_t different = 0;
    for (size_t p = 0; p < POINTS; p++)
        different += !got->got[p] || strcmp(got->got[p], want->got[p]) != 0 ||
                     got->failed[p] != want->failed[p];
    gsl_test_int((int)different, 0, "%s: points that differ", what);
}

static void test_processes(const struct scene *want)
{
    for (size_t processes = 2; processes < 6; processes++) {
        struct scene *scene = scene_new(NEVER, 0);
        run(scene, processes, 0, 1);
        expect_same(scene, want, "any number of processes");
        gsl_test(scene->batches == 0 || scene->batches > (POINTS + 7) / 8, "batches end %zu times",
                 scene->batches);
        gsl_test_int((int)scene->taken_then, (int)scene->taken, "the last one after every point");
        scene_free(scene);
    }
}

/* Something killed a process once: the batch is played again, nothing is lost. */
static void test_killed_once(const struct scene *want)
{
    for (size_t at = 0; at < POINTS; at += 13) {
        struct scene *scene = scene_new(at, 1);
        run(scene, 2, 0, 1);
        expect_same(scene, want, "a process killed once");
        scene_free(scene);
    }
}

/* A point that ends its process every time is reported and left out; those behind it are played. */
static void test_deadly_point(void)
{
    struct scene *scene = scene_new(11, 1000);
    run(scene, 2, 0, 1);
    gsl_test_str(scene->got[11], "point 11 was ended by signal 9 (Killed)", "the deadly point");
    gsl_test_int(scene->failed[11], 1, "failed");
    gsl_test_str(scene->got[10], "8 9 10 ", "the one before");
    gsl_test_str(scene->got[12], "8 9 10 12 ", "the one after, without it");
    gsl_test_int((int)scene->taken, POINTS, "and all others");
    scene_free(scene);
}

static void test_platforms(void)
{
    struct scene *scene = scene_new(NEVER, 0);
    scene->platforms = true;
    run(scene, 2, 0, 1);
    gsl_test_str(scene->got[8], "8 ", "one platform");
    gsl_test_str(scene->got[14], "8 11 14 ", "the same");
    gsl_test_str(scene->got[15], "9 12 15 ", "put off once");
    gsl_test_str(scene->got[13], "10 13 ", "put off twice");
    gsl_test_int((int)scene->taken, POINTS, "all points");
    scene_free(scene);
}

/* Points that are there are not taken again, but still stand before the others. */
static void test_resumed(const struct scene *want)
{
    struct scene *scene = scene_new(NEVER, 0);
    for (size_t p = 0; p < POINTS; p++)
        if (p % 5 == 2 || p < 30)
            scene->given[p] = true;
    run(scene, 3, 0, 1);
    size_t different = 0, again = 0;
    for (size_t p = 0; p < POINTS; p++) {
        again += scene->given[p] && scene->got[p];
        different += !scene->given[p] && (!scene->got[p] || strcmp(scene->got[p], want->got[p]));
    }
    gsl_test_int((int)again, 0, "points taken again");
    gsl_test_int((int)different, 0, "resumed: points that differ");
    scene_free(scene);
}

static void test_shards(const struct scene *want)
{
    for (size_t shards = 1; shards < 25; shards += 4) {
        struct scene *scene = scene_new(NEVER, 0);
        size_t points = 0;
        for (size_t shard = 0; shard < shards; shard++) {
            size_t before = scene->taken;
            run(scene, 2, shard, shards);
            points += workers_shard_points(POINTS, 8, shard, shards);
            gsl_test_int((int)(scene->taken - before),
                         (int)workers_shard_points(POINTS, 8, shard, shards), "points of a shard");
        }
        gsl_test_int((int)points, POINTS, "shards cover all");
        expect_same(scene, want, "shards");
        scene_free(scene);
    }
}

static void test_stop(void)
{
    struct scene *scene = scene_new(NEVER, 0);
    scene->stop_after = 20;
    run(scene, 2, 0, 1);
    gsl_test(scene->taken < 20 || scene->taken > 60, "stops soon after 20: %zu", scene->taken);
    scene_free(scene);
}

static void test_batch_sizes(void)
{
    static const struct {
        size_t points, size;
    } rows[] = {{1, 1},   {63, 1},    {64, 1},      {127, 1},
                {128, 2}, {4096, 64}, {16384, 256}, {1000000, 256}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        gsl_test_int((int)workers_batch_size(rows[i].points), (int)rows[i].size,
                     "batch of %zu points", rows[i].points);
}

static int take_quietly(void *context, size_t point, bool failed, const struct text *lines)
{
    struct scene *scene = context;
    scene->got[point] = mem_copy_string(text_get(lines));
    scene->failed[point] = failed;
    scene->taken++;
    return 0;
}

/* What is left out means: all points, nothing to let go of, and the workers's own words. */
static void test_least(void)
{
    struct scene *scene = scene_new(3, 8);
    struct diag diag = {0};
    struct workers_request request = {.point_count = 5,
                                      .batch_size = 1,
                                      .processes = 2,
                                      .context = scene,
                                      .play = play,
                                      .take = take_quietly};
    gsl_test_int(workers_run(&request, &diag), 0, "runs");
    gsl_test_int((int)scene->taken, 5, "all points");
    gsl_test_str(scene->got[3], "the process that played it was ended by signal 9 (Killed)",
                 "the deadly point");
    gsl_test(!scene->failed[3], "failed");
    scene_free(scene);
}

int main(void)
{
    struct scene *want = scene_new(NEVER, 0);
    run(want, 1, 0, 1);
    gsl_test_str(want->got[18], "16 17 18 ", "a batch begins afresh");
    test_processes(want);
    test_killed_once(want);
    test_deadly_point();
    test_platforms();
    test_resumed(want);
    test_shards(want);
    test_stop();
    test_batch_sizes();
    test_least();
    scene_free(want);
    return gsl_test_summary();
}
