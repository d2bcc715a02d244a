All-to-All algorithms by name, and the fastest for each schedule. Sources: `scmoesim list algorithms`.

$ scmoesim run --topology 4x8xh100-ib --model gpt3-moe-xl --set /model/experts=32 --schedule top2,scmoe-pos2 --a2a two-hop
| # scmoesim    VERSION
| # model       gpt3-moe-xl: fp16, 8192 tokens per GPU at width 2048, 32 experts,
| #             capacity factor 2
| # topology    4x8xh100-ib: 4 x 8 h100-sxm, EP 32
| # costs       synthetic: roofline of h100-sxm (sources in its file)
| # All-to-All  two-hop: setup 38.5 us, at least 75.8 us, SM share 0.152, folded:
| #             1 of 32 GPUs stands for all, 2 kinds of flows for 992 pairs; bound
| #             by node0/nic0-leaf0> (48.0 GB/s)
| # set         /topology/all_to_all/algorithm=two-hop, /model/experts=32
| # run         inference on 32 ranks, All-to-All among 32
| # speedup     over top2; of the block pair, then of the whole model
| # accuracy    pair +-8 %, speedup +-10 %, errors of links not counted: 95 of 100
| #             plans replayed on GPUs came as near with costs known like these
| #             (traces/validation/uncertainty.csv)
| # disp comb   of A2A: dispatch and combine time in which the GPU computes
| #             nothing
| #
| # schedule      pair  speedup   model  speedup     A2A   disp   comb  overlap
| #               (ms)      (x)    (ms)      (x)    (ms)   (ms)   (ms)      (%)
|   top2         9.683     1.00   118.8     1.00   3.804  1.902  1.902      0.0
|   scmoe-pos2   5.381     1.80    67.1     1.77   2.181  0.000  0.000    100.0
| #
| # schedule    slot chunks A2A/bound  limited by, share of path
|   top2           -      -      1.02  compute 61 % (most in expert)
|   scmoe-pos2     2      -      1.04  compute 100 % (most in expert)
$ scmoesim run --topology 4x8xh100-ib --model gpt3-moe-xl --set /model/experts=32 --schedule top2,scmoe-pos2 --a2a auto
| # scmoesim    VERSION
| # model       gpt3-moe-xl: fp16, 8192 tokens per GPU at width 2048, 32 experts,
| #             capacity factor 2
| # topology    4x8xh100-ib: 4 x 8 h100-sxm, EP 32
| # costs       synthetic: roofline of h100-sxm (sources in its file)
| # All-to-All  auto: pairwise for scmoe-pos2; two-hop for top2
| # set         /topology/all_to_all/algorithm=auto, /model/experts=32
| # run         inference on 32 ranks, All-to-All among 32
| # speedup     over top2; of the block pair, then of the whole model
| # accuracy    pair +-8 %, speedup +-10 %, errors of links not counted: 95 of 100
| #             plans replayed on GPUs came as near with costs known like these
| #             (traces/validation/uncertainty.csv)
| # disp comb   of A2A: dispatch and combine time in which the GPU computes
| #             nothing
| #
| # schedule      pair  speedup   model  speedup     A2A   disp   comb  overlap
| #               (ms)      (x)    (ms)      (x)    (ms)   (ms)   (ms)      (%)
|   top2         9.683     1.00   118.8     1.00   3.804  1.902  1.902      0.0
|   scmoe-pos2   5.381     1.80    67.1     1.77   2.181  0.000  0.000    100.0
| #
| # schedule    slot chunks A2A/bound  limited by, share of path
|   top2           -      -      1.02  compute 61 % (most in expert)
|   scmoe-pos2     2      -      1.04  compute 100 % (most in expert)

The option is a setting by another name, so that sweeps vary it.

