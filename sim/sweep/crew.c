#include "sim/sweep/crew.h"

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
struct hand {
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

struct crew {
    const struct crew_request *request;
    struct diag *diag;
    struct hand *hands;
    size_t next_batch;
    size_t busy;
    bool told; /* of every batch that is done */
};

size_t crew_batch_size(size_t point_count)
{
    size_t size = point_count / BATCHES_WANTED;
    return size < 1 ? 1 : size > BATCH_LARGEST ? BATCH_LARGEST : size;
}

size_t crew_shard_points(size_t point_count, size_t batch_size, size_t shard, size_t shards)
{
    size_t points = 0;
    for (size_t at = shard * batch_size; at < point_count; at += shards * batch_size)
        points += point_count - at < batch_size ? point_count - at : batch_size;
    return points;
}

void crew_say(int to_fd, size_t point, enum crew_word word, const struct text *lines)
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

static bool has(const struct crew_request *request, size_t point)
{
    return request->has && request->has(request->context, point);
}

/* The next batch of this shard that lacks points, as far as its last missing one. */
static bool next_batch(struct crew *crew, struct hand *hand)
{
    const struct crew_request *request = crew->request;
    size_t size = request->batch_size;
    while (crew->next_batch * size < request->point_count) {
        size_t first = crew->next_batch * size, needed = 0;
        crew->next_batch += request->shards ? request->shards : 1;
        for (size_t p = first; p < first + size && p < request->point_count; p++)
            if (!has(request, p))
                needed = p - first + 1;
        if (needed == 0)
            continue;
        hand->points = mem_zeroed(needed, sizeof *hand->points);
        hand->later = mem_zeroed(needed, sizeof *hand->later);
        for (size_t i = 0; i < needed; i++)
            hand->points[i] = first + i;
        hand->count = needed;
        hand->later_count = hand->deaths = 0;
        hand->died_at = NO_POINT;
        return true;
    }
    return false;
}

static void work(const struct crew_request *request, const struct hand *hand, pid_t parent, int fd)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(EXIT_FAILURE); /* it ended before we asked to be told */
    signal(SIGINT, SIG_IGN); /* the terminal sends it to all; the parent decides */
    signal(SIGTERM, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    if (request->begin)
        request->begin(request->context);
    request->play(request->context, hand->points, hand->count, fd);
    _exit(EXIT_SUCCESS);
}

static int start(struct crew *crew, struct hand *hand)
{
    int ends[2];
    pid_t parent = getpid();
    if (pipe(ends) < 0)
        return diag_say(crew->diag, "cannot make a pipe: %s", strerror(errno));
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        work(crew->request, hand, parent, ends[1]);
    }
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return diag_say(crew->diag, "cannot start a process: %s", strerror(errno));
    }
    fcntl(ends[0], F_SETPIPE_SZ, PIPE_BYTES); /* where it is refused a smaller one does */
    hand->pid = pid;
    hand->fd = ends[0];
    hand->said = hand->filled = 0;
    hand->later_count = 0;
    crew->busy++;
    return 0;
}

static void batch_free(struct hand *hand)
{
    free(hand->points);
    free(hand->later);
    hand->points = hand->later = NULL;
}

static int take_message(struct crew *crew, struct hand *hand, const struct message *message,
                        const char *lines)
{
    const struct crew_request *request = crew->request;
    size_t point = message->point;
    hand->said++;
    if (message->word == CREW_LATER)
        hand->later[hand->later_count++] = point;
    if (message->word == CREW_LATER || has(request, point))
        return 0;
    struct text text = {0};
    text_add_bytes(&text, lines, message->length);
    int r = request->take(request->context, point, message->word == CREW_FAILED, &text);
    text_done(&text);
    return r;
}

static int take_messages(struct crew *crew, struct hand *hand)
{
    size_t at = 0;
    int r = 0;
    struct message message;
    while (r == 0 && hand->filled - at >= sizeof message) {
        memcpy(&message, hand->buffer + at, sizeof message);
        if (hand->filled - at - sizeof message < message.length)
            break;
        r = take_message(crew, hand, &message, hand->buffer + at + sizeof message);
        at += sizeof message + message.length;
    }
    memmove(hand->buffer, hand->buffer + at, hand->filled - at);
    hand->filled -= at;
    return r;
}

