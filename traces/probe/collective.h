/* All-to-Alls among the GPUs of this machine, as one rank sees them. Behind it stands NCCL, or
 * nothing where the probe was built without. */
#ifndef PROBE_COLLECTIVE_H
#define PROBE_COLLECTIVE_H

#include <cuda_runtime_api.h>
#include <stddef.h>
#include "team.h"

struct collective;

const char *collective_library_name(void);
/* NULL where --gpus can work, else why not (a constant text). */
const char *collective_problem(void);

/* Every member joins; the member's GPU must be the current device. channels: thread blocks, and so
 * SMs, that a transfer may use; 0: the library's choice. Environment settings of the library come
 * first. */
struct collective *collective_join(const struct member *me, int channels);
void collective_leave(struct collective *collective);

/* Enqueues grouped sends and receives: part r of `send` goes to rank r, part r of `receive` comes
 * from there; the own part is copied. bytes: of all parts, as many as ranks, together. */
void collective_all_to_all(const struct collective *collective, const void *send, void *receive,
                           size_t bytes, cudaStream_t stream);

#endif
