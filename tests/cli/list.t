What ships.

$ scmoesim list models
| deepseek-v3       DeepSeek-V3: 61 layers of 7168, 256 experts, top-8, a shared
|                   one, latent attention
|                   source: DeepSeek-V3 technical report (arXiv 2412.19437),
|                   section 4.2: 61 layers, width 7168, all but the first 3 with
|                   MoE; 128 heads of 128, ranks 1536 and 512, 64 rotated
|                   dimensions; dense FFN 18432, 1 shared and 256 routed experts
|                   of 2048, top-8; vocabulary 129280. 671G parameters; embedding
|                   and head are two matrices there and one here. Training profile
|                   (deepseek-ai/profile-data): 4096 tokens a GPU. Matrix products
|                   in fp8, dispatch in fp8, combine in bf16. Balanced routing
|                   without padding is assumed.
| gpt2-moe-medium   GPT2-MoE-Medium: 24 layers of 1024, 16 experts, MoE in every
|                   second block
|                   source: Cai et al., 'Shortcut-connected Expert Parallelism for
|                   Accelerating Mixture-of-Experts', arXiv 2404.05019 (ICML
|                   2025), Table 8: layers 24, embedding 1024, heads 16, KV heads
|                   16, 16 experts, MoE frequency 1/2, sequence 2048, capacity
|                   factor 2. Its Table 7 and Fig. 13 use 8 experts instead; set
|                   /model/experts for those. Derived: FFN width 4 times the
|                   embedding, as in the other GPT models, though it gives 1.86G
|                   parameters where the table has 1.7B. GPT-2's byte-pair
|                   vocabulary of 50257 and a head tied to the embedding are
|                   assumed. Assumed, as the paper does not say: 4 sequences or
|                   8192 tokens per GPU and micro-batch, fp16. Position embeddings
|                   are left out.
| gpt2-moe-small    GPT2-MoE-Small: 12 layers of 768, 8 experts, MoE in every
|                   second block
|                   source: Cai et al., 'Shortcut-connected Expert Parallelism for
|                   Accelerating Mixture-of-Experts', arXiv 2404.05019 (ICML
|                   2025), Table 8: layers 12, embedding 768, heads 12, KV heads
|                   12, 8 experts, MoE frequency 1/2, sequence 1024, capacity
|                   factor 2. Derived: FFN width 4 times the embedding gives 321M
|                   parameters where the table has 323M. GPT-2's byte-pair
|                   vocabulary of 50257 and a head tied to the embedding are
|                   assumed. Assumed, as the paper does not say: 8 sequences or
|                   8192 tokens per GPU and micro-batch, fp16. Position embeddings
|                   are left out.
| gpt3-moe-xl       GPT3-MoE-XL: 24 layers of 2048, 8 experts, MoE in every second
|                   block
|                   source: Cai et al., 'Shortcut-connected Expert Parallelism for
|                   Accelerating Mixture-of-Experts', arXiv 2404.05019 (ICML
|                   2025), Table 8: layers 24, embedding 2048, heads 32, KV heads
|                   32, 8 experts, MoE frequency 1/2, sequence 2048, capacity
|                   factor 2. Derived: FFN width 4 times the embedding gives 4.13G
|                   parameters where the table has 4.1B. GPT-2's byte-pair
|                   vocabulary of 50257 and a head tied to the embedding are
|                   assumed. Assumed, as the paper does not say: 4 sequences or
|                   8192 tokens per GPU and micro-batch, fp16. Position embeddings
|                   are left out.
| llama2-moe        LLaMA2-MoE: 24 layers of 2048, 8 gated experts in every block
|                   source: Cai et al., 'Shortcut-connected Expert Parallelism for
|                   Accelerating Mixture-of-Experts', arXiv 2404.05019 (ICML
|                   2025), Table 8: layers 24, embedding 2048, heads 16, KV heads
|                   4, 8 experts, MoE frequency 1, sequence 2048, capacity factor
|                   2. Derived: gated feed-forwards (SwiGLU) need a width of about
|                   5.4k for the table's 6.7B parameters; 5376 is the multiple of
|                   256 that gives it. LLaMA 2's vocabulary of 32000 is assumed.
|                   Assumed, as the paper does not say: 4 sequences or 8192 tokens
|                   per GPU and micro-batch, fp16. Position embeddings are left
|                   out.
| longcat-flash     LongCat-Flash: 28 shortcut layers of 6144, 512 experts and 256
|                   that do nothing, top-12
|                   source: LongCat-Flash technical report (arXiv 2509.01322),
|                   Fig. 2, and its configuration in Hugging Face transformers
|                   (configuration_longcat_flash.py): 28 layers, each two latent
|                   attentions, two dense FFNs of 12288 and one MoE, here block
|                   pairs whose shared expert is the second FFN; width 6144, 64
|                   heads of 128, ranks 1536 and 512, 64 rotated dimensions; 512
|                   experts of 2048 and 256 zero-computation ones, top-12, so that
|                   8 real experts work on a token on average; vocabulary 131072.
|                   560G parameters. Decoding as in its Table 7: 192 tokens a GPU
|                   (96 sequences, two tokens each by multi-token prediction),
|                   5000 cached tokens as in its measured serving (Table 6), fp8
|                   products and dispatch, bf16 combine.
| nemotron-3-nano   Nemotron-3 Nano 30B-A3B: 23 MoE layers behind Mamba-2 or
|                   attention, 128 experts, top-6
|                   source: NVIDIA/Megatron-LM,
|                   examples/post_training/modelopt/conf/nvidia/NVIDIA-Nemotron-3-
|                   Nano-30B-A3B-BF16.sh, and NVIDIA-NeMo/Nemotron (architecture
|                   notes of nano3): pattern
|                   MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME of 52
|                   layers; width 2688; Mamba 64 heads of 64, state 128, 8 groups;
|                   attention 32 heads of 128, 2 KV heads; 128 experts of 1856,
|                   top-6, shared expert of 3712; squared ReLU (counted as GELU),
|                   not gated; vocabulary 131072. In pairs as Megatron-LM's
|                   shortcut takes them: 17 MoE layers behind a Mamba layer, 6
|                   behind attention, and 6 Mamba layers before the attention
|                   ones. Two sequences of 8192 tokens a GPU (its pull request
|                   6959: MBS2). Matrix products in fp8 (MXFP8), All-to-Alls in
|                   bf16. Balanced routing, dropless.
| nemotron-3-super  Nemotron-3 Super 120B-A12B: 40 MoE layers behind Mamba-2 or
|                   attention, 512 experts, top-22
|                   source: NVIDIA/Megatron-LM,
|                   examples/post_training/modelopt/conf/nvidia/NVIDIA-Nemotron-3-
|                   Super-120B-A12B-BF16.sh, and NVIDIA-NeMo/Nemotron,
|                   docs/nemotron/super3/pretrain.md: pattern
|                   MEMEMEM*EMEMEMEM*EMEMEMEM*EMEMEMEMEM*EMEMEMEMEM*EMEMEMEMEM*EME
|                   MEMEMEM*EMEMEMEM*EMEMEMEME of 88 layers; width 4096; Mamba 128
|                   heads of 64, state 128, 8 groups; attention 32 heads of 128, 2
|                   KV heads; 512 experts of 2688 at a latent width of 1024,
|                   top-22, shared expert of 5376; squared ReLU (counted as GELU),
|                   not gated; vocabulary 131072; its two layers for multi-token
|                   prediction are left out. In pairs as Megatron-LM's shortcut
|                   takes them: 32 MoE layers behind a Mamba layer, 8 behind
|                   attention, and 8 Mamba layers before the attention ones. One
|                   sequence of 8192 tokens a GPU (its pull request 6959: MBS1).
|                   Matrix products in fp8 (MXFP8), All-to-Alls in bf16. Balanced
|                   routing, dropless.
| qwen3-235b-a22b   Qwen3-235B-A22B: 94 layers of 4096, 128 experts, top-8
|                   source: Qwen3 technical report (arXiv 2505.09388), Table 2: 94
|                   layers, 64 heads, 4 KV heads, 128 experts, top-8; widths from
|                   its configuration on Hugging Face: 4096, heads of 128, experts
|                   of 1536, vocabulary 151936. 235G parameters; embedding and
|                   head are two matrices there and one here. No shared expert.
|                   4096 tokens a GPU, balanced routing without padding are
|                   assumed.
| qwen3-30b-a3b     Qwen3-30B-A3B: 48 layers of 2048, 128 experts, top-8
|                   source: Qwen3 technical report (arXiv 2505.09388), Table 2: 48
|                   layers, 32 heads, 4 KV heads, 128 experts, top-8; widths from
|                   its configuration on Hugging Face: 2048, heads of 128, experts
|                   of 768, vocabulary 151936. 30G parameters; embedding and head
|                   are two matrices there and one here. No shared expert. One
|                   sequence of 4096 tokens a GPU, as in Megatron-Bridge's overlap
|                   measurements; balanced routing, dropless.
| swinv2-moe-b      SwinV2-MoE-B: vision, 4 stages, MoE in every second block of
|                   stages 3 and 4
|                   source: Cai et al., 'Shortcut-connected Expert Parallelism for
|                   Accelerating Mixture-of-Experts', arXiv 2404.05019 (ICML
|                   2025), Table 9: image 192x192, window 12x12, embedding 128,
|                   layers 2,2,18,2, heads 4,8,16,32, 8 experts, capacity factor
|                   1.25, batch 1024; MoE in stages 3 and 4, shortcut in stage 3
|                   only (A.8). Derived: 192 / 4 / 4 = 12, so stage 3 has 144
|                   tokens per image, stages 1 and 2 have 16 and 4 times as many,
|                   stage 4 a quarter (a 6x6 map, hence a window of 36). Assumed:
|                   the batch of 1024 is global over 8 GPUs, 128 images or 18432
|                   stage-3 tokens per GPU; MLP and expert width 4 times the
|                   embedding (SwinV2's own); fp16 (the paper names no precision;
|                   SwinV2's reference code trains in mixed precision). Patch
|                   embedding, patch merging and classifier are left out.
| swinv2-moe-s      SwinV2-MoE-S: vision, 4 stages, MoE in every second block of
|                   stages 3 and 4
|                   source: Cai et al., 'Shortcut-connected Expert Parallelism for
|                   Accelerating Mixture-of-Experts', arXiv 2404.05019 (ICML
|                   2025), Table 9: image 192x192, window 12x12, embedding 96,
|                   layers 2,2,18,2, heads 3,6,12,24, 8 experts, capacity factor
|                   1.25, batch 1024; MoE in stages 3 and 4, shortcut in stage 3
|                   only (A.8). Derived: 192 / 4 / 4 = 12, so stage 3 has 144
|                   tokens per image, stages 1 and 2 have 16 and 4 times as many,
|                   stage 4 a quarter (a 6x6 map, hence a window of 36). Assumed:
|                   the batch of 1024 is global over 8 GPUs, 128 images or 18432
|                   stage-3 tokens per GPU; MLP and expert width 4 times the
|                   embedding (SwinV2's own); fp16 (the paper names no precision;
|                   SwinV2's reference code trains in mixed precision). Patch
|                   embedding, patch merging and classifier are left out.
$ scmoesim list gpus
| a100      NVIDIA A100 80 GB SXM (Ampere, NVLink, HBM2e)
|           source: NVIDIA A100 Tensor Core GPU datasheet, 80 GB SXM: dense
|           FP16/BF16 312, TF32 156, FP32 19.5 TFLOP/s, 2039 GB/s. SM count:
|           NVIDIA A100 architecture whitepaper.
| a30       NVIDIA A30 (Ampere, PCIe 4.0, 24 GB HBM2)
|           source: NVIDIA A30 Tensor Core GPU datasheet: dense FP16/BF16 165,
|           TF32 82, FP32 10.3 TFLOP/s, 933 GB/s, 24 GB. SM count: 3584 FP32 cores
|           at 64 per SM.
| a40       NVIDIA A40 (Ampere GA102, PCIe 4.0, NVLink bridge, 48 GB GDDR6)
|           source: NVIDIA A40 datasheet: dense FP16/BF16 149.7, TF32 74.8, FP32
|           37.4 TFLOP/s, 696 GB/s, 48 GB; 10,752 FP32 cores at 128 per SM.
| a800      NVIDIA A800 80 GB SXM (Ampere, NVLink at 400 GB/s, HBM2e)
|           source: NVIDIA A800: the A100 80 GB SXM with NVLink cut from 600 to
|           400 GB/s, everything else unchanged; figures of the NVIDIA A100 Tensor
|           Core GPU datasheet.
| b200      NVIDIA B200 SXM (Blackwell, NVLink 5, 180 GB HBM3e)
|           source: NVIDIA specifications of HGX B200, per GPU, half of the
|           figures with sparsity: FP16/BF16 2250, FP8 4500, TF32 half of FP16
|           (the page rounds it to 1100), FP32 75 TFLOP/s, 7.7 TB/s, 180 GB;
|           18,944 FP32 cores at 128 per SM.
| gb200     NVIDIA GB200, one of its Blackwell GPUs (NVLink 5, 186 GB HBM3e)
|           source: NVIDIA GB200 NVL72 specifications, a 72nd of the rack, without
|           sparsity: FP8 360 / 72 = 5, FP16/BF16 180 / 72 = 2.5, TF32 90 / 72 =
|           1.25 PFLOP/s, FP32 5760 / 72 = 80 TFLOP/s; HBM3e 13.4 TB / 72 = 186 GB
|           at 576 / 72 = 8 TB/s. SM count: Blackwell B200, 148 SMs (NVIDIA CUDA
|           device properties).
| gb300     NVIDIA GB300, one of its Blackwell Ultra GPUs (NVLink 5, 279 GB HBM3e)
|           source: NVIDIA GB300 NVL72 specifications, a 72nd of the rack, without
|           sparsity (as verda.com, GB300 NVL72 architecture, tells them per GPU):
|           FP8 360 / 72 = 5, FP16/BF16 180 / 72 = 2.5, TF32 90 / 72 = 1.25
|           PFLOP/s, FP32 80 TFLOP/s; 279 GB of HBM3e at 576 / 72 = 8 TB/s. SM
|           count: 152 of the 160 of the full chip (CUDA device properties of
|           GB300, as benchmarks publish them; NVIDIA technical blog, Inside
|           NVIDIA Blackwell Ultra).
| h100-sxm  NVIDIA H100 80 GB SXM5 (Hopper, NVLink, HBM3)
|           source: NVIDIA H100 Tensor Core GPU architecture whitepaper, SXM5:
|           dense FP16/BF16 989.4, TF32 494.7, FP32 66.9, FP8 1978.9 TFLOP/s, 132
|           SMs. Memory: NVIDIA H100 datasheet, 80 GB at 3.35 TB/s.
| h200      NVIDIA H200 141 GB SXM (Hopper, NVLink, HBM3e)
|           source: NVIDIA H200 Tensor Core GPU datasheet: 141 GB at 4.8 TB/s,
|           compute as H100 SXM5; NVIDIA H100 architecture whitepaper: dense
|           FP16/BF16 989.4, TF32 494.7, FP32 66.9, FP8 1978.9 TFLOP/s, 132 SMs.
| h800      NVIDIA H800 80 GB SXM5 (Hopper, NVLink at 400 GB/s, HBM3)
|           source: NVIDIA H800: the H100 SXM5 with NVLink cut from 900 to 400
|           GB/s (and slower FP64, which is not modelled); LMSYS blog 2025-09-26
|           lists 989 BF16, 1979 FP8 TFLOP/s, 3.35 TB/s. Figures of the NVIDIA
|           H100 architecture whitepaper: dense FP16/BF16 989.4, TF32 494.7, FP32
|           66.9, FP8 1978.9 TFLOP/s, 132 SMs.
| rtx-3090  NVIDIA GeForce RTX 3090 (Ampere GA102, PCIe 4.0, 24 GB GDDR6X)
|           source: NVIDIA Ampere GA102 GPU architecture whitepaper, GeForce RTX
|           3090: dense FP16/BF16 with FP32 accumulation 71, TF32 35.6, FP32 35.6
|           TFLOP/s, 936 GB/s, 24 GB, 82 SMs.
$ scmoesim list links
| core              spines of a pod to the core; the rate follows from what is
|                   below
|                   source: what the spine switch of a pod has below it, divided
|                   by the shorthand's second ratio; efficiency and latency as of
|                   the uplinks
| dragonfly-global  groups of a dragonfly; counts three hops, more than the two
|                   local links that may go with it, so that no route takes two
|                   source: between groups of a dragonfly: what a group's NICs
|                   carry, divided by the shorthand's ratio, spread evenly over
|                   the cables to other groups; efficiency and latency as of a fat
|                   tree's uplinks
| dragonfly-local   routers of a dragonfly's group; the rate follows from their
|                   NICs
|                   source: between routers of a dragonfly's group: twice what a
|                   router's NICs carry, spread over the group's routers, which is
|                   one NIC's rate in a balanced dragonfly of a = 2p routers with
|                   p NICs each (Kim, Dally, Scott and Abts, ISCA 2008);
|                   efficiency and latency as of a fat tree's uplinks
| memory-ddr4-3200  memory of one socket: 8 channels of DDR4-3200
|                   rate: 8 channels of DDR4-3200, 8 bytes each (AMD EPYC 7002 and
|                   7003)
|                   source: what PCIe devices get of it is not published, and it
|                   is no bottleneck before 0.76 of it; both ways share it;
|                   latency: in the library's setup
| memory-ddr5-4800  memory of one socket: 12 channels of DDR5-4800
|                   rate: 12 channels of DDR5-4800, 8 bytes each (AMD EPYC 9004)
|                   source: what PCIe devices get of it is not published, and it
|                   is no bottleneck before 0.76 of it; both ways share it;
|                   latency: in the library's setup
| network           NICs, InfiniBand or RoCE; the rate is the NIC's
|                   source: rate of the NIC; efficiency: 48 of 50 GB/s (NVIDIA
|                   GTC25 S72583, slide 13, 8x400Gb), within the 46 to 49 GB/s
|                   that NCCL's maintainers report (nccl-tests issues 130 and
|                   267); latency: half of the 2.7 us of a network step in NCCL's
|                   tuning model (src/graph/tuning.cc, Ring LL), as a route has
|                   two NIC links
| nvlink3           NVLink 3 through NVSwitches (Ampere)
|                   rate: NVLink 3, 600 GB/s both ways (nvidia.com, NVLink page of
|                   the A100)
|                   source: efficiency: alltoall busbw 210 of 300 GB/s on 8 A100
|                   (NVIDIA GTC25 S72583, slide 13); latency of one hop:
|                   ASTRA-sim's HGX-H100 example, fitted to nccl-tests on 8 H100
| nvlink3-bridge    NVLink 3 bridges over two cards, whose number decides the rate
|                   source: as through an NVSwitch: efficiency: alltoall busbw 210
|                   of 300 GB/s on 8 A100 (NVIDIA GTC25 S72583, slide 13); latency
|                   of one hop: ASTRA-sim's HGX-H100 example, fitted to nccl-tests
|                   on 8 H100
| nvlink4           NVLink 4 through NVSwitches (Hopper)
|                   rate: NVLink 4, 450 GB/s each way (stas00/ml-engineering,
|                   network; nccl issue 1264)
|                   source: efficiency: alltoall busbw 345.89 of 450 GB/s on 8
|                   H100 at 8 GiB (SimuMax 4dcaae5, nccl_fit.py); latency of one
|                   hop: ASTRA-sim's HGX-H100 example, fitted to nccl-tests on 8
|                   H100
| nvlink5           NVLink 5 through NVSwitches (Blackwell)
|                   rate: NVLink 5, 1.8 TB/s both ways (NVIDIA, GB200 NVL72 and
|                   HGX B200 specifications)
|                   source: not fitted on Blackwell, as NVLink 4's efficiency:
|                   alltoall busbw 345.89 of 450 GB/s on 8 H100 at 8 GiB (SimuMax
|                   4dcaae5, nccl_fit.py); latency of one hop: ASTRA-sim's
|                   HGX-H100 example, fitted to nccl-tests on 8 H100
| pcie4             PCIe 4.0 x16
|                   rate: PCIe 4.0 x16: 16 GT/s * 16 lanes * 128/130 / 8
|                   source: efficiency: 20.9 GiB/s between two A100-PCIe (SimuMax
|                   4dcaae5, fitted all2all, 2 GPUs: 0.6969 of 30 GiB/s); latency
|                   of one hop: 105 ns through a Broadcom PEX88000 (Linley
|                   Newsletter, 2019-09-24)
| pcie5             PCIe 5.0 x16
|                   rate: PCIe 5.0 x16: 32 GT/s * 16 lanes * 128/130 / 8
|                   source: efficiency: 54.30 of 63 GB/s GPU to GPU (p2pmark
|                   README); latency of one hop: 115 ns through a Broadcom
|                   PEX89048 (HighPoint, The Latency War)
| pcie6             PCIe 6.0 x16
|                   rate: PCIe 6.0 x16: 64 GT/s * 16 lanes * 242/256 (flits of 256
|                   bytes with 242 of payload and headers) / 8
|                   source: not measured: efficiency and latency of PCIe 5.0,
|                   54.30 of 63 GB/s GPU to GPU (p2pmark README), 115 ns through a
|                   Broadcom PEX89048 (HighPoint, The Latency War)
| socket-pcie4      between the two sockets of a server with PCIe 4.0, as GPUs get
|                   it
|                   rate: derived, as servers differ and the rate for GPU traffic
|                   is no data-sheet figure: the 8-GPU alltoall of A100-PCIe
|                   servers has busbw 8.871 GB/s (SimuMax 4dcaae5: 0.2754 of 30
|                   GiB/s), so S bytes a rank take S * 7/8 / 8.871e9 s, in which
|                   16 pairs * S/8 = 2 S cross the sockets each way: 20.28 GB/s,
|                   efficiency included
|                   source: latency: 0.44 us between GPUs of two sockets less 0.36
|                   us inside one (rtx6kpro wiki, topology.md, EPYC Turin)
| socket-pcie5      between the two sockets of a server with PCIe 5.0, as GPUs get
|                   it
|                   rate: derived, as servers differ: 8 GPUs under two EPYC Turin
|                   that copy from all others at once move 173.1 GB/s together, of
|                   which 16 of 56 pairs cross the sockets each way: 49.5 GB/s,
|                   efficiency included (p2pmark of a dual Turin; rtx6kpro wiki,
|                   pcie-bandwidth.md, where one pair gets 32 to 50 GB/s each way)
|                   source: latency: 0.44 us between GPUs of two sockets less 0.36
|                   us inside one (rtx6kpro wiki, topology.md, EPYC Turin)
| star              an ideal switch, with the rate that the shorthand gives
|                   source: an ideal non-blocking switch with the figures given in
|                   the shorthand
| uplink            leaf switches to spines; the rate follows from what is below
|                   source: as many cables up as NICs below (non-blocking; fewer
|                   by the shorthand's ratio), drawn as one link since adaptive
|                   routing spreads packets over them; efficiency as of the NICs;
|                   latency: under 150 ns through a Quantum-2 switch
|                   (router-switch.com, QM9700 against SN5400)
$ scmoesim list all-to-all
| nvlink3  NCCL over NVLink 3
|          source: floor_s: alltoall_perf of 1 MiB on 8 H100 (SimuMax 4dcaae5,
|          nccl_fit.py); setup_s: 82.85 us of 16 MiB there less 42.44 of transfer
|          and 1.87 of latency; none is known of A100 or A800; sm_share_ratio:
|          processor_usage of NVLink (Calculon caa4b11, systems/a100_80g.json)
| nvlink4  NCCL over NVLink 4
|          source: floor_s: alltoall_perf of 1 MiB on 8 H100 (SimuMax 4dcaae5,
|          nccl_fit.py); setup_s: 82.85 us of 16 MiB there less 42.44 of transfer
|          and 1.87 of latency; sm_share_ratio: 20 of 132 SMs (DeepSeek
|          profile-data and DeepEP, H800)
| nvlink5  NCCL over NVLink 5
|          source: floor_s: alltoall_perf of 1 MiB on 8 H100 (SimuMax 4dcaae5,
|          nccl_fit.py); setup_s: 82.85 us of 16 MiB there less 42.44 of transfer
|          and 1.87 of latency; none is known of Blackwell; sm_share_ratio:
|          processor_usage of NVLink (Calculon caa4b11, systems/a100_80g.json),
|          near DeepEP's 24 of 148 SMs on SM100
| pcie     NCCL over PCIe
|          source: per_peer_s: fitted latency per peer of 8 A100-PCIe (SimuMax
|          4dcaae5: 30.04 us * (n - 1)); sm_share_ratio: processor_usage of a 25
|          GB/s network, the rate class of PCIe 4.0 x16 (Calculon caa4b11,
|          systems/a100_80g.json)
| star     ideal: nothing but the links takes time
|          source: ideal: nothing but the links takes time
$ scmoesim list topologies
| 16x8xh100-fat-tree   16 nodes of 8 H100 SXM in a 2:1 fat tree, four nodes a leaf
|                      switch
|                      source: the leaf switches are NVIDIA Quantum-2 (64 ports of
|                      400 Gb/s): 32 NICs below and 16 cables up, half of what
|                      non-blocking needs; each link type names the source of its
|                      figures
| 1xa30                one A30 alone, for offloading
|                      source: ScMoE paper, arXiv 2404.05019, appendix A.3: a
|                      single A30-PCIe. One GPU exchanges nothing, so its link is
|                      of no effect.
| 2x72xgb200-nvl72     2 NVL72 racks of GB200, a 400 Gb/s NIC for every GPU,
|                      rail-optimised InfiniBand
|                      source: NVIDIA GB200 NVL72 racks, a ConnectX-7 for each GPU
|                      (NIC r of every rack on leaf switch r); each link type
|                      names the source of its figures
| 2x8xa100-pcie-2nic   2 nodes of 8 A100 PCIe, a switch of four under each socket,
|                      two 200 Gb/s NICs on the first
|                      source: an asymmetric server: GPUs of the second socket
|                      reach both NICs through the link between sockets; each link
|                      type names the source of its figures
| 2x8xa800-nvlink      2 nodes of 8 A800 SXM on NVSwitch, one 100 Gb/s Ethernet
|                      NIC a node
|                      source: the two-node machine of the ScMoE paper (arXiv
|                      2404.05019), section 4 and Figure 1, which says "Ethernet"
|                      and no more. ASSUMPTION: one 100 Gb/s RoCE NIC a node, on a
|                      PCIe switch that all GPUs reach; change it with --set
|                      /link_types/network/bandwidth_bytes_per_s=... Each link
|                      type names the source of its figures
| 2x8xrtx3090          2 nodes of 8 RTX 3090 right under two sockets, one 100 Gb/s
|                      NIC a node
|                      source: the 16-GPU cluster of FlowMoE's evaluation: 2 nodes
|                      of 8 RTX 3090, 100 Gb/s; board layout assumed: four GPUs on
|                      root ports of each socket; each link type names the source
|                      of its figures
| 2xh200-nvlink        2 H200 SXM of one NVSwitch, as measured
|                      source: two H200 SXM of one host, NV18 between them,
|                      measured on 2026-11-30; each link type names the source of
|                      its figures
| 32x4xa100-dragonfly  32 nodes of 4 A100 with an NVLink to each other, a 200 Gb/s
|                      NIC each, in a dragonfly of 4 groups
|                      source: nodes as Perlmutter's (docs.nersc.gov, Perlmutter
|                      Architecture: 4 A100 and 4 Slingshot 11 NICs) in a small
|                      dragonfly; Perlmutter itself has 24 groups of 32 switches
|                      with 16 NICs each; each link type names the source of its
|                      figures
| 4x8xh100-ib          4 nodes of 8 H100 SXM, a 400 Gb/s NIC for every GPU,
|                      rail-optimised InfiniBand
|                      source: DGX H100 nodes: NIC r of every node on leaf switch
|                      r, leaves joined by a non-blocking spine; each GPU shares a
|                      PCIe 5.0 x16 switch with its NIC; each link type names the
|                      source of its figures
| 72xgb200-nvl72       72 GB200 on NVSwitch: one NVL72 rack
|                      source: NVIDIA GB200 NVL72: 18 trays of 4 GPUs, all in one
|                      NVLink domain, so that a rack is one node here; each link
|                      type names the source of its figures
| 8xa100-pcie          8 A100 PCIe: two sockets, a switch of four GPUs under each
|                      source: a server with two groups of four GPUs ("2x4" in
|                      NVIDIA GTC25 S72583, slide 13); that of SimuMax's A100-PCIe
|                      figures is not described, but its 4 GPUs exchange at 20.55
|                      of 22.45 GB/s, which only four under one switch can; each
|                      link type names the source of its figures
| 8xa30-pcie           8 A30 on PCIe 4.0 x16: two sockets, two switches of two
|                      GPUs each
|                      source: the PCIe machine of the ScMoE paper (arXiv
|                      2404.05019), section 4 and Figure 1; the paper gives no
|                      board layout, so this is the usual one for 8 double-width
|                      cards; each link type names the source of its figures
| 8xa40-pairs          8 A40 on PCIe, pairs bridged by NVLink
|                      source: two sockets, two switches of two GPUs each, an
|                      NVLink bridge over each two GPUs of a switch (as in FAU's
|                      Alex cluster, hpc.fau.de, but for the bridges, which its
|                      page does not mention); each link type names the source of
|                      its figures
| 8xa800-nvlink        8 A800 SXM on NVSwitch
|                      source: the NVLink machine of the ScMoE paper (arXiv
|                      2404.05019), section 4 and Figure 1; each link type names
|                      the source of its figures
| 8xb200-nvlink        8 B200 SXM on NVSwitch
|                      source: HGX B200; each link type names the source of its
|                      figures
| 8xh100-nvlink        8 H100 SXM on NVSwitch
|                      source: DGX/HGX H100; each link type names the source of
|                      its figures
| 8xh200-nvlink        8 H200 SXM on NVSwitch, figures measured among two
|                      source: DGX/HGX H200; NCCL's figures were measured among
|                      two of its GPUs, where half of all bytes stay at home, and
|                      not among eight; each link type names the source of its
|                      figures
$ scmoesim list schedules
| combined-1f1b             Megatron-LM's combined 1F1B: forward of one
|                           micro-batch beside backward of another
|                           source: NVIDIA/Megatron-LM, combined 1F1B for expert
|                           parallelism (arXiv 2603.07685, section 4.2.3;
|                           megatron/core/pipeline_parallel), for models without a
|                           shared expert. Issue order of a pair of layers:
|                           forward attention, backward combine, forward dispatch,
|                           backward experts (both gradients, as long as those of
|                           weights are not delayed), backward dispatch, forward
|                           experts, forward combine, backward attention. Routing,
|                           permutation and the sum of the experts' rows stand
|                           where their data is ready.
| dgmoe                     DGMoE: one top-1 path from the preceding block
|                           (Pos-2), one from the current
|                           source: ScMoE paper, arXiv 2404.05019, appendix A.4,
|                           Eq. 23; the two paths' queueing follows from its edges
| forward-backward          forward of one micro-batch beside backward of another,
|                           layer by layer
|                           source: DeepSeek-V3's training profile
|                           (deepseek-ai/profile-data, train.json; DualPipe),
|                           whose order of phases is: attention forward beside
|                           combine backward, MLP input gradient beside dispatch
|                           forward, MLP weight gradient and forward beside
|                           dispatch backward, attention backward beside combine
|                           forward. Megatron-LM's combined 1F1B (arXiv
|                           2603.07685, section 4.2.3) issues the same. Routing,
|                           permutation and the sum of shared and routed experts
|                           stand where their data is ready.
| megatron-shortcut         Megatron-LM's ShortcutMoE: All-to-Alls on a side
|                           stream beside the paired layer
|                           source: NVIDIA/Megatron-LM,
|                           megatron/core/models/hybrid/shortcut_block.py (pull
|                           request 6959): routed input is the state that enters
|                           the pair; dispatch beside projections and core of
|                           attention or Mamba, experts, combine beside output
|                           projection and shared expert, then merge and a norm
|                           behind it. Attention's kinds stand for Mamba's parts
|                           in its layers. Backward is derived, which gives the
|                           order that the merged code forces: combine's gradient
|                           is sent before the shared expert's backward.
| megatron-shortcut-serial  Megatron-LM's ShortcutMoE without overlap: the same
|                           operators in one stream
|                           source: NVIDIA/Megatron-LM,
|                           megatron/core/models/hybrid/shortcut_block.py (pull
|                           request 6959): moe_shortcut_parallel off: the same
|                           order with dispatch and combine on the main stream.
|                           Attention's kinds stand for Mamba's parts in its
|                           layers. Backward is derived, which gives the order
|                           that the merged code forces: combine's gradient is
|                           sent before the shared expert's backward.
| scmoe-offload             ScMoE Pos-2, experts in host memory, fetched beside
|                           the backbone
|                           source: ScMoE paper, arXiv 2404.05019, appendix A.3,
|                           Fig. 13: routed experts on the CPU, everything else on
|                           the GPU; the gate decides after the first attention,
|                           the fetch overlaps MLP, attention and shared expert
| scmoe-offload-wait        ScMoE Pos-2, experts in host memory; everything waits
|                           while one is fetched
|                           source: ScMoE paper, arXiv 2404.05019, appendix A.3,
|                           Fig. 13: blocking migration of the activated expert,
|                           issued when the gate has decided
| scmoe-pos1                ScMoE Pos-1: routed experts fed from the preceding
|                           block's output
|                           source: ScMoE paper, arXiv 2404.05019, sections 3.1
|                           and 3.2; MoE in every block: section 4.3 (window:
|                           attention and shared expert)
| scmoe-pos2                ScMoE Pos-2: routed experts fed from between attention
|                           and MLP of the preceding block
|                           source: ScMoE paper, arXiv 2404.05019, sections 3.1
|                           and 3.2, Fig. 6 (four slots), Fig. 7
| scmoe-pos2-pipelined      ScMoE Pos-2 in chunks, so that expert computation
|                           hides All-to-All too
|                           source: ScMoE paper, arXiv 2404.05019, section 3.2,
|                           Fig. 7 (fifth timeline); degrees of Tutel (MLSys 2023,
|                           Table 6a)
| scmoe-pos3                ScMoE Pos-3: routed experts fed from the input of the
|                           preceding block
|                           source: ScMoE paper, arXiv 2404.05019, sections 3.1
|                           and 3.2 (window: two attentions, MLP and shared
|                           expert)
| scmoe2                    ScMoE-2: Pos-2 with two routed experts and a shared
|                           one
|                           source: ScMoE paper, arXiv 2404.05019, appendix A.4
| shared                    shared-expert MoE, every operator in sequence
|                           source: ScMoE paper, arXiv 2404.05019, section 2 (Eq.
|                           6) and 3.2; whether the measured baseline overlaps is
|                           not stated: here it does not
| shared-overlap            shared-expert MoE, the shared expert beside the
|                           All-to-All
|                           source: ScMoE paper, arXiv 2404.05019, section 2 (Eq.
|                           6); overlap as in SGLang and vLLM (pull requests 5829
|                           and 28879)
| single-batch              LongCat-Flash's single-batch overlap: four stages,
|                           expert computation alone in the third
|                           source: LongCat-Flash technical report (arXiv
|                           2509.01322), Fig. 9: (1) first attention; (2) dispatch
|                           beside the first dense FFN and the second attention's
|                           projections; (3) experts alone; (4) combine beside the
|                           second attention's core and the second dense FFN, here
|                           the block pair's shared expert. Its tensor parallelism
|                           inside a node is left out: dense layers are
|                           replicated.
| top1                      standard top-1 MoE, every operator in sequence
|                           source: ScMoE paper, arXiv 2404.05019, sections 2 and
|                           3.2
| top1-pipelined            top-1 MoE, All-to-All and experts cut into chunks that
|                           overlap
|                           source: ScMoE paper, arXiv 2404.05019, section 3.2,
|                           Fig. 7; degrees of Tutel (MLSys 2023, Table 6a)
| top2                      standard top-2 MoE, every operator in sequence
|                           source: ScMoE paper, arXiv 2404.05019, sections 2 and
|                           3.2, Fig. 7 (first timeline); MoE in every block:
|                           section 4.3
| top2-pipelined            top-2 MoE, All-to-All and experts cut into chunks that
|                           overlap
|                           source: ScMoE paper, arXiv 2404.05019, section 3.2,
|                           Fig. 7; degrees of Tutel (MLSys 2023, Table 6a)
| top3                      standard top-3 MoE, every operator in sequence
|                           source: ScMoE paper, arXiv 2404.05019, sections 2 and
|                           3.2
| two-batch                 two halves of a micro-batch: attention of one beside
|                           dispatch, experts and combine of the other
|                           source: DeepSeek-V3's decoding (arXiv 2412.19437,
|                           section 3.4.2: attention of one micro-batch beside
|                           dispatch, MoE and combine of the other, in two steps)
|                           and SGLang's two-batch overlap (LMSYS blog,
|                           2025-05-05), which does without the steps' barriers:
|                           attention in two parts, its projections beside
|                           dispatch, its core beside combine; the shared expert
|                           beside dispatch too.
$ scmoesim list --brief schedules
| combined-1f1b             Megatron-LM's combined 1F1B: forward of one
|                           micro-batch beside backward of another
| dgmoe                     DGMoE: one top-1 path from the preceding block
|                           (Pos-2), one from the current
| forward-backward          forward of one micro-batch beside backward of another,
|                           layer by layer
| megatron-shortcut         Megatron-LM's ShortcutMoE: All-to-Alls on a side
|                           stream beside the paired layer
| megatron-shortcut-serial  Megatron-LM's ShortcutMoE without overlap: the same
|                           operators in one stream
| scmoe-offload             ScMoE Pos-2, experts in host memory, fetched beside
|                           the backbone
| scmoe-offload-wait        ScMoE Pos-2, experts in host memory; everything waits
|                           while one is fetched
| scmoe-pos1                ScMoE Pos-1: routed experts fed from the preceding
|                           block's output
| scmoe-pos2                ScMoE Pos-2: routed experts fed from between attention
|                           and MLP of the preceding block
| scmoe-pos2-pipelined      ScMoE Pos-2 in chunks, so that expert computation
|                           hides All-to-All too
| scmoe-pos3                ScMoE Pos-3: routed experts fed from the input of the
|                           preceding block
| scmoe2                    ScMoE-2: Pos-2 with two routed experts and a shared
|                           one
| shared                    shared-expert MoE, every operator in sequence
| shared-overlap            shared-expert MoE, the shared expert beside the
|                           All-to-All
| single-batch              LongCat-Flash's single-batch overlap: four stages,
|                           expert computation alone in the third
| top1                      standard top-1 MoE, every operator in sequence
| top1-pipelined            top-1 MoE, All-to-All and experts cut into chunks that
|                           overlap
| top2                      standard top-2 MoE, every operator in sequence
| top2-pipelined            top-2 MoE, All-to-All and experts cut into chunks that
|                           overlap
| top3                      standard top-3 MoE, every operator in sequence
| two-batch                 two halves of a micro-batch: attention of one beside
|                           dispatch, experts and combine of the other

