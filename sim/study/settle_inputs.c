#include "sim/study/settle_inputs.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/mem.h"

/* ---- Algorithms and flows ---- */

/* The name that lasts as long as the process. */
static const char *lasting_name(const char *name)
{
    return a2a_algorithm_names[word_position(a2a_algorithm_names, name)];
}

static void add_program(struct setting *setting, const char *algorithm)
{
    setting->programs[setting->program_count++] = (struct program){
        .algorithm = lasting_name(algorithm),
        .costs = a2a_costs_of(algorithm, setting->topology, setting->ep, setting->gpu->sm_count),
    };
}

static int add_programs(struct setting *setting, double most_tokens, struct diag *diag)
{
    const char *wanted = setting->topology->all_to_all.algorithm;
    if (strcmp(wanted, A2A_AUTO) != 0) {
        add_program(setting, wanted);
        return a2a_algorithm_check(wanted, setting->topology, setting->ep, diag);
    }
    for (size_t i = 0; a2a_algorithm_names[i]; i++)
        if (a2a_algorithm_usual(a2a_algorithm_names[i], setting->topology, setting->ep,
                                most_tokens))
            add_program(setting, a2a_algorithm_names[i]);
    return 0;
}

static struct cluster_flows *flows_of(const struct setting *setting)
{
    return library_flows(setting->library, setting->topology);
}

int setting_choose_programs(struct setting *setting, double most_tokens, struct diag *diag)
{
    int r = add_programs(setting, most_tokens, diag); /* all staged or none */
    if (r == 0)
        setting->router = cluster_flows_router(flows_of(setting), setting->programs[0].algorithm);
    return r;
}

static struct balanced_exchange exchange_of(const struct setting *setting, size_t program,
                                            const struct token_targets *targets)
{
    struct balanced_exchange exchange = {
        .algorithm = setting->programs[program].algorithm,
        .ep = setting->ep,
        .fold = setting->fold,
        .flows_max = setting->network == NETWORK_SIMGRID ? 0 : SETTING_FLOWS_MAX};
    if (a2a_algorithm_counts_tokens(exchange.algorithm)) {
        exchange.experts = targets->experts;
        exchange.top_k = targets->top_k;
        exchange.node_limit = targets->node_limit;
    }
    return exchange;
}

const struct program_flows *setting_flows(const struct setting *setting, size_t program,
                                          const struct token_targets *targets)
{
    for (size_t i = 0; i < setting->flows_count; i++)
        if (setting->flows[i].program == program &&
            setting->flows[i].targets.experts == targets->experts &&
            setting->flows[i].targets.top_k == targets->top_k)
            return &setting->flows[i];
    return NULL;
}

int setting_need_flows(struct setting *setting, size_t program, const struct token_targets *targets,
                       bool beside_rings, struct diag *diag, const struct program_flows **ret)
{
    struct program_flows found = {.program = program, .targets = *targets};
    struct balanced_exchange exchange = exchange_of(setting, program, targets);
    if ((*ret = setting_flows(setting, program, targets)))
        return 0;
    int r = cluster_flows_find(flows_of(setting), &exchange, diag, &found.flows);
    found.beside_rings = found.flows;
    if (r == 0 && beside_rings) {
        exchange.beside_rings = true;
        exchange.fold = found.flows->fold != NULL;
        r = cluster_flows_find(flows_of(setting), &exchange, diag, &found.beside_rings);
    }
    if (r < 0)
        return r;
    setting->flows = mem_resized(setting->flows, setting->flows_count + 1, sizeof *setting->flows);
    setting->flows[setting->flows_count] = found;
    *ret = &setting->flows[setting->flows_count++];
    return 0;
}

void setting_need_rings(struct setting *setting)
{
    setting->rings = cluster_flows_rings(flows_of(setting), setting->programs[0].algorithm,
                                         setting->ep, setting->fold);
}

int setting_need_cover(struct setting *setting, size_t program, const struct token_targets *targets,
                       struct diag *diag)
{
    struct balanced_exchange exchange = exchange_of(setting, program, targets);
    const struct exchange_flows *cover;
    exchange.fold = false;
    int r = cluster_flows_find(flows_of(setting), &exchange, diag, &cover);
    if (r == 0)
        setting->covers[program] = cover->flows;
    return r;
}

/* ---- Plans ---- */

#define COLLECTIVES_MAX 4

