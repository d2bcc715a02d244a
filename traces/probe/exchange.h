/* One rank's side of an All-to-All where there is one GPU: the bytes leave to pinned host memory
 * and arrive from it at the same time, on two streams of their own, joined to the stream that
 * asked. */
#ifndef PROBE_EXCHANGE_H
#define PROBE_EXCHANGE_H

#include <cuda_runtime_api.h>
#include <stdbool.h>
#include <stddef.h>
#include "lab.h"
#include "sim/base/diag.h"

struct exchange {
    cudaStream_t out, in;
    cudaEvent_t begin, out_done, in_done;
    char *host_out, *host_in; /* pinned */
    char *device_out, *device_in;
    size_t room; /* bytes of each of the four; longer exchanges go round */
};

/* Device memory comes from the lab. Negative with a complaint when it does not suffice. */
int exchange_init(struct exchange *exchange, struct lab *lab, size_t room, struct diag *why);
void exchange_done(struct exchange *exchange);

/* Enqueues both directions after what is on the stream; the stream goes on when both are done. */
void exchange_run(const struct exchange *exchange, double out_bytes, double in_bytes,
                  cudaStream_t stream);
/* Commands that one run of that size enqueues. */
int exchange_launches(const struct exchange *exchange, double bytes);

/* Copies of any size round the buffers, on a stream of the caller's. */
void copy_out(const struct exchange *exchange, double bytes, cudaStream_t stream);
void copy_in(const struct exchange *exchange, double bytes, cudaStream_t stream);

#endif
