/* The mixed protocol: operators timed where they stand in a block pair, with events between them,
 * the All-to-Alls as real exchanges whose size sets the compute duty. */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

#define SEQUENCE_MAX 32
#define RATE_BYTES ((size_t)256 << 20)

/* One place of the sequence: an operator, or an exchange when there is none. */
struct place {
    struct job job;
    struct op *op;
    struct operator_step step;
    bool is_exchange;
};

struct sequence {
    struct place place[SEQUENCE_MAX];
    int count;
    const struct exchange *exchange;
    double exchange_bytes;
};

struct sequence_of {
    struct bench *bench;
    const struct model *model;
    const struct stage *stage;
    size_t tokens, top_k;
};

/* Reuses the operator of an equal place: a pair has two attentions of one shape. */
static struct op *find_operator(struct bench *bench, const struct sequence *sequence,
                                const struct job *job)
{
    for (int i = 0; i < sequence->count; i++) {
        const struct place *at = &sequence->place[i];
        if (!at->is_exchange && at->job.kind == job->kind && at->job.pass == job->pass)
            return at->op;
    }
    return bench_operator(bench, job);
}

static void put(const struct sequence_of *of, struct sequence *to, enum kind kind, enum pass pass)
{
    if (pass == PASS_WEIGHT_GRADIENT && !kind_has_weights(kind)) return;
    struct job job = {.kind = kind,
                      .pass = pass,
                      .shape = stage_shape(of->model, of->stage, kind, of->tokens, of->top_k,
                                           of->bench->options->ep),
                      .routed_experts = of->model->experts};
    struct op *op = find_operator(of->bench, to, &job);
    if (!op) return;
    struct place *place = &to->place[to->count++];
    *place = (struct place){.job = job, .op = op, .step = {&of->bench->lab, op, 1}};
}

static void put_exchange(struct sequence *to)
{
    to->place[to->count++] = (struct place){.is_exchange = true};
}

static void build_forward(const struct sequence_of *of, struct sequence *to)
{
    put(of, to, KIND_ATTENTION, PASS_FORWARD);
    put(of, to, KIND_MLP, PASS_FORWARD);
    put(of, to, KIND_ATTENTION, PASS_FORWARD);
    put(of, to, KIND_GATE, PASS_FORWARD);
    put(of, to, KIND_ENCODE, PASS_FORWARD);
    put_exchange(to);
    put(of, to, KIND_EXPERT, PASS_FORWARD);
    put_exchange(to);
    if (of->top_k == 1) put(of, to, KIND_SHARED_EXPERT, PASS_FORWARD);
    put(of, to, KIND_DECODE, PASS_FORWARD);
}

static void put_gradients(const struct sequence_of *of, struct sequence *to, enum kind kind)
{
    put(of, to, kind, PASS_INPUT_GRADIENT);
    put(of, to, kind, PASS_WEIGHT_GRADIENT);
}

static void build_backward(const struct sequence_of *of, struct sequence *to)
{
    put_gradients(of, to, KIND_DECODE);
    if (of->top_k == 1) put_gradients(of, to, KIND_SHARED_EXPERT);
    put_exchange(to);
    put_gradients(of, to, KIND_EXPERT);
    put_exchange(to);
    put_gradients(of, to, KIND_ENCODE);
    put_gradients(of, to, KIND_GATE);
    put_gradients(of, to, KIND_ATTENTION);
    put_gradients(of, to, KIND_MLP);
    put_gradients(of, to, KIND_ATTENTION);
}

static void run_exchange(void *context, int repetition, cudaStream_t stream)
{
    (void)repetition;
    const struct sequence *sequence = context;
    if (sequence->exchange_bytes >= 1)
        exchange_run(sequence->exchange, sequence->exchange_bytes, sequence->exchange_bytes,
                     stream);
}

/* Equal places share a slot; returns the number of slots. */
static int make_steps(struct sequence *sequence, struct step steps[SEQUENCE_MAX])
{
    int slots = 0;
    for (int i = 0; i < sequence->count; i++) {
        struct place *place = &sequence->place[i];
        if (place->is_exchange) {
            int launches = exchange_launches(sequence->exchange, sequence->exchange_bytes);
            steps[i] = (struct step){run_exchange, sequence, launches, -1};
            continue;
        }
        int slot = -1;
        for (int j = 0; j < i; j++) {
            if (sequence->place[j].op == place->op) slot = steps[j].slot;
        }
        steps[i] = step_of_operator(&place->step, slot < 0 ? slots++ : slot);
    }
    return slots;
}

