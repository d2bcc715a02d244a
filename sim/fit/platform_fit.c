#include "sim/fit/platform_fit.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"

static const char schema[] = "scmoesim/platform-fit/1";

/* Plays are exact to about 1e-9, and choices among slots make results bend: derivatives look
 * farther. */
#define DIFFERENCE 1e-3

static int read_parameter(const struct jcur *at, struct platform_parameter *ret)
{
    int r = jcur_object(at);
    if (r < 0)
        return r;
    r |= jcur_members(at, "pointer,start,low,high,source");
    r |= jget_string(at, "pointer", &ret->pointer);
    r |= jget_string(at, "source", &ret->source);
    r |= jget_positive(at, "low", &ret->low);
    r |= jget_positive(at, "high", &ret->high);
    if (r)
        return -EINVAL;
    if (ret->low >= ret->high)
        return jcur_error(at, "expected \"low\" below \"high\"");
    return jget_between(at, "start", ret->low, ret->high, &ret->start);
}

int platform_fit_read(const struct json *doc, struct diag *diag, struct platform_fit *ret)
{
    struct jcur root = json_root(doc, diag), list;
    int r = jcur_object(&root);
    if (r == 0)
        r = jget_schema(&root, schema);
    if (r < 0)
        return r;
    r |= jcur_members(&root, "schema,name,summary,source,parameters");
    r |= jget_string(&root, "name", &ret->name);
    r |= jget_string(&root, "summary", &ret->summary);
    r |= jget_string(&root, "source", &ret->source);
    r |= jget_array(&root, "parameters", 1, FIT_PARAMETERS_MAX, &list, &ret->parameter_count);
    for (size_t i = 0; r == 0 && i < ret->parameter_count; i++) {
        struct jcur parameter = jcur_element(&list, i);
        r = read_parameter(&parameter, &ret->parameters[i]);
    }
    return r ? -EINVAL : 0;
}

static bool is_of(const struct platform_fit *fit, const struct figure *figure)
{
    return figure->role == FIGURE_FIT && strcmp(figure->fit, fit->name) == 0;
}

static bool has_figures(const struct platform_fit *fit, const struct published_run *run)
{
    for (size_t f = 0; f < run->figure_count; f++)
        if (is_of(fit, &run->figures[f]))
            return true;
    return false;
}

/* A copy whose sets have room for the parameters behind the run's own. */
static void add_run(struct platform_fit *fit, const struct published_case *published,
                    const struct published_run *run)
{
    size_t at = fit->run_count++, own = run->request.set_count;
    fit->runs = mem_resized(fit->runs, at + 1, sizeof *fit->runs);
    fit->trial = mem_resized(fit->trial, at + 1, sizeof *fit->trial);
    const char **sets = mem_zeroed(own + fit->parameter_count, sizeof *sets);
    for (size_t i = 0; i < own; i++)
        sets[i] = run->request.sets[i];
    fit->runs[at] = *run;
    fit->runs[at].request.sets = sets;
    fit->runs[at].request.set_count = own + fit->parameter_count;
    fit->runs[at].alltoall.sets = sets;
    fit->runs[at].alltoall.set_count = own + fit->parameter_count;
    fit->trial[at].published = published;
}

static int collect(struct platform_fit *fit, struct published_case *const *cases, size_t count,
                   struct diag *diag)
{
    for (size_t c = 0; c < count; c++)
        for (size_t r = 0; r < cases[c]->run_count; r++)
            if (has_figures(fit, &cases[c]->runs[r]))
                add_run(fit, cases[c], &cases[c]->runs[r]);
    for (size_t r = 0; r < fit->run_count; r++)
        fit->trial[r].run = &fit->runs[r];
    return fit->run_count
               ? 0
               : diag_say(diag, "no figure of the cases belongs to the fit %s", fit->name);
}

int platform_fit_load(const char *word, struct published_case *const *cases, size_t count,
                      struct diag *diag, struct platform_fit *ret)
{
    struct platform_fit fit = {0};
    int r = json_load_data("analysis/fits", "platform fit", word, diag, &fit.doc);
    if (r < 0)
        return r;
    r = platform_fit_read(fit.doc, diag, &fit);
    if (r == 0)
        r = collect(&fit, cases, count, diag);
    if (r < 0)
        platform_fit_done(&fit);
    else
        *ret = fit;
    return r;
}

void platform_fit_done(struct platform_fit *fit)
{
    for (size_t r = 0; r < fit->run_count; r++)
        free((void *)(size_t)fit->runs[r].request.sets);
    free(fit->runs);
    free(fit->trial);
    json_free(fit->doc);
    *fit = (struct platform_fit){0};
}

/* The figures at the parameters last asked for: GSL asks for one after another, a play tells them
 * all. */
