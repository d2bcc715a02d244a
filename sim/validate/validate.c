#include "sim/validate/validate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"
#include "sim/sweep/workers.h"

struct trial {
    const struct trial_run *runs;
    size_t *first;   /* by run: where its verdicts begin */
    char **failures; /* by run: what the process said; NULL where it could be played */
    size_t run_count;
    struct verdict *verdicts;
    size_t verdict_count;
};

static void prepare(struct trial *trial, const struct trial_run *runs, size_t count)
{
    *trial = (struct trial){.runs = runs, .run_count = count};
    trial->first = mem_zeroed(count + 1, sizeof *trial->first);
    trial->failures = mem_zeroed(count + 1, sizeof *trial->failures);
    for (size_t r = 0; r < count; r++) {
        trial->first[r] = trial->verdict_count;
        trial->verdict_count += runs[r].run->figure_count;
    }
    trial->verdicts = mem_zeroed(trial->verdict_count + 1, sizeof *trial->verdicts);
    for (size_t r = 0; r < count; r++)
        for (size_t f = 0; f < runs[r].run->figure_count; f++)
            trial->verdicts[trial->first[r] + f] =
                (struct verdict){.published = runs[r].published,
                                 .run = runs[r].run,
                                 .figure = &runs[r].run->figures[f]};
}

static int play_alltoall(const struct published_run *run, struct diag *diag, struct text *ret)
{
    struct alltoall_alone *alone;
    int r = alltoall_alone_open(&run->alltoall, diag, &alone);
    if (r < 0)
        return r;
    for (size_t f = 0; f < run->figure_count && r == 0; f++) {
        const struct figure *figure = &run->figures[f];
        struct alltoall_outcome outcome;
        r = alltoall_alone_play(alone, figure->bytes, diag, &outcome);
        double predicted =
            r < 0 ? 0
                  : figure->times * alltoall_metric(figure->metric, figure->bytes,
                                                    alltoall_alone_group(alone), outcome.time_s);
        text_add_bytes(ret, &predicted, sizeof predicted);
    }
    alltoall_alone_close(alone);
    return r;
}

static int play_study(const struct published_run *run, struct diag *diag, struct text *ret)
{
    struct study *study;
    int r = study_load(&run->request, diag, &study);
    if (r < 0)
        return r;
    r = study_run(study, diag);
    size_t count = 0;
    const struct result *results = r == 0 ? study_results(study, &count) : NULL;
    for (size_t f = 0; f < run->figure_count && r == 0; f++) {
        double predicted;
        r = figure_predict(&run->figures[f], results, count, diag, &predicted);
        if (r == 0)
            text_add_bytes(ret, &predicted, sizeof predicted);
    }
    study_free(study);
    return r;
}

/* Predictions of a run's figures, as bytes. */
static int play_run(const struct published_run *run, struct diag *diag, struct text *ret)
{
    return run->is_alltoall ? play_alltoall(run, diag, ret) : play_study(run, diag, ret);
}

static void play(void *context, const size_t *points, size_t count, int to_fd)
{
    const struct trial *trial = context;
    for (size_t i = 0; i < count; i++) {
        struct diag diag = {0};
        struct text said = {0};
        bool failed = play_run(trial->runs[points[i]].run, &diag, &said) < 0;
        if (failed) {
            char *messages = diag_joined(&diag);
            text_done(&said);
            text_add(&said, "%s", messages);
            free(messages);
        }
        workers_say(to_fd, points[i], failed ? WORKERS_FAILED : WORKERS_DONE, &said);
        text_done(&said);
        diag_done(&diag);
    }
}

static int take(void *context, size_t point, bool failed, const struct text *said)
{
    struct trial *trial = context;
    const struct published_run *run = trial->runs[point].run;
    struct verdict *verdicts = &trial->verdicts[trial->first[point]];
    if (failed) {
        trial->failures[point] = mem_copy_string(text_get(said));
        return 0;
    }
    for (size_t f = 0; f < run->figure_count; f++) {
        struct verdict *verdict = &verdicts[f];
        memcpy(&verdict->predicted, said->text + f * sizeof(double), sizeof(double));
        verdict->error_ratio = figure_error_ratio(verdict->figure, verdict->predicted);
        verdict->within = fabs(verdict->error_ratio) <= verdict->figure->tolerance_ratio;
    }
    return 0;
}