/* Bytes per second of each direction while both run, when they are long. */
static double exchange_rate(struct bench *bench, struct sequence *sequence)
{
    struct step step = {run_exchange, sequence, 16, -1};
    sequence->exchange_bytes = (double)RATE_BYTES;
    return sequence->exchange_bytes / estimate_step(&bench->lab, &step);
}

static double compute_of(const struct sequence *sequence, const struct step *steps,
                         const struct timing *timings)
{
    double sum_s = 0;
    for (int i = 0; i < sequence->count; i++)
        sum_s += steps[i].slot < 0 ? 0 : timings[steps[i].slot].median_s;
    return sum_s;
}

static void keep_rows(struct bench *bench, const struct sequence *sequence,
                      const struct step *steps, const struct timing *timings, double duty)
{
    for (int i = 0; i < sequence->count; i++) {
        const struct job *job = &sequence->place[i].job;
        if (steps[i].slot < 0 || !(bench->options->kinds >> job->kind & 1)) continue;
        struct row row = row_of_operator(job->kind, job->pass, bench->options->dtype, &job->shape);
        row.protocol = PROTOCOL_MIXED;
        row.duty_ratio = duty;
        row.timing = timings[steps[i].slot];
        rows_add(&bench->rows, &row);
    }
}

static void time_duties(struct bench *bench, struct sequence *sequence)
{
    struct step steps[SEQUENCE_MAX];
    struct timing timings[SEQUENCE_MAX];
    double rate = exchange_rate(bench, sequence);
    sequence->exchange_bytes = 0;
    int slots = make_steps(sequence, steps);
    if (slots == 0) return;
    time_steps(&bench->lab, steps, sequence->count, slots, &bench->limits, timings);
    double compute_s = compute_of(sequence, steps, timings);
    for (size_t i = 0; i < bench->options->duty_count; i++) {
        double duty = bench->options->duty[i];
        if (duty < 1) {
            sequence->exchange_bytes = compute_s * (1 / duty - 1) / 2 * rate;
            make_steps(sequence, steps);
            time_steps(&bench->lab, steps, sequence->count, slots, &bench->limits, timings);
        }
        keep_rows(bench, sequence, steps, timings, duty);
    }
}

static void free_operators(struct sequence *sequence)
{
    for (int i = 0; i < sequence->count; i++) {
        struct op *gone = sequence->place[i].op;
        for (int j = i + 1; j < sequence->count; j++) {
            if (sequence->place[j].op == gone) sequence->place[j].op = NULL;
        }
        operator_free(gone);
    }
}

static void measure_sequence(const struct sequence_of *of, bool backward)
{
    struct bench *bench = of->bench;
    struct sequence *sequence = need_memory(1, sizeof *sequence);
    size_t mark = lab_mark(&bench->lab);
    sequence->exchange = &bench->exchange;
    if (backward)
        build_backward(of, sequence);
    else
        build_forward(of, sequence);
    nvml_sample_label(bench->nvml, LABEL_MIXED);
    time_duties(bench, sequence);
    nvml_sample_label(bench->nvml, -1);
    free_operators(sequence);
    lab_release(&bench->lab, mark);
    free(sequence);
}

void measure_mixed(struct bench *bench, const struct model *model, size_t tokens)
{
    for (size_t s = 0; s < model->stage_count; s++) {
        const struct stage *stage = &model->stage[s];
        if (!stage->has_moe) continue;
        size_t top_k[2] = {1, model->top_k};
        for (int i = 0; i < (model->top_k > 1 ? 2 : 1); i++) {
            struct sequence_of of = {bench, model, stage,
                                     (size_t)((double)tokens * stage->token_ratio + 0.999999),
                                     top_k[i]};
            if ((bench->options->passes >> PASS_FORWARD & 1) && !bench_time_is_up(bench))
                measure_sequence(&of, false);
            if (bench->options->passes >> PASS_INPUT_GRADIENT && !bench_time_is_up(bench))
                measure_sequence(&of, true);
        }
    }
}
