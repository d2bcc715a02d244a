#include "sim/engine/channels.h"

#include <math.h>
#include <stdlib.h>
#include "sim/base/mem.h"

void channels_open(const struct fold *fold, size_t queues, struct channels *ret)
{
    size_t count = queues * fold->class_count;
    *ret = (struct channels){
        .fold = fold,
        .channels = mem_zeroed(count + 1, sizeof *ret->channels),
        .latent = mem_zeroed(count + 1, sizeof(struct channel *)),
        .running = mem_zeroed(count + 1, sizeof(struct channel *)),
        .ended = mem_zeroed(count + 1, sizeof(struct channel *)),
        .streams = mem_zeroed(count + 1, sizeof(struct stream *)),
        .changed = true,
    };
    sharing_init(fold->bandwidth_bytes_per_s, fold->kind_count, &ret->sharing);
    for (size_t i = 0; i < count; i++) {
        const struct fold_class *class = &fold->classes[i % fold->class_count];
        ret->channels[i] = (struct channel){
            .class = i % fold->class_count,
            .queue = i / fold->class_count,
            .stream = {.crossings = &fold->crossings[class->first_crossing],
                       .crossing_count = class->crossing_count},
        };
    }
}

void channels_close(struct channels *channels)
{
    sharing_done(&channels->sharing);
    free(channels->channels);
    free(channels->latent);
    free(channels->running);
    free(channels->ended);
    free(channels->streams);
    *channels = (struct channels){0};
}

void channels_come(struct channels *channels, size_t class, size_t queue, double bytes,
                   double latency_s, double now_s)
{
    struct channel *channel = &channels->channels[queue * channels->fold->class_count + class];
    if (++channel->came < channels->fold->classes[class].end_count)
        return;
    channel->bytes_left = bytes;
    channel->wake_s = now_s + latency_s;
    channels->latent[channels->latent_count++] = channel;
}

static void find_rates(struct channels *channels)
{
    if (!channels->changed)
        return;
    for (size_t i = 0; i < channels->running_count; i++)
        channels->streams[i] = &channels->running[i]->stream;
    sharing_find(&channels->sharing, channels->streams, channels->running_count);
    channels->changed = false;
}

double channels_next_s(struct channels *channels, double now_s)
{
    double next_s = INFINITY;
    find_rates(channels);
    for (size_t i = 0; i < channels->latent_count; i++)
        next_s = fmin(next_s, channels->latent[i]->wake_s);
    for (size_t i = 0; i < channels->running_count; i++) {
        const struct channel *channel = channels->running[i];
        next_s = fmin(next_s, now_s + channel->bytes_left / channel->stream.rate_bytes_per_s);
    }
    return next_s;
}

void channels_pass(struct channels *channels, double time_s)
{
    for (size_t i = 0; i < channels->running_count; i++)
        channels->running[i]->bytes_left -= time_s * channels->running[i]->stream.rate_bytes_per_s;
}

static size_t end_running(struct channels *channels)
{
    size_t kept = 0, ended = 0;
    for (size_t i = 0; i < channels->running_count; i++) {
        struct channel *channel = channels->running[i];
        if (channel->bytes_left <= TOGETHER_S * channel->stream.rate_bytes_per_s)
            channels->ended[ended++] = channel;
        else
            channels->running[kept++] = channel;
    }
    channels->running_count = kept;
    return ended;
}

/* Those without bytes end at once. */
static size_t start_latent(struct channels *channels, double now_s, size_t ended)
{
    size_t kept = 0;
    for (size_t i = 0; i < channels->latent_count; i++) {
        struct channel *channel = channels->latent[i];
        if (channel->wake_s > now_s + TOGETHER_S) {
            channels->latent[kept++] = channel;
        } else if (channel->bytes_left > 0) {
            channels->running[channels->running_count++] = channel;
            channels->changed = true;
        } else {
            channels->ended[ended++] = channel;
        }
    }
    channels->latent_count = kept;
    return ended;
}

size_t channels_end(struct channels *channels, double now_s, struct channel *const **ret)
{
    size_t ended = end_running(channels);
    channels->changed |= ended > 0;
    ended = start_latent(channels, now_s, ended);
    for (size_t i = 0; i < ended; i++)
        channels->ended[i]->came = 0;
    *ret = channels->ended;
    return ended;
}