/* A point at which processes die. */
static int take_death(const struct crew_request *request, size_t point, int status)
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

/* The process is gone. What it leaves to do is started; else the hand is idle. */
static int replace(struct crew *crew, struct hand *hand, int status)
{
    const struct crew_request *request = crew->request;
    if (hand->said == hand->count) {
        memcpy(hand->points, hand->later, hand->later_count * sizeof *hand->points);
        hand->count = hand->later_count;
        hand->died_at = NO_POINT;
        hand->deaths = 0;
    } else {
        size_t at = hand->said, point = hand->points[at];
        bool again = hand->died_at != point && ++hand->deaths < DEATHS_MAX;
        hand->died_at = point;
        if (!again) {
            int r = take_death(request, point, status);
            if (r < 0)
                return r;
            hand->count--;
            memmove(hand->points + at, hand->points + at + 1,
                    (hand->count - at) * sizeof *hand->points);
        }
    }
    if (hand->count > 0)
        return start(crew, hand);
    batch_free(hand);
    crew->told = false;
    return 0;
}

static int listen_to(struct crew *crew, struct hand *hand)
{
    if (hand->room - hand->filled < 65536)
        hand->buffer = mem_resized(hand->buffer, hand->room += 65536, 1);
    ssize_t got = read(hand->fd, hand->buffer + hand->filled, hand->room - hand->filled);
    if (got < 0)
        return errno == EINTR ? 0 : diag_say(crew->diag, "pipe: %s", strerror(errno));
    hand->filled += (size_t)got;
    if (got > 0)
        return take_messages(crew, hand);
    int status = 0;
    close(hand->fd);
    hand->fd = -1;
    while (waitpid(hand->pid, &status, 0) < 0 && errno == EINTR)
        ;
    crew->busy--;
    return replace(crew, hand, status);
}

static int give_work(struct crew *crew)
{
    for (size_t i = 0; i < crew->request->processes; i++) {
        struct hand *hand = &crew->hands[i];
        if (hand->fd >= 0 || !next_batch(crew, hand))
            continue;
        int r = start(crew, hand);
        if (r < 0)
            return r;
    }
    return 0;
}

/* Waits until somebody says something. */
static int wait_and_listen(struct crew *crew)
{
    size_t count = 0, processes = crew->request->processes;
    struct pollfd *polled = mem_zeroed(processes, sizeof *polled);
    struct hand **asked = mem_zeroed(processes, sizeof *asked);
    for (size_t i = 0; i < processes; i++)
        if (crew->hands[i].fd >= 0) {
            asked[count] = &crew->hands[i];
            polled[count++] = (struct pollfd){.fd = crew->hands[i].fd, .events = POLLIN};
        }
    int r = poll(polled, count, 1000) < 0 && errno != EINTR
                ? diag_say(crew->diag, "poll: %s", strerror(errno))
                : 0;
    for (size_t i = 0; i < count && r == 0; i++)
        if (polled[i].revents)
            r = listen_to(crew, asked[i]);
    free(polled);
    free(asked);
    return r;
}

static void dismiss(struct crew *crew)
{
    for (size_t i = 0; i < crew->request->processes; i++) {
        struct hand *hand = &crew->hands[i];
        if (hand->fd >= 0) {
            kill(hand->pid, SIGKILL);
            close(hand->fd);
            while (waitpid(hand->pid, NULL, 0) < 0 && errno == EINTR)
                ;
        }
        batch_free(hand);
        free(hand->buffer);
    }
    free(crew->hands);
}

int crew_run(const struct crew_request *request, struct diag *diag)
{
    struct crew crew = {
        .request = request, .diag = diag, .next_batch = request->shard, .told = true};
    crew.hands = mem_zeroed(request->processes, sizeof *crew.hands);
    for (size_t i = 0; i < request->processes; i++)
        crew.hands[i].fd = -1;
    int r = 0;
    while (r == 0 && !(request->stop && *request->stop)) {
        if ((r = give_work(&crew)) < 0)
            break;
        if (!crew.told &&
            request->batches_done) /* which takes its time, so the others have work before */
            r = request->batches_done(request->context);
        crew.told = true;
        if (crew.busy == 0)
            break;
        if (r == 0)
            r = wait_and_listen(&crew);
    }
    dismiss(&crew);
    return r;
}
