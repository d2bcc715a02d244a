#include "sim/validate/case.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/file.h"
#include "sim/base/mem.h"

static const char schema[] = "scmoesim/case/1";

#define RUNS_MAX 100
#define FIGURES_MAX 1000
/* A published figure that is met within less needs no tolerance, one that misses by more no validation. */
#define TOLERANCE_MAX 1.0

const char *const figure_role_names[] = {"prediction", "fit", "reading", NULL};
const char *const figure_form_names[] = {"value", "ratio", "speedup", NULL};

static int read_metric(const struct jcur *at, const struct result_column **ret)
{
    const char *words[64] = {NULL};
    const struct result_column *columns[64];
    struct jcur member;
    size_t count = 0, which;
    for (size_t i = 0; result_column_table[i].name && count < 63; i++)
        if (result_column_table[i].cell == CELL_NUMBER || result_column_table[i].cell == CELL_COUNT) {
            columns[count] = &result_column_table[i];
            words[count++] = result_column_table[i].name;
        }
    int r = jcur_member(at, "metric", &member);
    if (r == 0)
        r = jcur_word(&member, words, &which);
    if (r == 0)
        *ret = columns[which];
    return r;
}

static int read_word_or(const struct jcur *at, const char *key, const char *const *words, size_t *ret)
{
    struct jcur member;
    return jcur_has(at, key, &member) ? jcur_word(&member, words, ret) : 0;
}

/* The form's and the role's companions are there exactly where they mean something. */
static int check_companions(const struct jcur *at, const struct figure *figure)
{
    struct jcur member;
    int r = 0;
    if ((figure->form != FIGURE_VALUE) != (figure->over != NULL))
        r |= figure->over ? jcur_error(at, "\"over\" belongs to a \"ratio\" or a \"speedup\"")
                          : jcur_error(at, "a %s needs \"over\", the schedule that it refers to",
                                       figure_form_names[figure->form]);
    if ((figure->role == FIGURE_FIT) != (figure->fit != NULL))
        r |= figure->fit ? jcur_error(at, "\"fit\" belongs to the role \"fit\"")
                         : jcur_error(at, "a figure that was fitted needs \"fit\", the fit's name");
    if (jcur_has(at, "times", &member) && !*figure->note)
        r |= jcur_error(at, "\"times\" needs a \"note\" that says where the factor comes from");
    return r;
}

static int read_figure(const struct jcur *at, double tolerance_ratio, struct figure *ret)
{
    static const char *const known[] = {"name",  "metric", "schedule", "over", "form",
                                        "times", "role",   "fit",      "published",
                                        "tolerance_ratio", "source", "note", NULL};
    size_t form = FIGURE_VALUE, role = FIGURE_PREDICTION;
    int r = jcur_object(at);
    if (r < 0)
        return r;
    r |= jcur_only(at, known);
    r |= jget_string(at, "name", &ret->name);
    r |= jget_string_or(at, "source", "", &ret->source);
    r |= jget_string_or(at, "note", "", &ret->note);
    r |= jget_string(at, "schedule", &ret->schedule);
    r |= jget_string_or(at, "over", NULL, &ret->over);
    r |= jget_string_or(at, "fit", NULL, &ret->fit);
    r |= read_metric(at, &ret->metric);
    r |= read_word_or(at, "form", figure_form_names, &form);
    r |= read_word_or(at, "role", figure_role_names, &role);
    r |= jget_positive(at, "published", &ret->published);
    ret->times = 1;
    struct jcur times;
    if (jcur_has(at, "times", &times))
        r |= jcur_positive(&times, &ret->times);
    r |= jget_between_or(at, "tolerance_ratio", 0, TOLERANCE_MAX, tolerance_ratio,
                         &ret->tolerance_ratio);
    ret->form = (enum figure_form)form;
    ret->role = (enum figure_role)role;
    return r ? -EINVAL : check_companions(at, ret);
}

static int read_figures(const struct jcur *run, double tolerance_ratio, struct published_run *ret)
{
    struct jcur list;
    int r = jcur_member(run, "figures", &list);
    if (r == 0)
        r = jcur_array(&list, 1, FIGURES_MAX, &ret->figure_count);
    if (r < 0)
        return r;
    ret->figures = mem_zeroed(ret->figure_count, sizeof *ret->figures);
    for (size_t i = 0; i < ret->figure_count; i++) {
        struct jcur figure;
        jcur_element(&list, i, &figure);
        r |= read_figure(&figure, tolerance_ratio, &ret->figures[i]);
    }
    return r ? -EINVAL : 0;
}

/* Words that are paths begin at the case's folder, so that a case and its files move together. */
static const char *placed(const char *folder, const char *word, struct request_words *words)
{
    size_t length = word ? strlen(word) : 0;
    bool path = length > 0 && word[0] != '/' &&
                (strncmp(word, "./", 2) == 0 || strncmp(word, "../", 3) == 0 ||
                 (length > 4 && strcmp(word + length - 4, ".csv") == 0));
    return path ? request_own(words, mem_format("%s/%s", folder, word)) : word;
}

