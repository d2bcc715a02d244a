#include "sim/study/replayer.h"

#include <stdlib.h>
#include "sim/base/mem.h"
#include "sim/study/request.h"
#include "sim/study/settle_inputs.h"

struct replayer {
    struct setting setting; /* of a topology; else its prices only */
    struct gpu *own_gpu;    /* without a topology */
    struct cost_scale scale;
    bool on_topology;
};

int gpu_for_costs(const char *word, const struct cost_table *costs, const char *path,
                  struct diag *diag, struct gpu **ret)
{
    const char *device = cost_table_device(costs);
    *ret = NULL;
    if (word)
        return gpu_load(word, diag, ret);
    if (!device)
        return 0;
    int r = gpu_of_device(device, diag, ret);
    if (r == 0 && !*ret)
        r = diag_at(diag, path, NULL,
                    "measured on \"%s\", which no file in models/gpu has among its device_names: "
                    "choose the card with --gpu",
                    device);
    return r;
}

static int load_alone(struct replayer *replayer, const struct replayer_request *request,
                      struct diag *diag)
{
    struct setting *setting = &replayer->setting;
    int r =
        gpu_for_costs(request->gpu, setting->costs, request->costs[0], diag, &replayer->own_gpu);
    if (r == 0 && !replayer->own_gpu)
        r = gpu_load("h100-sxm", diag, &replayer->own_gpu);
    setting->gpu = replayer->own_gpu;
    return r;
}

static int load_topology(struct replayer *replayer, const struct replayer_request *request,
                         struct diag *diag)
{
    struct setting *setting = &replayer->setting;
    struct edits edits = {request->sets, request->set_count};
    int r = library_topology(setting->library, request->topology, &edits, diag, &setting->topology);
    if (r == 0)
        r = library_gpu(setting->library, request->gpu ? request->gpu : setting->topology->gpu,
                        &edits, diag, &setting->gpu);
    if (r < 0)
        return r;
    setting->ranks = topology_ranks(setting->topology);
    setting->network = request->network;
    setting->fold = request->fold == FOLD_AUTO && request->network == NETWORK_AUTO;
    setting->measured_a2a = true;
    return 0;
}

int replayer_open(const struct replayer_request *request, struct diag *diag, struct replayer **ret)
{
    static const char *const of_cluster[] = {"costs", "topology", "gpu", NULL};
    static const char *const alone[] = {"costs", NULL};
    struct replayer *replayer = mem_zeroed(1, sizeof *replayer);
    struct edits edits = {request->sets, request->set_count};
    const struct cost_scale *scale;
    replayer->on_topology = request->topology;
    replayer->setting.library = library_new();
    int r = edits_check(&edits, request->topology ? of_cluster : alone, diag);
    if (r == 0 && request->costs)
        r = library_costs(replayer->setting.library, request->costs, diag,
                          &replayer->setting.costs);
    if (r == 0)
        r = library_scale(replayer->setting.library, &edits, diag, &scale);
    if (r == 0 && scale->launch != LAUNCH_EAGER)
        r = diag_say(diag, "--set /costs/launch: say --launch, which is about one replay");
    if (r == 0) {
        replayer->scale = *scale;
        replayer->setting.scale = &replayer->scale;
        r = request->topology ? load_topology(replayer, request, diag)
                              : load_alone(replayer, request, diag);
    }
    if (r < 0)
        replayer_close(replayer);
    else
        *ret = replayer;
    return r;
}

void replayer_close(struct replayer *replayer)
{
    if (!replayer)
        return;
    setting_done(&replayer->setting);
    gpu_free(replayer->own_gpu);
    library_free(replayer->setting.library);
    free(replayer);
}

const struct cost_table *replayer_costs(const struct replayer *replayer)
{
    return replayer->setting.costs;
}

const struct gpu *replayer_gpu(const struct replayer *replayer)
{
    return replayer->setting.gpu;
}

char *replayer_note(const struct replayer *replayer)
{
    return replayer->setting.costs ? cost_one_size_note(replayer->setting.costs) : NULL;
}

