/* Which All-to-All algorithms a study plays, and with which flows. */
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
        .costs =
            a2a_costs_of(algorithm, study->topology, study->ep, study->gpu->sm_count),
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
    struct wiring wiring = {.algorithm = study->programs[program].algorithm, .ep = study->ep};
    if (a2a_algorithm_counts_tokens(wiring.algorithm)) {
        wiring.experts = study->model->experts;
        wiring.top_k = top_k;
        wiring.node_limit = study->routing->node_limit;
    }
    return wiring;
}

static void note_why_not_folded(struct study *study, const char *algorithm, const char *why)
{
    char *note = mem_format("All-to-All %s is played whole, not folded: %s", algorithm, why);
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
    const struct flow_set *flows;
    if (study_flows(study, program, schedule))
        return 0;
    wiring.aggregate = aggregate;
    wiring.fold = fold;
    int r = library_flows(study->library, study->topology, &wiring, diag, &flows);
    if (r < 0)
        return r;
    if (flows->fold_why)
        note_why_not_folded(study, wiring.algorithm, flows->fold_why);
    study->wired = mem_resized(study->wired, study->wired_count + 1, sizeof *study->wired);
    study->wired[study->wired_count++] = (struct wired_program){program, top_k, flows, flows->fold ? NULL : flows};
    return 0;
}

/* SimGrid takes a minute for two pairs of schedules with 9,120 unequal flows (96 GPUs), and its time grows
 * faster than their number. cluster/fair.h gives the same (tests/model/test_fair.c) in 2 s. */
#define FLOWS_SIMGRID_MAX 2000

bool study_has_many(const struct study *study, const struct flow_set *flows)
{
    return !study->exact && flows->flow_count > FLOWS_SIMGRID_MAX;
}

void study_share_links(const struct study *study, struct engine_job *job)
{
    job->topology = study->topology;
    job->router = study->router;
}

/* 1,024 GPUs: ten seconds a pair of schedules and 650 MB; both grow with the flows at least. */
#define FLOWS_MAX 1050000

static int refuse_hours(const struct study *study, const struct flow_set *set, struct diag *diag)
{
    if (study->exact || set->flow_count <= FLOWS_MAX)
        return 0;
    return diag_say(diag, "GPUs do not stay in step here, so that %zu flows would be played one by one (at "
                    "most %d are): fewer GPUs, or an All-to-All with fewer flows (--a2a two-hop, "
                    "hierarchical)",
                    set->flow_count, FLOWS_MAX);
}

int study_wire(struct study *study, bool aggregate, bool fold, struct diag *diag)
{
    int r = choose_programs(study, diag); /* all staged or none */
    if (r < 0)
        return r;
    study->router =
        library_router(study->library, study->topology, study->programs[0].algorithm);
    study_prepare_training(study);
    study->routing_text = routing_describe(study->routing);
    bool even = routing_is_even(study->routing);
    for (size_t p = 0; p < study->program_count && r == 0; p++) {
        for (size_t i = 0; i < study->candidate_count && r == 0; i++)
            r = need_flows(study, p, study->candidates[i].schedule, aggregate, fold, diag);
        struct wiring cover = wiring_of(study, p, study->model->top_k);
        if (r == 0 && !even)
            r = library_flows(study->library, study->topology, &cover, diag, &study->covers[p]);
        if (r == 0 && !even)
            r = refuse_hours(study, study->covers[p], diag);
    }
    return r;
}

static int unfold(const struct study *study, struct wired_program *wired, struct diag *diag)
{
    if (wired->whole)
        return 0;
    struct wiring wiring = wiring_of(study, wired->program, wired->top_k);
    wiring.aggregate = true; /* only balanced exchanges fold */
    int r = library_flows(study->library, study->topology, &wiring, diag, &wired->whole);
    return r < 0 ? r : refuse_hours(study, wired->whole, diag);
}

int study_unfold(const struct study *study, const struct flow_set *folded, struct diag *diag,
                 const struct flow_set **ret)
{
    size_t i = 0;
    while (study->wired[i].flows != folded)
        i++;
    int r = unfold(study, &study->wired[i], diag);
    if (r == 0)
        *ret = study->wired[i].whole;
    return r;
}

int study_unfold_all(const struct study *study, struct diag *diag)
{
    int r = 0;
    for (size_t i = 0; i < study->wired_count && r == 0; i++)
        r = unfold(study, &study->wired[i], diag);
    return r;
}

const struct flow_set *study_flows(const struct study *study, size_t program,
                                   const struct schedule *schedule)
{
    size_t top_k = study_top_k(study, schedule);
    for (size_t i = 0; i < study->wired_count; i++)
        if (study->wired[i].program == program && study->wired[i].top_k == top_k)
            return study->wired[i].flows;
    return NULL;
}

/* A fold suits plans in which all GPUs stay in step and one All-to-All runs at a time. */
void study_note_unfolded(struct study *study)
{
    struct text names = {0};
    size_t whole = 0, folded = 0;
    for (size_t i = 0; i < study->wired_count; i++)
        folded += study->wired[i].flows->fold != NULL;
    for (size_t i = 0; i < study->result_count && folded; i++)
        if (study->results[i].simulated_ranks == study->ranks)
            text_add(&names, "%s%s", whole++ ? ", " : "", study->results[i].schedule);
    if (whole)
        study_note(study, mem_format("played whole, as GPUs do not stay in step, or All-to-Alls or "
                                     "gradients run beside one another: %s",
                                     whole == study->result_count ? "all" : text_get(&names)));
    text_done(&names);
}

/* "two-hop for top2, top3", of the schedules that a program is fastest for. Returns how many. */
static size_t list_uses(const struct study *study, const char *algorithm, struct text *to)
{
    size_t uses = 0;
    for (size_t i = 0; i < study->result_count; i++) {
        if (strcmp(study->results[i].a2a_algorithm, algorithm) != 0)
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
}

static bool some_folded(const struct study *study)
{
    for (size_t i = 0; i < study->result_count; i++)
        if (study->results[i].simulated_ranks < study->ranks)
            return true;
    return false;
}

static void describe_one(const struct study *study, struct text *to)
{
    const struct program *program = &study->programs[0];
    const struct flow_set *flows =
        study_flows(study, 0, study->candidates[study->baseline].schedule);
    char setup[QUANTITY_MAX], floor[QUANTITY_MAX], kernels[QUANTITY_MAX], bandwidth[QUANTITY_MAX];
    if (flows->fold && !some_folded(study))
        flows = study->wired[0].whole;
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
        text_add(to, "folded: %zu of %zu GPUs stand%s for all, %zu kinds of flows for %zu pairs",
                 flows->fold->orbit_count, study->ranks, flows->fold->orbit_count == 1 ? "s" : "",
                 flows->fold->class_count, flows->pair_count);
    else
        text_add(to, "%zu flows for %zu pairs", flows->flow_count, flows->pair_count);
    if (flows->bound_s_per_byte > 0) {
        const struct link *link = &study->topology->links[flows->bound_link];
        text_add(to, "; bound by %s (%s)", link->name,
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
