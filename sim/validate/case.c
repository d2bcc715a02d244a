#include "sim/validate/case.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/file.h"
#include "sim/base/mem.h"

static const char schema[] = "scmoesim/case/1";

#define RUNS_MAX 100
#define FIGURES_MAX 1000
/* A published figure that is met within less needs no tolerance, one that misses by more no
 * validation. */
#define TOLERANCE_MAX 1.0

const char *const figure_role_names[] = {"prediction", "fit", "reading", NULL};
const char *const figure_form_names[] = {"value", "ratio", "speedup", NULL};

const char *const alltoall_metric_names[] = {"time_s", "algbw_bytes_per_s", "busbw_bytes_per_s",
                                             NULL};

static int read_column(const struct jcur *at, const char *key, const struct result_column **ret)
{
    const char *words[64] = {NULL};
    const struct result_column *columns[64];
    struct jcur member;
    size_t count = 0, which;
    for (size_t i = 0; result_column_table[i].name && count < 63; i++)
        if (result_column_table[i].cell == CELL_NUMBER ||
            result_column_table[i].cell == CELL_COUNT) {
            columns[count] = &result_column_table[i];
            words[count++] = result_column_table[i].name;
        }
    int r = jcur_member(at, key, &member);
    if (r == 0)
        r = jcur_word(&member, words, &which);
    if (r == 0)
        *ret = columns[which];
    return r;
}

static int read_metrics(const struct jcur *at, struct figure *ret)
{
    struct jcur member;
    int r = read_column(at, "metric", &ret->column);
    if (r == 0)
        ret->metric = ret->column->name;
    if (jcur_has(at, "over_metric", &member))
        r |= read_column(at, "over_metric", &ret->over_column);
    return r;
}

static int read_word_or(const struct jcur *at, const char *key, const char *const *words,
                        size_t *ret)
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
    if (figure->over_column && figure->form != FIGURE_RATIO)
        r |= jcur_error(at, "\"over_metric\" belongs to a \"ratio\"");
    if ((figure->role == FIGURE_FIT) != (figure->fit != NULL))
        r |= figure->fit ? jcur_error(at, "\"fit\" belongs to the role \"fit\"")
                         : jcur_error(at, "a figure that was fitted needs \"fit\", the fit's name");
    if (figure->role == FIGURE_FIT && figure_is_range(figure))
        r |= jcur_error(at, "a fit needs a figure that is \"published\", not a range");
    if (jcur_has(at, "times", &member) && !*figure->note)
        r |= jcur_error(at, "\"times\" needs a \"note\" that says where the factor comes from");
    if (figure->unit && (figure->times == 1 || figure->form != FIGURE_VALUE))
        r |= jcur_error(at, "\"unit\" belongs to a value that \"times\" makes something else of");
    return r;
}

/* "published", or a range that is open at one end at most. */
static int read_value(const struct jcur *at, struct figure *ret)
{
    struct jcur member;
    bool low = jcur_has(at, "at_least", &member), high = jcur_has(at, "at_most", &member);
    if (!low && !high) {
        int r = jget_positive(at, "published", &ret->published);
        ret->at_least = ret->at_most = ret->published;
        return r;
    }
    int r = 0;
    ret->published = NAN;
    ret->at_least = 0;
    ret->at_most = INFINITY;
    if (jcur_has(at, "published", &member))
        r |= jcur_error(at, "expected \"published\" or a range, got both");
    if (low)
        r |= jget_positive(at, "at_least", &ret->at_least);
    if (high)
        r |= jget_positive(at, "at_most", &ret->at_most);
    if (r == 0 && ret->at_least >= ret->at_most)
        r = jcur_error(at, "\"at_least\" must be below \"at_most\"");
    return r;
}

/* What figures of both sorts have. */
static int read_published(const struct jcur *at, double tolerance_ratio, struct figure *ret)
{
    size_t role = FIGURE_PREDICTION;
    struct jcur times;
    int r = jget_string(at, "name", &ret->name);
    r |= jget_string_or(at, "source", "", &ret->source);
    r |= jget_string_or(at, "note", "", &ret->note);
    r |= jget_string_or(at, "fit", NULL, &ret->fit);
    r |= read_word_or(at, "role", figure_role_names, &role);
    r |= read_value(at, ret);
    ret->times = 1;
    if (jcur_has(at, "times", &times))
        r |= jcur_positive(&times, &ret->times);
    r |= jget_between_or(at, "tolerance_ratio", 0, TOLERANCE_MAX, tolerance_ratio,
                         &ret->tolerance_ratio);
    ret->role = (enum figure_role)role;
    return r;
}

