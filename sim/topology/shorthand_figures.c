#include "sim/topology/shorthand.h"

#include <string.h>

/* The latency of an NVLink or NVSwitch hop is the same measured figure for every generation
 * here. */
#define NVLINK_LATENCY_S 936.25e-9
#define NVLINK_LATENCY_SOURCE                                                                      \
    "latency of one hop: ASTRA-sim's HGX-H100 example, fitted to "                                 \
    "nccl-tests on 8 H100"

/* 210 GB/s of the A100's 300: alltoall busbw of 8 GPUs, NVIDIA GTC25 S72583 slide 13. */
#define NVLINK3_RATIO 0.7
#define NVLINK3_SOURCE                                                                             \
    "efficiency: alltoall busbw 210 of 300 GB/s on 8 A100 (NVIDIA GTC25 "                          \
    "S72583, slide 13); " NVLINK_LATENCY_SOURCE

/* 345.89 of 450 GB/s: alltoall_perf on 8 H100 at 8 GiB, SimuMax nccl_fit.py. */
#define NVLINK4_RATIO 0.7686
#define NVLINK4_SOURCE                                                                             \
    "efficiency: alltoall busbw 345.89 of 450 GB/s on 8 H100 at 8 GiB "                            \
    "(SimuMax 4dcaae5, nccl_fit.py); " NVLINK_LATENCY_SOURCE

static const struct link_figures nvlink_a100 = {
    .name = "nvlink",
    .bandwidth_bytes_per_s = 300e9,
    .efficiency_ratio = NVLINK3_RATIO,
    .latency_s = NVLINK_LATENCY_S,
    .source = "NVLink 3, 600 GB/s both ways (nvidia.com, NVLink page of the A100); " NVLINK3_SOURCE,
};
static const struct link_figures nvlink_a800 = {
    .name = "nvlink",
    .bandwidth_bytes_per_s = 200e9,
    .efficiency_ratio = NVLINK3_RATIO,
    .latency_s = NVLINK_LATENCY_S,
    .source = "NVLink 3 cut to 400 GB/s both ways (Reuters, November 2022, after Tweakers "
              "203182); " NVLINK3_SOURCE,
};
static const struct link_figures nvlink_h100 = {
    .name = "nvlink",
    .bandwidth_bytes_per_s = 450e9,
    .efficiency_ratio = NVLINK4_RATIO,
    .latency_s = NVLINK_LATENCY_S,
    .source = "NVLink 4, 450 GB/s each way (stas00/ml-engineering, network; nccl issue "
              "1264); " NVLINK4_SOURCE,
};
static const struct link_figures nvlink_h200 = {
    .name = "nvlink",
    .bandwidth_bytes_per_s = 450e9,
    .efficiency_ratio = NVLINK4_RATIO,
    .latency_s = NVLINK_LATENCY_S,
    .source =
        "NVLink 4 as on H100, 900 GB/s both ways (aiminingco.com, H200 specs); " NVLINK4_SOURCE,
};
static const struct link_figures nvlink_h800 = {
    .name = "nvlink",
    .bandwidth_bytes_per_s = 200e9,
    .efficiency_ratio = NVLINK4_RATIO,
    .latency_s = NVLINK_LATENCY_S,
    .source = "NVLink 4 cut to 400 GB/s both ways (SGLang blog 2025-09-26 compares H20 and "
              "H800); " NVLINK4_SOURCE " (DeepEP's 153 to 158 GB/s on 8 H800 agrees)",
};

/* Nothing but the rate is taken from Blackwell's own figures, so that those published for it stay
 * predictions. */
