#include "sim/sweep/workers.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "sim/base/file.h"
#include "sim/base/mem.h"

#define BATCH_LARGEST 256
#define BATCHES_WANTED 64
/* Holds what a process says while we wait for a disk. */
#define PIPE_BYTES (1 << 20)
#define NO_POINT ((size_t)-1)
/* A batch whose processes die so often, at whatever points, is not going to end: the point at which
 * the last one died is held responsible. */
#define DEATHS_MAX 8

struct message {
    uint64_t point;
    uint32_t word;
    uint32_t length;
};

/* A batch in work and the process that plays it. */
struct worker {
    pid_t pid;
    int fd;         /* -1: idle */
    size_t *points; /* that this process plays */
    size_t count;
    size_t said;   /* of them */
    size_t *later; /* put off for the next process */
    size_t later_count;
    size_t died_at, deaths;
    char *buffer;
    size_t filled, room;
};

struct workers {
    const struct workers_request *request;
    struct diag *diag;
    struct worker *list;
    size_t next_batch;
    size_t busy;
    bool told; /* of every batch that is done */
};

size_t workers_batch_size(size_t point_count)
{
    size_t size = point_count / BATCHES_WANTED;
    return size < 1 ? 1 : size > BATCH_LARGEST ? BATCH_LARGEST : size;
}

size_t workers_shard_points(size_t point_count, size_t batch_size, size_t shard, size_t shards)
{
    size_t points = 0;
    for (size_t at = shard * batch_size; at < point_count; at += shards * batch_size)
        points += point_count - at < batch_size ? point_count - at : batch_size;
    return points;
}

void workers_say(int to_fd, size_t point, enum workers_word word, const struct text *lines)
{
    struct message message = {point, word, lines ? (uint32_t)lines->length : 0};
    struct text whole = {0};
    text_add_bytes(&whole, (const char *)&message, sizeof message);
    if (message.length)
        text_add_bytes(&whole, lines->text, lines->length);
    if (write_all(to_fd, whole.text, whole.length) < 0) /* at once: the other side wakes up once */
        _exit(EXIT_FAILURE);                            /* nobody listens any more */
    text_done(&whole);
}

static bool has(const struct workers_request *request, size_t point)
{
    return request->has && request->has(request->context, point);
}

/* The next batch of this shard that lacks points, as far as its last missing one. */
static bool next_batch(struct workers *workers, struct worker *worker)
{
    const struct workers_request *request = workers->request;
    size_t size = request->batch_size;
    while (workers->next_batch * size < request->point_count) {
        size_t first = workers->next_batch * size, needed = 0;
        workers->next_batch += request->shards ? request->shards : 1;
        for (size_t p = first; p < first + size && p < request->point_count; p++)
            if (!has(request, p))
                needed = p - first + 1;
        if (needed == 0)
            continue;
        worker->points = mem_zeroed(needed, sizeof *worker->points);
        worker->later = mem_zeroed(needed, sizeof *worker->later);
        for (size_t i = 0; i < needed; i++)
            worker->points[i] = first + i;
        worker->count = needed;
        worker->later_count = worker->deaths = 0;
        worker->died_at = NO_POINT;
        return true;
    }
    return false;
}

static void work(const struct workers_request *request, const struct worker *worker, pid_t parent,
                 int fd)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(EXIT_FAILURE); /* it ended before we asked to be told */
    signal(SIGINT, SIG_IGN); /* the terminal sends it to all; the parent decides */
    signal(SIGTERM, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    if (request->begin)
        request->begin(request->context);
    request->play(request->context, worker->points, worker->count, fd);
    _exit(EXIT_SUCCESS);
}

static int start(struct workers *workers, struct worker *worker)
{
    int ends[2];
    pid_t parent = getpid();
    if (pipe(ends) < 0)
        return diag_say(workers->diag, "cannot make a pipe: %s", strerror(errno));
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        work(workers->request, worker, parent, ends[1]);
    }
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return diag_say(workers->diag, "cannot start a process: %s", strerror(errno));
    }
    fcntl(ends[0], F_SETPIPE_SZ, PIPE_BYTES); /* where it is refused a smaller one does */
    worker->pid = pid;
    worker->fd = ends[0];
    worker->said = worker->filled = 0;
    worker->later_count = 0;
    workers->busy++;
    return 0;
}

static void batch_free(struct worker *worker)
{
    free(worker->points);
    free(worker->later);
    worker->points = worker->later = NULL;
}

static int take_message(struct workers *workers, struct worker *worker,
                        const struct message *message, const char *lines)
{
    const struct workers_request *request = workers->request;
    size_t point = message->point;
    worker->said++;
    if (message->word == WORKERS_LATER)
        worker->later[worker->later_count++] = point;
    if (message->word == WORKERS_LATER || has(request, point))
        return 0;
    struct text text = {0};
    text_add_bytes(&text, lines, message->length);
    int r = request->take(request->context, point, message->word == WORKERS_FAILED, &text);
    text_done(&text);
    return r;
}

