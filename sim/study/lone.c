#include "sim/study/lone.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"
#include "sim/study/study_private.h"

/* A study without model, GPU and schedules: what the playground needs of one. Nothing computes, so
 * how many SMs a GPU has is of no effect. */
struct lone {
    struct study study;
    struct playground *ground;
};

static int add_algorithm(struct lone *lone, const struct lone_request *request,
                         const char *algorithm, struct diag *diag)
{
    struct study *study = &lone->study;
    struct wiring wiring = {.algorithm = algorithm,
                            .ep = study->ep,
                            .flows_max = STUDY_FLOWS_MAX,
                            .aggregate = topology_slowest_ratio(study->topology) == 1,
                            .fold = request->fold == FOLD_ALWAYS ||
                                    (request->fold == FOLD_AUTO && study->ranks >= FOLD_RANKS_MIN)};
    if (a2a_algorithm_counts_tokens(algorithm)) {
        wiring.experts = request->experts;
        wiring.top_k = request->top_k;
    }
    const struct flow_set *flows;
    int r = library_flows(study->library, study->topology, &wiring, diag, &flows);
    if (r < 0)
        return r;
    study->programs[study->program_count] = (struct program){
        .algorithm = algorithm,
        .costs = a2a_costs_of(algorithm, study->topology, study->ep, /* sm_count= */ 1)};
    study->wired = mem_resized(study->wired, study->wired_count + 1, sizeof *study->wired);
    study->wired[study->wired_count++] =
        (struct wired_program){study->program_count++, request->top_k, flows, flows};
    return 0;
}

static int add_algorithms(struct lone *lone, const struct lone_request *request, struct diag *diag)
{
    const struct topology *topology = lone->study.topology;
    const char *wanted = topology->all_to_all.algorithm;
    if (strcmp(wanted, A2A_AUTO) != 0)
        return add_algorithm(lone, request, wanted, diag);
    int r = 0;
    for (size_t i = 0; a2a_algorithm_names[i] && r == 0; i++)
        if (a2a_algorithm_usual(a2a_algorithm_names[i], topology, lone->study.ep, INFINITY))
            r = add_algorithm(lone, request, a2a_algorithm_names[i], diag);
    return r;
}

static int load(struct lone *lone, const struct lone_request *request, struct diag *diag)
{
    struct study *study = &lone->study;
    struct edits edits = {request->sets, request->set_count};
    int r = library_topology(study->library, request->topology, &edits, diag, &study->topology);
    if (r < 0)
        return r;
    study->ranks = topology_ranks(study->topology);
    study->ep = request->ep ? request->ep : study->ranks;
    r = add_algorithms(lone, request, diag);
    if (r < 0)
        return r;
    study->router = library_router(study->library, study->topology, study->programs[0].algorithm);
    return playground_open(study, diag, &lone->ground);
}

int lone_open(const struct lone_request *request, struct diag *diag, struct lone **ret)
{
    struct lone *lone = mem_zeroed(1, sizeof *lone);
    lone->study.library = library_new();
    int r = load(lone, request, diag);
    if (r < 0)
        lone_close(lone);
    else
        *ret = lone;
    return r;
}

/* Seconds until the last rank is done. */
static int play_job(struct lone *lone, const struct engine_job *job, struct diag *diag,
                    double *ret_s)
{
    struct timeline *timeline;
    int r = job->dispatch->fold ? engine_play_folded(job, diag, &timeline)
                                : engine_play(lone->ground->engine, job, diag, &timeline);
    if (r < 0)
        return r;
    *ret_s = timeline->end_s;
    timeline_free(timeline);
    return 0;
}

static int play_program(struct lone *lone, size_t program, double bytes, struct diag *diag,
                        struct lone_outcome *ret)
{
    struct study *study = &lone->study;
    const struct flow_set *flows = study->wired[program].flows;
    char name[] = "alone", queue[] = "communication", *queues[] = {queue};
    struct plan_operator op = {.name = name, .kind = OPERATOR_DISPATCH, .comm_bytes = bytes};
    struct plan plan = {.schedule = name,
                        .ranks = study->ranks,
                        .ep = study->ep,
                        .queues = queues,
                        .queue_count = 1,
                        .operators = &op,
                        .operator_count = 1,
                        .chunks = 1};
    double *nothing = mem_zeroed(study->ranks, sizeof *nothing);
    struct engine_job job = {.plan = &plan,
                             .compute_s = nothing,
                             .dispatch = flows,
                             .combine = flows,
                             .a2a_setup_s = study->programs[program].costs.setup_s,
                             .a2a_floor_s = study->programs[program].costs.floor_s};
    if (study_has_many(study, flows))
        study_share_links(study, true, &job);
    double time_s;
    int r = play_job(lone, &job, diag, &time_s);
    free(nothing);
    if (r == 0)
        *ret = (struct lone_outcome){
            .algorithm = study->programs[program].algorithm,
            .time_s = time_s,
            .bound_s = a2a_bound_s(&flows->bound, bytes),
            .simulated_ranks = flows->fold ? flows->fold->orbit_count : study->ranks,
            .why_whole = flows->fold_why,
        };
    return r;
}

int lone_play(struct lone *lone, double bytes, struct diag *diag, struct lone_outcome *ret)
{
    struct lone_outcome best = {.time_s = INFINITY}, outcome;
    for (size_t p = 0; p < lone->study.program_count; p++) {
        int r = play_program(lone, p, bytes, diag, &outcome);
        if (r < 0)
            return r;
        if (outcome.time_s < best.time_s)
            best = outcome;
    }
    *ret = best;
    return 0;
}

size_t lone_group(const struct lone *lone)
{
    return lone->study.ep;
}

size_t lone_ranks(const struct lone *lone)
{
    return lone->study.ranks;
}

void lone_close(struct lone *lone)
{
    if (!lone)
        return;
    playground_close(lone->ground);
    free(lone->study.wired);
    library_free(lone->study.library);
    free(lone);
}
