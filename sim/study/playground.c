/* SimGrid's platform, opened for one study and re-rated for others. */
#include <stdlib.h>
#include <string.h>
#include "sim/base/fingerprint.h"
#include "sim/base/mem.h"
#include "sim/engine/platform.h"
#include "sim/study/study_private.h"

static uint64_t print_flows(const struct study *study, const struct flow_set *set, uint64_t print)
{
    print = fingerprint_number(print, set->print);
    for (size_t f = 0; f < set->flow_count; f++) {
        const struct route *route =
            flow_set_route(set, &set->flows[f], study->ranks, study->router);
        print = fingerprint_bytes(print, route->links, route->link_count * sizeof *route->links);
    }
    return print;
}

/* Where all that runs beside them is folded, and they alone, SimGrid plays no rings. */
static bool plays_rings(const struct study *study)
{
    if (!study->rings || study->rings->alone->fold == NULL)
        return study->rings != NULL;
    for (size_t i = 0; i < study->wired_count; i++)
        if (!study->wired[i].beside_rings->fold)
            return true;
    return false;
}

static unsigned long long structure_of(const struct study *study)
{
    const struct topology *topology = study->topology;
    uint64_t print = fingerprint_number(FINGERPRINT_EMPTY, study->ranks);
    for (size_t r = 0; r < study->ranks; r++)
        print = fingerprint_text(print, topology->vertices[r].name);
    for (size_t l = 0; l < topology->link_count; l++)
        print = fingerprint_text(print, topology->links[l].name);
    for (size_t i = 0; i < study->wired_count; i++) {
        print = print_flows(study, study->wired[i].flows, print);
        print = print_flows(study, study->wired[i].beside_rings, print);
    }
    print = fingerprint_number(print, plays_rings(study));
    if (study->rings)
        print = print_flows(study, study->rings->shared, print);
    if (study->rings && study->rings->experts)
        print = print_flows(study, study->rings->experts, print);
    for (size_t p = 0; p < study->program_count; p++)
        if (study->covers[p])
            print = print_flows(study, study->covers[p], print);
    return print;
}

static int open_engine(const struct study *study, struct diag *diag, struct engine **ret)
{
    struct text xml = {0};
    size_t count = 0;
    const struct flow_set **flows =
        mem_zeroed(2 * study->wired_count + study->program_count + 2, sizeof *flows);
    for (size_t i = 0; i < study->wired_count; i++) {
        const struct wired_program *wired = &study->wired[i];
        if (!study_has_many(study, wired->flows))
            flows[count++] = wired->flows;
        if (wired->beside_rings != wired->flows && !study_has_many(study, wired->beside_rings))
            flows[count++] = wired->beside_rings;
    }
    for (size_t p = 0; p < study->program_count; p++)
        if (study->covers[p] && !study_has_many(study, study->covers[p]))
            flows[count++] = study->covers[p];
    bool rings = plays_rings(study);
    if (rings)
        flows[count++] = study->rings->shared;
    if (rings && study->rings->experts)
        flows[count++] = study->rings->experts;
    platform_write_xml(study->topology, study->router, flows, count, &xml);
    free(flows);
    char **names = mem_zeroed(study->ranks, sizeof *names);
    for (size_t r = 0; r < study->ranks; r++) {
        struct text name = {0};
        platform_host_name(study->topology, r, &name);
        names[r] = name.text;
    }
    int error = engine_open(&xml, (const char *const *)names, study->ranks, diag, ret);
    for (size_t r = 0; r < study->ranks; r++)
        free(names[r]);
    free(names);
    text_done(&xml);
    return error;
}

static void note_rates(struct playground *ground, const struct topology *topology)
{
    for (size_t l = 0; l < ground->links; l++) {
        ground->bandwidths_bytes_per_s[l] = topology->links[l].bandwidth_bytes_per_s;
        ground->latencies_s[l] = topology->links[l].latency_s;
    }
}

int playground_engine(struct playground *ground, const struct study *study, struct diag *diag)
{
    if (ground->engine)
        return playground_suits(ground, study)
                   ? 0
                   : diag_say(diag, "topology %s needs a platform of its own",
                              study->topology->name);
    return open_engine(study, diag, &ground->engine);
}

int playground_open(const struct study *study, struct diag *diag, struct playground **ret)
{
    struct playground *ground = mem_zeroed(1, sizeof *ground);
    size_t links = study->topology->link_count;
    bool folded = true;
    *ground = (struct playground){
        .structure = structure_of(study),
        .links = links,
        .bandwidths_bytes_per_s = mem_zeroed(links, sizeof(double)),
        .latencies_s = mem_zeroed(links, sizeof(double)),
    };
    note_rates(ground, study->topology);
    for (size_t i = 0; i < study->wired_count; i++)
        folded &= study->wired[i].flows->fold && study->wired[i].beside_rings->fold;
    int r = folded ? 0 : playground_engine(ground, study, diag);
    if (r < 0) {
        playground_close(ground);
        return r;
    }
    *ret = ground;
    return 0;
}

bool playground_suits(const struct playground *ground, const struct study *study)
{
    return ground->structure == structure_of(study);
}

static int rate_link(struct playground *ground, const struct topology *topology, size_t link,
                     struct diag *diag)
{
    double bandwidth = topology->links[link].bandwidth_bytes_per_s;
    double latency = topology->links[link].latency_s;
    bool same = ground->bandwidths_bytes_per_s[link] == bandwidth;
    if (!same || ground->latencies_s[link] != latency)
        ground->lone_count = 0;
    ground->latencies_s[link] = latency;
    ground->bandwidths_bytes_per_s[link] = bandwidth;
    if (same || !ground->engine)
        return 0;
    struct text name = {0};
    platform_link_name(topology, link, &name);
    int r = engine_rate_link(ground->engine, text_get(&name), bandwidth, diag);
    text_done(&name);
    return r;
}

int playground_rate(struct playground *ground, const struct study *study, struct diag *diag)
{
    int r = 0;
    if (!playground_suits(ground, study))
        return diag_say(diag, "topology %s needs a platform of its own", study->topology->name);
    for (size_t l = 0; l < study->topology->link_count && r == 0; l++)
        r = rate_link(ground, study->topology, l, diag);
    return r;
}

void playground_close(struct playground *ground)
{
    if (!ground)
        return;
    engine_close(ground->engine);
    free(ground->bandwidths_bytes_per_s);
    free(ground->latencies_s);
    free(ground);
}
