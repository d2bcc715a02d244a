#include "reference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base.h"
#include "sim/base/mem.h"

#define EPSILON 1e-5 /* as in kernels_norm.cu */

static double row_mean(const double *x, size_t width)
{
    double sum = 0;
    for (size_t j = 0; j < width; j++)
        sum += x[j];
    return sum / (double)width;
}

static double row_scale(const double *x, double mean, size_t width)
{
    double square = 0;
    for (size_t j = 0; j < width; j++)
        square += (x[j] - mean) * (x[j] - mean);
    return 1 / sqrt(square / (double)width + EPSILON);
}

void ref_norm(const double *x, const double *gain, const double *bias, double *y, size_t rows,
              size_t width)
{
    for (size_t i = 0; i < rows; i++) {
        const double *from = x + i * width;
        double mean = row_mean(from, width), scale = row_scale(from, mean, width);
        for (size_t j = 0; j < width; j++)
            y[i * width + j] = (from[j] - mean) * scale * gain[j] + bias[j];
    }
}

void ref_norm_gradient(const double *x, const double *gain, const double *dy, const double *skip,
                       double *dx, double *dgain, double *dbias, size_t rows, size_t width)
{
    memset(dgain, 0, width * sizeof *dgain);
    memset(dbias, 0, width * sizeof *dbias);
    for (size_t i = 0; i < rows; i++) {
        const double *from = x + i * width, *slope = dy + i * width;
        double mean = row_mean(from, width), scale = row_scale(from, mean, width);
        double sum = 0, product = 0;
        for (size_t j = 0; j < width; j++) {
            double normed = (from[j] - mean) * scale;
            sum += slope[j] * gain[j];
            product += slope[j] * gain[j] * normed;
            dgain[j] += slope[j] * normed;
            dbias[j] += slope[j];
        }
        for (size_t j = 0; j < width; j++) {
            double normed = (from[j] - mean) * scale;
            dx[i * width + j] = (skip ? skip[i * width + j] : 0) +
                                scale * (slope[j] * gain[j] - sum / (double)width -
                                         normed * product / (double)width);
        }
    }
}

void ref_multiply(const double *x, const double *w, double *y, size_t rows, size_t inputs,
                  size_t outputs)
{
    for (size_t i = 0; i < rows; i++) {
        for (size_t o = 0; o < outputs; o++) {
            double sum = 0;
            for (size_t k = 0; k < inputs; k++)
                sum += x[i * inputs + k] * w[o * inputs + k];
            y[i * outputs + o] = sum;
        }
    }
}

void ref_multiply_input_gradient(const double *dy, const double *w, double *dx, size_t rows,
                                 size_t inputs, size_t outputs)
{
    memset(dx, 0, rows * inputs * sizeof *dx);
    for (size_t i = 0; i < rows; i++) {
        for (size_t o = 0; o < outputs; o++) {
            for (size_t k = 0; k < inputs; k++)
                dx[i * inputs + k] += dy[i * outputs + o] * w[o * inputs + k];
        }
    }
}

void ref_multiply_weight_gradient(const double *dy, const double *x, double *dw, size_t rows,
                                  size_t inputs, size_t outputs)
{
    memset(dw, 0, inputs * outputs * sizeof *dw);
    for (size_t i = 0; i < rows; i++) {
        for (size_t o = 0; o < outputs; o++) {
            for (size_t k = 0; k < inputs; k++)
                dw[o * inputs + k] += dy[i * outputs + o] * x[i * inputs + k];
        }
    }
}

static double normal_share(double x)
{
    return 0.5 * (1 + erf(x * M_SQRT1_2));
}

void ref_activation(bool gated, const double *pre, double *y, size_t rows, size_t width)
{
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < width; j++) {
            if (gated) {
                double gate = pre[2 * i * width + j], up = pre[(2 * i + 1) * width + j];
                y[i * width + j] = gate / (1 + exp(-gate)) * up;
            } else {
                double x = pre[i * width + j];
                y[i * width + j] = x * normal_share(x);
            }
        }
    }
}