/* What a study's figure has besides. */
static int read_of_study(const struct jcur *at, struct figure *ret)
{
    size_t form = FIGURE_VALUE;
    int r = jget_string_or(at, "unit", NULL, &ret->unit);
    r |= jget_string(at, "schedule", &ret->schedule);
    r |= jget_string_or(at, "over", NULL, &ret->over);
    r |= read_metrics(at, ret);
    r |= read_word_or(at, "form", figure_form_names, &form);
    ret->form = (enum figure_form)form;
    return r;
}

/* And what a lone All-to-All's. */
static int read_of_alltoall(const struct jcur *at, struct figure *ret)
{
    struct jcur member;
    size_t which = 0;
    int r = jget_positive(at, "bytes", &ret->bytes);
    r |= jcur_member(at, "metric", &member) || jcur_word(&member, alltoall_metric_names, &which);
    ret->metric = alltoall_metric_names[which];
    return r;
}

static int read_figure(const struct jcur *at, bool is_alltoall, double tolerance_ratio,
                       struct figure *ret)
{
    static const char *const of_study[] = {
        "name", "metric", "schedule",  "over",     "form",    "over_metric",     "times",
        "role", "fit",    "published", "at_least", "at_most", "tolerance_ratio", "source",
        "note", "unit",   NULL};
    static const char *const of_alltoall[] = {
        "name",     "metric",  "bytes",           "times",  "role", "fit", "published",
        "at_least", "at_most", "tolerance_ratio", "source", "note", NULL};
    int r = jcur_object(at);
    if (r < 0)
        return r;
    r |= jcur_only(at, is_alltoall ? of_alltoall : of_study);
    r |= (is_alltoall ? read_of_alltoall : read_of_study)(at, ret);
    r |= read_published(at, tolerance_ratio, ret);
    return r ? -EINVAL : check_companions(at, ret);
}

static int read_figures(const struct jcur *run, double tolerance_ratio, struct published_run *ret)
{
    struct jcur list;
    int r = jget_array(run, "figures", 1, FIGURES_MAX, &list, &ret->figure_count);
    if (r < 0)
        return r;
    ret->figures = mem_zeroed(ret->figure_count, sizeof *ret->figures);
    for (size_t i = 0; i < ret->figure_count; i++) {
        struct jcur figure = jcur_element(&list, i);
        r |= read_figure(&figure, ret->is_alltoall, tolerance_ratio, &ret->figures[i]);
    }
    return r ? -EINVAL : 0;
}

/* Words that are paths begin at the case's folder, so that a case and its files move together. */
static const char *placed(const char *folder, const char *word, struct request_words *words)
{
    bool path = word && word[0] != '/' &&
                (strncmp(word, "./", 2) == 0 || strncmp(word, "../", 3) == 0 ||
                 text_ends_with(word, ".csv"));
    return path ? request_own(words, mem_format("%s/%s", folder, word)) : word;
}

static void place_words(const char *folder, struct published_run *run)
{
    struct study_request *request = &run->request;
    request->model = placed(folder, request->model, &run->words);
    request->topology = placed(folder, request->topology, &run->words);
    for (size_t i = 0; request->costs && request->costs[i]; i++)
        run->words.costs[i] = placed(folder, run->words.costs[i], &run->words);
    for (size_t i = 0; i < request->schedule_count; i++)
        run->words.schedules[i] = placed(folder, run->words.schedules[i], &run->words);
}

static int read_study(const struct jcur *at, const char *folder, struct published_run *ret)
{
    static const char *const needed[] = {"model", "topology", "schedules"};
    struct jcur member;
    ret->request.baseline = "top2";
    int r = request_read(at, &ret->words, &ret->request);
    for (size_t i = 0; r == 0 && i < sizeof needed / sizeof *needed; i++)
        r |= jcur_member(at, needed[i], &member);
    if (r == 0)
        place_words(folder, ret);
    return r;
}

static int read_lone(const struct jcur *at, const char *folder, struct published_run *ret)
{
    struct alltoall_request *alone = &ret->alltoall;
    struct jcur set;
    int r = jcur_object(at);
    if (r < 0)
        return r;
    r |= jcur_members(at, "topology,ep,experts,top_k,set");
    r |= jget_string(at, "topology", &alone->topology);
    r |= jget_count_or(at, "ep", 1, 1000000000, 0, &alone->ep);
    r |= jget_count_or(at, "experts", 1, 65536, 0, &alone->experts);
    r |= jget_count_or(at, "top_k", 1, 64, 0, &alone->top_k);
    if (jcur_has(at, "set", &set))
        r |= request_sets(&set, &ret->words, &ret->request);
    if (r)
        return -EINVAL;
    alone->topology = placed(folder, alone->topology, &ret->words);
    alone->sets = ret->request.sets;
    alone->set_count = ret->request.set_count;
    return 0;
}

