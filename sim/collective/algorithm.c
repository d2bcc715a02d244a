#include "sim/collective/algorithm.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "sim/base/mem.h"

#define NAMES "pairwise", "pairwise-rounds", "hierarchical", "two-hop", "low-latency", "host-staged"
const char *const a2a_algorithm_names[] = {NAMES, NULL};
const char *const a2a_choice_names[] = {A2A_AUTO, NAMES, NULL};

/* What most rows leave to the cluster's library. */
#define FLOOR_OF_TOPOLOGY "the topology's setup_s and floor_s"
#define PEERS_OF_TOPOLOGY "the topology's per_peer_s, for each peer"
#define LINKS_ONLY "the efficiency_ratio of each link type, which names its source"
#define SMS_OF_TOPOLOGY "the topology's sm_share_ratio"

static const struct algorithm algorithms[] = {
    {.facts = {.summary = "every pair of ranks at once, as NCCL does",
               .source = "NCCL's grouped sends and receives (nccl-tests, alltoall.cu)",
               .floor = FLOOR_OF_TOPOLOGY,
               .message = PEERS_OF_TOPOLOGY,
               .protocol = LINKS_ONLY,
               .sms = SMS_OF_TOPOLOGY},
     .between_all = true,
     .add = add_pairwise},
    {.facts = {.summary = "ep - 1 rounds; in round r each rank sends to the one r further in its "
                          "group",
               .source = "the linear exchange of MPI libraries",
               .floor = FLOOR_OF_TOPOLOGY "; a round's latency is that of its routes",
               .message = PEERS_OF_TOPOLOGY,
               .protocol = LINKS_ONLY,
               .sms = SMS_OF_TOPOLOGY},
     .between_all = true,
     .add = add_rounds},
    {.facts = {.summary = "2D: to the node's GPU on the receiver's rail, then along the rail",
               .source = "Tutel's 2DH All-to-All (MLSys 2023, section 4.3)",
               .floor = "the topology's floor_s, and setup_s twice, as it is two exchanges",
               .message = "the topology's per_peer_s, for each peer of both exchanges",
               .protocol = LINKS_ONLY,
               .sms = SMS_OF_TOPOLOGY},
     .on_rails = true,
     .set_up_twice = true,
     .add = add_hierarchical},
    {.facts = {.summary = "along the rail once per token and node, forwarded inside the node as it "
                          "arrives",
               .source = "DeepEP's normal kernels",
               .floor = FLOOR_OF_TOPOLOGY ", as none of a small exchange is published",
               .message = PEERS_OF_TOPOLOGY,
               .protocol =
                   "inside a node 0.912 of what NCCL gets of the links: on 8 H800 dispatch and "
                   "combine of 4,096 tokens take 1,048 and 1,968 us (docs/legacy.md: 153 and "
                   "158 GB/s, the GPU's own tokens counted), ratios of 0.906 and 0.918; between "
                   "nodes the NICs' efficiency_ratio",
               .sms = "20 (DeepSeek's profile-data, DeepEP's default)"},
     .on_rails = true,
     .counts_tokens = true,
     .protocol_ratio = 0.912,
     .kernels = {.own_sms = true, .sm_count = 20},
     .add = add_two_hop},
    {.facts =
         {.summary = "every pair directly from GPU to NIC, no SM held while bytes move",
          .source = "DeepEP's low-latency kernels",
          .floor = "39 us, mean of what its dispatches on 16 to 256 H800 take beyond their bytes "
                   "at 48 GB/s (docs/legacy.md); at least its kernels' 60 us",
          .message = "in the 39 us, with 1,024 messages a rank; apart it is not published",
          .protocol = "the efficiency_ratio of the NIC's link; headers count as bytes",
          .sms = "all for 60 us, none while bytes move, as receiving waits in a hook (LMSYS "
                 "blog, 2025-05-05: dispatch of 128 tokens takes 0.06 ms of the SMs); combine, of "
                 "which no such figure is published, as dispatch"},
     /* T - bytes / rate of the five dispatches between nodes in DeepEP's legacy table (128 tokens,
      * top 8, 7,408 bytes a copy, 48 GB/s of a 400 Gb/s NIC): 118 - 79.0, 155 - 118.5, 173 - 138.3,
      * 192 - 148.2, 194 - 153.1 us, mean 39.0. All send 1,024 messages a rank, so that what a
      * message costs is in it. */
     .between_all = true,
     .by_nics = true,
     .kernels = {.own_setup = true,
                 .setup_s = 39e-6,
                 .own_sms = true,
                 .sm_count = 0,
                 .whole_gpu_s = 60e-6,
                 .packs = true},
     .add = add_pairwise},
    {.facts =
         {.summary = "every pair at once through the hosts' memory, for GPUs without peer access",
          .source = "NCCL's SHM transport: kernels write to and read from pinned memory on the "
                    "receiver's side (NCCL user guide, NCCL_P2P_DISABLE and NCCL_SHM_DISABLE; "
                    "src/transport/shm.cc, NCCL_SHM_LOCALITY); between nodes its NET transport "
                    "without GPUDirect, by the memory of both",
          .floor = FLOOR_OF_TOPOLOGY,
          .message = PEERS_OF_TOPOLOGY "; on PCIe boxes it was fitted where sockets exchange so",
          .protocol = "inside a node 0.865 of the links: copies to and from pinned memory at once "
                      "reach 44.8 of 55.1 GB/s on an H100 and 50.8 of 55.3 on an H200 (512 MiB, "
                      "traces/*/copies.csv; mean of 0.81 and 0.92); between nodes the NICs' "
                      "efficiency_ratio",
          .sms = SMS_OF_TOPOLOGY},
     .between_all = true,
     .staged = true,
     .protocol_ratio = 0.865,
     .add = add_pairwise},
};
_Static_assert(sizeof algorithms / sizeof *algorithms ==
                   sizeof a2a_algorithm_names / sizeof(char *) - 1,
               "one row for each name");