/* The All-to-Alls', then those of rings: in the order that a fold has them. */
static size_t list_collectives(const struct setting *setting, const struct setting_play *play,
                               struct collective ret[COLLECTIVES_MAX])
{
    const struct a2a_costs *costs = &setting->programs[play->program].costs;
    bool rings = play->plan->group_count > 0 && setting->rings;
    struct collective a2a = {.setup_s = costs->setup_s,
                             .floor_s = costs->floor_s,
                             .sm_share_ratio = costs->sm_share_ratio,
                             .kernels_s = costs->kernels_s};
    struct collective ring = {.kind = OPERATOR_ALL_REDUCE, .sm_share_ratio = costs->sm_share_ratio};
    size_t count = 0;
    ret[count] = a2a;
    ret[count].kind = OPERATOR_DISPATCH;
    ret[count++].flows = play->dispatch ? play->dispatch : play->flows->flows;
    ret[count] = a2a;
    ret[count].kind = OPERATOR_COMBINE;
    ret[count++].flows = play->combine ? play->combine : play->flows->flows;
    if (!rings)
        return count;
    ret[count] = ring;
    ret[count].group = "data";
    ret[count++].flows = setting->rings->rings->shared;
    if (setting->rings->rings->experts) {
        ret[count] = ring;
        ret[count].group = "expert_data";
        ret[count++].flows = setting->rings->rings->experts;
    }
    return count;
}

static bool simgrid_may_play(const struct setting *setting, const struct exchange_flows *flows)
{
    return !flows->fold && (setting->network == NETWORK_SIMGRID ||
                            flows->flows->flow_count <= NETWORK_SIMGRID_FLOWS_MAX);
}

/* All that SimGrid may have to play; fresh memory. */
static const struct flow_set **list_known(const struct setting *setting, size_t *ret_count)
{
    const struct flow_set **known =
        mem_zeroed(2 * setting->flows_count + setting->program_count + 2, sizeof *known);
    bool rings = setting->rings && !setting->rings->alone.fold;
    size_t count = 0;
    for (size_t i = 0; i < setting->flows_count; i++) {
        const struct program_flows *flows = &setting->flows[i];
        if (simgrid_may_play(setting, flows->flows))
            known[count++] = flows->flows->flows;
        if (flows->beside_rings != flows->flows && simgrid_may_play(setting, flows->beside_rings))
            known[count++] = flows->beside_rings->flows;
        rings |= setting->rings && !flows->beside_rings->fold;
    }
    for (size_t p = 0; p < setting->program_count; p++)
        if (setting->covers[p] && (setting->network == NETWORK_SIMGRID ||
                                   setting->covers[p]->flow_count <= NETWORK_SIMGRID_FLOWS_MAX))
            known[count++] = setting->covers[p];
    if (rings)
        known[count++] = setting->rings->rings->shared;
    if (rings && setting->rings->rings->experts)
        known[count++] = setting->rings->rings->experts;
    *ret_count = count;
    return known;
}

struct pricing setting_pricing(const struct setting *setting, size_t program, enum dtype dtype)
{
    return (struct pricing){.costs = setting->costs,
                            .gpu = setting->gpu,
                            .scale = setting->scale,
                            .dtype = dtype,
                            .packs = setting->programs[program].costs.packs};
}

double setting_measured_a2a_s(const struct setting *setting, const struct plan_operator *op)
{
    bool asked = setting->measured_a2a && operator_is_all_to_all(op->kind);
    return asked ? price_all_to_all_s(setting->costs, op, setting->ep) : 0;
}

int setting_settle(const struct setting *setting, const struct setting_play *play,
                   struct diag *diag, struct settled *ret)
{
    struct pricing pricing = setting_pricing(setting, play->program, play->plan->dtype);
    struct collective collectives[COLLECTIVES_MAX];
    struct settle_request request = {
        .plan = play->plan,
        .pricing = &pricing,
        .carrier = CARRIER_NETWORK,
        .topology = setting->topology,
        .router = setting->router,
        .collectives = collectives,
        .collective_count = list_collectives(setting, play, collectives),
        .fold = play->dispatch ? NULL : play->flows->fold,
        .traffic = play->traffic,
        .measured_a2a = setting->measured_a2a,
        .network = setting->network,
        .equal_flows = !play->dispatch,
    };
    const struct flow_set **known = request.fold ? NULL : list_known(setting, &request.known_count);
    request.known = known;
    int r = settle(&request, diag, ret);
    free(known);
    return r;
}

void setting_done(struct setting *setting)
{
    free(setting->flows);
}