$ scmoesim run --topology 4x8xh100-ib --tokens 128 --set /model/experts=32 --schedule top2 --a2a low-latency -o option.csv
$ scmoesim run --topology 4x8xh100-ib --tokens 128 --set /model/experts=32 --schedule top2 --set /topology/all_to_all/algorithm=low-latency -o setting.csv
$ cmp option.csv setting.csv && cut -d, -f8,21 option.csv
| pair_time_s,a2a_algorithm
| 0.00022116541821124903,low-latency
$ scmoesim sweep --quiet --topology 4x8xh100-ib --set /model/experts=32 --schedule top2 --vary /topology/all_to_all/algorithm=pairwise,hierarchical,two-hop -o made.csv -j 1 && cut -d, -f1,11 made.csv
| /topology/all_to_all/algorithm,pair_time_s
| pairwise,0.002043947217205922
| hierarchical,0.0023038323264955398
| two-hop,0.0019190853422059221

GPUs without peer access copy through the hosts' memory, whether asked to or because the topology says so.

$ scmoesim alltoall --topology gpu=a30,gpus=2 --bytes 1MiB,1GiB
| # scmoesim    VERSION
| # topology    gpu=a30,gpus=2
| # run         2 GPUs in groups of 2; folded: 1 stands for all
| # bytes       that a rank sends, its own share included; algbw is bytes / time,
| #             busbw leaves the own share out
| #
| #      bytes       time      algbw      busbw  time/bound  algorithm
| #      (MiB)       (us)     (GB/s)     (GB/s)         (x)
|            1       53.6      19.56       9.78       2.275  pairwise
|         1024    23944.3      44.84      22.42       1.001  pairwise
$ scmoesim alltoall --topology gpu=a30,gpus=2 --bytes 1MiB,1GiB --a2a host-staged
| # scmoesim    VERSION
| # topology    gpu=a30,gpus=2
| # run         2 GPUs in groups of 2; folded: 1 stands for all
| # bytes       that a rank sends, its own share included; algbw is bytes / time,
| #             busbw leaves the own share out
| #
| #      bytes       time      algbw      busbw  time/bound  algorithm
| #      (MiB)       (us)     (GB/s)     (GB/s)         (x)
|            1       84.5      12.42       6.21       1.552  host-staged
|         1024    55323.0      19.41       9.70       1.001  host-staged
$ scmoesim alltoall --topology gpu=a30,gpus=2 --bytes 1GiB --a2a auto --set /topology/all_to_all/peer_access=false
| # scmoesim    VERSION
| # topology    gpu=a30,gpus=2
| # run         2 GPUs in groups of 2; folded: 1 stands for all
| # bytes       that a rank sends, its own share included; algbw is bytes / time,
| #             busbw leaves the own share out
| #
| #      bytes       time      algbw      busbw  time/bound  algorithm
| #      (MiB)       (us)     (GB/s)     (GB/s)         (x)
|         1024    55323.0      19.41       9.70       1.001  host-staged
$ scmoesim alltoall --topology 2x8xrtx3090 --bytes 1GiB
| # scmoesim    VERSION
| # topology    2x8xrtx3090
| # run         16 GPUs in groups of 16; folded: 2 stand for all
| # bytes       that a rank sends, its own share included; algbw is bytes / time,
| #             busbw leaves the own share out
| #
| #      bytes       time      algbw      busbw  time/bound  algorithm
| #      (MiB)       (us)     (GB/s)     (GB/s)         (x)
|         1024   358367.7       3.00       2.81       1.001  host-staged
$ scmoesim run --schedule top2,scmoe-pos2 --a2a host-staged
| # scmoesim    VERSION
| # model       swinv2-moe-s: fp16, 18432 tokens per GPU at width 384, 8 experts,
| #             capacity factor 1.25
| # topology    8xa30-pcie: 1 x 8 a30, EP 8
| # costs       synthetic: roofline of a30 (sources in its file)
| # All-to-All  host-staged: setup 210 us, SM share 0.02, folded: 1 of 8 GPUs
| #             stands for all, 2 kinds of flows for 56 pairs; bound by
| #             node0/socket0-socket1> (20.3 GB/s)
| # set         /topology/all_to_all/algorithm=host-staged
| # run         inference on 8 ranks, All-to-All among 8
| # speedup     over top2; of the block pair, then of the whole model
| # accuracy    pair +-13 %, speedup +-13 %, errors of links not counted: 95 of
| #             100 plans replayed on GPUs came as near with costs known like
| #             these (traces/validation/uncertainty.csv)
| # disp comb   of A2A: dispatch and combine time in which the GPU computes
| #             nothing
| #
| # schedule      pair  speedup   model  speedup    A2A  disp  comb  overlap
| #               (ms)      (x)    (ms)      (x)   (ms)  (ms)  (ms)      (%)
|   top2         11.60     1.00   118.9     1.00   8.49  4.25  4.25      0.0
|   scmoe-pos2    5.96     1.95    65.9     1.80   4.46  2.23  0.77     32.6
| #
| # schedule    slot chunks A2A/bound  limited by, share of path
|   top2           -      -      1.05  link node0/socket0-socket1> 70 %
|   scmoe-pos2     1      -      1.10  link node0/socket0-socket1> 68 %
$ scmoesim run --mode training --schedule top2 --a2a host-staged --slow node0/gpu3=0.8 --degrade 'node0/socket0-memory0=0.25' -o - | cut -d, -f8
| pair_time_s
| 0.033185364547040012
$ scmoesim run --schedule top2 --a2a host-staged --routing zipf:1 --draws 3 -o - | cut -d, -f8
| pair_time_s
| 0.014279772312241985
$ scmoesim topology show gpu=rtx-3090,gpus=4,switch=1 --route 0,3
| gpu=rtx-3090,gpus=4,switch=1
| 1 node of 4 rtx-3090 on PCIe, two sockets
| 4 x rtx-3090, no peer access over PCIe
| All-to-All: host-staged, setup 0 s and 30.0 us a peer, SM share 0.02
|
|                          link       carries of datasheet  latency
| 1 node:
|   socket0
|   |- gpu0, gpu1          pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   |- socket1             socket   20.3 GB/s of 20.3 GB/s  80.0 ns
|   |  |- gpu2, gpu3       pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   |  `- memory1          memory    205 GB/s of  205 GB/s  0 s half-duplex
|   `- memory0             memory    205 GB/s of  205 GB/s  0 s half-duplex
|
| route node0/gpu0 -> node0/gpu3
|   > socket0              pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   > socket1              socket   20.3 GB/s of 20.3 GB/s  80.0 ns <- bottleneck
|   > memory1              memory    205 GB/s of  205 GB/s  0 s half-duplex
|   > socket1              memory    205 GB/s of  205 GB/s  0 s half-duplex
|   > gpu3                 pcie     22.5 GB/s of 31.5 GB/s  105 ns
|   idle: 20.3 GB/s by node0/socket0-socket1>, 290 ns
$ scmoesim alltoall --topology gpu=rtx-3090 --a2a pairwise
! scmoesim: All-to-All algorithm pairwise copies from GPU to GPU, and those of topology "gpu=rtx-3090" have no peer access: use host-staged or auto
[3]
$ scmoesim alltoall --topology gpu=h100-sxm --a2a host-staged
! scmoesim: All-to-All algorithm host-staged goes through the hosts' memory, and topology "gpu=h100-sxm" has none (/node/memories)
[3]
$ scmoesim run --topology gpu=h100-sxm --set /topology/all_to_all/peer_access=false
! scmoesim: gpu=h100-sxm: /all_to_all/peer_access: without peer access bytes go through the hosts' memory, and /node/memories names none (set: /topology/all_to_all/peer_access=false)
[3]

What does not fit is refused.

$ scmoesim run --topology nodes=3,gpu=h100-sxm,gpus=4,nic=4x400G --set /model/experts=12 --ep 6 --a2a two-hop
! scmoesim: All-to-All algorithm two-hop goes along rails: groups of 6 ranks neither fill nodes of 4 GPUs nor lie inside one
[3]
$ scmoesim run --a2a two-hops
! scmoesim: data/topologies/8xa30-pcie.json: /all_to_all/algorithm: expected "auto", "pairwise", "pairwise-rounds", "hierarchical", "two-hop", "low-latency" or "host-staged", got "two-hops"; did you mean "two-hop"? (set: /topology/all_to_all/algorithm=two-hops)
[3]