static int take_messages(struct workers *workers, struct worker *worker)
{
    size_t at = 0;
    int r = 0;
    struct message message;
    while (r == 0 && worker->filled - at >= sizeof message) {
        memcpy(&message, worker->buffer + at, sizeof message);
        if (worker->filled - at - sizeof message < message.length)
            break;
        r = take_message(workers, worker, &message, worker->buffer + at + sizeof message);
        at += sizeof message + message.length;
    }
    memmove(worker->buffer, worker->buffer + at, worker->filled - at);
    worker->filled -= at;
    return r;
}

/* A point at which processes die. */
static int take_death(const struct workers_request *request, size_t point, int status)
{
    struct text how = {0}, lines = {0};
    if (WIFSIGNALED(status))
        text_add(&how, "was ended by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else
        text_add(&how, "ended with status %d", WEXITSTATUS(status));
    if (request->describe_death)
        request->describe_death(request->context, point, text_get(&how), &lines);
    else
        text_add(&lines, "the process that played it %s", text_get(&how));
    int r = has(request, point) ? 0 : request->take(request->context, point, true, &lines);
    text_done(&lines);
    text_done(&how);
    return r;
}

/* The process is gone. What it leaves to do is started; else the worker is idle. */
static int replace(struct workers *workers, struct worker *worker, int status)
{
    const struct workers_request *request = workers->request;
    if (worker->said == worker->count) {
        memcpy(worker->points, worker->later, worker->later_count * sizeof *worker->points);
        worker->count = worker->later_count;
        worker->died_at = NO_POINT;
        worker->deaths = 0;
    } else {
        size_t at = worker->said, point = worker->points[at];
        bool again = worker->died_at != point && ++worker->deaths < DEATHS_MAX;
        worker->died_at = point;
        if (!again) {
            int r = take_death(request, point, status);
            if (r < 0)
                return r;
            worker->count--;
            memmove(worker->points + at, worker->points + at + 1,
                    (worker->count - at) * sizeof *worker->points);
        }
    }
    if (worker->count > 0)
        return start(workers, worker);
    batch_free(worker);
    workers->told = false;
    return 0;
}

static int listen_to(struct workers *workers, struct worker *worker)
{
    if (worker->room - worker->filled < 65536)
        worker->buffer = mem_resized(worker->buffer, worker->room += 65536, 1);
    ssize_t got = read(worker->fd, worker->buffer + worker->filled, worker->room - worker->filled);
    if (got < 0)
        return errno == EINTR ? 0 : diag_say(workers->diag, "pipe: %s", strerror(errno));
    worker->filled += (size_t)got;
    if (got > 0)
        return take_messages(workers, worker);
    int status = 0;
    close(worker->fd);
    worker->fd = -1;
    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
        ;
    workers->busy--;
    return replace(workers, worker, status);
}

static int give_work(struct workers *workers)
{
    for (size_t i = 0; i < workers->request->processes; i++) {
        struct worker *worker = &workers->list[i];
        if (worker->fd >= 0 || !next_batch(workers, worker))
            continue;
        int r = start(workers, worker);
        if (r < 0)
            return r;
    }
    return 0;
}

/* Waits until somebody says something. */
static int wait_and_listen(struct workers *workers)
{
    size_t count = 0, processes = workers->request->processes;
    struct pollfd *polled = mem_zeroed(processes, sizeof *polled);
    struct worker **asked = mem_zeroed(processes, sizeof *asked);
    for (size_t i = 0; i < processes; i++)
        if (workers->list[i].fd >= 0) {
            asked[count] = &workers->list[i];
            polled[count++] = (struct pollfd){.fd = workers->list[i].fd, .events = POLLIN};
        }
    int r = poll(polled, count, 1000) < 0 && errno != EINTR
                ? diag_say(workers->diag, "poll: %s", strerror(errno))
                : 0;
    for (size_t i = 0; i < count && r == 0; i++)
        if (polled[i].revents)
            r = listen_to(workers, asked[i]);
    free(polled);
    free(asked);
    return r;
}

static void dismiss(struct workers *workers)
{
    for (size_t i = 0; i < workers->request->processes; i++) {
        struct worker *worker = &workers->list[i];
        if (worker->fd >= 0) {
            kill(worker->pid, SIGKILL);
            close(worker->fd);
            while (waitpid(worker->pid, NULL, 0) < 0 && errno == EINTR)
                ;
        }
        batch_free(worker);
        free(worker->buffer);
    }
    free(workers->list);
}

int workers_run(const struct workers_request *request, struct diag *diag)
{
    struct workers workers = {
        .request = request, .diag = diag, .next_batch = request->shard, .told = true};
    workers.list = mem_zeroed(request->processes, sizeof *workers.list);
    for (size_t i = 0; i < request->processes; i++)
        workers.list[i].fd = -1;
    int r = 0;
    while (r == 0 && !(request->stop && *request->stop)) {
        if ((r = give_work(&workers)) < 0)
            break;
        if (!workers.told &&
            request->batches_done) /* which takes its time, so the others have work before */
            r = request->batches_done(request->context);
        workers.told = true;
        if (workers.busy == 0)
            break;
        if (r == 0)
            r = wait_and_listen(&workers);
    }
    dismiss(&workers);
    return r;
}