static int read_run(const struct jcur *at, const char *folder, double tolerance_ratio,
                    struct published_run *ret)
{
    struct jcur what;
    int r = jcur_object(at);
    if (r < 0)
        return r;
    r |= jcur_members(at, "name,study,all_to_all,figures");
    r |= jget_string(at, "name", &ret->name);
    ret->is_alltoall = jcur_has(at, "all_to_all", &what);
    if (ret->is_alltoall && jcur_has(at, "study", &what))
        r |= jcur_error(at, "expected \"study\" or \"all_to_all\", got both");
    r |= read_figures(at, tolerance_ratio, ret);
    if (jcur_member(at, ret->is_alltoall ? "all_to_all" : "study", &what) < 0)
        return -EINVAL;
    r |= (ret->is_alltoall ? read_lone : read_study)(&what, folder, ret);
    return r ? -EINVAL : 0;
}

static int read_case(const struct jcur *root, struct published_case *ret)
{
    struct jcur runs;
    double tolerance_ratio = 0;
    int r = jcur_object(root), there;
    if (r == 0)
        r = jget_schema(root, schema);
    if (r < 0)
        return r;
    r |= jcur_members(root, "schema,name,summary,source,tolerance_ratio,runs");
    r |= jget_string(root, "name", &ret->name);
    r |= jget_string(root, "summary", &ret->summary);
    r |= jget_string(root, "source", &ret->source);
    r |= jget_between(root, "tolerance_ratio", 0, TOLERANCE_MAX, &tolerance_ratio);
    there = jget_array(root, "runs", 1, RUNS_MAX, &runs, &ret->run_count);
    if (there < 0)
        return there;
    ret->runs = mem_zeroed(ret->run_count, sizeof *ret->runs);
    for (size_t i = 0; i < ret->run_count; i++) {
        struct jcur run = jcur_element(&runs, i);
        r |= read_run(&run, ret->folder, tolerance_ratio, &ret->runs[i]);
    }
    return r ? -EINVAL : 0;
}

int published_case_read(struct json *owned_doc, struct diag *diag, struct published_case **ret)
{
    struct published_case *published = mem_zeroed(1, sizeof *published);
    struct jcur root = json_root(owned_doc, diag);
    published->doc = owned_doc;
    published->folder = file_folder(root.file);
    int r = read_case(&root, published);
    if (r < 0)
        published_case_free(published);
    else
        *ret = published;
    return r;
}

int published_case_load(const char *word, struct diag *diag, struct published_case **ret)
{
    struct json *doc;
    int r = json_load_data("traces/published", "published case", word, diag, &doc);
    if (r < 0)
        return r;
    return published_case_read(doc, diag, ret);
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

/* ---- How a figure follows from what was played ---- */

/* A column of a schedule's result. */
static int read_result(const struct figure *figure, const struct result_column *column,
                       const char *schedule, const struct result *results, size_t count,
                       struct diag *diag, double *ret)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(results[i].schedule, schedule) != 0)
            continue;
        double value = result_number(&results[i], column);
        if (value > 0)
            *ret = value;
        return value > 0 ? 0
                         : diag_say(diag, "figure \"%s\": %s of %s is not above 0", figure->name,
                                    column->name, schedule);
    }
    return diag_say(diag, "figure \"%s\": schedule %s is not among the run's", figure->name,
                    schedule);
}

int figure_predict(const struct figure *figure, const struct result *results, size_t count,
                   struct diag *diag, double *ret)
{
    double value, over = 1;
    const struct result_column *below = figure->over_column ? figure->over_column : figure->column;
    int r = read_result(figure, figure->column, figure->schedule, results, count, diag, &value);
    if (r == 0 && figure->over)
        r = read_result(figure, below, figure->over, results, count, diag, &over);
    if (r < 0)
        return r;
    *ret = figure->times * (figure->form == FIGURE_SPEEDUP ? over / value : value / over);
    return 0;
}

bool figure_is_range(const struct figure *figure)
{
    return isnan(figure->published);
}

double figure_error_ratio(const struct figure *figure, double predicted)
{
    if (predicted < figure->at_least)
        return predicted / figure->at_least - 1;
    return predicted > figure->at_most ? predicted / figure->at_most - 1 : 0;
}

double alltoall_metric(const char *metric, double bytes, size_t group, double time_s)
{
    double algbw = bytes / time_s;
    if (strcmp(metric, "time_s") == 0)
        return time_s;
    return strcmp(metric, "algbw_bytes_per_s") == 0 ? algbw
                                                    : algbw * (double)(group - 1) / (double)group;
}
