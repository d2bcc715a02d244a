/* The reference that the GPU is held against is itself held against finite differences: each
 * gradient must predict how a weighted sum of the outputs moves when an input moves. Central
 * differences with a step of 1e-5 on numbers near 1 leave about 1e-9; 1e-6 catches every wrong
 * term. */
#include <stdlib.h>
#include "base.h"
#include "reference.h"
#include "sim/base/mem.h"
#include "test.h"

#define STEP 1e-5
#define BOUND 1e-6

static unsigned long long state = 1;

static double random_number(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(long long)state / 9223372036854775808.0;
}

static double *numbers(size_t count)
{
    double *made = mem_zeroed(count, sizeof *made);
    for (size_t i = 0; i < count; i++)
        made[i] = random_number();
    return made;
}

static double weigh(const double *values, const double *slope, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i] * slope[i];
    return sum;
}

/* A function of one array under test: writes `outputs` numbers. */
struct function {
    void (*run)(const struct function *self, double *y);
    const void *extra;
    double *x, *w, *b; /* what run reads */
    size_t outputs;
};

static void expect_gradient(const char *name, const struct function *f, double *input, size_t count,
                            const double *slope, const double *gradient)
{
    double *y = mem_zeroed(f->outputs, sizeof *y);
    for (size_t i = 0; i < count; i++) {
        double was = input[i];
        input[i] = was + STEP;
        f->run(f, y);
        double above = weigh(y, slope, f->outputs);
        input[i] = was - STEP;
        f->run(f, y);
        double below = weigh(y, slope, f->outputs);
        input[i] = was;
        double want = (above - below) / (2 * STEP);
        if (!(fabs(gradient[i] - want) <= BOUND * (1 + fabs(want)))) {
            failures++;
            fprintf(stderr, "%s[%zu]: gradient %.9g, difference quotient %.9g\n", name, i,
                    gradient[i], want);
        }
    }
    free(y);
}

enum { ROWS = 3, WIDTH = 5, OUT = 4 };

static void run_norm(const struct function *self, double *y)
{
    ref_norm(self->x, self->w, self->b, y, ROWS, WIDTH);
}

static void test_norm(void)
{
    struct function f = {run_norm,       NULL,           numbers(ROWS * WIDTH),
                         numbers(WIDTH), numbers(WIDTH), ROWS * WIDTH};
    double *slope = numbers(ROWS * WIDTH), dx[ROWS * WIDTH], dgain[WIDTH], dbias[WIDTH];
    ref_norm_gradient(f.x, f.w, slope, NULL, dx, dgain, dbias, ROWS, WIDTH);
    expect_gradient("norm dx", &f, f.x, ROWS * WIDTH, slope, dx);
    expect_gradient("norm dgain", &f, f.w, WIDTH, slope, dgain);
    expect_gradient("norm dbias", &f, f.b, WIDTH, slope, dbias);
    free(f.x), free(f.w), free(f.b), free(slope);
}

static void run_multiply(const struct function *self, double *y)
{
    ref_multiply(self->x, self->w, y, ROWS, WIDTH, OUT);
}

static void test_multiply(void)
{
    struct function f = {run_multiply,         NULL, numbers(ROWS * WIDTH),
                         numbers(OUT * WIDTH), NULL, ROWS * OUT};
    double *slope = numbers(ROWS * OUT), dx[ROWS * WIDTH], dw[OUT * WIDTH];
    ref_multiply_input_gradient(slope, f.w, dx, ROWS, WIDTH, OUT);
    ref_multiply_weight_gradient(slope, f.x, dw, ROWS, WIDTH, OUT);
    expect_gradient("multiply dx", &f, f.x, ROWS * WIDTH, slope, dx);
    expect_gradient("multiply dw", &f, f.w, OUT * WIDTH, slope, dw);
    free(f.x), free(f.w), free(slope);
}

static void run_activation(const struct function *self, double *y)
{
    ref_activation(*(const bool *)self->extra, self->x, y, ROWS, WIDTH);
}

static void test_activation(void)
{
    for (int i = 0; i < 2; i++) {
        bool gated = i;
        size_t inputs = (size_t)ROWS * WIDTH * (gated ? 2 : 1);
        struct function f = {run_activation, &gated, numbers(inputs), NULL, NULL, ROWS * WIDTH};
        double *slope = numbers(ROWS * WIDTH), *dpre = numbers(inputs);
        ref_activation_gradient(gated, f.x, slope, dpre, ROWS, WIDTH);
        expect_gradient(gated ? "silu gate" : "gelu", &f, f.x, inputs, slope, dpre);
        free(f.x), free(slope), free(dpre);
    }
}

static void run_attention(const struct function *self, double *y)
{
    ref_attention(self->extra, self->x, y);
}

static void test_attention(void)
{
    for (int causal = 0; causal < 2; causal++) {
        struct ref_attention size = {2, 3, 4, 2, 2, causal};
        size_t rows = size.batch * size.length, inputs = rows * (4 + 2 * 2) * 2,
               outputs = rows * 4 * 2;
        struct function f = {run_attention, &size, numbers(inputs), NULL, NULL, outputs};
        double *slope = numbers(outputs), *dqkv = numbers(inputs);
        ref_attention_gradient(&size, f.x, slope, dqkv);
        expect_gradient(causal ? "causal attention" : "attention", &f, f.x, inputs, slope, dqkv);
        free(f.x), free(slope), free(dqkv);
    }
}

/* One head, two tokens, keys alike: the first token of causal attention sees its own value, the
 * second the mean of both. */
static void test_attention_by_hand(void)
{
    struct ref_attention size = {1, 2, 1, 1, 1, true};
    double qkv[] = {1, 1, 10, /* query, key, value of token 0 */ 2, 1, 20}, out[2];
    ref_attention(&size, qkv, out);
    expect_near(out[0], 10, 1e-15);
    expect_near(out[1], 15, 1e-15);
}

int main(void)
{
    test_norm();
    test_multiply();
    test_activation();
    test_attention();
    test_attention_by_hand();
    return failures != 0;
}
