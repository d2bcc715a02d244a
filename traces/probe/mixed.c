/* The mixed protocol: operators timed where they stand in a block pair, with events between them,
 * the All-to-Alls as real ones whose size sets the compute duty: on one GPU exchanges with the
 * host's memory, on several NCCL's. */
#include "bench.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "collective.h"
#include "sim/base/mem.h"
#include "team.h"

#define SEQUENCE_MAX 32
#define RATE_BYTES ((size_t)256 << 20)
/* Of an All-to-All's bytes, each way: so much, or what part of the lab's memory there is. */
#define ROOM_MOST ((size_t)4 << 30)
#define ROOM_PART 8

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
    const struct exchange *exchange; /* of one GPU */
    const struct among_gpus *among;  /* NULL: one GPU */
    double exchange_bytes;
};

/* One rank of several. */
struct among_gpus {
    const struct member *me;
    const struct collective *collective;
    char *send, *receive;
    size_t room; /* bytes of each */
    struct gathered *gathered;
};

/* What all ranks timed, each its own row; read where all have met. */
struct gathered {
    struct timing timings[TEAM_MAX][SEQUENCE_MAX];
    double compute_s[TEAM_MAX];
};

struct sequence_of {
    struct bench *bench;
    const struct among_gpus *among;
    const struct model *model;
    const struct model_stage *stage;
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

static void put(const struct sequence_of *of, struct sequence *to, enum operator_kind kind,
                enum operator_pass pass)
{
    if ((pass == PASS_WEIGHT_GRADIENT && !operator_has_weights(kind)) ||
        (kind == OPERATOR_MLP && !of->stage->mlp_hidden))
        return;
    struct job job = {.kind = kind,
                      .pass = pass,
                      .shape = stage_shape(of->model, of->stage, kind, of->tokens, of->top_k,
                                           of->bench->options->ep),
                      .routed_experts = of->model->experts};
    struct op *op = find_operator(of->bench, to, &job);
    if (!op)
        return;
    struct place *place = &to->place[to->count++];
    *place = (struct place){.job = job, .op = op, .step = {&of->bench->lab, op, 1}};
}

static void put_exchange(struct sequence *to)
{
    to->place[to->count++] = (struct place){.is_exchange = true};
}

static void build_forward(const struct sequence_of *of, struct sequence *to)
{
    put(of, to, OPERATOR_ATTENTION, PASS_FORWARD);
    put(of, to, OPERATOR_MLP, PASS_FORWARD);
    put(of, to, OPERATOR_ATTENTION, PASS_FORWARD);
    put(of, to, OPERATOR_GATE, PASS_FORWARD);
    put(of, to, OPERATOR_ENCODE, PASS_FORWARD);
    put_exchange(to);
    put(of, to, OPERATOR_EXPERT, PASS_FORWARD);
    put_exchange(to);
    if (of->top_k == 1)
        put(of, to, OPERATOR_SHARED_EXPERT, PASS_FORWARD);
    put(of, to, OPERATOR_DECODE, PASS_FORWARD);
}

static void put_gradients(const struct sequence_of *of, struct sequence *to,
                          enum operator_kind kind)
{
    put(of, to, kind, PASS_INPUT_GRADIENT);
    put(of, to, kind, PASS_WEIGHT_GRADIENT);
}

static void build_backward(const struct sequence_of *of, struct sequence *to)
{
    put_gradients(of, to, OPERATOR_DECODE);
    if (of->top_k == 1)
        put_gradients(of, to, OPERATOR_SHARED_EXPERT);
    put_exchange(to);
    put_gradients(of, to, OPERATOR_EXPERT);
    put_exchange(to);
    put_gradients(of, to, OPERATOR_ENCODE);
    put_gradients(of, to, OPERATOR_GATE);
    put_gradients(of, to, OPERATOR_ATTENTION);
    put_gradients(of, to, OPERATOR_MLP);
    put_gradients(of, to, OPERATOR_ATTENTION);
}

static void run_exchange(void *context, int repetition, cudaStream_t stream)
{
    (void)repetition;
    const struct sequence *sequence = context;
    const struct among_gpus *among = sequence->among;
    if (among)
        collective_all_to_all(among->collective, among->send, among->receive,
                              (size_t)sequence->exchange_bytes, stream);
    else if (sequence->exchange_bytes >= 1)
        exchange_run(sequence->exchange, sequence->exchange_bytes, sequence->exchange_bytes,
                     stream);
}

/* Equal places share a slot; All-to-Alls among GPUs have one behind all others. Returns the number
 * of slots. */
static int make_steps(struct sequence *sequence, struct step steps[SEQUENCE_MAX])
{
    int slots = 0;
    for (int i = 0; i < sequence->count; i++) {
        struct place *place = &sequence->place[i];
        if (place->is_exchange) {
            int launches = sequence->among
                               ? 1
                               : exchange_launches(sequence->exchange, sequence->exchange_bytes);
            steps[i] = (struct step){run_exchange, sequence, launches, -1};
            continue;
        }
        int slot = -1;
        for (int j = 0; j < i; j++) {
            if (sequence->place[j].op == place->op)
                slot = steps[j].slot;
        }
        steps[i] = step_of_operator(&place->step, slot < 0 ? slots++ : slot);
    }
    for (int i = 0; i < sequence->count && sequence->among; i++)
        if (sequence->place[i].is_exchange)
            steps[i].slot = slots;
    return slots + (sequence->among ? 1 : 0);
}

/* Whole 256 bytes for each rank; at most what there is room for. */
static double all_to_all_bytes(const struct among_gpus *among, double bytes)
{
    double unit = 256.0 * among->me->count;
    return fmin(floor(bytes / unit) * unit, floor((double)among->room / unit) * unit);
}

/* Bytes per second of each direction while both run, when they are long. */
static double exchange_rate(struct bench *bench, struct sequence *sequence)
{
    struct step step = {run_exchange, sequence, 16, -1};
    sequence->exchange_bytes = (double)RATE_BYTES;
    if (sequence->among)
        sequence->exchange_bytes = all_to_all_bytes(sequence->among, sequence->exchange_bytes);
    return sequence->exchange_bytes / estimate_step(&bench->lab, &step);
}

static double compute_of(const struct sequence *sequence, const struct step *steps,
                         const struct timing *timings)
{
    double sum_s = 0;
    for (int i = 0; i < sequence->count; i++)
        sum_s += sequence->place[i].is_exchange ? 0 : timings[steps[i].slot].median_s;
    return sum_s;
}

/* Times of the rank whose operators take longest together: the others wait for it, and it for
 * nobody, so that its All-to-Alls' times are theirs alone. Returns what its operators take. */
static double gather(const struct sequence *sequence, const struct step *steps, int slots,
                     struct timing *timings)
{
    const struct among_gpus *among = sequence->among;
    double mine_s = compute_of(sequence, steps, timings);
    if (!among)
        return mine_s;
    struct gathered *to = among->gathered;
    int rank = among->me->rank, slowest = 0;
    memcpy(to->timings[rank], timings, (size_t)slots * sizeof *timings);
    to->compute_s[rank] = mine_s;
    team_wait(among->me);
    for (int r = 1; r < among->me->count; r++)
        slowest = to->compute_s[r] > to->compute_s[slowest] ? r : slowest;
    memcpy(timings, to->timings[slowest], (size_t)slots * sizeof *timings);
    double slowest_s = to->compute_s[slowest];
    team_wait(among->me); /* nobody writes the next before all have read these */
    return slowest_s;
}

static void keep_rows(struct bench *bench, const struct sequence *sequence,
                      const struct step *steps, const struct timing *timings, double duty)
{
    if (sequence->among && sequence->among->me->rank > 0)
        return;
    for (int i = 0; i < sequence->count; i++) {
        const struct job *job = &sequence->place[i].job;
        if (sequence->place[i].is_exchange || !(bench->options->kinds >> job->kind & 1))
            continue;
        struct row row = row_of_operator(job->kind, job->pass, bench->options->dtype, &job->shape);
        row.protocol = PROTOCOL_MIXED;
        row.duty_ratio = duty;
        row.timing = timings[steps[i].slot];
        rows_add(&bench->rows, &row);
    }
}

/* Where it stood among GPUs: as provenance, not as a row, for a row is an All-to-All that runs
 * alone. */
static void note_exchange(struct bench *bench, const struct sequence *sequence,
                          const struct timing *timing, double duty)
{
    if (!sequence->among || sequence->among->me->rank > 0 || sequence->exchange_bytes < 1)
        return;
    const struct operator_shape *shape = &sequence->place[0].job.shape;
    facts_add(&bench->left_out,
              "all_to_all_in_sequence: hidden %zu, %.0f tokens, duty %g: %.0f bytes took %.4g s",
              shape->hidden, shape->tokens, duty, sequence->exchange_bytes, timing->median_s);
}

static void time_duties(struct bench *bench, struct sequence *sequence)
{
    struct step steps[SEQUENCE_MAX];
    struct timing timings[SEQUENCE_MAX];
    const struct among_gpus *among = sequence->among;
    double rate = exchange_rate(bench, sequence);
    sequence->exchange_bytes = 0;
    int slots = make_steps(sequence, steps);
    if (sequence->count == 0)
        return;
    if (among)
        team_share(among->me, &rate, sizeof rate); /* all send as much */
    time_steps(&bench->lab, steps, sequence->count, slots, &bench->limits, timings);
    double compute_s = gather(sequence, steps, slots, timings);
    for (size_t i = 0; i < bench->options->duty_count; i++) {
        double duty = bench->options->duty[i];
        if (duty < 1) {
            sequence->exchange_bytes = compute_s * (1 / duty - 1) / 2 * rate;
            if (among)
                sequence->exchange_bytes = all_to_all_bytes(among, sequence->exchange_bytes);
            make_steps(sequence, steps);
            time_steps(&bench->lab, steps, sequence->count, slots, &bench->limits, timings);
            gather(sequence, steps, slots, timings);
            note_exchange(bench, sequence, &timings[slots - 1], duty);
        }
        keep_rows(bench, sequence, steps, timings, duty);
    }
}

static void free_operators(struct sequence *sequence)
{
    for (int i = 0; i < sequence->count; i++) {
        struct op *gone = sequence->place[i].op;
        for (int j = i + 1; j < sequence->count; j++) {
            if (sequence->place[j].op == gone)
                sequence->place[j].op = NULL;
        }
        operator_free(gone);
    }
}

static void measure_sequence(const struct sequence_of *of, bool backward)
{
    struct bench *bench = of->bench;
    struct sequence *sequence = mem_zeroed(1, sizeof *sequence);
    size_t mark = lab_mark(&bench->lab);
    sequence->exchange = &bench->exchange;
    sequence->among = of->among;
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

/* All ranks ask their own clocks and go by the first one's. */
static bool is_up(struct bench *bench, const struct among_gpus *among)
{
    bool up = bench_time_is_up(bench);
    if (among)
        team_share(among->me, &up, sizeof up);
    return up;
}

static void measure_one(struct bench *bench, const struct among_gpus *among,
                        const struct model *model, size_t tokens)
{
    const struct options *options = bench->options;
    size_t top_k[TOP_K_MAX];
    size_t ways = routed_counts(model, options->top_k, options->top_k_count, top_k);
    for (size_t s = 0; s < model->stage_count; s++) {
        const struct model_stage *stage = &model->stages[s];
        if (!stage->moe_every)
            continue;
        for (size_t i = 0; i < ways; i++) {
            struct sequence_of of = {bench, among, model, stage, tokens, top_k[i]};
            if ((options->passes >> PASS_FORWARD & 1) && !is_up(bench, among))
                measure_sequence(&of, false);
            if (options->passes >> PASS_INPUT_GRADIENT && !is_up(bench, among))
                measure_sequence(&of, true);
        }
    }
}

void measure_mixed(struct bench *bench, const struct model *model, size_t tokens)
{
    measure_one(bench, NULL, model, tokens);
}

/* ---- Among several GPUs ---- */

struct team_work {
    struct bench
        *bench; /* the first rank's; the others have one of their own, whose rows nobody keeps */
    struct gathered gathered;
};

static struct bench *open_bench_of(const struct member *me, struct bench *first)
{
    struct diag why = {0};
    if (me->rank == 0) {
        try_cuda(cudaSetDevice(first->lab.device));
        return first;
    }
    struct bench *bench = mem_zeroed(1, sizeof *bench);
    *bench = (struct bench){
        .options = first->options, .limits = first->limits, .deadline_s = first->deadline_s};
    if (bench->options->tuning && choices_load(bench->options->tuning, &bench->choices, &why) < 0)
        die_of(EXIT_BAD_INPUT, &why);
    lab_init(&bench->lab, me->rank, 0.5);
    if (bench->options->tuning)
        bench->lab.choices = &bench->choices;
    return bench;
}

static void close_bench_of(const struct member *me, struct bench *bench)
{
    bench->lab.me = NULL;
    if (me->rank == 0)
        return;
    text_done(&bench->left_out);
    rows_done(&bench->rows);
    choices_done(&bench->choices);
    lab_done(&bench->lab);
    free(bench);
}

static void measure_all(struct bench *bench, const struct among_gpus *among)
{
    const struct options *options = bench->options;
    for (size_t m = 0; m < options->model_count; m++) {
        const struct model *model = options->model[m];
        size_t own = model_tokens(model);
        const size_t *tokens = options->tokens ? options->tokens : &own;
        size_t count = options->tokens ? options->token_count : 1;
        for (size_t t = 0; t < count && !is_up(bench, among); t++)
            measure_one(bench, among, model, tokens[t]);
        if (among->me->rank == 0)
            note("%s in sequence: %zu rows so far", model->name, bench->rows.count);
    }
}

/* The first rank's memory tells how much all take: the others have as much or more. */
static bool take_room(struct lab *lab, struct among_gpus *among)
{
    among->room =
        lab->memory_bytes / ROOM_PART < ROOM_MOST ? lab->memory_bytes / ROOM_PART : ROOM_MOST;
    team_share(among->me, &among->room, sizeof among->room);
    among->send = lab_take(lab, among->room);
    among->receive = lab_take(lab, among->room);
    return team_agree(among->me, among->send && among->receive);
}

static void work(const struct member *me, void *context)
{
    struct team_work *team = context;
    struct bench *bench = open_bench_of(me, team->bench);
    struct collective *collective = collective_join(me, /* channels= */ 0);
    size_t mark = lab_mark(&bench->lab);
    struct among_gpus among = {.me = me, .collective = collective, .gathered = &team->gathered};
    bench->lab.me = me;
    if (take_room(&bench->lab, &among))
        measure_all(bench, &among);
    else if (me->rank == 0)
        note("--gpus: not enough memory for sequences with All-to-Alls");
    lab_release(&bench->lab, mark);
    collective_leave(collective);
    close_bench_of(me, bench);
}

void measure_mixed_among_gpus(struct bench *bench)
{
    struct team_work *team = mem_zeroed(1, sizeof *team);
    team->bench = bench;
    team_run(bench->options->gpus, work, team);
    free(team);
}
