#include "commands.h"

#include <stdlib.h>
#include <string.h>
#include "bench.h"
#include "sim/base/mem.h"

#define EXCHANGE_ROOM ((size_t)512 << 20)

static void open_exchange(struct bench *bench)
{
    const struct options *options = bench->options;
    struct diag why = {0};
    bool mixes_alone = options->protocols >> PROTOCOL_MIXED & 1 && options->gpus < 2;
    if (!options->copies && !options->contention && !mixes_alone)
        return;
    if (exchange_init(&bench->exchange, &bench->lab, EXCHANGE_ROOM, &why) < 0)
        die_of(EXIT_BUG, &why);
}

static void open_bench(struct bench *bench, const struct options *options)
{
    char bus[32];
    *bench = (struct bench){.options = options};
    if (options->time_limit_s > 0)
        bench->deadline_s = host_seconds() + options->time_limit_s;
    bench->limits =
        (struct timing_limits){.warm_up_s = options->warm_up_s,
                               .sample_s = options->sample_s,
                               .samples_min = options->samples,
                               .samples_max = options->samples < 1000 ? 1000 : options->samples};
    struct diag why = {0};
    if (options->tuning && choices_load(options->tuning, &bench->choices, &why) < 0)
        die_of(EXIT_BAD_INPUT, &why);
    lab_init(&bench->lab, options->device, options->gpus ? 0.5 : 0.9);
    if (options->tuning)
        bench->lab.choices = &bench->choices;
    try_cuda(cudaDeviceGetPCIBusId(bus, sizeof bus, options->device));
    bench->nvml = nvml_open(bus);
    if (!bench->nvml)
        note("the management library is missing: clocks and power stay unknown");
    open_exchange(bench);
    nvml_sample_start(bench->nvml);
}

static int write_rows(const struct rows *rows, const char *path, const struct text *facts)
{
    struct diag why = {0};
    if (rows_write(rows, path, facts, &why) == 0)
        return EXIT_FINE;
    note_of(&why);
    diag_done(&why);
    return EXIT_BAD_INPUT;
}

/* FILE.csv becomes FILE.copies.csv. */
static int write_beside(struct bench *bench, const struct text *facts)
{
    const char *path = bench->options->output;
    size_t length = strlen(path);
    struct text more = {0};
    if (bench->beside_copies.count == 0 || strcmp(path, "-") == 0)
        return EXIT_FINE;
    if (length > 4 && strcmp(path + length - 4, ".csv") == 0)
        length -= 4;
    text_add(&more, "%s", text_get(facts));
    facts_add(&more,
              "beside: every operator ran beside copies of `bytes` each, from and to the host at "
              "the same time");
    char *beside = mem_format("%.*s.copies.csv", (int)length, path);
    int r = write_rows(&bench->beside_copies, beside, &more);
    free(beside);
    text_done(&more);
    return r;
}

static int save_choices(const struct bench *bench)
{
    struct diag why = {0};
    const char *path = bench->options->tuning;
    if (!path || choices_save(path, &bench->choices, &why) == 0)
        return EXIT_FINE;
    note_of(&why);
    diag_done(&why);
    return EXIT_BAD_INPUT;
}

static int close_bench(struct bench *bench)
{
    struct nvml_average averages[NVML_LABELS];
    struct text facts = {0};
    nvml_sample_stop(bench->nvml, averages);
    bench_facts(bench, averages, &facts);
    int r = write_rows(&bench->rows, bench->options->output, &facts);
    int beside = write_beside(bench, &facts), saved = save_choices(bench);
    text_done(&facts);
    text_done(&bench->left_out);
    rows_done(&bench->rows);
    rows_done(&bench->beside_copies);
    choices_done(&bench->choices);
    nvml_close(bench->nvml);
    exchange_done(&bench->exchange);
    lab_done(&bench->lab);
    return r ? r : beside ? beside : saved;
}

/* One size of one model: operators alone, then in sequence, so that a run cut short by its time
 * limit has whole sizes. */
static void measure_size(struct bench *bench, const struct model *model, size_t tokens)
{
    const struct options *options = bench->options;
    struct job_wishes wishes = {.kinds = options->kinds,
                                .passes = options->passes,
                                .ep = options->ep,
                                .top_k = options->top_k,
                                .top_k_count = options->top_k_count};
    struct jobs jobs = {0};
    jobs_add_model(&jobs, model, tokens, &wishes);
    if (options->protocols & (1u << PROTOCOL_HOT | 1u << PROTOCOL_PACED))
        measure_jobs(bench, &jobs);
    if (options->protocols >> PROTOCOL_MIXED & 1 && options->gpus < 2)
        measure_mixed(bench, model, tokens);
    if (options->contention)
        measure_contention(bench, &jobs);
    jobs_done(&jobs);
}

static void measure_models(struct bench *bench)
{
    const struct options *options = bench->options;
    for (size_t m = 0; m < options->model_count; m++) {
        const struct model *model = options->model[m];
        size_t own = model_tokens(model);
        const size_t *tokens = options->tokens ? options->tokens : &own;
        size_t count = options->tokens ? options->token_count : 1;
        for (size_t t = 0; t < count && !bench_time_is_up(bench); t++) {
            double begin_s = host_seconds();
            measure_size(bench, model, tokens[t]);
            note("%s, %zu tokens: %zu rows so far, %.1f s", model->name, tokens[t],
                 bench->rows.count, host_seconds() - begin_s);
        }
    }
}

/* The dtype of the command line, else of the first model: a file holds one. */
static void choose_dtype(struct options *options)
{
    if (options->has_dtype)
        return;
    options->dtype = DTYPE_BF16;
    if (options->model_count) {
        options->dtype = options->model[0]->dtype;
        if (options->dtype == DTYPE_FP8)
            die(EXIT_BAD_INPUT, "model %s: the probe does not compute in fp8; name another --dtype",
                options->model[0]->name);
    }
}

int command_measure(struct options *options)
{
    struct bench bench;
    choose_dtype(options);
    open_bench(&bench, options);
    if (options->copies)
        measure_copies(&bench);
    bool among_gpus = options->gpus > 0 && bench_has_gpus(&bench);
    if (among_gpus)
        measure_all_to_all(&bench);
    if (among_gpus && options->protocols >> PROTOCOL_MIXED & 1)
        measure_mixed_among_gpus(&bench);
    measure_models(&bench);
    return close_bench(&bench);
}
