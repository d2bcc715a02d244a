#include "exchange.h"

#include <math.h>
#include <string.h>

int exchange_init(struct exchange *exchange, struct lab *lab, size_t room, struct diag *why)
{
    *exchange = (struct exchange){.room = room};
    exchange->device_out = lab_take(lab, room);
    exchange->device_in = lab_take(lab, room);
    if (!exchange->device_out || !exchange->device_in)
        return diag_say(why, "two buffers of %zu MiB do not fit in the GPU's memory", room >> 20);
    try_cuda(cudaHostAlloc((void **)&exchange->host_out, room, cudaHostAllocDefault));
    try_cuda(cudaHostAlloc((void **)&exchange->host_in, room, cudaHostAllocDefault));
    memset(exchange->host_out, 0xa5, room); /* pages must exist before they are timed */
    for (size_t i = 0; i + sizeof i <= room; i += sizeof i) {
        size_t number = i * 0x9e3779b97f4a7c15u; /* data that is not all alike */
        memcpy(exchange->host_in + i, &number, sizeof number);
    }
    try_cuda(cudaStreamCreateWithFlags(&exchange->out, cudaStreamNonBlocking));
    try_cuda(cudaStreamCreateWithFlags(&exchange->in, cudaStreamNonBlocking));
    try_cuda(cudaEventCreateWithFlags(&exchange->begin, cudaEventDisableTiming));
    try_cuda(cudaEventCreateWithFlags(&exchange->out_done, cudaEventDisableTiming));
    try_cuda(cudaEventCreateWithFlags(&exchange->in_done, cudaEventDisableTiming));
    try_cuda(cudaMemcpyAsync(exchange->device_out, exchange->host_in, room, cudaMemcpyHostToDevice,
                             lab->stream));
    try_cuda(cudaStreamSynchronize(lab->stream));
    return 0;
}

void exchange_done(struct exchange *exchange)
{
    if (!exchange->host_out)
        return;
    try_cuda(cudaFreeHost(exchange->host_out));
    try_cuda(cudaFreeHost(exchange->host_in));
    try_cuda(cudaStreamDestroy(exchange->out));
    try_cuda(cudaStreamDestroy(exchange->in));
    try_cuda(cudaEventDestroy(exchange->begin));
    try_cuda(cudaEventDestroy(exchange->out_done));
    try_cuda(cudaEventDestroy(exchange->in_done));
    *exchange = (struct exchange){0};
}

static void copy_round(const struct exchange *exchange, bool out, double bytes, cudaStream_t stream)
{
    while (bytes >= 1) {
        size_t part = bytes > (double)exchange->room ? exchange->room : (size_t)bytes;
        if (out)
            try_cuda(cudaMemcpyAsync(exchange->host_out, exchange->device_out, part,
                                     cudaMemcpyDeviceToHost, stream));
        else
            try_cuda(cudaMemcpyAsync(exchange->device_in, exchange->host_in, part,
                                     cudaMemcpyHostToDevice, stream));
        bytes -= (double)part;
    }
}

void copy_out(const struct exchange *exchange, double bytes, cudaStream_t stream)
{
    copy_round(exchange, true, bytes, stream);
}

void copy_in(const struct exchange *exchange, double bytes, cudaStream_t stream)
{
    copy_round(exchange, false, bytes, stream);
}

void exchange_run(const struct exchange *exchange, double out_bytes, double in_bytes,
                  cudaStream_t stream)
{
    try_cuda(cudaEventRecord(exchange->begin, stream));
    try_cuda(cudaStreamWaitEvent(exchange->out, exchange->begin, 0));
    try_cuda(cudaStreamWaitEvent(exchange->in, exchange->begin, 0));
    copy_out(exchange, out_bytes, exchange->out);
    copy_in(exchange, in_bytes, exchange->in);
    try_cuda(cudaEventRecord(exchange->out_done, exchange->out));
    try_cuda(cudaEventRecord(exchange->in_done, exchange->in));
    try_cuda(cudaStreamWaitEvent(stream, exchange->out_done, 0));
    try_cuda(cudaStreamWaitEvent(stream, exchange->in_done, 0));
}

int exchange_launches(const struct exchange *exchange, double bytes)
{
    return 7 + 2 * (1 + (int)ceil(bytes / (double)exchange->room));
}
