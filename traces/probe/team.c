#include "team.h"

#include <pthread.h>
#include <string.h>
#include "base.h"

#define SHARED_BYTES 256

struct team {
    int count;
    pthread_barrier_t barrier;
    bool said[TEAM_MAX];
    char shared[SHARED_BYTES];
    void (*work)(const struct member *me, void *context);
    void *context;
    struct member member[TEAM_MAX];
};

static void *run_member(void *context)
{
    const struct member *me = context;
    me->team->work(me, me->team->context);
    return NULL;
}

static void must(int error, const char *what)
{
    if (error)
        die(EXIT_BUG, "%s: %s", what, strerror(error));
}

void team_run(int count, void (*work)(const struct member *me, void *context), void *context)
{
    if (count < 1 || count > TEAM_MAX)
        die(EXIT_BUG, "a team of %d", count);
    struct team team = {.count = count, .work = work, .context = context};
    pthread_t thread[TEAM_MAX];
    must(pthread_barrier_init(&team.barrier, NULL, (unsigned)count), "a barrier");
    for (int rank = 0; rank < count; rank++)
        team.member[rank] = (struct member){&team, rank, count};
    for (int rank = 1; rank < count; rank++)
        must(pthread_create(&thread[rank], NULL, run_member, &team.member[rank]), "a thread");
    run_member(&team.member[0]);
    for (int rank = 1; rank < count; rank++)
        must(pthread_join(thread[rank], NULL), "joining a thread");
    must(pthread_barrier_destroy(&team.barrier), "a barrier");
}

void team_wait(const struct member *me)
{
    int r = pthread_barrier_wait(&me->team->barrier);
    must(r == PTHREAD_BARRIER_SERIAL_THREAD ? 0 : r, "waiting");
}

bool team_agree(const struct member *me, bool mine)
{
    struct team *team = me->team;
    bool all = true;
    team->said[me->rank] = mine;
    team_wait(me);
    for (int rank = 0; rank < team->count; rank++)
        all &= team->said[rank];
    team_wait(me); /* nobody says the next thing before all have read this */
    return all;
}

void team_share(const struct member *me, void *data, size_t bytes)
{
    struct team *team = me->team;
    if (bytes > SHARED_BYTES)
        die(EXIT_BUG, "%zu bytes to share", bytes);
    if (me->rank == 0)
        memcpy(team->shared, data, bytes);
    team_wait(me);
    memcpy(data, team->shared, bytes);
    team_wait(me);
}
