/* kernels.h in plain C and fp32: slow, in the order of the definitions. */
#include "kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base.h"
#include "fake.h"
#include "sim/base/mem.h"

static bool starts(enum dtype dtype)
{
    if (dtype != DTYPE_FP32 && dtype != DTYPE_TF32) /* which are stored alike */
        die(EXIT_BUG, "the stand-in GPU computes in fp32 only");
    return fake_command();
}

void norm_forward(enum dtype dtype, const void *x_, const void *gain_, const void *bias_, void *y_,
                  float *stats, size_t rows, size_t width, cudaStream_t stream)
{
    const float *x = x_, *gain = gain_, *bias = bias_;
    float *y = y_;
    (void)stream;
    if (!starts(dtype))
        return;
    for (size_t i = 0; i < rows; i++) {
        double mean = 0, square = 0;
        for (size_t j = 0; j < width; j++)
            mean += (double)x[i * width + j] / (double)width;
        for (size_t j = 0; j < width; j++)
            square += pow((double)x[i * width + j] - mean, 2) / (double)width;
        stats[2 * i] = (float)mean;
        stats[2 * i + 1] = (float)(1 / sqrt(square + 1e-5));
        for (size_t j = 0; j < width; j++)
            y[i * width + j] =
                (x[i * width + j] - stats[2 * i]) * stats[2 * i + 1] * gain[j] + bias[j];
    }
}

void norm_input_gradient(enum dtype dtype, const void *x_, const void *gain_, const float *stats,
                         const void *dy_, const void *skip_, void *dx_, size_t rows, size_t width,
                         cudaStream_t stream)
{
    const float *x = x_, *gain = gain_, *dy = dy_, *skip = skip_;
    float *dx = dx_;
    (void)stream;
    if (!starts(dtype))
        return;
    for (size_t i = 0; i < rows; i++) {
        double sum = 0, product = 0;
        for (size_t j = 0; j < width; j++) {
            size_t at = i * width + j;
            double slope = (double)dy[at] * (double)gain[j];
            sum += slope / (double)width;
            product += slope * (double)((x[at] - stats[2 * i]) * stats[2 * i + 1]) / (double)width;
        }
        for (size_t j = 0; j < width; j++) {
            size_t at = i * width + j;
            float normed = (x[at] - stats[2 * i]) * stats[2 * i + 1];
            dx[at] = (skip ? skip[at] : 0) +
                     stats[2 * i + 1] * (dy[at] * gain[j] - (float)sum - normed * (float)product);
        }
    }
}

void norm_weight_gradient(enum dtype dtype, const void *x_, const float *stats, const void *dy_,
                          float *dgain, float *dbias, size_t rows, size_t width,
                          cudaStream_t stream)
{
    const float *x = x_, *dy = dy_;
    (void)stream;
    if (!starts(dtype))
        return;
    for (size_t j = 0; j < width; j++) {
        double gain = 0, bias = 0;
        for (size_t i = 0; i < rows; i++) {
            size_t at = i * width + j;
            gain += (double)(dy[at] * (x[at] - stats[2 * i]) * stats[2 * i + 1]);
            bias += (double)dy[at];
        }
        dgain[j] = (float)gain;
        dbias[j] = (float)bias;
    }
}

void add_rows(enum dtype dtype, const void *a, const void *b, void *y, size_t count,
              cudaStream_t stream)
{
    (void)stream;
    if (!starts(dtype))
        return;
    for (size_t i = 0; i < count; i++)
        ((float *)y)[i] = ((const float *)a)[i] + ((const float *)b)[i];
}

void activation_forward(enum dtype dtype, bool gated, const void *pre_, void *y_, size_t rows,
                        size_t width, cudaStream_t stream)
{
    const float *pre = pre_;
    float *y = y_;
    (void)stream;
    if (!starts(dtype))
        return;
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < width; j++) {
            if (gated) {
                float gate = pre[2 * i * width + j];
                y[i * width + j] = gate / (1 + expf(-gate)) * pre[(2 * i + 1) * width + j];
            } else {
                float x = pre[i * width + j];
                y[i * width + j] = 0.5f * x * (1 + erff(x * 0.70710678f));
            }
        }
    }
}

