/* Copies over sizes, fetching an expert's weights, and what a launch and an event cost. */
#include "bench.h"

#include "kernels.h"

#define SMALLEST ((size_t)4 << 10)
#define LARGEST ((size_t)512 << 20) /* the exchange's buffers are as large */

enum direction { COPY_IN, COPY_OUT, COPY_BOTH, COPY_WITHIN, DIRECTION_COUNT };
static const char *const direction_names[DIRECTION_COUNT] = {"copy_h2d", "copy_d2h",
                                                             "copy_bidirectional", "copy_d2d"};

struct copy {
    const struct exchange *exchange;
    enum direction direction;
    double bytes;
};

static void run_copy(void *context, int repetition, cudaStream_t stream)
{
    (void)repetition;
    const struct copy *copy = context;
    switch (copy->direction) {
    case COPY_IN:
        copy_in(copy->exchange, copy->bytes, stream);
        break;
    case COPY_OUT:
        copy_out(copy->exchange, copy->bytes, stream);
        break;
    case COPY_BOTH:
        exchange_run(copy->exchange, copy->bytes, copy->bytes, stream);
        break;
    default:
        try_cuda(cudaMemcpyAsync(copy->exchange->device_in, copy->exchange->device_out,
                                 (size_t)copy->bytes, cudaMemcpyDeviceToDevice, stream));
    }
}

static struct timing time_copy(struct bench *bench, const struct exchange *exchange,
                               enum direction direction, double bytes)
{
    struct copy copy = {exchange, direction, bytes};
    struct step step = {run_copy, &copy, exchange_launches(exchange, bytes), 0};
    struct timing timing;
    time_steps(&bench->lab, &step, 1, 1, &bench->limits, &timing);
    return timing;
}

static void measure_sizes(struct bench *bench, const struct exchange *exchange)
{
    for (int direction = 0; direction < DIRECTION_COUNT; direction++) {
        for (size_t bytes = SMALLEST; bytes <= LARGEST && !bench_time_is_up(bench); bytes *= 2) {
            struct row row = {.kind = direction_names[direction], .bytes = (double)bytes};
            row.timing = time_copy(bench, exchange, (enum direction)direction, row.bytes);
            rows_add(&bench->rows, &row);
        }
    }
}

/* Copying the weights of one expert of the stage. */
static struct row fetch_row(const struct model *model, const struct model_stage *stage,
                            enum dtype dtype)
{
    struct operator_shape shape = model_shape(model, stage, OPERATOR_EXPERT_FETCH, 1, 1);
    double matrices = shape.gated ? 3 : 2;
    return (struct row){
        .kind = operator_kind_names[OPERATOR_EXPERT_FETCH],
        .dtype = dtype_names[dtype],
        .fields = 1u << SHAPE_HIDDEN | 1u << SHAPE_FFN_HIDDEN | 1u << SHAPE_GATED,
        .shape = {.hidden = shape.hidden, .ffn_hidden = shape.ffn_hidden, .gated = shape.gated},
        .bytes = matrices * (double)shape.hidden * (double)shape.ffn_hidden * dtype_bytes(dtype)};
}

static void measure_fetches(struct bench *bench, const struct exchange *exchange)
{
    const struct options *options = bench->options;
    for (size_t m = 0; m < options->model_count; m++) {
        const struct model *model = options->model[m];
        for (size_t s = 0; s < model->stage_count && !bench_time_is_up(bench); s++) {
            if (!model->stages[s].moe_every)
                continue;
            struct row row = fetch_row(model, &model->stages[s], options->dtype);
            row.timing = time_copy(bench, exchange, COPY_IN, row.bytes);
            rows_add(&bench->rows, &row);
        }
    }
}

/* The GPU's own time per empty kernel, and per event, when nothing else holds it up. */
#define TRAIN 100

static void run_train(void *context, int repetition, cudaStream_t stream)
{
    (void)repetition;
    cudaEvent_t event = context;
    for (int i = 0; i < TRAIN; i++) {
        launch_empty(stream);
        if (event)
            try_cuda(cudaEventRecord(event, stream));
    }
}

static struct timing time_train(struct bench *bench, cudaEvent_t event)
{
    struct step step = {run_train, event, event ? 2 * TRAIN : TRAIN, 0};
    struct timing timing;
    time_steps(&bench->lab, &step, 1, 1, &bench->limits, &timing);
    return (struct timing){timing.median_s / TRAIN, timing.p10_s / TRAIN, timing.p90_s / TRAIN,
                           timing.samples};
}

/* How long the host takes to hand over a launch while the queue is held. */
static double host_launch_s(struct bench *bench)
{
    unsigned hold = lab_hold(&bench->lab, bench->lab.stream);
    double begin_s = host_seconds();
    run_train(NULL, 0, bench->lab.stream);
    double gone_s = host_seconds() - begin_s;
    lab_let_go(&bench->lab, hold);
    try_cuda(cudaStreamSynchronize(bench->lab.stream));
    return gone_s / TRAIN;
}

static void measure_overheads(struct bench *bench)
{
    cudaEvent_t event;
    try_cuda(cudaEventCreate(&event));
    struct row row = {.kind = "launch", .timing = time_train(bench, NULL)};
    rows_add(&bench->rows, &row);
    struct timing both = time_train(bench, event);
    double launch_s = row.timing.median_s;
    row = (struct row){.kind = "event",
                       .timing = {both.median_s - launch_s, both.p10_s - launch_s,
                                  both.p90_s - launch_s, both.samples}};
    if (row.timing.median_s > 0)
        rows_add(&bench->rows, &row);
    facts_add(&bench->left_out, "host_launch_s: %.3g", host_launch_s(bench));
    try_cuda(cudaEventDestroy(event));
}

void measure_copies(struct bench *bench)
{
    struct timing_limits usual = bench->limits;
    bench->limits.warm_up_s = 0.005;
    bench->limits.sample_s = 0.02;
    nvml_sample_label(bench->nvml, LABEL_COPIES);
    measure_overheads(bench);
    measure_sizes(bench, &bench->exchange);
    measure_fetches(bench, &bench->exchange);
    nvml_sample_label(bench->nvml, -1);
    bench->limits = usual;
}