static const struct link_figures nvlink_b200 = {
    .name = "nvlink",
    .bandwidth_bytes_per_s = 900e9,
    .efficiency_ratio = NVLINK4_RATIO,
    .latency_s = NVLINK_LATENCY_S,
    .source = "NVLink 5, 1.8 TB/s both ways (NVIDIA, GB200 NVL72 and HGX B200 specifications); not "
              "fitted on Blackwell, as NVLink 4's " NVLINK4_SOURCE,
};
/* Bridges over two cards have no switch, but NVLink's protocol. */
static const struct link_figures bridge_a30 = {
    .name = "nvlink",
    .bandwidth_bytes_per_s = 100e9,
    .efficiency_ratio = NVLINK3_RATIO,
    .latency_s = NVLINK_LATENCY_S,
    .source = "NVLink 3 bridge over two A30, 200 GB/s both ways (NVIDIA A30 datasheet); as through "
              "an NVSwitch: " NVLINK3_SOURCE,
};
static const struct link_figures bridge_a100 = {
    .name = "nvlink",
    .bandwidth_bytes_per_s = 300e9,
    .efficiency_ratio = NVLINK3_RATIO,
    .latency_s = NVLINK_LATENCY_S,
    .source = "three NVLink 3 bridges over two A100 PCIe, 600 GB/s both ways (NVIDIA A100 "
              "datasheet); as through an NVSwitch: " NVLINK3_SOURCE,
};
static const struct link_figures bridge_ga102 = {
    .name = "nvlink",
    .bandwidth_bytes_per_s = 56.25e9,
    .efficiency_ratio = NVLINK3_RATIO,
    .latency_s = NVLINK_LATENCY_S,
    .source =
        "NVLink 3 bridge over two cards with GA102, 56.25 GB/s each way (NVIDIA Ampere GA102 "
        "whitepaper; A40 datasheet: 112.5 both ways); as through an NVSwitch: " NVLINK3_SOURCE,
};

/* 0.6969 * 30 * 2^30 = 22.45e9 of 31.5e9 bytes/s for two GPUs. */
static const struct link_figures pcie4 = {
    .name = "pcie",
    .bandwidth_bytes_per_s = 31.5e9,
    .efficiency_ratio = 0.7127,
    .latency_s = 105e-9,
    .source = "PCIe 4.0 x16: 16 GT/s * 16 lanes * 128/130 / 8; efficiency: 20.9 GiB/s between two "
              "A100-PCIe (SimuMax 4dcaae5, fitted all2all, 2 GPUs: 0.6969 of 30 GiB/s); latency of "
              "one hop: 105 ns through a Broadcom PEX88000 (Linley Newsletter, 2019-09-24)",
};
/* 54.30 of 63 GB/s. */
static const struct link_figures pcie5 = {
    .name = "pcie",
    .bandwidth_bytes_per_s = 63e9,
    .efficiency_ratio = 0.86,
    .latency_s = 115e-9,
    .source = "PCIe 5.0 x16: 32 GT/s * 16 lanes * 128/130 / 8; efficiency: 54.30 of 63 GB/s GPU to "
              "GPU (p2pmark README); latency of one hop: 115 ns through a Broadcom PEX89048 "
              "(HighPoint, The Latency War)",
};

static const struct link_figures pcie6 = {
    .name = "pcie",
    .bandwidth_bytes_per_s = 121e9,
    .efficiency_ratio = 0.86,
    .latency_s = 115e-9,
    .source =
        "PCIe 6.0 x16: 64 GT/s * 16 lanes * 242/256 (flits of 256 bytes with 242 of payload "
        "and headers) / 8; not measured: efficiency and latency of PCIe 5.0, 54.30 of 63 "
        "GB/s GPU to GPU (p2pmark README), 115 ns through a Broadcom PEX89048 (HighPoint, The "
        "Latency War)",
};

#define SOCKET_LATENCY_S 80e-9
#define SOCKET_LATENCY_SOURCE                                                                      \
    "latency: 0.44 us between GPUs of two sockets less 0.36 us inside one "                        \
    "(rtx6kpro wiki, topology.md, EPYC Turin)"
#define MEMORY_SOURCE                                                                              \
    "; what PCIe devices get of it is not published, and it is no bottleneck "                     \
    "before 0.76 of it; both ways share it; latency: in the library's setup"

/* With S bytes a rank among 8 GPUs, 4 * 4 pairs of S / 8 bytes = 2 S cross between the sockets each
 * way. busbw = 0.2754 * 30 * 2^30 = 8.871e9 bytes/s means that this takes S * (7/8) / 8.871e9 s. */
static const struct host_figures pcie4_host = {
    .socket =
        {
            .name = "socket",
            .bandwidth_bytes_per_s = 20.28e9,
            .efficiency_ratio = 1,
            .latency_s = SOCKET_LATENCY_S,
            .source =
                "derived, as servers differ and the rate for GPU traffic is no data-sheet figure: "
                "the 8-GPU alltoall of A100-PCIe servers has busbw 8.871 GB/s (SimuMax 4dcaae5: "
                "0.2754 of 30 GiB/s), so S bytes a rank take S * 7/8 / 8.871e9 s, in which 16 "
                "pairs "
                "* S/8 = 2 S cross the sockets each way: 20.28 GB/s, efficiency "
                "included; " SOCKET_LATENCY_SOURCE,
        },
    .memory =
        {
            .name = "memory",
            .bandwidth_bytes_per_s = 204.8e9,
            .efficiency_ratio = 1,
            .half_duplex = true,
            .source =
                "8 channels of DDR4-3200, 8 bytes each (AMD EPYC 7002 and 7003)" MEMORY_SOURCE,
        },
};

