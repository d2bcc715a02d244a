/* Operators beside communication: a copy kernel that holds n SMs, or both copy engines at work. */
#include "bench.h"

#include <math.h>
#include <unistd.h>
#include "kernels.h"

#define RESIDENT_BYTES                                                                             \
    ((size_t)256 << 20) /* several times the L2, so that the copy reaches memory */
#define ENGINE_BYTES ((size_t)64 << 20)

struct resident {
    char *from, *to;
    unsigned long long *copied; /* on the device */
    volatile unsigned *stop;    /* mapped host memory */
    unsigned *stop_on_device;
    cudaStream_t stream;
};

static bool resident_init(struct resident *resident, struct lab *lab)
{
    resident->from = lab_take(lab, RESIDENT_BYTES);
    resident->to = lab_take(lab, RESIDENT_BYTES);
    resident->copied = lab_take(lab, sizeof *resident->copied);
    if (!resident->from || !resident->to || !resident->copied)
        return false;
    fill_random(DTYPE_FP32, resident->from, RESIDENT_BYTES / 4, 1, lab->seed++, lab->stream);
    try_cuda(cudaHostAlloc((void **)&resident->stop, sizeof *resident->stop, cudaHostAllocMapped));
    try_cuda(
        cudaHostGetDevicePointer((void **)&resident->stop_on_device, (void *)resident->stop, 0));
    try_cuda(cudaStreamCreateWithFlags(&resident->stream, cudaStreamNonBlocking));
    *resident->stop = 1; /* the first launch only loads the kernel */
    launch_resident_copy(1, resident->from, resident->to, RESIDENT_BYTES, resident->stop_on_device,
                         resident->copied, lab->stream);
    try_cuda(cudaStreamSynchronize(lab->stream));
    return true;
}

static void resident_done(struct resident *resident)
{
    try_cuda(cudaStreamDestroy(resident->stream));
    try_cuda(cudaFreeHost((void *)resident->stop));
}

static void resident_start(struct resident *resident, int sms)
{
    *resident->stop = 0;
    try_cuda(cudaMemsetAsync(resident->copied, 0, sizeof *resident->copied, resident->stream));
    launch_resident_copy(sms, resident->from, resident->to, RESIDENT_BYTES,
                         resident->stop_on_device, resident->copied, resident->stream);
    usleep(2000); /* in place before anything else asks for SMs */
}

/* Bytes that were copied, read plus written. */
static double resident_stop(struct resident *resident)
{
    unsigned long long copied;
    __sync_synchronize();
    *resident->stop = 1;
    try_cuda(cudaStreamSynchronize(resident->stream));
    try_cuda(cudaMemcpy(&copied, resident->copied, sizeof copied, cudaMemcpyDeviceToHost));
    return 2 * (double)copied;
}

static void time_beside_sms(struct bench *bench, const struct job *job, const struct op *op,
                            struct resident *resident)
{
    static const int sm_counts[] = {2, 4, 8, 16, 32, 64};
    struct row row = row_of_operator(job->kind, job->pass, bench->options->dtype, &job->shape);
    for (size_t i = 0; i < sizeof sm_counts / sizeof *sm_counts; i++) {
        if (sm_counts[i] >= bench->lab.about.multiProcessorCount)
            break;
        row.sm_count = sm_counts[i];
        double begin_s = host_seconds();
        resident_start(resident, row.sm_count);
        row.timing = bench_time_hot(bench, op);
        double bytes = resident_stop(resident), gone_s = host_seconds() - begin_s;
        rows_add(&bench->rows, &row);
        if (job->kind == OPERATOR_MLP && job->pass == PASS_FORWARD)
            facts_add(&bench->left_out, "resident_copy: %d SMs moved %.3g bytes/s beside %s",
                      row.sm_count, bytes / gone_s, operator_kind_names[job->kind]);
    }
}

/* Both engines get work for as long as the timing should take; too little is tried again with more.
 */
static void time_beside_engines(struct bench *bench, const struct job *job, const struct op *op,
                                const struct exchange *exchange)
{
    struct row row = row_of_operator(job->kind, job->pass, bench->options->dtype, &job->shape);
    row.bytes = (double)ENGINE_BYTES;
    double wanted_s = 0.1 + 1.5 * (bench->limits.warm_up_s + bench->limits.sample_s);
    for (int attempt = 0; attempt < 3; attempt++, wanted_s *= 3) {
        /* 60e9 bytes/s is above what one PCIe 5.0 x16 direction gives. */
        int copies = (int)ceil(wanted_s * 60e9 / (double)ENGINE_BYTES);
        for (int i = 0; i < copies; i++) {
            copy_out(exchange, (double)ENGINE_BYTES, exchange->out);
            copy_in(exchange, (double)ENGINE_BYTES, exchange->in);
        }
        row.timing = bench_time_hot(bench, op);
        bool busy = cudaStreamQuery(exchange->out) == cudaErrorNotReady &&
                    cudaStreamQuery(exchange->in) == cudaErrorNotReady;
        try_cuda(cudaStreamSynchronize(exchange->out));
        try_cuda(cudaStreamSynchronize(exchange->in));
        if (busy) {
            rows_add(&bench->beside_copies, &row);
            return;
        }
    }
    facts_add(&bench->left_out, "left_out: %s beside copies: the copies ended first",
              operator_kind_names[job->kind]);
}

void measure_contention(struct bench *bench, const struct jobs *jobs)
{
    size_t mark = lab_mark(&bench->lab);
    struct resident resident = {0};
    if (!resident_init(&resident, &bench->lab))
        die(EXIT_BUG, "contention: not enough memory on the GPU");
    for (size_t i = 0; i < jobs->count && !bench_time_is_up(bench); i++) {
        const struct job *job = &jobs->job[i];
        size_t inner = lab_mark(&bench->lab);
        struct op *op = bench_operator(bench, job);
        if (op) {
            nvml_sample_label(bench->nvml, LABEL_CONTENTION);
            time_beside_sms(bench, job, op, &resident);
            time_beside_engines(bench, job, op, &bench->exchange);
            nvml_sample_label(bench->nvml, -1);
        }
        operator_free(op);
        lab_release(&bench->lab, inner);
    }
    resident_done(&resident);
    lab_release(&bench->lab, mark);
}
