/* Which All-to-All algorithms a study plays, and with which flows. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "sim/base/mem.h"
#include "sim/study/study_private.h"

/* The name that lasts as long as the process. */
static const char *lasting_name(const char *name)
{
    size_t i = 0;
    while (strcmp(a2a_algorithm_names[i], name) != 0)
        i++;
    return a2a_algorithm_names[i];
}

static double most_tokens(const struct model *model)
{
    double most = 0;
    for (size_t s = 0; s < model->stage_count; s++)
        if (model->stages[s].moe_every && model->stages[s].token_ratio > most)
            most = model->stages[s].token_ratio;
    return most * model->tokens_per_gpu;
}

static void add_program(struct study *study, const char *algorithm)
{
    study->programs[study->program_count++] = (struct program){
        .algorithm = lasting_name(algorithm),
        .costs = a2a_costs_of(algorithm, study->topology, study->ep, study->gpu->sm_count),
    };
}

static int choose_programs(struct study *study, struct diag *diag)
{
    const char *wanted = study->topology->all_to_all.algorithm;
    if (strcmp(wanted, A2A_AUTO) != 0) {
        add_program(study, wanted);
        return a2a_algorithm_check(wanted, study->topology, study->ep, diag);
    }
    for (size_t i = 0; a2a_algorithm_names[i]; i++)
        if (a2a_algorithm_usual(a2a_algorithm_names[i], study->topology, study->ep,
                                most_tokens(study->model)))
            add_program(study, a2a_algorithm_names[i]);
    return 0;
}

size_t study_top_k(const struct study *study, const struct schedule *schedule)
{
    return schedule->routed_top_k ? schedule->routed_top_k : study->model->top_k;
}

static struct wiring wiring_of(const struct study *study, size_t program, size_t top_k)
{
    struct wiring wiring = {.algorithm = study->programs[program].algorithm,
                            .ep = study->ep,
                            .flows_max = study->exact ? 0 : STUDY_FLOWS_MAX};
    if (a2a_algorithm_counts_tokens(wiring.algorithm)) {
        wiring.experts = study->model->experts;
        wiring.top_k = top_k;
        wiring.node_limit = study->routing->node_limit;
    }
    return wiring;
}

/* Once, of all schedules. */
static void note_why_whole(struct study *study, const struct wiring *wiring, const char *why)
{
    char *note = mem_format("All-to-All %s%s is played whole, not folded: %s", wiring->algorithm,
                            wiring->beside_rings ? " beside gradients" : "", why);
    for (size_t i = 0; i < study->note_count; i++)
        if (strcmp(study->notes[i], note) == 0) {
            free(note);
            return;
        }
    study_note(study, note);
}

static int need_flows(struct study *study, size_t program, const struct schedule *schedule,
                      bool aggregate, bool fold, struct diag *diag)
{
    size_t top_k = study_top_k(study, schedule);
    struct wiring wiring = wiring_of(study, program, top_k);
    struct wired_program wired = {.program = program, .top_k = top_k};
    if (study_flows(study, program, schedule, /* beside_rings= */ false))
        return 0;
    wiring.aggregate = aggregate;
    wiring.fold = fold;
    int r = library_flows(study->library, study->topology, &wiring, diag, &wired.flows);
    wired.beside_rings = wired.flows;
    if (r == 0 && study->rings && study->model->gradients == GRADIENTS_OVERLAPPED) {
        wiring.beside_rings = true;
        wiring.aggregate =
            false; /* a flow that stands for several would get as much as a ring's one */
        wiring.fold = wired.flows->fold != NULL;
        r = library_flows(study->library, study->topology, &wiring, diag, &wired.beside_rings);
    }
    if (r == 0 && wired.beside_rings->fold_why)
        note_why_whole(study, &wiring, wired.beside_rings->fold_why);
    if (r < 0)
        return r;
    study->wired = mem_resized(study->wired, study->wired_count + 1, sizeof *study->wired);
    study->wired[study->wired_count++] = wired;
    return 0;
}

/* SimGrid takes 1.1 s for a pair of schedules with 1,560 unequal flows (40 GPUs), a minute for two
 * with 9,120 (96 GPUs). fair.h gives the same (tests/model/test_fair.c) in 0.15 and 2 s. */
#define FLOWS_SIMGRID_MAX 500

bool study_has_many(const struct study *study, const struct flow_set *flows)
{
    return !study->exact && flows->flow_count > FLOWS_SIMGRID_MAX;
}

/* Links shared anew at each end of ten thousands of flows would take minutes for 256 GPUs, hours
 * for more. Above so many, they are shared anew at most SHARINGS_MAX times in the time of the
 * shortest All-to-All's bound; where there are very many unequal flows less often, so that 1,024
 * GPUs (190 times) take ten seconds. Equal flows end many at a time: two schedules on a dragonfly
 * of 1,024 GPUs where none stands for another take two minutes exactly, and 13 seconds so, 0.004 %
 * off. */
#define FLOWS_EXACT_MAX 2000
#define EQUAL_FLOWS_EXACT_MAX 100000
#define SHARINGS_MAX 2000
#define SHARINGS_OF_FLOWS_MAX 2e8

static double window_s(const struct engine_job *job, bool equal)
{
    double flows = (double)job->dispatch->flow_count, least_bytes = INFINITY;
    if (job->dispatch->fold || flows <= (equal ? EQUAL_FLOWS_EXACT_MAX : FLOWS_EXACT_MAX))
        return 0;
    double sharings = equal ? SHARINGS_MAX : fmin(SHARINGS_MAX, SHARINGS_OF_FLOWS_MAX / flows);
    for (size_t o = 0; o < job->plan->operator_count; o++)
        if (operator_is_all_to_all(job->plan->operators[o].kind))
            least_bytes = fmin(least_bytes, job->plan->operators[o].comm_bytes);
    return isfinite(least_bytes) ? least_bytes * job->dispatch->bound.s_per_byte / sharings : 0;
}