/* 8 GPUs right under two sockets that copy from all others at once move 173.1e9 bytes/s together. 4
 * * 4 of the 8 * 7 pairs cross the sockets each way: 173.1 * 16 / 56 = 49.5. */
static const struct host_figures pcie5_host = {
    .socket =
        {
            .name = "socket",
            .bandwidth_bytes_per_s = 49.5e9,
            .efficiency_ratio = 1,
            .latency_s = SOCKET_LATENCY_S,
            .source = "derived, as servers differ: 8 GPUs under two EPYC Turin that copy from all "
                      "others at "
                      "once move 173.1 GB/s together, of which 16 of 56 pairs cross the sockets "
                      "each way: "
                      "49.5 GB/s, efficiency included (p2pmark of a dual Turin; rtx6kpro wiki, "
                      "pcie-bandwidth.md, where one pair gets 32 to 50 GB/s each "
                      "way); " SOCKET_LATENCY_SOURCE,
        },
    .memory =
        {
            .name = "memory",
            .bandwidth_bytes_per_s = 460.8e9,
            .efficiency_ratio = 1,
            .half_duplex = true,
            .source = "12 channels of DDR5-4800, 8 bytes each (AMD EPYC 9004)" MEMORY_SOURCE,
        },
};

const struct link_figures network_figures = {
    .name = "network",
    .efficiency_ratio = 0.96,
    .latency_s = 1.35e-6,
    .source =
        "rate of the NIC; efficiency: 48 of 50 GB/s (NVIDIA GTC25 S72583, slide 13, "
        "8x400Gb), within the 46 to 49 GB/s that NCCL's maintainers report (nccl-tests issues "
        "130 and 267); latency: half of the 2.7 us of a network step in NCCL's tuning model "
        "(src/graph/tuning.cc, Ring LL), as a route has two NIC links",
};
const struct link_figures uplink_figures = {
    .name = "uplink",
    .efficiency_ratio = 0.96,
    .latency_s = 150e-9,
    .source = "as many cables up as NICs below (non-blocking; fewer by the shorthand's ratio), "
              "drawn as one link since adaptive routing spreads packets over them; efficiency as "
              "of the NICs; latency: under 150 ns "
              "through a Quantum-2 switch (router-switch.com, QM9700 against SN5400)",
};
const struct link_figures core_figures = {
    .name = "core",
    .efficiency_ratio = 0.96,
    .latency_s = 150e-9,
    .source = "what the spine switch of a pod has below it, divided by the shorthand's second "
              "ratio; efficiency and latency as of the uplinks",
};
/* A dragonfly is balanced with a = 2p routers of p NICs in a group and all local cables of the
 * NICs' rate: 2p / a of it in general. */
const struct link_figures local_figures = {
    .name = "local",
    .efficiency_ratio = 0.96,
    .latency_s = 150e-9,
    .source = "between routers of a dragonfly's group: twice what a router's NICs carry, spread "
              "over the group's routers, which is one NIC's rate in a balanced dragonfly of a = 2p "
              "routers with p NICs each (Kim, Dally, Scott and Abts, ISCA 2008); efficiency and "
              "latency as of a fat tree's uplinks",
};
/* Three hops, more than the two local ones that may go with one global: so no route takes two. */
const struct link_figures global_figures = {
    .name = "global",
    .hops = 3,
    .efficiency_ratio = 0.96,
    .latency_s = 150e-9,
    .source = "between groups of a dragonfly: what a group's NICs carry, divided by the "
              "shorthand's ratio, spread evenly over the cables to other groups; efficiency and "
              "latency as of a fat tree's uplinks",
};
const struct link_figures star_figures = {
    .name = "star",
    .efficiency_ratio = 1,
    .source = "an ideal non-blocking switch with the figures given in the shorthand",
};

/* SM shares: Calculon's processor_usage (systems/a100_80g.json) is 0.15 for NVLink and 0.02 for a
 * 25 GB/s network; DeepSeek's kernels on H800 use 20 of 132 SMs (DeepEP; profile-data README). */