void activation_gradient(enum dtype dtype, bool gated, const void *pre_, const void *dy_,
                         void *dpre_, size_t rows, size_t width, cudaStream_t stream)
{
    const float *pre = pre_, *dy = dy_;
    float *dpre = dpre_;
    (void)stream;
    if (!starts(dtype))
        return;
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < width; j++) {
            float slope = dy[i * width + j];
            if (gated) {
                size_t first = 2 * i * width + j, second = first + width;
                float share = 1 / (1 + expf(-pre[first]));
                dpre[first] = slope * pre[second] * share * (1 + pre[first] * (1 - share));
                dpre[second] = slope * pre[first] * share;
            } else {
                float x = pre[i * width + j];
                dpre[i * width + j] = slope * (0.5f * (1 + erff(x * 0.70710678f)) +
                                               x * 0.39894228f * expf(-0.5f * x * x));
            }
        }
    }
}

static void shares(const float *logits, float *share, size_t count)
{
    float most = -INFINITY, sum = 0;
    for (size_t i = 0; i < count; i++)
        most = fmaxf(most, logits[i]);
    for (size_t i = 0; i < count; i++)
        sum += share[i] = expf(logits[i] - most);
    for (size_t i = 0; i < count; i++)
        share[i] /= sum;
}

void softmax_top_k(const float *logits, int *expert, float *weight, size_t tokens, size_t experts,
                   size_t top_k, cudaStream_t stream)
{
    float *share = mem_zeroed(experts, sizeof *share);
    (void)stream;
    bool compute = fake_command();
    for (size_t t = 0; compute && t < tokens; t++) {
        shares(logits + t * experts, share, experts);
        for (size_t k = 0; k < top_k; k++) {
            size_t best = 0;
            for (size_t e = 1; e < experts; e++)
                best = share[e] > share[best] ? e : best;
            expert[t * top_k + k] = (int)best;
            weight[t * top_k + k] = share[best];
            share[best] = -1;
        }
    }
    free(share);
}

void softmax_top_k_gradient(enum dtype dtype, const float *logits, const int *expert,
                            const float *dweight, void *dlogits_, size_t tokens, size_t experts,
                            size_t top_k, cudaStream_t stream)
{
    (void)stream;
    if (!starts(dtype))
        return;
    float *share = mem_zeroed(experts, sizeof *share), *dlogits = dlogits_;
    for (size_t t = 0; t < tokens; t++) {
        float mean = 0;
        shares(logits + t * experts, share, experts);
        for (size_t k = 0; k < top_k; k++)
            mean += share[expert[t * top_k + k]] * dweight[t * top_k + k];
        for (size_t e = 0; e < experts; e++)
            dlogits[t * experts + e] = -share[e] * mean;
        for (size_t k = 0; k < top_k; k++)
            dlogits[t * experts + (size_t)expert[t * top_k + k]] +=
                share[expert[t * top_k + k]] * dweight[t * top_k + k];
    }
    free(share);
}

void assign_slots(const int *expert, int *slot, int *counts, size_t tokens, size_t experts,
                  size_t top_k, size_t capacity, cudaStream_t stream)
{
    (void)stream;
    fake_command();
    memset(counts, 0, experts * sizeof *counts);
    for (size_t c = 0; c < tokens * top_k; c++) {
        int place = counts[expert[c]]++;
        slot[c] = place < (int)capacity ? expert[c] * (int)capacity + place : -1;
    }
}

void scatter_rows(enum dtype dtype, const void *x_, const int *slot, const int *counts,
                  const float *scale, const void *y_, float *dot, void *buffer_, size_t tokens,
                  size_t experts, size_t top_k, size_t capacity, size_t width, cudaStream_t stream)
{
    const float *x = x_, *y = y_;
    float *buffer = buffer_;
    (void)stream, (void)counts;
    if (!starts(dtype))
        return;
    memset(buffer, 0, experts * capacity * width * sizeof *buffer);
    for (size_t c = 0; c < tokens * top_k; c++) {
        double sum = 0;
        for (size_t j = 0; slot[c] >= 0 && j < width; j++) {
            size_t place = (size_t)slot[c] * width + j;
            float value = x[c / top_k * width + j];
            buffer[place] = (scale ? scale[c] : 1) * value;
            sum += y ? (double)(value * y[place]) : 0;
        }
        if (dot)
            dot[c] = (float)sum;
    }
}