void study_share_links(const struct study *study, bool equal, struct engine_job *job)
{
    job->topology = study->topology;
    job->router = study->router;
    job->window_s = window_s(job, equal);
}

int study_wire(struct study *study, bool aggregate, bool fold, struct diag *diag)
{
    int r = choose_programs(study, diag); /* all staged or none */
    if (r < 0)
        return r;
    study->router = library_router(study->library, study->topology, study->programs[0].algorithm);
    study_prepare_training(study, fold);
    study->routing_text = routing_describe(study->routing);
    bool even = routing_is_even(study->routing);
    for (size_t p = 0; p < study->program_count && r == 0; p++) {
        for (size_t i = 0; i < study->candidate_count && r == 0; i++)
            r = need_flows(study, p, study->candidates[i].schedule, aggregate, fold, diag);
        struct wiring cover = wiring_of(study, p, study->model->top_k);
        if (r == 0 && !even)
            r = library_flows(study->library, study->topology, &cover, diag, &study->covers[p]);
    }
    if (fold && !even)
        study_note(study,
                   mem_format("every GPU is played under the routing, none folded: ranks send "
                              "different amounts"));
    return r;
}

const struct flow_set *study_flows(const struct study *study, size_t program,
                                   const struct schedule *schedule, bool beside_rings)
{
    size_t top_k = study_top_k(study, schedule);
    for (size_t i = 0; i < study->wired_count; i++)
        if (study->wired[i].program == program && study->wired[i].top_k == top_k)
            return beside_rings ? study->wired[i].beside_rings : study->wired[i].flows;
    return NULL;
}

/* "two-hop for top2, top3", of the schedules that a program is fastest for. Returns how many. */
static size_t list_uses(const struct study *study, const char *algorithm, struct text *to)
{
    size_t uses = 0;
    for (size_t i = 0; i < study->result_count; i++) {
        const char *used = study->results[i].a2a_algorithm;
        if (!used || strcmp(used, algorithm) != 0)
            continue;
        if (uses++ == 0)
            text_add(to, "%s for ", algorithm);
        text_add(to, "%s%s", uses > 1 ? ", " : "", study->results[i].schedule);
    }
    return uses;
}

static void describe_choices(const struct study *study, struct text *to)
{
    size_t listed = 0;
    text_add(to, "auto: ");
    for (size_t p = 0; p < study->program_count; p++) {
        struct text uses = {0};
        if (list_uses(study, study->programs[p].algorithm, &uses))
            text_add(to, "%s%s", listed++ ? "; " : "", text_get(&uses));
        text_done(&uses);
    }
    if (!listed)
        text_add(to, "no schedule has any");
}

static void describe_fold(const struct study *study, const struct flow_set *flows,
                          const struct flow_set *beside_rings, struct text *to)
{
    size_t orbits = flows->fold->orbit_count;
    text_add(to, "folded: %zu of %zu GPUs stand%s for all, %zu kinds of flows for %zu pairs",
             orbits, study->ranks, orbits == 1 ? "s" : "", flows->fold->class_count,
             flows->pair_count);
    size_t beside = beside_rings->fold ? beside_rings->fold->orbit_count : study->ranks;
    if (beside != orbits)
        text_add(to, " (%s%zu GPUs beside gradients)", beside_rings->fold ? "" : "all ", beside);
}

static void describe_one(const struct study *study, struct text *to)
{
    const struct program *program = &study->programs[0];
    const struct schedule *baseline = study->candidates[study->baseline].schedule;
    /* With unequal tokens the balanced flows only settle the choices; what is played are flows of
     * every pair. */
    const struct flow_set *unequal = study->covers[0];
    const struct flow_set *flows = unequal ? unequal : study_flows(study, 0, baseline, false);
    char setup[QUANTITY_MAX], floor[QUANTITY_MAX], kernels[QUANTITY_MAX], bandwidth[QUANTITY_MAX];
    text_add(to, "%s: setup %s, ", program->algorithm,
             quantity_print(setup, UNIT_S, program->costs.setup_s, 3));
    if (program->costs.floor_s > 0)
        text_add(to, "at least %s, ", quantity_print(floor, UNIT_S, program->costs.floor_s, 3));
    if (program->costs.kernels_s > 0)
        text_add(to, "all SMs for %s, ",
                 quantity_print(kernels, UNIT_S, program->costs.kernels_s, 3));
    else
        text_add(to, "SM share %.3g, ", program->costs.sm_share_ratio);
    if (flows->fold)
        describe_fold(study, flows, study_flows(study, 0, baseline, true), to);
    else
        text_add(to, "%zu flows for %zu pairs", flows->flow_count, flows->pair_count);
    if (flows->bound.s_per_byte > 0) {
        const struct link *link = &study->topology->links[flows->bound.link];
        text_add(to, "; %s %s (%s)", unequal ? "bound when balanced by" : "bound by", link->name,
                 quantity_print(bandwidth, UNIT_BYTES_PER_S, link->bandwidth_bytes_per_s, 3));
    }
}

void study_describe_exchange(const struct study *study, struct text *to)
{
    if (strcmp(study->topology->all_to_all.algorithm, A2A_AUTO) == 0)
        describe_choices(study, to);
    else
        describe_one(study, to);
}
