#include "sim/sweep/play_points.h"

#include <errno.h>
#include <stdlib.h>
#include "sim/sweep/workers.h"
#include "sim/sweep/output.h"

struct player {
    const struct sweep_order *order;
    struct library *library;
    struct rows *rows;
    struct diag *diag;
    char id[SWEEP_ID_MAX];
    struct sweep_progress progress;
};

/* Plays one point where the platform allows; says what became of it. */
static void play_point(struct player *player, size_t point, int to_fd)
{
    const struct sweep *sweep = player->order->sweep;
    struct study_request request;
    struct request_words words;
    struct diag diag = {0};
    struct study *study = NULL;
    struct text lines = {0};
    enum workers_word word = WORKERS_FAILED;
    sweep_request(sweep, point, &request, &words);
    request.library = player->library;
    int r = study_load(&request, &diag, &study);
    if (r == 0)
        r = study_run(study, &diag);
    if (r == -EAGAIN) {
        word = WORKERS_LATER;
    } else if (r == 0) {
        size_t count;
        const struct result *results = study_results(study, &count);
        sweep_write_rows(sweep, player->id, point, results, count, &lines);
        word = WORKERS_DONE;
    }
    if (word == WORKERS_FAILED) {
        char *messages = diag_joined(&diag);
        sweep_write_failure(sweep, player->id, point, messages, &lines);
        free(messages);
    }
    workers_say(to_fd, point, word, &lines);
    text_done(&lines);
    study_free(study);
    diag_done(&diag);
    request_words_done(&words);
}

static void begin(void *context)
{
    rows_let_go(((struct player *)context)->rows);
}

static void play(void *context, const size_t *points, size_t count, int to_fd)
{
    for (size_t i = 0; i < count; i++)
        play_point(context, points[i], to_fd);
}

static bool has(void *context, size_t point)
{
    const struct player *player = context;
    return rows_has(player->rows, point);
}

static void describe_death(void *context, size_t point, const char *how, struct text *ret_lines)
{
    const struct player *player = context;
    struct text error = {0};
    text_add(&error, "the process that played this point %s", how);
    sweep_write_failure(player->order->sweep, player->id, point, text_get(&error), ret_lines);
    text_done(&error);
}

static int take(void *context, size_t point, bool failed, const struct text *lines)
{
    struct player *player = context;
    int r = rows_append(player->rows, point, failed, lines, player->diag);
    if (r < 0)
        return r;
    player->progress.done++;
    player->progress.played++;
    player->progress.failures += failed;
    player->order->report(player->order->context, &player->progress);
    return 0;
}

static int batches_done(void *context)
{
    struct player *player = context;
    return rows_sync(player->rows, player->diag);
}

static int open_rows(struct player *player)
{
    const struct sweep_order *order = player->order;
    struct text header = {0};
    sweep_write_header(order->sweep, &header);
    struct rows_request request = {.path = order->output,
                                   .header = text_get(&header),
                                   .id = player->id,
                                   .point_count = order->sweep->point_count,
                                   .resume = order->resume};
    int r = rows_open(&request, player->diag, &player->rows);
    text_done(&header);
    return r;
}

static int run(struct player *player)
{
    const struct sweep_order *order = player->order;
    size_t points = order->sweep->point_count, batch = workers_batch_size(points);
    player->progress = (struct sweep_progress){
        .points = workers_shard_points(points, batch, order->shard, order->shards),
        .done = rows_points(player->rows),
        .failures = rows_failures(player->rows),
    };
    struct workers_request request = {
        .point_count = points,
        .batch_size = batch,
        .processes = order->processes,
        .shard = order->shard,
        .shards = order->shards,
        .context = player,
        .begin = begin,
        .play = play,
        .has = has,
        .describe_death = describe_death,
        .take = take,
        .batches_done = batches_done,
        .stop = order->stop,
    };
    return workers_run(&request, player->diag);
}

int sweep_play(const struct sweep_order *order, struct diag *diag, struct sweep_progress *ret)
{
    struct player player = {.order = order, .diag = diag, .library = library_new()};
    sweep_id(order->sweep, player.library, player.id);
    int r = sweep_try(order->sweep, player.library, diag);
    if (r == 0)
        r = open_rows(&player);
    if (r == 0) {
        r = run(&player);
        int closed = rows_close(player.rows, diag);
        r = r < 0 ? r : closed;
        *ret = player.progress;
    }
    library_free(player.library);
    return r;
}
