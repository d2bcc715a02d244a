#include "bench.h"

#include <cublasLt.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "collective.h"
#include "kernels.h"
#include "sim/base/mem.h"
#include "team.h"
#include "version.h"

void facts_add(struct text *facts, const char *format, ...)
{
    char *line;
    va_list values;
    va_start(values, format);
    int length = vasprintf(&line, format, values);
    va_end(values);
    if (length < 0)
        die(EXIT_BUG, "out of memory");
    for (char *c = line; *c; c++)
        *c = *c == '\n' ? ' ' : *c;
    text_add(facts, "# %s\n", line);
    free(line);
}

bool bench_time_is_up(struct bench *bench)
{
    if (bench->deadline_s > 0 && host_seconds() > bench->deadline_s && !bench->stopped) {
        bench->stopped = true;
        note("the time limit is reached: the rest is left out");
    }
    return bench->stopped;
}

static void leave_out(struct bench *bench, const struct job *job, const struct diag *why)
{
    char *line = mem_format("left_out: %s %s tokens %.0f hidden %zu: %s",
                            operator_kind_names[job->kind], operator_pass_names[job->pass],
                            job->shape.tokens, job->shape.hidden, why->messages[0]);
    facts_add(&bench->left_out, "%s", line);
    if (!bench->lab.me || bench->lab.me->rank == 0) /* all ranks leave out the same */
        note("%s", line);
    free(line);
}

struct op *bench_operator(struct bench *bench, const struct job *job)
{
    struct diag why = {0};
    struct operator_spec spec = {.kind = job->kind,
                                 .pass = job->pass,
                                 .shape = job->shape,
                                 .dtype = bench->options->dtype,
                                 .routed_experts = job->routed_experts};
    struct op *made = operator_make(&bench->lab, &spec, &why);
    if (!made)
        leave_out(bench, job, &why);
    diag_done(&why);
    return made;
}

static void run_operator(void *context, int repetition, cudaStream_t stream)
{
    const struct operator_step *step = context;
    for (int i = 0; i < step->repeats; i++)
        operator_run(step->lab, step->op,
                     (int)((long)repetition * step->repeats + i) % step->op->sets, stream);
}

struct step step_of_operator(struct operator_step *context, int slot)
{
    return (struct step){.run = run_operator,
                         .context = context,
                         .slot = slot,
                         .launches = context->repeats * operator_launches(context->op)};
}

static void run_pause(void *context, int repetition, cudaStream_t stream)
{
    (void)repetition;
    launch_pause(*(const double *)context, stream);
}

struct step step_of_pause(double *seconds)
{
    return (struct step){.run = run_pause, .context = seconds, .slot = -1, .launches = 1};
}

static struct timing per_run(struct timing timing, int repeats)
{
    timing.median_s /= repeats;
    timing.p10_s /= repeats;
    timing.p90_s /= repeats;
    return timing;
}

struct timing bench_time_hot(struct bench *bench, const struct op *op)
{
    struct operator_step context = {&bench->lab, op, 1};
    struct step step = step_of_operator(&context, 0);
    struct timing timing;
    context.repeats = repeats_for(estimate_step(&bench->lab, &step), step.launches);
    step = step_of_operator(&context, 0);
    time_steps(&bench->lab, &step, 1, 1, &bench->limits, &timing);
    return per_run(timing, context.repeats);
}

static struct timing time_paced(struct bench *bench, const struct op *op, double hot_s, double duty)
{
    struct operator_step context = {&bench->lab, op, 1};
    struct step steps[2] = {step_of_operator(&context, 0)};
    struct timing timing;
    context.repeats = repeats_for(hot_s, steps[0].launches);
    steps[0] = step_of_operator(&context, 0);
    double pause_s = hot_s * context.repeats * (1 / duty - 1);
    steps[1] = step_of_pause(&pause_s);
    time_steps(&bench->lab, steps, 2, 1, &bench->limits, &timing);
    return per_run(timing, context.repeats);
}

static void measure_job(struct bench *bench, const struct job *job)
{
    const struct options *options = bench->options;
    struct row row = row_of_operator(job->kind, job->pass, options->dtype, &job->shape);
    if (rows_have(&bench->rows, &row))
        return;
    size_t mark = lab_mark(&bench->lab);
    struct op *op = bench_operator(bench, job);
    if (op) {
        nvml_sample_label(bench->nvml, LABEL_HOT);
        row.timing = bench_time_hot(bench, op);
        double hot_s = row.timing.median_s;
        if (options->protocols >> PROTOCOL_HOT & 1)
            rows_add(&bench->rows, &row);
        nvml_sample_label(bench->nvml, LABEL_PACED);
        row.protocol = PROTOCOL_PACED;
        for (size_t i = 0; i < options->duty_count && options->protocols >> PROTOCOL_PACED & 1;
             i++) {
            row.duty_ratio = options->duty[i];
            if (row.duty_ratio >= 1)
                continue;
            row.timing = time_paced(bench, op, hot_s, row.duty_ratio);
            rows_add(&bench->rows, &row);
        }
        nvml_sample_label(bench->nvml, -1);
    }
    operator_free(op);
    lab_release(&bench->lab, mark);
}

void measure_jobs(struct bench *bench, const struct jobs *jobs)
{
    for (size_t i = 0; i < jobs->count && !bench_time_is_up(bench); i++)
        measure_job(bench, &jobs->job[i]);
}

static void add_averages(struct text *facts, const struct nvml_average averages[NVML_LABELS])
{
    static const char *const names[LABEL_COUNT] = {"hot", "paced", "mixed", "contention", "copies"};
    for (int i = 0; i < LABEL_COUNT; i++) {
        if (averages[i].readings)
            facts_add(facts, "%s_sm_clock_hz: %.0f mean, %s_power_w: %.0f mean of %lu readings",
                      names[i], averages[i].sm_clock_hz, names[i], averages[i].power_w,
                      averages[i].readings);
    }
}

static void add_known(struct text *facts, const char *key, double value)
{
    if (isfinite(value))
        facts_add(facts, "%s: %.0f", key, value);
}

void bench_facts(struct bench *bench, const struct nvml_average averages[NVML_LABELS],
                 struct text *facts)
{
    struct nvml_facts known;
    int runtime = 0;
    time_t now = time(NULL);
    char date[32] = "";
    struct tm parts;
    nvml_describe(bench->nvml, &known);
    try_cuda(cudaRuntimeGetVersion(&runtime));
    if (gmtime_r(&now, &parts))
        strftime(date, sizeof date, "%Y-%m-%d", &parts);
    size_t blas = cublasLtGetVersion();
    facts_add(facts, "gpu: %s", bench->lab.about.name);
    facts_add(facts, "driver: %s", known.driver);
    facts_add(facts, "cuda: %d.%d, cuBLASLt %zu.%zu.%zu, %s, %s", runtime / 1000,
              runtime % 1000 / 10, blas / 10000, blas / 100 % 100, blas % 100,
              attention_library_name(), collective_library_name());
    add_known(facts, "sm_clock_hz", known.sm_clock_max_hz);
    add_known(facts, "power_limit_w", known.power_limit_w);
    if (known.pcie_generation > 0)
        facts_add(facts, "pcie: generation %d, %d lanes", known.pcie_generation, known.pcie_width);
    facts_add(facts, "date: %s", date);
    facts_add(facts, "command: %s", bench->options->line);
    facts_add(facts, "probe: scmoesim-probe " PROBE_VERSION);
    add_averages(facts, averages);
    if (bench->stopped)
        facts_add(facts, "incomplete: the time limit was reached");
    text_add(facts, "%s", text_get(&bench->left_out));
}
