All-to-All algorithms by name, and the fastest for each schedule. Sources: `scmoesim list algorithms`.

$ scmoesim run --topology 4x8xh100-ib --model gpt3-moe-xl --set /model/experts=32 --schedule top2,scmoe-pos2 --a2a two-hop
| # scmoesim    VERSION
| # model       gpt3-moe-xl: fp16, 8192 tokens per GPU at width 2048, 32 experts,
| #             capacity factor 2
| # topology    4x8xh100-ib: 4 x 8 h100-sxm, EP 32
| # costs       synthetic: roofline of h100-sxm (sources in its file)
| # All-to-All  two-hop: setup 38.5 us, at least 75.8 us, SM share 0.152, 320
| #             flows for 992 pairs; bound by node0/nic0-leaf0> (48.0 GB/s)
| # set         /topology/all_to_all/algorithm=two-hop, /model/experts=32
| # run         inference on 32 ranks, All-to-All among 32
| # speedup     over top2; of the block pair, then of the whole model
| # accuracy    pair +-17 %, speedup +-10 %, links left aside: 95 of 100 plans
| #             replayed on GPUs came as near with costs known like these
| #             (traces/validation/uncertainty.csv)
| # disp comb   of A2A: dispatch and combine time in which the GPU computes
| #             nothing
| #
| # schedule      pair  speedup   model  speedup     A2A   disp   comb  overlap
| #               (ms)      (x)    (ms)      (x)    (ms)   (ms)   (ms)      (%)
|   top2         9.588     1.00   117.6     1.00   3.804  1.902  1.902      0.0
|   scmoe-pos2   5.284     1.81    66.0     1.78   2.181  0.000  0.000    100.0
| #
| # schedule    slot chunks A2A/bound  limited by, share of path
|   top2           -      -      1.02  compute 60 % (most in expert)
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
| # accuracy    pair +-17 %, speedup +-10 %, links left aside: 95 of 100 plans
| #             replayed on GPUs came as near with costs known like these
| #             (traces/validation/uncertainty.csv)
| # disp comb   of A2A: dispatch and combine time in which the GPU computes
| #             nothing
| #
| # schedule      pair  speedup   model  speedup     A2A   disp   comb  overlap
| #               (ms)      (x)    (ms)      (x)    (ms)   (ms)   (ms)      (%)
|   top2         9.588     1.00   117.6     1.00   3.804  1.902  1.902      0.0
|   scmoe-pos2   5.284     1.81    66.0     1.78   2.181  0.000  0.000    100.0
| #
| # schedule    slot chunks A2A/bound  limited by, share of path
|   top2           -      -      1.02  compute 60 % (most in expert)
|   scmoe-pos2     2      -      1.04  compute 100 % (most in expert)

The option is a setting by another name, so that sweeps vary it.

$ scmoesim run --topology 4x8xh100-ib --tokens 128 --set /model/experts=32 --schedule top2 --a2a low-latency -o option.csv
$ scmoesim run --topology 4x8xh100-ib --tokens 128 --set /model/experts=32 --schedule top2 --set /topology/all_to_all/algorithm=low-latency -o setting.csv
$ cmp option.csv setting.csv && cut -d, -f8,21 option.csv
| pair_time_s,a2a_algorithm
| 0.00021674880190403201,low-latency
$ scmoesim sweep --topology 4x8xh100-ib --set /model/experts=32 --schedule top2 --vary /topology/all_to_all/algorithm=pairwise,hierarchical,two-hop -o made.csv -j 1 && cut -d, -f1,11 made.csv
| /topology/all_to_all/algorithm,pair_time_s
| pairwise,0.0018661957670948444
| hierarchical,0.0021260808758844481
| two-hop,0.0017413338920297368

What does not fit is refused.

$ scmoesim run --topology nodes=3,gpu=h100-sxm,gpus=4,nic=4x400G --set /model/experts=12 --ep 6 --a2a two-hop
! scmoesim: All-to-All algorithm two-hop goes along rails: groups of 6 ranks neither fill nodes of 4 GPUs nor lie inside one
[3]
$ scmoesim run --a2a two-hops
! scmoesim: data/topologies/8xa30-pcie.json: /all_to_all/algorithm: expected "auto", "pairwise", "pairwise-rounds", "hierarchical", "two-hop" or "low-latency", got "two-hops"; did you mean "two-hop"? (set: /topology/all_to_all/algorithm=two-hops)
[3]
