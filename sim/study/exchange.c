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

static void choose_programs(struct study *study)
{
    const char *wanted = study->topology->all_to_all.algorithm;
    if (strcmp(wanted, A2A_AUTO) != 0) {
        add_program(study, wanted);
        return;
    }
    for (size_t i = 0; a2a_algorithm_names[i]; i++)
        if (a2a_algorithm_usual(a2a_algorithm_names[i], study->topology, study->ep,
                                most_tokens(study->model)))
            add_program(study, a2a_algorithm_names[i]);
}

static size_t routed_top_k(const struct study *study, const struct schedule *schedule)
{
    return schedule->routed_top_k ? schedule->routed_top_k : study->model->top_k;
}

static int need_flows(struct study *study, size_t program, size_t top_k, bool aggregate,
                      struct diag *diag)
{
    struct wiring wiring = {.algorithm = study->programs[program].algorithm,
                            .ep = study->ep,
                            .aggregate = aggregate};
    if (a2a_algorithm_counts_tokens(wiring.algorithm)) {
        wiring.experts = study->model->experts;
        wiring.top_k = top_k;
    }
    const struct flow_set *flows;
    int r = library_flows(study->library, study->topology, &wiring, diag, &flows);
    if (r < 0)
        return r;
    study->wired = mem_resized(study->wired, study->wired_count + 1, sizeof *study->wired);
    study->wired[study->wired_count++] = (struct wired_program){program, top_k, flows};
    return 0;
}

int study_wire(struct study *study, bool aggregate, struct diag *diag)
{
    study->router = library_router(study->library, study->topology);
    study_prepare_training(study);
    choose_programs(study);
    for (size_t p = 0; p < study->program_count; p++) {
        for (size_t i = 0; i < study->candidate_count; i++) {
            size_t top_k = routed_top_k(study, study->candidates[i].schedule);
            int r = study_flows(study, p, study->candidates[i].schedule)
                        ? 0
                        : need_flows(study, p, top_k, aggregate, diag);
            if (r < 0)
                return r;
        }
    }
    return 0;
}

const struct flow_set *study_flows(const struct study *study, size_t program,
                                   const struct schedule *schedule)
{
    size_t top_k = routed_top_k(study, schedule);
    for (size_t i = 0; i < study->wired_count; i++)
        if (study->wired[i].program == program && study->wired[i].top_k == top_k)
            return study->wired[i].flows;
    return NULL;
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

static void describe_one(const struct study *study, struct text *to)
{
    const struct program *program = &study->programs[0];
    const struct flow_set *flows =
        study_flows(study, 0, study->candidates[study->baseline].schedule);
    char setup[QUANTITY_MAX], floor[QUANTITY_MAX], bandwidth[QUANTITY_MAX];
    text_add(to, "%s: setup %s, ", program->algorithm,
             quantity_print(setup, UNIT_S, program->costs.setup_s, 3));
    if (program->costs.floor_s > 0)
        text_add(to, "at least %s, ", quantity_print(floor, UNIT_S, program->costs.floor_s, 3));
    text_add(to, "SM share %.3g, %zu flows for %zu pairs", program->costs.sm_share_ratio,
             flows->flow_count, flows->pair_count);
    if (flows->flow_count) {
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