/* In the order of the runs, whichever process was first. */
static int complain(const struct trial *trial, struct diag *diag)
{
    int r = 0;
    for (size_t i = 0; i < trial->run_count; i++)
        if (trial->failures[i])
            r = diag_say(diag, "case %s, run %s: %s", trial->runs[i].published->name,
                         trial->runs[i].run->name, trial->failures[i]);
    return r;
}

int validate_runs(const struct trial_run *runs, size_t count, size_t processes, struct diag *diag,
                  struct verdict **ret, size_t *ret_count)
{
    struct trial trial;
    prepare(&trial, runs, count);
    struct workers_request request = {
        .point_count = count,
        .batch_size = 1, /* SimGrid holds one platform per process */
        .processes = processes,
        .context = &trial,
        .play = play,
        .take = take,
    };
    int r = workers_run(&request, diag);
    if (r == 0)
        r = complain(&trial, diag);
    if (r == 0) {
        *ret = trial.verdicts;
        *ret_count = trial.verdict_count;
    } else {
        free(trial.verdicts);
    }
    for (size_t i = 0; i < trial.run_count; i++)
        free(trial.failures[i]);
    free(trial.failures);
    free(trial.first);
    return r;
}

int validate_cases(struct published_case *const *cases, size_t count, size_t processes,
                   struct diag *diag, struct verdict **ret, size_t *ret_count)
{
    struct trial_run *runs = NULL;
    size_t run_count = 0;
    for (size_t c = 0; c < count; c++) {
        runs = mem_resized(runs, run_count + cases[c]->run_count, sizeof *runs);
        for (size_t r = 0; r < cases[c]->run_count; r++)
            runs[run_count++] = (struct trial_run){cases[c], &cases[c]->runs[r]};
    }
    int r = validate_runs(runs, run_count, processes, diag, ret, ret_count);
    free(runs);
    return r;
}

/* ---- What many verdicts say together ---- */

const char *figure_quantity(const struct figure *figure)
{
    const char *metric = figure->metric;
    bool time = text_ends_with(metric, "_s") && !text_ends_with(metric, "_per_s");
    if (figure->unit)
        return "count";
    bool of_itself = figure->form != FIGURE_VALUE && !figure->over_column;
    if (text_ends_with(metric, "speedup_ratio") || (time && of_itself))
        return "speedup";
    if (text_ends_with(metric, "_ratio") || figure->form != FIGURE_VALUE)
        return "ratio";
    return text_ends_with(metric, "_bytes_per_s") ? "bandwidth"
           : time                                 ? "time"
           : text_ends_with(metric, "_bytes")     ? "memory"
                                                  : "count";
}

static bool is_asked(const struct figure *figure, const char *quantity)
{
    if (figure->role != FIGURE_PREDICTION)
        return false;
    return !quantity ||
           strcmp(figure_is_range(figure) ? "range" : figure_quantity(figure), quantity) == 0;
}

struct error_summary summarize_errors(const struct verdict *verdicts, size_t count,
                                      const char *quantity)
{
    struct error_summary summary = {0};
    double sum = 0;
    size_t exact = 0;
    for (size_t i = 0; i < count; i++) {
        const struct verdict *verdict = &verdicts[i];
        if (!is_asked(verdict->figure, quantity))
            continue;
        summary.count++;
        summary.outside += !verdict->within;
        if (!figure_is_range(verdict->figure)) {
            sum += fabs(verdict->error_ratio);
            exact++;
        }
        if (fabs(verdict->error_ratio) > fabs(summary.worst_ratio))
            summary.worst_ratio = verdict->error_ratio;
    }
    summary.mean_ratio = exact ? sum / (double)exact : NAN;
    return summary;
}

size_t count_role(const struct verdict *verdicts, size_t count, enum figure_role role)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += verdicts[i].figure->role == role;
    return found;
}