void gather_rows(enum dtype dtype, const void *buffer_, const int *slot, const float *scale,
                 const void *a_, const void *b_, void *out_, size_t tokens, size_t top_k,
                 size_t width, cudaStream_t stream)
{
    const float *buffer = buffer_, *a = a_, *b = b_;
    float *out = out_;
    (void)stream;
    if (!starts(dtype))
        return;
    for (size_t i = 0; i < tokens * width; i++)
        out[i] = (a ? a[i] : 0) + (b ? b[i] : 0);
    for (size_t c = 0; c < tokens * top_k; c++) {
        for (size_t j = 0; slot[c] >= 0 && j < width; j++)
            out[c / top_k * width + j] +=
                (scale ? scale[c] : 1) * buffer[(size_t)slot[c] * width + j];
    }
}

static double unit(uint64_t seed, size_t i)
{
    uint64_t x = seed * 0x9e3779b97f4a7c15u + i * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 29)) * 0x94d049bb133111ebu;
    x ^= x >> 32;
    return (double)(x >> 11) * 0x1p-52 - 1;
}

static void fill(enum dtype dtype, void *at, size_t count, double middle, double scale,
                 uint64_t seed)
{
    for (size_t i = 0; dtype == DTYPE_FP32 && i < count; i++)
        ((float *)at)[i] = (float)(middle + scale * unit(seed, i));
}

void fill_random(enum dtype dtype, void *at, size_t count, float scale, uint64_t seed,
                 cudaStream_t stream)
{
    (void)stream;
    fill(dtype, at, count, 0, (double)scale, seed);
}

void fill_around_one(enum dtype dtype, void *at, size_t count, float scale, uint64_t seed,
                     cudaStream_t stream)
{
    (void)stream;
    fill(dtype, at, count, 1, (double)scale, seed);
}

void fill_experts(int *expert, size_t tokens, size_t experts, size_t top_k, uint64_t seed,
                  cudaStream_t stream)
{
    (void)stream;
    for (size_t t = 0; t < tokens; t++) {
        size_t first = (size_t)((unit(seed, t) + 1) / 2 * (double)experts) % experts;
        for (size_t k = 0; k < top_k; k++)
            expert[t * top_k + k] = (int)((first + k) % experts);
    }
}

void launch_empty(cudaStream_t stream)
{
    (void)stream;
    fake_command();
}

void launch_hold(const volatile unsigned *flag, unsigned until, cudaStream_t stream)
{
    (void)flag, (void)until, (void)stream;
}

void launch_pause(double seconds, cudaStream_t stream)
{
    (void)seconds, (void)stream;
    fake_command();
}

/* Nanoseconds from an epoch, like a real GPU's timer. */
static unsigned long long timer_ns(void)
{
    return 1700000000000000000u + (unsigned long long)(1e9 * fake_now_s());
}

void launch_stamp(unsigned long long *at, cudaStream_t stream)
{
    (void)stream;
    *at = timer_ns();
}

/* Nothing runs beside the host here: all answers are there before it asks. */
void launch_clock_answers(const volatile unsigned *asked, volatile unsigned long long *answer_ns,
                          unsigned questions, cudaStream_t stream)
{
    (void)asked, (void)stream;
    for (unsigned i = 0; i < questions; i++)
        answer_ns[i] = timer_ns();
}

void launch_resident_copy(int sms, const void *from, void *to, size_t bytes,
                          const volatile unsigned *stop, unsigned long long *copied,
                          cudaStream_t stream)
{
    (void)sms, (void)from, (void)to, (void)stop, (void)stream;
    *copied = bytes;
}
