#include "collective.h"

#include <nccl.h>
#include <stdio.h>
#include <stdlib.h>
#include "base.h"
#include "sim/base/mem.h"

struct collective {
    ncclComm_t communicator;
    int ranks;
};

#define try_nccl(call) check_nccl((call), #call, __LINE__)
static void check_nccl(ncclResult_t result, const char *call, int line)
{
    if (result != ncclSuccess)
        die(EXIT_BUG, "%s:%d: %s: %s", __FILE__, line, call, ncclGetErrorString(result));
}

const char *collective_library_name(void)
{
    static char name[32];
    int version = 0;
    if (ncclGetVersion(&version) != ncclSuccess)
        return "NCCL of unknown version";
    snprintf(name, sizeof name, "NCCL %d.%d.%d", version / 10000, version / 100 % 100,
             version % 100);
    return name;
}

const char *collective_problem(void)
{
    return NULL;
}

struct collective *collective_join(const struct member *me, int channels)
{
    struct collective *made = mem_zeroed(1, sizeof *made);
    ncclConfig_t config = NCCL_CONFIG_INITIALIZER;
    ncclUniqueId id = {{0}};
    if (channels > 0)
        config.minCTAs = config.maxCTAs = channels;
    if (me->rank == 0)
        try_nccl(ncclGetUniqueId(&id));
    team_share(me, &id, sizeof id);
    made->ranks = me->count;
    try_nccl(ncclCommInitRankConfig(&made->communicator, me->count, id, me->rank, &config));
    return made;
}

void collective_leave(struct collective *collective)
{
    if (!collective)
        return;
    try_nccl(ncclCommDestroy(collective->communicator));
    free(collective);
}

void collective_all_to_all(const struct collective *collective, const void *send, void *receive,
                           size_t bytes, cudaStream_t stream)
{
    ncclComm_t communicator = collective->communicator;
    size_t part = bytes / (size_t)collective->ranks;
    const char *from = send;
    char *to = receive;
    try_nccl(ncclGroupStart());
    for (int peer = 0; peer < collective->ranks; peer++) {
        size_t at = (size_t)peer * part;
        try_nccl(ncclSend(from + at, part, ncclInt8, peer, communicator, stream));
        try_nccl(ncclRecv(to + at, part, ncclInt8, peer, communicator, stream));
    }
    try_nccl(ncclGroupEnd());
}