struct plays {
    struct platform_fit *fit;
    size_t processes;
    struct diag *diag;
    double at[FIT_PARAMETERS_MAX];
    struct verdict *verdicts;
    size_t verdict_count;
    size_t *observed; /* positions of the fit's figures in verdicts */
    size_t count;
    double tolerance_ratio; /* the widest of theirs */
};

static void set_parameters(struct platform_fit *fit, const double *values, char **texts)
{
    for (size_t p = 0; p < fit->parameter_count; p++) {
        texts[p] = mem_format("%s=%.17g", fit->parameters[p].pointer, values[p]);
        for (size_t r = 0; r < fit->run_count; r++) {
            struct study_request *request = &fit->runs[r].request;
            ((const char **)(size_t)request->sets)[request->set_count - fit->parameter_count + p] =
                texts[p];
        }
    }
}

static int play_at(struct plays *plays, const double *values)
{
    struct platform_fit *fit = plays->fit;
    char *texts[FIT_PARAMETERS_MAX];
    set_parameters(fit, values, texts);
    free(plays->verdicts);
    plays->verdicts = NULL;
    int r = validate_runs(fit->trial, fit->run_count, plays->processes, plays->diag,
                          &plays->verdicts, &plays->verdict_count);
    for (size_t p = 0; p < fit->parameter_count; p++) {
        free(texts[p]);
        plays->at[p] = values[p];
    }
    return r;
}

static double predicted(const double *parameters, size_t i, const void *context)
{
    struct plays *plays = (struct plays *)(size_t)context;
    size_t bytes = plays->fit->parameter_count * sizeof *parameters;
    if ((!plays->verdicts || memcmp(parameters, plays->at, bytes) != 0) &&
        play_at(plays, parameters) < 0)
        return NAN;
    return plays->verdicts[plays->observed[i]].predicted;
}

/* Where the fit's figures stand among the verdicts of its runs. */
static double *observe(struct plays *plays)
{
    const struct platform_fit *fit = plays->fit;
    double *published = NULL;
    size_t at = 0;
    for (size_t r = 0; r < fit->run_count; r++)
        for (size_t f = 0; f < fit->runs[r].figure_count; f++, at++) {
            if (!is_of(fit, &fit->runs[r].figures[f]))
                continue;
            plays->observed = mem_resized(plays->observed, plays->count + 1, sizeof(size_t));
            published = mem_resized(published, plays->count + 1, sizeof *published);
            published[plays->count] = fit->runs[r].figures[f].published;
            plays->tolerance_ratio =
                fmax(plays->tolerance_ratio, fit->runs[r].figures[f].tolerance_ratio);
            plays->observed[plays->count++] = at;
        }
    return published;
}

int platform_fit_solve(struct platform_fit *fit, size_t processes, struct diag *diag,
                       struct platform_solution *ret)
{
    struct plays plays = {.fit = fit, .processes = processes, .diag = diag};
    double *published = observe(&plays), values[FIT_PARAMETERS_MAX];
    struct fit_problem problem = {.parameters = fit->parameter_count,
                                  .observations = plays.count,
                                  .measured = published,
                                  .model = predicted,
                                  .context = &plays,
                                  .exact_error_ratio = plays.tolerance_ratio,
                                  .difference = DIFFERENCE};
    for (size_t p = 0; p < fit->parameter_count; p++) {
        problem.start[p] = fit->parameters[p].start;
        problem.low[p] = fit->parameters[p].low;
        problem.high[p] = fit->parameters[p].high;
    }
    int r = fit_solve(&problem, diag, &ret->solution);
    if (r == 0) {
        for (size_t p = 0; p < fit->parameter_count; p++)
            values[p] = ret->solution.parameters[p].value;
        r = play_at(&plays, values);
        if (r < 0)
            fit_solution_done(&ret->solution);
    }
    ret->tolerance_ratio = plays.tolerance_ratio;
    ret->verdicts = r == 0 ? plays.verdicts : NULL;
    ret->verdict_count = r == 0 ? plays.verdict_count : 0;
    if (r < 0)
        free(plays.verdicts);
    free(plays.observed);
    free(published);
    return r;
}

void platform_solution_done(struct platform_solution *solution)
{
    fit_solution_done(&solution->solution);
    free(solution->verdicts);
    *solution = (struct platform_solution){0};
}

double platform_value_in(const struct platform_fit *fit, size_t run, size_t parameter)
{
    const struct study_request *request = &fit->runs[run].request;
    const char *pointer = fit->parameters[parameter].pointer;
    size_t length = strlen(pointer), own = request->set_count - fit->parameter_count;
    double value = NAN;
    for (size_t i = 0; i < own; i++)
        if (strncmp(request->sets[i], pointer, length) == 0 && request->sets[i][length] == '=')
            json_set_number(pointer, request->sets[i] + length + 1, &value);
    return value;
}
