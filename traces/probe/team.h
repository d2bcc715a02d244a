/* One thread for each GPU of this machine, and what they agree on. A team of one runs on the
 * calling thread. */
#ifndef PROBE_TEAM_H
#define PROBE_TEAM_H

#include <stdbool.h>
#include <stddef.h>

#define TEAM_MAX 64

struct team;
struct member {
    struct team *team;
    int rank, count; /* rank is also the GPU's number */
};

/* Calls work once for each rank, all at the same time, and returns when all have. */
void team_run(int count, void (*work)(const struct member *me, void *context), void *context);

/* All of these wait for the whole team; every member must call them in the same order. */
void team_wait(const struct member *me);
/* Whether all said true. */
bool team_agree(const struct member *me, bool mine);
/* Rank 0's data become everybody's; at most 256 bytes. */
void team_share(const struct member *me, void *data, size_t bytes);

#endif
