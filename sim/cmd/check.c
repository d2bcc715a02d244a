/* scmoesim check: everything that is wrong with input files. */
#include <stdlib.h>
#include "sim/fit/platform_fit.h"
#include "sim/accuracy/replays.h"
#include "sim/base/csv.h"
#include "sim/base/json.h"
#include "sim/topology/topology.h"
#include "sim/cmd/study_options.h"
#include "sim/cost/cost.h"
#include "sim/tokens/routing.h"
#include "sim/model/gpu.h"
#include "sim/model/gpu_links.h"
#include "sim/model/model.h"
#include "sim/schedule/schedule.h"
#include "sim/sweep/sweep.h"
#include "sim/validate/case.h"

static int check_model(const struct json *doc, struct diag *diag)
{
    struct model *model = NULL;
    int r = model_read(doc, diag, &model);
    model_free(model);
    return r;
}

static int check_gpu(const struct json *doc, struct diag *diag)
{
    struct gpu *gpu = NULL;
    int r = gpu_read(doc, diag, &gpu);
    gpu_free(gpu);
    return r | gpu_links_check(doc, diag);
}

static int check_link(const struct json *doc, struct diag *diag)
{
    struct link_figures figures = {0};
    int r = link_figures_read(doc, diag, &figures);
    link_figures_done(&figures);
    return r;
}

static int check_all_to_all(const struct json *doc, struct diag *diag)
{
    struct a2a_figures figures = {0};
    int r = a2a_figures_read(doc, diag, &figures);
    a2a_figures_done(&figures);
    return r;
}

static int check_topology(const struct json *doc, struct diag *diag)
{
    struct topology *topology = NULL;
    int r = topology_read(doc, diag, &topology);
    if (r == 0)
        r = a2a_algorithm_known(doc, diag);
    topology_free(topology);
    return r;
}

static int check_schedule(const struct json *doc, struct diag *diag)
{
    struct schedule *schedule = NULL;
    struct library *library = library_new();
    const struct schedule *ignored;
    int r = schedule_read(doc, diag, &schedule);
    if (r == 0)
        r = library_stand_in(library, schedule, diag, &ignored);
    library_free(library);
    schedule_free(schedule);
    return r;
}

/* Whether what a run of a published case names is there. */
static int check_run(const struct published_run *run, struct library *library, struct diag *diag)
{
    struct study_request request = run->request;
    struct study *study = NULL;
    const struct topology *topology;
    struct edits edits = {run->alltoall.sets, run->alltoall.set_count};
    if (run->is_alltoall)
        return library_topology(library, run->alltoall.topology, &edits, diag, &topology);
    request.library = library;
    int r = study_load(&request, diag, &study);
    study_free(study);
    return r;
}

/* Paths in a case begin at its folder. */
static int check_case(const struct json *doc, struct diag *diag)
{
    struct published_case *published;
    struct jcur root = json_root(doc, diag);
    int r = published_case_read(json_copy(doc), diag, &published);
    if (r < 0)
        return r;
    struct library *library = library_new();
    for (size_t i = 0; i < published->run_count; i++) {
        struct diag own = {0};
        if (check_run(&published->runs[i], library, &own) < 0)
            r = -1;
        for (size_t m = 0; m < own.count; m++)
            diag_say(diag, "%s: run %s: %s", root.file, published->runs[i].name, own.messages[m]);
        diag_done(&own);
    }
    library_free(library);
    published_case_free(published);
    return r;
}

static int check_plan(const struct json *doc, struct diag *diag)
{
    struct plan *plan = NULL;
    int r = plan_read(doc, diag, &plan);
    plan_free(plan);
    return r;
}

static int check_timeline(const struct json *doc, struct diag *diag)
{
    bool predicted;
    struct replay replay;
    int r = replay_read_timeline(doc, diag, &predicted, &replay);
    if (r == 0)
        replay_done(&replay);
    return r;
}

static int check_platform_fit(const struct json *doc, struct diag *diag)
{
    struct platform_fit fit = {0};
    return platform_fit_read(doc, diag, &fit);
}