/* alltoall_perf on 8 H100 (SimuMax nccl_fit.py): 1 MiB takes 75.76 us, which nothing smaller beats;
 * 16 MiB 82.85 us, of which 14 MiB over 345.87e9 bytes/s are 42.44 us and two hops 1.87. The other
 * rows of the table are predictions (scmoesim validate all-to-all-node all-to-all-network). */
#define NVLINK_SETUP_S 38.54e-6
#define NVLINK_FLOOR_S 75.76e-6
#define FLOOR_SOURCE                                                                               \
    "floor_s: alltoall_perf of 1 MiB on 8 H100 (SimuMax 4dcaae5, nccl_fit.py); "                   \
    "setup_s: 82.85 us of 16 MiB there less 42.44 of transfer and 1.87 of "                        \
    "latency; "
static const struct a2a_figures nvlink3_a2a = {
    .setup_s = NVLINK_SETUP_S,
    .floor_s = NVLINK_FLOOR_S,
    .sm_share_ratio = 0.15,
    .source = FLOOR_SOURCE "none is known of A100 or A800; sm_share_ratio: processor_usage of "
                           "NVLink (Calculon caa4b11, systems/a100_80g.json)",
};
static const struct a2a_figures nvlink4_a2a = {
    .setup_s = NVLINK_SETUP_S,
    .floor_s = NVLINK_FLOOR_S,
    .sm_share_ratio = 0.1515,
    .source = FLOOR_SOURCE "sm_share_ratio: 20 of 132 SMs (DeepSeek profile-data and DeepEP, H800)",
};
static const struct a2a_figures nvlink5_a2a = {
    .setup_s = NVLINK_SETUP_S,
    .floor_s = NVLINK_FLOOR_S,
    .sm_share_ratio = 0.15,
    .source = FLOOR_SOURCE
    "none is known of Blackwell; sm_share_ratio: processor_usage of NVLink "
    "(Calculon caa4b11, systems/a100_80g.json), near DeepEP's 24 of 148 SMs on SM100",
};
const struct a2a_figures pcie_a2a_figures = {
    .per_peer_s = 30.04e-6,
    .sm_share_ratio = 0.02,
    .source = "per_peer_s: fitted latency per peer of 8 A100-PCIe (SimuMax 4dcaae5: 30.04 us * "
              "(n - 1)); sm_share_ratio: processor_usage of a 25 GB/s network, the rate class of "
              "PCIe 4.0 x16 (Calculon caa4b11, systems/a100_80g.json)",
};
const struct a2a_figures star_a2a_figures = {
    .source = "ideal: nothing but the links takes time",
};

static const char no_peer_geforce[] = "false, as the driver lets no RTX 3090 "
                                      "access another over PCIe (nccl issue 1127, 8 of them)";

static const struct gpu_figures gpus[] = {
    {"a30", NULL, &bridge_a30, &pcie4, &pcie4_host, NULL, NULL},
    {"a40", NULL, &bridge_ga102, &pcie4, &pcie4_host, NULL, NULL},
    {"a100", &nvlink_a100, &bridge_a100, &pcie4, &pcie4_host, &nvlink3_a2a, NULL},
    {"a800", &nvlink_a800, NULL, &pcie4, &pcie4_host, &nvlink3_a2a, NULL},
    {"h100-sxm", &nvlink_h100, NULL, &pcie5, &pcie5_host, &nvlink4_a2a, NULL},
    {"h200", &nvlink_h200, NULL, &pcie5, &pcie5_host, &nvlink4_a2a, NULL},
    {"h800", &nvlink_h800, NULL, &pcie5, &pcie5_host, &nvlink4_a2a, NULL},
    {"b200", &nvlink_b200, NULL, &pcie5, &pcie5_host, &nvlink5_a2a, NULL},
    {"gb200", &nvlink_b200, NULL, &pcie5, &pcie5_host, &nvlink5_a2a, NULL},
    {"gb300", &nvlink_b200, NULL, &pcie6, &pcie5_host, &nvlink5_a2a, NULL},
    {"rtx-3090", NULL, &bridge_ga102, &pcie4, &pcie4_host, NULL, no_peer_geforce},
};
const struct gpu_figures newest_gpu_figures = {"h100-sxm",  &nvlink_h100, NULL, &pcie5,
                                               &pcie5_host, &nvlink4_a2a, NULL};

const struct gpu_figures *gpu_figures_lookup(const char *gpu)
{
    for (size_t i = 0; i < sizeof gpus / sizeof *gpus; i++)
        if (strcmp(gpus[i].name, gpu) == 0)
            return &gpus[i];
    return NULL;
}
