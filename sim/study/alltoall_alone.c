#include "sim/study/alltoall_alone.h"

#include <math.h>
#include <stdlib.h>
#include "sim/base/mem.h"
#include "sim/study/settle_inputs.h"

struct alltoall_alone {
    struct setting setting;
    struct token_targets targets;
    struct gpu nobody; /* nothing computes, so how many SMs a GPU has is of no effect */
    struct cost_scale plain;
};

static int load(struct alltoall_alone *alone, const struct alltoall_request *request,
                struct diag *diag)
{
    struct setting *setting = &alone->setting;
    struct edits edits = {request->sets, request->set_count};
    int r = library_topology(setting->library, request->topology, &edits, diag, &setting->topology);
    if (r < 0)
        return r;
    alone->nobody.sm_count = 1;
    alone->targets = (struct token_targets){request->experts, request->top_k, 0};
    setting->gpu = &alone->nobody;
    setting->scale = &alone->plain;
    setting->ranks = topology_ranks(setting->topology);
    setting->ep = request->ep ? request->ep : setting->ranks;
    setting->network = request->network;
    setting->fold = request->fold == FOLD_AUTO && request->network == NETWORK_AUTO;
    r = setting_choose_programs(setting, INFINITY, diag);
    for (size_t p = 0; p < setting->program_count && r == 0; p++) {
        const struct program_flows *ignored;
        r = setting_need_flows(setting, p, &alone->targets, false, diag, &ignored);
    }
    return r;
}

int alltoall_alone_open(const struct alltoall_request *request, struct diag *diag,
                        struct alltoall_alone **ret)
{
    struct alltoall_alone *alone = mem_zeroed(1, sizeof *alone);
    alone->setting.library = library_new();
    int r = load(alone, request, diag);
    if (r < 0)
        alltoall_alone_close(alone);
    else
        *ret = alone;
    return r;
}

static int play_program(struct alltoall_alone *alone, size_t program, double bytes,
                        struct diag *diag, struct alltoall_outcome *ret)
{
    struct setting *setting = &alone->setting;
    const struct exchange_flows *flows = setting_flows(setting, program, &alone->targets)->flows;
    char name[] = "alone", queue[] = "communication", *queues[] = {queue};
    struct plan_operator op = {.name = name, .kind = OPERATOR_DISPATCH, .comm_bytes = bytes};
    struct plan plan = {.schedule = name,
                        .ranks = setting->ranks,
                        .ep = setting->ep,
                        .queues = queues,
                        .queue_count = 1,
                        .operators = &op,
                        .operator_count = 1,
                        .chunks = 1};
    struct setting_play play = {.plan = &plan, .program = program, .flows = flows};
    struct settled settled;
    int r = setting_settle(setting, &play, diag, &settled);
    if (r < 0)
        return r;
    *ret = (struct alltoall_outcome){
        .algorithm = setting->programs[program].algorithm,
        .time_s = settled.timeline->end_s,
        .bound_s = a2a_bound_s(&flows->flows->bound, bytes),
        .simulated_ranks = settled.rows,
        .why_whole = flows->why_whole,
        .network = settled.network,
    };
    settled_done(&settled);
    return 0;
}

int alltoall_alone_play(struct alltoall_alone *alone, double bytes, struct diag *diag,
                        struct alltoall_outcome *ret)
{
    struct alltoall_outcome best = {.time_s = INFINITY}, outcome;
    for (size_t p = 0; p < alone->setting.program_count; p++) {
        int r = play_program(alone, p, bytes, diag, &outcome);
        if (r < 0)
            return r;
        if (is_faster(outcome.time_s, best.time_s))
            best = outcome;
    }
    *ret = best;
    return 0;
}

size_t alltoall_alone_group(const struct alltoall_alone *alone)
{
    return alone->setting.ep;
}

size_t alltoall_alone_ranks(const struct alltoall_alone *alone)
{
    return alone->setting.ranks;
}

void alltoall_alone_close(struct alltoall_alone *alone)
{
    if (!alone)
        return;
    setting_done(&alone->setting);
    library_free(alone->setting.library);
    free(alone);
}