/* Its words as well: a sweep of which no point could be played is none. */
static int check_sweep(const struct json *doc, struct diag *diag)
{
    struct study_request base;
    struct sweep sweep;
    study_options_request(&base);
    int r = sweep_read(doc, &base, diag, &sweep);
    if (r < 0)
        return r;
    struct library *library = library_new();
    r = sweep_try(&sweep, library, diag);
    library_free(library);
    sweep_done(&sweep);
    return r;
}

static const struct {
    const char *schema;
    int (*check)(const struct json *doc, struct diag *diag);
} kinds[] = {
    {"scmoesim/model/1", check_model},
    {"scmoesim/gpu/1", check_gpu},
    {"scmoesim/link/1", check_link},
    {"scmoesim/all-to-all/1", check_all_to_all},
    {"scmoesim/shorthand/1", shorthand_defaults_check},
    {"scmoesim/topology/1", check_topology},
    {"scmoesim/schedule/1", check_schedule},
    {"scmoesim/sweep/1", check_sweep},
    {"scmoesim/plan/2", check_plan},
    {"scmoesim/plan/1", check_plan},
    {"scmoesim/timeline/1", check_timeline},
    {"scmoesim/case/1", check_case},
    {"scmoesim/platform-fit/1", check_platform_fit},
};

#define KIND_COUNT (sizeof kinds / sizeof *kinds)

static int check_json(const char *path, struct diag *diag)
{
    const char *words[KIND_COUNT + 1] = {NULL};
    struct json *doc;
    int r = json_load(path, diag, &doc);
    if (r < 0)
        return r;
    for (size_t i = 0; i < KIND_COUNT; i++)
        words[i] = kinds[i].schema;
    struct jcur root = json_root(doc, diag), schema;
    size_t kind = 0;
    r = jcur_object(&root);
    if (r == 0)
        r = jcur_member(&root, "schema", &schema);
    if (r == 0)
        r = jcur_word(&schema, words, &kind);
    if (r == 0)
        r = kinds[kind].check(doc, diag);
    json_free(doc);
    return r;
}

static int check_costs(const char *path, struct diag *diag)
{
    struct cost_table *table = NULL;
    int r = cost_table_load(&(struct cost_file){.name = path}, 1, diag, &table);
    cost_table_free(table);
    return r;
}

static int check_loads(const char *path, struct diag *diag)
{
    struct recorded_loads loads = {0};
    int r = recorded_loads_read(path, diag, &loads);
    recorded_loads_done(&loads);
    return r;
}

static int check_replays(const char *path, struct diag *diag)
{
    struct replay_set set = {0};
    int r = replays_read_csv(path, diag, &set);
    replays_done(&set);
    return r;
}

/* A table names no schema: a column that only tables of its kind have tells them apart. */
static const struct {
    const char *column;
    int (*check)(const char *path, struct diag *diag);
} tables[] = {{"expert", check_loads}, {"plan", check_replays}};

static int check_csv(const char *path, struct diag *diag)
{
    int (*check_table)(const char *path, struct diag *diag) = check_costs;
    struct csv *csv;
    int r = csv_load(path, diag, &csv);
    if (r < 0)
        return r;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (csv_column(csv, tables[i].column) != CSV_NO_COLUMN)
            check_table = tables[i].check;
    csv_free(csv);
    return check_table(path, diag);
}

static int check(const struct command *me, int argc, char *argv[])
{
    const char *const *rest;
    size_t count;
    int code = read_options(me, NULL, argc, argv, &rest, &count);
    if (code >= 0)
        return code;
    if (count == 0)
        return usage_error(me, "expected at least one FILE");
    code = EXIT_FINE;
    for (size_t i = 0; i < count; i++) {
        struct diag diag = {0};
        bool csv = text_ends_with(rest[i], ".csv");
        if ((csv ? check_csv : check_json)(rest[i], &diag) < 0)
            code = input_error(&diag);
        else
            printf("%s: fine\n", rest[i]);
    }
    return code;
}

const struct command check_command = {"check", "FILE...", "report all problems of input files",
                                      "Example:\n  scmoesim check my-model.json my-costs.csv\n",
                                      check};
