/* One GPU made ready: memory that is carved from one block, a flag that holds queues, libraries.
 *
 * CUDA errors are not recoverable here: try_cuda ends the process and names the call. */
#ifndef PROBE_LAB_H
#define PROBE_LAB_H

#include <cuda_runtime_api.h>
#include <stdbool.h>
#include <stdint.h>
#include "attention.h"
#include "gemm.h"

#define try_cuda(call) check_cuda((call), #call, __FILE__, __LINE__)
void check_cuda(cudaError_t error, const char *call, const char *file, int line);

struct choices;
struct member;
struct lab {
    int device;
    struct cudaDeviceProp about;
    cudaStream_t stream; /* where operators are made and timed */
    char *memory;        /* one block, handed out from the bottom */
    size_t memory_bytes, memory_used;
    struct gemm_library *gemm;
    struct attention_library *attention; /* NULL without one */
    uint64_t seed;                       /* of the next random fill */
    volatile unsigned *flag;             /* mapped host memory: how far queues may go */
    unsigned *flag_on_device;
    unsigned holds; /* handed out so far */
    void **piece;   /* with memory_bytes 0: every buffer that was taken */
    size_t piece_count;
    bool untuned;            /* products take the library's first proposal */
    struct choices *choices; /* of products; borrowed, NULL: tuned in each process */
    const struct member
        *me; /* of a team whose GPUs time the same steps at once; NULL: this one alone */
};

/* Ends the process with EXIT_NO_GPU where there is none. share of the free memory [0..1] is taken;
 * with 0 every buffer is an allocation of its own, so that compute-sanitizer sees an access beyond
 * it. */
void lab_init(struct lab *lab, int device, double share);
void lab_done(struct lab *lab);

/* How many sets of operands lie side by side, so that repeated runs do not find theirs in the
 * cache. */
int rotation_sets(size_t set_bytes);

/* 256-byte aligned device memory, filled with 0xff so that unwritten floats are NaN; NULL when
 * there is no more. Give back everything since a mark with lab_release. */
void *lab_take(struct lab *lab, size_t bytes);
size_t lab_mark(const struct lab *lab);
void lab_release(struct lab *lab, size_t mark);

/* Holds a stream: what is enqueued after lab_hold waits until lab_let_go of the returned number
 * (and every earlier one). At most a few hundred launches may stand behind a hold: the driver's
 * queue is finite. */
unsigned lab_hold(struct lab *lab, cudaStream_t stream);
void lab_let_go(struct lab *lab, unsigned number);

#endif