const struct algorithm *algorithm_lookup(const char *name)
{
    for (size_t i = 0; a2a_algorithm_names[i]; i++)
        if (strcmp(a2a_algorithm_names[i], name) == 0)
            return &algorithms[i];
    return NULL;
}

const struct a2a_facts *a2a_algorithm_facts(const char *name)
{
    static const struct a2a_facts automatic = {
        .summary = "whichever of those usual on the cluster is fastest for a schedule"};
    if (strcmp(name, A2A_AUTO) == 0)
        return &automatic;
    const struct algorithm *algorithm = algorithm_lookup(name);
    return algorithm ? &algorithm->facts : NULL;
}

int a2a_algorithm_check(const char *name, const struct topology *topology, size_t ep,
                        struct diag *diag)
{
    const struct algorithm *algorithm = algorithm_lookup(name);
    bool inside = topology->gpus_per_node % ep == 0, whole = ep % topology->gpus_per_node == 0;
    if (algorithm->on_rails && !inside && !whole)
        return diag_say(
            diag,
            "All-to-All algorithm %s goes along rails: groups of %zu ranks neither fill "
            "nodes of %zu GPUs nor lie inside one",
            name, ep, topology->gpus_per_node);
    if (ep == 1)
        return 0;
    if (algorithm->staged && topology->memories_per_node == 0)
        return diag_say(
            diag,
            "All-to-All algorithm %s goes through the hosts' memory, and topology \"%s\" "
            "has none (/node/memories)",
            name, topology->name);
    if (!algorithm->staged && !topology->all_to_all.peer_access)
        return diag_say(
            diag,
            "All-to-All algorithm %s copies from GPU to GPU, and those of topology \"%s\" "
            "have no peer access: use host-staged or auto",
            name, topology->name);
    return 0;
}

bool a2a_algorithm_fits(const char *name, const struct topology *topology, size_t ep)
{
    struct diag ignored = {0};
    bool fits = algorithm_lookup(name) && a2a_algorithm_check(name, topology, ep, &ignored) == 0;
    diag_done(&ignored);
    return fits;
}

#define SHARE_MAX 0.5 /* as for a topology's sm_share_ratio */

static bool has_nics(const struct topology *topology)
{
    for (size_t i = 0; i < topology->vertex_count; i++)
        if (topology->vertices[i].kind == VERTEX_NIC)
            return true;
    return false;
}

bool a2a_algorithm_usual(const char *name, const struct topology *topology, size_t ep,
                         double tokens_per_rank)
{
    const struct algorithm *algorithm = algorithm_lookup(name);
    if (!a2a_algorithm_fits(name, topology, ep))
        return false;
    if (algorithm->staged)
        return !topology->all_to_all.peer_access;
    if (algorithm->on_rails && ep <= topology->gpus_per_node)
        return false;
    return !algorithm->by_nics || (tokens_per_rank <= A2A_LOW_LATENCY_TOKENS && has_nics(topology));
}

bool a2a_algorithm_counts_tokens(const char *name)
{
    const struct algorithm *algorithm = algorithm_lookup(name);
    return algorithm && algorithm->counts_tokens;
}

bool a2a_algorithm_staged(const char *name)
{
    const struct algorithm *algorithm = algorithm_lookup(name);
    return algorithm && algorithm->staged;
}

struct a2a_costs a2a_costs_of(const char *algorithm, const struct topology *topology, size_t ep,
                              size_t sm_count)
{
    if (ep == 1)
        return (struct a2a_costs){0};
    const struct algorithm *at = algorithm_lookup(algorithm);
    const struct a2a_settings *library = &topology->all_to_all;
    const struct kernels *own = &at->kernels;
    bool halves = at->set_up_twice && ep > topology->gpus_per_node;
    size_t gpus = topology->gpus_per_node;
    size_t peers = halves ? gpus - 1 + ep / gpus - 1 : ep - 1;
    double setup_s = (halves ? 2 : 1) * library->setup_s + library->per_peer_s * (double)peers;
    return (struct a2a_costs){
        .setup_s = own->own_setup ? own->setup_s : setup_s,
        .floor_s = own->own_setup ? own->whole_gpu_s : library->floor_s,
        .sm_share_ratio = own->own_sms ? fmin(own->sm_count / (double)sm_count, SHARE_MAX)
                                       : library->sm_share_ratio,
        .kernels_s = own->whole_gpu_s,
        .packs = own->packs,
    };
}

int a2a_algorithm_known(const struct json *topology_doc, struct diag *diag)
{
    struct jcur root = json_root(topology_doc, diag), settings, word;
    size_t which;
    if (jcur_member(&root, "all_to_all", &settings) < 0 ||
        jcur_member(&settings, "algorithm", &word) < 0)
        return -EINVAL;
    return jcur_word(&word, a2a_choice_names, &which);
}