void ref_activation_gradient(bool gated, const double *pre, const double *dy, double *dpre,
                             size_t rows, size_t width)
{
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < width; j++) {
            double slope = dy[i * width + j];
            if (gated) {
                size_t first = 2 * i * width + j, second = first + width;
                double gate = pre[first], share = 1 / (1 + exp(-gate));
                dpre[first] = slope * pre[second] * share * (1 + gate * (1 - share));
                dpre[second] = slope * gate * share;
            } else {
                double x = pre[i * width + j];
                double density = exp(-0.5 * x * x) / sqrt(2 * M_PI);
                dpre[i * width + j] = slope * (normal_share(x) + x * density);
            }
        }
    }
}

void ref_softmax(const double *logits, double *share, size_t count)
{
    double most = -INFINITY, sum = 0;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, logits[i]);
    for (size_t i = 0; i < count; i++)
        sum += share[i] = exp(logits[i] - most);
    for (size_t i = 0; i < count; i++)
        share[i] /= sum;
}

/* Pointers to one token's query, key and value of a head. */
static size_t packed_width(const struct ref_attention *size)
{
    return (size->heads + 2 * size->kv_heads) * size->dim;
}

static size_t query_at(const struct ref_attention *size, size_t token, size_t head)
{
    return token * packed_width(size) + head * size->dim;
}

static size_t key_at(const struct ref_attention *size, size_t token, size_t head)
{
    return query_at(size, token, size->heads + head / (size->heads / size->kv_heads));
}

static size_t value_at(const struct ref_attention *size, size_t token, size_t head)
{
    return key_at(size, token, head) + size->kv_heads * size->dim;
}

static double dot(const double *a, const double *b, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Softmax shares of one query over its sequence. */
static void shares_of(const struct ref_attention *size, const double *qkv, size_t first,
                      size_t query, size_t head, double *share)
{
    double scale = 1 / sqrt((double)size->dim);
    for (size_t k = 0; k < size->length; k++) {
        double score = dot(qkv + query_at(size, first + query, head),
                           qkv + key_at(size, first + k, head), size->dim);
        share[k] = size->causal && k > query ? -INFINITY : score * scale;
    }
    ref_softmax(share, share, size->length);
}

void ref_attention(const struct ref_attention *size, const double *qkv, double *out)
{
    double *share = mem_zeroed(size->length, sizeof *share);
    for (size_t b = 0; b < size->batch; b++) {
        for (size_t h = 0; h < size->heads; h++) {
            for (size_t q = 0; q < size->length; q++) {
                size_t first = b * size->length;
                double *to = out + ((first + q) * size->heads + h) * size->dim;
                shares_of(size, qkv, first, q, h, share);
                memset(to, 0, size->dim * sizeof *to);
                for (size_t k = 0; k < size->length; k++) {
                    const double *value = qkv + value_at(size, first + k, h);
                    for (size_t d = 0; d < size->dim; d++)
                        to[d] += share[k] * value[d];
                }
            }
        }
    }
    free(share);
}

static void query_gradient(const struct ref_attention *size, const double *qkv, const double *slope,
                           size_t first, size_t q, size_t h, const double *share, double *dqkv)
{
    double scale = 1 / sqrt((double)size->dim), mean = 0;
    for (size_t k = 0; k < size->length; k++)
        mean += share[k] * dot(slope, qkv + value_at(size, first + k, h), size->dim);
    for (size_t k = 0; k < size->length; k++) {
        size_t query = query_at(size, first + q, h), key = key_at(size, first + k, h);
        size_t value = value_at(size, first + k, h);
        double dscore = share[k] * (dot(slope, qkv + value, size->dim) - mean) * scale;
        for (size_t d = 0; d < size->dim; d++) {
            dqkv[value + d] += share[k] * slope[d];
            dqkv[query + d] += dscore * qkv[key + d];
            dqkv[key + d] += dscore * qkv[query + d];
        }
    }
}

void ref_attention_gradient(const struct ref_attention *size, const double *qkv, const double *dout,
                            double *dqkv)
{
    double *share = mem_zeroed(size->length, sizeof *share);
    memset(dqkv, 0, size->batch * size->length * packed_width(size) * sizeof *dqkv);
    for (size_t b = 0; b < size->batch; b++) {
        for (size_t h = 0; h < size->heads; h++) {
            for (size_t q = 0; q < size->length; q++) {
                size_t first = b * size->length;
                shares_of(size, qkv, first, q, h, share);
                query_gradient(size, qkv, dout + ((first + q) * size->heads + h) * size->dim, first,
                               q, h, share, dqkv);
            }
        }
    }
    free(share);
}