/* The plan with so many times the bytes; shares everything else with the original. */
static struct plan scale_bytes(const struct plan *plan, double factor_ratio)
{
    struct plan scaled = *plan;
    scaled.operators = mem_zeroed(plan->operator_count, sizeof *scaled.operators);
    for (size_t o = 0; o < plan->operator_count; o++) {
        scaled.operators[o] = plan->operators[o];
        scaled.operators[o].comm_bytes *= factor_ratio;
    }
    return scaled;
}

/* ---- As the probe does ---- */

static int settle_alone(const struct replayer *replayer, const struct plan *plan,
                        const struct replay_how *how, struct diag *diag, struct settled *ret)
{
    size_t gpus = how->gpus;
    struct pricing pricing = {.costs = replayer->setting.costs,
                              .gpu = replayer->setting.gpu,
                              .scale = &replayer->scale,
                              .dtype = plan->dtype};
    struct plan alone = *plan;
    if (gpus > 1 && plan->ep != gpus)
        return diag_say(diag, "schedule %s: its All-to-Alls are among %zu GPUs, not %zu",
                        plan->schedule, plan->ep, gpus);
    alone.ranks = gpus; /* that do the same; one rank alone exchanges with the host */
    alone.ep = gpus;
    struct settle_request request = {.plan = &alone,
                                     .pricing = &pricing,
                                     .carrier = gpus > 1 ? CARRIER_MEASURED : CARRIER_HOST,
                                     .all_to_all_beside_compute = how->all_to_all_beside_compute};
    return settle(&request, diag, ret);
}

/* ---- On a topology ---- */

static double most_tokens(const struct plan *plan)
{
    double most = 0;
    for (size_t o = 0; o < plan->operator_count; o++)
        if (plan->operators[o].kind == OPERATOR_DISPATCH && plan->operators[o].shape.tokens > most)
            most = plan->operators[o].shape.tokens;
    return most;
}

static int settle_program(struct setting *setting, const struct plan *plan, size_t program,
                          struct diag *diag, struct settled *ret)
{
    struct token_targets targets = {plan->experts, plan->top_k, 0};
    bool rings = plan->group_count > 0;
    const struct program_flows *flows;
    if (rings)
        setting_need_rings(setting);
    int r = setting_need_flows(setting, program, &targets, rings, diag, &flows);
    if (r < 0)
        return r;
    struct setting_play play = {
        .plan = plan, .program = program, .flows = rings ? flows->beside_rings : flows->flows};
    return setting_settle(setting, &play, diag, ret);
}

static int settle_on_topology(struct replayer *replayer, const struct plan *plan, struct diag *diag,
                              struct settled *ret)
{
    struct setting *setting = &replayer->setting;
    if (plan->ranks != setting->ranks)
        return diag_say(diag, "plan of %s is for %zu ranks, topology %s has %zu", plan->schedule,
                        plan->ranks, setting->topology->name, setting->ranks);
    setting->ep = plan->ep;
    setting->program_count = 0;
    int r = setting_choose_programs(setting, most_tokens(plan), diag);
    bool found = false;
    for (size_t p = 0; p < setting->program_count && r == 0; p++) {
        struct settled settled;
        r = settle_program(setting, plan, p, diag, &settled);
        if (r < 0)
            break;
        if (found && !is_faster(settled.timeline->end_s, ret->timeline->end_s)) {
            settled_done(&settled);
            continue;
        }
        if (found)
            settled_done(ret);
        *ret = settled;
        found = true;
    }
    if (r < 0 && found)
        settled_done(ret);
    return r;
}

int replayer_settle(struct replayer *replayer, const struct plan *plan,
                    const struct replay_how *how, struct diag *diag, struct settled *ret)
{
    struct plan scaled = scale_bytes(plan, how->factor_ratio);
    replayer->scale.launch = how->launch;
    int r = replayer->on_topology ? settle_on_topology(replayer, &scaled, diag, ret)
                                  : settle_alone(replayer, &scaled, how, diag, ret);
    free(scaled.operators);
    return r;
}