A shelf is its folder, whatever lies there.

$ for shelf in models:models/moe gpus:models/gpu links:models/link all-to-all:models/all-to-all \
>     schedules:models/schedule topologies:topologies sweeps:analysis/sweeps; do
>     ls "$SOURCE/${shelf#*:}" | sed -n 's/\.json$//p' | sort >there
>     SCMOESIM_DATA=$SOURCE scmoesim list --brief "${shelf%:*}" | sed -n 's/^\([^ ]\{1,\}\) .*/\1/p' >listed
>     diff there listed && [ -s listed ] || echo "${shelf%:*}"
> done

What is built in.

$ scmoesim list algorithms
| auto             whichever of those usual on the cluster is fastest for a
|                  schedule
| pairwise         every pair of ranks at once, as NCCL does
|                  source: NCCL's grouped sends and receives (nccl-tests,
|                  alltoall.cu)
|                  floor: the topology's setup_s and floor_s
|                  per message: the topology's per_peer_s, for each peer
|                  protocol: the efficiency_ratio of each link type, which names
|                  its source
|                  SMs: the topology's sm_share_ratio
| pairwise-rounds  ep - 1 rounds; in round r each rank sends to the one r further
|                  in its group
|                  source: the linear exchange of MPI libraries
|                  floor: the topology's setup_s and floor_s; a round's latency is
|                  that of its routes
|                  per message: the topology's per_peer_s, for each peer
|                  protocol: the efficiency_ratio of each link type, which names
|                  its source
|                  SMs: the topology's sm_share_ratio
| hierarchical     2D: to the node's GPU on the receiver's rail, then along the
|                  rail
|                  source: Tutel's 2DH All-to-All (MLSys 2023, section 4.3)
|                  floor: the topology's floor_s, and setup_s twice, as it is two
|                  exchanges
|                  per message: the topology's per_peer_s, for each peer of both
|                  exchanges
|                  protocol: the efficiency_ratio of each link type, which names
|                  its source
|                  SMs: the topology's sm_share_ratio
| two-hop          along the rail once per token and node, forwarded inside the
|                  node as it arrives
|                  source: DeepEP's normal kernels
|                  floor: the topology's setup_s and floor_s, as none of a small
|                  exchange is published
|                  per message: the topology's per_peer_s, for each peer
|                  protocol: inside a node 0.912 of what NCCL gets of the links:
|                  on 8 H800 dispatch and combine of 4,096 tokens take 1,048 and
|                  1,968 us (docs/legacy.md: 153 and 158 GB/s, the GPU's own
|                  tokens counted), ratios of 0.906 and 0.918; between nodes the
|                  NICs' efficiency_ratio
|                  SMs: 20 (DeepSeek's profile-data, DeepEP's default)
| low-latency      every pair directly from GPU to NIC, no SM held while bytes
|                  move
|                  source: DeepEP's low-latency kernels
|                  floor: 39 us, mean of what its dispatches on 16 to 256 H800
|                  take beyond their bytes at 48 GB/s (docs/legacy.md); at least
|                  its kernels' 60 us
|                  per message: in the 39 us, with 1,024 messages a rank; apart it
|                  is not published
|                  protocol: the efficiency_ratio of the NIC's link; headers count
|                  as bytes
|                  SMs: all for 60 us, none while bytes move, as receiving waits
|                  in a hook (LMSYS blog, 2025-05-05: dispatch of 128 tokens takes
|                  0.06 ms of the SMs); combine, of which no such figure is
|                  published, as dispatch
| host-staged      every pair at once through the hosts' memory, for GPUs without
|                  peer access
|                  source: NCCL's SHM transport: kernels write to and read from
|                  pinned memory on the receiver's side (NCCL user guide,
|                  NCCL_P2P_DISABLE and NCCL_SHM_DISABLE; src/transport/shm.cc,
|                  NCCL_SHM_LOCALITY); between nodes its NET transport without
|                  GPUDirect, by the memory of both
|                  floor: the topology's setup_s and floor_s
|                  per message: the topology's per_peer_s, for each peer; on PCIe
|                  boxes it was fitted where sockets exchange so
|                  protocol: inside a node 0.865 of the links: copies to and from
|                  pinned memory at once reach 44.8 of 55.1 GB/s on an H100 and
|                  50.8 of 55.3 on an H200 (512 MiB, traces/*/copies.csv; mean of
|                  0.81 and 0.92); between nodes the NICs' efficiency_ratio
|                  SMs: the topology's sm_share_ratio
$ scmoesim list algorithms --brief
| auto             whichever of those usual on the cluster is fastest for a
|                  schedule
| pairwise         every pair of ranks at once, as NCCL does
| pairwise-rounds  ep - 1 rounds; in round r each rank sends to the one r further
|                  in its group
| hierarchical     2D: to the node's GPU on the receiver's rail, then along the
|                  rail
| two-hop          along the rail once per token and node, forwarded inside the
|                  node as it arrives
| low-latency      every pair directly from GPU to NIC, no SM held while bytes
|                  move
| host-staged      every pair at once through the hosts' memory, for GPUs without
|                  peer access

$ scmoesim list sweeps --brief
| experts-top-k        GPT2-MoE-Medium on 8 A30: 8 to 128 experts, each token
|                      routed to 1 to 4 of them
| internode-bandwidth  GPT2-MoE-Medium on two nodes of 8 H100 whose 8 NICs give 10
|                      to 3200 Gb/s a node
| pcie-generation      SwinV2-MoE-S with 16 experts on boxes of 2 to 16 A30 with
|                      PCIe 3.0 to 6.0 x16
| sm-share             GPT2-MoE-Medium on 8 A800: All-to-Alls that hold 0 to 32 of
|                      a GPU's 108 SMs
| tokens               GPT2-MoE-Medium on 8 A800: 128 to 65536 tokens per GPU