static void place_words(const char *folder, struct published_run *run)
{
    struct study_request *request = &run->request;
    request->model = placed(folder, request->model, &run->words);
    request->topology = placed(folder, request->topology, &run->words);
    request->costs = placed(folder, request->costs, &run->words);
    for (size_t i = 0; i < request->schedule_count; i++)
        run->words.schedules[i] = placed(folder, run->words.schedules[i], &run->words);
}

static int read_run(const struct jcur *at, const char *folder, double tolerance_ratio,
                    struct published_run *ret)
{
    static const char *const known[] = {"name", "study", "figures", NULL};
    struct jcur study, member;
    int r = jcur_object(at);
    if (r < 0)
        return r;
    r |= jcur_only(at, known);
    r |= jget_string(at, "name", &ret->name);
    r |= read_figures(at, tolerance_ratio, ret);
    if (jcur_member(at, "study", &study) < 0)
        return -EINVAL;
    ret->request.baseline = "top2";
    r |= request_read(&study, &ret->words, &ret->request);
    static const char *const needed[] = {"model", "topology", "schedules"};
    for (size_t i = 0; r == 0 && i < sizeof needed / sizeof *needed; i++)
        r |= jcur_member(&study, needed[i], &member);
    if (r == 0)
        place_words(folder, ret);
    return r ? -EINVAL : 0;
}

static int read_case(const struct jcur *root, struct published_case *ret)
{
    static const char *const known[] = {"schema", "name", "summary", "source", "tolerance_ratio",
                                        "runs", NULL};
    struct jcur runs;
    double tolerance_ratio = 0;
    int r = jcur_object(root), there;
    if (r == 0)
        r = jget_schema(root, schema);
    if (r < 0)
        return r;
    r |= jcur_only(root, known);
    r |= jget_string(root, "name", &ret->name);
    r |= jget_string(root, "summary", &ret->summary);
    r |= jget_string(root, "source", &ret->source);
    r |= jget_between(root, "tolerance_ratio", 0, TOLERANCE_MAX, &tolerance_ratio);
    there = jcur_member(root, "runs", &runs);
    if (there == 0)
        there = jcur_array(&runs, 1, RUNS_MAX, &ret->run_count);
    if (there < 0)
        return there;
    ret->runs = mem_zeroed(ret->run_count, sizeof *ret->runs);
    for (size_t i = 0; i < ret->run_count; i++) {
        struct jcur run;
        jcur_element(&runs, i, &run);
        r |= read_run(&run, ret->folder, tolerance_ratio, &ret->runs[i]);
    }
    return r ? -EINVAL : 0;
}

int published_case_read(struct json *owned_doc, const char *folder, struct diag *diag,
                        struct published_case **ret)
{
    struct published_case *published = mem_zeroed(1, sizeof *published);
    published->doc = owned_doc;
    published->folder = mem_copy_string(folder);
    struct jcur root = json_root(owned_doc, diag);
    int r = read_case(&root, published);
    if (r < 0)
        published_case_free(published);
    else
        *ret = published;
    return r;
}

int published_case_load(const char *word, struct diag *diag, struct published_case **ret)
{
    char *file;
    struct json *doc;
    int r = data_find("traces/published", "published case", word, diag, &file);
    if (r < 0)
        return r;
    r = json_load(file, diag, &doc);
    if (r == 0) {
        char *slash = strrchr(file, '/');
        char *folder = slash ? mem_format("%.*s", (int)(slash - file), file) : mem_copy_string(".");
        r = published_case_read(doc, folder, diag, ret);
        free(folder);
    }
    free(file);
    return r;
}

void published_case_free(struct published_case *published)
{
    if (!published)
        return;
    for (size_t i = 0; published->runs && i < published->run_count; i++) {
        request_words_done(&published->runs[i].words);
        free(published->runs[i].figures);
    }
    free(published->runs);
    free(published->folder);
    json_free(published->doc);
    free(published);
}

/* The metric of a schedule's result. */
static int read_result(const struct figure *figure, const char *schedule,
                       const struct result *results, size_t count, struct diag *diag, double *ret)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(results[i].schedule, schedule) != 0)
            continue;
        double value = result_number(&results[i], figure->metric);
        if (value > 0)
            *ret = value;
        return value > 0 ? 0
                         : diag_say(diag, "figure \"%s\": %s of %s is not above 0", figure->name,
                                    figure->metric->name, schedule);
    }
    return diag_say(diag, "figure \"%s\": schedule %s is not among the run's", figure->name, schedule);
}

int figure_predict(const struct figure *figure, const struct result *results, size_t count,
                   struct diag *diag, double *ret)
{
    double value, over = 1;
    int r = read_result(figure, figure->schedule, results, count, diag, &value);
    if (r == 0 && figure->over)
        r = read_result(figure, figure->over, results, count, diag, &over);
    if (r < 0)
        return r;
    *ret = figure->times * (figure->form == FIGURE_SPEEDUP ? over / value : value / over);
    return 0;
}
